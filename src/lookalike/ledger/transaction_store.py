"""A ledger in somebody else's database: its rows commit with the act's, in the transaction that the caller owns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from lookalike.errors import BrokenLedger, LedgerOutsideTransaction
from lookalike.ledger._sql import POSTGRESQL, Dialect, Statements
from lookalike.ledger.store import Head

MUST_BE_ON = ("fsync", "full_page_writes", "synchronous_commit")


class TransactionStore(Statements):
    """A store that never begins, commits or rolls back, and makes no savepoint.

    run: the caller's `cursor.execute`, giving the cursor. dialect: SQLITE or POSTGRESQL; Django's connection to SQLite
    takes `%s` as well. in_transaction: whether the caller's transaction is open. faults: what its driver raises.
    The caller makes the tables (`_sql.schema`), keeps the ledger last in its order of locks, and under SQLite begins
    with BEGIN IMMEDIATE: a transaction that reads first and writes later is refused at once when another writes.
    """

    def __init__(
        self,
        run: Callable[[str, Sequence[Any]], Any],
        dialect: Dialect,
        in_transaction: Callable[[], bool],
        faults: tuple[type[Exception], ...],
    ) -> None:
        super().__init__(run, dialect)
        self._in_transaction = in_transaction
        self.faults = faults

    def check(self) -> None:
        """Raise BrokenLedger where PostgreSQL was told that a committed act may be lost in a power cut."""
        if self.dialect.blob != POSTGRESQL.blob:
            return
        for setting in MUST_BE_ON:
            if self.run(f"SHOW {setting}").fetchone()[0] == "off":
                raise BrokenLedger(
                    f"The database runs with {setting} off.",
                    why="An act that was allowed could vanish with its entry in a power cut.",
                    remedy=f"Set {setting} = on in postgresql.conf.",
                )

    @property
    def in_transaction(self) -> bool:
        """Whether the caller's transaction is open."""
        return self._in_transaction()

    @contextmanager
    def appending(self) -> Iterator[Head]:
        """Lock the head inside the caller's transaction. Raises LedgerOutsideTransaction where there is none."""
        if not self.in_transaction:
            raise LedgerOutsideTransaction(
                "An entry was to be written outside a transaction.",
                why="The act and its entry must commit together or not at all.",
                remedy="Open the transaction of the act first.",
            )
        yield self.read_head(lock=True)

    def head(self) -> Head:
        """The head, without its lock."""
        return self.read_head(lock=False)

    def empty_log(self) -> bool:
        """True: this database's logs are not ours to empty. What they keep is encrypted, and its key destroyed."""
        return True
