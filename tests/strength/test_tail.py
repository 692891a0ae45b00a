"""What a score is worth: simulated strangers, whose true number above any score is known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from lookalike.errors import BadInput, TooFewScores
from lookalike.strength.reference import Reference
from lookalike.strength.tail import FLOOR, USED, Expectation, Floats, expected_lookalikes
from tests.strength.conftest import strangers


def persons(told: tuple[Expectation, ...]) -> Floats:
    return np.array([one.persons for one in told])


@pytest.mark.parametrize(("size", "kept"), [(20, 20), (100, 100), (1_000, 1_000), (20_000, 2_000)])
def test_the_interval_covers_at_its_nominal_rate(reference: Reference, size: int, kept: int) -> None:
    draw = np.random.default_rng(size)
    searches, true = 50, np.array([0.1, 1.0, 5.0])
    covered = np.zeros(3)
    for _ in range(searches):
        mean = reference.mean + reference.mean_sd * draw.normal()
        spread = reference.spread * np.exp(reference.spread_log_sd * draw.normal())
        top = np.sort(draw.normal(mean, spread, size))[::-1][:kept]
        told = expected_lookalikes(top, size, mean + spread * norm.isf(true / size), reference)
        covered += [one.low <= value <= one.high for one, value in zip(told, true, strict=True)]
    # 95 % nominal: fewer than 42 of 50 would happen about once in 1,000 such tests
    assert np.all(covered >= 42)


@pytest.mark.parametrize("size", [50, 3_000])
@pytest.mark.parametrize("known", [True, False])
def test_candidates_are_as_many_as_expected(reference: Reference, size: int, known: bool) -> None:
    counts = []
    for seed in range(40):
        top = strangers(size, seed)[:2000]
        e = persons(expected_lookalikes(top, size, top[:30], reference if known else None))
        counts.append([(e <= 1).sum(), (e <= 10).sum()])
    one, ten = np.mean(counts, axis=0)
    assert 1 / 1.5 <= one <= 1.5
    assert 10 / 1.25 <= ten <= 12.5


@pytest.mark.parametrize("mates", [1, 2, 3])
@pytest.mark.parametrize(("size", "tolerance"), [(20, 0.2), (100, 0.05), (1_000, 0.05), (50_000, 0.1)])
def test_true_mates_do_not_bend_the_tail(reference: Reference, mates: int, size: int, tolerance: float) -> None:
    changes = []
    for seed in range(6):
        alone = strangers(size, seed)[:2000]
        joined = np.sort(np.append(alone, [0.71, 0.66, 0.62][:mates]))[::-1][:2000]
        judged = alone[[0, 2, 5, 9, 19]]
        without = persons(expected_lookalikes(alone, size, judged, reference))
        changes.append(persons(expected_lookalikes(joined, size + mates, judged, reference)) / without)
    assert np.all(np.abs(np.mean(changes, axis=0) - 1) < tolerance)


@pytest.mark.parametrize(
    ("size", "kept", "known"),
    [
        (2, 2, True),
        (20, 20, True),
        *[
            (size, kept, known)
            for size, kept in [(300, 300), (5_000, 400), (5_000, 60), (400, 300)]
            for known in (True, False)
        ],
    ],
)
def test_a_higher_score_never_has_more_lookalikes(reference: Reference, size: int, kept: int, known: bool) -> None:
    top = np.round(strangers(size, 3)[:kept], 3)
    judged = np.sort(np.concatenate([np.linspace(-1, 1, 201), top, top + 1e-9]))
    rows = expected_lookalikes(top, size, judged, reference if known else None)
    told = np.array([[one.low, one.persons, one.high] for one in rows])
    assert np.all(np.diff(told, axis=0) <= 1e-9 * size)
    assert np.all((told >= FLOOR) & (told <= size))
    assert np.all(np.diff(told, axis=1) >= 0)


scores = st.lists(st.floats(-1, 1, width=32), min_size=1, max_size=60).map(lambda s: np.sort(np.array(s))[::-1])


@settings(max_examples=40, deadline=None)
@given(
    top=scores,
    more=st.integers(0, 10_000),
    judged=st.lists(st.floats(-1, 1), min_size=2, max_size=8),
)
def test_any_scores_give_an_answer_in_order(reference: Reference, top: Floats, more: int, judged: list[float]) -> None:
    size = top.size + (more if top.size >= 50 else 0)
    told = expected_lookalikes(top, size, sorted(judged), reference)
    for one in told:
        assert FLOOR <= one.low <= one.persons <= one.high <= size
    assert np.all(np.diff(persons(told)) <= 1e-9 * size)


def test_below_the_tail_the_gallery_itself_is_counted(reference: Reference) -> None:
    top = strangers(10_000, 1)[:2000]
    ranks = np.array([USED, 400, 1_000, 2_000])
    told = persons(expected_lookalikes(top, 10_000, top[ranks - 1], reference))
    assert np.all(np.abs(told / ranks - 1) < 0.1)


def test_nothing_jumps_where_the_count_joins_the_tail(reference: Reference) -> None:
    top = strangers(10_000, 2)[:2000]
    edge = top[USED - 1]
    above, below = persons(expected_lookalikes(top, 10_000, [edge + 1e-7, edge - 1e-7], reference))
    assert above <= below < above * 1.001


def test_a_small_gallery_leans_on_the_reference_and_a_large_one_on_itself(
    reference: Reference,
) -> None:
    """The same strangers under two references: they differ much at 20, hardly at 20,000."""
    wide = Reference(**{**reference.__dict__, "spread": 0.11})
    ratio = {}
    for size in (20, 200, 20_000):
        top = strangers(size, 5)[:2000]
        judged = [0.06 + 0.09 * float(norm.isf(0.5 / size))]
        ratio[size] = (
            expected_lookalikes(top, size, judged, wide)[0].persons
            / expected_lookalikes(top, size, judged, reference)[0].persons
        )
    assert ratio[20] > 1.5
    assert ratio[20] > ratio[200] > ratio[20_000]
    assert ratio[20_000] < 1.25


def test_two_people_are_judged_by_the_reference_alone(reference: Reference) -> None:
    """No stranger explains either score, so both are mates and the prior speaks. Normal over normal is near normal."""
    told = expected_lookalikes(np.array([0.7, 0.6]), 2, [0.05, 0.3], reference)
    assert told[0].persons == pytest.approx(1.0, rel=0.03)
    assert told[1].persons == pytest.approx(2 * norm.sf(0.25 / np.hypot(0.09, 0.04)), rel=0.2)
    assert told[1].low < told[1].persons / 3
    assert told[1].high > told[1].persons * 2


def test_a_likeness_of_a_brother_is_never_worth_less_than_the_floor(reference: Reference) -> None:
    told = expected_lookalikes(strangers(300, 1), 300, [0.99], reference)[0]
    assert told == Expectation(FLOOR, FLOOR, FLOOR)


@pytest.mark.parametrize("size", [4, 60, 300])
def test_equal_scores_are_answered_with_a_reference(reference: Reference, size: int) -> None:
    told = expected_lookalikes(np.full(size, 0.2), size, [0.1, 0.2, 0.3, 0.5], reference)
    assert np.all(np.isfinite(persons(told)))
    assert np.all(np.diff(persons(told)) <= 0)


def test_ties_are_worth_the_same_and_hardly_move_the_rest(reference: Reference) -> None:
    top = strangers(1_000, 4)
    tied = np.round(top, 2)
    told = persons(expected_lookalikes(tied, 1_000, tied[:50], reference))
    assert all(told[i] == told[i + 1] for i in range(49) if tied[i] == tied[i + 1])
    smooth = persons(expected_lookalikes(top, 1_000, tied[:50], reference))
    assert np.all(np.abs(told / smooth - 1) < 0.25)


@pytest.mark.parametrize("known", [True, False])
def test_ten_million_people(reference: Reference, known: bool) -> None:
    size, draw = 10_000_000, np.random.default_rng(7)
    # the 2,000 lowest of ten million uniforms, without drawing the others
    share = np.cumsum(draw.exponential(size=2_000)) / size
    top = 0.06 + 0.09 * norm.isf(share)
    true = np.array([1.0, 10.0, 100.0, 1_000.0])
    told = expected_lookalikes(top, size, 0.06 + 0.09 * norm.isf(true / size), reference if known else None)
    assert np.all(np.abs(np.log(persons(told) / true)) < np.log([2.5, 1.5, 1.25, 1.1]))
    assert all(one.low <= value <= one.high for one, value in zip(told[:3], true, strict=False))


def test_the_same_input_gives_the_same_bits(reference: Reference) -> None:
    top = strangers(500, 9)
    first, second = (expected_lookalikes(top.copy(), 500, top[:20], reference) for _ in range(2))
    assert first == second


def test_the_order_of_the_judged_scores_is_kept(reference: Reference) -> None:
    told = persons(expected_lookalikes(strangers(500, 9), 500, [0.3, 0.2, 0.4], reference))
    assert told[2] < told[0] < told[1]


def test_one_candidate_more_does_not_change_the_others(reference: Reference) -> None:
    top = strangers(500, 9)
    assert expected_lookalikes(top, 500, top[:20], reference)[:10] == expected_lookalikes(top, 500, top[:10], reference)


def test_a_heavier_tail_than_the_pooled_one_is_seen(reference: Reference) -> None:
    """A tenth of this gallery is of the probe's own kind and looks far more alike."""
    draw = np.random.default_rng(3)
    top = np.sort(np.append(draw.normal(0.04, 0.085, 9_000), draw.normal(0.16, 0.09, 1_000)))[::-1][:2000]
    judged = np.array([0.40, 0.45])
    true = 9_000 * norm.sf((judged - 0.04) / 0.085) + 1_000 * norm.sf((judged - 0.16) / 0.09)
    told = expected_lookalikes(top, 10_000, judged, reference)
    assert all(one.low <= value <= one.high for one, value in zip(told, true, strict=True))
    assert np.all(np.abs(np.log(persons(told) / true)) < np.log(2))


