"""Erasing a record: every byte of it overwritten, its key destroyed, and a search to show that it no longer comes back.

The order is what makes it safe to kill at any moment: first the record is taken out of every search and the erasure
is noted, in one transaction; then bytes are overwritten; last, the record itself goes from the catalogue. Whoever
opens the gallery next finishes an erasure that was begun.
"""

from __future__ import annotations

import csv
import io
import os
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from lookalike.errors import BadRecord, GalleryBusy
from lookalike.face.template import digest
from lookalike.files import write_whole
from lookalike.gallery.gallery import Gallery, erasure_log
from lookalike.gallery.records import Status
from lookalike.gallery.search import MOST, Index

REJECTS = "rejects.csv"
PATIENCE = 30.0
"""Seconds to wait for readers before the write-ahead log can be emptied."""

PIECE = 64
"""Bytes of a template or a photograph that may not be found again in a row."""


@dataclass(frozen=True, slots=True)
class ErasureProof:
    """What was done to erase a record, and what shows it.

    record: a name for the record that says nothing without the gallery's key. template_sha256, photo_sha256: of what
    was erased. overwritten: segment files. photograph: the file that was overwritten and unlinked. snapshot: of the
    gallery afterwards. bytes_scanned: of every file under the gallery. pieces_sought, pieces_found: pieces of the
    template and of the photograph. searched: records compared with the erased template afterwards. came_back:
    whether the record was among the best of them.
    """

    record: str
    at: str
    template_sha256: str
    photo_sha256: str
    overwritten: tuple[str, ...]
    photograph: str
    key_destroyed: bool
    snapshot: str
    bytes_scanned: int
    pieces_sought: int
    pieces_found: int
    searched: int
    came_back: bool

    @property
    def holds(self) -> bool:
        """Whether nothing was found and nobody came back."""
        return not self.pieces_found and not self.came_back and self.key_destroyed


def erase(gallery: Gallery, record_id: str, *, at: str) -> ErasureProof | None:
    """Erase a record everywhere in a gallery. at: ISO time.

    Returns the proof; None when the record was erased before. Raises BadRecord when there never was such a record,
    GalleryBusy when another process writes, or reads for longer than half a minute; calling again then finishes.
    """
    with gallery.writing():
        record, place = gallery.record(record_id), gallery.catalogue.place(record_id)
        if record is None or place is None:
            if gallery.was_erased(record_id):
                _empty_log(gallery)  # a reader may have been in the way when it was erased
                return None
            raise BadRecord(f"There is no record {record_id} in {gallery.directory.name}.", remedy="Check the id.")
        template = gallery.template(record_id)
        photo = gallery.photo(record_id)
        begin(gallery, record_id, at=at)
        overwritten = finish(gallery, record_id)
        index = Index(gallery)
        came_back = False
        if len(index):
            found = index.search(template, MOST)
            came_back = any(candidate.record_id == record_id for candidate in found.candidates)
        pieces = [*_pieces(template.tobytes()), *_pieces(photo), record_id.encode()]
        scanned, seen = scan(gallery.directory, pieces)
        return ErasureProof(
            record=gallery.master.pseudonym(record_id),
            at=at,
            template_sha256=digest(template),
            photo_sha256=record.photo_sha256,
            overwritten=tuple(overwritten),
            photograph=str(gallery.vault.path(record_id).relative_to(gallery.directory)),
            key_destroyed=gallery.catalogue.place(record_id) is None,
            snapshot=gallery.snapshot().id,
            bytes_scanned=scanned,
            pieces_sought=len(pieces),
            pieces_found=seen,
            searched=len(index),
            came_back=came_back,
        )


def begin(gallery: Gallery, record_id: str, *, at: str) -> None:
    """Take a record out of every search and note that it is being erased. Call inside `writing`."""
    record = gallery.record(record_id)
    assert record is not None
    state = gallery.catalogue.state()
    if record.status is Status.ACTIVE:
        state = state.without_record(record.id, record.template_sha256)
    _log(gallery, record_id, at)
    with gallery.catalogue.transaction(), gallery.noted({record.person_id}, state, at):
        gallery.catalogue.begin_erasing(record_id)
        gallery.catalogue.update(replace(record, status=Status.EXPUNGED))


