"""The exact scan beside faiss IndexFlatIP, in the same process on the same codes: medians, and how many times faster.

    make bench CLAIM="search-1m search-1m-batch search-1m-512"       # what fits five minutes and 4 GiB
    make bench CLAIM="search-10m search-50m"                         # needs 8 GiB free, and ten minutes

    search-1m, search-10m   one query, k = 50, 128 dimensions
    search-1m-batch         256 queries at once
    search-1m-512           one query, 512 dimensions, one pass over whole bytes
    search-50m              one query; the peer is reading the high plane once, as fast as this machine can

The codes are made: Gaussian vectors with a common mean and the falling spectrum of SFace templates, three photographs
of each person, quantised as `template.quantise` does. `python -m benchmarks.exact_scan FILE.npz` (t: (n, 128) int8
templates, one a person) prints the scores of real strangers beside those of the made ones.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray

from benchmarks.claim import Line, Skip
from lookalike.gallery.scan import Mode, Planes

K = 50
CHUNK = 1 << 16
MEAN, DECAY, WITHIN = 0.37, 0.08, 0.7  # of SFace on LFW: strangers' mean and spectrum, and mates at 0.67

READER = """
#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>
__attribute__((target("avx2"))) uint64_t read_once(const uint8_t *p, size_t n) {
    __m256i a = _mm256_setzero_si256(), b = a;
    for (size_t i = 0; i + 64 <= n; i += 64) {
        _mm_prefetch((const char *)p + i + 4096, _MM_HINT_T0);
        a = _mm256_xor_si256(a, _mm256_loadu_si256((const void *)(p + i)));
        b = _mm256_xor_si256(b, _mm256_loadu_si256((const void *)(p + i + 32)));
    }
    return (uint64_t)_mm256_extract_epi64(_mm256_xor_si256(a, b), 0);
}
"""


def quantised(vectors: NDArray[np.float32]) -> NDArray[np.int8]:
    """`template.quantise` for many rows, (n, D) float32 to int8."""
    vectors *= 127 / np.abs(vectors).max(axis=1, keepdims=True)
    np.rint(vectors, out=vectors)
    return vectors.astype(np.int8)


def made(rng: np.random.Generator, rows: int, dimensions: int, each: int = 3) -> NDArray[np.int8]:
    """Templates clustered like faces, (rows, D) int8: `each` photographs of every person."""
    scale = (1 + np.arange(dimensions, dtype=np.float32)) ** -DECAY
    scale /= np.float32(np.sqrt((scale**2).sum()))
    people = rng.standard_normal((rows // each + 1, dimensions), dtype=np.float32) * scale
    people[:, 0] += MEAN
    photographs = rng.standard_normal((rows, dimensions), dtype=np.float32) * (scale * np.float32(WITHIN))
    return quantised(turned(people[np.arange(rows) // each] + photographs))


def mixed(rows: int, pools: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.int8]:
    """Templates in a tenth of the time of `made`, for fifty million: each the sum of one vector from each pool.

    pools: (p, n, D). Two rows share a vector of a pool now and then, and then score 1/p higher: a few more rows near
    the threshold than faces would have.
    """
    picked = rng.integers(0, pools.shape[1], (len(pools), rows))
    vectors = pools[0][picked[0]]
    for pool, rows_of_it in zip(pools[1:], picked[1:], strict=True):
        vectors += pool[rows_of_it]
    return quantised(vectors)


def turned(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Turn (n, D) vectors so that no axis stands out, as in an embedder's output."""
    size = vectors.shape[1]
    axes = np.linalg.qr(np.random.default_rng(size).standard_normal((size, size)))[0].astype(np.float32)
    return vectors @ axes


def chunks(rows: int, dimensions: int) -> Iterator[NDArray[np.int8]]:
    for i, start in enumerate(range(0, rows, CHUNK)):
        yield made(np.random.default_rng(i), min(CHUNK, rows - start), dimensions)


def median_ms(act: Callable[[int], object], times: int) -> float:
    """The median of `times` runs in milliseconds; `act` is given the number of the run."""
    taken = []
    for i in range(times):
        start = time.perf_counter()
        act(i)
        taken.append(time.perf_counter() - start)
    return float(np.median(taken)) * 1e3


