"""Real Chromium before a page with viewers; every test also fails on a broken policy or a script error."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Browser, BrowserContext, Locator, Page, sync_playwright

from tests.browser import launched
from tests.site.viewer import dots
from tests.site.viewer.page import Site, page, viewer

LISTEN = "addEventListener('securitypolicyviolation', e => console.error('policy: ' + e.effectiveDirective))"


@pytest.fixture(scope="module")  # its loop, left running, would forbid the next module its own and Django its database
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = launched(playwright)
        yield chromium
        chromium.close()


@pytest.fixture
def site() -> Iterator[Site]:
    served = Site()
    served.files["/left.png"] = dots.png(dots.dotted())
    served.files["/right.png"] = dots.png(dots.dotted(right=True))
    yield served
    served.close()


@dataclass
class Opened:
    """A page with a ready viewer."""

    page: Page
    site: Site
    errors: list[str] = field(default_factory=list)

    @property
    def host(self) -> Locator:
        return self.page.locator("lookalike-viewer").first

    @property
    def state(self) -> dict[str, Any]:
        return json.loads(self.host.evaluate("viewer => JSON.stringify(viewer.state)"))

    def pane(self, side: str) -> Locator:
        return self.host.locator(f".pane[data-side={side}]")

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def says(self) -> str:
        return self.host.locator(".message").inner_text()

    def settled(self) -> None:
        """Wait until what was asked for is on the screen."""
        self.page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def pixels(self, side: str = "left") -> dots.Pixels:
        """What the pane shows, without the ring of the focus."""
        self.page.evaluate("document.activeElement?.blur()")
        self.page.mouse.move(0, 0)
        self.settled()
        return dots.read(self.pane(side).screenshot())

    def on_screen(self, side: str, point: tuple[float, float]) -> tuple[float, float]:
        """Where a picture point is on the page."""
        matrix, origin = self._placed(side)
        x, y = matrix @ (*point, 1) + origin
        return float(x), float(y)

    def in_picture(self, side: str, spot: tuple[float, float]) -> tuple[float, float]:
        """Which picture point is at a place of the page."""
        matrix, origin = self._placed(side)
        x, y = np.linalg.solve(matrix[:, :2], np.array(spot) - origin - matrix[:, 2])
        return float(x), float(y)

    def _placed(self, side: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        self.settled()
        matrix, origin = self.host.evaluate(
            "(viewer, side) => [viewer.matrices[side], [viewer.board.getBoundingClientRect()].map(b => [b.x, b.y])[0]]",
            side,
        )
        return np.array(matrix).reshape(3, 2).T, np.array(origin)

    def click(self, side: str, point: tuple[float, float]) -> None:
        self.page.mouse.click(*self.on_screen(side, point))

    def align(self, *colours: tuple[int, int, int]) -> None:
        """Align on two dots, with the mouse."""
        self.pane("left").focus()
        self.press("a")
        for colour in colours:
            self.click("left", dots.DOTS[colour])
        for colour in colours:
            self.click("right", dots.carried(dots.DOTS[colour]))


@pytest.fixture
def open_viewer(browser: Browser, site: Site) -> Iterator[Callable[..., Opened]]:
    """open_viewer(state=None, width=760, height=540, save=False, extra="", viewers=None, **context) → Opened."""
    contexts: list[BrowserContext] = []
    opened: list[Opened] = []

    def go(
        state: Any = None,
        *,
        width: int = 760,
        height: int = 540,
        save: bool = False,
        extra: str = "",
        viewers: int = 1,
        **context: Any,
    ) -> Opened:
        contexts.append(browser.new_context(viewport={"width": width, "height": height}, **context))
        one = Opened(contexts[-1].new_page(), site)
        opened.append(one)
        one.page.on("pageerror", lambda error: one.errors.append(str(error)))
        one.page.on(
            "console",
            lambda said: one.errors.append(said.text) if "policy" in said.text.lower() else None,
        )
        one.page.add_init_script(LISTEN)
        markup = [
            viewer("/left.png", "/right.png", number=number, state=state, save=save, extra=extra)
            for number in range(1, viewers + 1)
        ]
        site.files["/compare.html"] = page(*markup)
        one.page.goto(f"{site.address}/compare.html")
        for number in range(viewers):
            one.page.locator("lookalike-viewer").nth(number).locator(".viewer").wait_for()
        one.settled()
        return one

    yield go
    errors = [error for one in opened for error in one.errors]
    for context in contexts:
        context.close()
    assert errors == []


def difference(one: dots.Pixels, two: dots.Pixels) -> float:
    """The share of pixels that differ by more than three levels."""
    assert one.shape == two.shape
    return float((np.abs(one.astype(int) - two.astype(int)).max(axis=2) > 3).mean())
