"""The look in a real browser, under a strict policy: what people see, hear, press and print."""

from __future__ import annotations

import functools
import io
import threading
import time
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from axe_core_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page, sync_playwright
from pypdf import PdfReader

from tests.browser import launched
from tests.site.style_pages import DIGEST, ERRORS, LONG, UNBROKEN, render

POLICY = "default-src 'self'; style-src 'self'; script-src 'self'; img-src 'self' data:"
PAGES = ("style", "form", "errors", "confirm", "refused", "bare", "500", *ERRORS)
LISTEN = "addEventListener('securitypolicyviolation', e => (window.broken ??= []).push(e.violatedDirective))"


class Server(ThreadingHTTPServer):
    """Serves a folder under the policy; keeps what was asked for."""

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), functools.partial(Handler, directory=str(folder)))
        self.asked: list[tuple[str, str, dict[str, str]]] = []
        self.url = f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that goes away is no error."""


class Handler(SimpleHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.asked.append(("GET", self.path, dict(self.headers)))
        super().do_GET()

    def do_POST(self) -> None:
        self.server.asked.append(("POST", self.path, dict(self.headers)))
        self.rfile.read(int(self.headers["Content-Length"]))
        time.sleep(0.4)
        self.send_response(303)
        self.send_header("Location", "/bare.html")
        self.end_headers()

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("look")
    render(folder)
    (folder / "broken.html").write_text('<title>x</title><p style="color:red">x</p><img src="/face.png">')
    with Server(folder) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launched(playwright)
        yield browser
        browser.close()


@pytest.fixture
def visit(browser: Browser, server: Server) -> Iterator[Any]:
    """Open a page of the site: visit("style", width=320, script=False, ...)."""
    contexts = []

    def opened(name: str, width: int = 1280, *, script: bool = True, **options: Any) -> Page:
        viewport: Any = {"width": width, "height": 900}
        context = browser.new_context(viewport=viewport, java_script_enabled=script, base_url=server.url, **options)
        contexts.append(context)
        page = context.new_page()
        if script:
            page.add_init_script(LISTEN)
        page.goto(f"/{name}.html")
        return page

    server.asked.clear()
    yield opened
    for context in contexts:
        context.close()


def violations(page: Page) -> list[str]:
    """What axe-core finds, one line each."""
    page.evaluate(AXE_SCRIPT)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    assert found["passes"]
    return [f"{one['id']}: {node['html']}" for one in found["violations"] for node in one["nodes"]]


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than its window, or a part wider than its column."""
    wide: int = page.evaluate(
        """() => Math.max(...[...document.querySelectorAll(':root, .column, .aside, .table-box, .chart')]
             .map(el => el.scrollWidth - el.clientWidth))"""
    )
    return wide


MODES = {"light": {"color_scheme": "light"}, "dark": {"color_scheme": "dark"}, "forced": {"forced_colors": "active"}}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("width", [320, 768, 1440, 2560])
def test_axe_finds_nothing_on_the_page_with_every_part(visit: Any, mode: str, width: int) -> None:
    page = visit("style", width, **MODES[mode])
    assert violations(page) == []
    assert overflow(page) <= 0


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", [name for name in PAGES if name != "style"])
def test_axe_finds_nothing_on_the_other_pages(visit: Any, name: str, mode: str) -> None:
    page = visit(name, 320, **MODES[mode])
    assert violations(page) == []
    assert overflow(page) <= 0


def test_axe_and_the_policy_do_find_something_on_a_bad_page(visit: Any) -> None:
    page = visit("broken")
    assert any(found.startswith("image-alt") for found in violations(page))
    assert "style-src-attr" in page.evaluate("window.broken ?? []")


@pytest.mark.parametrize("name", PAGES)
def test_nothing_breaks_the_policy_or_comes_from_elsewhere(visit: Any, server: Server, name: str) -> None:
    page = visit(name)
    page.mouse.wheel(0, 20_000)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("window.broken ?? []") == []
    addresses = page.evaluate("performance.getEntriesByType('resource').map(e => e.name)")
    assert len(addresses) >= 8
    assert all(address.startswith(server.url) for address in addresses)


