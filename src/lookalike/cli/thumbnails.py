"""Pictures in a terminal that has 24-bit colour: two pixels a character, upper half-blocks."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lookalike.cli.settings import resolve

if TYPE_CHECKING:
    from rich.text import Text

COLUMNS, ROWS = 16, 10


def wanted() -> bool:
    """Whether to show pictures: the setting, or whether this terminal can and nobody said NO_COLOR."""
    setting = resolve("thumbnails")
    if setting != "auto":
        return bool(setting == "always")
    colours = os.environ.get("COLORTERM", "") in ("truecolor", "24bit")
    return sys.stdout.isatty() and colours and "NO_COLOR" not in os.environ


def thumbnail(pixels: NDArray[np.uint8]) -> Text:
    """A picture of COLUMNS by ROWS characters.

    pixels: (H, W, 3) uint8 RGB, of about the shape of COLUMNS by 2 * ROWS.
    """
    import cv2
    from rich.text import Text

    small = cv2.resize(pixels, (COLUMNS, 2 * ROWS), interpolation=cv2.INTER_AREA)
    text = Text()
    for y in range(0, 2 * ROWS, 2):
        for x in range(COLUMNS):
            above, below = (f"rgb({','.join(str(int(v)) for v in small[y + i, x])})" for i in (0, 1))
            text.append("▀", style=f"{above} on {below}")
        text.append("\n" if y < 2 * ROWS - 2 else "")
    return text
