"""An act and its entry happen together or not at all, and nothing is signed that could still vanish."""

from __future__ import annotations

import datetime
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from lookalike.errors import (
    BadEntry,
    BadProof,
    BrokenLedger,
    ClockWentBack,
    LedgerForked,
    LedgerOutsideTransaction,
    LedgerUnwritable,
    NoSuchLedger,
    OutputExists,
)
from lookalike.ledger.acts import Act, NewEntry, Outcome
from lookalike.ledger.checkpoint import EntryProof, open_checkpoint
from lookalike.ledger.file_store import FileStore
from lookalike.ledger.folder import STORE
from lookalike.ledger.ledger import Ledger
from lookalike.ledger.slots import HEAD, SLOT
from lookalike.ledger.tree import consistent
from lookalike.ledger.verify import require_whole, verify_store
from tests.ledger.samples import Alarms, drawn, made, reopened, search


def store_of(ledger: Ledger) -> FileStore:
    assert isinstance(ledger.store, FileStore)
    return ledger.store


def with_acts(ledger: Ledger) -> sqlite3.Connection:
    """The ledger's own connection, with a table of acts beside it."""
    connection = store_of(ledger).connection
    connection.execute("CREATE TABLE act (name TEXT)")
    return connection


def acts(connection: sqlite3.Connection) -> int:
    return int(connection.execute("SELECT count(*) FROM act").fetchone()[0])


def test_a_new_ledger_begins_with_its_name_and_key(tmp_path: Path) -> None:
    ledger = made(tmp_path)
    assert ledger.body(0) == {
        "format": "lookalike1",
        "key": ledger.trusted()[0].text,
        "origin": "ledger.harbour.example/police",
    }
    assert open_checkpoint(ledger.checkpoint(), ledger.trusted()).checkpoint.size == 1
    assert require_whole(ledger) == 1


def test_what_is_recorded_can_be_read_proved_and_verified(tmp_path: Path) -> None:
    ledger = made(tmp_path, 300)
    old = open_checkpoint(ledger.checkpoint(), ledger.trusted()).checkpoint
    assert old.size == 301
    assert ledger.body(7) == search("2026-00006").body | {"objects": [{"id": "2026-00006", "kind": "case"}]}
    for index in (0, 7, 255, 256, 300):
        proof = EntryProof.parse(ledger.prove(index).text)
        assert proof.verify(ledger.trusted()).checkpoint == old
    ledger.record(search())
    new = open_checkpoint(ledger.checkpoint(), ledger.trusted()).checkpoint
    assert consistent(old.size, new.size, old.root, new.root, ledger.consistency(old.size, new.size))
    assert verify_store(ledger) == []
    with pytest.raises(BadProof):
        ledger.prove(302)


def test_a_proof_of_another_entry_or_payload_is_refused(tmp_path: Path) -> None:
    ledger = made(tmp_path, 3)
    one, two = ledger.prove(1), ledger.prove(2)
    with pytest.raises(BadProof, match="not in the ledger"):
        EntryProof(two.line, two.payload, one.hashes, one.note).verify(ledger.trusted())
    with pytest.raises(BadProof, match="payload"):
        EntryProof(one.line, two.payload, one.hashes, one.note).verify(ledger.trusted())
    EntryProof(one.line, b"", one.hashes, one.note).verify(ledger.trusted())
    for changed in (one.text.replace(b"index 1", b"index 2"), one.text.replace(b"tlog-proof@v1", b"tlog-proof@v2")):
        with pytest.raises(BadProof):
            EntryProof.parse(changed)


def test_any_partition_into_batches_gives_the_same_bytes(tmp_path: Path) -> None:
    rows = []
    for name, batches in (("a", [600]), ("b", [1, 254, 1, 1, 300, 43]), ("c", [256, 344])):
        ledger = made(tmp_path / name)
        ledger._random, start = drawn("same"), 0
        for batch in batches:
            # the order in which salts and nonces are drawn differs, so only the shape of the tree is compared
            ledger.append(*[search(str(start + i)) for i in range(batch)])
            start += batch
        connection = store_of(ledger).connection
        leaves = [row[0] for row in connection.execute("SELECT leaf FROM ledger_entry ORDER BY idx")]
        nodes = connection.execute("SELECT level, idx FROM ledger_node ORDER BY level, idx").fetchall()
        rows.append((len(leaves), nodes))
        assert verify_store(ledger) == []
    assert rows[0] == rows[1] == rows[2]
    assert rows[0] == (601, [(8, 0), (8, 1)])


