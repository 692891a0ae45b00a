"""All comparisons of two sets of samples, or of one with itself, counted by score and by pair of cohorts.

A billion comparisons are a billion scores: only their histograms are kept. Samples are taken in the order of their
groups, so that a rectangle of comparisons belongs to one pair of groups. Each thread takes one rectangle after another;
the C extension `_pairs` counts it with the exact scan's byte dot products, without it NumPy does. The score and its bin
are the same on every path to the last bit, so the counts are the same to the last comparison.

All pairs are counted first, which needs no branch; those of one person are few, are computed once more, and are taken
out again. Memory: the histograms, about 2 MB of blocks a thread (20 without the extension), and 16 bytes a sample.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import product
from threading import Lock
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lookalike.errors import BadInput
from lookalike.evaluation.histograms import UNKNOWN, Counts, Histograms, bins_of, check_size, pair_table
from lookalike.face.template import LARGEST, scores_from_parts

try:
    from lookalike.evaluation import _pairs
except ImportError:  # no compiler when this was installed, or no wheel for this machine
    _COMPILED: tuple[str, ...] = ()
else:
    _COMPILED = tuple(_pairs.paths())

Codes = NDArray[np.int8]
Progress = Callable[[int, int], None]

MOST_DIMENSIONS = 1024
PATHS = (*_COMPILED[:-1], "numpy", *_COMPILED[-1:])
"""The ways to compute here, fastest first. The last one, compiled for any processor, takes three times NumPy's time."""

_BLOCK_ROWS = 4096
_BLOCK_BYTES = 1 << 20
_SQUARE = 512  # a block of any dimensions has as many rows
_NUMPY_CELLS = 1 << 18
_MOST_THREADS = 256


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """Templates, and whose they are.

    templates: (n, D) int8 from -127 to 127, none of them zero, D up to 1,024.
    persons: (n,) signed integers; equal numbers are one person.
    groups: (n,) signed integers; the cohort of each, from 0 on, or `UNKNOWN`.

    Raises BadInput for another shape or type, for no sample at all, a zero template, a -128 or a group below -1.
    """

    templates: Codes
    persons: NDArray[np.signedinteger]
    groups: NDArray[np.signedinteger]

    def __post_init__(self) -> None:
        codes = self.templates
        if codes.dtype != np.int8 or codes.ndim != 2 or not 1 <= codes.shape[1] <= MOST_DIMENSIONS:
            raise BadInput(
                f"Templates of {codes.dtype} {codes.shape} cannot be compared.",
                remedy=f"Pass a table of int8, a row a sample, of 1 to {MOST_DIMENSIONS:,} dimensions.",
            )
        if not len(codes):
            raise BadInput("There is no sample to compare.", remedy="Pass at least one template.")
        if codes.min() < -LARGEST:
            raise BadInput("A template holds a -128.", why="No embedder's template does.", remedy="Extract it again.")
        if not (known := codes.any(axis=1)).all():
            raise BadInput(
                f"Template {int(np.argmin(known))} is zero.",
                why="It resembles nobody, and would count as a low score with everybody.",
                remedy="Leave the sample out, and count it as a failure to acquire.",
            )
        for name, labels in (("persons", self.persons), ("groups", self.groups)):
            if labels.dtype.kind != "i" or labels.shape != (len(codes),):
                raise BadInput(
                    f"{name} is {labels.dtype} {labels.shape}.",
                    remedy=f"Pass one signed integer for each of the {len(codes):,} samples.",
                )
        if self.groups.min() < UNKNOWN:
            raise BadInput(f"There is no group {self.groups.min()}.", remedy=f"Use 0 and up, or {UNKNOWN} for unknown.")


