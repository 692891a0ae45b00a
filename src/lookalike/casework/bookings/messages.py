"""What a feed says in one message: a booking with its photographs, or a change of its status. Read strictly, kept raw.

A message is text by field, as it came; `read` makes values of it or says of each field what is wrong with it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any

from lookalike.errors import BadForm
from lookalike.gallery.manifest import can_be_seen
from lookalike.protocol.vocabulary import RecordStatus, Source

AHEAD = timedelta(minutes=5)
"""How far a feed's clock may be ahead of the site's: a message from the future would outrank everything after it."""

LABELS = ("sex", "age_band", "ancestry")
"""Groups as the record names them. They serve to measure error by, and are never a search filter."""

MOST_PHOTOGRAPHS = 20
_FORMULA = "=+-@"  # what a spreadsheet takes for a formula when somebody opens a list of bookings in it
_ID = re.compile(r"[^\s=+\-@][^\s]{0,99}")


class Kind(StrEnum):
    """What a message is about. FILE: something that could not be read as messages at all."""

    BOOKING = "booking"
    STATUS = "status"
    FILE = "file"


@dataclass(frozen=True, slots=True, kw_only=True)
class Photograph:
    """One photograph that a message brings. record_id: where the feed names its record, else ""."""

    name: str
    sha256: str
    taken_on: date
    record_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What a message says. order: its time and number; a lower one is older. values: by the fields of a Booking."""

    kind: Kind
    arrest_id: str
    order: tuple[datetime, int]
    status: RecordStatus
    values: Mapping[str, Any] = field(default_factory=dict)
    photographs: tuple[Photograph, ...] = ()
    gallery: str = ""
    reason: str = ""


@dataclass(slots=True)
class _Reading:
    """A message while it is read: its text and what is wrong with it so far."""

    given: Mapping[str, str]
    wrong: dict[str, list[str]] = field(default_factory=dict)

    def take(self, name: str, make: Callable[[str], Any], *, needed: bool = False, none: Any = None) -> Any:
        text = self.given.get(name, "").strip()
        if not text:
            if needed:
                self.wrong[name] = ["It is empty."]
            return none
        try:
            return make(text)
        except ValueError as error:
            self.wrong[name] = [str(error)]
            return none


def read(kind: Kind, raw: Mapping[str, Any], *, now: datetime) -> Message:
    """Make a message of its text. raw: text by field, and under `photographs` text by field of each.

    Raises BadForm with everything that is wrong with it.
    """
    given = {name: str(value) for name, value in raw.items() if name != "photographs"}
    reading = _Reading(given)
    unknown = sorted(set(given) - set(FIELDS[kind]))
    if unknown:
        reading.wrong[unknown[0]] = ["This field is not known."]
    order = (
        reading.take("sent_at", lambda text: _moment(text, now), needed=True),
        reading.take("number", _number, none=0),
    )
    message = (_booking if kind is Kind.BOOKING else _status)(reading, order, raw)
    if reading.wrong:
        name, [said, *_] = next(iter(reading.wrong.items()))
        error = BadForm(
            f"The {kind} message cannot be used: {LABEL.get(name, name)}: {said}",
            why="A record that is taken in wrongly puts a wrong face to somebody, or keeps one that must go.",
            remedy="Correct the field on this page, or have the message sent again.",
        )
        error.fields = reading.wrong
        raise error
    return message


def _booking(reading: _Reading, order: tuple[Any, int], raw: Mapping[str, Any]) -> Message:
    take = reading.take
    values = {
        "person_id": take("person_id", _id, needed=True),
        "name": take("name", _text(200), none=""),
        "agency": take("agency", _text(200), needed=True),
        "source": take("source", _word(Source), needed=True),
        "arrested_on": take("arrested_on", _day),
        "charge": take("charge", _text(200), none=""),
        "born_on": take("born_on", _day),
        "height_cm": take("height_cm", _between(30, 280)),
        "weight_kg": take("weight_kg", _between(1, 700)),
        "hair": take("hair", _text(100), none=""),
        "facial_hair": take("facial_hair", _text(100), none=""),
        "marks": take("marks", _text(2000), none=""),
        "document_last_day": take("document_last_day", _day),
        "retain_until": take("retain_until", _day),
        "labels": {name: take(name, _text(60)) for name in LABELS if reading.given.get(name, "").strip()},
    }
    if values["born_on"] and values["arrested_on"] and values["born_on"] >= values["arrested_on"]:
        reading.wrong["born_on"] = ["The person was arrested before being born."]
    return Message(
        kind=Kind.BOOKING,
        arrest_id=take("arrest_id", _id, needed=True, none=""),
        order=order,
        status=take("status", _word(RecordStatus), needed=True, none=RecordStatus.ACTIVE),
        values=values,
        photographs=tuple(_photographs(reading, raw.get("photographs", []), order[0])),
        gallery=take("gallery", _text(100), none=""),
    )


