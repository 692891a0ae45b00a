"""Validations: what an evaluation on a gallery measured, accepted by the agency for a time, and kept with the gallery.

A validation holds for one matcher and for the image qualities it was measured on. Without a current one nobody knows
how often a search of this gallery with this matcher is wrong; the protections then refuse to search.
"""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from lookalike.errors import BadValidation, OutputFailed
from lookalike.files import write_whole
from lookalike.gallery.manifest import can_be_seen

FOLDER = "validations"
FILE, SIGNATURE = "validation.json", "validation.sig"
"""What a report calls the measurement that can be accepted, and its signature by the agency's key."""

NUMBERS, SUMMARY = "report.json", "summary.pdf"
"""What is kept of a report beside it: the whole as data, and its signed document."""

SCHEMA = "lookalike.validation/2"
LARGEST = 64 << 20


@dataclass(frozen=True, slots=True)
class Level:
    """One image quality. fitness: as the matcher's verdict names it. mated, nonmated, persons: what it was measured
    on. usable: enough to rely on; because: why, or why not. metrics: the figures, by name.
    """

    fitness: str
    mated: int
    nonmated: int
    persons: int
    usable: bool
    because: str
    metrics: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class CohortErrors:
    """One cohort: how many people it was measured on, and its false negative identification rate with its 95 % interval
    at the threshold that all cohorts share; None where there is too little to say.
    """

    name: str
    persons: int
    fnir: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Measured:
    """What an evaluation says of one gallery and one matcher.

    gallery: its id; snapshot, persons: its state. matcher: name and version; files: SHA-256 by role. data_digest: over
    the photographs that were searched and whose they are; manifest_sha256: of the list of them. report_sha256: of the
    whole report as data. made_at: ISO time. cohorts: the errors group by group; empty where none were told. ratios:
    likelihood ratios by image quality, as the strength room writes them.
    """

    gallery: str
    snapshot: str
    persons: int
    matcher: str
    files: Mapping[str, str]
    data_digest: str
    manifest_sha256: str
    report_sha256: str
    made_at: str
    levels: tuple[Level, ...]
    cohorts: tuple[CohortErrors, ...]
    ratios: Mapping[str, Any] | None

    def to_json(self) -> str:
        """JSON that `from_json` reads."""
        return json.dumps({"schema": SCHEMA, **asdict(self)}, sort_keys=True, indent=1, allow_nan=False)

    @classmethod
    def from_json(cls, text: str) -> Measured:
        """Read what `to_json` wrote. Raises BadValidation."""
        try:
            table = json.loads(text)
            if table.pop("schema") != SCHEMA or set(table) != {field.name for field in fields(cls)}:
                raise ValueError("another kind of file")
            levels = tuple(Level(**level) for level in table.pop("levels"))
            cohorts = tuple(CohortErrors(**cohort) for cohort in table.pop("cohorts"))
            measured = cls(levels=levels, cohorts=cohorts, **table)
            texts = (measured.gallery, measured.snapshot, measured.matcher, measured.data_digest, measured.made_at)
            if not all(isinstance(text, str) and text for text in texts):
                raise ValueError("a field is not text")
            if type(measured.persons) is not int or not isinstance(measured.files, dict):
                raise ValueError("a field is of the wrong kind")
            if not all(isinstance(one.name, str) and type(one.persons) is int for one in cohorts):
                raise ValueError("a field is of the wrong kind")
            if not all(isinstance(level.usable, bool) for level in levels):
                raise ValueError("a field is of the wrong kind")
            datetime.datetime.fromisoformat(measured.made_at)
            measured.to_json()  # raises for a number that is none
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise BadValidation(
                f"This is not a validation that Lookalike wrote: {error}.",
                remedy="Name the folder that `lookalike evaluate` wrote.",
            ) from error
        return measured


@dataclass(frozen=True, slots=True)
class Validation:
    """A measurement that somebody answers for, until a day.

    id: keyed digest over everything in it. accepted_by: who. accepted_at: ISO time. expires: ISO date, the last day.
    """

    measured: Measured
    accepted_by: str
    accepted_at: str
    expires: str
    id: str

    def level(self, fitness: str) -> Level | None:
        """What was measured at one image quality."""
        return next((level for level in self.measured.levels if level.fitness == fitness), None)


Seal = Callable[[str], str]
"""A keyed digest of a text, 64 hexadecimal digits: the gallery's own, so that no file from elsewhere passes for one."""

GROWTH = 1.5
"""By which factor the number of people may have changed since: expected lookalikes and errors change with it."""


