"""How good a set of likelihood ratios is, against comparisons whose truth is known.

Everywhere mated and nonmated are (m,) and (n,) log10 LR, which may be infinite, at least one each; the two sides
weigh the same. Raised everywhere: BadInput for NaN or another shape, TooFewScores for an empty side. Figures agree
with `lir` 1.x; its names are the names here, and `lir.plotting.expected_calibration_error.calculate_ece` is `ece`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from lookalike.strength.arrays import Floats, flat
from lookalike.strength.calibrators import pav

_LOG2_10 = math.log2(10.0)


def cllr(mated: Floats, nonmated: Floats) -> float:
    """Log likelihood ratio cost, in bits: 0 is perfect, 1 is what saying nothing costs.

    Source: Brümmer & du Preez (2006), Computer Speech and Language 20, 230-275.
    """
    for_one, for_two = _sides(mated, nonmated)
    return float(_bits(-for_one).mean() + _bits(for_two).mean()) / 2.0


def cllr_min(mated: Floats, nonmated: Floats) -> float:
    """What is left of the cost after the best rising recalibration (PAV): the part that discrimination owes.

    Source: Brümmer & du Preez (2006).
    """
    steps = pav(*_sides(mated, nonmated))
    ratios = steps.log10_lr
    # a step without mated comparisons costs them nothing, though it would cost one infinitely much
    one, two = steps.mated_count > 0, steps.nonmated_count > 0
    for_one = _bits(-ratios[one]) @ steps.mated_count[one] / steps.mated_count.sum()
    for_two = _bits(ratios[two]) @ steps.nonmated_count[two] / steps.nonmated_count.sum()
    return float(for_one + for_two) / 2.0


def cllr_cal(mated: Floats, nonmated: Floats) -> float:
    """The rest of the cost: what bad calibration owes. cllr - cllr_min, in bits."""
    return cllr(mated, nonmated) - cllr_min(mated, nonmated)


def devpav(mated: Floats, nonmated: Floats) -> float:
    """Mean distance, in log10 LR, between the ratios and their best rising recalibration.

    The area between the PAV line and the diagonal over the range where PAV is finite, divided by that range. Infinite
    where an infinite ratio lies in that range; NaN where there is no such range: perfectly separated.
    Source: Vergeer et al. (2021), Forensic Science International 321, 110722.
    """
    told, deserved = pav_curve(mated, nonmated)
    finite = np.isfinite(deserved)
    told, deserved = told[finite], deserved[finite]
    if told.size == 0:
        return math.nan
    if not np.isfinite(told).all():
        return math.inf
    gap = deserved - told
    if gap.size == 1:
        return float(abs(gap[0]))
    left, right, width = gap[:-1], gap[1:], np.diff(told)
    both = np.abs(left) + np.abs(right)
    # two triangles where the line crosses the diagonal, one trapezium where it does not
    crossed = (np.square(left) + np.square(right)) / np.where(both > 0.0, both, 1.0)
    area = width * np.where(left * right < 0.0, crossed, both) / 2.0
    return float(area.sum() / (told[-1] - told[0]))


@dataclass(frozen=True, slots=True)
class Misleading:
    """Shares from 0 to 1 of likelihood ratios on the wrong side of 1.

    mated: of comparisons of one person, those that speak for two. nonmated: of two persons, those that speak for one.
    """

    mated: float
    nonmated: float


def misleading(mated: Floats, nonmated: Floats) -> Misleading:
    """Rates of misleading evidence, both ways. A likelihood ratio of exactly 1 misleads nobody.

    Source: Royall (2000), Journal of the American Statistical Association 95, 760-768.
    """
    for_one, for_two = _sides(mated, nonmated)
    return Misleading(float((for_one < 0.0).mean()), float((for_two > 0.0).mean()))


def pav_curve(mated: Floats, nonmated: Floats) -> tuple[Floats, Floats]:
    """The PAV plot: (u,) each distinct log10 LR, rising, and (u,) the one it deserved by PAV, perhaps infinite."""
    steps = pav(*_sides(mated, nonmated))
    return steps.levels, steps.log10_lr


def tippett(mated: Floats, nonmated: Floats) -> tuple[Floats, Floats, Floats]:
    """The Tippett plot: (u,) each distinct log10 LR, rising, and (u,) the shares of each side at or above it."""
    for_one, for_two = _sides(mated, nonmated)
    levels = np.unique(np.concatenate([for_one, for_two]))
    one, two = (1.0 - np.searchsorted(np.sort(side), levels) / side.size for side in (for_one, for_two))
    return levels, one, two


@dataclass(frozen=True, slots=True)
class Entropy:
    """The ECE plot, (p,) bits at each log10 prior odds: as told, after PAV, and with a ratio of 1 throughout."""

    log10_prior_odds: Floats
    told: Floats
    pav: Floats
    nothing: Floats


def ece(mated: Floats, nonmated: Floats, log10_prior_odds: Floats) -> Entropy:
    """Empirical cross-entropy over prior odds. At prior odds of 1, told is cllr and pav is cllr_min.

    log10_prior_odds: (p,) finite.
    Source: Ramos & Gonzalez-Rodriguez (2013), Forensic Science International 230, 156-169.
    """
    priors = flat(log10_prior_odds, "Log prior odds")
    levels, deserved = pav_curve(mated, nonmated)
    for_one, for_two = _sides(mated, nonmated)
    best_one, best_two = (deserved[np.searchsorted(levels, side)] for side in (for_one, for_two))
    zero = np.zeros(1)
    told, best, nothing = (
        np.array([_entropy(one, two, prior) for prior in priors])
        for one, two in ((for_one, for_two), (best_one, best_two), (zero, zero))
    )
    return Entropy(priors, told, best, nothing)


def _entropy(mated: Floats, nonmated: Floats, prior: float) -> float:
    one = 1.0 / (1.0 + 10.0**-prior)
    return float(one * _bits(-(mated + prior)).mean() + (1.0 - one) * _bits(nonmated + prior).mean())


def _bits(log10_odds: Floats) -> Floats:
    """log2(1 + odds), also where the odds are 0, infinite or too large for a float."""
    bits: Floats = np.logaddexp2(0.0, log10_odds * _LOG2_10)
    return bits


def _sides(mated: Floats, nonmated: Floats) -> tuple[Floats, Floats]:
    name = "A log likelihood ratio"
    return flat(mated, name, infinite=True), flat(nonmated, name, infinite=True)
