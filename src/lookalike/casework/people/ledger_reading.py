"""Reading the ledger for a page: newest first, a page at a time, filtered by what its lines say and whom they name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from lookalike.casework.recording import ledger, store
from lookalike.errors import NotThere
from lookalike.ledger.acts import Act, Outcome
from lookalike.ledger.entry import Line, moment, open_blob, stamp

AT_ONCE = 500
MOST = 5000
"""Entries whose payload is opened for one page at most, where a person or a thing is looked for."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One entry for a page. body: None where it was erased."""

    index: int
    at: datetime
    act: str
    outcome: str
    body: Mapping[str, Any] | None

    @property
    def objects(self) -> list[Mapping[str, str]]:
        """What it was done to."""
        return list((self.body or {}).get("objects") or ())

    def names(self, thing: str) -> bool:
        """Whether the entry was written by somebody of that id, or about something of it."""
        body = self.body or {}
        return thing == body.get("actor") or any(thing == one.get("id") for one in self.objects)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is looked for. before: entries below this index. thing: the id of whoever acted, or of an object."""

    act: Act | None = None
    outcome: Outcome | None = None
    first_day: date | None = None
    last_day: date | None = None
    thing: str = ""
    before: int | None = None


def page(wanted: Wanted, count: int) -> tuple[list[Shown], int | None]:
    """At most `count` entries, the newest first, and the index below which the next page begins; None: no more."""
    size = store().head().size
    low = _index_of(wanted.first_day, size) if wanted.first_day else 0
    high = _index_of(wanted.last_day, size, after=True) if wanted.last_day else size
    high = min(high, size if wanted.before is None else wanted.before)
    found: list[Shown] = []
    for looked, one in enumerate(_entries(wanted, low, high, AT_ONCE if wanted.thing else count + 1)):
        if looked == MOST:
            return found, one.index + 1
        if not wanted.thing or one.names(wanted.thing):
            if len(found) == count:
                return found, found[-1].index
            found.append(one)
    return found, None


def entry(index: int) -> tuple[Shown, str]:
    """One entry and its line. Raises NotThere."""
    found = next(((text, blob) for _, text, blob in ledger().payloads(index, index + 1)), None)
    if found is None:
        raise NotThere(f"There is no entry {index}.", remedy="Look at the newest entries.")
    text, blob = found
    return _shown(text, blob), text


def _entries(wanted: Wanted, low: int, high: int, at_once: int) -> Iterator[Shown]:
    """The entries whose lines fit, newest first."""
    pattern = f"% {wanted.act or '%'} {wanted.outcome or '%'} %"
    book = ledger()
    while True:
        rows = store().run(
            "SELECT e.idx, e.line, p.sealed FROM ledger_entry e LEFT JOIN ledger_payload p ON p.idx = e.idx "
            "WHERE e.idx >= ? AND e.idx < ? AND e.line LIKE ? ORDER BY e.idx DESC LIMIT ?",
            low,
            high,
            pattern,
            at_once,
        )
        batch = rows.fetchall()
        for index, text, sealed in batch:
            blob = None if sealed is None else book.unsealed(int(index), str(text), bytes(sealed))
            yield _shown(str(text), blob)
        if len(batch) < at_once:
            return
        high = int(batch[-1][0])


def _shown(text: str, blob: bytes | None) -> Shown:
    line = Line.parse(text.encode())
    body = None if blob is None else open_blob(blob)
    return Shown(line.index, moment(line.time), line.act, line.outcome, body)


def _index_of(day: date, size: int, *, after: bool = False) -> int:
    """The first entry of a day, or, with `after`, of the days that follow it: times in the ledger only grow."""
    edge = stamp(datetime.combine(day, time.max if after else time.min, ZoneInfo(settings.TIME_ZONE)))
    low, high = 0, size
    while low < high:
        middle = (low + high) // 2
        _, text, _ = next(store().lines(middle, middle + 1))
        if Line.parse(text.encode()).time < edge:
            low = middle + 1
        else:
            high = middle
    return low
