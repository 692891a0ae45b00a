"""The search record as data: immutable, complete, and plain JSON on the outside.

Nothing here is a percentage and nothing calls a candidate the person. A field that is not known is not there; a
default would be an invention.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

SCHEMA = "lookalike.search-record/2"

STATEMENT = (
    "Investigative lead only. This is not an identification and not probable cause to arrest. "
    "Everyone on this list is a lookalike unless independent evidence, found without this search, says otherwise."
)

LIMITS = (
    "The search compares one face with every photograph it may search and returns the most alike. It always "
    "returns somebody, also when the person sought is not in the gallery.",
    "How alike two faces are says nothing about who did what. Siblings, twins and strangers can be more alike than "
    "two photographs of one person taken years apart.",
    "The expected number of lookalikes is estimated from this probe's own comparison with the other people in this "
    "gallery. It is an estimate with an interval, and it is not the chance that a candidate is the wrong person.",
    "No likelihood ratio is told of a candidate: it holds for a pair of photographs that nobody picked for their "
    "likeness, and every candidate was picked as one of the most alike of everybody in the gallery.",
    "Errors do not fall on everyone alike. In our measurements, with one threshold for all, two strangers of one group "
    "by race and sex were taken for one person 23 times as often as two of another. That is why a score is judged "
    "against this probe's own strangers; it narrows the difference and does not remove it.",
)


@dataclass(frozen=True, slots=True)
class Software:
    """What computed the record. files: SHA-256 of each file of the matcher pack, by role."""

    lookalike: str
    matcher: str
    files: Mapping[str, str]
    runtime: str
    training_data: str


@dataclass(frozen=True, slots=True)
class ProbeFace:
    """The one face that was searched. box: x, y, width, height in pixels of the probe as edited."""

    number: int
    of: int
    box: tuple[float, float, float, float]
    landmarks: tuple[tuple[float, float], ...]
    confidence: float


@dataclass(frozen=True, slots=True)
class ProbeRecord:
    """The probe as received and as edited. edits: the chain, replayable; edits_in_words: the same for people."""

    name: str
    sha256: str
    format: str
    width: int
    height: int
    conversions: tuple[str, ...]
    metadata: Mapping[str, str]
    edits: tuple[Mapping[str, Any], ...]
    edits_in_words: tuple[str, ...]
    edited_sha256: str
    face: ProbeFace
    quality: tuple[Mapping[str, Any], ...]
    fitness: str
    reasons: tuple[str, ...]
    template: str
    template_sha256: str


@dataclass(frozen=True, slots=True)
class GalleryRecord:
    """What was searched: the gallery, its snapshot, and how many photographs of how many people.

    validation: the id of the accepted evaluation that this search relies on, "" where none is current; validity: the
    same in a sentence.
    """

    name: str
    id: str
    snapshot: str
    records: int
    persons: int
    validation: str
    validity: str


@dataclass(frozen=True, slots=True)
class Score:
    """The comparison score and the exact integers it is made of."""

    value: float
    dot: int
    norm_probe: int
    norm_reference: int


@dataclass(frozen=True, slots=True)
class Expected:
    """Expected lookalikes: how many strangers in this gallery would look at least this much alike."""

    value: float
    low: float
    high: float
    sentence: str


@dataclass(frozen=True, slots=True)
class OtherRecord:
    """Another photograph of a candidate's person that was searched and did not come back."""

    record_id: str
    date_taken: str
    source: str


@dataclass(frozen=True, slots=True)
class CandidateRecord:
    """One candidate. age: of the photograph when the search was made, in words."""

    rank: int
    gallery: str
    record_id: str
    person_id: str
    score: Score
    expected_lookalikes: Expected
    date_taken: str
    age: str
    source: str
    photo_sha256: str
    others_not_returned: tuple[OtherRecord, ...]


@dataclass(frozen=True, slots=True)
class SearchRecord:
    """One search of one face in one or several galleries. made_at: ISO time with offset."""

    made_at: str
    software: Software
    probe: ProbeRecord
    galleries: tuple[GalleryRecord, ...]
    asked_for: int
    candidates: tuple[CandidateRecord, ...]
    statement: str = STATEMENT
    limits: tuple[str, ...] = LIMITS
    schema: str = SCHEMA

    def to_data(self) -> dict[str, Any]:
        """The record as plain JSON data."""
        return dataclasses.asdict(self)

    def to_json(self) -> str:
        """The record as JSON text, two spaces a level, keys in the order of the fields."""
        return json.dumps(self.to_data(), ensure_ascii=False, indent=2)
