"""The gallery on disk: every photograph once, and nobody found whose change is committed."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from lookalike.casework import galleries
from lookalike.casework.acting import Acting
from lookalike.casework.bookings import after, enrolment, outbox, services
from lookalike.casework.bookings.known import gallery_facts, known, left_out
from lookalike.casework.bookings.messages import Kind
from lookalike.casework.bookings.models import Booking, BookingPhoto, Delivery
from lookalike.errors import GalleryBusy
from lookalike.gallery.records import Status
from lookalike.gallery.search import Filter
from lookalike.protocol.unknown import UNKNOWN
from lookalike.protocol.vocabulary import RecordStatus, Source
from tests.casework.bookings.conftest import booking, status

Bring = Callable[..., Delivery]


def found(record_id: str) -> list[str]:
    """Who comes back when the very photograph of a record is searched, as the site searches."""
    template = galleries.gallery("bookings").template(record_id)
    [gallery] = galleries.up_to_date(["bookings"])
    only = Filter(without=left_out())
    return [one.record_id for one in gallery.index().search(template, 2, only=only).candidates]


@pytest.fixture
def three(bring_one: Bring, custodian: Acting) -> None:
    """Three bookings, enrolled."""
    for number in (1, 2, 3):
        bring_one(number)
    assert enrolment.carry_out(custodian) == 3


def test_photographs_are_enrolled_once(three: None, custodian: Acting) -> None:
    assert enrolment.carry_out(custodian) == 0
    gallery = galleries.gallery("bookings")
    assert gallery.snapshot().count == 3
    photo = BookingPhoto.objects.get(record_id="A000001")
    assert (photo.state, photo.told) == ("enrolled", "active")
    assert photo.fitness in ("fit", "poor")
    BookingPhoto.objects.update(state=BookingPhoto.State.WAITING, told="")  # as after a crash before the rows
    assert enrolment.carry_out(custodian) == 3
    assert gallery.snapshot().count == 3
    assert not BookingPhoto.objects.exclude(state=BookingPhoto.State.ENROLLED).exists()


def test_a_sealed_record_is_not_found_from_the_commit_on(three: None, custodian: Acting) -> None:
    assert found("A000001")[0] == "A000001"
    services.bring(custodian, "court", Kind.STATUS, status(1, "sealed"), {})
    assert galleries.gallery("bookings").record("A000001").status is Status.ACTIVE  # type: ignore[union-attr]
    assert "A000001" not in found("A000001")
    assert left_out() == {"A000001"}
    assert known(["A000001"])["A000001"].status is RecordStatus.SEALED
    assert outbox.carry_out(custodian) == 1
    assert left_out() == frozenset()
    assert galleries.gallery("bookings").record("A000001").status is Status.SEALED  # type: ignore[union-attr]
    assert "A000001" not in found("A000001")
    services.bring(custodian, "court", Kind.STATUS, status(1, "active", "2026-01-07T10:00:00Z"), {})
    assert "A000001" not in found("A000001")  # brought back by the gallery's own change, not before
    outbox.carry_out(custodian)
    assert found("A000001")[0] == "A000001"


def test_what_is_not_active_is_not_enrolled(bring_one: Bring, custodian: Acting) -> None:
    bring_one(1, status="sealed")
    bring_one(2)
    services.bring(custodian, "court", Kind.STATUS, status(2, "expunged"), {})
    assert after.settle(custodian) == 1  # nothing is enrolled; the gallery would be told, were there one
    assert galleries.names() == []
    services.bring(custodian, "court", Kind.STATUS, status(1, "active", "2026-01-07T10:00:00Z"), {})
    after.settle(custodian)
    assert [one.id for one in galleries.gallery("bookings").records()] == ["A000001"]


def test_a_change_while_the_photograph_is_templated_wins(
    bring_one: Bring, custodian: Acting, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring_one(1)
    made = enrolment._made

    def meanwhile(*given: Any) -> Any:
        services.bring(custodian, "court", Kind.STATUS, status(1, "dismissed"), {})
        return made(*given)

    monkeypatch.setattr(enrolment, "_made", meanwhile)
    enrolment.carry_out(custodian)
    assert list(galleries.gallery("bookings").records()) == []
    assert BookingPhoto.objects.get().state == BookingPhoto.State.WAITING


def test_a_correction_reaches_the_gallery(three: None, custodian: Acting) -> None:
    made = Booking.objects.get(arrest_id="A000001")
    services.correct(custodian, made.public_id, made.version, {"person_id": "P0002"}, "The same person.")
    outbox.carry_out(custodian)
    gallery = galleries.gallery("bookings")
    assert gallery.record("A000001").person_id == "P0002"  # type: ignore[union-attr]
    assert gallery.catalogue.persons() == 2


def test_a_busy_gallery_is_left_to_the_worker(three: None, custodian: Acting) -> None:
    services.bring(custodian, "court", Kind.STATUS, status(1, "sealed"), {})
    with galleries.writing("bookings"):
        with pytest.raises(GalleryBusy):
            outbox.carry_out(custodian)
        assert after.settle(custodian) == 0
        assert "A000001" not in found("A000001")
    assert after.settle(custodian) == 1


def test_the_gallery_is_told_right_after_the_commit(
    bring_one: Bring, custodian: Acting, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        bring_one(1)
    assert BookingPhoto.objects.get().state == BookingPhoto.State.ENROLLED


def test_a_photograph_without_a_face_waits_for_another(
    custodian: Acting, site: Path, picture: Callable[[int], bytes]
) -> None:
    import numpy as np

    from lookalike.media.photo import encode_png

    blank = encode_png(np.full((400, 320, 3), 90, dtype=np.uint8))
    services.bring(custodian, "county", Kind.BOOKING, booking(1), {"B1.jpg": blank})
    enrolment.carry_out(custodian)
    photo = BookingPhoto.objects.get()
    assert photo.state == BookingPhoto.State.REJECTED
    assert "No face" in photo.reason
    services.replace_photo(custodian, photo.record_id, picture(1), photo.taken_on, "The right file.")
    enrolment.carry_out(custodian)
    assert [one.id for one in galleries.gallery("bookings").records()] == ["A000001.2"]


def test_facts_of_the_gallery(three: None, custodian: Acting, law: Any, now: datetime) -> None:
    facts = gallery_facts(["bookings"], now.date())
    assert facts.sources == {Source.BOOKING}
    assert facts.statuses == {RecordStatus.ACTIVE}
    assert facts.agreement is True
    assert facts.size == 3
    assert gallery_facts(["bookings"], now.date() + timedelta(days=300)).agreement is False
    Booking.objects.filter(arrest_id="A000002").update(status="sealed", source="driver_licence")
    facts = gallery_facts(["bookings"], now.date())  # the gallery was never told
    assert facts.statuses == {RecordStatus.ACTIVE, RecordStatus.SEALED}
    assert facts.sources == {Source.BOOKING, Source.DRIVER_LICENCE}
    BookingPhoto.objects.get(record_id="A000003").delete()
    assert gallery_facts(["bookings"], now.date()).sources is UNKNOWN


SITE = """
import os, signal, sys
from datetime import UTC, datetime
import django
django.setup()
from django.core.management import call_command
from lookalike.casework import galleries
from lookalike.casework.bookings import desk, enrolment, outbox, services, work
from lookalike.casework.bookings.known import left_out
from lookalike.casework.bookings.messages import Kind
from lookalike.casework.people.models import Agency
from lookalike.casework.recording import begin_ledger
from lookalike.gallery.search import Filter

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

