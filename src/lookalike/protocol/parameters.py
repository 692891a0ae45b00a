"""Parameters of rules: what a pack may set, and which way is stricter.

A parameter that an entry does not set is `NOT_SAID`: that entry says nothing about it, and the check behind it does not
apply for that entry. It is never filled in from somewhere else.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum, StrEnum
from typing import Any, Final, Literal

from lookalike.errors import BrokenProtocol


class NotSaid(Enum):
    """The one value of a parameter that an entry does not set."""

    NOT_SAID = "not said"

    def __bool__(self) -> bool:
        raise TypeError("A parameter that is not said is neither true nor false.")

    def __repr__(self) -> str:
        return "NOT_SAID"


NOT_SAID: Final[Literal[NotSaid.NOT_SAID]] = NotSaid.NOT_SAID


class Kind(StrEnum):
    """What kind of parameter it is. The value says which way is stricter.

    The value in Python: bool for MUST, MAY and EASES; int or float for AT_MOST and AT_LEAST; frozenset for REQUIRED,
    ALLOWED, FORBIDDEN and EXCEPTIONS; a member of an Ordered list for FLOOR; date for EARLIEST; str or a member of a
    list for WORD; (month, day) for MONTH_DAY; a pair of those for WINDOW; ((key, number), ...) for TABLE_AT_MOST;
    ((key, frozenset), ...) for TABLE_ALLOWED, both sorted by key; ((word, word), ...) for PAIRS_FORBIDDEN, sorted.
    """

    MUST = "must: true is stricter"
    MAY = "may: false is stricter"
    EASES = "eases: a condition of another parameter; false is stricter"
    AT_MOST = "at most: less is stricter"
    AT_LEAST = "at least: more is stricter"
    FLOOR = "floor: higher is stricter"
    REQUIRED = "required set: more is stricter"
    ALLOWED = "allowed set: fewer is stricter"
    FORBIDDEN = "forbidden set: more is stricter"
    EXCEPTIONS = "exceptions: fewer is stricter"
    EARLIEST = "earliest day: earlier is stricter"
    WORD = "word: neither is stricter"
    MONTH_DAY = "month and day: neither is stricter"
    WINDOW = "two months and days: neither is stricter"
    TABLE_AT_MOST = "table of at most: less is stricter"
    TABLE_ALLOWED = "table of allowed sets: fewer is stricter"
    PAIRS_FORBIDDEN = "forbidden pairs: more is stricter"


def parameter(kind: Kind, says: str, *, of: type = str, to: type = str) -> Any:
    """One parameter: its kind, what it means, the words `of` it (of a table: its keys), and a table's values `to`."""
    return dataclasses.field(default=NOT_SAID, metadata={"kind": kind, "says": says, "of": of, "to": to})


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """The base of every rule's parameters."""

    def said(self) -> dict[str, Any]:
        """The parameters that this entry sets, by name, in the order of the rule."""
        values = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        return {name: value for name, value in values.items() if value is not NOT_SAID}


def kind_of(parameters: type[Parameters], name: str) -> Kind:
    """The kind of one parameter."""
    kind: Kind = next(f.metadata["kind"] for f in dataclasses.fields(parameters) if f.name == name)
    return kind


def read_parameters(parameters: type[Parameters], given: Mapping[str, Any], *, where: str) -> Parameters:
    """The parameters of an entry, from what a TOML or JSON table holds (a date may be a date or an ISO string).

    where: the entry's id, for the message. Raises BrokenProtocol at the first parameter that the rule does not have,
    or whose value is not of its kind; also when no parameter is set.
    """
    known = {field.name: field for field in dataclasses.fields(parameters)}
    if not given:
        raise BrokenProtocol(f"{where} sets no parameter.", remedy="Say what the rule asks, or delete the entry.")
    values = {}
    for name, value in given.items():
        if name not in known:
            raise BrokenProtocol(
                f"{where} sets {name!r}, which its rule does not have.", remedy=f"It has {', '.join(known)}."
            )
        meta = known[name].metadata
        try:
            values[name] = _READERS[meta["kind"]](value, meta["of"], meta["to"])
        except (TypeError, ValueError, KeyError, AttributeError, OverflowError) as error:
            raise BrokenProtocol(
                f"{where}: {name} = {str(value)[:80]!r} is not a value of the kind '{meta['kind']}'.",
                why=f"It says: {meta['says']}",
                remedy="See the pack 'template' for the form.",
            ) from error
    return parameters(**values)


def _exactly(value: Any, *types: type) -> Any:
    if type(value) not in types:
        raise TypeError(value)
    return value


def _bool(value: Any, of: type, to: type) -> bool:
    return bool(_exactly(value, bool))


def _number(value: Any, of: type, to: type) -> int | float:
    number: int | float = _exactly(value, int, float) if of is float else _exactly(value, int)
    if not 0 <= number < 10**9:  # also not a number
        raise ValueError(value)
    return number


def _word(value: Any, of: type, to: type) -> Any:
    if not _exactly(value, str).strip():
        raise ValueError(value)
    return of(value)


def _words(value: Any, of: type, to: type) -> frozenset[Any]:
    words = [_word(one, of, to) for one in _exactly(value, list, tuple)]
    if len(set(words)) < len(words):
        raise ValueError(value)
    return frozenset(words)


def _date(value: Any, of: type, to: type) -> date:
    day: date = date.fromisoformat(value) if isinstance(value, str) else _exactly(value, date)
    return day


def _month_day(value: Any, of: type, to: type) -> tuple[int, int]:
    month, day = (_exactly(part, int) for part in _exactly(value, list, tuple))
    date(2001, month, day)  # a day that every year has
    return month, day


def _window(value: Any, of: type, to: type) -> tuple[tuple[int, int], tuple[int, int]]:
    first, last = (_month_day(part, of, to) for part in _exactly(value, list, tuple))
    return first, last


def _table_at_most(value: Any, of: type, to: type) -> tuple[tuple[Any, int | float], ...]:
    return tuple(sorted((_word(key, of, to), _number(n, int, to)) for key, n in _exactly(value, dict).items()))


def _table_allowed(value: Any, of: type, to: type) -> tuple[tuple[Any, frozenset[Any]], ...]:
    table = {_word(key, of, to): _words(words, to, to) for key, words in _exactly(value, dict).items()}
    return tuple(sorted(table.items(), key=lambda item: str(item[0])))


def _pairs(value: Any, of: type, to: type) -> tuple[tuple[str, str], ...]:
    pairs = []
    for pair in _exactly(value, list, tuple):
        first, second = _exactly(pair, list, tuple)
        pairs.append((_star(first, of), _star(second, of)))
    return tuple(sorted(pairs))


def _star(value: Any, of: type) -> str:
    return "*" if value == "*" else str(_word(value, of, of))


_READERS: dict[Kind, Callable[[Any, type, type], Any]] = {
    Kind.MUST: _bool,
    Kind.MAY: _bool,
    Kind.EASES: _bool,
    Kind.AT_MOST: _number,
    Kind.AT_LEAST: _number,
    Kind.FLOOR: _word,
    Kind.REQUIRED: _words,
    Kind.ALLOWED: _words,
    Kind.FORBIDDEN: _words,
    Kind.EXCEPTIONS: _words,
    Kind.EARLIEST: _date,
    Kind.WORD: _word,
    Kind.MONTH_DAY: _month_day,
    Kind.WINDOW: _window,
    Kind.TABLE_AT_MOST: _table_at_most,
    Kind.TABLE_ALLOWED: _table_allowed,
    Kind.PAIRS_FORBIDDEN: _pairs,
}
