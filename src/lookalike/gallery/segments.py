"""Templates on disk: segment files with a checksum a row, written whole, merged as they grow, overwritten to erase.

A segment holds the templates of consecutive rows. It is written under another name, synced and renamed, and counts only
once the catalogue lists it; so a crash leaves a file that nobody listed, never half of one. Neighbouring small segments
are merged, so that a gallery has few files however many runs enrolled it. Erasing a row overwrites its bytes in place,
in every file that holds it, listed or not; a file that is no longer needed is overwritten before it is unlinked.

Layout, little-endian: magic (8 bytes), dimensions (u32), rows (u32), first row (u64), CRC-32 of the body (u32), CRC-32
of the header so far (u32), zeros to 64 bytes; then the body: for each row D bytes and the CRC-32 (u32) of the row's
number and bytes. The checksum of the body is a short cut for loading; those of the rows decide.
"""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lookalike.errors import BrokenGallery
from lookalike.files import sync_folder, write_whole

MAGIC = b"LKSEG\x01\r\n"
FIELDS = struct.Struct("<8sIIQI")
HEADER_SIZE = 64
FANOUT = 16
"""This many neighbouring segments of one size class are merged into one."""

LARGEST = 1 << 20
"""Segments of this many rows and more are not merged further: erasing reads its whole segment once."""

Codes = NDArray[np.int8]


@dataclass(frozen=True, slots=True, order=True)
class Segment:
    """Rows `first` to `first + rows - 1`, as the catalogue lists them."""

    first: int
    rows: int

    @property
    def end(self) -> int:
        """One past the last row."""
        return self.first + self.rows

    @property
    def file(self) -> str:
        """Its file name; a merged segment never has the name of one of its parts."""
        return f"{self.first:012d}-{self.rows:09d}.seg"


