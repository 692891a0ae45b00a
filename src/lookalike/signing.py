"""Signing a document so that a change to it shows: PAdES B-B in the PDF itself, with a key that the agency keeps.

The certificate is the agency's own (self-signed): a signature shows that nothing was changed since somebody who holds
that key signed. Who holds it is known by the certificate's fingerprint, which the agency makes public. No time-stamp
service, certificate authority or revocation list is ever asked, so the time is the one the signer's clock gave.
"""

from __future__ import annotations

import datetime
import io
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from lookalike.errors import BadSigningKey, NotSigned, OutputExists, OutputFailed
from lookalike.files import write_whole

if TYPE_CHECKING:
    from pyhanko.sign.signers import PdfSigner
    from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

YEARS = 10
"""How long a new certificate may sign. What it signed before stays verifiable."""

LONGEST_NAME = 64
"""Characters of a common name (ub-common-name, RFC 5280)."""

for _name in ("pyhanko", "pyhanko_certvalidator"):  # they log what is told to the caller anyway
    logging.getLogger(_name).addHandler(logging.NullHandler())


@dataclass(frozen=True, slots=True)
class Signer:
    """A key on the curve P-256 and the certificate that names who signs with it."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def name(self) -> str:
        """The common name in the certificate."""
        return _common_name(self.certificate)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate (DER), 64 hexadecimal digits."""
        return self.certificate.fingerprint(hashes.SHA256()).hex()


@dataclass(frozen=True, slots=True)
class Signature:
    """What is found out about a signed PDF.

    who, fingerprint: common name and SHA-256 of the signer's certificate. The name is what the certificate says of
        itself; only the fingerprint says whose it is.
    when: the time that the signer's clock gave, None where the signature gives none.
    intact: the signed bytes are those that were signed, and the certificate's key signed them.
    whole: the signed bytes are the whole file; else something was added behind them.
    """

    who: str
    fingerprint: str
    when: datetime.datetime | None
    intact: bool
    whole: bool


def make_signer(key: Path, certificate: Path, *, name: str, now: datetime.datetime) -> Signer:
    """Draw a new key (ECDSA, P-256) and make its self-signed certificate, valid from `now` for ten years.

    The key is written readable by its owner only, unencrypted: it is kept where the gallery's master keys are kept.
    Raises OutputExists rather than replace either file, OutputFailed, and BadSigningKey for a name that cannot be one.
    """
    if not name.strip() or len(name) > LONGEST_NAME or not name.isprintable():
        raise BadSigningKey(
            f"{name[:80]!r} cannot be the name in a certificate.",
            remedy=f"Give the agency's name in 1 to {LONGEST_NAME} printable characters.",
        )
    secret = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    start = now.astimezone(datetime.UTC).replace(microsecond=0)
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(secret.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + datetime.timedelta(days=round(365.25 * YEARS)))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(secret.public_key()), critical=False)
        .sign(secret, hashes.SHA256())
    )
    _write_new(key, _pem(secret), mode=0o600)
    try:
        _write_new(certificate, made.public_bytes(serialization.Encoding.PEM), mode=0o644)
    except BaseException:
        key.unlink()
        raise
    return Signer(secret, made)


