"""R02 and R03: for which crime a face is searched, and for what reasons."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lookalike.protocol.offences import classes_of, mapped, needs_statute
from lookalike.protocol.parameters import NOT_SAID, Kind, NotSaid, Parameters, parameter
from lookalike.protocol.rule import Check, Rule
from lookalike.protocol.rules.listing import SEARCHING, listed, set_of, table_of
from lookalike.protocol.vocabulary import Act, OtherPurpose, Protection, Route, Suspicion

SEARCH = frozenset({Act.SEARCH})


@dataclass(frozen=True, slots=True, kw_only=True)
class OffenceParameters(Parameters):
    """R02."""

    classes: frozenset[str] | NotSaid = parameter(Kind.ALLOWED, "Classes of offence for which a face is searched.")
    statutes: frozenset[str] | NotSaid = parameter(Kind.ALLOWED, "Statutes that count beside the classes.")
    attempts: bool | NotSaid = parameter(Kind.MAY, "Whether an attempt counts like the offence.")
    other_purposes: frozenset[OtherPurpose] | NotSaid = parameter(
        Kind.ALLOWED, "Purposes for which a face is searched without a crime.", of=OtherPurpose
    )


def _needed_of_offence(f: Any, p: Any) -> Iterator[tuple[str, ...]]:
    """What the policy must know of the offence, in order, until something suffices: code, statute, felony, sentence."""
    offence, classes = f.case.offence, set_of(p.classes)
    if offence is None:
        yield ("case.other_purpose",)
        return
    if classes & classes_of(offence.nibrs, None):
        return
    yield ("case.offence.statute",)
    if offence.statute in set_of(p.statutes) or classes & classes_of(offence.nibrs, offence.statute):
        return
    if mapped(offence.nibrs) and "any_felony" in classes:
        yield ("case.offence.felony",)
        if offence.felony:
            return
    if mapped(offence.nibrs) and "over_1_year" in classes:
        yield ("case.offence.max_years",)


def _named(f: Any, p: Any) -> bool:
    offence, classes = f.case.offence, set_of(p.classes)
    if offence is None:
        return f.case.other_purpose in set_of(p.other_purposes)
    if classes & classes_of(offence.nibrs, None):
        return True
    if offence.statute in set_of(p.statutes) or classes & classes_of(offence.nibrs, offence.statute):
        return True
    if not mapped(offence.nibrs):
        return False
    if "any_felony" in classes and offence.felony:
        return True
    return "over_1_year" in classes and offence.max_years is not None and offence.max_years > 1


def _not_named(f: Any, p: Any) -> str:
    offence = f.case.offence
    if offence is None:
        return f"no crime is investigated, and the purpose is not one of: {listed(set_of(p.other_purposes))}"
    if not mapped(offence.nibrs):
        return f"nobody has mapped the offence (NIBRS {offence.nibrs}), and nobody guesses"
    if needs_statute(offence.nibrs) and offence.statute is None:
        return f"the case is one of NIBRS {offence.nibrs}, which says too little without its statute"
    names = listed(set_of(p.classes) or set_of(p.statutes))
    return f"the case is one of NIBRS {offence.nibrs}, and the policy names {names}"


R02 = Rule(
    id="R02",
    title="Serious crime",
    sentence="A face is searched only for the offences this policy names.",
    remedy="If the offence is recorded wrongly, correct the case. Otherwise investigate without face search.",
    protection=Protection.SERIOUS_CRIME,
    parameters=OffenceParameters,
    checks=(
        Check(
            key="classes",
            parameter="classes",
            acts=SEARCHING,
            needs=("case.offence.nibrs",),
            then=_needed_of_offence,
            holds=_named,
            says=_not_named,
        ),
        Check(
            key="statutes",
            parameter="statutes",
            acts=SEARCHING,
            needs=("case.offence.nibrs",),
            then=_needed_of_offence,
            holds=lambda f, p: p.classes is not NOT_SAID or _named(f, p),  # with classes, the check above has judged
            says=_not_named,
        ),
        Check(
            key="attempts",
            parameter="attempts",
            acts=SEARCHING,
            needs=("case.offence.attempted",),
            holds=lambda f, p: f.case.offence is None or not f.case.offence.attempted,
            says="the offence was attempted only, and the policy does not name attempts",
        ),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonParameters(Parameters):
    """R03."""

    case_number: bool | NotSaid = parameter(Kind.MUST, "There is a case number.")
    written: bool | NotSaid = parameter(Kind.MUST, "The request form is complete.")
    specific_facts: bool | NotSaid = parameter(Kind.MUST, "The facts behind the suspicion are written down.")
    suspicion: Suspicion | NotSaid = parameter(Kind.FLOOR, "The least level of suspicion.", of=Suspicion)
    routes: frozenset[Route] | NotSaid = parameter(Kind.ALLOWED, "On what authority a search is asked.", of=Route)
    routes_by_purpose: tuple[tuple[OtherPurpose, frozenset[Route]], ...] | NotSaid = parameter(
        Kind.TABLE_ALLOWED,
        "Authorities that suffice, without the level of suspicion, for another purpose where there is no crime.",
        of=OtherPurpose,
        to=Route,
    )
    relevant_and_material: bool | NotSaid = parameter(
        Kind.MUST, "The order finds the search relevant and material to the case."
    )
    case_report_read: bool | NotSaid = parameter(Kind.MUST, "Whoever searches has read the case report.")
    request_allowed: bool | NotSaid = parameter(Kind.MUST, "The request was allowed before the search.")
    repeat_reason: bool | NotSaid = parameter(Kind.MUST, "A repeated search has a reason.")


def _purpose(f: Any, p: Any) -> Iterator[tuple[str, ...]]:
    if p.routes_by_purpose is not NOT_SAID:
        yield ("case.offence",)
        if f.case.offence is None:
            yield ("case.other_purpose",)


def _routes_for_purpose(f: Any, p: Any) -> frozenset[object]:
    """The routes that the entry allows for the purpose of the case; empty where it names none.

    Where a crime is investigated, another purpose beside it eases nothing: what the crime needs is needed.
    """
    if p.routes_by_purpose is NOT_SAID or f.case.offence is not None or f.case.other_purpose is None:
        return frozenset()
    return table_of(p.routes_by_purpose).get(f.case.other_purpose, frozenset())


def _needed_of_suspicion(f: Any, p: Any) -> Iterator[tuple[str, ...]]:
    yield from _purpose(f, p)
    if not _routes_for_purpose(f, p):
        yield ("case.suspicion",)


def _needed_of_route(f: Any, p: Any) -> Iterator[tuple[str, ...]]:
    yield from _purpose(f, p)
    if f.case.route not in (Route.OWN_CASE, Route.EMERGENCY):
        yield "at", "case.authority_ref.kind", "case.authority_ref.issued_at"


def _on_route(f: Any, p: Any) -> bool:
    route = f.case.route
    if route not in set_of(p.routes) | _routes_for_purpose(f, p):
        return False
    if route in (Route.OWN_CASE, Route.EMERGENCY):
        return True
    order = f.case.authority_ref
    return order is not None and order.kind == route


def _needed_of_order(f: Any, p: Any) -> Iterator[tuple[str, ...]]:
    yield from _purpose(f, p)
    if not _routes_for_purpose(f, p):
        yield ("case.authority_ref.relevant_and_material",)


def _material(f: Any, p: Any) -> bool:
    if _routes_for_purpose(f, p):
        return True
    return f.case.authority_ref is not None and f.case.authority_ref.relevant_and_material


def _needed_of_repeat(f: Any, p: Any) -> Iterator[tuple[str, ...]]:
    if f.request.repeat.earlier > 0:
        yield ("request.repeat.reason",)


R03 = Rule(
    id="R03",
    title="Written reasons",
    sentence="Somebody writes down, for one numbered case, the specific facts that make the search reasonable, and on "
    "what authority.",
    remedy="Write the facts and the case number; obtain the order that the policy asks for.",
    protection=Protection.SERIOUS_CRIME,
    parameters=ReasonParameters,
    checks=(
        Check(
            key="case_number",
            parameter="case_number",
            acts=SEARCHING,
            needs=("case.number",),
            holds=lambda f, p: f.case.number is not None,
            says="there is no case number",
        ),
        Check(
            key="written",
            parameter="written",
            acts=SEARCHING,
            needs=("request.written",),
            holds=lambda f, p: f.request.written,
            says="the request form is not complete",
        ),
        Check(
            key="specific_facts",
            parameter="specific_facts",
            acts=SEARCHING,
            needs=("case.specific_facts",),
            holds=lambda f, p: f.case.specific_facts is not None,
            says="the facts behind the suspicion are not written down",
        ),
        Check(
            key="suspicion",
            parameter="suspicion",
            acts=SEARCHING,
            then=_needed_of_suspicion,
            holds=lambda f, p: bool(_routes_for_purpose(f, p)) or f.case.suspicion.at_least(p.suspicion),
            says=lambda f, p: f"the claim is {listed([f.case.suspicion])}, and the policy asks {listed([p.suspicion])}",
        ),
        Check(
            key="routes",
            parameter="routes",
            acts=SEARCHING,
            needs=("case.route",),
            then=_needed_of_route,
            holds=_on_route,
            says=lambda f, p: f"there is no order of the kind that the policy asks for: {listed(p.routes)}",
        ),
        Check(
            key="relevant_and_material",
            parameter="relevant_and_material",
            acts=SEARCHING,
            then=_needed_of_order,
            holds=_material,
            says="no order finds the search relevant and material to the case",
        ),
        Check(
            key="case_report_read",
            parameter="case_report_read",
            acts=SEARCH,
            needs=("request.case_report_read_by",),
            holds=lambda f, p: f.request.case_report_read_by is not None,
            says="nobody read the case report before the search",
        ),
        Check(
            key="request_allowed",
            parameter="request_allowed",
            acts=SEARCH,
            needs=("request_allowed",),
            holds=lambda f, p: f.request_allowed,
            says="the request was not allowed",
        ),
        Check(
            key="repeat_reason",
            parameter="repeat_reason",
            acts=SEARCHING,
            needs=("request.repeat.earlier",),
            then=_needed_of_repeat,
            holds=lambda f, p: f.request.repeat.earlier == 0 or f.request.repeat.reason is not None,
            says="the probe was searched before, and no reason is given for doing it again",
        ),
    ),
)
