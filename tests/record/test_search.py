"""One search from photograph to record: complete, honest, and the same every time."""

from __future__ import annotations

import base64
import datetime
import hashlib
import io
import json
import math
import re
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pypdf
import pytest

from lookalike.errors import BrokenGallery, SeveralFaces, UnfitForComparison
from lookalike.face.detector import Face
from lookalike.face.matcher import Matcher
from lookalike.gallery.enrol import enrol
from lookalike.gallery.search import Index
from lookalike.media.edits import parse_edit
from lookalike.media.photo import encode_png, read_photo, read_photo_file
from lookalike.record.document import to_pdf
from lookalike.record.pictures import candidate_portrait, portrait, without_others
from lookalike.record.search import Search, age_in_words, prepare_probe, search
from tests.conftest import created_gallery, opened_gallery, write_manifest

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
    # only the list knows, by its order; nothing else differs from candidate to candidate in kind
    text = found.record.to_json()
    for word in (r"\bmate[ds]?\b", "suspect", "verified", "is_match"):
        assert not re.search(word, text, re.IGNORECASE)


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
    person = bookings[0]["person_id"]
    rows = [bookings[0]]
    strangers = [row for row in bookings if row["status"] == "active" and row["person_id"] != person][:60]
    # the person's other photographs are so unlike the probe that strangers come before them: faces of somebody else
    rows += [
        row | {"id": f"old{i}", "person_id": person, "date_taken": f"200{i}-01-01"}
        for i, row in enumerate(strangers[-2:])
    ]
    write_manifest(tmp_path / "m.csv", [*rows, *strangers[:-2]])
    with created_gallery(tmp_path / "g", matcher.identity) as gallery:
        enrol(people, tmp_path / "m.csv", gallery, matcher, now="2026-01-01", threads=2)
        probe = prepare_probe(read_photo_file(people / bookings[0]["file"]), matcher)
        record = search(probe, [gallery], matcher, count=2, now=NOW).record
    first = record.candidates[0]
    assert first.record_id == bookings[0]["id"]
    returned = {c.record_id for c in record.candidates}
    missing = [(f"old{i}", f"200{i}-01-01") for i in (0, 1) if f"old{i}" not in returned]
    assert missing
    assert [(o.record_id, o.date_taken) for o in first.others_not_returned] == missing


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
        left_of_it = [cv2.Laplacian(part, cv2.CV_64F).std() for part in (hidden, open_)]
        assert left_of_it[0] < 0.2 * left_of_it[1]


def detail(pixels: np.ndarray, face: Face) -> float:
    """How much of a face can be made out."""
    x, y, width, height = (int(max(v, 0)) for v in face.box)
    return float(cv2.Laplacian(pixels[y : y + height, x : x + width].astype(float), cv2.CV_64F).std())


HIDDEN = 4.0


def shown_of(pixels: np.ndarray, edits: list[str], face: int | None, matcher: Matcher, sixty: Path) -> Search:
    """Search a picture with edits."""
    photo = read_photo(encode_png(np.ascontiguousarray(pixels)), name="crowd.png")
    probe = prepare_probe(photo, matcher, edits=[parse_edit(text) for text in edits], face=face)
    with opened_gallery(sixty) as gallery:
        return search(probe, [gallery], matcher, count=2, now=NOW)


def test_a_face_that_a_crop_cuts_in_two_is_hidden_all_the_same(
    people: Path, bookings: Rows, matcher: Matcher, sixty: Path
) -> None:
    pixels = crowd(people, bookings)
    left, right = matcher.detect(pixels)
    cut = int(left.box[0] + 0.6 * left.box[2])
    edit = f"crop={cut},0,{pixels.shape[1] - cut},{pixels.shape[0]}"
    made = shown_of(pixels, [edit], None, matcher, sixty)
    rest = replace(left, box=(0.0, left.box[1], left.box[0] + left.box[2] - cut, left.box[3]))
    assert detail(pixels[:, cut:], rest) > 2 * HIDDEN
    assert detail(made.edited, rest) < HIDDEN
    chosen = replace(right, box=(right.box[0] - cut, *right.box[1:]))
    assert detail(made.edited, chosen) > 2 * HIDDEN


def test_where_edits_moved_the_picture_no_face_is_shown_as_received(
    people: Path, bookings: Rows, matcher: Matcher, sixty: Path
) -> None:
    pixels = crowd(people, bookings)
    half, height = pixels.shape[1] // 2, pixels.shape[0]
    faces = matcher.detect(pixels)
    assert min(detail(pixels, face) for face in faces) > 2 * HIDDEN
    made = shown_of(pixels, [f"crop={half},0,{half},{height}"], None, matcher, sixty)
    assert max(detail(made.received, face) for face in faces) < HIDDEN
    # upside down, the second face from the left is the first of the picture as received
    made = shown_of(pixels[::-1, ::-1], ["rotate=180"], 1, matcher, sixty)
    turned = [replace(face, box=_turned(face.box, pixels.shape)) for face in faces]
    assert max(detail(made.received, face) for face in turned) < HIDDEN


