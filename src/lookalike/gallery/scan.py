"""The exact scan: every row compared, and the k best provably the k best, with the same bits on every processor.

The gallery's templates stand in memory as `Planes`. The C extension `_scan` keeps them in nibble planes and reads only
the high one, finishing exactly the few rows that could still be among the k best (see `_scan.c` for the bound). Without
the extension, templates stand as they are and NumPy compares them all: the same rows and the same score bits, slower.

A path is a way to compute: "avx512", "avx2", "neon", "portable" or "numpy". The fastest that works here is taken;
the environment variable LOOKALIKE_SCAN names another, for tests and for an expert who wants to see them agree.
"""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lookalike.errors import Cancelled
from lookalike.face.template import LARGEST, Template, scores_from_parts

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

try:
    from lookalike.gallery import _scan
except ImportError:  # no compiler when this was installed, or no wheel for this machine
    _COMPILED: tuple[str, ...] = ()
else:
    _COMPILED = tuple(_scan.paths())

Mode = Literal["nibble", "int8"]

MOST_CANDIDATES = 4096
MOST_DIMENSIONS = 1024
PATHS = (*_COMPILED, "numpy")

_LANES = 16
_CACHE_LINE = 64
_BYTES_PER_THREAD = 4 << 20
_MOST_THREADS = 256
_FEWEST_TOGETHER = 3
_NUMPY_ROWS = 1 << 14
_HIT = np.dtype([("score", "f8"), ("rank", "u4"), ("row", "u4"), ("dot", "i4")], align=True)


class Best(NamedTuple):
    """The best rows of one probe, or of m probes: arrays of shape (count,) or (m, count), best first.

    rows: int64. dots: int64, the exact dot products with the probe. norms: int64, of each row with itself.
    scores: float64, the bits of `lookalike.face.template.compare`.
    count is k, or less where fewer rows may be returned.
    """

    rows: NDArray[np.int64]
    dots: NDArray[np.int64]
    norms: NDArray[np.int64]
    scores: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Query:
    """What is asked of one pass over a gallery, checked: probes (m, D) and the arguments of `Planes.search`."""

    probes: NDArray[np.int8]
    k: int
    mask: NDArray[np.uint8] | None
    order: NDArray[np.uint32] | None
    threads: int | None
    cancel: ReadableBuffer | None


