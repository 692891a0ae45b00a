"""Saving: quiet, complete, never over somebody else's work, and honest when it fails."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.site.viewer.conftest import Opened
from tests.site.viewer.page import Site

Open = Callable[..., Opened]


def told(opened: Opened, words: str) -> None:
    expect(opened.host.locator(".saved")).to_have_text(words, timeout=4000)


def test_a_second_after_the_last_change_the_state_is_sent_once(open_viewer: Open, site: Site) -> None:
    opened = open_viewer(save=True)
    opened.pane("left").focus()
    opened.press("+", "w", "w")
    told(opened, "Not saved yet")
    told(opened, "Saved")
    assert site.saved == [({"version": 3, "state": opened.state}, "the-token")]
    opened.press("q")
    told(opened, "Saved") if len(site.saved) == 2 else opened.page.wait_for_timeout(1500)
    assert [body["version"] for body, _ in site.saved] == [3, 4]


def test_nothing_is_sent_while_nothing_changes(open_viewer: Open, site: Site) -> None:
    opened = open_viewer(save=True)
    opened.page.wait_for_timeout(1300)
    opened.page.close()
    assert site.saved == []


def test_work_locked_or_changed_elsewhere_is_not_overwritten(open_viewer: Open, site: Site) -> None:
    opened = open_viewer(save=True)
    site.answers = [409]
    opened.pane("left").focus()
    opened.press("w")
    told(opened, "Not saved: the examination is locked or was changed elsewhere. Reload the page to go on.")
    opened.press("w")
    opened.page.wait_for_timeout(1300)
    opened.page.goto("about:blank")
    assert site.saved == []


def test_a_failing_site_is_tried_again(open_viewer: Open, site: Site) -> None:
    opened = open_viewer(save=True)
    site.answers = [503]
    opened.pane("left").focus()
    opened.press("w")
    told(opened, "Not saved: the site answered 503, trying again.")
    opened.press("w")
    told(opened, "Saved")
    assert site.saved[-1][0] == {"version": 3, "state": opened.state}


def test_without_a_connection_it_waits_and_goes_on(open_viewer: Open, site: Site) -> None:
    opened = open_viewer(save=True)
    opened.page.context.set_offline(True)
    opened.pane("left").focus()
    opened.press("w")
    told(opened, "Not saved: there is no connection, trying again.")
    opened.page.context.set_offline(False)
    told(opened, "Saved")
    assert len(site.saved) == 1


def test_a_refusal_is_said_and_the_next_change_tries_again(open_viewer: Open, site: Site) -> None:
    opened = open_viewer(save=True)
    site.answers = [403]
    opened.pane("left").focus()
    opened.press("w")
    told(opened, "Not saved: you may no longer change it, or you are signed out. Sign in again in another tab.")
    opened.press("w")
    told(opened, "Saved")


def test_leaving_the_page_saves_what_was_not_yet_saved(open_viewer: Open, site: Site) -> None:
    opened = open_viewer(save=True)
    opened.pane("left").focus()
    opened.press("m", "Enter", "Escape")
    state = opened.state
    opened.page.goto(f"{site.address}/page.css")
    for _ in range(50):
        if site.saved:
            break
        opened.page.wait_for_timeout(20)
    assert [body for body, _ in site.saved] == [{"version": 3, "state": state}]


def test_what_is_too_long_is_said_before_it_is_sent(open_viewer: Open, site: Site) -> None:
    opened = open_viewer(save=True)
    opened.host.evaluate(
        """viewer => viewer.update(state => ({...state, marks: Array.from({length: 200}, (_, i) =>
             ({id: i + 1, left: [1, 1], right: null, component: '', note: 'x'.repeat(500)}))}))"""
    )
    told(opened, "Not saved: it is too long. Shorten a note.")
    assert site.saved == []
