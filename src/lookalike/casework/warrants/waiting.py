"""What waits for somebody on the way to court: a signature, a decision, an answer, a notice."""

from __future__ import annotations

from django.urls import reverse

from lookalike.casework.acting import Acting
from lookalike.casework.cases.models import TeamMember
from lookalike.casework.permissions import Permission
from lookalike.casework.waiting import Waiting, register
from lookalike.casework.warrants.models import Notice, PastCase, WarrantRequest

State = WarrantRequest.State


@register
def warrants_wait(who: Acting) -> list[Waiting]:
    """Requests to be signed, decided or answered, each for whoever can."""
    rows = WarrantRequest.objects.visible_to(who).exclude(case__lineups__administrator=who.person)
    url = reverse("warrants")
    found = []
    if who.may(Permission.WARRANT_SIGN) and who.person.office:
        signed = rows.filter(state=State.SIGNING).exclude(signatures__person=who.person)
        found.append(Waiting("Warrant requests that wait for signatures", f"{url}?state=signing", signed.count()))
    if who.may(Permission.WARRANT_DECIDE):
        sent = rows.filter(state=State.SENT).count()
        found.append(Waiting("Warrant requests that wait for your decision", f"{url}?state=sent", sent))
    if who.may(Permission.WARRANT_ASK):
        own = TeamMember.objects.filter(person=who.person, until=None).values("case")
        asked = rows.filter(state=State.QUESTIONS, case__in=own).count()
        found.append(Waiting("Warrant requests with questions of the prosecutor", f"{url}?state=questions", asked))
    return found


@register
def notices_wait(who: Acting) -> list[Waiting]:
    """Past cases without a notice, and notices that nobody answered in time."""
    if not who.may(Permission.PAST_BRING):
        return []
    url = reverse("past")
    unsent = PastCase.objects.filter(independent="", notice=None).count()
    overdue = Notice.objects.filter(answered_at=None, due_on__lt=who.at.date()).count()
    return [
        Waiting("Past cases without independent evidence and without a notice", f"{url}?which=unsent", unsent),
        Waiting("Notices to the prosecutor that are overdue", f"{url}?which=overdue", overdue),
    ]
