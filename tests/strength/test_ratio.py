"""When a likelihood ratio may be told, and how it travels."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from lookalike.errors import BadInput, BrokenRatios, TooFewScores
from lookalike.strength.calibrators import Logistic
from lookalike.strength.crossvalidation import Comparisons
from lookalike.strength.measuring import measured
from lookalike.strength.ratio import LikelihoodRatio, NotValidated, Ratios, RatioStratum, Side

GOOD = RatioStratum(
    name="good",
    calibration=Logistic(-2.0, 10.0),
    lower=-1.5,
    upper=3.0,
    cllr=0.2,
    cllr_cal=0.02,
    dev_pav=0.2,
    mated=400,
    nonmated=90_000,
    persons=120,
    costs=(("logistic", 0.2), ("isotonic", 0.21)),
    why="Lowest cllr, cross-validated by person: logistic.",
)
RATIOS = Ratios(strata=(GOOD,), source="Invented.")


def with_stratum(**changes: Any) -> Ratios:
    return Ratios(strata=(replace(GOOD, **changes),), source="Invented.")


def invented(spread: float, people: int, photographs: int = 3, seed: int = 1) -> Comparisons:
    draw = np.random.default_rng(seed)
    person = np.repeat(np.arange(people), photographs)
    a, b = np.triu_indices(person.size, 1)
    one, other = person[a], person[b]
    return Comparisons(np.where(one == other, 0.4, 0.05) + spread * draw.normal(size=a.size), one, other)


def test_inside_the_bounds_the_ratio_is_told() -> None:
    assert RATIOS.assess(0.3, "good") == LikelihoodRatio(pytest.approx(1.0), Side.ABOUT, "good")
    assert RATIOS.assess(0.1, "good") == LikelihoodRatio(pytest.approx(-1.0), Side.ABOUT, "good")


def test_beyond_a_bound_the_bound_is_told() -> None:
    assert RATIOS.assess(0.9, "good") == LikelihoodRatio(3.0, Side.AT_LEAST, "good")
    assert RATIOS.assess(-0.9, "good") == LikelihoodRatio(-1.5, Side.AT_MOST, "good")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"persons": 49}, "measured on 49 people, where 50 are needed"),
        ({"cllr": 1.0, "costs": (("logistic", 1.0),)}, "worse than none"),
        ({"cllr": 1.7, "costs": (("logistic", 1.7),)}, "cllr 1.70"),
        ({"cllr_cal": 0.11}, "cllr_cal 0.11, allowed 0.1)"),
        ({"dev_pav": 0.51}, "devPAV 0.51, allowed 0.5)"),
        ({"dev_pav": None}, "do not overlap"),
        ({"lower": 0.0, "upper": 0.0}, "no likelihood ratio but 1"),
    ],
)
def test_what_was_not_validated_is_not_told(changes: dict[str, Any], reason: str) -> None:
    told = with_stratum(**changes).assess(0.3, "good")
    assert isinstance(told, NotValidated)
    assert told.statement == "not validated for this image quality"
    assert reason in told.reason


def test_a_quality_that_was_not_measured_is_not_validated() -> None:
    assert RATIOS.assess(0.3, "poor") == NotValidated("no comparisons of this quality were measured", "poor")
    assert isinstance(Ratios(strata=(), source="None.").assess(0.3, "good"), NotValidated)


def test_the_limits_are_what_the_ratios_say() -> None:
    strict = replace(RATIOS, cllr_cal_limit=0.01)
    assert isinstance(strict.assess(0.3, "good"), NotValidated)
    assert isinstance(replace(RATIOS, persons_needed=121).assess(0.3, "good"), NotValidated)
    assert isinstance(replace(RATIOS, persons_needed=120).assess(0.3, "good"), LikelihoodRatio)


@pytest.mark.parametrize("score", [float("nan"), float("inf"), -1.01, 72.0])
def test_what_is_not_a_score_is_refused(score: float) -> None:
    with pytest.raises(BadInput):
        RATIOS.assess(score, "good")


def test_a_measured_stratum_tells_the_truth() -> None:
    """Two normal sides of one spread: log10 LR of a score is 15.2 (score - 0.225)."""
    stratum = measured("good", invented(0.1, 80), seed=1)
    assert (stratum.mated, stratum.persons) == (240, 80)
    assert stratum.nonmated == 240 * 239 // 2 - 240
    assert stratum.cllr == min(cost for _, cost in stratum.costs)
    assert 0 <= stratum.cllr_cal < 0.03
    assert {kind for kind, _ in stratum.costs} <= {"logistic", "kde", "isotonic"}
    ratios = Ratios(strata=(stratum,), source="Invented.")
    for score in (0.2, 0.25, 0.3):
        told = ratios.assess(score, "good")
        assert isinstance(told, LikelihoodRatio)
        assert told.side is Side.ABOUT
        assert told.log10 == pytest.approx(35 * (score - 0.225) / np.log(10), abs=0.3)
    assert ratios.assess(0.95, "good") == LikelihoodRatio(stratum.upper, Side.AT_LEAST, "good")
    # no more than the strangers who were counted
    assert 2.0 < stratum.upper < np.log10(stratum.nonmated + 1) + 0.01


def test_a_stratum_that_tells_nobody_apart_is_not_validated() -> None:
    comparisons = invented(0.1, 60)
    noise = Comparisons(
        np.random.default_rng(1).normal(0, 0.1, comparisons.scores.size), comparisons.one, comparisons.other
    )
    told = Ratios(strata=(measured("noise", noise, seed=1),), source="Invented.").assess(0.1, "noise")
    assert not isinstance(told, LikelihoodRatio) or abs(told.log10) < 0.1


def test_a_few_people_are_measured_but_not_validated() -> None:
    stratum = measured("few", invented(0.1, 12), seed=1)
    assert isinstance(Ratios(strata=(stratum,), source="Invented.").assess(0.3, "few"), NotValidated)
    with pytest.raises(TooFewScores):
        measured("fewer", invented(0.1, 3), seed=1)


def test_perfectly_separated_scores_are_bounded_by_what_was_counted() -> None:
    stratum = measured("sharp", invented(0.001, 60), seed=1)
    assert stratum.cllr < 0.02
    assert stratum.upper <= np.log10(stratum.nonmated + 1) + 0.01
    assert stratum.lower >= -np.log10(stratum.mated + 1) - 0.01


def test_a_calibrator_that_cannot_be_fitted_or_falls_is_left_out_and_named() -> None:
    even = invented(0.1, 60)
    flat = Comparisons(np.where(even.mated, 0.5, even.scores), even.one, even.other)
    stratum = measured("flat", flat, seed=1)
    assert "kde" not in dict(stratum.costs)
    assert "Kde was left out: All mated scores are equal." in stratum.why
    # the mated are spread so much wider that the least alike would speak for one person
    wide = Comparisons(np.where(even.mated, 4 * even.scores - 1.2, even.scores), even.one, even.other)
    assert "Kde was left out: its ratio falls somewhere as the score rises." in measured("wide", wide, seed=1).why


def test_ratios_survive_json_to_the_bit() -> None:
    strata = tuple(measured(name, invented(spread, 55), seed=1) for name, spread in (("good", 0.1), ("poor", 0.25)))
    ratios = Ratios(strata=strata, source="Invented.", cllr_cal_limit=0.07)
    again = Ratios.from_json(ratios.to_json())
    assert again == ratios
    assert again.to_json() == ratios.to_json()
    assert again.assess(0.31, "poor") == ratios.assess(0.31, "poor")


def edited(path: list[str | int], value: object) -> str:
    data = json.loads(RATIOS.to_json())
    inside: Any = data
    for step in path[:-1]:
        inside = inside[step]
    inside[path[-1]] = value
    return json.dumps(data)


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        (["schema"], "lookalike.ratios/2", "is not lookalike.ratios/1"),
        (["source"], " ", "source is empty"),
        (["source"], 3, "source is not a sentence"),
        (["cllr_cal_limit"], 1.5, "between 0 and 1"),
        (["cllr_cal_limit"], "0.1", "not a number"),
        (["persons_needed"], 1, "at least 2"),
        (["persons_needed"], True, "not a whole number"),
        (["persons_needed"], 50.0, "not a whole number"),
        (["strata"], {}, "not a list"),
        (["strata"], [3], "not a table"),
        (["more"], 1, "more is not a known key"),
        (["strata", 0, "more"], 1, "more is not a known key"),
        (["strata", 0, "name"], "", "no name"),
        (["strata", 0, "upper"], -0.1, "either side of 0"),
        (["strata", 0, "upper"], float("inf"), "upper of good is not a finite number"),
        (["strata", 0, "lower"], 1, "lower is not a number"),
        (["strata", 0, "cllr_cal"], 0.3, "between 0 and its cllr"),
        (["strata", 0, "cllr_cal"], -0.3, "between 0 and its cllr"),
        (["strata", 0, "persons"], 401, "fewer mated comparisons than people"),
        (["strata", 0, "persons"], 0, "or none"),
        (["strata", 0, "mated"], 40.5, "mated is not a whole number"),
        (["strata", 0, "costs"], {}, "not the one with the lowest"),
        (["strata", 0, "costs"], {"logistic": 0.2, "isotonic": 0.1}, "not the one with the lowest"),
        (["strata", 0, "costs"], {"magic": 0.2}, "not a table of calibrators"),
        (["strata", 0, "costs"], {"logistic": "0.2"}, "logistic is not a number"),
        (["strata", 0, "costs"], [0.2], "not a table of calibrators"),
        (["strata", 0, "calibration"], None, "calibration is not a table"),
        (["strata", 0, "calibration", "slope"], -10.0, "slope"),
    ],
)
def test_a_broken_file_is_refused_and_what_is_wrong_is_named(path: list[str | int], value: object, says: str) -> None:
    with pytest.raises(BrokenRatios, match=says):
        Ratios.from_json(edited(path, value))


@pytest.mark.parametrize("text", ["", "{", "[]", "3", "null", "[" * 100_000, '{"schema": "lookalike.ratios/1"}'])
def test_what_is_not_a_file_of_ratios_is_refused(text: str) -> None:
    with pytest.raises(BrokenRatios) as refusal:
        Ratios.from_json(text)
    assert refusal.value.remedy


def test_two_strata_of_one_name_are_refused() -> None:
    with pytest.raises(BrokenRatios, match="one name"):
        Ratios(strata=(GOOD, GOOD), source="Invented.")
