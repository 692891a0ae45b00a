"""Messages of feeds: taken in once, in any order, or kept with the reason why not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from lookalike.casework import files
from lookalike.casework.acting import Acting
from lookalike.casework.bookings import services
from lookalike.casework.bookings.messages import Kind
from lookalike.casework.bookings.models import Booking, BookingChange, BookingPhoto, Delivery, GalleryChange
from lookalike.casework.recording import store
from lookalike.errors import BadForm, BadRecord, ChangedMeanwhile, NotNow
from lookalike.protocol.vocabulary import RecordStatus
from tests.casework.bookings.conftest import booking, status

Bring = Callable[..., Delivery]


def tell(who: Acting, raw: dict[str, Any], key: str = "") -> Delivery:
    return services.bring(who, "county", Kind.STATUS, raw, {}, key=key)


def test_a_booking_is_one_act(bring_one: Bring, picture: Callable[[int], bytes]) -> None:
    before = store().head().size
    delivery = bring_one(1, key="m1")
    assert delivery.state == Delivery.State.TAKEN, delivery.what
    assert store().head().size == before + 1
    photo = BookingPhoto.objects.select_related("booking", "file").get()
    assert (photo.record_id, photo.gallery, photo.state) == ("A000001", "bookings", "waiting")
    assert photo.booking.height_cm == 178
    assert photo.file is not None
    assert files.read(photo.file) == picture(1)


def test_the_same_message_again_changes_nothing(bring_one: Bring) -> None:
    first = bring_one(1, key="m1")
    size = store().head().size
    assert bring_one(1, key="m1").pk == first.pk
    assert bring_one(1).pk != first.pk  # another key: another message of the same arrest, which says nothing new
    assert (Booking.objects.count(), BookingPhoto.objects.count(), BookingChange.objects.count()) == (1, 1, 0)
    assert store().head().size == size + 1


def test_a_key_that_says_something_else_is_rejected_and_kept(bring_one: Bring) -> None:
    bring_one(1, key="m1")
    other = bring_one(1, key="m1", charge="Arson")
    assert other.state == Delivery.State.REJECTED
    assert "said something else" in other.what
    assert other.why
    assert other.remedy
    assert bring_one(1, key="m1", charge="Arson").pk == other.pk
    assert Booking.objects.get().charge == "Larceny"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"status": "unknown"}, "Status"),
        ({"status": None}, "Status"),
        ({"person_id": ""}, "Person id"),
        ({"person_id": "=HYPERLINK(1)"}, "Person id"),
        ({"charge": "=cmd|' /C calc'!A0"}, "Charge"),
        ({"charge": "a\u202eb"}, "Charge"),
        ({"charge": "x" * 201}, "Charge"),
        ({"charge": "a\0b", "status": "?"}, "Status"),
        ({"born_on": "2020-01-01"}, "Born on"),
        ({"arrested_on": "16/02/2019"}, "Day of the arrest"),
        ({"height_cm": "5"}, "Height"),
        ({"sent_at": "2999-01-01"}, "clock of the sender is ahead"),
        ({"sent_at": "2026-01-05T10:00:00"}, "Sent at"),
        ({"sent_at": "0001-01-01T00:00:00+23:00"}, "Sent at"),
        ({"photographs": [{"name": "gone.jpg", "taken_on": "2019-02-16"}]}, "picture"),
        ({"photographs": [{"name": "B1.jpg"}]}, "taken_on"),
        ({"photographs": [7]}, "photographs"),
        ({"gallery": "../keys"}, "no gallery ../keys"),
        ({"colour": "blue"}, "colour"),
        ({"status": "expunged"}, "expunged"),
    ],
)
def test_a_message_that_cannot_be_used_waits_with_its_reason(
    bring_one: Bring, wrong: dict[str, Any], field: str
) -> None:
    delivery = bring_one(1, **wrong)
    assert delivery.state == Delivery.State.REJECTED
    assert field in delivery.what
    assert all((delivery.why, delivery.remedy))
    assert not Booking.objects.exists()


@pytest.mark.parametrize("data", [b"", b"GIF89a not one", b"\xff\xd8\xff\xe0 cut short"])
def test_what_is_no_picture_is_rejected(custodian: Acting, site: Any, data: bytes) -> None:
    delivery = services.bring(custodian, "county", Kind.BOOKING, booking(1), {"B1.jpg": data})
    assert delivery.state == Delivery.State.REJECTED
    assert not Booking.objects.exists()


def test_messages_end_alike_in_whatever_order_they_come(bring_one: Bring, custodian: Acting) -> None:
    steps: list[Callable[[], Delivery]] = [
        lambda: bring_one(1, charge="Larceny"),
        lambda: bring_one(1, charge="Robbery", sent_at="2026-01-08T10:00:00Z", height_cm=None),
        lambda: tell(custodian, status(1, "dismissed", "2026-01-06T10:00:00Z")),
        lambda: tell(custodian, status(1, "sealed", "2026-01-07T10:00:00Z")),
    ]
    seen = set()
    for order in permutations(steps):
        for model in (GalleryChange, BookingChange, BookingPhoto, Booking, Delivery):
            model.objects.all().delete()  # type: ignore[attr-defined]
        for step in order:
            assert step().state != Delivery.State.REJECTED
        made = Booking.objects.get()
        seen.add((made.charge, made.status))
        assert made.photos.count() == 1
        assert not Delivery.objects.exclude(state=Delivery.State.TAKEN).exists()
    assert seen == {("Robbery", "sealed")}


def test_a_booking_message_never_lifts_a_status_and_expunged_stays_expunged(
    bring_one: Bring, custodian: Acting
) -> None:
    bring_one(1)
    tell(custodian, status(1, "sealed"))
    later = bring_one(1, sent_at="2026-01-09T10:00:00Z", charge="Robbery")
    assert "not active" in later.what
    assert Booking.objects.get().status == "sealed"
    tell(custodian, status(1, "active", "2026-01-10T10:00:00Z"))
    assert Booking.objects.get().status == "active"
    tell(custodian, status(1, "expunged", "2026-01-11T10:00:00Z"))
    assert tell(custodian, status(1, "active", "2026-01-12T10:00:00Z")).state == Delivery.State.REJECTED
    assert bring_one(1, sent_at="2026-01-13T10:00:00Z").state == Delivery.State.REJECTED
    assert BookingPhoto.objects.get().state == BookingPhoto.State.REJECTED


def test_what_a_person_corrected_stands_until_a_feed_says_something_new(bring_one: Bring, custodian: Acting) -> None:
    bring_one(1)
    made = Booking.objects.get()
    with pytest.raises(BadForm):
        services.correct(custodian, made.public_id, made.version, {"height_cm": "171"}, " ")
    services.correct(custodian, made.public_id, made.version, {"height_cm": "171", "marks": "scar"}, "Measured again.")
    with pytest.raises(ChangedMeanwhile):
        services.correct(custodian, made.public_id, made.version, {"height_cm": "172"}, "A second thought.")
    bring_one(1, sent_at="2026-01-08T10:00:00Z", hair="brown")
    made.refresh_from_db()
    assert (made.height_cm, made.marks, made.hair) == (171, "scar", "brown")
    bring_one(1, sent_at="2026-01-09T10:00:00Z", height_cm="180")
    made.refresh_from_db()
    assert made.height_cm == 180
    told = [(c.field, c.before, c.after, c.by_id is not None, c.reason) for c in made.changes.order_by("id")]
    assert told == [
        ("height_cm", "178", "171", True, "Measured again."),
        ("marks", "", "scar", True, "Measured again."),
        ("hair", "", "brown", False, ""),
        ("height_cm", "171", "180", False, ""),
    ]


def test_a_reject_is_mended_and_the_message_as_it_came_is_kept(
    bring_one: Bring, custodian: Acting, picture: Callable[[int], bytes]
) -> None:
    bad = bring_one(1, status="actve", photographs=[{"name": "gone.jpg", "taken_on": "2019"}])
    with pytest.raises(BadForm) as told:
        services.mend(custodian, bad.public_id, {"status": "active"}, {}, {})
    assert set(told.value.fields) == {"photographs.1.taken_on", "photographs.1.picture"}
    good = services.mend(custodian, bad.public_id, {"status": "active"}, {1: picture(1)}, {1: "2019-02-16"})
    bad.refresh_from_db()
    assert (bad.state, bad.message["status"], bad.mended_by) == ("mended", "actve", custodian.person)
    assert (good.mends, good.state) == (bad, "taken")
    assert BookingPhoto.objects.get().taken_on.isoformat() == "2019-02-16"
    with pytest.raises(NotNow):
        services.mend(custodian, bad.public_id, {"status": "active"}, {}, {})
    with pytest.raises(NotNow):
        services.set_aside(custodian, bad.public_id, "Not needed.")
    assert bring_one(1, status="actve", photographs=[{"name": "gone.jpg", "taken_on": "2019"}]).pk == bad.pk


def test_a_reject_is_set_aside_with_a_reason(bring_one: Bring, custodian: Acting) -> None:
    bad = bring_one(1, status="actve")
    with pytest.raises(BadForm):
        services.set_aside(custodian, bad.public_id, "")
    services.set_aside(custodian, bad.public_id, "A test of the sender.")
    bad.refresh_from_db()
    assert (bad.state, bad.words) == ("set_aside", "A test of the sender.")


def test_a_record_id_is_one_photograph(bring_one: Bring) -> None:
    bring_one(1, photographs=[{"name": "B1.jpg", "taken_on": "2019-02-16", "record_id": "R1"}])
    again = bring_one(2, photographs=[{"name": "B2.jpg", "taken_on": "2019-02-16", "record_id": "R1"}])
    assert again.state == Delivery.State.REJECTED
    assert "R1" in again.what
    assert Booking.objects.count() == 1


def test_a_person_seals_a_record_and_an_older_message_does_not_undo_it(bring_one: Bring, custodian: Acting) -> None:
    bring_one(1)
    made = Booking.objects.get()
    who = replace(custodian, at=datetime.now(UTC))
    services.change_status(who, made.public_id, made.version, RecordStatus.SEALED, "Order of the court.")
    with pytest.raises((NotNow, ChangedMeanwhile)):
        services.change_status(who, made.public_id, made.version, RecordStatus.SEALED, "Order of the court.")
    assert GalleryChange.objects.get().done_at is None
    tell(replace(who, at=who.at + timedelta(hours=1)), status(1, "active", (who.at - timedelta(hours=1)).isoformat()))
    made.refresh_from_db()
    assert made.status == "sealed"
    services.change_status(who, made.public_id, made.version, RecordStatus.EXPUNGED, "Order of the court.")
    made.refresh_from_db()
    with pytest.raises(BadRecord):
        services.change_status(who, made.public_id, made.version, RecordStatus.ACTIVE, "A mistake.")
