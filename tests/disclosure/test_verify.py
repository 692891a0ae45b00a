"""Whatever is done to a packet is found, named and never a fault of ours."""

from __future__ import annotations

import datetime
import hashlib
import io
import json
import random
import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lookalike.disclosure import attachments, container, packet
from lookalike.disclosure.contents import Contents
from lookalike.disclosure.packet import name_files, read
from lookalike.disclosure.pictures import lawful
from lookalike.disclosure.values import Absent, File, as_json
from lookalike.disclosure.verify import NAMES, Verification, verify
from lookalike.ledger.note import Verifier
from lookalike.signing import Signer, make_signer, sign_pdf
from tests.disclosure.examples import AT, CLIP, SIGNED, Made
from tests.ledger.samples import BOARD, NEW

Named = list[tuple[str, File]]


def failed(found: Verification) -> set[str]:
    """The questions that failed; every failure says what to do."""
    assert not found.ok
    assert tuple(one.name for one in found.checks) == NAMES
    assert all(failure.what.strip() and failure.remedy.strip() for failure in found.failures)
    return {one.name for one in found.checks if one.failures}


def beside(made: Made) -> Named:
    return [(one.name, one.file) for one in name_files(lawful(made.contents)) if one.beside]


def again(made: Made, path: Path, document: bytes, files: Named | None = None) -> Path:
    """A packet of this document, in its proper form."""
    with path.open("wb") as stream:
        container.write(stream, document, beside(made) if files is None else files)
    return path


def forged(
    made: Made,
    path: Path,
    *,
    contents: Contents | None = None,
    data: bytes | None = None,
    change: Callable[[dict[str, Any]], Any] = lambda manifest: None,
    signer: Signer | None = None,
) -> Path:
    """A packet by somebody who has the software and a key: signed, with contents or a manifest of their own."""
    shown = lawful(made.contents) if contents is None else contents
    named = name_files(shown)
    text = as_json(shown) if data is None else data
    manifest = packet._manifest(shown, named, text, SIGNED)
    change(manifest)
    document = packet._document(shown, named, text, manifest, SIGNED)
    return again(made, path, sign_pdf(document, signer or made.signer, SIGNED))


@pytest.fixture
def other(tmp_path: Path) -> Signer:
    """Somebody else, who calls themselves by the agency's name."""
    return make_signer(tmp_path / "k.pem", tmp_path / "c.pem", name="Harbour City Police", now=AT)


def test_a_packet_as_it_was_made_is_in_order(made: Made) -> None:
    told: list[str] = []
    found = verify(
        made.path,
        certificate=made.signer.fingerprint.upper(),
        ledger_keys=[Verifier.parse(made.ledger_key), BOARD.verifier],
        progress=told.append,
    )
    assert found.ok, found.failures
    assert found.remarks == ()
    assert tuple(told) == NAMES
    assert found.signature is not None
    assert found.signature.when == SIGNED
    assert found.contents == lawful(made.contents)
    assert "board.harbour.example/witness" in found.checks[NAMES.index("ledger")].words


def test_without_keys_it_says_whom_nobody_vouches_for(made: Made) -> None:
    found = verify(made.path)
    assert found.ok
    assert "--certificate" in found.remarks[0]
    assert "--ledger-key" in found.remarks[1]


def test_another_key_is_found_by_its_fingerprint(made: Made, tmp_path: Path, other: Signer) -> None:
    path = forged(made, tmp_path / "p.zip", signer=other)
    assert failed(verify(path, certificate=made.signer.fingerprint)) == {"signature"}
    assert verify(path).ok  # the name alone is nobody's; the remark says so


def test_a_document_that_nobody_signed_is_found(made: Made, tmp_path: Path) -> None:
    document = read(made.path).document
    path = again(made, tmp_path / "p.zip", document[: document.index(b"%%EOF") + 6])
    assert failed(verify(path)) == {"signature"}


def test_a_document_with_something_behind_its_signature_is_found(made: Made, tmp_path: Path) -> None:
    path = again(made, tmp_path / "p.zip", read(made.path).document + b"\n% more")
    assert "signature" in failed(verify(path))


