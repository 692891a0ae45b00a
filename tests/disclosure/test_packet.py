"""The file: one form, the same bytes for the same contents, faces that are nobody's business gone."""

from __future__ import annotations

import hashlib
import io
import itertools
import json
import tracemalloc
import zipfile
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pypdf
import pytest

from lookalike.disclosure import attachments, container
from lookalike.disclosure.contents import Contents
from lookalike.disclosure.contents_search import RunOf
from lookalike.disclosure.items import TITLES
from lookalike.disclosure.packet import LARGEST_ATTACHED, name_files, read, write
from lookalike.disclosure.pictures import lawful
from lookalike.disclosure.values import Absent, File, walked
from lookalike.disclosure.verify import verify
from lookalike.disclosure.whole import runs
from lookalike.errors import BadPacket
from tests.casework.pdf import headings_of, is_accessible, text_of
from tests.disclosure.examples import CLIP, SIGNED, Made


def unsigned(path: Path) -> bytes:
    """The document before it was signed: a signature is added behind it."""
    document = read(path).document
    return document[: document.index(b"%%EOF") + 5]


def test_what_was_written_is_read_again(made: Made) -> None:
    packet = read(made.path)
    assert packet.contents == lawful(made.contents)
    stated = {one["sha256"]: one for one in packet.manifest["files"]}
    for one in walked(packet.contents):
        if isinstance(one, File):
            assert hashlib.sha256(one.read()).hexdigest() == one.sha256
            assert stated[one.sha256]["size"] == one.size


def test_the_same_contents_give_the_same_bytes_but_for_the_signature(made: Made, tmp_path: Path) -> None:
    with (tmp_path / "again.zip").open("wb") as stream:
        manifest = write(made.contents, stream, made_at=SIGNED, signer=made.signer)
    assert manifest == read(made.path).manifest
    assert unsigned(tmp_path / "again.zip") == unsigned(made.path)
    first, second = container.read(made.path), container.read(tmp_path / "again.zip")
    assert [(one.name, one.size) for one in first[1:]] == [(one.name, one.size) for one in second[1:]]


def test_only_the_suspect_can_be_recognised_on_a_list_and_every_id_is_kept(made: Made) -> None:
    contents = read(made.path).contents
    suspect = contents.suspect.person_id
    shown = 0
    for (_, run), (_, given) in zip(runs(contents), runs(made.contents), strict=True):
        assert isinstance(run.candidates, tuple)
        assert isinstance(given.candidates, tuple)
        for one, original in zip(run.candidates, given.candidates, strict=True):
            assert (one.rank, one.record_id, one.person_id) == (original.rank, original.record_id, original.person_id)
            assert isinstance(one.picture, File)
            assert isinstance(original.picture, File)
            if one.person_id == suspect:
                shown += 1
                assert one.picture.sha256 == original.picture.sha256
            else:
                pixels = cv2.imdecode(np.frombuffer(one.picture.read(), np.uint8), cv2.IMREAD_GRAYSCALE)
                assert np.abs(cv2.Laplacian(pixels.astype(np.float32), cv2.CV_32F)).max() < 40  # no edge of a face
    assert shown == 1


def test_no_photograph_of_anybody_else_is_anywhere_in_the_file(made: Made) -> None:
    whole = made.path.read_bytes()
    held = attachments.read(read(made.path).document)
    digests = {hashlib.sha256(data).hexdigest() for data in held.values()}
    for _, run in runs(made.contents):
        assert isinstance(run.candidates, tuple)
        for one in run.candidates:
            assert isinstance(one.picture, File)
            if one.person_id != made.contents.suspect.person_id:
                assert one.picture.sha256 not in digests
                middle = len(one.picture.read()) // 2  # the front of a JPEG holds tables that all share
                assert one.picture.read()[middle : middle + 200] not in whole


def test_a_suspect_without_bookings_has_no_face_on_any_list(made: Made) -> None:
    nobody = replace(made.contents.suspect, person_id=Absent("never booked"), photographs=Absent("never booked"))
    contents = lawful(replace(made.contents, suspect=nobody))
    for _, run in runs(contents):
        assert isinstance(run.candidates, tuple)
        assert all(isinstance(one.picture, File) and "unrecognisable" in one.picture.title for one in run.candidates)


def test_a_large_original_stands_beside_the_document(made: Made) -> None:
    assert len(CLIP) > LARGEST_ATTACHED
    entries = container.read(made.path)
    assert [one.name for one in entries] == ["packet.pdf", "originals/002-camera-above-the-till-as-received.mp4"]
    with zipfile.ZipFile(made.path) as archive:  # any program can open it
        assert archive.testzip() is None
        assert archive.read(entries[1].name) == CLIP


