"""Empirical bounds: how large a likelihood ratio the measured comparisons can carry (ELUB)."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from lookalike.strength.arrays import Floats, flat

STEP = 0.01
"""Accuracy of a bound, in log10 LR."""

FURTHEST = 9.0
"""No log10 LR beyond this is told from an infinite one."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """The log10 LR below and above which nothing was measured: lower <= 0 <= upper."""

    lower: float
    upper: float

    def applied(self, log10_lr: Floats) -> Floats:
        """(n,) log10 LR, brought to the nearest bound where beyond it."""
        return np.clip(log10_lr, self.lower, self.upper)


def elub(mated: Floats, nonmated: Floats) -> Bounds:
    """Empirical lower and upper bound of a set of likelihood ratios whose truth is known.

    mated, nonmated: (m,), (n,) log10 LR, which may be infinite. A threshold t on the ratio is a decision whose
    mistakes cost 1 for a mated comparison refused and t for a non-mated one accepted. With one misleading comparison
    more on each side, deciding by the ratios has to cost no more than deciding without them, min(1, t); the bounds are
    where, going out from t = 1, it first costs more. No bound passes log10(m + 1) below or log10(n + 1) above.

    With `lir`: lir.algorithms.bayeserror.elub of lir 1.x, add_misleading=1. Raises BadInput, TooFewScores when empty.
    Source: Vergeer, van Es, de Jongh, Alberink & Stoel (2016), Science & Justice 56, 482-491.
    """
    for_one, for_two = (
        np.clip(flat(side, "A log likelihood ratio", infinite=True), -FURTHEST, FURTHEST) for side in (mated, nonmated)
    )
    lowest = max(min(for_one.min(), for_two.min()), -math.log10(for_one.size + 1))
    highest = min(max(for_one.max(), for_two.max()), math.log10(for_two.size + 1))
    first, last = min(0, math.floor(lowest / STEP)), max(0, math.floor(highest / STEP) + 1)
    thresholds = np.linspace(first * STEP, last * STEP, last - first + 1)
    odds = 10.0**thresholds
    cost = (
        1.0 - _accepted(for_one, odds) / (for_one.size + 1) + odds * (_accepted(for_two, odds) + 1) / (for_two.size + 1)
    )
    costlier = np.minimum(odds, 1.0) / cost < 1.0
    lower = np.max(thresholds[costlier & (thresholds <= 0)] + STEP, initial=thresholds[0])
    upper = np.min(thresholds[costlier & (thresholds >= 0)] - STEP, initial=thresholds[-1])
    return Bounds(min(float(lower), 0.0), max(float(upper), 0.0))


def _accepted(log10_lr: Floats, odds: Floats) -> Floats:
    """(t,) how many likelihood ratios are above each threshold."""
    ratios = np.sort(10.0**log10_lr)
    return ratios.size - np.searchsorted(ratios, odds, side="right").astype(np.float64)
