"""Ten thousand exact searches in a row, each answer compared with the brute force: the soak of the extension.

    python tools/soak_scan.py [--queries 10000] [--seed 1]

Galleries grow, rows are erased, masks, orders, k, paths and thread counts are drawn anew. Stops at the first difference
and prints the seed that brings it back; fails too when memory grows.
"""

from __future__ import annotations

import argparse
import resource
import sys

import numpy as np
from numpy.typing import NDArray

from lookalike.face.template import scores_from_parts
from lookalike.gallery.scan import PATHS, Mode, Planes

MODES: tuple[Mode, ...] = ("nibble", "int8")
QUERIES_A_GALLERY = 50
GROWTH_ALLOWED_KIB = 64 << 10


def drawn(rng: np.random.Generator, rows: int, dimensions: int) -> NDArray[np.int8]:
    """Templates with neighbours, duplicates and ties: (rows, D) int8."""
    spread = int(rng.choice([1, 7, 40, 127]))
    wide = rng.integers(-spread, spread + 1, (rows, dimensions)) + rng.integers(-20, 21, dimensions)
    codes: NDArray[np.int8] = np.clip(wide, -127, 127).astype(np.int8)
    again = rng.random(rows) < 0.1
    codes[again] = codes[rng.integers(0, rows, int(again.sum()))]
    return codes


def one_gallery(rng: np.random.Generator, queries: int) -> None:
    """Raise AssertionError when any of `queries` searches of a drawn gallery differs from the brute force."""
    rows, dimensions = int(rng.integers(1, 6000)), int(rng.choice([3, 64, 100, 128, 256]))
    codes = drawn(rng, rows, dimensions)
    planes = Planes.empty(rows, dimensions, MODES[rng.integers(2)], path=PATHS[rng.integers(len(PATHS))])
    for part in np.split(codes, np.sort(rng.integers(0, rows, 3))):
        planes.append(part)
    for row in rng.integers(0, rows, 5):
        planes.overwrite(int(row))
        codes[row] = 0
    wide, norms = codes.astype(np.float64), np.square(codes, dtype=np.int64).sum(axis=1)
    for i in range(queries):
        probe = codes[rng.integers(rows)] if i % 2 else drawn(rng, 1, dimensions)[0]
        mask = rng.random(rows) < rng.choice([0.01, 0.5, 1.0])
        order = rng.permutation(rows).astype(np.uint32)
        k = int(rng.choice([1, 20, 50, 2000]))
        scores = scores_from_parts((wide @ probe).astype(np.int64), norms, int(np.square(probe, dtype=np.int64).sum()))
        best = np.lexsort((order, -scores))
        best = best[mask[best]][:k]
        bits = np.packbits(mask, bitorder="little")
        found = planes.search(probe, k, mask=bits, order=order, threads=int(rng.integers(1, 4)))
        assert np.array_equal(found.rows, best), f"other rows: {planes.path} {planes.mode} {rows}x{dimensions} k={k}"
        assert found.scores.tobytes() == scores[best].tobytes(), f"other bits: {planes.path} {planes.mode}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--queries", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    before = 0
    for turn in range(-(-options.queries // QUERIES_A_GALLERY)):
        seed = options.seed * 1_000_003 + turn
        try:
            one_gallery(np.random.default_rng(seed), QUERIES_A_GALLERY)
        except AssertionError as difference:
            sys.exit(f"gallery {seed}: {difference}")
        if turn == 20:
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before if before else 0
    if grown > GROWTH_ALLOWED_KIB:
        sys.exit(f"memory grew by {grown >> 10} MiB")
    print(f"{options.queries} searches, every row and every bit as by brute force; memory grew by {grown >> 10} MiB")


if __name__ == "__main__":
    main()
