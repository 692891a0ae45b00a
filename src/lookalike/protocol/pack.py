"""Packs: one TOML file for each law or directive, read strictly.

A pack is data: which rules hold, with which parameters, and where each was read. What a file says that this reader does
not know, it refuses; nothing in it has a default. `pack.schema.json` says the same to other programs.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import tomllib
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from lookalike.errors import BrokenProtocol, NoSuchProtocol
from lookalike.protocol.parameters import read_parameters
from lookalike.protocol.policy import Confidence, Entry, PackKind, PackRef
from lookalike.protocol.rules import RULES
from lookalike.protocol.vocabulary import Act

SHIPPED = Path(__file__).parent / "packs"
DEFAULT = "detroit-2024"
HOUSE = "house"
LARGEST = 1 << 20  # bytes; the longest shipped pack has about 20,000

SLUG = r"[a-z0-9]+(-[a-z0-9]+)*"
ENTRY_ID = rf"{SLUG}\.{SLUG}"
JURISDICTION = r"\*|[A-Z]{2}(-[A-Z]{2}(-[A-Za-z]+)*)?"
PACK_KEYS = ("id", "title", "kind", "jurisdiction", "zone", "valid_from")
PACK_EXTRAS = ("expires", "superseded_by", "note")
ENTRY_KEYS = ("id", "rule", "citation", "source", "retrieved", "confidence", "parameters")
ENTRY_EXTRAS = ("acts", "expires")

Listed = TypeVar("Listed", PackKind, Confidence)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """A term that is believed to exist and was not read. It binds nobody."""

    term: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """A pack as its file states it. Whether it may be used, and when, is for `lookalike.protocol.layering`.

    jurisdiction: `*`, or a country, state and city joined by dashes. superseded_by: the pack that came after it.
    """

    ref: PackRef
    jurisdiction: str
    superseded_by: str | None
    note: str
    entries: tuple[Entry, ...]
    unread: tuple[Unread, ...]

    @property
    def id(self) -> str:
        """The pack's name."""
        return self.ref.id

    def unconfirmed(self) -> tuple[Entry, ...]:
        """The entries that rest on memory: each has to be accepted by name before the pack is used."""
        return tuple(entry for entry in self.entries if entry.confidence is Confidence.UNCONFIRMED)

    def today(self, at: datetime) -> date:
        """The day that it is, at that instant, where the pack counts its days."""
        return at.astimezone(ZoneInfo(self.ref.zone)).date()

    def in_force(self, day: date) -> bool:
        """Whether the pack holds on that day: from its first day on, and no longer on the day it expires."""
        return self.ref.valid_from <= day and (self.ref.expires is None or day < self.ref.expires)


def shipped() -> tuple[str, ...]:
    """The ids of the packs that come with Lookalike, in alphabetical order."""
    return tuple(sorted(path.stem for path in SHIPPED.glob("*.toml")))


def load(name: str | Path) -> Pack:
    """A shipped pack by its id, or a pack of your own by the path of its file (it ends in .toml).

    Raises NoSuchProtocol, or BrokenProtocol for a file that is not a pack.
    """
    return read_pack(*load_bytes(name))


def load_bytes(name: str | Path) -> tuple[bytes, str]:
    """The bytes of a pack's file and its name for messages. Raises NoSuchProtocol, BrokenProtocol."""
    path = SHIPPED / f"{name}.toml" if str(name) in shipped() else Path(name)
    if path.suffix != ".toml" or not path.is_file():
        raise NoSuchProtocol(
            f"There is no pack {str(name)!r}.",
            remedy=f"Shipped: {', '.join(shipped())}. For a pack of your own, name its .toml file.",
        )
    try:
        with path.open("rb") as stream:
            return stream.read(LARGEST + 1), path.name
    except OSError as error:
        raise BrokenProtocol(f"{path.name} cannot be read: {error.strerror}.", remedy="Ask for access.") from error


def read_pack(data: bytes, name: str) -> Pack:
    """A pack from the bytes of its file. name: for messages. Raises BrokenProtocol at the first thing that is wrong."""
    tables = parse(data, name)
    ref = read_header(tables["pack"], name, sha256=hashlib.sha256(data).hexdigest())
    entries = tuple(read_entry(table, ref.id, number) for number, table in enumerate(tables["entry"], start=1))
    seen: set[str] = set()
    for entry in entries:
        if entry.id in seen:
            raise broken(name, f"two entries are called {entry.id}")
        seen.add(entry.id)
    head = tables["pack"]
    return Pack(
        ref=ref,
        jurisdiction=head["jurisdiction"],
        superseded_by=head.get("superseded_by"),
        note=head.get("note", ""),
        entries=entries,
        unread=tuple(read_unread(table, name) for table in tables["unread"]),
    )


