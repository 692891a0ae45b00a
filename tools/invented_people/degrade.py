"""What a cheap camera, a small sensor and a recorder do to a picture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from .develop import Image, grain, quantise, tone
from .mesh import Floats


@dataclass(frozen=True)
class Recorder:
    """blur: lens, in pixels; exposure; contrast: less than 1 is flat; noise: levels of 255;
    colour: saturation kept; quality: JPEG.
    """

    blur: float
    exposure: float
    contrast: float
    noise: float
    colour: float
    quality: int


GOOD = Recorder(blur=0.55, exposure=0.95, contrast=0.9, noise=4.0, colour=0.85, quality=48)
MIDDLING = Recorder(blur=0.6, exposure=0.85, contrast=0.85, noise=5.0, colour=0.7, quality=45)
DARK = Recorder(blur=0.7, exposure=0.30, contrast=0.8, noise=8.0, colour=0.45, quality=42)


def record(light: Floats, recorder: Recorder, rng: np.random.Generator) -> Image:
    """(h, w, 3) bytes of linear light (h, w, 3) as the recorder keeps it, before compression."""
    soft = ndimage.gaussian_filter(light, (recorder.blur, recorder.blur, 0))
    values = tone(soft, recorder.exposure)
    grey = (values * np.array([0.299, 0.587, 0.114])).sum(axis=2, keepdims=True)
    values = grey + (values - grey) * recorder.colour
    values = 28 + (values - 28) * recorder.contrast
    sharp = values + 0.5 * (values - ndimage.gaussian_filter(values, (1.0, 1.0, 0)))
    return quantise(grain(sharp, rng, recorder.noise, size=0.5))
