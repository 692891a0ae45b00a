"""A booking out of a NIST-ITL transaction: which of its fields says what.

Type-2 is the sending system's own; read are the fields of the FBI's EBTS (NGI-DOC-01862, appendix C): 2.009 OCA the
arrest, 2.015 SID or 2.014 UCN the person, 2.045 DOA, 2.047 ASL the charge, 2.022 DOB, 2.027 HGT, 2.029 WGT, 2.032 HAI,
2.026 SMT. Names are not read: the site keeps none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lookalike.errors import BadRecord, LookalikeError
from lookalike.media.itl import FacePhotograph, Transaction, read_transaction
from lookalike.protocol.vocabulary import RecordStatus, Source

SUFFIXES = (".an2", ".nst", ".eft")
_FULL_FACE = ("F", "")
_INCH, _POUND = 2.54, 0.45359237


@dataclass(frozen=True, slots=True)
class Booked:
    """What a transaction brings: the message, its pictures by name, its key, and what is wrong with it already."""

    raw: Mapping[str, Any]
    pictures: Mapping[str, bytes]
    key: str
    wrong: LookalikeError | None


def booked(data: bytes, *, name: str) -> Booked:
    """Read one transaction. Raises BrokenTransaction when it is none."""
    transaction = read_transaction(data, name=name)
    wrong = _several(transaction)
    fields = transaction.demographics[0].fields if transaction.demographics else {}
    faces = [face for face in transaction.faces if face.pose in _FULL_FACE]
    if not faces and wrong is None:
        wrong = BadRecord(
            f"{name} holds no full face.",
            why="Profiles and angled faces are not searched.",
            remedy="Ask for the frontal photograph of this booking.",
        )
    pictures = {f"face {face.idc}": face.image for face in faces}
    raw = {
        "arrest_id": fields.get("2.009", ""),
        "person_id": fields.get("2.015") or fields.get("2.014", ""),
        "agency": _agency(transaction, faces),
        "source": Source.BOOKING.value,
        "status": RecordStatus.ACTIVE.value,
        "arrested_on": _day(fields.get("2.045", "")),
        "charge": fields.get("2.047", ""),
        "born_on": _day(fields.get("2.022", "")),
        "height_cm": _height(fields.get("2.027", "")),
        "weight_kg": _weight(fields.get("2.029", "")),
        "name": fields.get("2.018", ""),
        "hair": fields.get("2.032", ""),
        "marks": fields.get("2.026", ""),
        "sent_at": _day(transaction.date_text),
        "photographs": [{"name": f"face {face.idc}", "taken_on": _taken(face)} for face in faces],
    }
    return Booked({key: value for key, value in raw.items() if value}, pictures, transaction.control_number, wrong)


def _several(transaction: Transaction) -> LookalikeError | None:
    if len(transaction.demographics) == 1:
        return None
    count = len(transaction.demographics)
    return BadRecord(
        f"The transaction describes {count or 'no'} {'subjects' if count else 'subject'}.",
        why="It cannot be told whose its photographs are.",
        remedy="Ask for one transaction for each person, with one Type-2 record.",
    )


def _agency(transaction: Transaction, faces: list[FacePhotograph]) -> str:
    return transaction.originating_agency or (faces[0].source_agency if faces else "")


def _taken(face: FacePhotograph) -> str:
    return face.capture_date.isoformat() if face.capture_date else face.capture_date_text


def _day(text: str) -> str:
    """20190311 as 2019-03-11; anything else as it stands, to be told as wrong."""
    text = text.strip()
    return f"{text[:4]}-{text[4:6]}-{text[6:]}" if re.fullmatch(r"[0-9]{8}", text) else text


def _height(text: str) -> str:
    """Feet and inches (511) or inches (N71) as centimetres; 000 is unknown."""
    if found := re.fullmatch(r"([4-7])(0[0-9]|1[01])", text):
        return str(round((int(found[1]) * 12 + int(found[2])) * _INCH))
    if found := re.fullmatch(r"N([0-9]{2})", text):
        return str(round(int(found[1]) * _INCH))
    return "" if text == "000" else text


def _weight(text: str) -> str:
    """Pounds as kilograms; 000 is unknown."""
    if re.fullmatch(r"[0-9]{3}", text):
        return str(round(int(text) * _POUND)) if int(text) else ""
    return text
