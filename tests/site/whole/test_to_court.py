"""From a lineup to the defence's copy of the packet: by keyboard alone, each in a browser of their own."""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, sync_playwright

from lookalike.disclosure.packet import read
from tests.browser import ARGUMENTS, CHROMIUM, launched
from tests.site.whole.conftest import Site, served

CAMERA = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
HERE = "one => one === document.activeElement"
GROUP = "one => document.activeElement.name === one.name"
SLOWEST = 4.5
"""Seconds that a volunteer looks before choosing: sooner is not counted."""


@dataclass
class Near:
    """The running site, its browsers, and where the case stands."""

    site: Site
    suspect: str
    lineup: str

    def page(self, name: str, path: str) -> Page:
        """Somebody's browser at an address."""
        return self.site.desk(name).open(path)

    def rows(self, query: str, *values: str) -> list[Any]:
        """What only the database knows."""
        with sqlite3.connect(self.site.home / "site" / "site.sqlite3") as database:
            return database.execute(query, values).fetchall()


@pytest.fixture(scope="module")
def near(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Near]:
    """A lineup that waits for its mock witnesses."""
    home = tmp_path_factory.mktemp("court") / "home"
    with served(home, "tests.site.whole.near_court") as (base, told), sync_playwright() as playwright:
        launched(playwright).close()  # skips where there is none
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=[*ARGUMENTS, *CAMERA])
        yield Near(Site(base, home, told["keys"], browser), told["suspect"], told["lineup"])
        browser.close()


def reach(page: Page, wanted: Locator, there: str = HERE) -> None:
    """Go to something with the Tab key."""
    wanted.wait_for()
    for _ in range(300):
        if wanted.evaluate(there):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{wanted} cannot be reached")


def press(page: Page, name: str | re.Pattern[str], key: str = "Enter", role: Any = "button") -> None:
    """Go to a button, a link or a box, and press it."""
    reach(page, page.get_by_role(role, name=name).first)
    page.keyboard.press(key)


def choose(page: Page, radio: Locator) -> None:
    """Go to a group of radio buttons, and choose one of them."""
    reach(page, radio, GROUP)
    page.keyboard.press("Space")
    for _ in range(10):
        if radio.is_checked():
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"{radio} cannot be chosen")


def chosen_by_volunteers(near: Near) -> None:
    """The pictures are looked at; thirty volunteers choose, the first by keyboard, each member alike."""
    page = near.page("ida", near.lineup)
    press(page, "I looked at all of them")
    press(page, "Open the test")
    page.get_by_role("link", name="Break the test off").wait_for()
    page = near.page("adam", "/volunteers/")
    press(page, re.compile("^Make the links"))
    page.locator(".tickets code").first.wait_for()
    links = page.locator(".tickets code").all_inner_texts()
    volunteer = near.site.browser.new_context()
    first = volunteer.new_page()
    first.goto(links[0])
    choose(first, first.get_by_label("No", exact=True))
    press(first, "Go on")
    request = near.site.browser.new_context().request
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', request.get(links[1]).text())
    assert token

    def answer(link: str, **given: str) -> None:
        told = {"csrfmiddlewaretoken": token[1]} | given
        assert request.post(link, form=told, headers={"Referer": link}, max_redirects=0).status == 303

    for link in links[1:]:
        answer(link, knows="no")
    time.sleep(SLOWEST)
    for number, link in enumerate(links):
        digest = hashlib.sha256(link.rstrip("/").rsplit("/", 1)[-1].encode()).hexdigest()
        ((order,),) = near.rows('SELECT "order" FROM lineups_ticket WHERE token_sha256 = ?', digest)
        members = json.loads(order)
        place = members.index(sorted(members)[number % len(members)]) + 1
        if number:
            answer(link, choice=str(place))
        else:
            choose(first, first.locator(f"input[name=choice][value='{place}']"))
            press(first, "This is my choice")
            first.get_by_text("Thank you").wait_for()
    page = near.page("ida", near.lineup)
    press(page, "Close the test")
    page.get_by_text("Nothing stands against these members.").wait_for()


