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
    LineupOutcome,
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
    """The witness who would be shown the lineup.

    description_recorded_at None: no description was taken. conditions_recorded_at None: nobody wrote down how the
    witness saw the perpetrator (distance, light, time, attention, cover).
    """

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
    conditions_recorded_at: datetime | Unknown | None = fact(
        "when it was written down under which conditions the witness saw the perpetrator", Owner.INVESTIGATOR
    )
    interviewed: bool | Unknown = fact("whether the witness was interviewed", Owner.INVESTIGATOR)


@dataclass(frozen=True, slots=True, kw_only=True)
class LineupPlan(Facts):
    """How the lineup would be held.

    fillers_in_band: neither too alike nor too different, by the band of the matcher that measured them. newest_photo:
    the suspect's photograph is the most recent one beside that of the search. effective_size: Tredoux's E' from mock
    witnesses; effective_size_low: the lower bound of its interval. functional_size: mock witnesses by choices of the
    suspect; None: nobody chose the suspect. p_suspect: binomial probability that so many mock witnesses choose the
    suspect by chance; small means that the suspect stands out.
    """

    fillers: int | Unknown = fact("how many fillers there are", Owner.ADMINISTRATOR_OF_LINEUP)
    fillers_by: FillersBy | Unknown = fact("how the fillers were chosen", Owner.ADMINISTRATOR_OF_LINEUP)
    fillers_from_candidates: bool | Unknown = fact("whether fillers come from the candidate list", Owner.SYSTEM)
    fillers_in_band: bool | Unknown = fact(
        "whether the likeness of every filler to the suspect lies in the band", Owner.SYSTEM
    )
    pictures_alike: bool | Unknown = fact(
        "whether background, size and tone of all photographs are alike", Owner.SYSTEM
    )
    marks_alike: bool | Unknown = fact(
        "whether unique marks are covered or copied on all photographs", Owner.ADMINISTRATOR_OF_LINEUP
    )
    newest_photo: bool | Unknown = fact("whether the most recent other photograph of the suspect is used", Owner.SYSTEM)
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
    effective_size_low: float | Unknown = fact("what the lower bound of the effective size is", Owner.SYSTEM)
    functional_size: float | Unknown | None = fact("what the functional size of the lineup is", Owner.SYSTEM)
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
    """A lineup that was held, or begun and broken off.

    decision_id None: no decision allowed it. administrator_knew: whether who held it knew the suspect or worked on the
    case. acknowledged: the instructions that the witness was given and acknowledged, one by one. recording: how it
    was recorded in the end; recording_sha256: the digest of the recording, or of the words of the refusal.
    recording_whole: None where the witness did not agree to be recorded. outcome, identified_at (None: nobody was
    chosen): the witness's last word. stands_as: the item of evidence, by the id of the graph, as which an outcome
    that speaks for the suspect stands among the contradictions; None: nobody entered it.
    """

    id: str | Unknown = fact("which lineup it was", Owner.SYSTEM)
    decision_id: str | Unknown | None = fact("which decision allowed the lineup", Owner.SYSTEM)
    administration: Administration | Unknown = fact("how the lineup was administered", Owner.SYSTEM)
    administrator_knew: bool | Unknown = fact(
        "whether who held the lineup knew the suspect or worked on the case", Owner.ADMINISTRATOR_OF_LINEUP
    )
    shown_before: bool | Unknown = fact("whether the witness had been shown the suspect before", Owner.INVESTIGATOR)
    order_drawn: bool | Unknown = fact("whether the system drew the order of the photographs", Owner.SYSTEM)
    acknowledged: frozenset[Instruction] | Unknown = fact(
        "which instructions the witness acknowledged one by one", Owner.ADMINISTRATOR_OF_LINEUP
    )
    language_read: bool | Unknown = fact(
        "whether the instructions were in a language that the witness reads", Owner.ADMINISTRATOR_OF_LINEUP
    )
    recording: Recording | Unknown = fact("how the lineup was recorded", Owner.SYSTEM)
    recording_sha256: str | Unknown | None = fact(
        "where the recording of the lineup, or the refusal in the witness's words, is", Owner.SYSTEM
    )
    recording_whole: bool | Unknown | None = fact(
        "whether the recording covers everything that the witness was shown and said", Owner.SYSTEM
    )
    outcome: LineupOutcome | Unknown = fact("how the lineup ended", Owner.SYSTEM)
    stands_as: str | Unknown | None = fact("which contradiction of the evidence the outcome is", Owner.INVESTIGATOR)
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
class LeadBehind(Facts):
    """The lead that named whom the warrant is for. decision_id None: no decision allowed it.

    examinations: all of the search that the lead is of. signatures: for and against the lead.
    """

    decision_id: str | Unknown | None = fact("which decision allowed the lead", Owner.SYSTEM)
    record: str | Unknown = fact("which record the lead names", Owner.SYSTEM)
    examinations: tuple[Examination, ...] | Unknown = fact("who examined for the lead", Owner.EXAMINER)
    signatures: tuple[Signature, ...] | Unknown = fact("who signed the lead", Owner.SUPERVISOR)


@dataclass(frozen=True, slots=True, kw_only=True)
class WarrantFacts(ActFacts):
    """Asking for a warrant. actor: the investigator who asks. lead None: no lead names whom it is for.

    suspect_from_search: whoever was named otherwise, and then by the lead of a search as well, was named by it.
    """

    act: ClassVar[Act] = Act.WARRANT

    actor: Actor
    session: Session
    case: Case
    signatures: tuple[Signature, ...] | Unknown = fact("who signed", Owner.SUPERVISOR)
    evidence: EvidenceView
    examiners: frozenset[str] | Unknown = fact("who examined the faces of the case", Owner.SYSTEM)
    lead: LeadBehind | Unknown | None = fact("which lead is behind the warrant", Owner.SYSTEM)
    search_used: bool | Unknown = fact("whether a face search was used in the case", Owner.INVESTIGATOR)
    suspect_from_search: bool | Unknown = fact("whether a search named the suspect", Owner.SYSTEM)
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
