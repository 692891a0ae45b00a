"""The browser and the site are killed in the middle of a lineup: it goes on, or is void by rule."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Playwright

from lookalike.casework.lineups.models import Event, Holding, Lineup
from lookalike.casework.lineups.services import holding as services
from lookalike.casework.lineups.services import recording
from tests.browser import ARGUMENTS, CHROMIUM
from tests.casework.lineups.holding.browsing import (
    CAMERA,
    open_lineup,
    picture_seen,
    playing,
    press,
    read_everything,
    step,
    until,
    with_camera,
)

__all__ = ["open_lineup", "playing"]

ROOT = Path(__file__).parents[4]


class Killable:
    """A Chromium whose process can be killed as a crash kills it."""

    def __init__(self, playwright: Playwright, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        told = [f"--remote-debugging-port={port}", f"--user-data-dir={folder}", "--headless=new", "about:blank"]
        self.process = subprocess.Popen(
            [str(CHROMIUM), *ARGUMENTS, *CAMERA, *told],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        end = time.monotonic() + 60
        while True:
            try:
                self.browser = playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{port}")
                break
            except Exception:
                if time.monotonic() > end:
                    self.kill()
                    raise
                time.sleep(0.3)
        self.page = self.browser.contexts[0].new_page()
        self.page.set_default_timeout(40000)

    def kill(self) -> None:
        """No farewell."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(30)


@pytest.fixture
def killed(
    live_server: Any, playing: Playwright, open_lineup: Callable[..., tuple[Lineup, str]], tmp_path: Path
) -> tuple[Lineup, str]:
    """A lineup whose browser was killed while photograph 2 was looked at, recorded; the address of its screen."""
    lineup, path = open_lineup("en")
    browser = Killable(playing, tmp_path / "one")
    page = browser.page
    page.goto(live_server.url + path)
    press(page, "I agree", "consent")
    read_everything(page, "I have understood this", "Show me the photographs")
    picture_seen(page)
    press(page, "No", "picture-1")
    picture_seen(page)
    page.wait_for_timeout(2500)
    at = time.time()
    browser.kill()
    time.sleep(1)
    lineup.refresh_from_db()
    last = lineup.holding.pieces.order_by("-at").first()
    assert last is not None
    assert at - last.at.timestamp() < 2  # what the crash has lost of the recording
    film = b"".join(recording.joined(lineup.holding, 1))
    assert recording.takes(lineup.holding)[0].missing == ()
    assert film[:4] == b"\x1a\x45\xdf\xa3"
    return lineup, live_server.url + path


@pytest.mark.django_db(transaction=True)
def test_the_browser_is_killed_and_another_goes_on(
    killed: tuple[Lineup, str], playing: Playwright, tmp_path: Path
) -> None:
    lineup, address = killed
    browser = Killable(playing, tmp_path / "two")
    page = browser.page
    page.goto(address)
    assert step(page) == "picture-2"
    assert page.locator("img").count() == 0
    page.get_by_text("not shown again").wait_for()
    press(page, "No", "picture-2")
    for place in range(3, 7):
        picture_seen(page)
        press(page, "No", f"picture-{place}")
    press(page, "Not present", "which")
    press(page, "No", "elsewhere")
    press(page, "No", "seen_before")
    page.get_by_role("button", name="End", exact=True).click()
    until(page, "'over' in document.getElementById('screen').dataset")
    browser.kill()
    lineup.refresh_from_db()
    assert lineup.holding.outcome == "not_present"
    shown = [one.data["place"] for one in Event.objects.filter(kind="shown").order_by("number")]
    assert shown == [1, 2, 3, 4, 5, 6]
    assert Event.objects.filter(kind="resumed").count() == 1
    assert [one.number for one in recording.takes(lineup.holding)] == [1, 2]


@pytest.mark.django_db(transaction=True)
def test_the_browser_is_killed_and_another_comes_too_late(killed: tuple[Lineup, str], playing: Playwright) -> None:
    lineup, address = killed
    Holding.objects.update(alive_at=lineup.holding.alive_at - services.LONGEST_AWAY)
    browser = with_camera(playing)
    page = browser.new_page()
    page.goto(address)
    assert page.locator("#screen").get_attribute("data-over") is not None
    assert page.locator("img, button").count() == 0
    browser.close()
    lineup.refresh_from_db()
    assert (lineup.state, lineup.holding.outcome) == ("void", "broken_off")
    assert lineup.report is not None
    assert lineup.holding.events.order_by("-number")[0].data["recording_sha256"]  # what was recorded stays


