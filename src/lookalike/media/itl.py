"""Face photographs out of ANSI/NIST-ITL transactions, the exchange format of booking systems.

Files are called `.an2`, `.nst` or `.eft`. Read are Type-1 (the transaction), Type-2 (the booking's
text) and Type-10 records that hold a face (10.003 IMT is FACE), compressed as a photograph that
`photo.read_photo` reads. Everything else is listed with the reason why it was left out. Field
numbers and codes: ANSI/NIST-ITL 1-2011 Update 2015 (NIST SP 500-290e3), clauses 8.1, 8.2 and 8.10.
Parsing is nistitl's, after the records' lengths have been walked and bounded.

Pictures come as bytes and are not decoded here.
"""

from __future__ import annotations

import hashlib
import os
import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from lookalike.errors import BrokenTransaction, ImageTooLarge, NotAnImage
from lookalike.media._itl_walk import MAX_BYTES, Unwalkable, check_records
from lookalike.media.photo import read_bounded

if TYPE_CHECKING:
    import nistitl

_READ_COMPRESSIONS = frozenset({"JPEGB", "JPEGL", "JP2", "JP2L", "PNG"})
_UTF8 = 3  # table 4, character encoding indices
_AGAIN = "Ask the sending agency to export the transaction again."


@dataclass(frozen=True, slots=True)
class Demographics:
    """One Type-2 record: the booking's text, as the sending agency defines it.

    idc: its information designation character.
    fields: from "2.018" to the text; subfields are joined with "; ", items with ", ".
    """

    idc: int
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class FacePhotograph:
    """One Type-10 record that holds a face. Text is "" and numbers None where it is silent.

    idc: 10.002. source_agency: 10.004 SRC.
    capture_date: 10.005 PHD, None when unknown or impossible. capture_date_text: as written.
    width, height: 10.006 HLL and 10.007 VLL, in pixels, as claimed.
    compression: 10.011 CGA. colour_space: 10.012 CSP.
    pose: 10.020 POS (F full face, L and R profiles, A angled, D determined).
    quality_scores: 10.024 SQS, each (score, vendor, product); scores are 0 to 100, or 254 and 255
    for attempts that failed.
    image: the bytes of 10.999. image_sha256: their hash, computed here.
    hash_checked: whether 10.996 HAS was there and agreed.
    """

    idc: int
    source_agency: str
    capture_date: date | None
    capture_date_text: str
    width: int | None
    height: int | None
    compression: str
    colour_space: str
    pose: str
    quality_scores: tuple[tuple[int, str, str], ...]
    image: bytes
    image_sha256: str
    hash_checked: bool


@dataclass(frozen=True, slots=True)
class Skipped:
    """A record that holds no face photograph that is read. idc: None where it has none."""

    record_type: int
    idc: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class Transaction:
    """One NIST-ITL transaction.

    version: 1.002. type_of_transaction: 1.004 TOT. date_text: 1.005 DAT. destination: 1.007 DAI.
    originating_agency: 1.008 ORI. control_number: 1.009 TCN. sha256: of the whole file.
    """

    version: str
    type_of_transaction: str
    date_text: str
    destination: str
    originating_agency: str
    control_number: str
    sha256: str
    demographics: tuple[Demographics, ...]
    faces: tuple[FacePhotograph, ...]
    skipped: tuple[Skipped, ...]


def read_transaction(data: bytes, *, name: str = "transaction") -> Transaction:
    """Parse one transaction of at most 128 MiB.

    name: what messages call it. Raises BrokenTransaction: it does not parse, a picture's hash does not agree, or it
    holds no face photograph that can be read.
    """
    data = bytes(data)
    if not data:
        _broken(name, "it is empty")
    if len(data) > MAX_BYTES:
        _broken(
            name,
            f"it is {len(data) / 2**20:.0f} MiB long; at most {MAX_BYTES // 2**20} are read",
        )
    try:
        check_records(data)
        message = _parse(data)
        transaction = _transaction(message, data, name)
    except BrokenTransaction:
        raise
    except Unwalkable as error:
        _broken(name, str(error), error)
    except Exception as error:  # nistitl lets many kinds through on malformed fields
        _broken(name, f"a field is malformed ({' '.join(str(error).split())[:120]})", error)
    if not transaction.faces:
        reasons = "; ".join(f"Type-{s.record_type}: {s.reason}" for s in transaction.skipped[:5])
        raise BrokenTransaction(
            f"{name} holds no face photograph that can be read.",
            why=f"It holds: {reasons}." if reasons else "It holds no pictures.",
            remedy="Ask for a transaction with a Type-10 FACE record in JPEG, JPEG 2000 or PNG.",
        )
    return transaction


def read_transaction_file(path: str | os.PathLike[str]) -> Transaction:
    """Parse a transaction from a file.

    Raises BadInput when the file cannot be read, otherwise as `read_transaction`.
    """
    name = Path(path).name
    try:
        data = read_bounded(path, MAX_BYTES)
    except (NotAnImage, ImageTooLarge) as error:
        raise BrokenTransaction(error.what, why=error.why, remedy=_AGAIN) from error
    return read_transaction(data, name=name)


def _parse(data: bytes) -> nistitl.Message:
    import nistitl

    message = nistitl.Message()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # legacy record types are skipped, not judged
        message.parse(data)
    return message