def test_a_file_beyond_four_gibibytes_has_its_form(made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The wide form of a ZIP, here from one mebibyte on."""
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 1 << 20)
    with (tmp_path / "wide.zip").open("wb") as stream:
        write(made.contents, stream, made_at=SIGNED, signer=made.signer)
    assert verify(tmp_path / "wide.zip").ok
    assert (tmp_path / "wide.zip").read_bytes()[-22 - 20 - 56 :].startswith(b"PK\x06\x06")
    whole = (tmp_path / "wide.zip").read_bytes()
    (tmp_path / "wide.zip").write_bytes(whole[:-22] + bytes(4) + whole[-22:])
    assert not verify(tmp_path / "wide.zip").ok


class Zeros(io.RawIOBase):
    """A long file that stands nowhere."""

    def __init__(self, size: int) -> None:
        self.left = size

    def read(self, size: int = -1, /) -> bytes:
        given = min(size, self.left)
        self.left -= given
        return bytes(given)


class Nowhere(io.RawIOBase):
    """Where bytes are written to that nobody keeps."""

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        return len(bytes(data))  # type: ignore[call-overload]


def with_clip(contents: Contents, clip: File) -> Contents:
    assert isinstance(contents.searches, tuple)
    first = contents.searches[0]
    assert isinstance(first.run, RunOf)
    return replace(contents, searches=(replace(first, run=replace(first.run, exhibit=clip)), *contents.searches[1:]))


def zeros(size: int) -> File:
    digest = hashlib.sha256()
    for _ in range(size >> 20):
        digest.update(bytes(1 << 20))
    return File(
        title="A long clip",
        media_type="video/mp4",
        size=size,
        sha256=digest.hexdigest(),
        open=lambda: Zeros(size),  # type: ignore[arg-type, return-value]
    )


def test_a_long_clip_passes_through_in_pieces(made: Made) -> None:
    contents = with_clip(made.contents, zeros(256 << 20))
    tracemalloc.start()
    try:
        write(contents, Nowhere(), made_at=SIGNED, signer=made.signer)  # type: ignore[arg-type]
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 64 << 20


@pytest.mark.parametrize("wrong", ["longer", "shorter", "other"])
@pytest.mark.parametrize("size", [1 << 20, 8 << 20])
def test_a_file_that_is_not_the_stated_one_is_refused(made: Made, wrong: str, size: int) -> None:
    right = zeros(size)
    other = {"longer": bytes(size + 1), "shorter": bytes(size - 1), "other": b"\1" + bytes(size - 1)}[wrong]
    clip = replace(right, open=lambda: io.BytesIO(other))
    with pytest.raises(BadPacket, match="A long clip"):
        write(with_clip(made.contents, clip), io.BytesIO(), made_at=SIGNED, signer=made.signer)


def test_the_document_is_pdf_a_and_read_by_a_screen_reader(made: Made) -> None:
    document = unsigned(made.path)
    reader = pypdf.PdfReader(io.BytesIO(document))
    assert reader.xmp_metadata is not None
    metadata = reader.xmp_metadata.stream.get_data()
    assert b"<pdfaid:part>3" in metadata
    assert b"<pdfaid:conformance>A" in metadata
    assert is_accessible(document, "Face search disclosure packet PK-26-00117-1")
    levels = headings_of(document)
    assert levels[:2] == ["H1", "H2"]
    assert all(int(b[1]) <= int(a[1]) + 1 for a, b in itertools.pairwise(levels) if "H3" in (a, b))


def test_the_pages_tell_everything(made: Made) -> None:
    told = text_of(unsigned(made.path))
    for title in TITLES.values():
        assert title in told
    for words in (
        "Search 1 of 3",
        "Search 3 of 3",
        "No search was run: the request was refused (R03)",
        "E. First",
        "F. Second",
        "Not independent: search of 1 March 2026",
        "Withdrawn: entered in the wrong case",
        "I do not know.",
        "29 of 30 right, 1 wrongly named",
        "State v. Arteaga",
    ):
        assert words in told, words


def test_the_manifest_names_every_attachment(made: Made) -> None:
    packet = read(made.path)
    held = attachments.read(packet.document)
    assert json.loads(held.pop("manifest.json")) == packet.manifest
    attached = {one["name"]: one["sha256"] for one in packet.manifest["files"] if one["place"] == "attached"}
    assert {name: hashlib.sha256(data).hexdigest() for name, data in held.items()} == attached
    assert pypdf.PdfReader(io.BytesIO(packet.document)).attachments.keys() == {*attached, "manifest.json"}


def test_names_are_plain_whatever_a_title_says(made: Made) -> None:
    clip = replace(zeros(1 << 20), title="../../etc/ПРИВЕТ\u202e\n" + "x" * 500, media_type="application/x-odd")
    names = [one.name for one in name_files(with_clip(made.contents, clip))]
    assert all(container.NAME.fullmatch(name) and len(name) < 64 for name in names)
    assert len(set(names)) == len(names)
    assert any(name.endswith(".bin") for name in names)


def test_hostile_words_are_set_as_words(made: Made, tmp_path: Path) -> None:
    odd = '#panic("x") $a$ <b>&amp; \u202e\u0000\u0007 漢字 ' + "w" * 900
    contents = replace(
        made.contents,
        case=replace(made.contents.case, narrative=odd),
        evidence=replace(made.contents.evidence, nodes=(replace(made.contents.evidence.nodes[0], words=odd),)),  # type: ignore[index]
    )
    with (tmp_path / "odd.zip").open("wb") as stream:
        write(contents, stream, made_at=SIGNED, signer=made.signer)
    assert read(tmp_path / "odd.zip").contents.case.narrative == odd
    assert '#panic("x")' in text_of(unsigned(tmp_path / "odd.zip"))
