"""What examiners could find out by ways beside their own pages: lists, filters, other roles, moments."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lookalike.casework.acting import Acting
from lookalike.casework.cases.models import Case, CaseRead, TeamMember
from lookalike.casework.examinations import scheduling, services
from lookalike.casework.examinations.eligibility import why_not
from lookalike.casework.examinations.models import Task
from lookalike.casework.people.models import Person, RoleHeld
from lookalike.casework.searches.models import Request
from lookalike.errors import NotPermitted
from lookalike.protocol.vocabulary import Role
from tests.casework.examinations.conftest import CASE_NUMBER, Clock, Unit


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


def test_no_list_of_cases_tells_an_examiner_of_one_that_was_not_opened(
    unit: Unit, waiting: Request, signed_in: Callable[[Person], Client], acting: Callable[..., Acting]
) -> None:
    client = signed_in(unit.ann)
    case = waiting.case
    page = client.get(reverse("cases")).content.decode()
    assert CASE_NUMBER not in page
    assert "Ivy Stone" not in page
    barred = client.get(reverse("case", args=[case.public_id]))
    assert barred.status_code == 200
    assert CASE_NUMBER not in barred.content.decode()
    exhibit = client.get(reverse("exhibit", args=[case.exhibits.get().public_id]))
    assert CASE_NUMBER not in exhibit.content.decode()
    assert not Case.objects.listed_for(acting(unit.ann)).exists()
    CaseRead.objects.create(case=case, person=unit.ann, at=timezone.now())
    assert CASE_NUMBER in client.get(reverse("cases")).content.decode()


def test_what_was_never_given_is_not_there_when_it_is_taken_back(unit: Unit, clock: Clock) -> None:
    services.give(clock(unit.supervisor), unit.search, (unit.ann, unit.ben))
    held = Task.objects.get(state=Task.State.HELD)
    services.withdraw(clock(unit.supervisor), held, "Somebody else does it.")
    assert not Task.objects.visible_to(clock(held.examiner)).exists()


def test_what_was_begun_stays_ones_own_when_it_is_taken_back(unit: Unit, clock: Clock) -> None:
    services.give(clock(unit.supervisor), unit.search, (unit.ann, unit.ben))
    given = Task.objects.get(state=Task.State.GIVEN)
    services.begin(clock(given.examiner), given)
    services.withdraw(clock(unit.supervisor), given, "Somebody else does it.")
    assert Task.objects.visible_to(clock(given.examiner)).exists()


@pytest.mark.parametrize("role", [Role.CUSTODIAN, Role.PROSECUTOR, Role.SUPERVISOR])
def test_who_reads_bookings_or_searches_is_given_neither_work_nor_trials(
    unit: Unit, clock: Clock, someone: Callable[..., Person], role: Role
) -> None:
    both = someone("both", Role.EXAMINER, role)
    assert why_not(both, unit.search, at=clock.at)
    assert both not in scheduling.testable(clock.at)


def test_a_role_that_comes_later_opens_no_search_to_its_examiner(
    unit: Unit, clock: Clock, signed_in: Callable[[Person], Client]
) -> None:
    services.give(clock(unit.supervisor), unit.search, (unit.ann, unit.ben))
    given = Task.objects.get(state=Task.State.GIVEN)
    RoleHeld.objects.create(person=given.examiner, role=Role.SUPERVISOR.value, since=clock.at)
    client = signed_in(Person.objects.get(pk=given.examiner_id))
    for name, more in (("search", []), ("search-json", []), ("search-candidate", [1])):
        assert client.get(reverse(name, args=[unit.search.public_id, *more])).status_code == 404, name


def test_an_investigator_who_reads_searches_reads_none_of_an_own_case(
    unit: Unit, someone: Callable[..., Person], signed_in: Callable[[Person], Client], now: datetime
) -> None:
    both = someone("both", Role.INVESTIGATOR, Role.SUPERVISOR)
    assert signed_in(both).get(reverse("examination", args=[unit.search.public_id])).status_code == 200
    TeamMember.objects.create(case=unit.search.request.case, person=both, since=now)
    for name in ("search-json", "examination"):
        assert signed_in(both).get(reverse(name, args=[unit.search.public_id])).status_code == 404, name


def test_an_investigator_of_the_case_chooses_no_examiners_for_it(
    unit: Unit, clock: Clock, someone: Callable[..., Person]
) -> None:
    both = someone("both", Role.INVESTIGATOR, Role.SUPERVISOR)
    TeamMember.objects.create(case=unit.search.request.case, person=both, since=clock.at)
    with pytest.raises(NotPermitted):
        services.give(clock(both), unit.search, (unit.ann, unit.ben))
    assert not Task.objects.exists()


def test_a_trial_comes_when_real_work_comes(unit: Unit, clock: Clock) -> None:
    begin = timezone.localtime(clock.at)
    for seed in range(200):
        moment = timezone.localtime(scheduling.moment(seed, clock.at, clock.at + timedelta(days=20)))
        assert begin <= moment <= begin + timedelta(days=20)
        assert moment.weekday() < 5
        assert 8 <= moment.hour < 17
