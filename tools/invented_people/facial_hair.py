"""Eyebrows, lashes, stubble and beards."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .hair import colours
from .identity import Person
from .mesh import Bust, Floats, Wheel
from .noise import Noise, bump, smoothstep
from .pose import unit
from .strands import Strands, linear, sample_roots


@dataclass(frozen=True)
class Beard:
    """A beard: its kind, its length in units and how dense it is, 0 to 1."""

    kind: str
    length: float
    density: float


def choose_beard(person: Person, age: float, occasion: int) -> Beard:
    """What a man wears on his face on an occasion; nothing for a woman."""
    rng = person.rng("beard", occasion)
    if person.sex != "male":
        return Beard("none", 0.0, 0.0)
    growth = 1.0 - 0.55 * person.ancestry[1]
    odds = np.array([0.27, 0.22, 0.19 * growth, 0.14 * growth, 0.10, 0.08 * growth])
    kinds = ["none", "stubble", "full", "goatee", "moustache", "strap"]
    kind = str(rng.choice(kinds, p=odds / odds.sum()))
    long = {
        "none": 0.0,
        "stubble": 0.02,
        "full": 0.10,
        "goatee": 0.09,
        "moustache": 0.08,
        "strap": 0.05,
    }
    length = long[kind] * float(np.exp(rng.normal(0, 0.45)))
    return Beard(kind, length, float(np.clip(rng.normal(0.8, 0.2) * growth, 0.15, 1)))


def growth_area(kind: str, canonical: Floats, noise: Noise, rng: np.random.Generator) -> Floats:
    """(n,) in [0, 1]: where hair of a kind grows on the face, at canonical points (n, 3)."""
    x, y, z = np.abs(canonical[:, 0]), canonical[:, 1], canonical[:, 2]
    wobble = 0.05 * noise.fractal(canonical, 4.0, 2)
    cheek = np.interp(x, [0, 0.42, 0.5, 0.7, 0.9, 1.08, 1.2], [-0.7, -0.74, -0.95, -0.9, -0.66, -0.3, 0])
    cheek = cheek + rng.uniform(-0.12, 0.06) * (x > 0.45) + wobble
    lowest = rng.uniform(-2.15, -1.9) + 0.15 * x
    area = smoothstep(cheek + 0.05, cheek - 0.07, y) * smoothstep(lowest, lowest + 0.25, y + wobble)
    area = area * smoothstep(-1.05, -0.9, z)
    patch = bump(x, 0.26, 0.09) * bump(y, -1.36, 0.06)
    area = area * (1 - 0.8 * patch)
    wing = np.interp(-y, [0.7, 0.84, 1.0, 1.12], [0.2, 0.4, 0.53, 0.58])
    lip = smoothstep(-0.70, -0.76, y) * smoothstep(-1.16, -1.06, y) * smoothstep(0.08, -0.10, x + wobble - wing)
    chin = smoothstep(0.56, 0.34, x + 2 * wobble) * smoothstep(-1.18, -1.26, y)
    frame = smoothstep(0.46, 0.56, x) * smoothstep(0.72, 0.6, x) * smoothstep(-0.86, -0.95, y)
    if kind == "moustache":
        return area * lip
    if kind == "goatee":
        return area * np.clip(lip + chin + frame * smoothstep(-1.5, -1.3, y), 0, 1)
    if kind == "strap":
        jaw = -1.45 - 0.25 * (1 - x) + 0.35 * smoothstep(0.8, 1.1, x) * 3
        return area * np.clip(smoothstep(jaw + 0.12, jaw - 0.02, y) + chin * 0.8 + lip, 0, 1)
    return area


def beard_strands(
    person: Person,
    age: float,
    beard: Beard,
    place: Floats,
    normals: Floats,
    bust: Bust,
    noise: Noise,
    quality: float,
) -> list[Strands]:
    """Stubble or beard on the shape `place` (n, 3)."""
    if beard.kind == "none":
        return []
    rng = person.rng("beard strands", beard.kind)
    area = growth_area(beard.kind, bust.canonical, noise, person.rng("beard area"))
    area = area * (1 - np.clip(bust.masks["lips"] * 2.5, 0, 1)) * (bust.masks["inside-mouth"] < 0.1)
    patchy = np.clip(1 + 0.35 * noise.fractal(bust.canonical, 3.0, 2), 0.1, 1.4)
    count = int((13000 if beard.kind != "stubble" else 9000) * beard.density * quality)
    share = {"goatee": 0.45, "moustache": 0.25, "strap": 0.5}.get(beard.kind, 1.0)
    roots = sample_roots(bust, area * patchy, int(count * share), rng)
    s = len(roots.triangle)
    if s == 0:
        return []
    start, normal = roots.on(place, bust), unit(roots.on(normals, bust))
    x, y = roots.canonical[:, 0], roots.canonical[:, 1]
    down = np.stack([0.35 * np.sign(x) * (y > -1.1) + 0.25 * x, -1.0 + 0 * x, 0.1 + 0 * x], axis=1)
    nodes = 3 if beard.kind == "stubble" else 5
    go = 0.55 * normal + 0.6 * down + rng.normal(0, 0.35, (s, 3)) + 0.25 * noise(roots.canonical, 5)[:, None]
    length = beard.length * rng.uniform(0.5, 1.1, s) * np.where(y > -1.1, 0.75, 1.0)
    points = [start - 0.005 * normal]
    p = start
    for k in range(nodes):
        bend = unit(go + k / nodes * (0.7 * down + person.curl * rng.normal(0, 0.9, (s, 3))))
        p = p + bend * (length / nodes)[:, None]
        points.append(p)
    t = np.linspace(0, 1, nodes + 1)[None]
    colour = colours(person, age + 3, s, rng)
    if person.hair_kind in ("light", "blond", "brown"):
        colour = colour * np.array([0.9, 0.68, 0.5])
    return [
        Strands(
            points=np.stack(points, axis=1),
            colour=colour,
            opacity=np.full(s, 0.5 if beard.kind == "stubble" else 0.75),
            shade=np.repeat(0.6 + 0.4 * t, s, axis=0),
            normal=normal,
            gloss=np.full(s, 0.15),
        )
    ]


def brow_line(person: Person, x: Floats) -> Floats:
    """Canonical height of the brow's middle at |x|."""
    t = np.clip((x - 0.17) / 0.72, 0, 1.1)
    peak = np.sin(np.pi * np.clip(t, 0, 1) ** 1.25 * 0.92)
    return person.brow_height - 0.03 + person.brow_arch * peak - 0.05 * t**3


