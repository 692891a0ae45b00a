"""Scores as counts: histograms of mated and non-mated comparisons by pair of cohorts.

A bin is a set of scores, given by one formula that every path of `comparisons` computes with the same bits:

    bin(s) = floor(s · bins / 2) + bins / 2, and the last bin for s = 1

Scores are doubles, so each bin has a smallest one. These are the edges, and with them a threshold at an edge is exact:
a score reaches `edges(bins)[i]` if and only if its bin is i or a later one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from lookalike.errors import BadInput, TooFewScores

Counts = NDArray[np.uint64]

UNKNOWN = -1
"""The group of a sample whose cohort no record tells."""

MOST_BINS = 1 << 20
MOST_CELLS = 1 << 26
"""Pairs of groups times bins, at most: half a gibibyte of counts."""


def bins_of(scores: NDArray[np.float64], bins: int) -> NDArray[np.int64]:
    """The bin of each score, by the formula above.

    scores: any shape, float64 within [-1, 1]. bins: even. Returns int64 of the same shape, 0 to bins - 1.
    """
    half = bins // 2
    return np.minimum(np.floor(scores * half).astype(np.int64) + half, bins - 1)


@lru_cache(maxsize=8)
def edges(bins: int) -> NDArray[np.float64]:
    """The smallest score of each bin and, behind them, the smallest number that no score reaches.

    bins: even. Returns (bins + 1,) float64, rising, read-only: 2 i / bins - 1 to the last bit or two, and nextafter(1).
    """
    place = np.arange(bins)
    # the division and the product in `bins_of` each round by half a bit, so the smallest score is at most one off
    near = (place - bins // 2) / (bins // 2)
    lower, upper = np.nextafter(near, -np.inf), np.nextafter(near, np.inf)
    smallest = np.where(bins_of(lower, bins) >= place, lower, np.where(bins_of(near, bins) >= place, near, upper))
    found = np.append(smallest, np.nextafter(1.0, 2.0))
    found.flags.writeable = False
    return found


def pair_table(groups: int) -> NDArray[np.int64]:
    """The place of each unordered pair among all pairs.

    Returns (groups + 1, groups + 1) int64, symmetric; the last row and column stand for `UNKNOWN`, as -1 does in NumPy.
    """
    size = groups + 1
    table = np.zeros((size, size), dtype=np.int64)
    above = np.triu_indices(size)
    table[above] = np.arange(len(above[0]))
    return np.maximum(table, table.T)


@dataclass(frozen=True, slots=True, eq=False)
class Histogram:
    """The scores of one kind of comparison.

    counts: (bins,) uint64, how many scores fall into each bin.
    """

    counts: Counts

    @property
    def total(self) -> int:
        """How many comparisons there are."""
        return int(self.counts.sum())

    @property
    def edges(self) -> NDArray[np.float64]:
        """(bins + 1,) float64: see `edges`."""
        return edges(len(self.counts))

    @property
    def survival(self) -> Counts:
        """(bins + 1,) uint64: how many scores reach each edge. It falls from `total` to 0."""
        return np.append(np.cumsum(self.counts[::-1], dtype=np.uint64)[::-1], np.uint64(0))

    def at_least(self, threshold: float) -> int:
        """How many scores reach a threshold: exact at an edge, between two those that reach the lower one.

        The false positives of non-mated comparisons are thus never understated.
        """
        return int(self.survival[max(int(np.searchsorted(self.edges, threshold, side="right")) - 1, 0)])

    def below(self, threshold: float) -> int:
        """How many scores stay below a threshold: exact at an edge, between two those below the upper one.

        The false negatives of mated comparisons are thus never understated.
        """
        survival = self.survival
        return int(survival[0] - survival[min(int(np.searchsorted(self.edges, threshold)), len(self.counts))])

    def threshold(self, rate: float) -> float:
        """The smallest edge that at most this share of the scores reaches.

        Of non-mated comparisons: the threshold for a false match rate (ISO/IEC 19795-1), never exceeded.
        rate: 0 to 1. At 0 the edge above the highest score.
        Raises BadInput for another rate, TooFewScores when there is no comparison.
        """
        if not 0.0 <= rate <= 1.0:
            raise BadInput(f"A rate of {rate} was asked for.", remedy="Ask for a rate between 0 and 1.")
        survival = self.survival
        if not survival[0]:
            raise TooFewScores(
                "There is no comparison among these cohorts.",
                why="Without one no threshold can be said to keep to a rate.",
                remedy="Add samples of these cohorts, or take more pairs of cohorts together.",
            )
        return float(self.edges[np.argmax(survival / survival[0] <= rate)])


@dataclass(frozen=True, slots=True, eq=False)
class Histograms:
    """Mated and non-mated comparisons by unordered pair of groups.

    groups: how many there are, 0 to groups - 1; `UNKNOWN` is one more.
    non_mated, mated: (pairs, bins) uint64 in the order of `pairs`: comparisons of different persons, and of one person
    with himself. Their three fields are all there is to keep: `np.savez(file, **dataclasses.asdict(histograms))`.

    Raises BadInput for counts of another shape or type.
    """

    groups: int
    non_mated: Counts
    mated: Counts

    def __post_init__(self) -> None:
        pairs = (self.groups + 1) * (self.groups + 2) // 2
        for counts in (self.non_mated, self.mated):
            if counts.dtype != np.uint64 or counts.ndim != 2 or counts.shape != (pairs, *self.mated.shape[1:]):
                raise BadInput(
                    f"Counts of {counts.dtype} {counts.shape} are no histograms of {self.groups} groups.",
                    remedy=f"Pass two tables of uint64 of one shape: {pairs} pairs by an even number of bins.",
                )
            check_size(self.groups, counts.shape[1])

    @property
    def pairs(self) -> tuple[tuple[int, int], ...]:
        """The pairs of groups in the order of the rows: (0, 0), (0, 1), ..., and each group's last with `UNKNOWN`."""
        names = [*range(self.groups), UNKNOWN]
        return tuple((first, second) for i, first in enumerate(names) for second in names[i:])

    def non_mated_of(self, pairs: Iterable[tuple[int, int]] | None = None) -> Histogram:
        """Comparisons of different persons, of some pairs of groups together; None: of all.

        A pair has no order, and one that is named twice counts once.
        Raises BadInput for a group that does not exist.
        """
        return self._merged(self.non_mated, pairs)

    def mated_of(self, pairs: Iterable[tuple[int, int]] | None = None) -> Histogram:
        """Comparisons of one person with himself, as `non_mated_of`."""
        return self._merged(self.mated, pairs)

    def _merged(self, counts: Counts, pairs: Iterable[tuple[int, int]] | None) -> Histogram:
        if pairs is None:
            return Histogram(counts.sum(axis=0))
        named = list(pairs)
        if wrong := [group for pair in named for group in pair if not UNKNOWN <= group < self.groups]:
            raise BadInput(f"There is no group {wrong[0]}.", remedy=f"There are 0 to {self.groups - 1}, and {UNKNOWN}.")
        table = pair_table(self.groups)
        return Histogram(counts[sorted({int(table[pair]) for pair in named})].sum(axis=0, dtype=np.uint64))


def check_size(groups: int, bins: int) -> None:
    """Refuse histograms that cannot be: BadInput for a number of groups or bins, or a product of both."""
    if groups < 0:
        raise BadInput(f"{groups} groups were asked for.", remedy="Ask for none, or as many as there are.")
    if not 2 <= bins <= MOST_BINS or bins % 2:
        raise BadInput(f"{bins} bins were asked for.", remedy=f"Ask for an even number from 2 to {MOST_BINS:,}.")
    if (groups + 1) * (groups + 2) // 2 * bins > MOST_CELLS:
        raise BadInput(
            f"{groups} groups and {bins:,} bins make a histogram of more than {MOST_CELLS:,} counts.",
            why="Every pair of groups has its own, so memory grows with the square of the groups.",
            remedy="Join small groups, or ask for fewer bins.",
        )
