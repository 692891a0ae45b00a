"""Pictures for people: the probe with nobody else's face in it, and candidates side by side with it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lookalike.face.detector import Face
from lookalike.face.matcher import Matcher
from lookalike.media.photo import read_photo

Pixels = NDArray[np.uint8]

CELLS = 5
"""An uninvolved face keeps this many cells a side: no recogniser and no reader gets it back."""


def without_others(pixels: Pixels, faces: Sequence[Face], chosen: Face | None) -> Pixels:
    """The photograph with every face but the chosen one made unrecognisable; with None, every face.

    pixels: (H, W, 3) uint8 RGB, not changed. faces: all that may be one, as `Matcher.detect_thoroughly` finds them.
    What lies on the chosen face is left alone, and the chosen face's own box stays as it is where boxes overlap.
    """
    import cv2

    out = pixels.copy()
    for face in faces:
        if chosen is not None and same_face(face, chosen):
            continue
        x0, y0, x1, y1 = _bounds(face, pixels, margin=0.25)
        if x1 > x0 and y1 > y0:
            cells = cv2.resize(out[y0:y1, x0:x1], (CELLS, CELLS), interpolation=cv2.INTER_AREA)
            out[y0:y1, x0:x1] = cv2.resize(cells, (x1 - x0, y1 - y0), interpolation=cv2.INTER_LINEAR)
    if chosen is not None:
        x0, y0, x1, y1 = _bounds(chosen, pixels, margin=0.0)
        out[y0:y1, x0:x1] = pixels[y0:y1, x0:x1]
    return out


def same_face(one: Face, other: Face) -> bool:
    """Whether two boxes are of one face: the middle of each lies well inside the other."""
    for a, b in ((one, other), (other, one)):
        x, y = a.box[0] + a.box[2] / 2, a.box[1] + a.box[3] / 2
        if not (
            abs(x - b.box[0] - b.box[2] / 2) < 0.3 * b.box[2] and abs(y - b.box[1] - b.box[3] / 2) < 0.3 * b.box[3]
        ):
            return False
    return True


def candidate_portrait(photo: bytes, matcher: Matcher, *, name: str, width: int, height: int) -> Pixels:
    """The person a booking photograph is of, (height, width, 3) uint8, with nobody else's face in it.

    photo: the file as it was enrolled. name: what messages call it.
    """
    pixels = read_photo(photo, name=name).pixels
    faces = matcher.detect_thoroughly(pixels)
    largest = max(matcher.detect(pixels) or faces, key=lambda face: face.area, default=None)
    return portrait(without_others(pixels, faces, largest), largest, width=width, height=height)


def portrait(pixels: Pixels, face: Face | None, *, width: int, height: int) -> Pixels:
    """Head and shoulders around a face, (height, width, 3) uint8; the whole photograph when there is no face."""
    import cv2

    rows, columns = pixels.shape[:2]
    aspect = width / height
    if face is None:
        centre, tall = np.array([columns / 2, rows / 2]), float(rows)
    else:
        eyes = (face.landmarks[0] + face.landmarks[1]) / 2
        tall = min(4.6 * max(face.inter_eye_distance, 0.35 * face.box[3]), 4.0 * rows)
        centre = eyes + np.array([0.0, 0.12 * tall])
    wide = tall * aspect
    matrix = np.array(
        [
            [width / wide, 0.0, width / 2 - centre[0] * width / wide],
            [0.0, height / tall, height / 2 - centre[1] * height / tall],
        ]
    )
    shrinks = width / wide < 0.5
    if shrinks:
        factor = max(1, int(wide / width))
        pixels = np.asarray(
            cv2.resize(pixels, (columns // factor, rows // factor), interpolation=cv2.INTER_AREA), dtype=np.uint8
        )
        matrix[:, :2] *= factor
    background = (236, 236, 234)
    return np.asarray(
        cv2.warpAffine(pixels, matrix, (width, height), flags=cv2.INTER_LINEAR, borderValue=background),
        dtype=np.uint8,
    )


def numbered(pixels: Pixels, faces: Sequence[Face]) -> Pixels:
    """The photograph with each face framed and numbered as `--face` counts them."""
    import cv2

    out = pixels.copy()
    unit = max(pixels.shape[:2]) / 500
    for i, face in enumerate(faces, start=1):
        x0, y0, x1, y1 = _bounds(face, pixels, margin=0.1)
        for colour, thick in (((0, 0, 0), 3), ((255, 255, 255), 1)):
            cv2.rectangle(out, (x0, y0), (x1, y1), colour, max(1, round(thick * unit)))
            place = (x0, max(y0 - round(4 * unit), round(16 * unit)))
            cv2.putText(
                out,
                str(i),
                place,
                cv2.FONT_HERSHEY_SIMPLEX,
                0.6 * unit,
                colour,
                max(1, round(thick * unit)),
                cv2.LINE_AA,
            )
    return out


def fitted(pixels: Pixels, *, long_side: int) -> Pixels:
    """A copy whose long side is at most `long_side` pixels."""
    import cv2

    scale = long_side / max(pixels.shape[:2])
    if scale >= 1:
        return pixels
    size = (max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale)))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _bounds(face: Face, pixels: Pixels, *, margin: float) -> tuple[int, int, int, int]:
    x, y, width, height = face.box
    x0, y0 = max(0, int(x - margin * width)), max(0, int(y - margin * height))
    x1 = min(pixels.shape[1], int(np.ceil(x + (1 + margin) * width)))
    y1 = min(pixels.shape[0], int(np.ceil(y + (1 + margin) * height)))
    return x0, y0, x1, y1
