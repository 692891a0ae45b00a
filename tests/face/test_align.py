"""A face comes out of the photograph upright, whatever its size and turn."""

from __future__ import annotations

import cv2
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lookalike.face.align import aligned_crop, similarity
from lookalike.face.pack import BUILT_IN, DEFAULT, read_pack

TEMPLATE = read_pack(BUILT_IN / DEFAULT).embedder.landmarks


@given(st.floats(0.1, 20), st.floats(-3, 3), st.floats(-500, 500), st.floats(-500, 500))
def test_a_similarity_is_found_again(scale: float, angle: float, dx: float, dy: float) -> None:
    c, s = scale * np.cos(angle), scale * np.sin(angle)
    true = np.array([[c, -s, dx], [s, c, dy]])
    moved = TEMPLATE @ true[:, :2].T + true[:, 2]
    assert np.allclose(similarity(TEMPLATE, moved), true, atol=1e-6 * max(1, scale))


def test_a_mirrored_face_is_not_mirrored_back() -> None:
    mirrored = TEMPLATE * [-1, 1]
    matrix = similarity(TEMPLATE, mirrored)
    assert np.linalg.det(matrix[:, :2]) > 0


def test_a_large_face_is_averaged_and_not_sampled() -> None:
    # black and white in every other pixel: any honest small copy is grey
    board = (np.indices((1120, 1120)).sum(axis=0) % 2 * 255).astype(np.uint8)
    crop = aligned_crop(np.dstack([board] * 3), TEMPLATE * 10, TEMPLATE, (112, 112))
    middle = crop[20:92, 20:92].astype(float)
    assert abs(middle.mean() - 127.5) < 2
    assert middle.std() < 5


def test_the_crop_is_where_the_landmarks_say_at_every_size() -> None:
    rng = np.random.default_rng(0)
    picture = cv2.GaussianBlur(rng.integers(0, 256, (112, 112, 3), dtype=np.uint8), (0, 0), 6)
    picture = cv2.normalize(picture, None, 0, 255, cv2.NORM_MINMAX)
    plain = aligned_crop(picture, TEMPLATE, TEMPLATE, (112, 112)).astype(int)
    for factor in (2, 3, 5):
        big = cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC)
        moved = (TEMPLATE + 0.5) * factor - 0.5
        crop = aligned_crop(big, moved, TEMPLATE, (112, 112)).astype(int)
        assert np.abs(crop - plain)[4:-4, 4:-4].mean() < 3
