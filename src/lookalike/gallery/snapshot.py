"""The identity of a gallery at one moment: a digest over its searchable records and their templates.

A homomorphic set hash: adding or removing a record costs the same however large the gallery is, and the order of
enrolment does not matter. Source: Bellare and Micciancio (1997), A new paradigm for collision-free hashing; the
parameters are those of LtHash16 (Lewi et al. 2019), 1,024 lanes of 16 bits.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LANES = 1024


@dataclass(frozen=True, slots=True)
class SnapshotState:
    """The running state: lanes (1024,) uint16 and how many records are in."""

    lanes: NDArray[np.uint16]
    count: int

    @classmethod
    def empty(cls) -> SnapshotState:
        """The state of a gallery without searchable records."""
        return cls(np.zeros(LANES, dtype=np.uint16), 0)

    @classmethod
    def from_bytes(cls, data: bytes, count: int) -> SnapshotState:
        """Read a stored state. Raises ValueError for a wrong length."""
        if len(data) != 2 * LANES:
            raise ValueError("a snapshot state has 2,048 bytes")
        return cls(np.frombuffer(data, dtype="<u2").astype(np.uint16), count)

    def to_bytes(self) -> bytes:
        """The state as stored."""
        return self.lanes.astype("<u2").tobytes()

    def with_record(self, record_id: str, template_sha256: str) -> SnapshotState:
        """The state with one more record."""
        return SnapshotState(self.lanes + _lanes(record_id, template_sha256), self.count + 1)

    def without_record(self, record_id: str, template_sha256: str) -> SnapshotState:
        """The state with that record taken out again."""
        return SnapshotState(self.lanes - _lanes(record_id, template_sha256), self.count - 1)

    @property
    def id(self) -> str:
        """The snapshot's id: SHA-256, in hexadecimal, over the count and the lanes."""
        return hashlib.sha256(f"lookalike-snapshot-1:{self.count}:".encode() + self.to_bytes()).hexdigest()


def _lanes(record_id: str, template_sha256: str) -> NDArray[np.uint16]:
    # the length keeps ("ab", "c") and ("a", "bc") apart
    message = f"{len(record_id)}:{record_id}:{template_sha256}".encode()
    stretched = hashlib.shake_128(message).digest(2 * LANES)
    return np.frombuffer(stretched, dtype="<u2").astype(np.uint16)
