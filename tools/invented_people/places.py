"""Ordinary places behind and before the people: a shop, a corridor, a street."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from .mesh import Floats
from .noise import smoothstep
from .strands import linear


def _box(canvas: Floats, x0: float, y0: float, x1: float, y1: float, colour: Floats) -> None:
    height, width, _ = canvas.shape
    a, b = int(np.clip(x0, 0, width)), int(np.clip(x1, 0, width))
    c, d = int(np.clip(y0, 0, height)), int(np.clip(y1, 0, height))
    canvas[c:d, a:b] = colour


def _shop(rng: np.random.Generator, width: int, height: int, scale: float) -> Floats:
    canvas = np.tile(linear(np.array([196.0, 190, 178])), (height, width, 1))
    shelf = 1.5 * scale
    y = -rng.uniform(0, shelf)
    while y < height:
        _box(canvas, 0, y, width, y + shelf * 0.92, linear(np.array([96.0, 92, 88])))
        x = -rng.uniform(0, scale)
        while x < width:
            wide = rng.uniform(0.25, 0.9) * scale
            tall = rng.uniform(0.5, 0.85) * shelf
            tint = linear(rng.uniform(40, 190) + rng.normal(0, 22, 3))
            _box(canvas, x, y + shelf * 0.92 - tall, x + wide * 0.93, y + shelf * 0.9, tint)
            x += wide
        y += shelf
    return canvas


def _corridor(rng: np.random.Generator, width: int, height: int, scale: float) -> Floats:
    wall = linear(np.array([186.0, 180, 166]) + rng.normal(0, 14, 3))
    canvas = np.tile(wall, (height, width, 1)) * np.linspace(1.1, 0.75, width)[None, :, None]
    door = rng.uniform(0.05, 0.6) * width
    _box(
        canvas,
        door,
        0.12 * height,
        door + 3.4 * scale,
        height,
        linear(rng.uniform(50, 150) + rng.normal(0, 12, 3)),
    )
    _box(canvas, door + 0.2 * scale, 0.2 * height, door + 3.2 * scale, height, wall * 0.55)
    sign = rng.uniform(0, 0.8) * width
    _box(
        canvas,
        sign,
        0.08 * height,
        sign + 1.6 * scale,
        0.08 * height + 0.9 * scale,
        linear(rng.uniform(60, 210, 3)),
    )
    return canvas


def _street(rng: np.random.Generator, width: int, height: int, scale: float) -> Floats:
    brick = linear(np.array([128.0, 104, 92]) + rng.normal(0, 16, 3))
    canvas = np.tile(brick, (height, width, 1))
    course = max(2.0, 0.32 * scale)
    rows = (np.arange(height) / course) % 1
    canvas *= np.where(rows < 0.14, 0.75, 1.0)[:, None, None]
    x = -rng.uniform(0, 2) * scale
    while x < width:
        wide = rng.uniform(1.8, 3.2) * scale
        glass = linear(rng.uniform(70, 150) + np.array([-10.0, 0, 12]))
        _box(canvas, x, -1, x + wide, 0.62 * height, linear(np.array([60.0, 58, 56])))
        _box(canvas, x + 0.12 * scale, -1, x + wide - 0.12 * scale, 0.6 * height, glass)
        x += wide + rng.uniform(0.8, 2.2) * scale
    return canvas


def ordinary_place(rng: np.random.Generator, width: int, height: int, scale: float) -> Floats:
    """(height, width, 3) linear, a little out of focus; scale: pixels a unit at the person."""
    make = (_shop, _corridor, _street)[int(rng.choice(3, p=[0.5, 0.3, 0.2]))]
    canvas = make(rng, width, height, scale)
    canvas = canvas * (0.85 + 0.15 * rng.random((height, width, 1)))
    soft = 0.10 * scale
    canvas = ndimage.gaussian_filter(canvas, (soft, soft, 0))
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    glow = np.exp(-((x / width - rng.uniform(0.1, 0.9)) ** 2) * 3 - (y / height) ** 2 * 2)
    result: Floats = canvas * (0.42 + 0.4 * glow[:, :, None])
    return result


def counter(picture: Floats, top: float, scale: float, rng: np.random.Generator) -> Floats:
    """The picture (h, w, 3) with a counter before the person from row `top` down."""
    height, width, _ = picture.shape
    y = np.arange(height, dtype=np.float64)[:, None, None]
    wood = linear(np.array([120.0, 92, 66]) + rng.normal(0, 18, 3)) * rng.uniform(0.4, 0.8)
    grain = 1 + 0.06 * rng.standard_normal((1, width, 1))
    face = np.where(y > top + 0.5 * scale, 0.45, 1.0) * wood[None, None] * grain
    edge = smoothstep(top - 0.6, top + 0.6, y)
    return np.asarray(picture * (1 - edge) + face * edge)
