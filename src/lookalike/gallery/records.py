"""What a gallery holds of a booking photograph."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from lookalike.face.template import Template


class Status(StrEnum):
    """The state of the record behind a photograph. Only active records are ever searched."""

    ACTIVE = "active"
    SEALED = "sealed"
    DISMISSED = "dismissed"
    EXPUNGED = "expunged"


@dataclass(frozen=True, slots=True)
class Record:
    """One booking photograph.

    id, person_id: the booking system's own. file: name of the photograph as delivered. photo_sha256: of its bytes.
    date_taken: ISO date. source: the agency. labels: any other column of the manifest; they serve to measure error
    and are never a search filter. template_sha256: of the template's bytes. enrolled_at: ISO time.
    """

    id: str
    person_id: str
    file: str
    photo_sha256: str
    date_taken: str
    source: str
    status: Status
    labels: Mapping[str, str]
    template_sha256: str
    quality: Mapping[str, float]
    enrolled_at: str


@dataclass(frozen=True, slots=True)
class NewRecord:
    """A record about to be enrolled, with its template and the bytes of its photograph."""

    record: Record
    template: Template
    photo: bytes
