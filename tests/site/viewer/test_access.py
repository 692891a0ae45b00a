"""For everybody: axe-core finds nothing, every width fits, forced colours and both schemes."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files

import pytest

from tests.site.viewer import dots
from tests.site.viewer.conftest import Opened

Open = Callable[..., Opened]
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def findings(opened: Opened) -> list[str]:
    opened.page.evaluate(files("axe_core_python").joinpath("axe.min.js").read_text("utf-8"))
    result = opened.page.evaluate("tags => axe.run(document, {runOnly: tags})", TAGS)
    return [f"{each['id']}: {node['html'][:120]}" for each in result["violations"] for node in each["nodes"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(open_viewer: Open, scheme: str) -> None:
    opened = open_viewer(color_scheme=scheme, bypass_csp=True)
    assert findings(opened) == []
    opened.pane("left").focus()
    opened.press("m", "Enter", "c", "Enter", "Escape", "g", "z")
    opened.align(dots.RED, dots.GREEN)
    opened.press("b", " ")
    assert findings(opened) == []
    opened.press("?")
    opened.settled()
    assert findings(opened) == []


@pytest.mark.parametrize("width", [320, 360, 768, 1280, 1920, 2560])
def test_no_width_needs_sideways_scrolling(open_viewer: Open, width: int) -> None:
    opened = open_viewer(width=width, height=800)
    opened.pane("left").focus()
    opened.press("m", "Enter", "c", "Enter", "Escape")
    assert opened.page.evaluate("document.documentElement.scrollWidth") == width
    for side in ("left", "right"):
        box = opened.pane(side).bounding_box()
        assert box is not None
        assert box["width"] >= 150
        assert box["height"] >= 120
        assert box["x"] + box["width"] <= width


def test_every_control_has_a_name_of_its_own(open_viewer: Open) -> None:
    opened = open_viewer()
    opened.pane("left").focus()
    opened.press("m", "Enter", "c", "Enter", "Escape")
    opened.settled()
    session = opened.page.context.new_cdp_session(opened.page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    wanted = {"button", "slider", "spinbutton", "textbox", "combobox", "application", "toolbar"}
    names = [
        (node["role"]["value"], node.get("name", {}).get("value", ""))
        for node in nodes
        if not node.get("ignored") and node.get("role", {}).get("value") in wanted
    ]
    assert len(names) > 45
    assert all(name for _, name in names)
    assert len(set(names)) == len(names)


def test_the_focus_is_seen(open_viewer: Open) -> None:
    opened = open_viewer()
    for locator in (opened.pane("left"), opened.host.locator("input[type=range]").nth(1)):
        before = dots.read(locator.screenshot())
        opened.page.keyboard.press("Tab")
        locator.focus()
        opened.settled()
        assert (dots.read(locator.screenshot()) != before).any()


def test_forced_colours_show_which_button_is_pressed(open_viewer: Open) -> None:
    opened = open_viewer(forced_colors="active")
    colour = "button => getComputedStyle(button).backgroundColor"
    locked, grid = (opened.page.get_by_role("button", name=name, exact=True) for name in ("Locked", "Grid"))
    assert locked.evaluate(colour) != grid.evaluate(colour)