now = datetime.now(UTC)
"""


def run(home: Path, script: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"LOOKALIKE_HOME": str(home), "DJANGO_SETTINGS_MODULE": "lookalike.site.settings"}
    environment.pop("LOOKALIKE_DATABASE", None)
    return subprocess.run(
        [sys.executable, "-c", SITE + script], env=environment, capture_output=True, text=True, timeout=120, check=False
    )


def test_killed_between_the_commit_and_the_gallery(tmp_path: Path, people: Path) -> None:
    """Killed before the gallery is written, after it is written, and before a change of status reaches it."""
    from lookalike.site.home import Home

    home = Home(tmp_path)
    home.make()
    inbox = home.inbox / "county"
    inbox.mkdir()
    rows = []
    for number in (1, 2, 3):
        raw = booking(number)
        raw.pop("photographs")
        (inbox / f"B{number}.jpg").write_bytes((people / "bookings" / f"B{number:06}.jpg").read_bytes())
        rows.append(raw | {"file": f"B{number}.jpg", "taken_on": "2019-02-16"})
    with (inbox / "night.csv").open("w", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    begin = """
call_command("migrate", verbosity=0)
begin_ledger("ledger.example.org/killed")
Agency.objects.create(id="dpd", name="Police", jurisdiction="US-MI-Detroit", kind="law_enforcement", own=True)
from pathlib import Path
from lookalike.casework.bookings import inbox
inbox.take(desk.desk(now, where="worker"), "county", Path(sys.argv[0]) if False else
           Path(os.environ["LOOKALIKE_HOME"]) / "inbox/county/night.csv")
