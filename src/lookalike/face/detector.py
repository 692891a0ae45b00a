"""Finding faces with YuNet: where they are and five points on each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from lookalike.face.pack import DetectorSpec
from lookalike.face.runtime import Network

STRIDES = (8, 16, 32)

SMALLEST_ENLARGED = 32
"""Long side, in pixels, below which a photograph cannot hold a face that anybody would see."""


@dataclass(frozen=True, slots=True)
class Face:
    """A face in a photograph, in that photograph's own pixels.

    box: x, y, width, height. landmarks: (5, 2) float64: the subject's right eye, left eye, tip of the nose, right and
    left corner of the mouth. confidence: the detector's, from 0 to 1; it says that this is a face, not that it is fit
    to be compared.
    """

    box: tuple[float, float, float, float]
    landmarks: NDArray[np.float64]
    confidence: float

    @property
    def inter_eye_distance(self) -> float:
        """Pixels between the centres of the eyes."""
        return float(np.hypot(*(self.landmarks[1] - self.landmarks[0])))

    @property
    def area(self) -> float:
        """Pixels covered by the box."""
        return self.box[2] * self.box[3]


def detect(network: Network, spec: DetectorSpec, pixels: NDArray[np.uint8]) -> tuple[Face, ...]:
    """Find every face, numbered from left to right as a person would count them.

    pixels: (H, W, 3) uint8 RGB. A copy of at most `spec.first_long_side` is looked at first; only when it shows no
    face, the full size (at most `spec.full_long_side`), or, of a small photograph, a copy of twice its size: so that a
    face too small to be compared is called that, and not overlooked. Coordinates are those of `pixels`.
    """
    long_side = max(pixels.shape[:2])
    sizes = [min(long_side, spec.first_long_side)]
    if long_side > spec.first_long_side:
        sizes.append(min(long_side, spec.full_long_side))
    elif long_side >= SMALLEST_ENLARGED:
        sizes.append(2 * long_side)
    faces: list[Face] = []
    for size in sizes:
        faces = faces or _detect_at(network, spec, pixels, size)
    return tuple(sorted(faces, key=lambda face: (face.box[0], face.box[1])))


def detect_thoroughly(network: Network, spec: DetectorSpec, pixels: NDArray[np.uint8]) -> tuple[Face, ...]:
    """Find every face that anybody might recognise, at every size and with less confidence: to hide, never to search.

    pixels: (H, W, 3) uint8 RGB. Some of what comes back is no face; what is shown of a photograph loses little by it.
    """
    keen = replace(spec, confidence=0.5 * spec.confidence)
    long_side = max(pixels.shape[:2])
    sizes = {min(long_side, spec.first_long_side), min(long_side, spec.full_long_side)}
    if SMALLEST_ENLARGED <= long_side <= spec.first_long_side:
        sizes.add(2 * long_side)
    return tuple(face for size in sorted(sizes) for face in _detect_at(network, keen, pixels, size))


def _detect_at(network: Network, spec: DetectorSpec, pixels: NDArray[np.uint8], long_side: int) -> list[Face]:
    import cv2

    height, width = pixels.shape[:2]
    scale = long_side / max(height, width)
    if scale != 1.0:
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        way = cv2.INTER_AREA if scale < 1.0 else cv2.INTER_LINEAR
        pixels = cv2.resize(pixels, size, interpolation=way).astype(np.uint8, copy=False)
    small_height, small_width = pixels.shape[:2]
    blob = np.zeros((1, 3, -(-small_height // 32) * 32, -(-small_width // 32) * 32), dtype=np.float32)
    for channel in range(3):
        blob[0, channel, :small_height, :small_width] = pixels[:, :, 2 - channel]  # YuNet reads BGR
    rows = _decode(network.infer(blob), blob.shape[3], spec.confidence)
    back = np.array([width / small_width, height / small_height])
    faces = []
    for row in _without_overlaps(rows, spec.overlap):
        corner, extent = row[0:2] * back, row[2:4] * back
        landmarks = row[4:14].reshape(5, 2) * back
        if extent.min() < 1.0 or not np.isfinite(row).all():
            continue
        landmarks.setflags(write=False)
        box = (float(corner[0]), float(corner[1]), float(extent[0]), float(extent[1]))
        faces.append(Face(box, landmarks, float(row[14])))
    return faces


def _decode(outputs: Mapping[str, NDArray[np.float32]], width: int, confidence: float) -> NDArray[np.float64]:
    """Anchor-free decoding: (n, 15) float64 of x, y, w, h, ten landmark numbers, confidence; best first."""
    found = []
    for stride in STRIDES:
        classes = outputs[f"cls_{stride}"][0, :, 0].astype(np.float64)
        objects = outputs[f"obj_{stride}"][0, :, 0].astype(np.float64)
        scores = np.sqrt(np.clip(classes, 0, 1) * np.clip(objects, 0, 1))
        kept = np.flatnonzero(scores >= confidence)
        if not len(kept):
            continue
        cells = np.stack([kept % (width // stride), kept // (width // stride)], axis=1)
        boxes = outputs[f"bbox_{stride}"][0, kept].astype(np.float64)
        points = outputs[f"kps_{stride}"][0, kept].astype(np.float64).reshape(-1, 5, 2)
        centres, extents = (cells + boxes[:, :2]) * stride, np.exp(boxes[:, 2:]) * stride
        landmarks = ((points + cells[:, None, :]) * stride).reshape(-1, 10)
        found.append(np.hstack([centres - extents / 2, extents, landmarks, scores[kept, None]]))
    if not found:
        return np.empty((0, 15))
    rows = np.vstack(found)
    return rows[np.argsort(-rows[:, 14], kind="stable")]


def _without_overlaps(rows: NDArray[np.float64], overlap: float) -> NDArray[np.float64]:
    """Greedy non-maximum suppression by intersection over union; `rows` come best first."""
    kept: list[int] = []
    corners, ends = rows[:, 0:2], rows[:, 0:2] + rows[:, 2:4]
    areas = rows[:, 2] * rows[:, 3]
    for i in range(len(rows)):
        for j in kept:
            low, high = np.maximum(corners[i], corners[j]), np.minimum(ends[i], ends[j])
            shared = float(np.prod(np.clip(high - low, 0, None)))
            if shared > overlap * (areas[i] + areas[j] - shared):
                break
        else:
            kept.append(i)
    return rows[kept]
