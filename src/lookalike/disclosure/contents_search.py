"""What a packet says of a search: its request, its list, its examinations, and what was answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from lookalike.disclosure.values import Absent, File


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestOf:
    """A request for a search, with what the protections said. judgement, facts: JSON as kept."""

    number: str
    state: str
    asked_by: str
    asked_at: datetime
    purpose: str
    suspicion: str
    specific_facts: str
    route: str
    order: str | Absent
    on_behalf_of: str | Absent
    obstructions: tuple[str, ...] | Absent
    repeats: tuple[str, ...] | Absent
    repeat_reason: str | Absent
    checked_by: str | Absent
    checked_at: datetime | Absent
    check_words: str | Absent
    judgement: str
    facts: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateOf:
    """One candidate, with its photograph; `write` makes every face unrecognisable that is not the suspect's."""

    rank: int
    gallery: str
    record_id: str
    person_id: str
    picture: File | Absent


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureOf:
    """A component of the face in the probe, described before any candidate was seen."""

    component: str
    visible: str
    words: str | Absent
    limits: tuple[str, ...] | Absent


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionOf:
    """What was said of a component after its description was locked."""

    at: datetime
    component: str
    before: str
    after: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedOf:
    """One component of probe and face compared."""

    component: str
    judgement: str
    explained_by: str | Absent
    words: str | Absent


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceOf:
    """One face that was compared. letter: as it was shown. decoy: known to be somebody else. viewer: JSON as kept."""

    letter: str
    record_id: str
    decoy: bool
    outcome: str
    reason: str | Absent
    compared: tuple[ComparedOf, ...] | Absent
    viewer: str | Absent


@dataclass(frozen=True, slots=True, kw_only=True)
class ExaminationOf:
    """One examination in full. saw: what was before the examiner beside the photographs. entry: of the ledger."""

    reference: str
    examiner: str
    given_at: datetime
    described_at: datetime | Absent
    candidates_seen_at: datetime | Absent
    concluded_at: datetime | Absent
    conclusion: str | Absent
    named: str | Absent
    words: str | Absent
    saw: tuple[str, ...] | Absent
    withdrawn: str | Absent
    features: tuple[FeatureOf, ...] | Absent
    corrections: tuple[CorrectionOf, ...] | Absent
    faces: tuple[FaceOf, ...] | Absent
    judgement: str | Absent
    facts: str | Absent
    report: File | Absent
    entry: int | Absent


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOf:
    """A search that was run.

    record: the SearchRecord's JSON file as it stands, with its last line break; sha256: of it.
    exhibit: as received (perhaps a clip); still: what was searched, before edits; received, edited: the same with
    nobody else's face in it, for the page. entry: of the ledger.
    """

    id: str
    run_by: str
    run_at: datetime
    record: str
    sha256: str
    exhibit: File
    custody: tuple[str, ...]
    still: File
    received: File
    edited: File
    candidates: tuple[CandidateOf, ...] | Absent
    examinations: tuple[ExaminationOf, ...] | Absent
    agreement: str | Absent
    judgement: str
    facts: str
    entry: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchOf:
    """One request of the case, and its search. outcome: in words, also "no candidate", also of somebody else."""

    request: RequestOf
    outcome: str
    run: RunOf | Absent


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadOf:
    """What a supervisor answered: a lead, or none. named: the record of the candidate."""

    code: str
    answer: str
    by: str
    at: datetime
    named: str | Absent
    words: str | Absent
    sheet: File
    entry: int
