"""One search from photograph to record: complete, honest, and the same every time."""

from __future__ import annotations

import base64
import datetime
import hashlib
import io
import json
import math
import re
from pathlib import Path

import cv2
import numpy as np
import pypdf
import pytest

from lookalike.errors import SeveralFaces, UnfitForComparison
from lookalike.face.matcher import Matcher
from lookalike.gallery.search import Index
from lookalike.media.edits import parse_edit
from lookalike.media.photo import encode_png, read_photo, read_photo_file
from lookalike.record.document import to_pdf
from lookalike.record.pictures import portrait, without_others
from lookalike.record.search import Search, age_in_words, prepare_probe, search
from tests.conftest import created_gallery, opened_gallery

Rows = list[dict[str, str]]
NOW = datetime.datetime(2026, 3, 1, 12, 30, tzinfo=datetime.UTC)
FORBIDDEN = re.compile(r"%|per ?cent|\bmatch(es|ed)?\b|\bidentified\b|\bidentity of\b", re.IGNORECASE)


@pytest.fixture(scope="module")
def mated(sixty: Path, probes: Rows) -> dict[str, str]:
    """A good probe whose person is in the gallery of sixty."""
    with opened_gallery(sixty) as gallery:
        inside = {record.person_id for record in gallery.records()}
    return next(row for row in probes if row["kind"] == "a" and row["person_id"] in inside)


@pytest.fixture(scope="module")
def found(sixty: Path, mated: dict[str, str], people: Path, matcher: Matcher) -> Search:
    """One finished search, with an edit."""
    probe = prepare_probe(read_photo_file(people / mated["file"]), matcher, edits=[parse_edit("exposure=0.2")])
    with opened_gallery(sixty) as gallery:
        return search(probe, [gallery], matcher, count=5, now=NOW)


def test_the_person_of_the_probe_is_on_the_list_and_in_no_way_marked(found: Search, mated: dict[str, str]) -> None:
    by_person = {c.person_id: c for c in found.record.candidates}
    assert mated["person_id"] in by_person
    kinds = {frozenset(c) for c in found.record.to_data()["candidates"]}
    assert len(kinds) == 1


def test_the_record_names_everything_that_was_asked_for(found: Search, sixty: Path, matcher: Matcher) -> None:
    data = json.loads(found.record.to_json())
    with opened_gallery(sixty) as gallery:
        assert data["galleries"][0]["snapshot"] == gallery.snapshot().id
        for candidate in data["candidates"]:
            record = gallery.record(candidate["record_id"])
            assert record is not None
            assert record.photo_sha256 == candidate["photo_sha256"]
    assert data["galleries"][0]["records"] == 60
    assert data["software"]["files"] == dict(matcher.identity.files)
    assert "Undocumented" in data["software"]["training_data"]
    assert data["probe"]["edits"] == [{"edit": "exposure", "stops": 0.2}]
    assert [c["rank"] for c in data["candidates"]] == [1, 2, 3, 4, 5]
    for candidate in data["candidates"]:
        score, expected = candidate["score"], candidate["expected_lookalikes"]
        assert score["value"] == score["dot"] / math.sqrt(score["norm_probe"] * score["norm_reference"])
        assert 0 < expected["low"] <= expected["value"] <= expected["high"] <= data["galleries"][0]["persons"]
        assert "stranger" in expected["sentence"]
    values = [c["expected_lookalikes"]["value"] for c in data["candidates"]]
    assert values == sorted(values)


def test_the_list_can_be_recomputed_from_the_record_and_the_gallery(found: Search, sixty: Path) -> None:
    probe = found.record.probe
    template = np.frombuffer(base64.b64decode(probe.template), dtype=np.int8)
    assert hashlib.sha256(template.tobytes()).hexdigest() == probe.template_sha256
    with opened_gallery(sixty) as gallery:
        again = Index(gallery).search(template, 5)
    assert [(c.record_id, c.comparison.score) for c in again.candidates] == [
        (c.record_id, c.score.value) for c in found.record.candidates
    ]


def test_the_same_search_gives_the_same_record(
    found: Search, sixty: Path, mated: dict[str, str], people: Path, matcher: Matcher
) -> None:
    photo = read_photo_file(people / mated["file"])
    probe = prepare_probe(photo, matcher, edits=[parse_edit("exposure=0.2")])
    with opened_gallery(sixty) as gallery:
        assert search(probe, [gallery], matcher, count=5, now=NOW).record == found.record


def test_other_photographs_of_a_candidate_that_did_not_come_back_are_told(
    people: Path, bookings: Rows, matcher: Matcher, tmp_path: Path
) -> None:
    from lookalike.gallery.enrol import enrol
    from tests.conftest import write_manifest

    twice = [row["person_id"] for row in bookings if row["status"] == "active"]
    person = next(p for p in twice if twice.count(p) == 2)
    mine = [row for row in bookings if row["person_id"] == person]
    strangers = [row for row in bookings if row["status"] == "active" and row["person_id"] != person][:20]
    write_manifest(tmp_path / "m.csv", [*mine, *strangers])
    with created_gallery(tmp_path / "g", matcher.identity) as gallery:
        enrol(people, tmp_path / "m.csv", gallery, matcher, now="2026-01-01", threads=2)
        probe = prepare_probe(read_photo_file(people / mine[0]["file"]), matcher)
        record = search(probe, [gallery], matcher, count=2, now=NOW).record
    first = record.candidates[0]
    assert first.record_id == mine[0]["id"]
    returned = {c.record_id for c in record.candidates}
    if mine[1]["id"] not in returned:
        assert [o.record_id for o in first.others_not_returned] == [mine[1]["id"]]
    else:
        assert first.others_not_returned == ()


