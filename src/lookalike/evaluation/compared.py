"""Every probe compared with every record of the gallery, one to one, counted by pair of cohorts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lookalike.evaluation.captures import Captured
from lookalike.evaluation.comparisons import Samples, histograms
from lookalike.evaluation.histograms import MOST_CELLS, bins_of, edges, pair_table
from lookalike.evaluation.trials import Enrolled, mates, numbered
from lookalike.evaluation.verification import Contributions, overall, threshold
from lookalike.face.template import compare, scores_from_parts

BINS = 20_000

FMR_ASKED = 1e-3
"""The false match rate of the one threshold at which cohorts are compared."""

_CELLS = 1 << 22


@dataclass(frozen=True, slots=True)
class Compared:
    """Counts by pair of groups: the cohorts in their order, and behind them whoever has no label.

    nonmated, mated: (g, g, bins) uint64, symmetric. edges: (bins + 1,) float64. persons: (g,) int64, people
    among the probes. threshold: of
    FMR_ASKED over all; None with too few comparisons to tell. contributions: of each probe, at that threshold.
    """

    nonmated: NDArray[np.uint64]
    mated: NDArray[np.uint64]
    edges: NDArray[np.float64]
    persons: NDArray[np.int64]
    threshold: float | None
    contributions: Contributions | None


def compare_all(
    probes: Sequence[Captured],
    inside: Enrolled,
    cohorts: tuple[str, ...],
    *,
    threads: int,
    on_progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Compared:
    """Compare every probe with every record; a photograph with itself counts nowhere."""
    names = numbered([*(probe.image.person_id for probe in probes), *inside.people])
    groups = {"": -1, **{name: i for i, name in enumerate(cohorts)}}
    g, bins = len(cohorts), BINS
    while (g + 1) * (g + 2) // 2 * bins > MOST_CELLS // 2 and bins > 200:
        bins //= 2
    bins -= bins % 2
    a = Samples(
        np.array([probe.template for probe in probes]),
        np.array([names[probe.image.person_id] for probe in probes]),
        np.array([groups[probe.image.cohort] for probe in probes]),
    )
    b = Samples(
        inside.templates,
        np.array([names[record.person_id] for record in inside.records]),
        np.array([groups[record.labels.get("cohort", "")] for record in inside.records]),
    )
    counted = histograms(a, b, groups=g, bins=bins, threads=threads, progress=on_progress)
    table = pair_table(g)
    nonmated, mated = counted.non_mated[table], np.zeros((g + 1, g + 1, bins), dtype=np.uint64)
    rows = inside.people
    for probe, group in zip(probes, a.groups, strict=True):
        assert probe.template is not None
        for row in mates(probe, inside, rows):
            score = compare(probe.template, inside.templates[row]).score
            place = int(bins_of(np.array([score]), bins)[0])
            mated[group, b.groups[row], place] += 1
            if group != b.groups[row]:
                mated[b.groups[row], group, place] += 1
    # of two sets of people the smaller one bounds what can be known; probes are the smaller one, or the same people
    each = np.unique(np.stack([a.persons, a.groups], axis=1), axis=0)
    persons = np.bincount(np.where(each[:, 1] < 0, g, each[:, 1]), minlength=g + 1)
    limit = threshold(overall(nonmated), edges(bins), FMR_ASKED)
    known = None if limit is None or not g else _contributions(a, b, g, limit)
    return Compared(nonmated, mated, edges(bins), persons, limit, known)


def _contributions(a: Samples, b: Samples, groups: int, limit: float) -> Contributions:
    """For each probe, how many strangers of each cohort reach the limit, and how many there are."""
    above, compared = np.zeros((2, len(a.templates), groups), dtype=np.int64)
    others = b.templates.astype(np.float32)
    norms = (b.templates.astype(np.int64) ** 2).sum(axis=1)
    of_group = np.eye(groups + 1, dtype=np.int64)[b.groups][:, :groups]
    step = max(1, _CELLS // len(others))
    for first in range(0, len(a.templates), step):
        codes = a.templates[first : first + step]
        # a sum of at most 1,024 products below 2 ** 14 is exact in single precision
        dots = np.rint(codes.astype(np.float32) @ others.T).astype(np.int64)
        own = (codes.astype(np.int64) ** 2).sum(axis=1)
        strangers = a.persons[first : first + step, None] != b.persons[None, :]
        for i, norm in enumerate(own):
            reaching = strangers[i] & (scores_from_parts(dots[i], norms, int(norm)) >= limit)
            above[first + i] = reaching.astype(np.int64) @ of_group
            compared[first + i] = strangers[i].astype(np.int64) @ of_group
    return Contributions(a.persons, a.groups, above, compared)
