"""Known non-mates for a task: photographs of other people from the galleries that the candidates came from."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator

from django.db.models import Max, Min, QuerySet

from lookalike.casework.bookings.models import BookingPhoto, GalleryChange
from lookalike.casework.searches.models import Candidate
from lookalike.errors import NotNow
from lookalike.protocol.vocabulary import RecordStatus

TRIES = 200
"""How often chance is asked for a photograph before the ones that are left are looked through one by one."""

LOOKED_THROUGH = 1000


def decoys(
    candidates: Iterable[Candidate], count: int, chance: random.Random, but: Iterable[str]
) -> list[BookingPhoto]:
    """Photographs of `count` people, none of them a candidate; each person, and each record, at most once.

    but: persons who are not to be taken either. The person sought may be in the gallery under another record; that a
    decoy is that person is as likely as for any stranger drawn from it, and is not known to anybody.
    Raises NotNow where the galleries do not hold as many others.
    """
    given = list(candidates)
    galleries = sorted({one.gallery for one in given})
    taken = {one.person_id for one in given} | set(but)
    there = BookingPhoto.objects.filter(
        gallery__in=galleries,
        state=BookingPhoto.State.ENROLLED,
        booking__status=RecordStatus.ACTIVE.value,
    ).select_related("booking", "file")
    ends = there.aggregate(first=Min("pk"), last=Max("pk"))
    waiting = set(GalleryChange.objects.filter(done_at=None).values_list("record_id", flat=True))
    found: list[BookingPhoto] = []
    for photo in _by_chance(there, ends["first"], ends["last"], chance, taken):
        if len(found) == count:
            break
        if photo.booking.person_id not in taken and photo.record_id not in waiting:
            taken.add(photo.booking.person_id)
            found.append(photo)
    if len(found) < count:
        raise NotNow(
            "The examinations cannot be given: there is nobody to mix in among the candidates.",
            why="Known non-mates show whether an examiner names people who are surely somebody else.",
            remedy="Ask the records custodian for the photographs of the gallery's bookings.",
        )
    return found


def _by_chance(
    there: QuerySet[BookingPhoto], first: int | None, last: int | None, chance: random.Random, taken: set[str]
) -> Iterator[BookingPhoto]:
    """Photographs drawn by chance, some perhaps twice; at the end what is left, where few people are."""
    if first is None or last is None:
        return
    for _ in range(TRIES):
        drawn = there.filter(pk__gte=chance.randint(first, last)).order_by("pk").first()
        if drawn is not None:
            yield drawn
    left = list(there.exclude(booking__person_id__in=taken).order_by("pk")[:LOOKED_THROUGH])
    chance.shuffle(left)
    yield from left