def load_signer(key: Path, certificate: Path) -> Signer:
    """Read a key and its certificate, both PEM. Raises BadSigningKey for what is missing, unreadable or unfit."""
    secret_pem, certificate_pem = _read(key), _read(certificate)
    try:
        secret = serialization.load_pem_private_key(secret_pem, None)
    except TypeError as error:
        raise BadSigningKey(
            f"The signing key in {key} is encrypted.", remedy="Store it unencrypted, readable by its owner only."
        ) from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise BadSigningKey(f"{key} does not hold a private key in PEM form.", remedy=_RESTORE) from error
    if not isinstance(secret, ec.EllipticCurvePrivateKey) or not isinstance(secret.curve, ec.SECP256R1):
        raise BadSigningKey(
            f"The signing key in {key} is not an ECDSA key on the curve P-256.",
            why="One kind of key is used, so that every signature can be verified in the same way.",
            remedy="Make a key with Lookalike.",
        )
    try:
        read = x509.load_pem_x509_certificate(certificate_pem)
        owner = read.public_key()
        _common_name(read)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise BadSigningKey(
            f"{certificate} does not hold a certificate that names somebody, in PEM form.", remedy=_RESTORE
        ) from error
    if owner != secret.public_key():
        raise BadSigningKey(
            f"The certificate in {certificate} does not belong to the key in {key}.",
            why="Nobody could verify what was signed.",
            remedy="Name the two files that were made together.",
        )
    return Signer(secret, read)


def sign(data: bytes, signer: Signer) -> bytes:
    """A detached signature (ECDSA, SHA-256, DER) of any bytes."""
    return signer.key.sign(data, ec.ECDSA(hashes.SHA256()))


