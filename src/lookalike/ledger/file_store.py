"""A ledger in an SQLite file of its own, or in a file it shares with the rows of the acts it records."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lookalike.errors import BrokenLedger, NoSuchLedger
from lookalike.files import sync_folder
from lookalike.ledger._sql import SQLITE, Statements, schema
from lookalike.ledger.store import Head

FORMAT = 1
PATIENCE = 30.0
"""Seconds to wait for another writer."""


class FileStore(Statements):
    """A store that owns its connection. `transaction` may be opened by the caller, to hold the act's own rows too."""

    faults: tuple[type[Exception], ...] = (sqlite3.Error,)

    def __init__(self, path: Path, *, patience: float = PATIENCE) -> None:
        """Open a store. Raises NoSuchLedger."""
        if not path.is_file():
            raise NoSuchLedger(f"There is no ledger in {path}.", remedy="Make one with `lookalike ledger init`.")
        try:
            self.connection = _connect(path, patience)
        except sqlite3.DatabaseError as error:
            raise NoSuchLedger(f"{path} cannot be opened as a ledger: {error}.", remedy="Name another file.") from error
        kept = self.connection.execute("PRAGMA user_version").fetchone()[0]
        if kept != FORMAT:
            self.connection.close()
            raise NoSuchLedger(f"{path} is not a ledger of this format.", remedy="Use the version it is of.")
        super().__init__(self.connection.execute, SQLITE)

    @classmethod
    def create(cls, path: Path) -> FileStore:
        """Make the tables, in a new file or beside the tables of acts. Raises NoSuchLedger when they are there."""
        connection = _connect(path, PATIENCE)
        try:
            connection.execute("BEGIN IMMEDIATE")
            for statement in schema(SQLITE):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {FORMAT}")
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            raise NoSuchLedger(f"No ledger can be made in {path}: {error}.", remedy="Name another file.") from error
        finally:
            connection.close()
        sync_folder(path.parent)
        return cls(path)

    def close(self) -> None:
        """Close the file."""
        self.connection.close()

    def check(self) -> None:
        """Raise BrokenLedger when a committed entry could be lost in a power cut."""
        if self.connection.execute("PRAGMA synchronous").fetchone()[0] < 2:
            raise BrokenLedger("The ledger's file is not synced on commit.", remedy="Set synchronous to FULL.")

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open on this connection."""
        return self.connection.in_transaction

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """One transaction, or a savepoint inside the one that is open: all of it happens, or nothing."""
        if self.in_transaction:
            begin, end, back = "SAVEPOINT ledger", "RELEASE ledger", "ROLLBACK TO ledger; RELEASE ledger"
        else:
            begin, end, back = "BEGIN IMMEDIATE", "COMMIT", "ROLLBACK"
        self.connection.execute(begin)
        try:
            yield
            self.connection.execute(end)
        except BaseException:
            for statement in back.split("; "):
                if self.connection.in_transaction:  # an I/O error or a full disk may have rolled back already
                    self.connection.execute(statement)
            raise

    @contextmanager
    def appending(self) -> Iterator[Head]:
        """Begin, or join what the caller began, and give the head."""
        with self.transaction():
            yield self.head()

    def head(self) -> Head:
        """The head as it is now."""
        return self.read_head(lock=False)

    def empty_log(self) -> bool:
        """Empty the write-ahead log, which keeps deleted rows."""
        busy: int = self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        return not busy


def _connect(path: Path, patience: float) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=patience, isolation_level=None, check_same_thread=False)
    # NORMAL would lose committed acts in a power cut; secure_delete writes zeros over what is deleted
    try:
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "secure_delete = ON", "foreign_keys = ON"):
            connection.execute(f"PRAGMA {pragma}")
    except sqlite3.Error:
        connection.close()
        raise
    return connection
