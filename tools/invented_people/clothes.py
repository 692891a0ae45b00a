"""A shirt: the bust's own skin, moved outwards below a neckline and coloured."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .mesh import BODY, Bust, Floats, Ints
from .noise import Noise, bump, smoothstep
from .strands import linear

_COLOURS = (
    (206, 206, 204),
    (40, 42, 48),
    (92, 96, 104),
    (48, 62, 96),
    (120, 38, 42),
    (66, 84, 66),
    (150, 132, 108),
    (84, 70, 62),
    (66, 100, 140),
    (176, 176, 186),
    (104, 84, 120),
    (190, 160, 84),
)
_ORANGE = (206, 98, 34)


@dataclass(frozen=True)
class Garment:
    """kind: tee, vneck, shirt, hoodie, tank or jumpsuit; colour, trim: linear RGB (3,)."""

    kind: str
    colour: Floats
    trim: Floats
    depth: float
    stripes: float


def choose_garment(rng: np.random.Generator) -> Garment:
    """What somebody had on that day."""
    kinds = ["tee", "vneck", "shirt", "hoodie", "tank", "jumpsuit"]
    kind = str(rng.choice(kinds, p=[0.36, 0.13, 0.17, 0.16, 0.06, 0.12]))
    srgb = np.array(_COLOURS[int(rng.integers(len(_COLOURS)))], dtype=np.float64)
    srgb = np.clip(srgb * rng.normal(1, 0.06, 3), 14, 215)
    if kind == "jumpsuit":
        srgb = np.array(_ORANGE, dtype=np.float64) * rng.uniform(0.85, 1.1)
    contrast = rng.random() < 0.18 and kind == "tee"
    trim = linear(np.clip(srgb * (0.4 if contrast else rng.uniform(0.82, 0.95)), 8, 220))
    return Garment(
        kind=kind,
        colour=linear(srgb),
        trim=trim,
        depth=float(rng.uniform(-0.06, 0.12)),
        stripes=float(rng.uniform(4, 9)) if kind == "tee" and rng.random() < 0.15 else 0.0,
    )


def below_neckline(garment: Garment, c: Floats) -> Floats:
    """(n,) how far below the neckline canonical points c (n, 3) lie, in units."""
    around = np.degrees(np.arctan2(np.abs(c[:, 0]), c[:, 2] + 1.5))
    front = {"tee": -2.72, "vneck": -3.35, "shirt": -2.72, "hoodie": -2.62, "tank": -3.2}
    low = front.get(garment.kind, -3.0) - garment.depth
    wide = -2.5 if garment.kind == "tank" else -2.33
    level = np.interp(around, [0, 25, 60, 90, 130, 180], [low, low + 0.06, wide - 0.12, wide, -2.2, -2.1])
    if garment.kind in ("vneck", "jumpsuit", "shirt"):
        level = np.interp(around, [0, 45, 90, 130, 180], [low, -2.52, wide, -2.2, -2.1])
    gap = level - c[:, 1]
    return gap


def _flap_edge(c: Floats) -> Floats:
    """(n,) how far below the neckline a collar reaches: pointed in front, narrow behind."""
    return np.interp(np.abs(c[:, 0]), [0.1, 0.45, 1.0, 1.4], [0.62, 0.5, 0.24, 0.2])


def fabric_shell(garment: Garment, shape: Floats, normals: Floats, bust: Bust, noise: Noise) -> tuple[Floats, Ints]:
    """(vertices (n, 3), triangles (t, 3)) of the shirt; pixels above the neckline are to be cut."""
    c = bust.canonical
    gap = below_neckline(garment, c)
    lift = np.full(len(c), 0.045)
    rib = bump(gap, 0.06, 0.05)
    loose = smoothstep(0.1, 0.9, gap)
    folds = noise.fractal(c * [1.2, 0.5, 1.2] + 90, 1.6, 3)
    lift = lift + loose * (0.05 + 0.035 * folds)
    if garment.kind == "hoodie":
        lift = lift + 0.17 * bump(gap, 0.12, 0.13) * smoothstep(1.5, 1.1, np.abs(c[:, 0]))
    elif garment.kind == "shirt":
        flap = smoothstep(0, -0.1, gap - _flap_edge(c)) * smoothstep(0.0, 0.05, np.abs(c[:, 0]) - 0.1 - 0.5 * gap)
        lift = lift + 0.06 * flap
    else:
        lift = lift + 0.018 * rib
    keep = (gap[bust.triangles].max(axis=1) > -0.02) & (bust.part == BODY)
    return shape + normals * lift[:, None], bust.triangles[keep]


def fabric_colour(garment: Garment, c: Floats, noise: Noise) -> tuple[Floats, Floats]:
    """(linear colour (k, 3), relief (k,) in units) at canonical points c (k, 3)."""
    gap = below_neckline(garment, c)
    colour = np.tile(garment.colour, (len(c), 1))
    band = smoothstep(0.15, 0.13, gap)
    height = 0.006 * noise.fractal(c * [1.3, 0.6, 1.3], 3.5, 2)
    if garment.stripes:
        wave = smoothstep(-0.1, 0.1, np.sin(c[:, 1] * garment.stripes * 2))
        colour = colour * (1 - 0.55 * wave[:, None])
    if garment.kind in ("tee", "vneck", "tank"):
        colour = colour * (1 - band[:, None]) + garment.trim * band[:, None]
        colour *= (1 - 0.35 * bump(gap, 0.145, 0.010))[:, None]
    elif garment.kind in ("shirt", "jumpsuit"):
        x = np.abs(c[:, 0])
        edge = x - 0.1 - 0.5 * gap
        low = gap - _flap_edge(c)
        flap = smoothstep(0.02, 0, low) * smoothstep(0, 0.02, edge)
        rim = np.clip(bump(low, 0.01, 0.02) * (edge > 0) + bump(edge, 0, 0.02) * (low < 0), 0, 1)
        colour = colour * (1 + 0.08 * flap - 0.5 * rim)[:, None]
        placket = bump(x, 0.11, 0.012) * smoothstep(0.4, 0.6, gap) * (c[:, 2] > -1)
        colour = colour * (1 - 0.4 * placket)[:, None]
    else:
        colour *= (1 - 0.5 * bump(gap, 0.3, 0.025))[:, None]
        x = np.abs(c[:, 0])
        string = bump(x, 0.34 + 0.03 * gap, 0.022) * smoothstep(0.2, 0.25, gap) * (gap < 1.3)
        colour = colour + (0.35 * string * (c[:, 2] > -1.2))[:, None]
    weave = noise(c * [1, 1, 1], 30.0)
    return colour * np.exp(0.035 * weave + 0.025 * noise.fractal(c, 2.2, 2))[:, None], height
