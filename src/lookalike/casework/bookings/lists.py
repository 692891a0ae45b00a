"""Lists of bookings: a CSV with a line a message, and the pictures that its lines name."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lookalike.casework.bookings.messages import FIELDS, Kind
from lookalike.errors import BadManifest, BadRecord, LookalikeError
from lookalike.gallery.manifest import SURPLUS, inside, lines_of

MAX_BYTES = 64 << 20
MOST_LINES = 200_000
_PICTURES = ("file", "taken_on", "record_id")
_COLUMNS = {*FIELDS[Kind.BOOKING], *FIELDS[Kind.STATUS], *_PICTURES, "kind", "key"}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a list: the message it is, the name of its picture or "", and what is wrong with it already."""

    number: int
    kind: Kind
    key: str
    raw: Mapping[str, Any]
    file: str
    wrong: LookalikeError | None


def read_list(data: bytes, name: str) -> Iterator[Line]:
    """The messages of a list, in its order. name: what the list is called in errors.

    Columns: those of a message (`messages.FIELDS`), `kind` (booking where it is empty or absent, or status), `key`, and
    for the photograph `file`, `taken_on` and `record_id`. Several lines of one arrest are several messages. Without a
    key, a line's content is its key. Raises BadManifest when the file cannot be used, at the latest at its end.
    """
    if len(data) > MAX_BYTES:
        raise BadManifest(f"{name} is larger than {MAX_BYTES:,} bytes.", remedy="Send it in several lists.")
    why = "A record without its person, its agency or its status cannot be answered for."
    seen: dict[str, int] = {}
    for count, (number, fields) in enumerate(_lines(data, name, why)):
        if count == MOST_LINES:
            raise BadManifest(f"{name} has more than {MOST_LINES:,} lines.", remedy="Send it in several lists.")
        line = _line(number, fields)
        named = line.key or hashlib.sha256(repr(sorted(fields.items())).encode("utf-8", "replace")).hexdigest()
        if named in seen and line.key:
            error = BadRecord(
                f"The key {line.key[:100]} stands on line {seen[named]} already.",
                remedy="Give every message a key of its own.",
            )
            line = Line(line.number, line.kind, f"{line.key[:80]}#{number}", line.raw, line.file, error)
        seen[named] = number
        yield line


def _lines(data: bytes, name: str, why: str) -> Iterator[tuple[int, dict[str, str]]]:
    first = True
    try:
        for number, fields in lines_of(data, name, ("arrest_id", "status", "sent_at"), why=why):
            unknown = set(fields) - _COLUMNS - {SURPLUS}
            if first and unknown:
                raise BadManifest(
                    f"{name} has a column {min(unknown)[:60]} that is not known.",
                    why="What it says of a record would be lost.",
                    remedy=f"Columns are: {', '.join(sorted(_COLUMNS))}.",
                )
            first = False
            yield number, fields
    except csv.Error as error:  # not met in `lines`: its limits are this module's
        raise BadManifest(f"{name} is not a CSV file: {error}.", remedy="Mend it and send it again.") from error


def _line(number: int, fields: Mapping[str, str]) -> Line:
    wrong: LookalikeError | None = None
    kind = Kind.STATUS if fields.get("kind", "").strip().lower() == "status" else Kind.BOOKING
    if fields.get("kind", "").strip().lower() not in ("", "booking", "status"):
        wrong = BadRecord("The kind of the message is not known.", remedy="Write booking or status.")
    if SURPLUS in fields:
        wrong = BadRecord("The line has more fields than the first line.", remedy="Quote commas.")
    raw: dict[str, Any] = {name: fields[name] for name in FIELDS[kind] if fields.get(name, "").strip()}
    file = fields.get("file", "").strip()
    if file and kind is Kind.BOOKING:
        photograph = {name: fields.get(name, "").strip() for name in ("taken_on", "record_id")}
        raw["photographs"] = [{"name": file} | {name: text for name, text in photograph.items() if text}]
        try:
            file = inside(file)
        except BadRecord as error:
            file, wrong = "", wrong or error
    return Line(number, kind, fields.get("key", "").strip(), raw, file, wrong)