def _turned(box: tuple[float, ...], shape: tuple[int, ...]) -> tuple[float, float, float, float]:
    x, y, width, height = box
    return shape[1] - x - width, shape[0] - y - height, width, height


def test_a_face_that_only_an_edit_brings_to_light_does_not_leave_another_in_the_open(
    people: Path, bookings: Rows, matcher: Matcher, sixty: Path
) -> None:
    pixels = crowd(people, bookings)
    half = pixels.shape[1] // 2
    dark = pixels.copy()
    dark[:, :half] = (dark[:, :half] * 0.12).astype(np.uint8)
    made = shown_of(dark, ["exposure=3"], 1, matcher, sixty)
    other = matcher.detect(pixels)[1]
    assert detail(made.received, other) < HIDDEN
    assert detail(made.edited, other) < HIDDEN


def test_people_in_the_distance_are_hidden_too(people: Path, bookings: Rows, matcher: Matcher, sixty: Path) -> None:
    canvas = np.full((1800, 2700, 3), 120, dtype=np.uint8)
    near = read_photo_file(people / bookings[0]["file"]).pixels
    canvas[600:1500, 200:920] = cv2.resize(near, (720, 900), interpolation=cv2.INTER_CUBIC)
    spots = [(1300, 300), (1700, 700), (2100, 1100)]
    for (x, y), row in zip(spots, bookings[1:4], strict=True):
        far = read_photo_file(people / row["file"]).pixels
        canvas[y : y + 110, x : x + 88] = cv2.resize(far, (88, 110), interpolation=cv2.INTER_AREA)
    made = shown_of(canvas, [], 1, matcher, sixty)
    for x, y in spots:
        face = Face((x + 20, y + 25, 48, 60), np.zeros((5, 2)), 1.0)
        assert detail(canvas, face) > 2 * HIDDEN
        assert detail(made.received, face) < HIDDEN
        assert detail(made.edited, face) < HIDDEN


def test_a_bystander_in_a_booking_photograph_is_hidden_in_its_portrait(
    people: Path, bookings: Rows, matcher: Matcher
) -> None:
    booked = cv2.resize(read_photo_file(people / bookings[0]["file"]).pixels, (720, 900))
    other = cv2.resize(read_photo_file(people / bookings[1]["file"]).pixels, (160, 200), interpolation=cv2.INTER_AREA)
    booked[20:220, 550:710] = other
    bystander = Face((590, 65, 90, 110), np.zeros((5, 2)), 1.0)
    assert detail(booked, bystander) > 2 * HIDDEN
    shown = candidate_portrait(encode_png(booked), matcher, name="B", width=720, height=900)
    largest = max(matcher.detect(booked), key=lambda face: face.area)
    hidden = without_others(booked, matcher.detect_thoroughly(booked), largest)
    assert detail(hidden, bystander) < HIDDEN
    assert detail(hidden, largest) > 0.8 * detail(booked, largest)
    assert shown.shape == (900, 720, 3)


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


def test_a_template_that_was_exchanged_on_disk_does_not_come_back_in_another_persons_name(
    tmp_path: Path, people: Path, bookings: Rows, matcher: Matcher
) -> None:
    write_manifest(tmp_path / "m.csv", [row for row in bookings if row["status"] == "active"][:12])
    with created_gallery(tmp_path / "g", matcher.identity) as gallery:
        enrol(people, tmp_path / "m.csv", gallery, matcher, now="2026-01-01", threads=2)
        (segment,) = gallery.catalogue.segments()
        codes = gallery.segments.read(segment)
        codes[[2, 5]] = codes[[5, 2]]
        gallery.segments.write(segment.first, codes)  # with checksums that agree
        probe = prepare_probe(read_photo_file(people / bookings[2]["file"]), matcher)
        with pytest.raises(BrokenGallery, match="not the one that was enrolled"):
            search(probe, [gallery], matcher, count=5, now=NOW)


def test_names_of_every_script_are_in_the_document(
    tmp_path: Path, people: Path, bookings: Rows, matcher: Matcher
) -> None:
    rows = [row | {"source": "漢字 County ١٢٣ हिन्दी"} for row in bookings if row["status"] == "active"][:3]
    write_manifest(tmp_path / "m.csv", rows)
    with created_gallery(tmp_path / "g", matcher.identity) as gallery:
        enrol(people, tmp_path / "m.csv", gallery, matcher, now="2026-01-01", threads=2)
        probe = prepare_probe(read_photo_file(people / bookings[0]["file"]), matcher)
        made = to_pdf(search(probe, [gallery], matcher, count=2, now=NOW), [gallery], matcher)
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(made)).pages)
    assert "漢字" in text or "[U+6F22][U+5B57]" in re.sub(r"\s+", "", text)
