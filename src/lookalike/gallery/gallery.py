"""A gallery: one directory with a SQLite catalogue, a file of templates and the photographs.

Everything is written in an order that leaves no half: templates and photographs reach the disk before the catalogue
names them, in one transaction a batch. What a crash leaves beyond the catalogue is overwritten by the next writer.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lookalike.errors import BrokenGallery, GalleryBusy, NoSuchGallery, PackDiffers
from lookalike.face.matcher import MatcherIdentity
from lookalike.files import sync_folder, write_whole
from lookalike.gallery.records import NewRecord, Record, Status
from lookalike.gallery.snapshot import SnapshotState

CATALOGUE = "catalogue.sqlite"
TEMPLATES = "templates.i8"
PHOTOS = "photos"
FORMAT = 1

_SCHEMA = """
CREATE TABLE setting (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE record (
  id TEXT PRIMARY KEY,
  person_id TEXT NOT NULL,
  row INTEGER NOT NULL UNIQUE,
  file TEXT NOT NULL,
  photo_sha256 TEXT NOT NULL,
  date_taken TEXT NOT NULL,
  source TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('active', 'sealed', 'dismissed', 'expunged')),
  labels TEXT NOT NULL,
  template_sha256 TEXT NOT NULL,
  quality TEXT NOT NULL,
  enrolled_at TEXT NOT NULL
);
CREATE INDEX record_person ON record (person_id);
CREATE INDEX record_status ON record (status);
"""
_COLUMNS = (
    "id, person_id, file, photo_sha256, date_taken, source, status, labels, template_sha256, quality, enrolled_at"
)


class Gallery:
    """An open gallery. Readers never wait for a writer; one writer at a time."""

    def __init__(self, directory: Path) -> None:
        """Open an existing gallery.

        Raises NoSuchGallery when the directory is not one, BrokenGallery when its parts do not agree.
        """
        if not (directory / CATALOGUE).is_file():
            raise NoSuchGallery(
                f"{directory} is not a gallery.",
                remedy="Name a folder made by `lookalike enrol`, or make one with it.",
            )
        self.directory = directory
        try:
            self._db = _connect(directory / CATALOGUE)
            version = self._db.execute("PRAGMA user_version").fetchone()[0]
            self.dimensions = int(self._setting("dimensions"))
            self.matcher: Mapping[str, Any] = json.loads(self._setting("matcher"))
        except (sqlite3.DatabaseError, TypeError, ValueError) as error:
            raise BrokenGallery(
                f"The catalogue of {directory} cannot be read: {error}.",
                remedy="Restore the gallery from its backup.",
            ) from error
        if version != FORMAT:
            raise BrokenGallery(
                f"{directory} has gallery format {version}; this version reads format {FORMAT}.",
                remedy="Use the version of Lookalike that wrote it.",
            )

    @classmethod
    def create(cls, directory: Path, matcher: MatcherIdentity) -> Gallery:
        """Make an empty gallery for one matcher pack, or open the one that is there.

        Raises PackDiffers when it was made for another pack, BrokenGallery when the directory cannot be written.
        """
        if not (directory / CATALOGUE).exists():
            try:
                (directory / PHOTOS).mkdir(parents=True, exist_ok=True)
                (directory / TEMPLATES).touch()
                # made under another name: a crash here leaves no catalogue rather than half of one
                fresh = directory / f"{CATALOGUE}.new"
                for leftover in directory.glob(f"{CATALOGUE}.new*"):
                    leftover.unlink()
                db = _connect(fresh)
                db.executescript(_SCHEMA)
                state = SnapshotState.empty()
                identity = {
                    "pack": matcher.pack,
                    "version": matcher.version,
                    "files": dict(matcher.files),
                }
                db.executemany(
                    "INSERT INTO setting VALUES (?, ?)",
                    [
                        ("dimensions", str(matcher.dimensions)),
                        ("matcher", json.dumps(identity, sort_keys=True)),
                        ("snapshot", state.to_bytes()),
                    ],
                )
                db.execute(f"PRAGMA user_version = {FORMAT}")
                db.commit()
                db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                db.close()
                fresh.replace(directory / CATALOGUE)
                sync_folder(directory)
            except OSError as error:
                raise BrokenGallery(
                    f"No gallery can be made in {directory}: {error}.",
                    remedy="Choose a folder that can be written.",
                ) from error
        gallery = cls(directory)
        gallery.require(matcher)
        return gallery

    def require(self, matcher: MatcherIdentity) -> None:
        """Raise PackDiffers unless the gallery's templates are this matcher's."""
        if dict(self.matcher["files"]) != dict(matcher.files):
            raise PackDiffers(
                f"{self.directory} was enrolled with {self.matcher['pack']}-{self.matcher['version']}; "
                f"this is {matcher.id}.",
                why="Templates of two matchers cannot be compared.",
                remedy="Choose the gallery's own pack with --matcher, or enrol the photographs anew.",
            )

    def close(self) -> None:
        """Close the catalogue."""
        self._db.close()

    def __enter__(self) -> Gallery:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # reading

    def snapshot(self) -> SnapshotState:
        """The state of the gallery now; its `id` is what a search names."""
        with self.reading():
            return self._snapshot()

    def _snapshot(self) -> SnapshotState:
        count = self._db.execute("SELECT count(*) FROM record WHERE status = 'active'").fetchone()[0]
        return SnapshotState.from_bytes(self._setting("snapshot"), count)

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Everything read inside comes from one moment."""
        if self._db.in_transaction:
            yield
            return
        self._db.execute("BEGIN")
        try:
            yield
        finally:
            self._db.rollback()

    def record(self, record_id: str) -> Record | None:
        """One record, whatever its status."""
        rows = self._db.execute(f"SELECT {_COLUMNS} FROM record WHERE id = ?", (record_id,))
        return next((_record(row) for row in rows), None)

    def records(self, *, person_id: str | None = None, status: Status | None = None) -> Iterator[Record]:
        """Records in the order of their ids, of one person or of one status where asked for."""
        clauses = [("person_id", person_id), ("status", status)]
        given = [(column, str(value)) for column, value in clauses if value is not None]
        where = " AND ".join(f"{column} = ?" for column, _ in given) or "1"
        query = f"SELECT {_COLUMNS} FROM record WHERE {where} ORDER BY id"
        yield from map(_record, self._db.execute(query, [value for _, value in given]))

    def counts(self) -> dict[Status, int]:
        """How many records there are of each status."""
        found = dict(self._db.execute("SELECT status, count(*) FROM record GROUP BY status"))
        return {status: found.get(status.value, 0) for status in Status}

    def searchable(self) -> tuple[list[str], list[str], NDArray[np.int8]]:
        """The active records: ids, person ids, and (n, D) int8 templates, in the order of the rows on disk.

        Raises BrokenGallery when the file of templates is shorter than the catalogue says.
        """
        rows = self._db.execute("SELECT row, id, person_id FROM record WHERE status = 'active' ORDER BY row").fetchall()
        path = self.directory / TEMPLATES
        on_disk = path.stat().st_size // self.dimensions if path.is_file() else 0
        if rows and rows[-1][0] >= on_disk:
            raise BrokenGallery(
                f"{path} holds {on_disk} templates; the catalogue names row {rows[-1][0] + 1}.",
                why="A search over part of a gallery would be returned as if it were whole.",
                remedy="Restore the gallery from its backup.",
            )
        if not rows:
            return [], [], np.empty((0, self.dimensions), dtype=np.int8)
        stored = np.memmap(path, dtype=np.int8, mode="r", shape=(on_disk, self.dimensions))
        numbers = np.array([row[0] for row in rows])
        return [row[1] for row in rows], [row[2] for row in rows], np.array(stored[numbers])

    def photo(self, record_id: str) -> bytes:
        """The photograph of a record, as it was delivered. Raises BrokenGallery when it is gone or changed."""
        path = self._photo_path(record_id)
        wanted = self._db.execute("SELECT photo_sha256 FROM record WHERE id = ?", (record_id,)).fetchone()
        try:
            data = path.read_bytes()
        except OSError as error:
            raise BrokenGallery(
                f"The photograph of record {record_id} cannot be read: {error}.",
                remedy="Restore the gallery from its backup.",
            ) from error
        if wanted is None or hashlib.sha256(data).hexdigest() != wanted[0]:
            raise BrokenGallery(
                f"The photograph of record {record_id} is not the one that was enrolled.",
                why="A lead must never show another photograph than the one that was compared.",
                remedy="Restore the gallery from its backup.",
            )
        return data

    # writing

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Be the only writer while inside. Raises GalleryBusy when another process is."""
        with (self.directory / "writer.lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise GalleryBusy(
                    f"Another process is writing to {self.directory}.",
                    remedy="Wait until it has finished; searches go on meanwhile.",
                ) from None
            yield

    def add(self, batch: Sequence[NewRecord]) -> None:
        """Add records; all of them are there when this returns, or none. Call inside `writing`."""
        if not batch:
            return
        first = self._db.execute("SELECT coalesce(max(row) + 1, 0) FROM record").fetchone()[0]
        for new in batch:
            path = self._photo_path(new.record.id)
            path.parent.mkdir(exist_ok=True)
            write_whole(path, new.photo)
        with (self.directory / TEMPLATES).open("r+b") as templates:
            templates.seek(first * self.dimensions)
            templates.write(b"".join(new.template.tobytes() for new in batch))
            templates.truncate()
            templates.flush()
            os.fsync(templates.fileno())
        state = self._snapshot()
        for new in batch:
            if new.record.status is Status.ACTIVE:
                state = state.with_record(new.record.id, new.record.template_sha256)
        with self._db:
            self._db.executemany(
                f"INSERT INTO record (row, {_COLUMNS}) VALUES (?{', ?' * 11})",
                [(first + i, *_values(new.record)) for i, new in enumerate(batch)],
            )
            self._keep(state)

    def update(self, changed: Iterable[Record]) -> None:
        """Change date, source, status and labels of records. Call inside `writing`."""
        state = self._snapshot()
        rows = []
        for record in changed:
            before = self.record(record.id)
            if before is None:
                raise KeyError(record.id)
            if before.status is Status.ACTIVE:
                state = state.without_record(before.id, before.template_sha256)
            if record.status is Status.ACTIVE:
                state = state.with_record(before.id, before.template_sha256)
            rows.append((record.date_taken, record.source, record.status.value, _json(record.labels), record.id))
        with self._db:
            self._db.executemany(
                "UPDATE record SET date_taken = ?, source = ?, status = ?, labels = ? WHERE id = ?", rows
            )
            self._keep(state)

    def _keep(self, state: SnapshotState) -> None:
        self._db.execute("UPDATE setting SET value = ? WHERE name = 'snapshot'", (state.to_bytes(),))

    def _setting(self, name: str) -> Any:
        row = self._db.execute("SELECT value FROM setting WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

    def _photo_path(self, record_id: str) -> Path:
        # the id may hold anything a booking system writes; the file name must not
        name = hashlib.sha256(record_id.encode()).hexdigest()[:40]
        return self.directory / PHOTOS / name[:2] / name


def _connect(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, timeout=30, check_same_thread=False)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA secure_delete = ON")
    db.execute("PRAGMA synchronous = FULL")
    return db


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(dict(value), sort_keys=True, ensure_ascii=False)


def _values(record: Record) -> tuple[str, ...]:
    return (
        record.id,
        record.person_id,
        record.file,
        record.photo_sha256,
        record.date_taken,
        record.source,
        record.status.value,
        _json(record.labels),
        record.template_sha256,
        _json(record.quality),
        record.enrolled_at,
    )


def _record(row: tuple[str, ...]) -> Record:
    return Record(
        id=row[0],
        person_id=row[1],
        file=row[2],
        photo_sha256=row[3],
        date_taken=row[4],
        source=row[5],
        status=Status(row[6]),
        labels=json.loads(row[7]),
        template_sha256=row[8],
        quality=json.loads(row[9]),
        enrolled_at=row[10],
    )