def accept(
    folder: Path,
    measured: Measured,
    *,
    seal: Seal,
    gallery: str,
    files: Mapping[str, str],
    by: str,
    expires: datetime.date,
    now: datetime.datetime,
) -> Validation:
    """Keep a measurement with the gallery in `folder`.

    seal, gallery, files: the gallery's keyed digest, its id and its matcher's files. by: who answers for it. Raises
    BadValidation when it was measured on another gallery or matcher, when nobody is named, or when it would expire
    before it begins or more than two years on.
    """
    if measured.gallery != gallery or dict(measured.files) != dict(files):
        raise BadValidation(
            "This was measured on another gallery or with another matcher.",
            why="How often a search is wrong depends on both.",
            remedy="Run `lookalike evaluate` on this gallery.",
        )
    if not can_be_seen(by):
        raise BadValidation(
            "The name of who answers for it holds a character that cannot be seen.",
            why="Such characters can hide or turn round what a record says.",
            remedy="Take it out.",
        )
    if not by.strip():
        raise BadValidation("Nobody is named who answers for it.", remedy="Say who, with --by NAME.")
    if not now.date() <= expires <= now.date() + datetime.timedelta(days=731):
        raise BadValidation(
            f"It cannot hold until {expires.isoformat()}.",
            why="Galleries, cameras and matchers change; what was measured once does not hold for ever.",
            remedy="Name a day from today on, at most two years ahead.",
        )
    body = {
        "measured": measured.to_json(),
        "accepted_by": by.strip(),
        "accepted_at": now.isoformat(timespec="seconds"),
        "expires": expires.isoformat(),
    }
    text = json.dumps(body, sort_keys=True)
    digest = seal(text)
    place = folder / FOLDER
    try:
        place.mkdir(exist_ok=True)
        write_whole(place / _name(now, digest), text.encode())
    except OSError as error:
        raise OutputFailed(
            f"The validation could not be kept: {error.strerror}.", remedy="Check the folder."
        ) from error
    return Validation(measured, body["accepted_by"], body["accepted_at"], body["expires"], digest)


def require_report(measured: Measured, numbers: bytes) -> None:
    """Refuse a report.json that is not the one of a measurement. Raises BadValidation."""
    if hashlib.sha256(numbers).hexdigest() != measured.report_sha256:
        raise BadValidation(
            "The report is not the one of this evaluation: its SHA-256 is another.",
            why="A court would be shown other figures than those that were relied on.",
            remedy="Accept the evaluation from the folder as `lookalike evaluate` wrote it.",
        )


def keep_report(folder: Path, kept: Validation, *, numbers: bytes, summary: bytes) -> None:
    """Keep the report of an accepted evaluation with it: whoever searched by it has to show it.

    numbers: the report as data (report.json); summary: its signed document, PDF. Raises BadValidation for the numbers
    of another evaluation, OutputFailed.
    """
    require_report(kept.measured, numbers)
    place = folder / FOLDER / kept.id
    try:
        place.mkdir(exist_ok=True)
        write_whole(place / NUMBERS, numbers)
        write_whole(place / SUMMARY, summary)
    except OSError as error:
        raise OutputFailed(f"The report could not be kept: {error.strerror}.", remedy="Check the folder.") from error


def report_of(folder: Path, kept: Validation) -> tuple[bytes, bytes] | None:
    """The numbers and the document of the report that is kept with a validation; None where none is.

    Raises BadValidation for numbers that are not those that were measured.
    """
    place = folder / FOLDER / kept.id
    try:
        numbers, summary = (place / NUMBERS).read_bytes(), (place / SUMMARY).read_bytes()
    except FileNotFoundError:
        return None
    require_report(kept.measured, numbers)
    return numbers, summary


def validations(folder: Path, seal: Seal) -> list[Validation]:
    """Every validation kept with the gallery in `folder`, the latest first. Raises BadValidation for a damaged one."""
    return [_read(path, seal) for path in sorted((folder / FOLDER).glob("*.json"), reverse=True)]


def current(
    folder: Path, *, seal: Seal, gallery: str, persons: int, files: Mapping[str, str], today: datetime.date
) -> Validation | None:
    """The latest validation for a gallery and a matcher, while it holds; None otherwise.

    An earlier one never comes back: who accepted a later one has judged anew. It holds until it expires and while the
    gallery has about as many people as when it was measured.
    """
    for validation in validations(folder, seal):
        measured = validation.measured
        if dict(measured.files) == dict(files):
            alike = max(persons, measured.persons) <= GROWTH * min(persons, measured.persons)
            holds = measured.gallery == gallery and today.isoformat() <= validation.expires and alike
            return validation if holds else None
    return None


def _name(accepted_at: datetime.datetime, digest: str) -> str:
    """What a validation's file is called: names sort by time, and an earlier one cannot be passed off as the latest."""
    return f"{accepted_at.astimezone(datetime.UTC):%Y%m%dT%H%M%SZ}-{digest[:16]}.json"


def _read(path: Path, seal: Seal) -> Validation:
    try:
        if path.stat().st_size > LARGEST:
            raise ValueError("too large")
        text = path.read_text(encoding="utf-8")
        body = json.loads(text)
        digest = seal(text)
        if path.name != _name(datetime.datetime.fromisoformat(body["accepted_at"]), digest):
            raise ValueError("its time or its digest is not the one in its name")
        datetime.date.fromisoformat(body["expires"])
        measured = Measured.from_json(body["measured"])
        return Validation(measured, body["accepted_by"], body["accepted_at"], body["expires"], digest)
    except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise BadValidation(
            f"The validation {path.name} is damaged: {error}.",
            why="A search would rely on figures that nobody measured.",
            remedy="Remove the file and accept the evaluation again.",
        ) from error