@pytest.mark.parametrize("width", [*range(320, 1300, 70)])
def test_no_part_is_wider_than_its_column_at_any_width(visit: Any, width: int) -> None:
    assert overflow(visit("style", width)) <= 0


def test_in_forced_colours_a_button_is_not_the_colour_of_its_ground(visit: Any) -> None:
    page = visit("style", forced_colors="active")
    for button in page.locator("button.primary, .button.stop").all():
        colour, ground = button.evaluate(
            "el => [getComputedStyle(el).color, getComputedStyle(document.documentElement).backgroundColor]"
        )
        assert colour != ground


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", [640, 1280])
def test_text_at_twice_its_size_needs_no_scrolling_sideways(visit: Any, name: str, width: int) -> None:
    page = visit(name, width)
    page.evaluate("document.documentElement.style.fontSize = '32px'")
    assert overflow(page) <= 0


def test_htmx_keeps_no_copy_of_a_page_and_runs_no_text_as_code(visit: Any) -> None:
    page = visit("style")
    config = page.evaluate("htmx.config")
    assert config["historyCacheSize"] == 0
    assert config["allowEval"] is config["allowScriptTags"] is config["includeIndicatorStyles"] is False
    assert page.evaluate("localStorage.length") == 0
    assert set(page.evaluate("Object.keys(sessionStorage)")) <= {"htmx-current-path-for-history"}


def test_tab_visits_everything_in_its_order_with_a_visible_ring(visit: Any) -> None:
    page = visit("style")
    page.locator(".skip").focus()
    order = []
    for _ in range(200):
        page.keyboard.press("Tab")
        at = page.evaluate(
            """() => {
              const el = document.activeElement, box = el.getBoundingClientRect(), style = getComputedStyle(el);
              const all = [...document.querySelectorAll('*')];
              return {index: all.indexOf(el), name: el.tagName, ring: parseFloat(style.outlineWidth),
                      style: style.outlineStyle, shown: box.bottom > 0 && box.top < innerHeight && box.width > 0};
            }"""
        )
        if at["name"] == "BODY":
            break
        order.append(at)
    indices = [at["index"] for at in order]
    assert len(indices) > 40
    assert indices == sorted(set(indices))
    assert all(at["ring"] >= 2 and at["style"] == "solid" for at in order)
    assert all(at["shown"] for at in order)


def test_the_first_stop_skips_to_the_content(visit: Any) -> None:
    page = visit("form")
    page.keyboard.press("Tab")
    link = page.locator(".skip")
    assert link.evaluate("el => el === document.activeElement && el.getBoundingClientRect().top >= 0")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


@pytest.mark.parametrize("script", [True, False])
def test_the_menu_of_a_telephone_opens_and_closes_by_keyboard(visit: Any, script: bool) -> None:
    page = visit("form", 360, script=script)
    cases = page.get_by_role("link", name="Galleries")
    assert not cases.is_visible()
    menu = page.get_by_role("button", name="Menu")
    menu.press("Enter")
    assert cases.is_visible()
    assert page.get_by_role("link", name="Work").bounding_box()["y"] > menu.bounding_box()["y"]
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    assert not cases.is_visible()


def test_the_navigation_of_a_wide_page_is_open_and_says_where_one_is(visit: Any) -> None:
    page = visit("form", 1280)
    assert page.get_by_role("link", name="Galleries").is_visible()
    assert not page.get_by_role("button", name="Menu").is_visible()
    assert page.locator("nav [aria-current=true]").inner_text() == "Cases"
    assert page.get_by_role("link", name="Work 3 waiting").is_visible()


@pytest.mark.parametrize("width", [360, 1280])
def test_whatever_is_pressed_is_large_enough(visit: Any, width: int) -> None:
    page = visit("style", width)
    small = page.evaluate(
        """() => [...document.querySelectorAll(
             'button, .button, nav a, .brand, thead a, input:not([type=hidden]), select, summary')]
           .map(el => [el.outerHTML.slice(0, 80), el.getBoundingClientRect()])
           .filter(([_, box]) => box.width > 0 && (box.height < 23.9 || box.width < 23.9))
           .map(([html, box]) => `${html} ${box.width} ${box.height}`)"""
    )
    assert small == []


