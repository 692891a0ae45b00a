"""What is known of the records that a search returns, for the protections, the sheet and the search itself."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from lookalike.casework import files, galleries
from lookalike.casework.bookings.models import Booking, BookingPhoto, GalleryChange
from lookalike.casework.people.models import Paper
from lookalike.protocol.facts.common import Gallery
from lookalike.protocol.unknown import UNKNOWN
from lookalike.protocol.vocabulary import PaperKind, RecordStatus, Source

_AT_ONCE = 500
_SEARCHED = Q(state=BookingPhoto.State.ENROLLED, told__in=["", RecordStatus.ACTIVE.value])
"""Photographs that the gallery on disk lets a search find."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownBooking:
    """The booking of one photograph as it stands now. What is not known is None or "".

    record_id: of the photograph in its gallery. public_id: of the booking. document_last_day: of the document that the
    photograph is from. fitness: of the photograph, as measured when it was enrolled.
    """

    record_id: str
    gallery: str
    public_id: str
    arrest_id: str
    person_id: str
    name: str
    agency: str
    source: Source
    status: RecordStatus
    taken_on: date
    arrested_on: date | None
    charge: str
    born_on: date | None
    height_cm: int | None
    weight_kg: int | None
    hair: str
    facial_hair: str
    marks: str
    document_last_day: date | None
    photo_sha256: str
    fitness: str

    def document_expired(self, on: date) -> bool:
        """Whether the document of the photograph had run out on a day; a booking photograph is of no document."""
        return self.document_last_day is not None and self.document_last_day < on


def known(record_ids: Iterable[str]) -> dict[str, KnownBooking]:
    """What is known of these records now. A record that no booking stands behind is not in the answer."""
    wanted = list(dict.fromkeys(record_ids))
    found: dict[str, KnownBooking] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        part = wanted[start : start + _AT_ONCE]
        for photo in BookingPhoto.objects.filter(record_id__in=part).select_related("booking"):
            found[photo.record_id] = _known(photo)
    return found


def photograph(photo: BookingPhoto) -> bytes:
    """The bytes of a photograph as it was delivered: the stored file, or what the gallery on disk holds of it.

    Raises BrokenFile, NoSuchGallery, BadRecord, BrokenGallery.
    """
    if photo.file is not None:
        return files.read(photo.file)
    return galleries.gallery(photo.gallery).photo(photo.record_id)


def left_out() -> frozenset[str]:
    """The records whose change the gallery on disk has still to be told: from the commit on, no search finds them."""
    return frozenset(GalleryChange.objects.filter(done_at=None).values_list("record_id", flat=True))


def gallery_facts(wanted: Collection[str], on: date) -> Gallery:
    """What the protections ask of these galleries together, on a day.

    sources: whose photographs are searchable. statuses: of the records that a search would find, as the bookings have
    them now. Both are unknown while a gallery holds more searchable records than bookings stand behind.
    size: people who may be found.
    """
    opened = galleries.galleries(wanted)
    photos = BookingPhoto.objects.filter(gallery__in=list(wanted))
    may_be_there = _SEARCHED | Q(state=BookingPhoto.State.WAITING)
    answered = all(one.snapshot().count <= photos.filter(may_be_there, gallery=one.name).count() for one in opened)
    return Gallery(
        sources=_sources(photos) if answered else UNKNOWN,
        statuses=_statuses(photos) if answered else UNKNOWN,
        agreement=Paper.objects.filter(
            Q(last_day=None) | Q(last_day__gte=on),
            kind=PaperKind.GALLERY_AGREEMENT.value,
            issued_on__lte=on,
            withdrawn_at=None,
        ).exists(),
        size=sum(one.catalogue.persons() for one in opened),
    )


def _sources(photos: QuerySet[BookingPhoto]) -> frozenset[Source]:
    told = photos.filter(_SEARCHED)
    return frozenset(one for one in Source if _any_of(Booking.objects.filter(source=one.value), told))


def _statuses(photos: QuerySet[BookingPhoto]) -> frozenset[RecordStatus]:
    told = photos.filter(_SEARCHED)
    pending = GalleryChange.objects.filter(done_at=None).values("record_id")
    others = told.exclude(record_id__in=pending)
    return frozenset(
        one
        for one in RecordStatus
        if _any_of(Booking.objects.filter(status=one.value), told if one is RecordStatus.ACTIVE else others)
    )


def _any_of(bookings: QuerySet[Booking], photos: QuerySet[BookingPhoto]) -> bool:
    """Whether any of these photographs is of one of these bookings: asked from the bookings, which an index counts."""
    return bookings.filter(Exists(photos.filter(booking=OuterRef("pk")))).exists()


def _known(photo: BookingPhoto) -> KnownBooking:
    booking = photo.booking
    return KnownBooking(
        record_id=photo.record_id,
        gallery=photo.gallery,
        public_id=booking.public_id,
        arrest_id=booking.arrest_id,
        person_id=booking.person_id,
        name=booking.name,
        agency=booking.agency,
        source=Source(booking.source),
        status=RecordStatus(booking.status),
        taken_on=photo.taken_on,
        arrested_on=booking.arrested_on,
        charge=booking.charge,
        born_on=booking.born_on,
        height_cm=booking.height_cm,
        weight_kg=booking.weight_kg,
        hair=booking.hair,
        facial_hair=booking.facial_hair,
        marks=booking.marks,
        document_last_day=booking.document_last_day,
        photo_sha256=photo.sha256,
        fitness=photo.fitness,
    )
