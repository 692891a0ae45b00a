"""What people tell of a case, a witness, an exhibit: values, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from lookalike.casework.cases.models import Description, Exhibit
from lookalike.errors import BadForm
from lookalike.protocol.offences import offence_agrees
from lookalike.protocol.vocabulary import OtherPurpose, ProbeKind

EARLIEST = date(1900, 1, 1)

RANGES: Mapping[str, tuple[str, str, int, int]] = {
    "height": ("height_low_cm", "height_high_cm", 50, 260),
    "weight": ("weight_low_kg", "weight_high_kg", 10, 400),
    "age": ("age_low", "age_high", 0, 120),
}
"""Ranges of a description: the two fields, and the bounds of what a person can be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseTold:
    """What somebody says of a case. None and "": not known."""

    number: str
    nibrs: str = ""
    statute: str = ""
    attempted: bool | None = None
    felony: bool | None = None
    max_years: int | None = None
    completed_on: date | None = None
    other_purpose: str = ""
    narrative: str = ""

    def wrong(self, today: date) -> dict[str, list[str]]:
        """What is wrong, by field."""
        wrong: dict[str, list[str]] = {}
        if not self.number.strip() or len(self.number) > 60:
            wrong["number"] = ["Give the case number, at most 60 characters."]
        if not self.narrative.strip():
            wrong["narrative"] = ["Say what happened: without it nobody can check a request."]
        if bool(self.nibrs) == bool(self.other_purpose):
            wrong["nibrs"] = ["Name either the offence or, where there is no crime, the other purpose."]
        if self.other_purpose and self.other_purpose not in set(OtherPurpose):
            wrong["other_purpose"] = ["There is no such purpose."]
        if self.other_purpose and (self.statute or self.attempted is not None):
            wrong["statute"] = ["Where there is no crime there is no statute and no attempt."]
        if len(self.nibrs) > 10 or len(self.statute) > 60:
            wrong["statute"] = ["This is no code of an offence, and no statute."]
        elif self.nibrs and self.statute and not offence_agrees(self.nibrs, self.statute):
            wrong["statute"] = [f"Statute {self.statute} and NIBRS code {self.nibrs} name different offences."]
        if self.completed_on is not None and not EARLIEST <= self.completed_on <= today:
            wrong["completed_on"] = ["The day must not lie in the future, or before 1900."]
        if self.max_years is not None and not 0 <= self.max_years <= 200:
            wrong["max_years"] = ["Give a number of years from 0 to 200."]
        return wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class DescriptionTold:
    """What one witness said of the person sought. None and "": not said."""

    witness: str
    words: str
    given_on: date
    height_low_cm: int | None = None
    height_high_cm: int | None = None
    weight_low_kg: int | None = None
    weight_high_kg: int | None = None
    age_low: int | None = None
    age_high: int | None = None
    build: str = ""
    hair: str = ""
    facial_hair: str = ""
    marks: str = ""
    clothing: str = ""

    def wrong(self, today: date) -> dict[str, list[str]]:
        """What is wrong, by field."""
        wrong: dict[str, list[str]] = too_long(self, Description)
        if not self.witness.strip():
            wrong["witness"] = ["Say which witness it was, for example “Witness 1, shop assistant”."]
        if not self.words.strip():
            wrong["words"] = ["Write down the witness's own words."]
        if not EARLIEST <= self.given_on <= today:
            wrong["given_on"] = ["The day must not lie in the future, or before 1900."]
        for name, (low, high, least, most) in RANGES.items():
            below, above = getattr(self, low), getattr(self, high)
            for field, value in ((low, below), (high, above)):
                if value is not None and not least <= value <= most:
                    wrong[field] = [f"A {name} is between {least} and {most}."]
            if below is not None and above is not None and below > above:
                wrong[high] = ["The highest lies below the lowest."]
        return wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class ExhibitTold:
    """What somebody says of an exhibit. name: of the file as delivered. media_type: as the browser said."""

    kind: str
    title: str
    probe_kind: str
    received_from: str
    received_on: date
    name: str
    media_type: str = "application/octet-stream"

    def wrong(self, today: date) -> dict[str, list[str]]:
        """What is wrong, by field."""
        wrong = too_long(self, Exhibit)
        if self.kind not in Exhibit.Kind.values:
            wrong["kind"] = ["An exhibit is a photograph, a clip or a NIST-ITL file."]
        if not self.title.strip():
            wrong["title"] = ["Say what it is, for example “Shop camera 3”."]
        if self.probe_kind not in set(ProbeKind):
            wrong["probe_kind"] = ["Say what it shows."]
        if not self.received_from.strip():
            wrong["received_from"] = ["Say from whom it came: the chain of custody begins there."]
        if not EARLIEST <= self.received_on <= today:
            wrong["received_on"] = ["The day must not lie in the future, or before 1900."]
        return wrong


def too_long(told: Any, model: Any) -> dict[str, list[str]]:
    """Texts that are longer than the model keeps."""
    wrong: dict[str, list[str]] = {}
    kept = {field.name: getattr(field, "max_length", None) for field in model._meta.get_fields()}
    for field in fields(told):
        longest = kept.get(field.name)
        value = getattr(told, field.name)
        if isinstance(value, str) and longest is not None and len(value) > longest:
            wrong[field.name] = [f"At most {longest} characters are kept."]
    return wrong


def held_to(wrong: dict[str, list[str]], what: str) -> None:
    """Raise BadForm where anything is wrong."""
    if wrong:
        error = BadForm(
            f"{what} cannot be kept as it is.",
            why=" ".join(sentence for sentences in wrong.values() for sentence in sentences),
            remedy="Put it right and send it again.",
        )
        error.fields = wrong
        raise error
