"""The pages of the desk: what waits is seen and can be dealt with, quickly, by whoever may."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from lookalike.casework.acting import Acting
from lookalike.casework.bookings import enrolment, outbox, proposals, scrub, services
from lookalike.casework.bookings.messages import Kind
from lookalike.casework.bookings.models import Booking, BookingPhoto, Delivery, Proposal, Scrub
from lookalike.casework.people.models import Person
from lookalike.protocol.vocabulary import Role
from tests.casework.bookings.conftest import status

Bring = Callable[..., Delivery]


@pytest.fixture
def filled(bring_one: Bring, custodian: Acting) -> None:
    """Bookings in every state."""
    bring_one(1, charge=None)
    bring_one(2, arrested_on=None, retain_until="2020-01-01")
    bring_one(3, status="actve")
    services.bring(custodian, "court", Kind.STATUS, status(9, "sealed"), {})
    enrolment.carry_out(custodian)
    services.bring(custodian, "court", Kind.STATUS, status(2, "sealed"), {})
    rows = {one.record_id: one for one in BookingPhoto.objects.all()}
    Proposal.objects.create(kind="one_person", first=rows["A000001"], second=rows["A000002"], made_at=custodian.at)
    scrub.ensure(custodian.at.date())


@pytest.fixture
def desk(custodian: Acting, site: Path, signed_in: Callable[[Person], Client]) -> Client:
    """The custodian's browser."""
    return signed_in(custodian.person)


def addresses() -> list[str]:
    one = Booking.objects.get(arrest_id="A000001")
    photo = one.photos.get()
    bad = Delivery.objects.get(state="rejected")
    pair = Proposal.objects.get()
    return [
        reverse("bookings"),
        reverse("bookings") + "?status=sealed&id=A000002",
        reverse("desk"),
        reverse("booking", args=[one.public_id]),
        reverse("booking-correct", args=[one.public_id]),
        reverse("booking-status", args=[one.public_id]),
        reverse("booking-photo", args=[one.public_id, photo.pk]),
        reverse("booking-photo-mend", args=[one.public_id, photo.pk]),
        reverse("deliveries") + "?state=rejected",
        reverse("delivery", args=[bad.public_id]),
        reverse("delivery-mend", args=[bad.public_id]),
        reverse("delivery-set-aside", args=[bad.public_id]),
        reverse("health"),
        reverse("proposals"),
        reverse("proposal", args=[pair.public_id]),
        reverse("scrub"),
    ]


def test_every_page_is_there_for_the_custodian(filled: None, desk: Client) -> None:
    for address in addresses():
        answer = desk.get(address)
        assert answer.status_code == 200, address
        if "image" in answer["Content-Type"]:
            assert "no-store" in answer["Cache-Control"]
            assert b"Exif" not in answer.content
        else:
            assert b"style=" not in answer.content
            assert b"score" not in answer.content.lower(), address


def test_auditors_read_and_change_nothing(
    filled: None, someone: Callable[..., Person], signed_in: Callable[[Person], Client]
) -> None:
    auditor = signed_in(someone("auditor", Role.AUDITOR))
    investigator = signed_in(someone("asks", Role.INVESTIGATOR))
    for address in addresses():
        changes = any(word in address for word in ("correct", "status/", "mend", "set-aside"))
        assert auditor.get(address).status_code == (403 if changes else 200), address
        assert investigator.get(address).status_code == 403, address
    pair = Proposal.objects.get()
    asked = {"accept": "1", "reason": "They are one.", "moved": "2"}
    assert auditor.post(reverse("proposal", args=[pair.public_id]), asked).status_code == 403
    assert auditor.post(reverse("scrub-sign", args=[Scrub.objects.get().due_on.isoformat()])).status_code == 403


def test_a_reject_is_mended_on_its_page(filled: None, desk: Client) -> None:
    bad = Delivery.objects.get(state="rejected")
    page = reverse("delivery-mend", args=[bad.public_id])
    said = {name: value for name, value in bad.message.items() if name != "photographs"}
    answer = desk.post(page, said | {"status": "", "photographs_1_taken_on": "2019"})
    assert answer.status_code == 422
    assert "Photograph 1: taken on" in answer.content.decode()
    answer = desk.post(page, said | {"status": "active", "photographs_1_taken_on": "2019-02-16"})
    assert answer.status_code == 302
    assert Booking.objects.filter(arrest_id="A000003", status="active").exists()
    assert desk.post(page, said | {"status": "active"}).status_code == 409


