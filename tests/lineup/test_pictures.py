"""Photographs made alike: nothing in the files tells them apart but the faces, and the faces stay what they were."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from lookalike.errors import BadInput, NoFaceFound
from lookalike.face.matcher import Matcher
from lookalike.face.template import compare
from lookalike.lineup.pictures import (
    BACKGROUND,
    COVER,
    GAIN,
    HEIGHT,
    STEP,
    STOPS,
    WIDTH,
    Alike,
    Region,
    _seen,
    alike,
    made_alike,
)
from lookalike.media import edits
from lookalike.media.photo import read_photo


@pytest.fixture(scope="session")
def six(people: Path, bookings: list[dict[str, str]]) -> list[bytes]:
    """The photographs of six men of one group."""
    rows = [row for row in bookings if (row["sex"], row["ancestry"]) == ("male", "african")]
    assert len({row["person_id"] for row in rows[:6]}) == 6
    return [(people / row["file"]).read_bytes() for row in rows[:6]]


@pytest.fixture(scope="session")
def made(six: list[bytes], matcher: Matcher) -> tuple[Alike, ...]:
    """They made alike."""
    return made_alike(six, matcher)


def decoded(picture: bytes) -> np.ndarray:
    return read_photo(picture).pixels


def changed(photo: bytes, change: Callable[[np.ndarray], np.ndarray], quality: int = 95) -> bytes:
    """The photograph with other pixels."""
    pixels = change(decoded(photo).copy())
    return bytes(cv2.imencode(".jpg", pixels[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])[1])


def segments(picture: bytes) -> list[tuple[int, bytes]]:
    """The marker segments of a JPEG file before its pixels."""
    at, found = 2, []
    while picture[at + 1] != 0xDA:
        length = int.from_bytes(picture[at + 2 : at + 4], "big")
        found.append((picture[at + 1], picture[at + 4 : at + 2 + length]))
        at += 2 + length
    return [*found, (0xDA, picture[at + 4 : at + 2 + int.from_bytes(picture[at + 2 : at + 4], "big")])]


def test_every_file_is_as_long_as_every_other(made: tuple[Alike, ...]) -> None:
    lengths = {len(one.picture) for one in made}
    assert len(lengths) == 1
    assert lengths.pop() % STEP == 0


def test_everything_in_the_files_but_the_pixels_is_the_same(made: tuple[Alike, ...]) -> None:
    """Size, sampling of colour, tables of quantisation and of codes, and that there is nothing else."""
    first = segments(made[0].picture)
    assert all(segments(one.picture) == first for one in made)
    assert {marker for marker, _ in first} == {0xE0, 0xDB, 0xC0, 0xC4, 0xDA}
    assert all(decoded(one.picture).shape == (HEIGHT, WIDTH, 3) for one in made)


def test_nothing_but_zeros_follows_the_pixels(made: tuple[Alike, ...]) -> None:
    for one in made:
        assert set(one.picture[one.picture.rindex(b"\xff\xd9") + 2 :]) <= {0}


def test_what_a_camera_wrote_into_a_photograph_is_gone(six: list[bytes], matcher: Matcher) -> None:
    exif = Image.Exif()
    exif[0x010F] = "Camera of the county jail"
    exif[0x9286] = "suspect"
    stream = io.BytesIO()
    Image.open(io.BytesIO(six[0])).save(stream, "PNG", exif=exif)
    files = alike([stream.getvalue(), six[1]], matcher)
    assert b"county" not in files[0]
    assert b"suspect" not in files[0]
    assert b"Exif" not in files[0]
    assert segments(files[0]) == segments(files[1])


def test_every_face_looks_from_the_same_place(made: tuple[Alike, ...], matcher: Matcher) -> None:
    seen = [_seen(one.picture, matcher, 1) for one in made]
    middles = np.array([one.points[:2].mean(axis=0) for one in seen])
    assert np.ptp(middles, axis=0).max() < 0.02 * HEIGHT
    spans = [one.span for one in seen]
    assert max(spans) / min(spans) < 1.08
    for one in seen:
        right, left = one.points[:2]
        assert abs(np.degrees(np.arctan2(left[1] - right[1], left[0] - right[0]))) < 3


def test_everybody_stands_before_the_same_grey(made: tuple[Alike, ...]) -> None:
    for one in made:
        pixels = decoded(one.picture).astype(int)
        for corner in (pixels[:40, :40], pixels[:40, -40:]):
            assert np.abs(corner - BACKGROUND).max() <= 4


def test_a_face_is_still_the_same_face(six: list[bytes], made: tuple[Alike, ...], matcher: Matcher) -> None:
    """Nothing was drawn on it: the matcher finds it as like the photograph as two copies of one photograph are."""
    for photo, one in zip(six, made, strict=True):
        templates = []
        for pixels in (decoded(photo), decoded(one.picture)):
            faces = matcher.detect(pixels)
            chosen = max(range(len(faces)), key=lambda i: faces[i].area)
            templates.append(matcher.capture(pixels, faces, chosen, always=True).template)
        assert templates[0] is not None
        assert templates[1] is not None
        assert compare(templates[0], templates[1]).score > 0.9


def test_inside_the_face_a_picture_is_the_photograph_with_its_edits(six: list[bytes], made: tuple[Alike, ...]) -> None:
    """The edits and the frame that are told give the picture again, wherever the background does not come in."""
    for photo, one in zip(six, made, strict=True):
        assert edits.from_json(edits.to_json(one.tone)) == one.tone
        toned = edits.apply(decoded(photo), one.tone)
        again = cv2.warpAffine(toned, np.array(one.frame), (WIDTH, HEIGHT), flags=cv2.INTER_LINEAR)
        middle = np.s_[420:600, 300:500]
        assert np.abs(again[middle].astype(int) - decoded(one.picture)[middle]).mean() < 6


def test_light_is_moved_by_little_and_in_no_other_way(made: tuple[Alike, ...]) -> None:
    for one in made:
        for edit in one.tone:
            assert isinstance(edit, (edits.Exposure, edits.WhiteBalance))
            if isinstance(edit, edits.Exposure):
                assert abs(edit.stops) <= STOPS
            else:
                assert all(1 / GAIN - 1e-3 <= gain <= GAIN + 1e-3 for gain in (edit.red, edit.green, edit.blue))


def test_a_darker_photograph_comes_nearer_to_the_others_and_a_much_darker_one_is_told(
    six: list[bytes], matcher: Matcher
) -> None:
    dark = changed(six[0], lambda pixels: edits.apply(pixels, (edits.Exposure(-2.5),)))
    made = made_alike([dark, *six[1:4]], matcher)
    assert any(isinstance(edit, edits.Exposure) and edit.stops > 0 for edit in made[0].tone)
    assert any("far from the others" in doubt for doubt in made[0].look)


def test_the_order_of_the_photographs_changes_no_picture(
    six: list[bytes], made: tuple[Alike, ...], matcher: Matcher
) -> None:
    """So that whose picture the suspect's is cannot have a say: nobody tells, and no place is another."""
    order = [4, 0, 5, 2, 1, 3]
    assert [one.picture for one in made_alike([six[i] for i in order], matcher)] == [made[i].picture for i in order]


