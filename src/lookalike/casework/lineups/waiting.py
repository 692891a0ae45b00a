"""What waits for somebody of the lineups: a signature, a test that enough have answered or
that has no links, pictures to be looked at.
"""

from __future__ import annotations

from django.db.models import Count, Q
from django.urls import reverse

from lookalike.casework.acting import Acting
from lookalike.casework.cases.models import TeamMember
from lookalike.casework.lineups.models import Lineup, MockTest
from lookalike.casework.lineups.services.mock import needed
from lookalike.casework.permissions import Permission
from lookalike.casework.waiting import Waiting, register

State = Lineup.State


@register
def lineups(who: Acting) -> list[Waiting]:
    """For whoever supervises: lineups that were tested; for the team: tests that can be closed."""
    told, rows, url = [], Lineup.objects.visible_to(who), reverse("lineups")
    if who.may(Permission.LINEUP_ALLOW):
        unsigned = rows.filter(state=State.TESTED).exclude(made_by=who.person)
        told.append(Waiting("Lineups that were tested and nobody has allowed", url, unsigned.count()))
    if who.may(Permission.LINEUP_PLAN):
        own = rows.filter(case__in=TeamMember.objects.filter(person=who.person, until=None).values("case"))
        chose = Q(tests__closed_at=None, tests__tickets__choice__isnull=False, tests__tickets__set_aside="")
        testing = own.filter(state=State.TESTING).annotate(chose=Count("tests__tickets", filter=chose))
        ready = testing.filter(chose__gte=needed()).count() if testing.exists() else 0
        told.append(Waiting("Tests of lineups that enough have answered", url, ready))
        made = own.filter(state=State.DRAFT, looked_at=None, members__removed_at=None, members__picture__isnull=False)
        told.append(Waiting("Lineups whose pictures wait to be looked at", url, made.distinct().count()))
    if who.may(Permission.VOLUNTEER_KEEP):
        unlinked = MockTest.objects.filter(closed_at=None, tickets__token_sha256=None).distinct().count()
        told.append(Waiting("Tests of lineups whose links nobody has made", reverse("volunteers"), unlinked))
    if who.may(Permission.LINEUP_HOLD):
        held = Lineup.objects.filter(administrator=who.person, state__in=[State.ALLOWED, State.HOLDING])
        told.append(Waiting("Lineups that you are to hold", reverse("holdings"), held.count()))
    return told
