"""The lineups as the second step of a case on its way to court."""

from __future__ import annotations

from django.db.models import Count
from django.urls import reverse

from lookalike.casework.acting import Acting
from lookalike.casework.cases.models import Case
from lookalike.casework.lineups.hands import may_plan
from lookalike.casework.lineups.models import Lineup
from lookalike.casework.permissions import Permission
from lookalike.casework.way import Step, register

State = Lineup.State
NEXT = {
    State.DRAFT: "Finish the members and their pictures, and test them on mock witnesses.",
    State.TESTING: "Wait until enough mock witnesses have chosen, and close the test.",
    State.TESTED: "A captain reads everything and signs, or refuses.",
    State.ALLOWED: "Whoever holds it begins it.",
    State.HOLDING: "Wait until it is over.",
}
"""What comes next, by the state of the lineup that is least far."""


@register
def lineups(who: Acting, case: Case) -> Step | None:
    """How many lineups stand where, and what the one that is least far waits for."""
    rows = Lineup.objects.visible_to(who).filter(case=case)
    if not who.may(Permission.LINEUP_READ):
        return None
    counts = dict(rows.values_list("state").annotate(n=Count("pk")))
    stands = ", ".join(f"{counts[one]} {State(one).label}" for one in State.values if one in counts)
    coming = next((NEXT[one] for one in NEXT if one in counts), "")
    if not counts and may_plan(who, case):
        coming = "A witness who was there can be shown one, once independent evidence is on the board."
    return Step("Lineups", reverse("case-lineups", args=[case.public_id]), stands or "none", coming)
