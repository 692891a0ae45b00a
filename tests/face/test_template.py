"""The template and the score: exact integers, the same bits by every road."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from lookalike.face.template import compare, digest, quantise, scores_from_parts

VECTORS = hnp.arrays(
    np.float64, st.integers(1, 64), elements=st.floats(-1e3, 1e3).filter(lambda v: v == 0 or abs(v) > 1e-6)
)
CODES = hnp.arrays(np.int8, 16, elements=st.integers(-127, 127))


@given(VECTORS.filter(lambda v: bool(np.any(v))))
def test_the_largest_component_becomes_127_and_none_is_more_than_half_a_step_off(vector: np.ndarray) -> None:
    template = quantise(vector)
    assert np.abs(template.astype(int)).max() == 127
    exact = vector / np.abs(vector).max() * 127
    assert np.all(np.abs(template - exact) <= 0.5 + 1e-9)


@given(VECTORS.filter(lambda v: bool(np.any(v))), st.floats(1e-3, 1e3))
def test_the_length_of_the_vector_does_not_matter(vector: np.ndarray, factor: float) -> None:
    # a power of two scales without rounding
    assert np.array_equal(quantise(vector), quantise(vector * 2.0 ** round(math.log2(factor))))


@pytest.mark.parametrize("vector", [np.zeros(4), np.array([1.0, np.nan]), np.array([np.inf, 1.0])])
def test_a_vector_without_direction_is_a_fault(vector: np.ndarray) -> None:
    with pytest.raises(ValueError, match="zero or not finite"):
        quantise(vector)


def test_a_score_worked_by_hand() -> None:
    a, b = np.array([3, 4], dtype=np.int8), np.array([4, 3], dtype=np.int8)
    found = compare(a, b)
    assert (found.dot, found.norm_a, found.norm_b) == (24, 25, 25)
    assert found.score == 24 / 25


@given(CODES, CODES)
def test_a_comparison_is_the_same_both_ways_and_never_leaves_its_range(a: np.ndarray, b: np.ndarray) -> None:
    one, other = compare(a, b), compare(b, a)
    assert one.score == other.score
    assert -1.0 - 1e-15 <= one.score <= 1.0 + 1e-15
    assert compare(a, a).score == (1.0 if a.any() else 0.0)


@given(st.lists(CODES, min_size=1, max_size=9), CODES)
def test_many_at_once_give_the_bits_of_one_by_one(rows: list[np.ndarray], probe: np.ndarray) -> None:
    wide = np.array(rows, dtype=np.int64)
    scores = scores_from_parts(wide @ probe, (wide * wide).sum(axis=1), compare(probe, probe).norm_a)
    assert scores.tolist() == [compare(row, probe).score for row in rows]


def test_the_digest_is_that_of_the_bytes() -> None:
    import hashlib

    template = np.array([-127, 0, 127], dtype=np.int8)
    assert digest(template) == hashlib.sha256(b"\x81\x00\x7f").hexdigest()
