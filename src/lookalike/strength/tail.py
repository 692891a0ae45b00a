"""Expected lookalikes: how many strangers in this gallery would score at least this much.

Peaks over threshold (Pickands 1975; Coles 2001, chapter 4) with the reference cohort as the measuring stick. A score x
is standardised with the probe's own location and spread, z = (x - location) / spread, and read on the scale on which
the pooled tail of strangers is exponential, h = -ln(pooled survival of z). Above a threshold h0 the probe's own tail
is generalised Pareto (Hosking & Wallis 1987) on that scale,

    ln P(score >= x) = -h                                          below h0
    ln P(score >= x) = -h0 - ln(1 + shape * (h - h0)) / shape      above it

so that shape 0 says "like the pooled tail" at every depth, where on raw scores the shape would drift with depth.
The highest scores are the data; everybody else is only known to be below the last one used, so that a crowd of
dissimilar records cannot bend the tail. Each of the best ranks is a stranger's score or, at a small constant rate, a
true mate's: a score that no stranger explains then says nothing, so that a mate, or three, cannot bend it either. That
does what trimming the best ranks does, without losing them: simulated, trimming three moves the others' expectation by
5 to 160 in a hundred with one to three mates, this by less than 4 from a hundred people on.

Location, spread and shape are averaged over a grid with the reference as prior: with 20 people the reference speaks,
with 2,000 the probe's own strangers do, and nothing jumps in between.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_ndtr, ndtri

from lookalike.errors import BadInput, TooFewScores
from lookalike.strength.reference import Reference

Floats = NDArray[np.float64]

DOUBTED = 10
"""Best ranks that may be true mates."""

MATES = 1.0
"""True mates expected among them, per unit of score: one, anywhere between 0 and 1."""

USED = 200
"""Highest scores that the tail is fitted to; further ones only count."""

FEWEST = 50
"""Fewest scores that say something without a reference, or from a larger gallery."""

FLOOR = 1e-3
"""No smaller expectation is claimed: brothers, twins and double bookings are not in any tail."""

_PASSES = 24
_STEPS = np.linspace(-1.0, 1.0, 11)
_SHAPE_STEPS = np.linspace(-3.0, 3.0, 7)

_UNINFORMED = Reference(
    mean=0.0,
    mean_sd=0.5,
    spread=0.1,
    spread_log_sd=1.0,
    shape=0.0,
    shape_sd=0.1,
    survival=(0.5, 0.001),
    deviation=(0.0, 3.0902),
    source="None: a normal parent with next to nothing known of its mean and spread.",
)


@dataclass(frozen=True)
class Expectation:
    """Strangers expected to score at least as much: the mean and a 95 % credible interval, all in persons."""

    persons: float
    low: float
    high: float


def expected_lookalikes(
    scores: Floats,
    gallery_size: int,
    judged: Sequence[float] | Floats,
    reference: Reference | None = None,
) -> tuple[Expectation, ...]:
    """How many strangers in the gallery would score at least each judged score.

    scores: (m,) float64, the m highest comparison scores of one exact search, one a person (the best record of each),
        descending, within [-1, 1]. A true mate may be among them, and up to three may without bending the answer.
    gallery_size: persons searched, N >= m.
    judged: (k,) the scores to be judged, usually the candidates' own.
    reference: the matcher pack's; None where it has none.

    Returns k expectations in the order of `judged`. A higher score never has more expected lookalikes; none exceeds N;
    none is below `FLOOR`. The same input gives the same bits on the same machine.
    Raises TooFewScores when m < 50 without a reference, or m < min(N, 50) with one, or when all scores are equal and
    there is no reference. Raises BadInput for scores that are not finite, not descending, not one-dimensional or
    outside [-1, 1], and for m > N.
    Source: module docstring; DESIGN.md, "What a score is worth".
    """
    top = _checked(scores, gallery_size, reference)
    asked = _finite(judged, "The score to be judged")
    grid = _fit(top, gallery_size, reference or _UNINFORMED)
    order, place = np.unique(asked, return_inverse=True)
    mean, low, high = (np.clip(row, FLOOR, gallery_size) for row in _expect(grid, top, gallery_size, order))
    return tuple(Expectation(float(mean[i]), float(low[i]), float(high[i])) for i in place)


def _checked(scores: Floats, size: int, reference: Reference | None) -> Floats:
    top = _finite(scores, "A score of the search")
    if np.any(np.diff(top) > 0):
        raise BadInput("The scores of the search are not in descending order.", remedy="Pass them best first.")
    if top.size > size:
        raise BadInput(
            f"{top.size} scores were given for a gallery of {size} people.",
            remedy="Pass one score a person: the best record of each.",
        )
    needed = FEWEST if reference is None else max(1, min(FEWEST, size))
    equal = reference is None and top.size > 0 and top[0] == top[-1]
    if top.size < needed or equal:
        raise TooFewScores(
            f"All {top.size} scores are equal." if equal else f"Only {top.size} scores, where {needed} are needed.",
            why="What a score is worth is measured against the scores of the strangers in the gallery.",
            remedy="Keep more scores of the search, or use a matcher pack that has a reference cohort.",
        )
    return top


def _finite(values: Sequence[float] | Floats, name: str) -> Floats:
    array = np.asarray(values, dtype=np.float64)
    if array.ndim != 1 or not np.all(np.abs(array) <= 1.0 + 1e-9):
        raise BadInput(
            f"{name} is not a number between -1 and 1.",
            why="Scores of another kind cannot be weighed against strangers.",
            remedy="Pass a flat list of comparison scores as the exact search returns them.",
        )
    return array


@dataclass(frozen=True)
class _Grid:
    """Parameters and what they weigh. place, spread: (a, b); shape: (c,); weight: (a, b, c), summing to 1."""

    reference: Reference
    depth: float
    place: Floats
    spread: Floats
    shape: Floats
    weight: Floats


def _probit(reference: Reference, z: Floats) -> tuple[Floats, Floats]:
    """The pooled tail as a normal deviate, and its slope: straight between the table's entries and beyond them."""
    at = np.asarray(reference.deviation)
    to = -ndtri(np.asarray(reference.survival))
    slope = np.diff(to) / np.diff(at)
    piece = np.clip(np.searchsorted(at, z) - 1, 0, slope.size - 1)
    return to[piece] + slope[piece] * (z - at[piece]), slope[piece]


