"""Whatever is changed is found and named: where the ledger stands, in an export, and by whoever holds a checkpoint."""

from __future__ import annotations

import base64
import io
import random
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from lookalike.ledger import verify_ledger as outsider
from lookalike.ledger.checkpoint import Checkpoint, open_checkpoint
from lookalike.ledger.export import write_export
from lookalike.ledger.file_store import FileStore
from lookalike.ledger.folder import STORE
from lookalike.ledger.ledger import Ledger
from lookalike.ledger.note import make_note
from lookalike.ledger.verify import verify_store
from tests.ledger.samples import BOARD, NEW, Alarms, made, reopened, search


def exported(ledger: Ledger, *, public: bool = False) -> bytes:
    stream = io.BytesIO()
    write_export(ledger, stream, public=public)
    return stream.getvalue()


def kinds(data: bytes, key: str, *held: bytes, **options: object) -> list[str]:
    """What the stand-alone verifier finds; `unusable` when it cannot read the file."""
    try:
        report = outsider.verify(io.BytesIO(data), outsider.read_key(key), held, **options)
    except outsider.Unusable:
        return ["unusable"]
    return [kind for kind, _, _ in report.found]


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """Four entries, signed."""
    made_here = made(tmp_path, 3)
    yield made_here
    made_here.close()


@pytest.fixture(scope="module")
def three_hundred(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, str, bytes]:
    """An export of 301 entries, its key, and the checkpoint."""
    ledger = made(tmp_path_factory.mktemp("three-hundred"), 300)
    return exported(ledger), ledger.trusted()[0].text, ledger.checkpoint()


def opened_to_change(ledger: Ledger) -> sqlite3.Connection:
    """The store without its guards, as an administrator has it."""
    assert isinstance(ledger.store, FileStore)
    connection = ledger.store.connection
    connection.execute("PRAGMA foreign_keys = OFF")
    for table in ("ledger_entry", "ledger_node"):
        for what in ("update", "delete"):
            connection.execute(f"DROP TRIGGER IF EXISTS {table}_{what}")
    return connection


def test_every_changed_bit_of_every_line_in_the_store_is_found(ledger: Ledger) -> None:
    connection = opened_to_change(ledger)
    for index, text, _ in list(ledger.store.lines(0, 4)):
        for at in range(len(text)):
            for bit in range(7):
                changed = text[:at] + chr(ord(text[at]) ^ 1 << bit) + text[at + 1 :]
                connection.execute("UPDATE ledger_entry SET line = ? WHERE idx = ?", (changed, index))
                found = verify_store(ledger)
                assert ("changed-entry", index) in {(one.kind, one.index) for one in found}, changed
        connection.execute("UPDATE ledger_entry SET line = ? WHERE idx = ?", (text, index))
    assert verify_store(ledger) == []


@pytest.mark.parametrize(
    ("table", "column"),
    [("ledger_payload", "sealed"), ("ledger_entry", "leaf"), ("ledger_head", "peaks")],
)
def test_every_changed_byte_of_a_row_is_found(ledger: Ledger, table: str, column: str) -> None:
    connection = opened_to_change(ledger)
    place = "id = 1" if table == "ledger_head" else "idx = 2"
    data = connection.execute(f"SELECT {column} FROM {table} WHERE {place}").fetchone()[0]
    for at in range(len(data)):
        changed = data[:at] + bytes([data[at] ^ 0x10]) + data[at + 1 :]
        connection.execute(f"UPDATE {table} SET {column} = ? WHERE {place}", (changed,))
        expected = {"ledger_payload": "changed-payload", "ledger_entry": "changed-entry", "ledger_head": "broken-store"}
        assert expected[table] in {one.kind for one in verify_store(ledger)}
    connection.execute(f"UPDATE {table} SET {column} = ? WHERE {place}", (data,))
    assert verify_store(ledger) == []