def _transaction(message: nistitl.Message, data: bytes, name: str) -> Transaction:
    records = list(message)
    head = records[0]
    utf8 = any(part.startswith(f"{_UTF8:03d}") or part == str(_UTF8) for part in _parts(head, 15))
    demographics: list[Demographics] = []
    faces: list[FacePhotograph] = []
    skipped: list[Skipped] = []
    for record in records[1:]:
        if record.type == 2:
            demographics.append(_demographics(record, utf8))
        elif record.type == 10:
            found = _face(record, name, utf8)
            if isinstance(found, FacePhotograph):
                faces.append(found)
            else:
                skipped.append(found)
        else:
            kind = _KINDS.get(record.type, "not a photograph")
            skipped.append(Skipped(record.type, _idc(record), kind))
    return Transaction(
        version=_text(head, 2, utf8),
        type_of_transaction=_text(head, 4, utf8),
        date_text=_text(head, 5, utf8),
        destination=_text(head, 7, utf8),
        originating_agency=_text(head, 8, utf8),
        control_number=_text(head, 9, utf8),
        sha256=hashlib.sha256(data).hexdigest(),
        demographics=tuple(demographics),
        faces=tuple(faces),
        skipped=tuple(skipped),
    )


_KINDS = {
    4: "a fingerprint",
    7: "a user-defined image",
    8: "a signature",
    9: "fingerprint minutiae",
    13: "a latent print",
    14: "a fingerprint",
    15: "a palm print",
    17: "an iris",
    18: "DNA data",
    19: "a plantar print",
    20: "a source representation",
    21: "associated context",
    22: "an image that is no photograph",
}


def _demographics(record: Any, utf8: bool) -> Demographics:
    fields = {f"2.{field.tag:03d}": _joined(field.value, utf8) for field in record._fields if field.tag > 2}
    return Demographics(idc=_idc(record) or 0, fields=fields)


def _face(record: Any, name: str, utf8: bool) -> FacePhotograph | Skipped:
    idc = _idc(record)
    kind = _text(record, 3, utf8)
    if kind.upper() != "FACE":
        return Skipped(10, idc, f"its image type (10.003) is {kind or 'missing'}, not FACE")
    if idc is None:
        _broken(name, "a face record has no IDC (10.002)")
    compression = _text(record, 11, utf8).upper()
    if compression not in _READ_COMPRESSIONS:
        shown = compression or "missing"
        return Skipped(10, idc, f"its compression (10.011) is {shown}, which is not read")
    picture = record[999]
    image = b"" if picture is None else picture.value
    if not isinstance(image, bytes) or not image:
        return Skipped(10, idc, "it holds no picture (10.999)")
    digest = hashlib.sha256(image).hexdigest()
    claimed = _text(record, 996, utf8).lower()
    if claimed and claimed != digest:
        raise BrokenTransaction(
            f"{name}: the picture of face record {idc} does not agree with its hash (10.996).",
            why="The picture was changed or damaged after the record was made.",
            remedy=_AGAIN,
        )
    written = _text(record, 5, utf8)
    return FacePhotograph(
        idc=idc,
        source_agency=_text(record, 4, utf8),
        capture_date=_date(written),
        capture_date_text=written,
        width=_number(_text(record, 6, utf8)),
        height=_number(_text(record, 7, utf8)),
        compression=compression,
        colour_space=_text(record, 12, utf8),
        pose=_text(record, 20, utf8),
        quality_scores=_scores(record, utf8),
        image=image,
        image_sha256=digest,
        hash_checked=bool(claimed),
    )


def _scores(record: Any, utf8: bool) -> tuple[tuple[int, str, str], ...]:
    field = record[24]
    value = [] if field is None else field.value
    scores: list[tuple[int, str, str]] = []
    for entry in value if isinstance(value, list) else []:
        items = [_decoded(item, utf8) for item in (entry if isinstance(entry, list) else [entry])]
        score, vendor, product = (*items, "", "", "")[:3]
        if (number := _number(score)) is not None:
            scores.append((number, vendor, product))
    return tuple(scores)


def _idc(record: Any) -> int | None:
    value = record.IDC if not hasattr(record, "_fields") else getattr(record[2], "value", None)
    if isinstance(value, int):
        return value
    return _number(value) if isinstance(value, str) else None


def _parts(record: Any, tag: int) -> list[str]:
    """Return the first items of a field's subfields."""
    field = record[tag]
    value = "" if field is None else field.value
    if isinstance(value, list):
        return [str(part[0] if isinstance(part, list) and part else part) for part in value]
    return [str(value)]


def _text(record: Any, tag: int, utf8: bool) -> str:
    field = record[tag]
    return "" if field is None else _joined(field.value, utf8).strip()


def _joined(value: object, utf8: bool) -> str:
    if isinstance(value, list | tuple):
        parts = (part if isinstance(part, list) else [part] for part in value)
        inner = (", ".join(_decoded(item, utf8) for item in part) for part in parts)
        return "; ".join(inner)
    return _decoded(value, utf8)


def _decoded(value: object, utf8: bool) -> str:
    """Return a value as text; nistitl reads every byte as Latin-1, whatever the file declares."""
    if value is None:
        return ""
    text = value.decode("latin-1") if isinstance(value, bytes) else str(value)
    if utf8:
        text = text.encode("latin-1").decode("utf-8", "replace")
    return text


def _number(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{1,6}", text) else None


def _date(text: str) -> date | None:
    if not re.fullmatch(r"[0-9]{8}", text):
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:  # 00000000 and the like stand for unknown
        return None


def _broken(name: str, reason: str, cause: BaseException | None = None) -> NoReturn:
    raise BrokenTransaction(
        f"{name} is not a whole NIST-ITL transaction: {reason}.",
        why="A record that is read wrongly could put a wrong face to a name.",
        remedy=_AGAIN,
    ) from cause
