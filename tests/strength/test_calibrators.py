"""From scores to likelihood ratios: worked by hand, hostile input, and the journey through JSON."""

from __future__ import annotations

import json
import math
from dataclasses import FrozenInstanceError, fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from lookalike.errors import BadInput, BrokenRatios, TooFewScores
from lookalike.strength import calibrators
from lookalike.strength.calibrators import FITS, Isotonic, Kde, Logistic, fit_isotonic, fit_kde, fit_logistic, pav

Floats = NDArray[np.float64]

GRID = np.linspace(-1, 1, 401)


def drawn(seed: int, mated: int = 300, nonmated: int = 2_000) -> tuple[Floats, Floats]:
    draw = np.random.default_rng(seed)
    return draw.normal(0.4, 0.1, mated), draw.normal(0.05, 0.1, nonmated)


def test_the_logistic_line_has_no_cheaper_neighbour() -> None:
    mated, nonmated = drawn(1)
    found = fit_logistic(mated, nonmated)
    centre = (mated.mean() + nonmated.mean()) / 2
    variance = (((mated - centre) ** 2).mean() + ((nonmated - centre) ** 2).mean()) / 2

    def cost(intercept: float, slope: float) -> float:
        one, two = (math.log(10) * (intercept + slope * side) for side in (mated, nonmated))
        penalty = (math.log(10) * slope) ** 2 * variance / 2 / 300
        return float(np.log1p(np.exp(-one)).mean() + np.log1p(np.exp(two)).mean() + penalty)

    best = cost(found.intercept, found.slope)
    for change in (-1e-4, 1e-4):
        assert cost(found.intercept + change, found.slope) > best
        assert cost(found.intercept, found.slope + change) > best


def test_two_normal_sides_of_one_spread_have_a_known_line() -> None:
    """ln LR of N(0.4, 0.1) over N(0.05, 0.1) is 35 (score - 0.225)."""
    found = fit_logistic(*drawn(2, 40_000, 40_000))
    assert found.slope * math.log(10) == pytest.approx(35, rel=0.03)
    assert -found.intercept / found.slope == pytest.approx(0.225, abs=0.003)


@pytest.mark.parametrize("kind", FITS)
def test_the_odds_of_the_training_set_are_not_in_the_ratio(kind: str) -> None:
    """A hundred times more strangers, and the same ratio."""
    mated, nonmated = drawn(3, 300, 30_000)
    few, many = (FITS[kind](mated, side)(np.array([0.2, 0.25])) for side in (nonmated[:300], nonmated))
    # it would be 2 if the odds were left in
    assert np.all(np.abs(few - many) < 0.5)


def test_the_scale_of_the_scores_does_not_matter() -> None:
    mated, nonmated = drawn(4)
    plain = fit_logistic(mated, nonmated)(GRID)
    wide = fit_logistic(1000 * mated - 7, 1000 * nonmated - 7)(1000 * GRID - 7)
    np.testing.assert_allclose(plain, wide, rtol=0, atol=1e-9)


def test_pooling_by_hand() -> None:
    """Scores 1 to 6, non-mated at 1, 3, 4 and mated at 2, 5, 6: 2 is pooled with 3 and 4, a third mated."""
    steps = pav(np.array([2.0, 5.0, 6.0]), np.array([1.0, 3.0, 4.0]))
    assert steps.levels.tolist() == [1, 2, 3, 4, 5, 6]
    assert steps.log10_lr.tolist() == [-np.inf, *[pytest.approx(math.log10(1 / 2))] * 3, np.inf, np.inf]


def test_tied_scores_are_pooled_whatever_their_side() -> None:
    steps = pav(np.array([1.0, 2.0, 2.0]), np.array([1.0, 1.0, 2.0]))
    assert 10**steps.log10_lr == pytest.approx([1 / 2, 2])


