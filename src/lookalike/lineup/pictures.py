"""Photographs made alike, so that nothing but the faces tells them apart.

What is done, to every picture of a lineup by the same rule, none of it knowing whose picture the suspect's is:

1. *Frame.* Head and shoulders, the eyes level and at one place, at one distance (turned heads by the height of the face
   instead). Where photographs end beside the shoulders, all are framed closer, as far as `CLOSEST`.
2. *Detail.* All are brought down to the detail of the coarsest, so that no picture is sharper than the others.
3. *Colour.* If one photograph has no colour, none has.
4. *Light.* Exposure and white balance by `media.edits`, half way to the middle of the lineup as measured on the faces
   and by no more than `STOPS` and `GAIN`: a lamp and a complexion cannot be told apart on a face, and nobody's
   complexion may be changed into another's. Each is a value that can be replayed; what is left of a great difference is
   told. Nothing is drawn, filled in or sharpened on a face; no other kind of edit is used.
5. *Background.* The person is cut out (`cutting_out`) and set before one plain grey.
6. *Covers.* Regions that a person named, for a mark that sets somebody apart, are covered on every picture alike.
7. *File.* JPEG of one size, quality and sampling of colour, without metadata, filled up with zeros to one length.

`made_alike` says for each what was done and whether a person has to look; `alike` gives the files alone. No file is
fit to be shown before somebody has looked at it.

Sources: Wells et al. 2020, recommendation 4 (nobody stands out, by appearance, clothes or background); United States
Department of Justice 2017 (unique features blacked out, or added, on all).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lookalike.errors import BadInput, Fault, NoFaceFound
from lookalike.face.detector import Face
from lookalike.face.matcher import Matcher
from lookalike.lineup.cutting_out import before
from lookalike.media import edits
from lookalike.media.photo import read_photo
from lookalike.record.pictures import without_others

Pixels = NDArray[np.uint8]

WIDTH, HEIGHT = 800, 1000
QUALITY = 92
STEP = 1 << 16
"""Bytes: every file of a lineup is as long as the longest, rounded up to this."""

BACKGROUND = (214, 216, 217)
COVER = (120, 122, 124)

TALL = 5.0
"""Height of the frame in distances between the eyes: high hair has room."""

EYES, LOWEST_EYES = 0.43, 0.52
"""Where in its height the eyes are; and how low, where photographs end close under the face."""

CLOSEST = 0.8
"""How much of that frame is left at least, where photographs end close beside or under the face."""

SIZES = (90, 64, 45)
"""Pixels between the eyes at which the detector looks again for where a face's points are."""

STOPS, GAIN = 0.3, 1.06
"""The most that light and the balance of its colours are moved."""

OTHER_LIGHT = 1.0
"""Stops between a face and the middle of all, from which on somebody should look."""

COARSE = 45
"""Pixels between the eyes below which the coarsest photograph makes all of them poor to look at."""

GREY_LIMIT = 3.0
"""Mean difference between the channels, in levels, below which a photograph has no colour."""


@dataclass(frozen=True, slots=True)
class Region:
    """A part of every picture that is covered: left, top, width and height as shares of the picture, 0 to 1.

    The eyes of everybody are level, at the same place and the same distance, so that the same region is the same part
    of every face.
    """

    left: float
    top: float
    width: float
    height: float

    def __post_init__(self) -> None:
        """Refuse what is no part of a picture."""
        if not (
            0 <= self.left < self.left + self.width <= 1 + 1e-9 and 0 <= self.top < self.top + self.height <= 1 + 1e-9
        ):
            raise BadInput(
                f"A cover of {self.width} by {self.height} at {self.left}, {self.top} is not inside the picture.",
                remedy="Give left, top, width and height as shares of the picture, from 0 to 1.",
            )


@dataclass(frozen=True, slots=True)
class Alike:
    """One photograph made like the others.

    picture: the file. tone: the edits of light that were applied to the whole photograph. frame: (2, 3) from the
    photograph's pixels to the picture's. look: why a person should look closely at it; empty where nothing was noticed.
    """

    picture: bytes
    tone: edits.Chain
    frame: tuple[tuple[float, float, float], tuple[float, float, float]]
    look: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Seen:
    """A photograph and its face. points: (5, 2) as `Face.landmarks`. span: what counts as the distance of the eyes."""

    pixels: Pixels
    points: NDArray[np.float64]
    span: float


def alike(photos: Sequence[bytes], matcher: Matcher, *, cover: Sequence[Region] = ()) -> list[bytes]:
    """The files of `made_alike`, in the order of the photographs."""
    return [made.picture for made in made_alike(photos, matcher, cover=cover)]


