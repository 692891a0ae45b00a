"""Measures of inequality, by hand, and the test that guards them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookalike.evaluation.equity import chance, garbe, gini, holm, max_geometric_mean, max_min


def test_equal_rates_have_no_inequality_and_one_cohort_with_all_errors_has_all() -> None:
    assert gini(np.array([0.2, 0.2, 0.2])) == 0
    assert gini(np.array([0.0, 0.0, 0.0])) == 0
    assert gini(np.array([0.0, 0.0, 0.0, 0.7])) == pytest.approx(1)


def test_gini_by_hand() -> None:
    # sum over ordered pairs of |difference| is 8 of 4 apart ... 1-2: 1, 1-3: 2, 2-3: 1, twice each: 8; mean 2
    assert gini(np.array([0.01, 0.02, 0.03])) == pytest.approx(3 / 2 * 8 / (2 * 9 * 2))


@given(st.lists(st.floats(0, 1), min_size=2, max_size=9), st.floats(0.01, 100))
def test_gini_is_a_share_and_knows_no_scale(rates: list[float], scale: float) -> None:
    found = float(gini(np.array(rates)))
    assert -1e-9 <= found <= 1 + 1e-9
    if min(rates) > 1e-100:
        assert float(gini(scale * np.array(rates))) == pytest.approx(found, abs=1e-9)


def test_garbe_weighs_both_kinds_of_error() -> None:
    one, none = np.array([[0.0, 0.4], [0.1, 0.1]]), np.array([[0.2, 0.2], [0.2, 0.2]])
    assert list(garbe(one, none)) == pytest.approx([0.5, 0.0])
    assert list(garbe(one, none, alpha=0.8)) == pytest.approx([0.8, 0.0])


def test_ratios_by_hand_and_floored() -> None:
    rates, floors = np.array([0.08, 0.02, 0.0]), np.array([0.001, 0.001, 0.01])
    assert max_min(rates, 0, 1, floors) == pytest.approx(4)
    assert max_min(rates, 0, 2, floors) == pytest.approx(8)
    assert max_geometric_mean(rates, 0, floors) == pytest.approx(0.08 / (0.08 * 0.02 * 0.01) ** (1 / 3))


def test_chance_is_uniform_where_all_are_equal() -> None:
    rng = np.random.default_rng(3)
    cohort = np.arange(120) % 4
    found = [chance((rng.random(120) < 0.2).astype(float), np.ones(120), cohort, rng) for _ in range(400)]
    assert np.mean(np.array(found) <= 0.05) == pytest.approx(0.05, abs=0.025)
    assert np.mean(np.array(found) <= 0.5) == pytest.approx(0.5, abs=0.08)


def test_a_clear_difference_is_no_chance_and_a_design_effect_asks_for_more() -> None:
    cohort = np.repeat([0, 1], 100)
    errors = np.zeros(200)
    errors[:22], errors[100:108] = 1, 1
    plain, halved = (chance(errors, np.ones(200), cohort, np.random.default_rng(1), effect) for effect in (1.0, 2.0))
    assert plain < 0.03
    assert 0.03 < halved < 0.3
    errors[:40], errors[100:] = 1, 0
    assert chance(errors, np.ones(200), cohort, np.random.default_rng(1), 2.0) == 1 / 2_000


def test_holm_by_hand() -> None:
    assert holm([0.01, None, 0.04, 0.03]) == pytest.approx((0.03, None, 0.06, 0.06))
    assert holm([0.9, 0.8]) == (1.0, 1.0)
    assert holm([]) == ()
