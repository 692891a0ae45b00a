"""The state of a comparison: read wholly or refused, and drawn for the document as the viewer draws it."""

from __future__ import annotations

import copy
import json
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lookalike.casework.examinations.viewer_state import (
    SURROUND,
    Size,
    Tone,
    comparison_figure,
    parse_state,
    tone_table,
)
from lookalike.errors import BadInput, BadViewerState

LEFT, RIGHT = Size(640, 480), Size(300, 400)


def favourable() -> dict[str, Any]:
    """A state with something in every place."""
    tone = {"brightness": 0.1, "contrast": 1.2, "gamma": 0.8}
    return {
        "schema": "lookalike.viewer/1",
        "left": {"view": {"x": 320, "y": 240.5, "zoom": 1, "rotate": -12.5, "flip": False}, "tone": tone},
        "right": {"view": {"x": 150, "y": 200, "zoom": 2.5, "rotate": 0, "flip": True}, "tone": tone},
        "locked": True,
        "grid": {"on": True, "step": 10},
        "align": {"left": [[100, 100], [200, 110]], "right": [[90, 80], [180, 85]]},
        "overlay": {"mode": "fade", "amount": 0.5},
        "smooth": False,
        "marks": [{"id": 3, "left": [10, 20.25], "right": None, "component": "Ears", "note": "lobe joined"}],
    }


def plain() -> dict[str, Any]:
    """Both pictures whole, upright, untouched."""
    state = favourable()
    for side, size in (("left", LEFT), ("right", RIGHT)):
        state[side] = {
            "view": {"x": size.width / 2, "y": size.height / 2, "zoom": 1, "rotate": 0, "flip": False},
            "tone": {"brightness": 0, "contrast": 1, "gamma": 1},
        }
    return state | {"grid": {"on": False, "step": 10}, "marks": []}


def parse(state: Any) -> Any:
    return parse_state(json.dumps(state), LEFT, RIGHT)


def changed(path: str, value: Any) -> dict[str, Any]:
    state = copy.deepcopy(favourable())
    *names, last = path.split(".")
    place: Any = state
    for name in names:
        place = place[int(name) if name.isdigit() else name]
    place[int(last) if last.isdigit() else last] = value
    return state


def test_a_state_is_read_as_it_was_written() -> None:
    state = parse(favourable())
    assert (state.left.view.y, state.left.view.rotate, state.right.view.flip) == (240.5, -12.5, True)
    assert state.align.right == ((90, 80), (180, 85))
    assert (state.overlay.mode, state.overlay.amount, state.grid.on, state.locked) == ("fade", 0.5, True, True)
    mark = state.marks[0]
    assert (mark.id, mark.left, mark.right, mark.component, mark.note) == (3, (10, 20.25), None, "Ears", "lobe joined")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("schema", "lookalike.viewer/2"),
        ("left", None),
        ("left.view.x", 1281),
        ("left.view.x", -641),
        ("left.view.zoom", 0),
        ("left.view.zoom", True),
        ("left.view.rotate", 181),
        ("left.view.flip", 1),
        ("left.tone.gamma", 0.1),
        ("left.tone.extra", 1),
        ("right.tone.contrast", "1"),
        ("locked", None),
        ("grid.step", 1),
        ("align", None),
        ("align.left", [[1, 1]]),
        ("align.left", [[1, 1], [1.5, 1]]),
        ("align.right.0", [301, 1]),
        ("overlay.mode", "morph"),
        ("overlay.mode", ["fade"]),
        ("overlay.amount", 1.01),
        ("smooth", "no"),
        ("marks", {}),
        ("marks.0.id", 0),
        ("marks.0.id", 1.0),
        ("marks.0.left", [641, 1]),
        ("marks.0.left", [1, 2, 3]),
        ("marks.0.left", None),
        ("marks.0.right", [1, 400.01]),
        ("marks.0.note", "x" * 501),
        ("marks.0.note", "a\nb"),
        ("marks.0.note", "\ud800"),
        ("marks.0.component", "x" * 81),
    ],
)
def test_what_does_not_fit_is_refused(path: str, value: Any) -> None:
    with pytest.raises(BadViewerState, match="cannot be kept") as caught:
        parse(changed(path, value))
    assert caught.value.remedy


@pytest.mark.parametrize("name", list(favourable()))
def test_a_missing_key_is_refused(name: str) -> None:
    state = favourable()
    del state[name]
    with pytest.raises(BadViewerState):
        parse(state)


