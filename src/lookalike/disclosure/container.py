"""The file itself: a ZIP archive in which nothing is compressed and nothing is hidden.

The first entry is `packet.pdf`; behind it stand the files that are too large for a PDF, as `originals/NAME`. The archive
is written from front to back, so that a clip of gigabytes passes through in pieces; and read only in exactly this form:
no compression (so no bomb), no name but these, no gap and no overlap, no comment, nothing before or behind.
"""

from __future__ import annotations

import hashlib
import io
import re
import struct
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from lookalike.disclosure.values import ASK, File, other_bytes
from lookalike.errors import BadPacket

DOCUMENT = "packet.pdf"
BESIDE = "originals/"
PIECE = 1 << 20
LONGEST_NAME = 120
MOST_ENTRIES = 20_000
LARGEST_DOCUMENT = 512 << 20
NAME = re.compile(r"[a-z0-9][a-z0-9.-]*")

_TIME = (1980, 1, 1, 0, 0, 0)
_FLAGS = 0x08  # sizes and CRC stand behind the data: the archive is never sought in
_LOCAL = struct.Struct("<4s22xHH")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the archive. offset: of its data."""

    name: str
    size: int
    offset: int


def write(stream: BinaryIO, document: bytes, beside: Sequence[tuple[str, File]]) -> None:
    """Write the archive; the same input gives the same bytes. beside: (name, file), in the order of the archive.

    stream: anything that is written to. Raises BadPacket for a file that is not the stated one: what was written by
    then is no packet, and the caller throws it away.
    """
    with zipfile.ZipFile(_Forward(stream), "w") as archive:  # type: ignore[arg-type]  # it only writes
        with archive.open(_info(DOCUMENT, len(document)), "w") as entry:
            entry.write(document)
        for name, file in beside:
            with archive.open(_info(BESIDE + name, file.size), "w") as entry, file.open() as original:
                _copy(original, entry.write, file)


def _info(name: str, size: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _TIME)
    info.create_system, info.external_attr, info.file_size = 3, 0o100644 << 16, size
    return info


def _copy(original: BinaryIO, put: Callable[[bytes], object], file: File) -> None:
    digest, left = hashlib.sha256(), file.size
    while piece := original.read(PIECE):
        left -= len(piece)
        if left < 0:
            break
        digest.update(piece)
        put(piece)
    if left or digest.hexdigest() != file.sha256:
        raise other_bytes(file.title)


class _Forward(io.RawIOBase):
    """A stream that is only written to, front to back, whatever else it could do."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        written = bytes(data)  # type: ignore[call-overload]  # bytes, or a view of them
        self._stream.write(written)
        return len(written)


def read(path: Path) -> tuple[Entry, ...]:
    """The entries of a packet, the document first. Raises BadPacket unless the file is in exactly the form above."""
    try:
        with zipfile.ZipFile(path) as archive:
            return _entries(archive, path)
    except OSError as error:
        raise BadPacket(f"{path.name} cannot be read: {error.strerror or error}.", remedy="Check its name.") from error
    except (zipfile.BadZipFile, ValueError, struct.error, EOFError, OverflowError, NotImplementedError) as error:
        raise bad(f"{path.name} is no packet, or was cut short: {str(error)[:120]}") from error


def _entries(archive: zipfile.ZipFile, path: Path) -> tuple[Entry, ...]:
    infos = archive.infolist()
    if not infos or len(infos) > MOST_ENTRIES:
        raise bad(f"{path.name} holds {len(infos):,} files")
    names = [info.filename for info in infos]
    twice = sorted({name for name in names if names.count(name) > 1}) if len(set(names)) < len(names) else []
    if twice:
        raise bad(f"Two files of the packet are called {twice[0][:80]!r}")
    found, at = [], 0
    with path.open("rb") as raw:
        for number, info in enumerate(infos):
            name = info.orig_filename
            fine = name == DOCUMENT if number == 0 else _is_beside(name)
            if not fine:
                raise bad(f"A file of the packet is called {name[:80]!r}, which no packet's file is")
            if info.compress_type != zipfile.ZIP_STORED or info.compress_size != info.file_size:
                raise bad(f"{name} is compressed")
            if info.flag_bits != _FLAGS or info.comment or info.header_offset != at or info.date_time != _TIME:
                raise bad(f"{name} does not stand where and how a packet's file stands")
            raw.seek(at)
            signature, name_length, extra = _LOCAL.unpack(raw.read(_LOCAL.size))
            if signature != b"PK\x03\x04" or raw.read(name_length) != name.encode():
                raise bad(f"{name} is called otherwise where it stands")
            large = bool(extra)
            if extra not in (0, 20):
                raise bad(f"Something is hidden before {name}")
            found.append(Entry(name, info.file_size, at + _LOCAL.size + name_length + extra))
            at = found[-1].offset + info.file_size + (24 if large else 16)
        if archive.start_dir != at or archive.comment or not _ends(raw, at, infos):
            raise bad("Something is hidden between the files of the packet or behind them")
    if found[0].size > LARGEST_DOCUMENT:
        raise bad(f"The document has {found[0].size:,} bytes")
    return tuple(found)


def _ends(raw: BinaryIO, at: int, infos: Sequence[zipfile.ZipInfo]) -> bool:
    """Whether the directory is followed by the end of the archive and nothing else."""
    raw.seek(0, io.SEEK_END)
    end = raw.tell()
    central = sum(46 + len(info.orig_filename.encode()) + len(info.extra) for info in infos)
    return end - at - central in (22, 22 + 20 + 56)


def _is_beside(name: str) -> bool:
    inner = name.removeprefix(BESIDE)
    return name.startswith(BESIDE) and len(name) <= LONGEST_NAME and bool(NAME.fullmatch(inner))


def span(path: Path, entry: Entry) -> BinaryIO:
    """The bytes of an entry as a file of their own. Its CRC is not looked at: digests are what is relied on."""
    return _Span(path.open("rb"), entry.offset, entry.size)  # type: ignore[return-value]  # it reads and closes


class _Span(io.RawIOBase):
    """A part of a file as a file."""

    def __init__(self, raw: BinaryIO, offset: int, size: int) -> None:
        self._raw, self._offset, self._left = raw, offset, size

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes; fewer where the file ends early."""
        wanted = self._left if size is None or size < 0 else min(size, self._left)
        self._raw.seek(self._offset)
        data = self._raw.read(wanted)
        self._offset, self._left = self._offset + len(data), self._left - len(data)
        return data

    def close(self) -> None:
        self._raw.close()
        super().close()


def bad(what: str) -> BadPacket:
    """The error of a container that is not one."""
    return BadPacket(
        f"{what}.", why="What is not in the form of a packet was not written as one, or was changed.", remedy=ASK
    )
