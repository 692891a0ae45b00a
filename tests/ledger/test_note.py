"""Signed notes: the published vectors, and every refusal of the format."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookalike.errors import BadNote, BadProof
from lookalike.ledger.checkpoint import Checkpoint, EntryProof, Request, is_origin, open_checkpoint
from lookalike.ledger.note import Kind, SigningKey, Verifier, make_note, open_note, split_note
from tests.ledger.samples import BOARD, BOARD_LINE, LOG_LINE, NEW, NEW_LINE, OLD, ORIGIN, ROOT, TEXT, WITNESS

PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETER_SECRET = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz\n"
ENOCH = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
SAYING = b"If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
PETER_LINE = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
ENOCH_LINE = (
    "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n"
)


def test_the_notes_of_go_are_read_and_written_byte_for_byte() -> None:
    peter, enoch = Verifier.parse(PETER), Verifier.parse(ENOCH)
    note = make_note(SAYING, [PETER_LINE, ENOCH_LINE])
    text, signed = open_note(note, [peter, enoch])
    assert text == SAYING
    assert [one.key for one in signed] == [peter, enoch]
    assert SigningKey.parse(PETER_SECRET).sign(SAYING) == PETER_LINE
    assert SigningKey.parse(PETER_SECRET).verifier.text == PETER


def test_the_worked_example_is_signed_byte_for_byte() -> None:
    assert OLD.verifier.text == f"{ORIGIN}+690d4655+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"
    assert OLD.secret == f"PRIVATE+KEY+{ORIGIN}+690d4655+AQABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f\n"
    assert NEW.verifier.text == f"{ORIGIN}+be06444e+ASVDuS/xCVURR2rcg2nbbdyTNmWhGXjdoUBO4QZsqVWd"
    assert BOARD.verifier.text == f"{WITNESS}+36707af9+BCmsuuFBvMrwsi4alNNNC8c2HlJtC/4SyJeUvJMilm3X"
    assert Checkpoint(ORIGIN, 3, ROOT).text == TEXT
    assert OLD.sign(TEXT) == LOG_LINE
    assert NEW.sign(TEXT) == NEW_LINE
    assert BOARD.sign(TEXT, 1792000000) == BOARD_LINE
    opened = open_checkpoint(make_note(TEXT, [LOG_LINE, NEW_LINE, BOARD_LINE]), [OLD.verifier, BOARD.verifier])
    assert opened.checkpoint == Checkpoint(ORIGIN, 3, ROOT)
    assert opened.by == (OLD.verifier,)
    assert [(one.key, one.at) for one in opened.seen] == [(BOARD.verifier, 1792000000)]


@pytest.mark.parametrize("key", [PETER, ENOCH, BOARD.verifier.text])
def test_every_shortened_or_changed_key_is_refused(key: str) -> None:
    assert Verifier.parse(key).text == key
    for start in range(len(key)):
        for end in range(start, len(key) + (start > 0)):
            with pytest.raises(BadNote):
                Verifier.parse(key[start:end])
    for i in range(len(key)):
        with pytest.raises(BadNote):
            Verifier.parse(key[:i] + chr(ord(key[i]) + 1) + key[i + 1 :])


@pytest.mark.parametrize(
    "key",
    [
        "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
        "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        PETER.replace("c74f20a3", "C74F20A3"),
    ],
)
def test_keys_of_another_length_kind_or_name_are_refused(key: str) -> None:
    with pytest.raises(BadNote):
        Verifier.parse(key)


@pytest.mark.parametrize("point", [b"\x01" + bytes(31), bytes(32), b"\xec" + b"\xff" * 30 + b"\x7f", b"\xff" * 32])
def test_a_key_that_any_signature_fits_is_refused(point: bytes) -> None:
    with pytest.raises(BadNote):
        Verifier.parse(Verifier("weak.example", Kind.LOG, point).text)


@pytest.mark.parametrize(
    "note",
    [
        SAYING,
        SAYING + b"\n",
        (SAYING.decode() + "\n" + PETER_LINE).encode()[:-1],
        SAYING + PETER_LINE.encode(),
        SAYING.replace(b"If", b"\x01f") + b"\n" + PETER_LINE.encode(),
        SAYING.replace(b"If", b"\xfff") + b"\n" + PETER_LINE.encode(),
        SAYING.replace(b"If", b"I\rf") + b"\n" + PETER_LINE.encode(),
        make_note(SAYING, [PETER_LINE.replace("PeterNeumann", "Bad Name")]),
        make_note(SAYING, [PETER_LINE.replace("PeterNeumann", "Bad+Name")]),
        make_note(SAYING, [PETER_LINE.replace("—", "-")]),
        make_note(SAYING, [PETER_LINE, "extra\n"]),
        make_note(SAYING, [PETER_LINE] * 101),
        make_note(SAYING, [PETER_LINE[:-2] + "\n"]),
        make_note(b"x" * 70_000 + b"\n", [PETER_LINE]),
        make_note(SAYING, ["— PeterNeumann x08g\n"]),
        b"",
        b"\n\n",
    ],
)
def test_what_is_not_in_the_form_is_refused(note: bytes) -> None:
    with pytest.raises(BadNote):
        open_note(note, [Verifier.parse(PETER)])


def test_a_wrong_line_of_a_known_key_spoils_the_note() -> None:
    peter, enoch = Verifier.parse(PETER), Verifier.parse(ENOCH)
    wrong = make_note(SAYING.replace(b"answer", b"Answer"), [PETER_LINE])
    with pytest.raises(BadNote, match="is wrong"):
        open_note(wrong, [peter])
    with pytest.raises(BadNote, match="No trusted key"):
        open_note(make_note(SAYING, [PETER_LINE]), [enoch])
    with pytest.raises(BadNote, match="same name"):
        open_note(make_note(SAYING, [PETER_LINE]), [peter, peter])
    assert len(open_note(make_note(SAYING, [PETER_LINE, PETER_LINE]), [peter])[1]) == 1


def test_every_changed_bit_of_a_checkpoint_is_refused() -> None:
    note = make_note(TEXT, [LOG_LINE, BOARD_LINE])
    for i in range(len(note)):
        for bit in range(8):
            changed = note[:i] + bytes([note[i] ^ 1 << bit]) + note[i + 1 :]
            try:
                opened = open_checkpoint(changed, [OLD.verifier, BOARD.verifier])
            except BadNote:
                continue
            assert opened.seen == ()  # a changed name or id: the line is of nobody we know
            assert opened.checkpoint == Checkpoint(ORIGIN, 3, ROOT)


def test_one_kind_of_key_does_not_stand_for_the_other() -> None:
    as_log = SigningKey.from_seed(ORIGIN, Kind.WITNESS, OLD.seed)
    with pytest.raises(BadNote):
        open_checkpoint(make_note(TEXT, [as_log.sign(TEXT, 5)]), [OLD.verifier])
    with pytest.raises(BadNote, match="not signed by the ledger"):
        open_checkpoint(make_note(TEXT, [BOARD_LINE]), [BOARD.verifier])
    other = SigningKey.from_seed("other.example", Kind.LOG, OLD.seed)
    with pytest.raises(BadNote, match="not signed by the ledger"):
        open_checkpoint(make_note(TEXT, [other.sign(TEXT)]), [other.verifier])


@pytest.mark.parametrize(
    "text",
    [
        TEXT.replace(b"\n3\n", b"\n03\n"),
        TEXT.replace(b"\n3\n", b"\n+3\n"),
        TEXT.replace(b"\n3\n", b"\n 3\n"),
        TEXT.replace(b"\n3\n", b"\n9007199254740992\n"),
        TEXT + b"extension\n",
        TEXT.replace(b"Xw=", b"Xx="),
        TEXT.replace(b"ledger", b"Ledger"),
        b"a\n1\nAAAA\n",
    ],
)
def test_other_spellings_of_a_checkpoint_are_refused_although_they_are_signed(text: bytes) -> None:
    with pytest.raises(BadNote):
        open_checkpoint(make_note(text, [OLD.sign(text)]), [OLD.verifier])


def test_the_seed_is_shown_by_nothing_but_its_own_form() -> None:
    shown = f"{OLD!r} {OLD} {OLD.verifier!r}"
    assert "AAECAwQF" not in shown
    assert "PRIVATE" not in shown
    assert OLD.seed.hex() not in shown
    assert repr(OLD.seed) not in shown
    assert SigningKey.parse(OLD.secret) == OLD
    with pytest.raises(BadNote) as error:
        SigningKey.parse(OLD.secret.replace("690d4655", "690d4656"))
    assert "AQABAgM" not in f"{error.value}{error.value.__cause__}"


@pytest.mark.parametrize("name", ["x" * 101, "Upper.example", "a//b", "a/", "/a", "a b", "a+b", "", "a\nb", "a/ü"])
def test_names_that_cannot_be_a_ledgers(name: str) -> None:
    assert not is_origin(name)


@given(st.binary(max_size=400) | st.text(max_size=200).map(str.encode))
def test_random_bytes_only_ever_raise_bad_input(data: bytes) -> None:
    for read in (split_note, Request.parse):
        try:
            read(data)
        except BadNote:
            continue
    with pytest.raises(BadProof):
        EntryProof.parse(data)
