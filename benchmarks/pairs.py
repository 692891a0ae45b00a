"""All comparisons of two sets by cohort pair, beside a NumPy float32 loop, in one process on the same templates.

    make bench CLAIM=pairs      # about a minute, 1 GiB

10⁹ comparisons (31,623 × 31,623) of made templates (`exact_scan.made`, 128 dimensions, one photograph of each person in
each set) of ten cohorts. The peer does the same in the usual way: unit vectors in float32, sorted by cohort, one matrix
product a block, the products turned into bins in place and counted by np.bincount. It is measured in two ways: as a
loop, where the matrix product has all cores, and with one block a core at a time, where it has one. It counts
approximately (a score near an edge may fall on either side), and does not take mated comparisons apart. It runs on a
quarter of the rows, and its time is multiplied by four.

The memory is what NumPy asks for; beside it the extension has about a megabyte a thread.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict

import numpy as np
from numpy.typing import NDArray

from benchmarks.claim import ROOT, Line, seconds
from benchmarks.exact_scan import made
from lookalike.evaluation.comparisons import PATHS, Samples, histograms
from lookalike.evaluation.histograms import Counts, pair_table

ROWS = 31_623
PART = 4
GROUPS = 10
BINS = 20_000
BLOCK = 1024
ROUNDS = 5


def peer(a: Samples, b: Samples, workers: int) -> Counts:
    """The NumPy loop: (pairs, bins) uint64."""
    (x, x_ends), (y, y_ends) = unit_vectors(a), unit_vectors(b)
    table, counts = pair_table(GROUPS), np.zeros((pair_table(GROUPS).max() + 1, BINS), dtype=np.uint64)

    def count(block: tuple[int, int, int]) -> tuple[int, NDArray[np.int64]]:
        first, second, start = block
        rows = x[start : min(start + BLOCK, x_ends[first + 1])]
        found = np.zeros(BINS, dtype=np.int64)
        for column in range(y_ends[second], y_ends[second + 1], BLOCK):
            scores = rows @ y[column : min(column + BLOCK, y_ends[second + 1])].T
            scores += 1
            scores *= BINS / 2
            bins = scores.astype(np.int32)
            np.clip(bins, 0, BINS - 1, out=bins)
            found += np.bincount(bins.ravel(), minlength=BINS)
        return int(table[first, second]), found

    blocks = [
        (first, second, start)
        for first in range(GROUPS)
        for second in range(GROUPS)
        for start in range(x_ends[first], x_ends[first + 1], BLOCK)
    ]
    with ThreadPoolExecutor(workers) as pool:
        for pair, found in pool.map(count, blocks):
            counts[pair] += found.astype(np.uint64)
    return counts


def unit_vectors(samples: Samples) -> tuple[NDArray[np.float32], list[int]]:
    """Templates at length 1, sorted by cohort, and where each cohort begins and the last one ends."""
    order = np.argsort(samples.groups, kind="stable")
    vectors = samples.templates[order].astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors, [0, *np.cumsum(np.bincount(samples.groups, minlength=GROUPS)).tolist()]


def measure() -> list[Line]:
    """Both ways of the peer, each in a process of its own: how many threads a product has is settled at its start."""
    cores = len(os.sched_getaffinity(0))
    lines = []
    for workers in dict.fromkeys([1, cores]):
        told = subprocess.run(
            [sys.executable, "-m", "benchmarks.pairs", str(workers)],
            env=os.environ | {"OPENBLAS_NUM_THREADS": str(cores // workers)},
            cwd=ROOT,
            stdout=subprocess.PIPE,
            check=True,
        )
        lines += [Line(**fields) for fields in json.loads(told.stdout)]
    return lines


def timed(workers: int) -> list[Line]:
    """Time both, and hold the peer's counts to ours."""
    rng = np.random.default_rng(0)
    templates, persons = made(rng, 2 * ROWS, 128, each=2), np.arange(ROWS)
    groups = rng.integers(0, GROUPS, ROWS)
    a, b = (Samples(np.ascontiguousarray(templates[i::2]), persons, groups) for i in range(2))
    part = Samples(a.templates[::PART].copy(), persons[::PART], groups[::PART])

    tracemalloc.start()
    histograms(a, b, groups=GROUPS, bins=BINS)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    ours = histograms(part, b, groups=GROUPS, bins=BINS)
    all_of_ours, theirs = np.cumsum(ours.non_mated + ours.mated, axis=1), np.cumsum(peer(part, b, workers), axis=1)
    np.testing.assert_array_equal(all_of_ours[:, -1], theirs[:, -1])
    crossed = np.abs(theirs.astype(np.int64) - all_of_ours.astype(np.int64))
    assert np.all(crossed <= 1e-4 * theirs[:, -1:]), "the two disagree on the scores"
    mine, other = [], []
    for _ in range(ROUNDS):  # side by side, so that another program's load falls on both
        mine.append(seconds(lambda: histograms(a, b, groups=GROUPS, bins=BINS)))
        other.append(seconds(lambda: peer(part, b, workers)) * len(a.persons) / len(part.persons))
    median = float(np.median(mine))
    numbers = {"ours_s": median, "numpy_s": float(np.median(other)), "path": PATHS[0], "load": os.getloadavg()[0]}
    ratio = float(np.median(np.array(other) / np.array(mine)))
    return [
        Line(f"pairs / NumPy float32, {workers} at a time", ratio, 5, numbers=numbers),
        Line("pairs, 10⁹ comparisons", median, 30, unit=" s", at_most=True),
        Line("pairs, memory beyond the templates", peak / 1e6, None, unit=" MB"),
    ]


if __name__ == "__main__":
    print(json.dumps([asdict(line) for line in timed(int(sys.argv[1]))]))