def test_on_paper_there_are_words_and_nothing_to_press(visit: Any) -> None:
    page = visit("style")
    printed = PdfReader(io.BytesIO(page.pdf()))
    words = " ".join(part.extract_text() for part in printed.pages)
    assert "NOT PROBABLE CAUSE TO ARREST." in words
    assert "Two examiners compare" in words
    assert "Every result is a lookalike" in words
    assert "Demonstration" in words
    for gone in ("Oversight", "Sign out", "Skip to the content", "Undo", "Show all", "Previous", "Withdraw", "Menu"):
        assert gone not in words, gone


def test_on_paper_a_dark_page_is_light(visit: Any) -> None:
    page = visit("style", color_scheme="dark")
    dark = page.evaluate("getComputedStyle(document.body).color")
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(26, 31, 39)" != dark


def test_a_state_has_a_shape_and_a_word_and_no_tick(visit: Any) -> None:
    page = visit("style")
    rows = page.locator(".protections").first.locator("> li")
    assert [row.locator("b").first.inner_text() for row in rows.all()] == [
        "Satisfied",
        "Failed",
        "Waiting",
        "Does not apply",
    ]
    shapes = {row.locator("svg").first.inner_html() for row in rows.all()}
    assert len(shapes) == 4
    assert not any(tick in page.content() for tick in "✓✔✅☑")


def test_a_table_on_a_telephone_is_cards_with_the_heads_beside_the_values(visit: Any) -> None:
    page = visit("style", 360)
    cell = page.locator("table.data").first.locator("tbody tr").first.locator("td").first
    assert cell.evaluate("el => getComputedStyle(el).display") == "grid"
    assert cell.evaluate("el => getComputedStyle(el, '::before').content").startswith('"Offence"')
    assert page.get_by_role("table", name="Cases, newest first").get_by_role("rowheader").count() == 3
    wide = visit("style", 1440).locator("table.data").first.locator("td").first
    assert wide.evaluate("el => getComputedStyle(el).display") == "table-cell"


def test_names_keep_to_themselves_and_hostile_ones_are_text(visit: Any) -> None:
    page = visit("style")
    assert page.locator("bdi", has_text=LONG).count() >= 5
    assert page.locator("th bdi", has_text="<script>alert(1)</script>").count() == 1
    assert page.locator("script:not([src])").count() == 0
    assert page.locator(f"text={UNBROKEN}").first.is_visible()


def test_an_error_summary_is_read_first_and_leads_to_its_fields(visit: Any) -> None:
    page = visit("errors")
    assert page.title().startswith("Error: A request")
    assert page.evaluate("document.activeElement.className") == "summary"
    links = page.locator(".summary a")
    assert links.count() == 5
    for link in links.all():
        link.click()
        target = page.locator(link.get_attribute("href"))
        assert target.evaluate("el => el === document.activeElement"), link.inner_text()
    for id_, error in (("id_offence", True), ("id_narrative", False)):
        said = page.locator(f"#{id_}").get_attribute("aria-describedby") or ""
        texts = [page.locator(f"#{one}").inner_text() for one in said.split()]
        assert any("required" in text for text in texts) is error
    group = page.get_by_role("group", name="Kind of offence")
    for one in group.get_attribute("aria-describedby").split():
        assert page.locator(f"#{one}").is_visible()


def test_an_act_is_confirmed_on_the_spot_and_without_script_on_a_page(visit: Any) -> None:
    page = visit("style")
    link = page.get_by_role("link", name="Withdraw")
    link.click()
    dialog = page.get_by_role("dialog", name="Withdraw this request?")
    assert dialog.is_visible()
    assert dialog.evaluate("el => el.contains(document.activeElement)")
    assert violations(page) == []
    page.keyboard.press("Escape")
    assert not dialog.is_visible()
    assert link.evaluate("el => el === document.activeElement")
    link.click()
    dialog.get_by_role("link", name="Go back").click()
    assert page.url.endswith("/style.html")
    plain = visit("style", script=False)
    plain.get_by_role("link", name="Withdraw").click()
    assert plain.url.endswith("/confirm.html")


