"""The board in a real browser: looked at narrow and wide, light and dark, on paper, with and without script."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser

from lookalike.casework.corroboration.models import Link
from lookalike.casework.corroboration.nodes import node
from lookalike.casework.corroboration.services import items, links, suspects
from lookalike.casework.people.models import Person
from tests.casework.corroboration.conftest import NONE, Board, the_watches
from tests.casework.examinations.test_browser import Window, browser  # noqa: F401 - fixture
from tests.site.test_look import overflow, violations

PICTURES = os.environ.get("LOOKALIKE_SCREENSHOTS", "")


def look(window: Window, name: str) -> None:
    """Nothing overflows and axe finds nothing, wide and narrow, light and dark."""
    page = window.page
    page.wait_for_load_state("networkidle")
    assert [one for one in window.errors if "422" not in one] == [], name
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 900})
        for mode in ("light", "dark"):
            page.emulate_media(color_scheme=mode)  # type: ignore[arg-type]
            if PICTURES:
                page.screenshot(path=str(Path(PICTURES) / f"{name}-{width}-{mode}.png"), full_page=True)
            assert violations(page) == [], (name, width, mode)
            assert overflow(page) <= 0, (name, width, mode)
    page.wait_for_timeout(300)
    window.errors.clear()  # axe writes styles, which the policy forbids
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1280, "height": 900})


def filled(board: Board) -> None:
    """A board with something of everything."""
    board.party("Officer Ida", account=board.unit.investigator)
    the_watches(board)
    alibi = board.item(
        6, judged=None, says="against", sort="alibi", title="He drove home from work", words="At 4 pm he was on I-75."
    )
    items.reply_to(board.acting, alibi, words="The toll record is of the next day.")
    board.item(
        1,
        judged=None,
        says="against",
        sort="exclusion",
        title="The prints on the case are another man's",
        source="the lab",
    )
    wrong = board.item(3, judged=None, says="against", sort="phone", title="Telephone in Toledo at the time")
    items.withdraw_item(board.acting, wrong, version=1, reason="Another number.")
    board.item(9, about=None, says="neutral", sort="statement", title="The clerk's first call", judged=None)
    mistaken = board.item(2, title="Receipt", judged=False, came_from=[("prompted_by", board.lead)])
    board.link("derived_from", board.lead, node("item", mistaken.public_id))
    links.withdraw_link(board.acting, Link.objects.filter(kind="derived_from").last(), reason="Mixed up.")
    suspects.write_suspicion(board.acting, board.suspect, words="The lead, and nothing else so far.", version=1)
    board.check("alibi", state="tried_answered", found=alibi)


@pytest.mark.django_db(transaction=True)
def test_the_board_is_looked_at_and_the_statement_changes_on_the_spot(
    live_server: Any,
    browser: Browser,  # noqa: F811
    board: Board,
    signed_in: Callable[[Person], Client],
) -> None:
    filled(board)
    window = Window(browser, live_server.url, signed_in(board.unit.investigator))
    page = window.page
    page.goto("/evidence/")
    look(window, "boards")
    page.goto(f"/cases/{board.case.public_id}/evidence/")
    look(window, "case")
    page.get_by_role("link", name="Tom Example").first.click()
    assert page.locator("#statement .said").inner_text().startswith(NONE)
    look(window, "suspect")
    box = page.locator(".graph a.box").first
    box.focus()
    assert page.evaluate("document.activeElement.classList.contains('box')")
    page.keyboard.press("Enter")
    assert "#in-" in page.url
    if PICTURES:
        page.emulate_media(media="print")
        page.pdf(path=str(Path(PICTURES) / "suspect.pdf"), prefer_css_page_size=True)
        page.emulate_media(media="screen")

    # an independent item arrives; somebody judges it on the board, and the page is not loaded anew
    row = board.item(1, judged=None, title="Card payment at the till", source="the bank, on a warrant")
    page.reload()
    page.evaluate("window.here = true")
    article = page.locator(f"#item-{row.number}")
    article.locator("summary").click()
    article.get_by_role("button", name="Keep the judgement").click()
    article.get_by_role("alert").wait_for()
    for question in ("Is it reliable?", "Does it tie the person"):
        article.get_by_role("group", name=question).get_by_label("Yes").check()
    article.get_by_label("Why it is, or is not").fill("The bank's own record.")
    article.get_by_label("How it does, or why not").fill("At the till, at the time.")
    article.get_by_role("button", name="Keep the judgement").click()
    page.get_by_text("One item of evidence links this person").wait_for()
    assert page.evaluate("window.here") is True
    look(window, "independent")

    # it changes by itself when somebody else changes something
    gone = items.withdraw_item(board.who(board.unit.supervisor), row, version=2, reason="Another card.")
    assert gone.withdrawn_at
    page.locator("#statement.none").wait_for(timeout=40_000)
    assert page.evaluate("window.here") is True
    for path in (
        f"/evidence/{row.public_id}/",
        f"/parties/{board.case.parties.get(name='Gina Guard').public_id}/",
        f"/cases/{board.case.public_id}/evidence/new/",
        f"/suspects/{board.suspect.public_id}/whereabouts/",
        f"/suspects/{board.suspect.public_id}/shown/",
        f"/suspects/{board.suspect.public_id}/suspicion/",
        f"/cases/{board.case.public_id}/suspects/new/",
    ):
        page.goto(path)
        window.errors.clear()  # htmx writes again what axe left on the page before
        look(window, path.strip("/").replace("/", "-").replace(row.public_id, "item")[:14])
