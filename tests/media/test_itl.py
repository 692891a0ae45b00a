"""NIST-ITL transactions: faces come out whole, the rest is named, and a broken file gives one error."""

from __future__ import annotations

import hashlib
import io
import struct
import time
import warnings
from datetime import date
from pathlib import Path
from typing import Any

import nistitl
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from lookalike.errors import BadInput, BrokenTransaction
from lookalike.media.itl import Transaction, read_transaction, read_transaction_file
from lookalike.media.photo import read_photo


def portrait(seed: int = 1, fmt: str = "JPEG") -> bytes:
    y, x = np.mgrid[0:60, 0:48]
    pixels = np.stack([(x * 5 + seed) % 256, (y * 4) % 256, (x + y) % 256], -1).astype(np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, fmt)
    return buffer.getvalue()


JPEG = portrait()


def face_record(idc: int, image: bytes = JPEG, **fields: Any) -> nistitl.AsciiRecord:
    record = nistitl.AsciiRecord(10)
    record.IDC = idc
    values = {
        "IMT": "FACE", "SRC": "DPD123", "PHD": "20180102", "HLL": "48", "VLL": "60", "SLC": "0",
        "THPS": "1", "TVPS": "1", "CGA": "JPEGB", "CSP": "SRGB", "POS": "F",
    }  # fmt: skip
    for name, value in (values | fields).items():
        if value is not None:
            setattr(record, name, value)
    record += nistitl.BinaryField(10, 999, image)
    return record


def transaction(*records: Any, encoding: Any = None) -> bytes:
    message = nistitl.Message()
    head = message[0]
    head.TOT, head.DAT, head.PRY, head.DAI = "CAR", "20180103", "4", "DEST1"
    head.ORI, head.TCN = "MI8234900", "TCN-000017"
    if encoding:
        head.DCS = encoding
    for record in records:
        message += record
    return bytes(message.NIST)


def booking(**fields: str) -> nistitl.AsciiRecord:
    record = nistitl.AsciiRecord(2)
    record.IDC = 0
    for tag, value in fields.items():
        record += nistitl.Field(2, int(tag[1:]), value)
    return record


def fingerprint(idc: int = 3) -> nistitl.BinaryRecord:
    record = nistitl.BinaryRecord(4)
    record.IDC = idc
    record.value = struct.pack("!B6sBHHB", 1, b"\xff" * 6, 0, 16, 16, 0) + bytes(256)
    return record


FULL = transaction(
    booking(_18="INVENTED, PERSON", _22="19700101"),
    face_record(1, SQS=[["87", "001A", "23456"], ["254", "001A", "1"]]),
    face_record(2, portrait(9, "PNG"), CGA="PNG", POS="L", PHD="00000000", SRC=None),
    fingerprint(),
)


def test_a_booking_transaction_is_read_whole() -> None:
    read = read_transaction(FULL)
    assert read.version == "0400"
    assert read.type_of_transaction == "CAR"
    assert (read.date_text, read.destination) == ("20180103", "DEST1")
    assert (read.originating_agency, read.control_number) == ("MI8234900", "TCN-000017")
    assert read.sha256 == hashlib.sha256(FULL).hexdigest()
    (text,) = read.demographics
    assert text.fields == {"2.018": "INVENTED, PERSON", "2.022": "19700101"}
    front, side = read.faces
    assert front.image == JPEG
    assert front.image_sha256 == hashlib.sha256(JPEG).hexdigest()
    assert (front.idc, front.source_agency, front.pose) == (1, "DPD123", "F")
    assert front.capture_date == date(2018, 1, 2)
    assert (front.width, front.height) == (48, 60)
    assert (front.compression, front.colour_space) == ("JPEGB", "SRGB")
    assert front.quality_scores == ((87, "001A", "23456"), (254, "001A", "1"))
    assert not front.hash_checked
    assert (side.pose, side.capture_date, side.capture_date_text) == ("L", None, "00000000")
    assert side.source_agency == ""
    assert [(s.record_type, s.idc, s.reason) for s in read.skipped] == [(4, 3, "a fingerprint")]


def test_the_pictures_are_photographs_that_can_be_read() -> None:
    for face in read_transaction(FULL).faces:
        photo = read_photo(face.image)
        assert (photo.width, photo.height) == (face.width, face.height)


def test_picture_bytes_full_of_separators_come_back_unchanged() -> None:
    hostile = JPEG + b"\x1c\x1d\x1e\x1f10.999:\x1c10.001:5\x1d" * 30
    assert read_transaction(transaction(face_record(1, hostile))).faces[0].image == hostile


def test_a_hash_that_agrees_is_noted_and_one_that_does_not_is_refused() -> None:
    right = hashlib.sha256(JPEG).hexdigest()
    for written in (right, right.upper()):
        (face,) = read_transaction(transaction(face_record(1, HAS=written))).faces
        assert face.hash_checked
    for wrong in ("0" * 64, right[:-1], "none"):
        with pytest.raises(BrokenTransaction, match="does not agree with its hash"):
            read_transaction(transaction(face_record(1, HAS=wrong)))


