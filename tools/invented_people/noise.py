"""Seeded random streams and smooth three-dimensional noise."""

from __future__ import annotations

import zlib

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

Floats = NDArray[np.float64]

SEED = 20260101
_SIDE = 48


def stream(*key: int | str) -> np.random.Generator:
    """An independent random stream for a key such as (person number, "skin")."""
    words = [zlib.crc32(k.encode()) if isinstance(k, str) else int(k) for k in key]
    return np.random.default_rng([SEED, *words])


def smoothstep(low: float | Floats, high: float | Floats, x: Floats) -> Floats:
    """0 below `low`, 1 above `high`, a cubic between; `low` may exceed `high` to go down."""
    t = np.clip((x - low) / (np.asarray(high) - low), 0, 1)
    return t * t * (3 - 2 * t)


def bump(x: Floats, centre: float | Floats, width: float | Floats) -> Floats:
    """A Gaussian bell of height 1."""
    d = (x - centre) / width
    return np.exp(-0.5 * d * d)


class Noise:
    """Tileable noise of unit variance in a cube; each person looks at another corner of it."""

    def __init__(self, rng: np.random.Generator, corner: Floats) -> None:
        """The cube is drawn from the stream; corner: (3,) in cells."""
        grid = rng.standard_normal((_SIDE, _SIDE, _SIDE))
        grid = ndimage.gaussian_filter(grid, 0.7, mode="wrap")
        self._grid = grid / grid.std()
        self._corner = corner

    def __call__(self, points: Floats, frequency: float) -> Floats:
        """(n,) noise at points (n, 3), `frequency` cells a unit, linear between cells."""
        at = (points * frequency + self._corner) % _SIDE
        result: Floats = ndimage.map_coordinates(self._grid, at.T, order=1, mode="grid-wrap")
        return result

    def fractal(self, points: Floats, frequency: float, octaves: int = 3) -> Floats:
        """(n,) sum of octaves, about unit variance."""
        total = np.zeros(len(points))
        weight, power = 1.0, 0.0
        for k in range(octaves):
            total += weight * self(points + 7.3 * k, frequency * 2**k)
            power += weight * weight
            weight *= 0.6
        result: Floats = total / np.sqrt(power)
        return result

    def drift(self, points: Floats, frequency: float) -> Floats:
        """(n, 3) a smooth displacement, nearly the same on both sides of the face."""
        folded = np.stack([np.abs(points[:, 0]), points[:, 1], points[:, 2]], axis=1)
        even, uneven = self._cubic(folded, frequency), self._cubic(points, frequency)
        even[:, 0] *= np.tanh(4 * points[:, 0])
        return 0.95 * even + 0.2 * uneven

    def _cubic(self, points: Floats, frequency: float) -> Floats:
        columns = []
        for axis in range(3):
            at = (points * frequency + self._corner + 13.7 * (axis + 1)) % _SIDE
            columns.append(ndimage.map_coordinates(self._grid, at.T, order=3, mode="grid-wrap"))
        return np.stack(columns, axis=1)
