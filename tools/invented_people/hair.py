"""Head hair: the hairline, and curves grown from the scalp in a style."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from .hairstyles import Style
from .identity import Person
from .mesh import BODY, Bust, Floats
from .noise import Noise, bump, smoothstep
from .pose import unit
from .strands import Strands, linear, sample_roots

SKULL = np.array([0.0, 0.55, -1.1])  # centre of the braincase, canonical units
_AZIMUTH = np.array([0, 20, 36, 51, 64, 72, 80, 86, 100, 112, 180.0])
_HAIRLINE = np.array([19, 19.5, 22, 7, -8, -26, -30, -20, -15, -42, -56.0])


def angles(points: Floats, centre: Floats) -> tuple[Floats, Floats]:
    """(azimuth from straight ahead, elevation) in degrees of points (..., 3) about a centre."""
    d = points - centre
    flat = np.sqrt(d[..., 0] ** 2 + d[..., 2] ** 2)
    return np.degrees(np.arctan2(d[..., 0], d[..., 2])), np.degrees(np.arctan2(d[..., 1], flat))


def baldness(person: Person, age: float) -> float:
    """0 to 1: how far a receding hairline has gone at an age."""
    return float(np.clip(person.balding * 1.35 * (age - 22) / 36, 0, 1)) if age > 22 else 0.0


def coverage(person: Person, age: float, canonical: Floats, noise: Noise) -> Floats:
    """(n,) in [0, 1]: how thickly hair grows at canonical points (n, 3)."""
    rng = person.rng("hairline")
    az, el = angles(canonical, SKULL)
    side = np.abs(az)
    gone = baldness(person, age)
    line = np.interp(side, _AZIMUTH, _HAIRLINE)
    line = line + rng.normal(0, 2.5) * (side < 70) + rng.uniform(-4, 6) * bump(side, 34, 12) * (person.sex == "male")
    line = line - rng.uniform(0, 5) * bump(side, 0, 9) * (rng.random() < 0.35)
    line = line + gone * (26 * bump(side, 30, 17) + 13 * bump(side, 0, 20))
    line = line + 2.2 * noise.fractal(canonical, 3.0, 2)
    soft = 3.0 + 3.5 * gone
    cover = smoothstep(line - soft, line + soft, el)
    bare = np.array([0.0, 1.75, -1.55])
    crown = np.exp(-0.5 * ((canonical - bare) ** 2).sum(axis=1) / 0.75**2)
    top = smoothstep(35, 62, el) * smoothstep(0.72, 0.95, np.array(gone))
    cover = cover * (1 - np.clip(1.5 * gone * crown * (gone > 0.35), 0, 0.97)) * (1 - 0.96 * top)
    ear = (np.abs(canonical[:, 0]) > 1.19) & (canonical[:, 1] < 0.12) & (canonical[:, 1] > -0.85)
    return np.where(ear & (canonical[:, 2] > -1.6) & (canonical[:, 2] < -0.93), 0, cover)


class Skull:
    """The head as a distance from its centre in every direction, to keep hair outside it."""

    def __init__(self, shape: Floats, bust: Bust, lowest: float) -> None:
        """shape: (n, 3) of the bust; lowest: canonical height down to which the head counts."""
        c = bust.canonical
        body = np.zeros(len(c), dtype=bool)
        body[bust.triangles[bust.part == BODY].ravel()] = True
        scalp = body & (c[:, 1] > 0.3)
        self.centre = SKULL + (shape[scalp] - c[scalp]).mean(axis=0)
        head = body & (c[:, 1] > lowest) & (np.abs(c[:, 0]) < 1.9)
        head &= ~((bust.masks["ears"] > 0.2) & (np.abs(c[:, 0]) > 1.2))
        az, el = angles(shape[head], self.centre)
        radius = np.sqrt(((shape[head] - self.centre) ** 2).sum(axis=1))
        grid = np.zeros((36, 72))
        row = np.clip(((el + 90) / 5).astype(np.int64), 0, 35)
        column = ((az + 180) / 5).astype(np.int64) % 72
        np.maximum.at(grid, (row, column), radius)
        empty = grid == 0
        nearest = ndimage.distance_transform_edt(empty, return_distances=False, return_indices=True)
        grid = grid[tuple(nearest)]
        self._grid = ndimage.gaussian_filter(grid, 0.8, mode=["nearest", "wrap"])

    def radius(self, points: Floats) -> Floats:
        """(n,) distance from the centre to the skin in the direction of points (n, 3)."""
        az, el = angles(points, self.centre)
        at = np.stack([(el + 90) / 5 - 0.5, (az + 180) / 5 - 0.5])
        at[0], at[1] = np.clip(at[0], 0, 35), at[1] % 72
        result: Floats = ndimage.map_coordinates(self._grid, at, order=1, mode="grid-wrap")
        return result

    def push_out(self, points: Floats, clearance: Floats) -> Floats:
        """The points (n, 3), none nearer to the skin than its clearance (n,)."""
        d = points - self.centre
        length = np.sqrt((d * d).sum(axis=1))
        need = self.radius(points) + clearance
        result: Floats = self.centre + d * (np.maximum(length, need) / np.maximum(length, 1e-9))[:, None]
        return result


def _knot_place(style: Style) -> Floats:
    """Where tied hair is gathered, in canonical units."""
    return np.array([0.0, 0.9, -2.7] if style.name == "tied" else [0.0, 2.0, -1.75])


def _flow(style: Style, out: Floats, canonical: Floats) -> Floats:
    """(s, 3) the way hair is combed at each root; out: (s, 3) away from the skull."""
    x, y, z = canonical.T
    one = np.ones_like(x)
    if style.flow == "forward":
        flow = np.stack([0.25 * x, -0.35 * one, 1.0 * one], axis=1)
    elif style.flow == "back":
        flow = np.stack([0.35 * x, 0.15 * one - 0.5 * (y < 0.6), -1.0 * one], axis=1)
    elif style.flow == "side":
        side = np.tanh((x - style.part) / 0.10)
        back = smoothstep(-0.9, -1.8, z)
        flow = np.stack([side * (1 - 0.7 * back), -0.35 - 0.8 * back, -0.55 - 0.2 * back + 0 * x], axis=1)
        if style.length < 1:
            flow[:, 2] += 0.75 * (1 - back)
    elif style.flow == "tied":
        flow = unit(_knot_place(style) - canonical)
    elif style.flow == "out":
        flow = out
    else:
        flow = unit(canonical - np.array([0.15, 1.75, -1.75])) + np.array([0.0, -0.25, 0.1])
    along = (flow * out).sum(axis=1, keepdims=True)
    return unit(flow if style.flow in ("out",) else flow - along * out)


def colours(person: Person, age: float, count: int, rng: np.random.Generator) -> Floats:
    """(count, 3) linear colours of single hairs, grey ones among them."""
    grey = float(np.clip((age - person.grey_from) / 24 + 0.02, 0, 1)) if age > 28 else 0.0
    grey = min(grey * grey * (3 - 2 * grey), 0.96)
    silver = np.array([158.0, 156.0, 152.0]) * rng.normal(1, 0.07, (count, 1))
    base = person.hair * (1 - 0.45 * grey) + 0.45 * grey * np.array([120.0, 117, 112])
    base = np.tile(base, (count, 1)) * np.exp(rng.normal(0, 0.14, (count, 1)))
    own = np.clip((grey - rng.random((count, 1))) * 3 + 0.5, 0, 1)
    return linear(silver * own + base * (1 - own))


def grow(
    person: Person,
    age: float,
    style: Style,
    shape: Floats,
    normals: Floats,
    bust: Bust,
    noise: Noise,
    quality: float,
) -> list[Strands]:
    """The hair of a person in a style, on the neutral shape (n, 3); quality scales the count."""
    rng = person.rng("hair", style.name)
    cover = coverage(person, age, bust.canonical, noise)
    gone = baldness(person, age)
    count = int(style.count * quality * (1 - 0.45 * gone))
    crowd = cover
    if style.flow == "side":  # hair leaves the parting to both sides, so more must grow there
        crowd = cover * (1 + 2.2 * bump(bust.canonical[:, 0], style.part, 0.16))
    roots = sample_roots(bust, crowd, count, rng)
    s = len(roots.triangle)
    if s == 0:
        return []
    skull = Skull(shape, bust, -1.9 if style.length < 1.2 else -3.2)
    place, normal = roots.on(shape, bust), unit(roots.on(normals, bust))
    out = unit(place - skull.centre)
    flow = _flow(style, out, roots.canonical)
    _, el = angles(roots.canonical, SKULL)
    low = 1 - smoothstep(8, 40, el) * 1.0
    short = style.length < 1.2
    size = 1 - low * (1 - style.sides) if short else np.ones(s)
    length = style.length * size * rng.uniform(0.72, 1.08, s) * (1 - 0.55 * gone * short)
    thin = np.interp(el, [-60, -10, 10], [0.35, 0.6, 1.0]) if short else np.ones(s)
    length = length * thin
    if style.flow == "tied":
        knot = _knot_place(style) + skull.centre - SKULL
        length = np.sqrt(((place - knot) ** 2).sum(axis=1)) * 1.12
    nodes = 6 if style.length < 0.2 else (12 if short else 22)
    nodes = max(nodes, int(6 * _turns(style)))
    clump = np.stack(
        [noise(roots.canonical + 31.0 * k, 3.5) + 0.5 * noise(roots.canonical - 17.0 * k, 11.0) for k in range(3)],
        axis=1,
    )
    clearance = style.volume * rng.random(s) ** 0.7 * (0.35 + 0.65 * (1 - low * (1 - style.sides)))
    step = (length / nodes)[:, None]
    limit = rng.uniform(50, 66, s)
    points = np.empty((s, nodes + 1, 3))
    points[:, 0] = place - 0.01 * normal
    p, fall = place.copy(), np.array([0.0, -1.0, 0.0])
    walk = 0.4 * rng.standard_normal((s, 3))
    for k in range(1, nodes + 1):
        t = k / nodes
        walk = 0.8 * walk + 0.45 * rng.standard_normal((s, 3))
        away = unit(p - skull.centre) if style.flow == "out" else normal
        if style.flow == "tied":
            flow = unit(knot - p)
        weight = min(1.0, 2.2 * t) if not short else t
        go = (
            style.lift * (1 - t) ** 1.5 * away
            + flow * (1 - (0.75 if short else 0.97) * weight * style.gravity)
            + 1.6 * style.gravity * weight * fall
            + style.frizz * (0.28 * walk + 0.45 * clump)
        )
        p = p + unit(go) * step
        if style.flow != "out":
            p = skull.push_out(p, clearance * min(1.0, 2.5 * t if short else 4 * t))
        if not short and style.flow == "side":
            p = _off_the_face(p, skull, limit)
        points[:, k] = p
    if style.flow == "tied":
        near = np.sqrt(((points - skull.centre) ** 2).sum(axis=2)).max(axis=1) < 2.1
        rows = np.flatnonzero(near)
        points, out, clearance, clump = points[rows], out[rows], clearance[rows], clump[rows]
        roots, s = roots.only(rows), len(rows)
    if style.curl > 0.02:
        points = _curled(points, style, noise, roots.canonical, rng)
    layer = np.clip(clearance / max(style.volume, 1e-6), 0, 1)
    along = np.linspace(0, 1, nodes + 1)
    shade = (0.42 + 0.58 * smoothstep(0, 0.45 if short else 0.12, along))[None] * (0.55 + 0.45 * layer[:, None])
    if style.length < 0.2:
        shade = np.full_like(shade, 0.9)
    lock = np.exp(0.14 * clump[:, :1])
    strands = Strands(
        points=points,
        colour=colours(person, age, s, rng) * lock,
        opacity=np.full(s, {"shaved": 0.6, "buzz": 0.85}.get(style.name, 1.0)),
        shade=shade,
        normal=out,
        gloss=np.full(s, 0.2 if person.curl > 0.6 else 0.34),
    )
    sets = [strands]
    if style.name in ("bun", "puff"):
        sets.append(_knot(person, age, style, skull, rng, quality))
    return sets


def _off_the_face(points: Floats, skull: Skull, limit: Floats) -> Floats:
    """Move points that hang before the face to the side of it; limit: (n,) degrees."""
    az, el = angles(points, skull.centre)
    d = points - skull.centre
    flat = np.sqrt(d[:, 0] ** 2 + d[:, 2] ** 2)
    bound = limit * smoothstep(34, 8, el)
    turned = np.radians(np.where(az < 0, -1, 1) * np.maximum(np.abs(az), bound))
    moved = points.copy()
    moved[:, 0] = skull.centre[0] + flat * np.sin(turned)
    moved[:, 2] = skull.centre[2] + flat * np.cos(turned)
    return moved


def _turns(style: Style) -> float:
    """How often a hair winds from root to tip."""
    if style.curl < 0.3:
        return 0.6 + 0.6 * style.length
    return style.length * (1.2 + 7.0 * style.curl**2) if style.length < 1.2 else 3 + 5 * style.curl


def _curled(points: Floats, style: Style, noise: Noise, canonical: Floats, rng: np.random.Generator) -> Floats:
    """Wind the curves; neighbours wind alike."""
    s, n, _ = points.shape
    t = np.linspace(0, 1, n)[None]
    tight = _turns(style)
    phase = 3.0 * noise(canonical, 2.6)[:, None] + rng.normal(0, 0.5, (s, 1))
    width = style.curl * (0.03 + 0.022 * min(style.length, 1.6)) * np.minimum(1, 3 * t)
    turn = 2 * np.pi * tight * t + phase
    along = unit(points[:, -1] - points[:, 0])
    first = unit(np.stack([-along[:, 2], 0 * along[:, 0] + 1e-3, along[:, 0]], axis=1))
    second = np.stack(
        [
            along[:, 1] * first[:, 2] - along[:, 2] * first[:, 1],
            along[:, 2] * first[:, 0] - along[:, 0] * first[:, 2],
            along[:, 0] * first[:, 1] - along[:, 1] * first[:, 0],
        ],
        axis=1,
    )
    return (
        points
        + (width * np.cos(turn))[:, :, None] * first[:, None]
        + (width * np.sin(turn))[:, :, None] * second[:, None]
    )


def _knot(person: Person, age: float, style: Style, skull: Skull, rng: np.random.Generator, quality: float) -> Strands:
    """A ball of hair on the crown: wound for a bun, loose for a puff."""
    puff = style.name == "puff"
    s, n = int((7000 if puff else 4500) * quality), 16 if puff else 9
    size = (0.78 if puff else 0.48) * rng.uniform(0.85, 1.15)
    above = unit(np.array([[0.0, 1.0, -0.35]]))[0]
    base = np.array([[0.0, 1.0, -0.35]]) * 3 + skull.centre
    top = skull.centre + above * (skull.radius(base)[0] + 0.55 * size)
    out = unit(rng.standard_normal((s, 3)))
    t = np.linspace(0, 1, n)[None, :, None]
    if puff:
        reach = size * rng.uniform(0.7, 1.0, (s, 1, 1))
        points = top + out[:, None] * reach * t
        points = points + 0.045 * np.cumsum(rng.standard_normal((s, n, 3)), axis=1) * (0.4 + 0.6 * t)
    else:
        spin = unit(np.stack([out[:, 2], 0.35 * out[:, 0], -out[:, 0]], axis=1))
        angle = 1.7 * (t - 0.5)
        points = top + size * (out[:, None] * np.cos(angle) + spin[:, None] * np.sin(angle))
        points = points + 0.02 * rng.standard_normal((s, 1, 3))
    shade = np.tile(0.5 + 0.5 * t[:, :, 0], (s, 1)) if puff else np.full((s, n), 0.85)
    return Strands(
        points=points,
        colour=colours(person, age, s, rng),
        opacity=np.ones(s),
        shade=shade,
        normal=out,
        gloss=np.full(s, 0.15 if puff else 0.5),
    )
