"""An examination in a real browser, from Begin to No candidate: with script, under the site's own policy."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, sync_playwright

from lookalike.casework.examinations import services
from lookalike.casework.examinations.components import COMPONENTS
from lookalike.casework.examinations.models import Task
from lookalike.casework.people.models import Person
from lookalike.face.matcher import Matcher
from tests.browser import launched
from tests.casework.examinations.conftest import Clock, Unit, examine

LISTEN = """addEventListener('securitypolicyviolation', e =>
  console.error(`policy: ${e.effectiveDirective} at ${location.pathname}, ${e.sourceFile}:${e.lineNumber}`))"""
PICTURES = os.environ.get("LOOKALIKE_SCREENSHOTS", "")
"""Where pictures of the pages are kept to be looked at; nowhere where it is not set."""


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    """Chromium. Its driver runs a loop in this thread, which Django would otherwise take for asynchronous code."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with sync_playwright() as playwright:
        chromium = launched(playwright)
        yield chromium
        chromium.close()


class Window:
    """A browser window in which somebody is signed in; fails on a broken policy or a script error."""

    def __init__(self, browser: Browser, address: str, client: Client) -> None:
        self.context = browser.new_context(base_url=address, viewport={"width": 1440, "height": 900})
        name = settings.SESSION_COOKIE_NAME
        self.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": address}])
        self.context.add_init_script(LISTEN)
        self.page: Page = self.context.new_page()
        self.errors: list[str] = []
        self.page.on("console", lambda said: self.errors.append(said.text) if said.type == "error" else None)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def picture(self, name: str, *, sizes: tuple[int, ...] = (1440, 360)) -> None:
        """Keep the page as it looks, light and dark; nothing may stand out of it sideways."""
        self.page.wait_for_load_state("networkidle")
        for width in sizes:
            self.page.set_viewport_size({"width": width, "height": 900})
            wide = self.page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{name} is {wide} wide in {width}"
            for scheme in ("light", "dark"):
                self.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
                if PICTURES:
                    self.page.screenshot(path=str(Path(PICTURES) / f"{name}-{width}-{scheme}.png"), full_page=True)
        self.page.emulate_media(color_scheme="light")
        self.page.set_viewport_size({"width": 1440, "height": 900})


@pytest.mark.django_db(transaction=True)
def test_an_examination_is_done_in_a_browser(
    live_server: Any,
    browser: Browser,
    unit: Unit,
    clock: Clock,
    signed_in: Callable[[Person], Client],
    matcher: Matcher,
) -> None:
    clock.at = datetime.now(UTC) - timedelta(minutes=30)
    services.give(clock(unit.supervisor), unit.search, (unit.ann, unit.ben))
    task = Task.objects.get(search=unit.search, state=Task.State.GIVEN)
    window = Window(browser, live_server.url, signed_in(task.examiner))
    page = window.page
    page.goto("/tasks/")
    window.picture("tasks")
    page.get_by_role("link", name=task.reference).click()
    window.picture("given")
    page.get_by_role("button", name="Begin").click()
    page.locator("#c-skin").wait_for()

    # what is written is kept by itself, and the version of the form goes on with it
    page.get_by_label("Nose: description").fill("long, bridge straight")
    page.get_by_text("Saved at").wait_for()
    assert task.features.get().words == "long, bridge straight"
    for one in COMPONENTS:
        seen = one.key not in {"skin", "scars", "neck", "lines"}
        section = page.locator(f"section:has(#c-{one.key})")
        section.get_by_label("Visible", exact=True).check() if seen else section.get_by_label("Not visible").check()
        if seen:
            section.get_by_role("textbox").fill("oval, even" if one.key != "nose" else "long, bridge straight")
        else:
            section.get_by_label("too few pixels").check()
    window.picture("probe")
    page.get_by_role("button", name="Save, and go on to lock it").click()
    page.get_by_role("heading", name="Lock this description?").wait_for()
    window.picture("lock")
    page.get_by_role("button", name="Lock the description").click()
    page.get_by_role("button", name="Show the faces").click()
    page.get_by_role("heading", name="Conclude").wait_for()
    window.picture("faces")

    page.get_by_role("link", name="Face A").first.click()
    page.locator("lookalike-viewer[data-ready]").wait_for()
    window.picture("compare")
    for face in task.faces.order_by("place"):
        page.get_by_role("heading", name=f"Face {face.letter} beside the probe").wait_for()
        page.get_by_label("Ears: seen").select_option("different")
        page.get_by_label("Ears: words").fill("the lobe is free")
        page.get_by_label("Excluded", exact=True).check()
        page.get_by_label("Reason").fill("The lobe is free, and attached in the probe.")
        page.get_by_role("button", name="Save, and go on").click()
    page.get_by_role("heading", name="Conclude").wait_for()
    window.picture("conclude", sizes=(1440,))
    page.get_by_role("button", name="No candidate").click()
    page.get_by_role("heading", name="No candidate").wait_for()
    window.picture("done")
    task.refresh_from_db()
    assert (task.state, task.conclusion) == (Task.State.CONCLUDED, "no_candidate")
    assert window.errors == [] or PICTURES  # taking a picture itself sets a style, which the policy blocks


@pytest.mark.django_db(transaction=True)
def test_a_supervisor_assigns_and_reads_in_a_browser(
    live_server: Any,
    browser: Browser,
    unit: Unit,
    clock: Clock,
    signed_in: Callable[[Person], Client],
    matcher: Matcher,
) -> None:
    clock.at = datetime.now(UTC) - timedelta(hours=3)
    window = Window(browser, live_server.url, signed_in(unit.supervisor))
    page = window.page
    page.goto(f"/examinations/{unit.search.public_id}/")
    window.picture("assign")
    services.give(clock(unit.supervisor), unit.search, (unit.ann, unit.ben))
    for _ in range(2):
        task = Task.objects.get(search=unit.search, state=Task.State.GIVEN)
        examine(clock, task.examiner, task, unit.search.candidates.order_by("rank")[2].record_id)
    page.reload()
    window.picture("examination")
    page.locator("a.with-face").first.click()
    page.locator("lookalike-viewer[data-ready]").first.wait_for()
    window.picture("compared")
    page.goto("/trials/")
    window.picture("trials")
    page.goto("/trials/schedule")
    window.picture("schedule", sizes=(1440,))
    page.goto("/examinations/")
    window.picture("examinations")
    assert window.errors == [] or PICTURES  # taking a picture itself sets a style, which the policy blocks
