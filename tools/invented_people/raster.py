"""A z-buffer rasteriser in vectorised NumPy, for triangles and for hair.

All triangles' bounding boxes are laid end to end in one long array of candidate pixels, tested
together, and the nearest kept. Screen x runs right, y runs down, depth grows towards the camera.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_BATCH = 600_000  # candidate pixels tested at once; keeps memory below about 100 MB


@dataclass(frozen=True)
class Fragments:
    """Visible pixels: flat index (k,), triangle (k,), barycentric weights (k, 3), depth (k,)."""

    pixel: Ints
    triangle: Ints
    weights: Floats
    depth: Floats

    def interpolate(self, values: Floats, triangles: Ints) -> Floats:
        """(k, ...) values given at the vertices (n, ...), at the visible pixels."""
        corner = values[triangles[self.triangle]]
        w = self.weights if values.ndim == 1 else self.weights[:, :, None]
        return corner[:, 0] * w[:, 0] + corner[:, 1] * w[:, 1] + corner[:, 2] * w[:, 2]

    def where(self, keep: NDArray[np.bool_]) -> Fragments:
        """The fragments for which `keep` (k,) holds."""
        return Fragments(self.pixel[keep], self.triangle[keep], self.weights[keep], self.depth[keep])


def rasterise(points: Floats, triangles: Ints, width: int, height: int, cull: bool = True) -> Fragments:
    """Nearest fragment of each pixel.

    points: (n, 3) screen x, y in pixels and depth; triangles: (t, 3), counter-clockwise from
    outside. cull: drop triangles that face away.
    """
    corner = points[triangles]
    a, b, c = corner[:, 0], corner[:, 1], corner[:, 2]
    area = (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (c[:, 0] - a[:, 0]) * (b[:, 1] - a[:, 1])
    low = np.maximum(np.ceil(corner[:, :, :2].min(axis=1)), 0).astype(np.int64)
    high = np.floor(corner[:, :, :2].max(axis=1))
    high = np.minimum(high, [width - 1, height - 1]).astype(np.int64)
    size = high - low + 1
    keep = (size > 0).all(axis=1) & ((area < -1e-9) if cull else (np.abs(area) > 1e-9))
    chosen = np.flatnonzero(keep)
    counts = size[chosen, 0] * size[chosen, 1]
    depth = np.full(width * height, -np.inf)
    found: list[tuple[Ints, Ints, Floats, Floats]] = []
    bounds = np.concatenate([[0], np.cumsum(counts)])
    start = 0
    while start < len(chosen):
        stop = int(np.searchsorted(bounds, bounds[start] + _BATCH, side="right")) - 1
        stop = max(stop, start + 1)
        batch, n = chosen[start:stop], counts[start:stop]
        which = np.repeat(np.arange(len(batch)), n)
        step = np.arange(which.size) - np.repeat(np.cumsum(n) - n, n)
        t = batch[which]
        wide = size[t, 0]
        x = low[t, 0] + step % wide
        y = low[t, 1] + step // wide
        dx, dy = x - a[t, 0], y - a[t, 1]
        inverse = 1 / area[t]
        w1 = (dx * (c[t, 1] - a[t, 1]) - dy * (c[t, 0] - a[t, 0])) * inverse
        w2 = (dy * (b[t, 0] - a[t, 0]) - dx * (b[t, 1] - a[t, 1])) * inverse
        w0 = 1 - w1 - w2
        inside = np.flatnonzero((w0 >= -1e-7) & (w1 >= -1e-7) & (w2 >= -1e-7))
        t, w0, w1, w2 = t[inside], w0[inside], w1[inside], w2[inside]
        z = w0 * a[t, 2] + w1 * b[t, 2] + w2 * c[t, 2]
        pixel = y[inside] * width + x[inside]
        np.maximum.at(depth, pixel, z)
        found.append((pixel, t, np.stack([w0, w1, w2], axis=1), z))
        start = stop
    if not found:
        none = np.zeros(0, dtype=np.int64)
        return Fragments(none, none, np.zeros((0, 3)), np.zeros(0))
    pixel, t, w, z = (np.concatenate(column) for column in zip(*found, strict=True))
    front = np.flatnonzero(z == depth[pixel])
    owner = np.full(width * height, -1, dtype=np.int64)
    owner[pixel[front][::-1]] = front[::-1]
    best = owner[owner >= 0]
    return Fragments(pixel[best], t[best], w[best], z[best])


def splat(x: Floats, y: Floats, z: Floats, depth: Floats, width: int, height: int, bias: float) -> tuple[Ints, Ints]:
    """Nearest of many one-pixel points, where they pass the depth buffer.

    x, y, z: (n,) screen place and depth; depth: (height * width,) already drawn, -inf for
    nothing; bias: how far behind it a point may lie and still be seen.
    Returns (pixel (k,), index of its point (k,)); `depth` is updated in place.
    """
    seen = np.flatnonzero((x >= 0) & (x < width) & (y >= 0) & (y < height))
    pixel = y[seen].astype(np.int64) * width + x[seen].astype(np.int64)
    ahead = np.flatnonzero(z[seen] + bias > depth[pixel])
    seen, pixel = seen[ahead], pixel[ahead]
    near = z[seen]
    nearest = np.full(width * height, -np.inf)
    np.maximum.at(nearest, pixel, near)
    front = np.flatnonzero(near == nearest[pixel])
    owner = np.full(width * height, -1, dtype=np.int64)
    owner[pixel[front][::-1]] = seen[front][::-1]
    drawn = np.flatnonzero(owner >= 0)
    depth[drawn] = np.maximum(depth[drawn], nearest[drawn])
    return drawn, owner[drawn]
