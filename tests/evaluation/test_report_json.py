"""report.json holds everything, comes back as it was, and is read strictly."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lookalike.errors import BadInput
from lookalike.evaluation import report_json
from lookalike.evaluation.calibration import calibrations
from lookalike.evaluation.differentials import cohorts, differentials
from lookalike.evaluation.discard import discards
from lookalike.evaluation.estimates import BOOTSTRAP, Estimate, resample, too_few
from lookalike.evaluation.gallery_size import gallery_sizes
from lookalike.evaluation.headline import headline
from lookalike.evaluation.identification import identifications
from lookalike.evaluation.report_json import from_json, to_json
from lookalike.evaluation.results import SCHEMA, Evaluation, FloorCurve, Likelihood, Pairs
from lookalike.evaluation.verification import verification
from tests.evaluation.samples import simulated


@pytest.fixture(scope="module")
def evaluation() -> Evaluation:
    rng = np.random.default_rng(1)
    searches = simulated(rng, 400, 300, rows=2, cohorts=2, mate=0.4)
    draws = resample(searches.person, rng, 50)
    edges = np.linspace(-1, 1, 41)
    counts = [np.histogram(rng.normal(m, 0.1, 4_000), edges)[0].astype(np.uint64)[None, None] for m in (0, 0.5)]
    some = Estimate(0.1, 0.05, 0.2, 40, BOOTSTRAP)
    pairs = Pairs(0.3, searches.cohorts, ((some, too_few(3)), (too_few(3), some)))
    strength = Likelihood(
        "fit", False, "Too few.", "isotonic", 5, 6, 0.1, None, 0.0, 1e-300, some, some, -1.5, None,
        ((0.1, 0.2, 0.3),), ((0.1, 1 / 3),), ((-1.0, 0.1, 0.2, 0.3),),
    )  # fmt: skip
    by_cohort, apart = cohorts(searches, draws, pairs), differentials(searches, draws, rng)
    found, mean = identifications(searches, draws), calibrations(searches, draws)
    return Evaluation(
        schema=SCHEMA,
        made_at="2025-01-02T03:04:05+00:00",
        seed=2**63,
        resamples=50,
        software={"matcher": "sface", "files": {"embedder": "ab" * 32}, "version": 1.5},
        gallery={"persons": 300, "name": "Bücher – 顔"},
        data={"by_reason": {"too small": 3}, "searched": 400, "digest": None, "kept": [1, 2.5, True]},
        headline=headline(by_cohort, apart, found, mean),
        identification=found,
        verification=verification(*counts, edges, np.array([200])),
        gallery_sizes=gallery_sizes(searches, draws),
        calibration=mean,
        discards=discards(searches, draws),
        cohorts=by_cohort,
        pairs=pairs,
        differentials=apart,
        likelihood=(strength,),
        floors=(FloorCurve("Sharpness", 40, ((0.1, 0.5),), ((0.1, 0.2, some),), None, None, "", "", "too few"),),
        label_errors={"rule": "none", "count": 0},
    )


def test_what_is_written_is_read_back_without_loss(evaluation: Evaluation) -> None:
    back = from_json(to_json(evaluation))
    assert back == evaluation
    assert all(getattr(evaluation, field.name) for field in fields(evaluation))
    assert to_json(back) == to_json(evaluation)


def test_what_was_not_measured_stays_so(evaluation: Evaluation) -> None:
    bare = replace(evaluation, verification=None, pairs=None, likelihood=(), cohorts=(), headline=())
    assert from_json(to_json(bare)) == bare


def test_the_order_of_a_mapping_does_not_change_the_text(evaluation: Evaluation) -> None:
    turned = replace(evaluation, software=dict(reversed(evaluation.software.items())))
    assert to_json(turned) == to_json(evaluation)


@settings(max_examples=200, deadline=None)
@given(st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=20))
def test_every_number_and_every_text_survives(evaluation: Evaluation, number: float, text: str) -> None:
    given_ = replace(evaluation, made_at="x", likelihood=(), data={text: number}, headline=(text,))
    assert from_json(to_json(given_)) == given_


@pytest.mark.parametrize("value", [(1, 2), {1: 2}, {3}, np.int64(3), b"x", object()])
def test_a_mapping_that_is_not_plain_json_is_not_written(evaluation: Evaluation, value: Any) -> None:
    with pytest.raises(TypeError, match="plain JSON"):
        to_json(replace(evaluation, data={"x": value}))


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_number_that_is_none_is_not_written(evaluation: Evaluation, value: float) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        to_json(replace(evaluation, data={"x": [value]}))


def changed(path: list[Any], value: Any) -> Callable[[dict[str, Any]], None]:
    def change(data: Any) -> None:
        for step in path[:-1]:
            data = data[step]
        data[path[-1]] = value

    return change


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        (["schema"], "lookalike.evaluation/9", "its schema is"),
        (["schema"], None, "its schema is"),
        (["extra"], 1, "unknown key 'extra'"),
        (["cohorts", 0, "race"], "x", r"report.cohorts\[0\] has an unknown key"),
        (["seed"], "7", "report.seed is not of the kind int"),
        (["seed"], True, "report.seed is not of the kind int"),
        (["seed"], 1.0, "report.seed is not of the kind int"),
        (["seed"], None, "report.seed is not of the kind int"),
        (["headline"], "one line", "report.headline is not a list"),
        (["headline"], [1], r"report.headline\[0\] is not of the kind str"),
        (["software"], [], "report.software is not an object"),
        (["pairs"], [], "report.pairs is not an object"),
        (["verification", "edges", 0], "0", r"verification.edges\[0\] is not of the kind float"),
        (["verification", "edges", 0], 10**400, "too large"),
        (["identification", 0, "rank", 0], [1], "has 1 entries, not 2"),
        (["cohorts", 0, "fnir", "value"], 7.0, r"report.cohorts\[0\].fnir: an estimate's value is not inside"),
        (["cohorts", 0, "fnir", "value"], None, "is not inside"),
        (["cohorts", 0, "fnir", "count"], -1, "fewer than no trials"),
        (["differentials", 0, "judged"], 1, "judged is not of the kind bool"),
    ],
)
def test_what_was_changed_is_refused_and_named(evaluation: Evaluation, path: list[Any], value: Any, says: str) -> None:
    data = json.loads(to_json(evaluation))
    changed(path, value)(data)
    with pytest.raises(BadInput, match=says):
        from_json(json.dumps(data))


@pytest.mark.parametrize("name", [field.name for field in fields(Evaluation)])
def test_every_field_is_needed(evaluation: Evaluation, name: str) -> None:
    data = json.loads(to_json(evaluation))
    del data[name]
    with pytest.raises(BadInput, match="its schema" if name == "schema" else f"report lacks {name}"):
        from_json(json.dumps(data))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "Expecting value"),
        ("[]", "not a JSON object"),
        ("null", "not a JSON object"),
        ('{"schema": "lookalike.search-record/1"}', "its schema is"),
        ('{"schema": 1, "schema": 2}', "stands twice"),
        ('{"x": NaN}', "holds NaN"),
        ('{"x": -Infinity}', "holds -Infinity"),
        ("[" * 200_000, "nested too deeply"),
        ('{"x": ' + "9" * 5_000 + "}", "Exceeds the limit"),
    ],
)
def test_what_is_no_report_is_refused(text: str, says: str) -> None:
    with pytest.raises(BadInput, match=says) as told:
        from_json(text)
    assert told.value.what.startswith("This is not an evaluation report")
    assert told.value.remedy


def test_an_infinite_number_in_disguise_is_refused(evaluation: Evaluation) -> None:
    text = to_json(evaluation)
    for old in ('"version": 1.5', '"threshold": 0.3'):
        assert old in text
        with pytest.raises(BadInput, match="not finite"):
            from_json(text.replace(old, old.split(":")[0] + ": 1e999"))


def test_a_report_that_is_far_too_long_is_refused(monkeypatch: pytest.MonkeyPatch, evaluation: Evaluation) -> None:
    monkeypatch.setattr(report_json, "LARGEST", 100)
    with pytest.raises(BadInput, match="too long"):
        from_json(to_json(evaluation))
