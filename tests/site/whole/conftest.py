"""A site that runs as anybody runs it, `lookalike site run`, and a browser for each of its people."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Response, sync_playwright

from tests.browser import launched

ROOT = Path(__file__).parents[3]
SHOTS = ROOT / "build" / "screenshots"
"""Where screenshots are left to be looked at: build output, never committed."""


@dataclass
class Seen:
    """One answer that a person's browser got."""

    url: str
    status: int
    headers: dict[str, str]
    body: bytes


@dataclass
class Desk:
    """One person's browser. seen: every answer that it got. wrong: script errors and breaches of the policy."""

    name: str
    context: BrowserContext
    page: Page
    base: str
    seen: list[Seen] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        """Open an address of the site."""
        self.page.goto(path if path.startswith("http") else self.base + path)
        return self.page

    def shot(self, name: str) -> None:
        """Leave a picture of the page."""
        SHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SHOTS / f"{name}.png", full_page=True, caret="initial")

    def text(self) -> str:
        """What the page says."""
        return self.page.locator("main").inner_text()


@dataclass
class Site:
    """The running site."""

    base: str
    home: Path
    keys: dict[str, str]
    browser: Browser
    desks: dict[str, Desk] = field(default_factory=dict)

    def desk(self, name: str) -> Desk:
        """The browser of somebody, signed in with two factors."""
        if name not in self.desks:
            context = self.browser.new_context(viewport={"width": 1280, "height": 900})
            context.add_cookies([{"name": "sessionid", "value": self.keys[name], "url": self.base}])
            desk = Desk(name, context, context.new_page(), self.base)
            desk.page.on("console", lambda m: desk.wrong.append(m.text) if m.type == "error" else None)
            desk.page.on("pageerror", lambda e: desk.wrong.append(str(e)))
            desk.page.on("response", lambda answer: _keep(desk, answer))
            self.desks[name] = desk
        return self.desks[name]


def _keep(desk: Desk, answer: Response) -> None:
    if answer.url.startswith(desk.base) and "/static/" not in answer.url:
        desk.seen.append(Seen(answer.url, answer.status, answer.headers, b""))


@contextmanager
def served(home: Path, seed: str) -> Iterator[tuple[str, Any]]:
    """The site of a home that a module of the tests has filled. Gives its address, and what that module printed."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {
        "LOOKALIKE_HOME": str(home),
        "LOOKALIKE_PLAIN_HTTP": "1",
        "LOOKALIKE_ENVIRONMENT": "Test",
        "DJANGO_SETTINGS_MODULE": "lookalike.site.settings",
    }
    seeded = subprocess.run([sys.executable, "-m", seed], env=environment, cwd=ROOT, capture_output=True, timeout=600)
    assert seeded.returncode == 0, seeded.stderr.decode()[-4000:]
    log = (home.parent / "site.log").open("wb")
    running = subprocess.Popen(
        [sys.executable, "-m", "lookalike.cli.main", "site", "run", "--port", str(port)],
        env=environment,
        cwd=ROOT,
        stdout=log,
        stderr=log,
    )
    base = f"http://localhost:{port}"
    try:
        _wait(base, running, home.parent / "site.log")
        yield base, json.loads(seeded.stdout)
    finally:
        running.terminate()
        running.wait(60)
        log.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The site with a unit at work, on SQLite; on PostgreSQL where LOOKALIKE_DATABASE names an empty database."""
    home = tmp_path_factory.mktemp("site") / "home"
    with served(home, "tests.site.whole.seed") as (base, keys), sync_playwright() as playwright:
        browser = launched(playwright)
        yield Site(base, home, keys, browser)
        browser.close()


def _wait(base: str, served: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + 120
    while time.monotonic() < end:
        if served.poll() is not None:
            break
        try:
            urllib.request.urlopen(f"{base}/notice/", timeout=5).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    pytest.fail(f"the site does not answer: {log.read_text()[-3000:]}")
