"""The kinds of edit, each a frozen value that knows its limits. Their rules stand in `edits`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

import numpy as np
from numpy.typing import NDArray

from lookalike.errors import BadEdit
from lookalike.media import _resample
from lookalike.media._pixels import Pixels

MAX_PIXELS = 100_000_000
"""The most pixels that an edit may produce, as in `photo`."""

_LONGEST_SIDE = 65_500


@dataclass(frozen=True, slots=True)
class Crop:
    """Keep the rectangle whose upper left pixel is (left, top).

    All in pixels; it must lie inside the picture.
    """

    name: ClassVar[str] = "crop"
    moves: ClassVar[bool] = True
    left: int
    top: int
    width: int
    height: int

    def __post_init__(self) -> None:
        """Refuse what is no rectangle."""
        _whole(self, ("left", "top"), 0, _LONGEST_SIDE)
        _whole(self, ("width", "height"), 1, _LONGEST_SIDE)

    def describe(self) -> str:
        """Say in plain words what the edit does."""
        return (
            f"cropped to {self.width} × {self.height} pixels, "
            f"starting {self.left} from the left and {self.top} from the top"
        )

    def apply(self, pixels: Pixels) -> Pixels:
        """Apply to (H, W, 3) uint8 RGB. Raises BadEdit when the rectangle leaves the picture."""
        height, width = pixels.shape[:2]
        if self.left + self.width > width or self.top + self.height > height:
            raise BadEdit(
                f"The crop reaches to column {self.left + self.width} and row "
                f"{self.top + self.height}, but the picture is {width} × {height}.",
                why="There is nothing to keep outside the picture.",
                remedy=f"Keep left + width within {width} and top + height within {height}.",
            )
        return pixels[self.top : self.top + self.height, self.left : self.left + self.width]


@dataclass(frozen=True, slots=True)
class Rotate:
    """Turn clockwise by `degrees` (-360 to 360) about the centre.

    Multiples of 90 only move pixels; the canvas turns with them. Any other angle is bilinear;
    the canvas stays as it is and corners are lost, or with `expand` grows to hold everything.
    What lies outside is black.
    """

    name: ClassVar[str] = "rotate"
    moves: ClassVar[bool] = True
    degrees: float
    expand: bool = False

    def __post_init__(self) -> None:
        """Refuse an angle that is none."""
        _number(self, ("degrees",), -360, 360)
        if not isinstance(self.expand, bool):
            raise _bad_value(self, "expand", self.expand, "true or false")

    def describe(self) -> str:
        """Say in plain words what the edit does."""
        way = "clockwise" if self.degrees >= 0 else "counterclockwise"
        canvas = ", canvas enlarged to hold it" if self.expand and self.degrees % 90 else ""
        return f"turned {abs(self.degrees):g} degrees {way}{canvas}"

    def apply(self, pixels: Pixels) -> Pixels:
        """Apply to (H, W, 3) uint8 RGB. Raises BadEdit where that makes over 100 megapixels."""
        if self.degrees % 90 == 0:
            return np.rot90(pixels, -int(self.degrees // 90) % 4)
        height, width = pixels.shape[:2]
        if self.expand:
            width, height = _resample.rotated_size(width, height, self.degrees)
            _check_result(self, width, height)
        return _resample.rotate(pixels, self.degrees, width, height)


@dataclass(frozen=True, slots=True)
class Exposure:
    """Multiply light by 2^stops, -8 to 8."""

    name: ClassVar[str] = "exposure"
    moves: ClassVar[bool] = False
    stops: float

    def __post_init__(self) -> None:
        """Refuse stops out of range."""
        _number(self, ("stops",), -8, 8)

    def describe(self) -> str:
        """Say in plain words what the edit does."""
        way = "raised" if self.stops >= 0 else "lowered"
        return f"exposure {way} by {abs(self.stops):g} {'stop' if abs(self.stops) == 1 else 'stops'}"

    def apply(self, pixels: Pixels) -> Pixels:
        """Apply to (H, W, 3) uint8 RGB."""
        return _light_table(2.0**self.stops)[pixels]


@dataclass(frozen=True, slots=True)
class Gamma:
    """255 · (v / 255)^(1 / gamma), 0.1 to 10; above 1 brightens the shadows."""

    name: ClassVar[str] = "gamma"
    moves: ClassVar[bool] = False
    gamma: float

    def __post_init__(self) -> None:
        """Refuse a gamma out of range."""
        _number(self, ("gamma",), 0.1, 10)

    def describe(self) -> str:
        """Say in plain words what the edit does."""
        way = "brightened" if self.gamma >= 1 else "darkened"
        return f"mid-tones {way} with a gamma of {self.gamma:g}"

    def apply(self, pixels: Pixels) -> Pixels:
        """Apply to (H, W, 3) uint8 RGB."""
        return _table(255 * (_LEVELS / 255) ** (1 / self.gamma))[pixels]


@dataclass(frozen=True, slots=True)
class Contrast:
    """127.5 + factor · (v - 127.5), factor 0 to 10; above 1 raises the contrast."""

    name: ClassVar[str] = "contrast"
    moves: ClassVar[bool] = False
    factor: float

    def __post_init__(self) -> None:
        """Refuse a factor out of range."""
        _number(self, ("factor",), 0, 10)

    def describe(self) -> str:
        """Say in plain words what the edit does."""
        return f"contrast {'raised' if self.factor >= 1 else 'lowered'} to {self.factor:g} times"

    def apply(self, pixels: Pixels) -> Pixels:
        """Apply to (H, W, 3) uint8 RGB."""
        return _table(127.5 + self.factor * (_LEVELS - 127.5))[pixels]


@dataclass(frozen=True, slots=True)
class WhiteBalance:
    """Multiply the light of each channel by its gain, 0.1 to 10."""

    name: ClassVar[str] = "white-balance"
    moves: ClassVar[bool] = False
    red: float
    green: float
    blue: float

    def __post_init__(self) -> None:
        """Refuse gains out of range."""
        _number(self, ("red", "green", "blue"), 0.1, 10)

    def describe(self) -> str:
        """Say in plain words what the edit does."""
        return f"white balance: red light times {self.red:g}, green times {self.green:g}, blue times {self.blue:g}"

    def apply(self, pixels: Pixels) -> Pixels:
        """Apply to (H, W, 3) uint8 RGB."""
        gains = (self.red, self.green, self.blue)
        return np.stack([_light_table(gain)[pixels[..., i]] for i, gain in enumerate(gains)], -1)


@dataclass(frozen=True, slots=True)
class Denoise:
    """Non-local means with the given strength, 1 to 30 levels; 3 to 10 is usual."""

    name: ClassVar[str] = "denoise"
    moves: ClassVar[bool] = False
    strength: float

    def __post_init__(self) -> None:
        """Refuse a strength out of range."""
        _number(self, ("strength",), 1, 30)

    def describe(self) -> str:
        """Say in plain words what the edit does."""
        return f"noise reduced by non-local means of strength {self.strength:g}"

    def apply(self, pixels: Pixels) -> Pixels:
        """Apply to (H, W, 3) uint8 RGB. Some seconds a megapixel."""
        import cv2

        image = np.ascontiguousarray(pixels)
        return cv2.fastNlMeansDenoising(image, None, self.strength, 7, 21).astype(np.uint8, copy=False)


@dataclass(frozen=True, slots=True)
class Deinterlace:
    """Keep one field, fill the other rows with the mean of their neighbours.

    keep: "top" for rows 0, 2, 4 and so on, or "bottom".
    """

    name: ClassVar[str] = "deinterlace"
    moves: ClassVar[bool] = False
    keep: str = "top"

    def __post_init__(self) -> None:
        """Refuse a field that does not exist."""
        if self.keep not in ("top", "bottom"):
            raise _bad_value(self, "keep", self.keep, "top or bottom")

    def describe(self) -> str:
        """Say in plain words what the edit does."""
        return f"{self.keep} field kept, the rows between interpolated"

    def apply(self, pixels: Pixels) -> Pixels:
        """Apply to (H, W, 3) uint8 RGB. Raises BadEdit for a picture of a single row."""
        height = pixels.shape[0]
        if height < 2:
            raise BadEdit(
                "A picture of 1 row has no two fields.",
                why="Deinterlacing keeps every second row.",
                remedy="Leave this edit out, or apply it before the crop.",
            )
        first = 0 if self.keep == "top" else 1
        out = pixels.copy()
        kept = pixels[first::2].astype(np.uint16)
        missing = np.arange(1 - first, height, 2)
        above = np.clip((missing - 1 - first) // 2, 0, len(kept) - 1)
        below = np.clip((missing + 1 - first) // 2, 0, len(kept) - 1)
        out[missing] = (kept[above] + kept[below] + 1) // 2
        return out


@dataclass(frozen=True, slots=True)
class Resize:
    """Resize to width × height: averaged by area where an axis shrinks, linear where it grows.

    It adds no detail: a face enlarged is as poor as it was.
    """

    name: ClassVar[str] = "resize"
    moves: ClassVar[bool] = True
    width: int
    height: int

    def __post_init__(self) -> None:
        """Refuse a size that is none, or of more than 100 megapixels."""
        _whole(self, ("width", "height"), 1, _LONGEST_SIDE)
        _check_result(self, self.width, self.height)

    def describe(self) -> str:
        """Say in plain words what the edit does."""
        return f"resized to {self.width} × {self.height} pixels"

    def apply(self, pixels: Pixels) -> Pixels:
        """Apply to (H, W, 3) uint8 RGB."""
        return _resample.resize(pixels, self.width, self.height)


Edit: TypeAlias = Crop | Rotate | Exposure | Gamma | Contrast | WhiteBalance | Denoise | Deinterlace | Resize


EXAMPLES = {
    "crop": "crop=10,20,200,240",
    "rotate": "rotate=12.5 or rotate=12.5,expand",
    "exposure": "exposure=0.5",
    "gamma": "gamma=1.4",
    "contrast": "contrast=1.2",
    "white-balance": "white-balance=1.1,1,0.9",
    "denoise": "denoise=5",
    "deinterlace": "deinterlace=top",
    "resize": "resize=640,480",
}


# Validation


def _number(edit: Edit, names: Sequence[str], low: float, high: float) -> None:
    """Hold each of these fields as a double in [low, high]. Raises BadEdit."""
    for name in names:
        value = getattr(edit, name)
        number = isinstance(value, int | float) and not isinstance(value, bool)
        # A whole number of a thousand digits does not fit a double; the comparison is exact.
        if not number or not low <= value <= high:
            raise _bad_value(edit, name, value, f"a number from {low:g} to {high:g}")
        object.__setattr__(edit, name, float(value) + 0.0)  # -0.0 and 0 are one value


def _whole(edit: Edit, names: Sequence[str], low: int, high: int) -> None:
    """Hold each of these fields as an int in [low, high]. Raises BadEdit."""
    for name in names:
        value = getattr(edit, name)
        whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
        if not whole or not low <= value <= high:
            raise _bad_value(edit, name, value, f"a whole number from {low} to {high}")
        object.__setattr__(edit, name, int(value))


def _bad_value(edit: Edit, name: str, value: object, wanted: str) -> BadEdit:
    shown = "not a number" if isinstance(value, float) and math.isnan(value) else _short(value)
    return BadEdit(
        f"{edit.name}: {name} is {shown}.",
        why=f"It must be {wanted}.",
        remedy=f"For example {EXAMPLES[edit.name]}.",
    )


def _short(value: object) -> str:
    if isinstance(value, int) and abs(value) >= 10**20:
        return "a number of more than twenty digits"
    return str(value)[:40]


def _check_result(edit: Edit, width: int, height: int) -> None:
    if width * height > MAX_PIXELS:
        raise BadEdit(
            f"{edit.name} would give {width} × {height} pixels.",
            why=f"More than {MAX_PIXELS // 1_000_000} megapixels are not handled.",
            remedy="Crop first, or choose a smaller size.",
        )


# Tables of the 256 levels

_LEVELS: NDArray[np.float64] = np.arange(256, dtype=np.float64)


def _table(values: NDArray[np.float64]) -> Pixels:
    # Rounding to 1e-7 first: the last digit of a power function must not decide about a level.
    return np.floor(np.clip(np.round(values, 7), 0, 255) + 0.5).astype(np.uint8)


def _light_table(gain: float) -> Pixels:
    """Multiply light by `gain` between sRGB levels (IEC 61966-2-1)."""
    level = _LEVELS / 255
    light = np.where(level <= 0.04045, level / 12.92, ((level + 0.055) / 1.055) ** 2.4)
    light = np.minimum(light * gain, 1.0)
    back = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
    return _table(back * 255)
