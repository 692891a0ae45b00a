"""The health of the galleries in numbers: how old, of which status, how fit, and what should not be there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet

from lookalike.casework import galleries
from lookalike.casework.bookings.models import Booking, BookingPhoto
from lookalike.casework.parts import Bar, Chart
from lookalike.protocol.vocabulary import Fit, RecordStatus

OLD_YEARS = 10
"""A photograph older than this shows somebody who may look otherwise by now."""

AGES = (1, 2, 5, 10, 15, 20)
"""Years at which the groups of ages end."""

LISTED = 200
"""How many of a kind a list shows; the count is always of all."""


@dataclass(frozen=True, slots=True)
class Misplaced:
    """Records that should not be there, of one kind. name: a word for it. says: what is wrong with them."""

    name: str
    says: str
    count: int
    bookings: tuple[Booking, ...]


def charts(on: date) -> list[Chart]:
    """Records by the age of the photograph, by status, and by fitness, stacked by status where that says something."""
    return [_ages(on), _statuses(), _fitness()]


def years_before(on: date, years: int) -> date:
    """The day so many years ago; of the 29th of February, the 28th."""
    try:
        return on.replace(year=on.year - years)
    except ValueError:
        return on.replace(year=on.year - years, day=28)


def _ages(on: date) -> Chart:
    edges = [on + timedelta(days=1), *(years_before(on, years) for years in AGES)]
    names = [f"under {AGES[0]} year"]
    names += [f"{low} to {high} years" for low, high in pairwise(AGES)] + [f"{AGES[-1]} years or more"]
    counts = [0] * len(names)
    # by day first: the index has that, and there are few days
    for day, count in _held().order_by().values_list("taken_on").annotate(Count("id")):
        counts[sum(day < edge for edge in edges[1:])] += count
    bars = [Bar(name, (count,)) for name, count in zip(names, counts, strict=True)]
    return Chart("ages", "Photographs by age", "Age", ("Photographs",), bars)


def _statuses() -> Chart:
    found = dict(Booking.objects.order_by().values_list("status").annotate(Count("id")))
    bars = [Bar(one.value.capitalize(), (found.get(one.value, 0),)) for one in RecordStatus]
    return Chart("statuses", "Bookings by status", "Status", ("Bookings",), bars)


def _fitness() -> Chart:
    found = dict(_held().order_by().values_list("fitness").annotate(Count("id")))
    states = dict(BookingPhoto.objects.order_by().values_list("state").annotate(Count("id")))
    bars = [Bar(word, (found.get(one.value, 0),)) for one, word in ((Fit.FIT, "Fit"), (Fit.POOR, "Poor"))]
    if found.get("", 0):
        bars.append(Bar("Not measured", (found[""],)))
    bars.append(Bar("Rejected", (states.get(BookingPhoto.State.REJECTED.value, 0),)))
    bars.append(Bar("Not enrolled yet", (states.get(BookingPhoto.State.WAITING.value, 0),)))
    return Chart("fitness", "Photographs by fitness for comparison", "Fitness", ("Photographs",), bars)


def _held() -> QuerySet[BookingPhoto]:
    return BookingPhoto.objects.filter(state=BookingPhoto.State.ENROLLED)


def old_photographs(on: date, years: int = OLD_YEARS) -> QuerySet[BookingPhoto]:
    """Photographs that a search can find and that are at least so old, oldest first."""
    return (
        _held()
        .filter(taken_on__lte=years_before(on, years), told__in=["", RecordStatus.ACTIVE.value])
        .select_related("booking")
        .order_by("taken_on", "id")
    )


KINDS: Mapping[str, str] = {
    "no_arrest": "No day of an arrest is known",
    "no_charge": "No charge is known",
    "past_retention": "Kept past the day until which it may be",
    "not_active_searchable": "Not active, and still to be found by a search",
}
"""Records that should not be there, by kind."""


def misplaced(on: date, listed: int = LISTED) -> list[Misplaced]:
    """Records that should not be there, kind by kind. Expunged ones count only where a search can still find them."""
    found = []
    for name, says in KINDS.items():
        rows = _misplaced(name, on)
        found.append(Misplaced(name, says, rows.count(), tuple(rows.order_by("id")[:listed])))
    return found


def _misplaced(name: str, on: date) -> QuerySet[Booking]:
    kept = Booking.objects.exclude(status=RecordStatus.EXPUNGED.value)
    if name == "no_arrest":
        return kept.filter(arrested_on=None)
    if name == "no_charge":
        return kept.filter(charge="")
    if name == "past_retention":
        return kept.filter(retain_until__lt=on)
    hidden = [one.value for one in RecordStatus if one is not RecordStatus.ACTIVE]
    searchable = _held().filter(booking=OuterRef("pk"), told__in=["", RecordStatus.ACTIVE.value])
    return Booking.objects.filter(Exists(searchable), status__in=hidden)


def strangers() -> dict[str, int]:
    """By gallery: how many searchable records it holds that no booking stands behind."""
    held = dict(
        _held().filter(told__in=["", RecordStatus.ACTIVE.value]).order_by().values_list("gallery").annotate(Count("id"))
    )
    return {one.name: max(0, one.snapshot().count - held.get(one.name, 0)) for one in galleries.galleries()}


def frozen(on: date) -> dict[str, Any]:
    """What should not be there as plain data: by kind its count and the public ids of all of it."""
    told: dict[str, Any] = {"on": on.isoformat(), "strangers": strangers()}
    for name in KINDS:
        told[name] = list(_misplaced(name, on).order_by("id").values_list("public_id", flat=True))
    return told
