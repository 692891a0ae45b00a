"""An evaluation as JSON text and back: every field, no other field, and the same numbers to the last bit."""

from __future__ import annotations

import dataclasses
import json
import math
import types
from collections.abc import Mapping
from functools import cache
from typing import Any, NoReturn, Union, get_args, get_origin, get_type_hints

from lookalike.errors import BadInput
from lookalike.evaluation.results import SCHEMA, Evaluation

LARGEST = 64 << 20
"""Characters that are read at most."""


def to_json(evaluation: Evaluation) -> str:
    """The evaluation as JSON text: two spaces a level, keys in the order of the fields, mappings sorted by key.

    The same evaluation gives the same text. Raises ValueError for a number that is not finite and TypeError for a
    mapping that holds anything but plain JSON: the evaluation could not be read back as it was.
    """
    return json.dumps(_written(evaluation), ensure_ascii=False, allow_nan=False, indent=2) + "\n"


def from_json(text: str) -> Evaluation:
    """Read an evaluation. Raises BadInput, saying where, for anything that `to_json` does not write."""
    try:
        if len(text) > LARGEST:
            raise ValueError("it is far too long")
        data = json.loads(text, parse_constant=_no_constant, object_pairs_hook=_once)
        if not isinstance(data, dict):
            raise ValueError("it is not a JSON object")
        if data.get("schema") != SCHEMA:
            raise ValueError(f"its schema is {str(data.get('schema'))[:80]!r}, not {SCHEMA!r}")
        evaluation: Evaluation = _read(Evaluation, data, "report")
    except (ValueError, OverflowError, RecursionError) as error:
        what = "it is nested too deeply" if isinstance(error, RecursionError) else error
        raise BadInput(
            f"This is not an evaluation report: {what}.",
            why="A report that was changed after it was made says nothing about the matcher.",
            remedy="Name the report.json that `lookalike evaluate` wrote, unchanged.",
        ) from error
    return evaluation


def _written(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        return {field.name: _written(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, tuple):
        return [_written(entry) for entry in value]
    if isinstance(value, Mapping):
        return _plain(value)
    return value


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping) and all(isinstance(key, str) for key in value):
        return {key: _plain(value[key]) for key in sorted(value)}
    if isinstance(value, list):
        return [_plain(entry) for entry in value]
    if value is None or isinstance(value, str | bool | int | float):
        return value
    raise TypeError(f"{type(value).__name__} is not plain JSON")


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"it holds {name}, which is no number")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return table


@cache
def _fields(kind: Any) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in dataclasses.fields(kind)}


def _read(kind: Any, value: Any, where: str) -> Any:
    """The value as `kind`: a dataclass, a tuple, an optional, a mapping or a scalar."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return None if value is None else _read(arguments[0], value, where)
    if origin is tuple:
        return _read_tuple(arguments, value, where)
    if dataclasses.is_dataclass(kind):
        return _read_object(kind, value, where)
    if origin is Mapping:
        if not isinstance(value, dict):
            raise ValueError(f"{where} is not an object")
        return _finite(value, where)
    # a bool is an int to Python and not to us; a whole number may stand for a float
    if kind is float and type(value) is int:
        value = float(value)
    if type(value) is not kind:
        raise ValueError(f"{where} is not of the kind {kind.__name__}")
    return _finite(value, where)


def _read_tuple(kinds: tuple[Any, ...], value: Any, where: str) -> Any:
    if not isinstance(value, list):
        raise ValueError(f"{where} is not a list")
    if kinds[-1] is ...:
        kinds = (kinds[0],) * len(value)
    if len(kinds) != len(value):
        raise ValueError(f"{where} has {len(value)} entries, not {len(kinds)}")
    return tuple(_read(kind, entry, f"{where}[{i}]") for i, (kind, entry) in enumerate(zip(kinds, value, strict=True)))


def _read_object(kind: Any, value: Any, where: str) -> Any:
    known = _fields(kind)
    if not isinstance(value, dict):
        raise ValueError(f"{where} is not an object")
    if missing := [name for name in known if name not in value]:
        raise ValueError(f"{where} lacks {missing[0]}")
    if unknown := sorted(value.keys() - known.keys()):
        raise ValueError(f"{where} has an unknown key {unknown[0][:80]!r}")
    try:
        return kind(**{name: _read(hint, value[name], f"{where}.{name}") for name, hint in known.items()})
    except ValueError as error:
        raise error if str(error).startswith("report") else ValueError(f"{where}: {error}") from error


def _finite(value: Any, where: str) -> Any:
    """The value, once no number in it is infinite: 1e999 reads as one."""
    if isinstance(value, dict):
        return {key: _finite(entry, f"{where}.{key}"[:200]) for key, entry in value.items()}
    if isinstance(value, list):
        return [_finite(entry, where) for entry in value]
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"{where} holds a number that is not finite")
    return value
