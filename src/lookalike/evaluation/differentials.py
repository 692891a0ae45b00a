"""Who the errors fall on: each kind of error by cohort, and whether the cohorts differ by more than chance.

Labels come from the manifest and are never guessed; a search without one counts in every threshold and in no cohort.
One threshold, set over everybody, is what a system without expected lookalikes has to use. The level e at which the
same share of all searches returns a stranger is what stands beside it: like with like.

Worst and best are fixed on the data, and the ratios and their intervals are of those two. Nothing is divided by 0: a
cohort without an error counts as 3 in its effective persons (rule of three), and the ratio is what the data show at the
least; where only a resample holds no error, half an erring person stands for it (Haldane 1956).

GARBE belongs to the decision rule: half of it is its false positives, half its false negatives; for FMR, of which no
FNMR by person is given, all of it is false positives. It is above 0 for equal cohorts too, the more so the fewer errors
there are; `chance` says what a difference is worth.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from lookalike.evaluation.calibration import listed
from lookalike.evaluation.equity import chance, garbe, gini, holm, max_geometric_mean, max_min
from lookalike.evaluation.estimates import (
    AT_LEAST,
    BOOTSTRAP,
    BOTH_SIDES,
    FEW,
    MINIMUM,
    Estimate,
    Floats,
    Resamples,
    bootstrap,
    effective,
    mean_count,
    resample,
    share,
    three_in,
    too_few,
)
from lookalike.evaluation.identification import level, missed, threshold
from lookalike.evaluation.results import Cohort, Differential, Pairs
from lookalike.evaluation.searches import Searches
from lookalike.evaluation.verification import Contributions

FMR = "FMR at one threshold"
FPIR = "FPIR at one threshold"
FNIR = "FNIR at one threshold"
FPIR_TENTH = "FPIR at one threshold of FPIR 0.1"
FNIR_TENTH = "FNIR at one threshold of FPIR 0.1"
FPIR_EXPECTED = "FPIR judged by expected lookalikes"
FNIR_EXPECTED = "FNIR judged by expected lookalikes"
LISTED = "strangers with E <= 1"

STRICT, TENTH = 0.01, 0.1
"""The FPIR of the one threshold, and that at which it stands beside expected lookalikes."""

_PAIR_EFFECT = 4.0  # of a rate over all pairs of persons: each person is in every pair twice over (Hoeffding 1948)


@dataclass(frozen=True, slots=True)
class _Error:
    """errors, trials: (n,) float64 of each row. effect: design effect."""

    what: str
    errors: Floats
    trials: Floats
    effect: float


def cohorts(searches: Searches, draws: Resamples, pairs: Pairs | None) -> tuple[Cohort, ...]:
    """The errors of every cohort, in the order of the labels. pairs: by the same labels, None where not compared."""
    strict, tenth = threshold(searches.best_stranger, STRICT), threshold(searches.best_stranger, TENTH)
    e = level(searches.least_expected, TENTH)

    def one(index: int, name: str) -> Cohort:
        of = searches.cohort == index
        count = int(of.sum())

        def returned(wrong: NDArray[np.bool_] | None) -> Estimate:
            return too_few(count) if wrong is None else share(wrong, of, draws, BOTH_SIDES)

        fnir = too_few(count) if strict is None else share(missed(searches, strict), of & searches.mated, draws)
        return Cohort(
            name=name,
            images=count,
            persons=len(np.unique(searches.person[of])),
            fnir=fnir,
            fpir=returned(None if strict is None else searches.best_stranger >= strict),
            fmr=too_few(0) if pairs is None else pairs.fmr[index][index],
            listed=mean_count(listed(searches, 1.0), of, draws, BOTH_SIDES),
            fpir_expected=returned(None if e is None else searches.least_expected <= e),
            fpir_tenth=returned(None if tenth is None else searches.best_stranger >= tenth),
        )

    return tuple(one(index, name) for index, name in enumerate(searches.cohorts))


def differentials(
    searches: Searches,
    draws: Resamples,
    rng: np.random.Generator,
    within: Contributions | None = None,
) -> tuple[Differential, ...]:
    """How far each kind of error differs between cohorts, and whether by more than chance; () without labels.

    draws: of the persons of all rows of `searches`. rng: deals labels. within: what each photograph adds to FMR
    at the threshold of FMR 1e-3; without it FMR is not judged. `chance` is corrected (Holm) over all that is judged,
    so that an evaluation in which all cohorts are equal reports any differential in 1 of 20 cases at most.
    """
    if not searches.cohorts:
        return ()
    found = []
    if within is not None:
        own = np.maximum(within.cohort, 0)[:, None]
        above, compared = (np.take_along_axis(table, own, 1)[:, 0] for table in (within.above, within.compared))
        error = _Error(FMR, above.astype(np.float64), compared.astype(np.float64), _PAIR_EFFECT)
        within_draws = resample(within.person, rng, len(draws.counts))
        found.append(_judged(error, None, searches.cohorts, within.cohort, within_draws, rng))
    for error, positive, negative in _errors(searches):
        found.append(_judged(error, (positive, negative), searches.cohorts, searches.cohort, draws, rng))
    corrected = holm([one.chance for one in found])
    return tuple(replace(one, chance=p) for one, p in zip(found, corrected, strict=True))


def _errors(searches: Searches) -> list[tuple[_Error, _Error, _Error]]:
    """Each error that is judged, with the false positives and the false negatives of its decision rule."""
    strict, tenth = (threshold(searches.best_stranger, fpir) for fpir in (STRICT, TENTH))
    e = level(searches.least_expected, TENTH)
    one = _positive(LISTED, listed(searches, 1.0)), _negative("", searches, ~(searches.mate_expected <= 1.0))
    told = [(one[0], *one)]
    for score, *names in ((strict, FPIR, FNIR), (tenth, FPIR_TENTH, FNIR_TENTH)):
        if score is not None:
            positive = _positive(names[0], searches.best_stranger >= score)
            negative = _negative(names[1], searches, missed(searches, score))
            told += [(positive, positive, negative), (negative, positive, negative)]
    if e is not None:
        positive = _positive(FPIR_EXPECTED, searches.least_expected <= e)
        negative = _negative(FNIR_EXPECTED, searches, ~(searches.mate_expected <= e))
        told += [(positive, positive, negative), (negative, positive, negative)]
    return told


def _positive(what: str, returned: NDArray[np.float64] | NDArray[np.bool_]) -> _Error:
    return _Error(what, returned.astype(np.float64), np.ones(len(returned)), BOTH_SIDES)


def _negative(what: str, searches: Searches, wrong: NDArray[np.bool_]) -> _Error:
    return _Error(what, (wrong & searches.mated).astype(np.float64), searches.mated.astype(np.float64), 1.0)


def _judged(
    error: _Error,
    rule: tuple[_Error, _Error] | None,
    names: tuple[str, ...],
    cohort: NDArray[np.int64],
    draws: Resamples,
    rng: np.random.Generator,
) -> Differential:
    """One differential over the cohorts with enough persons. rule: its false positives and negatives, for GARBE."""
    trials = draws.by_person(_by_cohort(error.trials, cohort, range(len(names))))
    errors = draws.by_person(_by_cohort(error.errors, cohort, range(len(names))))
    persons = np.array([effective(column) for column in trials.T])
    inside = np.flatnonzero(persons >= MINIMUM)
    count = int(trials[:, inside].sum())
    if len(inside) < 2 or (errors[:, inside].sum(axis=1) > 0).sum() < FEW:
        nothing = too_few(count)
        return Differential(error.what, "", "", nothing, nothing, nothing, judged=False)
    trials, errors = trials[:, inside], errors[:, inside]
    rates, erring = errors.sum(axis=0) / trials.sum(axis=0), np.maximum((errors > 0).sum(axis=0), 1)
    zeros = np.array([three_in(n / error.effect) for n in persons[inside]])
    floors = np.where(rates > 0, 0.5 * rates / erring, zeros)
    worst, best = int(rates.argmax()), int(rates.argmin())
    columns = np.hstack([_by_cohort(part, cohort, inside) for part in (error.errors, error.trials)])
    searched = trials.sum(axis=1) > 0

    def told(statistic: Callable[[Floats], Floats], floored: bool) -> Estimate:
        value = float(statistic(rates))
        low, high = bootstrap(lambda sums: statistic(_rates(sums)), columns, draws, error.effect)
        return Estimate(value, min(low, value), max(high, value), count, AT_LEAST if floored else BOOTSTRAP)

    return Differential(
        what=error.what,
        worst=names[inside[worst]],
        best=names[inside[best]],
        max_min=told(lambda r: max_min(r, worst, best, floors), bool(rates[best] == 0)),
        max_geometric_mean=told(lambda r: max_geometric_mean(r, worst, floors), bool((rates == 0).any())),
        garbe=told(gini, False) if rule is None else _garbe(*rule, cohort, inside, draws, count),
        judged=True,
        chance=chance(
            errors[searched].sum(axis=1),
            trials[searched].sum(axis=1),
            trials[searched].argmax(axis=1),
            rng,
            error.effect,
        ),
    )


def _garbe(
    positive: _Error,
    negative: _Error,
    cohort: NDArray[np.int64],
    inside: NDArray[np.int64],
    draws: Resamples,
    count: int,
) -> Estimate:
    parts = (positive.errors, positive.trials, negative.errors, negative.trials)
    columns = np.hstack([_by_cohort(part, cohort, inside) for part in parts])
    size = len(inside)
    mated = draws.by_person(columns[:, 3 * size :])
    if min(effective(column) for column in mated.T) < MINIMUM:
        return too_few(count)

    def statistic(sums: Floats) -> Floats:
        return garbe(_rates(sums[..., : 2 * size]), _rates(sums[..., 2 * size :]))

    value = float(statistic(columns.sum(axis=0)))
    return Estimate(value, *bootstrap(statistic, columns, draws, positive.effect), count, BOOTSTRAP)


def _by_cohort(values: Floats, cohort: NDArray[np.int64], which: Iterable[int]) -> Floats:
    """(n, k) the values in a column for each cohort, 0 elsewhere."""
    return np.stack([np.where(cohort == index, values, 0.0) for index in which], axis=1)


def _rates(sums: Floats) -> Floats:
    """(..., k) errors by trials, from (..., 2 k) sums of both."""
    size = sums.shape[-1] // 2
    with np.errstate(invalid="ignore", divide="ignore"):
        result: Floats = sums[..., :size] / sums[..., size:]
    return result
