"""The closed forms against choosing at random, and what is carried beyond the gallery against the known truth."""

from __future__ import annotations

from math import comb

import numpy as np
import pytest
from scipy.stats import norm

from lookalike.evaluation.estimates import EXTRAPOLATED, TOO_FEW, resample
from lookalike.evaluation.gallery_size import WIDEST, continued, gallery_sizes, none_of
from lookalike.evaluation.results import GallerySize
from lookalike.evaluation.searches import Searches
from tests.evaluation.samples import simulated, table


def sizes(searches: Searches) -> dict[int, GallerySize]:
    draws = resample(searches.person, np.random.default_rng(0), 200)
    return {size.persons: size for size in gallery_sizes(searches, draws)}


def test_the_chance_to_leave_out_everybody_above_is_hypergeometric() -> None:
    strangers = np.array([20, 20, 20, 20, 5])
    above = np.array([0, 3, 3, 15, 5])
    chosen = np.array([20, 4, 18, 5, 0])
    by_hand = [1.0, comb(17, 4) / comb(20, 4), 0.0, comb(5, 5) / comb(20, 5), 1.0]
    assert none_of(strangers, above, chosen) == pytest.approx(by_hand)


def test_a_part_of_the_gallery_is_what_choosing_at_random_gives() -> None:
    rng = np.random.default_rng(4)
    searches = simulated(rng, 400, 90, mate=0.3)
    told = sizes(searches)[50]
    threshold = np.sort(searches.best_stranger)[-5]
    first, returned = [], []
    for _ in range(300):
        strangers = rng.permuted(searches.stranger_score[:, :90], axis=1)
        first.append(np.mean(strangers[:, :49].max(axis=1) < searches.mate_score))
        returned.append(np.mean(strangers[:, :50].max(axis=1) > threshold))
    assert told.measured
    assert told.rank_one.value == pytest.approx(np.mean(first), abs=0.003)
    assert told.fpir.value == pytest.approx(np.mean(returned), abs=0.001)


def test_a_mate_takes_one_place_of_the_gallery() -> None:
    """One of 999 strangers is above the mate, and a gallery of 10 persons holds 9 of them."""
    searches = table(np.full(40, 0.3), np.full(40, 0.2), persons=np.full(40, 999))
    found = sizes(searches)
    assert found[10].rank_one.value == pytest.approx(1 - 9 / 999)
    assert found[500].rank_one.value == pytest.approx(1 - 499 / 999)
    assert found[1_000].rank_one.value == 0


def test_the_whole_gallery_is_what_was_measured() -> None:
    searches = simulated(np.random.default_rng(5), 600, 300, mate=0.35)
    found = sizes(searches)
    assert list(found) == [10, 20, 50, 100, 200, 301, 10_000, 100_000, 1_000_000, 10_000_000]
    assert found[301].rank_one.value == pytest.approx(np.mean(searches.mate_rank == 1))
    assert found[301].fpir.value == 0.01
    assert [size.measured for size in found.values()] == [True] * 6 + [False] * 4
    first = [size.rank_one.value for size in found.values() if size.rank_one.value is not None]
    returned = [size.fpir.value for size in found.values() if size.fpir.value is not None]
    assert first == sorted(first, reverse=True)
    assert returned == sorted(returned)


def test_nothing_is_told_where_the_two_ends_of_an_extrapolation_lie_far_apart() -> None:
    searches = simulated(np.random.default_rng(5), 600, 300, mate=0.35)
    for size in sizes(searches).values():
        for estimate in (size.rank_one, size.fpir):
            if not size.measured and estimate.value is not None:
                assert estimate.high <= WIDEST * estimate.low
    assert sizes(searches)[10_000_000].rank_one.value is None


@pytest.mark.parametrize("size", [10_000, 100_000])
def test_what_is_carried_beyond_holds_in_a_gallery_that_large(size: int) -> None:
    """The same kind of probes searched in the larger gallery itself."""
    small = simulated(np.random.default_rng(6), 4_000, 2_000, mate=0.45)
    large = simulated(np.random.default_rng(7), 4_000, size, mate=0.45)
    told = sizes(small)[size]
    threshold = np.nextafter(np.sort(small.best_stranger)[-41], 1)
    first, returned = np.mean(large.mate_rank == 1), np.mean(large.best_stranger >= threshold)
    assert told.rank_one.method == told.fpir.method == EXTRAPOLATED
    assert told.rank_one.value == pytest.approx(first, abs=0.03)
    assert told.fpir.value == pytest.approx(returned, rel=0.2)
    assert returned < told.fpir.high


def test_a_brother_on_the_floor_does_not_bend_the_tail() -> None:
    searches = simulated(np.random.default_rng(8), 50, 2_000)
    with_brother = searches.stranger_score.copy()
    with_brother[:, 0] = 0.9
    expected = searches.stranger_expected.copy()
    expected[:, 0] = 1e-3
    bent = table(with_brother[:, 0], stranger_score=with_brother, stranger_expected=expected, persons=searches.persons)
    told, alone = (continued(s, np.full(50, 0.5)) for s in (bent, searches))
    assert np.median(told / alone) == pytest.approx(1, abs=0.05)


def test_the_tail_is_continued_as_it_falls() -> None:
    searches = simulated(np.random.default_rng(10), 200, 2_000)
    mean = searches.stranger_score[:, 50] - 0.09 * norm.isf(searches.stranger_expected[:, 50] / 2_000)
    true = 2_000 * norm.sf((0.5 - mean) / 0.09)
    assert np.all(np.abs(np.log(continued(searches, np.full(200, 0.5)) / true)) < 0.7)


def test_a_tail_of_one_score_stands_where_it_is_known() -> None:
    assert continued(table([0.5, np.nan]), np.array([0.9, 0.9])) == pytest.approx([0.01, 1e-3])


def test_too_few_searches_have_no_threshold_to_follow() -> None:
    found = sizes(table(np.linspace(0, 0.2, 100), np.full(100, 0.3)))
    assert {size.fpir.method for size in found.values()} == {TOO_FEW}
    assert found[1_001].rank_one.value == 1.0


def test_no_search_has_no_size() -> None:
    assert sizes(table([])) == {}