def _half_width(person: Person, t: Floats) -> Floats:
    """Half the brow's width, in units, from its inner end (t = 0) to its outer end (t = 1)."""
    body = (0.55 + 0.6 * bump(t, 0.3, 0.33)) * (1 - 0.75 * smoothstep(0.5, 1, t))
    return person.brow_thick * body * (0.35 + 0.65 * smoothstep(-0.1, 0.24, t))


def brow_strands(person: Person, age: float, place: Floats, normals: Floats, bust: Bust, noise: Noise) -> list[Strands]:
    """Both eyebrows on the shape `place` (n, 3)."""
    rng = person.rng("brows")
    gap = float(rng.uniform(0.08, 0.17))
    c = bust.canonical
    x = np.abs(c[:, 0])
    end = 0.15 + 0.75 * person.brow_length
    t = np.clip((x - 0.16) / (end - 0.16), 0, 1)
    half = _half_width(person, t)
    away = np.abs(c[:, 1] - brow_line(person, x)) / half
    density = smoothstep(1.25, 0.7, away) * smoothstep(gap, gap + 0.12, x) * smoothstep(end, end - 0.1, x)
    density = density * (c[:, 2] > -0.4)
    wide = sample_roots(bust, (density > 0).astype(float), 9000, rng)
    # Skin quads are wider than a brow: thin the roots by the exact outline.
    u = np.abs(wide.canonical[:, 0])
    t = np.clip((u - 0.16) / (end - 0.16), 0, 1)
    half = _half_width(person, t)
    away = (wide.canonical[:, 1] - brow_line(person, u)) / half
    chance = smoothstep(1.2, 0.55, np.abs(away)) * smoothstep(gap, gap + 0.15, u)
    chance = chance * smoothstep(end + 0.03, end - 0.12, u) * person.brow_dense
    chance = chance * np.clip(1 + 0.3 * noise(wide.canonical, 9), 0.3, 1.5)
    keep = rng.random(len(u)) < 0.4 * chance
    start, normal = wide.on(place, bust)[keep], unit(wide.on(normals, bust))[keep]
    side, t, away = np.sign(wide.canonical[keep, 0]), t[keep], away[keep]
    s = len(t)
    if s == 0:
        return []
    rise = np.interp(t, [0, 0.2, 0.6, 1], [0.9, 0.45, 0.05, -0.35]) - 0.35 * away
    go = np.stack([side * (0.35 + t), rise, 0 * t], axis=1) + rng.normal(0, 0.16, (s, 3))
    go = unit(go - (go * normal).sum(axis=1, keepdims=True) * normal + 0.16 * normal)
    length = (0.05 + 0.45 * person.brow_thick) * rng.uniform(0.6, 1.1, s)
    nodes = np.linspace(0, 1, 4)
    points = start[:, None] + go[:, None] * (length[:, None] * nodes)[:, :, None]
    points[:, :, 1] -= 0.12 * length[:, None] * nodes**2
    points += 0.006 * normal[:, None]
    grown = colours(person, age - 6, s, rng)
    tint = 0.72 if person.hair.sum() > 260 else 0.9
    return [
        Strands(
            points=points,
            colour=grown * tint,
            opacity=rng.uniform(0.6, 0.98, s),
            shade=np.full((s, 4), 0.85),
            normal=normal,
            gloss=np.full(s, 0.1),
        )
    ]


def lash_strands(person: Person, base: Floats, wheel: Wheel) -> list[Strands]:
    """Lashes on the lids of the base-resolution shape (base vertices, 3)."""
    rng = person.rng("lashes")
    sets = []
    for index, strip in enumerate(wheel.lashes):
        upper = index % 2 == 1
        s = 110 if upper else 45
        if person.sex == "male":
            s = int(s * 0.75)
        at = np.sort(rng.random(s)) * (len(strip.roots) - 1)
        low = np.minimum(at.astype(np.int64), len(strip.roots) - 2)
        part = (at - low)[:, None]
        root = base[strip.roots[low]] * (1 - part) + base[strip.roots[low + 1]] * part
        tip = base[strip.tips[low]] * (1 - part) + base[strip.tips[low + 1]] * part
        reach = rng.uniform(0.45, 0.95, (s, 1)) * (0.9 if upper else 0.55)
        t = np.linspace(0, 1, 4)[None, :, None]
        points = root[:, None] + (tip - root)[:, None] * reach[:, None] * t
        points = points + np.array([0.0, 0.0, 0.012])
        out = np.tile([0.0, 0.0, 1.0], (s, 1))
        sets.append(
            Strands(
                points=points,
                colour=np.tile(linear(np.minimum(person.hair * 0.7, 60)), (s, 1)),
                opacity=np.full(s, 0.62 if upper else 0.3),
                shade=np.full((s, 4), 0.8),
                normal=out,
                gloss=np.zeros(s),
            )
        )
    return sets
