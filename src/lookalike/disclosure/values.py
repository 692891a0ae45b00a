"""What a packet is made of: frozen records without a gap, files, and their one form as JSON.

Nothing is empty. Where there is nothing, `Absent` says why: "no lineup was held". So a part that somebody forgot can be
told from one that does not exist, and a packet that lacks something cannot be written or read.
"""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import io
import json
import math
import re
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, BinaryIO, NoReturn, TypeVar, Union, get_args, get_origin, get_type_hints

from lookalike.errors import BadPacket, IncompletePacket

T = TypeVar("T")
DEEPEST = 40
_SHA256 = re.compile(r"[0-9a-f]{64}")
_MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]+")


@dataclass(frozen=True, slots=True)
class Absent:
    """That there is nothing here, and the reason, as a person reads it: "no lineup was held"."""

    because: str


def _not_here() -> BinaryIO:
    raise BadPacket("This file was not read with the packet.", remedy="Read the packet again.")


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file of the packet. size: in bytes; sha256: of them, hexadecimal. open: gives the bytes, from the front.

    Two files with the same digest are one file of the packet.
    """

    title: str
    media_type: str
    size: int
    sha256: str
    open: Callable[[], BinaryIO] = field(default=_not_here, compare=False, repr=False, metadata={"outside": True})

    @classmethod
    def of(cls, data: bytes, *, title: str, media_type: str) -> File:
        """A file that stands in memory."""
        return cls(
            title=title,
            media_type=media_type,
            size=len(data),
            sha256=hashlib.sha256(data).hexdigest(),
            open=functools.partial(io.BytesIO, data),
        )

    def read(self) -> bytes:
        """The bytes. Raises BadPacket unless they are the stated ones."""
        with self.open() as stream:
            data = stream.read(self.size + 1)
        if len(data) != self.size or hashlib.sha256(data).hexdigest() != self.sha256:
            raise other_bytes(self.title)
        return data


def other_bytes(title: str) -> BadPacket:
    """The error of a file whose bytes are not the stated ones."""
    return BadPacket(
        f"The file “{title}” is not the one whose SHA-256 is stated.",
        why="A court would be shown something else than what was used.",
        remedy="Find the original; nothing was written.",
    )


@dataclass(frozen=True, slots=True)
class Row:
    """A value with its name, as a table shows it."""

    label: str
    value: str


def as_data(value: Any) -> Any:
    """A record as JSON values. What a record keeps beside its data (how a file is opened) is left out."""
    if isinstance(value, Absent):
        return {"absent": value.because}
    if dataclasses.is_dataclass(value):
        return {one.name: as_data(getattr(value, one.name)) for one in _fields(type(value))}
    if isinstance(value, tuple):
        return [as_data(one) for one in value]
    if isinstance(value, date):
        return value.isoformat()
    return value.value if isinstance(value, StrEnum) else value


def as_json(value: Any) -> bytes:
    """A record as the packet attaches it: UTF-8, two spaces a level, keys in the order of the fields."""
    return json.dumps(as_data(value), ensure_ascii=False, indent=2).encode() + b"\n"


def from_json(kind: type[T], data: bytes, opener: Callable[[str], Callable[[], BinaryIO]]) -> T:
    """Read what `as_json` wrote. opener: by the digest of a file, how it is opened. Raises BadPacket."""
    try:
        read = json.loads(data.decode(), object_pairs_hook=_once, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise BadPacket(f"The contents are not JSON: {str(error)[:120]}.", remedy=ASK) from error
    made: T = _read(read, kind, kind.__name__.lower(), opener, DEEPEST)
    return made


def require_whole(value: Any, kind: Any, path: str) -> None:
    """Refuse a record in which something is empty, of another type, or not there. Raises IncompletePacket, by path."""
    chosen = _alternative(value, kind)
    if chosen is None:
        raise lacking(path, f"it is {_short(value)}")
    if isinstance(value, tuple):
        if not value:
            raise lacking(path, "it is empty")
        for number, one in enumerate(value, 1):
            require_whole(one, get_args(chosen)[0], f"{path}[{number}]")
    elif dataclasses.is_dataclass(value):
        if isinstance(value, File) and not (
            _SHA256.fullmatch(str(value.sha256)) and _MEDIA_TYPE.fullmatch(str(value.media_type))
        ):
            raise lacking(path, "its digest or its media type is not one")
        for one, hint in _hints(type(value)).items():
            require_whole(getattr(value, one), hint, f"{path}.{one}")
    elif isinstance(value, str) and not value.strip():
        raise lacking(path, "it is blank")


def lacking(path: str, how: str) -> IncompletePacket:
    """The error of contents that lack something."""
    return IncompletePacket(
        f"The packet lacks {path}: {how}.",
        why="A packet holds everything, so that nobody has to trust whoever made it.",
        remedy="Give it, or say why there is none.",
    )


def walked(value: Any) -> Iterator[Any]:
    """Every record below a value and the value itself, in the order of the fields."""
    if isinstance(value, tuple):
        for one in value:
            yield from walked(one)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        yield value
        for one in _fields(type(value)):
            yield from walked(getattr(value, one.name))


ASK = "Ask whoever gave you the packet for it again; keep this one."


def _fields(kind: type) -> list[dataclasses.Field[Any]]:
    return [one for one in dataclasses.fields(kind) if not one.metadata.get("outside")]


@functools.cache
def _hints(kind: type) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {one.name: hints[one.name] for one in _fields(kind)}


def _alternatives(kind: Any) -> tuple[Any, ...]:
    return get_args(kind) if get_origin(kind) in (Union, types.UnionType) else (kind,)


def _alternative(value: Any, kind: Any) -> Any:
    """Which of the allowed types a value is of; None: of none."""
    for one in _alternatives(kind):
        if get_origin(one) is tuple:
            if type(value) is tuple:
                return one
        elif type(value) is one:  # a truth value is no number, and a moment no day
            moment = one is datetime and value.utcoffset() is None
            endless = one is float and not math.isfinite(value)
            return None if moment or endless else one
    return None


def _read(value: Any, kind: Any, path: str, opener: Callable[[str], Callable[[], BinaryIO]], deeper: int) -> Any:
    kinds = _alternatives(kind)
    if deeper == 0:
        raise _bad(path, value, "so deep")
    if isinstance(value, dict) and set(value) == {"absent"} and Absent in kinds and type(value["absent"]) is str:
        return Absent(value["absent"])
    one = next(one for one in kinds if one is not Absent)
    if get_origin(one) is tuple:
        if type(value) is not list:
            raise _bad(path, value, "a list")
        inner = get_args(one)[0]
        return tuple(_read(each, inner, f"{path}[{n}]", opener, deeper - 1) for n, each in enumerate(value, 1))
    if dataclasses.is_dataclass(one):
        return _record(value, one, path, opener, deeper)
    if issubclass(one, (StrEnum, date)):
        try:
            return one(value) if issubclass(one, StrEnum) else one.fromisoformat(value)
        except (TypeError, ValueError):
            raise _bad(path, value, f"a {one.__name__.lower()}") from None
    if type(value) is not one:
        raise _bad(path, value, f"a {one.__name__}")
    return value


def _record(value: Any, kind: Any, path: str, opener: Callable[[str], Callable[[], BinaryIO]], deeper: int) -> Any:
    hints = _hints(kind)
    if type(value) is not dict or set(value) != set(hints):
        raise _bad(path, value, f"with the parts {', '.join(hints)}")
    parts = {name: _read(value[name], hint, f"{path}.{name}", opener, deeper - 1) for name, hint in hints.items()}
    if kind is File:
        parts["open"] = opener(parts["sha256"])
    return kind(**parts)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data = dict(pairs)
    if len(data) < len(pairs):
        raise ValueError("a name is given twice")
    return data


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _bad(path: str, value: Any, wanted: str) -> BadPacket:
    return BadPacket(f"{path} of the packet is {_short(value)}, not {wanted}.", remedy=ASK)


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:60]}…"