def made_alike(photos: Sequence[bytes], matcher: Matcher, *, cover: Sequence[Region] = ()) -> tuple[Alike, ...]:
    """The photographs of a lineup made alike, in their order: what is done to one depends on no order.

    photos: two or more booking photographs, one person each; of several faces the largest is taken and the others are
    made unrecognisable. cover: what is covered on every picture. Raises BadInput, NoFaceFound and as `read_photo`.
    """
    if len(photos) < 2:
        raise BadInput(
            "One photograph cannot be made like the others.",
            why="What is alike is measured on the whole lineup.",
            remedy="Give the photographs of all members at once.",
        )
    seen = [_seen(photo, matcher, number) for number, photo in enumerate(photos, start=1)]
    grey = any(_colourless(one) for one in seen)
    frame = _frame(seen)
    rows = min([HEIGHT, *(round(frame.tall * one.span) for one in seen)])
    tones, apart = _tones(seen, grey)
    made = [_framed(one, tone, frame, rows, grey) for one, tone in zip(seen, tones, strict=True)]
    files = []
    for pixels, _, _ in made:
        for region in cover:
            _cover(pixels, region)
        files.append(_jpeg(pixels))
    length = -(-max(map(len, files)) // STEP) * STEP
    poor = ("the coarsest photograph makes every picture poor",) if rows < COARSE * frame.tall else ()
    return tuple(
        Alike(
            file + bytes(length - len(file)),
            tone,
            ((matrix[0, 0], matrix[0, 1], matrix[0, 2]), (matrix[1, 0], matrix[1, 1], matrix[1, 2])),
            look + (("light or complexion is far from the others'",) if far else ()) + poor,
        )
        for file, tone, far, (_, matrix, look) in zip(files, tones, apart, made, strict=True)
    )


def _seen(photo: bytes, matcher: Matcher, number: int) -> _Seen:
    name = f"photograph {number}"
    pixels = read_photo(photo, name=name).pixels
    faces = matcher.detect(pixels)
    if not faces:
        raise NoFaceFound(
            f"No face found in {name}.",
            why="The pictures of a lineup are framed by the eyes.",
            remedy="Take another photograph of this person.",
        )
    largest = max(faces, key=lambda face: face.area)
    points, height = _settled(pixels, largest, matcher)
    pixels = without_others(pixels, matcher.detect_thoroughly(pixels), largest)
    span = max(float(np.hypot(*(points[1] - points[0]))), 0.35 * height)
    return _Seen(pixels, points, span)


def _settled(pixels: Pixels, face: Face, matcher: Matcher) -> tuple[NDArray[np.float64], float]:
    """Where the face's points are, (5, 2), and how high it is: the mean of what the detector finds at several sizes and
    in the mirror. One look can be off by three degrees and some pixels, which two pictures side by side would show.
    """
    import cv2

    points, heights = [face.landmarks], [face.box[3]]
    for target in SIZES:
        scale = min(1.0, target / max(1.0, face.inter_eye_distance))
        size = (max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale)))
        small = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
        back = np.array([pixels.shape[1] / size[0], pixels.shape[0] / size[1]])
        for mirrored in (False, True):
            looked_at = np.ascontiguousarray(small[:, ::-1]) if mirrored else small
            for found in matcher.detect(looked_at):
                marks = found.landmarks
                if mirrored:
                    marks = np.column_stack([size[0] - 1 - marks[:, 0], marks[:, 1]])[[1, 0, 2, 4, 3]]
                if np.abs(marks * back - face.landmarks).max() < 0.35 * face.inter_eye_distance:
                    points.append(marks * back)
                    heights.append(found.box[3] * float(back[1]))
    return np.mean(points, axis=0), float(np.mean(heights))


def _colourless(one: _Seen) -> bool:
    wide = one.pixels.astype(np.int16)
    return bool(np.ptp(wide, axis=2).mean() < GREY_LIMIT)


@dataclass(frozen=True, slots=True)
class _Frame:
    """The frame of all: its height in distances between the eyes, and where in its height the eyes are."""

    tall: float
    eyes: float


def _frame(seen: Sequence[_Seen]) -> _Frame:
    """The largest frame that lies inside all photographs, at the sides and below; above there is only wall."""
    beside, under = [], []
    for one in seen:
        x, y = one.points[:2].mean(axis=0)
        rows, columns = one.pixels.shape[:2]
        tilt = abs(float(np.sin(_tilt(one))))
        beside.append((min(x, columns - x) - tilt * (rows - y)) / one.span)
        under.append((rows - y - tilt * min(x, columns - x)) / one.span)
    widest = 2 * min(beside) * HEIGHT / WIDTH
    deepest = min(under) / (1 - LOWEST_EYES)
    tall = float(np.clip(min(widest, deepest), CLOSEST * TALL, TALL))
    return _Frame(tall, float(np.clip(1 - min(under) / tall, EYES, LOWEST_EYES)))


