"""A measured number is never alone: value, 95 % interval, what it was counted on, and how the interval was made.

One rule for every share and every mean count, so that nobody chooses an interval after seeing it:

    effective persons   the rows of one person are not independent, so rows are counted as (sum m)^2 / sum m^2, m the
                        rows of each person (Kish 1965, section 5.7): the number of persons where all have as many rows
    too few to say      under MINIMUM effective persons
    rule of three       nobody, or everybody: 0 to 3/n, or its mirror 1 - 3/n to 1, n the effective persons
    Wilson              fewer than FEW persons with a success, or fewer than FEW with a failure; n the effective persons
                        (a mean count has the exact Poisson interval there, with Kish's number of independent events)
    bootstrap by person otherwise

A false positive has a person on both sides. In an evaluation where everybody is probe and reference, the same pair is
seen twice, so false positives carry a design effect of 2 (`BOTH_SIDES`): the variance is twice that of independent
searches, effective persons are halved, and a bootstrap interval is widened by the square root of 2 on the logarithm.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincinv, ndtr, ndtri

from lookalike.errors import BadInput

Floats = NDArray[np.float64]
Statistic = Callable[[Floats], Floats]

MINIMUM = 30
"""Effective persons under which nothing is said."""

FEW = 10
"""Persons with a success, or with a failure, under which a bootstrap has too little to draw from."""

BOTH_SIDES = 2.0
"""Design effect of a false positive."""

Z = 1.959963984540054
"""The 97.5 % point of the normal distribution."""

BOOTSTRAP, WILSON, THREE, POISSON = "bootstrap by person", "Wilson", "rule of three", "Poisson"
EXTRAPOLATED, TOO_FEW = "extrapolated", "too few to say"

AT_LEAST = "bootstrap by person, at least"
"""A ratio whose divisor was too small to be told from 0 and counts as the largest it may be."""

_BLOCK = 1 << 22


@dataclass(frozen=True, slots=True)
class Estimate:
    """One measured number.

    value: None where there is too little to say. low, high: 95 % interval, None with the value. count: trials it was
    measured on (searches, comparisons or persons, as the place says). method: "bootstrap by person", "Wilson",
    "rule of three", "Poisson", "extrapolated", "too few to say", or for a ratio "bootstrap by person, at least".
    Raises ValueError for a value outside its interval, without one, or not finite.
    """

    value: float | None
    low: float | None
    high: float | None
    count: int
    method: str

    def __post_init__(self) -> None:
        if self.count < 0:
            raise ValueError("an estimate counts fewer than no trials")
        known = [part for part in (self.low, self.value, self.high) if part is not None]
        if len(known) not in (0, 3) or known != sorted(known) or not all(map(math.isfinite, known)):
            raise ValueError("an estimate's value is not inside its interval")


def too_few(count: int) -> Estimate:
    """The estimate that says nothing, and on how many trials it says nothing."""
    return Estimate(None, None, None, int(count), TOO_FEW)


def wilson(successes: float, trials: float) -> tuple[float, float]:
    """95 % score interval of a proportion; both may be fractions, as effective numbers are.

    Raises BadInput unless 0 <= successes <= trials and trials > 0.
    Source: Wilson (1927), JASA 22, 209.
    """
    if not (trials > 0 and 0 <= successes <= trials):
        raise BadInput(f"{successes} successes in {trials} trials are no proportion.", remedy="Count again.")
    share = successes / trials
    scale = 1 + Z**2 / trials
    centre = (share + Z**2 / (2 * trials)) / scale
    reach = Z / scale * math.sqrt(share * (1 - share) / trials + Z**2 / (4 * trials**2))
    return min(max(0.0, centre - reach), share), max(min(1.0, centre + reach), share)


def three_in(trials: float) -> float:
    """The largest share that none in `trials` still allows with 95 % confidence, 3/n and at most 1.

    It is one-sided, and a little more cautious than the exact 1 - 0.05^(1/n).
    Source: Hanley & Lippman-Hand (1983), JAMA 249, 1743.
    """
    return min(1.0, 3.0 / trials) if trials > 0 else 1.0


def poisson(events: float) -> tuple[float, float]:
    """Exact 95 % interval of a Poisson mean of which `events` were seen. Source: Garwood (1936), Biometrika 28, 437."""
    low = float(gammaincinv(events, 0.025)) if events > 0 else 0.0
    return low, float(gammaincinv(events + 1, 0.975))


@dataclass(frozen=True, slots=True)
class Resamples:
    """Persons drawn with replacement, the same draws for every number of an evaluation.

    index: (n,) int64, the column of each row's person. counts: (resamples, persons) uint8, how often each was drawn.
    """

    index: NDArray[np.int64]
    counts: NDArray[np.uint8]

    def by_person(self, columns: Floats) -> Floats:
        """(persons, k) sums over the rows of each person, of (n, k) columns."""
        persons = self.counts.shape[1]
        return np.stack([np.bincount(self.index, column, persons) for column in columns.T], axis=1)

    def drawn(self, sums: Floats) -> Floats:
        """(resamples, k) sums over the persons drawn, of (persons, k)."""
        step = max(1, _BLOCK // max(1, self.counts.shape[1]))
        return np.concatenate([self.counts[i : i + step] @ sums for i in range(0, len(self.counts), step)])


def resample(person: NDArray[np.int64], rng: np.random.Generator, resamples: int) -> Resamples:
    """Draw persons with replacement, `resamples` times. person: (n,) int64.

    All rows of a person come and go together. Source: Davison & Hinkley (1997), section 3.8.
    """
    known, index = np.unique(person, return_inverse=True)
    size = len(known)
    counts = np.empty((resamples, size), dtype=np.uint8)
    for row in counts:
        row[:] = np.bincount(rng.integers(size, size=size), minlength=size)
    return Resamples(index.astype(np.int64), counts)


def bootstrap(statistic: Statistic, columns: Floats, draws: Resamples, effect: float = 1.0) -> tuple[float, float]:
    """95 % interval of a statistic that is a function of sums over rows, resampling persons with all their rows.

    statistic: (..., k) sums of the columns to (...) values. columns: (n, k) float64, one row a search.
    effect: design effect; the interval is widened by its root, on the logarithm.
    Bias-corrected and accelerated: rare errors make skewed distributions, on which plain percentiles cover too little
    at the upper end. The acceleration is from the jackknife by person. Source: Efron (1987), JASA 82, 171.
    """
    sums = draws.by_person(columns)
    total = sums.sum(axis=0)
    value = float(statistic(total))
    drawn = statistic(draws.drawn(sums))
    drawn = drawn[np.isfinite(drawn)]
    if not drawn.size:
        return value, value
    # half of the ties on either side, and never further out than the draws can show
    below = (np.sum(drawn < value) + 0.5 * np.sum(drawn == value)) / drawn.size
    bias = ndtri(np.clip(below, 0.5 / drawn.size, 1 - 0.5 / drawn.size))
    with np.errstate(invalid="ignore", divide="ignore"):
        left_out = statistic(total - sums)
    away = np.nan_to_num(np.nanmean(left_out) - left_out)
    spread = float((away**2).sum()) ** 1.5
    skew = float((away**3).sum()) / (6 * spread) if spread > 0 else 0.0
    corrected = bias + np.array([-Z, Z])
    levels = ndtr(bias + corrected / np.maximum(1 - skew * corrected, 0.1))
    low, high = (float(end) for end in np.quantile(drawn, levels))
    return widened(value, min(low, value), max(high, value), effect)


def widened(value: float, low: float, high: float, effect: float) -> tuple[float, float]:
    """An interval for `effect` times the variance, on the logarithm of a number above 0."""
    if value <= 0:
        return low, high
    root = math.sqrt(effect)
    return value * max(low / value, 0.0) ** root, value * (high / value) ** root


def effective(sizes: Floats) -> float:
    """Kish's number of independent units, (sum m)^2 / sum m^2, of what each of them contributes."""
    square = float((sizes**2).sum())
    return float(sizes.sum()) ** 2 / square if square > 0 else 0.0


