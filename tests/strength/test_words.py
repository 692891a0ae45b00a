"""The sentences, read as a person would read them."""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookalike.strength.ratio import LikelihoodRatio, NotValidated, Side
from lookalike.strength.tail import FLOOR, Expectation
from lookalike.strength.words import interval, ratio_sentence, sentence

SEARCHES = "searches like this would show a stranger this much alike"
GALLERY = "in this gallery of 12,000 people would look at least this much alike"

expected = st.floats(min_value=FLOOR, max_value=1e7)


def told(persons: float, size: int = 12_000) -> str:
    return sentence(Expectation(persons, persons, persons), size)


def number(words: str) -> float:
    """What a reader takes from a sentence, as a number of strangers a search."""
    if words.startswith("fewer than"):
        return 0.0
    found = re.match(r"about ([\d,]+)(?: in ([\d,]+) searches)?", words)
    assert found is not None, words
    above, below = found[1].replace(",", ""), (found[2] or "1").replace(",", "")
    return int(above) / int(below)


@pytest.mark.parametrize(
    ("persons", "words"),
    [
        (0.001, f"fewer than 1 in 1,000 {SEARCHES}"),
        (0.0012, f"about 1 in 1,000 {SEARCHES}"),
        (0.002, f"about 1 in 500 {SEARCHES}"),
        (0.006, f"about 1 in 200 {SEARCHES}"),
        (0.05, f"about 1 in 20 {SEARCHES}"),
        (0.1, f"about 1 in 10 {SEARCHES}"),
        (0.4, f"about 1 in 3 {SEARCHES}"),
        (0.7, f"about 1 in 2 {SEARCHES}"),
        (0.75, f"about 1 stranger {GALLERY}"),
        (1.4, f"about 1 stranger {GALLERY}"),
        (3.2, f"about 3 strangers {GALLERY}"),
        (9.7, f"about 10 strangers {GALLERY}"),
        (17.4, f"about 17 strangers {GALLERY}"),
        (412.0, f"about 410 strangers {GALLERY}"),
        (4_720.0, f"about 4,700 strangers {GALLERY}"),
    ],
)
def test_the_table(persons: float, words: str) -> None:
    assert told(persons) == words


def test_a_gallery_of_one_is_one_person() -> None:
    assert told(1.0, 1) == "about 1 stranger in this gallery of 1 person would look at least this much alike"


def test_more_strangers_than_people_are_never_told() -> None:
    assert told(997.0, 998).startswith("about 990 strangers")


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (1.2, 5.3, "between 1 and 6 strangers"),
        (3.0, 3.0, "about 3 strangers"),
        (0.02, 5.3, "between 1 in 100 searches and 6 strangers in every search"),
        (0.001, 0.8, "between fewer than 1 in 1,000 searches and 1 stranger in every search"),
        (0.002, 0.045, "between 1 in 1,000 and 1 in 20 searches"),
        (0.001, 0.001, "fewer than 1 in 1,000 searches"),
        (310.0, 422.0, "between 310 and 430 strangers"),
    ],
)
def test_the_interval_is_rounded_outwards(low: float, high: float, words: str) -> None:
    assert interval(Expectation((low + high) / 2, low, high), 12_000) == words


@given(expected, expected, st.integers(1, 10**8))
def test_the_order_of_words_follows_the_order_of_numbers(a: float, b: float, size: int) -> None:
    low, high = sorted((min(a, size), min(b, size)))
    assert number(told(low, size)) <= number(told(high, size))


@given(expected)
def test_the_words_stay_close_to_the_number(persons: float) -> None:
    if persons > FLOOR:
        assert persons / 1.7 <= number(told(persons, 10**8)) <= persons * 1.7


@given(st.tuples(expected, expected, expected), st.integers(1, 10**8))
def test_no_sentence_gives_a_scale_of_alikeness_or_says_who(values: tuple[float, float, float], size: int) -> None:
    low, mean, high = sorted(min(value, float(size)) for value in values)
    said = Expectation(mean, low, high)
    for words in (sentence(said, size), interval(said, size)):
        assert not re.search(r"%|per ?cent|match|identif|certain|probab|similar", words)
        assert not re.search(r"\b1 strangers|\b1 people|\d\.\d", words)


def ratio(times: float, side: Side = Side.ABOUT) -> str:
    return ratio_sentence(LikelihoodRatio(math.log10(times), side, "good"))


ONE = "if the two photographs show one person than if they show two strangers"
TWO = "if the two photographs show two strangers than if they show one person"


@pytest.mark.parametrize(
    ("times", "side", "words"),
    [
        (30, Side.ABOUT, f"this likeness is about 30 times more to be expected {ONE}"),
        (39.9, Side.ABOUT, f"this likeness is about 39 times more to be expected {ONE}"),
        (1.99, Side.ABOUT, f"this likeness is about 1.9 times more to be expected {ONE}"),
        (2, Side.ABOUT, f"this likeness is about 2 times more to be expected {ONE}"),
        (99.9, Side.ABOUT, f"this likeness is about 99 times more to be expected {ONE}"),
        (1_999, Side.ABOUT, f"this likeness is about 1,900 times more to be expected {ONE}"),
        (1_000, Side.AT_LEAST, f"this likeness is at least 1,000 times more to be expected {ONE}"),
        (26_915, Side.AT_LEAST, f"this likeness is at least 26,000 times more to be expected {ONE}"),
        (1 / 30, Side.ABOUT, f"this likeness is about 30 times more to be expected {TWO}"),
        (1 / 39.9, Side.AT_MOST, f"this likeness is at least 39 times more to be expected {TWO}"),
    ],
)
def test_a_ratio_is_told_towards_one(times: float, side: Side, words: str) -> None:
    assert ratio(times, side) == words


@pytest.mark.parametrize("times", [1.0, 1.09, 1 / 1.09])
def test_a_ratio_near_one_says_as_much(times: float) -> None:
    first, second = ("one person", "two strangers") if times >= 1 else ("two strangers", "one person")
    assert ratio(times) == (
        f"this likeness is about as much to be expected if the two photographs show {first} as if they show {second}"
    )


@given(st.floats(-6, 6))
def test_no_ratio_is_overstated(log10: float) -> None:
    words = ratio_sentence(LikelihoodRatio(log10, Side.ABOUT, "good"))
    found = re.search(r"about ([\d,.]+) times", words)
    told = float(found[1].replace(",", "")) if found else 1.0
    assert told <= 10 ** abs(log10) * (1 + 1e-8)
    assert told > 10 ** abs(log10) / 1.1 - 1e-6
    assert "%" not in words


def test_what_was_not_validated_says_so_and_why() -> None:
    told = ratio_sentence(NotValidated("it was measured on 12 people, where 50 are needed", "poor"))
    assert told == "not validated for this image quality: it was measured on 12 people, where 50 are needed"