def parse(data: bytes, name: str) -> dict[str, Any]:
    """The tables `pack`, `entry` and `unread` of a pack's file, not yet read further. Raises BrokenProtocol."""
    if len(data) > LARGEST:
        raise broken(name, f"it is longer than {LARGEST} bytes")
    try:
        tables: dict[str, Any] = tomllib.loads(data.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        raise broken(name, f"it is not TOML: {_plain(str(error))}") from error
    _known(tables, ("pack", "entry"), ("unread",), name)
    if not isinstance(tables["pack"], dict):
        raise broken(name, "[pack] is not a table")
    for key in ("entry", "unread"):
        rows = tables.setdefault(key, [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise broken(name, f"[[{key}]] is not a list of tables")
    if not tables["entry"]:
        raise broken(name, "it has no entry", why="A pack that rules on nothing would read like a permission.")
    return tables


def read_header(table: dict[str, Any], name: str, *, sha256: str) -> PackRef:
    """What stands under [pack]. Raises BrokenProtocol."""
    where = f"{name}, [pack]"
    _known(table, PACK_KEYS, PACK_EXTRAS, where)
    for key in PACK_EXTRAS[1:]:
        if key in table:
            _text(table, key, where)
    if "superseded_by" in table:
        _pattern(table, "superseded_by", SLUG, where)
    _pattern(table, "jurisdiction", JURISDICTION, where)
    zone = _text(table, "zone", where)
    try:
        ZoneInfo(zone)
    except (OSError, ValueError, KeyError) as error:
        raise broken(where, f"there is no time zone {zone!r}") from error
    ref = PackRef(
        id=_pattern(table, "id", SLUG, where),
        title=_text(table, "title", where),
        kind=_member(table, "kind", PackKind, where),
        zone=zone,
        valid_from=_day(table, "valid_from", where),
        expires=_day(table, "expires", where) if "expires" in table else None,
        sha256=sha256,
    )
    if ref.expires is not None and ref.expires <= ref.valid_from:
        raise broken(where, "it expires before it begins")
    if (ref.kind is PackKind.HOUSE) != (ref.id == HOUSE):
        raise broken(where, "the kind 'house' and the name 'house' are Lookalike's own")
    return ref


def read_entry(table: dict[str, Any], pack: str, number: int) -> Entry:
    """One [[entry]]. number: which one it is in the file, from 1. Raises BrokenProtocol."""
    known = table.get("id")
    where = f"{pack}, entry {number}" + (f" ({_plain(known)[:80]})" if isinstance(known, str) else "")
    _known(table, ENTRY_KEYS, ENTRY_EXTRAS, where)
    entry_id = _pattern(table, "id", ENTRY_ID, where)
    if not entry_id.startswith(f"{pack}."):
        raise broken(where, f"its id does not begin with {pack!r}, the pack's own")
    rule = _text(table, "rule", where)
    if rule not in RULES:
        raise broken(where, f"there is no rule {_plain(rule)!r}")
    if not isinstance(table["parameters"], dict):
        raise broken(where, "parameters is not a table")
    return Entry(
        id=entry_id,
        pack=pack,
        rule=rule,
        parameters=read_parameters(RULES[rule].parameters, table["parameters"], where=entry_id),
        acts=_acts(table["acts"], rule, where) if "acts" in table else None,
        citation=_text(table, "citation", where),
        source=_text(table, "source", where),
        retrieved=_day(table, "retrieved", where),
        confidence=_member(table, "confidence", Confidence, where),
        expires=_day(table, "expires", where) if "expires" in table else None,
        sha256=entry_digest(table),
    )


def read_unread(table: dict[str, Any], name: str) -> Unread:
    """One [[unread]]. Raises BrokenProtocol."""
    where = f"{name}, [[unread]]"
    _known(table, ("term", "source"), (), where)
    return Unread(term=_text(table, "term", where), source=_text(table, "source", where))


def entry_digest(table: dict[str, Any]) -> str:
    """SHA-256 of an entry's table as JSON: keys sorted, days as ISO 8601, no spaces. It changes with the entry."""
    text = json.dumps(table, sort_keys=True, separators=(",", ":"), default=date.isoformat)
    return hashlib.sha256(text.encode()).hexdigest()


def broken(where: str, what: str, *, why: str = "") -> BrokenProtocol:
    """The error for a pack that cannot be used."""
    return BrokenProtocol(
        f"{where}: {what}.",
        why=why or "A protection that is misread would not protect.",
        remedy="Mend the file and run `lookalike protocol lint` on it; the pack 'template' shows every form.",
    )


def _known(table: dict[str, Any], keys: tuple[str, ...], extras: tuple[str, ...], where: str) -> None:
    missing = [key for key in keys if key not in table]
    strange = [_plain(key)[:80] for key in table if key not in (*keys, *extras)]
    if missing:
        raise broken(where, f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} not said")
    if strange:
        raise broken(where, f"{' and '.join(map(repr, strange))} means nothing here")


def _text(table: dict[str, Any], key: str, where: str) -> str:
    value = table[key]
    if not isinstance(value, str) or not value.strip():
        raise broken(where, f"{key} is not a text")
    if not value.isprintable():
        raise broken(where, f"{key} holds characters that cannot be printed")
    return value


def _pattern(table: dict[str, Any], key: str, pattern: str, where: str) -> str:
    value = _text(table, key, where)
    if not re.fullmatch(pattern, value):
        raise broken(where, f"{key} = {value[:80]!r} has not the form that it should have")
    return value


def _member(table: dict[str, Any], key: str, kind: type[Listed], where: str) -> Listed:
    value = _text(table, key, where)
    if value not in list(kind):
        raise broken(where, f"{key} = {value[:80]!r} is none of {', '.join(kind)}")
    return kind(value)


def _day(table: dict[str, Any], key: str, where: str) -> date:
    value = table[key]
    if type(value) is date:  # a datetime is a date too, and none is meant
        return value
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII):
        with contextlib.suppress(ValueError):
            return date.fromisoformat(value)
    raise broken(where, f"{key} is not a day, as in 2024-06-28")


def _acts(value: Any, rule: str, where: str) -> frozenset[Act]:
    if not isinstance(value, list) or not value or not all(isinstance(act, str) for act in value):
        raise broken(where, "acts is not a list of acts")
    for act in value:
        if act not in list(Act) or value.count(act) > 1:
            raise broken(where, f"acts names {_plain(act)[:80]!r}, which is no act or is named twice")
    acts = frozenset(map(Act, value))
    outside = acts - RULES[rule].acts
    if outside:
        raise broken(where, f"{rule} says nothing about {', '.join(sorted(outside))}")
    return acts


def _plain(text: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in text)
