"""Lists read few rows and little of each, however many there are: their queries are counted, and what they carry."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from lookalike.casework.cases.models import Case, Still
from lookalike.casework.examinations.models import Task
from lookalike.casework.leads.models import Answer
from lookalike.casework.people.models import Person
from lookalike.casework.searches.models import Request, Search
from lookalike.protocol.vocabulary import Role
from tests.casework.searches.conftest import Unit, robbery, still_of, unit  # noqa: F401 - fixtures

MANY = 120
LARGE = ('"judgement"', '"facts"', '"record"', '"sheet"')
"""Columns of tens of thousands of letters a row."""

LISTS = {"/cases/": 16, "/requests/": 12, "/examinations/": 14, "/leads/": 14}
"""The most queries of each list, those of the door and of the frame among them."""


@pytest.fixture
def many(robbery: Case, unit: Unit, still_of: Callable[..., Still], now: Any) -> Unit:  # noqa: F811
    """Cases, requests, searches, examinations and answers by the hundred."""
    still = still_of("S001-a.jpg")
    for number in range(MANY):
        case = Case.objects.create(
            number=f"25-{number}", agency=robbery.agency, opened_by=unit.investigator, opened_at=now
        )
        asked = Request.objects.create(
            number=1000 + number,
            case=case,
            still=still,
            face=1,
            probe_sha256="1" * 64,
            purpose="identify_suspect",
            suspicion="reasonable_suspicion",
            specific_facts="seen",
            route="own_case",
            asked_by=unit.investigator,
            asked_at=now - timedelta(minutes=number),
            state=Request.State.NO_LEAD if number % 2 else Request.State.ANSWERED,
            judgement={},
            facts={},
            checked_by=unit.checker,
        )
        search = Search.objects.create(
            request=asked,
            run_by=unit.checker,
            run_at=now,
            record="{}",
            sha256="0" * 64,
            probe_picture=still.file,
            judgement={},
            facts={},
        )
        for nth, person in enumerate((unit.first, unit.second), start=1):
            Task.objects.create(
                search=search,
                nth=nth,
                examiner=person,
                given_at=now,
                probe=still.file,
                seed=nth,
                state=Task.State.CONCLUDED if nth == 1 else Task.State.WITHDRAWN,
            )
        if number % 2:
            Answer.objects.create(request=asked, by=unit.supervisor, at=now, code=f"C-{number}", sheet={})
    return unit


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.AUDITOR])
def test_a_list_asks_the_same_few_queries_and_carries_nothing_large(
    path: str,
    role: Role,
    many: Unit,
    someone: Callable[..., Person],
    signed_in: Callable[[Person], Client],
) -> None:
    client = signed_in(someone("reader", role))
    with CaptureQueriesContext(
        connection,
    ) as asked:
        answer = client.get(path)
    assert answer.status_code == 200
    assert len(answer.content) > 5000
    assert len(asked) <= LISTS[path], "\n".join(one["sql"][:150] for one in asked)
    carried = [one["sql"] for one in asked if any(name in one["sql"].split(" FROM ")[0] for name in LARGE)]
    assert not carried, carried[0][:500]


def test_the_examinations_of_a_page_are_counted_search_by_search(
    many: Unit, someone: Callable[..., Person], signed_in: Callable[[Person], Client]
) -> None:
    answer = signed_in(someone("reader", Role.SUPERVISOR)).get("/examinations/")
    rows = answer.context["rows"]
    assert len(rows) == 50
    assert {row[3:5] for row in rows} == {(1, 1)}  # one was taken back, one is concluded


def test_an_investigator_sees_each_request_of_a_team_once(
    many: Unit, signed_in: Callable[[Person], Client], now: Any
) -> None:
    case = Case.objects.get(number="25-1")
    case.team.create(person=many.investigator, since=now, until=now)
    case.team.create(person=many.investigator, since=now)
    page = signed_in(many.investigator).get("/requests/").context["page"]
    assert [one.case.number for one in page] == ["25-1"]


@pytest.mark.parametrize("path", LISTS)
def test_what_lies_before_a_page_is_walked_without_the_tables_beside_it(
    path: str, many: Unit, someone: Callable[..., Person], signed_in: Callable[[Person], Client]
) -> None:
    client = signed_in(someone("reader", Role.SUPERVISOR))
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(f"{path}?page=2")
    assert len(asked) <= LISTS[path] + 1
    skipping = [one["sql"] for one in asked if " OFFSET " in one["sql"]]
    assert len(skipping) == 1
    assert " JOIN " not in skipping[0]
    page = answer.context["page"]
    whole = list(page.paginator.object_list)
    assert [one.pk for one in page] == [one.pk for one in whole[50:100]]
    beyond = [client.get(f"{path}?page={asked_for}").context["page"].number for asked_for in ("999", "-1", "x", "")]
    assert beyond == [page.paginator.num_pages, page.paginator.num_pages, 1, 1]
