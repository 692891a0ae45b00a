"""Known non-mates: other people, of the same gallery, active, each once."""

from __future__ import annotations

import random

import pytest

from lookalike.casework.bookings.models import Booking, BookingPhoto, GalleryChange
from lookalike.casework.examinations.decoys import decoys
from lookalike.casework.searches.models import Search
from lookalike.errors import NotNow
from tests.casework.examinations.conftest import GALLERY, RANKED


def test_decoys_are_other_people_who_may_be_searched(searched: Search, booked: dict[str, BookingPhoto]) -> None:
    candidates = list(searched.candidates.all())
    others = [record for record in booked if record not in RANKED]
    Booking.objects.filter(photos__record_id=others[0]).update(status="sealed")
    BookingPhoto.objects.filter(record_id=others[1]).update(gallery="another")
    BookingPhoto.objects.filter(record_id=others[2]).update(state=BookingPhoto.State.WAITING)
    booking = booked[others[3]].booking
    GalleryChange.objects.create(record_id=others[3], gallery=GALLERY, status="sealed", asked_at=booking.received_at)
    for seed in range(40):
        found = decoys(candidates, 3, random.Random(seed), but={booked[others[4]].booking.person_id})
        records = {one.record_id for one in found}
        assert len(records) == len({one.booking.person_id for one in found}) == 3
        assert not records & {*RANKED, *others[:5]}


def test_the_last_stranger_is_found_and_none_is_invented(searched: Search, booked: dict[str, BookingPhoto]) -> None:
    candidates, others = list(searched.candidates.all()), [record for record in booked if record not in RANKED]
    BookingPhoto.objects.filter(record_id__in=others[:-1]).update(state=BookingPhoto.State.REJECTED)
    (found,) = decoys(candidates, 1, random.Random(1), but=())
    assert found.record_id == others[-1]
    with pytest.raises(NotNow):
        decoys(candidates, 2, random.Random(1), but=())
