"""Bins, their exact edges, and the rates that are read off them."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import asdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookalike.errors import BadInput, TooFewScores
from lookalike.evaluation.histograms import UNKNOWN, Histogram, Histograms, bins_of, edges, pair_table

sizes = pytest.mark.parametrize("bins", [2, 6, 98, 1000, 19_998, 20_000, 1 << 20])


@sizes
def test_an_edge_is_the_smallest_score_of_its_bin(bins: int) -> None:
    lowest, top = edges(bins)[:-1], edges(bins)[-1]
    assert bins_of(lowest, bins).tolist() == list(range(bins))
    assert bins_of(np.nextafter(lowest, -np.inf), bins).tolist() == [*range(-1, bins - 1)]
    assert top == np.nextafter(1.0, 2.0)
    assert (lowest[0], lowest[bins // 2]) == (-1.0, 0.0)


@sizes
def test_bins_are_of_equal_width(bins: int) -> None:
    np.testing.assert_allclose(np.diff(edges(bins)), 2 / bins, rtol=1e-9, atol=1e-15)


@given(score=st.floats(-1.0, 1.0), half=st.integers(1, 1 << 19))
def test_a_score_lies_between_the_edges_of_its_bin(score: float, half: int) -> None:
    place = int(bins_of(np.array([score]), 2 * half)[0])
    if half <= 20_000:
        assert edges(2 * half)[place] <= score < edges(2 * half)[place + 1]
    assert 0 <= place < 2 * half


def test_edges_cannot_be_changed_by_who_asks_for_them() -> None:
    with pytest.raises(ValueError, match="read-only"):
        edges(20)[0] = 5.0


@pytest.fixture
def ten() -> Histogram:
    """Ten scores in four bins: 4 below -0.5, 3 below 0, 2 below 0.5, 1 above."""
    return Histogram(np.array([4, 3, 2, 1], dtype=np.uint64))


def test_survival_counts_the_scores_that_reach_each_edge(ten: Histogram) -> None:
    assert ten.survival.tolist() == [10, 6, 3, 1, 0]
    assert ten.total == 10


def test_between_edges_neither_error_is_understated(ten: Histogram) -> None:
    for threshold in [-1.0, -0.5, 0.0, 0.5]:
        assert ten.at_least(threshold) + ten.below(threshold) == 10
    assert (ten.at_least(0.25), ten.below(0.25)) == (3, 9)
    assert (ten.at_least(0.75), ten.below(0.75)) == (1, 10)
    assert (ten.at_least(1.0), ten.below(1.0)) == (1, 10)  # a score of 1 is in the last bin
    assert (ten.at_least(1.5), ten.below(1.5)) == (0, 10)
    assert (ten.at_least(-1.5), ten.below(-1.5)) == (10, 0)


@pytest.mark.parametrize(
    ("rate", "threshold"), [(1.0, -1.0), (0.6, -0.5), (0.59, 0.0), (0.3, 0.0), (0.1, 0.5), (0.09, None), (0.0, None)]
)
def test_a_threshold_is_the_smallest_edge_that_keeps_to_the_rate(
    ten: Histogram, rate: float, threshold: float | None
) -> None:
    found = ten.threshold(rate)
    assert found == (np.nextafter(1.0, 2.0) if threshold is None else threshold)
    assert ten.at_least(found) <= rate * 10


def test_at_rate_zero_the_threshold_stands_just_above_the_highest_score() -> None:
    assert Histogram(np.array([4, 3, 0, 0], dtype=np.uint64)).threshold(0.0) == 0.0


@pytest.mark.parametrize("rate", [-0.1, 1.1, float("nan")])
def test_a_rate_that_is_none_is_refused(ten: Histogram, rate: float) -> None:
    with pytest.raises(BadInput, match="rate"):
        ten.threshold(rate)


def test_without_comparisons_there_is_no_threshold() -> None:
    with pytest.raises(TooFewScores):
        Histogram(np.zeros(4, dtype=np.uint64)).threshold(0.5)


def test_counts_beyond_32_bits_are_kept() -> None:
    assert Histogram(np.array([1 << 62, 1 << 62], dtype=np.uint64)).survival.tolist() == [1 << 63, 1 << 62, 0]


@pytest.fixture
def three_pairs() -> Histograms:
    """One group and the unknown: a pair a row."""
    return Histograms(1, np.array([[1, 2], [3, 4], [5, 6]], np.uint64), np.array([[0, 1], [0, 2], [0, 3]], np.uint64))


def test_pairs_are_named_in_the_order_of_the_rows(three_pairs: Histograms) -> None:
    assert three_pairs.pairs == ((0, 0), (0, UNKNOWN), (UNKNOWN, UNKNOWN))
    pairs = Histograms(2, np.zeros((6, 2), np.uint64), np.zeros((6, 2), np.uint64)).pairs
    assert [pair_table(2)[pair] for pair in pairs] == list(range(6))
    assert [pair_table(2)[pair[::-1]] for pair in pairs] == list(range(6))


def test_pairs_are_taken_together_once_each_in_either_order(three_pairs: Histograms) -> None:
    assert three_pairs.non_mated_of().counts.tolist() == [9, 12]
    assert three_pairs.non_mated_of([(UNKNOWN, 0), (0, UNKNOWN), (0, 0)]).counts.tolist() == [4, 6]
    assert three_pairs.mated_of([(UNKNOWN, UNKNOWN)]).counts.tolist() == [0, 3]
    assert three_pairs.mated_of([]).total == 0
    assert three_pairs.mated_of([]).counts.dtype == np.uint64


@pytest.mark.parametrize("pair", [(0, 1), (-2, 0)])
def test_a_pair_that_does_not_exist_is_refused(three_pairs: Histograms, pair: tuple[int, int]) -> None:
    with pytest.raises(BadInput, match="no group"):
        three_pairs.mated_of([pair])


def test_histograms_survive_a_file(three_pairs: Histograms) -> None:
    file = io.BytesIO()
    np.savez(file, **asdict(three_pairs))
    file.seek(0)
    with np.load(file) as kept:
        read = Histograms(int(kept["groups"]), kept["non_mated"], kept["mated"])
    assert read.non_mated.tolist() == three_pairs.non_mated.tolist()
    assert read.mated.tolist() == three_pairs.mated.tolist()


@pytest.mark.parametrize(
    "broken",
    [
        lambda: Histograms(2, np.zeros((3, 2), np.uint64), np.zeros((3, 2), np.uint64)),
        lambda: Histograms(1, np.zeros((3, 2), np.int64), np.zeros((3, 2), np.uint64)),
        lambda: Histograms(1, np.zeros((3, 2), np.uint64), np.zeros((3, 4), np.uint64)),
        lambda: Histograms(1, np.zeros((3, 3), np.uint64), np.zeros((3, 3), np.uint64)),
        lambda: Histograms(1, np.zeros(3, np.uint64), np.zeros(3, np.uint64)),
        lambda: Histograms(1, np.zeros((), np.uint64), np.zeros((), np.uint64)),
        lambda: Histograms(-1, np.zeros((0, 2), np.uint64), np.zeros((0, 2), np.uint64)),
    ],
)
def test_counts_of_another_shape_are_refused(broken: Callable[[], Histograms]) -> None:
    with pytest.raises(BadInput):
        broken()
