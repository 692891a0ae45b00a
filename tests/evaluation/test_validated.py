"""What an evaluation lets searches rely on: only what was measured on enough, and only where it held."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lookalike.evaluation.estimates import Estimate, too_few
from lookalike.evaluation.likelihood import POINTS, likelihoods
from lookalike.evaluation.results import Calibration, Evaluation, Identification
from lookalike.evaluation.trials import Pairs
from lookalike.evaluation.validated import FEWEST_SEARCHES, measured
from lookalike.face.quality import Fitness
from lookalike.gallery.validation import Level, Measured
from lookalike.strength.ratio import FEWEST_PERSONS, NotValidated, Ratios
from tests.evaluation.an_evaluation import HASH, an_evaluation, identification, mean

NONE = Ratios((), "Nowhere.")


def evaluation(strata: tuple[Identification, ...], calibration: tuple[Calibration, ...]) -> Evaluation:
    """An evaluation of these strata."""
    whole = replace(an_evaluation(), identification=strata, calibration=calibration)
    gallery, software = dict(whole.gallery), dict(whole.software)
    gallery |= {"id": "g" * 32, "snapshot": HASH, "persons": 500}
    software |= {"matcher": "sface-1", "files": {"embedder": HASH}}
    return replace(whole, gallery=gallery, software=software, data={"digest": HASH, "manifest_sha256": HASH})


def counts(name: str, one: float = 1.0, ten: float = 10.0) -> Calibration:
    """A row of the calibration table."""
    return Calibration("quality", name, 400, ((0.1, mean(0.5, 400)), (1.0, mean(one, 400)), (10.0, mean(ten, 400))))


def stratum(name: str = "fit", people: int = FEWEST_PERSONS, searches: int = FEWEST_SEARCHES) -> Identification:
    """A stratum of so many people and searches."""
    return replace(identification(name, 120, 1.0), mated_persons=people, nonmated=searches)


def level(one: Identification, *table: Calibration) -> Level:
    """The level of fit images, and the whole survives JSON."""
    kept = measured(evaluation((one,), table), NONE, report_sha256=HASH)
    assert Measured.from_json(kept.to_json()) == kept
    (found,) = kept.levels
    return found


def test_enough_of_what_held_is_relied_on() -> None:
    found = level(stratum(), counts("fit"))
    assert found.usable
    assert found.fitness == Fitness.FIT.value
    assert (found.mated, found.persons, found.nonmated) == (120, FEWEST_PERSONS, FEWEST_SEARCHES)
    assert found.because == "measured on 120 searches for 50 people who are in it, 300 without the person"
    assert found.metrics["rank_1"] == stratum().rank[0][1].value
    assert found.metrics["listed_at_expected_10"] == 10.0
    assert found.metrics["fnir_at_fpir_0.01"] == stratum().operating[1].fnir.value


@pytest.mark.parametrize(
    ("one", "says"),
    [(stratum(people=FEWEST_PERSONS - 1), "50 people"), (stratum(searches=FEWEST_SEARCHES - 1), "300 searches")],
)
def test_too_few_are_not_relied_on(one: Identification, says: str) -> None:
    found = level(one, counts("fit"))
    assert not found.usable
    assert says in found.because


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ((counts("fit", one=1.6),), "1 expected lookalikes were stated, 1.6 strangers came"),
        ((counts("fit", one=0.6),), "0.6 strangers came"),
        ((counts("fit", ten=16.0),), "16 strangers came"),
        ((Calibration("quality", "fit", 9, ((1.0, too_few(9)), (10.0, too_few(9)))),), "too few searches to say"),
        ((Calibration("quality", "fit", 400, ((1.0, mean(1.0, 400)),)),), "measured on"),
        ((counts("poor"),), "measured on"),
        ((replace(counts("fit"), kind="cohort"),), "measured on"),
        ((), "measured on"),
    ],
)
def test_what_did_not_hold_or_was_not_measured_is_not_relied_on(table: tuple[Calibration, ...], says: str) -> None:
    found = level(stratum(), *table)
    assert not found.usable
    assert says in found.because


def test_each_quality_is_a_level_of_its_own_and_nothing_else_is_one() -> None:
    strata = (stratum("all"), stratum("fit"), stratum("poor", people=3), stratum("capture: still"))
    kept = measured(evaluation(strata, (counts("fit"), counts("poor"))), NONE, report_sha256=HASH)
    assert [(one.fitness, one.usable) for one in kept.levels] == [
        (Fitness.FIT.value, True),
        (Fitness.POOR.value, False),
    ]
    assert kept.ratios is None
    assert (kept.gallery, kept.persons, kept.report_sha256) == ("g" * 32, 500, HASH)


def test_a_figure_that_could_not_be_told_is_left_out_of_the_metrics() -> None:
    one = stratum()
    unknown = replace(one, rank=((1, Estimate(None, None, None, 3, "too few to say")), *one.rank[1:]))
    found = level(unknown, counts("fit"))
    assert "rank_1" not in found.metrics
    assert "rank_5" in found.metrics


def pairs(rng: np.random.Generator, people: int, *, apart: float = 4.0) -> Pairs:
    """Two mated and forty non-mated comparisons a person, the odd persons' probes poor ones."""
    person = np.repeat(np.arange(people), 42)
    mated = np.tile(np.arange(42) < 2, people)
    other = np.where(mated, person, (person + rng.integers(1, people, person.size)) % people)
    score = 0.1 * rng.normal(size=person.size) + np.where(mated, 0.1 * apart, 0.0)
    return Pairs(np.clip(score, -1, 1), mated, np.stack([person, other], axis=1), person % 2)


