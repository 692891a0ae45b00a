"""The tables and statements both stores share; the two engines differ in a placeholder, a lock and the types' names."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lookalike.errors import BrokenLedger
from lookalike.ledger.store import Head, KeptNote, Row

AT_ONCE = 4096
"""Rows read in one statement."""

INSERTED_AT_ONCE = 200
"""Rows written in one statement; four columns of these stay below every engine's limit."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How an engine differs. placeholder: of a bound value. lock: what locks a row that is read."""

    placeholder: str
    lock: str
    blob: str
    integer: str
    frozen: str
    """Statements, split at an empty line, that refuse to change a table named {table}."""


SQLITE = Dialect(
    "?",
    "",
    "BLOB",
    "INTEGER",
    """CREATE TRIGGER {table}_update BEFORE UPDATE ON {table}
BEGIN SELECT RAISE(ABORT, 'entries are never changed'); END

CREATE TRIGGER {table}_delete BEFORE DELETE ON {table}
BEGIN SELECT RAISE(ABORT, 'entries are never deleted'); END""",
)
POSTGRESQL = Dialect(
    "%s",
    " FOR UPDATE",
    "BYTEA",
    "BIGINT",
    """CREATE FUNCTION {table}_frozen() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''entries are never changed or deleted''; END'

CREATE TRIGGER {table}_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION {table}_frozen()""",
)

_TABLES = (
    """CREATE TABLE ledger_head (id {integer} PRIMARY KEY CHECK (id = 1), size {integer} NOT NULL CHECK (size >= 0),
peaks {blob} NOT NULL, time TEXT NOT NULL)""",
    """CREATE TABLE ledger_entry (idx {integer} PRIMARY KEY CHECK (idx >= 0), line TEXT NOT NULL,
leaf {blob} NOT NULL CHECK (length(leaf) = 32))""",
    "CREATE TABLE ledger_payload (idx {integer} PRIMARY KEY REFERENCES ledger_entry (idx), sealed {blob} NOT NULL)",
    """CREATE TABLE ledger_node (level {integer} NOT NULL, idx {integer} NOT NULL,
hash {blob} NOT NULL CHECK (length(hash) = 32), PRIMARY KEY (level, idx))""",
    """CREATE TABLE ledger_note (size {integer} NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, note TEXT NOT NULL,
at TEXT NOT NULL, PRIMARY KEY (size, kind, name))""",
    "CREATE TABLE ledger_erasing (idx {integer} PRIMARY KEY, by_entry {integer} NOT NULL)",
)


_NOTE = "size, kind, name, note, at FROM ledger_note"


def schema(dialect: Dialect) -> list[str]:
    """The statements that make the empty tables, for a new file or a migration. No value is bound in them."""
    made = [table.format(blob=dialect.blob, integer=dialect.integer) for table in _TABLES]
    for table in ("ledger_entry", "ledger_node"):
        made += dialect.frozen.format(table=table).split("\n\n")
    return [*made, "INSERT INTO ledger_head (id, size, peaks, time) VALUES (1, 0, '', '')"]