@pytest.mark.parametrize(
    ("top", "size", "known"),
    [
        ([], 20, True),
        ([0.2] * 10, 20, True),
        ([0.2, 0.1] * 5, 9, False),
        (list(np.linspace(0.4, 0.1, 49)), 49, False),
    ],
)
def test_too_few_scores_are_refused(reference: Reference, top: list[float], size: int, known: bool) -> None:
    with pytest.raises(TooFewScores):
        expected_lookalikes(np.sort(top)[::-1], max(size, len(top)), [0.3], reference if known else None)


def test_equal_scores_without_a_reference_say_nothing() -> None:
    with pytest.raises(TooFewScores):
        expected_lookalikes(np.full(80, 0.2), 80, [0.3])


def test_fifty_scores_are_enough_without_a_reference() -> None:
    top = strangers(50, 1)
    assert persons(expected_lookalikes(top, 50, top[[9]]))[0] == pytest.approx(10, rel=0.4)


@pytest.mark.parametrize(
    ("top", "size", "judged"),
    [
        ([0.1, 0.2], 2, [0.3]),
        ([0.2, float("nan")], 2, [0.3]),
        ([float("inf"), 0.2], 2, [0.3]),
        ([72.0, 0.2], 2, [0.3]),
        ([[0.2, 0.1]], 2, [0.3]),
        ([0.2, 0.1, 0.0], 2, [0.3]),
        ([0.2, 0.1], 2, [float("nan")]),
        ([0.2, 0.1], 2, [2.0]),
    ],
)
def test_what_is_not_a_list_of_scores_is_refused(
    reference: Reference, top: list[float], size: int, judged: list[float]
) -> None:
    with pytest.raises(BadInput) as refusal:
        expected_lookalikes(np.array(top), size, judged, reference)
    assert not isinstance(refusal.value, TooFewScores)
    assert refusal.value.remedy


def test_no_judged_score_gives_no_expectation(reference: Reference) -> None:
    assert expected_lookalikes(strangers(100, 1), 100, [], reference) == ()


def test_a_score_that_no_stranger_explains_says_nothing(reference: Reference) -> None:
    top = strangers(500, 2)
    told = []
    for mate in (0.65, 0.95):
        joined = np.append(mate, top)
        told.append(persons(expected_lookalikes(joined, 501, top[:20], reference)))
    assert np.all(np.abs(told[0] / told[1] - 1) < 0.01)