def test_ratios_are_measured_for_each_quality_and_told_inside_their_bounds() -> None:
    shown, ratios = likelihoods(pairs(np.random.default_rng(1), 240), seed=1, source="Somewhere.")
    assert [one.stratum for one in shown] == [Fitness.FIT.value, Fitness.POOR.value]
    assert [one.name for one in ratios.strata] == [one.stratum for one in shown]
    for one, told in zip(shown, ratios.strata, strict=True):
        assert one.validated
        assert (one.mated, one.nonmated, told.persons) == (240, 4_800, 120)
        assert one.cllr is not None
        assert one.cllr_min is not None
        assert 0 <= one.cllr_min <= one.cllr < 0.4
        assert one.misleading_mated.value is not None
        assert one.misleading_mated.value < 0.1
        assert max(len(one.tippett), len(one.pav)) <= POINTS
        assert all(np.isfinite(one.pav).ravel())
        for score in np.linspace(-1, 1, 41):
            value = ratios.assess(float(score), one.stratum)
            assert not isinstance(value, NotValidated)
            assert one.lowest is not None
            assert one.highest is not None
            assert one.lowest <= value.log10 <= one.highest
    assert Ratios.from_json(ratios.to_json()) == ratios


def test_a_quality_without_enough_comparisons_is_told_as_not_validated() -> None:
    made = pairs(np.random.default_rng(2), 60)
    fit = made.fitness == 0
    few = Pairs(made.score[fit], made.mated[fit], made.persons[fit], made.fitness[fit])
    (shown, poor), ratios = likelihoods(few, seed=1, source="Somewhere.")
    assert not shown.validated
    assert "30 people" in shown.because
    assert (poor.validated, poor.mated, poor.nonmated) == (False, 0, 0)
    assert "no comparisons of this quality" in poor.because
    assert [one.name for one in ratios.strata] == [Fitness.FIT.value]
    strangers = Pairs(made.score, np.zeros_like(made.mated), made.persons + np.array([0, 1]), made.fitness)
    shown_none, nothing = likelihoods(strangers, seed=1, source="Somewhere.")
    assert not any(one.validated for one in shown_none)
    assert nothing.strata == ()


def test_scores_that_say_nothing_are_not_validated() -> None:
    shown, ratios = likelihoods(pairs(np.random.default_rng(3), 240, apart=0.0), seed=1, source="Somewhere.")
    assert not any(one.validated for one in shown)
    assert isinstance(ratios.assess(0.3, Fitness.FIT.value), NotValidated)
