"""The catalogue of a gallery: one SQLite file that says which rows, segments and keys there are, and what changed when.

It only knows SQL. What must hold between the catalogue, the segments and the photographs is kept by `gallery`.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lookalike.gallery.records import Record, Status
from lookalike.gallery.segments import Segment
from lookalike.gallery.snapshot import SnapshotState

FORMAT = 2

_SCHEMA = """
CREATE TABLE setting (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE segment (first INTEGER PRIMARY KEY, rows INTEGER NOT NULL);
CREATE TABLE record (
  id TEXT PRIMARY KEY,
  person_id TEXT NOT NULL,
  file TEXT NOT NULL,
  photo_sha256 TEXT NOT NULL,
  date_taken TEXT NOT NULL,
  source TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('active', 'sealed', 'dismissed', 'expunged')),
  labels TEXT NOT NULL,
  template_sha256 TEXT NOT NULL,
  quality TEXT NOT NULL,
  enrolled_at TEXT NOT NULL,
  row INTEGER NOT NULL UNIQUE,
  key BLOB NOT NULL
);
CREATE INDEX record_person ON record (person_id);
CREATE INDEX record_out ON record (row) WHERE status <> 'active';
CREATE TABLE history (
  change INTEGER PRIMARY KEY, snapshot TEXT NOT NULL, added INTEGER NOT NULL, removed INTEGER NOT NULL, at TEXT NOT NULL
);
CREATE INDEX history_snapshot ON history (snapshot);
CREATE TABLE erasing (record_id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE erased (row INTEGER PRIMARY KEY, pseudonym TEXT NOT NULL, at TEXT NOT NULL);
CREATE INDEX erased_pseudonym ON erased (pseudonym);
"""
_COLUMNS = (
    "id, person_id, file, photo_sha256, date_taken, source, status, labels, template_sha256, quality, enrolled_at"
)
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of the history: the snapshot it led to, and how many searchable records came and went."""

    change: int
    snapshot: str
    added: int
    removed: int
    at: str


class Catalogue:
    """An open catalogue."""

    def __init__(self, path: Path) -> None:
        """Open the file. Raises sqlite3.DatabaseError when it is none."""
        self._db = _connect(path)
        self._db.execute("PRAGMA secure_delete = ON")
        self._db.execute("PRAGMA synchronous = FULL")
        self.format: int = self._db.execute("PRAGMA user_version").fetchone()[0]

    @classmethod
    def create(cls, path: Path, settings: Mapping[str, str | bytes]) -> None:
        """Make a catalogue; it is one file and complete when this returns."""
        catalogue = cls(path)
        with catalogue.transaction():
            for statement in _SCHEMA.split(";\n"):
                catalogue._db.execute(statement)
            catalogue._db.executemany("INSERT INTO setting VALUES (?, ?)", settings.items())
            catalogue._db.execute(f"PRAGMA user_version = {FORMAT}")
        catalogue.truncate_log()
        catalogue.close()

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Everything read inside comes from one moment. May be nested."""
        if self._db.in_transaction:
            yield
            return
        self._db.execute("BEGIN")
        try:
            yield
        finally:
            self._db.execute("ROLLBACK")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is written inside is there afterwards, or nothing."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def copy(self, path: Path) -> None:
        """Write a consistent copy to `path` while others read and write."""
        target = sqlite3.connect(path)
        with target:
            self._db.backup(target)
        target.close()

    def truncate_log(self) -> bool:
        """Bring the write-ahead log into the file and empty it; False when a reader is in the way."""
        busy, _, _ = self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not busy

    # settings and history

    def setting(self, name: str) -> Any:
        """A setting's value, or None."""
        row = self._db.execute("SELECT value FROM setting WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

    def state(self) -> SnapshotState:
        """The state of the snapshot now."""
        return SnapshotState.from_bytes(self.setting("snapshot"), int(self.setting("searchable")))

    def persons(self) -> int:
        """How many people have a searchable record."""
        return int(self.setting("persons"))

    def last_change(self) -> int:
        """The number of the newest entry of the history; 0 for a gallery that never changed."""
        found: int = self._db.execute("SELECT coalesce(max(change), 0) FROM history").fetchone()[0]
        return found

    def changes_since(self, snapshot: str) -> list[Change] | None:
        """What happened after a snapshot was last the current one, or None when it never was."""
        at = self._db.execute("SELECT max(change) FROM history WHERE snapshot = ?", (snapshot,)).fetchone()[0]
        if at is None:
            return None
        rows = self._db.execute("SELECT * FROM history WHERE change > ? ORDER BY change", (at,))
        return [Change(*row) for row in rows]

    def note(self, state: SnapshotState, *, persons: int, added: int, removed: int, at: str) -> None:
        """Keep the new state, and an entry of the history. Call inside `transaction`."""
        self._db.executemany(
            "UPDATE setting SET value = ? WHERE name = ?",
            [(state.to_bytes(), "snapshot"), (str(state.count), "searchable"), (str(persons), "persons")],
        )
        self._db.execute(
            "INSERT INTO history (snapshot, added, removed, at) VALUES (?, ?, ?, ?)", (state.id, added, removed, at)
        )

    # segments

    def segments(self) -> list[Segment]:
        """The listed segments, in the order of their rows."""
        return [Segment(*row) for row in self._db.execute("SELECT first, rows FROM segment ORDER BY first")]

    def replace_segments(self, old: Iterable[Segment], new: Segment) -> None:
        """List `new` instead of `old`. Call inside `transaction`."""
        self._db.executemany("DELETE FROM segment WHERE first = ?", [(segment.first,) for segment in old])
        self._db.execute("INSERT INTO segment VALUES (?, ?)", (new.first, new.rows))

    # records

    def record(self, record_id: str) -> Record | None:
        """One record, whatever its status."""
        rows = self._db.execute(f"SELECT {_COLUMNS} FROM record WHERE id = ?", (record_id,))
        return next((_record(row) for row in rows), None)

    def records(self, *, person_id: str | None = None, status: Status | None = None) -> Iterator[Record]:
        """Records in the order of their ids."""
        given = [(c, str(v)) for c, v in (("person_id", person_id), ("status", status)) if v is not None]
        where = " AND ".join(f"{column} = ?" for column, _ in given) or "1"
        query = f"SELECT {_COLUMNS} FROM record WHERE {where} ORDER BY id"
        yield from map(_record, self._db.execute(query, [value for _, value in given]))

    def people_from(self, row: int) -> Iterator[str]:
        """The person of every record from a row on, with repeats."""
        for (person,) in self._db.execute("SELECT person_id FROM record WHERE row >= ?", (row,)):
            yield person

    def counts(self) -> dict[Status, int]:
        """How many records there are of each status."""
        found = dict(self._db.execute("SELECT status, count(*) FROM record GROUP BY status"))
        return {status: found.get(status.value, 0) for status in Status}

    def place(self, record_id: str) -> tuple[int, bytes] | None:
        """The row and the wrapped key of a record."""
        found: tuple[int, bytes] | None = self._db.execute(
            "SELECT row, key FROM record WHERE id = ?", (record_id,)
        ).fetchone()
        return found

    def at_rows(self, rows: Sequence[int]) -> dict[int, tuple[str, str]]:
        """Record id and person id by row."""
        found: dict[int, tuple[str, str]] = {}
        for start in range(0, len(rows), _AT_ONCE):
            part = rows[start : start + _AT_ONCE]
            marks = ", ".join("?" * len(part))
            for row, record_id, person in self._db.execute(
                f"SELECT row, id, person_id FROM record WHERE row IN ({marks})", part
            ):
                found[row] = record_id, person
        return found

    def rows_where(self, *, sources: Collection[str] = (), taken_from: str = "", taken_to: str = "") -> list[int]:
        """The rows of active records of these agencies, with a photograph taken between two ISO dates, inclusive."""
        clauses, values = ["status = 'active'"], list(sources)
        if sources:
            clauses.append(f"source IN ({', '.join('?' * len(sources))})")
        for date, sign in ((taken_from, ">="), (taken_to, "<=")):
            if date:
                clauses.append(f"date_taken {sign} ?")
                values.append(date)
        return [row for (row,) in self._db.execute(f"SELECT row FROM record WHERE {' AND '.join(clauses)}", values)]

    def active_rows_of(self, record_ids: Collection[str]) -> list[int]:
        """The rows of those of these records that are active."""
        found = (
            self._db.execute("SELECT row FROM record WHERE id = ? AND status = 'active'", (one,)).fetchone()
            for one in set(record_ids)
        )
        return [row[0] for row in found if row is not None]

    def people_left_out(self, record_ids: Collection[str]) -> int:
        """How many people have active records, all of them among these."""
        given = set(record_ids)
        people: set[str] = set()
        for one in given:
            row = self._db.execute("SELECT person_id FROM record WHERE id = ? AND status = 'active'", (one,)).fetchone()
            people.update(row or ())
        return sum(
            all(
                record_id in given
                for (record_id,) in self._db.execute(
                    "SELECT id FROM record WHERE person_id = ? AND status = 'active'", (person,)
                )
            )
            for person in people
        )

    def active_rows_by_id(self) -> list[int]:
        """The rows of all active records, in the order of their ids."""
        return [row for (row,) in self._db.execute("SELECT row FROM record WHERE status = 'active' ORDER BY id")]

    def persons_at(self, rows: Sequence[int]) -> int:
        """How many people these rows are of."""
        return len({person for _, person in self.at_rows(rows).values()})

    def rows_out(self) -> tuple[list[int], list[int]]:
        """Rows that no search may return: of records that are not active, and of erased ones."""
        out = self._db.execute("SELECT row FROM record WHERE status <> 'active'")
        erased = self._db.execute("SELECT row FROM erased")
        return [row for (row,) in out], [row for (row,) in erased]

    def people_with_active(self, person_ids: Collection[str]) -> int:
        """How many of these people have an active record."""
        return sum(
            self._db.execute(
                "SELECT EXISTS (SELECT 1 FROM record WHERE person_id = ? AND status = 'active')", (person,)
            ).fetchone()[0]
            for person in person_ids
        )

    def insert(self, rows: Iterable[tuple[Record, int, bytes]]) -> None:
        """Add records with their rows and wrapped keys. Call inside `transaction`."""
        self._db.executemany(
            f"INSERT INTO record ({_COLUMNS}, row, key) VALUES ({', '.join('?' * 13)})",
            [(*_values(record), row, key) for record, row, key in rows],
        )

    def update(self, record: Record) -> None:
        """Change person, date, source, status and labels. Call inside `transaction`."""
        self._db.execute(
            "UPDATE record SET person_id = ?, date_taken = ?, source = ?, status = ?, labels = ? WHERE id = ?",
            (record.person_id, *_values(record)[4:8], record.id),
        )

    # erasure

    def erasing(self) -> list[str]:
        """Records whose erasure has begun and not ended."""
        return [row for (row,) in self._db.execute("SELECT record_id FROM erasing")]

    def begin_erasing(self, record_id: str) -> None:
        """Note that a record's erasure has begun. Call inside `transaction`."""
        self._db.execute("INSERT OR IGNORE INTO erasing VALUES (?)", (record_id,))

    def end_erasing(self, record_id: str, row: int, pseudonym: str, at: str) -> None:
        """Remove a record and its key, and keep that its row is erased. Call inside `transaction`."""
        self._db.execute("DELETE FROM record WHERE id = ?", (record_id,))
        self._db.execute("DELETE FROM erasing WHERE record_id = ?", (record_id,))
        self._db.execute("INSERT OR IGNORE INTO erased VALUES (?, ?, ?)", (row, pseudonym, at))

    def erased_at(self, pseudonym: str) -> str | None:
        """When a record was erased, or None."""
        row = self._db.execute("SELECT max(at) FROM erased WHERE pseudonym = ?", (pseudonym,)).fetchone()
        return row[0] if row else None


def _connect(path: Path) -> sqlite3.Connection:
    """Open for reading and writing; where the folder cannot be written, as it stands, for reading."""

    def opened(way: str) -> sqlite3.Connection:
        # one connection serves the threads of a search; SQLite serialises them
        return sqlite3.connect(
            f"{path.resolve().as_uri()}?{way}", uri=True, timeout=30, check_same_thread=False, isolation_level=None
        )

    if not path.exists() or (os.access(path.parent, os.W_OK) and os.access(path, os.W_OK)):
        db = opened("mode=rwc")
        db.execute("PRAGMA journal_mode = WAL")
        return db
    log = path.with_name(f"{path.name}-wal")
    # immutable: SQLite then asks for no lock file, which it could not make; nobody can write here meanwhile
    return opened("mode=ro" if log.exists() and log.stat().st_size else "mode=ro&immutable=1")


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
