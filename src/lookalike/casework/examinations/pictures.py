"""The pictures of an examination, made so that nothing tells them apart but what is on them.

Every face is cut to head and shoulders, set to one size, and written in one format and quality without metadata; then
the file is filled up with zeros to whole steps, so that its length says nothing either.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from lookalike.errors import Fault
from lookalike.face.matcher import Matcher
from lookalike.media.photo import encode_png, read_photo
from lookalike.record.pictures import candidate_portrait, without_others

WIDTH, HEIGHT = 800, 1000
QUALITY = 92
STEP = 1 << 18
"""Bytes: a face of 800 by 1,000 pixels at this quality fills one step, and a very noisy one two."""

FACE_TYPE, PROBE_TYPE = "image/jpeg", "image/png"

Pixels = NDArray[np.uint8]


def face_picture(photo: bytes, matcher: Matcher) -> bytes:
    """A booking photograph as every examiner sees it: JPEG of WIDTH by HEIGHT, a whole number of STEPs long.

    Raises what `read_photo` raises, and Fault when it cannot be written.
    """
    return _filled(_jpeg(candidate_portrait(photo, matcher, name="a photograph", width=WIDTH, height=HEIGHT)))


def probe_picture(picture: bytes, matcher: Matcher | None = None) -> bytes:
    """The probe as PNG of its pixels alone. matcher: to hide everybody but the largest face, where nobody did so yet.

    Raises what `read_photo` raises.
    """
    pixels = read_photo(picture, name="the probe").pixels
    if matcher is not None:
        faces = matcher.detect_thoroughly(pixels)
        largest = max(matcher.detect(pixels) or faces, key=lambda face: face.area, default=None)
        pixels = without_others(pixels, faces, largest)
    return encode_png(pixels)


def _jpeg(pixels: Pixels) -> bytes:
    options = [
        cv2.IMWRITE_JPEG_QUALITY,
        QUALITY,
        cv2.IMWRITE_JPEG_SAMPLING_FACTOR,
        cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444,
    ]
    done, data = cv2.imencode(".jpg", np.ascontiguousarray(pixels[:, :, ::-1]), options)
    if not done:
        raise Fault("A picture of a candidate could not be written.", remedy="Report it; nothing was given to anybody.")
    return bytes(data)


def _filled(data: bytes) -> bytes:
    """The file and zeros after its end mark, which every decoder leaves alone."""
    return data + bytes(-len(data) % STEP)


def png_size(head: bytes) -> tuple[int, int]:
    """Width and height of a PNG file, from its first 24 bytes."""
    return int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:24], "big")
