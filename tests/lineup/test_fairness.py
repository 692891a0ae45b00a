"""What mock witnesses' choices say, held to what others published, and to what has to be so."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from lookalike.errors import BadInput
from lookalike.lineup.fairness import (
    bootstrap_interval,
    effective_size,
    fairness,
    normal_interval,
    stands_out,
)

NORTJE_1 = (19, 18, 19, 6, 38, 6, 23, 4)
"""`nortje2012$lineup_1` of r4lineups: 133 mock witnesses, 8 members, the target third.

The data file is binary and was not read; the counts follow from its vignette (CRAN 0.1.1, and its later web edition),
which prints the proportions 0.143, 0.135, 0.143, 0.045, 0.286, 0.045, 0.173, 0.030 of 133: three decimals leave one
whole number each.
"""

COUNTS = st.lists(st.integers(0, 60), min_size=2, max_size=12).filter(any)


def test_the_counts_are_those_that_the_vignette_prints() -> None:
    assert sum(NORTJE_1) == 133
    printed = [0.143, 0.135, 0.143, 0.045, 0.286, 0.045, 0.173, 0.030]
    assert [round(count / 133, 3) for count in NORTJE_1] == printed


def test_r4lineups_vignette() -> None:
    """The vignette: lineup_prop_vec 0.1428571, func_size_report 7, esize_m 5.962406 in both forms, esize_T 5.693273."""
    found = fairness(NORTJE_1, 2)
    assert found.proportion == pytest.approx(0.1428571, abs=5e-8)
    assert found.functional_size == 7
    assert found.adjusted == pytest.approx(5.962406, abs=5e-7)
    assert found.original == pytest.approx(5.962406, abs=5e-7)
    assert found.effective_size == pytest.approx(5.693273, abs=5e-7)


def test_r4lineups_posterior_lies_where_our_intervals_do() -> None:
    """The web edition's article on posteriors: with a Dirichlet prior of 0.5, of the same choices, E' of 5.624 in the
    median, 4.804 to 6.355. Another method, so that only the middle and the lower bound are near.
    """
    for low, high in (normal_interval(NORTJE_1), bootstrap_interval(NORTJE_1, seed=1)):
        assert low == pytest.approx(4.804, abs=0.25)
        assert low < 5.624 < high


def test_the_interval_is_the_formula_of_r4lineups() -> None:
    """`R/esize_T_ci_n.R`, worked by hand for 5, 3, 2: I = 0.62, var = 4/10 (0.16 - 0.1444) = 0.00624."""
    half = 1.959963984540054 * math.sqrt(0.00624)
    low, high = normal_interval((5, 3, 2))
    assert low == pytest.approx(1 / (1 - (0.62 - half)))
    assert high == pytest.approx(min(3.0, 1 / (1 - (0.62 + half))))


def test_the_index_of_diversity_of_r4lineups_own_test() -> None:
    """`test-formula-consistency.R` of r4lineups: choices 1 1 2 3 3 3 4 4 of four members; E' = 64 / 18."""
    assert effective_size((2, 1, 3, 2)) == pytest.approx(64 / 18)


def test_the_counts_of_r4lineups_own_test_of_functional_size() -> None:
    """`test-export-contracts.R` of r4lineups: 1 1 1 2 2 3 4 4 5 6 1 3 of six, the target first: 12 / 4."""
    assert fairness((4, 2, 2, 2, 1, 1), 0).functional_size == 3


def test_the_first_lineup_that_was_measured() -> None:
    """Doob and Kirshenbaum 1973, after R. v. Shatford: of 21 who read only the description, 11 of twelve members chose
    the suspect. From memory of the literature, as are the functional size of 1.9 (Wells, Leippe and Ostrom 1979) and
    that it is far beyond chance; how the others' ten choices fell is not known, and spread here over five.
    """
    found = fairness((11, 2, 2, 2, 2, 2, 0, 0, 0, 0, 0, 0), 0)
    assert found.functional_size == pytest.approx(1.9, abs=0.05)
    assert found.p_suspect < 1e-6