"""
    killed = run(home.root, begin + "galleries.Gallery.add = die\nwork.carry_out(now)\n")
    assert killed.returncode == -9, killed.stderr
    killed = run(home.root, "enrolment._write_down = die\nwork.carry_out(now)\n")
    assert killed.returncode == -9, killed.stderr
    say = """
done = work.carry_out(now)
g = galleries.gallery("bookings")
from lookalike.casework.bookings.models import BookingPhoto
print(done, g.snapshot().count, sorted(BookingPhoto.objects.values_list("state", flat=True)))
"""
    told = run(home.root, say)
    assert told.stdout.split("\n")[0] == "3 3 ['enrolled', 'enrolled', 'enrolled']", told.stderr
    sealed = f"""
outbox.carry_out = die
services.bring(desk.desk(now, where="worker"), "court", Kind.STATUS, {status(1, "sealed")!r}, {{}})
"""
    killed = run(home.root, sealed)
    assert killed.returncode == -9, killed.stderr
    look = """
g = galleries.gallery("bookings")
[s] = galleries.up_to_date(["bookings"])
best = s.index().search(g.template("A000001"), 2, only=Filter(without=left_out()))
came = [c.record_id for c in best.candidates]
print(g.record("A000001").status, "A000001" in came, len(left_out()))
work.carry_out(now)
[s] = galleries.up_to_date(["bookings"])
best = s.index().search(g.template("A000001"), 2, only=Filter(without=left_out()))
came = [c.record_id for c in best.candidates]
print(g.record("A000001").status, "A000001" in came, len(left_out()))
"""
    told = run(home.root, look)
    assert told.stdout.splitlines() == ["active False 1", "sealed False 0"], told.stderr


def test_what_a_crash_left_in_the_gallery_is_not_found_once_it_is_expunged(three: None, custodian: Acting) -> None:
    # as after a crash before the rows: the gallery holds the photograph, and its row still waits
    BookingPhoto.objects.filter(record_id="A000001").update(state=BookingPhoto.State.WAITING, told="")
    services.bring(custodian, "court", Kind.STATUS, status(1, "expunged"), {})
    assert left_out() == {"A000001"}
    assert after.settle(custodian) == 1
    held = galleries.gallery("bookings").record("A000001")
    assert held is None or held.status is not Status.ACTIVE
    assert BookingPhoto.objects.get(record_id="A000001").state == BookingPhoto.State.REJECTED
