"""R11 and R23: a supervisor answers, and duties stay in separate hands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lookalike.protocol.parameters import NOT_SAID, Kind, NotSaid, Parameters, parameter
from lookalike.protocol.persons import person_of
from lookalike.protocol.rule import Check, Rule
from lookalike.protocol.rules.listing import listed, table_of
from lookalike.protocol.vocabulary import Act, Office, PoliceOffice, Protection, Role

POLICE = {Office(office.value): office for office in PoliceOffice}
SIGNATURE = (
    "at",
    "signatures[].person",
    "signatures[].office",
    "signatures[].act",
    "signatures[].decision",
    "signatures[].at",
)


def signers(f: Any, act: Act) -> list[Any]:
    """The signatures that allow this act: given for it, and not taken back by the same person."""
    given = [one for one in f.signatures if one.act == act]
    refused = [one for one in given if not one.decision]
    return [
        one
        for one in given
        if one.decision and not any(person_of(no.person) == person_of(one.person) and no.at >= one.at for no in refused)
    ]


def of_police(signatures: list[Any], floor: object) -> list[Any]:
    """The signatures from an office of the police at or above `floor` (NOT_SAID: any of them)."""
    return [
        one
        for one in signatures
        if one.office in POLICE and (not isinstance(floor, PoliceOffice) or POLICE[one.office].at_least(floor))
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class SupervisorParameters(Parameters):
    """R11."""

    office: PoliceOffice | NotSaid = parameter(Kind.FLOOR, "The lowest office that may sign.", of=PoliceOffice)
    signatures: int | NotSaid = parameter(Kind.AT_LEAST, "How many different people must sign.", of=int)
    management_view: bool | NotSaid = parameter(Kind.MUST, "Whoever signs has read the whole file.")
    apart_from: frozenset[str] | NotSaid = parameter(
        Kind.FORBIDDEN, "Who may not sign: `examiners` of the case, its `investigator`."
    )


def _answering(f: Any, p: Any, act: Act) -> set[str]:
    """The people whose signatures count under everything that the entry asks."""
    barred: set[str] = set()
    if p.apart_from is not NOT_SAID:
        if "examiners" in p.apart_from:
            barred |= f.examiners if act is Act.LINEUP else {examination.person for examination in f.examinations}
        if "investigator" in p.apart_from:
            barred.add(f.actor.id if act is Act.WARRANT else f.investigator)
    return {
        person_of(one.person)
        for one in of_police(signers(f, act), p.office)
        if person_of(one.person) not in set(map(person_of, barred))
        and (p.management_view is not True or one.management_view)
    }


def _supervised(key: str, act: Act) -> Check:
    """A check that enough people answer. Where the entry counts signatures, the others are conditions of that count."""

    def then(f: Any, p: Any) -> Iterator[tuple[str, ...]]:
        if p.management_view is True:
            yield ("signatures[].management_view",)
        if p.apart_from is not NOT_SAID and "examiners" in p.apart_from:
            yield ("examiners",) if act is Act.LINEUP else ("examinations[].person",)
        if p.apart_from is not NOT_SAID and "investigator" in p.apart_from:
            yield ("actor.id" if act is Act.WARRANT else "investigator",)

    def holds(f: Any, p: Any) -> bool:
        if key == "signatures":
            return len(_answering(f, p, act)) >= int(p.signatures)
        return p.signatures is not NOT_SAID or bool(_answering(f, p, act))

    def says(f: Any, p: Any) -> str:
        asked = p.signatures if key == "signatures" else 1
        return f"{len(_answering(f, p, act))} of {asked} people whom the policy asks have signed"

    return Check(key=key, parameter=key, acts=frozenset({act}), needs=SIGNATURE, then=then, holds=holds, says=says)


R11 = Rule(
    id="R11",
    title="A supervisor answers",
    sentence="A named supervisor who was neither examiner nor investigator reads everything and signs.",
    remedy="A supervisor of the office that the policy names signs, or refuses with reasons.",
    protection=Protection.SUPERVISOR,
    parameters=SupervisorParameters,
    checks=tuple(
        _supervised(key, act)
        for act in (Act.LEAD, Act.LINEUP, Act.WARRANT)
        for key in ("signatures", "office", "management_view", "apart_from")
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HandsParameters(Parameters):
    """R23."""

    apart: tuple[tuple[str, str], ...] | NotSaid = parameter(
        Kind.PAIRS_FORBIDDEN, "Roles that one person may not have in one case; `*` is any other role.", of=Role
    )
    role_for_act: tuple[tuple[Act, frozenset[Role]], ...] | NotSaid = parameter(
        Kind.TABLE_ALLOWED, "Roles in which an act may be done.", of=Act, to=Role
    )


DUTY = {
    Act.REQUEST: Role.INVESTIGATOR,
    Act.SEARCH: Role.EXAMINER,
    Act.SHOW: Role.EXAMINER,
    Act.EXAMINE: Role.EXAMINER,
    Act.LEAD: Role.SUPERVISOR,
    Act.LINEUP: Role.LINEUP_ADMINISTRATOR,
    Act.WARRANT: Role.INVESTIGATOR,
    Act.COURT: Role.PROSECUTOR,
    Act.RECORD: Role.CUSTODIAN,
}
"""The duty that an act is. A report belongs to no case."""


def _together(f: Any, p: Any, act: Act) -> list[str]:
    """The pairs of roles that the person would hold in this case by acting."""
    duties = set(f.actor.duties_in_case) | ({DUTY[act]} if act in DUTY else set())
    pairs = []
    for first, second in p.apart:
        one, other = (second, first) if first == "*" else (first, second)
        if other == "*":
            # whoever keeps the accounts or audits, in whatever case, takes no part in this one
            clash = one in f.actor.roles | duties and bool(duties - {Role(one)})
        else:
            clash = one in duties and other in duties
        if clash:
            pairs.append(f"{one} with {'anything else' if other == '*' else other}")
    return pairs


def _apart(act: Act) -> Check:
    return Check(
        key="apart",
        parameter="apart",
        acts=frozenset({act}),
        needs=("actor.roles", "actor.duties_in_case"),
        holds=lambda f, p: not _together(f, p, act),
        says=lambda f, p: f"one person would be {listed(_together(f, p, act))} in this case",
    )


def _in_role(act: Act) -> Check:
    return Check(
        key="role_for_act",
        parameter="role_for_act",
        acts=frozenset({act}),
        needs=("actor.roles",),
        holds=lambda f, p: act not in table_of(p.role_for_act) or bool(f.actor.roles & table_of(p.role_for_act)[act]),
        says=lambda f, p: f"the person is not: {listed(table_of(p.role_for_act)[act])}",
    )


R23 = Rule(
    id="R23",
    title="Separate hands",
    sentence="Nobody has two duties in one case that are there to check each other.",
    remedy="Somebody else, who has no other duty in this case, does it.",
    protection=None,
    parameters=HandsParameters,
    checks=tuple(check(act) for act in Act for check in (_apart, _in_role)),
)
