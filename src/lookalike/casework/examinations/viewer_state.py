"""The state of a comparison, as the viewer keeps it, and the figure that shows it in a document.

`docs/viewer-state.md` describes the JSON. `parse_state` turns it into frozen values or refuses it; `comparison_figure`
draws the two pictures as the viewer shows them side by side, by the same rules: the same halvings of a picture, pixels
as they are when magnified unless the examiner asked for linear, and the same table of tones (`tone_table` here,
`tone.js` there).
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, get_args

import cv2
import numpy as np
from numpy.typing import NDArray

from lookalike.errors import BadViewerState

SCHEMA = "lookalike.viewer/1"
LONGEST_STATE = 65_536  # bytes
MOST_MARKS = 200
LONGEST_NOTE = 500  # characters
LONGEST_COMPONENT = 80  # characters
SURROUND = 91  # the grey around a picture, as in renderers.js

Pixels: TypeAlias = NDArray[np.uint8]
Floats: TypeAlias = NDArray[np.float64]
Point: TypeAlias = tuple[float, float]
Mode: TypeAlias = Literal["none", "swipe", "fade", "blink"]

_GAP = 8  # pixels between the panes of a figure
_PAPER = 255
_LINE = (127, 227, 255)
_SMALLEST_HALVED = 64  # pixels, as in pyramid.js


@dataclass(frozen=True, slots=True)
class Size:
    """Width and height of a picture, in pixels."""

    width: int
    height: int


@dataclass(frozen=True, slots=True)
class View:
    """What of a picture is shown.

    x, y: the picture point in the pane's middle, in pixels. zoom: at 1 the pane's shorter side shows as many pixels as
    the picture's longer side has. rotate: degrees clockwise. flip: mirrored left to right, before turning.
    """

    x: float
    y: float
    zoom: float
    rotate: float
    flip: bool


@dataclass(frozen=True, slots=True)
class Tone:
    """Display tone: `tone_table` says what the three do."""

    brightness: float = 0.0
    contrast: float = 1.0
    gamma: float = 1.0


@dataclass(frozen=True, slots=True)
class Side:
    """How one picture is shown."""

    view: View
    tone: Tone


@dataclass(frozen=True, slots=True)
class Grid:
    """Lines over each pane, from its middle, `step` percent of its shorter side apart."""

    on: bool
    step: float


@dataclass(frozen=True, slots=True)
class Alignment:
    """The same two points in both pictures, in pixels."""

    left: tuple[Point, Point]
    right: tuple[Point, Point]


@dataclass(frozen=True, slots=True)
class Overlay:
    """How the right picture is laid over the left one. amount: 0 to 1, the line, the share or the speed."""

    mode: Mode
    amount: float


@dataclass(frozen=True, slots=True)
class Mark:
    """A feature mark: its number, its point in each picture (None: not placed), its E3149 component and a note."""

    id: int
    left: Point | None
    right: Point | None
    component: str
    note: str


@dataclass(frozen=True, slots=True)
class ViewerState:
    """Everything that is needed to show a comparison again as it was."""

    left: Side
    right: Side
    locked: bool
    grid: Grid
    align: Alignment | None
    overlay: Overlay
    smooth: bool
    marks: tuple[Mark, ...]


def parse_state(text: str | bytes, left: Size, right: Size) -> ViewerState:
    """Read a state for two pictures of these sizes.

    Raises BadViewerState for anything that is not wholly of the kind "lookalike.viewer/1": too long, not JSON, a key
    missing or unknown, a value of another type, not finite or out of its range, a point outside its picture.
    """
    data = text.encode("utf-8", "replace") if isinstance(text, str) else text
    if len(data) > LONGEST_STATE:
        raise _bad(f"it has {len(data)} bytes, at most {LONGEST_STATE} are kept", "Shorten a note or remove a mark.")
    try:
        given = json.loads(data, parse_constant=_no_constant, object_pairs_hook=_no_duplicates)
    except (ValueError, RecursionError) as error:
        raise _bad("it is not JSON") from error
    return _state(given, {"left": left, "right": right})


def _state(given: object, sizes: Mapping[str, Size]) -> ViewerState:
    whole = _fields(given, "the state", "schema left right locked grid align overlay smooth marks")
    if whole["schema"] != SCHEMA:
        raise _bad(f"its schema is not {SCHEMA}")
    grid = _fields(whole["grid"], "grid", "on step")
    overlay = _fields(whole["overlay"], "overlay", "mode amount")
    align = None if whole["align"] is None else _alignment(whole["align"], sizes)
    if overlay["mode"] not in get_args(Mode):
        raise _bad(f"overlay.mode is none of {', '.join(get_args(Mode))}")
    if overlay["mode"] != "none" and align is None:
        raise _bad("it lays one picture over the other without an alignment")
    return ViewerState(
        left=_side(whole["left"], "left", sizes["left"]),
        right=_side(whole["right"], "right", sizes["right"]),
        locked=_truth(whole["locked"], "locked"),
        grid=Grid(_truth(grid["on"], "grid.on"), _number(grid["step"], "grid.step", 2, 50)),
        align=align,
        overlay=Overlay(overlay["mode"], _number(overlay["amount"], "overlay.amount", 0, 1)),
        smooth=_truth(whole["smooth"], "smooth"),
        marks=_marks(whole["marks"], sizes),
    )


def _side(given: object, name: str, size: Size) -> Side:
    side = _fields(given, name, "view tone")
    view = _fields(side["view"], f"{name}.view", "x y zoom rotate flip")
    tone = _fields(side["tone"], f"{name}.tone", "brightness contrast gamma")
    return Side(
        View(
            x=_number(view["x"], f"{name}.view.x", -size.width, 2 * size.width),
            y=_number(view["y"], f"{name}.view.y", -size.height, 2 * size.height),
            zoom=_number(view["zoom"], f"{name}.view.zoom", 0.25, 1000),
            rotate=_number(view["rotate"], f"{name}.view.rotate", -180, 180),
            flip=_truth(view["flip"], f"{name}.view.flip"),
        ),
        Tone(
            brightness=_number(tone["brightness"], f"{name}.tone.brightness", -1, 1),
            contrast=_number(tone["contrast"], f"{name}.tone.contrast", 0.2, 4),
            gamma=_number(tone["gamma"], f"{name}.tone.gamma", 0.2, 5),
        ),
    )


def _alignment(given: object, sizes: Mapping[str, Size]) -> Alignment:
    sides = _fields(given, "align", "left right")
    pairs: dict[str, tuple[Point, Point]] = {}
    for name, size in sizes.items():
        points = sides[name]
        if not isinstance(points, list) or len(points) != 2:
            raise _bad(f"align.{name} is not two points")
        first, second = (_point(point, f"align.{name}", size) for point in points)
        if math.dist(first, second) < 1:
            raise _bad(f"the two points of align.{name} are the same")
        pairs[name] = (first, second)
    return Alignment(pairs["left"], pairs["right"])


def _marks(given: object, sizes: Mapping[str, Size]) -> tuple[Mark, ...]:
    if not isinstance(given, list) or len(given) > MOST_MARKS:
        raise _bad(f"marks is not a list of at most {MOST_MARKS}")
    marks = tuple(_mark(entry, f"mark {place}", sizes) for place, entry in enumerate(given, start=1))
    if len({mark.id for mark in marks}) < len(marks):
        raise _bad("two marks have the same number")
    return marks


def _mark(given: object, name: str, sizes: Mapping[str, Size]) -> Mark:
    mark = _fields(given, name, "id left right component note")
    points = {
        side: None if mark[side] is None else _point(mark[side], f"{name}, {side}", size)
        for side, size in sizes.items()
    }
    if points["left"] is None and points["right"] is None:
        raise _bad(f"{name} has no point")
    number = mark["id"]
    if not isinstance(number, int) or isinstance(number, bool) or not 1 <= number <= 100_000:
        raise _bad(f"{name}: its id is not a whole number from 1")
    return Mark(
        number,
        points["left"],
        points["right"],
        _text(mark["component"], f"{name}, component", LONGEST_COMPONENT),
        _text(mark["note"], f"{name}, note", LONGEST_NOTE),
    )


def _bad(why: str, remedy: str = "Reload the page and compare again.") -> BadViewerState:
    return BadViewerState(f"The state of the comparison cannot be kept: {why}.", remedy=remedy)


def _no_constant(name: str) -> object:
    raise ValueError(name)


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in pairs}) < len(pairs):
        raise ValueError("a key twice")
    return dict(pairs)


def _fields(given: object, name: str, wanted: str) -> dict[str, Any]:
    if not isinstance(given, dict) or set(given) != set(wanted.split()):
        raise _bad(f"{name} is not an object of {wanted.replace(' ', ', ')}")
    return given


def _truth(given: object, name: str) -> bool:
    if not isinstance(given, bool):
        raise _bad(f"{name} is neither true nor false")
    return given


def _number(given: object, name: str, least: float, most: float) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float) or not least <= given <= most:
        raise _bad(f"{name} is not a number from {least:g} to {most:g}")
    return float(given)


def _point(given: object, name: str, size: Size) -> Point:
    if not isinstance(given, list) or len(given) != 2:
        raise _bad(f"{name} is not a point [x, y]")
    return _number(given[0], f"{name}: x", 0, size.width), _number(given[1], f"{name}: y", 0, size.height)


def _text(given: object, name: str, longest: int) -> str:
    if not isinstance(given, str) or len(given) > longest:
        raise _bad(f"{name} is not a text of at most {longest} characters")
    if any(ord(letter) < 32 or 0xD800 <= ord(letter) < 0xE000 for letter in given):
        raise _bad(f"{name} holds a control character")
    return given


def tone_table(tone: Tone) -> Pixels:
    """The level shown for each of the 256 levels of a channel: (256,) uint8.

    Contrast about the middle, then brightness, then gamma (above 1 brightens the shadows); rounded half up. The same
    formula as toneTable in tone.js, which a test holds to this one.
    """
    level = np.arange(256) / 255
    light = np.clip((level - 0.5) * tone.contrast + 0.5 + tone.brightness, 0, 1)
    return np.floor(255 * light ** (1 / tone.gamma) + 0.5).astype(np.uint8)


def comparison_figure(left: Pixels, right: Pixels, state: ViewerState, *, width: int = 1600) -> Pixels:
    """The two pictures side by side in square panes, with the state's views, tones, grid, marks and lines.

    left, right: (H, W, 3) uint8 RGB, the pictures that the state belongs to. width: of the figure, in pixels, at least
    200. Returns (H, W, 3) uint8. An overlay is not drawn: a figure shows both pictures.
    """
    pane = (max(200, width) - _GAP) // 2
    figure = np.full((pane, 2 * pane + _GAP, 3), _PAPER, np.uint8)
    places: list[dict[int, tuple[int, int]]] = []
    for pixels, side, start, name in ((left, state.left, 0, "left"), (right, state.right, pane + _GAP, "right")):
        matrix = _view_matrix(side.view, Size(pixels.shape[1], pixels.shape[0]), pane)
        shown = figure[:, start : start + pane]
        shown[:] = _seen(pixels, matrix, pane, side.tone, smooth=state.smooth)
        if state.grid.on:
            _draw_grid(shown, state.grid.step)
        seen: dict[int, tuple[int, int]] = {}
        for mark in state.marks:
            point = mark.left if name == "left" else mark.right
            if point is None:
                continue
            x, y = matrix @ (*point, 1.0)
            if 0 <= x < pane and 0 <= y < pane:
                seen[mark.id] = (start + int(x), int(y))
        places.append(seen)
    _draw_marks(figure, *places)
    return figure


def _view_matrix(view: View, size: Size, pane: int) -> Floats:
    """Picture to pane, (2, 3); as viewMatrix in geometry.js."""
    scale = pane / max(size.width, size.height) * view.zoom
    angle = math.radians(view.rotate)
    turn = scale * np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    turn[:, 0] *= -1 if view.flip else 1
    return np.column_stack([turn, pane / 2 - turn @ (view.x, view.y)])


def _seen(pixels: Pixels, matrix: Floats, pane: int, tone: Tone, *, smooth: bool) -> Pixels:
    """A pane: (pane, pane, 3). Reads one level of the halvings, by the rule of `sampling` in geometry.js."""
    scale = math.sqrt(abs(float(np.linalg.det(matrix[:, :2]))))
    source, level = pixels, 0
    while 2 ** (level + 1) * scale <= 1 + 1e-9 and min(source.shape[:2]) >= _SMALLEST_HALVED:
        source, level = _halved(source), level + 1
    linear = smooth if scale > 1 + 1e-9 else scale < 1 - 1e-9
    inverse = np.linalg.inv(matrix[:, :2])
    middle = np.arange(pane) + 0.5
    screen = np.stack(np.meshgrid(middle, middle), axis=-1) - matrix[:, 2]
    at = screen @ inverse.T
    inside = np.all((at >= 0) & (at < (pixels.shape[1], pixels.shape[0])), axis=-1)
    read = _between if linear else _nearest
    result = np.full((pane, pane, 3), SURROUND, np.uint8)
    result[inside] = tone_table(tone)[read(source, at[inside] / 2**level)]
    return result


def _halved(pixels: Pixels) -> Pixels:
    """Each pixel the mean of four, rounded half up; an odd last row or column is left out."""
    height, width = pixels.shape[0] // 2 * 2, pixels.shape[1] // 2 * 2
    whole = pixels[:height, :width].astype(np.uint16)
    total = whole[::2, ::2] + whole[1::2, ::2] + whole[::2, 1::2] + whole[1::2, 1::2]
    mean: Pixels = ((total + 2) // 4).astype(np.uint8)
    return mean


def _nearest(source: Pixels, at: Floats) -> Pixels:
    height, width = source.shape[:2]
    x, y = np.floor(at).astype(np.intp).T
    value: Pixels = source[np.clip(y, 0, height - 1), np.clip(x, 0, width - 1)]
    return value


def _between(source: Pixels, at: Floats) -> Pixels:
    height, width = source.shape[:2]
    corner = np.floor(at - 0.5)
    part_x, part_y = (at - 0.5 - corner).T[..., None]
    x, y = corner.astype(np.intp).T
    columns = [np.clip(x + step, 0, width - 1) for step in (0, 1)]
    rows = [np.clip(y + step, 0, height - 1) for step in (0, 1)]
    upper, lower = (source[row, columns[0]] * (1 - part_x) + source[row, columns[1]] * part_x for row in rows)
    value: Pixels = np.floor(upper * (1 - part_y) + lower * part_y + 0.5).astype(np.uint8)
    return value


def _draw_grid(shown: Pixels, step: float) -> None:
    pane = shown.shape[0]
    apart = pane * step / 100
    most = math.floor(pane / 2 / apart)
    for line in range(-most, most + 1):
        at = min(pane - 1, math.floor(pane / 2 + line * apart))
        for strip in (shown[at], shown[:, at]):
            strip[:] = (strip.astype(np.uint16) + 255) // 2


def _draw_marks(figure: Pixels, left: Mapping[int, tuple[int, int]], right: Mapping[int, tuple[int, int]]) -> None:
    for number in left.keys() & right.keys():
        for colour, thick in (((0, 0, 0), 3), (_LINE, 1)):
            cv2.line(figure, left[number], right[number], colour, thick, cv2.LINE_AA)
    for number, at in [*left.items(), *right.items()]:
        for colour, thick in (((0, 0, 0), 4), (_LINE, 2)):
            cv2.circle(figure, at, 8, colour, thick, cv2.LINE_AA)
        for colour, thick in (((0, 0, 0), 4), ((255, 255, 255), 1)):
            cv2.putText(
                figure, str(number), (at[0] + 11, at[1] - 8), cv2.FONT_HERSHEY_SIMPLEX, 0.6, colour, thick, cv2.LINE_AA
            )
