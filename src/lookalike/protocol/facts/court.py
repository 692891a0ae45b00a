"""The facts of what follows a lead: a lineup, a warrant, a court."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from lookalike.protocol.court_words import (
    Administration,
    ConfidenceTaken,
    FillersBy,
    Instruction,
    Presentation,
    Proceeding,
    Recording,
    ShownFor,
)
from lookalike.protocol.evidence.view import EvidenceView
from lookalike.protocol.facts.base import ActFacts, Facts, fact
from lookalike.protocol.facts.common import Actor, Case, Examination, Packet, Session, Signature
from lookalike.protocol.unknown import Unknown
from lookalike.protocol.vocabulary import Act, Owner


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness(Facts):
    """The witness who would be shown the lineup. description_recorded_at None: no description was taken."""

    id: str | Unknown = fact("who the witness is", Owner.INVESTIGATOR)
    present_at_scene: bool | Unknown = fact("whether the witness was present at the scene", Owner.INVESTIGATOR)
    saw_perpetrator: bool | Unknown = fact("whether the witness saw the perpetrator", Owner.INVESTIGATOR)
    saw_still: bool | Unknown = fact("whether the witness saw the still or the clip", Owner.INVESTIGATOR)
    told_of_lead: bool | Unknown = fact("whether the witness was told of the lead", Owner.INVESTIGATOR)
    saw_suspect_picture: bool | Unknown = fact("whether the witness saw a picture of the suspect", Owner.INVESTIGATOR)
    shown_suspect_before: bool | Unknown = fact("whether the witness was shown the suspect before", Owner.INVESTIGATOR)
    description_recorded_at: datetime | Unknown | None = fact(
        "when the witness's description was written down", Owner.INVESTIGATOR
    )
    interviewed: bool | Unknown = fact("whether the witness was interviewed", Owner.INVESTIGATOR)


@dataclass(frozen=True, slots=True, kw_only=True)
class LineupPlan(Facts):
    """How the lineup would be held.

    effective_size: Tredoux's E' from mock witnesses. p_suspect: binomial probability that so many mock witnesses choose
    the suspect by chance; small means that the suspect stands out.
    """

    fillers: int | Unknown = fact("how many fillers there are", Owner.ADMINISTRATOR_OF_LINEUP)
    fillers_by: FillersBy | Unknown = fact("how the fillers were chosen", Owner.ADMINISTRATOR_OF_LINEUP)
    fillers_from_candidates: bool | Unknown = fact("whether fillers come from the candidate list", Owner.SYSTEM)
    uses_search_photo: bool | Unknown = fact("whether the photograph of the search is used", Owner.SYSTEM)
    presentation: Presentation | Unknown = fact("how the photographs are presented", Owner.ADMINISTRATOR_OF_LINEUP)
    administration: Administration | Unknown = fact("how the lineup is administered", Owner.ADMINISTRATOR_OF_LINEUP)
    administrator_knows_suspect: bool | Unknown = fact(
        "whether the administrator knows the suspect", Owner.ADMINISTRATOR_OF_LINEUP
    )
    administrator_in_case: bool | Unknown = fact("whether the administrator works on the case", Owner.SYSTEM)
    instructions: frozenset[Instruction] | Unknown = fact("what the witness is told", Owner.ADMINISTRATOR_OF_LINEUP)
    recording: Recording | Unknown = fact("how the lineup is recorded", Owner.ADMINISTRATOR_OF_LINEUP)
    confidence: ConfidenceTaken | Unknown = fact("how confidence is taken down", Owner.ADMINISTRATOR_OF_LINEUP)
    single_photo: bool | Unknown = fact("whether a single photograph is shown", Owner.ADMINISTRATOR_OF_LINEUP)
    suspects: int | Unknown = fact("how many suspects are in the lineup", Owner.ADMINISTRATOR_OF_LINEUP)
    mock_witnesses: int | Unknown = fact("how many mock witnesses looked at the lineup", Owner.SYSTEM)
    effective_size: float | Unknown = fact("what the effective size of the lineup is", Owner.SYSTEM)
    p_suspect: float | Unknown = fact("how far the suspect stands out to mock witnesses", Owner.SYSTEM)


@dataclass(frozen=True, slots=True, kw_only=True)
class LineupFacts(ActFacts):
    """Holding a lineup. actor: who administers it. suspicion_written_at None: it is not written."""

    act: ClassVar[Act] = Act.LINEUP

    actor: Actor
    session: Session
    investigator: str | Unknown = fact("who investigates the case", Owner.SYSTEM)
    case: Case
    signatures: tuple[Signature, ...] | Unknown = fact("who signed", Owner.SUPERVISOR)
    examiners: frozenset[str] | Unknown = fact("who examined the faces of the case", Owner.SYSTEM)
    evidence: EvidenceView
    suspect_from_search: bool | Unknown = fact("whether a search named the suspect", Owner.INVESTIGATOR)
    suspicion_written_at: datetime | Unknown | None = fact(
        "when the reasons for the suspicion were written down", Owner.INVESTIGATOR
    )
    witness: Witness
    plan: LineupPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class LineupHeld(Facts):
    """A lineup that was held. decision_id None: no decision allowed it. identified_at None: nobody was chosen."""

    id: str | Unknown = fact("which lineup it was", Owner.SYSTEM)
    decision_id: str | Unknown | None = fact("which decision allowed the lineup", Owner.SYSTEM)
    recording_sha256: str | Unknown | None = fact("where the recording of the lineup is", Owner.ADMINISTRATOR_OF_LINEUP)
    confidence_verbatim: bool | Unknown = fact(
        "whether confidence was taken down in the witness's own words", Owner.ADMINISTRATOR_OF_LINEUP
    )
    confidence_at: datetime | Unknown | None = fact("when confidence was taken down", Owner.ADMINISTRATOR_OF_LINEUP)
    identified_at: datetime | Unknown | None = fact("when the witness chose", Owner.ADMINISTRATOR_OF_LINEUP)
    feedback_before_confidence: bool | Unknown = fact(
        "whether the witness was told anything before confidence was taken down", Owner.ADMINISTRATOR_OF_LINEUP
    )
    witness_present: bool | Unknown = fact("whether the witness had been at the scene", Owner.INVESTIGATOR)
    uses_search_photo: bool | Unknown = fact("whether the photograph of the search was used", Owner.SYSTEM)


@dataclass(frozen=True, slots=True, kw_only=True)
class WarrantFacts(ActFacts):
    """Asking for a warrant. actor: the investigator who asks."""

    act: ClassVar[Act] = Act.WARRANT

    actor: Actor
    session: Session
    case: Case
    signatures: tuple[Signature, ...] | Unknown = fact("who signed", Owner.SUPERVISOR)
    evidence: EvidenceView
    examinations: tuple[Examination, ...] | Unknown = fact("who examined", Owner.EXAMINER)
    search_used: bool | Unknown = fact("whether a face search was used in the case", Owner.INVESTIGATOR)
    packet: Packet
    lineups: tuple[LineupHeld, ...] | Unknown = fact("which lineups were held", Owner.INVESTIGATOR)
    sole_basis_search: bool | Unknown = fact("whether the search is the sole basis", Owner.PROSECUTOR)
    statement_in_affidavit: bool | Unknown = fact("whether the affidavit tells of the search", Owner.PROSECUTOR)


@dataclass(frozen=True, slots=True, kw_only=True)
class CourtFacts(ActFacts):
    """Showing the search in court. trial_on None: no trial is set."""

    act: ClassVar[Act] = Act.COURT

    actor: Actor
    session: Session
    case: Case
    evidence: EvidenceView
    proceeding: Proceeding | Unknown = fact("which proceeding it is", Owner.PROSECUTOR)
    shown_for: ShownFor | Unknown = fact("to what end the search is shown", Owner.PROSECUTOR)
    packet: Packet
    trial_on: date | Unknown | None = fact("when the trial is", Owner.PROSECUTOR, ahead=True)
