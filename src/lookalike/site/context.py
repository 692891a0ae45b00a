"""What every page needs to know: the agency, who is signed in, and where they may go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from lookalike.casework.acting import Acting
from lookalike.casework.people.models import Agency
from lookalike.casework.permissions import Permission

PLACES = (
    ("Cases", "cases", Permission.CASE_EDIT),
    ("Cases", "cases", Permission.SEARCH_READ),
    ("Requests", "requests", Permission.REQUEST_READ),
    ("My examinations", "tasks", Permission.TASK_WORK),
    ("Examinations", "examinations", Permission.EXAMINATION_READ),
    ("Leads", "leads", Permission.SHEET_READ),
    ("Evidence", "boards", Permission.EVIDENCE_READ),
    ("Lineups", "lineups", Permission.LINEUP_READ),
    ("Volunteers", "volunteers", Permission.VOLUNTEER_KEEP),
    ("Lineups to hold", "holdings", Permission.LINEUP_HOLD),
    ("Warrants", "warrants", Permission.WARRANT_READ),
    ("Past cases", "past", Permission.PAST_READ),
    ("Known-answer trials", "trials", Permission.TRIAL_READ),
    ("Bookings", "bookings", Permission.BOOKING_READ),
    ("Gallery health", "health", Permission.HEALTH_READ),
    ("Ledger", "ledger", Permission.LEDGER_READ),
    ("Accounts", "accounts", Permission.ACCOUNT_MANAGE),
    ("Law in force", "law", Permission.LAW_READ),
)
"""Where somebody can go from every page: words, address name, what it needs."""


@dataclass(frozen=True, slots=True)
class Place:
    """One place of the navigation."""

    label: str
    url: str
    current: bool
    count: int | None = None


def frame(request: HttpRequest) -> dict[str, Any]:
    """The context of the page frame."""
    who: Acting | None = getattr(request, "acting", None)
    return {
        "agency": _agency() if who else "",
        "who": who.person if who else None,
        "nav": _places(request.path, who) if who and who.sign_in and who.sign_in.mfa else [],
        "environment": settings.ENVIRONMENT,
    }


def _places(path: str, who: Acting) -> list[Place]:
    places: dict[str, Place] = {}
    for label, name, needs in PLACES:
        if who.may(needs) and label not in places:
            url = reverse(name)
            places[label] = Place(label, url, path.startswith(url))
    return list(places.values())


def _agency() -> str:
    own = Agency.objects.filter(own=True).values_list("name", flat=True).first()
    return own or ""
