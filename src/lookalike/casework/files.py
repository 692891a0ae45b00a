"""Stored files: evidence and documents, each encrypted under a key of its own, never changed once stored.

A file is cut into pieces of 1 MiB, each sealed with AES-256-GCM; the file's id, the piece's number and whether it is
the last are bound to it, so that no piece can be exchanged, moved or cut off. The file's key is wrapped by the site's
master key, which stands in a folder of its own; destroying the wrapped key makes every copy unreadable.
"""

from __future__ import annotations

import hashlib
import io
import math
import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from lookalike.casework.models import StoredFile
from lookalike.casework.regular import regular
from lookalike.errors import BrokenFile, FileTooLarge
from lookalike.files import sync_folder
from lookalike.gallery.vault import MasterKey

PIECE = 1 << 20
NONCE, TAG = 12, 16
SEALED = NONCE + PIECE + TAG
LARGEST = 8 << 30
"""Bytes of the largest file that is taken in."""

KEPT = timedelta(days=7)
"""How long a file stays that no row names."""

_masters: dict[Path, MasterKey] = {}


@dataclass(frozen=True, slots=True)
class Written:
    """A file that is on the disk, encrypted, and has no row yet: nobody can read it until `keep` gave it one."""

    public_id: str
    name: str
    media_type: str
    size: int
    sha256: str
    wrapped_key: bytes


class Writer:
    """Writes one file, sealing it piece by piece as it comes: for an upload, of which nothing plain touches the disk.

    name: as delivered, for people; never a path. Raises FileTooLarge and OSError from `add`; then `abandon` it.
    """

    def __init__(self, *, name: str, media_type: str, largest: int = LARGEST) -> None:
        self._name, self._largest = plain_name(name), largest
        self._type = "".join(letter for letter in media_type if letter.isprintable())[:100]
        self._id, key = secrets.token_hex(16), os.urandom(32)
        self._wrapped, self._key = master().wrap(key, self._id), AESGCM(key)
        self._digest, self._size, self._number, self._held = hashlib.sha256(), 0, 0, bytearray()
        self._path = path_of(self._id)
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._part = self._path.with_suffix(".part")
        self._stream = self._part.open("xb")

    def add(self, data: bytes) -> None:
        """Add the bytes that come next, however many."""
        self._size += len(data)
        if self._size > self._largest:
            raise FileTooLarge(
                f"{self._name} is larger than {self._largest:,} bytes.",
                remedy="Give the part that matters, and keep the original elsewhere.",
            )
        self._digest.update(data)
        rest = memoryview(data)
        while len(self._held) + len(rest) > PIECE:  # a full piece is held back: it may be the last
            taken = PIECE - len(self._held)
            self._held += rest[:taken]
            rest = rest[taken:]
            self._seal(last=False)
        self._held += rest

    def finish(self) -> Written:
        """Make the file durable, and give what its row will say."""
        self._seal(last=True)
        self._stream.flush()
        os.fsync(self._stream.fileno())
        self._stream.close()
        self._part.replace(self._path)
        sync_folder(self._path.parent)
        digest = self._digest.hexdigest()
        return Written(self._id, self._name, self._type, self._size, digest, self._wrapped)

    def abandon(self) -> None:
        """Leave nothing."""
        self._stream.close()
        self._part.unlink(missing_ok=True)

    def _seal(self, *, last: bool) -> None:
        nonce = os.urandom(NONCE)
        bound = _bound(self._id, self._number, last)
        self._stream.write(nonce + self._key.encrypt(nonce, bytes(self._held), bound))
        self._number += 1
        self._held.clear()


def write(data: bytes | Iterable[bytes], *, name: str, media_type: str, largest: int = LARGEST) -> Written:
    """Write a file durably, without its row. For what is long: it is done before the act's transaction begins.

    data: the bytes, or pieces of them. name: as delivered, for people; never a path. Raises FileTooLarge, OSError.
    """
    writer = Writer(name=name, media_type=media_type, largest=largest)
    try:
        for piece in [data] if isinstance(data, bytes) else data:
            writer.add(piece)
        return writer.finish()
    except BaseException:
        writer.abandon()
        raise


def keep(
    data: bytes | Iterable[bytes] | Written, *, name: str = "", media_type: str = "", largest: int = LARGEST
) -> StoredFile:
    """Store a file durably, then its row. Call inside the act's transaction: a row that is undone leaves only bytes
    that nobody can read, and `sweep` destroys them.

    data: the bytes, pieces of them, or what `write` has written. Raises FileTooLarge, OSError.
    """
    if not isinstance(data, Written):
        data = write(data, name=name, media_type=media_type, largest=largest)
    return StoredFile.objects.create(
        public_id=data.public_id,
        name=data.name,
        media_type=data.media_type,
        size=data.size,
        sha256=data.sha256,
        wrapped_key=data.wrapped_key,
    )


