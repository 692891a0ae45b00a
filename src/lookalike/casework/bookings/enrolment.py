"""Photographs into the gallery, exactly once each: the record id says whether the gallery holds one already.

The gallery is written before the rows are: a crash in between leaves a photograph that waits and a gallery that holds
it, and the next round finds that out. The status is asked for under the gallery's lock, where every change of status
must pass too: a record that was sealed meanwhile is not enrolled, or is told of it right after.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db.models import QuerySet

from lookalike.casework import files, galleries
from lookalike.casework.acting import Acting, act
from lookalike.casework.bookings.models import BookingPhoto
from lookalike.casework.bookings.outbox import as_booked
from lookalike.errors import BadInput, BadRecord, LookalikeError, Refused, UnfitForComparison
from lookalike.face.matcher import Capture, Matcher
from lookalike.face.template import digest
from lookalike.gallery.enrol import subject
from lookalike.gallery.gallery import Gallery, erased_before
from lookalike.gallery.records import NewRecord, Record, Status
from lookalike.ledger.acts import Act
from lookalike.media.photo import read_photo
from lookalike.protocol.vocabulary import RecordStatus


@dataclass(frozen=True, slots=True)
class Made:
    """A photograph whose template is made: what the gallery is to hold, and how fit it is."""

    photo: BookingPhoto
    new: NewRecord
    fitness: str


def waiting() -> QuerySet[BookingPhoto]:
    """Photographs that are to be enrolled now: those of active records."""
    return BookingPhoto.objects.filter(
        state=BookingPhoto.State.WAITING, booking__status=RecordStatus.ACTIVE.value
    ).order_by("id")


def carry_out(who: Acting, limit: int = 64) -> int:
    """Enrol at most `limit` photographs. Returns how many were dealt with. Raises GalleryBusy, PackDiffers, OSError."""
    photos = list(waiting().select_related("booking", "file")[:limit])
    if not photos:
        return 0
    made: list[Made] = []
    rejected: list[tuple[BookingPhoto, str]] = []
    for photo in photos:
        try:
            made.append(_made(photo, galleries.matcher(), who.at.isoformat()))
        except (BadInput, Refused) as error:
            rejected.append((photo, str(error)))
    for name in sorted({photo.gallery for photo in photos}):
        _enrol(
            who, name, [one for one in made if one.photo.gallery == name], [r for r in rejected if r[0].gallery == name]
        )
    return len(photos)


def _made(photo: BookingPhoto, matcher: Matcher, now: str) -> Made:
    if photo.file is None:
        raise BadRecord("The picture is not kept any more.", remedy="Bring another picture.")
    data = files.read(photo.file)
    decoded = read_photo(data, name=photo.file.name)
    faces = matcher.detect(decoded.pixels)
    capture = matcher.capture(decoded.pixels, faces, subject(faces, name=photo.file.name))
    if capture.template is None:
        raise UnfitForComparison(
            f"{photo.file.name} is unfit for comparison: {'; '.join(capture.verdict.reasons)}.",
            why="A poor reference comes back as everybody's lookalike.",
            remedy="Bring a better photograph of this booking, or leave it at that.",
        )
    return Made(
        photo, NewRecord(_record(photo, capture, now), capture.template, data), capture.verdict.fitness.name.lower()
    )


def _record(photo: BookingPhoto, capture: Capture, now: str) -> Record:
    assert photo.file is not None
    assert capture.template is not None
    booking = photo.booking
    return Record(
        id=photo.record_id,
        person_id=booking.person_id,
        file=photo.file.name,
        photo_sha256=photo.sha256,
        date_taken=photo.taken_on.isoformat(),
        source=booking.agency,
        status=Status(booking.status),
        labels=booking.labels,
        template_sha256=digest(capture.template),
        quality={measure.name: round(measure.raw, 4) for measure in capture.quality.measures},
        enrolled_at=now,
    )


def _enrol(who: Acting, name: str, made: Sequence[Made], rejected: list[tuple[BookingPhoto, str]]) -> None:
    with galleries.writing(name) as gallery:
        still = waiting().select_related("booking").in_bulk([one.photo.pk for one in made])
        fresh: list[NewRecord] = []
        enrolled: list[Made] = []
        for one in made:
            if one.photo.pk not in still:
                continue  # sealed, dismissed or expunged since it was read, or enrolled by another worker
            try:
                if not _held(gallery, one):
                    record = as_booked(one.new.record, still[one.photo.pk])
                    fresh.append(replace(one.new, record=record))
                enrolled.append(one)
            except LookalikeError as error:
                rejected.append((one.photo, str(error)))
        gallery.add(fresh, at=who.at.isoformat())
        _write_down(who, gallery, enrolled, rejected)


def _held(gallery: Gallery, one: Made) -> bool:
    """Whether the gallery holds this very photograph already. Raises BadRecord when it holds another, or erased it."""
    record_id = one.photo.record_id
    if erased := gallery.was_erased(record_id):
        raise erased_before(record_id, erased)
    record = gallery.record(record_id)
    if record is not None and record.photo_sha256 != one.photo.sha256:
        raise BadRecord(
            f"The gallery holds another photograph as {record_id}.",
            why="Two photographs under one id could not be told apart in a search.",
            remedy="Bring the picture again: it gets an id of its own.",
        )
    return record is not None


def _write_down(
    who: Acting, gallery: Gallery, enrolled: Sequence[Made], rejected: Sequence[tuple[BookingPhoto, str]]
) -> None:
    """Note what became of each photograph, once: what another worker wrote down meanwhile is left alone."""
    with act(who, Act.BOOKING_CHANGE, objects=[("gallery", gallery.name)]) as doing:
        states = BookingPhoto.State
        for one in enrolled:
            BookingPhoto.objects.filter(pk=one.photo.pk, state=states.WAITING).update(
                state=states.ENROLLED, fitness=one.fitness, told=RecordStatus.ACTIVE.value, reason=""
            )
            doing.about("booking", one.photo.booking.public_id)
        for photo, reason in rejected:
            BookingPhoto.objects.filter(pk=photo.pk, state=states.WAITING).update(state=states.REJECTED, reason=reason)
            doing.about("booking", photo.booking.public_id)
        doing.snapshot = gallery.snapshot().id
        doing.note(f"Photographs enrolled: {len(enrolled)}; rejected: {len(rejected)}.")
