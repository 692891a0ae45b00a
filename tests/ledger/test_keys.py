"""Secret keys stay in their files; a rotation is signed by both keys, whenever it is cut short."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from lookalike.errors import LedgerKeyMissing, NoSuchLedger
from lookalike.ledger.checkpoint import open_checkpoint
from lookalike.ledger.keys import KeyFolder
from lookalike.ledger.note import Verifier
from lookalike.ledger.slots import AHEAD, HEAD, SLOT, Slots
from lookalike.ledger.verify import verify_store
from tests.ledger.samples import ORIGIN, drawn, made, reopened, search

STEM = "ledger.harbour.example+police"


@pytest.mark.parametrize("umask", [0o000, 0o077, 0o022])
def test_every_secret_file_is_its_owners_only(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        ledger = made(tmp_path, 2)
        ledger.keys.draw_next(drawn("next"))
    finally:
        os.umask(before)
    names = {path.name.removeprefix(STEM + ".") for path in (tmp_path / "keys").iterdir()}
    assert names == {"signing-key", "signing-key.next", "payload-key", "slots", "signed", "lock"}
    for path in (tmp_path / "keys").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path.name


@pytest.mark.parametrize("kind", ["signing-key", "payload-key"])
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644])
def test_a_key_that_others_may_read_is_not_used(tmp_path: Path, kind: str, mode: int) -> None:
    made(tmp_path).close()
    (tmp_path / "keys" / f"{STEM}.{kind}").chmod(mode)
    with pytest.raises(LedgerKeyMissing, match="others"):
        reopened(tmp_path).record(search())


@pytest.mark.parametrize("kind", ["signing-key", "payload-key", "slots"])
@pytest.mark.parametrize("content", [None, b"", b"zz\n", b"\xff" * 40])
def test_a_key_that_is_none_is_named_and_not_repeated(tmp_path: Path, kind: str, content: bytes | None) -> None:
    made(tmp_path).close()
    path = tmp_path / "keys" / f"{STEM}.{kind}"
    path.unlink()
    if content is not None:
        path.touch(mode=0o600)
        path.write_bytes(content)
    with pytest.raises(LedgerKeyMissing, match=kind) as error:
        reopened(tmp_path)
    assert "zz" not in str(error.value)


def test_an_error_about_a_damaged_key_does_not_tell_it(tmp_path: Path) -> None:
    ledger = made(tmp_path)
    path = tmp_path / "keys" / f"{STEM}.signing-key"
    secret = path.read_text()
    path.write_text(secret.replace("PRIVATE", "private"))
    with pytest.raises(LedgerKeyMissing) as error:
        ledger.publish()
    seen, told = error.value, ""
    while seen is not None:
        told += f"{seen!r} {seen} "
        seen = seen.__cause__ or seen.__context__
    assert secret.rsplit("+", 1)[1].strip() not in told


def test_a_rotation_is_signed_by_both_keys_and_the_old_one_is_gone(tmp_path: Path) -> None:
    ledger = made(tmp_path, 3)
    old = ledger.keys.current()
    entry = ledger.rotate()
    new = ledger.keys.current()
    assert new.verifier != old.verifier
    assert ledger.body(entry.index) == {"old": old.verifier.text, "new": new.verifier.text}
    (note,) = ledger.store.notes("hand-over")
    assert note.size == entry.index + 1
    assert set(open_checkpoint(note.note.encode(), [old.verifier, new.verifier]).by) == {old.verifier, new.verifier}
    ledger.record(search())
    assert open_checkpoint(ledger.checkpoint(), [new.verifier]).by == (new.verifier,)
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert old.secret.rsplit("+", 1)[1].strip().encode() not in kept
    assert old.seed not in kept
    assert verify_store(ledger) == []


def test_rotations_follow_one_another(tmp_path: Path) -> None:
    ledger = made(tmp_path, 1)
    keys = [ledger.trusted()[0].text]
    for _ in range(3):
        ledger.rotate()
        ledger.record(search())
        keys.append(ledger.trusted()[0].text)
    assert len(set(keys)) == 4
    assert verify_store(reopened(tmp_path)) == []


@pytest.mark.parametrize("origin", ["", "Upper", "a+b", "../x", "a/../../b?", "a b"])
def test_names_that_cannot_be_a_ledgers_are_refused(tmp_path: Path, origin: str) -> None:
    with pytest.raises(NoSuchLedger):
        KeyFolder(tmp_path, origin)


def test_slots_are_drawn_ahead_and_a_destroyed_one_is_never_drawn_again(tmp_path: Path) -> None:
    path = tmp_path / "slots"
    Slots.create(path)
    slots = Slots(path, b"m" * 32, os.urandom)
    sealed = slots.seal(0, [b"one", b"two"], [b"l1", b"l2"])
    assert path.stat().st_size == len(HEAD) + AHEAD * SLOT
    assert [slots.open(i, one, line) for i, one, line in zip((0, 1), sealed, (b"l1", b"l2"), strict=True)] == [
        b"one",
        b"two",
    ]
    slots.destroy([0])
    slots.destroy([0])
    assert slots.destroyed(0)
    assert not slots.destroyed(1)
    with pytest.raises(Exception, match="destroyed"):
        slots.open(0, sealed[0], b"l1")
    with pytest.raises(Exception, match="not the one"):
        slots.open(1, sealed[1], b"l1")
    slots.close()


def test_a_file_of_slots_that_was_cut_short_while_it_grew_is_mended(tmp_path: Path) -> None:
    path = tmp_path / "slots"
    Slots.create(path)
    path.write_bytes(HEAD + os.urandom(SLOT) + bytes(SLOT) + b"torn")  # one good, one that never reached the disk
    slots = Slots(path, b"m" * 32, os.urandom)
    sealed = slots.seal(1, [b"two", b"three"], [b"l2", b"l3"])
    assert not slots.destroyed(1)
    assert not slots.destroyed(2)
    assert slots.open(2, sealed[1], b"l3") == b"three"
    assert (path.stat().st_size - len(HEAD)) % SLOT == 0
    slots.close()


def test_the_public_key_names_the_ledger(tmp_path: Path) -> None:
    made(tmp_path).close()
    assert Verifier.parse((tmp_path / "ledger" / "first-key").read_text()).name == ORIGIN
