"""What waits for somebody among answers: a supervisor's word, an investigator's acceptance."""

from __future__ import annotations

from django.db.models import Count, Q
from django.urls import reverse

from lookalike.casework.acting import Acting
from lookalike.casework.cases.models import TeamMember
from lookalike.casework.leads.content import statements
from lookalike.casework.leads.models import Answer
from lookalike.casework.permissions import Permission
from lookalike.casework.searches.models import Request
from lookalike.casework.waiting import Waiting, register
from lookalike.protocol.vocabulary import Role


@register
def answers_wait(who: Acting) -> list[Waiting]:
    """Requests that wait for a supervisor, and lead sheets that the investigator has not opened yet."""
    found = []
    if who.may(Permission.LEAD_DECIDE):
        asked = Request.objects.visible_to(who).filter(state=Request.State.ANSWERED).count()
        found.append(Waiting("Requests that wait for your answer", reverse("leads"), asked))
    if who.may(Permission.SHEET_ACKNOWLEDGE) and Role.INVESTIGATOR in who.roles:
        cases = TeamMember.objects.filter(person=who.person).values("case")  # also of who has left the team
        mine = Count("acknowledgements", filter=Q(acknowledgements__person=who.person), distinct=True)
        leads = Answer.objects.visible_to(who).filter(request__case__in=cases, candidate__isnull=False)
        closed = leads.annotate(mine=mine).filter(mine__lt=len(statements()))
        found.append(Waiting("Lead sheets whose statements you have not accepted", reverse("leads"), closed.count()))
    return found
