"""Which roles somebody already had in a case: duties stay in separate hands."""

from __future__ import annotations

from lookalike.casework.cases.models import Case, TeamMember
from lookalike.casework.people.models import Person
from lookalike.casework.searches.models import Request
from lookalike.protocol.vocabulary import Office, Role


def duties_in_case(person: Person, case: Case) -> frozenset[Role]:
    """The roles in which a person acted in a case so far, as far as this site knows."""
    from lookalike.casework.examinations.models import Task
    from lookalike.casework.leads.models import Answer, Refusal
    from lookalike.casework.lineups.models import Holding, Lineup
    from lookalike.casework.warrants.models import Question, WarrantRequest, WarrantSignature

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
    holds = Lineup.objects.filter(case=case, administrator=person).exists()
    if holds or Holding.objects.filter(lineup__case=case, held_by=person).exists():
        duties.add(Role.LINEUP_ADMINISTRATOR)
    warrants = WarrantRequest.objects.filter(case=case)
    if warrants.filter(asked_by=person).exists():
        duties.add(Role.INVESTIGATOR)
    office = WarrantSignature.objects.filter(warrant__case=case, person=person).values_list("office", flat=True)
    for one in office:
        duties.add(Role.PROSECUTOR if one == Office.PROSECUTOR_SUPERVISOR else Role.SUPERVISOR)
    if warrants.filter(decided_by=person).exists() or Question.objects.filter(warrant__case=case, by=person).exists():
        duties.add(Role.PROSECUTOR)
    return frozenset(duties)