def test_the_same_photographs_give_the_same_bytes_again(
    six: list[bytes], made: tuple[Alike, ...], matcher: Matcher
) -> None:
    assert made_alike(six, matcher) == made
    assert alike(six, matcher) == [one.picture for one in made]


def test_a_cover_lies_on_the_same_part_of_every_picture(six: list[bytes], matcher: Matcher) -> None:
    for picture in alike(six[:3], matcher, cover=[Region(0.55, 0.5, 0.1, 0.05), Region(0.0, 0.95, 1.0, 0.05)]):
        pixels = decoded(picture).astype(int)
        assert np.abs(pixels[505:545, 445:515] - COVER).max() <= 6
        assert np.abs(pixels[955:, 5:-5] - COVER).max() <= 6
        assert np.abs(pixels[505:545, 530:560] - COVER).mean() > 10


def test_one_photograph_without_colour_takes_it_from_all(six: list[bytes], matcher: Matcher) -> None:
    grey = changed(six[0], lambda pixels: np.repeat(pixels.mean(axis=2, keepdims=True), 3, axis=2).astype(np.uint8))
    for picture in alike([grey, *six[1:3]], matcher):
        face = decoded(picture)[400:600, 300:500].astype(int)
        assert np.ptp(face, axis=2).max() <= 3


