"""What goes over the REST API of this step, and comes back: the shape of each."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from ninja import Field, Schema

from lookalike.casework.cases import evidence, services
from lookalike.casework.cases.models import Case, Description, EditStep, Exhibit, Still
from lookalike.casework.cases.told import CaseTold
from lookalike.casework.operations import one_of
from lookalike.casework.people.models import Person
from lookalike.protocol.vocabulary import OtherPurpose, ProbeKind

LARGEST_NUMBER = 2**31 - 1
ExhibitKind = Annotated[Exhibit.Kind, one_of(Exhibit.Kind)]
Version = Field(ge=1, le=LARGEST_NUMBER)


class CaseIn(Schema):
    """What is said of a case; null and "" where it is not known."""

    number: str = Field(max_length=60)
    nibrs: str = Field(default="", max_length=10)
    statute: str = Field(default="", max_length=60)
    attempted: bool | None = None
    felony: bool | None = None
    max_years: int | None = Field(default=None, ge=0, le=200)
    completed_on: date | None = None
    other_purpose: OtherPurpose | None = None
    narrative: str = Field(max_length=100_000)

    def told(self) -> CaseTold:
        """For the services."""
        given = self.model_dump(include=set(CaseIn.model_fields))
        return CaseTold(**given | {"other_purpose": self.other_purpose.value if self.other_purpose else ""})


class NewCaseIn(CaseIn):
    """A case to be opened, by the agency of this id."""

    agency: str = Field(max_length=60)


class CaseChangeIn(CaseIn):
    """A case as it is to be. version: as it was when it was read. reason: why."""

    version: int = Version
    reason: str = Field(max_length=500)


class CaseOut(Schema):
    """A case in a list."""

    public_id: str
    number: str
    agency_id: str
    nibrs: str
    statute: str
    attempted: bool | None
    completed_on: date | None
    other_purpose: str
    opened_at: datetime
    version: int


class MemberOut(Schema):
    """Somebody on the team."""

    public_id: str
    name: str


class StoryOut(CaseOut):
    """A case with its story."""

    narrative: str
    felony: bool | None
    max_years: int | None
    team: list[MemberOut]

    @staticmethod
    def resolve_team(row: Case) -> list[Person]:
        """Who is on it now."""
        return [one.person for one in row.team.filter(until=None).select_related("person")]


class MemberIn(Schema):
    """A person's public id, and the version of the case as it was read."""

    person: str = Field(max_length=32)
    version: int = Version


class DescriptionIn(Schema):
    """What a witness said. corrects: the id of an earlier record of it that had an error."""

    witness: str = Field(max_length=100)
    words: str = Field(max_length=20_000)
    given_on: date
    height_low_cm: int | None = Field(default=None, ge=50, le=260)
    height_high_cm: int | None = Field(default=None, ge=50, le=260)
    weight_low_kg: int | None = Field(default=None, ge=10, le=400)
    weight_high_kg: int | None = Field(default=None, ge=10, le=400)
    age_low: int | None = Field(default=None, ge=0, le=120)
    age_high: int | None = Field(default=None, ge=0, le=120)
    build: str = Field(default="", max_length=100)
    hair: str = Field(default="", max_length=200)
    facial_hair: str = Field(default="", max_length=200)
    marks: str = Field(default="", max_length=2_000)
    clothing: str = Field(default="", max_length=2_000)
    corrects: int | None = Field(default=None, ge=1, le=LARGEST_NUMBER)


class DescriptionOut(DescriptionIn):
    """A description as it is kept. before_search: taken down before the first search of the case."""

    id: int
    taken_at: datetime
    before_search: bool

    @staticmethod
    def resolve_corrects(row: Description) -> int | None:
        """Which one it corrects."""
        return row.corrects_id

    @staticmethod
    def resolve_before_search(row: Description) -> bool:
        """Whether no face of the case had been searched."""
        first = services.first_search_at(row.case)
        return first is None or row.taken_at < first


class ExhibitIn(Schema):
    """Where a file came from, and what it is."""

    kind: ExhibitKind
    title: str = Field(max_length=200)
    probe_kind: ProbeKind
    received_from: str = Field(max_length=200)
    received_on: date
    name: str = Field(default="file", max_length=255)


class ExhibitOut(Schema):
    """An exhibit. same_as: numbers of exhibits of the case that are the same file, to the byte. job: of a clip."""

    public_id: str
    number: int
    kind: str
    title: str
    probe_kind: str
    received_from: str
    received_on: date
    sha256: str
    size: int
    about: dict[str, Any]
    same_as: list[int]
    job: str | None
    stills: list[str]

    @staticmethod
    def resolve_sha256(row: Exhibit) -> str:
        """Of the original."""
        return row.file.sha256

    @staticmethod
    def resolve_size(row: Exhibit) -> int:
        """In bytes."""
        return row.file.size

    @staticmethod
    def resolve_same_as(row: Exhibit) -> list[int]:
        """By SHA-256."""
        return list(evidence.same_bytes(row).values_list("number", flat=True))

    @staticmethod
    def resolve_job(row: Exhibit) -> str | None:
        """The reading of a clip."""
        return row.job.public_id if row.job else None

    @staticmethod
    def resolve_stills(row: Exhibit) -> list[str]:
        """Those that were chosen."""
        return list(row.stills.values_list("public_id", flat=True))


class CustodyOut(Schema):
    """One link of a chain of custody."""

    at: datetime
    by: str
    what: str
    source: str
    target: str
    note: str

    @staticmethod
    def resolve_by(row: Any) -> str:
        """The name of whoever did it."""
        name: str = row.by.name
        return name


class ReasonIn(Schema):
    """What for."""

    reason: str = Field(max_length=500)


class HandOverIn(ReasonIn):
    """To whom, and what for."""

    to: str = Field(max_length=200)


class PlaceIn(Schema):
    """A frame counted from 0, or the place of a record in a NIST file."""

    place: int = Field(ge=0, le=LARGEST_NUMBER)


class VersionIn(Schema):
    """The version of a still as it was seen."""

    version: int = Version


class EditIn(VersionIn):
    """An edit as in `lookalike.media.edits`: its name under "edit", then its parameters."""

    edit: dict[str, Any]


class UndoIn(VersionIn):
    """step: the edit from which on all are taken back; the last where it is left out."""

    step: int | None = Field(default=None, ge=1, le=LARGEST_NUMBER)


class StepOut(Schema):
    """One edit, taken back or not."""

    id: int
    edit: dict[str, Any]
    at: datetime
    undone_at: datetime | None


class StillOut(Schema):
    """A still and its edits."""

    public_id: str
    frame: int | None
    seconds: float | None
    timecode: str
    width: int
    height: int
    version: int
    edits: list[StepOut]

    @staticmethod
    def resolve_edits(row: Still) -> list[EditStep]:
        """All of them, in order."""
        return list(row.edits.all())


class FaceOut(Schema):
    """One face of a still, counted from 1, left to right, and its quality."""

    number: int
    box: list[float]
    fitness: str
    reasons: list[str]
    measures: list[dict[str, Any]]


class JobOut(Schema):
    """A piece of long work."""

    public_id: str
    kind: str
    state: str
    done: int
    total: int | None
    unit: str
    what: str
    why: str
    remedy: str
