"""Empirical bounds: how large a ratio may be told."""

from __future__ import annotations

import math

import numpy as np
import pytest

from lookalike.errors import BadInput, TooFewScores
from lookalike.strength.bounds import Bounds, elub


def test_by_hand() -> None:
    """Nine mated at 100, nine strangers at 1/100, and one more mistake on each side.

    Above 1, a tenth of ten mated is refused and one of ten strangers accepted: 0.1 + t / 10 passes 1 at t = 9. So the
    bound is the last hundredth not above log10(9) = 0.954, and below 1 it is the same by symmetry.
    """
    found = elub(np.full(9, 2.0), np.full(9, -2.0))
    assert found.upper == pytest.approx(0.95)
    assert found.lower == pytest.approx(-0.95)


@pytest.mark.parametrize("size", [10, 100, 1_000])
def test_no_bound_passes_what_was_counted(size: int) -> None:
    found = elub(np.full(20, np.inf), np.full(size, -np.inf))
    assert math.log10(size) - 0.1 < found.upper <= math.log10(size + 1) + 0.01
    assert -math.log10(21) - 0.01 <= found.lower < -1.2


def test_ratios_that_mislead_are_bounded_at_one() -> None:
    assert elub(np.full(50, -1.0), np.full(50, 1.0)) == Bounds(0.0, 0.0)


def test_ratios_that_overstate_are_bounded_where_they_begin_to() -> None:
    """One stranger in a hundred is told 10,000, where 1 in 100 deserves no more than about 100."""
    mated = np.full(100, 4.0)
    nonmated = np.append(np.full(99, -4.0), 4.0)
    assert 1.6 < elub(mated, nonmated).upper < 1.7


def test_the_callers_ratios_are_left_alone() -> None:
    mated = np.array([np.inf, 1.0])
    elub(mated, np.array([-np.inf, -20.0]))
    assert mated[0] == np.inf


def test_bounds_clip() -> None:
    assert Bounds(-1.0, 2.0).applied(np.array([-np.inf, -0.5, 1.9, 7.0])).tolist() == [-1.0, -0.5, 1.9, 2.0]


def test_hostile_ratios_are_refused() -> None:
    with pytest.raises(TooFewScores):
        elub(np.array([]), np.array([0.1]))
    with pytest.raises(BadInput):
        elub(np.array([0.1]), np.array([math.nan]))
    with pytest.raises(BadInput):
        elub(np.array([[0.1]]), np.array([0.1]))