class Statements:
    """What a store does with an open connection, whoever opened it.

    run: executes a statement with its values and gives a DB-API cursor.
    """

    def __init__(self, run: Callable[[str, Sequence[Any]], Any], dialect: Dialect) -> None:
        self._execute = run
        self.dialect = dialect

    def run(self, sql: str, *values: Any) -> Any:
        """Execute a statement in which values are written as `?`."""
        return self._execute(sql.replace("?", self.dialect.placeholder), values)

    def read_head(self, *, lock: bool) -> Head:
        """The head; locked until the transaction ends where the engine has row locks."""
        row = self.run(
            "SELECT size, peaks, time FROM ledger_head WHERE id = 1" + (self.dialect.lock if lock else "")
        ).fetchone()
        if row is None:
            raise _broken("it has no head")
        size, data, time = int(row[0]), _bytes(row[1]), str(row[2])
        if len(data) != 32 * size.bit_count():
            raise _broken("the peaks in its head are not those of its size")
        return Head(size, tuple(data[i : i + 32] for i in range(0, len(data), 32)), time)

    def put(self, old: Head, head: Head, rows: Sequence[Row], nodes: Sequence[tuple[int, int, bytes]]) -> None:
        """Insert entries, payloads and nodes, then move the head on."""
        self._insert("ledger_entry (idx, line, leaf)", [(row.index, row.line, row.leaf) for row in rows])
        self._insert("ledger_payload (idx, sealed)", [(row.index, row.sealed) for row in rows])
        self._insert("ledger_node (level, idx, hash)", nodes)
        moved = self.run(
            "UPDATE ledger_head SET size = ?, peaks = ?, time = ? WHERE id = 1 AND size = ?",
            head.size,
            b"".join(head.peaks),
            head.time,
            old.size,
        )
        if moved.rowcount != 1:
            raise _broken("its head was moved by somebody who did not hold the lock")

    def _insert(self, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
        for start in range(0, len(rows), INSERTED_AT_ONCE):
            part = rows[start : start + INSERTED_AT_ONCE]
            marks = ", ".join(["(" + ", ".join("?" * len(part[0])) + ")"] * len(part))
            self.run(f"INSERT INTO {table} VALUES {marks}", *(value for row in part for value in row))

    def lines(self, low: int, high: int) -> Iterator[tuple[int, str, bytes]]:
        """Index, line and leaf hash."""
        for index, line, leaf in self._rows("line, leaf FROM ledger_entry", low, high):
            yield index, line, _bytes(leaf)

    def hashes(self, level: int, low: int, high: int) -> list[bytes]:
        """Stored hashes [low, high) of a level."""
        table = "leaf FROM ledger_entry" if level == 0 else f"hash FROM ledger_node WHERE level = {level:d}"
        found = [_bytes(row[1]) for row in self._rows(table, low, high)]
        if len(found) != high - low or any(len(one) != 32 for one in found):
            raise _broken(f"hashes {low} to {high - 1} of level {level} are not all there")
        return found

    def sealed(self, low: int, high: int) -> Iterator[tuple[int, bytes]]:
        """Index and encrypted payload."""
        for index, data in self._rows("sealed FROM ledger_payload", low, high):
            yield index, _bytes(data)

    def _rows(self, table: str, low: int, high: int) -> Iterator[Any]:
        """Index and columns of the rows in [low, high), page by page; a gap costs nothing, however wide it is said."""
        where = "AND" if "WHERE" in table else "WHERE"
        sql = f"SELECT idx, {table} {where} idx >= ? AND idx < ? ORDER BY idx LIMIT {AT_ONCE}"
        rows = self.run(sql, low, high).fetchall()
        yield from rows
        while len(rows) == AT_ONCE:
            rows = self.run(sql, rows[-1][0] + 1, high).fetchall()
            yield from rows

    def find(self, act: str) -> list[tuple[int, str]]:
        """Entries of an act."""
        found = self.run("SELECT idx, line FROM ledger_entry WHERE line LIKE ? ORDER BY idx", f"% {act} %")
        return [(int(index), str(line)) for index, line in found.fetchall()]

    def drop(self, indexes: Sequence[int], by: int) -> None:
        """Delete payloads and note their keys."""
        for index in indexes:
            self.run("DELETE FROM ledger_payload WHERE idx = ?", index)
            self.run("DELETE FROM ledger_erasing WHERE idx = ?", index)
        self._insert("ledger_erasing (idx, by_entry)", [(index, by) for index in indexes])

    def erasing(self) -> list[int]:
        """Entries whose keys are still there."""
        return [int(row[0]) for row in self.run("SELECT idx FROM ledger_erasing ORDER BY idx").fetchall()]

    def end_erasing(self, indexes: Sequence[int]) -> None:
        """Forget that keys were to be destroyed."""
        for index in indexes:
            self.run("DELETE FROM ledger_erasing WHERE idx = ?", index)

    def put_note(self, note: KeptNote) -> None:
        """Keep a note."""
        self.run(
            "INSERT INTO ledger_note (size, kind, name, note, at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            note.size,
            note.kind,
            note.name,
            note.note,
            note.at,
        )

    def newest_note(self, kind: str) -> KeptNote | None:
        """The newest of a kind."""
        row = self.run(f"SELECT {_NOTE} WHERE kind = ? ORDER BY size DESC LIMIT 1", kind).fetchone()
        return None if row is None else KeptNote(int(row[0]), *row[1:])

    def notes(self, kind: str, size: int | None = None) -> list[KeptNote]:
        """Notes of a kind."""
        sql, values = f"SELECT {_NOTE} WHERE kind = ?", [kind]
        if size is not None:
            sql += f" AND size = {size:d}"
        return [
            KeptNote(int(row[0]), *row[1:]) for row in self.run(sql + " ORDER BY size, at, name", *values).fetchall()
        ]


def _bytes(value: Any) -> bytes:
    """Drivers give a memoryview, or text where a blob was written as an empty text."""
    return value.encode() if isinstance(value, str) else bytes(value)


def _broken(what: str) -> BrokenLedger:
    return BrokenLedger(
        f"The ledger's store is broken: {what}.",
        why="Nothing is added to a ledger that does not agree with itself.",
        remedy="Keep it as it is, run `lookalike ledger verify`, and tell whoever holds its checkpoints.",
    )
