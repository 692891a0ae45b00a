"""Intervals: hand-worked, against SciPy, and whether they cover at the rate they claim."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom, binomtest

from lookalike.errors import BadInput
from lookalike.evaluation.estimates import (
    AT_LEAST,
    BOOTSTRAP,
    MINIMUM,
    POISSON,
    THREE,
    TOO_FEW,
    WILSON,
    Estimate,
    Resamples,
    bootstrap,
    effective,
    mean_count,
    poisson,
    ratio,
    resample,
    share,
    three_in,
    too_few,
    widened,
    wilson,
)


def draws_of(person: np.ndarray, resamples: int = 300, seed: int = 0) -> Resamples:
    return resample(person, np.random.default_rng(seed), resamples)


def alone(n: int) -> Resamples:
    return draws_of(np.arange(n))


def everyone(n: int) -> np.ndarray:
    return np.ones(n, dtype=bool)


def test_wilson_is_the_textbooks() -> None:
    assert wilson(8, 10) == pytest.approx((0.4902, 0.9433), abs=1e-4)


@pytest.mark.parametrize(("successes", "trials"), [(0, 5), (1, 30), (7, 40), (40, 40), (12, 10_000)])
def test_wilson_agrees_with_scipy(successes: int, trials: int) -> None:
    oracle = binomtest(successes, trials).proportion_ci(0.95, method="wilson")
    assert wilson(successes, trials) == pytest.approx((oracle.low, oracle.high), abs=1e-12)


@pytest.mark.parametrize(("successes", "trials"), [(1, 0), (-1, 5), (6, 5), (float("nan"), 5), (1, float("nan"))])
def test_what_is_no_proportion_is_refused(successes: float, trials: float) -> None:
    with pytest.raises(BadInput, match="no proportion"):
        wilson(successes, trials)


def test_wilson_covers_at_its_nominal_rate() -> None:
    n = 60
    inside = np.array([wilson(k, n) for k in range(n + 1)])
    covered = []
    for p in np.linspace(0.02, 0.98, 97):
        holds = (inside[:, 0] <= p) & (p <= inside[:, 1])
        covered.append(float(binom.pmf(np.arange(n + 1), n, p) @ holds))
    assert 0.94 < np.mean(covered) < 0.965
    assert min(covered) > 0.85


def test_three_in_n_is_never_bolder_than_the_exact_bound() -> None:
    assert three_in(300) == 0.01
    assert three_in(2) == three_in(0) == 1.0
    n = np.arange(4, 5_000)
    assert np.all(3 / n >= 1 - 0.05 ** (1 / n))


def test_poisson_is_garwoods() -> None:
    assert poisson(0) == pytest.approx((0.0, 3.6889), abs=1e-4)
    assert poisson(10) == pytest.approx((4.7954, 18.3904), abs=1e-4)


@pytest.mark.parametrize(
    ("parts", "says"),
    [
        ((0.5, 0.6, 0.7, 1, BOOTSTRAP), "inside"),
        ((0.5, None, 0.7, 1, BOOTSTRAP), "inside"),
        ((None, 0.1, 0.2, 1, TOO_FEW), "inside"),
        ((float("nan"), 0.1, 0.2, 1, TOO_FEW), "inside"),
        ((None, None, None, -1, TOO_FEW), "fewer than no"),
    ],
)
def test_an_estimate_holds_its_value(parts: tuple, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Estimate(*parts)


def test_all_rows_of_a_person_come_and_go_together() -> None:
    draws = draws_of(np.array([7, 7, 3, 9, 3, 7]))
    assert draws.counts.shape == (300, 3)
    assert np.all(draws.counts.sum(axis=1) == 3)
    sums = draws.drawn(draws.by_person(np.array([[1.0], [1], [10], [100], [10], [1]])))
    assert np.array_equal(sums[:, 0], draws.counts @ np.array([20, 3, 100]))


def test_the_same_generator_draws_the_same_persons() -> None:
    assert np.array_equal(alone(50).counts, alone(50).counts)
    assert not np.array_equal(alone(50).counts, draws_of(np.arange(50), seed=1).counts)


def test_the_number_of_persons_is_what_counts_not_the_number_of_rows() -> None:
    assert effective(np.full(40, 5.0)) == pytest.approx(40)
    # one person with 200 photographs beside 100 with one says little more than that person
    assert effective(np.append(np.ones(100), 200.0)) == pytest.approx(300**2 / 40_100)


@pytest.mark.parametrize(
    ("successes", "n", "method"),
    [
        (5, MINIMUM - 1, TOO_FEW),
        (0, 100, THREE),
        (100, 100, THREE),
        (9, 100, WILSON),
        (91, 100, WILSON),
        (10, 100, BOOTSTRAP),
    ],
)
def test_the_interval_is_chosen_by_rule(successes: int, n: int, method: str) -> None:
    assert share(np.arange(n) < successes, everyone(n), alone(n)).method == method


def test_nobody_and_everybody_have_mirrored_intervals() -> None:
    none = share(np.zeros(150), everyone(150), alone(150))
    every = share(np.ones(150), everyone(150), alone(150))
    assert (none.value, none.low, none.high) == (0.0, 0.0, 0.02)
    assert (every.value, every.low, every.high) == (1.0, 0.98, 1.0)


def test_few_successes_in_many_rows_of_few_persons_get_wilson_by_persons() -> None:
    person = np.repeat(np.arange(50), 4)
    success = person < 5
    told = share(success, everyone(200), draws_of(person))
    assert (told.value, told.count, told.method) == (0.1, 200, WILSON)
    assert (told.low, told.high) == pytest.approx(wilson(5, 50))


def test_rows_that_do_not_count_do_not() -> None:
    of = np.arange(200) < 100
    told = share(np.arange(200) % 2 == 0, of, alone(200))
    assert (told.value, told.count) == (0.5, 100)


def test_repeating_every_row_says_nothing_new() -> None:
    success = np.random.default_rng(1).random(300) < 0.3
    once = share(success, everyone(300), alone(300))
    twice = share(np.repeat(success, 2), everyone(600), draws_of(np.repeat(np.arange(300), 2)))
    assert (once.low, once.high) == pytest.approx((twice.low, twice.high))


def test_the_bootstrap_by_person_covers_at_its_nominal_rate() -> None:
    """Three rows a person, alike more often than not: rows taken as independent would cover far too little."""
    rng, p, covered, narrow, simulated = np.random.default_rng(5), 0.06, 0, 0, 300
    person = np.repeat(np.arange(400), 3)
    for _ in range(simulated):
        own = rng.beta(p, 1 - p, 400)
        success = rng.random(1_200) < own[person]
        told = share(success, everyone(1_200), resample(person, rng, 300))
        covered += told.low <= p <= told.high
        low, high = wilson(success.sum(), 1_200)
        narrow += low <= p <= high
    # 95 % nominal: 300 trials have a standard deviation of 1.3 points
    assert 0.91 <= covered / simulated <= 0.985
    assert narrow / simulated < 0.88


def test_rare_errors_are_covered_too() -> None:
    rng, p, covered, simulated = np.random.default_rng(6), 0.015, 0, 300
    for _ in range(simulated):
        told = share(rng.random(1_000) < p, everyone(1_000), resample(np.arange(1_000), rng, 300))
        covered += told.low <= p <= told.high
    assert 0.91 <= covered / simulated <= 0.985


def test_a_mean_count_of_nothing_has_an_upper_bound() -> None:
    told = mean_count(np.zeros(60), everyone(60), alone(60))
    assert (told.value, told.low, told.high, told.method) == (0.0, 0.0, 0.05, THREE)


def test_a_few_events_have_the_exact_interval_and_clumps_a_wider_one() -> None:
    spread, clumped = np.zeros(200), np.zeros(200)
    spread[:8], clumped[:2] = 1, 4
    even, uneven = (mean_count(events, everyone(200), alone(200)) for events in (spread, clumped))
    assert even.method == uneven.method == POISSON
    assert even.value == uneven.value == 0.04
    assert (even.low * 200, even.high * 200) == pytest.approx(poisson(8))
    assert (uneven.low * 50, uneven.high * 50) == pytest.approx(poisson(2))


def test_mean_counts_cover_at_their_nominal_rate() -> None:
    rng, covered = np.random.default_rng(8), 0
    for _ in range(300):
        told = mean_count(rng.poisson(0.1, 500).astype(float), everyone(500), resample(np.arange(500), rng, 300))
        covered += told.low <= 0.1 <= told.high
    assert 0.91 <= covered / 300 <= 0.985


def test_a_design_effect_widens_every_kind_of_interval() -> None:
    n = 400
    for successes in (0, 5, 60, 400):
        plain, wide = (share(np.arange(n) < successes, everyone(n), alone(n), effect) for effect in (1.0, 2.0))
        assert wide.value == plain.value
        assert wide.high - wide.low > 1.3 * (plain.high - plain.low)
    assert widened(4.0, 2.0, 8.0, 4.0) == pytest.approx((1.0, 16.0))
    assert share(np.arange(50) < 20, everyone(50), alone(50), 2.0).method == TOO_FEW


def test_a_statistic_that_cannot_be_drawn_stays_where_it_is() -> None:
    columns = np.ones((40, 2))
    assert bootstrap(lambda s: s[..., 0] / s[..., 1], columns, alone(40)) == (1.0, 1.0)


def test_a_ratio_has_the_interval_of_both() -> None:
    a, b = Estimate(0.4, 0.2, 0.8, 100, BOOTSTRAP), Estimate(0.1, 0.05, 0.2, 50, BOOTSTRAP)
    told = ratio(a, b)
    assert told.value == pytest.approx(4.0)
    assert told.count == 150
    reach = 2 ** np.sqrt(2)
    assert (told.low, told.high) == pytest.approx((4 / reach, 4 * reach))


def test_nothing_is_divided_by_zero() -> None:
    a, zero = Estimate(0.4, 0.2, 0.8, 100, BOOTSTRAP), Estimate(0.0, 0.0, 0.03, 100, THREE)
    assert ratio(a, zero).value == pytest.approx(0.4 / 0.03)
    assert ratio(a, zero).method == AT_LEAST
    assert ratio(zero, a).value is None
    assert ratio(a, too_few(3)).value is None
