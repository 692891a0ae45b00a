"""What every record of facts has in common: closed types, checked when it is made, and paths to each fact.

A path names a fact: `probe.kind`, `examinations[1].saw`. A pattern names it in every element: `examinations[].saw`.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from types import NoneType, UnionType
from typing import Any, ClassVar, TypeVar, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo

from lookalike.errors import BadFacts
from lookalike.protocol.unknown import UNKNOWN, Unknown
from lookalike.protocol.vocabulary import Act, Owner

F = TypeVar("F", bound="Facts")

YEARS = range(1900, 3000)
"""The years that a fact can be of; beyond them a change of time zone could leave the calendar."""

_HINTS: dict[type, dict[str, Any]] = {}  # resolving annotations is slow


def fact(says: str, owner: Owner, *, ahead: bool = False) -> Any:
    """One fact: what it says, as it reads after "it is not known …", and whose it is to supply.

    ahead: a day or an instant that may lie after the act, such as the last day of a paper. Any other that does is not
    known at the act (`as_of`).
    """
    return dataclasses.field(metadata={"says": says, "owner": owner, "ahead": ahead})


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The base of every record of facts.

    Raises BadFacts for a value of another type than the field's, for blank text, for a time without an offset from
    UTC, and for a number that is not finite or, a count, negative.
    """

    def __post_init__(self) -> None:
        for name, hint in hints(type(self)).items():
            value = getattr(self, name)
            if not _fits(value, hint):
                raise BadFacts(
                    f"{type(self).__name__}.{name} cannot be {str(value)[:80]!r}.",
                    why="A fact of the wrong kind could be read as something that nobody said.",
                    remedy="Give a value of its type; a time needs its offset from UTC, and a text may not be blank.",
                )


@dataclass(frozen=True, slots=True, kw_only=True)
class ActFacts(Facts):
    """The base of the facts of one act. at: the instant of the act; no rule reads a clock."""

    act: ClassVar[Act]

    at: datetime | Unknown = fact("when the act takes place", Owner.SYSTEM)


def hints(kind: type) -> dict[str, Any]:
    """The type of each field, by name, in order."""
    if kind not in _HINTS:
        resolved = get_type_hints(kind)
        _HINTS[kind] = {field.name: resolved[field.name] for field in dataclasses.fields(kind)}
    return _HINTS[kind]


def alternatives(hint: Any) -> tuple[Any, ...]:
    """The members of a union, or the one type."""
    return get_args(hint) if isinstance(hint, UnionType) else (hint,)


def _fits(value: Any, hint: Any) -> bool:
    return any(_is(value, one) for one in alternatives(hint))


def _is(value: Any, kind: Any) -> bool:
    if get_origin(kind) is tuple:
        return type(value) is tuple and all(_fits(one, get_args(kind)[0]) for one in value)
    if get_origin(kind) is frozenset:
        return type(value) is frozenset and all(_fits(one, get_args(kind)[0]) for one in value)
    if kind is NoneType:
        return value is None
    if kind is float:
        return type(value) in (int, float) and math.isfinite(value)
    if kind is int:
        return type(value) is int and 0 <= value < 10**9
    if kind is datetime:
        return isinstance(value, datetime) and value.utcoffset() is not None and value.year in YEARS
    if kind is date:
        return type(value) is date and value.year in YEARS
    if kind is str:
        return type(value) is str and bool(value.strip())
    return type(value) is kind


def unknown(kind: type[Facts]) -> Any:
    """Facts of that kind of which nothing is known."""
    fields = hints(kind)
    return kind(**{name: UNKNOWN if Unknown in alternatives(hint) else unknown(hint) for name, hint in fields.items()})


def leaves(facts: Facts, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every fact that could be unknown, with its path: also a collection as a whole, before its elements."""
    for name, hint in hints(type(facts)).items():
        value, here = getattr(facts, name), path + name
        if Unknown in alternatives(hint):
            yield here, value
        if isinstance(value, Facts):
            yield from leaves(value, here + ".")
        elif isinstance(value, tuple):
            for number, element in enumerate(value):
                if isinstance(element, Facts):
                    yield from leaves(element, f"{here}[{number}].")


def without(facts: F, path: str) -> F:
    """The same facts, with the one at `path` unknown."""
    return put(facts, path, UNKNOWN)


def later(when: date, at: datetime, zone: str) -> bool:
    """Whether a day or an instant lies after an instant: a day, by the calendar of the zone and by that of UTC."""
    if isinstance(when, datetime):
        return when > at
    return when > max(at.astimezone(UTC).date(), at.astimezone(ZoneInfo(zone)).date())


def as_of(facts: F, at: datetime, zone: str) -> F:
    """The same facts as they could be known at an instant: whatever is dated after it is unknown.

    So nothing that comes after an act (a signature, an order, a description, an examination) can have allowed it.
    """
    changes: dict[str, Any] = {}
    for field in dataclasses.fields(facts):
        value = getattr(facts, field.name)
        new: Any = value
        if isinstance(value, Facts):
            new = as_of(value, at, zone)
        elif isinstance(value, tuple):
            parts = tuple(as_of(one, at, zone) if isinstance(one, Facts) else one for one in value)
            new = parts if any(one is not old for one, old in zip(parts, value, strict=True)) else value
        elif isinstance(value, date) and not field.metadata["ahead"] and later(value, at, zone):
            new = UNKNOWN
        if new is not value:
            changes[field.name] = new
    return dataclasses.replace(facts, **changes) if changes else facts


def put(facts: F, path: str, value: object) -> F:
    """The same facts, with `value` at `path`. Raises BadFacts when it is not a value of that fact's type."""
    head, _, rest = path.partition(".")
    name, _, number = head.rstrip("]").partition("[")
    old = getattr(facts, name)
    if number:
        new = put(old[int(number)], rest, value)
        return dataclasses.replace(facts, **{name: (*old[: int(number)], new, *old[int(number) + 1 :])})
    return dataclasses.replace(facts, **{name: put(old, rest, value) if rest else value})


def missing(facts: Any, pattern: str, path: str = "") -> Iterator[str]:
    """The paths under a pattern that are not known. Beneath something that is known not to be, nothing is missing."""
    head, _, rest = pattern.partition(".")
    name = head.removesuffix("[]")
    value, here = getattr(facts, name), path + name
    if value is UNKNOWN:
        yield here
    elif head != name:
        for number, element in enumerate(value or ()):
            yield from missing(element, rest, f"{here}[{number}].")
    elif rest and value is not None:
        yield from missing(value, rest, here + ".")


def described(kind: type[Facts], path: str) -> tuple[str, Owner]:
    """What the fact at a path (or pattern) says, and whose it is to supply."""
    head, _, rest = path.partition(".")
    name = head.partition("[")[0]
    if rest:
        return described(_record_in(hints(kind)[name]), rest)
    meta = next(field.metadata for field in dataclasses.fields(kind) if field.name == name)
    return meta["says"], meta["owner"]


def _record_in(hint: Any) -> type[Facts]:
    for one in alternatives(hint):
        inner = get_args(one)[0] if get_origin(one) is tuple else one
        if isinstance(inner, type) and issubclass(inner, Facts):
            return inner
    raise BadFacts(f"{hint} holds no record.", remedy="See the facts of the act for their names.")
