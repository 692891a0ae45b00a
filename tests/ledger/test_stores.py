"""Both stores hold the same bytes; the caller's transaction is the only one there is, also in PostgreSQL."""

from __future__ import annotations

import datetime
import os
import shutil
import sqlite3
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from lookalike.errors import BrokenLedger, LedgerOutsideTransaction
from lookalike.ledger._sql import POSTGRESQL, SQLITE, Dialect, schema
from lookalike.ledger.keys import KeyFolder
from lookalike.ledger.ledger import Ledger
from lookalike.ledger.transaction_store import TransactionStore
from lookalike.ledger.tree import root_of
from lookalike.ledger.verify import verify_store
from tests.ledger.samples import ORIGIN, Alarms, Clock, drawn, made, search


class Database:
    """Somebody else's database: how to connect, begin, commit and roll back."""

    def __init__(self, connect: Callable[[], Any], dialect: Dialect, fault: type[Exception]) -> None:
        self.connect, self.dialect, self.fault = connect, dialect, fault

    def store(self, connection: Any) -> TransactionStore:
        if self.dialect is SQLITE:
            return TransactionStore(connection.execute, SQLITE, lambda: connection.in_transaction, (self.fault,))
        idle = 0
        return TransactionStore(
            connection.execute, self.dialect, lambda: int(connection.info.transaction_status) != idle, (self.fault,)
        )

    def begin(self, connection: Any) -> None:
        connection.execute("BEGIN IMMEDIATE" if self.dialect is SQLITE else "BEGIN")


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL of our own, on a socket in a temporary folder."""
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    places = [Path(found).resolve().parent for found in [shutil.which("initdb")] if found]
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    binaries = next((place for place in places if (place / "initdb").exists()), None)
    if binaries is None:
        pytest.skip("PostgreSQL's initdb is not installed")
    folder = tmp_path_factory.mktemp("pg", numbered=True)
    data, sockets = folder / "data", Path("/tmp") / f"lookalike-pg-{os.getpid()}"
    sockets.mkdir()
    user: list[str] = []
    if os.getuid() == 0:  # PostgreSQL refuses to run as root
        if shutil.which("runuser") is None or subprocess.run(["id", "postgres"], capture_output=True).returncode:
            pytest.skip("PostgreSQL does not run as root, and there is no user postgres")
        user = ["runuser", "-u", "postgres", "--"]
        data = sockets / "data"
        shutil.chown(sockets, "postgres")
    call = {"capture_output": True, "text": True, "cwd": "/", "check": True}
    subprocess.run([*user, str(binaries / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust"], **call)
    options = f"-k {sockets} -c listen_addresses="
    subprocess.run(
        [*user, str(binaries / "pg_ctl"), "-D", str(data), "-w", "-o", options, "-l", str(data / "log"), "start"],
        **call | {"capture_output": False, "stdout": subprocess.DEVNULL},
    )
    try:
        yield f"host={sockets} user=postgres dbname=postgres"
    finally:
        subprocess.run(
            [*user, str(binaries / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop"],
            **call | {"capture_output": False, "stdout": subprocess.DEVNULL},
        )
        shutil.rmtree(sockets)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    """Each engine, with the ledger's tables and one of acts."""
    if request.param == "sqlite":
        path = tmp_path / "casework.sqlite"

        def connect() -> sqlite3.Connection:
            connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
            connection.execute("PRAGMA journal_mode = WAL")
            return connection

        database = Database(connect, SQLITE, sqlite3.Error)
    else:
        address = request.getfixturevalue("cluster")
        import psycopg

        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute("DROP SCHEMA public CASCADE")
            connection.execute("CREATE SCHEMA public")
        database = Database(lambda: psycopg.connect(address, autocommit=True), POSTGRESQL, psycopg.Error)
    connection = database.connect()
    for statement in schema(database.dialect):
        connection.execute(statement)
    connection.execute("CREATE TABLE act (name TEXT)")
    connection.close()
    return database


def opened(database: Database, connection: Any, folder: Path, seed: str = "a", alarm: Alarms | None = None) -> Ledger:
    """A ledger inside a connection; its keys are drawn when there are none."""
    keys = KeyFolder(folder / "keys", ORIGIN)
    if not (folder / "keys").exists():
        keys.create(drawn("keys"))
    return Ledger(
        database.store(connection),
        keys,
        clock=Clock(),
        random=drawn(seed),
        alarm=Alarms() if alarm is None else alarm,
    )


def begun(database: Database, folder: Path) -> tuple[Any, Ledger]:
    connection = database.connect()
    ledger = opened(database, connection, folder)
    database.begin(connection)
    ledger.begin()
    connection.execute("COMMIT")
    ledger.publish()
    return connection, ledger


def count(connection: Any, table: str) -> int:
    return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def test_act_and_entry_commit_together(database: Database, tmp_path: Path) -> None:
    connection, ledger = begun(database, tmp_path)
    database.begin(connection)
    connection.execute("INSERT INTO act VALUES ('one')")
    ledger.append(search())
    connection.execute("COMMIT")
    assert (count(connection, "act"), ledger.store.head().size) == (1, 2)
    database.begin(connection)
    connection.execute("INSERT INTO act VALUES ('two')")
    ledger.append(search())
    connection.execute("ROLLBACK")
    assert (count(connection, "act"), ledger.store.head().size) == (1, 2)
    database.begin(connection)
    ledger.append(search("after"))
    connection.execute("COMMIT")
    ledger.publish()
    assert verify_store(ledger) == []
    connection.close()


