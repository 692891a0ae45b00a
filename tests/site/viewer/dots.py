"""Synthetic pictures: coloured dots at known places, so that pixels can say where things are."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
RED, GREEN, BLUE = (220, 30, 30), (30, 200, 30), (40, 60, 230)
SIZE = (600, 480)  # width, height
DOTS = {RED: (200.0, 160.0), GREEN: (400.0, 180.0), BLUE: (290.0, 330.0)}
TURN, SCALE = 20.0, 0.7  # how the right picture's dots come from the left one's


def carried(point: tuple[float, float]) -> tuple[float, float]:
    """Where a dot of the left picture is in the right one."""
    angle = np.radians(TURN)
    x, y = point[0] - 300, point[1] - 240
    return (
        300 + SCALE * (np.cos(angle) * x - np.sin(angle) * y),
        240 + SCALE * (np.sin(angle) * x + np.cos(angle) * y),
    )


def dotted(*, right: bool = False) -> Pixels:
    """One of the two pictures, (480, 600, 3) RGB."""
    picture = np.full((SIZE[1], SIZE[0], 3), 190 if right else 120, np.uint8)
    for colour, point in DOTS.items():
        x, y = carried(point) if right else point
        cv2.circle(picture, (round(x * 16 - 8), round(y * 16 - 8)), 12 * 16, colour, -1, shift=4)
    return picture


def textured(seed: int = 0) -> Pixels:
    """Blocks of every tone and some noise, (300, 400, 3) RGB."""
    rng = np.random.default_rng(seed)
    blocks = cv2.resize(rng.integers(0, 256, (15, 20, 3), np.uint8), (400, 300), interpolation=cv2.INTER_NEAREST)
    return cv2.add(blocks, rng.integers(0, 12, (300, 400, 3), np.uint8))


def png(picture: Pixels) -> bytes:
    """The picture as a PNG file."""
    return bytes(cv2.imencode(".png", picture[:, :, ::-1])[1])


def read(data: bytes) -> Pixels:
    """A PNG file as RGB."""
    return cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)[:, :, ::-1]


def centre(picture: Pixels, colour: tuple[int, int, int], within: int = 60) -> tuple[float, float] | None:
    """The middle of the pixels near a colour, None without any."""
    near = np.abs(picture.astype(int) - colour).max(axis=2) < within
    if not near.any():
        return None
    rows, columns = np.nonzero(near)
    return float(columns.mean() + 0.5), float(rows.mean() + 0.5)