def _tilt(one: _Seen) -> float:
    """The angle of the line between the eyes, in radians."""
    right, left = one.points[:2]
    return float(np.arctan2(left[1] - right[1], left[0] - right[0]))


def _matrix(one: _Seen, frame: _Frame, width: int, height: int) -> NDArray[np.float64]:
    """(2, 3) from the photograph to a picture of that size: eyes level, at one place, at one distance."""
    angle, scale = _tilt(one), height / (frame.tall * one.span)
    turn = scale * np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    at = np.array([width / 2, frame.eyes * height]) - turn @ one.points[:2].mean(axis=0)
    return np.hstack([turn, at[:, None]])


def _tones(seen: Sequence[_Seen], grey: bool) -> tuple[list[edits.Chain], list[bool]]:
    """For each photograph the edits that bring the light on its face towards the middle of all; whether it was far."""
    light = np.array([_light(one) for one in seen])
    level = np.log2(light.mean(axis=1))
    off = np.median(level) - level
    stops = np.clip(off / 2, -STOPS, STOPS)
    tint = light / light.mean(axis=1, keepdims=True)
    gains = np.clip(np.sqrt(np.median(tint, axis=0) / tint), 1 / GAIN, GAIN)
    chains: list[edits.Chain] = []
    for stop, gain in zip(stops, gains, strict=True):
        chain: list[edits.Edit] = []
        if abs(stop) >= 0.01:
            chain.append(edits.Exposure(round(float(stop), 3)))
        if not grey and np.abs(gain - 1).max() >= 0.01:
            chain.append(edits.WhiteBalance(*(round(float(value), 3) for value in gain)))
        chains.append(tuple(chain))
    return chains, [bool(abs(value) > OTHER_LIGHT) for value in off]


def _light(one: _Seen) -> NDArray[np.float64]:
    """The middle of the light on a face, (3,) float64: linear, of the part between the eyes and the mouth."""
    points = one.points
    low, high = points.min(axis=0), points.max(axis=0)
    x0, y0 = (int(max(0, value)) for value in low)
    x1, y1 = int(min(one.pixels.shape[1], high[0] + 1)), int(min(one.pixels.shape[0], high[1] + 1))
    values = one.pixels[y0:y1, x0:x1].reshape(-1, 3) / 255.0
    linear = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    return np.asarray(np.maximum(np.median(linear, axis=0), 1e-3), dtype=np.float64)


def _framed(
    one: _Seen, tone: edits.Chain, frame: _Frame, rows: int, grey: bool
) -> tuple[Pixels, NDArray[np.float64], tuple[str, ...]]:
    """The picture, the way from the photograph to it, and what a person should look at."""
    import cv2

    columns = round(rows * WIDTH / HEIGHT)
    matrix = _matrix(one, frame, columns, rows)
    pixels = edits.apply(one.pixels, tone)
    shrink = 1 / max(1e-6, float(np.hypot(matrix[0, 0], matrix[0, 1])))
    if shrink > 1.0:
        pixels = np.asarray(cv2.GaussianBlur(pixels, (0, 0), 0.45 * shrink), dtype=np.uint8)
    taken = cv2.warpAffine(pixels, matrix, (columns, rows), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    inside = cv2.warpAffine(
        np.full(pixels.shape[:2], 255, np.uint8), matrix, (columns, rows), flags=cv2.INTER_NEAREST, borderValue=0
    )
    big = np.asarray(cv2.resize(taken, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC), dtype=np.uint8)
    inside = cv2.resize(inside, (WIDTH, HEIGHT), interpolation=cv2.INTER_NEAREST)
    if grey:
        big = np.repeat(cv2.cvtColor(big, cv2.COLOR_RGB2GRAY)[:, :, None], 3, axis=2)
    at, unit = (WIDTH / 2, frame.eyes * HEIGHT), HEIGHT / frame.tall
    cut = before(big, np.asarray(inside, np.uint8), at, unit, BACKGROUND)
    return cut.pixels, matrix * (HEIGHT / rows), cut.unsure


def _cover(pixels: Pixels, region: Region) -> None:
    x0, y0 = round(region.left * WIDTH), round(region.top * HEIGHT)
    x1, y1 = round((region.left + region.width) * WIDTH), round((region.top + region.height) * HEIGHT)
    pixels[y0:y1, x0:x1] = COVER


def _jpeg(pixels: Pixels) -> bytes:
    import cv2

    options = [
        cv2.IMWRITE_JPEG_QUALITY,
        QUALITY,
        cv2.IMWRITE_JPEG_SAMPLING_FACTOR,
        cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444,
    ]
    done, data = cv2.imencode(".jpg", np.ascontiguousarray(pixels[:, :, ::-1]), options)
    if not done:
        raise Fault("A picture of a lineup could not be written.", remedy="Report it; nothing was shown to anybody.")
    return bytes(data)