def test_an_act_that_fails_leaves_no_entry(tmp_path: Path) -> None:
    ledger = made(tmp_path)
    connection = with_acts(ledger)
    with pytest.raises(RuntimeError), store_of(ledger).transaction():
        connection.execute("INSERT INTO act VALUES ('one')")
        ledger.append(search())
        raise RuntimeError("the act fails")
    assert (acts(connection), ledger.store.head().size) == (0, 1)
    with store_of(ledger).transaction():
        connection.execute("INSERT INTO act VALUES ('one')")
        ledger.append(search())
    assert (acts(connection), ledger.store.head().size) == (1, 2)
    assert verify_store(ledger) == []


def test_an_entry_that_cannot_be_written_takes_its_act_with_it(tmp_path: Path) -> None:
    ledger = made(tmp_path)
    connection = with_acts(ledger)
    with pytest.raises(BadEntry), store_of(ledger).transaction():
        connection.execute("INSERT INTO act VALUES ('one')")
        ledger.append(NewEntry(Act.SEARCH_RUN, Outcome.DONE, {"score": 0.5}))
    assert (acts(connection), ledger.store.head().size) == (0, 1)


def test_a_savepoint_rolled_back_leaves_no_trace_in_memory(tmp_path: Path) -> None:
    ledger = made(tmp_path, 5)
    with store_of(ledger).transaction():
        ledger.append(search("one"))
        with pytest.raises(RuntimeError), store_of(ledger).transaction():
            ledger.append(search("two"), search("three"))
            raise RuntimeError("only the inner part fails")
        ledger.append(search("four"))
    assert ledger.store.head().size == 8
    assert verify_store(ledger) == []


def test_only_the_ledger_writes_its_own_words(tmp_path: Path) -> None:
    ledger = made(tmp_path)
    for act in Act:
        if act.own:
            with pytest.raises(BadEntry):
                ledger.append(NewEntry(act, Outcome.DONE, {}))
    assert ledger.heartbeat().act == "ledger.heartbeat"


def test_nothing_uncommitted_is_signed_or_destroyed(tmp_path: Path) -> None:
    ledger = made(tmp_path)
    with store_of(ledger).transaction():
        ledger.append(search())
        for act in (ledger.publish, ledger.rotate, ledger.finish_erasing, lambda: ledger.record(search())):
            with pytest.raises(LedgerOutsideTransaction):
                act()


def test_signing_again_gives_the_same_note(tmp_path: Path) -> None:
    ledger = made(tmp_path, 3)
    assert ledger.publish() == ledger.publish() == ledger.checkpoint()
    assert len(ledger.store.notes("checkpoint", 4)) == 1


def test_a_restored_backup_is_not_signed_on(tmp_path: Path) -> None:
    ledger = made(tmp_path, 3)
    connection = sqlite3.connect(tmp_path / "backup.sqlite")
    store_of(ledger).connection.backup(connection)
    connection.close()
    ledger.record(search())
    ledger.close()
    store_of(ledger).close()
    for name in (STORE, f"{STORE}-wal", f"{STORE}-shm"):
        (tmp_path / "ledger" / name).unlink(missing_ok=True)
    (tmp_path / "backup.sqlite").rename(tmp_path / "ledger" / STORE)
    alarms = Alarms()
    with pytest.raises(LedgerForked, match="do not continue"):
        reopened(tmp_path, alarm=alarms)
    assert len(alarms) == 1


def test_a_fork_is_neither_continued_nor_signed(tmp_path: Path) -> None:
    ledger = made(tmp_path, 3, seed="a")
    other = made(tmp_path / "other", 3, seed="z")
    ledger.keys.remember(other.keys.last_signed() or b"")
    (tmp_path / "keys" / "ledger.harbour.example+police.signing-key").write_text(other.keys.current().secret)
    fresh = Ledger(ledger.store, ledger.keys, clock=ledger._clock, random=os.urandom, alarm=Alarms())
    with pytest.raises(LedgerForked):
        fresh.append(search())
    with pytest.raises(LedgerForked):
        fresh.publish()
    assert fresh.store.head().size == 4


