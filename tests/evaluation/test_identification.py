"""FNIR, FPIR, ranks: worked by hand, and against scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import det_curve

from lookalike.evaluation.estimates import TOO_FEW, resample
from lookalike.evaluation.identification import identifications, level, missed, threshold
from lookalike.evaluation.results import FPIRS, LEVELS, RANKS, Identification
from lookalike.evaluation.searches import Searches
from tests.evaluation.samples import simulated, table


def rows(searches: Searches) -> dict[str, Identification]:
    draws = resample(searches.person, np.random.default_rng(0), 100)
    return {row.stratum: row for row in identifications(searches, draws)}


def test_the_threshold_lets_as_many_strangers_through_as_were_asked_for() -> None:
    best = np.arange(300) / 1_000  # 0 to 0.299
    found = threshold(best, 0.01)
    assert found is not None
    assert (best >= found).sum() == 3
    assert found == np.nextafter(0.296, 1)


def test_ties_never_let_more_strangers_through() -> None:
    best = np.repeat([0.5, 0.1], [10, 290])
    found = threshold(best, 0.01)
    assert found is not None
    assert found > 0.5
    assert not (best >= found).any()


@pytest.mark.parametrize(("n", "fpir"), [(999, 0.003), (299, 0.01), (29, 0.1), (0, 0.1)])
def test_a_rate_that_cannot_be_told_from_zero_has_no_threshold(n: int, fpir: float) -> None:
    assert threshold(np.zeros(n), fpir) is None
    assert threshold(np.zeros(n + 30), fpir) is not None


def test_rounding_does_not_lose_a_search() -> None:
    """0.29 * 100 is 28.999... in floating point."""
    best = np.arange(100) / 100
    assert (best >= threshold(best, 0.29)).sum() == 29


def test_galleries_without_strangers_return_nobody() -> None:
    assert threshold(np.full(300, -np.inf), 0.01) == -1.0


def test_the_level_is_the_largest_that_keeps_to_the_rate() -> None:
    least = np.arange(1, 101) / 10
    found = level(least, 0.1)
    assert found is not None
    assert (least <= found).sum() == 10
    assert found == np.nextafter(1.1, 0)


def test_errors_at_a_threshold_are_counted_as_by_hand() -> None:
    best = np.linspace(0, 0.399, 400)
    mate = np.full(400, np.nan)
    mate[:100] = np.linspace(0.301, 0.5, 100)
    row = rows(table(best, mate))["all"]
    assert (row.mated, row.nonmated, row.mated_persons, row.nonmated_persons) == (100, 400, 100, 400)
    strict = row.operating[1]
    assert strict.fpir == 0.01
    assert strict.threshold == np.nextafter(best[395], 1)
    assert strict.fnir.value == np.mean(mate[:100] < strict.threshold)
    assert row.operating[0].threshold is None
    assert row.operating[0].fnir.method == TOO_FEW


def test_the_curve_goes_through_scikit_learns() -> None:
    searches = simulated(np.random.default_rng(2), 1_500, 500, mate=0.35)
    truth = np.repeat([0, 1], len(searches))
    scores = np.append(searches.best_stranger, searches.mate_score)
    fpr, fnr, _ = det_curve(truth, scores)
    points = rows(searches)["all"].det
    assert len(points) > 20
    for point in points:
        at = np.flatnonzero(np.isclose(fpr, point.x))
        assert np.isclose(fnr[at], point.y).any()
    assert [p.x for p in points] == sorted(p.x for p in points)
    assert all(p.low <= p.y <= p.high for p in points)


def test_ranks_are_cumulative() -> None:
    rank = np.repeat([1, 2, 6, 30, 60], 40)
    searches = table(np.full(200, 0.1), np.full(200, 0.3), mate_rank=rank)
    row = rows(searches)["all"]
    assert [(r, e.value) for r, e in row.rank] == [(1, 0.2), (5, 0.4), (20, 0.6), (50, 0.8)]
    assert len(row.cmc) == 50
    assert [row.cmc[r - 1].y for r in RANKS] == [0.2, 0.4, 0.6, 0.8]


def test_expected_lookalikes_decide_as_a_threshold_does() -> None:
    mate = np.repeat([np.nan, 0.0, 0.6], 50)
    searches = table(np.repeat([0.0, 0.5, 0.25], 50), mate)  # E of 1, 0.01 and 0.1
    told = {e: (fnir.value, fpir.value) for e, fnir, fpir in rows(searches)["all"].fnir_by_expected}
    assert list(told) == list(LEVELS)
    assert told[0.01] == (0.5, pytest.approx(1 / 3))
    assert told[0.1] == (0.5, pytest.approx(2 / 3))
    assert told[1.0] == (0.0, 1.0)


def test_strata_have_their_own_rows_and_empty_ones_none() -> None:
    n = 120
    searches = table(
        np.linspace(0, 0.3, n),
        np.full(n, 0.2),
        fitness=np.zeros(n, dtype=np.int64),
        conditions=np.repeat(["", "booking", "cctv"], 40),
    )
    found = rows(searches)
    assert list(found) == ["all", "fit", "capture: booking", "capture: cctv"]
    assert [row.nonmated for row in found.values()] == [120, 120, 40, 40]
    assert all(len(row.operating) == len(FPIRS) for row in found.values())


def test_no_search_at_all_says_nothing() -> None:
    row = rows(table([]))["all"]
    assert (row.mated, row.det, row.cmc) == (0, (), ())
    assert all(e.value is None for _, e in row.rank)


def test_a_mate_at_the_threshold_is_not_missed() -> None:
    assert list(missed(table([0.1, 0.1], [0.3, 0.2999]), 0.3)) == [False, True]
