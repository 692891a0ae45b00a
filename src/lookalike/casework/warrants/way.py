"""The warrant as the last step of a case on its way to court."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse

from lookalike.casework.acting import Acting
from lookalike.casework.cases.models import Case
from lookalike.casework.permissions import Permission
from lookalike.casework.warrants.models import WarrantRequest
from lookalike.casework.way import Step, register

State = WarrantRequest.State
NEXT = {
    State.DRAFT: "Have the packet made, and put it before those who sign.",
    State.SIGNING: "The captains and a supervisor among the prosecutors sign, or refuse; then it is asked for.",
    State.SENT: "The prosecutor decides.",
    State.QUESTIONS: "Answer the questions, and ask again.",
}
"""What comes next, by the state of the request that is least far."""


@register
def warrants(who: Acting, case: Case) -> Step | None:
    """Where the requests of a case stand, and what the one that is least far waits for."""
    if not who.may(Permission.WARRANT_READ):
        return None
    states = list(WarrantRequest.objects.visible_to(who).filter(case=case).values_list("state", flat=True))
    stands = ", ".join(f"{states.count(one)} {State(one).label}" for one in State.values if one in states)
    coming = next((NEXT[one] for one in NEXT if one in states), "")
    if not states and who.may(Permission.WARRANT_ASK):
        coming = "It is asked for from the board of a suspect."
    return Step(
        "Warrant", f"{reverse('warrants')}?{urlencode({'case': case.number})}", stands or "not asked for", coming
    )