def test_isotonic_by_hand_with_one_misleading_comparison_at_each_end() -> None:
    """Mated 3, 4 and one below; non-mated 1, 2 and one above: a third against two thirds, and the other way."""
    found = fit_isotonic(np.array([3.0, 4.0]), np.array([1.0, 2.0]))
    assert found.scores == (0.0, 2.0, 3.0, 5.0)
    assert found.mated == pytest.approx((1 / 3, 1 / 3, 2 / 3, 2 / 3))
    expected = np.log10([1 / 2, 1 / 2, 1, 2, 2])
    np.testing.assert_allclose(found(np.array([-9.0, 1.5, 2.5, 4.0, 9.0])), expected, atol=1e-12)


def test_two_steps_of_one_share_do_not_fall_by_the_last_bit() -> None:
    """The first scores found whose steps were pooled apart by a rounding, and then fell by one."""
    mated, nonmated = np.array([1.0, 2, 2, 3, 12, 16, 18]), np.array([0.0, 5, 9, 11, 14, 14])
    assert np.all(np.diff(fit_isotonic(mated, nonmated).mated) >= 0)


def test_kde_by_hand() -> None:
    """Two scores a side, a spread of 1 apart: Silverman's bandwidth is (4 / 6) ** 0.2."""
    found = fit_kde(np.array([3.0, 5.0]), np.array([0.0, 2.0]))
    width = (4 / 6) ** 0.2
    assert found.mated_bandwidth == pytest.approx(width)
    near, far = math.exp(-0.5 / width**2), math.exp(-0.5 * 9 / width**2)
    # at 2: mated centres 1 and 3 away, non-mated 0 and 2 away
    other = 1 + math.exp(-0.5 * 4 / width**2)
    assert found(np.array([2.0]))[0] == pytest.approx(math.log10((near + far) / other))


def test_a_kernel_density_is_level_beyond_the_scores() -> None:
    found = fit_kde(*drawn(5))
    low, high = min(found.nonmated[0], found.mated[0]), max(found.mated[-1], found.nonmated[-1])
    ends = found(np.array([-50.0, low, high, 50.0]))
    assert ends[0] == ends[1]
    assert ends[2] == ends[3]


@pytest.mark.parametrize("kind", FITS)
def test_perfectly_separated_scores_give_finite_ratios(kind: str) -> None:
    mated, nonmated = np.linspace(0.6, 0.8, 20), np.linspace(0.0, 0.2, 50)
    told = FITS[kind](mated, nonmated)(GRID)
    assert np.all(np.isfinite(told))
    assert told[GRID > 0.5].min() > 0 > told[GRID < 0.25].max()


def test_the_fewer_comparisons_the_flatter_the_line() -> None:
    slopes = [fit_logistic(np.linspace(0.6, 0.8, n), np.linspace(0.0, 0.2, 1_000)).slope for n in (2, 20, 200)]
    assert slopes[0] < slopes[1] < slopes[2]


def test_where_mated_comparisons_do_not_score_higher_nothing_is_claimed() -> None:
    mated, nonmated = drawn(6)
    assert fit_logistic(nonmated, mated) == Logistic(0.0, 0.0)


@settings(max_examples=60, deadline=None)
@given(
    mated=st.lists(st.floats(-1, 1, width=16), min_size=2, max_size=40),
    nonmated=st.lists(st.floats(-1, 1, width=16), min_size=2, max_size=40),
)
def test_a_higher_score_is_never_worth_less(mated: list[float], nonmated: list[float]) -> None:
    if len({*mated, *nonmated}) == 1:
        return
    for fit in (fit_logistic, fit_isotonic):
        told = fit(np.array(mated), np.array(nonmated))(GRID)
        assert np.all(np.isfinite(told))
        assert np.all(np.diff(told) >= -1e-12)


@pytest.mark.parametrize("kind", FITS)
@pytest.mark.parametrize(
    ("mated", "nonmated"),
    [([], [0.1, 0.2]), ([0.5], [0.1, 0.2]), ([0.4, 0.5], []), ([0.4, 0.5], [0.1]), ([0.3] * 5, [0.3] * 9)],
)
def test_too_few_and_equal_scores_are_refused(kind: str, mated: list[float], nonmated: list[float]) -> None:
    with pytest.raises(TooFewScores) as refusal:
        FITS[kind](np.array(mated), np.array(nonmated))
    assert refusal.value.remedy