def test_malpass_takes_out_members_nobody_chose_and_tredoux_does_not() -> None:
    """Malpass 1981 and Tredoux 1998, by hand: 10, 10, 10, 0, 0, 0. Three chosen alike are three to Malpass; with all
    six, the sum of |c - 5| is 30, over twice 5, from 6: three again. 20, 10, 0, 0: 2 - 10/30 and 4 - 30/15.
    """
    found = fairness((10, 10, 10, 0, 0, 0), 0)
    assert (found.original, found.adjusted, found.effective_size) == (3, 3, 3)
    found = fairness((20, 10, 0, 0), 0)
    assert found.original == pytest.approx(2 - 10 / 30)
    assert found.adjusted == pytest.approx(4 - 30 / 15)


def test_malpass_null_foils_change_the_original() -> None:
    """By hand: 14, 8, 8, 0, 0, 0. Of three, expected 10: 3 - 8/20. Of six, expected 5: 6 - 30/10."""
    found = fairness((14, 8, 8, 0, 0, 0), 0)
    assert found.original == pytest.approx(2.6)
    assert found.adjusted == pytest.approx(3.0)


def test_chi_square_of_even_choices() -> None:
    """By hand: 10, 20, 30, expected 20 each: 100/20 + 0 + 100/20 = 10, two degrees of freedom, exp(-5)."""
    found = fairness((10, 20, 30), 0)
    assert found.chi_square == pytest.approx(10)
    assert found.p_even == pytest.approx(math.exp(-5))
    assert found.p_even_holds
    assert not fairness((1, 2, 3), 0).p_even_holds


@settings(deadline=None, max_examples=60)
@given(COUNTS)
def test_effective_size_lies_between_one_and_the_number_of_members(counts: list[int]) -> None:
    found = fairness(counts, 0)
    assert 1 - 1e-12 <= found.effective_size <= len(counts) + 1e-12
    assert 1 <= found.low <= found.effective_size + 1e-9
    assert found.effective_size - 1e-9 <= found.high <= len(counts)
    assert found.original <= found.adjusted + 1e-9 or 0 not in counts


@settings(deadline=None, max_examples=60)
@given(st.integers(2, 12), st.integers(1, 50))
def test_all_members_chosen_alike_count_in_full(members: int, each: int) -> None:
    found = fairness([each] * members, 0)
    assert found.effective_size == pytest.approx(members)
    assert found.adjusted == found.original == pytest.approx(members)
    assert found.functional_size == members
    assert found.p_even == pytest.approx(1)


@settings(deadline=None, max_examples=60)
@given(st.integers(2, 12), st.integers(1, 200), st.data())
def test_one_member_chosen_by_all_counts_as_one(members: int, witnesses: int, data: st.DataObject) -> None:
    chosen = data.draw(st.integers(0, members - 1))
    found = fairness([witnesses if member == chosen else 0 for member in range(members)], chosen)
    assert found.effective_size == found.functional_size == 1
    assert (found.low, found.high) == (1, 1)
    assert found.original == pytest.approx(1)
    assert found.adjusted == pytest.approx(1)
    assert found.p_suspect == pytest.approx(members**-witnesses)


@settings(deadline=None, max_examples=60)
@given(COUNTS, st.randoms(use_true_random=False), st.data())
def test_the_places_of_the_members_do_not_matter(counts: list[int], shuffle: object, data: st.DataObject) -> None:
    suspect = data.draw(st.integers(0, len(counts) - 1))
    order = list(range(len(counts)))
    shuffle.shuffle(order)  # type: ignore[attr-defined]
    before, after = fairness(counts, suspect), fairness([counts[i] for i in order], order.index(suspect))
    for name in ("mock_witnesses", "proportion", "p_suspect", "functional_size"):
        assert getattr(before, name) == getattr(after, name)
    for name in ("effective_size", "low", "high", "adjusted", "original", "chi_square", "p_even"):
        assert getattr(before, name) == pytest.approx(getattr(after, name), abs=1e-9)


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 40), st.integers(2, 8), st.data())
def test_the_binomial_test_is_exact(witnesses: int, members: int, data: st.DataObject) -> None:
    """Every outcome added up, in fractions."""
    chosen = data.draw(st.integers(0, witnesses))
    chance = Fraction(1, members)
    exact = sum(
        math.comb(witnesses, x) * chance**x * (1 - chance) ** (witnesses - x) for x in range(chosen, witnesses + 1)
    )
    assert stands_out(chosen, witnesses, members) == pytest.approx(float(exact), rel=1e-9)


