"""The exact scan beside other searches of 100,000 templates: time of one query, and how many of the 50 best it finds.

Approximate indexes are shown with their recall: who is missing from a list is no candidate, and nobody knows why.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.claim import Line, Skip
from benchmarks.exact_scan import K, chunks, made, median_ms
from lookalike.gallery.scan import Planes

ROWS, DIMENSIONS, PROBES = 100_000, 128, 16
Search = Callable[[int], NDArray[Any]]


def measure() -> list[Line]:
    """One line a way, each against ours in the same run."""
    codes = np.concatenate(list(chunks(ROWS, DIMENSIONS)))
    planes = Planes.empty(ROWS, DIMENSIONS)
    planes.append(codes)
    probes = made(np.random.default_rng(2**20), PROBES, DIMENSIONS)
    exact = [set(planes.search(probe, K).rows.tolist()) for probe in probes]
    lines = []
    for name, search in ways(codes, probes):
        ours, theirs = [], []
        for _ in range(3):
            ours.append(median_ms(lambda i: planes.search(probes[i % PROBES], K), 15))
            theirs.append(median_ms(lambda i, search=search: search(i % PROBES), 5))  # type: ignore[misc]
        found = [len(exact[i] & set(np.asarray(search(i)).ravel().tolist())) / K for i in range(PROBES)]
        numbers = {"ours_ms": min(ours), "theirs_ms": min(theirs), "recall": float(np.mean(found)), "rows": ROWS}
        ratio = float(np.median(np.array(theirs) / np.array(ours)))
        lines.append(Line(f"scan / {name}, recall {np.mean(found):.3f}", ratio, None, numbers=numbers))
    return lines


def ways(codes: NDArray[np.int8], probes: NDArray[np.int8]) -> Iterator[tuple[str, Search]]:
    """Each other way by name: a function from the number of a probe to the rows it finds."""
    try:
        import faiss
        import sqlite_vec
        from usearch.index import search as usearch_search
    except ImportError as error:
        raise Skip(f"{error.name} is not installed") from None
    units, asked = (unit(part) for part in (codes, probes))
    yield "NumPy float32", lambda i: np.argpartition(units @ asked[i], -K)[-K:]
    peers: dict[str, Any] = {
        "faiss SQ8": faiss.IndexScalarQuantizer(DIMENSIONS, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT),
        "faiss HNSW 32": faiss.IndexHNSWFlat(DIMENSIONS, 32, faiss.METRIC_INNER_PRODUCT),
    }
    peers["faiss HNSW 32"].hnsw.efSearch = 128  # as many as are asked for, and more
    for name, index in peers.items():
        index.train(units)
        index.add(units)
        yield name, lambda i, index=index: index.search(asked[i : i + 1], K)[1][0]  # type: ignore[misc]
    yield "usearch exact", lambda i: usearch_search(units, asked[i], K, "ip", exact=True).keys
    if hasattr(sqlite3.Connection, "enable_load_extension"):  # some Pythons are built without it
        yield "sqlite-vec", _sqlite(sqlite_vec, units, asked)


def _sqlite(sqlite_vec: Any, units: NDArray[np.float32], asked: NDArray[np.float32]) -> Search:
    db = sqlite3.connect(":memory:")
    db.enable_load_extension(True)
    sqlite_vec.load(db)
    db.execute(f"CREATE VIRTUAL TABLE t USING vec0(e float[{DIMENSIONS}] distance_metric=cosine)")
    db.executemany("INSERT INTO t (rowid, e) VALUES (?, ?)", ((i, row.tobytes()) for i, row in enumerate(units)))
    query = "SELECT rowid FROM t WHERE e MATCH ? AND k = ?"
    return lambda i: np.array([row for (row,) in db.execute(query, (asked[i].tobytes(), K))])


def unit(codes: NDArray[np.int8]) -> NDArray[np.float32]:
    """Templates as vectors of length one, (n, D) float32."""
    wide = codes.astype(np.float32)
    return np.asarray(wide / np.linalg.norm(wide, axis=1, keepdims=True), dtype=np.float32)