class Planes(ABC):
    """The templates of a gallery in memory, ready to be searched.

    Room for `capacity` rows is reserved, not taken: memory is used as rows come. A row takes (D + 7) bytes in nibble
    mode and (D + 6) in int8 mode, D rounded up to 8; (D + 4) on the path "numpy". One writer at a time may append while
    others search: a search sees the rows that were there when it began.
    """

    def __init__(self, capacity: int, dimensions: int, mode: Mode, path: str) -> None:
        self.capacity, self.dimensions, self.mode, self.path = capacity, dimensions, mode, path
        self._rows = 0

    @staticmethod
    def empty(capacity: int, dimensions: int, mode: Mode = "nibble", *, path: str | None = None) -> Planes:
        """Reserve room for `capacity` templates of `dimensions` bytes.

        mode: "nibble" reads half the bytes and finishes some rows; "int8" reads all in one pass, faster at 512
        dimensions; the matcher pack says which. path: one of `PATHS`; without it LOOKALIKE_SCAN, else the fastest.
        Raises ValueError for sizes, modes or paths that do not exist here.
        """
        chosen = path or os.environ.get("LOOKALIKE_SCAN") or PATHS[0]
        if chosen not in PATHS:
            raise ValueError(f"no scan path {chosen!r} here; there are {', '.join(PATHS)}")
        if not (1 <= dimensions <= MOST_DIMENSIONS and 0 <= capacity < 1 << 32):
            raise ValueError(f"{capacity} rows of {dimensions} dimensions cannot be searched")
        if mode not in ("nibble", "int8"):
            raise ValueError(f"no scan mode {mode!r}")
        kind = _NumpyPlanes if chosen == "numpy" else _CPlanes
        return kind(capacity, dimensions, mode, chosen)

    def __len__(self) -> int:
        return self._rows

    @property
    @abstractmethod
    def nbytes(self) -> int:
        """Bytes reserved for `capacity` rows."""

    def append(self, codes: NDArray[np.int8]) -> None:
        """Add rows at the end.

        codes: (n, D) int8 from -127 to 127. Raises ValueError for another shape, for a -128, which no template
        holds, or when the capacity is exceeded; nothing is added then.
        """
        codes = self._checked(codes)
        if self._rows + len(codes) > self.capacity:
            raise ValueError(f"{len(codes)} rows more than {self._rows} exceed the room for {self.capacity}")
        self._write(self._rows, codes)
        self._rows += len(codes)

    def overwrite(self, row: int) -> None:
        """Erase a row: its bytes become those of a zero template in every plane, its norms those of no template.

        The row keeps its place and scores 0; whoever erases also leaves it out of the mask. A search that runs
        meanwhile may score this row, and only this row, from some bytes of before and some of after.
        Raises IndexError when there is no such row.
        """
        if not 0 <= row < self._rows:
            raise IndexError(f"no row {row} among {self._rows}")
        self._write(row, np.zeros((1, self.dimensions), dtype=np.int8))

    def search(
        self,
        probe: Template,
        k: int,
        *,
        mask: NDArray[np.uint8] | None = None,
        order: NDArray[np.uint32] | None = None,
        threads: int | None = None,
        cancel: ReadableBuffer | None = None,
    ) -> Best:
        """Find the k rows that score highest against one probe; equal scores go to the lower `order`, then row.

        probe: (D,) int8. k: 1 to 4,096. mask: (ceil(n / 8),) uint8, one bit a row, the lowest bit of a byte first
        (np.packbits with bitorder="little"); only rows whose bit is set may be returned, and they alone are compared.
        order: (n,) uint32. threads: 1 to 256; without it as many as help. cancel: one byte, set it to stop.
        Raises Cancelled, or ValueError for arguments of another shape or type.
        """
        many = self._search(self._asked(probe[np.newaxis], k, mask, order, threads, cancel))
        return Best(*(array[0] for array in many))

    def search_many(
        self,
        probes: NDArray[np.int8],
        k: int,
        *,
        mask: NDArray[np.uint8] | None = None,
        order: NDArray[np.uint32] | None = None,
        threads: int | None = None,
        cancel: ReadableBuffer | None = None,
    ) -> Best:
        """Find the k best rows of each of m probes, as `search` does, reading the gallery once.

        probes: (m, D) int8. Returns arrays of shape (m, count). Memory beyond the gallery: 24 · m · k bytes.
        """
        return self._search(self._asked(probes, k, mask, order, threads, cancel))

    @abstractmethod
    def all_scores(self, probe: Template) -> NDArray[np.float64]:
        """Score every row against a probe (D,) int8: (n,) float64."""

    @abstractmethod
    def _write(self, first: int, codes: NDArray[np.int8]) -> None: ...

    @abstractmethod
    def _search(self, query: _Query) -> Best: ...

    def _checked(self, codes: NDArray[np.int8]) -> NDArray[np.int8]:
        if codes.dtype != np.int8 or codes.ndim != 2 or codes.shape[1] != self.dimensions:
            raise ValueError(f"templates of {self.dimensions} int8 were expected, not {codes.dtype} {codes.shape}")
        if codes.size and codes.min() < -LARGEST:
            raise ValueError("a template holds no -128")
        return np.ascontiguousarray(codes)

    def _asked(
        self,
        probes: NDArray[np.int8],
        k: int,
        mask: NDArray[np.uint8] | None,
        order: NDArray[np.uint32] | None,
        threads: int | None,
        cancel: ReadableBuffer | None,
    ) -> _Query:
        if not 1 <= k <= MOST_CANDIDATES:
            raise ValueError(f"k is 1 to {MOST_CANDIDATES}, not {k}")
        if mask is not None:
            if mask.dtype != np.uint8 or mask.ndim != 1 or len(mask) * 8 < self._rows:
                raise ValueError("a mask is uint8, one bit a row")
            mask = np.ascontiguousarray(mask)
        if order is not None:
            if order.dtype != np.uint32 or order.ndim != 1 or len(order) < self._rows:
                raise ValueError("an order is uint32, one a row")
            order = np.ascontiguousarray(order)
        return _Query(self._checked(probes), k, mask, order, threads, cancel)


