"""Fillers are chosen by what the witness said; who is left out is counted; the choice says nothing of the suspect."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from lookalike.errors import BadInput
from lookalike.face.template import compare, quantise
from lookalike.gallery.records import Record
from lookalike.lineup.description import years
from lookalike.lineup.fillers import Band, Criterion, Described, PoolPhoto, measured_band, propose, spread
from lookalike.lineup.words import FACIAL_HAIR, HAIR, builds, facial_marks, values
from tests.conftest import opened_gallery

ALL = Band(-1.0, 1.0)
MAN = {"sex": "male", "ancestry": "african"}
SAID = Described(height_cm=(175, 190), age=(25, 40), hair="short, black", labels={"sex": frozenset({"male"})})


def photo(number: int, **other: Any) -> PoolPhoto:
    """A photograph of a man who fits what was said, unless told otherwise."""
    vector = np.random.default_rng(number).normal(size=64) + 0.8
    given: dict[str, Any] = {
        "record_id": f"B{number:04d}",
        "person_id": f"P{number:04d}",
        "taken_on": date(2020, 5, 1),
        "cleared": True,
        "template": quantise(vector),
        "born_on": date(1990, 1, 1),
        "height_cm": 182,
        "weight_kg": 80,
        "hair": "black, short",
        "labels": MAN,
    }
    return PoolPhoto(**(given | other))


SUSPECT = photo(0)


def proposed(pool: list[PoolPhoto], described: Described = SAID, **other: Any) -> Any:
    given: dict[str, Any] = {"count": 5, "band": ALL, "leave_out": frozenset(), "seed": "a seed"}
    return propose(pool, described, other.pop("suspect", SUSPECT), **(given | other))


def left(proposal: Any, number: int) -> Criterion | None:
    return next((one.criterion for one in proposal.left_out if one.record_id == f"B{number:04d}"), None)


FITTING = [photo(number) for number in range(1, 13)]


@pytest.mark.parametrize(
    ("other", "criterion"),
    [
        ({"person_id": "P0000"}, Criterion.SUSPECT),
        ({"person_id": "P7777"}, Criterion.LEFT_OUT),
        ({"cleared": False}, Criterion.CLEARED),
        ({"taken_on": date(2009, 12, 31), "born_on": date(1980, 1, 1)}, Criterion.TOO_OLD),
        ({"person_id": "P0001", "taken_on": date(2019, 1, 1)}, Criterion.TWICE),
        ({"labels": {"sex": "female", "ancestry": "african"}}, Criterion.LABELS),
        ({"labels": {"sex": "male", "ancestry": "asian"}}, Criterion.LABELS),
        ({"labels": {"sex": "male"}}, Criterion.LABELS),
        ({"born_on": date(1970, 1, 1)}, Criterion.AGE),
        ({"born_on": None}, Criterion.AGE),
        ({"height_cm": 174.9}, Criterion.HEIGHT),
        ({"height_cm": None}, Criterion.HEIGHT),
        ({"hair": "blond, short"}, Criterion.HAIR),
        ({"hair": "black, long"}, Criterion.HAIR),
        ({"marks": "tattoo on the neck"}, Criterion.MARKS),
        ({"template": SUSPECT.template}, Criterion.BAND),
        ({"template": (-SUSPECT.template).astype(np.int8)}, Criterion.BAND),
    ],
)
def test_each_criterion_leaves_out_whom_it_should(other: dict[str, Any], criterion: Criterion) -> None:
    proposal = proposed(
        [*FITTING, photo(99, **other)],
        band=Band(0.0, 0.95),
        leave_out=frozenset({"P7777"}),
        not_before=date(2010, 1, 1),
    )
    assert left(proposal, 99) is criterion
    assert proposal.counted[criterion] == 1
    assert all(one.because for one in proposal.left_out)
    assert "B0099" not in {choice.record_id for choice in (*proposal.chosen, *proposal.next_best)}


@pytest.mark.parametrize(
    "other", [{"height_cm": 175}, {"height_cm": 190}, {"marks": "scar on the left hand"}, {"weight_kg": None}]
)
def test_what_lies_at_the_bound_or_was_not_asked_leaves_nobody_out(other: dict[str, Any]) -> None:
    assert left(proposed([*FITTING, photo(99, **other)]), 99) is None


def test_age_is_that_in_the_photograph() -> None:
    assert years(date(2000, 2, 29), date(2020, 2, 28)) == 19
    assert years(date(2000, 2, 29), date(2020, 3, 1)) == 20
    young = photo(99, born_on=date(1978, 1, 1), taken_on=date(2012, 1, 1))
    assert left(proposed([*FITTING, young]), 99) is None


def test_of_several_photographs_of_one_person_the_newest_that_may_be_used_stands() -> None:
    uncleared = photo(98, person_id="P0001", taken_on=date(2024, 1, 1), cleared=False)
    newer = photo(99, person_id="P0001", taken_on=date(2022, 1, 1))
    proposal = proposed([*FITTING, newer, uncleared], count=12)
    chosen = {choice.record_id for choice in proposal.chosen}
    assert "B0099" in chosen
    assert "B0001" not in chosen
    assert left(proposal, 1) is Criterion.TWICE
    assert left(proposal, 98) is Criterion.CLEARED


def test_every_choice_has_its_reasons_in_words() -> None:
    for choice in proposed(FITTING).chosen:
        told = " / ".join(choice.because)
        assert "height 182 cm on record; the witness said 175 to 190 cm" in told
        assert "age 30 years on record; the witness said 25 to 40 years" in told
        assert "sex on record: male; the witness said male" in told
        assert "ancestry on record: african; the witness said nothing of it, and the suspect's record gives" in told
        assert "hair as described" in told
        assert "inside the band" in told
        assert "match" not in told


def test_who_leaves_nothing_open_comes_first() -> None:
    silent = [photo(number, hair="") for number in range(1, 8)]
    spoken = [photo(number) for number in range(8, 12)]
    proposal = proposed(silent + spoken)
    assert {choice.record_id for choice in proposal.chosen[:4]} == {one.record_id for one in spoken}
    assert "not on record; look" in proposal.chosen[4].look[0]
    assert not proposal.chosen[0].look


def test_a_record_that_speaks_of_one_aspect_only_still_has_to_be_looked_at() -> None:
    proposal = proposed([photo(number, hair="black") for number in range(1, 6)])
    assert all("length of hair" in choice.look[0] for choice in proposal.chosen)


def test_the_seed_alone_decides_among_equals() -> None:
    pool = [photo(number) for number in range(1, 31)]
    ids = [choice.record_id for choice in proposed(pool).chosen]
    assert [choice.record_id for choice in proposed(pool[::-1]).chosen] == ids
    assert [choice.record_id for choice in proposed(pool, seed="another").chosen] != ids
    chosen: Counter[str] = Counter()
    for seed in range(600):
        chosen.update(choice.record_id for choice in proposed(pool[:12], seed=f"{seed:032x}").chosen)
    assert stats.chisquare([chosen[one.record_id] for one in pool[:12]]).pvalue > 1e-3


def test_likeness_inside_the_band_ranks_nobody() -> None:
    """Over many seeds the mean likeness of those chosen is that of all who fit: it does not lean to the suspect."""
    pool = [photo(number) for number in range(1, 25)]
    all_scores = [compare(one.template, SUSPECT.template).score for one in pool]
    means = [np.mean([choice.likeness for choice in proposed(pool, seed=f"{seed}").chosen]) for seed in range(400)]
    assert np.mean(means) == pytest.approx(np.mean(all_scores), abs=4 * np.std(all_scores) / np.sqrt(5 * 400))


def test_which_member_is_the_suspect_cannot_be_told_from_the_likeness() -> None:
    """Everybody in turn is the suspect: most like all the others about one time in six, and not always."""
    pool = [photo(number) for number in range(60)]
    band = measured_band(pool, pool[0], seed="band", low_percentile=0, high_percentile=100)
    central = [
        proposed([*pool], suspect=one, band=Band(band.low, 1.0), seed=one.record_id).spread.most_central for one in pool
    ]
    assert stats.binomtest(sum(central), len(central), 1 / 6).pvalue > 1e-3


def test_nobody_stands_twice_and_next_best_are_others() -> None:
    proposal = proposed([photo(number) for number in range(1, 40)])
    people = [choice.person_id for choice in (*proposal.chosen, *proposal.next_best)]
    assert len(people) == len(set(people)) == 15
    assert SUSPECT.person_id not in people


def test_too_few_says_what_each_criterion_left() -> None:
    short = [photo(number, height_cm=160) for number in range(20, 60)]
    other = [photo(number, labels={"sex": "female", "ancestry": "african"}) for number in range(60, 70)]
    with pytest.raises(BadInput) as refused:
        proposed([*FITTING[:3], *short, *other])
    assert refused.value.what == "Only 3 of 53 photographs can stand beside the suspect, and 5 are wanted."
    assert "sex or group on record: 43 of 53 left; height: 3 of 43 left" in refused.value.why
    assert "height" in refused.value.remedy
    assert "not widened" in refused.value.remedy


def test_an_empty_pool_says_so() -> None:
    with pytest.raises(BadInput, match="the pool is empty"):
        proposed([])


@pytest.mark.parametrize(
    ("described", "other"),
    [
        (Described(), {}),
        (SAID, {"count": 0}),
        (SAID, {"band": Band(0.5, 0.5)}),
        (SAID, {"band": Band(0.5, 0.2)}),
        (SAID, {"band": Band(float("nan"), 0.5)}),
    ],
)
def test_what_cannot_be_chosen_by_is_refused(described: Described, other: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        proposed(FITTING, described, **other)


def test_where_the_suspect_does_not_fit_fillers_are_like_the_record_and_it_is_told() -> None:
    """NIJ 1999, page 29. The witness said 175 to 190; the suspect is 165: fillers of 182 would leave them alone."""
    suspect = photo(0, height_cm=165, hair="brown, short")
    pool = [photo(number, height_cm=168, hair="brown") for number in range(1, 8)]
    proposal = proposed([*pool, *(photo(number) for number in range(10, 20))], suspect=suspect)
    assert {choice.record_id for choice in proposal.chosen} <= {one.record_id for one in pool}
    assert any(
        "height: the witness said 175 to 190 cm, the suspect's record says 165 cm" in m for m in proposal.misfits
    )
    assert any("colour of hair: the witness said black, the suspect's record says brown" in m for m in proposal.misfits)
    assert "the suspect does not fit what the witness said" in " ".join(proposal.chosen[0].because)


def test_a_suspect_of_another_sex_than_the_witness_said_is_told_as_a_misfit() -> None:
    suspect = photo(0, labels={"sex": "female", "ancestry": "african"})
    pool = [photo(number, labels={"sex": "female", "ancestry": "african"}) for number in range(1, 7)]
    proposal = proposed(pool, suspect=suspect)
    assert any(m.startswith("sex: the witness said male") for m in proposal.misfits)
    assert any(
        one.startswith("sex on record: female; the suspect does not fit what the witness said")
        for one in proposal.chosen[0].because
    )


def test_where_nobody_says_anything_of_a_group_a_person_has_to_look() -> None:
    suspect = photo(0, labels={})
    proposal = proposed(FITTING, suspect=suspect)
    assert any(told.startswith("ancestry: neither the witness") for told in proposal.look)
    assert (
        left(proposed([*FITTING, photo(99, labels={"sex": "male", "ancestry": "asian"})], suspect=suspect), 99) is None
    )


def test_where_the_witness_said_nothing_of_age_the_suspect_is_not_the_only_old_one() -> None:
    described = Described(height_cm=(175, 190))
    old = photo(99, born_on=date(1950, 1, 1))
    assert left(proposed([*FITTING, old], described), 99) is Criterion.AGE


def test_a_mark_on_the_face_asks_for_a_cover_on_every_picture() -> None:
    for described, suspect in (
        (Described(height_cm=(175, 190), marks="a scar on his cheek"), SUSPECT),
        (SAID, photo(0, marks="tattoo, left cheek; birthmark on the chin")),
    ):
        assert any(
            "cover the same part of every picture" in told
            for told in proposed(FITTING, described, suspect=suspect).look
        )


def test_words_that_no_record_can_be_held_to_are_passed_on_to_a_person() -> None:
    described = Described(height_cm=(175, 190), hair="kind of greasy", build="muscular")
    told = " / ".join(proposed(FITTING, described).look)
    assert "“kind of greasy”" in told
    assert "“muscular”" in told


def test_build_is_weight_by_height() -> None:
    described = Described(build="very heavy")
    slim, heavy = photo(98, weight_kg=60), photo(99, weight_kg=110)
    pool = [photo(number, weight_kg=100) for number in range(1, 8)]
    proposal = proposed([*pool, slim, heavy], described, suspect=photo(0, weight_kg=105))
    assert left(proposal, 98) is Criterion.BUILD
    assert left(proposal, 99) is None


def test_a_proposal_is_kept_as_json() -> None:
    proposal = proposed([*FITTING, photo(99, cleared=False)])
    data = json.loads(json.dumps(proposal.as_data()))
    assert [one["record_id"] for one in data["chosen"]] == [choice.record_id for choice in proposal.chosen]
    assert data["left_out"] == {"not cleared for lineups": 1}
    assert data["steps"] == [{"criterion": "not cleared for lineups", "before": 13, "after": 12}]
    assert "template" not in json.dumps(data)


PHOTOS = st.builds(
    photo,
    st.integers(0, 10_000),
    person_id=st.sampled_from([f"P{number}" for number in range(12)] + ["P0000"]),
    cleared=st.sampled_from([True, True, True, False]),
    height_cm=st.sampled_from([None, 160, 176, 182, 182, 176]),
    hair=st.sampled_from(["", "black", "black, short", "blond"]),
    labels=st.sampled_from([MAN, MAN, MAN, {}, {"sex": "female"}]),
    taken_on=st.dates(date(2005, 1, 1), date(2024, 1, 1)),
)


@settings(deadline=None, max_examples=80)
@given(
    st.lists(PHOTOS, min_size=10, max_size=40, unique_by=lambda one: one.record_id),
    st.integers(1, 4),
    st.text(min_size=1, max_size=4, alphabet="abc"),
)
def test_whatever_the_pool_nobody_stands_there_who_must_not(pool: list[PoolPhoto], count: int, seed: str) -> None:
    listed = frozenset({"P3", "P4"})
    try:
        proposal = proposed(pool, count=count, seed=seed, leave_out=listed, band=Band(-0.9, 0.9))
    except BadInput:
        return
    by_id = {one.record_id: one for one in pool}
    shown = [by_id[choice.record_id] for choice in (*proposal.chosen, *proposal.next_best)]
    assert len(proposal.chosen) == count
    assert len({one.person_id for one in shown}) == len(shown)
    for one in shown:
        assert one.person_id not in listed
        assert one.person_id != SUSPECT.person_id
        assert one.cleared
        assert one.height_cm in (176, 182)
        assert one.labels == MAN
        assert one.hair != "blond"
    assert len(proposal.left_out) + len(proposal.chosen) + len(proposal.next_best) <= len(pool)
    assert sum(proposal.counted.values()) == len(proposal.left_out)


def test_the_band_is_the_percentiles_of_pairs_of_strangers() -> None:
    pool = [photo(number) for number in range(1, 21)]
    band = measured_band([*pool, SUSPECT], SUSPECT, seed="s")
    scores = [compare(a.template, b.template).score for i, a in enumerate(pool) for b in pool[i + 1 :]]
    assert (band.persons, band.pairs) == (20, 190)
    assert (band.low, band.high) == pytest.approx(tuple(np.percentile(scores, [10, 75])))


def test_the_band_leaves_out_other_groups_second_photographs_and_the_suspect() -> None:
    pool = [photo(number) for number in range(1, 21)]
    more = [
        photo(50, labels={"sex": "female", "ancestry": "african"}),
        photo(51, person_id="P0001", taken_on=date(2001, 1, 1)),
    ]
    assert measured_band([*pool, *more, SUSPECT], SUSPECT, seed="s") == measured_band(pool, SUSPECT, seed="s")


def test_a_band_of_too_few_or_of_no_percentiles_is_refused() -> None:
    with pytest.raises(BadInput, match="11 persons"):
        measured_band([photo(number) for number in range(1, 12)], SUSPECT, seed="s")
    for low, high in ((75, 10), (10, 10), (-1, 50), (50, 101)):
        with pytest.raises(BadInput):
            measured_band(FITTING, SUSPECT, seed="s", low_percentile=low, high_percentile=high)


def test_a_large_pool_is_measured_on_some() -> None:
    band = measured_band([photo(number) for number in range(1, 330)], SUSPECT, seed="s")
    assert (band.persons, band.pairs) == (300, 300 * 299 // 2)


def test_the_spread_is_that_of_the_scores() -> None:
    found = spread(SUSPECT, FITTING[:3])
    first = [compare(SUSPECT.template, one.template).score for one in FITTING[:3]]
    among = [compare(FITTING[a].template, FITTING[b].template).score for a, b in ((0, 1), (0, 2), (1, 2))]
    assert (found.lowest, found.highest, found.mean) == pytest.approx((min(first), max(first), np.mean(first)))
    assert found.between == pytest.approx(np.mean(among))


def test_with_the_invented_people_and_the_real_matcher(sixty: Path) -> None:
    """A gallery's own templates: the band is measured, and whoever is proposed lies inside it and fits."""

    def of(record: Record, template: np.ndarray) -> PoolPhoto:
        return PoolPhoto(
            record_id=record.id,
            person_id=record.person_id,
            taken_on=date.fromisoformat(record.date_taken),
            cleared=True,
            template=template,
            labels=record.labels,
        )

    with opened_gallery(sixty) as gallery:
        pool = [of(record, gallery.template(record.id)) for record in gallery.records()]
    groups = Counter((one.labels["sex"], one.labels["ancestry"]) for one in pool)
    sex, ancestry = groups.most_common(1)[0][0]
    suspect = next(one for one in pool if (one.labels["sex"], one.labels["ancestry"]) == (sex, ancestry))
    band = measured_band(pool, suspect, seed="band", low_percentile=5, high_percentile=90)
    described = Described(labels={"sex": frozenset({sex})})
    proposal = propose(pool, described, suspect, count=5, band=band, leave_out=frozenset(), seed="demo")
    assert 0.1 < band.low < band.high < 0.85
    for choice in proposal.chosen:
        assert band.low <= choice.likeness <= band.high
        assert choice.person_id != suspect.person_id
    assert proposal.counted[Criterion.LABELS] == len(pool) - groups[sex, ancestry]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("short dark hair", {"length of hair": {"short"}, "colour of hair": {"black", "brown"}}),
        ("BLK", {"colour of hair": {"black"}}),
        ("black or brown, curly", {"colour of hair": {"black", "brown"}, "kind of hair": {"curly"}}),
        ("not long, brown", {"colour of hair": {"brown"}}),
        ("Grey; gray", {"colour of hair": {"grey"}}),
        ("", {}),
        ("pelo corto", {}),
    ],
)
def test_how_words_for_hair_are_read(text: str, said: dict[str, set[str]]) -> None:
    assert values(text, HAIR) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("no beard", {"none"}),
        ("clean shaven", {"none"}),
        ("a full beard and moustache", {"beard", "moustache"}),
        ("NONE", {"none"}),
    ],
)
def test_how_words_for_facial_hair_are_read(text: str, said: set[str]) -> None:
    assert values(text, FACIAL_HAIR) == {"facial hair": said}


def test_how_words_for_build_and_marks_are_read() -> None:
    assert builds("slim to medium build") == (0.0, 28.0)
    assert builds("not fat") is None
    assert builds("athletic") is None
    assert facial_marks("scar above left eyebrow")
    assert not facial_marks("no scars on the face")
    assert not facial_marks("tattoo, right forearm")


@given(st.text(max_size=60))
def test_any_text_can_be_read(text: str) -> None:
    for vocabulary in (HAIR, FACIAL_HAIR):
        assert all(said for said in values(text, vocabulary).values())
    builds(text)
    facial_marks(text)