def histograms(
    a: Samples,
    b: Samples | None = None,
    *,
    groups: int,
    bins: int = 20_000,
    threads: int | None = None,
    progress: Progress | None = None,
    path: str | None = None,
) -> Histograms:
    """Count the scores of all comparisons, by pair of groups, mated and non-mated apart.

    a, b: every sample of a is compared with every one of b; without b, every unordered pair of a's samples once.
    A pair of groups has no order: a sample of group 0 in a with one of group 1 in b counts as the reverse does.
    groups: how many cohorts there are; every sample's group is below. bins: even, of equal width over [-1, 1].
    threads: 1 to 256; without it one a processor. path: one of `PATHS`, without it the fastest; the counts are equal.
    progress: called between blocks, within about a second, with the comparisons done and all of them. What it raises
    ends the count as soon as the blocks that have begun are done; so does Ctrl-C.

    Raises BadInput for templates of two lengths, a group out of range, or a size that cannot be; ValueError for a path
    or a number of threads that does not exist here.
    """
    chosen = path or PATHS[0]
    if chosen not in PATHS:
        raise ValueError(f"no path {chosen!r} here; there are {', '.join(PATHS)}")
    if threads is not None and not 1 <= threads <= _MOST_THREADS:
        raise ValueError(f"1 to {_MOST_THREADS} threads can be used, not {threads}")
    check_size(groups, bins)
    _check_samples(a, b, groups)
    table = pair_table(groups)
    shape = (int(table[-1, -1]) + 1, bins)
    total = len(a.templates) * (len(a.templates) - 1) // 2 if b is None else len(a.templates) * len(b.templates)
    done = 0

    def advance(comparisons: int) -> None:
        nonlocal done
        done += comparisons
        if progress is not None:
            progress(done, total)

    mated = np.zeros(shape, dtype=np.uint64)
    _count_mated(a, b, table, mated, advance)
    non_mated = np.zeros(shape, dtype=np.uint64)
    other = b or a
    rows_of, columns_of = _by_group(a, groups), _by_group(other, groups)
    lock = Lock()

    def work(task: _Task) -> int:
        rows = a.templates[rows_of[task.first][task.rows.start : task.rows.stop]]
        columns = other.templates[columns_of[task.second][task.columns.start : task.columns.stop]]
        counts = _counted(rows, columns, bins, chosen)
        if task.square:  # half of it, without its diagonal, where every score is 1
            counts[-1] -= np.uint64(len(rows))
            counts //= np.uint64(2)
        with lock:
            non_mated[table[task.first, task.second]] += counts
        return task.comparisons

    tasks = _tasks([len(rows) for rows in rows_of], [len(rows) for rows in columns_of], _most_rows(a), b is None)
    pool = ThreadPoolExecutor(threads or _processors())
    try:
        for comparisons in pool.map(work, tasks):
            advance(comparisons)
    finally:
        pool.shutdown(cancel_futures=True)
    non_mated -= mated
    return Histograms(groups, non_mated, mated)


def _check_samples(a: Samples, b: Samples | None, groups: int) -> None:
    for samples in (a,) if b is None else (a, b):
        if samples.templates.shape[1] != a.templates.shape[1]:
            raise BadInput(
                f"Templates of {a.templates.shape[1]} and {samples.templates.shape[1]} dimensions were given.",
                why="They come from two matcher packs, and a score between them means nothing.",
                remedy="Extract both sets with one matcher pack.",
            )
        if samples.groups.max() >= groups:
            raise BadInput(
                f"There is no group {samples.groups.max()} among {groups}.",
                remedy=f"Use 0 to {groups - 1}, or {UNKNOWN} for unknown.",
            )


# ---- the order of the work -------------------------------------------------------------------------------------------


class _Task(NamedTuple):
    """A rectangle of comparisons of two groups: rows and columns are places among the samples of each.

    square: rows and columns are the same samples, and each unordered pair of them is meant.
    """

    first: int
    second: int
    rows: range
    columns: range
    square: bool

    @property
    def comparisons(self) -> int:
        cells = len(self.rows) * len(self.columns)
        return (cells - len(self.rows)) // 2 if self.square else cells


def _by_group(samples: Samples, groups: int) -> list[NDArray[np.int64]]:
    """The samples of each group, those of `UNKNOWN` last."""
    places = samples.groups.astype(np.int64) % (groups + 1)
    ends = np.cumsum(np.bincount(places, minlength=groups + 1))
    return np.split(np.argsort(places, kind="stable"), ends[:-1])


