"""Claim: over searches whose person is not in the gallery, the candidates with E <= e number e on average.

    python benchmarks/tail_calibration.py DATA.npz [--sizes 50 100 400] [--half 1] [--probes PROBES.npz]
    python benchmarks/tail_calibration.py DATA.npz [MORE.npz ...] --measure

DATA.npz: `templates` (n, d) int8, `labels` (n,) person ids, and, if known, `cohorts` (n,). Real faces: the file stays
outside the repository. With --measure the numbers of a pack's [strength.reference] are printed instead, from half 0
of the people (halves by a digest of the label), so that a check on half 1 is on people it has not seen.

Label errors: two people whose best pair scores at least --same are one person under two names, and one of them is
left out, as is a name that holds the same words as another. The rule looks at scores only, never at E.
"""

from __future__ import annotations

import argparse
import hashlib
import tomllib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lookalike.strength.reference import Reference
from lookalike.strength.tail import expected_lookalikes

Floats = NDArray[np.float64]
LEVELS = (0.01, 0.1, 1.0, 10.0)
SURVIVAL = (0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.003, 0.001, 0.0003, 0.0001)


def scores(a: NDArray[np.int8], b: NDArray[np.int8]) -> Floats:
    x, y = a.astype(np.float64), b.astype(np.float64)
    result: Floats = (x @ y.T) / np.sqrt((x**2).sum(1)[:, None] * (y**2).sum(1))
    return result


class People:
    """One record a person, label errors left out; or all records, for the best of each."""

    def __init__(self, path: Path, same: float, every_record: bool) -> None:
        data = np.load(path)
        templates, labels = data["templates"], data["labels"].astype(str)
        cohorts = data["cohorts"].astype(str) if "cohorts" in data else np.full(labels.size, "all")
        order = np.argsort(labels, kind="stable")
        templates, labels, cohorts = templates[order], labels[order], cohorts[order]
        self.names, first, person = np.unique(labels, return_index=True, return_inverse=True)
        best = np.maximum.reduceat(np.maximum.reduceat(scores(templates, templates), first, 0), first, 1)
        gone = set(np.where(np.triu(best >= same, 1))[1].tolist())
        words: dict[tuple[str, ...], int] = {}
        for i, name in enumerate(self.names):
            key = tuple(sorted(name.lower().replace("-", "_").split("_")))
            if len(key) > 1 and words.setdefault(key, i) != i:
                gone.add(i)
        keep = np.setdiff1d(np.arange(self.names.size), sorted(gone))
        rows = np.isin(person, keep) if every_record else first[keep]
        self.names, self.one, self.cohorts = (
            self.names[keep],
            templates[first[keep]],
            cohorts[first[keep]],
        )
        self.all, self.starts = templates[rows], np.unique(labels[rows], return_index=True)[1]
        self.half = np.array([hashlib.sha256(name.encode()).digest()[1] & 1 for name in self.names])

    def search(self, probes: NDArray[np.int8]) -> Floats:
        """(probes, people) the best score of each person."""
        result: Floats = np.maximum.reduceat(scores(probes, self.all), self.starts, axis=1)
        return result


def measure(sets: list[People]) -> None:
    """Print the reference's numbers: each set searched against itself, and each later set against the first."""
    halves = [people.one[people.half == 0] for people in sets]
    pairs = [(q, q) for q in halves] + [(q, halves[0]) for q in halves[1:]]
    means, spreads, tails = [], [], []
    for probes, gallery in pairs:
        found = scores(probes, gallery)
        if probes is gallery:
            np.fill_diagonal(found, np.nan)
        mean, spread = np.nanmean(found, 1), np.nanstd(found, 1)
        means.append(mean)
        spreads.append(np.log(spread))
        tails.append(np.nanquantile((found - mean[:, None]) / spread[:, None], 1 - np.array(SURVIVAL)))
    for name, rows in (("mean", means), ("ln spread", spreads)):
        centres = [float(row.mean()) for row in rows]
        within = np.sqrt(np.mean([row.var() for row in rows]))
        print(f"{name}: {np.mean(centres):.4f}, within a set sd {within:.4f}, sets {np.round(centres, 4)}")
    print("survival  =", list(SURVIVAL))
    print("deviation =", [round(float(z), 3) for z in np.mean(tails, axis=0)])


def calibrate(people: People, outside: NDArray[np.int8] | None, args: argparse.Namespace) -> None:
    with args.pack.open("rb") as file:
        reference = Reference.from_mapping(tomllib.load(file)["strength"]["reference"])
    draw = np.random.default_rng(args.seed)
    own = np.where(people.half == args.half)[0] if outside is None else np.full(len(outside), -1)
    chosen = draw.permutation(own.size)[: args.searches]
    found = people.search(people.one[own[chosen]] if outside is None else outside[chosen])
    print(f"{'strangers':>9} {'cohort':<12} {'searches':>8}" + "".join(f"{f'E<={e:g}':>9}" for e in LEVELS))
    for size in args.sizes:
        counts = []
        for row, i in zip(found, own[chosen], strict=True):
            others = np.delete(np.arange(row.size), i) if outside is None else np.arange(row.size)
            top = np.sort(row[draw.permutation(others)[:size]])[::-1]
            told = expected_lookalikes(top[:2000], top.size, top[:50], reference)
            counts.append([sum(one.persons <= e for one in told) for e in LEVELS])
        table = np.array(counts)
        cohorts = people.cohorts[own[chosen]] if outside is None else np.full(chosen.size, "all")
        for cohort in ["all", *(c for c in np.unique(cohorts) if c != "all")]:
            rows = table if cohort == "all" else table[cohorts == cohort]
            means = "".join(f"{value:9.3f}" for value in rows.mean(0))
            print(f"{min(size, found.shape[1]):9d} {cohort:<12} {len(rows):8d}{means}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, nargs="+")
    parser.add_argument("--measure", action="store_true", help="print reference numbers instead")
    parser.add_argument("--pack", type=Path, help="the matcher pack's manifest, with [strength.reference]")
    parser.add_argument("--probes", type=Path, help="an .npz of `templates` of people who are not in the data")
    parser.add_argument("--sizes", type=int, nargs="+", default=[50, 100, 400, 1000])
    parser.add_argument("--searches", type=int, default=700)
    parser.add_argument("--half", type=int, choices=(0, 1), default=1)
    parser.add_argument(
        "--same",
        type=float,
        nargs="+",
        default=[0.66],
        help="one for each data file, or one for all",
    )
    parser.add_argument("--every-record", action="store_true", help="the best of all records a person")
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    same = args.same if len(args.same) == len(args.data) else args.same[:1] * len(args.data)
    sets = [People(path, limit, args.every_record) for path, limit in zip(args.data, same, strict=True)]
    if args.measure:
        measure(sets)
        return
    if args.pack is None:
        parser.error("--pack is needed")
    calibrate(sets[0], np.load(args.probes)["templates"] if args.probes else None, args)


if __name__ == "__main__":
    main()
