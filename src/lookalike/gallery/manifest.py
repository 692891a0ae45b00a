"""The enrolment manifest: a CSV with one booking photograph a line."""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lookalike.errors import BadManifest, BadRecord
from lookalike.gallery.records import Status

REQUIRED = ("id", "person_id", "file", "date_taken", "source", "status")
LONGEST_FIELD = 1000
SURPLUS = "\0surplus"
_JOINERS = "\u200c\u200d"  # invisible, and needed to write names in Persian and in Indian scripts


@dataclass(frozen=True, slots=True)
class ManifestRow:
    """One line: what the booking system says of one photograph."""

    line: int
    id: str
    person_id: str
    file: str
    date_taken: str
    source: str
    status: Status
    labels: Mapping[str, str]


def read_manifest(path: Path) -> tuple[list[ManifestRow], list[tuple[int, str, BadRecord]]]:
    """Read a manifest.

    Columns `id, person_id, file, date_taken, source, status`; any other is kept as a label. Returns the good rows in
    the order of the file and, for each bad one, its line, its id and why. Raises BadManifest when the file itself
    cannot be used: missing, not UTF-8, not a CSV, a required column absent.
    """
    why = "A record without its origin, its date or its status cannot be answered for."
    good: list[ManifestRow] = []
    bad: list[tuple[int, str, BadRecord]] = []
    seen: dict[str, int] = {}
    for line, fields in lines(path, REQUIRED, why=why):
        given = fields.get("id", "")
        try:
            row = _row(line, fields)
            if row.id in seen:
                raise BadRecord(
                    f"The id {row.id} stands on line {seen[row.id]} already.",
                    remedy="Give every photograph an id of its own.",
                )
        except BadRecord as error:
            bad.append((line, given, error))
        else:
            seen[row.id] = line
            good.append(row)
    return good, bad


def lines(path: Path, required: Sequence[str], *, why: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Each line of a CSV file that is not blank: its number in the file, and its fields by column.

    required: columns that the first line must name. why: what is lost without them. A line with more fields than the
    first has the column SURPLUS. Raises BadManifest: missing, not UTF-8, not a CSV, a required column absent.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BadManifest(f"The manifest {path} cannot be read: {error.strerror}.", remedy="Check the path.") from error
    return lines_of(data, path.name, required, why=why)


def lines_of(data: bytes, name: str, required: Sequence[str], *, why: str) -> Iterator[tuple[int, dict[str, str]]]:
    """As `lines`, of a file that is in memory. name: what it is called in errors."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadManifest(
            f"The manifest {name} is not UTF-8 (byte {error.start}).",
            remedy="Save it as CSV UTF-8.",
        ) from error
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [column.strip() for column in next(reader, [])]
        while header and not header[-1]:  # spreadsheets leave commas at the ends of lines
            header.pop()
        missing = [column for column in required if column not in header]
        if missing:
            raise BadManifest(
                f"The manifest {name} lacks the column {', '.join(missing)}.",
                why=why,
                remedy=f"The first line must name: {', '.join(required)}.",
            )
        if len(set(header)) != len(header):
            raise BadManifest(f"The manifest {name} names a column twice.", remedy="Give each column one name.")
        for values in reader:
            if any(value.strip() for value in values):
                while len(values) > len(header) and not values[-1].strip():
                    values.pop()
                padded = [*values, *[""] * (len(header) - len(values))]
                surplus = {SURPLUS: ""} if len(values) > len(header) else {}
                yield reader.line_num, dict(zip(header, padded, strict=False)) | surplus
    except csv.Error as error:
        raise BadManifest(
            f"The manifest {name} is not a CSV file: {error} on line {reader.line_num}.",
            remedy="Mend that line; a field with a comma, a quote or a line break stands in double quotes.",
        ) from error


def filled(fields: Mapping[str, str], required: Sequence[str]) -> dict[str, str]:
    """The required fields of one line, stripped. Raises BadRecord for what no line may hold."""
    values = {column: fields[column].strip() for column in required}
    if SURPLUS in fields:
        raise BadRecord("The line has more fields than the first line.", remedy="Quote commas.")
    for column, value in values.items():
        if not value:
            raise BadRecord(f"{column} is empty.", remedy="Fill it in.")
    for column, value in fields.items():
        if len(value) > LONGEST_FIELD:
            raise BadRecord(f"{column} is longer than {LONGEST_FIELD} characters.", remedy="Shorten it.")
        if not can_be_seen(value):
            raise BadRecord(
                f"{column} holds a character that cannot be seen.",
                why="Such characters can hide or turn round what is shown of a record.",
                remedy="Take it out.",
            )
    return values


def can_be_seen(text: str) -> bool:
    """Whether no character of a text is a control character or turns round what stands beside it."""
    return text.isprintable() or all(c.isprintable() or c in _JOINERS for c in text)


def inside(file: str) -> str:
    """A file's name relative to its folder, with forward slashes. Raises BadRecord when it lies outside."""
    parts = file.replace("\\", "/").split("/")  # not pathlib: it took half the time of a list of a million lines
    if not parts[0] or ".." in parts:
        raise BadRecord(f"The file {file} lies outside the folder.", remedy="Name files inside the folder.")
    return "/".join(part for part in parts if part not in ("", ".")) or "."


def _row(line: int, fields: Mapping[str, str]) -> ManifestRow:
    values = filled(fields, REQUIRED)
    try:
        taken = datetime.date.fromisoformat(values["date_taken"])
    except ValueError:
        raise BadRecord(
            f"date_taken {values['date_taken']!r} is not a date.", remedy="Write it as 2019-03-11."
        ) from None
    try:
        status = Status(values["status"].lower())
    except ValueError:
        raise BadRecord(
            f"status {values['status']!r} is not known.",
            why="A record of unknown status must not be searched.",
            remedy=f"Use one of: {', '.join(Status)}.",
        ) from None
    labels = {key: value.strip() for key, value in fields.items() if key not in REQUIRED and value.strip()}
    return ManifestRow(
        line=line,
        id=values["id"],
        person_id=values["person_id"],
        file=inside(values["file"]),
        date_taken=taken.isoformat(),
        source=values["source"],
        status=status,
        labels=labels,
    )