def finish(gallery: Gallery, record_id: str) -> list[str]:
    """Overwrite what is left of a record whose erasure was begun. Call inside `writing`; may be called again.

    Returns the segment files in which it was overwritten.
    """
    place = gallery.catalogue.place(record_id)
    if place is None:
        return []
    row, _ = place
    overwritten = gallery.segments.overwrite(row)
    gallery.vault.destroy(record_id)
    record = gallery.record(record_id)
    assert record is not None
    _scrub_rejects(gallery.directory / REJECTS, {record_id, record.file})
    pseudonym = gallery.master.pseudonym(record_id)
    at = _logged(gallery).get(pseudonym, "")
    with gallery.catalogue.transaction():
        gallery.catalogue.end_erasing(record_id, row, pseudonym, at)
    _empty_log(gallery)
    return overwritten


def _empty_log(gallery: Gallery) -> None:
    """Leave nothing of an erased record in the write-ahead log. Raises GalleryBusy when readers stay in the way."""
    deadline = time.monotonic() + PATIENCE
    while not gallery.catalogue.truncate_log():
        if time.monotonic() > deadline:
            raise GalleryBusy(
                "The record is erased, but a reader keeps its traces in the catalogue's log.",
                remedy="End the searches that run on this gallery and erase the record again.",
            )
        time.sleep(0.05)


def scan(directory: Path, pieces: Sequence[bytes]) -> tuple[int, int]:
    """Read every byte under a directory. Returns how many there were, and how many pieces were found."""
    longest = max(map(len, pieces), default=1)
    total, found = 0, 0
    for path in sorted(p for p in directory.rglob("*") if p.is_file()):
        tail = b""
        with path.open("rb") as stream:
            while chunk := stream.read(1 << 22):
                total += len(chunk)
                window = tail + chunk
                found += sum(piece in window for piece in pieces)
                tail = window[-(longest - 1) :] if longest > 1 else b""
    return total, found


def replay(gallery: Gallery, *, at: str) -> int:
    """Erase again whatever was erased since this gallery was backed up. Returns how many records that were."""
    gone = _logged(gallery)
    again = [r.id for r in gallery.records() if gallery.master.pseudonym(r.id) in gone]
    with gallery.writing():
        for record_id in again:
            begin(gallery, record_id, at=at)
            finish(gallery, record_id)
    return len(again)


def _pieces(data: bytes) -> Iterator[bytes]:
    """Pieces of PIECE bytes that are worth looking for: not all of one value, as the zeros of padding are."""
    if len(data) < PIECE:
        yield data
        return
    for start in range(0, len(data) - PIECE + 1, PIECE):
        piece = data[start : start + PIECE]
        if len(set(piece)) > 4:
            yield piece


def _log(gallery: Gallery, record_id: str, at: str) -> None:
    path = erasure_log(gallery.keys, gallery.id)
    line = f"{gallery.master.pseudonym(record_id)} {at}\n"
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, line.encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _logged(gallery: Gallery) -> dict[str, str]:
    """When which pseudonym was erased; a last line that a crash cut short is passed over."""
    path = erasure_log(gallery.keys, gallery.id)
    if not path.exists():
        return {}
    fields = (line.split(" ", 1) for line in path.read_text(encoding="ascii").splitlines())
    return {parts[0]: parts[1] for parts in fields if len(parts) == 2 and len(parts[0]) == 64}


def _scrub_rejects(path: Path, names: set[str]) -> None:
    """Take the lines that name an erased record out of the list of rejects."""
    if not path.exists():
        return
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    named = re.compile("|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in sorted(names)))
    kept = [row for row in rows if not any(named.search(field) for field in row)]
    if kept == rows:
        return
    blank = path.stat().st_size
    with path.open("r+b") as stream:
        stream.write(bytes(blank))
        stream.flush()
        os.fsync(stream.fileno())
    text = io.StringIO()
    csv.writer(text).writerows(kept)
    write_whole(path, text.getvalue().encode())
