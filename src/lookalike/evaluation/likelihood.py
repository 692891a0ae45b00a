"""Likelihood ratios of an evaluation, one stratum an image quality: measured, and as the report shows them."""

from __future__ import annotations

from typing import Any

import numpy as np

from lookalike.errors import TooFewScores
from lookalike.evaluation.captures import FITNESS
from lookalike.evaluation.estimates import too_few
from lookalike.evaluation.results import Likelihood
from lookalike.evaluation.trials import Pairs
from lookalike.evaluation.verification import rate
from lookalike.strength import cllr
from lookalike.strength.arrays import Floats
from lookalike.strength.calibrators import FITS
from lookalike.strength.crossvalidation import Comparisons, crossvalidated
from lookalike.strength.measuring import measured
from lookalike.strength.ratio import NotValidated, Ratios, RatioStratum

POINTS = 200
"""Points of a Tippett or PAV curve that are kept for its picture."""


def likelihoods(pairs: Pairs, *, seed: int, source: str) -> tuple[tuple[Likelihood, ...], Ratios]:
    """Measure every image quality that is searched at all: what the report shows, and what a search is told by.

    source: one sentence on where and on whom it was measured.
    """
    shown: list[Likelihood] = []
    strata: list[RatioStratum] = []
    for number, fitness in enumerate(FITNESS[:2]):
        at = pairs.fitness == number
        mated, nonmated = int((at & pairs.mated).sum()), int((at & ~pairs.mated).sum())
        comparisons = Comparisons(pairs.score[at], pairs.persons[at, 0], pairs.persons[at, 1])
        try:
            if not mated or not nonmated:
                raise TooFewScores("There are no comparisons of this quality on one of the sides.")
            stratum = measured(fitness.value, comparisons, seed=seed)
        except TooFewScores as error:
            shown.append(_nothing(fitness.value, error.what, mated, nonmated))
        else:
            strata.append(stratum)
            shown.append(_shown(stratum, comparisons, Ratios((stratum,), source), seed))
    return tuple(shown), Ratios(tuple(strata), source)


def _nothing(name: str, because: str, mated: int, nonmated: int) -> Likelihood:
    return Likelihood(
        stratum=name,
        validated=False,
        because=because,
        calibrator="",
        mated=mated,
        nonmated=nonmated,
        cllr=None,
        cllr_min=None,
        cllr_cal=None,
        dev_pav=None,
        misleading_mated=too_few(mated),
        misleading_nonmated=too_few(nonmated),
        lowest=None,
        highest=None,
        tippett=(),
        pav=(),
        ece=(),
    )


def _shown(stratum: RatioStratum, comparisons: Comparisons, ratios: Ratios, seed: int) -> Likelihood:
    kind = stratum.calibration.kind
    used = comparisons.drawn(seed)
    judged = crossvalidated(used, FITS[kind], seed=seed)
    mated, nonmated = used.sides(judged)
    told = ratios.assess(0.0, stratum.name)
    wrong = cllr.misleading(mated, nonmated)
    people = float(stratum.persons)  # comparisons of one person are not independent
    entropy = cllr.ece(mated, nonmated, np.linspace(-2.0, 2.0, 81))
    return Likelihood(
        stratum=stratum.name,
        validated=not isinstance(told, NotValidated),
        because=told.reason if isinstance(told, NotValidated) else stratum.why,
        calibrator=kind,
        mated=stratum.mated,
        nonmated=stratum.nonmated,
        cllr=stratum.cllr,
        cllr_min=cllr.cllr_min(mated, nonmated),
        cllr_cal=stratum.cllr_cal,
        dev_pav=stratum.dev_pav,
        misleading_mated=rate(round(wrong.mated * mated.size), mated.size, people),
        misleading_nonmated=rate(round(wrong.nonmated * nonmated.size), nonmated.size, people),
        lowest=stratum.lower,
        highest=stratum.upper,
        tippett=_thinned(*cllr.tippett(mated, nonmated)),
        pav=_finite(_thinned(*cllr.pav_curve(mated, nonmated))),
        ece=_rows(entropy.log10_prior_odds, entropy.told, entropy.pav, entropy.nothing),
    )


def _thinned(*columns: Floats) -> Any:
    """At most POINTS rows, evenly over the rows there are; the first and the last are among them."""
    kept = np.unique(np.linspace(0, len(columns[0]) - 1, POINTS).round().astype(int))
    return _rows(*(column[kept] for column in columns))


def _rows(*columns: Floats) -> Any:
    """Columns as a tuple of rows, as plain numbers."""
    return tuple(zip(*(column.tolist() for column in columns), strict=True))


def _finite(rows: tuple[tuple[float, ...], ...]) -> Any:
    return tuple(row for row in rows if np.isfinite(row).all())
