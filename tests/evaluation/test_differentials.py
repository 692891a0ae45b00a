"""A real difference is found, one that chance explains is not, and cohorts too small are not judged."""

from __future__ import annotations

import numpy as np
import pytest

from lookalike.evaluation import differentials as kinds
from lookalike.evaluation.differentials import cohorts, differentials
from lookalike.evaluation.equity import chance
from lookalike.evaluation.estimates import AT_LEAST, THREE, TOO_FEW, resample, too_few
from lookalike.evaluation.results import Differential, Pairs
from lookalike.evaluation.searches import KEPT, Searches
from lookalike.evaluation.verification import Contributions
from tests.evaluation.samples import simulated, table

SPREAD = np.linspace(-0.04, 0.06, 4)


def found(searches: Searches, seed: int = 0, resamples: int = 200) -> dict[str, Differential]:
    rng = np.random.default_rng(seed)
    return {d.what: d for d in differentials(searches, resample(searches.person, rng, resamples), rng)}


def test_one_threshold_falls_on_one_cohort_and_expected_lookalikes_do_not() -> None:
    searches = simulated(np.random.default_rng(1), 3_000, 1_000, cohorts=4, shift=SPREAD)
    told = found(searches)
    one = told[kinds.FPIR_TENTH]
    assert one.found
    assert (one.worst, one.best) == ("D", "A")
    assert one.max_min.low > 3
    assert one.garbe.value > told[kinds.FPIR_EXPECTED].garbe.value
    assert not told[kinds.FPIR_EXPECTED].found
    assert not told[kinds.LISTED].found
    assert told[kinds.FPIR_EXPECTED].max_min.value < 1.5


def test_the_ratio_is_of_the_measured_rates() -> None:
    searches = simulated(np.random.default_rng(2), 2_000, 1_000, cohorts=3, shift=SPREAD[:3])
    told = found(searches)[kinds.FPIR_TENTH]
    rows = {c.name: c for c in cohorts(searches, resample(searches.person, np.random.default_rng(0), 100), None)}
    assert told.max_min.value == pytest.approx(rows[told.worst].fpir_tenth.value / rows[told.best].fpir_tenth.value)
    rates = [row.fpir_tenth.value for row in rows.values()]
    assert told.max_geometric_mean.value == pytest.approx(max(rates) / np.prod(rates) ** (1 / 3))
    assert told.max_min.count == 2_000


def test_equal_cohorts_are_not_told_apart_more_often_than_promised() -> None:
    """300 evaluations in which nothing differs: any differential at all in 5 % of them, at most."""
    reported = 0
    for seed in range(300):
        searches = simulated(np.random.default_rng(seed), 400, 200, rows=2, cohorts=4, mate=0.3)
        told = found(searches, seed, resamples=40)
        assert all(d.judged for d in told.values() if d.what != kinds.FPIR)
        reported += any(d.found for d in told.values())
    # 5 % of 300 is 15, and 22 would come once in 30 such tests
    assert reported <= 22


def everybody_against_everybody(rng: np.random.Generator, n: int) -> tuple[Searches, Contributions]:
    """Each person is probe and reference, all lookalikes are of one's own cohort, and some look like many."""
    cohort = rng.integers(4, size=n)
    common = 0.3 * rng.normal(size=n)
    noise = np.triu(rng.normal(size=(n, n)), 1)
    scores = 0.1 * (noise + noise.T + common[:, None] + common) - 0.9 * (cohort[:, None] != cohort)
    np.fill_diagonal(scores, -9)
    best = -np.sort(-scores, axis=1)[:, :KEPT]
    expected = np.arange(1.0, KEPT + 1) * np.exp(3 - 10 * best[:, :1])
    searches = table(
        best[:, 0],
        np.full(n, 0.5),
        cohort=cohort,
        cohorts=tuple("ABCD"),
        stranger_score=best,
        stranger_expected=expected,
    )
    member = (cohort[:, None] == np.arange(4)).astype(np.int64)
    above = (scores >= 0.25).astype(np.int64) @ member
    return searches, Contributions(np.arange(n), cohort, above, (1 - np.eye(n, dtype=np.int64)) @ member)


def test_nor_where_every_lookalike_is_seen_from_both_sides() -> None:
    reported, careless, simulated_ = 0, 0, 80
    for seed in range(simulated_):
        rng = np.random.default_rng(seed)
        searches, within = everybody_against_everybody(rng, 320)
        told = differentials(searches, resample(searches.person, rng, 40), rng, within)
        assert told[0].what == kinds.FMR
        reported += any(d.found for d in told)
        errors = (searches.best_stranger >= np.quantile(searches.best_stranger, 0.9)).astype(float)
        careless += chance(errors, np.ones(320), searches.cohort, rng) < 0.05
    assert reported <= 9
    # without the design effect this is what would be reported
    assert careless > 12


