"""From what a decoder hands back to 8-bit RGB, in integers. The rules are stated in `photo`."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]


def to_eight_bits(samples: NDArray[Any], bits: int) -> Pixels:
    """Bring samples of `bits` bits (2 to 16) to 8 by rounding v · 255 / (2^bits - 1) half up.

    For 16 bits that is (v + 128) // 257. Samples above 2^bits - 1 count as 2^bits - 1.
    """
    top = (1 << bits) - 1
    levels = np.arange(top + 1, dtype=np.uint32)
    table = ((levels * 510 + top) // (2 * top)).astype(np.uint8)
    eight: Pixels = table[np.minimum(samples, top)]
    return eight


def over_white(colour: Pixels, alpha: Pixels) -> Pixels:
    """Lay straight alpha over white. colour: (H, W, 3), alpha: (H, W). Rounds half up."""
    # c·a + 255·(255 - a) is at most 255², so that 16 bits hold it with the rounding term.
    a = alpha.astype(np.uint16)[..., None]
    mixed = colour * a + np.uint16(255) * (np.uint16(255) - a)
    return ((mixed + np.uint16(127)) // np.uint16(255)).astype(np.uint8)


def cmyk_to_rgb(inks: Pixels) -> Pixels:
    """Lay inks, (H, W, 4), 0 is no ink: R = (255 - C) · (255 - K) / 255, rounded half up."""
    paper = np.uint16(255) - inks.astype(np.uint16)
    return ((paper[..., :3] * paper[..., 3:] + np.uint16(127)) // np.uint16(255)).astype(np.uint8)


def grey_to_rgb(grey: Pixels) -> Pixels:
    """Return (H, W) as (H, W, 3), the same value three times."""
    return np.repeat(grey[..., None], 3, axis=2)


def upright(pixels: Pixels, orientation: int) -> Pixels:
    """Turn and mirror a stored picture as its orientation says (EXIF 2.32, tag 0x0112, 1 to 8)."""
    if orientation == 2:
        return pixels[:, ::-1]
    if orientation == 3:
        return pixels[::-1, ::-1]
    if orientation == 4:
        return pixels[::-1]
    if orientation == 5:
        return pixels.swapaxes(0, 1)
    if orientation == 6:
        return np.rot90(pixels, -1)
    if orientation == 7:
        return pixels[::-1, ::-1].swapaxes(0, 1)
    if orientation == 8:
        return np.rot90(pixels, 1)
    return pixels