def test_a_correction_and_a_status_on_their_pages(filled: None, desk: Client) -> None:
    one = Booking.objects.get(arrest_id="A000001")
    page = reverse("booking-correct", args=[one.public_id])
    given = {name: services.text_of(one, name) for name in services.CORRECTABLE} | {"version": one.version}
    assert desk.post(page, given | {"charge": "=1+1", "reason": "As on the sheet."}).status_code == 422
    assert desk.post(page, given | {"charge": "Arson", "reason": "As on the sheet."}).status_code == 302
    stale = desk.post(page, given | {"charge": "Fraud", "reason": "As on the sheet."})
    assert stale.status_code == 409
    assert "Nothing was overwritten" in stale.content.decode()
    assert "Custodian" in stale.content.decode()
    page = reverse("booking-status", args=[one.public_id])
    assert desk.post(page, {"version": 2, "status": "sealed", "reason": "By order."}).status_code == 302
    one.refresh_from_db()
    assert (one.charge, one.status) == ("Arson", "sealed")


def test_another_picture_is_brought_on_its_page(
    bring_one: Bring, custodian: Acting, desk: Client, picture: Callable[[int], bytes]
) -> None:
    bring_one(1)
    BookingPhoto.objects.update(state="rejected", reason="No face found.")
    photo = BookingPhoto.objects.select_related("booking").get()
    page = reverse("booking-photo-mend", args=[photo.booking.public_id, photo.pk])
    given = {"taken_on": "2019-02-16", "reason": "The right file."}
    bad = SimpleUploadedFile("a.jpg", b"<svg onload=alert(1)>")
    assert desk.post(page, given | {"picture": bad}).status_code == 422
    good = SimpleUploadedFile("../../a.jpg", picture(2))
    assert desk.post(page, given | {"picture": good}).status_code == 302
    assert desk.post(page, {"leave": "1", "reason": "Too late."}).status_code == 409
    assert Booking.objects.get().photos.count() == 2


def test_the_scrub_is_frozen_when_it_is_signed(filled: None, desk: Client, custodian: Acting) -> None:
    due = Scrub.objects.get().due_on.isoformat()
    page = reverse("scrub-sign", args=[due])
    assert desk.post(page, {"reason": ""}).status_code == 422
    assert desk.post(page, {"reason": "Two were sent back to the court."}).status_code == 302
    assert desk.post(page, {"reason": "Again."}).status_code == 409
    one, two = (Booking.objects.get(arrest_id=name) for name in ("A000001", "A000002"))
    found = Scrub.objects.get(due_on=due).found
    assert found["no_charge"] == [one.public_id]
    assert found["no_arrest"] == found["past_retention"] == found["not_active_searchable"] == [two.public_id]
    outbox.carry_out(custodian)
    Booking.objects.update(charge="Arson")
    assert "A000001" in desk.get(reverse("scrub-signed", args=[due])).content.decode()
    following = Scrub.objects.get(signed_at=None)
    assert following.due_on > date.fromisoformat(due)
    assert following.due_on.day == 1
    assert following.due_on - date.fromisoformat(due) < timedelta(days=190)


def test_lists_are_quick_with_very_many(
    db: None, desk: Client, django_assert_max_num_queries: Any, now: Any, site: Path
) -> None:
    Booking.objects.bulk_create(
        [
            Booking(
                arrest_id=f"A{i}", person_id=f"P{i}", agency="Demo", source="booking",
                status="sealed" if i % 50 == 0 else "active", received_at=now, charge="Larceny",
            )
            for i in range(2000)
        ],
        batch_size=500,
    )  # fmt: skip
    for address, most in ((reverse("bookings"), 12), (reverse("bookings") + "?status=sealed&page=2", 12)):
        desk.get(address)
        with django_assert_max_num_queries(most):
            assert desk.get(address).status_code == 200
    with django_assert_max_num_queries(24):
        assert desk.get(reverse("desk")).status_code == 200
    with django_assert_max_num_queries(30):
        assert desk.get(reverse("health")).status_code == 200


def test_a_decided_pair_corrects_the_id_and_is_not_proposed_again(filled: None, desk: Client) -> None:
    pair = Proposal.objects.get()
    page = reverse("proposal", args=[pair.public_id])
    assert desk.post(page, {"accept": "1", "moved": "1", "reason": ""}).status_code == 422
    assert desk.post(page, {"accept": "1", "moved": "1", "reason": "The same tattoo."}).status_code == 302
    assert Booking.objects.get(arrest_id="A000001").person_id == "P0002"
    assert desk.post(page, {"dismiss": "1", "moved": "1", "reason": "On second thoughts."}).status_code == 409
    assert proposals.unseen() == 2