def test_a_missed_mate_has_a_person_on_one_side_only() -> None:
    """60 missed of 200 against 30 of 200: enough for itself, and not if it were seen from both sides."""
    rng = np.random.default_rng(3)
    best = rng.permutation(np.linspace(0, 0.3, 400))
    missed = np.concatenate([np.arange(200) < 60, np.arange(200) < 30])
    cohort = np.repeat([0, 1], 200)
    searches = table(best, np.where(missed, 0.1, 0.9), cohort=cohort, cohorts=("A", "B"))
    told = found(searches)[kinds.FNIR]
    assert told.found
    assert told.max_min.value == pytest.approx(2.0)
    assert chance(missed.astype(float), np.ones(400), cohort, rng, effect=2.0) * 7 > 0.05


def test_fmr_is_judged_where_it_is_known_what_each_photograph_adds() -> None:
    rng, n = np.random.default_rng(5), 400
    searches = simulated(rng, n, 200, cohorts=2)
    compared = np.full((n, 2), 150)
    above = rng.binomial(compared, np.where(searches.cohort == 0, 0.02, 0.001)[:, None])
    within = Contributions(searches.person, searches.cohort, above, compared)
    told = differentials(searches, resample(searches.person, rng, 200), rng, within)[0]
    assert (told.what, told.worst, told.best, told.found) == (kinds.FMR, "A", "B", True)
    assert 5 < told.max_min.value < 25
    assert kinds.FMR not in found(searches)


def test_a_cohort_without_an_error_is_floored_and_never_divided_by() -> None:
    n = 600
    cohort = np.repeat([0, 1], 300)
    best = np.where(cohort == 0, 0.3, 0.0) + np.linspace(0, 0.01, n)
    searches = table(best, np.full(n, 0.5), cohort=cohort, cohorts=("A", "B"))
    told = found(searches)[kinds.FPIR_TENTH]
    # 60 of the 300 of A, against none of 300 that are worth 150, which may be 3 in 150
    assert told.max_min.value == pytest.approx(0.2 / 0.02)
    assert told.max_min.method == AT_LEAST
    assert told.found
    rows = cohorts(searches, resample(searches.person, np.random.default_rng(0), 100), None)
    assert rows[1].fpir_tenth.method == THREE


def test_cohorts_too_small_say_nothing_and_lend_nothing() -> None:
    n = 640
    cohort = np.repeat([0, 1, 2], [300, 320, 20])
    rng = np.random.default_rng(1)
    best = np.where(cohort == 2, 0.9, rng.normal(0, 0.1, n))
    searches = table(best, np.full(n, 0.5), cohort=cohort, cohorts=("A", "B", "few"))
    told = found(searches)
    assert {d.worst for d in told.values()} | {d.best for d in told.values()} <= {"A", "B", ""}
    rows = cohorts(searches, resample(searches.person, rng, 100), None)
    assert (rows[2].images, rows[2].persons) == (20, 20)
    assert rows[2].fpir.method == rows[2].listed.method == rows[2].fmr.method == TOO_FEW


def test_one_cohort_alone_is_not_judged() -> None:
    told = found(simulated(np.random.default_rng(1), 400, 200, cohorts=1))
    assert told
    assert not any(d.judged or d.found for d in told.values())
    assert all(d.max_min.value is None and d.chance is None for d in told.values())


def test_without_labels_there_is_nothing_to_say() -> None:
    assert found(simulated(np.random.default_rng(1), 100, 200)) == {}


def test_searches_without_a_label_count_in_the_threshold_and_in_no_cohort() -> None:
    n = 400
    searches = table(np.arange(n) / n, np.full(n, 2.0), cohort=np.repeat([-1, 0], 200), cohorts=("A",))
    (row,) = cohorts(searches, resample(searches.person, np.random.default_rng(0), 100), None)
    assert row.fpir_tenth.value == 40 / 200
    assert row.fpir_expected.value == 40 / 200
    assert row.images == 200


def test_the_rate_within_a_cohort_is_the_pairs_own() -> None:
    searches = simulated(np.random.default_rng(1), 200, 200, cohorts=2)
    one, other = too_few(1), too_few(2)
    pairs = Pairs(0.3, searches.cohorts, ((one, other), (other, other)))
    rows = cohorts(searches, resample(searches.person, np.random.default_rng(0), 50), pairs)
    assert [row.fmr for row in rows] == [one, other]


def test_the_same_seed_gives_the_same_differentials() -> None:
    searches = simulated(np.random.default_rng(1), 300, 200, cohorts=3)
    assert found(searches, 4) == found(searches, 4)
