"""The order is drawn by the algorithm that is written down, every order is as likely, and it knows nobody."""

from __future__ import annotations

import hashlib
import hmac
import itertools
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from lookalike.errors import BadInput
from lookalike.lineup.order import drawn

SIX = ["s", "a", "b", "c", "d", "e"]
KNOWN_ZERO = ["b", "d", "a", "e", "c", "s"]
KNOWN_NAMED = ["B000007", "B000042", "B000311"]
SEEDS = [f"{n:032x}" for n in range(12_000)]


def as_written_down(seed: str, ids: list[str]) -> list[str]:
    """The module's three numbered points again, by somebody who has only read them."""
    pool = sorted(ids, key=lambda one: one.encode())
    supply = (
        hmac.new(seed.encode(), b"lookalike lineup order 1\0" + n.to_bytes(8, "big"), hashlib.sha256).digest()[
            k : k + 8
        ]
        for n in itertools.count()
        for k in (0, 8, 16, 24)
    )
    place = len(pool) - 1
    while place >= 1:
        x = int.from_bytes(next(supply), "big")
        if x >= (2**64 // (place + 1)) * (place + 1):
            continue
        j = x % (place + 1)
        pool[place], pool[j] = pool[j], pool[place]
        place -= 1
    return pool


@settings(deadline=None, max_examples=60)
@given(
    st.text(min_size=1).filter(lambda t: t.isprintable()),
    st.lists(st.text(max_size=8).filter(str.isprintable), unique=True, max_size=40),
)
def test_the_order_is_the_one_that_the_written_algorithm_draws(seed: str, ids: list[str]) -> None:
    assert drawn(seed, ids) == as_written_down(seed, ids)


def test_the_order_of_known_seeds_never_changes() -> None:
    assert drawn("0" * 32, SIX) == KNOWN_ZERO
    assert drawn("lineup 26-00117", ["B000042", "B000007", "B000311"]) == KNOWN_NAMED


@settings(deadline=None, max_examples=60)
@given(st.permutations(SIX))
def test_the_order_in_which_ids_are_named_has_no_say(ids: list[str]) -> None:
    assert drawn("a seed", ids) == drawn("a seed", SIX)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.text(min_size=1), unique=True), st.text(min_size=1))
def test_everybody_stands_in_the_order_once(ids: list[str], seed: str) -> None:
    try:
        seed.encode()
    except UnicodeEncodeError:
        return
    assert sorted(drawn(seed, ids)) == sorted(ids)


def test_every_member_is_as_likely_at_every_place() -> None:
    """With these 12,000 seeds; the chance that a fair draw fails this is 1 in 10,000 for each of 36 cells together."""
    counts = Counter((place, one) for seed in SEEDS for place, one in enumerate(drawn(seed, SIX)))
    table = [[counts[place, one] for one in SIX] for place in range(6)]
    statistic = sum((cell - 2_000) ** 2 / 2_000 for row in table for cell in row)
    assert stats.chi2.sf(statistic, 25) > 1e-3


def test_every_order_of_four_is_as_likely() -> None:
    counts = Counter(tuple(drawn(seed, SIX[:4])) for seed in SEEDS)
    assert len(counts) == 24
    assert stats.chisquare(list(counts.values())).pvalue > 1e-3


def test_the_suspects_place_says_nothing_of_the_name() -> None:
    """The suspect's id sorts first, in the middle or last: the place comes out as evenly."""
    for suspect in ("A-suspect", "M-suspect", "Z-suspect"):
        fillers = ["B1", "C2", "K3", "P4", "X5"]
        places = Counter(drawn(seed, [suspect, *fillers]).index(suspect) for seed in SEEDS[:6_000])
        assert stats.chisquare([places[place] for place in range(6)]).pvalue > 1e-3


def test_who_follows_the_suspect_says_nothing() -> None:
    after: Counter[str] = Counter()
    for seed in SEEDS[:6_000]:
        order = drawn(seed, SIX)
        place = order.index("s")
        if place < 5:
            after[order[place + 1]] += 1
    assert stats.chisquare(list(after.values())).pvalue > 1e-3


def test_seeds_that_differ_little_draw_orders_that_have_nothing_in_common() -> None:
    same = sum(drawn(a, SIX)[0] == drawn(b, SIX)[0] for a, b in itertools.pairwise(SEEDS[:6_001]))
    assert stats.binomtest(same, 6_000, 1 / 6).pvalue > 1e-3


def test_numbers_beyond_the_greatest_multiple_are_passed_over() -> None:
    from lookalike.lineup.order import _below

    assert _below(3, iter([2**64 - 1, 7])) == 1
    assert _below(6, iter([2**64 - 4, 2**64 - 5])) == (2**64 - 5) % 6


@pytest.mark.parametrize(("seed", "ids"), [("", SIX), ("seed", ["a", "b", "a"])])
def test_no_seed_and_an_id_named_twice_are_refused(seed: str, ids: list[str]) -> None:
    with pytest.raises(BadInput):
        drawn(seed, ids)


def test_one_and_none_are_orders_too() -> None:
    assert drawn("seed", ["a"]) == ["a"]
    assert drawn("seed", []) == []
