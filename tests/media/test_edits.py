"""The chain of edits: values with limits, replayed bit for bit, and nothing that adds content."""

from __future__ import annotations

import hashlib
import json
import math
from contextlib import suppress
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lookalike.errors import BadEdit
from lookalike.media import edits
from lookalike.media.edits import (
    Contrast,
    Crop,
    Deinterlace,
    Denoise,
    Edit,
    Exposure,
    Gamma,
    Resize,
    Rotate,
    WhiteBalance,
    apply,
    from_json,
    parse_edit,
    to_json,
)


def picture(height: int = 48, width: int = 64, seed: int = 3) -> np.ndarray[Any, Any]:
    # Counted, not drawn by chance: the digests below must not depend on a generator's stream.
    y, x = np.mgrid[0:height, 0:width].astype(np.int64)
    channels = [(x * 7 + y * 13 * (c + 1) + x * y * (c + seed)) % 256 for c in range(3)]
    return np.stack(channels, -1).astype(np.uint8)


RAMP = np.repeat(np.arange(256, dtype=np.uint8)[None, :, None], 3, 2)


def one(edit: Edit, pixels: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return apply(pixels, (edit,))


# what each edit does


def test_an_empty_chain_gives_the_original_in_a_new_array() -> None:
    original = picture()
    result = apply(original, ())
    assert np.array_equal(result, original)
    assert not np.shares_memory(result, original)


def test_no_edit_touches_the_original() -> None:
    original = picture()
    original.flags.writeable = False
    before = original.copy()
    for edit in EXAMPLES:
        result = one(edit, original)
        assert result.dtype == np.uint8
        assert result.flags.c_contiguous
        assert result.flags.writeable
    assert np.array_equal(original, before)


def test_crop_keeps_the_rectangle() -> None:
    original = picture()
    assert np.array_equal(one(Crop(10, 5, 20, 30), original), original[5:35, 10:30])
    assert np.array_equal(one(Crop(0, 0, 64, 48), original), original)


@pytest.mark.parametrize("crop", [Crop(0, 0, 65, 48), Crop(0, 0, 64, 49), Crop(60, 0, 5, 1), Crop(0, 48, 1, 1)])
def test_a_crop_that_leaves_the_picture_is_refused(crop: Crop) -> None:
    with pytest.raises(BadEdit, match="64 × 48") as refusal:
        apply(picture(), (Gamma(1.0), crop))
    assert "Edit 2 (crop)" in refusal.value.what


@pytest.mark.parametrize("degrees", [90, 180, 270, -90, 360, 0])
def test_quarter_turns_only_move_pixels(degrees: int) -> None:
    original = picture()
    assert np.array_equal(one(Rotate(degrees), original), np.rot90(original, -degrees // 90))


def test_a_positive_angle_turns_clockwise() -> None:
    original = np.zeros((101, 101, 3), np.uint8)
    original[10, 50] = 255  # above the centre
    turned = one(Rotate(30), original).sum(-1)
    row, column = np.unravel_index(turned.argmax(), turned.shape)
    # by trigonometry: 40 above the centre goes to 40·sin 30° to the right
    assert abs(column - (50 + 40 * math.sin(math.radians(30)))) <= 1
    assert abs(row - (50 - 40 * math.cos(math.radians(30)))) <= 1


def test_rotation_agrees_with_a_bilinear_reference() -> None:
    original = picture(31, 40)
    degrees = 17.3
    cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    ours = one(Rotate(degrees), original).astype(float)
    padded = np.zeros((33, 42, 3))
    padded[1:-1, 1:-1] = original
    worst = 0.0
    for row in range(31):
        for column in range(40):
            x, y = column - 19.5, row - 15.0
            u, v = x * cosine + y * sine + 19.5, y * cosine - x * sine + 15.0
            u, v = min(max(u + 1, 0), 40.999), min(max(v + 1, 0), 31.999)
            i, j, a, b = int(v), int(u), v % 1, u % 1
            expected = (
                padded[i, j] * (1 - a) * (1 - b)
                + padded[i, j + 1] * (1 - a) * b
                + padded[i + 1, j] * a * (1 - b)
                + padded[i + 1, j + 1] * a * b
            )
            worst = max(worst, float(np.abs(expected - ours[row, column]).max()))
    assert worst <= 2.5  # weights are held in 1/256


def test_rotation_keeps_the_canvas_or_grows_to_hold_everything() -> None:
    white = np.full((40, 80, 3), 255, np.uint8)
    kept, grown = one(Rotate(45), white), one(Rotate(45, expand=True), white)
    assert kept.shape == white.shape
    assert grown.shape == (85, 85, 3)
    assert grown.sum() > kept.sum()
    assert abs(grown.sum() / white.sum() - 1) < 0.01  # nothing is lost
    assert (grown[0, 0] == 0).all()


@pytest.mark.parametrize("stops", [-2.0, -0.5, 0.0, 0.5, 1.0, 3.0])
def test_exposure_multiplies_light(stops: float) -> None:
    result = one(Exposure(stops), RAMP)[0, :, 0]
    for level in (0, 3, 40, 128, 200, 255):
        v = level / 255
        light = v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4
        light = min(light * 2**stops, 1)
        back = light * 12.92 if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055
        assert result[level] == math.floor(back * 255 + 0.5)
    assert (np.diff(result.astype(int)) >= 0).all()


def test_neutral_parameters_change_nothing() -> None:
    original = picture()
    neutral = (Exposure(0), Gamma(1), Contrast(1), WhiteBalance(1, 1, 1), Resize(64, 48), Rotate(0))
    for edit in neutral:
        assert np.array_equal(one(edit, original), original), edit


def test_gamma_contrast_and_white_balance_follow_their_formulas() -> None:
    v = np.arange(256)
    assert np.array_equal(one(Gamma(2.0), RAMP)[0, :, 1], np.floor(255 * np.sqrt(v / 255) + 0.5 + 1e-9))
    assert np.array_equal(one(Contrast(2), RAMP)[0, :, 2], np.clip(np.floor(2 * v - 127.5 + 0.5), 0, 255))
    assert (one(Contrast(0), RAMP) == 128).all()
    balanced = one(WhiteBalance(2, 1, 0.5), RAMP)
    assert np.array_equal(balanced[..., 0], one(Exposure(1), RAMP)[..., 0])
    assert np.array_equal(balanced[..., 1], RAMP[..., 1])
    assert np.array_equal(balanced[..., 2], one(Exposure(-1), RAMP)[..., 2])


def test_denoise_reduces_noise_and_keeps_an_edge() -> None:
    clean = np.zeros((60, 60, 3), np.uint8)
    clean[:, 30:] = 200
    rng = np.random.default_rng(5)
    noisy = np.clip(clean + rng.normal(0, 6, clean.shape) + 20, 0, 255).astype(np.uint8)
    result = one(Denoise(10), noisy)
    assert result[5:-5, 5:25].std() < noisy[5:-5, 5:25].std() / 2
    assert int(result[30, 34, 0]) - int(result[30, 25, 0]) > 180


@pytest.mark.parametrize("height", [2, 7, 8])
def test_deinterlace_keeps_one_field_and_means_the_rows_between(height: int) -> None:
    original = picture(height, 5)
    top = one(Deinterlace("top"), original).astype(int)
    assert np.array_equal(top[::2], original[::2])
    bottom = one(Deinterlace("bottom"), original).astype(int)
    assert np.array_equal(bottom[1::2], original[1::2])
    assert np.array_equal(bottom[0], original[1])
    if height > 3:
        mean = (original[0].astype(int) + original[2] + 1) // 2
        assert np.array_equal(top[1], mean)
        mean = (original[1].astype(int) + original[3] + 1) // 2
        assert np.array_equal(bottom[2], mean)


def test_deinterlacing_a_single_row_is_refused() -> None:
    with pytest.raises(BadEdit, match="1 row"):
        one(Deinterlace(), picture(1, 9))


def area_reference(values: np.ndarray[Any, Any], new: int) -> np.ndarray[Any, Any]:
    """Average rows by area in floating point."""
    old = len(values)
    out = []
    for j in range(new):
        start, stop = j * old / new, (j + 1) * old / new
        weights = [max(0.0, min(stop, i + 1) - max(start, i)) for i in range(old)]
        out.append(np.average(values.astype(float), axis=0, weights=weights))
    return np.array(out)


@pytest.mark.parametrize(("width", "height"), [(32, 24), (17, 5), (63, 47), (1, 1), (64, 11)])
def test_shrinking_averages_by_area(width: int, height: int) -> None:
    original = picture()
    expected = area_reference(area_reference(original, height).swapaxes(0, 1), width)
    result = one(Resize(width, height), original)
    assert result.shape == (height, width, 3)
    assert np.abs(result - expected.swapaxes(0, 1)).max() <= 0.5 + 1e-6


@pytest.mark.parametrize(("width", "height"), [(128, 96), (65, 200), (64, 49)])
def test_growing_interpolates_linearly_between_centres(width: int, height: int) -> None:
    original = picture()
    x = np.clip((np.arange(width) + 0.5) * 64 / width - 0.5, 0, 63)
    y = np.clip((np.arange(height) + 0.5) * 48 / height - 0.5, 0, 47)
    i, j = np.minimum(y.astype(int), 46), np.minimum(x.astype(int), 62)
    a, b = (y - i)[:, None, None], (x - j)[None, :, None]
    o = original.astype(float)
    rows = o[i] * (1 - a) + o[i + 1] * a
    expected = rows[:, j] * (1 - b) + rows[:, j + 1] * b
    assert np.abs(one(Resize(width, height), original) - expected).max() <= 0.5 + 1e-6


def test_a_picture_higher_than_one_strip_has_no_seam() -> None:
    tall = picture(700, 9)
    whole = area_reference(tall, 350)
    assert np.abs(one(Resize(9, 350), tall) - whole).max() <= 0.5 + 1e-6
    ramp = np.repeat((np.arange(600) // 4).astype(np.uint8)[:, None, None], 600, 1).repeat(3, 2)
    turned = one(Rotate(1), ramp)[20:-20, 20:-20].astype(int)
    assert np.abs(np.diff(turned, axis=0)).max() <= 1


# replay

EXAMPLES: tuple[Edit, ...] = (
    Crop(3, 4, 40, 41),
    Rotate(12.5),
    Rotate(-100.25, expand=True),
    Exposure(0.5),
    Gamma(1.4),
    Contrast(1.2),
    WhiteBalance(1.1, 1.0, 0.85),
    Denoise(5),
    Deinterlace("bottom"),
    Resize(50, 70),
    Resize(33, 21),
)

# Made once, on x86-64. Another machine, thread count or library version must give the same bytes.
RECORDED = (
    "c6ed18461afb38b3",
    "7639db96c6199a00",
    "7fe25f82d833826e",
    "aee051b3e7577bab",
    "f30c26025c4ddbe1",
    "3a199dcd9f90b8d2",
    "7103a3309f443b72",
    "946fd14e10594ac9",
    "2dde952e231956b4",
    "510a783f0db1fba9",
    "deee20b44ed4bad6",
)


def digest(pixels: np.ndarray[Any, Any]) -> str:
    return hashlib.sha256(repr(pixels.shape).encode() + pixels.tobytes()).hexdigest()[:16]


@pytest.mark.parametrize("place", range(len(EXAMPLES)))
def test_an_edit_gives_the_bytes_it_gave_when_it_was_written(place: int) -> None:
    assert digest(one(EXAMPLES[place], picture())) == RECORDED[place]


def test_a_chain_replays_bit_for_bit_from_its_json() -> None:
    original = picture(90, 70)
    chain = (*EXAMPLES[:4], Crop(0, 0, 30, 30), *EXAMPLES[4:])
    text = to_json(chain)
    assert from_json(text) == chain
    assert to_json(from_json(text)) == text
    assert np.array_equal(apply(original, chain), apply(original, from_json(text)))


edit_values = st.one_of(
    st.builds(Crop, st.integers(0, 9), st.integers(0, 9), st.integers(1, 9), st.integers(1, 9)),
    st.builds(Rotate, st.floats(-360, 360), st.booleans()),
    st.builds(Exposure, st.floats(-8, 8)),
    st.builds(Gamma, st.floats(0.1, 10)),
    st.builds(Contrast, st.floats(0, 10)),
    st.builds(WhiteBalance, *[st.floats(0.1, 10)] * 3),
    st.builds(Denoise, st.floats(1, 30)),
    st.builds(Deinterlace, st.sampled_from(["top", "bottom"])),
    st.builds(Resize, st.integers(1, 40), st.integers(1, 40)),
)


@settings(deadline=None, max_examples=150)
@given(st.lists(edit_values, max_size=5))
def test_every_chain_survives_json_and_gives_a_picture_or_a_refusal(chain: list[Edit]) -> None:
    assert from_json(to_json(chain)) == tuple(chain)
    try:
        result = apply(picture(12, 15), chain)
    except BadEdit:
        return
    assert result.dtype == np.uint8
    assert result.ndim == 3
    assert result.shape[2] == 3


# the text forms


@pytest.mark.parametrize(
    ("text", "edit"),
    [
        ("crop=10,20,200,240", Crop(10, 20, 200, 240)),
        ("gamma=1.4", Gamma(1.4)),
        (" Rotate = -12.5 ", Rotate(-12.5)),
        ("rotate=12.5,expand", Rotate(12.5, True)),
        ("exposure=1", Exposure(1.0)),
        ("contrast=1.2", Contrast(1.2)),
        ("white-balance=1.1,1,0.9", WhiteBalance(1.1, 1, 0.9)),
        ("denoise=5", Denoise(5)),
        ("deinterlace", Deinterlace("top")),
        ("deinterlace=bottom", Deinterlace("bottom")),
        ("resize=640,480", Resize(640, 480)),
    ],
)
def test_the_short_form_of_the_command_line_is_read(text: str, edit: Edit) -> None:
    assert parse_edit(text) == edit


@pytest.mark.parametrize(
    "text",
    ["", "=", "crop", "crop=1,2,3", "crop=1,2,3,4,5", "crop=1.5,2,3,4", "gamma=", "gamma=nan",
     "gamma=inf", "gamma=0", "gamma=-1", "gamma=bright", "rotate=1e9", "rotate=5,yes",
     "deinterlace=left", "resize=0,5", "resize=20000,20000", "exposure=9", "contrast=11",
     "denoise=0", "white-balance=1,1", "crop=-1,0,5,5", "gamma=true", "crop=true,0,5,5",
     "resize=" + "9" * 5000 + ",1"],
)  # fmt: skip
def test_an_edit_that_makes_no_sense_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(BadEdit) as refusal:
        parse_edit(text)
    assert refusal.value.remedy
    assert len(str(refusal.value)) < 400


@pytest.mark.parametrize("name", ["inpaint", "upscale", "paste", "sketch", "generate", "__class__"])
def test_operations_that_add_content_do_not_exist(name: str) -> None:
    for attempt in (lambda: parse_edit(f"{name}=1"), lambda: from_json(f'[{{"edit": "{name}"}}]')):
        with pytest.raises(BadEdit, match="add content do not exist"):
            attempt()


@pytest.mark.parametrize(
    "text",
    ["", "{}", "null", "[1]", "[[]]", '["gamma"]', '[{"gamma": 1}]', '[{"edit": 7}]',
     '[{"edit": "gamma", "gamma": NaN}]', '[{"edit": "gamma", "gamma": "1"}]',
     '[{"edit": "gamma", "gamma": 1, "more": 2}]', '[{"edit": "gamma", "gamma": Infinity}]',
     '[{"edit": "gamma", "gamma": null}]', '[{"edit": "gamma", "gamma": true}]',
     '[{"edit": "gamma", "gamma": 1e400}]', "[" * 100_000,
     json.dumps([{"edit": "deinterlace"}] * 101),
     '[{"edit": "gamma", "gamma": ' + "9" * 5000 + "}]"],
)  # fmt: skip
def test_json_that_is_no_chain_is_refused(text: str) -> None:
    with pytest.raises(BadEdit):
        from_json(text)


@settings(deadline=None, max_examples=200)
@given(st.text(max_size=40) | st.from_regex(r"(crop|gamma|rotate|resize)=[-0-9.,einfa]{0,12}"))
def test_any_text_is_an_edit_or_is_refused(text: str) -> None:
    for read in (parse_edit, from_json):
        with suppress(BadEdit):
            read(text)


def test_values_that_are_not_numbers_are_refused_by_the_value_itself() -> None:
    bad: Any
    for bad in (math.nan, math.inf, -math.inf, None, "1", True, 10**400, 1j):
        with pytest.raises(BadEdit):
            Gamma(bad)
        with pytest.raises(BadEdit):
            Crop(bad, 0, 1, 1)
    with pytest.raises(BadEdit):
        Resize(10_001, 10_000)
    assert Crop(np.int64(1), 2, np.int32(3), 4) == Crop(1, 2, 3, 4)
    assert type(Crop(np.int64(1), 2, 3, 4).left) is int


def test_a_rotation_whose_canvas_would_be_too_large_is_refused() -> None:
    wide = np.zeros((1, 60_000, 3), np.uint8)
    with pytest.raises(BadEdit, match="pixels"):
        one(Rotate(45, expand=True), wide)


def test_what_is_no_picture_is_not_edited() -> None:
    wrong: Any
    for wrong in (np.zeros((4, 4), np.uint8), np.zeros((4, 4, 3)), np.zeros((0, 4, 3), np.uint8)):
        with pytest.raises(BadEdit):
            apply(wrong, ())


def test_each_edit_says_in_plain_words_what_it_does() -> None:
    assert edits.describe(EXAMPLES) == (
        "cropped to 40 × 41 pixels, starting 3 from the left and 4 from the top",
        "turned 12.5 degrees clockwise",
        "turned 100.25 degrees counterclockwise, canvas enlarged to hold it",
        "exposure raised by 0.5 stops",
        "mid-tones brightened with a gamma of 1.4",
        "contrast raised to 1.2 times",
        "white balance: red light times 1.1, green times 1, blue times 0.85",
        "noise reduced by non-local means of strength 5",
        "bottom field kept, the rows between interpolated",
        "resized to 50 × 70 pixels",
        "resized to 33 × 21 pixels",
    )
    assert Exposure(-1).describe() == "exposure lowered by 1 stop"
