"""Measures of how unequal error rates are, and the test of whether that is more than chance.

The largest of several rates is larger than the smallest also where all are equal, so a ratio of extremes proves
nothing. A differential is therefore reported only where a permutation test says so: the cohort labels are dealt anew
among the persons, and the statistic is how far the cohorts' rates lie from the common rate,

    X2 = sum over cohorts of (errors - common rate * trials)^2 / trials

Chance is the share of deals with at least the X2 that was measured; dealing ends early once chance is plain. Where an
error has a person on both sides, the measured X2 is first divided by the design effect, because the deals know of one
side only. Source: Fisher (1935), chapter 3; Besag & Clifford (1991), Biometrika 78, 301, for ending early.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lookalike.evaluation.estimates import Floats

DEALS = 1_999
"""Permutations at most: 1 in 2,000 is the rarest chance that is told."""

_PLAIN = 20
"""Deals that lie as far apart as what was measured, after which chance is plain."""


def gini(rates: Floats) -> Floats:
    """(...,) Gini coefficient over the last axis, n / (n - 1) * sum |x_i - x_j| / (2 n^2 mean); 0 where all are 0.

    rates: (..., n) float64, n >= 2, none negative. 0 is equal, 1 is all errors on one cohort.
    Source: Howard et al. (2022), "Evaluating proposed fairness models for face recognition algorithms", section on
    GARBE (arXiv 2203.05051); the factor n / (n - 1) lets the largest value be 1 for every n (Deltas 2003).
    """
    n = rates.shape[-1]
    apart = np.abs(rates[..., :, None] - rates[..., None, :]).sum(axis=(-1, -2))
    mean = rates.mean(axis=-1)
    result: Floats = np.where(mean > 0, apart / (2 * n * (n - 1) * np.where(mean > 0, mean, 1.0)), 0.0)
    return result


def garbe(false_positive: Floats, false_negative: Floats, alpha: float = 0.5) -> Floats:
    """Gini aggregation rate for biometric equitability: alpha * G(false positives) + (1 - alpha) * G(false negatives).

    Both (..., n) float64 over cohorts. Source: Howard et al. (2022), where alpha is 0.5 unless a use says otherwise.
    """
    return alpha * gini(false_positive) + (1 - alpha) * gini(false_negative)


def max_min(rates: Floats, worst: int, best: int, floors: Floats) -> Floats:
    """(...,) ratio of two cohorts' rates. floors: (n,) the least that a rate counts as, above 0."""
    ratio: Floats = rates[..., worst] / np.maximum(rates[..., best], floors[best])
    return ratio


def max_geometric_mean(rates: Floats, worst: int, floors: Floats) -> Floats:
    """(...,) ratio of one cohort's rate to the geometric mean of all, each floored. Source: NISTIR 8429 (2022)."""
    ratio: Floats = rates[..., worst] / np.exp(np.log(np.maximum(rates, floors)).mean(axis=-1))
    return ratio


def chance(
    errors: Floats,
    trials: Floats,
    cohort: NDArray[np.int64],
    rng: np.random.Generator,
    effect: float = 1.0,
) -> float:
    """How often equal cohorts would lie as far apart, by permutation of labels among persons.

    errors, trials: (p,) of each person. cohort: (p,) int64, its label. effect: design effect of the errors.
    """
    order = np.argsort(cohort, kind="stable")
    starts = np.flatnonzero(np.diff(cohort[order], prepend=cohort.min() - 1))
    away = np.stack([errors - errors.sum() / trials.sum() * trials, trials], axis=1)[order]

    def apart(dealt: Floats) -> float:
        by_cohort = np.add.reduceat(dealt, starts)
        return float((by_cohort[:, 0] ** 2 / by_cohort[:, 1]).sum())

    measured = apart(away) / effect * (1 - 1e-12)
    reached = 0
    for dealt in range(1, DEALS + 1):
        reached += apart(away[rng.permutation(len(away))]) >= measured
        if reached == _PLAIN:
            return reached / dealt
    return (1 + reached) / (1 + DEALS)


def holm(chances: Sequence[float | None]) -> tuple[float | None, ...]:
    """Each p-value so corrected that, all being equal, any of them falls under a level only that often.

    None stays None. Source: Holm (1979), Scandinavian Journal of Statistics 6, 65.
    """
    asked = sorted((p, i) for i, p in enumerate(chances) if p is not None)
    corrected: list[float | None] = [None] * len(chances)
    largest = 0.0
    for before, (p, i) in enumerate(asked):
        largest = max(largest, min(1.0, p * (len(asked) - before)))
        corrected[i] = largest
    return tuple(corrected)
