"""What the ledger asks of the place it is kept in. Two are real: `file_store` and `transaction_store`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Head:
    """The one truth about how long a ledger is. peaks: 32 bytes for each binary one in size, the largest first.

    time: the stamp of the last entry, empty when there is none.
    """

    size: int
    peaks: tuple[bytes, ...]
    time: str


@dataclass(frozen=True, slots=True)
class Row:
    """An entry as it is stored. leaf: the hash of its line. sealed: its payload, encrypted."""

    index: int
    line: str
    leaf: bytes
    sealed: bytes


@dataclass(frozen=True, slots=True)
class KeptNote:
    """A note that was handed out or came in. kind: checkpoint, hand-over or cosignature. name: of the key. at: when."""

    size: int
    kind: str
    name: str
    note: str
    at: str


class Store(Protocol):
    """Entries, payloads and nodes; rows go in by `put` alone, and leave the payloads alone."""

    faults: tuple[type[Exception], ...]
    """What the database raises when it cannot write."""

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open, so that what is read may never be committed."""
        ...

    def check(self) -> None:
        """Raise BrokenLedger where a committed act could be lost in a power cut."""
        ...

    def appending(self) -> AbstractContextManager[Head]:
        """Inside the transaction of the act: lock the head, and give it as it is now."""
        ...

    def put(self, old: Head, head: Head, rows: Sequence[Row], nodes: Sequence[tuple[int, int, bytes]]) -> None:
        """Write entries and the new head; nodes are (level, index, hash). Raises BrokenLedger when old is not it."""
        ...

    def head(self) -> Head:
        """The head, without locking it."""
        ...

    def lines(self, low: int, high: int) -> Iterator[tuple[int, str, bytes]]:
        """Index, line and leaf hash of the entries [low, high) that are there."""
        ...

    def hashes(self, level: int, low: int, high: int) -> list[bytes]:
        """Stored hashes of a level that is a multiple of 8; level 0 are the leaves. Raises BrokenLedger for a gap."""
        ...

    def sealed(self, low: int, high: int) -> Iterator[tuple[int, bytes]]:
        """Index and encrypted payload of the entries [low, high) that have one."""
        ...

    def find(self, act: str) -> list[tuple[int, str]]:
        """Index and line of every entry of an act. Reads every line: for rare questions only."""
        ...

    def drop(self, indexes: Sequence[int], by: int) -> None:
        """Delete payloads, and note that their keys are still to be destroyed; by: the entry that says so."""
        ...

    def erasing(self) -> list[int]:
        """Entries whose keys are still to be destroyed."""
        ...

    def end_erasing(self, indexes: Sequence[int]) -> None:
        """Their keys are destroyed."""
        ...

    def empty_log(self) -> bool:
        """Leave nothing of deleted rows in a log of this store's own. False when a reader is in the way."""
        ...

    def put_note(self, note: KeptNote) -> None:
        """Keep a note; the same one again is no error."""
        ...

    def newest_note(self, kind: str) -> KeptNote | None:
        """The note of a kind over the most entries."""
        ...

    def notes(self, kind: str, size: int | None = None) -> list[KeptNote]:
        """The notes of a kind, of one size or of all, the smallest size first."""
        ...