def test_a_changed_picture_byte_is_noticed_where_the_record_has_a_hash() -> None:
    data = bytearray(transaction(face_record(1, HAS=hashlib.sha256(JPEG).hexdigest())))
    data[data.find(JPEG) + 300] ^= 1
    with pytest.raises(BrokenTransaction):
        read_transaction(bytes(data))


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"IMT": "SCAR"}, "SCAR"),
        ({"IMT": "TATTOO"}, "TATTOO"),
        ({"IMT": None}, "missing"),
        ({"CGA": "WSQ20"}, "WSQ20"),
        ({"CGA": "NONE"}, "NONE"),
        ({"CGA": None}, "missing"),
        ({"image": b""}, "no picture"),
    ],
)
def test_what_is_no_readable_face_is_left_out_and_said(fields: Any, reason: str) -> None:
    read = read_transaction(transaction(face_record(1), face_record(2, **fields)))
    assert [face.idc for face in read.faces] == [1]
    (skipped,) = read.skipped
    assert (skipped.record_type, skipped.idc) == (10, 2)
    assert reason in skipped.reason
    with pytest.raises(BrokenTransaction, match="no face photograph"):
        read_transaction(transaction(face_record(2, **fields)))


def test_a_transaction_without_pictures_is_refused() -> None:
    for records in ((), (booking(_18="X"),), (fingerprint(),)):
        with pytest.raises(BrokenTransaction, match="no face photograph") as refusal:
            read_transaction(transaction(*records))
        assert refusal.value.remedy


def test_names_in_utf8_are_read_as_utf8_where_the_file_declares_it() -> None:
    name = "ŁUKASZ ŻÓŁĆ"
    record = booking(_18=name.encode().decode("latin-1"))
    declared = transaction(record, face_record(1), encoding=[["003", "UTF-8"]])
    assert read_transaction(declared).demographics[0].fields["2.018"] == name
    latin = transaction(booking(_18="JOSÉ"), face_record(1))
    assert read_transaction(latin).demographics[0].fields["2.018"] == "JOSÉ"


def test_subfields_and_items_of_the_text_are_joined() -> None:
    record = nistitl.AsciiRecord(2)
    record += nistitl.Field(2, 19, [["A", "B"], ["C", "D"]])
    record += nistitl.Field(2, 20, ["E", "F"])
    fields = read_transaction(transaction(record, face_record(1))).demographics[0].fields
    assert fields == {"2.019": "A, B; C, D", "2.020": "E; F"}


@pytest.mark.parametrize("written", ["20180230", "2018", "20181301", "notadate", "٢٠١٨٠١٠١"])
def test_a_date_that_does_not_exist_is_kept_as_text_only(written: str) -> None:
    if not written.isascii():
        written = written.encode().decode("latin-1")
    (face,) = read_transaction(transaction(face_record(1, PHD=written))).faces
    assert face.capture_date is None
    assert face.capture_date_text


def test_legacy_record_types_are_skipped_without_a_warning() -> None:
    old = nistitl.BinaryRecord(6)
    old.IDC = 5
    old.value = bytes(300)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        read = read_transaction(transaction(face_record(1), old))
    assert [s.record_type for s in read.skipped] == [6]


# broken files


def outcome(data: bytes) -> Transaction | None:
    try:
        return read_transaction(data)
    except BrokenTransaction:
        return None


def test_a_file_cut_anywhere_is_refused() -> None:
    for cut in [*range(0, len(FULL), 50), *range(len(FULL) - 40, len(FULL))]:
        assert outcome(FULL[:cut]) is None, cut
    assert outcome(FULL) is not None


def test_bytes_after_the_end_are_refused() -> None:
    for extra in (b"x", b"\x1c", bytes(40), FULL, JPEG):
        assert outcome(FULL + extra) is None


@pytest.mark.parametrize("wrong", [0, 1, 9, 10, 40, 2**31, 200_000_000, 9_999_999_999])
@pytest.mark.parametrize("kind", [b"1.001:", b"2.001:", b"10.001:"])
def test_a_wrong_record_length_is_refused_at_once(kind: bytes, wrong: int) -> None:
    at = 0 if kind == b"1.001:" else FULL.find(kind)
    end = FULL.find(b"\x1d", at)
    data = FULL[:at] + kind + str(wrong).encode() + FULL[end:]
    started = time.perf_counter()
    assert outcome(data) is None
    assert time.perf_counter() - started < 1


def test_a_length_that_is_off_by_one_is_refused() -> None:
    at = FULL.find(b"10.001:") + 7
    end = FULL.find(b"\x1d", at)
    length = int(FULL[at:end])
    for off in (-2, -1, 1, 2):
        assert outcome(FULL[:at] + str(length + off).encode() + FULL[end:]) is None


def test_a_binary_record_that_claims_200_megabytes_is_refused() -> None:
    data = bytearray(FULL)
    at = len(FULL) - fingerprint().length
    data[at : at + 4] = (200_000_000).to_bytes(4, "big")
    assert outcome(bytes(data)) is None
    data[at : at + 4] = bytes(4)  # a length of 0 must not go round for ever
    assert outcome(bytes(data)) is None


