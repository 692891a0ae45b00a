"""R14 and R24: what a warrant needs, and what a court is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from lookalike.protocol.court_words import CheckState, Proceeding, Recipient, ShownFor
from lookalike.protocol.parameters import NOT_SAID, Kind, NotSaid, Parameters, parameter
from lookalike.protocol.persons import person_of
from lookalike.protocol.rule import Check, Rule
from lookalike.protocol.rules.hands import SIGNATURE, of_police, signers
from lookalike.protocol.rules.lead import DELIVERIES
from lookalike.protocol.rules.listing import listed
from lookalike.protocol.rules.warrant_lead import EXAMINED, SIGNED, agreeing, supervised
from lookalike.protocol.vocabulary import Act, Office, PoliceOffice, Protection

WARRANT = frozenset({Act.WARRANT})
COURT = frozenset({Act.COURT})


@dataclass(frozen=True, slots=True, kw_only=True)
class WarrantParameters(Parameters):
    """R14. All but the three about contradictions, alibi and location bear on a case in which a search was used."""

    lead: bool | NotSaid = parameter(Kind.MUST, "A decision allowed the lead that named whom the warrant is for.")
    lead_examiners: int | NotSaid = parameter(
        Kind.AT_LEAST, "Fewest people who named the one of the lead, each blind to the others; nobody differs.", of=int
    )
    lead_office: PoliceOffice | NotSaid = parameter(
        Kind.FLOOR,
        "The lowest office that signed the lead, by somebody who neither examined nor asks.",
        of=PoliceOffice,
    )
    independent_items: int | NotSaid = parameter(
        Kind.AT_LEAST, "Fewest items of evidence independent of every search.", of=int
    )
    sole_basis: bool | NotSaid = parameter(Kind.MAY, "Whether the search may be the sole basis.")
    contradictions_answered: bool | NotSaid = parameter(Kind.MUST, "Every contradiction is answered.")
    alibi_check: bool | NotSaid = parameter(Kind.MUST, "An alibi was looked into.")
    location_check: bool | NotSaid = parameter(Kind.MUST, "The person's location was looked into.")
    means_ability_opportunity: bool | NotSaid = parameter(Kind.MUST, "Means, ability and opportunity are shown.")
    police_office: PoliceOffice | NotSaid = parameter(
        Kind.FLOOR, "The lowest office that signs for the police.", of=PoliceOffice
    )
    police_signatures: int | NotSaid = parameter(
        Kind.AT_LEAST, "How many different people sign for the police.", of=int
    )
    prosecutor_supervisor: bool | NotSaid = parameter(Kind.MUST, "A supervisor among the prosecutors signs.")
    packet: bool | NotSaid = parameter(Kind.MUST, "The prosecutor has the whole packet.")
    statement: bool | NotSaid = parameter(Kind.MUST, "The affidavit tells of the search.")


def _where_used(
    key: str, needs: tuple[str, ...], holds: Callable[[Any, Any], bool], says: str | Callable[[Any, Any], str]
) -> Check:
    """A check on a warrant in a case in which a search was used; it has to be known whether one was."""

    def then(f: Any, p: Any) -> Iterator[tuple[str, ...]]:
        if f.search_used:
            yield needs

    return Check(
        key=key,
        parameter=key,
        acts=WARRANT,
        needs=("search_used",),
        then=then,
        holds=lambda f, p: not f.search_used or holds(f, p),
        says=says,
    )


def _where_named(
    key: str, needs: tuple[str, ...], holds: Callable[[Any, Any], bool], says: str | Callable[[Any, Any], str]
) -> Check:
    """A check on a warrant for somebody whom a search named; for anybody else there is no lead to be looked at."""

    def then(f: Any, p: Any) -> Iterator[tuple[str, ...]]:
        if f.search_used:
            yield ("suspect_from_search",)
            if f.suspect_from_search:
                yield needs

    return Check(
        key=key,
        parameter=key,
        acts=WARRANT,
        needs=("search_used",),
        then=then,
        holds=lambda f, p: not (f.search_used and f.suspect_from_search) or holds(f, p),
        says=says,
    )


def _unanswered(what: str) -> Callable[[Any, Any], Iterator[tuple[str, ...]]]:
    """An attempt without an answer counts only with its date and words."""

    def then(f: Any, p: Any) -> Iterator[tuple[str, ...]]:
        if getattr(f.evidence, what) is CheckState.TRIED_NO_ANSWER:
            yield f"evidence.{what}_try.at", f"evidence.{what}_try.words"

    return then


def _looked_into(evidence: Any, what: str) -> bool:
    state = getattr(evidence, what)
    if state is CheckState.TRIED_NO_ANSWER:
        return getattr(evidence, f"{what}_try") is not None
    return state is CheckState.TRIED_ANSWERED


def _police(f: Any, p: Any) -> set[str]:
    return {person_of(one.person) for one in of_police(signers(f, Act.WARRANT), p.police_office)}


R14 = Rule(
    id="R14",
    title="The warrant",
    sentence="No warrant is asked on a likeness: other evidence, a checked alibi, answered contradictions, named "
    "signatures.",
    remedy="Find evidence that does not come from the search; look into alibi and location; answer each "
    "contradiction; have the packet read and signed.",
    protection=Protection.LEAD_ONLY,
    parameters=WarrantParameters,
    checks=(
        _where_named(
            "lead",
            ("lead.decision_id",),
            lambda f, p: f.lead is not None and f.lead.decision_id is not None,
            "no lead that a decision allowed is behind the warrant",
        ),
        _where_named(
            "lead_examiners",
            EXAMINED,
            lambda f, p: f.lead is not None and len(agreeing(f.lead)) >= p.lead_examiners,
            lambda f, p: (
                f"{0 if f.lead is None else len(agreeing(f.lead))} of {p.lead_examiners} blind examiners agree on the "
                "lead"
            ),
        ),
        _where_named(
            "lead_office",
            SIGNED,
            lambda f, p: f.lead is not None and supervised(f, p.lead_office),
            "nobody of the office that the policy names, apart from who examined and who asks, has signed the lead",
        ),
        _where_used(
            "independent_items",
            ("evidence.independent_for",),
            lambda f, p: len(set(f.evidence.independent_for)) >= p.independent_items,
            lambda f, p: (
                f"{len(set(f.evidence.independent_for))} of {p.independent_items} independent items of evidence"
            ),
        ),
        _where_used(
            "sole_basis",
            ("sole_basis_search",),
            lambda f, p: not f.sole_basis_search,
            "the search is the sole basis",
        ),
        Check(
            key="contradictions_answered",
            parameter="contradictions_answered",
            acts=WARRANT,
            needs=("evidence.contradictions_open",),
            holds=lambda f, p: not f.evidence.contradictions_open,
            says=lambda f, p: f"not answered: {', '.join(f.evidence.contradictions_open)}",
        ),
        Check(
            key="alibi_check",
            parameter="alibi_check",
            acts=WARRANT,
            needs=("evidence.alibi",),
            then=_unanswered("alibi"),
            holds=lambda f, p: _looked_into(f.evidence, "alibi"),
            says="nobody looked into an alibi, or nobody has written down when and how",
        ),
        Check(
            key="location_check",
            parameter="location_check",
            acts=WARRANT,
            needs=("evidence.location",),
            then=_unanswered("location"),
            holds=lambda f, p: _looked_into(f.evidence, "location"),
            says="nobody looked into where the person was, or nobody has written down when and how",
        ),
        _where_used(
            "means_ability_opportunity",
            ("evidence.means", "evidence.ability", "evidence.opportunity"),
            lambda f, p: f.evidence.means and f.evidence.ability and f.evidence.opportunity,
            "means, ability and opportunity are not all shown",
        ),
        _where_used(
            "police_office",
            SIGNATURE,
            lambda f, p: p.police_signatures is not NOT_SAID or bool(_police(f, p)),  # counted by the check below
            "nobody of the office that the policy names has signed",
        ),
        _where_used(
            "police_signatures",
            SIGNATURE,
            lambda f, p: len(_police(f, p)) >= p.police_signatures,
            lambda f, p: f"{len(_police(f, p))} of {p.police_signatures} people of the police have signed",
        ),
        _where_used(
            "prosecutor_supervisor",
            SIGNATURE,
            lambda f, p: any(one.office is Office.PROSECUTOR_SUPERVISOR for one in signers(f, Act.WARRANT)),
            "no supervisor among the prosecutors has signed",
        ),
        _where_used(
            "packet",
            ("packet.items", "packet.shortened", *DELIVERIES),
            lambda f, p: (
                bool(f.packet.items)
                and not f.packet.shortened
                and any(delivery.to is Recipient.PROSECUTOR for delivery in f.packet.deliveries)
            ),
            "the prosecutor does not have the whole packet",
        ),
        _where_used(
            "statement",
            ("statement_in_affidavit",),
            lambda f, p: f.statement_in_affidavit,
            "the affidavit does not tell of the search",
        ),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CourtParameters(Parameters):
    """R24."""

    proceedings: frozenset[Proceeding] | NotSaid = parameter(
        Kind.ALLOWED, "Proceedings in which a search may be shown.", of=Proceeding
    )
    shown_for: frozenset[ShownFor] | NotSaid = parameter(Kind.ALLOWED, "To what end.", of=ShownFor)
    sole_basis: bool | NotSaid = parameter(Kind.MAY, "Whether it may be shown without other evidence.")
    independent_items: int | NotSaid = parameter(
        Kind.AT_LEAST, "Fewest items of evidence independent of every search.", of=int
    )


R24 = Rule(
    id="R24",
    title="Before a court",
    sentence="A court is shown a search only where the policy says, and never alone.",
    remedy="Show other evidence; leave the search out.",
    protection=Protection.LEAD_ONLY,
    parameters=CourtParameters,
    checks=(
        Check(
            key="proceedings",
            parameter="proceedings",
            acts=COURT,
            needs=("proceeding",),
            holds=lambda f, p: f.proceeding in p.proceedings,
            says=lambda f, p: f"the proceeding is: {listed([f.proceeding])}",
        ),
        Check(
            key="shown_for",
            parameter="shown_for",
            acts=COURT,
            needs=("shown_for",),
            holds=lambda f, p: f.shown_for in p.shown_for,
            says=lambda f, p: f"the search is shown for: {listed([f.shown_for])}",
        ),
        Check(
            key="sole_basis",
            parameter="sole_basis",
            acts=COURT,
            needs=("evidence.independent_for",),
            holds=lambda f, p: bool(f.evidence.independent_for),
            says="there is no evidence independent of the search",
        ),
        Check(
            key="independent_items",
            parameter="independent_items",
            acts=COURT,
            needs=("evidence.independent_for",),
            holds=lambda f, p: len(set(f.evidence.independent_for)) >= p.independent_items,
            says=lambda f, p: (
                f"{len(set(f.evidence.independent_for))} of {p.independent_items} independent items of evidence"
            ),
        ),
    ),
)