def share(
    success: Floats | NDArray[np.bool_], of: NDArray[np.bool_], draws: Resamples, effect: float = 1.0
) -> Estimate:
    """A share of searches, by the rule of the module.

    success: (n,) float64 from 0 to 1, or bool. of: (n,) bool, the searches that count. effect: design effect.
    """
    weight = of.astype(np.float64)
    columns = np.stack([np.where(of, success, 0.0), weight], axis=1)
    good, rows = draws.by_person(columns).T
    count, trials = int(of.sum()), effective(rows) / effect
    if trials < MINIMUM:
        return too_few(count)
    value = float(good.sum() / rows.sum())
    if value in (0.0, 1.0):
        return Estimate(value, *((0.0, three_in(trials)) if value == 0 else (1 - three_in(trials), 1.0)), count, THREE)
    some = np.clip(good, 0, 1).sum(), np.clip(rows - good, 0, 1).sum()
    if min(some) < FEW:
        return Estimate(value, *wilson(value * trials, trials), count, WILSON)
    low, high = bootstrap(lambda sums: sums[..., 0] / sums[..., 1], columns, draws, effect)
    # value and interval are summed in two orders, and may differ in the last bit
    return Estimate(value, min(low, value), max(min(high, 1.0), value), count, BOOTSTRAP)


def mean_count(events: Floats, of: NDArray[np.bool_], draws: Resamples, effect: float = 1.0) -> Estimate:
    """A mean number of events a search, by the rule of the module. events: (n,) float64, counts. of: (n,) bool."""
    columns = np.stack([np.where(of, events, 0.0), of.astype(np.float64)], axis=1)
    seen, rows = draws.by_person(columns).T
    count, trials = int(of.sum()), effective(rows) / effect
    if trials < MINIMUM:
        return too_few(count)
    value = float(seen.sum() / rows.sum())
    if value == 0:
        return Estimate(0.0, 0.0, 3.0 / trials, count, THREE)
    if (seen > 0).sum() < FEW:
        independent = effective(seen) / effect
        low, high = poisson(independent)
        return Estimate(value, value * low / independent, value * high / independent, count, POISSON)
    low, high = bootstrap(lambda sums: sums[..., 0] / sums[..., 1], columns, draws, effect)
    return Estimate(value, min(low, value), max(high, value), count, BOOTSTRAP)


def ratio(above: Estimate, below: Estimate) -> Estimate:
    """The ratio of two estimates from different persons, with the interval recovered from theirs on the logarithm.

    A denominator of 0 counts as its upper bound, so that the ratio is what the data show at the least.
    Source: Li, Tang & Wong (2014), Computational Statistics & Data Analysis 76, 4 (MOVER on the logarithm).
    """
    count = above.count + below.count
    if above.value is None or below.value is None or above.value == 0:
        return too_few(count)
    assert above.low is not None
    assert above.high is not None
    assert below.low is not None
    assert below.high is not None
    divisor = below.value or below.high
    smallest = below.low or divisor
    value = above.value / divisor
    down = math.hypot(math.log(above.value / max(above.low, 1e-12)), math.log(below.high / divisor))
    up = math.hypot(math.log(above.high / above.value), math.log(divisor / smallest))
    method = BOOTSTRAP if below.value else AT_LEAST
    return Estimate(value, value * math.exp(-down), value * math.exp(up), count, method)