def test_savepoints_are_the_callers(database: Database, tmp_path: Path) -> None:
    connection, ledger = begun(database, tmp_path)
    database.begin(connection)
    ledger.append(search("one"))
    connection.execute("SAVEPOINT inner_part")
    ledger.append(search("two"))
    connection.execute("ROLLBACK TO SAVEPOINT inner_part")
    ledger.append(search("three"), search("four"))
    connection.execute("COMMIT")
    ledger.publish()
    assert ledger.store.head().size == 4
    assert verify_store(ledger) == []
    connection.close()


def test_outside_a_transaction_nothing_is_written_and_inside_nothing_is_signed(
    database: Database, tmp_path: Path
) -> None:
    connection, ledger = begun(database, tmp_path)
    with pytest.raises(LedgerOutsideTransaction):
        ledger.append(search())
    database.begin(connection)
    with pytest.raises(LedgerOutsideTransaction):
        ledger.publish()
    connection.execute("ROLLBACK")
    assert ledger.store.head().size == 1
    connection.close()


def test_both_stores_hold_the_same_tree(database: Database, tmp_path: Path) -> None:
    connection, ledger = begun(database, tmp_path)
    database.begin(connection)
    ledger.append(*[search(str(i)) for i in range(300)])
    connection.execute("COMMIT")
    ledger.publish()
    assert verify_store(ledger) == []
    stored = ledger.store
    whole = [line for _, line, _ in stored.lines(0, 301)]
    beside = made(tmp_path / "file")
    beside.append(*[search(str(i)) for i in range(300)])
    assert [line.split(" ")[:2] for line in whole] == [line.split(" ")[:2] for _, line, _ in beside.store.lines(0, 301)]
    # the same leaves give the same nodes and peaks in either
    peaks = beside.store.head().peaks
    assert len(peaks) == len(stored.head().peaks)
    assert len(stored.hashes(8, 0, 1)) == len(beside.store.hashes(8, 0, 1)) == 1
    assert ledger.root(301) == root_of(stored.head().peaks)
    connection.close()


def test_payloads_are_erased_after_the_commit(database: Database, tmp_path: Path) -> None:
    connection, ledger = begun(database, tmp_path)
    database.begin(connection)
    ledger.append(*[search(str(i)) for i in range(4)])
    connection.execute("COMMIT")
    database.begin(connection)
    ledger.redact([2, 3], authority="court", certificate="c", reason="expunged")
    with pytest.raises(LedgerOutsideTransaction):
        ledger.finish_erasing()
    connection.execute("COMMIT")
    assert not ledger.destroyed(2)
    ledger.finish_erasing()
    ledger.publish()
    assert [ledger.destroyed(i) for i in range(1, 5)] == [False, True, True, False]
    assert verify_store(ledger) == []
    connection.close()


def test_writers_wait_for_one_another(database: Database, tmp_path: Path) -> None:
    connection, ledger = begun(database, tmp_path)
    failures: list[BaseException] = []

    def write(seed: str) -> None:
        try:
            own = database.connect()
            mine = opened(database, own, tmp_path, seed)
            mine._clock = lambda: datetime.datetime.now(datetime.UTC)
            for i in range(50):
                database.begin(own)
                own.execute(f"INSERT INTO act VALUES ('{seed}{i}')")
                mine.append(search(f"{seed}{i}"))
                own.execute("ROLLBACK" if i % 5 == 4 else "COMMIT")
            own.close()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=write, args=(seed,)) for seed in ("x", "y", "z")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert failures == []
    ledger._clock = lambda: datetime.datetime.now(datetime.UTC)
    ledger.publish()
    assert count(connection, "act") == ledger.store.head().size - 1 == 120
    assert verify_store(ledger) == []
    connection.close()


def test_entries_are_guarded_in_either(database: Database, tmp_path: Path) -> None:
    connection, _ = begun(database, tmp_path)
    for sql in ("DELETE FROM ledger_entry", "UPDATE ledger_entry SET line = 'x'"):
        with pytest.raises(database.fault, match="never"):
            connection.execute(sql)
    connection.close()


def test_postgresql_that_may_forget_a_commit_is_refused(cluster: str, database: Database, tmp_path: Path) -> None:
    if database.dialect is SQLITE:
        pytest.skip("SQLite has no such setting on the caller's side")
    connection, _ = begun(database, tmp_path)
    connection.execute("SET synchronous_commit = off")
    fresh = opened(database, connection, tmp_path)
    database.begin(connection)
    with pytest.raises(BrokenLedger, match="synchronous_commit"):
        fresh.append(search())
    connection.execute("ROLLBACK")
    connection.close()


def test_a_conflict_comes_as_it_is_so_that_the_act_can_be_tried_again(database: Database, tmp_path: Path) -> None:
    if database.dialect is SQLITE:
        pytest.skip("SQLite knows no such conflict")
    connection, ledger = begun(database, tmp_path)
    alarms = Alarms()
    late = database.connect()
    mine = opened(database, late, tmp_path, "late", alarms)
    late.execute("BEGIN ISOLATION LEVEL SERIALIZABLE")
    late.execute("SELECT size FROM ledger_head")
    database.begin(connection)
    ledger.append(search())
    connection.execute("COMMIT")
    with pytest.raises(database.fault) as conflict:
        mine.append(search())
    assert conflict.value.sqlstate == "40001"
    assert alarms == []
    late.execute("ROLLBACK")
    late.close()
    connection.close()
