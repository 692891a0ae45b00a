"""Skin as a function of canonical place: colour, and the fine relief of pores and wrinkles."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .facial_hair import Beard, growth_area
from .identity import Person
from .mesh import Floats
from .noise import Noise, bump, smoothstep
from .strands import linear


@dataclass(frozen=True)
class Skin:
    """Per pixel: linear RGB colour (k, 3), relief height (k,) in units, and shine (k,)."""

    colour: Floats
    height: Floats
    shine: Floats


def _creases(person: Person, age: float, c: Floats, noise: Noise) -> tuple[Floats, Floats]:
    """(relief, darkening) of wrinkles at canonical points (k, 3)."""
    rng = person.rng("wrinkles")
    depth = float(np.clip((age - 26) / 38 + 0.3 * (person.weathering - 0.5), 0, 1.2))
    x, y, z = np.abs(c[:, 0]), c[:, 1], c[:, 2]
    front = smoothstep(-0.75, -0.35, z)
    warp = 0.035 * noise.fractal(c, 2.0, 2)
    relief, dark = np.zeros(len(c)), np.zeros(len(c))

    def line(distance: Floats, width: float, strength: float, where: Floats) -> None:
        groove = np.exp(-0.5 * (distance / width) ** 2) * where
        rim = np.exp(-0.5 * (distance / (2.6 * width)) ** 2) * where
        relief[:] += strength * width * (0.5 * rim - groove)
        dark[:] += 0.16 * strength * groove

    fold = 0.30 + 0.24 * np.clip((-0.55 - y) / 0.6, 0, 1.3) ** 0.8
    line(
        x - fold - 0.3 * warp,
        0.035,
        0.25 + 1.0 * depth * rng.uniform(0.6, 1.2),
        smoothstep(-0.5, -0.66, y) * smoothstep(-1.15, -0.98, y) * front,
    )
    line(
        x - 0.46 - 0.05 * np.clip(-1.1 - y, 0, 1),
        0.03,
        0.75 * depth * rng.uniform(0.3, 1.2),
        smoothstep(-1.12, -1.2, y) * smoothstep(-1.62, -1.4, y) * front,
    )
    bag = -0.24 - 0.035 * np.cos((x - 0.48) * 4.2) + 0.03
    line(
        y - bag - 0.3 * warp,
        0.03,
        0.2 + 0.9 * depth * rng.uniform(0.4, 1.2),
        smoothstep(0.14, 0.24, x) * smoothstep(0.78, 0.6, x) * front,
    )
    for k in range(int(rng.integers(3, 6))):
        level = 0.62 + 0.145 * k + rng.normal(0, 0.012)
        wave = level + 0.05 * np.cos(2.4 * c[:, 0] + rng.normal(0, 0.3)) + 1.1 * warp
        line(
            y - wave,
            0.019,
            1.3 * max(depth - 0.18, 0) * rng.uniform(0.4, 1.1),
            smoothstep(0.95, 0.5, x) * front * np.clip(0.8 + 0.5 * noise(c + 5.0 * k, 1.6), 0, 1),
        )
    for k in range(5):
        turn = -0.5 + 0.26 * k + rng.normal(0, 0.04)
        u, v = x - 0.84, y + 0.0
        line(
            v - np.tan(turn) * u - 0.3 * warp,
            0.013,
            1.2 * max(depth - 0.22, 0) * rng.uniform(0.4, 1.1),
            smoothstep(0.0, 0.06, u) * smoothstep(0.34, 0.16, u),
        )
    for side in (-1, 1):
        line(
            c[:, 0] - side * 0.085 - 0.5 * warp,
            0.018,
            1.1 * max(depth - 0.2, 0) * rng.uniform(0, 1.2),
            smoothstep(0.12, 0.22, y) * smoothstep(0.58, 0.42, y) * front,
        )
    for k in range(3):
        line(
            y + 2.02 + 0.2 * k + 0.06 * np.cos(2 * c[:, 0]) + warp,
            0.022,
            0.25 + 0.5 * depth,
            smoothstep(0.9, 0.5, x) * smoothstep(-1.6, -1.0, z),
        )
    lines = noise.fractal(c * [1.0, 2.2, 1.0], 14.0, 2)
    relief += 0.0028 * max(depth - 0.25, 0) * np.clip(lines, -2, 2)
    return relief, dark


def paint(
    person: Person,
    age: float,
    c: Floats,
    lips: Floats,
    ears: Floats,
    beard: Beard,
    cover: Floats,
    noise: Noise,
    mood: np.random.Generator,
) -> Skin:
    """Skin at canonical points c (k, 3).

    lips, ears, cover: (k,) masks, cover being how much head hair grows there; mood: what changes
    from day to day, such as flush and oil.
    """
    rng = person.rng("skin")
    x, y, z = np.abs(c[:, 0]), c[:, 1], c[:, 2]
    light = float(np.clip(1 - person.melanin / 4.5, 0.12, 1))
    colour = np.tile(linear(person.skin), (len(c), 1))

    broad, mid = noise.fractal(c, 1.3, 3), noise.fractal(c + 40, 5.0, 3)
    fine = noise.fractal(c + 80, 24.0, 2)
    colour *= np.exp(0.055 * broad + 0.078 * mid + 0.04 * fine)[:, None]
    red = (
        0.55 * bump(x, 0.68, 0.26) * bump(y, -0.5, 0.26) * (z > -0.6)
        + 0.75 * bump(x, 0, 0.22) * bump(y, -0.6, 0.2) * (z > 0.2)
        + 0.35 * bump(x, 0, 0.3) * bump(y, -1.6, 0.2)
        + 0.45 * ears
        + 0.35 * smoothstep(-2.0, -2.6, y)
        + 0.25 * np.clip(mid, -1, 2)
    )
    flush = float(rng.uniform(0.4, 1.3) * mood.uniform(0.8, 1.25)) * (0.35 + 0.65 * light)
    colour *= np.exp(flush * red[:, None] * np.array([0.02, -0.17, -0.13]))
    hollow = bump(x, 0.42, 0.2) * bump(y, -0.17, 0.1) + 0.6 * bump(x, 0.45, 0.25) * bump(y, 0.12, 0.09)
    tired = float(rng.uniform(0.1, 1.0) + 0.3 * (age > 45)) * (z > -0.5)
    colour *= np.exp((tired * hollow)[:, None] * np.array([-0.22, -0.28, -0.20]))
    around = bump(x, 0, 0.55) * bump(y, -1.1, 0.3) * smoothstep(1.5, 4, np.array(person.melanin))
    colour *= np.exp(-0.22 * around)[:, None]
    blotch = np.clip(noise.fractal(c + 11, 3.2, 2) - 0.9, 0, 2) * person.weathering
    colour *= np.exp(-blotch[:, None] * np.array([0.05, 0.16, 0.14]))
    if age > 48:
        spots = smoothstep(1.9, 2.5, noise(c + 23, 13.0)) * min((age - 48) / 20, 1)
        colour *= np.exp(-0.26 * spots[:, None] * np.array([0.6, 1.0, 1.2]))
    if person.freckles > 0.05:
        zone = bump(x, 0.4, 0.45) * bump(y, -0.25, 0.4) + 0.4 * (y > 0.3)
        dots = smoothstep(1.0, 1.7, noise(c + 61, 17.0)) * np.clip(zone, 0, 1) * person.freckles
        colour *= np.exp(-0.5 * np.clip(dots, 0, 1.3)[:, None] * np.array([0.45, 0.9, 1.1]))

    relief, dark = _creases(person, age, c, noise)
    colour *= np.exp(-np.clip(dark, 0, 0.6)[:, None] * np.array([0.8, 1.0, 1.0]))
    pores = noise(c + 3, 36.0) + 0.6 * noise(c + 9, 17.0)
    smooth = 0.55 + 0.5 * bump(x, 0.3, 0.5) * bump(y, -0.5, 0.6)
    relief = relief + (0.0013 + 0.0018 * person.weathering) * smooth * pores
    relief = relief + 0.004 * person.weathering * np.clip(noise.fractal(c + 77, 6.0, 2), -2, 2)

    for mx, my, size, strength in person.moles:
        near = ((c[:, 0] - mx) ** 2 + (y - my) ** 2) / size**2
        spot = np.exp(-0.5 * near**2) * (z > -0.9)
        colour *= np.exp(-(strength * spot)[:, None] * np.array([0.9, 1.3, 1.4]))
        relief = relief + 0.35 * size * spot * strength
    if rng.random() < 0.14:
        relief, colour = _scar(rng, c, relief, colour)

    rosy = np.array([0.90, 0.72, 0.72]) * light + np.array([0.84, 0.74, 0.80]) * (1 - light)
    lip_red = linear(person.skin * rosy) * rng.uniform(0.8, 1.12)
    if person.sex == "male":
        lip_red = 0.72 * lip_red + 0.28 * linear(person.skin)
    if person.sex == "female" and mood.random() < 0.25:
        lip_red = lip_red * np.array([1.0, 0.62, 0.68])
    edge = np.clip(lips * 0.85 + 0.04 * mid * (lips > 0.05), 0, 1)[:, None]
    colour = colour * (1 - edge) + lip_red * np.exp(0.09 * fine + 0.06 * mid)[:, None] * edge
    relief = relief + 0.006 * lips * np.sin(c[:, 0] * 46 + 2.5 * noise(c, 6.0))

    if person.sex == "male" and age > 17:
        area = growth_area("full", c, noise, person.rng("beard area")) * (1 - np.clip(3 * lips, 0, 1))
        dense = 0.20 + 0.35 * (beard.kind != "none") * (beard.kind == "stubble")
        pelt = linear(np.minimum(person.hair * 0.7 + [6, 10, 16], person.skin * 0.75))
        amount = area * dense * (1 - 0.6 * person.ancestry[1]) * np.clip(0.8 + 0.25 * noise(c, 30.0), 0, 1)
        amount = amount * (0.5 if person.hair_kind in ("blond", "red", "light") else 1.0)
        if beard.kind in ("full", "goatee", "moustache", "strap"):
            worn = growth_area(beard.kind, c, noise, person.rng("beard area"))
            amount = np.maximum(0.4 * amount, 0.6 * beard.density * worn * (1 - np.clip(3 * lips, 0, 1)))
        colour = colour * (1 - amount[:, None]) + pelt * amount[:, None]
    scalp = linear(person.hair * 0.8)
    under = np.clip(cover, 0, 1)[:, None] * 0.94
    colour = colour * (1 - under) + scalp * under

    oil = 0.75 + 0.6 * bump(x, 0, 0.35) * smoothstep(-0.9, -0.5, y) + 0.15 * mid
    shine = np.clip(oil, 0.2, 2) * mood.uniform(0.6, 1.25) * (1 + 0.9 * lips) * (1 - 0.7 * cover)
    return Skin(np.clip(colour, 0.004, 0.95), relief, shine)


def _scar(rng: np.random.Generator, c: Floats, relief: Floats, colour: Floats) -> tuple[Floats, Floats]:
    """A short pale scar somewhere on the face."""
    place = np.array([rng.uniform(-0.9, 0.9), rng.uniform(-1.5, 0.9)])
    angle, length = rng.uniform(0, np.pi), rng.uniform(0.1, 0.28)
    u = (c[:, 0] - place[0]) * np.cos(angle) + (c[:, 1] - place[1]) * np.sin(angle)
    v = (c[:, 1] - place[1]) * np.cos(angle) - (c[:, 0] - place[0]) * np.sin(angle)
    mark = np.exp(-0.5 * (v / 0.016) ** 2) * smoothstep(length, 0.6 * length, np.abs(u))
    mark = mark * (c[:, 2] > -0.8)
    return relief - 0.012 * mark, colour * np.exp(mark[:, None] * np.array([0.22, 0.16, 0.2]))
