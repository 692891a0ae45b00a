"""Eyeballs: white, veins, iris, pupil, the light's reflection, and the lids' shadow on them."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from .identity import Person
from .mesh import Floats, Ints
from .noise import Noise, smoothstep
from .pose import unit
from .strands import linear

_IRIS = 24.0  # degrees from the middle of the pupil to the edge of the iris


def eyeball(
    person: Person,
    age: float,
    direction: Floats,
    gaze: Floats,
    light: Floats,
    noise: Noise,
    pupil: float,
) -> tuple[Floats, Floats]:
    """(colour (k, 3) linear, reflection (k,)) of an eyeball.

    direction: (k, 3) unit, from the eyeball's centre to each pixel's point; gaze, light: (3,) unit;
    pupil: radius in degrees.
    """
    rng = person.rng("eyes")
    angle = np.degrees(np.arccos(np.clip((direction * gaze).sum(axis=1), -1, 1)))
    white = linear(np.array([222.0, 214, 206]) - np.array([0, 4, 10]) * (age > 55))
    white = white * (0.88 if person.melanin > 3 else 1.0) * np.array([1.0, 0.97, 0.94])
    veins = np.clip(noise.fractal(direction * [3, 9, 3], 2.5, 2) - 0.4, 0, 2)
    colour = np.tile(white, (len(direction), 1))
    outer = smoothstep(28, 62, angle)
    colour *= np.exp(-(veins * (0.1 + 0.25 * outer))[:, None] * np.array([0.1, 0.9, 0.8]))
    colour *= np.exp(-0.45 * outer[:, None] * np.array([0.35, 0.8, 0.8]))

    off = direction - gaze
    turn = np.arctan2(off[:, 1], off[:, 0])
    ray = np.stack([np.cos(turn) * 3, np.sin(turn) * 3, 0.02 * angle], axis=1)
    fibre = noise.fractal(ray + float(rng.uniform(0, 40)), 4.0, 2)
    iris = linear(person.eye) * np.exp(0.22 * fibre)[:, None]
    ring = np.exp(-0.5 * ((angle - _IRIS) / 2.6) ** 2)
    inner = np.exp(-0.5 * ((angle - pupil - 2) / 3.0) ** 2)
    iris *= np.exp(-1.1 * ring + 0.22 * inner)[:, None]
    iris = iris * 1.25 + 0.006
    inside = smoothstep(_IRIS + 1.2, _IRIS - 1.2, angle)[:, None]
    colour = colour * (1 - inside) + iris * inside
    hole = smoothstep(pupil + 1, pupil - 1, angle)[:, None]
    colour = colour * (1 - hole) + 0.004 * hole

    cornea = unit(direction + 0.6 * inside * (direction - gaze))
    half = unit((light + np.array([0.0, 0.0, 1.0]))[None])[0]
    near = np.degrees(np.arccos(np.clip((cornea * half).sum(axis=1), -1, 1)))
    return colour, 0.85 * smoothstep(8.0, 4.5, near) + 0.02


def lid_shade(mask_pixel: Ints, width: int, height: int, scale: float) -> Floats:
    """(k,) in [0, 1]: how open to the light each eyeball pixel is, between its lids."""
    if len(mask_pixel) == 0:
        return np.zeros(0)
    y, x = mask_pixel // width, mask_pixel % width
    pad = int(0.15 * scale) + 2
    top, left = max(int(y.min()) - pad, 0), max(int(x.min()) - pad, 0)
    mask = np.zeros((int(y.max()) + pad - top, int(x.max()) + pad - left))
    mask[y - top, x - left] = 1
    sigma = 0.045 * scale
    soft = ndimage.gaussian_filter(mask, sigma)
    above = ndimage.shift(soft, (0.075 * scale, 0), order=1, mode="nearest")
    value = 0.5 * soft + 0.5 * above
    return 0.22 + 0.78 * smoothstep(0.18, 0.85, value[y - top, x - left])