def test_a_dark_small_still_is_refused_before_anything_is_searched(
    people: Path, probes: Rows, matcher: Matcher
) -> None:
    from lookalike.demo.story import DARK_STILL

    with pytest.raises(UnfitForComparison) as caught:
        prepare_probe(read_photo_file(DARK_STILL), matcher)
    assert "pixels between the eyes" in caught.value.what
    assert "lookalike" in caught.value.why
    assert not FORBIDDEN.search(str(caught.value))


def crowd(people: Path, bookings: Rows) -> np.ndarray:
    """Two invented people in one picture."""
    pictures = [read_photo_file(people / row["file"]).pixels for row in bookings[:2]]
    return np.hstack(pictures)


def test_two_faces_need_a_choice_and_the_other_is_shown_to_nobody(
    people: Path, bookings: Rows, matcher: Matcher, sixty: Path
) -> None:
    pixels = crowd(people, bookings)
    photo = read_photo(encode_png(pixels), name="crowd.png")
    with pytest.raises(SeveralFaces):
        prepare_probe(photo, matcher)
    probe = prepare_probe(photo, matcher, face=2)
    with opened_gallery(sixty) as gallery:
        made = search(probe, [gallery], matcher, count=2, now=NOW)
    assert made.record.probe.face.number == 2
    assert made.record.probe.face.of == 2
    half = pixels.shape[1] // 2
    for shown in (made.received, made.edited):
        assert np.array_equal(shown[:, half + 40 :], pixels[:, half + 40 :])
        (left, _right) = probe.faces
        x, y, width, height = (int(v) for v in left.box)
        hidden = shown[y : y + height, x : x + width].astype(float)
        open_ = pixels[y : y + height, x : x + width].astype(float)
        detail = [cv2.Laplacian(part, cv2.CV_64F).std() for part in (hidden, open_)]
        assert detail[0] < 0.2 * detail[1]


def test_after_edits_that_move_the_picture_no_other_face_is_shown_as_received(
    people: Path, bookings: Rows, matcher: Matcher, sixty: Path
) -> None:
    pixels = crowd(people, bookings)
    half = pixels.shape[1] // 2
    photo = read_photo(encode_png(pixels), name="crowd.png")
    crop = parse_edit(f"crop={half},0,{half},{pixels.shape[0]}")
    probe = prepare_probe(photo, matcher, edits=[crop])
    with opened_gallery(sixty) as gallery:
        made = search(probe, [gallery], matcher, count=2, now=NOW)
    for face in matcher.detect(pixels):
        x, y, width, height = (int(v) for v in face.box)
        part = made.received[y : y + height, x : x + width].astype(float)
        assert cv2.Laplacian(part, cv2.CV_64F).std() < 3


@pytest.mark.parametrize(
    ("taken", "words"),
    [
        ("2015-03-01", "11 years before this search"),
        ("2015-03-02", "10 years before this search"),
        ("2025-02-28", "1 year before this search"),
        ("2026-01-31", "1 month before this search"),
        ("2026-02-27", "2 days before this search"),
        ("2026-03-01", "the day of this search"),
        ("2026-03-02", "dated after this search"),
    ],
)
def test_the_age_of_a_photograph_in_words(taken: str, words: str) -> None:
    assert age_in_words(taken, NOW.date()) == words


def test_portraits_are_of_the_size_asked_for_at_every_size_of_picture(matcher: Matcher) -> None:
    for shape in ((10, 10, 3), (4000, 30, 3), (30, 4000, 3), (900, 900, 3)):
        pixels = np.zeros(shape, dtype=np.uint8)
        assert portrait(pixels, None, width=104, height=130).shape == (130, 104, 3)
    assert without_others(np.zeros((5, 5, 3), np.uint8), (), None).shape == (5, 5, 3)


@pytest.fixture(scope="module")
def pdf(found: Search, sixty: Path, matcher: Matcher) -> bytes:
    """The record as PDF."""
    with opened_gallery(sixty) as gallery:
        return to_pdf(found, [gallery], matcher)


def test_the_document_says_what_the_record_says_and_never_more(pdf: bytes, found: Search) -> None:
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    text = "\n".join(page.extract_text() for page in reader.pages)
    flat = " ".join(text.split())
    bare = re.sub(r"\s+", "", text)
    assert "INVESTIGATIVE LEAD ONLY. NOT AN IDENTIFICATION. NOT PROBABLE CAUSE TO ARREST." in flat
    assert "exposure raised by 0.2 stops" in flat
    record = found.record
    for needed in (
        record.galleries[0].snapshot,
        record.probe.sha256,
        record.probe.template_sha256,
        *record.software.files.values(),
        *(c.record_id for c in record.candidates),
        *(re.sub(r"\s+", "", c.expected_lookalikes.sentence) for c in record.candidates),
        *(re.sub(r"\s+", "", limit) for limit in record.limits),
    ):
        assert needed in re.sub("\u200b", "", bare), needed
    assert not FORBIDDEN.search(flat)


def test_the_document_is_accessible(pdf: bytes) -> None:
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] is True or root["/MarkInfo"]["/Marked"].value
    assert root["/Lang"] == "en"
    assert "/StructTreeRoot" in root
    assert reader.metadata is not None
    assert str(reader.metadata.title).startswith("Search record")
    assert b"pdfuaid" in reader.xmp_metadata.stream.get_data() if reader.xmp_metadata else False


def test_nothing_that_is_said_is_a_percentage_or_an_identification(found: Search) -> None:
    text = found.record.to_json()
    assert not FORBIDDEN.search(text), FORBIDDEN.search(text)
