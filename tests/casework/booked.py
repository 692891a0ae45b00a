"""The booking behind a photograph of the invented people, as a feed would have brought it."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from typing import Any

from lookalike.casework.bookings.models import Booking, BookingPhoto
from lookalike.demo.story import PEOPLE


def booked_as(row: dict[str, str], *, received_at: datetime, **more: Any) -> Booking:
    """A booking and its enrolled photograph in the county's gallery. row: a line of people.csv."""
    booking = Booking.objects.create(
        arrest_id=f"A-{row['id']}",
        person_id=row["person_id"],
        agency=row["source"],
        arrested_on=date.fromisoformat(row["date_taken"]),
        charge="robbery",
        source="booking",
        status="active",
        received_at=received_at,
        **more,
    )
    BookingPhoto.objects.create(
        booking=booking,
        record_id=row["id"],
        gallery="county",
        taken_on=date.fromisoformat(row["date_taken"]),
        sha256=hashlib.sha256((PEOPLE / row["file"]).read_bytes()).hexdigest(),
        state=BookingPhoto.State.ENROLLED,
    )
    return booking
