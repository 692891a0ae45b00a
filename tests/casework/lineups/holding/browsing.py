"""A browser with a camera that is none, and short ways through the witness's screen in it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from lookalike.casework.acting import Acting
from lookalike.casework.lineups.models import Lineup
from lookalike.casework.lineups.services import holding as services
from tests.browser import ARGUMENTS, CHROMIUM, launched
from tests.casework.lineups.holding.conftest import Unit, address
from tests.casework.lineups.holding.examples import pictures

CAMERA = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")


@pytest.fixture
def playing(monkeypatch: pytest.MonkeyPatch) -> Iterator[Playwright]:
    """Playwright. Its driver runs a loop in this thread, which Django would otherwise take for asynchronous code."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with sync_playwright() as playwright:
        yield playwright


def with_camera(playwright: Playwright) -> Browser:
    """Chromium with a camera that shows a test picture."""
    launched(playwright).close()  # skips where there is none
    return playwright.chromium.launch(executable_path=str(CHROMIUM), args=[*ARGUMENTS, *CAMERA])


def step(page: Page) -> str:
    """Which step the page shows."""
    field = page.locator("input[name=step]")
    return str(field.get_attribute("value")) if field.count() else ""


def until(page: Page, script: str) -> None:
    """Wait until something holds on the page; the page's policy lets no function be made of text, so it is asked."""
    end = time.monotonic() + 60
    while not page.evaluate(script):
        assert time.monotonic() < end, f"{script} does not come true"
        page.wait_for_timeout(50)


def press(page: Page, words: str, before: str) -> None:
    """Press a button, and wait for the next step."""
    page.get_by_role("button", name=words, exact=True).first.click()
    until(page, f"(document.querySelector('input[name=step]')?.value ?? '') !== '{before}'")


def read_everything(page: Page, understood: str, begin: str) -> None:
    """Through the instructions."""
    while (now := step(page)).startswith("instruction"):
        press(page, understood, now)
    press(page, begin, "begin")


def picture_seen(page: Page) -> None:
    """Wait until the photograph is there."""
    until(page, "[...document.images].length && [...document.images].every(one => one.naturalWidth > 0)")


@pytest.fixture
def open_lineup(
    ready: Callable[..., Lineup], unit: Unit, acting: Callable[..., Acting], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[Lineup, str]]:
    """Begin a lineup; the lineup and the address of the witness's screen."""

    def make(language: str = "en", **more: Any) -> tuple[Lineup, str]:
        lineup = ready(photographs=pictures(), **more)
        _, key = services.begin(acting(unit.administrator), lineup, language, address=address)
        return lineup, f"/witness/{key}/"

    return make
