"""Whether expected lookalikes come as often as they say."""

from __future__ import annotations

import numpy as np
import pytest

from lookalike.evaluation.calibration import calibrated, calibrations, listed, within_band
from lookalike.evaluation.estimates import BOOTSTRAP, THREE, TOO_FEW, Estimate, resample, too_few
from lookalike.evaluation.results import LEVELS
from tests.evaluation.samples import simulated, table


def test_true_expectations_are_found_to_be_true() -> None:
    searches = simulated(np.random.default_rng(3), 3_000, 2_000, cohorts=2)
    draws = resample(searches.person, np.random.default_rng(0), 200)
    rows = {row.name: row for row in calibrations(searches, draws)}
    assert list(rows) == ["all", "A", "B", "fit"]
    assert [row.kind for row in rows.values()] == ["all", "cohort", "cohort", "quality"]
    for e, mean in rows["all"].rows:
        assert within_band(e, mean) is True
        assert mean.low <= e <= mean.high


def test_expectations_three_times_too_small_are_found_out() -> None:
    searches = simulated(np.random.default_rng(4), 3_000, 2_000)
    bold = table(
        searches.best_stranger,
        stranger_score=searches.stranger_score,
        stranger_expected=searches.stranger_expected / 3,
    )
    draws = resample(bold.person, np.random.default_rng(0), 200)
    row = calibrated("size", "2000", bold, np.ones(3_000, dtype=bool), draws)
    assert (row.kind, row.name, row.searches) == ("size", "2000", 3_000)
    assert [within_band(e, mean) for e, mean in row.rows] == [False] * 4


def test_strangers_are_counted_by_hand() -> None:
    expected = np.full((2, 100), np.nan)
    expected[0, :4] = [0.005, 0.5, 1.0, 9.0]
    searches = table([0.5, np.nan], stranger_expected=expected)
    assert [list(listed(searches, e)) for e in LEVELS] == [[1, 0], [1, 0], [3, 0], [4, 0]]


def test_none_at_all_still_has_an_upper_end() -> None:
    searches = table(np.full(300, -0.5))
    draws = resample(searches.person, np.random.default_rng(0), 50)
    row = calibrations(searches, draws)[0]
    assert {mean.method for _, mean in row.rows[:3]} == {THREE}
    # 300 persons, halved because a stranger has a person on both sides
    assert row.rows[0][1].high == 0.02


@pytest.mark.parametrize(
    ("e", "value", "low", "high", "verdict"),
    [
        (10.0, 14.9, 14, 16, True),
        (10.0, 15.1, 9, 16, False),
        (1.0, 0.67, 0.6, 0.7, True),
        (1.0, 0.66, 0.5, 2.0, False),
        (0.1, 0.2, 0.1, 0.3, True),
        (0.1, 0.049, 0.0, 0.2, False),
        (0.01, 0.05, 0.009, 0.1, True),
        (0.01, 0.012, 0.011, 0.02, False),
    ],
)
def test_the_bands(e: float, value: float, low: float, high: float, verdict: bool) -> None:
    assert within_band(e, Estimate(value, low, high, 100, BOOTSTRAP)) is verdict


def test_too_few_have_no_verdict() -> None:
    assert too_few(5).method == TOO_FEW
    assert within_band(1.0, too_few(5)) is None
