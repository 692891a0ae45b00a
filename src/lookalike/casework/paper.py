"""What every document of a case has in common: its frame, its times, its safe text, its way to the ledger."""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any

import qrcode
from qrcode.image.svg import SvgPathImage

from lookalike.evaluation.words import plain
from lookalike.protocol.words import a_day
from lookalike.typesetting import typeset

FRAME = Path(__file__).with_name("paper.typ")


@dataclass(frozen=True, slots=True)
class Verification:
    """Where a document can be checked.

    code: to be read out or typed. url: leads to the ledger's entry and its inclusion proof. entry: the entry's number
    in the ledger. digest: SHA-256 of the entry's leaf, hexadecimal.
    """

    code: str
    url: str
    entry: int
    digest: str

    def sentence(self) -> str:
        """What the code is for."""
        return (
            f"This document is entry {self.entry:,} of the agency's ledger. The code leads to that entry and to the "
            "proof that it is in the ledger, which anybody can check without trusting the agency. A copy whose code "
            "leads nowhere, or to something else, is not this document."
        )

    def to_data(self) -> dict[str, str]:
        """What the frame's `verification` shows."""
        return {
            "sentence": self.sentence(),
            "code": self.code,
            "url": self.url,
            "entry": f"{self.entry:,}",
            "digest": self.digest,
        }


def printed(template: Path, data: Mapping[str, Any], pictures: Mapping[str, bytes], *, made_at: datetime) -> bytes:
    """Typeset a document of a case (PDF/UA-1); the same input gives the same bytes.

    template: a Typst file that imports paper.typ. data: JSON values. pictures: by their file names. Raises Fault.
    """
    return typeset(template, settable(data), {"paper.typ": FRAME.read_bytes(), **pictures}, made_at=made_at)


def settable(value: Any) -> Any:
    """The data with each text on one line, and unseen and turning characters by their code."""
    if isinstance(value, str):
        return one_line(value)
    if isinstance(value, Mapping):
        return {key: settable(entry) for key, entry in value.items()}
    return [settable(entry) for entry in value] if isinstance(value, list | tuple) else value


def one_line(text: str) -> str:
    """The text with every run of white space as one space, and unseen or turning characters by their code."""
    return plain(" ".join(text.split()))


def as_data(value: Any) -> Any:
    """A frozen record as JSON values: dataclasses as objects, enums as their values, sets in order, tuples as lists."""
    if dataclasses.is_dataclass(value):
        return {field.name: as_data(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, frozenset):
        return sorted(as_data(one) for one in value)
    return [as_data(one) for one in value] if isinstance(value, list | tuple) else value


def a_moment(at: datetime) -> str:
    """28 June 2024, 14:05 UTC-04:00. Raises ValueError without an offset from UTC."""
    if at.utcoffset() is None:
        raise ValueError("a time on a document needs its offset from UTC")
    offset = at.isoformat(timespec="minutes")[16:]
    return f"{a_day(at.date())}, {at:%H:%M} UTC{'' if offset == '+00:00' else offset}"


def qr_code(text: str) -> bytes:
    """The QR code of a text as SVG: one path, a quiet zone of four modules."""
    drawn = io.BytesIO()
    qrcode.make(text, image_factory=SvgPathImage, border=4).save(drawn)
    return drawn.getvalue()
