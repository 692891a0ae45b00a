"""Who may examine a search: trained, in role, and blind to everything that an examiner must not know."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from django.db.models import Q

from lookalike.casework.acting import Acting
from lookalike.casework.cases.models import CaseRead, TeamMember
from lookalike.casework.examinations.models import Task
from lookalike.casework.examinations.trials import known_answer_on
from lookalike.casework.law import policy_in_force
from lookalike.casework.people import facts as people
from lookalike.casework.people.models import Person, RoleHeld
from lookalike.casework.permissions import ROLES, Permission
from lookalike.casework.searches.duties import duties_in_case
from lookalike.casework.searches.models import Search
from lookalike.protocol.decide import decide
from lookalike.protocol.facts.base import unknown
from lookalike.protocol.facts.search import ShowFacts
from lookalike.protocol.rule import Outcome
from lookalike.protocol.vocabulary import Role

READERS = ROLES[Permission.SEARCH_READ] | ROLES[Permission.BOOKING_READ]
"""Roles that can open searches with their ranks and scores, or the records behind the faces: none of them is blind.

Whoever held one at any time since a search ran could open it, its results and the bookings behind its candidates. That
bars them from its faces for good, read or not: the roles that were held are on record, what was looked at is not.
"""

JUDGED = frozenset({"R06", "R23"})
"""The rules that speak of the person: training and role, and separate hands."""


def eligible(search: Search, *, at: datetime) -> list[tuple[Person, str]]:
    """Every examiner in service, by name, with why each may not examine this search; "" for those who may."""
    return [(person, why_not(person, search, at=at)) for person in examiners(at)]


def examiners(at: datetime) -> list[Person]:
    """Everybody who holds the role now and whose account is in use, by name."""
    rows = Person.objects.filter(roles_held__role=Role.EXAMINER.value, roles_held__until=None).order_by("name", "pk")
    return [person for person in rows if person.in_use(at)]


def why_not(person: Person, search: Search, *, at: datetime, but: Task | None = None) -> str:
    """Why somebody may not examine a search, or "". but: a task that may be theirs already."""
    asked, case = search.request, search.request.case_id
    if not person.in_use(at):
        return "The account is not in use."
    if could_read(person, search.run_at):
        return "Holds, or has held since the search ran, a role that reads searches or bookings."
    if CaseRead.objects.filter(case=case, person=person).exists():
        return "Has read the case, and is not blind to it."
    if TeamMember.objects.filter(case=case, person=person).exists():
        return "Is or was on the team of the case."
    if person.pk in (asked.asked_by_id, asked.checked_by_id):
        return "Asked for this search or checked the request."
    if person.pk == search.run_by_id:
        return "Ran the search."
    mine = Task.objects.filter(search=search, examiner=person)
    if but is not None:
        mine = mine.exclude(pk=but.pk)
    if mine.exists():
        return "Has or had a task on this search."
    duties = duties_in_case(person, asked.case)
    return of_the_packs(person, at, duties=duties, known_answer_on=known_answer_on(person, at))


def could_read(person: Person, since: datetime) -> bool:
    """Whether somebody holds a role that reads, or held one at any time since then."""
    held = Q(until=None) | Q(until__gte=since)
    return RoleHeld.objects.filter(held, person=person, role__in=[role.value for role in READERS]).exists()


def of_the_packs(person: Person, at: datetime, *, duties: frozenset[Role], known_answer_on: date | None) -> str:
    """What the packs in force say against the person as an examiner, in their sentences; "" where nothing is.

    duties: in the case. known_answer_on: when the person last passed a round of trials.
    """
    acting = Acting(person=person, roles=person.roles, at=at, source="", where="")
    actor = people.actor(acting, duties=duties, known_answer_on=known_answer_on)
    decision = decide(replace(unknown(ShowFacts), at=at, actor=actor), policy_in_force())
    said = [
        failure.sentence
        for one in decision.findings
        if one.rule in JUDGED and one.outcome is Outcome.REFUSED
        for failure in one.failures
    ]
    return f"{'; '.join(dict.fromkeys(said)).capitalize()}." if said else ""
