"""Which roles somebody already had in a case: duties stay in separate hands."""

from __future__ import annotations

from lookalike.casework.cases.models import Case, TeamMember
from lookalike.casework.people.models import Person
from lookalike.casework.searches.models import Request
from lookalike.protocol.vocabulary import Role


def duties_in_case(person: Person, case: Case) -> frozenset[Role]:
    """The roles in which a person acted in a case so far, as far as this site knows."""
    from lookalike.casework.examinations.models import Task
    from lookalike.casework.leads.models import Answer, Refusal

    requests = Request.objects.filter(case=case)
    duties = set()
    on_team = TeamMember.objects.filter(case=case, person=person).exists()  # also who has left it
    if on_team or case.opened_by_id == person.pk or requests.filter(asked_by=person).exists():
        duties.add(Role.INVESTIGATOR)
    if requests.filter(checked_by=person).exists() or Task.objects.filter(search__request__case=case, examiner=person):
        duties.add(Role.EXAMINER)
    answered = Answer.objects.filter(request__case=case, by=person).exists()
    if answered or Refusal.objects.filter(request__case=case, by=person).exists():
        duties.add(Role.SUPERVISOR)
    return frozenset(duties)