@settings(deadline=None, max_examples=60)
@given(COUNTS, st.integers(0, 11))
def test_more_choices_of_the_suspect_make_them_stand_out_more(counts: list[int], suspect: int) -> None:
    assume(suspect < len(counts))
    more = [count + (member == suspect) for member, count in enumerate(counts)]
    assert fairness(more, suspect).p_suspect <= fairness(counts, suspect).p_suspect + 1e-12


def test_a_suspect_whom_nobody_chose_has_no_functional_size() -> None:
    found = fairness((0, 10, 10), 0)
    assert found.functional_size is None
    assert found.p_suspect == 1


def test_the_normal_interval_holds_what_it_says() -> None:
    """600 lineups of 120 mock witnesses each, drawn with a fixed seed: the true E' is inside in 95 of 100, nearly."""
    shares = np.array([0.3, 0.25, 0.2, 0.1, 0.1, 0.05])
    true = 1 / float((shares**2).sum())
    draws = np.random.default_rng(7).multinomial(120, shares, size=600)
    inside = [low <= true <= high for low, high in (normal_interval(draw.tolist()) for draw in draws)]
    assert 0.91 <= float(np.mean(inside)) <= 0.98


def test_a_fair_lineup_looks_smaller_in_a_small_sample() -> None:
    """What the module says of six members and 30 mock witnesses: about 5.1 in place of 6."""
    draws = np.random.default_rng(3).multinomial(30, [1 / 6] * 6, size=4_000)
    inverse = np.mean([1 / effective_size(draw.tolist()) for draw in draws])
    assert 1 / inverse == pytest.approx(1 / (1 / 6 + (5 / 6) / 30), rel=0.01)
    assert 1 / inverse == pytest.approx(5.1, abs=0.1)


def test_the_bootstrap_is_the_same_for_the_same_seed() -> None:
    assert bootstrap_interval(NORTJE_1, seed=4) == bootstrap_interval(NORTJE_1, seed=4)
    assert bootstrap_interval(NORTJE_1, seed=4) != bootstrap_interval(NORTJE_1, seed=5)
    low, high = bootstrap_interval(NORTJE_1, seed=4, level=0.5)
    assert bootstrap_interval(NORTJE_1, seed=4)[0] < low < high < bootstrap_interval(NORTJE_1, seed=4)[1]


@pytest.mark.parametrize(
    ("choices", "suspect"),
    [
        ((), 0),
        ((30,), 0),
        ((0, 0, 0), 0),
        ((1, 2, 3), 3),
        ((1, 2, 3), -1),
        ((1, 2, 3), True),
        ((1, 2, 3), 1.0),
        ((1, -2, 3), 0),
        ((1, 2.5, 3), 0),
        ((1, True, 3), 0),
        ((1, None, 3), 0),
    ],
)
def test_what_is_no_table_of_choices_is_refused(choices: tuple[int, ...], suspect: int) -> None:
    with pytest.raises(BadInput) as refused:
        fairness(choices, suspect)
    assert refused.value.remedy


def test_levels_and_resamples_that_say_nothing_are_refused() -> None:
    for level in (0, 1, -0.1, 95, math.nan):
        with pytest.raises(BadInput):
            fairness((1, 2, 3), 0, level=level)
        with pytest.raises(BadInput):
            bootstrap_interval((1, 2, 3), seed=1, level=level)
    with pytest.raises(BadInput):
        bootstrap_interval((1, 2, 3), seed=1, resamples=10)


def test_counts_of_numpy_are_counts() -> None:
    assert fairness(np.array([3, 4, 5]), np.int64(1)).choices == (3, 4, 5)  # type: ignore[arg-type]
