"""Two supervisors at once: a request has one answer, one entry and one document, and the second is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from lookalike.casework.acting import Acting
from lookalike.casework.bookings.models import Booking, GalleryChange
from lookalike.casework.leads import services
from lookalike.casework.leads.content import statements
from lookalike.casework.leads.documents import document
from lookalike.casework.leads.models import Acknowledgement, Answer
from lookalike.casework.models import StoredFile
from lookalike.casework.people.models import Person
from lookalike.casework.searches.models import Request
from lookalike.errors import LookalikeError, NotNow
from lookalike.ledger.acts import Act
from lookalike.protocol.vocabulary import Role
from tests.casework.at_once import Written, at_once, told
from tests.casework.leads.conftest import RECORDS, Examined, address

pytestmark = pytest.mark.django_db(transaction=True)


def again(row: Any) -> Any:
    """The row as another browser has it."""
    return type(row).objects.get(pk=row.pk)


@pytest.fixture
def other(someone: Callable[..., Person]) -> Person:
    """A second supervisor."""
    return someone("sol", Role.SUPERVISOR, office="supervisor")


def signing(who: Acting, request: Request) -> Any:
    return services.issue(
        who, again(request), version=request.version, read=True, words="", more_than_one="", address=address
    )


def closing(who: Acting, request: Request) -> Any:
    return services.close(who, again(request), version=request.version, words="I see another chin.", address=address)


@pytest.mark.parametrize("second", [signing, closing])
def test_two_supervisors_at_once_answer_a_request_once(
    second: Callable[..., Any],
    examined: Callable[..., Examined],
    acting: Callable[..., Acting],
    other: Person,
) -> None:
    one, written = examined(), Written()
    both = at_once(
        lambda: signing(acting(one.unit.supervisor), one.request), lambda: second(acting(other), one.request)
    )
    assert [type(error) for error in told(both)] == [NotNow]
    answer = Answer.objects.get()
    assert answer.by == (one.unit.supervisor if isinstance(both[0], Answer) else other)
    signed, refused = written.of(Act.LEAD_ISSUE), written.of(Act.LEAD_REFUSE)
    assert len(signed + refused) == 1
    assert bool(signed) == (answer.candidate is not None)
    row = again(one.request)
    assert (row.state, row.version) == ("lead" if signed else "no_lead", one.request.version + 1)


def test_a_lead_signed_while_its_record_is_sealed_is_one_or_the_other(
    examined: Callable[..., Examined], acting: Callable[..., Acting], now: Any
) -> None:
    one = examined()

    def seal() -> None:
        from django.db import transaction

        with transaction.atomic():  # as the bookings' own act does
            row = Booking.objects.select_for_update().get(photos__record_id=RECORDS[0])
            row.status = "sealed"
            row.save()
            GalleryChange.objects.create(record_id=RECORDS[0], gallery="county", status="sealed", asked_at=now)

    both = at_once(lambda: signing(acting(one.unit.supervisor), one.request), seal)
    assert Booking.objects.get(photos__record_id=RECORDS[0]).status == "sealed"
    if told(both):
        assert not Answer.objects.exists()
    with pytest.raises(LookalikeError):
        signing(acting(one.unit.supervisor), again(one.request))
    assert Answer.objects.count() == 1 - len(told(both))


def test_a_document_opened_by_two_at_once_is_made_once(
    led: Answer, acting: Callable[..., Acting], other: Person, law: Person
) -> None:
    Answer.objects.filter(pk=led.pk).update(document=None)  # as a crash between entry and document leaves it
    before = StoredFile.objects.count()
    both = at_once(*[lambda: document(acting(other), again(led))] * 2)
    assert not told(both)
    assert len({one.pk for one in both}) == 1
    assert again(led).document == both[0]
    assert StoredFile.objects.count() == before + 1


def test_a_statement_accepted_in_two_windows_is_accepted_once(
    led: Answer, acting: Callable[..., Acting], law: Person
) -> None:
    who, written = acting(led.request.asked_by), Written()
    keys = [one.key for one in statements()]
    both = at_once(*[lambda: services.acknowledge(who, again(led), keys)] * 2)
    assert not told(both)
    assert Acknowledgement.objects.count() == len(keys)
    assert written.of(Act.LEAD_ACKNOWLEDGE) == ["done"] * len(keys)


def test_the_second_signature_gets_a_page_that_says_who_was_first(
    examined: Callable[..., Examined], signed_in: Callable[[Person], Client], other: Person
) -> None:
    one = examined()
    clients = [signed_in(one.unit.supervisor), signed_in(other)]
    body = {"version": one.request.version, "read": "on", "words": ""}
    both = at_once(
        *[
            lambda client=client: client.post(f"/requests/{one.request.public_id}/answer/sign/", body)
            for client in clients
        ]
    )
    assert sorted(answer.status_code for answer in both) == [302, 409]
    page = max(both, key=lambda answer: answer.status_code).content.decode()
    assert "It was answered already, perhaps by another supervisor a moment ago" in page
    assert Answer.objects.count() == 1
