"""The facts of keeping the books: a record that is kept or destroyed, a report that is published."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from lookalike.protocol.court_words import DispositionKind, ItemKind, Proof, Wish
from lookalike.protocol.facts.base import ActFacts, Facts, fact
from lookalike.protocol.facts.common import Actor, Matcher, Session
from lookalike.protocol.unknown import Unknown
from lookalike.protocol.vocabulary import Act, Owner


@dataclass(frozen=True, slots=True, kw_only=True)
class Disposition(Facts):
    """How the case behind a record ended. The day of it is day 0."""

    kind: DispositionKind | Unknown = fact("how the case ended", Owner.PROSECUTOR)
    on: date | Unknown = fact("when the case ended", Owner.PROSECUTOR)
    with_prejudice: bool | Unknown = fact("whether the case ended with prejudice", Owner.PROSECUTOR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection(Facts):
    """Somebody's objection to the destruction of a record."""

    by: str | Unknown = fact("who objects", Owner.PROSECUTOR)
    signed: bool | Unknown = fact("whether the objection is signed", Owner.PROSECUTOR)
    on: date | Unknown = fact("when the objection was filed", Owner.PROSECUTOR)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFacts(ActFacts):
    """Searching, keeping, destroying a record, or certifying that it is destroyed.

    disposition None: the case has not ended. authority_refused_on None: no authority refused the search it comes from.
    """

    act: ClassVar[Act] = Act.RECORD

    actor: Actor
    session: Session
    wish: Wish | Unknown = fact("what is to happen to the record", Owner.CUSTODIAN)
    item: ItemKind | Unknown = fact("what kind of record it is", Owner.CUSTODIAN)
    disposition: Disposition | Unknown | None = fact("how the case behind the record ended", Owner.PROSECUTOR)
    prosecutor_consent_on: date | Unknown | None = fact("when the prosecutor consented", Owner.PROSECUTOR)
    objections: tuple[Objection, ...] | Unknown = fact("which objections were filed", Owner.PROSECUTOR)
    exceptions: frozenset[str] | Unknown = fact("which exceptions of the law hold the record", Owner.CUSTODIAN)
    hold_evidence_of_use: bool | Unknown = fact("whether the record is held as evidence of a search", Owner.CUSTODIAN)
    authority_refused_on: date | Unknown | None = fact("when the independent authority refused", Owner.INVESTIGATOR)
    proofs: frozenset[Proof] | Unknown = fact("what proves the destruction", Owner.SYSTEM)
    receipts_open: int | Unknown = fact("how many receipts are outstanding", Owner.CUSTODIAN)
    created_on: date | Unknown = fact("when the record was made", Owner.SYSTEM)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice(Facts):
    """A notice of a breach to one office."""

    office: str | Unknown = fact("which office was told", Owner.AGENCY_ADMINISTRATOR)
    at: datetime | Unknown = fact("when the office was told", Owner.AGENCY_ADMINISTRATOR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach(Facts):
    """A breach of the policy."""

    found_at: datetime | Unknown = fact("when the breach was found", Owner.AGENCY_ADMINISTRATOR)
    notices: tuple[Notice, ...] | Unknown = fact("who was told of the breach", Owner.AGENCY_ADMINISTRATOR)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditCase(Facts):
    """A case that a look back went through. prosecutor_told_on None: not told."""

    id: str | Unknown = fact("which case it is", Owner.PROSECUTOR)
    warrant_on: date | Unknown = fact("when the warrant was issued", Owner.PROSECUTOR)
    search_linked: bool | Unknown = fact("whether a face search is linked to the warrant", Owner.INVESTIGATOR)
    independent: bool | Unknown = fact("whether there was independent evidence", Owner.INVESTIGATOR)
    prosecutor_told_on: date | Unknown | None = fact("when the prosecutor was told", Owner.AGENCY_ADMINISTRATOR)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFacts(ActFacts):
    """Publishing a report. breach None: it is about none. audit_kept_until None: the audit trail is not kept."""

    act: ClassVar[Act] = Act.REPORT

    actor: Actor
    session: Session
    matcher: Matcher
    kind: str | Unknown = fact("which report it is", Owner.AGENCY_ADMINISTRATOR)
    period_first: date | Unknown = fact("on which day the period begins", Owner.AGENCY_ADMINISTRATOR)
    period_last: date | Unknown = fact("on which day the period ends", Owner.AGENCY_ADMINISTRATOR)
    contents: frozenset[str] | Unknown = fact("what the report holds", Owner.AGENCY_ADMINISTRATOR)
    to: frozenset[str] | Unknown = fact("to whom the report goes", Owner.AGENCY_ADMINISTRATOR)
    breach: Breach | Unknown | None = fact("which breach it is about", Owner.AGENCY_ADMINISTRATOR)
    audit: tuple[AuditCase, ...] | Unknown = fact("which old cases were looked through", Owner.AGENCY_ADMINISTRATOR)
    audit_kept_until: date | Unknown | None = fact(
        "until when the audit trail is kept", Owner.AGENCY_ADMINISTRATOR, ahead=True
    )