class SegmentStore:
    """The folder of segments of one gallery. Only the gallery's one writer writes here."""

    def __init__(self, folder: Path, dimensions: int) -> None:
        self.folder = folder
        self.dimensions = dimensions
        self._stride = dimensions + 4

    def write(self, first: int, codes: Codes) -> Segment:
        """Write (n, D) int8 templates as rows `first` on; durable when this returns."""
        segment = Segment(first, len(codes))
        body = np.empty((len(codes), self._stride), dtype=np.uint8)
        body[:, : self.dimensions] = codes.view(np.uint8)
        sums = [row_checksum(first + i, row.tobytes()) for i, row in enumerate(codes)]
        body[:, self.dimensions :] = np.array(sums, dtype="<u4").view(np.uint8).reshape(-1, 4)
        data = body.tobytes()
        write_whole(self.folder / segment.file, self._header(segment, zlib.crc32(data)) + data)
        return segment

    def read(self, segment: Segment) -> Codes:
        """The templates of a segment, (n, D) int8, every checksum verified.

        Raises BrokenGallery when the file is missing, short, of other dimensions, or damaged; it names the rows.
        """
        path = self.folder / segment.file
        try:
            data = np.fromfile(path, dtype=np.uint8)
        except OSError as error:
            raise _broken(path, f"cannot be read: {error.strerror}") from error
        size = HEADER_SIZE + segment.rows * self._stride
        header = data[:HEADER_SIZE].tobytes()
        if len(data) != size or header[: FIELDS.size - 4] != self._header(segment, 0)[: FIELDS.size - 4]:
            raise _broken(path, "is not the segment that the catalogue lists")
        body = data[HEADER_SIZE:].reshape(segment.rows, self._stride)
        (body_sum,) = struct.unpack_from("<I", header, FIELDS.size - 4)
        if zlib.crc32(body.data) != body_sum or header != self._header(segment, body_sum):
            self._verify_rows(path, segment, body)
        return np.ascontiguousarray(body[:, : self.dimensions]).view(np.int8)

    def read_row(self, segments: Sequence[Segment], row: int) -> Codes:
        """One template, (D,) int8, its checksum verified. segments: those listed. Raises BrokenGallery."""
        segment = next((one for one in segments if one.first <= row < one.end), None)
        if segment is None:
            raise _broken(self.folder, f"holds no row {row}")
        path = self.folder / segment.file
        try:
            with path.open("rb") as stream:
                stream.seek(HEADER_SIZE + (row - segment.first) * self._stride)
                data = stream.read(self._stride)
        except OSError as error:
            raise _broken(path, f"cannot be read: {error.strerror}") from error
        code = data[: self.dimensions]
        if data[self.dimensions :] != struct.pack("<I", row_checksum(row, code)):
            raise _broken(path, f"is damaged in row {row}")
        return np.frombuffer(code, dtype=np.int8)

    def overwrite(self, row: int) -> list[str]:
        """Overwrite a row with zeros in every file that holds it, durably. Returns the names of the files."""
        written = []
        for path in sorted(self.folder.glob("*.seg")):
            segment = _parse(path.name)
            if segment is None or not segment.first <= row < segment.end:
                continue
            blank = bytes(self.dimensions)
            with path.open("r+b") as stream:
                stream.seek(HEADER_SIZE + (row - segment.first) * self._stride)
                stream.write(blank + struct.pack("<I", row_checksum(row, blank)))
                stream.flush()
                os.fsync(stream.fileno())
                # a crash before this line costs the next load a look at every row, no more
                stream.seek(HEADER_SIZE)
                body_sum = 0
                while chunk := stream.read(1 << 22):
                    body_sum = zlib.crc32(chunk, body_sum)
                stream.seek(0)
                stream.write(self._header(segment, body_sum))
                stream.flush()
                os.fsync(stream.fileno())
            written.append(path.name)
        return written

    def merge(self, segments: Sequence[Segment]) -> Segment:
        """Write neighbouring segments as one. The parts stay until `drop`."""
        codes = np.concatenate([self.read(segment) for segment in segments])
        return self.write(segments[0].first, codes)

    def drop(self, names: Iterable[str]) -> None:
        """Overwrite files with zeros, durably, and unlink them."""
        for name in names:
            destroy(self.folder / name)
        sync_folder(self.folder)

    def unlisted(self, listed: Iterable[Segment]) -> list[str]:
        """What a crash left: files that the catalogue does not list."""
        known = {segment.file for segment in listed}
        return sorted(path.name for path in self.folder.iterdir() if path.name not in known)

    def _header(self, segment: Segment, body_sum: int) -> bytes:
        fields = FIELDS.pack(MAGIC, self.dimensions, segment.rows, segment.first, body_sum)
        return (fields + struct.pack("<I", zlib.crc32(fields))).ljust(HEADER_SIZE, b"\0")

    def _verify_rows(self, path: Path, segment: Segment, body: NDArray[np.uint8]) -> None:
        stored = np.ascontiguousarray(body[:, self.dimensions :]).view("<u4").ravel()
        damaged = [
            segment.first + i
            for i in range(segment.rows)
            if row_checksum(segment.first + i, body[i, : self.dimensions].tobytes()) != stored[i]
        ]
        if damaged:
            shown = ", ".join(str(row) for row in damaged[:5])
            raise _broken(path, f"is damaged in {len(damaged)} of {segment.rows} rows ({shown})")


def merge_plan(segments: Sequence[Segment]) -> list[Segment] | None:
    """The neighbours to merge next, or None. segments: all of them, in the order of their rows.

    A run of FANOUT neighbours of one size class (rows between powers of FANOUT) is merged, smallest class first.
    """
    for size_class in range(1, 16):
        run: list[Segment] = []
        for segment in segments:
            small = segment.rows < min(FANOUT**size_class, LARGEST)
            run = [*run, segment] if small else []
            if len(run) == FANOUT:
                return run
        if FANOUT**size_class >= LARGEST:
            break
    return None


def row_checksum(row: int, code: bytes) -> int:
    """CRC-32 over a row's number and bytes: a row in the wrong place is as damaged as a changed one."""
    return zlib.crc32(code, zlib.crc32(struct.pack("<Q", row)))


def destroy(path: Path) -> None:
    """Overwrite a file with zeros, durably, and unlink it. A file that is gone already is no error."""
    try:
        with path.open("r+b") as stream:
            left = os.fstat(stream.fileno()).st_size
            while left > 0:
                left -= stream.write(bytes(min(left, 1 << 20)))
            stream.flush()
            os.fsync(stream.fileno())
    except FileNotFoundError:
        return
    path.unlink()


def _parse(name: str) -> Segment | None:
    first, _, rows = name.removesuffix(".seg").partition("-")
    return Segment(int(first), int(rows)) if first.isdigit() and rows.isdigit() else None


def _broken(path: Path, what: str) -> BrokenGallery:
    return BrokenGallery(
        f"{path.name} {what}.",
        why="A search over part of a gallery would be returned as if it were whole.",
        remedy="Restore the gallery from its backup: `lookalike gallery restore`.",
    )