def test_a_backup_restored_under_a_running_ledger_is_not_handed_over_to_a_new_key(tmp_path: Path) -> None:
    ledger = made(tmp_path, 3)
    backup = sqlite3.connect(":memory:")
    store_of(ledger).connection.backup(backup)
    ledger.record(search("signed, and then gone"))
    signed = ledger.keys.last_signed()
    backup.backup(store_of(ledger).connection)
    with pytest.raises(LedgerForked):
        ledger.rotate()
    assert ledger.keys.last_signed() == signed
    assert ledger.store.notes("hand-over") == []


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE ledger_head SET size = 5",
        "UPDATE ledger_head SET size = 2",
        "UPDATE ledger_head SET peaks = zeroblob(64)",
        "UPDATE ledger_head SET time = '2026-10-14T08:00:00.00Z'",
        "DELETE FROM ledger_head",
        "UPDATE ledger_entry SET line = replace(line, 'refused', 'allowed') WHERE idx = 2",
        "UPDATE ledger_entry SET leaf = zeroblob(32) WHERE idx = 1",
        "DELETE FROM ledger_entry WHERE idx = 2",
    ],
)
def test_nothing_is_added_to_a_store_that_does_not_agree_with_itself(tmp_path: Path, damage: str) -> None:
    ledger = made(tmp_path, 2)
    connection = store_of(ledger).connection
    connection.execute("PRAGMA foreign_keys = OFF")
    for table in ("ledger_entry", "ledger_node"):
        for what in ("update", "delete"):
            connection.execute(f"DROP TRIGGER {table}_{what}")
    connection.execute(damage)
    alarms = Alarms()
    fresh = Ledger(ledger.store, ledger.keys, clock=ledger._clock, random=os.urandom, alarm=alarms)
    with pytest.raises((BrokenLedger, LedgerForked)):
        fresh.append(search())
    assert len(alarms) == 1


@pytest.mark.parametrize("table", ["ledger_entry", "ledger_node"])
def test_entries_are_guarded_against_accidents(tmp_path: Path, table: str) -> None:
    connection = store_of(made(tmp_path, 300)).connection
    for sql in (f"DELETE FROM {table}", f"UPDATE {table} SET idx = idx + 1000"):
        with pytest.raises(sqlite3.IntegrityError, match="never"):
            connection.execute(sql)


def test_a_clock_that_went_back_stops_recording_until_somebody_answers_for_it(tmp_path: Path) -> None:
    alarms = Alarms()
    ledger = made(tmp_path, 1, alarm=alarms)
    clock, before = ledger._clock, ledger.store.head().time
    clock.now -= datetime.timedelta(milliseconds=500)
    assert ledger.append(search())[0].time == before
    clock.now -= datetime.timedelta(seconds=2)
    with pytest.raises(ClockWentBack):
        ledger.append(search())
    assert len(alarms) == 1
    accepted = ledger.accept_clock("time server was wrong")
    assert accepted.time < before
    ledger.record(search())
    assert verify_store(ledger) == []


def test_a_time_without_a_zone_is_refused(tmp_path: Path) -> None:
    ledger = made(tmp_path)
    ledger._clock = lambda: datetime.datetime(2026, 10, 15)
    with pytest.raises(BadEntry, match="no time zone"):
        ledger.append(search())


