"""Searching: how often the mate is missed and how often a stranger is returned (ISO/IEC 19795-1).

A candidate is returned where its score reaches the threshold. Every probe is a non-mated search, with its own person
taken out of the gallery; its false positive is its best stranger. Every probe with a mate is a mated search. The
interval of FNIR holds the threshold as it was set, as a unit that sets it would; intervals take the gallery as given.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from lookalike.evaluation.estimates import BOTH_SIDES, Estimate, Resamples, share, too_few
from lookalike.evaluation.results import FPIRS, LEVELS, RANKS, Identification, Operating, Point
from lookalike.evaluation.searches import FIT, POOR, Searches

LONGEST = 50
"""Ranks of the CMC: the longest candidate list there is."""

DET_POINTS = 40

_LEAST = 3.0


def threshold(best_stranger: NDArray[np.float64], fpir: float) -> float | None:
    """The smallest score threshold at which at most a share `fpir` of non-mated searches returns anybody.

    best_stranger: (n,) float64, the best stranger's score of each; -inf where there is none.
    None where n < 3 / fpir: even a threshold that returned nobody would leave FPIR anywhere up to 3 / n (rule of
    three), so that the rate asked for cannot be told from zero.
    """
    n = best_stranger.size
    # rounding must not turn 0.003 * 1000 into 2
    if n + 1e-9 < _LEAST / fpir:
        return None
    return _threshold(best_stranger, int(fpir * n + 1e-9))


def level(least_expected: NDArray[np.float64], fpir: float) -> float | None:
    """The largest e at which at most a share `fpir` of non-mated searches has a stranger with E <= e.

    least_expected: (n,) float64, the smallest expectation of a stranger in each search. None where n < 3 / fpir.
    """
    found = threshold(-least_expected, fpir)
    return None if found is None else -found


def _threshold(best: NDArray[np.float64], allowed: int) -> float:
    first_too_many = np.sort(best)[::-1][allowed]
    return float(np.nextafter(first_too_many, np.inf)) if np.isfinite(first_too_many) else -1.0


def curve(points: Iterable[tuple[float, Estimate]]) -> tuple[Point, ...]:
    """The points of which something can be said, in the order given."""
    told = []
    for x, y in points:
        if y.value is not None and y.low is not None and y.high is not None:
            told.append(Point(x, y.value, y.low, y.high))
    return tuple(told)


def missed(searches: Searches, score: float) -> NDArray[np.bool_]:
    """(n,) bool: the mate does not reach the score. Only rows of `searches.mated` mean anything."""
    return ~(searches.mate_score >= score)


def identifications(searches: Searches, draws: Resamples) -> tuple[Identification, ...]:
    """All, fit, poor, and each capture label: strata without a probe are left out.

    draws: of the persons of all rows of `searches`. Each stratum has its own thresholds.
    """
    strata = {
        "all": np.ones(len(searches), dtype=np.bool_),
        "fit": searches.fitness == FIT,
        "poor": searches.fitness == POOR,
    }
    for label in np.unique(searches.conditions):
        if label:
            strata[f"capture: {label}"] = searches.conditions == label
    return tuple(_stratum(name, searches, of, draws) for name, of in strata.items() if name == "all" or of.any())


def _stratum(name: str, searches: Searches, of: NDArray[np.bool_], draws: Resamples) -> Identification:
    mated = of & searches.mated
    return Identification(
        stratum=name,
        mated=int(mated.sum()),
        nonmated=int(of.sum()),
        mated_persons=len(np.unique(searches.person[mated])),
        nonmated_persons=len(np.unique(searches.person[of])),
        operating=tuple(_operating(searches, of, draws, fpir) for fpir in FPIRS),
        rank=tuple((rank, _within(searches, mated, draws, rank)) for rank in RANKS),
        fnir_by_expected=tuple((e, *_by_expected(searches, of, draws, e)) for e in LEVELS),
        det=_det(searches, of, draws),
        cmc=curve((float(rank), _within(searches, mated, draws, rank)) for rank in range(1, LONGEST + 1)),
    )


def _operating(searches: Searches, of: NDArray[np.bool_], draws: Resamples, fpir: float) -> Operating:
    mated = of & searches.mated
    score = threshold(searches.best_stranger[of], fpir)
    if score is None:
        return Operating(fpir, None, too_few(int(mated.sum())))
    return Operating(fpir, score, share(missed(searches, score), mated, draws))


def _within(searches: Searches, mated: NDArray[np.bool_], draws: Resamples, rank: int) -> Estimate:
    return share(searches.mate_rank <= rank, mated, draws)


def _by_expected(searches: Searches, of: NDArray[np.bool_], draws: Resamples, e: float) -> tuple[Estimate, Estimate]:
    fnir = share(~(searches.mate_expected <= e), of & searches.mated, draws)
    return fnir, share(searches.least_expected <= e, of, draws, BOTH_SIDES)


def _det(searches: Searches, of: NDArray[np.bool_], draws: Resamples) -> tuple[Point, ...]:
    """FNIR where 3, ... of the n non-mated searches return somebody: fewer cannot be told from none."""
    mated, best = of & searches.mated, searches.best_stranger[of]
    if best.size <= _LEAST:
        return ()
    allowed = np.unique(np.geomspace(_LEAST, best.size - 1, DET_POINTS).round().astype(int))
    scores = {float(np.mean(best >= score)): score for score in (_threshold(best, int(k)) for k in allowed)}
    return curve((fpir, share(missed(searches, scores[fpir]), mated, draws)) for fpir in sorted(scores) if fpir > 0)