def test_one_coarse_photograph_takes_the_detail_from_all(six: list[bytes], matcher: Matcher) -> None:
    coarse = changed(six[0], lambda pixels: cv2.resize(pixels, None, fx=0.4, fy=0.4, interpolation=cv2.INTER_AREA))
    made = made_alike([coarse, *six[1:3]], matcher)

    def detail(picture: bytes) -> float:
        face = cv2.cvtColor(decoded(picture)[350:650, 200:600], cv2.COLOR_RGB2GRAY).astype(float)
        return float((cv2.GaussianBlur(face, (0, 0), 1.5) - cv2.GaussianBlur(face, (0, 0), 3)).std())

    sharp = detail(alike(six[:3], matcher)[1])
    assert detail(made[1].picture) < 0.6 * sharp
    assert all(any("coarsest" in doubt for doubt in one.look) for one in made)


def test_a_wall_that_is_not_plain_is_told(six: list[bytes], matcher: Matcher) -> None:
    def wallpaper(pixels: np.ndarray) -> np.ndarray:
        squares = np.indices(pixels.shape[:2]).sum(axis=0) // 24 % 2
        patch = np.where(squares[:, :, None] == 1, (190, 60, 40), (240, 235, 90)).astype(np.uint8)
        pixels[:, :70], pixels[:, -70:], pixels[:40] = patch[:, :70], patch[:, -70:], patch[:40]
        return pixels

    made = made_alike([changed(six[0], wallpaper), *six[1:3]], matcher)
    assert made[0].look
    assert not any("background" in doubt for doubt in made[1].look)


def test_a_photograph_that_ends_at_the_chin_is_told(six: list[bytes], matcher: Matcher) -> None:
    short = changed(six[0], lambda pixels: pixels[: round(0.8 * len(pixels))])
    made = made_alike([short, *six[1:3]], matcher)
    assert any("ends inside the frame" in doubt for doubt in made[0].look)


def test_others_in_a_photograph_are_not_to_be_recognised(six: list[bytes], matcher: Matcher) -> None:
    """A second, smaller face at the edge: what is left of it in the frame is no face any more."""

    def guest(pixels: np.ndarray) -> np.ndarray:
        small = cv2.resize(decoded(six[1])[60:330, 60:300], (120, 135))
        wide = np.full((pixels.shape[0], pixels.shape[1] + 130, 3), 150, np.uint8)
        wide[:, : pixels.shape[1]] = pixels
        wide[40:175, -125:-5] = small
        return wide

    crowded = changed(six[0], guest)
    assert len(matcher.detect(decoded(crowded))) == 2
    picture = alike([crowded, six[2]], matcher)[0]
    assert len(matcher.detect(decoded(picture))) == 1


def test_too_few_photographs_and_no_face_are_refused(six: list[bytes], matcher: Matcher) -> None:
    with pytest.raises(BadInput):
        made_alike(six[:1], matcher)
    blank = bytes(cv2.imencode(".png", np.full((400, 320, 3), 128, np.uint8))[1])
    with pytest.raises(NoFaceFound, match="photograph 2"):
        made_alike([six[0], blank], matcher)
    with pytest.raises(BadInput):
        made_alike([six[0], b"no photograph"], matcher)


@pytest.mark.parametrize("region", [(-0.1, 0, 0.2, 0.2), (0, 0, 0, 0.2), (0.9, 0, 0.2, 0.2), (0, 0.9, 0.2, 0.2)])
def test_a_cover_outside_the_picture_is_refused(region: tuple[float, float, float, float]) -> None:
    with pytest.raises(BadInput):
        Region(*region)
