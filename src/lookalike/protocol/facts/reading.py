"""Facts as JSON: `{"act": "request", "facts": {"case": {"number": "…"}}}`.

What is left out, or is "unknown", is not known. `null` is known to be none. Days are ISO dates, times have an offset.
A text that reads "unknown" is not known either: the safe direction.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from datetime import date, datetime
from enum import StrEnum
from types import NoneType
from typing import Any, NoReturn, get_args, get_origin

from lookalike.errors import BadFacts
from lookalike.protocol.facts.acts import FACTS
from lookalike.protocol.facts.base import ActFacts, Facts, alternatives, hints, unknown
from lookalike.protocol.unknown import UNKNOWN, Unknown
from lookalike.protocol.vocabulary import Act

REMEDY = "Correct it, or leave out what is not known."


def read_facts(text: str) -> ActFacts:
    """The facts of one act from JSON. Raises BadFacts, which names the path of what cannot be read."""
    try:
        text.encode()
        data = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise BadFacts("The facts are not JSON that can be read.", why=str(error)[:200], remedy=REMEDY) from error
    if not isinstance(data, dict) or set(data) != {"act", "facts"}:
        raise BadFacts('The facts need "act" and "facts", and nothing else.', remedy=REMEDY)
    act = _word(data["act"], Act, "act")
    read: ActFacts = _record(data["facts"], FACTS[act], "")
    return read


def facts_json(facts: ActFacts) -> dict[str, Any]:
    """The facts as `read_facts` reads them; sets come out sorted."""
    return {"act": facts.act.value, "facts": _plain(facts)}


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data = dict(pairs)
    if len(data) < len(pairs):
        raise ValueError("a name is given twice")
    return data


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _record(value: Any, kind: type[Facts], path: str) -> Any:
    if value == "unknown":
        return unknown(kind)
    if not isinstance(value, dict):
        raise _bad(path, value, "a table")
    fields = hints(kind)
    for name in value:
        if name not in fields:
            raise _bad(f"{path}{name}", value[name], "a fact of this act")
    return kind(**{name: _value(value.get(name, "unknown"), hint, f"{path}{name}") for name, hint in fields.items()})


def _value(value: Any, hint: Any, path: str) -> Any:
    kinds = alternatives(hint)
    if value == "unknown" and Unknown in kinds:
        return UNKNOWN
    if value is None:
        if NoneType in kinds:
            return None
        raise _bad(path, value, "a value")
    kind = next(one for one in kinds if one not in (Unknown, NoneType))
    if get_origin(kind) in (tuple, frozenset):
        if not isinstance(value, list):
            raise _bad(path, value, "a list")
        elements = [_value(one, get_args(kind)[0], f"{path}[{number}]") for number, one in enumerate(value)]
        if get_origin(kind) is tuple:
            return tuple(elements)
        if len(set(elements)) < len(elements):
            raise _bad(path, value, "a list that names everything once")
        return frozenset(elements)
    if issubclass(kind, Facts):
        return _record(value, kind, f"{path}.")
    if issubclass(kind, StrEnum):
        return _word(value, kind, path)
    if kind in (date, datetime):
        return _time(value, kind, path)
    if type(value) is not kind and not (kind is float and type(value) is int):
        raise _bad(path, value, _NAMES[kind])
    if kind is str and not value.strip():
        raise _bad(path, value, "a text that is not blank")
    if kind in (int, float) and not 0 <= value < 10**9:
        raise _bad(path, value, "a number from 0 on")
    return value


_NAMES = {bool: "true or false", int: "a whole number", float: "a number", str: "a text"}


def _word(value: Any, kind: type[StrEnum], path: str) -> Any:
    try:
        return kind(value)
    except ValueError:
        raise _bad(path, value, f"one of: {', '.join(kind)}") from None


def _time(value: Any, kind: type[date], path: str) -> date:
    what = "a time with its offset from UTC" if kind is datetime else "a day like 2026-11-23"
    parse: Callable[[str], date] = kind.fromisoformat
    try:
        read = parse(value)
        timed = isinstance(read, datetime) and read.utcoffset() is not None
        if timed if kind is datetime else len(value) == len("2026-11-23"):
            return read
    except (TypeError, ValueError):
        pass
    raise _bad(path, value, what)


def _bad(path: str, value: Any, wanted: str) -> BadFacts:
    return BadFacts(f"{path.rstrip('.') or 'facts'}: {str(value)[:80]!r} is not {wanted}.", remedy=REMEDY)


def _plain(value: Any) -> Any:
    if value is UNKNOWN:
        return "unknown"
    if isinstance(value, Facts):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, frozenset):
        return sorted(_plain(one) for one in value)
    if isinstance(value, date):
        return value.isoformat()
    return value.value if isinstance(value, StrEnum) else value
