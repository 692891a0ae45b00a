"""What one message does to the rows. Called inside the act's transaction; raises before it changes anything.

Order: an older message never overwrites what a newer one said. Status: a booking's message that says active says
nothing about it, so that a nightly list brings nobody back: only a change of status, or a person, does. What was
expunged stays so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from lookalike.casework import galleries
from lookalike.casework.bookings.messages import Kind, Message, Photograph, read
from lookalike.casework.bookings.models import Booking, BookingChange, BookingPhoto, Delivery, GalleryChange
from lookalike.casework.models import StoredFile
from lookalike.casework.people.models import Person
from lookalike.errors import BadRecord
from lookalike.protocol.vocabulary import RecordStatus

ACTIVE, EXPUNGED = RecordStatus.ACTIVE, RecordStatus.EXPUNGED
IN_GALLERY = ("person_id", "agency", "labels")
"""Fields of a booking that the gallery's records carry too."""

OLDER = "It is older than what is known: nothing was overwritten."
KEPT_OUT = "The record is not active, and only a change of status makes it so."


def apply(delivery: Delivery, message: Message, files: Mapping[str, StoredFile]) -> Booking | None:
    """Carry out a message. files: by SHA-256. Returns the booking; None where a change of status has to wait for it.

    Sets the delivery's `what` where there is something to tell. Raises BadRecord.
    """
    booking = Booking.objects.select_for_update().filter(arrest_id=message.arrest_id).first()
    if message.kind is Kind.STATUS:
        if booking is None:
            delivery.state = Delivery.State.WAITING
            delivery.what = "No booking of this arrest has come yet. It is applied when one comes."
            return None
        if not set_status(booking, message.status, message.order, delivery=delivery, reason=message.reason):
            delivery.what = OLDER
        return booking
    if message.status is EXPUNGED and booking is None:
        raise BadRecord(
            f"The arrest {message.arrest_id} is expunged.",
            why="What was expunged may not be kept, templated or searched.",
            remedy="Set the message aside, and have it taken out of the feed.",
        )
    if booking is not None and booking.status == EXPUNGED.value:
        raise BadRecord(
            f"The arrest {message.arrest_id} was expunged.",
            why="An expunged record must not come back with the next delivery.",
            remedy="Set the message aside, and have the arrest taken out of the feed.",
        )
    photographs = _new_photographs(booking, message)
    if booking is None:
        booking = _opened(delivery, message)
    else:
        _told(booking, delivery, message)
    _add_photographs(booking, photographs, message.gallery, files, delivery.feed)
    _catch_up(booking, delivery.at)
    return booking


def set_status(
    booking: Booking,
    status: RecordStatus,
    order: tuple[datetime, int],
    *,
    delivery: Delivery | None = None,
    by: Person | None = None,
    reason: str = "",
    at: datetime | None = None,
) -> bool:
    """Give a booking a status, and tell the gallery of it in the same transaction.

    order: when the status was so. Returns False for news that is older than what is known. Raises BadRecord for an
    expunged record that is to be anything else.
    """
    if booking.status == EXPUNGED.value and status is not EXPUNGED:
        raise BadRecord(
            f"The arrest {booking.arrest_id} was expunged.",
            why="An expunged record must not come back.",
            remedy="A new arrest has a new id.",
        )
    if booking.status_told_at is not None and order < (booking.status_told_at, booking.status_told_number):
        return False
    moment = at or (delivery.at if delivery else order[0])
    booking.status_told_at, booking.status_told_number = order
    if booking.status != status.value:
        note(booking, "status", booking.status, status.value, at=moment, delivery=delivery, by=by, reason=reason)
        booking.status = status.value
        booking.version += 1
        tell_gallery(booking, moment)
    booking.save()
    return True


def change_values(
    booking: Booking,
    values: Mapping[str, Any],
    *,
    at: datetime,
    delivery: Delivery | None = None,
    by: Person | None = None,
    reason: str = "",
) -> bool:
    """Set fields of a booking, with a line of history for each that changes. Returns whether any did. Does not save."""
    changed = [name for name, value in values.items() if getattr(booking, name) != value]
    for name in changed:
        note(booking, name, getattr(booking, name), values[name], at=at, delivery=delivery, by=by, reason=reason)
        setattr(booking, name, values[name])
    booking.version += bool(changed)
    if set(changed) & set(IN_GALLERY):
        tell_gallery(booking, at)
    return bool(changed)


def tell_gallery(booking: Booking, at: datetime) -> None:
    """Write down that the gallery on disk has to be told; what is expunged and not yet enrolled never will be.

    It is told of that one too: it may hold a photograph that no row says it holds, being written before the rows are.
    """
    told = list(booking.photos.exclude(state=BookingPhoto.State.REJECTED))
    if booking.status == EXPUNGED.value:
        booking.photos.filter(state=BookingPhoto.State.WAITING).update(
            state=BookingPhoto.State.REJECTED, reason="The record was expunged before it was enrolled.", closed_at=at
        )
    GalleryChange.objects.bulk_create(
        GalleryChange(record_id=photo.record_id, gallery=photo.gallery, status=booking.status, asked_at=at)
        for photo in told
    )


