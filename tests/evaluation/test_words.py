"""Numbers and labels in words, and the verdict on the calibration."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookalike.evaluation.estimates import Estimate
from lookalike.evaluation.results import Calibration
from lookalike.evaluation.words import Verdict, calibration_in_words, estimated, number, plain, shortened, verdict
from tests.evaluation.an_evaluation import NOTHING


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "too few to say"),
        (0.0, "0"),
        (0.0321, "0.032"),
        (0.00012345, "0.00012"),
        (1.2345, "1.23"),
        (1.0, "1"),
        (12345.6, "12,346"),
        (1e-15, "1.0e-15"),
        (-2.13, "-2.13"),
        (0.999, "1"),
    ],
)
def test_a_number_has_two_or_three_digits_and_no_exponent_where_it_can(value: float | None, words: str) -> None:
    assert number(value) == words


@given(st.floats(min_value=1e-9, max_value=1e9))
def test_a_number_in_words_is_near_the_number(value: float) -> None:
    assert float(number(value).replace(",", "")) == pytest.approx(value, rel=0.06)


@given(st.text(alphabet=st.characters()))
def test_no_label_keeps_a_character_that_is_not_seen(text: str) -> None:
    shown = plain(text)
    assert not [c for c in shown if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")]
    assert plain(shown) == shown
    assert len(shortened(text, 20)) <= 20


def _mean(low: float, value: float, high: float) -> Estimate:
    return Estimate(value, low, high, 100, "bootstrap by person")


@pytest.mark.parametrize(
    ("mean", "told"),
    [
        (_mean(0.06, 0.1, 0.15), Verdict.INSIDE),
        (_mean(0.05, 0.1, 0.2), Verdict.INSIDE),
        (_mean(0.04, 0.1, 0.5), Verdict.INSIDE),
        (_mean(0.04, 0.21, 0.5), Verdict.OPEN),
        (_mean(0.04, 0.045, 0.06), Verdict.OPEN),
        (_mean(0.21, 0.3, 0.5), Verdict.OUTSIDE),
        (_mean(0.0, 0.01, 0.049), Verdict.OUTSIDE),
        (NOTHING, Verdict.NONE),
    ],
)
def test_a_mean_is_judged_with_its_interval(mean: Estimate, told: Verdict) -> None:
    assert verdict(0.1, mean) is told


def test_what_lies_outside_is_named() -> None:
    rows = [
        Calibration("all", "all", 9, ((0.1, _mean(0.06, 0.1, 0.15)), (1.0, _mean(2.1, 3.0, 4.0)))),
        Calibration("quality", "poor", 9, ((0.1, _mean(0.3, 0.4, 0.5)),)),
        Calibration("size", "500", 9, ((0.1, NOTHING),)),
    ]
    words = calibration_in_words(rows)
    assert words.startswith("Of 4 measured means, 1 lie inside the target band")
    assert "2 outside it with their whole interval; of 1 there were too few searches to say." in words
    assert words.endswith("With the whole interval outside: all searches at 1; probes of poor quality at 0.1.")


def test_a_long_list_of_what_lies_outside_is_cut() -> None:
    rows = [Calibration("cohort", f"c{i}", 9, ((0.1, _mean(0.3, 0.4, 0.5)),)) for i in range(20)]
    assert calibration_in_words(rows).endswith("c7 at 0.1, and 12 more.")


@pytest.mark.parametrize("rows", [[], [Calibration("all", "all", 0, ((0.1, NOTHING),))]])
def test_nothing_measured_is_no_verdict(rows: list[Calibration]) -> None:
    assert "was not measured" in calibration_in_words(rows)


def test_an_estimate_is_never_told_without_its_interval() -> None:
    assert estimated(_mean(0.021, 0.032, 0.047)) == "0.032 (0.021 to 0.047)"
    assert estimated(NOTHING) == "too few to say"
    floored = Estimate(20.0, 16.0, 25.0, 100, "bootstrap by person, at least")
    assert estimated(floored) == "at least 20 (16 to 25)"
