"""A list of past cases as CSV: UTF-8, with or without a byte-order mark, comma or semicolon, one line a case.

    case_number,agency,offence,searched_on,warrant_on,independent_evidence
    19-00412,Harbour City Police,robbery,2019-03-11,2019-07-25,

Days as YYYY-MM-DD. offence, searched_on and independent_evidence may be empty; a case without independent evidence is
one for a notice. A list is taken whole or not at all.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from lookalike.errors import BadForm
from lookalike.gallery.manifest import can_be_seen

COLUMNS = ("case_number", "agency", "offence", "searched_on", "warrant_on", "independent_evidence")
NEEDED = ("case_number", "agency", "warrant_on")
LONGEST = {"case_number": 100, "agency": 200, "offence": 200, "independent_evidence": 5_000}
MOST, LARGEST = 20_000, 8 << 20
NOTHING = frozenset({"", "-", "none", "no", "n/a", "na", "nothing"})
"""How a list says that there is no independent evidence."""

FIRST = date(1990, 1, 1)


@dataclass(frozen=True, slots=True)
class PastRow:
    """One line. independent: "" where it names none. row: as it came."""

    number: str
    agency: str
    offence: str
    searched_on: date | None
    warrant_on: date
    independent: str
    row: Mapping[str, str]


def read_list(data: bytes, *, today: date) -> list[PastRow]:
    """Read a list. Raises BadForm, which names the line and the column."""
    if len(data) > LARGEST:
        raise _bad(f"The list is larger than {LARGEST >> 20} MiB.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _bad(f"The list is not UTF-8: byte {error.start + 1} is not.") from error
    if "\0" in text:
        raise _bad("The list holds a byte that no text holds.")
    first = text.partition("\n")[0]
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=";" if ";" in first and "," not in first else ",", strict=True
    )
    rows: list[PastRow] = []
    seen: dict[str, int] = {}
    try:
        head = [name.strip().casefold() for name in next(reader, [])]
        if sorted(head) != sorted(COLUMNS):
            raise _bad(f"The first line names the columns {', '.join(COLUMNS)}, each once.")
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            line = reader.line_num
            if len(rows) == MOST:
                raise _bad(f"The list holds more than {MOST:,} cases.")
            if len(cells) != len(head):
                raise _bad(f"Line {line} has {len(cells)} cells, and the first line {len(head)}.")
            one = _row({name: cell.strip() for name, cell in zip(head, cells, strict=True)}, line, today)
            if one.number in seen:
                raise _bad(f"Line {line}: case {one.number} stands on line {seen[one.number]} already.")
            seen[one.number] = line
            rows.append(one)
    except csv.Error as error:
        raise _bad(f"Line {reader.line_num} cannot be read: {error}.") from error
    if not rows:
        raise _bad("The list holds no case.")
    return rows


def _row(cells: dict[str, str], line: int, today: date) -> PastRow:
    for name in NEEDED:
        if not cells[name]:
            raise _bad(f"Line {line}: {name} is empty.")
    for name, longest in LONGEST.items():
        if len(cells[name]) > longest or not can_be_seen(" ".join(cells[name].split())):
            raise _bad(f"Line {line}: {name} is too long, or holds a character that cannot be seen.")
    searched = _day(cells, "searched_on", line, today) if cells["searched_on"] else None
    warrant = _day(cells, "warrant_on", line, today)
    if searched is not None and searched > warrant:
        raise _bad(f"Line {line}: the search is dated after the warrant.")
    words = cells["independent_evidence"]
    independent = "" if words.casefold().strip(" .") in NOTHING else words
    return PastRow(cells["case_number"], cells["agency"], cells["offence"], searched, warrant, independent, cells)


def _day(cells: dict[str, str], name: str, line: int, today: date) -> date:
    try:
        day = date.fromisoformat(cells[name])
        if len(cells[name]) != 10 or not FIRST <= day <= today:
            raise ValueError
    except ValueError:
        raise _bad(f"Line {line}: {name} is no day as YYYY-MM-DD from {FIRST} to today.") from None
    return day


def _bad(sentence: str) -> BadForm:
    error = BadForm(
        sentence,
        why="A list is taken whole or not at all, so that no case is missing.",
        remedy="Correct the line, and send the list again.",
    )
    error.fields = {"file": [sentence]}
    return error
