"""Words from numbers: the sentence a person reads about a score, by a fixed table.

Every sentence counts strangers, or says how many times more a likeness is to be expected of one person than of two.
None says how alike two faces are on a scale, and none says who anybody is.

    expected strangers       the sentence
    at most 0.001            fewer than 1 in 1,000 searches like this would show a stranger this much alike
    up to 0.75               about 1 in 1,000, 500, 200, 100, 50, 20, 10, 5, 3 or 2 searches like this would show ...
    from there on            about 1, 2, ... 9, 10, 11, ... 98, 99, 100, 110, ... strangers in this gallery of ...

    likelihood ratio         the sentence, with at most two figures, rounded towards 1
    below 1.1 either way     this likeness is about as much to be expected if the two photographs show one person as ...
    1.1, 1.2, ... 11, 12 ... ... about 30 times more to be expected if ... show one person than if ... two strangers
    below 1                  ... about 30 times more to be expected if ... show two strangers than if ... one person
    beyond a bound           the same with "at least" and the bound
"""

from __future__ import annotations

import math
from collections.abc import Callable

from lookalike.strength.ratio import LikelihoodRatio, NotValidated, Side
from lookalike.strength.tail import FLOOR, Expectation

ONE = 0.75
"""From here on an expectation is told as a number of strangers, below it as a number of searches."""

LADDER = (1000, 500, 200, 100, 50, 20, 10, 5, 3, 2)
"""The only fractions of searches that are ever told."""


def sentence(expectation: Expectation, gallery_size: int) -> str:
    """The expectation in words, without capital or full stop, for a gallery of `gallery_size` people."""
    if expectation.persons < ONE:
        return f"{_searches(expectation.persons, round)} searches like this would show a stranger this much alike"
    count = _strangers(expectation.persons, gallery_size, round)
    people = _counted(gallery_size, "person", "people")
    return f"about {count} in this gallery of {people} would look at least this much alike"


def interval(expectation: Expectation, gallery_size: int) -> str:
    """The 95 % interval in words, both ends rounded outwards: "between 1 and 6 strangers"."""
    low, high = expectation.low, expectation.high
    if high < ONE:
        few, many = (_searches(end, way).removeprefix("about ") for end, way in ((low, math.floor), (high, math.ceil)))
        return f"between {few} and {many} searches" if few != many else f"{many} searches"
    most = _strangers(high, gallery_size, math.ceil)
    if low < ONE:
        return f"between {_searches(low, math.floor).removeprefix('about ')} searches and {most} in every search"
    least = _strangers(low, gallery_size, math.floor)
    return f"between {least.split()[0]} and {most}" if least != most else f"about {most}"


def ratio_sentence(told: LikelihoodRatio | NotValidated) -> str:
    """The likelihood ratio of one pair of photographs in words, without capital or full stop."""
    if isinstance(told, NotValidated):
        return f"{told.statement}: {told.reason}"
    one, two = "one person", "two strangers"
    if told.log10 < 0.0:
        one, two = two, one
    degree = "about" if told.side is Side.ABOUT else "at least"
    times = _times(abs(told.log10))
    if times == "1":
        return (
            f"this likeness is {degree} as much to be expected if the two photographs show {one} as if they show {two}"
        )
    return (
        f"this likeness is {degree} {times} times more to be expected if the two photographs show {one} "
        f"than if they show {two}"
    )


def _times(log10: float) -> str:
    """10**log10 with at most two figures, rounded down; log10 >= 0. What is a hair below a figure is that figure."""
    power = math.floor(log10)
    tenths = math.floor(10.0 ** (log10 - power + 1) * (1.0 + 1e-9))
    if power == 0:
        return f"{tenths // 10}.{tenths % 10}".removesuffix(".0")
    return f"{tenths * 10 ** (power - 1):,}"


def _searches(persons: float, way: Callable[[float], int]) -> str:
    """The share of searches with at least one such stranger, 1 - exp(-persons), on the ladder."""
    if persons <= FLOOR:
        return "fewer than 1 in 1,000"
    share = -math.expm1(-persons)
    # the rungs are about evenly spaced in the logarithm, so a place between two is rounded there
    rungs = [-math.log(rung) for rung in LADDER]
    above = next((i for i, rung in enumerate(rungs) if rung >= math.log(share)), len(rungs) - 1)
    below = max(above - 1, 0)
    gap = rungs[above] - rungs[below]
    place = below + way(min(1.0, max(0.0, (math.log(share) - rungs[below]) / gap))) if gap else above
    return f"about 1 in {LADDER[place]:,}"


def _strangers(persons: float, gallery_size: int, way: Callable[[float], int]) -> str:
    """At most two significant figures, at least 1, and never more than the gallery holds."""
    unit = 10 ** max(0, math.floor(math.log10(max(persons, 1.0))) - 1)
    count = max(1, way(persons / unit)) * unit
    if count > gallery_size:
        count = max(1, gallery_size // unit * unit)
    return _counted(count, "stranger", "strangers")


def _counted(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"
