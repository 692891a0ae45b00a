"""One-to-one comparison: false match and false non-match rates from histograms of scores, overall and by cohort pair.

Comparisons are not independent: a person is in many. Where it is known how much each photograph adds, both sides of a
comparison are resampled by person. Where it is not, and where errors are few, the interval is Wilson's on as many
trials as there are pairs with no person in common: half the persons of one cohort, the smaller of two cohorts. No
dependence between comparisons can make a rate less certain than that (Hoeffding 1963, section 5b).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lookalike.evaluation.estimates import (
    BOOTSTRAP,
    FEW,
    MINIMUM,
    THREE,
    WILSON,
    Estimate,
    Resamples,
    bootstrap,
    three_in,
    too_few,
    wilson,
)
from lookalike.evaluation.identification import curve
from lookalike.evaluation.results import Pairs, Verification

Counts = NDArray[np.uint64]

FMRS = (1e-2, 1e-3, 1e-4)
"""False match rates at which FNMR is told."""

PICTURE_BINS = 100
"""Bins of the score histogram for a picture, at most."""

DET_POINTS = 60


@dataclass(frozen=True, slots=True)
class Contributions:
    """What each photograph adds to the false matches at one threshold.

    person: (n,) int64. cohort: (n,) int64, index of the group, -1 unknown. above: (n, g) int64, comparisons with the
    photographs of other persons of each group that reach the threshold. compared: (n, g) int64, all such comparisons.
    """

    person: NDArray[np.int64]
    cohort: NDArray[np.int64]
    above: NDArray[np.int64]
    compared: NDArray[np.int64]


def overall(counts: Counts) -> Counts:
    """(bins,) uint64: all comparisons once, of a symmetric (g, g, bins) table of groups."""
    total: Counts = counts[np.triu_indices(len(counts))].sum(axis=0)
    return total


def reaching(counts: Counts, edges: NDArray[np.float64], score: float) -> tuple[int, int]:
    """How many comparisons of (bins,) counts reach a score that is one of the edges (bins + 1,), and of how many."""
    first = int(np.searchsorted(edges, score))
    return int(counts[first:].sum()), int(counts.sum())


def fmr(counts: Counts, edges: NDArray[np.float64], score: float) -> float:
    """The share of (bins,) counts at or above an edge; 0 without any."""
    above, compared = reaching(counts, edges, score)
    return above / compared if compared else 0.0


def threshold(counts: Counts, edges: NDArray[np.float64], asked: float) -> float | None:
    """The smallest edge at which at most a share `asked` of (bins,) counts is reached; None under 3 / asked."""
    total = int(counts.sum())
    if total + 1e-9 < 3 / asked:
        return None
    above = np.append(np.cumsum(counts[::-1])[::-1], 0)
    return float(edges[np.argmax(above <= asked * total + 1e-9)])


def verification(
    nonmated: Counts, mated: Counts, edges: NDArray[np.float64], persons: NDArray[np.int64]
) -> Verification:
    """FMR and FNMR over all comparisons.

    nonmated, mated: (g, g, bins) uint64, symmetric; groups without a label count too. edges: (bins + 1,) float64.
    persons: (g,) int64, people in each group. A mated comparison has one person, a non-mated one two.
    """
    strangers, same = overall(nonmated), overall(mated)
    people = float(persons.sum())

    def missed(score: float) -> Estimate:
        above, compared = reaching(same, edges, score)
        return rate(compared - above, compared, min(people, float(compared)))

    at = []
    for asked in FMRS:
        score = threshold(strangers, edges, asked)
        if score is not None:
            at.append((asked, score, rate(*reaching(strangers, edges, score), people / 2), missed(score)))
    total = int(strangers.sum())
    points = {}
    if total > 3:
        for asked in np.geomspace(3 / total, 1, DET_POINTS, endpoint=False):
            score = threshold(strangers, edges, float(asked))
            if score is not None and (x := fmr(strangers, edges, score)) > 0:
                points[x] = missed(score)
    step = -(-(len(edges) - 1) // PICTURE_BINS)
    return Verification(
        mated=int(same.sum()),
        nonmated=total,
        at=tuple(at),
        det=curve(sorted(points.items())),
        edges=(*(float(edge) for edge in edges[:-1:step]), float(edges[-1])),
        mated_share=_shares(same, step),
        nonmated_share=_shares(strangers, step),
    )


def pairs(
    nonmated: Counts,
    edges: NDArray[np.float64],
    cohorts: tuple[str, ...],
    persons: NDArray[np.int64],
    score: float,
    known: Contributions | None = None,
    draws: Resamples | None = None,
) -> Pairs:
    """FMR by pair of cohorts at one threshold.

    nonmated: (g, g, bins) uint64, symmetric; the first groups are `cohorts`, what follows them has no label and is
    left out. persons: (g,). known, draws: contributions at this threshold, and draws of their persons.
    """

    def cell(i: int, j: int) -> Estimate:
        trials = float(persons[i]) / 2 if i == j else float(min(persons[i], persons[j]))
        above, compared = reaching(nonmated[i, j], edges, score)
        if known is not None and draws is not None and trials >= MINIMUM:
            resampled = _both_sides(known, draws, i, j)
            if resampled is not None:
                return Estimate(above / compared, *_around(above / compared, resampled), compared, BOOTSTRAP)
        return rate(above, compared, trials)

    size = range(len(cohorts))
    cells = {(i, j): cell(i, j) for i in size for j in size if i <= j}
    return Pairs(score, cohorts, tuple(tuple(cells[min(i, j), max(i, j)] for j in size) for i in size))


def rate(errors: int, compared: int, trials: float) -> Estimate:
    """An error rate of so many comparisons that are worth `trials` independent ones."""
    if trials < MINIMUM or compared == 0:
        return too_few(compared)
    value = errors / compared
    if errors == 0:
        return Estimate(0.0, 0.0, three_in(trials), compared, THREE)
    if errors == compared:
        return Estimate(1.0, 1 - three_in(trials), 1.0, compared, THREE)
    return Estimate(value, *wilson(value * trials, trials), compared, WILSON)


def _both_sides(known: Contributions, draws: Resamples, i: int, j: int) -> tuple[float, float] | None:
    """The interval of the rate of a cohort pair, or None under FEW persons with an error on either side.

    With r_i the rate over the drawn persons of i against all of j, r_j the reverse and r the measured rate, the
    drawn rate is r_i * r_j / r: to the first order what drawing both sides gives (Hoeffding 1948), within a cohort
    too, where each person stands on both.
    """
    sides = [np.where(known.cohort == a, column[:, b], 0) for a, b in ((i, j), (j, i)) for column in _tables(known)]
    columns = np.stack(sides, axis=1).astype(np.float64)
    by_person = draws.by_person(columns)
    if min((by_person[:, side] > 0).sum() for side in (0, 2)) < FEW:
        return None
    measured = columns[:, 0].sum() / columns[:, 1].sum()
    return bootstrap(lambda s: s[..., 0] / s[..., 1] * (s[..., 2] / s[..., 3]) / measured, columns, draws)


def _tables(known: Contributions) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    return known.above, known.compared


def _around(value: float, interval: tuple[float, float]) -> tuple[float, float]:
    return min(interval[0], value), max(min(interval[1], 1.0), value)


def _shares(counts: Counts, step: int) -> tuple[float, ...]:
    total = int(counts.sum())
    binned = np.add.reduceat(counts, np.arange(0, len(counts), step))
    return tuple(float(count) / total if total else 0.0 for count in binned)
