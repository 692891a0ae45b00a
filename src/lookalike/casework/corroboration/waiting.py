"""What waits for somebody on the boards of their cases: an answer, a judgement."""

from __future__ import annotations

from django.urls import reverse

from lookalike.casework.acting import Acting
from lookalike.casework.cases.models import TeamMember
from lookalike.casework.corroboration.models import EvidenceItem
from lookalike.casework.permissions import Permission
from lookalike.casework.waiting import Waiting, register
from lookalike.protocol.evidence.graph import Says


@register
def boards(who: Acting) -> list[Waiting]:
    """Of the cases of one's own team: what speaks against a suspect and nobody answered, what nobody has judged."""
    if not who.may(Permission.EVIDENCE_RECORD):
        return []
    own = TeamMember.objects.filter(person=who.person, until=None).values("case")
    rows = EvidenceItem.objects.visible_to(who).filter(case__in=own, about__ended_at=None)
    open_ = rows.filter(says=Says.AGAINST, replies=None).count()
    unjudged = rows.filter(says=Says.FOR, withdrawn_at=None, reliable=None).count()
    return [
        Waiting("Items that speak for a suspected person, not answered", reverse("boards"), open_),
        Waiting("Items of evidence that nobody has judged", reverse("boards"), unjudged),
    ]