def test_a_locked_ledger_refuses_the_act_and_raises_the_alarm_once(tmp_path: Path) -> None:
    made(tmp_path).close()
    store, alarms = FileStore(tmp_path / "ledger" / STORE, patience=0.1), Alarms()
    ledger = made(tmp_path / "other")
    ledger = Ledger(store, reopened(tmp_path).keys, clock=ledger._clock, random=os.urandom, alarm=alarms)
    other = sqlite3.connect(tmp_path / "ledger" / STORE, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(LedgerUnwritable, match="locked"):
        ledger.append(search())
    assert len(alarms) == 1
    other.execute("ROLLBACK")
    other.close()
    ledger.append(search())
    assert store.head().size == 2


def test_a_full_disk_refuses_the_act(tmp_path: Path) -> None:
    alarms = Alarms()
    ledger = made(tmp_path, alarm=alarms)
    connection = with_acts(ledger)
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(LedgerUnwritable, match="full"), store_of(ledger).transaction():
        connection.execute("INSERT INTO act VALUES ('one')")
        ledger.append(*[search(str(i)) for i in range(200)])
    assert (acts(connection), ledger.store.head().size, len(alarms)) == (0, 1, 1)
    connection.execute("PRAGMA max_page_count = 100000")
    ledger.record(search())
    assert verify_store(ledger) == []


def test_a_disk_that_is_full_for_payload_keys_refuses_the_act(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alarms, write = Alarms(), os.pwrite
    ledger = made(tmp_path, 1, alarm=alarms)
    os.truncate(tmp_path / "keys" / "ledger.harbour.example+police.slots", len(HEAD) + 2 * SLOT)
    with monkeypatch.context() as full:
        full.setattr(os, "pwrite", lambda file, data, at: write(file, data[:16], at))
        with pytest.raises(LedgerUnwritable):
            ledger.append(search())
    assert (ledger.store.head().size, len(alarms)) == (2, 1)
    ledger.record(search())
    assert verify_store(ledger) == []


def test_a_payload_key_that_a_killed_process_left_is_synced_before_it_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(tmp_path, 1).close()
    ledger, synced, sync = reopened(tmp_path), [], os.fsync
    with (tmp_path / "keys" / "ledger.harbour.example+police.slots").open("ab") as killed:
        killed.write(os.urandom(4096 * SLOT))  # by a process that grew the file and was killed before it synced it
    monkeypatch.setattr(os, "fsync", lambda file: (synced.append(file), sync(file)))
    ledger.append(search())
    assert ledger._slots._file in synced
    synced.clear()
    ledger.append(search())
    assert ledger._slots._file not in synced


def test_a_read_only_ledger_refuses_the_act(tmp_path: Path) -> None:
    alarms = Alarms()
    ledger = made(tmp_path, alarm=alarms)
    store_of(ledger).connection.execute("PRAGMA query_only = ON")
    with pytest.raises(LedgerUnwritable, match="readonly"):
        ledger.record(search())
    assert len(alarms) == 1


def test_a_store_that_is_not_synced_is_refused(tmp_path: Path) -> None:
    ledger = made(tmp_path)
    store_of(ledger).connection.execute("PRAGMA synchronous = NORMAL")
    fresh = Ledger(ledger.store, ledger.keys, clock=ledger._clock, random=os.urandom, alarm=Alarms())
    with pytest.raises(BrokenLedger, match="not synced"):
        fresh.append(search())


def test_a_folder_that_is_no_ledger_is_named(tmp_path: Path) -> None:
    with pytest.raises(NoSuchLedger):
        reopened(tmp_path)
    made(tmp_path)
    with pytest.raises(NoSuchLedger, match="already"):
        made(tmp_path)
    (tmp_path / "ledger" / STORE).unlink()
    with pytest.raises(OutputExists):
        made(tmp_path)
    (tmp_path / "ledger" / STORE).write_bytes(b"not a database, but long enough to be looked at" * 100)
    with pytest.raises(NoSuchLedger, match="cannot be opened"):
        reopened(tmp_path)


ROOT = Path(__file__).parents[2]
APPENDING = """
import datetime, sys
from pathlib import Path
from tests.ledger.samples import reopened, search
ledger = reopened(Path(sys.argv[1]), seed=sys.argv[2])
ledger._clock = lambda: datetime.datetime.now(datetime.UTC)
for i in range(int(sys.argv[3])):
    ledger.append(search(f"{sys.argv[2]}-{i}"))
ledger.publish()
"""


def test_two_processes_append_without_a_gap_or_a_fork(tmp_path: Path) -> None:
    made(tmp_path).close()
    each = 400
    processes = [
        subprocess.Popen([sys.executable, "-c", APPENDING, str(tmp_path), seed, str(each)], cwd=ROOT)
        for seed in ("one", "two")
    ]
    assert [process.wait(timeout=120) for process in processes] == [0, 0]
    ledger = reopened(tmp_path)
    ledger._clock = lambda: datetime.datetime.now(datetime.UTC)
    assert ledger.store.head().size == 2 * each + 1
    assert verify_store(ledger) == []
    cases = {ledger.body(i)["objects"][0]["id"] for i in range(1, 2 * each + 1)}
    assert len(cases) == 2 * each
