"""Light: where it comes from, what it cannot reach, and how skin spreads it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from .mesh import Floats, Ints
from .noise import smoothstep
from .pose import unit
from .raster import rasterise

_MAP_SCALE = 34.0  # shadow-map pixels a unit
_MAP_SIDE = 300


@dataclass(frozen=True)
class Light:
    """A key light over a soft surrounding.

    direction: (3,) towards the key; key, sky, ground: linear RGB (3,); softness: of the shadow's
    edge, in units.
    """

    direction: Floats
    key: Floats
    sky: Floats
    ground: Floats
    softness: float = 0.14

    def toward(self) -> Floats:
        """(3,) unit vector towards the key."""
        result: Floats = unit(np.asarray(self.direction, dtype=np.float64)[None])[0]
        return result


class ShadowMap:
    """Variance shadow map of the key light. Source: Donnelly and Lauritzen (2006)."""

    def __init__(self, points: Floats, triangles: Ints, hair: Floats, light: Light) -> None:
        """points: (n, 3); triangles: (t, 3); hair: (h, 3) points that also cast shadow."""
        self._toward = light.toward()
        self._right = unit(np.array([[self._toward[2], 0.0, -self._toward[0]]]))[0]
        self._up = np.array(
            [
                self._toward[1] * self._right[2] - self._toward[2] * self._right[1],
                self._toward[2] * self._right[0] - self._toward[0] * self._right[2],
                self._toward[0] * self._right[1] - self._toward[1] * self._right[0],
            ]
        )
        found = rasterise(self._place(points), triangles, _MAP_SIDE, _MAP_SIDE, cull=False)
        depth = np.full(_MAP_SIDE * _MAP_SIDE, -7.0)
        depth[found.pixel] = found.depth
        if len(hair):
            at = self._place(hair)
            x, y = at[:, 0].astype(np.int64), at[:, 1].astype(np.int64)
            ok = (x >= 0) & (x < _MAP_SIDE) & (y >= 0) & (y < _MAP_SIDE)
            np.maximum.at(depth, y[ok] * _MAP_SIDE + x[ok], at[ok, 2])
        image = depth.reshape(_MAP_SIDE, _MAP_SIDE)
        sigma = light.softness * _MAP_SCALE
        self._mean = ndimage.gaussian_filter(image, sigma)
        self._square = ndimage.gaussian_filter(image * image, sigma)

    def _place(self, points: Floats) -> Floats:
        def along(axis: Floats) -> Floats:
            result: Floats = points[:, 0] * axis[0] + points[:, 1] * axis[1] + points[:, 2] * axis[2]
            return result

        x = along(self._right) * _MAP_SCALE + _MAP_SIDE / 2
        y = (-along(self._up) - 0.8) * _MAP_SCALE + _MAP_SIDE / 2
        return np.stack([x, y, along(self._toward)], axis=1)

    def lit(self, points: Floats, bias: float = 0.06) -> Floats:
        """(n,) share of the key light that reaches points (n, 3)."""
        at = self._place(points)
        where = np.stack([at[:, 1], at[:, 0]])
        mean = ndimage.map_coordinates(self._mean, where, order=1, mode="nearest")
        square = ndimage.map_coordinates(self._square, where, order=1, mode="nearest")
        behind = mean - (at[:, 2] + bias)
        variance = np.maximum(square - mean * mean, 4e-4)
        bound = variance / (variance + behind * behind)
        return np.where(behind <= 0, 1.0, smoothstep(0.25, 1.0, bound))


def crevices(depth: Floats, width: int, height: int, scale: float) -> Floats:
    """(height * width,) ambient light in [0, 1] from the depth buffer: less where it is hollow.

    Source: Luft, Colditz and Deussen (2006), unsharp masking the depth buffer.
    """
    image = depth.reshape(height, width)
    drawn = np.isfinite(image)
    if not drawn.any():
        return np.ones(width * height)
    filled = np.where(drawn, image, 0.0)
    share = drawn.astype(np.float64)
    open_ = np.ones_like(image)
    for radius, weight in ((0.07, 1.5), (0.22, 0.75), (0.6, 0.22)):
        sigma = radius * scale
        shrink = max(1, int(sigma / 3))
        small_d, small_s = filled[::shrink, ::shrink], share[::shrink, ::shrink]
        total = ndimage.gaussian_filter(small_d, sigma / shrink)
        count = ndimage.gaussian_filter(small_s, sigma / shrink)
        mean = total / np.maximum(count, 1e-3)
        if shrink > 1:
            mean = _enlarge(mean, shrink, height, width)
        hollow = np.clip(mean - filled, 0, None) / radius
        open_ *= np.exp(-weight * hollow * np.exp(-0.4 * hollow * hollow))
    return np.where(drawn, np.clip(open_, 0.15, 1), 1.0).ravel()


def _enlarge(image: Floats, factor: int, height: int, width: int) -> Floats:
    """Bilinear enlargement back to (height, width)."""
    row = np.minimum(np.arange(height) / factor, image.shape[0] - 1)
    column = np.minimum(np.arange(width) / factor, image.shape[1] - 1)
    r0 = np.minimum(row.astype(np.int64), image.shape[0] - 2)
    c0 = np.minimum(column.astype(np.int64), image.shape[1] - 2)
    fr, fc = (row - r0)[:, None], (column - c0)[None, :]
    rows = image[r0] * (1 - fr) + image[r0 + 1] * fr
    result: Floats = rows[:, c0] * (1 - fc) + rows[:, c0 + 1] * fc
    return result


def spread(light: Floats, pixel: Ints, width: int, height: int, scale: float) -> Floats:
    """(k, 3) light falling on skin, spread below its surface; red goes furthest."""
    y, x = pixel // width, pixel % width
    top, left = int(y.min()), int(x.min())
    shape = (int(y.max()) - top + 1, int(x.max()) - left + 1)
    share = np.zeros(shape)
    share[y - top, x - left] = 1
    out = np.empty_like(light)
    for channel, radius in enumerate((0.050, 0.024, 0.014)):
        image = np.zeros(shape)
        image[y - top, x - left] = light[:, channel]
        sigma = radius * scale
        total = ndimage.gaussian_filter(image, sigma, truncate=2.5)
        count = ndimage.gaussian_filter(share, sigma, truncate=2.5)
        blurred = (total / np.maximum(count, 1e-6))[y - top, x - left]
        out[:, channel] = 0.3 * light[:, channel] + 0.7 * blurred
    return out


def roughen(normals: Floats, height: Floats, pixel: Ints, width: int, rows: int, scale: float) -> Floats:
    """(k, 3) normals tilted by a relief (k,) in units, by its slope across the screen."""
    image = np.zeros((rows, width))
    inside = np.zeros((rows, width), dtype=bool)
    image.ravel()[pixel], inside.ravel()[pixel] = height, True
    slope_x, slope_y = np.zeros_like(image), np.zeros_like(image)
    slope_x[:, 1:-1] = (image[:, 2:] - image[:, :-2]) * (inside[:, 2:] & inside[:, :-2])
    slope_y[1:-1] = (image[2:] - image[:-2]) * (inside[2:] & inside[:-2])
    tilt = np.stack([slope_x.ravel()[pixel], -slope_y.ravel()[pixel], 0 * height], axis=1)
    return unit(normals - np.clip(tilt * scale / 2, -0.8, 0.8))
