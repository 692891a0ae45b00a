"""Hair as thin curves: where they root, and which pixels they cover."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .mesh import BODY, Bust, Floats, Ints
from .pose import Camera, Pose, apply_pose, head_share, unit
from .raster import splat

_STEP = 1.1  # pixels between the points of a drawn curve
_BEHIND = 0.3  # units behind the drawn surface from where on a curve is not followed


@dataclass(frozen=True)
class Roots:
    """Places on the skin: triangle (s,), barycentric weights (s, 3), canonical points (s, 3)."""

    triangle: Ints
    weights: Floats
    canonical: Floats

    def only(self, rows: Ints) -> Roots:
        """Some of the roots."""
        return Roots(self.triangle[rows], self.weights[rows], self.canonical[rows])

    def on(self, values: Floats, bust: Bust) -> Floats:
        """(s, 3) vertex values (n, 3) at the roots."""
        corner = values[bust.triangles[self.triangle]]
        result: Floats = (corner * self.weights[:, :, None]).sum(axis=1)
        return result


@dataclass(frozen=True)
class Strands:
    """Curves before the pose.

    points: (s, k, 3) units. colour: (s, 3) linear RGB. opacity: (s,) in [0, 1].
    shade: (s, k) how open to the light each node is, in [0, 1].
    normal: (s, 3) of the skin below. gloss: strength of the highlight.
    """

    points: Floats
    colour: Floats
    opacity: Floats
    shade: Floats
    normal: Floats
    gloss: Floats

    @staticmethod
    def join(sets: list[Strands]) -> list[Strands]:
        """The sets that hold any curve."""
        return [s for s in sets if len(s.points)]


@dataclass(frozen=True)
class Drawn:
    """Pixels covered by strands: flat index, and what shading needs, one row a pixel."""

    pixel: Ints
    position: Floats
    tangent: Floats
    normal: Floats
    colour: Floats
    opacity: Floats
    shade: Floats
    gloss: Floats


def sample_roots(bust: Bust, density: Floats, count: int, rng: np.random.Generator) -> Roots:
    """`count` roots on the skin, by area times density (n,) at the vertices; none where all 0."""
    triangles = bust.triangles
    corner = bust.canonical[triangles]
    u, v = corner[:, 1] - corner[:, 0], corner[:, 2] - corner[:, 0]
    area = np.sqrt(np.maximum((u * u).sum(axis=1) * (v * v).sum(axis=1) - (u * v).sum(axis=1) ** 2, 0))
    mass = area * density[triangles].mean(axis=1) * (bust.part == BODY)
    if count <= 0 or mass.sum() <= 0:
        return Roots(np.zeros(0, dtype=np.int64), np.zeros((0, 3)), np.zeros((0, 3)))
    total = np.cumsum(mass)
    chosen = np.searchsorted(total, rng.random(count) * total[-1], side="right")
    chosen = np.minimum(chosen, len(triangles) - 1)
    a, b = rng.random(count), rng.random(count)
    flip = a + b > 1
    a, b = np.where(flip, 1 - a, a), np.where(flip, 1 - b, b)
    weights = np.stack([1 - a - b, a, b], axis=1)
    canonical = (corner[chosen] * weights[:, :, None]).sum(axis=1)
    keep = rng.random(count) < (density[triangles[chosen]] * weights).sum(axis=1) / np.maximum(
        density[triangles[chosen]].max(axis=1), 1e-9
    )
    return Roots(chosen[keep].astype(np.int64), weights[keep], canonical[keep])


def linear(srgb: Floats) -> Floats:
    """Linear 0-1 from sRGB 0-255, with the plain power curve used throughout."""
    return (np.clip(srgb, 0, 255) / 255) ** 2.2


def posed_points(strands: Strands, pose: Pose) -> Floats:
    """(s, k, 3) the curves after the head's turn."""
    s, k, _ = strands.points.shape
    flat = strands.points.reshape(-1, 3)
    return apply_pose(flat, head_share(flat[:, 1], flat[:, 2]), pose).reshape(s, k, 3)


def draw(strands: Strands, posed: Floats, camera: Camera, depth: Floats, bias: float = 0.02) -> Drawn:
    """Draw curves, one pixel wide, into the depth buffer (height * width,)."""
    s, k, _ = posed.shape
    screen = camera.project(posed.reshape(-1, 3)).reshape(s, k, 3)
    start, end = screen[:, :-1].reshape(-1, 3), screen[:, 1:].reshape(-1, 3)
    kept = np.flatnonzero(_may_show(start, depth, camera) | _may_show(end, depth, camera))
    start, leg = start[kept], end[kept] - start[kept]
    count = np.ceil(np.sqrt(leg[:, 0] ** 2 + leg[:, 1] ** 2) / _STEP).astype(np.int64) + 1
    which = np.repeat(np.arange(len(kept)), count)
    step = np.arange(which.size) - np.repeat(np.cumsum(count) - count, count)
    part = step / np.repeat(count, count)
    x, y, z = (start[which, axis] + leg[which, axis] * part for axis in range(3))
    pixel, index = splat(x, y, z, depth, camera.width, camera.height, bias)
    which, part = which[index], part[index][:, None]
    curve, node = np.divmod(kept[which], k - 1)
    row = curve * k + node
    world = posed.reshape(-1, 3)
    shade = strands.shade.ravel()
    return Drawn(
        pixel=pixel,
        position=world[row] * (1 - part) + world[row + 1] * part,
        tangent=unit(world[row + 1] - world[row]),
        normal=strands.normal[curve],
        colour=strands.colour[curve],
        opacity=strands.opacity[curve],
        shade=shade[row] * (1 - part[:, 0]) + shade[row + 1] * part[:, 0],
        gloss=strands.gloss[curve],
    )


def _may_show(screen: Floats, depth: Floats, camera: Camera) -> NDArray[np.bool_]:
    """(n,) whether points are in the frame and not far behind what is drawn already."""
    x, y = screen[:, 0], screen[:, 1]
    inside = (x >= 0) & (x < camera.width) & (y >= 0) & (y < camera.height)
    column = np.clip(x, 0, camera.width - 1).astype(np.int64)
    row = np.clip(y, 0, camera.height - 1).astype(np.int64)
    result: NDArray[np.bool_] = inside & (screen[:, 2] > depth[row * camera.width + column] - _BEHIND)
    return result
