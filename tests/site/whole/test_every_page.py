"""Every page that anybody can reach: read by a machine, held to WCAG 2.2 AA in a browser, used with the keyboard alone.

The site is walked along its links as each of its people. Pages made of the same elements look alike to a checker, so a
browser opens only those that have something no other has: wide and narrow, light and dark in turn.
"""

from __future__ import annotations

import http.client
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from itertools import cycle
from typing import Any, Literal
from urllib.parse import urlencode, urlsplit

import pytest
from axe_core_python.base import AXE_SCRIPT
from django.http.response import HttpResponseBase
from django.test import RequestFactory
from django.urls import resolve
from playwright.sync_api import Browser, Page, Route, sync_playwright

from tests.browser import launched
from tests.site.test_permissions import pages
from tests.site.whole.conftest import served
from tests.site.whole.stages import NOBODY
from tests.site.whole.walking import Form, Reading, Seen, ask, walk

NO_PAGES = frozenset(
    {
        # pictures and documents
        "booking-photo",
        "disclosed-file",
        "entry-proof",
        "examination-face",
        "examination-probe",
        "exhibit-frame",
        "exhibit-small",
        "item-file",
        "lead-document",
        "lead-photograph",
        "lead-probe",
        "lineup-recording",
        "lineup-report",
        "look-picture",
        "member-picture",
        "packet-file",
        "past-notice",
        "pool-picture",
        "screen-picture",
        "ledger-checkpoint",
        "ledger-script",
        "paper",
        "request-probe",
        "search-candidate",
        "search-json",
        "still-numbered",
        "still-picture",
        "task-face",
        "task-probe",
        "task-report",
        "verify-proof",
        # parts of pages, asked for again and again
        "holding-state",
        "suspect-statement",
        # they lead elsewhere, or end the session
        "account_logout",
        "mfa_index",
        "mfa_list_webauthn",
        "mfa_login_webauthn",
        # they need the agency's own sign-in
        "openid_connect_callback",
        "openid_connect_login",
        # an error
        "socialaccount_login_error",
    }
)
"""Routes that answer with something else than a page, or not here."""

AXE = """rules => axe.run(document,
  {resultTypes: ['violations'], ...(rules && {runOnly: {type: 'rule', values: rules}})})"""
"""Every rule of axe-core: WCAG 2.0 and 2.1, A and AA, and its own counsel. What 2.2 adds is in SMALL."""

ERRORS = (
    ("ida", "/cases/nothing/"),
    ("ida", "/accounts/"),
    ("eva", "/bookings/"),
    (NOBODY, "/nothing/"),
    (NOBODY, "/sign-in/agency-failed/"),
)
"""Addresses that nobody, or not this person, may open."""

LOOK = ["color-contrast", "link-in-text-block", "scrollable-region-focusable", "meta-viewport"]
"""The rules of axe-core that may judge a page otherwise when it is of another width or in other colours."""

Mode = tuple[int, Literal["light", "dark"]]

MODES: tuple[tuple[Mode, ...], ...] = (((1280, "light"), (320, "dark")), ((320, "light"), (1280, "dark")))
ONE_EACH: tuple[tuple[Mode, ...], ...] = tuple((mode,) for pair in MODES for mode in pair)
"""Width and colours: a page is seen in both of a pair, or in one."""

WIDER = """() => Math.max(document.scrollingElement.scrollWidth - innerWidth,
  ...[...document.querySelectorAll('.column, .aside, .table-box')].map(el => el.scrollWidth - el.clientWidth))"""

SMALL = """() => [...document.querySelectorAll(
    'button, .button, nav a, .brand, thead a, input:not([type=hidden]), select, textarea, summary')]
  .filter(el => el.checkVisibility({visibilityProperty: true}))
  .map(el => [el.outerHTML.slice(0, 120), el.getBoundingClientRect()])
  .filter(([_, box]) => box.width > 0 && (box.height < 23.9 || box.width < 23.9))
  .map(([html, box]) => `is ${box.width} by ${box.height}: ${html}`)"""
