"""Everything that a packet holds. No field is optional: what does not exist says why (`Absent`).

A text that is JSON stands as it was kept, byte for byte: records, judgements and facts are evidence themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from lookalike.disclosure.values import Absent, File, Row


class Says(StrEnum):
    """Whether something speaks for or against the suspect having done it."""

    FOR = "for"
    AGAINST = "against"
    NEUTRAL = "neutral"


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
class HappenedOf:
    """One thing that happened while a lineup was held."""

    at: datetime
    kind: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LineupOf:
    """One lineup, held or not. members: each in words, in the order of place. record: JSON of the plan as kept."""

    number: int
    state: str
    witness: str
    description: str | Absent
    conditions: str | Absent
    presentation: str
    administration: str
    administrator: str | Absent
    members: tuple[str, ...] | Absent
    fairness: tuple[Row, ...] | Absent
    held_at: datetime | Absent
    events: tuple[HappenedOf, ...] | Absent
    outcome: str | Absent
    confidence: str | Absent
    recordings: tuple[File, ...] | Absent
    report: File | Absent
    record: str
    entry: int | Absent


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceOf:
    """One item of evidence. independent: of every search, as the graph computes; taint: the path, where it is not."""

    id: str
    title: str
    sort: str
    words: str
    says: Says
    at: datetime
    obtained_at: datetime | Absent
    source: str
    collected_by: str | Absent
    by: str | Absent
    reliable: str
    linked: str
    independent: bool
    taint: str | Absent
    replies: tuple[str, ...] | Absent
    changes: tuple[str, ...] | Absent
    withdrawn: str | Absent
    file: File | Absent


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeOf:
    """A node of the graph that is no item: a person, a search, a lead, a lineup."""

    id: str
    kind: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkOf:
    """What came of what; who was shown or told what, and when."""

    kind: str
    source: str
    target: str
    at: datetime | Absent
    recorded_by: str
    recorded_at: datetime
    withdrawn: str | Absent


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphOf:
    """The evidence of the case. standing: the live statement as it stood when the packet was made."""

    standing: str
    items: tuple[EvidenceOf, ...] | Absent
    nodes: tuple[NodeOf, ...] | Absent
    links: tuple[LinkOf, ...] | Absent


@dataclass(frozen=True, slots=True, kw_only=True)
class WhereaboutsOf:
    """An attempt to find out where the suspect was, or what the suspect could have done."""

    question: str
    state: str
    tried: str
    found: str | Absent
    by: str
    at: datetime


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
    """An accepted evaluation that searches relied on. measured: JSON as kept. report: its document."""

    id: str
    gallery: str
    accepted: str
    words: str
    cohorts: tuple[CohortOf, ...] | Absent
    report: File | Absent
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
    versions: tuple[Row, ...]