def test_a_changed_node_is_found(tmp_path: Path) -> None:
    ledger = made(tmp_path, 300)
    opened_to_change(ledger).execute("UPDATE ledger_node SET hash = zeroblob(32)")
    assert [one.kind for one in verify_store(ledger)] == ["broken-store"]


STORE_CHANGES = {
    "DELETE FROM ledger_entry WHERE idx = 2": "missing",
    "DELETE FROM ledger_entry WHERE idx = 0": "missing",
    "DELETE FROM ledger_entry WHERE idx = 3": "truncated",
    "UPDATE ledger_head SET size = 2": "surplus",
    "UPDATE ledger_head SET size = 8": "truncated",
    "UPDATE ledger_head SET size = 3": "broken-store",
    "UPDATE ledger_head SET time = '2027-01-01T00:00:00.00Z'": "broken-store",
    "DELETE FROM ledger_payload WHERE idx = 2": "withheld",
    "DELETE FROM ledger_payload WHERE idx = 0": "withheld",
    "UPDATE ledger_payload SET sealed = (SELECT sealed FROM ledger_payload WHERE idx = 1) "
    "WHERE idx = 2": "changed-payload",
    "UPDATE ledger_entry SET line = (SELECT line FROM ledger_entry WHERE idx = 1), "
    "leaf = (SELECT leaf FROM ledger_entry WHERE idx = 1) WHERE idx = 2": "repeated",
    "UPDATE ledger_entry SET line = (SELECT line FROM ledger_entry WHERE idx = 3), "
    "leaf = (SELECT leaf FROM ledger_entry WHERE idx = 3) WHERE idx = 2": "reordered",
    "UPDATE ledger_note SET note = "
    "replace(note, char(10) || '4' || char(10), char(10) || '5' || char(10))": "bad-signature",
    "UPDATE ledger_note SET size = 3 WHERE size = 4": "bad-signature",
    # what no column should hold: a finding, neither a crash nor a search for entries up to 2**50
    "UPDATE ledger_entry SET line = CAST(line AS BLOB) WHERE idx = 2": "broken-store",
    "UPDATE ledger_entry SET line = CAST(x'ff41' AS TEXT) WHERE idx = 2": "broken-store",
    "UPDATE ledger_note SET note = CAST(note AS BLOB)": "broken-store",
    "UPDATE ledger_note SET size = 1 << 50 WHERE size = 4": "bad-signature",
    "UPDATE ledger_note SET size = 9223372036854775807 WHERE size = 4": "broken-store",
    "UPDATE ledger_head SET size = 'four', peaks = zeroblob(96)": "broken-store",
    "UPDATE ledger_head SET size = 1 << 50, peaks = zeroblob(32)": "truncated",
    "DROP TABLE ledger_note": "broken-store",
}


@pytest.mark.parametrize("change", STORE_CHANGES)
def test_each_change_of_the_store_is_named(ledger: Ledger, change: str) -> None:
    opened_to_change(ledger).execute(change)
    assert STORE_CHANGES[change] in {one.kind for one in verify_store(ledger)}


def test_notes_that_are_gone_are_no_change_of_history(ledger: Ledger) -> None:
    connection = opened_to_change(ledger)
    connection.execute("DELETE FROM ledger_note")
    assert verify_store(ledger) == []
    connection.execute("UPDATE ledger_entry SET leaf = zeroblob(32) WHERE idx = 1")
    assert "history-changed" in {one.kind for one in verify_store(ledger)}


def test_an_entry_put_in_behind_is_found(ledger: Ledger) -> None:
    opened_to_change(ledger).execute(
        "INSERT INTO ledger_entry SELECT 4, replace(line, 'lookalike1 3', 'lookalike1 4'), leaf "
        "FROM ledger_entry WHERE idx = 3"
    )
    assert "surplus" in {one.kind for one in verify_store(ledger)}