def test_a_file_cut_anywhere_is_found(made: Made, tmp_path: Path) -> None:
    whole = made.path.read_bytes()
    for size in (0, 1, 3, 22, 100, 4096, len(whole) // 3, len(whole) - 100, len(whole) - 22, len(whole) - 1):
        (tmp_path / "p.zip").write_bytes(whole[:size])
        assert failed(verify(tmp_path / "p.zip")) == {"container"}


def test_a_bit_changed_anywhere_is_found(made: Made, tmp_path: Path) -> None:
    whole = made.path.read_bytes()
    entries = container.read(made.path)
    draw = random.Random(7)
    last = entries[-1].offset + entries[-1].size
    spots = [
        *range(30),
        *(draw.randrange(entries[0].size) for _ in range(30)),
        *(entries[1].offset - draw.randrange(60) for _ in range(15)),
        entries[1].offset + 5,
        *range(last + 16, len(whole)),
    ]
    for spot in spots:
        changed = bytearray(whole)
        changed[spot] ^= 1 << draw.randrange(8)
        (tmp_path / "p.zip").write_bytes(changed)
        found = verify(tmp_path / "p.zip")
        if found.ok:  # what a ZIP says of the system and the version that wrote it, and of a CRC, is nobody's evidence
            assert container.read(tmp_path / "p.zip") == entries, spot
            assert read(tmp_path / "p.zip") == read(made.path), spot


@pytest.mark.parametrize("where", ["before", "behind"])
def test_what_stands_before_or_behind_is_found(made: Made, tmp_path: Path, where: str) -> None:
    whole = made.path.read_bytes()
    (tmp_path / "p.zip").write_bytes(b"hello" + whole if where == "before" else whole + b"hello")
    assert failed(verify(tmp_path / "p.zip")) == {"container"}


@pytest.mark.parametrize(
    "name",
    [
        "originals/../../etc/passwd",
        "/etc/passwd",
        "..\\evil",
        "originals/",
        "originals/a/b",
        "originals/.hidden",
        "originals/A.JPG",
        "originals/a\0b",
        "originals/" + "a" * 300,
        "originals/\u202egpj.exe",
        "packet.pdf",
        "PACKET.PDF",
        "",
    ],
)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_is_no_packets_is_found(made: Made, tmp_path: Path, name: str) -> None:
    document = read(made.path).document
    with zipfile.ZipFile(tmp_path / "p.zip", "w") as archive:
        archive.writestr(zipfile.ZipInfo("packet.pdf"), document)
        archive.writestr(zipfile.ZipInfo(name), b"x")
    assert failed(verify(tmp_path / "p.zip")) == {"container"}


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_files_of_one_name_are_found(made: Made, tmp_path: Path) -> None:
    ((name, file),) = beside(made)
    path = again(made, tmp_path / "p.zip", read(made.path).document, [(name, file), (name, file)])
    assert failed(verify(path)) == {"container"}


def test_a_bomb_is_not_unpacked(made: Made, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "p.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("packet.pdf", bytes(200 << 20))
    assert failed(verify(tmp_path / "p.zip")) == {"container"}


def test_a_size_that_is_not_there_is_found(made: Made, tmp_path: Path) -> None:
    whole = bytearray(made.path.read_bytes())
    at = whole.rindex(b"PK\x01\x02")
    whole[at + 20 : at + 28] = struct.pack("<LL", 0xFFFFFFF0, 0xFFFFFFF0)
    (tmp_path / "p.zip").write_bytes(whole)
    assert failed(verify(tmp_path / "p.zip")) == {"container"}


@pytest.mark.parametrize("data", [b"", b"PK", b"%PDF-1.7\n", b"\0" * 5000, b"PK\x05\x06" + bytes(18)])
def test_what_is_no_packet_is_found(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "p.zip").write_bytes(data)
    assert failed(verify(tmp_path / "p.zip")) == {"container"}
    assert failed(verify(tmp_path)) == {"container"}
    assert failed(verify(tmp_path / "gone")) == {"container"}


@pytest.mark.parametrize("document", [b"", b"hello", b"%PDF-1.7\n%%EOF\n", b"%PDF-1.7\nstartxref\n9\n%%EOF\n"])
def test_a_document_that_is_none_is_found(made: Made, tmp_path: Path, document: bytes) -> None:
    path = again(made, tmp_path / "p.zip", document)
    assert failed(verify(path)) & {"container", "signature"}


def test_another_file_under_the_same_name_is_found(made: Made, tmp_path: Path) -> None:
    ((name, _),) = beside(made)
    swapped = CLIP[:1000] + b"\0" + CLIP[1001:]
    path = again(
        made,
        tmp_path / "p.zip",
        read(made.path).document,
        [(name, File.of(swapped, title="x", media_type="video/mp4"))],
    )
    assert failed(verify(path)) == {"files"}


def test_a_file_that_is_missing_or_too_much_is_found(made: Made, tmp_path: Path) -> None:
    document = read(made.path).document
    assert failed(verify(again(made, tmp_path / "p.zip", document, []))) == {"manifest"}
    more = [*beside(made), ("more.txt", File.of(b"more", title="more", media_type="text/plain"))]
    found = verify(again(made, tmp_path / "p.zip", document, more))
    assert failed(found) == {"manifest"}
    assert "more.txt" in found.failures[0].what


@pytest.mark.parametrize(
    "change",
    [
        lambda m: m["files"][3].update(sha256="0" * 64),
        lambda m: m["files"][3].update(size=1),
        lambda m: m["files"][3].update(title="Another title") or m["files"][3].update(sha256="1" * 64),
        lambda m: m.update(case="26-99999"),
        lambda m: m["files"].append(m["files"][1] | {"name": "extra.txt", "place": "beside"}),
        lambda m: m.update(schema="lookalike.packet/9"),
        lambda m: m["files"][2].update(name="../x"),
        lambda m: m["files"][2].update(name=7),
        lambda m: m["files"][2].update(size="7"),
        lambda m: m["files"].append(m["files"][2]),
    ],
)
def test_a_manifest_that_was_changed_is_found(
    made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: Any
) -> None:
    """Also by whoever holds the key: what the manifest says is held to what is there."""
    honest = packet.manifest_json

    def lying(manifest: Mapping[str, Any]) -> bytes:
        said = json.loads(honest(manifest))
        change(said)
        return honest(said)

    monkeypatch.setattr(packet, "manifest_json", lying)
    assert failed(verify(forged(made, tmp_path / "p.zip"))) & {"manifest", "files", "contents"}


def test_a_case_without_a_search_has_its_packet(made: Made, tmp_path: Path) -> None:
    none = Absent("no face was searched in this case")
    ledger = replace(made.contents.ledger, proofs=made.contents.ledger.proofs[:1])
    contents = replace(
        made.contents,
        ledger=ledger,
        **dict.fromkeys(("searches", "galleries", "leads", "lineups", "refusals", "examiners"), none),  # type: ignore[arg-type]
    )
    with (tmp_path / "p.zip").open("wb") as stream:
        packet.write(contents, stream, made_at=SIGNED, signer=made.signer)
    found = verify(tmp_path / "p.zip")
    assert found.ok, found.failures
    assert "of 0 it says" not in found.checks[-1].words


def test_a_document_whose_table_is_a_bomb_is_not_unpacked(made: Made, tmp_path: Path) -> None:
    packed = zlib.compressobj(9)
    table = b"".join(packed.compress(bytes(1 << 20)) for _ in range(400)) + packed.flush()
    head = b"%PDF-1.7\n"
    entry = b"1 0 obj\n<</Type/XRef/Size 9/W[1 2 1]/Root 2 0 R/Filter/FlateDecode/Length %d>>\nstream\n" % len(table)
    document = head + entry + table + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % len(head)
    tracemalloc.start()
    try:
        assert failed(verify(again(made, tmp_path / "p.zip", document))) == {"signature", "manifest"}
        assert tracemalloc.get_traced_memory()[1] < 100 << 20
    finally:
        tracemalloc.stop()


def test_contents_of_another_shape_are_found(made: Made, tmp_path: Path) -> None:
    data = json.loads(as_json(lawful(made.contents)))
    data["leads"][0]["entry"] = "eight"
    for text in (json.dumps(data).encode(), b"[]", b"\xff", b"[" * 3000):
        path = forged(made, tmp_path / "p.zip", data=text)
        assert failed(verify(path)) == {"contents"}


def test_contents_that_were_edited_down_are_found(made: Made, tmp_path: Path) -> None:
    """By somebody with the software's parts and the agency's key, who leaves out what `write` would not."""
    shown = lawful(made.contents)
    for name in ("refusals", "lineups", "whereabouts"):
        data = json.loads(as_json(shown))
        data[name] = []
        assert failed(verify(forged(made, tmp_path / "p.zip", data=json.dumps(data).encode()))) == {"contents"}


def test_a_record_that_was_changed_is_found(made: Made, tmp_path: Path) -> None:
    assert isinstance(made.contents.searches, tuple)
    shown = lawful(made.contents)
    assert isinstance(shown.searches, tuple)
    first = shown.searches[0]
    record = first.run.record.replace('"asked_for": 12', '"asked_for": 11')  # type: ignore[union-attr]
    changed = replace(shown, searches=(replace(first, run=replace(first.run, record=record)), *shown.searches[1:]))
    assert failed(verify(forged(made, tmp_path / "p.zip", contents=changed))) == {"records"}
    stated = hashlib.sha256(record.replace('"template": "', '"template": "AAAA').encode()).hexdigest()
    run = replace(first.run, record=record.replace('"template": "', '"template": "AAAA'), sha256=stated)  # type: ignore[type-var]
    changed = replace(shown, searches=(replace(first, run=run), *shown.searches[1:]))
    assert failed(verify(forged(made, tmp_path / "p.zip", contents=changed))) == {"records"}


def test_a_proof_of_something_else_is_found(made: Made, tmp_path: Path) -> None:
    shown = lawful(made.contents)
    ledger = shown.ledger
    swapped = (replace(ledger.proofs[0], text=ledger.proofs[1].text), *ledger.proofs[1:])
    path = forged(made, tmp_path / "p.zip", contents=replace(shown, ledger=replace(ledger, proofs=swapped)))
    assert failed(verify(path)) == {"records"}
    line = ledger.proofs[0].text
    hashes = line.split("\n")
    hashes[3] = ledger.proofs[1].text.split("\n")[4]
    wrong = (replace(ledger.proofs[0], text="\n".join(hashes)), *ledger.proofs[1:])
    path = forged(made, tmp_path / "p.zip", contents=replace(shown, ledger=replace(ledger, proofs=wrong)))
    assert failed(verify(path)) == {"ledger"}


def test_the_keys_of_another_ledger_prove_nothing(made: Made) -> None:
    assert failed(verify(made.path, ledger_keys=[NEW.verifier])) == {"ledger"}
    assert failed(verify(made.path, ledger_keys=[BOARD.verifier])) == {"ledger"}


def test_an_attachment_that_unpacks_to_too_much_is_found(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attachments, "ALL_BYTES", 10_000)
    found = verify(made.path)
    assert failed(found) == {"manifest"}
    assert "more than any packet holds" in found.failures[0].what


def test_random_bytes_in_the_document_never_end_in_a_fault(made: Made, tmp_path: Path) -> None:
    document = read(made.path).document
    draw = random.Random(3)
    for _ in range(25):
        changed = bytearray(document)
        at = draw.randrange(len(changed))
        changed[at : at + draw.randrange(1, 4000)] = draw.randbytes(draw.randrange(4000))
        assert failed(verify(again(made, tmp_path / "p.zip", bytes(changed))))


def test_when_it_was_signed_is_told_as_the_signer_says(made: Made) -> None:
    found = verify(made.path)
    assert found.signature is not None
    assert found.signature.when == SIGNED.astimezone(datetime.UTC)
    assert "by the signer's clock" in found.checks[1].words


def test_zlib_is_what_the_attachments_are_packed_with() -> None:
    """The bound on unpacking rests on one filter."""

    class Stream(dict[str, Any]):
        encoded_data = zlib.compress(bytes(1000))

    assert attachments._unpacked(Stream({"/Filter": "/FlateDecode"}), 1000) == bytes(1000)
    for filters in ("/LZWDecode", ["/FlateDecode", "/FlateDecode"], "/Crypt"):
        with pytest.raises(ValueError, match="packed with"):
            attachments._unpacked(Stream({"/Filter": filters}), 1000)
    with pytest.raises(ValueError, match="more than any packet"):
        attachments._unpacked(Stream({"/Filter": "/FlateDecode"}), 999)


def test_reading_keeps_no_file_open(made: Made) -> None:
    contents = read(made.path).contents
    clip = next(one.file for one in name_files(contents) if one.beside)
    with clip.open() as stream:
        assert stream.read(4) == CLIP[:4]
        assert isinstance(stream, io.RawIOBase)
