"""How fit a face is to be compared: measures named after ISO/IEC 29794-5:2025, and a verdict with reasons.

Every measure has a raw value and a value from 0 to 100, higher is better. Where the standard's reference software
(OFIQ 1.1) gives a closed formula, it is used; where it uses a network (sharpness, compression, pose), a simple
measure of ours stands in under the same name, and its docstring says so. The standard sets no pass mark: the floors
come from the matcher pack's own measurements.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

EMBEDDING_NORM = "EmbeddingNorm"


class Fitness(StrEnum):
    """What the quality allows."""

    FIT = "fit for comparison"
    POOR = "poor: lookalikes likely"
    UNFIT = "unfit: no search"


@dataclass(frozen=True, slots=True)
class Measure:
    """One quality measure: the standard's name, the raw value with its unit, and 0 to 100 (None: not defined)."""

    name: str
    raw: float
    unit: str
    value: int | None


@dataclass(frozen=True, slots=True)
class Floor:
    """Where a measure stops being good enough, and the measurement that says so.

    Raw values under `unfit_below` refuse the search, those under `poor_below` mark it. `say` words the raw value;
    the two `because` sentences quote what was measured.
    """

    measure: str
    unfit_below: float
    poor_below: float
    say: str
    unfit_because: str
    poor_because: str

    @classmethod
    def parse(cls, entry: Mapping[str, Any]) -> Floor:
        """Read one `[[quality.floors]]` entry. Raises KeyError or ValueError for a bad one."""
        floor = cls(
            measure=str(entry["measure"]),
            unfit_below=float(entry["unfit_below"]),
            poor_below=float(entry["poor_below"]),
            say=str(entry["say"]),
            unfit_because=str(entry["unfit_because"]),
            poor_because=str(entry["poor_because"]),
        )
        if not math.isfinite(floor.unfit_below) or not math.isfinite(floor.poor_below):
            raise ValueError(f"floor of {floor.measure}: a limit is not a finite number")
        if not floor.unfit_below <= floor.poor_below:
            raise ValueError(f"floor of {floor.measure}: unfit_below must not exceed poor_below")
        floor.say.format(0.0)
        return floor


@dataclass(frozen=True, slots=True)
class Verdict:
    """The verdict on one face, with its reasons in words; no reasons when it is fit."""

    fitness: Fitness
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Quality:
    """All measures of one face."""

    measures: tuple[Measure, ...]

    def raw(self, name: str) -> float | None:
        """The raw value of a measure, or None when it was not taken."""
        return next((m.raw for m in self.measures if m.name == name), None)

    def judge(self, floors: Sequence[Floor], *, complete: bool = False) -> Verdict:
        """Hold the measures to the pack's floors.

        complete: all measures have been taken; a floor whose measure is missing then refuses, because what is not
        known is not fit. Before that it says nothing.
        """
        reasons: list[tuple[Fitness, str]] = []
        for floor in floors:
            raw = self.raw(floor.measure)
            if raw is None:
                if complete:
                    reasons.append((Fitness.UNFIT, f"{floor.measure} could not be measured"))
            elif not raw >= floor.unfit_below:  # so that a value that is no number refuses too
                reasons.append((Fitness.UNFIT, f"{floor.say.format(raw)}; {floor.unfit_because}"))
            elif raw < floor.poor_below:
                reasons.append((Fitness.POOR, f"{floor.say.format(raw)}; {floor.poor_because}"))
        grades = [grade for grade, _ in reasons]
        worst = next((f for f in (Fitness.UNFIT, Fitness.POOR) if f in grades), Fitness.FIT)
        return Verdict(worst, tuple(words for _, words in reasons))


def sigmoid(x: float, centre: float, width: float) -> float:
    """1 / (1 + exp((centre - x) / width)), the standard's quality map."""
    return 1.0 / (1.0 + math.exp(min(max((centre - x) / width, -700.0), 700.0)))


def measure(
    pixels: NDArray[np.uint8],
    landmarks: NDArray[np.float64],
    crop: NDArray[np.uint8],
    *,
    areas: Sequence[float],
) -> Quality:
    """Measure one face.

    pixels: (H, W, 3) uint8 RGB, the photograph. landmarks: (5, 2) of the face. crop: (h, w, 3) uint8, the face
    aligned for the embedder. areas: the boxes of all faces in the photograph, pixels, this face's first.
    """
    luminance = _luminance(crop)
    return Quality(
        (
            _inter_eye_distance(landmarks),
            _sharpness(luminance),
            *_illumination(_face_region(luminance)),
            _compression(pixels, landmarks),
            *_pose(pixels.shape, landmarks),
            *_margins(pixels.shape, landmarks),
            _single_face(areas),
        )
    )


