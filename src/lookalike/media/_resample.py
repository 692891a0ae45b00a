"""Geometry in integer arithmetic, so that a replay gives the same bytes on every processor.

OpenCV's and FFmpeg's own kernels differ between instruction sets in the last bit; these do not.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from lookalike.media._pixels import Pixels

_ROWS_AT_ONCE = 256
_COORDINATE_BITS = 30
_WEIGHT_BITS = 8


def resize(pixels: Pixels, width: int, height: int) -> Pixels:
    """Resize (H, W, 3) to (height, width, 3).

    Each axis by itself, with one rounding (half up) at the end. An axis that shrinks is
    averaged by area: an output pixel is the mean of the input it covers, parts of pixels
    counted as parts. An axis that grows is interpolated linearly between pixel centres.
    """
    out = np.empty((height, width, 3), np.uint8)
    across = [
        _along(pixels[top : top + _ROWS_AT_ONCE].astype(np.int64), 1, width)
        for top in range(0, pixels.shape[0], _ROWS_AT_ONCE)
    ]
    rows = np.concatenate([part.astype(np.int32) for part in across])
    whole = _whole(pixels.shape[1], width) * _whole(pixels.shape[0], height)
    for left in range(0, width, _ROWS_AT_ONCE):
        part = _along(rows[:, left : left + _ROWS_AT_ONCE].astype(np.int64), 0, height)
        out[:, left : left + _ROWS_AT_ONCE] = (2 * part + whole) // (2 * whole)
    return out


def _whole(old: int, new: int) -> int:
    """Return the sum of the weights that `_along` gives to one output pixel."""
    if new == old:
        return 1
    return old if new < old else 2 * new


def _along(values: NDArray[np.int64], axis: int, new: int) -> NDArray[np.int64]:
    """Resample one axis to `new` pixels; the result is still multiplied by `_whole`."""
    old = values.shape[axis]
    if new == old:
        return values
    if new < old:
        # Running sums in units of 1/new of an input pixel: S(j) = new · (all before) + rest ·
        # (the pixel cut).
        before = np.zeros_like(values.take([0], axis))
        sums = np.concatenate([before, values.cumsum(axis)], axis)
        cuts = np.arange(new + 1, dtype=np.int64) * old
        index, rest = cuts // new, cuts % new
        shape = [-1 if a == axis else 1 for a in range(values.ndim)]
        pixel = values.take(np.minimum(index, old - 1), axis)
        at_cuts: NDArray[np.int64] = sums.take(index, axis) * new + pixel * rest.reshape(shape)
        return np.diff(at_cuts, axis=axis)
    # The centre of output pixel j lies at ((2j + 1) · old - new) / (2 · new) input pixels.
    place = (2 * np.arange(new, dtype=np.int64) + 1) * old - new
    index, part = place // (2 * new), place % (2 * new)
    shape = [-1 if a == axis else 1 for a in range(values.ndim)]
    low = values.take(np.clip(index, 0, old - 1), axis)
    high = values.take(np.clip(index + 1, 0, old - 1), axis)
    weight = part.reshape(shape)
    mixed: NDArray[np.int64] = low * (2 * new - weight) + high * weight
    return mixed


def rotated_size(width: int, height: int, degrees: float) -> tuple[int, int]:
    """Return (width, height) of the smallest canvas that holds the turned picture."""
    cosine, sine = abs(math.cos(math.radians(degrees))), abs(math.sin(math.radians(degrees)))
    # The last digits of sine and cosine must not decide about a row.
    return (
        math.ceil(round(width * cosine + height * sine, 6)),
        math.ceil(round(width * sine + height * cosine, 6)),
    )


def rotate(pixels: Pixels, degrees: float, width: int, height: int) -> Pixels:
    """Turn (H, W, 3) clockwise about its centre onto a canvas of `width` by `height`.

    Bilinear, with the sine and cosine held in 2^-30 and the weights in 2^-8; outside the
    picture is black.
    """
    scale = 1 << _COORDINATE_BITS
    cosine = round(math.cos(math.radians(degrees)) * scale)
    sine = round(math.sin(math.radians(degrees)) * scale)
    rows, columns = pixels.shape[:2]
    # A black frame of one pixel lets every neighbour be looked up without a question.
    framed = np.zeros((rows + 2, columns + 2, 3), np.uint8)
    framed[1:-1, 1:-1] = pixels
    out = np.empty((height, width, 3), np.uint8)
    # Twice the distance from the centre keeps half pixels whole.
    across = 2 * np.arange(width, dtype=np.int64) + 1 - width
    for top in range(0, height, _ROWS_AT_ONCE):
        down = 2 * np.arange(top, min(top + _ROWS_AT_ONCE, height), dtype=np.int64) + 1 - height
        down = down[:, None]
        x = across * cosine + down * sine + (columns - 1) * scale
        y = down * cosine - across * sine + (rows - 1) * scale
        column, right = _split(x, columns)
        row, lower = _split(y, rows)
        left, upper = (1 << _WEIGHT_BITS) - right, (1 << _WEIGHT_BITS) - lower
        mixed = framed[row, column] * (upper * left)[..., None]
        mixed += framed[row, column + 1] * (upper * right)[..., None]
        mixed += framed[row + 1, column] * (lower * left)[..., None]
        mixed += framed[row + 1, column + 1] * (lower * right)[..., None]
        half = 1 << (2 * _WEIGHT_BITS - 1)
        out[top : top + down.shape[0]] = (mixed + half) >> (2 * _WEIGHT_BITS)
    return out


def _split(place: NDArray[np.int64], size: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Split doubled coordinates in 2^-30 into an index into the framed picture and a weight."""
    fine = (place + (1 << (_COORDINATE_BITS - _WEIGHT_BITS))) >> (_COORDINATE_BITS + 1 - _WEIGHT_BITS)
    # One pixel of frame on each side: index 0 is the frame.
    fine = np.clip(fine + (1 << _WEIGHT_BITS), 0, (size + 1 << _WEIGHT_BITS) - 1)
    return fine >> _WEIGHT_BITS, fine & ((1 << _WEIGHT_BITS) - 1)
