"""A gallery of a million, for the search's figure: made templates beside the invented people, each with its booking.

Written by the gallery's own segment writer and catalogue, in batches. Photographs are sealed only for the records that
come back for the probes: enrolment writes a file for each, and no search reads the others.
"""

from __future__ import annotations

import hashlib
import itertools
from datetime import datetime
from typing import Any

from benchmarks.exact_scan import chunks
from benchmarks.site_seed import PUBLIC_ID, copied
from lookalike.face.template import digest
from lookalike.gallery.records import Record, Status

NAME = "county"
COME_BACK = 50
"""How many of the best rows of each probe have a photograph."""

PROBES = [f"S{number:03}-a.jpg" for number in range(1, 13)]
EACH = 3
"""Photographs of each made person."""


def grow(records: int, now: datetime) -> None:
    """Add that many records to the county's gallery, with their bookings, and have its evaluation accepted anew."""
    from lookalike.casework import galleries
    from tests.site.whole.seed import measured

    with galleries.writing(NAME) as gallery:
        _enrol(gallery, records, now.isoformat())
    _book(records)
    _photographs()
    measured(now)  # a gallery of another size is measured again


def _enrol(gallery: Any, records: int, at: str) -> None:
    state, number = gallery.catalogue.state(), 0
    persons = gallery.catalogue.persons() + -(-records // EACH)
    for codes in chunks(records, gallery.dimensions):
        first = max(segment.end for segment in gallery.catalogue.segments())
        segment = gallery.segments.write(first, codes)
        rows = []
        for row, code in enumerate(codes, start=first):
            name, sha256 = f"M{number:07}", digest(code)
            record = Record(
                id=name,
                person_id=f"MP{number // EACH:07}",
                file="photograph.jpg",
                photo_sha256="0" * 64,
                date_taken="2020-05-05",
                source="County Jail",
                status=Status.ACTIVE,
                labels={},
                template_sha256=sha256,
                quality={},
                enrolled_at=at,
            )
            state = state.with_record(name, sha256)
            rows.append((record, row, b"-"))
            number += 1
        with gallery.catalogue.transaction():
            gallery.catalogue.replace_segments((), segment)
            gallery.catalogue.insert(rows)
            gallery.catalogue.note(state, persons=persons, added=len(rows), removed=0, at=at)


def _book(records: int) -> None:
    """A booking and its photograph for each: like the first booking that is there."""
    from lookalike.casework.bookings.models import Booking, BookingPhoto

    model, photo = Booking.objects.first(), BookingPhoto.objects.first()
    assert model is not None
    assert photo is not None
    numbers = (
        f"(WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {records - 1}) SELECT i FROM n)"
    )
    copied(
        Booking,
        f"{numbers} JOIN bookings_booking one ON one.id = {model.pk}",
        public_id=PUBLIC_ID,
        arrest_id="printf('M-%07d', i)",
        person_id=f"printf('MP%07d', i / {EACH})",
    )
    copied(
        BookingPhoto,
        f"""{numbers} JOIN bookings_bookingphoto one ON one.id = {photo.pk}
        JOIN bookings_booking b ON b.arrest_id = printf('M-%07d', i)""",
        booking_id="b.id",
        record_id="printf('M%07d', i)",
        gallery=f"'{NAME}'",
    )


def _photographs() -> None:
    """Seal a photograph for every record that may come back for one of the probes."""
    from lookalike.casework import galleries
    from lookalike.demo.story import PEOPLE
    from lookalike.gallery.search import Index
    from lookalike.media.photo import read_photo
    from lookalike.record.search import prepare_probe

    pictures = itertools.cycle(sorted((PEOPLE / "bookings").glob("*.jpg"))[:200])
    with galleries.writing(NAME) as gallery:
        index = Index(gallery)
        index.refresh()
        for name in PROBES:
            photo = read_photo((PEOPLE / "probes" / name).read_bytes(), name=name)
            template = prepare_probe(photo, galleries.matcher(), face=1).capture.template
            assert template is not None
            for found in index.search(template, COME_BACK).candidates:
                if found.record_id.startswith("M") and not gallery.vault.path(found.record_id).exists():
                    data = next(pictures).read_bytes()
                    gallery.catalogue._db.execute(
                        "UPDATE record SET key = ?, photo_sha256 = ? WHERE id = ?",
                        (gallery.vault.seal(found.record_id, data), hashlib.sha256(data).hexdigest(), found.record_id),
                    )
