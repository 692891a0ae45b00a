"""What goes over the REST API of lineups, and comes back: the shape of each."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from ninja import Field, Schema

from lookalike.casework.lineups.models import Lineup, Member
from lookalike.casework.operations import one_of
from lookalike.protocol.court_words import Administration, Presentation

LONGEST = 20_000
Version = Annotated[int, Field(ge=0, le=2**31 - 1)]
Words = Annotated[str, Field(max_length=LONGEST)]
Id = Annotated[str, Field(max_length=32)]
Record = Annotated[str, Field(max_length=200)]
Share = Annotated[float, Field(ge=0, le=1)]
Said = Literal["yes", "no"]
State = Annotated[Lineup.State, one_of(Lineup.State)]


class InterviewIn(Schema):
    """What a witness said first. description: the number of the case's description by the same witness."""

    version: Version
    present_at_scene: bool
    saw_perpetrator: bool
    where: Words
    conditions: Words
    familiar: Words = ""
    description: int = Field(ge=1, le=2**31 - 1)


class AnswerIn(Schema):
    """One answer of a witness."""

    said: Said
    words: Words = ""


class AskedIn(Schema):
    """What a witness saw and heard since."""

    version: Version
    saw_still: AnswerIn
    told_of_lead: AnswerIn
    saw_suspect_picture: AnswerIn
    shown_suspect_before: AnswerIn


class WitnessQuestionOut(Schema):
    """One question about a witness. state: satisfied, failed, waiting."""

    key: str
    words: str
    state: str
    known: list[str]
    reasons: list[str]
    citations: list[str]


class EligibilityOut(Schema):
    """Whether a witness may be shown a lineup of one suspect."""

    suspect: str
    eligible: bool
    questions: list[WitnessQuestionOut]


class WitnessOut(Schema):
    """A party as a witness. version 0: nobody has asked yet."""

    party: str
    name: str
    interviewed_at: datetime | None
    asked_at: datetime | None
    version: int
    of: list[EligibilityOut]


class WayIn(Schema):
    """How a lineup is held. administrator: the public id of an account."""

    presentation: Annotated[Presentation, one_of(Presentation)]
    administration: Annotated[Administration, one_of(Administration)]
    administrator: Id


class PlanIn(WayIn):
    """A lineup of a suspect, for a party who is a witness."""

    suspect: Id
    witness: Id


class ChangeWayIn(WayIn):
    """The same, of a lineup that is there."""

    version: Version


class PressedIn(Schema):
    """An act on a lineup as it was read."""

    version: Version


class CoverIn(PressedIn):
    """What is covered on every picture alike: left, top, width and height, each a share of the picture."""

    regions: Annotated[list[tuple[Share, Share, Share, Share]], Field(max_length=20)]


class LineupReasonIn(PressedIn):
    """The same, with reasons."""

    reason: Words


class FillerIn(LineupReasonIn):
    """Somebody of the pool."""

    record_id: Record


class LineupSignIn(PressedIn):
    """A supervisor's word. about: the digest of the plan as it was read."""

    decision: bool
    read_all: bool
    words: Words = ""
    about: str = Field(max_length=64)


class LineupMemberOut(Schema):
    """Somebody who stands in a lineup, or did. look: why a person should look closely."""

    public_id: str
    place: int
    is_suspect: bool
    record_id: str
    because: str
    look: list[str]
    removed_at: datetime | None
    removed_because: str
    has_picture: bool

    @staticmethod
    def resolve_has_picture(row: Member) -> bool:
        """Whether its picture is made."""
        return row.picture_id is not None


class MockTestOut(Schema):
    """A test. chosen: by how many; what they chose is in the result, once it is closed."""

    public_id: str
    opened_at: datetime
    closed_at: datetime | None
    ended_because: str
    invited: int
    answered: int
    set_aside: int
    current: bool
    words: list[str]
    choices: list[int]
    effective_size: float | None
    p_suspect: float | None


class LineupOut(Schema):
    """A lineup in a list."""

    public_id: str
    number: int
    state: State
    suspect: str
    witness: str
    presentation: str
    administration: str
    made_at: datetime
    version: int

    @staticmethod
    def resolve_suspect(row: Lineup) -> str:
        """The public id of the suspect."""
        return row.suspect.public_id

    @staticmethod
    def resolve_witness(row: Lineup) -> str:
        """The public id of the party."""
        return row.witness.party.public_id


class WholeLineupOut(Schema):
    """A lineup with everything about its preparation. about: the digest that a signature is given for."""

    lineup: LineupOut
    members: list[LineupMemberOut]
    tests: list[MockTestOut]
    about: str
    allowed: bool
    reasons: list[str]


class OpenTestOut(Schema):
    """A test that is open, for whoever makes its links. invited: volunteers; without: those who have no link yet."""

    public_id: str
    opened_at: datetime
    invited: int
    without: int


class VolunteerLinkOut(Schema):
    """A volunteer's link, once."""

    volunteer: str
    url: str


class VolunteerIn(Schema):
    """Somebody outside every investigation."""

    name: str = Field(max_length=200)
    email: str = Field(default="", max_length=254, pattern=r"^$|^[^@\s\x00]+@[^@\s\x00]+$")


class VolunteerOut(Schema):
    """A volunteer."""

    public_id: str
    name: str
    email: str
    added_at: datetime
    ended_at: datetime | None