def _most_rows(samples: Samples) -> int:
    """The rows of a block: a block stays in the cache, and a pass over it is soon done."""
    _, dimensions = samples.templates.shape
    return min(_BLOCK_ROWS, _BLOCK_BYTES // int(dimensions))


def _tasks(rows: list[int], columns: list[int], most: int, one_set: bool) -> Iterator[_Task]:
    """Cut all comparisons into tasks of at most so many rows and columns.

    rows, columns: the number of samples of each group; one_set: they are the same samples.
    """
    for first, height in enumerate(rows):
        for second, width in enumerate(columns):
            if one_set and second < first:
                continue
            inside = one_set and second == first
            for tall, wide in _triangle(range(height)) if inside else [(range(height), range(width))]:
                for part, other in product(_cut(tall, most), _cut(wide, most)):
                    yield _Task(first, second, part, other, inside and tall == wide)


def _triangle(rows: range) -> Iterator[tuple[range, range]]:
    """The unordered pairs of rows: squares on the diagonal, and rectangles beside them."""
    if len(rows) <= _SQUARE:
        yield rows, rows
        return
    low, high = rows[: len(rows) // 2], rows[len(rows) // 2 :]
    yield low, high
    yield from _triangle(low)
    yield from _triangle(high)


def _cut(rows: range, most: int) -> list[range]:
    return [rows[start : start + most] for start in range(0, len(rows), most)]


# ---- counting --------------------------------------------------------------------------------------------------------


def _processors() -> int:
    """The processors of this process, as far as threads are used."""
    there = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(there, _MOST_THREADS)


def _counted(a: Codes, b: Codes, bins: int, path: str) -> Counts:
    """The scores of every row of a with every row of b, (bins,)."""
    counts = np.zeros(bins, dtype=np.uint64)
    if path == "numpy":
        _count_numpy(a, b, counts)
    else:
        _pairs.count(a, b, a.shape[1], path, counts)
    return counts


def _count_numpy(a: Codes, b: Codes, counts: Counts) -> None:
    columns, norms = b.T.astype(np.float32), _norms(b)
    step = max(1, _NUMPY_CELLS // len(b))
    for start in range(0, len(a), step):
        rows = a[start : start + step]
        # exact: with 1,024 dimensions or fewer every partial sum is an integer below 2**24
        dots = (rows.astype(np.float32) @ columns).astype(np.int64)
        scores = scores_from_parts(dots.ravel(), np.multiply.outer(_norms(rows), norms).ravel(), 1)
        counts += np.bincount(bins_of(scores, len(counts)), minlength=len(counts)).astype(np.uint64)


def _norms(codes: Codes) -> NDArray[np.int64]:
    norms: NDArray[np.int64] = np.square(codes, dtype=np.int32).sum(axis=1, dtype=np.int64)
    return norms


def _count_mated(
    a: Samples, b: Samples | None, table: NDArray[np.int64], counts: Counts, advance: Callable[[int], None]
) -> None:
    """Add the scores of comparisons of one person to counts (pairs, bins).

    The samples of a person are neighbours in b, sorted by person; each row of a meets the next of them in each turn.
    """
    other = b or a
    order = np.argsort(other.persons, kind="stable")
    neighbours = other.persons[order]
    rows = order if b is None else np.arange(len(a.persons))
    stop = np.searchsorted(neighbours, a.persons[rows], side="right")
    place = np.arange(1, len(rows) + 1) if b is None else np.searchsorted(neighbours, a.persons[rows])
    step = _most_rows(a)
    while (left := place < stop).any():
        rows, place, stop = rows[left], place[left], stop[left]
        for start in range(0, len(rows), step):
            first, second = rows[start : start + step], order[place[start : start + step]]
            x, y = a.templates[first], other.templates[second]
            dots = np.einsum("ij,ij->i", x.astype(np.float32), y.astype(np.float32)).astype(np.int64)
            bins = bins_of(scores_from_parts(dots, _norms(x) * _norms(y), 1), counts.shape[1])
            np.add.at(counts, (table[a.groups[first], other.groups[second]], bins), np.uint64(1))
            advance(0)
        place = place + 1
