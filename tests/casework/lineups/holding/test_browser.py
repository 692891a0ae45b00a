"""A lineup in a real browser with a camera that is none: all of it, looked at, killed in the middle, gone on with."""

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
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from lookalike.casework.acting import Acting
from lookalike.casework.lineups.models import Event, Holding, Lineup
from lookalike.casework.lineups.services import holding as services
from lookalike.casework.lineups.services import recording
from lookalike.casework.people.models import Person
from tests.browser import ARGUMENTS, CHROMIUM, launched
from tests.casework.lineups.holding.conftest import Unit, address
from tests.casework.lineups.holding.examples import pictures
from tests.site.test_look import overflow, violations

CAMERA = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
PICTURES = os.environ.get("LOOKALIKE_SCREENSHOTS", "")
ROOT = Path(__file__).parents[4]
LISTEN = "addEventListener('securitypolicyviolation', e => console.error(`policy: ${e.effectiveDirective}`))"


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


WORDS = {
    "en": ("I agree", "I have understood this", "Show me the photographs", "No", "Write this down", "End"),
    "es": ("Estoy de acuerdo", "Lo he entendido", "Muéstreme las fotografías", "No", "Escribir esto", "Terminar"),
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("language", ["en", "es"])
def test_the_whole_of_it_with_a_recording(
    live_server: Any, playing: Playwright, open_lineup: Callable[..., tuple[Lineup, str]], language: str
) -> None:
    lineup, path = open_lineup(language)
    agree, understood, begin, no, write, end = WORDS[language]
    browser = with_camera(playing)
    page = browser.new_page(base_url=live_server.url)
    page.set_default_timeout(40000)
    errors: list[str] = []
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.add_init_script(LISTEN)
    page.goto(path)
    assert page.locator("html").get_attribute("lang") == language
    press(page, agree, "consent")
    until(page, "document.querySelector('#recorded').textContent === document.querySelector('#recorded').dataset.on")
    read_everything(page, understood, begin)
    for place in range(1, 7):
        picture_seen(page)
        assert step(page) == f"picture-{place}"
        if place == 3:
            page.locator("#words").fill("The eyes.")
            page.keyboard.press("Tab")  # by keyboard alone: the first answer is yes
            page.keyboard.press("Enter")
            until(page, "document.querySelector('input[name=step]').value === 'confidence-3'")
            page.locator("#words").fill("Pretty sure, not entirely.")
            press(page, write, "confidence-3")
        else:
            press(page, no, f"picture-{place}")
    page.get_by_role("button", name="3").click()
    until(page, "document.querySelector('input[name=step]').value === 'elsewhere'")
    press(page, no, "elsewhere")
    press(page, no, "seen_before")
    page.get_by_role("button", name=end, exact=True).click()
    until(page, "'over' in document.getElementById('screen').dataset")
    browser.close()
    lineup.refresh_from_db()
    row = lineup.holding
    assert (lineup.state, row.outcome, row.confidence) == ("held", "chosen", "Pretty sure, not entirely.")
    (take,) = recording.takes(row)
    assert take.missing == ()
    assert take.pieces >= 3
    film = b"".join(recording.joined(row, 1))
    assert film[:4] == b"\x1a\x45\xdf\xa3"  # one WebM file that begins as one
    seconds = (take.ended_at - take.begun_at).total_seconds()
    assert take.pieces >= seconds / 2  # a crash would have lost no more than two seconds
    assert row.events.filter(kind="resumed").count() == 0
    assert all(one.elapsed_ms is not None for one in row.events.filter(kind="answer"))
    assert errors == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("language", ["en", "es"])
def test_the_pages_are_looked_at(
    live_server: Any,
    playing: Playwright,
    ready: Callable[..., Lineup],
    unit: Unit,
    signed_in: Callable[[Person], Any],
    language: str,
) -> None:
    lineup = ready(photographs=pictures())
    agree, understood, begin, no, write, end = WORDS[language]
    yes, photograph = {"en": ("Yes", "Photograph 1"), "es": ("Sí", "Fotografía 1")}[language]
    browser = with_camera(playing)

    def desk(person: Person) -> Page:
        context = browser.new_context(base_url=live_server.url)
        cookie = signed_in(person).cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
        opened = context.new_page()
        opened.set_default_timeout(40000)
        return opened

    def look(page: Page, name: str) -> None:
        for width, height in ((320, 640), (360, 740), (768, 1024), (1440, 900)):
            page.set_viewport_size({"width": width, "height": height})
            for mode in ("light", "dark"):
                page.emulate_media(color_scheme=mode)  # type: ignore[arg-type]
                if PICTURES:
                    file = Path(PICTURES) / f"{name}-{language}-{width}-{mode}.png"
                    page.screenshot(path=str(file), full_page=True)
                assert violations(page) == [], (name, width, mode)
                assert overflow(page) <= 0, (name, width, mode)

    administrator = desk(unit.administrator)
    administrator.goto(f"/holdings/{lineup.public_id}/")
    look(administrator, "ready")
    administrator.locator(f"input[name=language][value={language}]").check()
    administrator.get_by_role("button", name="Begin", exact=True).click()
    path = administrator.locator(".key code").inner_text()
    look(administrator, "key")
    page = browser.new_page(base_url=live_server.url)
    page.set_default_timeout(40000)
    page.goto(path)
    look(page, "consent")
    press(page, agree, "consent")
    look(page, "instruction")
    read_everything(page, understood, begin)
    picture_seen(page)
    look(page, "picture")
    press(page, yes, "picture-1")
    look(page, "confidence")
    page.locator("#words").fill("Sure.")
    press(page, write, "confidence-1")
    for place in range(2, 7):
        picture_seen(page)
        press(page, no, f"picture-{place}")
    look(page, "which")
    administrator.goto(f"/holdings/{lineup.public_id}/")
    look(administrator, "administrator")
    administrator.goto("/holdings/")
    look(administrator, "holdings")
    press(page, photograph, "which")
    press(page, no, "elsewhere")
    press(page, no, "seen_before")
    look(page, "more")
    page.get_by_role("button", name=end, exact=True).click()
    until(page, "'over' in document.getElementById('screen').dataset")
    look(page, "over")
    reader = desk(unit.supervisor)
    reader.goto(f"/lineups/{lineup.public_id}/held/")
    look(reader, "held")
    if PICTURES:
        report = reader.request.get(f"{live_server.url}/lineups/{lineup.public_id}/held/report.pdf").body()
        (Path(PICTURES) / f"report-{language}.pdf").write_bytes(report)
    browser.close()


@pytest.mark.django_db(transaction=True)
def test_without_script_it_goes_through_and_records_nothing(
    live_server: Any, playing: Playwright, open_lineup: Callable[..., tuple[Lineup, str]]
) -> None:
    lineup, path = open_lineup("en")
    browser = with_camera(playing)
    page = browser.new_context(base_url=live_server.url, java_script_enabled=False).new_page()
    page.goto(path)
    page.get_by_role("button", name="I agree", exact=True).click()
    while page.get_by_role("button", name="I have understood this").count():
        page.get_by_role("button", name="I have understood this").click()
    page.get_by_role("button", name="Show me the photographs").click()
    for _ in range(6):
        page.get_by_role("button", name="I am not sure", exact=True).click()
    page.get_by_role("button", name="I don't know", exact=True).click()
    page.get_by_role("button", name="No", exact=True).click()
    page.get_by_role("button", name="No", exact=True).click()
    page.get_by_role("button", name="End", exact=True).click()
    page.get_by_text("Thank you. Your answer").wait_for()
    browser.close()
    lineup.refresh_from_db()
    assert (lineup.state, lineup.holding.outcome) == ("held", "dont_know")
    assert not lineup.holding.pieces.exists()


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