def test_a_code_is_copied_whole(visit: Any) -> None:
    page = visit("style", permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy").click()
    page.get_by_text("Copied.").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == DIGEST
    assert visit("style", script=False).get_by_role("button", name="Copy").count() == 0


def test_what_is_written_and_not_sent_is_not_left_without_a_warning(visit: Any) -> None:
    page = visit("form")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.reload()
    assert asked == []
    page.get_by_label("Offence", exact=True).press_sequentially("Robbery")
    page.goto("/bare.html")
    assert asked == ["beforeunload"]
    page.goto("/form.html")
    page.get_by_label("Offence", exact=True).press_sequentially("Robbery")
    page.get_by_role("button", name="Send").click()
    page.wait_for_url("**/bare.html")
    assert asked == ["beforeunload"]


def test_a_form_is_sent_once_and_is_free_again_when_one_comes_back(visit: Any, server: Server) -> None:
    page = visit("form")
    page.evaluate(
        """() => {
          const button = document.querySelector('main form button');
          button.click();
          setTimeout(() => button.click(), 200);
        }"""
    )
    page.wait_for_url("**/bare.html")
    assert [path for verb, path, _ in server.asked if verb == "POST"] == ["/form.html"]
    page.go_back()
    page.get_by_role("button", name="Send").click()
    page.wait_for_url("**/bare.html")
    assert len([path for verb, path, _ in server.asked if verb == "POST"]) == 2


def test_long_work_is_asked_after_until_it_ends(visit: Any, server: Server) -> None:
    page = visit("style")
    assert page.get_by_role("progressbar").count() == 2
    page.locator("#progress-a[role=alert]").wait_for()
    page.locator("#progress-b[role=alert]").wait_for()
    assert page.get_by_role("progressbar").count() == 0
    asked = [headers for verb, path, headers in server.asked if path.startswith("/job-")]
    assert len(asked) == 2
    assert all(headers.get("HX-Request") == "true" for headers in asked)


def test_long_work_is_asked_after_without_script(visit: Any, server: Server) -> None:
    page = visit("style", script=False)
    assert page.locator(".progress noscript a").first.inner_text() == "Look again"
    with page.expect_navigation(timeout=9000):
        pass
    assert [path for _, path, _ in server.asked].count("/style.html") == 2


def test_htmx_sends_the_code_of_the_form_and_says_what_failed(visit: Any, server: Server) -> None:
    page = visit("form")
    page.evaluate("htmx.ajax('POST', '/form.html', {swap: 'none'})")
    page.wait_for_function("performance.getEntriesByName(location.origin + '/form.html').length > 0")
    sent = [headers for verb, _, headers in server.asked if verb == "POST"]
    assert [headers["X-CSRFToken"] for headers in sent] == ["t" * 64]
    page.evaluate("htmx.ajax('GET', '/nowhere', {swap: 'none'})")
    notice = page.locator("#notices .notice")
    notice.wait_for()
    assert "404" in notice.inner_text()


def test_a_bar_is_as_long_as_its_count(visit: Any) -> None:
    page = visit("style", 1440)
    bars = page.locator("figure.chart").first.locator("td.bar svg")
    full = bars.nth(1).bounding_box()["width"]
    drawn = bars.nth(0).locator("rect").evaluate_all("all => all.map(r => r.getBBox().width)")
    assert sum(drawn) == pytest.approx(full * 1251 / 143_475, abs=0.5)
    assert bars.nth(2).locator("rect").count() == 0


def test_no_word_or_code_that_the_house_forbids_is_in_the_look() -> None:
    root = Path(__file__).parents[2] / "src" / "lookalike" / "site"
    files = [*root.glob("templates/**/*.html"), *root.glob("static/site/*")]
    assert len(files) > 30
    for file in files:
        text = file.read_text(encoding="utf-8")
        assert "match" not in text.replace(".matches(", ""), file
        assert "http://" not in text.replace("http://www.w3.org/2000/svg", ""), file
        assert "https://" not in text, file
        for forbidden in ("style=", "<style", " onclick=", " onload=", "javascript:", "|safe"):
            assert forbidden not in text, (file, forbidden)


def test_no_part_of_a_template_reaches_a_page(server: Server, browser: Browser) -> None:
    context = browser.new_context(base_url=server.url)
    for name in PAGES:
        text = context.request.get(f"/{name}.html").text()
        assert "</html>" in text
        assert not any(part in text for part in ("{%", "{#", "{{", "%}", "#}", "}}")), name
    context.close()