def record_of(kind: int, body: bytes) -> bytes:
    """Write a tagged record with its right length."""
    length = 0
    while True:
        text = b"%d.001:%d\x1d" % (kind, length) + body + b"\x1c"
        if len(text) == length:
            return text
        length = len(text)


@pytest.mark.parametrize(
    "rest",
    [
        record_of(2, b"2.002:0") * 5000,
        record_of(2, b"2.002:0" + b"".join(b"\x1d2.%d:x" % n for n in range(3, 60_000))),
        record_of(2, b"2.002:0\x1d2.003:" + b"\x1e" * 3_000_000),
        record_of(77, b"77.002:0"),
        record_of(2, b"2.002:0\x1d2.018:A\x1d2.018:B"),
        record_of(10, b"10.002:4\x1d10.003:FACE\x1d10.011:JPEGB\x1d10.038:tel 999:\x1d10.999:JPEG"),
        record_of(2, b"2.002:" + b"9" * 5000),
        record_of(2, b"2.002:zero"),
        record_of(2, b"3.002:0"),
        record_of(2, b"garbage"),
        record_of(1, b"1.002:0400"),
    ],
    ids=["records", "fields", "subfields", "type 77", "twice", "picture in text", "long number", "no number",
         "wrong type", "no tag", "second head"],
)  # fmt: skip
def test_files_made_to_exhaust_or_confuse_a_parser_are_refused_quickly(rest: bytes) -> None:
    head = record_of(1, b"1.002:0400\x1d1.003:1\x1f2\x1e2\x1f0\x1e10\x1f1")
    started = time.perf_counter()
    assert outcome(head + rest + bytes(face_record(1).NIST)) is None
    assert time.perf_counter() - started < 3


@pytest.mark.parametrize("data", [b"", b"x", b"hello " * 99, JPEG, bytes(5000), b"2.001:9\x1d2.\x1c"])
def test_what_is_no_transaction_is_refused(data: bytes) -> None:
    with pytest.raises(BrokenTransaction, match=r"upload\.an2"):
        read_transaction(data, name="upload.an2")


@settings(deadline=None, max_examples=400)
@given(
    patches=st.lists(st.tuples(st.floats(0, 1), st.binary(min_size=1, max_size=4)), min_size=1, max_size=4),
    part=st.sampled_from(["head", "booking", "face", "any"]),
    keep=st.booleans(),
)
def test_damage_anywhere_gives_a_transaction_or_one_error(
    patches: list[tuple[float, bytes]], part: str, keep: bool
) -> None:
    start, stop = {
        "head": (0, 180), "booking": (150, 260), "face": (FULL.find(b"10.001:"), 520),
        "any": (0, len(FULL) - 4),
    }[part]  # fmt: skip
    data = bytearray(FULL)
    for where, patch in patches:
        at = start + int(where * (stop - start))
        if keep:  # the length of the file stays
            data[at : at + len(patch)] = patch
        else:
            data[at:at] = patch
    outcome(bytes(data))


separators = st.sampled_from([b"\x1c", b"\x1d", b"\x1e", b"\x1f", b":", b".", b"999:", b"10.999:"])
bodies = st.lists(separators | st.binary(max_size=6), max_size=30).map(b"".join)


@settings(deadline=None, max_examples=300)
@given(
    head=bodies,
    kinds=st.lists(st.tuples(st.sampled_from([1, 2, 9, 10, 13, 21, 99]), bodies), max_size=4),
    raw=st.binary(max_size=40),
)
def test_any_row_of_records_gives_a_transaction_or_one_error(
    head: bytes, kinds: list[tuple[int, bytes]], raw: bytes
) -> None:
    counts = b"1.002:0400\x1d1.003:1\x1f%d" % len(kinds)
    counts += b"".join(b"\x1e%d\x1f0" % kind for kind, _ in kinds)
    rest = b"".join(record_of(kind, b"%d.002:0\x1d" % kind + body) for kind, body in kinds)
    outcome(record_of(1, counts + head) + rest + raw)
    outcome(record_of(1, counts) + rest)
    outcome(raw)


# files


def test_a_file_is_read_and_called_by_its_name(tmp_path: Path) -> None:
    file = tmp_path / "booking 17.an2"
    file.write_bytes(FULL)
    assert read_transaction_file(file) == read_transaction(FULL)
    file.write_bytes(FULL[:-9])
    with pytest.raises(BrokenTransaction, match=r"booking 17\.an2"):
        read_transaction_file(file)


def test_what_is_not_a_readable_file_is_refused(tmp_path: Path) -> None:
    empty, huge = tmp_path / "empty.an2", tmp_path / "huge.an2"
    empty.touch()
    with huge.open("wb") as handle:
        handle.truncate(2**33)
    for path in (empty, huge):
        with pytest.raises(BrokenTransaction):
            read_transaction_file(path)
    for path in (tmp_path, tmp_path / "none.an2"):
        with pytest.raises(BadInput):
            read_transaction_file(path)
