"""Everything that a packet holds. No field is optional: what does not exist says why (`Absent`).

A text that is JSON stands as it was kept, byte for byte: records, judgements and facts are evidence themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from lookalike.disclosure.contents_evidence import GraphOf, LineupOf, WhereaboutsOf
from lookalike.disclosure.contents_search import LeadOf, SearchOf
from lookalike.disclosure.values import Absent, File, Row


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """The packet itself. code: by which it is known; purpose: what it was made for; law: the packs in force."""

    code: str
    agency: str
    purpose: str
    made_by: str
    law: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOf:
    """The case and its offence."""

    number: str
    agency: str
    offence: str
    statute: str | Absent
    attempted: bool
    completed_on: date | Absent
    narrative: str
    opened_by: str
    opened_at: datetime
    team: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GalleryPhoto:
    """A photograph of the suspect that stands or stood in a gallery. age: at the search, or today, in words."""

    gallery: str
    record_id: str
    taken_on: date | Absent
    age: str | Absent
    source: str
    returned_by_search: bool
    picture: File | Absent


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspectOf:
    """Whom the packet is about. person_id: of the booking records; the face of this person alone is shown in lists.

    origin: how they came to be suspected, in words. suspicion: the written reasons, before any lineup.
    """

    id: str
    name: str
    person_id: str | Absent
    origin: str
    suspicion: str | Absent
    suspicion_written_at: datetime | Absent
    ended: str | Absent
    photographs: tuple[GalleryPhoto, ...] | Absent


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusalOf:
    """What the protections refused in the case. judgement: JSON as kept."""

    act: str
    by: str
    at: datetime
    words: str
    citations: tuple[str, ...]
    judgement: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureOf:
    """Who signed for or against what."""

    of: str
    name: str
    office: str
    answer: str
    words: str | Absent
    digest: str | Absent
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ExaminerOf:
    """Somebody who worked on the searches. known_answers: the results of trials whose answer was known."""

    name: str
    duty: str
    qualifications: tuple[str, ...] | Absent
    training: tuple[str, ...] | Absent
    known_answers: tuple[Row, ...] | Absent


@dataclass(frozen=True, slots=True, kw_only=True)
class CohortOf:
    """The errors measured on one group. rate: in words, with its interval."""

    name: str
    persons: int
    rate: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidationOf:
    """An accepted evaluation that searches relied on. measured: JSON as kept. levels: what it found at each image
    quality; differentials: how far groups differ. report: its document; numbers: all of it, as data.
    """

    id: str
    gallery: str
    accepted: str
    words: str
    cohorts: tuple[CohortOf, ...] | Absent
    levels: tuple[Row, ...]
    differentials: tuple[Row, ...] | Absent
    report: File | Absent
    numbers: File | Absent
    measured: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemOf:
    """A system that searched. matcher: the pack's name and version; files: SHA-256 of each file, by role."""

    name: str
    maker: str
    version: str
    source_code: str
    matcher: str
    files: tuple[Row, ...]
    training_data: str
    features: str
    ordering: str
    tools: tuple[str, ...]
    flaws: tuple[str, ...]
    error_rates: tuple[Row, ...] | Absent
    nist: str | Absent
    validations: tuple[ValidationOf, ...] | Absent


@dataclass(frozen=True, slots=True, kw_only=True)
class GalleryOf:
    """A database of photographs that was searched. access: who can search it or change it."""

    name: str
    id: str
    description: str
    obtained: str
    kept: str
    access: tuple[str, ...]
    snapshots: tuple[str, ...]
    photographs: int
    persons: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofOf:
    """That an entry is in the agency's ledger. text: the proof file (C2SP tlog-proof), with its checkpoint."""

    entry: int
    what: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerOf:
    """The agency's ledger. keys: its public keys; witnesses: those of others who cosign. checkpoint: the newest."""

    origin: str
    keys: tuple[str, ...]
    witnesses: tuple[str, ...] | Absent
    checkpoint: str
    proofs: tuple[ProofOf, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WithheldOf:
    """A file, or a part of one, that is not in the packet. sha256: of what is withheld, so that it can be ordered and
    checked. instead: what the packet holds in its place.
    """

    what: str
    because: str
    instead: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementOf:
    """A sentence that a law or a policy wants told, with its source."""

    pack: str
    rule: str
    citation: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """Everything of a case's face searches. There is no argument with which anything is left out."""

    about: About
    case: CaseOf
    suspect: SuspectOf
    searches: tuple[SearchOf, ...] | Absent
    systems: tuple[SystemOf, ...]
    galleries: tuple[GalleryOf, ...] | Absent
    leads: tuple[LeadOf, ...] | Absent
    lineups: tuple[LineupOf, ...] | Absent
    evidence: GraphOf
    whereabouts: tuple[WhereaboutsOf, ...] | Absent
    refusals: tuple[RefusalOf, ...] | Absent
    signatures: tuple[SignatureOf, ...] | Absent
    examiners: tuple[ExaminerOf, ...] | Absent
    ledger: LedgerOf
    statements: tuple[StatementOf, ...]
    withheld: tuple[WithheldOf, ...] | Absent
    versions: tuple[Row, ...]
