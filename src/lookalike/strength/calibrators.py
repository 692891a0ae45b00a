"""Calibrators: from a comparison score to a log10 likelihood ratio.

Each is fitted to the scores of comparisons whose truth is known: mated (one person) and non-mated (two persons). Each
gives both sides one half of the weight, however many comparisons either has, so that the odds of the training set are
1 and what comes out is a likelihood ratio, with no prior in it.

`fit_logistic`  a straight line in log10 LR; steady, extrapolates, wrong where the truth bends
`fit_isotonic`  pool adjacent violators: any rising shape, in steps, never beyond what was counted
`fit_kde`       a ratio of two smoothed densities; may fall where the two are far apart, which a user has to check

A calibration is immutable, equal to its own round trip through JSON, and computes the same bits afterwards.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, ClassVar, NoReturn

import numpy as np
from scipy.special import expit

from lookalike.errors import BrokenRatios, TooFewScores
from lookalike.strength.arrays import Floats, flat

KERNELS = 5_000
"""Up to this many scores a side, each is a kernel of its own; beyond, they are binned."""

BINS = 20
"""Bins per bandwidth. Linear binning then widens the bandwidth by less than one part in a thousand."""

_CHUNK = 1 << 21
_LN10 = math.log(10.0)


@dataclass(frozen=True, slots=True)
class Logistic:
    """log10 LR = intercept + slope * score, with a slope of at least 0."""

    kind: ClassVar[str] = "logistic"
    intercept: float
    slope: float

    def __post_init__(self) -> None:
        _numbers(self)
        if self.slope < 0:
            broken("the slope of a logistic calibration is below 0")

    def __call__(self, scores: Floats) -> Floats:
        """(n,) scores to (n,) log10 LR."""
        return self.intercept + self.slope * flat(scores, "A score")


@dataclass(frozen=True, slots=True)
class Isotonic:
    """Rising steps: at `scores`, the share of `mated` where both sides weigh the same; straight lines in between.

    log10 LR = log10(p / (1 - p)). Beyond the first and the last score it stays what it is there.
    """

    kind: ClassVar[str] = "isotonic"
    scores: tuple[float, ...]
    mated: tuple[float, ...]

    def __post_init__(self) -> None:
        _numbers(self)
        if not self.scores or len(self.scores) != len(self.mated):
            broken("an isotonic calibration needs as many shares as scores, and at least one")
        if np.any(np.diff(self.scores) <= 0) or np.any(np.diff(self.mated) < 0):
            broken("the steps of an isotonic calibration do not rise")
        if not 0.0 < self.mated[0] <= self.mated[-1] < 1.0:
            broken("a share of an isotonic calibration is not between 0 and 1")

    def __call__(self, scores: Floats) -> Floats:
        """(n,) scores to (n,) log10 LR."""
        share = np.interp(flat(scores, "A score"), self.scores, self.mated)
        ratio: Floats = np.log10(share) - np.log10(1.0 - share)
        return ratio


@dataclass(frozen=True, slots=True)
class Kde:
    """The ratio of two Gaussian kernel densities: centres and weights (summing to 1) of each side, and bandwidths.

    A score outside the range of all centres is worth what the nearest centre is worth: out there the wider bandwidth
    would win whatever the truth is.
    """

    kind: ClassVar[str] = "kde"
    mated: tuple[float, ...]
    mated_weights: tuple[float, ...]
    mated_bandwidth: float
    nonmated: tuple[float, ...]
    nonmated_weights: tuple[float, ...]
    nonmated_bandwidth: float

    def __post_init__(self) -> None:
        _numbers(self)
        for centres, weights in ((self.mated, self.mated_weights), (self.nonmated, self.nonmated_weights)):
            if not centres or len(centres) != len(weights):
                broken("a kernel density needs as many weights as centres, and at least one")
            if np.any(np.diff(centres) < 0):
                broken("the centres of a kernel density do not rise")
            if min(weights) <= 0.0 or abs(math.fsum(weights) - 1.0) > 1e-9:
                broken("the weights of a kernel density are not shares of 1")
        if min(self.mated_bandwidth, self.nonmated_bandwidth) <= 0.0:
            broken("a bandwidth is not above 0")

    def __call__(self, scores: Floats) -> Floats:
        """(n,) scores to (n,) log10 LR."""
        mated, nonmated = np.asarray(self.mated), np.asarray(self.nonmated)
        inside = np.clip(flat(scores, "A score"), min(mated[0], nonmated[0]), max(mated[-1], nonmated[-1]))
        for_one = _log_density(inside, mated, np.asarray(self.mated_weights), self.mated_bandwidth)
        for_two = _log_density(inside, nonmated, np.asarray(self.nonmated_weights), self.nonmated_bandwidth)
        return (for_one - for_two) / _LN10


Calibration = Logistic | Isotonic | Kde


def fit_logistic(mated: Floats, nonmated: Floats) -> Logistic:
    """Fit a straight line by balanced logistic regression with a small penalty on its slope.

    mated, nonmated: (m,), (n,) float64 scores, at least 2 each. Minimises

        mean ln(1 + exp(-x)) over mated + mean ln(1 + exp(x)) over non-mated + (slope * spread)**2 / (2 min(m, n))

    where x is the line in natural logarithms and spread the standard deviation of the scores with both sides weighing
    the same. The penalty weighs as much as one comparison of the smaller side: it keeps perfectly separated scores
    from an infinite slope, shrinks towards LR = 1 what rests on few, and does not depend on the scale of the scores.
    Where mated comparisons do not score higher, the best line that does not fall is LR = 1 everywhere.

    With `lir`: LogitCalibrator(C=2 min(m, n) / ((m + n) spread**2)).
    Raises BadInput, and TooFewScores when a side has fewer than 2 scores or all scores are equal.
    Source: Brümmer & du Preez (2006), balanced weights; Morrison & Poh (2018), shrinking by regularisation.
    """
    mated, nonmated = _sides(mated, nonmated)
    centre, spread = _moments(mated, nonmated)
    for_one, for_two = (mated - centre) / spread, (nonmated - centre) / spread
    line = np.zeros(2)
    penalty = 1.0 / min(mated.size, nonmated.size)
    cost = _cost(line, for_one, for_two, penalty)
    for _ in range(100):
        step = _newton_step(line, for_one, for_two, penalty)
        # so near, Newton's next step is the square of this one, and the cost no longer tells them apart
        if np.abs(step).max() < 1e-8:
            line = line + step
            break
        scale = 1.0
        while (lower := _cost(line + scale * step, for_one, for_two, penalty)) > cost and scale > 1e-9:
            scale /= 2.0
        line, cost = line + scale * step, min(lower, cost)
    if line[1] <= 0.0:
        return Logistic(0.0, 0.0)
    slope = line[1] / spread
    return Logistic(float((line[0] - slope * centre) / _LN10), float(slope / _LN10))


def fit_isotonic(mated: Floats, nonmated: Floats) -> Isotonic:
    """Fit rising steps by pooling adjacent violators, with one misleading comparison added at each end.

    mated, nonmated: (m,), (n,) float64 scores, at least 2 each. A non-mated comparison is added above all scores and
    a mated one below, so that no step is infinite: beyond the last mistake that was seen, one more is supposed.

    With `lir`: IsotonicCalibrator(add_misleading=1).
    Raises BadInput, and TooFewScores when a side has fewer than 2 scores or all scores are equal.
    Source: Zadrozny & Elkan (2002); Brümmer & du Preez (2006).
    """
    mated, nonmated = _sides(mated, nonmated)
    lowest, highest = min(mated.min(), nonmated.min()), max(mated.max(), nonmated.max())
    steps = pav(np.append(mated, lowest - 1.0), np.append(nonmated, highest + 1.0))
    # the two ends of every step are all that a straight line between steps needs
    knots = np.unique(np.concatenate([steps.blocks[:-1], steps.blocks[1:] - 1]))
    # two steps of one share may differ in the last bit, the wrong way round
    share = np.maximum.accumulate(steps.mated_share / (steps.mated_share + steps.nonmated_share))
    return Isotonic(tuple(steps.levels[knots].tolist()), tuple(share[knots].tolist()))


def fit_kde(mated: Floats, nonmated: Floats) -> Kde:
    """Fit a Gaussian kernel density to each side, with Silverman's rule for the bandwidth of each.

    mated, nonmated: (m,), (n,) float64 scores, at least 2 each. Bandwidth (4 / (3 n))**(1/5) standard deviations. Up
    to `KERNELS` scores a side are kernels of their own; more are binned linearly, `BINS` bins to a bandwidth.

    With `lir`: KDECalibrator(bandwidth="silverman"), inside the range of the scores and up to `KERNELS` scores.
    Raises BadInput, and TooFewScores when a side has fewer than 2 scores or all its scores are equal.
    Source: Silverman (1986), 3.28; Wand (1994), linear binning.
    """
    mated, nonmated = _sides(mated, nonmated)
    return Kde(*_kernels(mated, "mated"), *_kernels(nonmated, "non-mated"))


Fit = Callable[[Floats, Floats], Calibration]
"""(mated scores, non-mated scores) -> calibration."""

FITS: Mapping[str, Fit] = {"logistic": fit_logistic, "kde": fit_kde, "isotonic": fit_isotonic}
"""Every calibrator by name, the smoothest first."""


@dataclass(frozen=True, slots=True)
class Steps:
    """Pooled steps. levels: (u,) the distinct values, rising. blocks: (b + 1,) where each step begins, and u.

    mated_count, nonmated_count: (u,) comparisons at each level. mated_share, nonmated_share: (u,) the share of all
    mated, and of all non-mated, that the level's step holds; their ratio is the step's likelihood ratio.
    """

    levels: Floats
    blocks: np.ndarray[tuple[int], np.dtype[np.intp]]
    mated_count: Floats
    nonmated_count: Floats
    mated_share: Floats
    nonmated_share: Floats

    @property
    def log10_lr(self) -> Floats:
        """(u,) log10 LR of each level, infinite where a step holds one side only."""
        with np.errstate(divide="ignore"):
            ratio: Floats = np.log10(self.mated_share) - np.log10(self.nonmated_share)
        return ratio


def pav(mated: Floats, nonmated: Floats) -> Steps:
    """Pool adjacent violators: the rising likelihood ratio that fits best, with both sides weighing the same.

    mated, nonmated: (m,), (n,) float64, at least 1 each, not NaN. Steps are counted, not averaged: what is infinite
    is exactly infinite.
    """
    from scipy.optimize import isotonic_regression  # half a second that only measuring has to wait for

    levels, place = np.unique(np.concatenate([mated, nonmated]), return_inverse=True)
    mated_count = np.bincount(place[: mated.size], minlength=levels.size).astype(np.float64)
    nonmated_count = np.bincount(place[mated.size :], minlength=levels.size).astype(np.float64)
    for_one, for_two = mated_count / mated.size, nonmated_count / nonmated.size
    blocks = isotonic_regression(for_one / (for_one + for_two), weights=for_one + for_two).blocks
    sizes = np.diff(blocks)
    mated_share, nonmated_share = (
        np.repeat(np.add.reduceat(count, blocks[:-1]) / total, sizes)
        for count, total in ((mated_count, mated.size), (nonmated_count, nonmated.size))
    )
    return Steps(levels, blocks, mated_count, nonmated_count, mated_share, nonmated_share)


def to_data(calibration: Calibration) -> dict[str, object]:
    """Plain data for JSON: the kind, and every number in full."""
    numbers = {field.name: getattr(calibration, field.name) for field in fields(calibration)}
    plain = {name: list(value) if isinstance(value, tuple) else value for name, value in numbers.items()}
    return {"kind": calibration.kind, **plain}


def from_data(data: object) -> Calibration:
    """Read what `to_data` wrote. Raises BrokenRatios for anything else."""
    if not isinstance(data, Mapping):
        broken("a calibration is not a table")
    kind = next((kind for kind in (Logistic, Isotonic, Kde) if kind.kind == data.get("kind")), None)
    if kind is None:
        broken("a calibration is of no known kind")
    names = [field.name for field in fields(kind)]
    if set(data) != {"kind", *names}:
        broken(f"a {kind.kind} calibration needs exactly kind, {', '.join(names)}")
    values: list[Any] = [tuple(data[name]) if isinstance(data[name], list) else data[name] for name in names]
    return kind(*values)


def _sides(mated: Floats, nonmated: Floats) -> tuple[Floats, Floats]:
    mated, nonmated = flat(mated, "A mated score", fewest=2), flat(nonmated, "A non-mated score", fewest=2)
    if min(mated.min(), nonmated.min()) == max(mated.max(), nonmated.max()):
        _equal("All scores")
    return mated, nonmated


def _moments(mated: Floats, nonmated: Floats) -> tuple[float, float]:
    centre = (mated.mean() + nonmated.mean()) / 2.0
    spread = math.sqrt((np.square(mated - centre).mean() + np.square(nonmated - centre).mean()) / 2.0)
    return float(centre), spread


def _cost(line: Floats, mated: Floats, nonmated: Floats, penalty: float) -> float:
    lost = np.logaddexp(0.0, -line[0] - line[1] * mated).mean() + np.logaddexp(0.0, line[0] + line[1] * nonmated).mean()
    return float(lost + penalty * line[1] ** 2 / 2.0)


def _newton_step(line: Floats, mated: Floats, nonmated: Floats, penalty: float) -> Floats:
    gradient, curvature = np.array([0.0, penalty * line[1]]), np.diag([0.0, penalty])
    for side, sign in ((mated, -1.0), (nonmated, 1.0)):
        error = expit(sign * (line[0] + line[1] * side))
        bend = error * (1.0 - error)
        gradient += sign * np.array([error.mean(), (error * side).mean()])
        cross = (bend * side).mean()
        curvature += np.array([[bend.mean(), cross], [cross, (bend * side * side).mean()]])
    return -np.linalg.solve(curvature, gradient)


def _kernels(scores: Floats, side: str) -> tuple[tuple[float, ...], tuple[float, ...], float]:
    """Rising centres, their weights, and the bandwidth."""
    spread = float(np.std(scores))
    if scores.min() == scores.max():
        _equal(f"All {side} scores")
    bandwidth = spread * (4.0 / (3.0 * scores.size)) ** 0.2
    if scores.size <= KERNELS:
        return tuple(np.sort(scores).tolist()), (1.0 / scores.size,) * scores.size, bandwidth
    step = bandwidth / BINS
    place = (scores - scores.min()) / step
    low = np.floor(place)
    bins, which = np.unique(np.concatenate([low, low + 1.0]), return_inverse=True)
    mass = np.bincount(which, weights=np.concatenate([low + 1.0 - place, place - low])) / scores.size
    kept = mass > 0.0
    return tuple((scores.min() + step * bins[kept]).tolist()), tuple(mass[kept].tolist()), bandwidth


def _log_density(scores: Floats, centres: Floats, weights: Floats, bandwidth: float) -> Floats:
    log_weights = np.log(weights) - math.log(bandwidth * math.sqrt(2.0 * math.pi))
    density = np.empty(scores.size)
    rows = max(1, _CHUNK // centres.size)
    for start in range(0, scores.size, rows):
        part = log_weights - 0.5 * np.square((scores[start : start + rows, None] - centres) / bandwidth)
        largest = part.max(axis=1)
        density[start : start + rows] = largest + np.log(np.exp(part - largest[:, None]).sum(axis=1))
    return density


def _equal(what: str) -> NoReturn:
    raise TooFewScores(
        f"{what} are equal.",
        why="Scores that do not differ cannot tell one person from two.",
        remedy="Measure more comparisons, of more people.",
    )


def _numbers(calibration: Calibration) -> None:
    for field in fields(calibration):
        value = getattr(calibration, field.name)
        listed = isinstance(value, tuple)
        if listed != str(field.type).startswith("tuple"):
            broken(f"{field.name} of a {calibration.kind} calibration is not {'a number' if listed else 'a list'}")
        for entry in value if listed else (value,):
            if isinstance(entry, bool) or not isinstance(entry, float) or not math.isfinite(entry):
                broken(f"{field.name} of a {calibration.kind} calibration holds what is not a finite number")


def broken(detail: str) -> NoReturn:
    """Raise BrokenRatios. detail: a clause that says what is wrong."""
    raise BrokenRatios(
        f"The likelihood ratios cannot be used: {detail}.",
        why="They say what a score is worth; a wrong number there would overstate the evidence.",
        remedy="Restore the file, or measure it again.",
    )
