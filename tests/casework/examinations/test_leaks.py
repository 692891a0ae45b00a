"""What examiners could find out by ways beside their own pages: lists, filters, other roles, moments."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from lookalike.casework.people.models import Person
from lookalike.casework.searches.models import Request
from tests.casework.examinations.conftest import CASE_NUMBER, Unit


@pytest.fixture
def waiting(unit: Unit) -> Request:
    """The request while it still waits for its check."""
    Request.objects.update(state=Request.State.WAITING, checked_by=None)
    return Request.objects.get()


def test_the_filter_of_requests_tells_an_examiner_no_case_number(
    unit: Unit, waiting: Request, signed_in: Callable[[Person], Client]
) -> None:
    client = signed_in(unit.ann)
    address = reverse("request", args=[waiting.public_id])
    right = client.get(reverse("requests"), {"case": CASE_NUMBER[:6]}).content.decode()
    wrong = client.get(reverse("requests"), {"case": "99-9"}).content.decode()
    assert (address in right) is (address in wrong)