def test_a_truncated_ledger_is_found_by_its_own_notes(tmp_path: Path) -> None:
    ledger = made(tmp_path, 3)
    short = made(tmp_path / "short", 2)
    connection = opened_to_change(ledger)
    connection.execute("DELETE FROM ledger_entry WHERE idx = 3")
    connection.execute("DELETE FROM ledger_payload WHERE idx = 3")
    row = ledger.store.lines(2, 3)
    head = short.store.head()
    connection.execute(
        "UPDATE ledger_head SET size = 3, peaks = ?, time = ?", (b"".join(head.peaks), next(row)[1].split(" ")[2])
    )
    assert "truncated" in {one.kind for one in verify_store(ledger)}


def rewritten(folder: Path, source: Path) -> Ledger:
    """A ledger with another history under the same keys, made by whoever holds them."""
    ledger = made(folder, 0, seed="a")
    for name in ("signing-key", "payload-key"):
        stem = f"ledger.harbour.example+police.{name}"
        assert (folder / "keys" / stem).read_bytes() == (source / "keys" / stem).read_bytes()
    ledger.record(search("2026-00000"), search("changed"), search("2026-00002"))
    return ledger


def test_a_history_rewritten_and_signed_again_is_found_only_by_whoever_holds_a_checkpoint(tmp_path: Path) -> None:
    honest = made(tmp_path / "honest", 3)
    kept = honest.checkpoint()
    forged = rewritten(tmp_path / "forged", tmp_path / "honest")
    key = honest.trusted()[0].text
    assert key == forged.trusted()[0].text
    assert kinds(exported(forged), key) == []  # without a checkpoint held by somebody else this cannot be seen
    assert kinds(exported(forged), key, kept) == ["history-changed"]
    assert kinds(exported(honest), key, kept) == []


def test_an_old_export_is_found_by_whoever_holds_a_newer_checkpoint(tmp_path: Path) -> None:
    ledger = made(tmp_path, 3)
    old, key = exported(ledger), ledger.trusted()[0].text
    before = ledger.checkpoint()
    ledger.record(search())
    assert kinds(old, key, ledger.checkpoint()) == ["old-tree"]
    assert kinds(exported(ledger), key, before, ledger.checkpoint()) == []


def test_every_changed_byte_of_an_export_is_found(ledger: Ledger) -> None:
    data, key = exported(ledger), ledger.trusted()[0].text
    assert kinds(data, key) == []
    for at in range(len(data)):
        changed = data[:at] + bytes([data[at] ^ 1 << at % 7]) + data[at + 1 :]
        assert kinds(changed, key), (at, data[max(at - 20, 0) : at + 20])


def test_every_changed_line_of_three_hundred_is_found_in_its_block(three_hundred: tuple[bytes, str, bytes]) -> None:
    data, key, _ = three_hundred
    draw = random.Random(5)
    lines = data.split(b"\n")
    for index in (0, 1, 255, 256, 300, *(draw.randrange(301) for _ in range(20))):
        line, space, blob = lines[2 + index].rpartition(b" ")
        changed = line.replace(b"refused", b"allowed").replace(b"begin done", b"begin failed")
        assert changed != line
        report = outsider.verify(
            io.BytesIO(b"\n".join([*lines[: 2 + index], changed + space + blob, *lines[3 + index :]])),
            outsider.read_key(key),
        )
        (kind, _, sentence), *rest = report.found
        assert (kind, rest) == ("changed-entry", [])
        assert ("entries 0 to 255" in sentence) == (index < 256), sentence