"""WCAG 2.2, 2.5.8: what is pressed has 24 pixels each way; links in a sentence need not."""

UNFOCUSED = """() => {
  const wrong = [], shown = el => el.checkVisibility({visibilityProperty: true}) && el.getClientRects().length;
  const wanted = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"], [onclick]';
  for (const el of document.querySelectorAll(wanted)) {
    if (el.disabled || !shown(el)) continue;
    el.focus();
    const style = getComputedStyle(el);
    if (document.activeElement !== el) wrong.push('cannot be reached: ' + el.outerHTML.slice(0, 120));
    else if (parseFloat(style.outlineWidth) < 2 || style.outlineStyle !== 'solid')
      wrong.push('shows no focus: ' + el.outerHTML.slice(0, 120));
  }
  return wrong;
}"""


@dataclass(frozen=True, slots=True)
class Walked:
    """The running site, and what everybody saw of it."""

    base: str
    keys: dict[str, str]
    seen: list[Seen]


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walked]:
    """The site with something at every stage, walked as each of its people and as nobody."""
    home = tmp_path_factory.mktemp("pages") / "home"
    with served(home, "tests.site.whole.stages") as (base, told):
        keys = told["keys"] | {NOBODY: ""}
        seen = [one for who, key in keys.items() for one in walk(base, who, key, told["more"].get(who, []))]
        yield Walked(base, keys, seen)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launched(playwright)
        yield browser
        browser.close()


def name_of(path: str) -> str:
    """The name of the route of an address."""
    return str(resolve(urlsplit(path).path).view_name)


def telling(seen: list[Seen]) -> list[Seen]:
    """As few pages as have, together, every element that any of them has: at each step the one that adds most."""
    left = {one.shape: one for one in reversed(seen)}
    chosen: list[Seen] = []
    missing: set[str] = set().union(*left)
    while missing:
        best = max(left, key=lambda shape: len(shape & missing))
        chosen.append(left.pop(best))
        missing -= best
    return chosen


def test_every_page_was_met(walked: Walked) -> None:
    met = {name_of(one.path) for one in walked.seen}
    assert {name for name, _, route in pages() if is_read(route.callback)} - met == NO_PAGES


def is_read(view: Any) -> bool:
    """Whether a view answers to GET; it is given nothing, so that it does not get far."""
    try:
        answer: HttpResponseBase = view(RequestFactory().get("/"))
    except Exception:
        return True
    return answer.status_code != 405


def test_every_page_is_named_and_read_in_its_order(walked: Walked) -> None:
    wrong = []
    for one in walked.seen:
        page = one.page
        twice = [id_ for id_, count in Counter(page.ids).items() if count > 1]
        told = {
            "language": page.lang == ("es" if "language=es" in one.path else "en"),
            "one heading": len(page.headings) == 1 and page.headings[0].strip(),
            "one title": len(page.titles) == 1 and len(page.titles[0].strip()) > len("– Lookalike"),
            "no id twice": not twice,
            "order of the page": set(page.tabindexes) <= {"-1", "0"},
            "a way past the menu": "<nav" not in one.text or (page.first_link == "#content" and "content" in page.ids),
        }
        wrong += [f"{one.who} {one.path}: {what} {twice or ''}" for what, right in told.items() if not right]
    assert wrong == []


def test_pages_of_different_kinds_have_different_titles(walked: Walked) -> None:
    titles: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for one in walked.seen:
        titles[one.who, " ".join(one.page.titles[0].split())].add(name_of(one.path))
    assert {title: names for title, names in titles.items() if len(names) > 1} == {}


def test_no_page_falls_short_in_a_browser(walked: Walked, browser: Browser) -> None:
    assert failures(walked, browser, telling(walked.seen)) == {}


