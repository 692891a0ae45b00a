"""What the viewer shows, by its pixels: geometry, tones, magnification, overlays, and the figure for the document."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from lookalike.casework.examinations.viewer_state import Size, comparison_figure, parse_state
from tests.site.viewer import dots
from tests.site.viewer.conftest import Opened, difference
from tests.site.viewer.page import Site

Open = Callable[..., Opened]
RENDERERS = pytest.mark.parametrize("renderer", ["canvas", "webgl"])


def a_state(size: tuple[int, int] = dots.SIZE) -> dict[str, Any]:
    """Everything turned, moved and toned."""
    width, height = size
    view = {"x": width * 0.45, "y": height * 0.55, "zoom": 1.3, "rotate": 0, "flip": False}
    tone = {"brightness": 0, "contrast": 1, "gamma": 1}
    return {
        "schema": "lookalike.viewer/1",
        "left": {"view": view | {"rotate": 33.3}, "tone": tone | {"brightness": 0.12, "gamma": 1.6}},
        "right": {"view": view | {"zoom": 0.31, "rotate": -71, "flip": True}, "tone": tone | {"contrast": 1.7}},
        "locked": False,
        "grid": {"on": False, "step": 12.5},
        "align": None,
        "overlay": {"mode": "none", "amount": 0.25},
        "smooth": False,
        "marks": [],
    }


@RENDERERS
def test_the_renderer_asked_for_is_the_one_that_draws(open_viewer: Open, renderer: str) -> None:
    opened = open_viewer(extra=f'data-renderer="{renderer}"')
    assert opened.host.get_attribute("data-ready") == renderer


@RENDERERS
def test_dots_lie_where_the_geometry_says(open_viewer: Open, renderer: str) -> None:
    state = a_state()
    state["left"]["tone"] = state["right"]["tone"] = {"brightness": 0, "contrast": 1, "gamma": 1}
    state["right"]["view"]["zoom"] = 0.8
    opened = open_viewer(state, extra=f'data-renderer="{renderer}"')
    for side in ("left", "right"):
        pixels, box = opened.pixels(side), opened.pane(side).bounding_box()
        assert box is not None
        for colour, point in dots.DOTS.items():
            here = point if side == "left" else dots.carried(point)
            x, y = opened.on_screen(side, here)
            assert dots.centre(pixels, colour) == pytest.approx((x - box["x"], y - box["y"]), abs=0.6)


@RENDERERS
def test_a_state_that_comes_back_shows_the_same_pixels(open_viewer: Open, renderer: str) -> None:
    first = open_viewer(extra=f'data-renderer="{renderer}"')
    first.pane("left").focus()
    first.press(
        "+",
        "+",
        "ArrowLeft",
        "]",
        "]",
        "w",
        "g",
        "m",
        "Enter",
        "c",
        "Enter",
        "Escape",
        "Escape",
        "l",
        "-",
        "f",
        "r",
        "i",
    )
    kept = first.state
    again = open_viewer(kept, extra=f'data-renderer="{renderer}"')
    assert again.state == kept
    for side in ("left", "right"):
        assert np.array_equal(first.pixels(side), again.pixels(side))


@RENDERERS
def test_magnified_pixels_stay_pixels_until_linear_is_asked_for(open_viewer: Open, site: Site, renderer: str) -> None:
    picture = dots.textured()
    site.files["/left.png"] = dots.png(picture)
    opened = open_viewer(extra=f'data-renderer="{renderer}"')
    opened.pane("left").focus()
    opened.press(*["+"] * 14, "]", "]")
    known = {tuple(colour) for colour in picture.reshape(-1, 3)}
    shown = {tuple(colour) for colour in opened.pixels().reshape(-1, 3)}
    assert len(shown) > 20
    assert shown <= known
    assert "pixels as they are" in opened.host.locator("#caption-left").inner_text()
    opened.pane("left").focus()
    opened.press("i")
    shown = {tuple(colour) for colour in opened.pixels().reshape(-1, 3)}
    assert len(shown - known) > 100
    assert "linear between pixels" in opened.host.locator("#caption-left").inner_text()


@pytest.mark.parametrize(("renderer", "mirrored"), [("canvas", False), ("canvas", True), ("webgl", True)])
def test_overlays_bring_every_dot_onto_its_own(open_viewer: Open, site: Site, renderer: str, mirrored: bool) -> None:
    carried = dots.carried
    if mirrored:
        site.files["/right.png"] = dots.png(np.ascontiguousarray(dots.dotted(right=True)[:, ::-1]))
    opened = open_viewer(extra=f'data-renderer="{renderer}"')
    opened.pane("left").focus()
    opened.press("[", "[", "[", "[")
    if mirrored:
        opened.press("c", "f")
    opened.pane("left").focus()
    opened.press("a")
    for side in ("left", "right"):
        for colour in (dots.RED, dots.GREEN):
            x, y = dots.DOTS[colour] if side == "left" else carried(dots.DOTS[colour])
            opened.click(side, (600 - x, y) if mirrored and side == "right" else (x, y))
    assert opened.says().startswith("Aligned.")
    lefts, rights = opened.pixels("left"), opened.pixels("right")
    for colour in dots.DOTS:
        assert dots.centre(rights, colour) == pytest.approx(dots.centre(lefts, colour), abs=2), "side by side"
    opened.pane("left").focus()
    opened.press("d", *[","] * 12)
    alone = opened.pixels()
    opened.pane("left").focus()
    opened.press(*["."] * 24)
    covered = opened.pixels()
    for colour in dots.DOTS:
        assert dots.centre(covered, colour) == pytest.approx(dots.centre(alone, colour), abs=2)
    assert (covered == 190).all(axis=2).mean() > 0.1, "the right picture's ground"
    opened.pane("left").focus()
    opened.press("s", *[","] * 10)  # the line in the middle
    swiped = opened.pixels()
    line = round(swiped.shape[1] * opened.state["overlay"]["amount"])
    assert difference(swiped[:, : line - 3], alone[:, : line - 3]) == 0
    assert difference(swiped[:, line + 3 :], covered[:, line + 3 :]) == 0
    opened.pane("left").focus()
    opened.press("n", "Shift+A", "s")
    assert opened.says() == "Align on two points first."
    assert opened.state["overlay"]["mode"] == "none"


@RENDERERS
def test_a_fade_mixes_the_two_by_its_amount(open_viewer: Open, renderer: str) -> None:
    opened = open_viewer(extra=f'data-renderer="{renderer}"')
    opened.align(dots.RED, dots.GREEN)
    opened.press("d")
    x, y = opened.on_screen("left", (300, 250))
    box = opened.pane("left").bounding_box()
    assert box is not None
    assert opened.pixels()[int(y - box["y"]), int(x - box["x"])] == pytest.approx([155] * 3, abs=1)


@RENDERERS
def test_the_loupe_shows_the_corresponding_place(open_viewer: Open, renderer: str) -> None:
    opened = open_viewer(extra=f'data-renderer="{renderer}"')
    opened.align(dots.RED, dots.GREEN)
    opened.press("z")
    opened.page.mouse.move(*opened.on_screen("left", dots.DOTS[dots.BLUE]))
    opened.settled()
    for side in ("left", "right"):
        pixels, box = dots.read(opened.pane(side).screenshot()), opened.pane(side).bounding_box()
        point = dots.DOTS[dots.BLUE] if side == "left" else dots.carried(dots.DOTS[dots.BLUE])
        x, y = opened.on_screen(side, point)
        assert box is not None
        assert dots.centre(pixels, dots.BLUE) == pytest.approx((x - box["x"], y - box["y"]), abs=2)
        scale = opened.host.evaluate("(viewer, side) => Math.hypot(...viewer.matrices[side].slice(0, 2))", side)
        area = (np.abs(pixels.astype(int) - dots.BLUE).max(axis=2) < 60).sum()
        assert area == pytest.approx(np.pi * (12 * 3 * scale) ** 2, rel=0.15), "three times closer"


@RENDERERS
@pytest.mark.parametrize("smooth", [False, True])
def test_the_figure_of_the_document_is_what_the_browser_shows(
    open_viewer: Open, site: Site, renderer: str, smooth: bool
) -> None:
    pictures = {"left": dots.textured(1), "right": dots.textured(2)}
    for side, picture in pictures.items():
        site.files[f"/{side}.png"] = dots.png(picture)
    state = a_state((400, 300)) | {"smooth": smooth}
    opened = open_viewer(state, extra=f'data-renderer="{renderer}"')
    for wide in (760, 762):  # a window whose panes are longer by an even number, so that their middles are alike
        opened.page.set_viewport_size({"width": wide, "height": 540})
        opened.settled()
        shown = {side: opened.pixels(side) for side in pictures}
        if sum(shown["left"].shape[:2]) % 2 == 0:
            break
    height, width = shown["left"].shape[:2]
    short = min(height, width)
    parsed = parse_state(json.dumps(state), Size(400, 300), Size(400, 300))
    figure = comparison_figure(pictures["left"], pictures["right"], parsed, width=2 * short + 8)
    panes = {"left": figure[:, :short], "right": figure[:, -short:]}
    for side, pixels in shown.items():
        top, start = (height - short) // 2, (width - short) // 2
        middle = pixels[top : top + short, start : start + short]
        assert difference(middle, panes[side]) < 0.02, side  # the plain canvas softens edges of turned pixels


def test_a_lost_graphics_processor_changes_nothing_on_the_screen(open_viewer: Open) -> None:
    opened = open_viewer(a_state(), extra='data-renderer="webgl"')
    before = opened.pixels()
    opened.host.evaluate(
        "viewer => viewer.renderer.canvas.getContext('webgl2').getExtension('WEBGL_lose_context').loseContext()"
    )
    opened.page.locator("lookalike-viewer[data-ready=canvas]").wait_for()
    assert difference(opened.pixels(), before) < 0.02


def test_tones_of_shader_canvas_and_document_are_one_table(open_viewer: Open, site: Site) -> None:
    ramp = np.repeat(np.arange(256, dtype=np.uint8)[None, :, None], 64, axis=0).repeat(3, axis=2)
    for side in ("left", "right"):
        site.files[f"/{side}.png"] = dots.png(ramp)
    state = copy.deepcopy(a_state((256, 64)))
    for side, tone in (("left", (0.2, 1.4, 0.6)), ("right", (-0.31, 0.55, 2.35))):
        state[side]["view"] = {"x": 128, "y": 32, "zoom": 1, "rotate": 0, "flip": False}
        state[side]["tone"] = dict(zip(("brightness", "contrast", "gamma"), tone, strict=True))
    parsed = parse_state(json.dumps(state), Size(256, 64), Size(256, 64))
    figure = comparison_figure(ramp, ramp, parsed, width=2 * 256 + 8)
    for renderer in ("canvas", "webgl"):
        opened = open_viewer(state, extra=f'data-renderer="{renderer}"')
        for side, row in (("left", figure[128, :256]), ("right", figure[128, -256:])):
            pixels = opened.pixels(side)
            shown = pixels[pixels.shape[0] // 2]
            first, last = (opened.on_screen(side, (level + 0.5, 32))[0] for level in (0, 255))
            box = opened.pane(side).bounding_box()
            assert box is not None
            assert np.array_equal(shown[np.linspace(first, last, 256).astype(int) - int(box["x"])], row)