class _CPlanes(Planes):
    """Templates in the layout of `_scan.c`."""

    def __init__(self, capacity: int, dimensions: int, mode: Mode, path: str) -> None:
        super().__init__(capacity, dimensions, mode, path)
        rows = -(-capacity // _LANES) * _LANES
        padded = -(-dimensions // 8) * 8
        nibbles = mode == "nibble"
        self._high = _aligned(rows * padded // (2 if nibbles else 1))
        self._low = _aligned(len(self._high) if nibbles else 0)
        self._lengths = _aligned(rows * 2)
        self._spreads = _aligned(rows if nibbles else 0)
        self._norms = _aligned(rows * 4).view(np.int32)
        self._planes = (self._high, self._low, self._lengths, self._spreads, self._norms, dimensions)

    @property
    def nbytes(self) -> int:
        return sum(plane.nbytes for plane in (self._high, self._low, self._lengths, self._spreads, self._norms))

    def all_scores(self, probe: Template) -> NDArray[np.float64]:
        probes, rows = self._checked(probe[np.newaxis]), self._rows
        scores = np.empty(rows)
        threads = self._helpful_threads(rows * self.dimensions)
        _scan.search(self._planes, rows, probes, 1, 0, None, None, threads, None, self.path, scores)
        return scores

    def _write(self, first: int, codes: NDArray[np.int8]) -> None:
        _scan.pack(self._planes, first, len(codes), codes)

    def _search(self, query: _Query) -> Best:
        probes, rows = query.probes, self._rows
        hits = np.empty((len(probes), query.k), dtype=_HIT)
        # a few probes are sooner done one by one on the high plane than together on both
        together = len(probes) if self.mode == "int8" or len(probes) >= _FEWEST_TOGETHER else 1
        threads = query.threads or self._helpful_threads(len(self._high) // max(self.capacity, 1) * rows * together)
        count = query.k
        for first in range(0, len(probes), together):
            part, out = probes[first : first + together], hits[first : first + together]
            count = _scan.search(
                self._planes,
                rows,
                part,
                len(part),
                query.k,
                query.mask,
                query.order,
                threads,
                query.cancel,
                self.path,
                out,
            )
            if count < 0:
                raise _cancelled()
        best = hits[:, :count]
        found = best["row"].astype(np.int64)
        return Best(found, best["dot"].astype(np.int64), self._norms[found].astype(np.int64), best["score"].copy())

    @staticmethod
    def _helpful_threads(work: int) -> int:
        """One thread for every 4 MiB to be read, up to the processors of this process: starting one costs 20 µs."""
        processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        return max(1, min(processors, work // _BYTES_PER_THREAD, _MOST_THREADS))


class _NumpyPlanes(Planes):
    """Templates as they are, for machines without the extension."""

    def __init__(self, capacity: int, dimensions: int, mode: Mode, path: str) -> None:
        super().__init__(capacity, dimensions, mode, path)
        self._codes = np.zeros((capacity, dimensions), dtype=np.int8)
        self._norms = np.zeros(capacity, dtype=np.int32)

    @property
    def nbytes(self) -> int:
        return self._codes.nbytes + self._norms.nbytes

    def all_scores(self, probe: Template) -> NDArray[np.float64]:
        probes, rows = self._checked(probe[np.newaxis]), self._rows
        blocks = [self._block(start, rows, probes) for start in range(0, rows, _NUMPY_ROWS)]
        return np.concatenate([np.empty(0), *(scores[0] for _, _, scores in blocks)])

    def _write(self, first: int, codes: NDArray[np.int8]) -> None:
        for start in range(0, len(codes), _NUMPY_ROWS):
            block = codes[start : start + _NUMPY_ROWS]
            stop = first + start + len(block)
            self._codes[first + start : stop] = block
            self._norms[first + start : stop] = np.square(block, dtype=np.int32).sum(axis=1)

    def _block(
        self, start: int, rows: int, probes: NDArray[np.int8]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
        """The rows from `start` on: dot products with the probes (m, b), norms (b,) and scores (m, b)."""
        stop = min(start + _NUMPY_ROWS, rows)
        # exact: with 1,024 dimensions or fewer every partial sum is an integer below 2**24
        dots = (probes.astype(np.float32) @ self._codes[start:stop].astype(np.float32).T).astype(np.int64)
        norms = self._norms[start:stop].astype(np.int64)
        probe_norms = np.square(probes, dtype=np.int64).sum(axis=1)
        scores = [scores_from_parts(row, norms, int(norm)) for row, norm in zip(dots, probe_norms, strict=True)]
        return dots, norms, np.array(scores).reshape(dots.shape)

    def _search(self, query: _Query) -> Best:
        probes, total = query.probes, self._rows
        nothing = np.empty(0, dtype=np.int64)
        best = [Best(nothing, nothing, nothing, np.empty(0)) for _ in probes]
        for start in range(0, total, _NUMPY_ROWS):
            if query.cancel is not None and memoryview(query.cancel)[0]:
                raise _cancelled()
            dots, norms, scores = self._block(start, total, probes)
            rows = np.arange(start, start + len(norms))
            live = slice(None) if query.mask is None else _unpacked(query.mask, start, len(norms))
            best = [
                _merged(kept, Best(rows[live], dots[i][live], norms[live], scores[i][live]), query.k, query.order)
                for i, kept in enumerate(best)
            ]
        return Best(*(np.array(parts).reshape(len(probes), -1) for parts in zip(*best, strict=True)))


def _merged(kept: Best, new: Best, k: int, order: NDArray[np.uint32] | None) -> Best:
    """The k best of both."""
    floor = kept.scores[-1] if len(kept.scores) == k else -np.inf
    promising = new.scores >= floor
    rows, dots, norms, scores = (np.concatenate([old, more[promising]]) for old, more in zip(kept, new, strict=True))
    ranks = rows if order is None else order[rows]
    first = np.lexsort((rows, ranks, -scores))[:k]
    return Best(rows[first], dots[first], norms[first], scores[first])


def _unpacked(mask: NDArray[np.uint8], start: int, count: int) -> NDArray[np.bool_]:
    """The mask's bits of `count` rows from `start`, a multiple of 8, on."""
    return np.unpackbits(mask[start // 8 :][: -(-count // 8)], bitorder="little")[:count].astype(np.bool_)


def _aligned(size: int) -> NDArray[np.uint8]:
    """Zeroed bytes on a cache line. NumPy asks for huge pages; untouched ones take no memory."""
    room = np.zeros(size + _CACHE_LINE, dtype=np.uint8)
    start = -room.ctypes.data % _CACHE_LINE
    return room[start : start + size]


def _cancelled() -> Cancelled:
    return Cancelled(
        "The search was cancelled.",
        why="A part of a gallery is not an answer.",
        remedy="Search again.",
    )
