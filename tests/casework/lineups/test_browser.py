"""The pages of a lineup in a real browser: narrow and wide, light and dark; the volunteer's without script."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser

from lookalike.casework.lineups.models import MockTest, Ticket
from lookalike.casework.lineups.services import mock
from lookalike.casework.people.models import Person
from tests.casework.corroboration.test_browser import look
from tests.casework.examinations.test_browser import Window, browser  # noqa: F401 - fixture
from tests.casework.lineups.conftest import Court


@pytest.mark.django_db(transaction=True)
def test_the_preparation_of_a_lineup_is_looked_at(
    live_server: Any,
    browser: Browser,  # noqa: F811
    court: Court,
    signed_in: Callable[[Person], Client],
) -> None:
    window = Window(browser, live_server.url, signed_in(court.board.unit.investigator))
    page = window.page
    page.set_default_timeout(120_000)
    party = court.party("Gina Guard")
    court.described(party)
    page.goto(f"/witnesses/{party.public_id}/")
    look(window, "witness-unasked")
    page.goto(f"/witnesses/{party.public_id}/interview/")
    look(window, "interview")
    page.goto(f"/witnesses/{party.public_id}/asked/")
    look(window, "asked")
    lineup = court.pictured(court.proposed(), real=True)
    page.goto(f"/witnesses/{lineup.witness.party.public_id}/")
    look(window, "witness")
    page.goto(f"/cases/{court.case.public_id}/lineups/")
    look(window, "case")
    page.goto(f"/cases/{court.case.public_id}/lineups/new/")
    look(window, "plan")
    page.goto(f"/lineups/{lineup.public_id}/")
    look(window, "lineup-looked")
    page.goto(f"/lineups/{lineup.public_id}/pool/")
    look(window, "pool")
    court.volunteers()
    page.goto(f"/lineups/{lineup.public_id}/")
    page.get_by_role("button", name="Open the test").click()
    look(window, "lineup-testing")
    keeper = Window(browser, live_server.url, signed_in(court.keeper))
    keeper.page.goto("/volunteers/")
    look(keeper, "volunteers")
    keeper.page.get_by_role("button", name="Make the links").click()
    look(keeper, "links")
    address = keeper.page.locator(".tickets code").first.inner_text()
    page.goto("/lineups/")
    look(window, "lineups")

    context = browser.new_context(java_script_enabled=False)
    alone = context.new_page()
    alone.set_default_timeout(120_000)
    alone.goto(address)
    alone.get_by_label("No", exact=True).check()
    alone.get_by_role("button", name="Go on").click()
    assert alone.locator(".photographs img").count() == 6
    ticket = Ticket.objects.exclude(opened_at=None).get()
    alone.locator("input[name=choice]").first.focus()
    alone.keyboard.press("Space")
    alone.keyboard.press("Enter")
    alone.get_by_role("heading", name="Thank you").wait_for()
    ticket.refresh_from_db()
    assert ticket.choice is not None
    assert ticket.choice.public_id == ticket.order[0]
    alone.goto(address)
    alone.get_by_role("heading", name="This link cannot be used").wait_for()
    context.close()

    lineup = court.again(lineup)
    links = mock.make_links(court.acting(court.keeper), MockTest.objects.get(lineup=lineup))
    public = Window(browser, live_server.url, signed_in(court.holder))
    public.page.goto(f"/look/{links[0].token}/")
    public.page.get_by_role("heading", name="This is not for you").wait_for()
    public.context.clear_cookies()
    public.errors.clear()
    public.page.goto(f"/look/{links[0].token}/")
    look(public, "look-begin")
    public.page.get_by_role("link", name="Español").click()
    look(public, "look-spanish")
    public.page.get_by_role("link", name="English").click()
    public.page.get_by_label("No", exact=True).check()
    public.page.get_by_role("button", name="Go on").click()
    look(public, "look-choose")

    test = MockTest.objects.get(lineup=lineup)
    for number, row in enumerate(Ticket.objects.filter(test=test).order_by("pk")):
        row.choice_id = lineup.members.get(public_id=test.members[number % 6]).pk
        row.set_aside, row.used_at = "", court.board.now
        row.save()
    lineup = court.again(lineup)
    mock.close(court.planner, lineup, version=lineup.version)
    window = Window(browser, live_server.url, signed_in(court.captain))
    window.page.goto(f"/lineups/{lineup.public_id}/")
    look(window, "lineup-tested")
    window.page.get_by_label("It may be held, if").check()
    window.page.get_by_label("I have read everything").check()
    window.page.get_by_role("button", name="Sign", exact=True).click()
    window.page.get_by_text("The lineup may be held.").wait_for()
    look(window, "lineup-allowed")
    window = Window(browser, live_server.url, signed_in(court.keeper))
    window.page.goto("/volunteers/")
    look(window, "volunteers")
    window.page.goto("/volunteers/new/")
    look(window, "volunteer-new")
