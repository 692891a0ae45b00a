"""Payload keys: 32 random bytes an entry in a file outside the database, overwritten to erase.

A database keeps deleted bytes: in its log, in dead rows, in backups. So payloads stand in it encrypted, and what is
destroyed is the slot that their key is made from. A slot of zeros is a destroyed one and is never drawn. A backup of
this file would undo erasure: it is not in the set that is backed up with the database.
"""

from __future__ import annotations

import errno
import fcntl
import hmac
import os
import struct
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from lookalike.errors import BrokenLedger, LedgerKeyMissing
from lookalike.files import write_whole

Random = Callable[[int], bytes]
"""n -> n random bytes."""

SLOT = 32
HEAD = b"lookalike-slots1\n".ljust(64, b"\x00")
AHEAD = 4096
"""Slots drawn at once, so that an append needs no sync of its own for its key."""

NONCE = 12
GONE = bytes(SLOT)


class Slots:
    """The file of slots of one ledger. master: 32 bytes from another file, without which slots are of no use."""

    def __init__(self, path: Path, master: bytes, random: Random) -> None:
        """Open the file. Raises LedgerKeyMissing."""
        self._master, self._random = master, random
        self._durable = 0  # slots that are known to be synced
        try:
            self._file = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        except OSError as error:
            raise _missing(path, str(error.strerror)) from error
        if os.pread(self._file, len(HEAD), 0) != HEAD:
            os.close(self._file)
            raise _missing(path, "it is not a file of payload keys")

    @staticmethod
    def create(path: Path) -> None:
        """Make an empty file, its owner's only."""
        write_whole(path, HEAD, new=True, mode=0o600)

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)

    def seal(self, low: int, blobs: Sequence[bytes], lines: Sequence[bytes]) -> list[bytes]:
        """Encrypt the payloads of the entries from `low` on, each with its own key, bound to its line.

        An entry that was rolled back leaves its slot to the next of its index; the random nonce makes that safe.
        """
        sealed = []
        for i, (slot, blob, line) in enumerate(zip(self._fresh(low, len(blobs)), blobs, lines, strict=True)):
            nonce = self._random(NONCE)
            sealed.append(nonce + AESGCM(self._key(low + i, slot)).encrypt(nonce, blob, line))
        return sealed

    def open(self, index: int, sealed: bytes, line: bytes) -> bytes:
        """A payload. Raises BrokenLedger for a changed one, and when its key is destroyed."""
        slot = self._read(index, 1)
        if slot in (b"", GONE):
            raise BrokenLedger(f"The key of entry {index} is destroyed.", remedy="Finish its erasure.")
        try:
            return AESGCM(self._key(index, slot)).decrypt(sealed[:NONCE], sealed[NONCE:], line)
        except (InvalidTag, ValueError) as error:
            raise BrokenLedger(
                f"The payload of entry {index} is not the one that was recorded.", remedy="Keep it as evidence."
            ) from error

    def destroy(self, indexes: Sequence[int]) -> None:
        """Overwrite slots, durably. Doing it again is no error."""
        with self._locked():
            self._grow(max(indexes, default=-1) + 1)
            for index in indexes:
                os.pwrite(self._file, GONE, _place(index))
            os.fsync(self._file)

    def destroyed(self, index: int) -> bool:
        """Whether a slot was overwritten."""
        return self._read(index, 1) == GONE

    def _fresh(self, low: int, count: int) -> list[bytes]:
        """The slots [low, low + count), drawn where they are not there yet."""
        data = self._read(low, count)
        slots = [data[i : i + SLOT] for i in range(0, len(data), SLOT)]
        if low + count > self._durable or len(data) < count * SLOT or GONE in slots:
            # a process that was killed while the file grew left slots that nothing has synced, and a power cut zeros;
            # entries ahead of the ledger are never erased
            with self._locked():
                self._grow(low + count)
                for index in range(low, low + count):
                    if self._read(index, 1) == GONE:
                        os.pwrite(self._file, self._random(SLOT), _place(index))
                os.fsync(self._file)
                self._durable = self._there()
            data = self._read(low, count)
        return [data[i : i + SLOT] for i in range(0, len(data), SLOT)]

    def _grow(self, end: int) -> None:
        there = self._there()
        if there < end:
            more = end - there + AHEAD - 1
            slots = self._random((more - more % AHEAD) * SLOT)
            if os.pwrite(self._file, slots, _place(there)) < len(slots):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def _there(self) -> int:
        return (os.fstat(self._file).st_size - len(HEAD)) // SLOT

    def _read(self, low: int, count: int) -> bytes:
        data = os.pread(self._file, count * SLOT, _place(low))
        return data[: len(data) - len(data) % SLOT]

    def _key(self, index: int, slot: bytes) -> bytes:
        return hmac.digest(self._master, b"lookalike ledger payload" + struct.pack(">Q", index) + slot, "sha256")

    @contextmanager
    def _locked(self) -> Iterator[None]:
        fcntl.flock(self._file, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(self._file, fcntl.LOCK_UN)


def _place(index: int) -> int:
    return len(HEAD) + index * SLOT


def _missing(path: Path, reason: str) -> LedgerKeyMissing:
    return LedgerKeyMissing(
        f"The ledger's payload keys cannot be read from {path}: {reason}.",
        why="Payloads are encrypted with them, and nothing can be recorded without.",
        remedy="Put the file back from where it is kept.",
    )
