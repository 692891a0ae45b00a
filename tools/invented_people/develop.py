"""From linear light to the bytes of a photograph."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from .mesh import Floats

Image = NDArray[np.uint8]


def tone(light: Floats, exposure: float = 1.0) -> Floats:
    """(…) display values 0-255, as floats: exposure, a soft shoulder, gamma 2.2."""
    x = np.maximum(light * exposure, 0)
    knee = 0.62
    over = np.maximum(x - knee, 0)
    x = np.minimum(x, knee) + (1 - knee) * (1 - np.exp(-over / (1 - knee)))
    return 255 * x ** (1 / 2.2)


def quantise(values: Floats) -> Image:
    """Rounded to bytes."""
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)


def grain(values: Floats, rng: np.random.Generator, sigma: float, size: float = 0.6) -> Floats:
    """Sensor noise on display values (h, w, 3): `sigma` levels, grains `size` pixels wide."""
    shape = values.shape
    shared = rng.standard_normal(shape[:2])[:, :, None]
    own = rng.standard_normal(shape)
    noise = ndimage.gaussian_filter(0.8 * shared + 0.6 * own, (size, size, 0))
    result: Floats = values + noise * (sigma / noise.std())
    return result


def jpeg(image: Image, quality: int) -> bytes:
    """The RGB image (h, w, 3) as JPEG bytes."""
    done, data = cv2.imencode(".jpg", np.ascontiguousarray(image[:, :, ::-1]), [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not done:
        raise RuntimeError("OpenCV could not encode a JPEG.")
    return bytes(data.tobytes())
