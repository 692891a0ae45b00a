"""Groups of facts that several acts share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from lookalike.errors import BadFacts
from lookalike.protocol.court_words import PacketItem, Recipient
from lookalike.protocol.facts.base import Facts, fact
from lookalike.protocol.offences import offence_agrees
from lookalike.protocol.unknown import UNKNOWN, Unknown
from lookalike.protocol.vocabulary import (
    Act,
    AgencyKind,
    Conclusion,
    Fit,
    Office,
    OtherPurpose,
    Owner,
    PaperKind,
    ProbeKind,
    Purpose,
    RecordStatus,
    Role,
    Route,
    Seen,
    Source,
    Suspicion,
    TrainingKind,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper(Facts):
    """An approval or a filing; it may be filed ahead. last_day: on which it still runs; None: it has none."""

    kind: PaperKind | Unknown = fact("what kind of paper it is", Owner.AGENCY_ADMINISTRATOR)
    issued_by: str | Unknown = fact("who issued the paper", Owner.AGENCY_ADMINISTRATOR)
    issued_on: date | Unknown = fact("when the paper was issued", Owner.AGENCY_ADMINISTRATOR, ahead=True)
    last_day: date | Unknown | None = fact("on which day the paper runs out", Owner.AGENCY_ADMINISTRATOR, ahead=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority(Facts):
    """What the public body has approved."""

    papers: tuple[Paper, ...] | Unknown = fact("which approvals are filed", Owner.AGENCY_ADMINISTRATOR)
    moratorium: bool | Unknown = fact("whether the board has stopped the use", Owner.BOARD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offence(Facts):
    """The crime that is investigated. max_years: the longest sentence; None: the law names none.

    Raises BadFacts when the statute is one of another offence than the NIBRS code says.
    """

    nibrs: str | Unknown = fact("which NIBRS code the offence has", Owner.INVESTIGATOR)
    statute: str | Unknown | None = fact("which statute the offence falls under", Owner.INVESTIGATOR)
    attempted: bool | Unknown = fact("whether the offence was attempted only", Owner.INVESTIGATOR)
    felony: bool | Unknown = fact("whether the offence is a felony", Owner.PROSECUTOR)
    max_years: int | Unknown | None = fact("how many years the longest sentence for the offence has", Owner.PROSECUTOR)
    completed_on: date | Unknown = fact("when the offence was committed", Owner.INVESTIGATOR)

    def __post_init__(self) -> None:
        Facts.__post_init__(self)
        if self.nibrs is UNKNOWN or self.statute is UNKNOWN or self.statute is None:
            return
        if not offence_agrees(self.nibrs, self.statute):
            raise BadFacts(
                f"Statute {self.statute} and NIBRS code {self.nibrs} name different offences.",
                why="One of them is wrong, and the offence decides whether a face may be searched.",
                remedy="Correct the case; leave out what is not known.",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorityRef(Facts):
    """An order or a warrant for the search."""

    kind: Route | Unknown = fact("what kind of order it is", Owner.INVESTIGATOR)
    issued_by: str | Unknown = fact("who issued the order", Owner.INVESTIGATOR)
    issued_at: datetime | Unknown = fact("when the order was issued", Owner.INVESTIGATOR)
    relevant_and_material: bool | Unknown = fact(
        "whether the order finds the search relevant and material to the case", Owner.INVESTIGATOR
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Case(Facts):
    """The case. offence None: there is no crime, and other_purpose says why a face is searched."""

    number: str | Unknown | None = fact("what the case number is", Owner.INVESTIGATOR)
    offence: Offence | Unknown | None = fact("which crime is investigated", Owner.INVESTIGATOR)
    other_purpose: OtherPurpose | Unknown | None = fact(
        "what the purpose is where there is no crime", Owner.INVESTIGATOR
    )
    suspicion: Suspicion | Unknown = fact("which level of suspicion is claimed", Owner.INVESTIGATOR)
    specific_facts: str | Unknown | None = fact("which specific facts are behind the suspicion", Owner.INVESTIGATOR)
    route: Route | Unknown = fact("on what authority the search is asked", Owner.INVESTIGATOR)
    authority_ref: AuthorityRef | Unknown | None = fact("which order is on file", Owner.INVESTIGATOR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Agency(Facts):
    """The agency that asks. jurisdiction: as in packs, `US-MI-Detroit`."""

    id: str | Unknown = fact("which agency asks", Owner.INVESTIGATOR)
    jurisdiction: str | Unknown = fact("under which jurisdiction the agency is that asks", Owner.INVESTIGATOR)
    kind: AgencyKind | Unknown = fact("what kind of body asks", Owner.INVESTIGATOR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Behalf(Facts):
    """An agency behind the one that asks. pack: the pack of its law that is layered; None: none is."""

    agency: str | Unknown = fact("for which agency the search is really asked", Owner.INVESTIGATOR)
    jurisdiction: str | Unknown = fact("under which jurisdiction the agency behind the request is", Owner.INVESTIGATOR)
    pack: str | Unknown | None = fact("which pack of that agency's law is loaded", Owner.SYSTEM)


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat(Facts):
    """Earlier searches of the same probe, by hash or template."""

    earlier: int | Unknown = fact("how often this probe was searched before", Owner.SYSTEM)
    reason: str | Unknown | None = fact("why it is searched again", Owner.INVESTIGATOR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request(Facts):
    """The request. behalf (): known to be for nobody else."""

    written: bool | Unknown = fact("whether the request form is complete", Owner.INVESTIGATOR)
    agency: Agency
    behalf: tuple[Behalf, ...] | Unknown = fact("for whom the search is really asked", Owner.INVESTIGATOR)
    purposes: frozenset[Purpose] | Unknown = fact("what the search is for", Owner.INVESTIGATOR)
    to: str | Unknown = fact("which agency will search", Owner.INVESTIGATOR)
    repeat: Repeat
    case_report_read_by: str | Unknown | None = fact("who read the case report before searching", Owner.EXAMINER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe(Facts):
    """The picture to be searched. sha256_original None: the original is not kept."""

    kind: ProbeKind | Unknown = fact("what the probe is", Owner.INVESTIGATOR)
    sha256_original: str | Unknown | None = fact("whether the original is kept, and its hash", Owner.SYSTEM)
    edits: tuple[str, ...] | Unknown = fact("which edits were made to the probe", Owner.EXAMINER)
    edits_logged: bool | Unknown = fact("whether every edit can be replayed", Owner.SYSTEM)
    enrolled: bool | Unknown = fact("whether the probe is kept in a gallery", Owner.SYSTEM)
    measures: frozenset[str] | Unknown = fact("which quality measures are stored", Owner.SYSTEM)
    fitness: Fit | Unknown = fact("whether the probe is fit for comparison", Owner.SYSTEM)
    label_travels: bool | Unknown = fact("whether the label 'poor' is on record and sheet", Owner.SYSTEM)
    obstructions: frozenset[str] | Unknown = fact("what covers the face", Owner.EXAMINER)
    others_in_still_templated: bool | Unknown = fact("whether templates of bystanders were made", Owner.SYSTEM)


@dataclass(frozen=True, slots=True, kw_only=True)
class Training(Facts):
    """A training that somebody completed. last_day None: it does not run out by itself."""

    kind: TrainingKind | Unknown = fact("what the training was in", Owner.AGENCY_ADMINISTRATOR)
    completed_on: date | Unknown = fact("when the training was completed", Owner.AGENCY_ADMINISTRATOR, ahead=True)
    hours: int | Unknown = fact("how many hours the training took", Owner.AGENCY_ADMINISTRATOR)
    last_day: date | Unknown | None = fact("on which day the training runs out", Owner.AGENCY_ADMINISTRATOR, ahead=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor(Facts):
    """The person who acts. known_answer_on None: never passed a known-answer trial."""

    id: str | Unknown = fact("who acts", Owner.SYSTEM)
    roles: frozenset[Role] | Unknown = fact("which roles the person holds", Owner.AGENCY_ADMINISTRATOR)
    training: tuple[Training, ...] | Unknown = fact("what the person was trained in", Owner.AGENCY_ADMINISTRATOR)
    known_answer_on: date | Unknown | None = fact("when the last known-answer trial was passed", Owner.SYSTEM)
    duties_in_case: frozenset[Role] | Unknown = fact("which roles the person already had in this case", Owner.SYSTEM)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session(Facts):
    """The account and the session in which the person acts."""

    mfa: bool | Unknown = fact("whether the sign-in used two factors", Owner.SYSTEM)
    signed_in_at: datetime | Unknown = fact("when the person signed in", Owner.SYSTEM)
    last_seen_at: datetime | Unknown = fact("when the person was last active", Owner.SYSTEM)
    notice_acknowledged: bool | Unknown = fact("whether the notice of use was acknowledged", Owner.SYSTEM)
    account_active: bool | Unknown = fact("whether the account is active", Owner.AGENCY_ADMINISTRATOR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gallery(Facts):
    """Everything that the search touches. size: people in it."""

    sources: frozenset[Source] | Unknown = fact("where the photographs come from", Owner.CUSTODIAN)
    statuses: frozenset[RecordStatus] | Unknown = fact("which records are searched", Owner.CUSTODIAN)
    agreement: bool | Unknown = fact("whether an agreement for the gallery is in force", Owner.AGENCY_ADMINISTRATOR)
    size: int | Unknown = fact("how many people the gallery holds", Owner.SYSTEM)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort(Facts):
    """The true positive rate of one group, in percent, with its interval over n people."""

    name: str | Unknown = fact("which group it is", Owner.SYSTEM)
    tpr: float | Unknown = fact("what the true positive rate of the group is", Owner.SYSTEM)
    low: float | Unknown = fact("what the lower bound of the group's rate is", Owner.SYSTEM)
    high: float | Unknown = fact("what the upper bound of the group's rate is", Owner.SYSTEM)
    n: int | Unknown = fact("over how many people the group was measured", Owner.SYSTEM)


@dataclass(frozen=True, slots=True, kw_only=True)
class Validation(Facts):
    """A measurement of a matcher on galleries of gallery_low to gallery_high people."""

    pack_sha256: str | Unknown = fact("which matcher was measured", Owner.SYSTEM)
    made_on: date | Unknown = fact("when the matcher was measured", Owner.AGENCY_ADMINISTRATOR)
    gallery_low: int | Unknown = fact("how small a gallery was measured", Owner.SYSTEM)
    gallery_high: int | Unknown = fact("how large a gallery was measured", Owner.SYSTEM)
    thresholds_by_size: bool | Unknown = fact("whether thresholds are set by gallery size", Owner.SYSTEM)
    cohorts: tuple[Cohort, ...] | Unknown = fact("what the errors are group by group", Owner.AGENCY_ADMINISTRATOR)
    evaluated_by: str | Unknown = fact("who measured the matcher", Owner.AGENCY_ADMINISTRATOR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Matcher(Facts):
    """The matcher pack that searches. validation None: it was never measured."""

    pack_sha256: str | Unknown = fact("which matcher is used", Owner.SYSTEM)
    validation: Validation | Unknown | None = fact("how the matcher was measured", Owner.AGENCY_ADMINISTRATOR)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadPhoto(Facts):
    """The photograph that a lead names."""

    record: str | Unknown = fact("which record the photograph is of", Owner.SYSTEM)
    source: Source | Unknown = fact("where the photograph of the lead comes from", Owner.CUSTODIAN)
    status: RecordStatus | Unknown = fact("which status the record of the lead has", Owner.CUSTODIAN)
    taken_on: date | Unknown | None = fact("when the photograph of the lead was taken", Owner.CUSTODIAN)
    document_expired: bool | Unknown = fact("whether the document of the photograph has expired", Owner.CUSTODIAN)
    others_not_returned: int | Unknown = fact(
        "how many newer photographs of the person were not returned", Owner.SYSTEM
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Results(Facts):
    """The candidate list and what became of it."""

    asked_for: int | Unknown = fact("how many candidates were asked for", Owner.EXAMINER)
    returned: int | Unknown = fact("how many candidates came back", Owner.SYSTEM)
    reviewed: int | Unknown = fact("how many candidates were reviewed", Owner.EXAMINER)
    excluded_with_reason: int | Unknown = fact("how many candidates were excluded with a reason", Owner.EXAMINER)
    lead: LeadPhoto | Unknown | None = fact("which photograph the lead names", Owner.EXAMINER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination(Facts):
    """One person's comparison. role_ok: trained and in role when signing, as R06 found then."""

    person: str | Unknown = fact("who examined", Owner.EXAMINER)
    role_ok: bool | Unknown = fact("whether the examiner had role and training when signing", Owner.SYSTEM)
    probe_locked_at: datetime | Unknown | None = fact("when the description of the probe was locked", Owner.EXAMINER)
    candidates_seen_at: datetime | Unknown | None = fact("when the candidates were first seen", Owner.SYSTEM)
    concluded_at: datetime | Unknown | None = fact("when the examination was concluded", Owner.EXAMINER)
    conclusion: Conclusion | Unknown = fact("what the examiner concluded", Owner.EXAMINER)
    candidate: str | Unknown | None = fact("which candidate the examiner named", Owner.EXAMINER)
    saw: frozenset[Seen] | Unknown = fact("what the examiner could see beside the photographs", Owner.SYSTEM)
    verified_by_own_work: bool | Unknown = fact("whether the examiner compared by own work", Owner.EXAMINER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature(Facts):
    """A signature for or against an act. decision: True for, False against."""

    person: str | Unknown = fact("who signed", Owner.SUPERVISOR)
    office: Office | Unknown = fact("under which office the person signed", Owner.SUPERVISOR)
    act: Act | Unknown = fact("for which act the person signed", Owner.SUPERVISOR)
    decision: bool | Unknown = fact("whether the signature allows or refuses", Owner.SUPERVISOR)
    at: datetime | Unknown = fact("when the person signed", Owner.SUPERVISOR)
    management_view: bool | Unknown = fact("whether the person read the whole file before signing", Owner.SUPERVISOR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Packet(Facts):
    """What is handed over, to whom, and when. delivered_on None: not yet."""

    items: frozenset[PacketItem] | Unknown = fact("what the packet holds", Owner.SYSTEM)
    delivered_to: frozenset[Recipient] | Unknown = fact("who got the packet", Owner.PROSECUTOR)
    delivered_on: date | Unknown | None = fact("when the packet was delivered", Owner.PROSECUTOR)
    shortened: bool | Unknown = fact("whether anything was left out of the packet", Owner.SYSTEM)
