"""A signed document shows who signed it, and any change to it; nothing is asked of another machine."""

from __future__ import annotations

import contextlib
import datetime
import random
import stat
import sys
from pathlib import Path

import pypdf
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from lookalike.errors import BadSigningKey, LookalikeError, NotSigned, OutputExists, OutputFailed
from lookalike.signing import Signer, load_signer, make_signer, sign_pdf, verify_pdf
from lookalike.typesetting import typeset

NOW = datetime.datetime(2026, 3, 1, 12, 30, tzinfo=datetime.UTC)
PEM = serialization.Encoding.PEM
PKCS8 = serialization.PrivateFormat.PKCS8


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A short PDF."""
    template = tmp_path_factory.mktemp("template") / "short.typ"
    template.write_text("#set document(title: [Short])\n= Short\nA document.")
    return typeset(template, {}, {}, made_at=NOW)


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a key and its certificate."""
    folder = tmp_path_factory.mktemp("keys")
    make_signer(folder / "key.pem", folder / "certificate.pem", name="Testville Police", now=NOW)
    return folder


@pytest.fixture(scope="module")
def signer(keys: Path) -> Signer:
    """The signer, read back."""
    return load_signer(keys / "key.pem", keys / "certificate.pem")


@pytest.fixture(scope="module")
def signed(document: bytes, signer: Signer) -> bytes:
    """The document, signed."""
    return sign_pdf(document, signer, NOW)


def test_a_signature_names_its_signer_and_its_time(signed: bytes, signer: Signer) -> None:
    found = verify_pdf(signed)
    assert (found.who, found.fingerprint, found.when) == ("Testville Police", signer.fingerprint, NOW)
    assert found.intact
    assert found.whole


def test_the_document_itself_stays_as_it_was(signed: bytes, document: bytes, tmp_path: Path) -> None:
    assert signed.startswith(document)
    (tmp_path / "signed.pdf").write_bytes(signed)
    assert "A document." in pypdf.PdfReader(tmp_path / "signed.pdf").pages[0].extract_text()


def test_the_field_is_out_of_sight_named_and_pades(signed: bytes, tmp_path: Path) -> None:
    (tmp_path / "signed.pdf").write_bytes(signed)
    reader = pypdf.PdfReader(tmp_path / "signed.pdf")
    (field,) = (one.get_object() for one in reader.trailer["/Root"]["/AcroForm"]["/Fields"])
    assert field["/TU"] == "Signature of Testville Police"
    assert field["/F"] & 0b111 == 0b100  # PDF/A-3: printed, neither hidden nor invisible
    assert all(float(edge) < 0 for edge in field["/Rect"])  # PDF/UA-1: outside of the page
    assert reader.trailer["/Root"].get("/Version", "/1.7") == "/1.7"
    assert field["/V"]["/SubFilter"] == "/ETSI.CAdES.detached"
    assert reader.pages[0]["/Tabs"] == "/S"
    assert reader.trailer["/Root"]["/StructTreeRoot"]  # still tagged


def test_a_flipped_byte_of_the_document_never_passes(signed: bytes) -> None:
    start, end = signed.rindex(b"/Contents <"), signed.rindex(b">\n/ByteRange")
    outside = [i for i in range(len(signed)) if not start <= i <= end]
    for place in random.Random(7).sample(outside, 120):
        changed = bytearray(signed)
        changed[place] ^= 1
        with contextlib.suppress(NotSigned):
            assert not verify_pdf(bytes(changed)).intact


def test_nothing_hides_beside_the_signature(signed: bytes) -> None:
    end = signed.rindex(b">\n/ByteRange")
    changed = signed[: end - 2] + b"41" + signed[end:]
    assert not verify_pdf(changed).intact


def test_what_is_added_behind_is_noticed(signed: bytes) -> None:
    found = verify_pdf(signed + b"\n% and more\n")
    assert found.intact
    assert not found.whole


