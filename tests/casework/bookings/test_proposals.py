"""One person under two ids, two persons under one: proposed once, decided by a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lookalike.casework import galleries
from lookalike.casework.acting import Acting
from lookalike.casework.bookings import enrolment, outbox, proposals, services
from lookalike.casework.bookings.messages import Kind
from lookalike.casework.bookings.models import Booking, Proposal
from lookalike.errors import BadForm, NotNow
from tests.casework.bookings.conftest import booking


@pytest.fixture
def mixed(custodian: Acting, site: Path, people: Path, bookings: list[dict[str, str]]) -> tuple[str, str]:
    """Sixty photographs; one person under two ids, and two persons under one. Returns the record ids of the first."""
    active = [row for row in bookings if row["status"] == "active"]
    count = Counter(row["person_id"] for row in active)
    twice = next(row["person_id"] for row in active if count[row["person_id"]] > 1)
    chosen = [row for row in active if row["person_id"] == twice][:2]
    single = [row for row in active if count[row["person_id"]] == 1]
    unlike = [next(row for row in single if row["sex"] == sex) for sex in ("male", "female")]
    chosen += unlike + [row for row in single if row not in unlike][:56]
    for number, row in enumerate(chosen):
        person = {1: "P-AGAIN", 2: "P-MIXED", 3: "P-MIXED"}.get(number, row["person_id"])
        photograph = {"name": row["file"], "taken_on": row["date_taken"], "record_id": row["id"]}
        raw = booking(number, person_id=person, photographs=[photograph], born_on=None)
        services.bring(custodian, "county", Kind.BOOKING, raw, {row["file"]: (people / row["file"]).read_bytes()})
    assert enrolment.carry_out(custodian) == 60
    return chosen[0]["id"], chosen[1]["id"]


def test_pairs_are_proposed_once_and_decided_by_a_person(mixed: tuple[str, str], custodian: Acting) -> None:
    assert proposals.look(custodian, 7) == 7
    while proposals.look(custodian, 20):
        pass
    assert proposals.unseen() == 0
    pair = Proposal.objects.select_related("first", "second").get(kind="one_person")
    assert {pair.first.record_id, pair.second.record_id} == set(mixed)
    two = Proposal.objects.get(kind="two_persons")
    proposals.decide(custodian, pair.public_id, accept=False, words="A twin brother.")
    with pytest.raises(NotNow):
        proposals.decide(custodian, pair.public_id, accept=True, words="On second thoughts.")
    with pytest.raises(BadForm):
        proposals.decide(custodian, two.public_id, accept=True, words="Two men.", person_id="=1+1")
    proposals.decide(custodian, two.public_id, accept=True, words="Two men.", person_id="P-OTHER")
    assert Booking.objects.filter(person_id="P-OTHER").count() == 1
    outbox.carry_out(custodian)
    assert galleries.gallery("bookings").record(two.second.record_id).person_id == "P-OTHER"  # type: ignore[union-attr]
    assert proposals.unseen() == 1  # whose id changed is looked at again
    while proposals.look(custodian):
        pass
    assert Proposal.objects.filter(state="open").count() == 0
    assert Proposal.objects.count() == 2


def test_a_merged_person_is_one_everywhere(mixed: tuple[str, str], custodian: Acting, now: Any) -> None:
    while proposals.look(custodian):
        pass
    pair = Proposal.objects.select_related("first__booking", "second__booking").get(kind="one_person")
    before = galleries.gallery("bookings").catalogue.persons()
    kept = pair.first.booking.person_id
    proposals.decide(custodian, pair.public_id, accept=True, words="The same tattoo.", moved=2)
    outbox.carry_out(custodian)
    assert galleries.gallery("bookings").catalogue.persons() == before - 1
    moved = Booking.objects.get(pk=pair.second.booking_id)
    assert moved.person_id == kept
    change = moved.changes.get(field="person_id")
    assert (change.by, change.reason) == (custodian.person, "The same tattoo.")


def test_what_is_sealed_is_not_proposed(
    mixed: tuple[str, str], custodian: Acting, bring_one: Callable[..., Any]
) -> None:
    Booking.objects.filter(photos__record_id=mixed[0]).update(status="sealed")
    from lookalike.casework.bookings.applying import tell_gallery

    tell_gallery(Booking.objects.get(photos__record_id=mixed[0]), custodian.at)
    while proposals.look(custodian):
        pass
    assert not Proposal.objects.filter(kind="one_person").exists()
