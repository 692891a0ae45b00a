"""What is erased is nowhere, what is left still proves, and what says so names nobody."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from lookalike.errors import BadEntry, BrokenLedger, ErasureUnfinished
from lookalike.ledger.checkpoint import EntryProof
from lookalike.ledger.folder import STORE
from lookalike.ledger.verify import verify_store
from tests.ledger.samples import Alarms, made, reopened, search

ORDER = {"authority": "36th District Court", "certificate": "c-2026-7", "reason": "expunged"}


def found(folder: Path, pieces: list[bytes]) -> int:
    data = b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())
    return sum(piece in data for piece in pieces)


def test_nothing_of_an_erased_payload_is_left_on_disk(tmp_path: Path) -> None:
    ledger = made(tmp_path)
    ledger.record(*[search(f"case-{i}-of-somebody") for i in range(5)])
    blob, (_, sealed) = ledger.payload(3), next(iter(ledger.store.sealed(3, 4)))
    assert blob is not None
    slot = ledger._slots._read(3, 1)
    pieces = [blob[:32], blob[36:80], b"case-2-of-somebody", sealed[12:60], sealed[-40:], slot]
    assert found(tmp_path, [sealed[12:60], slot]) == 2  # the search for bytes does find what is there
    ledger.redact([3], **ORDER)
    assert found(tmp_path, pieces) == 0
    assert ledger.payload(3) is None
    assert ledger.payload(2) is not None
    assert verify_store(ledger) == []


def test_the_payload_was_never_readable_on_disk(tmp_path: Path) -> None:
    ledger = made(tmp_path)
    ledger.record(search("case-of-somebody"))
    assert found(tmp_path, [b"case-of-somebody", b"Harbour City"]) == 0


def test_an_erased_entry_is_still_proved(tmp_path: Path) -> None:
    ledger = made(tmp_path, 5)
    before = ledger.checkpoint()
    ledger.redact([2, 4], **ORDER)
    ledger.publish()
    proof = EntryProof.parse(ledger.prove(2).text)
    assert proof.payload == b""
    assert proof.verify(ledger.trusted()).checkpoint.size == 7
    assert ledger.body(6) == {"entries": [2, 4], **ORDER}
    assert before != ledger.checkpoint()


@pytest.mark.parametrize("indexes", [[0], [1, 0], [99], [-1], [], [5]])
def test_what_cannot_be_erased_is_refused_and_nothing_is_erased(tmp_path: Path, indexes: list[int]) -> None:
    ledger = made(tmp_path, 3)
    with pytest.raises(BadEntry):
        ledger.redact(indexes, **ORDER)
    assert ledger.store.head().size == 4
    assert ledger.payload(1) is not None
    assert verify_store(ledger) == []


def test_erasing_twice_is_no_harm(tmp_path: Path) -> None:
    ledger = made(tmp_path, 3)
    ledger.redact([1], **ORDER)
    ledger.redact([1, 2], **ORDER)
    ledger.publish()
    assert verify_store(ledger) == []
    assert [ledger.payload(i) is None for i in range(4)] == [False, True, True, False]


def test_a_reader_in_the_way_is_named_and_the_keys_are_gone_all_the_same(tmp_path: Path) -> None:
    ledger = made(tmp_path, 3)
    ledger.store.connection.execute("PRAGMA busy_timeout = 50")
    reader = sqlite3.connect(tmp_path / "ledger" / STORE, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM ledger_payload").fetchone()
    with pytest.raises(ErasureUnfinished):
        ledger.redact([1], **ORDER)
    assert ledger.destroyed(1)
    reader.execute("ROLLBACK")
    reader.close()
    ledger.finish_erasing()
    ledger.publish()
    assert verify_store(ledger) == []


def test_a_row_of_the_database_destroys_no_key_that_no_recorded_erasure_names(tmp_path: Path) -> None:
    ledger = made(tmp_path, 3)
    ledger.redact([1], **ORDER)
    ledger.store.connection.execute("INSERT INTO ledger_erasing (idx, by_entry) VALUES (1, 4), (2, 4)")
    alarms = Alarms()
    with pytest.raises(BrokenLedger, match="no recorded erasure"):
        reopened(tmp_path, alarm=alarms)
    assert len(alarms) == 1
    assert ledger.payload(2) is not None
