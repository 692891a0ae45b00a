"""A witness cosigns what continues what it saw, and keeps what contradicts it."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from lookalike.errors import BadNote, LedgerKeyMissing, OutputExists
from lookalike.ledger.checkpoint import Checkpoint, Request, open_checkpoint
from lookalike.ledger.note import make_note
from lookalike.ledger.policy import Policy
from lookalike.ledger.witness import KEY, Witness
from tests.ledger.samples import BOARD, NEW, ORIGIN, drawn, made, search

AT = 1_792_000_000


def witness(folder: Path, *, name: str = "board.harbour.example/witness") -> Witness:
    return Witness.create(folder / "witness", name, drawn(name))


def test_a_witness_follows_a_ledger_and_its_answer_is_kept(tmp_path: Path) -> None:
    ledger, board = made(tmp_path, 3), witness(tmp_path)
    board.trust(ledger.trusted()[0])
    assert stat.S_IMODE((tmp_path / "witness" / KEY).stat().st_mode) == 0o600
    old = 0
    for size in (4, 5, 6):
        answer = board.answer(ledger.request(old).text, AT + size)
        assert answer.status == 200
        assert ledger.add_cosignatures([answer.text], [board.verifier]) == 1
        opened = open_checkpoint(ledger.checkpoint(), [*ledger.trusted(), board.verifier])
        assert [(one.key, one.at) for one in opened.seen] == [(board.verifier, AT + size)]
        assert opened.checkpoint.size == size
        old = size
        ledger.record(search())
    again = board.answer(ledger.request(6).text, AT)
    assert again.status == 200


def test_the_same_state_is_cosigned_again_with_the_new_time(tmp_path: Path) -> None:
    ledger, board = made(tmp_path, 3), witness(tmp_path)
    board.trust(ledger.trusted()[0])
    first, second = board.answer(ledger.request(0).text, AT), board.answer(ledger.request(4).text, AT + 60)
    assert (first.status, second.status) == (200, 200)
    assert first.text != second.text
    assert ledger.add_cosignatures([first.text], [board.verifier]) == 1
    assert ledger.add_cosignatures([second.text], [board.verifier]) == 1
    opened = open_checkpoint(ledger.checkpoint(), [*ledger.trusted(), board.verifier])
    assert [one.at for one in opened.seen] == [AT + 60]


def test_each_refusal_has_its_status(tmp_path: Path) -> None:
    ledger, board = made(tmp_path, 3), witness(tmp_path)
    good = ledger.request(0)
    assert board.answer(good.text, AT).status == 404
    board.trust(ledger.trusted()[0])
    text = good.note.split(b"\n\n")[0] + b"\n"
    assert board.answer(Request(0, (), make_note(text, [NEW.sign(text)])).text, AT).status == 403
    assert board.answer(Request(5, (), good.note).text, AT).status == 400
    late = board.answer(Request(2, (), good.note).text, AT)
    assert (late.status, late.text) == (409, "0\n")
    assert board.answer(Request(0, (bytes(32),), good.note).text, AT).status == 422
    assert board.latest(ORIGIN) is None
    assert board.answer(good.text, AT).status == 200
    ahead = board.answer(good.text, AT)
    assert (ahead.status, ahead.text) == (409, "4\n")
    for data in (b"", b"old 1\n", b"old -1\n\nnote", b"old 01\n\n" + good.note, b"old 0\nAAAA\n"):
        with pytest.raises(BadNote):
            board.answer(data, AT)


def test_two_histories_are_kept_as_evidence(tmp_path: Path) -> None:
    honest, forged, board = made(tmp_path / "honest", 3), made(tmp_path / "forged"), witness(tmp_path)
    forged.record(search("other"), search("history"), search("here"))
    assert honest.trusted() == forged.trusted()
    board.trust(honest.trusted()[0])
    assert board.answer(honest.request(0).text, AT).status == 200
    split = board.answer(Request(4, (), forged.checkpoint()).text, AT)
    assert split.status == 409
    assert split.evidence is not None
    kept = split.evidence.read_bytes()
    assert honest.checkpoint() in kept
    assert forged.checkpoint() in kept
    forged.record(search("more"))
    later = board.answer(forged.request(4).text, AT)
    assert later.status == 422
    assert later.evidence is not None
    assert board.latest(ORIGIN) == honest.checkpoint()


def test_nobody_fills_a_witness_with_evidence(tmp_path: Path) -> None:
    ledger, board = made(tmp_path, 3), witness(tmp_path)
    board.trust(ledger.trusted()[0])
    assert board.answer(ledger.request(0).text, AT).status == 200
    ledger.record(search())
    stranger = NEW.sign(b"anything\n").encode()
    for number in range(5):
        asked = Request(4, (bytes([number]) * 32,), ledger.checkpoint() + stranger * number)
        assert board.answer(asked.text, AT).status == 422
    assert len(list((tmp_path / "witness").glob("*.evidence-*"))) == 1
    assert board.answer(ledger.request(4).text, AT).status == 200


def test_after_a_rotation_the_witness_is_told_the_new_key(tmp_path: Path) -> None:
    ledger, board = made(tmp_path, 1), witness(tmp_path)
    board.trust(ledger.trusted()[0])
    assert board.answer(ledger.request(0).text, AT).status == 200
    ledger.rotate()
    ledger.record(search())
    assert board.answer(ledger.request(2).text, AT).status == 403
    board.trust(ledger.trusted()[0])
    assert board.answer(ledger.request(2).text, AT).status == 200


def test_only_a_witness_signature_over_this_state_is_kept(tmp_path: Path) -> None:
    ledger = made(tmp_path, 1)
    text = ledger.checkpoint().split(b"\n\n")[0] + b"\n"
    with pytest.raises(BadNote):
        ledger.add_cosignatures([BOARD.sign(text.replace(b"\n2\n", b"\n3\n"), AT)], [BOARD.verifier])
    with pytest.raises(BadNote):
        ledger.add_cosignatures(["nonsense\n"], [BOARD.verifier])
    assert ledger.add_cosignatures([NEW.sign(text)], [BOARD.verifier]) == 0
    assert ledger.store.notes("cosignature") == []


def test_a_witness_is_made_once_and_needs_its_key(tmp_path: Path) -> None:
    board = witness(tmp_path)
    with pytest.raises(OutputExists):
        witness(tmp_path)
    with pytest.raises(BadNote):
        board.trust(BOARD.verifier)
    with pytest.raises(LedgerKeyMissing):
        Witness(tmp_path / "nobody")


def policy(*lines: str) -> Policy:
    return Policy.parse("\n".join(lines))


LOG, A, B = f"log {NEW.verifier.text}", f"witness a {BOARD.verifier.text}", ""


def test_a_policy_counts_keys() -> None:
    one = policy(LOG, "# a comment", "", A, "quorum a")
    assert one.holds({BOARD.verifier})
    assert not one.holds(set())
    assert not one.holds({NEW.verifier})
    assert policy(LOG, A, "quorum none").holds(set())
    other = witness_key()
    two = policy(LOG, A, f"witness b {other.text} https://b.example", "group both all a b", "quorum both")
    assert not two.holds({BOARD.verifier})
    assert two.holds({BOARD.verifier, other})
    assert policy(LOG, A, f"witness b {other.text}", "group one 1 a b", "quorum one").holds({other})
    assert set(two.trusted) == {NEW.verifier, BOARD.verifier, other}


def witness_key() -> object:
    from lookalike.ledger.note import Kind, SigningKey

    return SigningKey.from_seed("press.example", Kind.WITNESS, b"p" * 32).verifier


@pytest.mark.parametrize(
    "lines",
    [
        (LOG, A),
        (A, "quorum a"),
        (LOG, A, "quorum a", "quorum a"),
        (LOG, A, "quorum b"),
        (LOG, A, A, "quorum a"),
        (LOG, LOG, A, "quorum a"),
        (LOG, A, A.replace(" a ", " b "), "quorum a"),
        (LOG, A, "group g 2 a", "quorum g"),
        (LOG, A, "group g 0 a", "quorum g"),
        (LOG, A, "group g some a", "quorum g"),
        (LOG, A, "group g any b", "quorum g"),
        (LOG, A, "group g any a a", "quorum g"),
        (LOG, A, "group g any a", "group h any a", "quorum g"),
        (LOG, A, "group none any a", "quorum none"),
        (LOG, A.replace("witness a", "log"), "quorum none"),
        (LOG, f"witness a {NEW.verifier.text}", "quorum a"),
        (LOG, "nonsense", "quorum none"),
        (LOG, A + " x y z", "quorum a"),
    ],
)
def test_a_policy_that_could_be_misread_is_refused(lines: tuple[str, ...]) -> None:
    with pytest.raises(BadNote):
        policy(*lines)


def test_requests_come_back(tmp_path: Path) -> None:
    ledger = made(tmp_path, 20)
    request = ledger.request(5)
    assert Request.parse(request.text) == request
    assert Checkpoint.parse(request.note.split(b"\n\n")[0] + b"\n").size == 21
