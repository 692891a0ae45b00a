"""What waits for whoever checks requests, and for whoever asked."""

from __future__ import annotations

from django.urls import reverse

from lookalike.casework.acting import Acting
from lookalike.casework.permissions import Permission
from lookalike.casework.searches.models import Request
from lookalike.casework.waiting import Waiting, register


@register
def requests(who: Acting) -> list[Waiting]:
    """Requests to check, approved ones whose search was cut short, and one's own that were sent back."""
    seen = Request.objects.visible_to(who)
    told = []
    if who.may(Permission.REQUEST_CHECK):
        waiting = seen.filter(state=Request.State.WAITING).count()
        approved = seen.filter(state=Request.State.APPROVED, checked_by=who.person).count()
        told.append(Waiting("Requests to check", f"{reverse('requests')}?state=waiting", waiting))
        told.append(Waiting("Searches that were cut short", f"{reverse('requests')}?state=approved", approved))
    if who.may(Permission.REQUEST_MAKE):
        back = seen.filter(state=Request.State.SENT_BACK, asked_by=who.person).count()
        told.append(Waiting("Your requests that were sent back", f"{reverse('requests')}?state=sent_back", back))
    return told
