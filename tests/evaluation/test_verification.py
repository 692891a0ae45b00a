"""False match rates from histograms of counts."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from lookalike.evaluation.estimates import BOOTSTRAP, THREE, TOO_FEW, WILSON, resample, wilson
from lookalike.evaluation.verification import (
    Contributions,
    fmr,
    overall,
    pairs,
    rate,
    threshold,
    verification,
)

EDGES = np.linspace(-1, 1, 201)


def counted(scores: NDArray[np.float64]) -> NDArray[np.uint64]:
    return np.histogram(scores, EDGES)[0].astype(np.uint64)


def test_a_pair_of_cohorts_is_counted_once() -> None:
    nonmated = np.zeros((2, 2, 3), dtype=np.uint64)
    nonmated[0, 0], nonmated[1, 1], nonmated[0, 1], nonmated[1, 0] = [1, 0, 0], [0, 2, 0], [0, 0, 4], [0, 0, 4]
    assert list(overall(nonmated)) == [1, 2, 4]


def test_the_threshold_is_the_smallest_edge_that_keeps_to_the_rate() -> None:
    edges = np.array([-1.0, -0.5, 0.0, 0.5, 1.0])
    counts = np.array([300, 97, 2, 1], dtype=np.uint64)
    assert threshold(counts, edges, 0.01) == 0.0
    assert fmr(counts, edges, 0.0) == 3 / 400
    assert fmr(counts, edges, -0.5) == 0.25
    assert threshold(counts, edges, 0.001) is None
    assert threshold(np.array([0, 0, 0, 400], dtype=np.uint64), edges, 0.01) == 1.0
    assert fmr(np.zeros(4, dtype=np.uint64), edges, 0.0) == 0.0


def test_errors_are_told_at_each_rate_that_can_be() -> None:
    rng = np.random.default_rng(1)
    strangers, same = rng.normal(0, 0.1, 20_000), rng.normal(0.5, 0.1, 2_000)
    told = verification(counted(strangers)[None, None], counted(same)[None, None], EDGES, np.array([200]))
    assert (told.mated, told.nonmated) == (2_000, 20_000)
    assert [row[0] for row in told.at] == [1e-2, 1e-3]
    for asked, score, false, missed in told.at:
        assert 0 < false.value <= asked
        assert false.value == np.mean(strangers >= score)
        assert missed.value == np.mean(same < score)
        # 200 persons make 100 pairs that have nobody in common
        assert (false.low, false.high) == pytest.approx(wilson(false.value * 100, 100))
    assert len(told.edges) == 101
    assert sum(told.mated_share) == pytest.approx(1)
    assert told.mated_share[75] == pytest.approx(np.mean((same >= 0.5) & (same < 0.52)))
    assert [p.x for p in told.det] == sorted({p.x for p in told.det})
    assert told.det[0].y > told.det[-1].y


def test_nothing_compared_says_nothing() -> None:
    empty = np.zeros((0, 0, 200), dtype=np.uint64)
    told = verification(empty, empty, EDGES, np.zeros(0, dtype=np.int64))
    assert (told.at, told.det, told.mated, told.nonmated) == ((), (), 0, 0)


def test_the_interval_is_never_narrower_than_disjoint_pairs_of_persons() -> None:
    assert rate(0, 10_000, 100).method == THREE
    assert rate(0, 10_000, 100).high == 0.03
    assert rate(10_000, 10_000, 100).low == 0.97
    assert rate(3, 10_000, 29).method == TOO_FEW
    told = rate(100, 10_000, 100)
    assert (told.method, told.count) == (WILSON, 10_000)
    assert (told.low, told.high) == pytest.approx(wilson(1, 100))


def world(rng: np.random.Generator, people: int, hub: float) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """(n, n) scores of two cohorts of people, some of whom look like many; and the cohort of each."""
    cohort = np.repeat([0, 1], people)
    common = hub * rng.normal(size=2 * people)
    noise = np.triu(rng.normal(size=(2 * people, 2 * people)), 1)
    scores = 0.1 * (noise + noise.T + common[:, None] + common[None])
    np.fill_diagonal(scores, np.nan)
    return scores, cohort


def contributions(scores: NDArray[np.float64], cohort: NDArray[np.int64], score: float) -> Contributions:
    member = cohort[:, None] == np.arange(2)
    compared = ~np.eye(len(cohort), dtype=bool)
    above = (scores >= score) & compared
    return Contributions(np.arange(len(cohort)), cohort, above @ member.astype(int), compared @ member.astype(int))


def test_fmr_by_pair_covers_the_truth_where_people_look_like_many() -> None:
    rng = np.random.default_rng(9)
    truth = np.mean([np.nanmean(world(rng, 400, 0.5)[0] >= 0.3) for _ in range(8)])
    covered, by_row = np.zeros(2), 0
    for _ in range(100):
        scores, cohort = world(rng, 120, 0.5)
        counts = np.array([[counted(scores[np.ix_(cohort == i, cohort == j)]) for j in (0, 1)] for i in (0, 1)])
        counts[[0, 1], [0, 1]] //= 2
        known = contributions(scores, cohort, EDGES[130])
        told = pairs(
            counts, EDGES, ("A", "B"), np.array([120, 120]), EDGES[130], known, resample(known.person, rng, 200)
        )
        assert told.fmr[0][1] == told.fmr[1][0]
        assert told.fmr[0][0].method == BOOTSTRAP
        assert told.fmr[0][0].value == known.above[:120, 0].sum() / known.compared[:120, 0].sum()
        covered += [cell.low <= truth <= cell.high for cell in (told.fmr[0][0], told.fmr[0][1])]
        low, high = wilson(told.fmr[0][0].value * 7_140, 7_140)
        by_row += low <= truth <= high
    assert np.all(covered >= 87)
    # comparisons taken as independent would not
    assert by_row < 80


def test_without_contributions_persons_bound_the_interval() -> None:
    scores, cohort = world(np.random.default_rng(2), 100, 0.0)
    counts = np.array([[counted(scores[np.ix_(cohort == i, cohort == j)]) for j in (0, 1)] for i in (0, 1)])
    told = pairs(counts, EDGES, ("A",), np.array([100, 100]), EDGES[115])
    assert told.cohorts == ("A",)
    (cell,) = told.fmr[0]
    assert cell.method == WILSON
    assert (cell.low, cell.high) == pytest.approx(wilson(cell.value * 50, 50))
    assert pairs(counts, EDGES, ("A",), np.array([59, 100]), EDGES[115]).fmr[0][0].method == TOO_FEW
