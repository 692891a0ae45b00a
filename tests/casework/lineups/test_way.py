"""How far a case is on its way to court, as its pages say it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from lookalike.casework.acting import Acting
from lookalike.casework.corroboration.services import items
from lookalike.casework.leads.models import Acknowledgement
from lookalike.casework.people.models import Person
from lookalike.casework.warrants.services import requests
from lookalike.casework.way import way_of
from lookalike.protocol.vocabulary import Role
from tests.casework.lineups.conftest import Court

pytestmark = pytest.mark.django_db


def told(who: Acting, court: Court) -> dict[str, tuple[str, str]]:
    """What every step says, by its name."""
    return {one.label: (one.stands, one.next) for one in way_of(who, court.case)}


def test_every_step_says_where_it_stands_and_what_comes_next(court: Court) -> None:
    steps = told(court.planner, court)
    assert steps["Evidence"] == ("independent evidence on everybody who is suspected", "")
    assert steps["Lineups"][0] == "none"
    assert steps["Warrant"] == ("not asked for", "It is asked for from the board of a suspect.")
    court.plan()
    requests.draft(court.planner, court.suspect)
    steps = told(court.planner, court)
    assert steps["Lineups"][0] == "1 being prepared"
    assert "mock witnesses" in steps["Lineups"][1]
    assert steps["Warrant"][0] == "1 being prepared"
    row = court.case.evidence.get()
    items.withdraw_item(court.planner, row, version=row.version, reason="Another card.")
    assert told(court.planner, court)["Evidence"][0] == f"no independent evidence on {court.suspect.party.name}"


def test_the_pages_of_a_case_lead_from_step_to_step(court: Court, signed_in: Callable[[Person], Client]) -> None:
    browser, case = signed_in(court.board.unit.investigator), f"/cases/{court.case.public_id}/"
    for path in (case, f"{case}evidence/", f"{case}lineups/", f"/suspects/{court.suspect.public_id}/"):
        page = browser.get(path).content.decode()
        for step in (f"{case}evidence/", f"{case}lineups/", "/warrants/?case="):
            assert f'href="{step}' in page, (path, step)


def test_whoever_holds_a_lineup_or_has_not_read_the_lead_is_told_of_no_step(court: Court) -> None:
    court.plan()
    court.holder.roles_held.create(role=Role.SUPERVISOR.value, since=court.board.now)
    assert way_of(court.acting(court.holder), court.case) == []
    Acknowledgement.objects.filter(person=court.board.unit.investigator).first().delete()  # type: ignore[union-attr]
    assert way_of(court.planner, court.case) == []