@pytest.mark.parametrize(
    "text",
    [
        "", "null", "[]", "{", "NaN", "[" * 60_000, b"\xff\xfe", '"\ud800"',
        json.dumps(favourable()).replace("240.5", "NaN"),
        json.dumps(favourable()).replace("240.5", "1e999"),
        json.dumps(favourable()).replace("240.5", "9" * 5000),
        json.dumps(favourable()).replace('"locked"', '"smooth": true, "locked"'),
        json.dumps(favourable()) + " " * 65_536,
    ],
)  # fmt: skip
def test_hostile_text_is_refused(text: str | bytes) -> None:
    with pytest.raises(BadViewerState):
        parse_state(text, LEFT, RIGHT)


def test_marks_have_a_number_each_and_a_limit() -> None:
    mark = favourable()["marks"][0]
    many = [mark | {"id": number, "note": ""} for number in range(1, 202)]
    assert len(parse(changed("marks", many[:200])).marks) == 200
    for marks in (many, [mark, mark]):
        with pytest.raises(BadViewerState):
            parse(changed("marks", marks))


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(), lambda part: st.lists(part, max_size=3)
       | st.dictionaries(st.sampled_from([*favourable(), "view", "x"]), part, max_size=4), max_leaves=12))  # fmt: skip
@settings(max_examples=150, deadline=None)
def test_no_json_at_all_does_anything_but_be_refused(value: Any) -> None:
    with pytest.raises(BadInput):
        parse(value)
    for name in favourable():
        try:
            parse(favourable() | {name: value})
        except BadViewerState:
            continue


def test_the_tone_table_follows_its_formula() -> None:
    assert (tone_table(Tone()) == np.arange(256)).all()
    assert tone_table(Tone(brightness=0.5)).min() == 128
    assert tone_table(Tone(gamma=2))[64] == math.floor(255 * math.sqrt(64 / 255) + 0.5)
    assert tone_table(Tone(contrast=2))[[0, 63, 128, 255]].tolist() == [0, 0, 129, 255]


def test_a_whole_picture_lies_in_the_middle_of_its_pane() -> None:
    red, blue = (np.full((h, w, 3), c, np.uint8) for h, w, c in ((480, 640, (200, 0, 0)), (400, 300, (0, 0, 200))))
    figure = comparison_figure(red, blue, parse(plain()), width=648)
    assert figure.shape == (320, 648, 3)
    assert (figure[40:280, :320] == (200, 0, 0)).all()
    assert (figure[:40, :320] == SURROUND).all()
    assert (figure[:, 320:328] == 255).all()
    assert (figure[:, 368:608] == (0, 0, 200)).all()
    assert (figure[:, 328:368] == SURROUND).all()


def test_turned_mirrored_and_magnified_pixels_are_the_pictures_own() -> None:
    picture = np.random.default_rng(3).integers(0, 256, (400, 300, 3), np.uint8)
    state = plain()
    state["right"]["view"] |= {"rotate": 90, "flip": True, "x": 100, "y": 50, "zoom": 100}
    figure = comparison_figure(np.zeros((480, 640, 3), np.uint8), picture, parse(state), width=808)
    pane = figure[:, 408:]  # 400 by 400, one hundred screen pixels a picture pixel
    # (x, y) right and below the middle comes from below and, mirrored, right of the view's point
    assert (pane[201:299, 201:299] == picture[49, 99]).all()
    assert (pane[301:399, 201:299] == picture[49, 98]).all()
    assert (pane[201:299, 101:199] == picture[50, 99]).all()


def test_marks_and_their_line_are_drawn_where_both_are_seen() -> None:
    black = [np.zeros((size.height, size.width, 3), np.uint8) for size in (LEFT, RIGHT)]
    mark = {"id": 1, "left": [320, 240], "right": [150, 200], "component": "", "note": ""}
    with_line = comparison_figure(*black, parse(plain() | {"marks": [mark]}), width=648)
    without = comparison_figure(*black, parse(plain() | {"marks": [mark | {"right": None}]}), width=648)
    assert np.abs(with_line[160, 324].astype(int) - (127, 227, 255)).max() < 30
    assert (without[160, 324] == 255).all()
    assert (without[160, 152] > 60).all()


def test_the_grid_is_at_the_same_heights_in_both_panes() -> None:
    black = [np.zeros((size.height, size.width, 3), np.uint8) for size in (LEFT, RIGHT)]
    bare, lined = (
        comparison_figure(*black, parse(plain() | {"grid": {"on": on, "step": 25}}), width=648) for on in (False, True)
    )
    rows = [
        set(np.nonzero((lined[:, pane] != bare[:, pane]).all(axis=(1, 2)))[0])
        for pane in (slice(0, 320), slice(328, None))
    ]
    assert rows[0] == rows[1] == {0, 80, 160, 240, 319}