def against_faiss(
    name: str, rows: int, dimensions: int, mode: Mode, queries: int, asked: float, rounds: int
) -> list[Line]:
    """One claim beside IndexFlatIP."""
    try:
        import faiss
    except ImportError:
        raise Skip("faiss is not installed") from None

    planes, peer = Planes.empty(rows, dimensions, mode), faiss.IndexFlatIP(dimensions)
    for codes in chunks(rows, dimensions):
        planes.append(codes)
        units = codes.astype(np.float32)
        peer.add(units / np.linalg.norm(units, axis=1, keepdims=True))
    probes = made(np.random.default_rng(2**20), max(queries, 16), dimensions)
    probes[::2] = next(chunks(CHUNK, dimensions))[: len(probes) : 2]  # half of them are of enrolled people
    units = probes.astype(np.float32)
    units /= np.linalg.norm(units, axis=1, keepdims=True)

    def ours(i: int) -> object:
        return planes.search(probes[i % 16], K) if queries == 1 else planes.search_many(probes, K)

    def theirs(i: int) -> object:
        return peer.search(units[i % 16 : i % 16 + 1] if queries == 1 else units, K)

    found, by_peer = planes.search_many(probes[:16], K).scores, peer.search(units[:16], K)[0]
    assert np.abs(found - by_peer).max() < 1e-5, "the two disagree on the scores"
    ratios, mine, other = [], [], []
    for _ in range(rounds):  # side by side, so that another program's load falls on both
        mine.append(median_ms(ours, 9 if queries == 1 else 3))
        other.append(median_ms(theirs, 3 if queries == 1 else 1))
        ratios.append(other[-1] / mine[-1])
    numbers = {
        "ours_ms": float(np.median(mine)),
        "faiss_ms": float(np.median(other)),
        "rows": rows,
        "path": planes.path,
    }
    return [Line(f"{name} / IndexFlatIP", float(np.median(ratios)), asked, numbers=numbers)]


def against_reading(name: str, rows: int) -> list[Line]:
    """One query beside reading the high plane once."""
    planes, rng = Planes.empty(rows, 128), np.random.default_rng(1)
    pools = np.stack([made(rng, 1 << 15, 128, each=1).astype(np.float32) for _ in range(3)])
    pools[1:] -= pools[1:].mean(axis=1, keepdims=True)  # else the common mean would be counted three times
    while len(planes) < rows:
        planes.append(mixed(min(CHUNK, rows - len(planes)), pools, rng))
    probes = mixed(16, pools, rng)
    read = reader()
    high: NDArray[np.uint8] = planes._high  # type: ignore[attr-defined]
    processors = os.cpu_count() or 1
    mine, reading = [], []
    for _ in range(5):
        mine.append(median_ms(lambda i: planes.search(probes[i % 16], K), 5))
        reading.append(min(median_ms(partial(read_with, read, high, threads), 3) for threads in (1, 2, processors)))
    ratio = np.median(np.array(mine) / np.array(reading))
    speed = len(high) / np.median(reading) / 1e6
    numbers = {"ours_ms": float(np.median(mine)), "reading_ms": float(np.median(reading)), "gb_per_s": speed}
    return [
        Line(f"{name} / reading the high plane", float(ratio), 1.6, at_most=True, numbers=numbers),
        Line(f"{name}, resident", resident("VmHWM") / 1e9, 7.5, unit=" GB", at_most=True),
    ]


def reader() -> Callable[[int, int], int] | None:
    """Compile the loop that reads memory as fast as this machine can; None without a compiler."""
    folder = Path(tempfile.mkdtemp())
    (folder / "read.c").write_text(READER)
    built = subprocess.run(["gcc", "-O3", "-shared", "-fPIC", "read.c", "-o", "read.so"], cwd=folder, check=False)
    if built.returncode:
        return None
    function = ctypes.CDLL(str(folder / "read.so")).read_once
    function.argtypes, function.restype = [ctypes.c_void_p, ctypes.c_size_t], ctypes.c_uint64
    return cast(Callable[[int, int], int], function)


def read_with(read: Callable[[int, int], int] | None, plane: NDArray[np.uint8], threads: int, _: int) -> None:
    assert read is not None, "this claim needs gcc"
    part = len(plane) // threads // 64 * 64
    workers = [threading.Thread(target=read, args=(plane.ctypes.data + i * part, part)) for i in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


def resident(field: str) -> int:
    """Bytes of this process's memory by /proc/self/status, VmRSS or VmHWM."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(field))
    return int(line.split()[1]) * 1024


def compare_with_real(path: Path) -> None:
    """Print how alike strangers are, in the made codes and in real templates."""
    for name, codes in (("real", np.load(path)["t"]), ("made", made(np.random.default_rng(5), 4000, 128, each=1))):
        units = codes / np.linalg.norm(codes.astype(np.float64), axis=1, keepdims=True)
        scores = (units @ units.T)[np.triu_indices(len(units), 1)]
        tail = np.quantile(scores, [0.99, 0.999, 0.9999, 0.99999])
        print(f"{name}: mean {scores.mean():.3f}, sd {scores.std():.3f}, 99 … 99.999 %:", np.round(tail, 3))


CLAIMS: dict[str, Callable[[], list[Line]]] = {
    "search-1m": lambda: against_faiss("search-1m", 10**6, 128, "nibble", 1, 20, 9),
    "search-1m-batch": lambda: against_faiss("search-1m-batch", 10**6, 128, "nibble", 256, 20, 5),
    "search-1m-512": lambda: against_faiss("search-1m-512", 10**6, 512, "int8", 1, 7, 7),
    "search-10m": lambda: against_faiss("search-10m", 10**7, 128, "nibble", 1, 20, 5),
    "search-50m": lambda: against_reading("search-50m", 5 * 10**7),
}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description="Compare the scores of strangers in real templates with the made ones."
    )
    parser.add_argument("like", type=Path, help="FILE.npz with t: (n, 128) int8 templates, one a person")
    compare_with_real(parser.parse_args().like)