def test_a_second_signature_is_told_from_the_first(signed: bytes, tmp_path: Path) -> None:
    other = make_signer(tmp_path / "k", tmp_path / "c", name="Somebody Else", now=NOW)
    found = verify_pdf(sign_pdf(signed, other, NOW))
    assert (found.fingerprint, found.intact, found.whole) == (other.fingerprint, True, True)


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7\n", b"nothing of the kind" * 100])
def test_what_is_no_signed_pdf_is_said_to_be_none(data: bytes, document: bytes) -> None:
    for one in (data, document):
        with pytest.raises(NotSigned):
            verify_pdf(one)


def test_a_truncated_document_is_refused(signed: bytes) -> None:
    for length in range(0, len(signed), 997):
        with contextlib.suppress(NotSigned):
            assert not verify_pdf(signed[:length]).whole


def test_neither_signing_nor_verifying_reaches_for_a_network(document: bytes, signer: Signer) -> None:
    seen: list[str] = []
    listening = True

    def hook(event: str, _: tuple[object, ...]) -> None:
        if listening and event in ("socket.connect", "socket.getaddrinfo", "socket.sendto", "socket.bind"):
            seen.append(event)

    sys.addaudithook(hook)
    verify_pdf(sign_pdf(document, signer, NOW))
    listening = False
    assert seen == []


def test_the_key_is_its_owners_alone(keys: Path) -> None:
    assert stat.S_IMODE((keys / "key.pem").stat().st_mode) == 0o600


def test_a_key_is_never_replaced(keys: Path, tmp_path: Path) -> None:
    before = (keys / "key.pem").read_bytes()
    with pytest.raises(OutputExists):
        make_signer(keys / "key.pem", tmp_path / "c.pem", name="Another", now=NOW)
    assert (keys / "key.pem").read_bytes() == before
    with pytest.raises(OutputExists):
        make_signer(tmp_path / "k.pem", keys / "certificate.pem", name="Another", now=NOW)
    assert list(tmp_path.iterdir()) == []  # nor is a key left behind that has no certificate


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputFailed):
        make_signer(tmp_path / "file" / "key.pem", tmp_path / "c.pem", name="Testville", now=NOW)


@pytest.mark.parametrize("name", ["", "  ", "x" * 65, "Test\u202eville", "Test\nville"])
def test_a_name_that_cannot_be_one_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(BadSigningKey):
        make_signer(tmp_path / "k.pem", tmp_path / "c.pem", name=name, now=NOW)


def _raises(key: bytes | None, certificate: bytes, folder: Path) -> LookalikeError:
    if key is not None:
        (folder / "key.pem").write_bytes(key)
    (folder / "certificate.pem").write_bytes(certificate)
    with pytest.raises(BadSigningKey) as caught:
        load_signer(folder / "key.pem", folder / "certificate.pem")
    return caught.value


def test_every_unfit_key_says_what_is_wrong_with_it(keys: Path, tmp_path: Path) -> None:
    certificate = (keys / "certificate.pem").read_bytes()
    plain = serialization.NoEncryption()
    locked = serialization.BestAvailableEncryption(b"word")
    curve = ec.generate_private_key(ec.SECP256R1())
    assert "cannot be read" in _raises(None, certificate, tmp_path).what
    assert "PEM" in _raises(b"no key", certificate, tmp_path).what
    assert "encrypted" in _raises(curve.private_bytes(PEM, PKCS8, locked), certificate, tmp_path).what
    other = ed25519.Ed25519PrivateKey.generate().private_bytes(PEM, PKCS8, plain)
    assert "P-256" in _raises(other, certificate, tmp_path).what
    larger = ec.generate_private_key(ec.SECP384R1()).private_bytes(PEM, PKCS8, plain)
    assert "P-256" in _raises(larger, certificate, tmp_path).what
    assert "does not belong" in _raises(curve.private_bytes(PEM, PKCS8, plain), certificate, tmp_path).what
    assert "certificate" in _raises((keys / "key.pem").read_bytes(), b"none", tmp_path).what


@pytest.mark.parametrize("years", [-1, 11])
def test_a_certificate_signs_within_its_time_only(years: int, document: bytes, signer: Signer) -> None:
    with pytest.raises(BadSigningKey, match="valid from 2026-03-01 to 2036"):
        sign_pdf(document, signer, NOW.replace(year=NOW.year + years))
