"""Words that the clauses of several rules share."""

from __future__ import annotations

from collections.abc import Iterable

from lookalike.protocol.parameters import NOT_SAID
from lookalike.protocol.vocabulary import Act

SEARCHING = frozenset({Act.REQUEST, Act.SEARCH})
EVERY_ACT = frozenset(Act)


def listed(words: Iterable[object]) -> str:
    """Words in alphabetical order, as people list them: "a, b and c"; "nothing" for none."""
    ordered = sorted(str(word).replace("_", " ") for word in words)
    if len(ordered) < 2:
        return ordered[0] if ordered else "nothing"
    return f"{', '.join(ordered[:-1])} and {ordered[-1]}"


def set_of(parameter: object) -> frozenset[object]:
    """A set that only adds to another parameter: empty where the entry does not say it."""
    return parameter if isinstance(parameter, frozenset) else frozenset()


def table_of(parameter: object) -> dict[object, frozenset[object]]:
    """A table that only adds to another parameter: empty where the entry does not say it."""
    return {} if parameter is NOT_SAID else dict(parameter)  # type: ignore[call-overload]
