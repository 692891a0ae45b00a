"""The facts of a search: asking for it, running it, showing the candidates, signing an examination, issuing a lead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from lookalike.protocol.facts.base import ActFacts, Facts, fact
from lookalike.protocol.facts.common import (
    Actor,
    Authority,
    Case,
    Examination,
    Gallery,
    Matcher,
    Probe,
    Request,
    Results,
    Session,
    Signature,
)
from lookalike.protocol.unknown import Unknown
from lookalike.protocol.vocabulary import Act, Disclosure, Forbidden, Owner, Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestFacts(ActFacts):
    """Asking for a search."""

    act: ClassVar[Act] = Act.REQUEST

    actor: Actor
    session: Session
    authority: Authority
    case: Case
    request: Request
    probe: Probe


@dataclass(frozen=True, slots=True, kw_only=True)
class Urgent(Facts):
    """A search begun before an independent authority was asked. asked_authority_at None: not asked yet."""

    started_at: datetime | Unknown = fact("when the urgent search began", Owner.EXAMINER)
    asked_authority_at: datetime | Unknown | None = fact("when the independent authority was asked", Owner.INVESTIGATOR)
    refused: bool | Unknown = fact("whether the independent authority refused", Owner.INVESTIGATOR)
    stopped: bool | Unknown = fact("whether the urgent search was stopped", Owner.EXAMINER)


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchFacts(ActFacts):
    """Running a search. urgent None: it is not urgent."""

    act: ClassVar[Act] = Act.SEARCH

    actor: Actor
    session: Session
    authority: Authority
    case: Case
    request: Request
    probe: Probe
    gallery: Gallery
    matcher: Matcher
    request_allowed: bool | Unknown = fact("whether the request was allowed", Owner.SYSTEM)
    asked_for: int | Unknown = fact("how many candidates are asked for", Owner.EXAMINER)
    targeted: bool | Unknown = fact(
        "whether the search is for somebody already suspected or convicted", Owner.INVESTIGATOR
    )
    urgent: Urgent | Unknown | None = fact("whether the search was begun as urgent", Owner.INVESTIGATOR)


@dataclass(frozen=True, slots=True, kw_only=True)
class View(Facts):
    """What the page would show."""

    order_is_rank: bool | Unknown = fact("whether the order of the candidates is their rank", Owner.SYSTEM)
    score: bool | Unknown = fact("whether the page shows a score", Owner.SYSTEM)
    rank: bool | Unknown = fact("whether the page shows a rank", Owner.SYSTEM)
    narrative: bool | Unknown = fact("whether the page shows the story of the case", Owner.SYSTEM)
    demographics: bool | Unknown = fact("whether the page shows demographics", Owner.SYSTEM)
    first_result: bool | Unknown = fact("whether the page shows an earlier result", Owner.SYSTEM)
    first_examiner: bool | Unknown = fact("whether the page shows who examined before", Owner.SYSTEM)
    candidate_status: bool | Unknown = fact("whether the page shows the status of a candidate", Owner.SYSTEM)
    match_word: bool | Unknown = fact("whether the page calls a candidate the same person", Owner.SYSTEM)
    green_tick: bool | Unknown = fact("whether the page shows a sign of success", Owner.SYSTEM)
    percent: bool | Unknown = fact("whether the page shows a percentage", Owner.SYSTEM)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowFacts(ActFacts):
    """Showing the candidates to an examiner. nth_examiner: 1 for the first. probe_locked_at None: not yet."""

    act: ClassVar[Act] = Act.SHOW

    actor: Actor
    session: Session
    probe: Probe
    gallery: Gallery
    results: Results
    examinations: tuple[Examination, ...] | Unknown = fact("who examined already", Owner.SYSTEM)
    view: View
    nth_examiner: int | Unknown = fact("which examiner in turn this is", Owner.SYSTEM)
    probe_locked_at: datetime | Unknown | None = fact(
        "when this examiner locked the description of the probe", Owner.EXAMINER
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ExamineFacts(ActFacts):
    """Signing an examination. own: the one being signed; examinations: those of others."""

    act: ClassVar[Act] = Act.EXAMINE

    actor: Actor
    session: Session
    results: Results
    examinations: tuple[Examination, ...] | Unknown = fact("who examined already", Owner.SYSTEM)
    own: Examination
    nth_examiner: int | Unknown = fact("which examiner in turn this is", Owner.SYSTEM)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet(Facts):
    """The sheet of a lead."""

    statements: frozenset[Statement] | Unknown = fact("what the sheet says of itself", Owner.SYSTEM)
    disclosures: frozenset[Disclosure] | Unknown = fact("what the sheet tells against itself", Owner.SYSTEM)
    forbidden_shown: frozenset[Forbidden] | Unknown = fact("what the sheet shows that it may not", Owner.SYSTEM)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadFacts(ActFacts):
    """Issuing a lead. actor: the supervisor who answers for it. verified: the natural persons who verified it."""

    act: ClassVar[Act] = Act.LEAD

    actor: Actor
    session: Session
    investigator: str | Unknown = fact("who investigates the case", Owner.SYSTEM)
    case: Case
    request: Request
    probe: Probe
    gallery: Gallery
    results: Results
    examinations: tuple[Examination, ...] | Unknown = fact("who examined, and what they concluded", Owner.EXAMINER)
    signatures: tuple[Signature, ...] | Unknown = fact("who signed", Owner.SUPERVISOR)
    sheet: Sheet
    verified: tuple[str, ...] | Unknown = fact("which persons verified the lead", Owner.EXAMINER)