def forget(written: Written) -> None:
    """Destroy what was written for an act that did not come about."""
    path_of(written.public_id).unlink(missing_ok=True)


def read(file: StoredFile | Written) -> bytes:
    """The whole file, held to its SHA-256. Raises BrokenFile."""
    with opened(file) as stream:
        data = stream.read()
    if hashlib.sha256(data).hexdigest() != file.sha256:
        raise _broken(file, "is not the one that was stored")
    return data


def opened(file: StoredFile | Written) -> BinaryIO:
    """The file as a stream that can be read and searched; every piece is checked when it is read. Raises BrokenFile."""
    return io.BufferedReader(_Pieces(file), PIECE)


def sweep(before: datetime) -> int:
    """Destroy what no row names and was written before then: files of acts that were undone, and of a crash.

    before: long enough ago that no act of that time is still running. Returns how many files were destroyed.
    """
    count = 0
    for folder in Path(settings.FILES_FOLDER).glob("*"):  # by its first two digits: a hundredth of all, or less
        old = {path.name: path for path in folder.glob("*") if _written(path) < before.timestamp()}
        named = StoredFile.objects.filter(public_id__gte=folder.name, public_id__lt=f"{folder.name}g")
        for name in old.keys() - set(named.values_list("public_id", flat=True)):
            old[name].unlink(missing_ok=True)
            count += 1
    return count


@regular(every=24 * 3600)
def swept(now: datetime) -> int:
    """Sweep once a day; what is younger than a week stays, so that a backup restored by mistake takes nothing along."""
    return sweep(now - KEPT)


def path_of(public_id: str) -> Path:
    """Where a file stands."""
    return Path(settings.FILES_FOLDER) / public_id[:2] / public_id


def master() -> MasterKey:
    """The site's master key; drawn by `lookalike site` when the site is made. Raises KeyMissing."""
    path = Path(settings.KEYS_FOLDER) / "site.key"
    if path not in _masters:
        _masters[path] = MasterKey.load(path)
    return _masters[path]


def plain_name(name: str) -> str:
    """A file's name as delivered, without the folders of whoever delivered it and without what cannot be printed."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(letter for letter in last if letter.isprintable())[-255:] or "file"


def _written(path: Path) -> float:
    """When a file was last written; one that is gone meanwhile was written just now."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return math.inf


def _bound(public_id: str, number: int, last: bool) -> bytes:
    return f"{public_id}:{number}:{int(last)}".encode()


class _Pieces(io.RawIOBase):
    """Reads a stored file piece by piece."""

    def __init__(self, file: StoredFile | Written) -> None:
        super().__init__()
        self._file = file
        self._stream: BinaryIO | None = None
        try:
            self._key = AESGCM(master().unwrap(bytes(file.wrapped_key), file.public_id))
            self._stream = path_of(file.public_id).open("rb")
            length = os.fstat(self._stream.fileno()).st_size
        except (InvalidTag, ValueError, OSError) as error:
            raise _broken(file, "cannot be opened") from error
        self._place, self._number, self._piece = 0, -1, b""
        self._count = max(1, -(-file.size // PIECE))
        if length != file.size + self._count * (NONCE + TAG):
            raise _broken(file, "is not the one that was stored")

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def close(self) -> None:
        if self._stream is not None:
            self._stream.close()
        super().close()

    def tell(self) -> int:
        return self._place

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._file.size}[whence]
        if base + offset < 0:
            raise ValueError("a place before the first byte")
        self._place = base + offset
        return self._place

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        number, start = divmod(self._place, PIECE)
        if self._place >= self._file.size:
            return 0
        data = self._read(number)[start : start + len(buffer)]
        buffer[: len(data)] = data
        self._place += len(data)
        return len(data)

    def _read(self, number: int) -> bytes:
        if number != self._number:
            assert self._stream is not None
            self._stream.seek(number * SEALED)
            sealed = self._stream.read(SEALED)
            bound = _bound(self._file.public_id, number, number == self._count - 1)
            try:
                self._piece = self._key.decrypt(sealed[:NONCE], sealed[NONCE:], bound)
            except (InvalidTag, ValueError) as error:
                raise _broken(self._file, "is not the one that was stored") from error
            self._number = number
        return self._piece


def _broken(file: StoredFile | Written, what: str) -> BrokenFile:
    return BrokenFile(
        f"The stored file {file.name} {what}.",
        why="What is shown must be the evidence that was taken in, to the byte.",
        remedy="Restore the site's files from its backup, and tell whoever holds the ledger's checkpoints.",
    )
