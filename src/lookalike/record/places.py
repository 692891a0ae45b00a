"""Where a face stands before and after the edits that move a picture: crop, turn, resize."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from lookalike.face.detector import Face
from lookalike.media._resample import rotated_size
from lookalike.media.edits import Crop, Edit, Resize, Rotate


def after(face: Face, steps: Sequence[Edit], shape: tuple[int, ...]) -> Face:
    """A face of the original, of (height, width) `shape`, where it stands after the edits; perhaps outside of them."""
    matrix, turned = _matrix(steps, shape)
    return _moved(face, matrix, turned)


def before(face: Face, steps: Sequence[Edit], shape: tuple[int, ...]) -> Face:
    """A face of the edited picture, where it stood in the original, of (height, width) `shape`."""
    matrix, turned = _matrix(steps, shape)
    return _moved(face, np.linalg.inv(matrix).astype(np.float64), turned)


def _moved(face: Face, matrix: NDArray[np.float64], turned: float) -> Face:
    """The box about the same middle, as large as it is there; lying on its side where the picture was so turned."""
    x, y, width, height = face.box
    if round(turned / 90) % 2:
        width, height = height, width
    middle = matrix @ np.array([x + face.box[2] / 2, y + face.box[3] / 2, 1.0])
    across, down = (float(np.hypot(*matrix[:2, axis])) for axis in (0, 1))
    width, height = width * across, height * down
    landmarks = face.landmarks @ matrix[:2, :2].T + matrix[:2, 2]
    box = (float(middle[0] - width / 2), float(middle[1] - height / 2), width, height)
    return replace(face, box=box, landmarks=landmarks)


def _matrix(steps: Sequence[Edit], shape: tuple[int, ...]) -> tuple[NDArray[np.float64], float]:
    """(3, 3): from places of the original to those of the edited picture; and by how many degrees it was turned."""
    matrix, turned = np.eye(3), 0.0
    width, height = float(shape[1]), float(shape[0])
    for edit in steps:
        if isinstance(edit, Crop):
            matrix = _shift(-edit.left, -edit.top) @ matrix
            width, height = float(edit.width), float(edit.height)
        elif isinstance(edit, Resize):
            matrix = np.diag([edit.width / width, edit.height / height, 1.0]) @ matrix
            width, height = float(edit.width), float(edit.height)
        elif isinstance(edit, Rotate):
            whole = edit.degrees % 90 == 0 or edit.expand
            wide, high = rotated_size(int(width), int(height), edit.degrees) if whole else (width, height)
            angle = np.radians(edit.degrees)  # clockwise, for y runs down
            turn = np.array([[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0], [0, 0, 1.0]])
            matrix = _shift(wide / 2, high / 2) @ turn @ _shift(-width / 2, -height / 2) @ matrix
            width, height, turned = float(wide), float(high), turned + edit.degrees
    return matrix, turned


def _shift(x: float, y: float) -> NDArray[np.float64]:
    return np.array([[1.0, 0, x], [0, 1.0, y], [0, 0, 1.0]])