def _status(reading: _Reading, order: tuple[Any, int], raw: Mapping[str, Any]) -> Message:
    return Message(
        kind=Kind.STATUS,
        arrest_id=reading.take("arrest_id", _id, needed=True, none=""),
        order=order,
        status=reading.take("status", _word(RecordStatus), needed=True, none=RecordStatus.ACTIVE),
        reason=reading.take("reason", _text(500), none=""),
    )


def _photographs(reading: _Reading, given: Any, sent_at: datetime | None) -> Iterable[Photograph]:
    if not isinstance(given, list) or len(given) > MOST_PHOTOGRAPHS:
        reading.wrong["photographs"] = [f"At most {MOST_PHOTOGRAPHS} photographs come with one booking."]
        return
    seen: set[str] = set()
    for number, raw in enumerate(given, start=1):
        one = _Reading({name: str(value) for name, value in raw.items()} if isinstance(raw, dict) else {})
        taken_on = one.take("taken_on", _day, needed=True)
        made = Photograph(
            name=one.take("name", _text(255), needed=True, none=""),
            sha256=one.take("sha256", str, none=""),
            taken_on=taken_on or date.min,
            record_id=one.take("record_id", _id, none=""),
        )
        if not made.sha256:
            one.wrong["picture"] = ["The picture is not there."]
        if taken_on and sent_at and taken_on > sent_at.date() + timedelta(days=1):
            one.wrong["taken_on"] = ["The photograph was taken after the message was sent."]
        for name, said in one.wrong.items():
            reading.wrong[f"photographs.{number}.{name}"] = said
        if made.sha256 not in seen:
            seen.add(made.sha256)
            yield made


def digest(message: Mapping[str, Any]) -> str:
    """A name for what a message says: SHA-256 of its canonical text, in hexadecimal."""
    return hashlib.sha256(json.dumps(message, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


LABEL: Mapping[str, str] = {
    "arrest_id": "Arrest id",
    "person_id": "Person id",
    "name": "Name",
    "agency": "Agency",
    "arrested_on": "Day of the arrest",
    "charge": "Charge",
    "source": "Source",
    "status": "Status",
    "born_on": "Born on",
    "height_cm": "Height in cm",
    "weight_kg": "Weight in kg",
    "hair": "Hair",
    "facial_hair": "Facial hair",
    "marks": "Scars, marks and tattoos",
    "document_last_day": "Last day of the document",
    "retain_until": "To be kept until",
    "sex": "Sex, as the record says",
    "age_band": "Age group, as the record says",
    "ancestry": "Ancestry, as the record says",
    "gallery": "Gallery",
    "sent_at": "Sent at",
    "number": "Number of the message",
    "reason": "Reason",
    "photographs": "Photographs",
}
"""What the fields are called on pages."""

NEEDED = ("arrest_id", "person_id", "agency", "source", "status", "sent_at")
"""The fields without which a message cannot be used."""

FIELDS: Mapping[Kind, tuple[str, ...]] = {
    Kind.BOOKING: tuple(name for name in LABEL if name not in ("reason", "photographs")),
    Kind.STATUS: ("arrest_id", "status", "reason", "sent_at", "number"),
    Kind.FILE: (),
}
"""The fields of each kind of message."""


def is_id(text: str) -> bool:
    """Whether a text can be the id of an arrest, a person or a record."""
    return bool(_ID.fullmatch(text)) and text.isprintable()


def _id(text: str) -> str:
    if not is_id(text):
        raise ValueError("An id has at most 100 characters, none of them a blank, and no =, +, - or @ first.")
    return text


def _text(longest: int) -> Callable[[str], str]:
    def make(text: str) -> str:
        if len(text) > longest:
            raise ValueError(f"It is longer than {longest} characters.")
        if not can_be_seen(text):
            raise ValueError("It holds a character that cannot be seen.")
        if text[0] in _FORMULA:
            raise ValueError("It begins like the formula of a spreadsheet.")
        return text

    return make


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text[:40]} is not a day. Write it as 2019-03-11.") from None
    if not 1900 <= day.year <= 2200:
        raise ValueError(f"{text[:40]} is not a day that can be meant.")
    return day


def _moment(text: str, now: datetime) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            if len(text) > 10:
                raise ValueError
            moment = moment.replace(tzinfo=UTC)
        moment = moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError("It is not a moment. Write it as 2026-01-05T14:03:07-05:00.") from None
    if moment > now + AHEAD:
        raise ValueError("It lies in the future: the clock of the sender is ahead.")
    return moment


def _number(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,15}", text):
        raise ValueError("It is not a whole number.")
    return int(text)


def _between(low: int, high: int) -> Callable[[str], int]:
    def make(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,3}", text) or not low <= int(text) <= high:
            raise ValueError(f"It is not a whole number from {low} to {high}.")
        return int(text)

    return make


def _word(words: type[Source] | type[RecordStatus]) -> Callable[[str], Any]:
    def make(text: str) -> Any:
        if text.lower() not in set(words):
            raise ValueError(f"{text[:40]} is not known. Use one of: {', '.join(words)}.")
        return words(text.lower())

    return make
