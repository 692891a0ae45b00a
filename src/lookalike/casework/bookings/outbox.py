"""Changes that the galleries on disk have still to be told: carried out in any order and as often as it takes.

What is carried out is the booking as it stands now, not as it stood when the change was asked for: told twice, or told
late, a gallery ends in the same state.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.db.models import Q

from lookalike.casework import galleries
from lookalike.casework.acting import Acting, act
from lookalike.casework.bookings.models import BookingPhoto, GalleryChange
from lookalike.gallery.gallery import Gallery
from lookalike.gallery.records import Record, Status
from lookalike.ledger.acts import Act


def carry_out(who: Acting, limit: int = 1000) -> int:
    """Tell the galleries at most `limit` changes, oldest first. Returns how many. Raises GalleryBusy, OSError."""
    pending = list(GalleryChange.objects.filter(done_at=None).order_by("id")[:limit])
    there = set(galleries.names())
    for name in sorted({change.gallery for change in pending}):
        changes = [change for change in pending if change.gallery == name]
        if name in there:
            with galleries.writing(name) as gallery:
                _tell(who, gallery, changes)
        else:
            _done(who, name, changes, {}, None)  # nothing was ever enrolled: there is nobody to tell
    return len(pending)


def _tell(who: Acting, gallery: Gallery, changes: Sequence[GalleryChange]) -> None:
    photos = BookingPhoto.objects.select_related("booking").in_bulk(
        {change.record_id for change in changes}, field_name="record_id"
    )
    held = {name: record for name in photos if (record := gallery.record(name)) is not None}
    wanted = {name: as_booked(record, photos[name]) for name, record in held.items()}
    gallery.update([record for name, record in wanted.items() if record != held[name]], at=who.at.isoformat())
    _done(who, gallery.name, changes, {name: record.status.value for name, record in wanted.items()}, gallery)


def as_booked(record: Record, photo: BookingPhoto) -> Record:
    """A gallery's record as its booking says it should be."""
    booking = photo.booking
    return replace(
        record,
        person_id=booking.person_id,
        date_taken=photo.taken_on.isoformat(),
        source=booking.agency,
        status=Status(booking.status),
        labels=booking.labels,
    )


def _done(
    who: Acting, name: str, changes: Sequence[GalleryChange], told: dict[str, str], gallery: Gallery | None
) -> None:
    with act(who, Act.BOOKING_CHANGE, objects=[("gallery", name)]) as doing:
        done = GalleryChange.objects.filter(pk__in=[change.pk for change in changes], done_at=None)
        count = done.update(done_at=who.at)
        for status in sorted(set(told.values())):
            named = [record_id for record_id, one in told.items() if one == status]
            BookingPhoto.objects.filter(~Q(told=status), record_id__in=named).update(told=status)
        doing.snapshot = None if gallery is None else gallery.snapshot().id
        doing.note(f"The gallery was told {count} change{'' if count == 1 else 's'}.")