def test_a_side_of_equal_scores_has_no_bandwidth() -> None:
    with pytest.raises(TooFewScores, match="All mated scores are equal"):
        fit_kde(np.full(5, 0.5), np.array([0.1, 0.2]))
    assert np.all(np.isfinite(fit_logistic(np.full(5, 0.5), np.array([0.1, 0.2]))(GRID)))


@pytest.mark.parametrize("kind", FITS)
@pytest.mark.parametrize(
    "bad", [[0.1, float("nan")], [0.1, float("inf")], [[0.1, 0.2]], 0.3, ["a", "b"], [None, 0.1], [[0.1], [0.2, 0.3]]]
)
def test_what_is_not_a_list_of_scores_is_refused(kind: str, bad: object) -> None:
    good = np.array([0.1, 0.2])
    for sides in ((bad, good), (good, bad)):
        with pytest.raises(BadInput):
            FITS[kind](*sides)  # type: ignore[arg-type]
    with pytest.raises(BadInput):
        FITS[kind](good + 0.3, good)(bad)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", FITS)
@pytest.mark.parametrize("size", [300, 6_000])
def test_a_calibration_survives_json_to_the_bit(kind: str, size: int) -> None:
    found = FITS[kind](*drawn(7, size, size))
    again = calibrators.from_data(json.loads(json.dumps(calibrators.to_data(found))))
    assert again == found
    assert again(GRID).tobytes() == found(GRID).tobytes()
    with pytest.raises(FrozenInstanceError):
        setattr(found, fields(found)[0].name, 1.0)


LOGISTIC = {"kind": "logistic", "intercept": -1.0, "slope": 9.0}
ISOTONIC = {"kind": "isotonic", "scores": [0.1, 0.2], "mated": [0.3, 0.6]}
KDE = {
    "kind": "kde",
    "mated": [0.4, 0.5],
    "mated_weights": [0.5, 0.5],
    "mated_bandwidth": 0.1,
    "nonmated": [0.0, 0.1],
    "nonmated_weights": [0.25, 0.75],
    "nonmated_bandwidth": 0.1,
}


@pytest.mark.parametrize(("data", "kind"), [(LOGISTIC, Logistic), (ISOTONIC, Isotonic), (KDE, Kde)])
def test_every_number_of_a_calibration_is_needed(data: dict[str, object], kind: type) -> None:
    assert isinstance(calibrators.from_data(data), kind)
    for name in data:
        with pytest.raises(BrokenRatios):
            calibrators.from_data({key: value for key, value in data.items() if key != name})
    with pytest.raises(BrokenRatios):
        calibrators.from_data({**data, "more": 1.0})


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {},
        {**LOGISTIC, "kind": ["logistic"]},
        {**LOGISTIC, "slope": -1.0},
        {**LOGISTIC, "slope": "9"},
        {**LOGISTIC, "slope": True},
        {**LOGISTIC, "slope": float("inf")},
        {**LOGISTIC, "slope": [9.0]},
        {**ISOTONIC, "scores": 0.1},
        {**ISOTONIC, "scores": [0.1]},
        {**ISOTONIC, "scores": [], "mated": []},
        {**ISOTONIC, "scores": [0.2, 0.2]},
        {**ISOTONIC, "mated": [0.6, 0.3]},
        {**ISOTONIC, "mated": [0.0, 0.6]},
        {**ISOTONIC, "mated": [0.3, 1.0]},
        {**ISOTONIC, "mated": [0.3, float("nan")]},
        {**ISOTONIC, "mated": [0.3, [0.6]]},
        {**KDE, "mated": [0.5, 0.4]},
        {**KDE, "mated": [], "mated_weights": []},
        {**KDE, "mated_weights": [0.5]},
        {**KDE, "mated_weights": [0.5, 0.6]},
        {**KDE, "nonmated_weights": [1.5, -0.5]},
        {**KDE, "nonmated_bandwidth": 0.0},
    ],
)
def test_a_broken_calibration_is_refused(data: object) -> None:
    with pytest.raises(BrokenRatios) as refusal:
        calibrators.from_data(data)
    assert refusal.value.remedy
