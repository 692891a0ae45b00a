"""From a face in a photograph to the upright crop that the embedder was trained on."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def similarity(source: NDArray[np.float64], target: NDArray[np.float64]) -> NDArray[np.float64]:
    """The rotation, scale and shift that brings `source` closest to `target` in least squares.

    source, target: (n, 2) float64, n >= 2. Returns (2, 3) float64, to be applied to (x, y, 1).
    Source: Umeyama (1991), IEEE TPAMI 13(4), in closed form for two dimensions without reflection.
    """
    centre_s, centre_t = source.mean(axis=0), target.mean(axis=0)
    s, t = source - centre_s, target - centre_t
    spread = float((s * s).sum())
    if spread == 0.0:
        raise ValueError("all landmarks lie on one point")
    along = float((s * t).sum()) / spread
    across = float((s[:, 0] * t[:, 1] - s[:, 1] * t[:, 0]).sum()) / spread
    turn = np.array([[along, -across], [across, along]])
    return np.column_stack([turn, centre_t - turn @ centre_s])


def aligned_crop(
    pixels: NDArray[np.uint8],
    landmarks: NDArray[np.float64],
    template: NDArray[np.float64],
    size: tuple[int, int],
) -> NDArray[np.uint8]:
    """Cut the face out, upright and at the embedder's size.

    pixels: (H, W, 3) uint8 RGB. landmarks: (5, 2) float64 in its pixels. template: (5, 2) in the crop's pixels.
    size: (width, height) of the crop. A face much larger than the crop is first shrunk by area, so that no pixel is
    passed over. Outside the photograph is black. Returns (height, width, 3) uint8.
    """
    import cv2

    matrix = similarity(landmarks, template)
    shrink = int(1.0 / max(float(np.hypot(matrix[0, 0], matrix[1, 0])), 1e-6))
    if shrink >= 2:
        region, origin = _around(pixels, landmarks, shrink)
        height, width = region.shape[0] // shrink, region.shape[1] // shrink
        if height and width:
            whole = region[: height * shrink, : width * shrink]
            pixels = np.asarray(cv2.resize(whole, (width, height), interpolation=cv2.INTER_AREA), dtype=np.uint8)
            # pixel centres: x_small = (x - origin + 0.5) / shrink - 0.5
            matrix = similarity((landmarks - origin + 0.5) / shrink - 0.5, template)
    return np.asarray(cv2.warpAffine(pixels, matrix, size, flags=cv2.INTER_LINEAR), dtype=np.uint8)


def _around(
    pixels: NDArray[np.uint8], landmarks: NDArray[np.float64], multiple: int
) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    """The part of the photograph that can reach the crop, and its corner."""
    low, high = landmarks.min(axis=0), landmarks.max(axis=0)
    margin = 2.0 * float((high - low).max()) + multiple
    x0, y0 = (int(max(v, 0)) for v in low - margin)
    x1, y1 = (int(v) for v in high + margin)
    return pixels[y0 : y1 + 1, x0 : x1 + 1], np.array([x0, y0], dtype=np.float64)
