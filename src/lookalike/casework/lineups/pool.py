"""From whom fillers are taken, who is left out, and which photograph of the suspect is shown.

A photograph is cleared for lineups when it is a booking photograph (the booking's source is `booking`, not a licence or
any other document) of a record that is active today, and the gallery holds it. That is a fact of the record, and nobody
ticks it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from lookalike.casework import galleries
from lookalike.casework.bookings.known import left_out, photograph
from lookalike.casework.bookings.models import BookingPhoto
from lookalike.casework.cases.models import Case, Description
from lookalike.casework.corroboration.models import Suspect
from lookalike.casework.searches.models import Candidate
from lookalike.errors import NotNow
from lookalike.lineup.description import Described, PoolPhoto, Span
from lookalike.lineup.order import drawn
from lookalike.protocol.persons import person_of
from lookalike.protocol.vocabulary import RecordStatus, Source

MOST = 3_000
"""Photographs that a proposal looks at; of a larger pool the lineup's seed draws them. A working limit."""


@dataclass(frozen=True, slots=True)
class Searched:
    """What the searches of a case returned. photos: the SHA-256 of each photograph's file."""

    records: frozenset[str]
    persons: frozenset[str]
    photos: frozenset[str]


def searched(case: Case) -> Searched:
    """Everybody on any candidate list of a case, and every photograph that came back."""
    rows = Candidate.objects.filter(search__request__case=case)
    records, persons, photos = set(), set(), set()
    for record_id, person_id, sha256 in rows.values_list("record_id", "person_id", "picture__sha256"):
        records.add(record_id)
        persons.add(person_id)
        photos.add(sha256)
    return Searched(frozenset(records), frozenset(persons), frozenset(photos))


def cleared() -> QuerySet[BookingPhoto]:
    """The photographs that may be fillers'."""
    return BookingPhoto.objects.filter(
        state=BookingPhoto.State.ENROLLED,
        told__in=["", RecordStatus.ACTIVE.value],
        booking__status=RecordStatus.ACTIVE.value,
        booking__source=Source.BOOKING.value,
    ).exclude(record_id__in=left_out())


def without(case: Case) -> frozenset[str]:
    """The person ids that no filler has: everybody on a candidate list, everybody who is suspected in the case."""
    suspected = case.suspects.exclude(person_id="").values_list("person_id", flat=True)
    return searched(case).persons | frozenset(suspected)


def drawn_pool(seed: str) -> tuple[list[PoolPhoto], int]:
    """The pool as the proposal takes it, and how many photographs there are in all."""
    ids = list(cleared().values_list("record_id", flat=True))
    taken = ids if len(ids) <= MOST else drawn(f"{seed} pool", ids)[:MOST]
    found: list[PoolPhoto] = []
    for start in range(0, len(taken), 500):
        rows = cleared().filter(record_id__in=taken[start : start + 500]).select_related("booking")
        found += [pool_photo(one) for one in rows]
    return found, len(ids)


def pool_photo(photo: BookingPhoto) -> PoolPhoto:
    """A photograph as the choice of fillers knows it."""
    booking = photo.booking
    return PoolPhoto(
        record_id=photo.record_id,
        person_id=booking.person_id,
        taken_on=photo.taken_on,
        cleared=True,
        template=galleries.gallery(photo.gallery).template(photo.record_id),
        born_on=booking.born_on,
        height_cm=booking.height_cm,
        weight_kg=booking.weight_kg,
        hair=booking.hair,
        facial_hair=booking.facial_hair,
        marks=booking.marks,
        labels={name: str(value) for name, value in booking.labels.items()},
    )


def described(description: Description) -> Described:
    """What the witness said, as the choice of fillers knows it."""
    return Described(
        height_cm=_span(description.height_low_cm, description.height_high_cm),
        weight_kg=_span(description.weight_low_kg, description.weight_high_kg),
        age=_span(description.age_low, description.age_high),
        build=description.build,
        hair=description.hair,
        facial_hair=description.facial_hair,
        marks=description.marks,
    )


def suspect_photo(suspect: Suspect) -> BookingPhoto:
    """The most recent photograph of the suspect that no search of the case returned, neither its record nor its file.

    Source: the Chief's rules of August 2023. Raises NotNow where there is none.
    """
    returned = searched(suspect.case)
    rows = (
        BookingPhoto.objects.filter(
            booking__person_id=suspect.person_id,
            booking__status=RecordStatus.ACTIVE.value,
            state=BookingPhoto.State.ENROLLED,
        )
        .exclude(record_id__in=returned.records | left_out())
        .exclude(sha256__in=returned.photos)
        .select_related("booking")
        .order_by("-taken_on", "-pk")
    )
    found = rows.first() if suspect.person_id else None
    if found is None:
        raise NotNow(
            f"There is no photograph of {suspect.party.name} that may be shown.",
            why="The photograph that the face search returned is never shown to a witness, and the bookings hold no "
            "other one of this person.",
            remedy="Get another photograph lawfully and have the custodian take it in as this person's; until then "
            "there is no lineup.",
        )
    return found


def uses_searched(case: Case, members: Iterable[tuple[str, str]]) -> tuple[bool, bool]:
    """Whether any member's photograph came back from a search, and whether any filler is of a candidate's person.

    members: record id and person id, the suspect's first.
    """
    returned = searched(case)
    given = list(members)
    files = BookingPhoto.objects.filter(record_id__in=[record for record, _ in given]).values_list("sha256", flat=True)
    photo = any(record in returned.records for record, _ in given) or any(one in returned.photos for one in files)
    persons = {person_of(one) for one in returned.persons}
    return photo, any(person_of(person) in persons for _, person in given[1:])


def bytes_of(record_id: str) -> bytes:
    """The photograph of a record as it was delivered. Raises NotNow for one that is not there any more."""
    photo = BookingPhoto.objects.select_related("file").filter(record_id=record_id).first()
    if photo is None:
        raise NotNow("A photograph of this lineup is not there any more.", remedy="Replace its member.")
    return photograph(photo)


def _span(low: int | None, high: int | None) -> Span | None:
    if low is None and high is None:
        return None
    return float(low or 0), float(high if high is not None else 400)