def embedding_norm(norm: float) -> Measure:
    """The length of the embedder's raw vector: not in the standard, but a free sign of how much face there was."""
    return Measure(EMBEDDING_NORM, norm, "", None)


def _luminance(rgb: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Rec. 709 luma of (h, w, 3) uint8, 0 to 255."""
    weights = np.array([0.2126, 0.7152, 0.0722])
    return np.asarray(rgb.astype(np.float64) @ weights)


def _face_region(luminance: NDArray[np.float64]) -> NDArray[np.float64]:
    """The ellipse of the aligned crop that holds the face, flattened; stands for OFIQ's landmark mask."""
    height, width = luminance.shape
    y, x = np.mgrid[0:height, 0:width]
    inside = ((x - width / 2) / (0.40 * width)) ** 2 + ((y - 0.52 * height) / (0.46 * height)) ** 2
    return np.asarray(luminance[inside <= 1.0])


def _inter_eye_distance(landmarks: NDArray[np.float64]) -> Measure:
    """Pixels between the eye centres, as they are. Map: sigmoid, centre 70, width 20."""
    raw = float(np.hypot(*(landmarks[1] - landmarks[0])))
    return Measure("InterEyeDistance", raw, "px", round(100 * sigmoid(raw, 70, 20)))


def _sharpness(luminance: NDArray[np.float64]) -> Measure:
    """Edge energy of the aligned crop against its contrast (OFIQ uses a random forest on like features).

    Raw: standard deviation of the Laplacian over that of the luminance, at the size the embedder sees; so a small
    face blown up is not sharp, whatever its pixels say.
    """
    import cv2

    laplacian = cv2.Laplacian(luminance, cv2.CV_64F)[2:-2, 2:-2]
    contrast = float(luminance.std())
    raw = float(laplacian.std()) / contrast if contrast > 1e-9 else 0.0
    return Measure("Sharpness", raw, "", round(100 * sigmoid(raw, 0.22, 0.06)))


def _illumination(region: NDArray[np.float64]) -> list[Measure]:
    """Luminance mean and variance, exposure and dynamic range of the face, with the formulas of OFIQ 1.1."""
    levels = np.clip(np.rint(region), 0, 255).astype(np.int64)
    share = np.bincount(levels, minlength=256) / len(levels)
    grid = np.arange(256) / 255.0
    mean = float(share @ grid)
    variance = float(share @ (grid - mean) ** 2)
    under, over = float(share[:26].sum()), float(share[247:].sum())
    filled = share[share > 0]
    entropy = float(-(filled * np.log2(filled)).sum())
    bright = 100 * sigmoid(mean, 0.2, 0.05) * (1 - sigmoid(mean, 0.8, 0.05))
    spread = 100 * math.sin(60 * variance / (60 * variance + 1) * math.pi)
    dark = 120 * (0.832 - sigmoid(under, 0.92, 0.05))
    return [
        Measure("LuminanceMean", mean, "0 to 1", _bounded(bright)),
        Measure("LuminanceVariance", variance, "0 to 1", _bounded(spread)),
        Measure("UnderExposurePrevention", under, "share of dark pixels", _bounded(dark)),
        Measure("OverExposurePrevention", over, "share of bright pixels", _bounded(1 / (over + 0.01))),
        Measure("DynamicRange", entropy, "bit", _bounded(12.5 * entropy)),
    ]


def _bounded(value: float) -> int:
    return round(min(max(value, 0.0), 100.0))


def _compression(pixels: NDArray[np.uint8], landmarks: NDArray[np.float64]) -> Measure:
    """Steps at the borders of 8-pixel blocks against steps elsewhere (OFIQ uses a network).

    Raw: about 1 without JPEG blocks; it sees the blocks only where the photograph was not resized since.
    """
    eye = float(np.hypot(*(landmarks[1] - landmarks[0])))
    centre, reach = landmarks.mean(axis=0), max(24.0, 1.6 * eye)
    x0, y0 = (max(0, int(v)) // 8 * 8 for v in centre - reach)
    x1, y1 = (int(v) for v in centre + reach)
    luminance = _luminance(pixels[y0 : y1 + 1, x0 : x1 + 1])
    ratios = []
    for steps, axis in ((np.abs(np.diff(luminance, axis=1)), 1), (np.abs(np.diff(luminance, axis=0)), 0)):
        index = np.arange(steps.shape[axis]) % 8
        border, inside = steps.compress(index == 7, axis), steps.compress(index != 7, axis)
        if border.size and inside.size and inside.mean() > 1e-9:
            ratios.append(float(border.mean() / inside.mean()))
    raw = max(1.0, float(np.mean(ratios))) if ratios else 1.0
    return Measure("CompressionArtifacts", raw, "ratio", _bounded(100 * (2.0 - raw)))


# Five points of an average head in millimetres, nose tip as origin, x to the image's right, y down, z away from the
# camera; the subject's right eye first. Proportions after Farkas (1994), Anthropometry of the Head and Face.
_HEAD = np.array([[-31.5, -37.0, 27.0], [31.5, -37.0, 27.0], [0.0, 0.0, 0.0], [-25.0, 33.0, 23.0], [25.0, 33.0, 23.0]])


def _pose(shape: tuple[int, ...], landmarks: NDArray[np.float64]) -> list[Measure]:
    """Yaw, pitch and roll in degrees from five points (OFIQ uses a network). Map: 100 · max(0, cos)².

    Yaw is positive when the head turns to the image's right, pitch when it looks down, roll when it leans to the
    image's right. Five points on an average head: good to about 10 degrees for yaw and roll, 15 for pitch.
    """
    import cv2

    focal = 1.2 * float(max(shape[:2]))
    camera = np.array([[focal, 0, shape[1] / 2], [0, focal, shape[0] / 2], [0, 0, 1]])
    solved, rotation, _ = cv2.solvePnP(_HEAD, landmarks, camera, None, flags=cv2.SOLVEPNP_SQPNP)
    if not solved:
        return []
    m = cv2.Rodrigues(rotation)[0]
    yaw = math.degrees(math.atan2(-float(m[0, 2]), float(m[2, 2])))
    pitch = math.degrees(math.asin(max(-1.0, min(1.0, float(m[1, 2])))))
    roll = math.degrees(math.atan2(float(m[1, 0]), float(m[1, 1])))
    return [
        Measure(f"HeadPose{name}", angle, "degrees", round(100 * max(0.0, math.cos(math.radians(angle))) ** 2))
        for name, angle in (("Yaw", yaw), ("Pitch", pitch), ("Roll", roll))
    ]


def _margins(shape: tuple[int, ...], landmarks: NDArray[np.float64]) -> list[Measure]:
    """Room around the face, in inter-eye distances and in eye-to-chin lengths, with the maps of OFIQ 1.1.

    The chin is not among the five points: eye-to-chin is taken as 1.75 times eye-to-mouth (Farkas 1994).
    """
    height, width = shape[:2]
    right_eye, left_eye = landmarks[0], landmarks[1]
    eyes, mouth = (right_eye + left_eye) / 2, (landmarks[3] + landmarks[4]) / 2
    apart = max(1e-6, float(np.hypot(*(left_eye - right_eye))))
    chin = max(1e-6, 1.75 * float(np.hypot(*(mouth - eyes))))
    rows = (
        ("LeftwardCropOfTheFaceImage", float(right_eye[0]) / apart, "inter-eye distances", 0.9),
        ("RightwardCropOfTheFaceImage", float(width - left_eye[0]) / apart, "inter-eye distances", 0.9),
        ("MarginAboveOfTheFaceImage", float(eyes[1]) / chin, "eye-to-chin lengths", 1.4),
        ("MarginBelowOfTheFaceImage", float(height - eyes[1]) / chin, "eye-to-chin lengths", 1.8),
    )
    return [Measure(name, raw, unit, round(100 * sigmoid(raw, at, 0.1))) for name, raw, unit, at in rows]


def _single_face(areas: Sequence[float]) -> Measure:
    """The largest other face as a share of this one. Map: 100 · (1 - share)."""
    others = [area / areas[0] for area in areas[1:]]
    raw = max(others, default=0.0)
    return Measure("SingleFacePresent", raw, "share", _bounded(100 * (1 - raw)))