def held(near: Near) -> None:
    """A captain allows it; it is held on one device, recorded; the witness chooses the suspect."""
    page = near.page("carl", near.lineup)
    choose(page, page.locator("input[name=decision][value=yes]"))
    press(page, "I have read everything", "Space", "checkbox")
    press(page, re.compile("^Sign$"))
    page.get_by_text("Ready to be held").first.wait_for()
    page = near.page("lars", "/holdings/")
    reach(page, page.locator("main a[href^='/holdings/']").first)
    page.keyboard.press("Enter")
    choose(page, page.get_by_label("English", exact=True))
    press(page, "The witness uses this device", "Space", "checkbox")
    press(page, "Begin")
    page.locator("#screen").wait_for()
    ((order, suspect),) = near.rows(
        'SELECT h."order", m.public_id FROM lineups_holding h JOIN lineups_member m ON m.lineup_id = h.lineup_id '
        "WHERE m.is_suspect AND m.removed_at IS NULL"
    )
    place = json.loads(order).index(suspect) + 1
    while not page.locator("#screen[data-over]").count():
        now = str(page.locator("input[name=step]").get_attribute("value"))
        if now.startswith("confidence"):
            reach(page, page.locator("#words"))
            page.keyboard.type("Fairly sure.")
        name = answer_to(now, place)
        press(page, name)
        page.locator(f"input[name=step]:not([value='{now}']), #screen[data-over]").first.wait_for(state="attached")
    assert near.rows("SELECT outcome FROM lineups_holding") == [("chosen",)]
    assert near.rows("SELECT COUNT(*) FROM lineups_piece")[0][0] > 0


def answer_to(step: str, place: int) -> re.Pattern[str]:
    """Which button answers a step of the witness's screen."""
    said = {"consent": "I agree", "begin": "Show me the photographs", "which": f"Photograph {place}", "more": "End"}
    kinds = {"instruction": "I have understood this", "confidence": "Write this down"}
    words = said.get(step) or kinds.get(step.partition("-")[0]) or ("Yes" if step == f"picture-{place}" else "No")
    return re.compile(rf"^\s*{words}\s*$")


def took(page: Page, target: Path) -> None:
    """The packet, downloaded."""
    with page.expect_download() as download:
        press(page, re.compile("^Take the packet"), role="link")
    download.value.save_as(target)


def accepted(near: Near, tmp_path: Path) -> str:
    """The request for a warrant, signed, asked for and accepted; the defence's link."""
    page = near.page("ida", near.suspect)
    press(page, "Prepare a warrant request")
    page.wait_for_url(re.compile("/warrants/"))
    warrant = page.url
    press(page, "Accept these words")
    press(page, "Make the packet")
    page.wait_for_url(re.compile("/packets/"))
    packet = page.url
    end = time.monotonic() + 60
    while not page.get_by_role("link", name=re.compile("^Take the packet")).count():
        assert time.monotonic() < end, page.locator("main").inner_text()
        page.wait_for_timeout(1000)
        page.reload()
    page = near.page("ida", warrant)
    press(page, "Put it before those who sign")
    page.get_by_text("Waiting for signatures", exact=True).wait_for()
    for name in ("carl", "dora", "pia"):
        took(near.page(name, packet), tmp_path / f"{name}.zip")
        page = near.page(name, warrant)
        press(page, "I have read the whole packet", "Space", "checkbox")
        if name == "pia":
            reach(page, page.locator("select[name=sole_basis]"))
            page.keyboard.type("no")
        press(page, re.compile("^Sign$"))
        page.get_by_text("Your signature is kept.").wait_for()
    page = near.page("ida", warrant)
    press(page, "Ask for the warrant")
    page.get_by_text("The request is with the prosecutor.").wait_for()
    page = near.page("petra", warrant)
    press(page, "Accept")
    page.get_by_text("Your decision is on record.").wait_for()
    page = near.page("petra", packet)
    reach(page, page.get_by_label("To whom"))
    page.keyboard.type("Dana Defender")
    press(page, "Make a link for the defence")
    link = page.get_by_text("/disclosed/").first
    return str(link.inner_text().strip())


def test_from_a_lineup_to_the_copy_of_the_defence_by_keyboard_alone(near: Near, tmp_path: Path) -> None:
    chosen_by_volunteers(near)
    held(near)
    link = accepted(near, tmp_path)
    context = near.site.browser.new_context()
    page = context.new_page()
    page.goto(link)
    took(page, tmp_path / "packet.zip")
    contents = read(tmp_path / "packet.zip").contents
    assert contents.case.number == "26-000301"
    assert isinstance(contents.lineups, tuple)
    (shown,) = contents.lineups
    assert "Fairly sure." in str(shown.confidence)
    assert shown.events
    assert shown.recordings
    assert shown.report
    verify = [sys.executable, "-m", "lookalike.cli.main", "disclosure", "verify", str(tmp_path / "packet.zip")]
    verified = subprocess.run(verify, capture_output=True, text=True, timeout=120)
    assert verified.returncode == 0, verified.stdout + verified.stderr
    for desk in near.site.desks.values():
        assert desk.wrong == [], desk.name
        assert not [one.url for one in desk.seen if one.status >= 500], desk.name
