"""An entry has one spelling, and what can be erased of it cannot be guessed from what stays."""

from __future__ import annotations

import datetime
import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookalike.errors import BadEntry
from lookalike.ledger.acts import Act, Outcome
from lookalike.ledger.canonical import from_base64, from_json, to_base64, to_json
from lookalike.ledger.entry import BUCKET, LONGEST_BODY, Line, commitment, make_blob, moment, open_blob, stamp
from lookalike.ledger.tree import leaf_hash
from tests.ledger.samples import BODIES, LINES

KEYS = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


def test_the_worked_example_comes_out_byte_for_byte() -> None:
    leaves = [
        "fe44950dad002c1c7055e03728686c83efcf7fa214838b8953aaf0093a4a6893",
        "71803063760c7ca8359d11de0de89358b551800a89e3abd5be9e2979f5af4311",
        "afcb1f4fe0f06e6e326c25780b8d59e6c515795afbe8203c00b8e35bd17d64f9",
    ]
    for i, body in enumerate(BODIES):
        blob = make_blob(body, bytes([0xA0 + i]) * 32)
        line = Line.parse(LINES[i])
        assert len(blob) == 384
        assert commitment(blob) == line.commitment
        assert line.text.encode() == LINES[i]
        assert leaf_hash(LINES[i]).hex() == leaves[i]
    first = make_blob(BODIES[0], b"\xa0" * 32)
    assert hashlib.sha256(first).hexdigest() == "67126306c3606c7cbd601614354ff72e87b8e874c5d2072fa623bb72f83149c5"


@given(st.dictionaries(KEYS, VALUES, max_size=5))
def test_canonical_json_comes_back_and_has_no_second_spelling(body: dict[str, object]) -> None:
    data = to_json(body)
    assert from_json(data) == body
    assert to_json(from_json(data)) == data
    spaced = json.dumps(body, sort_keys=True).encode()
    if spaced != data:
        with pytest.raises(ValueError, match="spelling"):
            from_json(spaced)


@pytest.mark.parametrize(
    "body",
    [
        {"a": 0.5},
        {"a": float("nan")},
        {"a": b"bytes"},
        {"a": (1, 2)},
        {"a": 2**53},
        {"a": "\ud800"},
        {"A": 1},
        {"a b": 1},
        {"": 1},
        {1: 1},
        {"a": Act.BEGIN},
        {"a": {1}},
        {"a": json.loads("[" * 17 + "]" * 17)},
        {"a": "x" * (LONGEST_BODY + 1)},
    ],
)
def test_what_has_no_single_spelling_is_not_recorded(body: dict[str, object]) -> None:
    with pytest.raises(BadEntry):
        make_blob(body, bytes(32))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b'{"a":1,"a":1}',
        b'{"a": 1}',
        b'{"b":1,"a":1}',
        b'{"a":1.0}',
        b'{"a":NaN}',
        b"\xff",
        b'{"a":"\\u0041"}',
        b"[" * 100_000,
        b'{"a":' + b"9" * 5000 + b"}",
    ],
)
def test_other_spellings_are_not_read(data: bytes) -> None:
    with pytest.raises(ValueError):
        from_json(data)


@given(st.binary(max_size=2000), st.binary(min_size=32, max_size=32))
def test_a_blob_has_one_form(text: bytes, salt: bytes) -> None:
    body: dict[str, object] = {"text": text.hex()}
    blob = make_blob(body, salt)
    assert len(blob) % BUCKET == 0
    assert open_blob(blob) == body
    for bad in (blob[:-1], blob + bytes(BUCKET), blob[:-1] + b"\x01", blob + b"\x00", blob[:BUCKET] * 2, b""):
        with pytest.raises(BadEntry):
            open_blob(bad)


def test_every_changed_byte_of_a_blob_changes_the_commitment() -> None:
    blob = make_blob(BODIES[1], bytes(32))
    seen = {commitment(blob)}
    for i in range(len(blob)):
        seen.add(commitment(blob[:i] + bytes([blob[i] ^ 1]) + blob[i + 1 :]))
    assert len(seen) == len(blob) + 1


def test_without_its_salt_a_body_cannot_be_guessed_from_the_commitment() -> None:
    kept = commitment(make_blob({"person": 77}, hashlib.sha256(b"lost").digest()))
    guesses = ({"person": number} for number in range(10_000))
    assert all(commitment(make_blob(guess, bytes(32))) != kept for guess in guesses)
    assert commitment(make_blob({"person": 77}, hashlib.sha256(b"lost").digest())) == kept


@given(
    st.integers(0, 10**16 - 1),
    st.datetimes(datetime.datetime(2000, 1, 2), datetime.datetime(9999, 12, 30), timezones=st.just(datetime.UTC)),
    st.sampled_from(Act),
    st.sampled_from(Outcome),
    st.binary(min_size=32, max_size=32),
)
def test_a_line_comes_back(index: int, when: datetime.datetime, act: Act, outcome: Outcome, value: bytes) -> None:
    line = Line(index, stamp(when), act.value, outcome.value, value)
    assert Line.parse(line.text.encode()) == line
    assert len(line.text) <= 200


@pytest.mark.parametrize(
    "change",
    [
        (b"lookalike1", b"lookalike2"),
        (b" 1 ", b" 01 "),
        (b" 1 ", b" +1 "),
        (b" 1 ", b"  1 "),
        (b"2026-10-14", b"2026-02-30"),
        (b"09:13:05.41", b"09:13:60.00"),
        (b"09:13:05.41", b"24:00:00.00"),
        (b"09:13:05.41", b"09:13:05.4"),
        (b"Z search", b"+00:00 search"),
        (b"search.run", b"Search.run"),
        (b"search.run", b"search"),
        (b"refused", b"maybe"),
        (b"fdU=", b"fdV="),
        (b"fdU=", b"fdU"),
        (b"fdU=", b"fdU=\n"),
        (b"search.run", b"search.run\xe2\x80\xa8"),
    ],
)
def test_a_line_in_another_spelling_is_none(change: tuple[bytes, bytes]) -> None:
    with pytest.raises(BadEntry):
        Line.parse(LINES[1].replace(*change))


def test_a_time_is_cut_off_never_rounded_up() -> None:
    berlin = datetime.timezone(datetime.timedelta(hours=2))
    assert stamp(datetime.datetime(2026, 12, 31, 23, 59, 59, 999_999, datetime.UTC)) == "2026-12-31T23:59:59.99Z"
    assert stamp(datetime.datetime(2026, 7, 1, 1, 0, tzinfo=berlin)) == "2026-06-30T23:00:00.00Z"
    assert moment("2026-10-14T09:13:05.41Z") == datetime.datetime(2026, 10, 14, 9, 13, 5, 410_000, datetime.UTC)


@pytest.mark.parametrize(
    "when",
    [datetime.datetime(2026, 1, 1), datetime.datetime(1999, 12, 31, tzinfo=datetime.UTC)],
    ids=["naive", "early"],
)
def test_a_time_that_cannot_be_one_is_refused(when: datetime.datetime) -> None:
    with pytest.raises(BadEntry):
        stamp(when)


@given(st.binary(max_size=50))
def test_base64_has_one_spelling(data: bytes) -> None:
    assert from_base64(to_base64(data)) == data


@pytest.mark.parametrize("text", ["YR==", "YQ", "YQ=", "AAAA====", "Y Q==", "YQ==\n", "Y-Q=", "é", "=", "A"])
def test_other_spellings_of_base64_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="base64"):
        from_base64(text)
