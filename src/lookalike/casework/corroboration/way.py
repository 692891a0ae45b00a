"""The board as the first step of a case on its way to court."""

from __future__ import annotations

from django.urls import reverse

from lookalike.casework.acting import Acting
from lookalike.casework.cases.models import Case
from lookalike.casework.corroboration.graph import standing_in
from lookalike.casework.corroboration.nodes import evidence_of
from lookalike.casework.permissions import Permission
from lookalike.casework.way import Step, register
from lookalike.protocol.evidence.graph import Says


@register
def board(who: Acting, case: Case) -> Step | None:
    """What independent evidence there is, and what on the board is still to be done."""
    url = reverse("evidence", args=[case.public_id])
    if not who.may(Permission.EVIDENCE_READ):
        return None
    evidence = evidence_of(case)
    suspects = [one for one in evidence.suspects if one.ended_at is None]
    if not suspects:
        return Step("Evidence", url, "nobody is suspected", "Record what there is, whomever it speaks for.")
    bare = [one for one in suspects if not standing_in(evidence, one, at=who.at).independent]
    if bare:
        names = ", ".join(one.party.name for one in bare)
        return Step("Evidence", url, f"no independent evidence on {names}", "Look for what comes from no search.")
    open_ = [one for one in evidence.items if one.says == Says.AGAINST and one.about and not one.replies.all()]
    told = f"{len(open_)} items that speak for a suspected person are not answered." if open_ else ""
    return Step("Evidence", url, "independent evidence on everybody who is suspected", told)