def test_the_server_is_killed_and_goes_on(playing: Playwright, tmp_path: Path) -> None:
    home = tmp_path / "home"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {
        "LOOKALIKE_HOME": str(home),
        "LOOKALIKE_PLAIN_HTTP": "1",
        "DJANGO_SETTINGS_MODULE": "lookalike.site.settings",
    }
    module = "tests.casework.lineups.holding.seed"
    seeded = subprocess.run([sys.executable, "-m", module], env=environment, cwd=ROOT, capture_output=True, timeout=300)
    assert seeded.returncode == 0, seeded.stderr.decode()[-3000:]
    url = f"http://localhost:{port}/witness/{seeded.stdout.decode().strip()}/"
    served = _serve(environment, port, tmp_path)
    browser = with_camera(playing)
    try:
        page = browser.new_page()
        page.set_default_timeout(40000)
        page.goto(url)
        press(page, "I agree", "consent")
        read_everything(page, "I have understood this", "Show me the photographs")
        picture_seen(page)
        press(page, "No", "picture-1")
        picture_seen(page)
        _kill(served)
        page.get_by_role("button", name="No", exact=True).click()  # to nobody: it is sent again until somebody answers
        page.locator("#wait:visible").wait_for()
        served = _serve(environment, port, tmp_path)
        until(page, "document.querySelector('input[name=step]').value === 'picture-3'")
        for place in range(3, 7):
            picture_seen(page)
            press(page, "No", f"picture-{place}")
        press(page, "Not present", "which")
        press(page, "No", "elsewhere")
        press(page, "No", "seen_before")
        page.get_by_role("button", name="End", exact=True).click()
        until(page, "'over' in document.getElementById('screen').dataset")
    finally:
        browser.close()
        _kill(served)
    with sqlite3.connect(next(home.rglob("site.sqlite3"))) as rows:
        said = rows.execute("SELECT kind, json_extract(data, '$.place') FROM lineups_event ORDER BY number").fetchall()
        pieces = rows.execute("SELECT take, number FROM lineups_piece ORDER BY take, number").fetchall()
        (outcome,) = rows.execute("SELECT outcome FROM lineups_holding").fetchone()
    assert outcome == "not_present"
    assert [place for kind, place in said if kind == "shown"] == [1, 2, 3, 4, 5, 6]
    assert [place for kind, place in said if kind == "answer" and place] == [1, 2, 3, 4, 5, 6]
    assert [number for _, number in pieces] == list(range(1, len(pieces) + 1))  # none lost: they waited in the browser


def _kill(served: subprocess.Popen[bytes]) -> None:
    """Kill the site and all that it started without a farewell: a worker of its server would go on answering."""
    if served.poll() is None:
        for one in _family(served.pid):
            with suppress(ProcessLookupError):
                os.kill(one, signal.SIGKILL)
        served.wait(30)


def _family(process: int) -> list[int]:
    """A process and its children and theirs, parents first: so that nobody starts another while they are killed."""
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return [process, *(one for child in children for one in _family(int(child)))]


def _serve(environment: dict[str, str], port: int, folder: Path) -> subprocess.Popen[bytes]:
    """The site as anybody runs it, in a group of its own that can be killed."""
    with (folder / "site.log").open("ab") as log:
        served = subprocess.Popen(
            [sys.executable, "-m", "lookalike.cli.main", "site", "run", "--port", str(port)],
            env=environment,
            cwd=ROOT,
            stdout=log,
            stderr=log,
        )
    end = time.monotonic() + 120
    while time.monotonic() < end and served.poll() is None:
        try:
            urllib.request.urlopen(f"http://localhost:{port}/notice/", timeout=5).close()
            return served
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    pytest.fail(f"the site does not answer: {(folder / 'site.log').read_text()[-3000:]}")
