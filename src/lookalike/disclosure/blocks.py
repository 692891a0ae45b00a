"""What a page is made of, as data for packet.typ: headings, sentences, tables, pictures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from lookalike.disclosure.items import Part
from lookalike.disclosure.values import Absent
from lookalike.evaluation.words import plain
from lookalike.protocol.words import a_day

Block = Mapping[str, Any]
Cell = str | Mapping[str, Any]


def heading(level: int, text: str, *, fresh: bool = False) -> Block:
    """A heading of level 2 to 4. fresh: on a page of its own."""
    return {"kind": "heading", "level": level, "text": text, "fresh": fresh}


def par(text: str, *, warns: bool = False, small: bool = False) -> Block:
    """A paragraph. warns: in red and bold. small: a remark."""
    return {"kind": "par", "text": text, "warns": warns, "small": small}


def facts(rows: Iterable[tuple[str, object]]) -> Block:
    """Names and values."""
    return {"kind": "facts", "rows": [[label, said(value)] for label, value in rows]}


def table(widths: Sequence[float], head: Sequence[str], rows: Iterable[Sequence[object]]) -> Block:
    """A table; a cell may be `cell(…)`."""
    shown = [[one if isinstance(one, Mapping) else {"text": said(one)} for one in row] for row in rows]
    return {"kind": "table", "widths": list(widths), "head": list(head), "rows": shown}


def cell(text: str, *, warns: bool = False, part: Part | None = None) -> Cell:
    """A cell in red, or one that ends with the page of a part."""
    return {"text": text, "warns": warns, "part": "" if part is None else part.value}


def items(texts: Iterable[str]) -> Block:
    """A list."""
    return {"kind": "list", "items": list(texts)}


def nothing(value: object, *, what: str) -> Iterator[Block]:
    """That there is nothing, and why."""
    assert isinstance(value, Absent)
    yield par(f"{what}: {value.because}.")


def pictures(shown: Sequence[tuple[str, str]], *, height: int) -> Block:
    """Pictures side by side: (file, caption). height: in millimetres."""
    return {"kind": "pictures", "height": height, "files": [{"file": f, "caption": c} for f, c in shown]}


def said(value: object) -> str:
    """A value as a page says it."""
    if isinstance(value, Absent):
        return value.because
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return a_day(value)
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, tuple):
        return "; ".join(said(one) for one in value)
    return str(value)


def moment(at: datetime) -> str:
    """28 June 2024, 14:05 UTC-04:00."""
    offset = at.isoformat(timespec="minutes")[16:]
    return f"{a_day(at.date())}, {at:%H:%M} UTC{'' if offset == '+00:00' else offset}"


def settable(value: Any) -> Any:
    """The blocks with each text on one line, and unseen and turning characters by their code."""
    if isinstance(value, str):
        return plain(" ".join(value.split()))
    if isinstance(value, Mapping):
        return {key: settable(entry) for key, entry in value.items()}
    return [settable(entry) for entry in value] if isinstance(value, list | tuple) else value
