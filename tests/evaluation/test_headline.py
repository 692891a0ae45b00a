"""The first lines: what they say, and what they must not."""

from __future__ import annotations

import numpy as np
import pytest

from lookalike.evaluation import differentials as kinds
from lookalike.evaluation.calibration import calibrations
from lookalike.evaluation.differentials import cohorts, differentials
from lookalike.evaluation.estimates import AT_LEAST, BOOTSTRAP, THREE, Estimate, resample, too_few
from lookalike.evaluation.headline import NO_LABELS, headline, number, one_in, times
from lookalike.evaluation.identification import identifications
from lookalike.evaluation.results import Cohort, Differential
from lookalike.evaluation.searches import Searches
from tests.evaluation.samples import simulated, table


def lines(searches: Searches) -> tuple[str, ...]:
    rng = np.random.default_rng(0)
    draws = resample(searches.person, rng, 200)
    return headline(
        cohorts(searches, draws, None),
        differentials(searches, draws, rng),
        identifications(searches, draws),
        calibrations(searches, draws),
    )


def told(value: float, low: float, high: float, method: str = BOOTSTRAP) -> Estimate:
    return Estimate(value, low, high, 1_000, method)


def cohort(name: str, expected: Estimate) -> Cohort:
    nothing = too_few(0)
    return Cohort(name, 9, 9, nothing, nothing, nothing, nothing, expected, nothing)


def differential(what: str, ratio: Estimate, chance: float, judged: bool = True) -> Differential:
    return Differential(what, "Black_F", "White_M", ratio, ratio, ratio, judged, chance)


BOTH = (cohort("Black_F", told(0.13, 0.1, 0.16)), cohort("White_M", told(0.1, 0.08, 0.12)))


def test_the_differential_comes_first_and_beside_it_what_expected_lookalikes_make_of_it() -> None:
    one = differential(kinds.FPIR_TENTH, told(12.3, 8.04, 17.2), 0.001)
    assert headline(BOTH, [one], (), ()) == (
        "With one threshold for everyone, a stranger is returned for a probe of Black_F 12 times (8.0–17) as often as "
        "for one of White_M; judged by expected lookalikes, 1.3 times (0.94–1.8).",
    )


def test_what_chance_explains_is_not_told_as_a_difference() -> None:
    one = differential(kinds.FPIR_TENTH, told(1.6, 0.8, 3.1), 0.4)
    other = differential(kinds.FNIR, told(1.6, 0.8, 3.1), 0.051)
    (line,) = headline(BOTH, [one, other], (), ())
    assert "no difference larger than chance was found" in line
    assert "Black_F" not in line


def test_a_difference_that_expected_lookalikes_leave_is_told() -> None:
    one = differential(kinds.FPIR_TENTH, told(12.3, 8.04, 17.2), 0.001)
    left = differential(kinds.FPIR_EXPECTED, told(1.8, 1.2, 2.4), 0.01)
    assert headline(BOTH, [one, left], (), ())[1] == (
        "Judged by expected lookalikes there is still a difference: a stranger is returned for a probe of Black_F "
        "1.8 times (1.2–2.4) as often as for one of White_M."
    )


@pytest.mark.parametrize("given", [[], [differential(kinds.FPIR_TENTH, too_few(3), 0.0, judged=False)]])
def test_too_few_say_so(given: list[Differential]) -> None:
    assert headline(BOTH, given, (), ()) == (
        "There are too few searches to say on whom the errors fall among 2 cohorts.",
    )


def test_without_labels_nobody_can_say() -> None:
    assert lines(simulated(np.random.default_rng(1), 500, 300))[0] == NO_LABELS


def test_an_evaluation_reads_as_a_paragraph() -> None:
    shift = np.linspace(-0.04, 0.06, 3)
    found = lines(simulated(np.random.default_rng(1), 2_000, 1_000, cohorts=3, shift=shift, mate=0.6))
    assert found[0].startswith("With one threshold for everyone, a stranger is returned for a probe of C ")
    assert any("was not first on the list in 1 in" in line for line in found)
    assert any("the person sought was missed in " in line for line in found)
    assert found[-1].startswith("On average a search returned ")
    assert found[-1].endswith("where 1 is ideal.")
    assert not any("%" in line or "match" in line for line in found)


def test_searches_that_say_nothing_have_no_line() -> None:
    assert lines(table([0.1])) == (NO_LABELS,)


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (0.0, "0"),
        (0.0534, "0.053"),
        (0.996, "1.0"),
        (1.26, "1.3"),
        (9.96, "10"),
        (12.4, "12"),
        (99.6, "100"),
        (1_234, "1,200"),
        (12_345, "12,000"),
    ],
)
def test_two_figures_are_enough(value: float, says: str) -> None:
    assert number(value) == says


def test_shares_are_told_as_searches() -> None:
    assert one_in(told(0.025, 0.02, 0.03)) == "1 in 40 searches (1 in 50 to 1 in 33)"
    assert one_in(told(0.59, 0.5, 0.61)) == "59 in 100 searches (50 to 61)"
    assert one_in(told(0.0, 0.0, 0.003, THREE)) == "none of 1,000 searches (at most 1 in 330)"
    assert times(told(20, 9, 31, AT_LEAST)) == "at least 9.0 times"
