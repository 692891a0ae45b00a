"""What of this step waits for somebody: for the administrator, what keeps others from working."""

from __future__ import annotations

from datetime import timedelta

from django.urls import reverse

from lookalike.casework.acting import Acting
from lookalike.casework.people.models import PackInForce, Paper, Person, TrainingRecord
from lookalike.casework.permissions import Permission
from lookalike.casework.waiting import Waiting

SOON = timedelta(days=30)


def waiting(who: Acting) -> list[Waiting]:
    """Locked accounts, training and papers that run out within thirty days, and that no pack is in force."""
    told = []
    day = who.at.date()
    soon = {"withdrawn_at": None, "last_day__gte": day, "last_day__lte": day + SOON}
    if who.may(Permission.ACCOUNT_MANAGE):
        locked = Person.objects.filter(locked_at__isnull=False, disabled_at=None).count()
        training = TrainingRecord.objects.filter(person__disabled_at=None, **soon).values("person").distinct().count()
        address = reverse("accounts")
        told.append(Waiting("Accounts that locked themselves", f"{address}?state=locked", locked))
        told.append(Waiting("People whose training runs out within 30 days", f"{address}?state=training", training))
    if who.may(Permission.LAW_MANAGE):
        none = not PackInForce.objects.filter(until=None, only_for_others=False).exists()
        told.append(Waiting("No pack is in force: put one in force", reverse("packs"), int(none)))
        papers = Paper.objects.filter(**soon).count()
        told.append(Waiting("Papers that run out within 30 days", reverse("law"), papers))
    return told
