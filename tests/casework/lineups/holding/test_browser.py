"""A lineup in a real browser with a camera that is none: all of it, looked at, with script and without."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Playwright

from lookalike.casework.lineups import views_witness
from lookalike.casework.lineups.models import Event, Lineup
from lookalike.casework.lineups.services import recording
from lookalike.casework.people.models import Person
from tests.casework.lineups.holding.browsing import (
    open_lineup,
    picture_seen,
    playing,
    press,
    read_everything,
    step,
    until,
    with_camera,
)
from tests.casework.lineups.holding.conftest import Unit
from tests.casework.lineups.holding.examples import pictures
from tests.site.test_look import overflow, violations

__all__ = ["open_lineup", "playing"]

PICTURES = os.environ.get("LOOKALIKE_SCREENSHOTS", "")
LISTEN = "addEventListener('securitypolicyviolation', e => console.error(`policy: ${e.effectiveDirective}`))"


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
def test_a_second_tap_does_not_answer_of_a_photograph_that_is_not_there_yet(
    live_server: Any,
    playing: Playwright,
    open_lineup: Callable[..., tuple[Lineup, str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _, path = open_lineup("en")
    monkeypatch.setattr(views_witness, "SENT_AFTER", 1.0)
    browser = with_camera(playing)
    page = browser.new_page(base_url=live_server.url)
    page.set_default_timeout(40000)
    page.goto(path)
    press(page, "I do not agree", "consent")
    read_everything(page, "I have understood this", "Show me the photographs")
    picture_seen(page)
    box = page.get_by_role("button", name="No", exact=True).bounding_box()
    assert box is not None
    press(page, "No", "picture-1")
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    picture_seen(page)
    assert step(page) == "picture-2"
    browser.close()
    assert Event.objects.filter(kind="answer").count() == 1


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
    for place in range(1, 7):
        page.locator(f"input[name=step][value=picture-{place}]").wait_for(state="attached")
        picture_seen(page)
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
