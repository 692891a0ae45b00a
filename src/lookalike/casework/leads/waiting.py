"""What waits for a supervisor, and for the investigator to whom an answer came."""

from __future__ import annotations

from django.urls import reverse

from lookalike.casework.acting import Acting
from lookalike.casework.leads.models import Answer
from lookalike.casework.permissions import Permission
from lookalike.casework.searches.models import Request
from lookalike.casework.waiting import Waiting, register


@register
def answers(who: Acting) -> list[Waiting]:
    """Requests that both examiners have concluded, and leads whose statements one has not accepted yet."""
    told = []
    if who.may(Permission.LEAD_DECIDE):
        count = Request.objects.visible_to(who).filter(state=Request.State.ANSWERED).count()
        told.append(Waiting("Requests to answer", reverse("leads"), count))
    if who.may(Permission.SHEET_ACKNOWLEDGE):
        mine = Answer.objects.visible_to(who).exclude(candidate=None).exclude(acknowledgements__person=who.person)
        told.append(Waiting("Leads to acknowledge", reverse("leads"), mine.count()))
    return told