def _gpd(h: Floats, depth: float, shape: Floats) -> tuple[Floats, Floats]:
    """-ln survival with the Pareto tail above `depth`, and ln of its slope in h; h and shape broadcast."""
    over = np.maximum(h - depth, 0.0)
    inside = 1.0 + shape * over
    log = np.log(np.maximum(inside, 1e-300))
    safe = np.where(np.abs(shape) < 1e-9, 1.0, shape)
    excess = np.where(np.abs(shape) < 1e-9, over, log / safe)
    return np.where(inside > 0, np.minimum(h, depth) + excess, np.inf), np.where(inside > 0, -log, -np.inf)


def _fit(top: Floats, size: int, reference: Reference) -> _Grid:
    """Average over location, spread and shape, on a grid that closes in on where the mass is.

    The location's axis is the score at the depth of the last score used: there it is nearly independent of the spread.
    """
    used = top[:USED]
    share = min(used.size / size, 0.5)
    depth = -math.log(min(share, 0.1))
    anchor = float(np.interp(-ndtri(share), -ndtri(np.asarray(reference.survival)), reference.deviation))
    shapes = reference.shape + reference.shape_sd * _SHAPE_STEPS
    # wide enough for the prior, and for data that contradict it
    prior_place = reference.mean + anchor * reference.spread
    seen_place = float(used[min(used.size, math.ceil(share * size)) - 1])
    centre = np.array([(prior_place + seen_place) / 2, math.log(reference.spread)])
    reach = np.array([3.0 * math.hypot(reference.mean_sd, reference.spread), 5.0 * reference.spread_log_sd])
    reach[0] += abs(prior_place - seen_place) / 2
    shape = shapes[shapes.size // 2 :][:1]
    for left in reversed(range(_PASSES)):
        # one shape while the grid is still far off, all of them once it is near
        if left < 3:
            shape = shapes
        place = (centre[0] + reach[0] * _STEPS)[:, None] + 0.0 * _STEPS
        log_spread = centre[1] + reach[1] * _STEPS + 0.0 * _STEPS[:, None]
        spread = np.exp(log_spread)
        weight = _weight(used, size, reference, depth, place - anchor * spread, spread, shape)
        mass = weight.sum(axis=2)
        mean = np.array([(mass * place).sum(), (mass * log_spread).sum()])
        sd = np.sqrt([(mass * (place - mean[0]) ** 2).sum(), (mass * (log_spread - mean[1]) ** 2).sum()])
        if np.all(np.abs(reach - 4.5 * sd) < sd) and np.all(np.abs(mean - centre) < 0.5 * sd):
            if shape.size == shapes.size:
                break
            shape = shapes
        edge = np.array([mass[[0, -1]].sum(), mass[:, [0, -1]].sum()]) > 1e-3
        centre, reach = mean, np.where(edge, reach * 1.5, np.maximum(4.5 * sd, 0.15 * reach))
    return _Grid(reference, depth, place - anchor * spread, spread, shape, weight)


def _weight(
    used: Floats,
    size: int,
    known: Reference,
    depth: float,
    place: Floats,
    spread: Floats,
    shape: Floats,
) -> Floats:
    """(a, b, c): prior times likelihood, normalised.

    Among the best ranks a score is a stranger's, with intensity size * density, or a true mate's, with intensity MATES;
    everybody past the last used score is only known to be below it.
    """
    prior = ((place - known.mean) / known.mean_sd) ** 2 + (np.log(spread / known.spread) / known.spread_log_sd) ** 2
    log_weight = -0.5 * (prior[..., None] + ((shape - known.shape) / known.shape_sd) ** 2)
    g, slope = _probit(known, (used - place[..., None]) / spread[..., None])
    h = -log_ndtr(-g)
    log_hazard = h - 0.5 * g**2 - 0.5 * math.log(2 * math.pi) + np.log(slope) - np.log(spread)[..., None]
    tail, log_slope = _gpd(h[:, :, None, :], depth, shape[:, None])
    log_density = math.log(size) + log_hazard[:, :, None, :] + log_slope - tail
    log_weight += np.logaddexp(log_density[..., :DOUBTED], math.log(MATES)).sum(axis=3)
    log_weight += log_density[..., DOUBTED:].sum(axis=3)
    log_weight += (size - used.size) * log_ndtr(g[..., -1])[..., None]
    weight = np.exp(log_weight - log_weight.max())
    result: Floats = weight / weight.sum()
    return result


def _expect(grid: _Grid, top: Floats, size: int, asked: Floats) -> tuple[Floats, Floats, Floats]:
    """(k,) mean and 95 % bounds for ascending `asked`: the model down to the last score used, then the gallery's
    own count, scaled to join it.
    """
    last = top[:USED][-1]
    if top.size <= USED:
        return _model(grid, size, asked)
    known = asked >= top[-1]
    rows = _model(grid, size, np.where(known, np.maximum(asked, last), asked))
    # distinct scores, best first, each with the number of people at or above it
    levels, first = np.unique(-top, return_index=True)
    counts = np.append(first[1:], top.size)
    ratio = np.interp(-np.minimum(asked, last), levels, counts) / np.interp(-last, levels, counts)
    joined = [row * np.where(known, ratio, 1.0) for row in rows]
    # below the last score that came back nothing was counted: the model, but never less than what was
    floors = _model(grid, size, np.array([last]))
    mean, low, high = (np.where(known, j, np.maximum(j, f * ratio)) for j, f in zip(joined, floors, strict=True))
    return mean, low, np.where(known | (top.size == size), high, float(size))


def _model(grid: _Grid, size: int, asked: Floats) -> tuple[Floats, Floats, Floats]:
    weight = grid.weight.ravel()
    mean, low, high = np.empty((3, asked.size))
    for i, score in enumerate(asked):
        g, _ = _probit(grid.reference, (score - grid.place) / grid.spread)
        tail, _ = _gpd(-log_ndtr(-g)[..., None], grid.depth, grid.shape)
        persons = size * np.exp(-tail).ravel()
        mean[i] = persons @ weight
        order = np.argsort(persons, kind="stable")
        middle = np.cumsum(weight[order]) - 0.5 * weight[order]
        low[i], high[i] = np.interp((0.025, 0.975), middle, persons[order])
        # a mean above its own interval: nearly all of the weight says "none at all"
        low[i], high[i] = min(low[i], mean[i]), max(high[i], mean[i])
    return mean, low, high
