"""What a set of likelihood ratios costs: by hand, by simulation, and with infinite ones."""

from __future__ import annotations

import math

import numpy as np
import pytest

from lookalike.errors import BadInput, TooFewScores
from lookalike.strength.cllr import cllr, cllr_cal, cllr_min, devpav, ece, misleading, pav_curve, tippett


def test_saying_nothing_costs_one_bit() -> None:
    nothing = np.zeros(5)
    assert cllr(nothing, nothing) == cllr_min(nothing, nothing) == 1.0
    assert cllr_cal(nothing, nothing) == 0.0


def test_by_hand() -> None:
    """A mated ratio of 3 costs log2(4/3), a non-mated one of 3 costs 2; sides weigh the same whatever their size."""
    three = math.log10(3)
    assert cllr(np.array([three]), np.array([three] * 4)) == pytest.approx((math.log2(4 / 3) + 2) / 2)


def test_least_cost_by_hand() -> None:
    """In order: non-mated, mated, non-mated, mated. The middle two are pooled at 1 and cost half of one bit."""
    mated, nonmated = np.array([0.2, 3.0]), np.array([-1.0, 0.3])
    assert cllr_min(mated, nonmated) == pytest.approx(0.5)
    assert pav_curve(mated, nonmated)[1].tolist() == [-np.inf, 0.0, 0.0, np.inf]


@pytest.mark.parametrize(("size", "most"), [(2_000, 0.02), (50_000, 0.002)])
def test_calibrated_ratios_owe_nothing_to_calibration(size: int, most: float) -> None:
    """Scores N(+-1, 1): ln LR is 2 x, exactly. PAV fits the noise too, less of it the more there are."""
    draw = np.random.default_rng(size)
    mated, nonmated = (2 / math.log(10) * draw.normal(mean, 1, size) for mean in (1, -1))
    assert 0 <= cllr_cal(mated, nonmated) < most
    assert devpav(mated, nonmated) < 0.35
    assert cllr(mated, nonmated) == pytest.approx(0.51, abs=0.03)
    # and what overstates by a factor of ten, or squares, does
    assert cllr_cal(mated + 1, nonmated + 1) > 0.2
    assert cllr_cal(3 * mated, 3 * nonmated) > 0.2


def test_what_rises_together_has_the_same_least_cost() -> None:
    draw = np.random.default_rng(3)
    mated, nonmated = draw.normal(0.5, 1, 200), draw.normal(-0.5, 1, 300)
    assert cllr_min(mated, nonmated) == pytest.approx(cllr_min(7 * mated - 2, 7 * nonmated - 2), abs=1e-12)


def test_an_infinite_mistake_costs_infinitely_much() -> None:
    assert cllr(np.array([-np.inf, 2.0]), np.array([-1.0])) == np.inf
    assert cllr(np.array([np.inf, 2.0]), np.array([-np.inf])) == pytest.approx(math.log2(1.01) / 4)
    assert cllr_cal(np.array([-np.inf, 2.0]), np.array([-1.0])) == np.inf
    assert devpav(np.array([-np.inf, 2.0]), np.array([-1.0, 3.0])) == np.inf


def test_distance_to_the_diagonal_by_hand() -> None:
    """Told 1 and 2 where both deserve 0: a trapezium of mean height 1.5. Told -1 and 1: two triangles of mean 0.5."""
    assert devpav(np.array([1.0, 2.0]), np.array([1.0, 2.0])) == pytest.approx(1.5)
    assert devpav(np.array([-1.0, 1.0]), np.array([-1.0, 1.0])) == pytest.approx(0.5)
    assert devpav(np.array([0.7]), np.array([0.7])) == pytest.approx(0.7)


def test_perfectly_separated_ratios() -> None:
    mated, nonmated = np.array([1.0, 2.0]), np.array([-1.0, -2.0])
    assert cllr_min(mated, nonmated) == 0.0
    assert cllr_cal(mated, nonmated) == cllr(mated, nonmated)
    assert math.isnan(devpav(mated, nonmated))


def test_misleading_evidence_is_counted_both_ways() -> None:
    found = misleading(np.array([-0.1, 0.0, 2.0, 3.0]), np.array([-1.0, 0.0, 0.0, 0.0, 0.1]))
    assert (found.mated, found.nonmated) == (0.25, 0.2)


def test_tippett_counts_at_or_above() -> None:
    levels, mated, nonmated = tippett(np.array([1.0, 1.0, 2.0, 3.0]), np.array([0.0, 1.0]))
    assert levels.tolist() == [0, 1, 2, 3]
    assert mated.tolist() == [1, 1, 0.5, 0.25]
    assert nonmated.tolist() == [1, 0.5, 0, 0]


def test_entropy_at_even_odds_is_the_cost() -> None:
    draw = np.random.default_rng(4)
    mated, nonmated = draw.normal(0.5, 1, 200), draw.normal(-0.5, 1, 300)
    found = ece(mated, nonmated, np.array([-2.0, 0.0, 2.0]))
    assert found.told[1] == pytest.approx(cllr(mated, nonmated))
    assert found.pav[1] == pytest.approx(cllr_min(mated, nonmated))
    assert found.nothing[1] == pytest.approx(1.0)
    share = 1 / 101
    assert found.nothing[0] == pytest.approx(-share * math.log2(share) - (1 - share) * math.log2(1 - share))
    assert np.all(found.pav <= found.told + 1e-12)
    assert np.all(found.pav <= found.nothing + 1e-12)


@pytest.mark.parametrize("measure", [cllr, cllr_min, cllr_cal, devpav, misleading, pav_curve, tippett])
def test_hostile_ratios_are_refused(measure: object) -> None:
    assert callable(measure)
    good = np.array([0.1, 0.2])
    for bad, error in ((np.array([]), TooFewScores), (np.array([np.nan]), BadInput), (np.ones((2, 2)), BadInput)):
        with pytest.raises(error):
            measure(bad, good)
        with pytest.raises(error):
            measure(good, bad)