def test_no_page_of_an_error_falls_short(walked: Walked, browser: Browser) -> None:
    wrong = list(refused(walked))
    assert {one.status for one in wrong} >= {403, 404, 422}
    assert failures(walked, browser, telling(wrong), ONE_EACH) == {}


def test_a_bad_page_is_found_out(walked: Walked, browser: Browser) -> None:
    text = walked.seen[0].text.replace(
        "</main>",
        """<style>.bad { color: #ddd; background: #fff; width: 400px; outline: none !important }</style>
        <div class="table-box"><p class="bad">Too pale, too wide</p></div>
        <button class="bad">x</button><img src="/static/site/mark.svg"><select hidden></select></main>""",
    )
    bad = replace(walked.seen[0], text=text, page=Reading(text))
    (wrong,) = failures(walked, browser, [bad]).values()
    for expected in ("color-contrast", "image-alt", "wider than its window", "shows no focus"):
        assert any(expected in one for one in wrong), expected


def refused(walked: Walked) -> Iterator[Seen]:
    """Pages of errors: nothing is there, it is another's, and each form sent with nothing in it."""
    with closing(http.client.HTTPConnection(urlsplit(walked.base).netloc, timeout=60)) as connection:
        for who, path in ERRORS:
            status, _, text, _ = ask(connection, path, walked.keys[who])
            yield Seen(who, path, status, text, Reading(text))
        sent = set()
        for one in walked.seen:
            for place, form in enumerate(one.page.forms):
                key = (name_of(one.path), place)
                if key in sent or not form.written:
                    continue
                sent.add(key)
                action = form.action or one.path
                status, text = send(connection, action, walked.keys[one.who], form)
                if status == 422:
                    yield replace(one, path=action, status=status, text=text, page=Reading(text))


def send(connection: http.client.HTTPConnection, path: str, key: str, form: Form) -> tuple[int, str]:
    """Send what a form holds without anybody's doing."""
    headers = {"Cookie": f"sessionid={key}", "Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", path, urlencode(form.hidden), headers)
    answer = connection.getresponse()
    return answer.status, answer.read().decode(errors="replace")


def give(text: str, route: Route) -> None:
    """Answer a browser with a page that was sent before."""
    route.fulfill(content_type="text/html; charset=utf-8", body=text)


def failures(
    walked: Walked, browser: Browser, seen: list[Seen], modes: tuple[tuple[Mode, ...], ...] = MODES
) -> dict[str, list[str]]:
    """What is wrong with pages as a browser shows them, by page. modes: taken in turn, each of them for one page."""
    desks: dict[str, Page] = {}
    found = {}
    for one, looks in zip(seen, cycle(modes), strict=False):
        if one.who not in desks:
            context = browser.new_context(base_url=walked.base)
            if walked.keys[one.who]:
                context.add_cookies([{"name": "sessionid", "value": walked.keys[one.who], "url": walked.base}])
            desks[one.who] = context.new_page()
        page = desks[one.who]
        page.route(walked.base + one.path, partial(give, one.text))
        wrong = []
        for place, (width, scheme) in enumerate(looks):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            if place == 0:
                page.goto(one.path, wait_until="load")
                page.evaluate(AXE_SCRIPT)
            wrong += [f"{width} {scheme} {what}" for what in shortcomings(page, LOOK if place else None)]
        page.keyboard.press("Tab")
        wrong += page.evaluate(UNFOCUSED)
        if wrong:
            found[f"{one.who} {one.path}"] = wrong
        page.unroute(walked.base + one.path)
    for page in desks.values():
        page.context.close()
    return found


def shortcomings(page: Page, rules: list[str] | None) -> list[str]:
    """What is wrong with a page as it looks now. rules: of axe-core; None: all of them."""
    told = page.evaluate(AXE, rules)
    wrong = [f"{rule['id']}: {node['html'][:200]}" for rule in told["violations"] for node in rule["nodes"]]
    wide = page.evaluate(WIDER)
    return [*wrong, *page.evaluate(SMALL), *([f"wider than its window by {wide}"] if wide > 0 else [])]