def note(booking: Booking, name: str, before: Any, after: Any, **more: Any) -> None:
    """Keep one line of a booking's history."""
    BookingChange.objects.create(booking=booking, field=name, before=_said(before), after=_said(after), **more)


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as they are kept in JSON: dates as text, what is not known left out."""
    return {
        name: value if isinstance(value, dict | int) else str(value)
        for name, value in values.items()
        if value not in (None, "", {})
    }


def _opened(delivery: Delivery, message: Message) -> Booking:
    at, number = message.order
    # that a booking is active says nothing about its status: an older change of status still counts
    said = message.status is not ACTIVE
    return Booking.objects.create(
        arrest_id=message.arrest_id,
        status=message.status.value,
        received_at=delivery.at,
        told=plain(message.values),
        told_at=at,
        told_number=number,
        status_told_at=at if said else None,
        status_told_number=number if said else 0,
        **message.values,
    )


def _told(booking: Booking, delivery: Delivery, message: Message) -> None:
    """Take up what a further message says of a booking: what it says anew, not what it repeats or is silent of."""
    if booking.told_at is not None and message.order < (booking.told_at, booking.told_number):
        delivery.what = OLDER
    else:
        said = plain(message.values)
        news = {name: message.values[name] for name in said if said[name] != booking.told.get(name)}
        change_values(booking, news, at=delivery.at, delivery=delivery)
        booking.told = booking.told | said
        booking.told_at, booking.told_number = message.order
        booking.save()
    if message.status is ACTIVE and booking.status != ACTIVE.value:
        delivery.what = " ".join(filter(None, (delivery.what, KEPT_OUT)))
    elif message.status is not ACTIVE:
        set_status(booking, message.status, message.order, delivery=delivery)


def _new_photographs(booking: Booking | None, message: Message) -> list[Photograph]:
    """The photographs that the booking has not yet. Raises BadRecord for a record id that is another photograph's."""
    held = set() if booking is None else set(booking.photos.values_list("sha256", flat=True))
    fresh = [one for one in message.photographs if one.sha256 not in held]
    named = [one.record_id for one in fresh if one.record_id]
    taken = BookingPhoto.objects.filter(record_id__in=named).values_list("record_id", flat=True).first()
    if taken is None and len(set(named)) < len(named):
        taken = next(one for one in named if named.count(one) > 1)
    if taken is not None:
        raise BadRecord(
            f"The record id {taken} is another photograph's already.",
            why="Two photographs under one id could not be told apart in a search.",
            remedy="Give the photograph an id of its own, or leave the id out.",
        )
    return fresh


def _add_photographs(
    booking: Booking, fresh: Iterable[Photograph], gallery: str, files: Mapping[str, StoredFile], feed: str
) -> None:
    fresh = list(fresh)
    if not fresh:
        return
    name = gallery_for(gallery, feed)
    for one in fresh:
        add_photograph(booking, files[one.sha256], one.taken_on, name, record_id=one.record_id)


def add_photograph(booking: Booking, file: StoredFile, taken_on: Any, gallery: str, *, record_id: str = "") -> None:
    """Add a photograph to a booking, to be enrolled."""
    BookingPhoto.objects.create(
        booking=booking,
        record_id=record_id or _free_id(booking),
        gallery=gallery,
        taken_on=taken_on,
        sha256=file.sha256,
        file=file,
    )


def gallery_for(name: str, feed: str) -> str:
    """The gallery of a photograph: the one named, else the feed's own, else the only one. Raises BadRecord."""
    there = galleries.names()
    wanted = name or (feed if feed in there else there[0] if len(there) == 1 else "")
    if wanted in there or (not there and wanted in ("", galleries.FIRST)):
        return wanted or galleries.FIRST
    raise BadRecord(
        f"There is no gallery {wanted}." if wanted else "It is not said which gallery the photograph belongs to.",
        why="A photograph in the wrong gallery is searched under the wrong agreement.",
        remedy=f"Name one of: {', '.join(there) or galleries.FIRST}.",
    )


def _free_id(booking: Booking) -> str:
    """A record id that no photograph has: the arrest's, with a number from the second on."""
    number = booking.photos.count() + 1
    wanted = booking.arrest_id if number == 1 else f"{booking.arrest_id}.{number}"
    while BookingPhoto.objects.filter(record_id=wanted).exists():
        number += 1
        wanted = f"{booking.arrest_id}.{number}"
    return wanted


def _catch_up(booking: Booking, at: datetime) -> None:
    """Apply the changes of status that waited for this booking, oldest first."""
    waiting = Delivery.objects.select_for_update().filter(arrest_id=booking.arrest_id, state=Delivery.State.WAITING)
    read_again = [(one, read(Kind.STATUS, one.message, now=at)) for one in waiting]
    for one, message in sorted(read_again, key=lambda pair: pair[1].order):
        if booking.status == EXPUNGED.value and message.status is not EXPUNGED:
            one.what = "The record was expunged: nothing can change that."
        else:
            newer = set_status(booking, message.status, message.order, delivery=one, reason=message.reason)
            one.what = "" if newer else OLDER
        one.state = Delivery.State.TAKEN
        one.save()


def _said(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name}: {said}" for name, said in sorted(value.items()))
    return "" if value is None else str(value)
