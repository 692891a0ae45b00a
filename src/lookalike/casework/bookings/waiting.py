"""What waits for the records custodian."""

from __future__ import annotations

from django.urls import reverse

from lookalike.casework.acting import Acting
from lookalike.casework.bookings.models import Delivery, Proposal, Scrub
from lookalike.casework.permissions import Permission
from lookalike.casework.waiting import Waiting, register


@register
def desk(who: Acting) -> list[Waiting]:
    """Rejected messages to mend, proposals to decide, a scrub that is due."""
    if not who.may(Permission.BOOKING_CHANGE):
        return []
    place = reverse("bookings")
    return [
        Waiting("Rejected messages", place, Delivery.objects.filter(state=Delivery.State.REJECTED).count()),
        Waiting("Proposals to decide", place, Proposal.objects.filter(state=Proposal.State.OPEN).count()),
        Waiting("Scrubs due", place, Scrub.objects.filter(signed_at=None, due_on__lte=who.at.date()).count()),
    ]