def changed_lines(data: bytes, change: str) -> bytes:
    lines = data.split(b"\n")
    entries, rest = lines[2:303], lines[303:]
    if change == "dropped":
        del entries[100]
    elif change == "inserted":
        entries.insert(100, entries[99].replace(b"lookalike1 99", b"lookalike1 301"))
    elif change == "swapped":
        entries[100], entries[101] = entries[101], entries[100]
    elif change == "repeated":
        entries.insert(100, entries[100])
    elif change == "first dropped":
        del entries[0]
    elif change == "last dropped":
        del entries[-1]
    elif change == "payload dropped":
        entries[100] = entries[100].rpartition(b" ")[0] + b" -"
    elif change == "own payload dropped":
        entries[0] = entries[0].rpartition(b" ")[0] + b" -"
    elif change == "payloads swapped":
        one, two = (entries[i].rpartition(b" ") for i in (100, 101))
        entries[100], entries[101] = one[0] + b" " + two[2], two[0] + b" " + one[2]
    elif change == "clock back":
        entries[100] = re.sub(rb"T\d\d:", b"T03:", entries[100])
    elif change == "date that is none":
        entries[100] = entries[100].replace(b"2026-10-14", b"2026-02-30")
    elif change == "block list":
        rest[1] = base64.b64encode(bytes(32))
    elif change == "cut short":
        return data[: len(data) // 2]
    elif change == "something behind":
        rest[-1] = b"more"
    return b"\n".join([*lines[:2], *entries, *rest])


EXPORT_CHANGES = {
    "dropped": "missing",
    "inserted": "surplus",
    "swapped": "reordered",
    "repeated": "repeated",
    "first dropped": "missing",
    "last dropped": "truncated",
    "payload dropped": "withheld",
    "own payload dropped": "withheld",
    "payloads swapped": "changed-payload",
    "clock back": "clock-back",
    "date that is none": "changed-entry",
    "block list": "bad-format",
    "cut short": "unusable",
    "something behind": "unusable",
}


@pytest.mark.parametrize("change", EXPORT_CHANGES)
def test_each_change_of_an_export_is_named(three_hundred: tuple[bytes, str, bytes], change: str) -> None:
    data, key, _ = three_hundred
    assert EXPORT_CHANGES[change] in kinds(changed_lines(data, change), key)


def test_a_size_that_was_changed_and_signed_again_is_found_by_counting(three_hundred: tuple[bytes, str, bytes]) -> None:
    data, _, note = three_hundred
    said = Checkpoint.parse(note.split(b"\n\n")[0] + b"\n")
    stranger = NEW
    for size, kind in ((300, "surplus"), (302, "truncated")):
        text = Checkpoint(said.origin, size, said.root).text
        forged = make_note(text, [stranger.sign(text)])
        changed = data.replace(b"%d\n" % len(note) + note, b"%d\n" % len(forged) + forged)
        assert kind in kinds(changed, stranger.verifier.text)


def test_a_note_of_somebody_else_is_refused(three_hundred: tuple[bytes, str, bytes]) -> None:
    data, key, note = three_hundred
    text = note.split(b"\n\n")[0] + b"\n"
    for line in (NEW.sign(text), BOARD.sign(text, 1)):
        forged = make_note(text, [line])
        changed = data.replace(b"%d\n" % len(note) + note, b"%d\n" % len(forged) + forged)
        assert kinds(changed, key) == ["unknown-key"]
    assert "unknown-key" in kinds(data, NEW.verifier.text)
    assert "unknown-key" in kinds(data, BOARD.verifier.text)


def test_an_erased_payload_is_counted_and_one_that_came_back_is_named(tmp_path: Path) -> None:
    ledger = made(tmp_path, 3)
    before = exported(ledger)
    ledger.redact([2], authority="court", certificate="c-1", reason="expunged")
    ledger.publish()
    data, key = exported(ledger), ledger.trusted()[0].text
    report = outsider.verify(io.BytesIO(data), outsider.read_key(key))
    assert (report.found, report.erased, report.withheld) == ([], 1, 0)
    old = before.split(b"\n")[4]
    assert old.startswith(b"lookalike1 2 ")
    lines = data.split(b"\n")
    lines[4] = old
    assert kinds(b"\n".join(lines), key) == ["not-erased"]


def test_a_public_export_holds_no_payload_but_the_ledgers_own(tmp_path: Path) -> None:
    ledger = made(tmp_path, 3)
    data, key = exported(ledger, public=True), ledger.trusted()[0].text
    assert b"harbour city" not in base64.b64decode(data.split(b"\n")[2].rpartition(b" ")[2]).lower()
    assert [line.endswith(b" -") for line in data.split(b"\n")[2:6]] == [False, True, True, True]
    report = outsider.verify(io.BytesIO(data), outsider.read_key(key))
    assert (report.found, report.withheld) == ([], 3)


def test_hand_overs_are_followed_in_both_directions(tmp_path: Path) -> None:
    ledger = made(tmp_path, 2)
    keys, notes = [ledger.trusted()[0].text], [ledger.checkpoint()]
    for _ in range(2):
        ledger.rotate()
        ledger.record(search())
        keys.append(ledger.trusted()[0].text)
        notes.append(ledger.checkpoint())
    data = exported(ledger)
    for key in keys:
        assert kinds(data, key, *notes) == []


@pytest.mark.parametrize("which", ["retired", "one signature", "left out", "another key named"])
def test_a_hand_over_that_is_not_whole_is_named(tmp_path: Path, which: str) -> None:
    ledger = made(tmp_path, 2)
    old = ledger.keys.current()
    ledger.rotate()
    ledger.record(search())
    data, key = exported(ledger), old.verifier.text
    final = ledger.checkpoint()
    (kept,) = ledger.store.notes("hand-over")
    handed = kept.note.encode()
    framed = b"%d\n" % len(handed) + handed
    if which == "retired":
        text = open_checkpoint(final, ledger.trusted()).checkpoint.text
        forged = make_note(text, [old.sign(text)])
        changed = data.replace(b"%d\n" % len(final) + final, b"%d\n" % len(forged) + forged)
        assert kinds(changed, key) == ["retired-key"]
    elif which == "one signature":
        single = handed[: handed.rindex("—".encode())]
        assert "bad-hand-over" in kinds(data.replace(framed, b"%d\n" % len(single) + single), key)
    elif which == "left out":
        assert "bad-hand-over" in kinds(data.replace(b"\n2\n" + framed, b"\n1\n"), key)
    else:
        text = handed.split(b"\n\n")[0] + b"\n"
        other = make_note(text, [old.sign(text), NEW.sign(text)])
        assert "bad-hand-over" in kinds(data.replace(framed, b"%d\n" % len(other) + other), key)


def test_a_rotation_that_names_a_key_nobody_has_is_found_in_the_store(tmp_path: Path) -> None:
    ledger = made(tmp_path, 2)
    ledger.rotate()
    connection = opened_to_change(ledger)
    connection.execute("DELETE FROM ledger_note WHERE kind = 'hand-over'")
    assert "bad-hand-over" in {one.kind for one in verify_store(ledger)}


def test_the_matrix_leaves_the_ledger_itself_whole(tmp_path: Path) -> None:
    made(tmp_path, 3).close()
    alarms = Alarms()
    ledger = reopened(tmp_path, alarm=alarms)
    assert verify_store(ledger) == []
    assert alarms == []
    assert (tmp_path / "ledger" / STORE).exists()


def test_random_files_only_ever_cannot_be_verified(three_hundred: tuple[bytes, str, bytes]) -> None:
    data, key, _ = three_hundred
    draw = random.Random(3)
    for size in (0, 1, 100, 10_000):
        assert kinds(draw.randbytes(size), key) == ["unusable"]
    head = b"\n".join(data.split(b"\n")[:2]) + b"\n"
    assert kinds(head + b"x" * 10_000_000, key) == ["unusable"]
    assert kinds(head + draw.randbytes(10_000), key) == ["unusable"]
    assert kinds(data[:-200] + b"1" * 200, key) == ["unusable"]
