"""The comparison viewer in a real browser: every control by keyboard, marks, undo, fingers, and what it says."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.site.viewer import dots
from tests.site.viewer.conftest import Opened
from tests.site.viewer.page import Site, page, viewer

Open = Callable[..., Opened]

# key → (what of the state changes, its value afterwards); pressed on the left picture of a fresh viewer
KEYS: dict[str, tuple[str, Any]] = {
    "ArrowLeft": ("left.view.x", lambda x: 200 < x < 299),
    "ArrowRight": ("left.view.x", lambda x: 301 < x < 400),
    "ArrowUp": ("left.view.y", lambda y: 140 < y < 239),
    "ArrowDown": ("left.view.y", lambda y: 241 < y < 340),
    "Shift+ArrowLeft": ("left.view.x", lambda x: 297 < x < 300),
    "Shift+ArrowRight": ("right.view.x", lambda x: 300 < x < 303),
    "Shift+ArrowUp": ("right.view.y", lambda y: 237 < y < 240),
    "Shift+ArrowDown": ("right.view.y", lambda y: 240 < y < 243),
    "+": ("right.view.zoom", 1.25),
    "=": ("left.view.zoom", 1.25),
    "-": ("left.view.zoom", 0.8),
    "l": ("locked", False),
    "{": ("left.view.rotate", -90),
    "[": ("left.view.rotate", -1),
    "]": ("left.view.rotate", 1),
    "}": ("left.view.rotate", 90),
    "f": ("left.view.flip", True),
    "q": ("left.tone.brightness", -0.02),
    "w": ("left.tone.brightness", 0.02),
    "e": ("left.tone.contrast", 0.95),
    "r": ("left.tone.contrast", 1.05),
    "t": ("left.tone.gamma", 0.95),
    "y": ("left.tone.gamma", 1.05),
    ",": ("overlay.amount", 0.45),
    ".": ("overlay.amount", 0.55),
    "g": ("grid.on", True),
    "<": ("grid.step", 9),
    ">": ("grid.step", 11),
    "i": ("smooth", True),
}
ELSEWHERE = {"0", "1", "x", "c", "m", "a", "A", "n", "s", "d", "b", " ", "z", "Ctrl+z", "Ctrl+y", "Ctrl+Z", "F", "?"}


def at(state: Any, path: str) -> Any:
    for name in path.split("."):
        state = state[name]
    return state


def test_every_key_of_the_table_does_what_it_says(open_viewer: Open) -> None:
    opened = open_viewer()
    fresh = json.dumps(opened.state)
    opened.pane("left").focus()
    for key, (path, wanted) in KEYS.items():
        opened.host.evaluate("(viewer, state) => viewer.update(() => JSON.parse(state))", fresh)
        opened.press(key)
        value = at(opened.state, path)
        assert wanted(value) if callable(wanted) else value == pytest.approx(wanted), key


def test_no_key_of_the_table_is_left_untested(open_viewer: Open) -> None:
    opened = open_viewer()
    keys = opened.page.evaluate(
        "import('/static/viewer/commands.js').then(({COMMANDS}) => COMMANDS.flatMap(command => command.keys))"
    )
    assert len(set(keys)) == len(keys)
    assert set(keys) == set(KEYS) | ELSEWHERE


def test_whole_actual_pixels_reset_and_the_other_side(open_viewer: Open) -> None:
    opened = open_viewer()
    opened.pane("left").focus()
    opened.press("1")
    opened.settled()
    assert "100 %, pixels as they are" in opened.host.locator("#caption-left").inner_text()
    opened.press("+", "ArrowLeft", "0")
    assert opened.state["left"]["view"] == {"x": 300, "y": 240, "zoom": 1, "rotate": 0, "flip": False}
    opened.press("c", "w", "}", "f", "l", "+")
    opened.settled()
    right = opened.host.locator("#caption-right").inner_text()
    assert "For display only: turned 90°; mirrored; brightness +0.02" in right
    assert opened.state["left"]["view"]["zoom"] == 1
    opened.press("x")
    opened.settled()
    assert "Shown as recorded" in opened.host.locator("#caption-right").inner_text()


def test_the_toolbar_has_one_tab_stop_and_arrows(open_viewer: Open) -> None:
    opened = open_viewer()
    focused = "document.querySelector('lookalike-viewer').shadowRoot.activeElement"
    opened.page.keyboard.press("Tab")
    assert opened.page.evaluate(f"{focused}.dataset.command") == "zoom-out"
    opened.press("ArrowRight", "ArrowRight", "Enter")
    assert opened.page.evaluate(f"{focused}.dataset.command") == "fit"
    opened.press("End")
    assert opened.page.evaluate(f"{focused}.dataset.command") == "help"
    opened.press("Tab")
    assert opened.page.evaluate(f"{focused}.dataset.side") == "left"
    opened.press("Shift+Tab")
    assert opened.page.evaluate(f"{focused}.dataset.command") == "help"
    opened.press("ArrowRight")
    assert opened.page.evaluate(f"{focused}.dataset.command") == "zoom-out"


def test_marks_with_the_keyboard_alone(open_viewer: Open) -> None:
    opened = open_viewer()
    opened.pane("left").focus()
    opened.press("m", "Enter", "c", "Enter")
    assert opened.state["marks"] == [{"id": 1, "left": [300, 240], "right": [300, 240], "component": "", "note": ""}]
    opened.press("ArrowRight", "Enter", "Escape", "Enter")
    assert [mark["id"] for mark in opened.state["marks"]] == [1, 2]
    assert opened.state["marks"][1]["left"] is None
    mark = opened.pane("right").locator("[data-mark='1']")
    mark.focus()
    opened.press("ArrowRight", "ArrowDown", "Shift+ArrowUp")
    assert opened.state["marks"][0]["right"] == [301, 231]
    opened.page.get_by_label("Component of mark 1").select_option("Nose")
    note = opened.page.get_by_label("Note on mark 1")
    note.focus()
    opened.page.keyboard.type("left ala, + lower")  # keys of the table, but typed into a text
    assert opened.state["marks"][0] | {"left": 0, "right": 0} == {
        "id": 1, "left": 0, "right": 0, "component": "Nose", "note": "left ala, + lower",
    }  # fmt: skip
    assert opened.page.get_by_role("button", name="Mark 1 on Candidate C, Nose, at 301, 231").count() == 1
    mark.focus()
    opened.press("Delete")
    assert opened.state["marks"][0]["right"] is None
    opened.page.get_by_role("button", name="Place mark 1 on Candidate C").focus()
    opened.press("Enter", "Enter")
    assert opened.state["marks"][0]["right"] is not None
    opened.page.get_by_role("button", name="Remove mark 1").focus()
    opened.press("Enter")
    assert [mark["id"] for mark in opened.state["marks"]] == [2]


def test_undo_and_redo_follow_the_work_and_not_the_view(open_viewer: Open) -> None:
    opened = open_viewer()
    opened.pane("left").focus()
    opened.press("m", "Enter", "Escape", "w", "w", "+", "]")
    zoom = opened.state["left"]["view"]["zoom"]
    opened.press("Control+z")
    assert opened.state["left"]["view"]["rotate"] == 0
    opened.press("Control+z")
    assert opened.state["left"]["tone"]["brightness"] == 0, "two steps of one slider are one movement"
    assert opened.state["left"]["view"]["zoom"] == zoom
    opened.press("Control+z")
    assert opened.state["marks"] == []
    opened.press("Control+z")
    assert opened.says() == "There is nothing to undo."
    opened.press("Control+Shift+Z", "Control+y", "Control+y")
    assert len(opened.state["marks"]) == 1
    assert opened.state["left"]["view"]["rotate"] == 1
    opened.press("Control+y")
    assert opened.says() == "There is nothing to redo."


def test_marks_with_the_mouse_are_where_they_were_put(open_viewer: Open) -> None:
    opened = open_viewer()
    opened.pane("left").focus()
    opened.press("]", "]", "+", "m")
    opened.click("left", dots.DOTS[dots.RED])
    opened.click("right", dots.carried(dots.DOTS[dots.RED]))
    mark = opened.state["marks"][0]
    assert mark["left"] == pytest.approx(dots.DOTS[dots.RED], abs=0.75)
    assert mark["right"] == pytest.approx(dots.carried(dots.DOTS[dots.RED]), abs=0.75)
    handle = opened.pane("left").locator(".mark").bounding_box()
    assert handle is not None
    x, y = handle["x"] + 12, handle["y"] + 12
    assert (x, y) == pytest.approx(opened.on_screen("left", mark["left"]), abs=1)
    opened.page.mouse.move(x, y)
    opened.page.mouse.down()
    opened.page.mouse.move(*opened.on_screen("left", dots.DOTS[dots.GREEN]), steps=4)
    opened.page.mouse.up()
    assert opened.state["marks"][0]["left"] == pytest.approx(dots.DOTS[dots.GREEN], abs=1.5)


def test_there_are_never_more_than_two_hundred_marks(open_viewer: Open) -> None:
    opened = open_viewer()
    opened.pane("left").focus()
    opened.press("m")
    opened.page.evaluate(
        """() => {
          const viewer = document.querySelector('lookalike-viewer');
          for (let i = 0; i < 201; i += 1) { viewer.picking.openId = null; viewer.picking.point('left', [i, 5]) }
        }"""
    )
    assert len(opened.state["marks"]) == 200
    assert opened.says() == "There are 200 marks already; remove one first."


def test_the_wheel_zooms_about_the_pointer_and_dragging_moves(open_viewer: Open) -> None:
    opened = open_viewer()
    spot = (150, 300)
    point = opened.in_picture("left", spot)
    opened.page.mouse.move(*spot)
    opened.page.mouse.wheel(0, -100)
    opened.settled()
    assert opened.state["left"]["view"]["zoom"] > 1.2
    assert opened.on_screen("left", point) == pytest.approx(spot, abs=0.01)
    opened.page.mouse.down()
    opened.page.mouse.move(spot[0] + 20, spot[1])
    opened.page.mouse.move(spot[0] + 60, spot[1] + 30)
    opened.page.mouse.up()
    opened.settled()
    x, y = opened.on_screen("left", point)
    assert (x - spot[0], y - spot[1]) == pytest.approx((60, 30), abs=1)


def test_two_fingers_zoom(open_viewer: Open) -> None:
    opened = open_viewer(has_touch=True)
    x, y = opened.on_screen("left", (300, 240))
    session = opened.page.context.new_cdp_session(opened.page)
    for kind, reach in (
        ("touchStart", 40),
        ("touchMove", 50),
        ("touchMove", 60),
        ("touchMove", 80),
        ("touchEnd", None),
    ):
        points = [] if reach is None else [{"x": x - reach, "y": y}, {"x": x + reach, "y": y}]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    assert opened.state["left"]["view"]["zoom"] == pytest.approx(2, rel=0.05)


def test_two_viewers_on_one_page_keep_to_themselves(open_viewer: Open) -> None:
    opened = open_viewer(viewers=2)
    opened.page.locator("lookalike-viewer").nth(1).locator(".pane").first.focus()
    opened.press("+", "m", "Enter")
    assert opened.state["marks"] == []
    second = opened.page.locator("lookalike-viewer").nth(1).evaluate("viewer => viewer.state.marks.length")
    assert second == 1


def test_help_lists_every_command(open_viewer: Open) -> None:
    opened = open_viewer()
    opened.pane("right").focus()
    opened.press("?")
    dialog = opened.page.get_by_role("dialog", name="Keys of the comparison")
    text = dialog.inner_text()
    words = opened.page.evaluate(
        "import('/static/viewer/commands.js').then(({COMMANDS}) => COMMANDS.map(command => command.words))"
    )
    assert [each for each in words if each not in text] == []
    opened.press("Escape")
    assert not dialog.is_visible()


def test_full_screen_and_back(open_viewer: Open) -> None:
    opened = open_viewer()
    opened.pane("left").focus()
    opened.press("Shift+F")
    opened.page.wait_for_function("document.fullscreenElement?.localName === 'lookalike-viewer'")
    opened.press("Shift+F")
    opened.page.wait_for_function("document.fullscreenElement === null")


def test_read_only_keeps_marks_and_saves_nothing(open_viewer: Open, site: Site) -> None:
    opened = open_viewer(extra="data-read-only", save=True)
    opened.pane("left").focus()
    opened.press("m", "+", "w")
    assert opened.says() == "Read only: marks cannot be changed."
    assert opened.state["marks"] == []
    assert opened.state["left"]["tone"]["brightness"] == 0.02
    assert opened.host.locator(".saved").inner_text() == "Read only: nothing is saved."
    opened.page.wait_for_timeout(1300)
    assert site.saved == []


def test_blinking_never_changes_more_than_three_times_a_second(open_viewer: Open) -> None:
    for motion, most in (("no-preference", 3.0), ("reduce", 0.5)):
        opened = open_viewer(reduced_motion=motion)
        opened.page.clock.install()
        opened.align(dots.RED, dots.GREEN)
        opened.press("b", *["."] * 12)
        assert opened.state["overlay"] == {"mode": "blink", "amount": 1}
        opened.page.evaluate(
            """() => {
              const viewer = document.querySelector('lookalike-viewer');
              const { blink } = viewer; let last = blink.shows;
              window.seen = 0;
              Object.defineProperty(blink, 'shows', {
                get: () => last, set: now => { seen += now !== last; last = now },
              });
            }"""
        )
        opened.page.clock.run_for(10_000)
        changes = opened.page.evaluate("seen")
        assert 0 < changes <= 10 * most
        opened.press(" ")
        opened.page.clock.run_for(5_000)
        assert opened.page.evaluate("seen") == changes, "it stops"
        assert opened.says().startswith("Stopped at ")


def test_a_picture_that_cannot_be_had_is_named(browser: Browser, site: Site) -> None:
    opened = browser.new_page()
    for name, content, words in (
        ("/gone.png", None, "Candidate C: the site answered 404."),
        ("/broken.png", b"no picture", "Candidate C: the file is not a picture that this browser can read."),
    ):
        if content is not None:
            site.files[name] = content
        site.files["/compare.html"] = page(viewer("/left.png", name))
        opened.goto(f"{site.address}/compare.html")
        opened.get_by_text(f"The comparison could not be opened: {words}").wait_for()
        assert opened.locator("figure img").first.is_visible()
    opened.close()


def test_without_javascript_the_two_pictures_stand_there(browser: Browser, site: Site) -> None:
    context = browser.new_context(java_script_enabled=False)
    opened = context.new_page()
    site.files["/compare.html"] = page(viewer("/left.png", "/right.png"))
    opened.goto(f"{site.address}/compare.html")
    assert all(opened.get_by_role("img", name=name).is_visible() for name in ("Probe", "Candidate C"))
    context.close()
