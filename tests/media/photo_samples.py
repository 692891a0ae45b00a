"""Photographs made for the tests: gradients and noise, no person."""

from __future__ import annotations

import io
from typing import Any

import cv2
import numpy as np
from PIL import Image

H, W = 40, 56
ROWS, COLUMNS = np.mgrid[0:H, 0:W]
RGB = np.stack([COLUMNS * 4, ROWS * 6, (COLUMNS + ROWS) * 2], -1).astype(np.uint8)
GREY = (COLUMNS * 4).astype(np.uint8)
ALPHA = (COLUMNS * 4 + 3).astype(np.uint8)
DEEP = (COLUMNS * 1000 + ROWS * 100 + 7).astype(np.uint16)


def saved(image: Image.Image | np.ndarray[Any, Any], fmt: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    picture = image if isinstance(image, Image.Image) else Image.fromarray(image)
    picture.save(buffer, fmt, **options)
    return buffer.getvalue()


def by_opencv(extension: str, array: np.ndarray[Any, Any]) -> bytes:
    done, data = cv2.imencode(extension, array)
    assert done
    return data.tobytes()


def noisy(seed: int = 0, shape: tuple[int, int] = (120, 96)) -> np.ndarray[Any, Any]:
    rng = np.random.default_rng(seed)
    smooth = cv2.resize(rng.integers(0, 256, (12, 10, 3), dtype=np.uint8), shape[::-1])
    return np.clip(smooth + rng.normal(0, 12, smooth.shape), 0, 255).astype(np.uint8)


LOSSLESS = {
    "PNG": saved(RGB, "PNG"),
    "TIFF": saved(RGB, "TIFF"),
    "TIFF LZW": saved(RGB, "TIFF", compression="tiff_lzw"),
    "TIFF deflate": saved(RGB, "TIFF", compression="tiff_adobe_deflate"),
    "WEBP": saved(RGB, "WEBP", lossless=True),
    "BMP": saved(RGB, "BMP"),
    "JPEG2000": saved(RGB, "JPEG2000"),
    "JPEG2000 codestream": saved(RGB, "JPEG2000", no_jp2=True),
}
NOISY = {
    "JPEG": saved(noisy(), "JPEG"),
    "JPEG progressive": saved(noisy(), "JPEG", progressive=True),
    "PNG": saved(noisy(), "PNG"),
    "TIFF": saved(noisy(), "TIFF"),
    "TIFF LZW": saved(noisy(), "TIFF", compression="tiff_lzw"),
    "TIFF deflate": saved(noisy(), "TIFF", compression="tiff_adobe_deflate"),
    "TIFF deep": by_opencv(".tiff", noisy().astype(np.uint16) * 257),
    "WEBP": saved(noisy(), "WEBP"),
    "WEBP lossless": saved(noisy(), "WEBP", lossless=True),
    "BMP": saved(noisy(), "BMP"),
    "JPEG2000": saved(noisy(), "JPEG2000"),
    "JPEG2000 codestream": saved(noisy(), "JPEG2000", no_jp2=True),
}
