"""What several entries ask together: for pages and for settings that the site reads. Nothing is decided by it.

An act is decided by every entry on its own (`lookalike.protocol.decide`). Here their parameters are joined, the
stricter winning, so that a person can read one value and every entry behind it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from lookalike.protocol.parameters import Kind, kind_of
from lookalike.protocol.policy import Entry
from lookalike.protocol.rules import RULES
from lookalike.protocol.vocabulary import Act

# values that have a meaning only within their own entry
SIDE_BY_SIDE = frozenset({"R17", "R18"})
ALTERNATIVES = frozenset({("R02", "classes"), ("R02", "statutes"), ("R03", "routes"), ("R03", "routes_by_purpose")})
WORDS = frozenset({Kind.WORD, Kind.MONTH_DAY, Kind.WINDOW})


@dataclass(frozen=True, slots=True, kw_only=True)
class Effective:
    """One parameter over several entries.

    value: the joined value, or None where the values stand side by side. entries: those that set it, by id.
    conflict: no act can satisfy them all, so that every act they reach is refused.
    """

    rule: str
    parameter: str
    value: Any
    entries: tuple[Entry, ...]
    conflict: bool


def effective(entries: Iterable[Entry], rule: str, parameter: str, act: Act | None = None) -> Effective | None:
    """What the entries ask together of one parameter, on one act or on any. None where none of them sets it."""
    setting = tuple(
        sorted(
            (e for e in entries if e.rule == rule and parameter in e.parameters.said() and _reaches(e, parameter, act)),
            key=lambda entry: entry.id,
        )
    )
    if not setting:
        return None
    values = [entry.parameters.said()[parameter] for entry in setting]
    kind = kind_of(RULES[rule].parameters, parameter)
    alone = rule in SIDE_BY_SIDE or (rule, parameter) in ALTERNATIVES or kind in WORDS
    value = values[0] if all(one == values[0] for one in values) else None if alone else join(kind, values)
    # an empty set that an entry states itself is its meaning; one that only the joining made is a conflict
    emptied = kind is Kind.ALLOWED and value == frozenset() and all(values)
    return Effective(rule=rule, parameter=parameter, value=value, entries=setting, conflict=emptied)


def conflicts(entries: Sequence[Entry]) -> Iterator[tuple[Effective, ...]]:
    """The parameters that no act can satisfy together, each with its entries."""
    for rule, own in groupby(sorted(entries, key=lambda entry: entry.rule), key=lambda entry: entry.rule):
        of_rule = list(own)
        names = dict.fromkeys(name for entry in of_rule for name in entry.parameters.said())
        found = {name: joined for name in names if (joined := effective(of_rule, rule, name))}
        yield from ((joined,) for joined in found.values() if joined.conflict)
        low, high = found.get("at_least"), found.get("at_most")
        if low and high and low.value > high.value:
            yield low, high


def join(kind: Kind, values: Sequence[Any]) -> Any:
    """The value that asks what all of them ask. Raises ValueError for a kind that is not joined."""
    match kind:
        case Kind.MUST:
            return any(values)
        case Kind.MAY | Kind.EASES:
            return all(values)
        case Kind.AT_MOST | Kind.EARLIEST:
            return min(values)
        case Kind.AT_LEAST:
            return max(values)
        case Kind.FLOOR:
            order = list(values[0].__class__.__members__.values())
            return max(values, key=order.index)
        case Kind.REQUIRED | Kind.FORBIDDEN:
            return frozenset().union(*values)
        case Kind.ALLOWED | Kind.EXCEPTIONS:
            return frozenset.intersection(*values)
        case Kind.PAIRS_FORBIDDEN:
            return tuple(sorted({pair for pairs in values for pair in pairs}))
        case Kind.TABLE_AT_MOST | Kind.TABLE_ALLOWED:
            inner = Kind.AT_MOST if kind is Kind.TABLE_AT_MOST else Kind.ALLOWED
            keys = sorted({key for table in values for key, _ in table})
            return tuple((key, join(inner, [dict(t)[key] for t in values if key in dict(t)])) for key in keys)
        case _:
            raise ValueError(kind)


def _reaches(entry: Entry, parameter: str, act: Act | None) -> bool:
    if act is None:
        return True
    checks = [check for check in RULES[entry.rule].checks if check.parameter == parameter]
    return any(act in check.acts for check in checks) and (entry.acts is None or act in entry.acts)
