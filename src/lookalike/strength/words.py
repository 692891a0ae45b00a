"""Words from numbers: the sentence a person reads about a score, by a fixed table.

Every sentence counts strangers. None says how alike two faces are on a scale, and none says who anybody is.

    expected strangers       the sentence
    at most 0.001            fewer than 1 in 1,000 searches like this would show a stranger this much alike
    up to 0.75               about 1 in 1,000, 500, 200, 100, 50, 20, 10, 5, 3 or 2 searches like this would show ...
    from there on            about 1, 2, ... 9, 10, 11, ... 98, 99, 100, 110, ... strangers in this gallery of ...
"""

from __future__ import annotations

import math
from collections.abc import Callable

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