def verify(data: bytes, signature: bytes, certificate: x509.Certificate) -> None:
    """Hold bytes to a detached signature by a certificate's key. Raises NotSigned."""
    key = certificate.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    try:
        key.verify(signature, data, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature as error:
        raise NotSigned(
            "This was not signed with this agency's key, or it was changed since.",
            why="Somebody would rely on figures that nobody measured.",
            remedy="Run the evaluation here, with the key that is kept here.",
        ) from error


def sign_pdf(data: bytes, signer: Signer, now: datetime.datetime) -> bytes:
    """The PDF with one invisible signature over all of it, made at `now` (aware).

    The signature is added behind the document, which itself stays as it is, byte for byte; only one key can make it,
    and no two are alike. Raises BadSigningKey when the certificate may not sign at `now`.
    Source: PAdES baseline B-B, ETSI EN 319 142-1. The field stands outside of the page and has a name, as PDF/UA-1
    (7.18) asks; it is not hidden and may be printed, as PDF/A-3 (ISO 19005-3, 6.3.2) asks, whose version stays as well.
    """
    from pyhanko.pdf_utils.generic import pdf_name
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    made = signer.certificate
    if not made.not_valid_before_utc.replace(microsecond=0) <= now <= made.not_valid_after_utc:
        raise BadSigningKey(
            f"The certificate of {signer.name} is valid from {made.not_valid_before_utc:%Y-%m-%d} "
            f"to {made.not_valid_after_utc:%Y-%m-%d} and may not sign on {now:%Y-%m-%d}.",
            remedy="Check this machine's clock, or make a new key.",
        )

    class AsItWas(IncrementalPdfFileWriter):
        output_version = (1, 7)  # else it raises the version to 2.0, which no PDF/A-3 has

    document: IncrementalPdfFileWriter = AsItWas(io.BytesIO(data))
    field = f"Signature {len(document.prev.embedded_signatures) + 1}"
    page = document.find_page_for_modification(0)[0].get_object()
    page["/Tabs"] = pdf_name("/S")  # PDF/UA-1, 7.18.3: a page with an annotation is read in the order of its structure
    signed = io.BytesIO()
    _pdf_signer(signer, field, now).sign_pdf(document, output=signed)
    return signed.getvalue()


def verify_pdf(data: bytes) -> Signature:
    """Find out who signed a PDF, when, and whether anything was changed since. Asks no other machine.

    Of several signatures the last is judged: only the last can cover the whole file. Whether the certificate is one
    to be trusted is for the caller to say, by its fingerprint. Raises NotSigned when no signature can be read.
    """
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation.status import SignatureCoverageLevel

    try:
        embedded = PdfFileReader(io.BytesIO(data), strict=True).embedded_regular_signatures[-1]
        certificate = x509.load_der_x509_certificate(embedded.signer_cert.dump())
        who, when = _common_name(certificate), embedded.self_reported_timestamp
        intact = _intact(embedded)
        whole = embedded.evaluate_signature_coverage() == SignatureCoverageLevel.ENTIRE_FILE
    except Exception as error:  # a damaged or hostile file makes the parsers below raise nearly anything
        raise NotSigned(
            "This document carries no signature that can be read.",
            why="It was never signed, or it was changed since.",
            remedy="Ask for the signed original.",
        ) from error
    return Signature(who, certificate.fingerprint(hashes.SHA256()).hex(), when, intact, whole)


def _intact(embedded: EmbeddedPdfSignature) -> bool:
    """Whether the digest and the signature over it are right. Trust in the certificate is not asked about.

    The room kept for the signature is the one place that is not signed: beside the signature it must hold zeros.
    """
    from asn1crypto.cms import ContentInfo
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    nothing_fetched = ValidationContext(trust_roots=[embedded.signer_cert], allow_fetching=False)
    status = validate_pdf_signature(embedded, nothing_fetched, skip_diff=True)
    kept = embedded.pkcs7_content
    padding = kept[len(ContentInfo.load(kept).dump()) :]
    return bool(status.intact and status.valid) and not any(padding)


def _pdf_signer(signer: Signer, field: str, now: datetime.datetime) -> PdfSigner:
    """The signer in pyHanko's form, with the time given rather than read from the clock."""
    from asn1crypto import keys
    from asn1crypto import x509 as asn1
    from pyhanko.pdf_utils.writer import BasePdfFileWriter
    from pyhanko.sign.fields import InvisSigSettings, SigFieldSpec, SigSeedSubFilter
    from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
    from pyhanko.sign.signers.constants import ESIC_EXTENSION_1
    from pyhanko.sign.signers.pdf_signer import PdfSigningSession
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    class AtTheTimeGiven(PdfSigner):
        def init_signing_session(
            self, pdf_out: BasePdfFileWriter, existing_fields_only: bool = False
        ) -> PdfSigningSession:
            session = super().init_signing_session(pdf_out, existing_fields_only)
            session.system_time = now
            return session

        def register_extensions(self, pdf_out: BasePdfFileWriter, *, md_algorithm: str) -> None:
            """Only that of PAdES: that of ISO/TS 32002 for the curve would make the document one of PDF 2.0."""
            pdf_out.register_extension(ESIC_EXTENSION_1)

    der = serialization.Encoding.DER
    return AtTheTimeGiven(
        PdfSignatureMetadata(
            field_name=field, md_algorithm="sha256", name=signer.name, subfilter=SigSeedSubFilter.PADES
        ),
        signer=SimpleSigner(
            signing_cert=asn1.Certificate.load(signer.certificate.public_bytes(der)),
            signing_key=keys.PrivateKeyInfo.load(
                signer.key.private_bytes(der, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
            ),
            cert_registry=SimpleCertificateStore(),
        ),
        new_field_spec=SigFieldSpec(
            field,
            invis_sig_settings=InvisSigSettings(set_print_flag=True, set_hidden_flag=False, box_out_of_bounds=True),
            readable_field_name=f"Signature of {signer.name}",
        ),
    )


_RESTORE = "Put the file back from where it is kept, or make a new key."


def _common_name(certificate: x509.Certificate) -> str:
    names = certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    if not names:
        raise ValueError("the certificate names nobody")
    return str(names[0].value)


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadSigningKey(
            f"{path} cannot be read: {error.strerror}.",
            why="Without the signing key and its certificate nothing is signed.",
            remedy=_RESTORE,
        ) from error


def _write_new(path: Path, data: bytes, *, mode: int) -> None:
    try:
        if path.exists():
            raise OutputExists(
                f"{path} exists already.",
                why="A signing key is never silently replaced.",
                remedy="Use it, or move it away.",
            )
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_whole(path, data, new=True, mode=mode)
    except OSError as error:
        raise OutputFailed(
            f"{path} could not be written: {error.strerror}.", remedy="Check the folder and the space left."
        ) from error
