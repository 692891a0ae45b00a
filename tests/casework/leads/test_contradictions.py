"""What witnesses said is held against the record: told, never weighed."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from lookalike.casework.leads.contradictions import (
    AGE_TOLERANCE_YEARS,
    HEIGHT_TOLERANCE_CM,
    WEIGHT_TOLERANCE_KG,
    Described,
    Kind,
    OnRecord,
    Range,
    age_on,
    contradictions,
    unsettled,
)
from lookalike.casework.leads.forbidden import forbidden_in
from lookalike.errors import BadFacts

DAY = datetime.date(2026, 5, 29)
DATES = st.dates(datetime.date(1930, 1, 1), datetime.date(2026, 1, 1))
NUMBERS = st.integers(1, 260)
RANGES = st.tuples(NUMBERS, NUMBERS).map(lambda ends: Range(min(ends), max(ends)))
LISTS = st.none() | st.lists(st.sampled_from(["a rose on the neck", "letters on the hand"]), max_size=2).map(tuple)
WORDS = st.none() | st.sampled_from(["slim", "grey, short", "none"])
DESCRIBED = st.builds(
    Described,
    height_cm=st.none() | RANGES,
    weight_kg=st.none() | RANGES,
    age=st.none() | RANGES,
    build=WORDS,
    tattoos=LISTS,
    marks=LISTS,
    hair=WORDS,
    facial_hair=WORDS,
    other=WORDS,
)
ON_RECORD = st.builds(
    OnRecord,
    dated=st.none() | DATES,
    height_cm=st.none() | NUMBERS,
    weight_kg=st.none() | NUMBERS,
    born_on=st.none() | DATES,
    build=WORDS,
    tattoos=LISTS,
    marks=LISTS,
    hair=WORDS,
    facial_hair=WORDS,
    other=WORDS,
)


def said(described: Described, on_record: OnRecord) -> list[str]:
    """The sentences of the contradictions."""
    return [one.sentence for one in contradictions(described, on_record, DAY)]


def test_eight_inches_are_told_with_both_sides_and_the_difference() -> None:
    assert said(Described(height_cm=Range(168, 168)), OnRecord(height_cm=188)) == [
        "The witnesses described a person of about 168 cm (5 ft 6 in). The record says 188 cm (6 ft 2 in): "
        "20 cm (8 in) taller."
    ]


def test_a_range_is_measured_from_its_nearer_end_and_a_record_names_its_day() -> None:
    described = Described(weight_kg=Range(70, 75), age=Range(45, 50))
    on_record = OnRecord(dated=datetime.date(2023, 2, 8), weight_kg=104, born_on=datetime.date(1996, 5, 30))
    assert said(described, on_record) == [
        "The witnesses described a person of between 70 kg (154 lb) and 75 kg (165 lb). "
        "The record of 8 February 2023 says 104 kg (229 lb): 29 kg (64 lb) heavier than the most that was said.",
        "The witnesses described a person of between 45 and 50 years. By the date of birth on record, on 29 May 2026, "
        "the person was 29 years old: 16 years younger than the least that was said.",
    ]


def test_a_tattoo_that_nobody_saw_and_one_that_nobody_has_are_both_told() -> None:
    rose = ("a rose on the neck, left", "letters on the hand")
    assert said(Described(tattoos=()), OnRecord(tattoos=rose)) == [
        "The witnesses said of tattoos: none to be seen. The record says: a rose on the neck, left; letters on the "
        "hand. Whether they would have been seen must be asked."
    ]
    assert said(Described(tattoos=rose), OnRecord(tattoos=())) == [
        "The witnesses said of tattoos: a rose on the neck, left; letters on the hand. The record says: none."
    ]


def test_a_person_not_yet_born_is_told_as_one() -> None:
    (sentence,) = said(Described(age=Range(30, 30)), OnRecord(born_on=datetime.date(2026, 5, 30)))
    assert "the person was not yet born: 31 years younger" in sentence


def test_what_is_not_recorded_is_said_and_is_no_contradiction() -> None:
    described = Described(height_cm=Range(168, 168), tattoos=("a rose",), build="slim", age=Range(20, 30))
    assert said(described, OnRecord()) == []
    told = {one.kind: one for one in unsettled(described, OnRecord(), DAY)}
    assert set(told) == {Kind.HEIGHT, Kind.TATTOOS, Kind.BUILD, Kind.AGE}
    assert {one.recorded for one in told.values()} == {"not recorded"}
    assert told[Kind.HEIGHT].sentence.endswith("The height is not recorded: ask for it.")


def test_what_witnesses_were_not_asked_is_said_too() -> None:
    on_record = OnRecord(height_cm=180, tattoos=("a rose",), born_on=datetime.date(1990, 1, 1), hair="grey")
    told = unsettled(Described(), on_record, DAY)
    assert [one.kind for one in told] == [Kind.HEIGHT, Kind.AGE, Kind.TATTOOS, Kind.HAIR]
    assert {one.said for one in told} == {"not said"}


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (datetime.date(2000, 2, 29), datetime.date(2025, 2, 28), 24),
        (datetime.date(2000, 2, 29), datetime.date(2025, 3, 1), 25),
        (datetime.date(2000, 5, 29), DAY, 26),
        (datetime.date(2000, 5, 30), DAY, 25),
    ],
)
def test_whole_years_are_counted_from_birthday_to_birthday(born: datetime.date, day: datetime.date, age: int) -> None:
    assert age_on(born, day) == age


@pytest.mark.parametrize("ends", [(0, 5), (-4, 5), (6, 5)])
def test_a_range_that_runs_backwards_or_below_one_is_refused(ends: tuple[int, int]) -> None:
    with pytest.raises(BadFacts):
        Range(*ends)


@settings(suppress_health_check=[HealthCheck.too_slow])  # the first text draws the whole of Unicode
@given(DESCRIBED, ON_RECORD)
def test_everything_that_either_side_has_said_is_told_exactly_once(described: Described, on_record: OnRecord) -> None:
    against, rest = contradictions(described, on_record, DAY), unsettled(described, on_record, DAY)
    kinds = [one.kind for one in (*against, *rest)]
    pairs = {
        Kind.HEIGHT: (described.height_cm, on_record.height_cm),
        Kind.WEIGHT: (described.weight_kg, on_record.weight_kg),
        Kind.AGE: (described.age, on_record.born_on),
        Kind.TATTOOS: (described.tattoos, on_record.tattoos),
        Kind.MARKS: (described.marks, on_record.marks),
        Kind.BUILD: (described.build, on_record.build),
        Kind.HAIR: (described.hair, on_record.hair),
        Kind.FACIAL_HAIR: (described.facial_hair, on_record.facial_hair),
        Kind.OTHER: (described.other, on_record.other),
    }
    assert sorted(kinds) == sorted(kind for kind, sides in pairs.items() if sides != (None, None))
    assert all(None not in pairs[one.kind] for one in against)
    for found in (against, rest):
        assert [one.kind for one in found] == sorted((one.kind for one in found), key=list(Kind).index)


@settings(suppress_health_check=[HealthCheck.too_slow])  # the first text draws the whole of Unicode
@given(DESCRIBED, ON_RECORD)
def test_no_sentence_is_a_percentage_or_calls_anybody_the_person(described: Described, on_record: OnRecord) -> None:
    for one in (*contradictions(described, on_record, DAY), *unsettled(described, on_record, DAY)):
        assert not forbidden_in(one.sentence)
        assert "None" not in one.sentence
        assert one.sentence.endswith(".")


@pytest.mark.parametrize(
    ("name", "tolerance"),
    [("height_cm", HEIGHT_TOLERANCE_CM), ("weight_kg", WEIGHT_TOLERANCE_KG)],
)
@given(said=RANGES, recorded=NUMBERS)
@example(said=Range(160, 170), recorded=175)
@example(said=Range(160, 170), recorded=155)
@example(said=Range(160, 170), recorded=177)
@example(said=Range(160, 170), recorded=153)
def test_a_number_contradicts_when_it_is_further_out_than_the_tolerance_and_not_before(
    name: str, tolerance: int, said: Range, recorded: int
) -> None:
    told = contradictions(Described(**{name: said}), OnRecord(**{name: recorded}), DAY)
    distance = max(said.low - recorded, recorded - said.high, 0)
    assert bool(told) is (distance > tolerance)
    for one in told:
        assert f"{distance} {name[-2:]} " in one.sentence
        assert any(word in one.sentence for word in ("taller", "heavier")) is (recorded > said.high)


@given(said=RANGES, born=DATES)
@example(said=Range(30, 40), born=datetime.date(1981, 5, 29))
@example(said=Range(30, 40), born=datetime.date(2001, 5, 29))
def test_an_age_contradicts_when_it_is_further_out_than_the_tolerance(said: Range, born: datetime.date) -> None:
    age = age_on(born, DAY)
    told = contradictions(Described(age=said), OnRecord(born_on=born), DAY)
    assert bool(told) is (max(said.low - age, age - said.high) > AGE_TOLERANCE_YEARS)


@given(inner=RANGES, wider=st.integers(0, 20), recorded=NUMBERS)
def test_saying_it_less_exactly_never_makes_a_contradiction(inner: Range, wider: int, recorded: int) -> None:
    outer = Range(max(1, inner.low - wider), inner.high + wider)
    narrow, wide = (
        contradictions(Described(height_cm=one), OnRecord(height_cm=recorded), DAY) for one in (inner, outer)
    )
    assert not wide or narrow
