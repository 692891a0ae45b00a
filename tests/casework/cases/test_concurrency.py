"""Two investigators at once on one case: nothing is overwritten, and numbers are given once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from lookalike.casework.acting import Acting
from lookalike.casework.cases import services
from lookalike.casework.cases.models import Case, CaseChange, CaseRead, EditStep, Exhibit, TeamMember
from lookalike.casework.cases.told import CaseTold
from lookalike.casework.people.models import Agency, Person
from lookalike.errors import BadForm, ChangedMeanwhile, NotNow
from lookalike.ledger.acts import Act
from lookalike.media.edits import Gamma
from lookalike.protocol.vocabulary import Role
from tests.casework.at_once import Written, at_once, told
from tests.casework.cases.conftest import STILL

pytestmark = pytest.mark.django_db(transaction=True)


def again(row: Any) -> Any:
    """The row as another browser has it."""
    return type(row).objects.get(pk=row.pk)


@pytest.fixture
def partner(someone: Callable[..., Person], acting: Callable[..., Acting], case: Case) -> Acting:
    """Another investigator of the case, at work."""
    person = someone("pat_partner", Role.INVESTIGATOR)
    TeamMember.objects.create(case=case, person=person, since=case.opened_at)
    return acting(person)


def test_one_number_opens_one_case(who: Acting, robbery: CaseTold, agency: Agency) -> None:
    written = Written()
    both = at_once(*[lambda: services.open_case(who, robbery, agency)] * 2)
    assert [type(one) for one in told(both)] == [BadForm]
    assert Case.objects.count() == TeamMember.objects.count() == 1
    assert written.of(Act.CASE_OPEN) == ["done"]


def test_two_changes_of_one_case_keep_one_and_tell_the_other(
    who: Acting, partner: Acting, case: Case, robbery: CaseTold
) -> None:
    written = Written()
    ways = [(who, replace(robbery, narrative="Three watches.")), (partner, replace(robbery, statute="750.530"))]
    both = at_once(
        *[
            lambda one=one: services.change_case(one[0], again(case), one[1], version=1, reason="a report")
            for one in ways
        ]
    )
    assert [type(one) for one in told(both)] == [ChangedMeanwhile]
    row = again(case)
    assert (row.narrative, row.statute) in (("Three watches.", robbery.statute), (robbery.narrative, "750.530"))
    assert (row.version, CaseChange.objects.count()) == (2, 1)
    assert written.of(Act.CASE_CHANGE) == ["done"]


def test_the_last_two_of_a_team_cannot_leave_it_at_once(who: Acting, partner: Acting, case: Case) -> None:
    both = at_once(
        *[lambda one=one: services.leave_team(one, again(case), one.person, version=1) for one in (who, partner)]
    )
    assert len(told(both)) == 1
    assert isinstance(told(both)[0], ChangedMeanwhile | NotNow)
    assert case.team.filter(until=None).count() == 1


def test_the_first_reading_is_recorded_once(
    case: Case, acting: Callable[..., Acting], someone: Callable[..., Person]
) -> None:
    reader, written = acting(someone("rex_reader", Role.EXAMINER)), Written()
    both = at_once(*[lambda: services.read_case(reader, again(case))] * 3)
    assert not told(both)
    assert CaseRead.objects.filter(person=reader.person).count() == 1
    assert written.of(Act.CASE_READ) == ["done"]


def test_exhibits_that_come_in_at_once_are_numbered(bring: Callable[..., Exhibit]) -> None:
    both = at_once(*[lambda: bring(STILL)] * 3)
    assert not told(both)
    assert sorted(Exhibit.objects.values_list("number", flat=True)) == [1, 2, 3]


def test_two_edits_of_one_still_keep_one_and_tell_the_other(
    who: Acting, partner: Acting, bring: Callable[..., Exhibit]
) -> None:
    still, written = bring(STILL).stills.get(), Written()
    both = at_once(
        *[
            lambda one=one: services.edit_still(one[0], again(still), Gamma(one[1]), version=1)
            for one in ((who, 1.2), (partner, 0.8))
        ]
    )
    assert [type(one) for one in told(both)] == [ChangedMeanwhile]
    assert EditStep.objects.count() == 1
    assert written.of(Act.EXHIBIT_CHANGE) == ["done"]


def test_looking_at_an_exhibit_twice_is_one_link_of_its_chain(who: Acting, bring: Callable[..., Exhibit]) -> None:
    exhibit = bring(STILL)
    both = at_once(*[lambda: services.look_at(who, again(exhibit))] * 3)
    assert not told(both)
    assert exhibit.custody.filter(viewing=True).count() == 1


def test_the_second_change_gets_a_page_that_says_who_was_first(
    who: Acting, partner: Acting, case: Case, robbery: CaseTold, signed_in: Callable[[Person], Client]
) -> None:
    body = {
        "number": robbery.number,
        "nibrs": robbery.nibrs,
        "statute": robbery.statute,
        "attempted": "no",
        "completed_on": str(robbery.completed_on),
        "narrative": "Three watches.",
        "reason": "the report",
        "version": 1,
    }
    clients = [signed_in(one.person) for one in (who, partner)]
    both = at_once(*[lambda one=one: one.post(f"/cases/{case.public_id}/change/", body) for one in clients])
    assert sorted(one.status_code for one in both) == [303, 409]
    first = (who, partner)[[one.status_code for one in both].index(303)].person.name
    page = max(both, key=lambda one: one.status_code).content.decode()
    assert f"{first} changed the case after you opened it. Nothing was overwritten." in page
