"""What goes in and out over the REST API of this step."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from ninja import Schema
from pydantic import Field

from lookalike.casework.operations import Number
from lookalike.casework.warrants.facts import current
from lookalike.casework.warrants.holds import in_words
from lookalike.casework.warrants.models import Delivery, Notice, Packet, PastCase, WarrantRequest
from lookalike.casework.warrants.services import deliveries, past
from lookalike.protocol.vocabulary import Role


class WarrantOut(Schema):
    """A warrant request. version: to be sent back with what changes it."""

    public_id: str
    number: int
    case: str
    state: str
    statement: str
    sole_basis: bool | None
    asked_at: datetime
    sent_at: datetime | None
    decided_at: datetime | None
    decided_words: str
    packet_sha256: str
    version: int

    @staticmethod
    def resolve_case(row: WarrantRequest) -> str:
        """The number of the case."""
        return row.case.number

    @staticmethod
    def resolve_packet_sha256(row: WarrantRequest) -> str:
        """Of the packet that is signed; empty while there is none."""
        packet = current(row)
        return packet.sha256 if packet else ""


class WarrantJudgedOut(Schema):
    """How asking would be judged now."""

    allowed: bool
    judgement: dict[str, Any]


class WarrantVersionIn(Schema):
    """An act that needs no words."""

    version: Number


class WarrantStatementIn(Schema):
    """What the affidavit says of the search."""

    words: str = Field(min_length=1, max_length=20_000)
    version: Number


class WarrantSignatureIn(Schema):
    """A signature. about_sha256: of the packet that was read. sole_basis: of a supervisor among the prosecutors."""

    decision: bool
    words: str = Field(default="", max_length=5_000)
    read_all: bool
    about_sha256: str = Field(min_length=64, max_length=64)
    sole_basis: bool | None = None


class WarrantSignatureOut(Schema):
    """A signature as it is kept."""

    office: str
    decision: bool
    words: str
    about_sha256: str
    at: datetime


class WarrantWordsIn(Schema):
    """The prosecutor's word."""

    words: str = Field(default="", max_length=5_000)
    version: Number


class QuestionsIn(Schema):
    """Questions with which a request goes back."""

    questions: list[str] = Field(min_length=1, max_length=50)
    version: Number


class QuestionReplyIn(Schema):
    """The answer to a question."""

    words: str = Field(min_length=1, max_length=10_000)


class QuestionOut(Schema):
    """A question of the prosecutor, and its answer."""

    id: int
    words: str
    at: datetime
    reply: str
    replied_at: datetime | None


class PacketOut(Schema):
    """A packet. sha256, entry: empty until it is made. added: what was not in the packet before."""

    public_id: str
    number: int
    case: str
    code: str
    sha256: str
    entry: int | None
    made_at: datetime
    items: dict[str, str]
    added: list[str]

    @staticmethod
    def resolve_case(row: Packet) -> str:
        """The number of the case."""
        return row.case.number

    @staticmethod
    def resolve_added(row: Packet) -> list[str]:
        """In words."""
        return list(in_words(row.added))


class DeliverIn(Schema):
    """To whom of the defence a packet goes, and how long the link opens."""

    name: str = Field(min_length=1, max_length=200)
    days: int = Field(default=deliveries.DAYS, ge=1, le=deliveries.MOST_DAYS)


class HandedOut(Schema):
    """A link that was just made. token: told once; of it only a digest is kept."""

    public_id: str
    token: str
    expires_at: datetime | None


class PacketDeliveryOut(Schema):
    """Who has a packet, and how often it was opened."""

    public_id: str
    to: str
    name: str
    at: datetime
    expires_at: datetime | None
    withdrawn_at: datetime | None
    opened: int

    @staticmethod
    def resolve_opened(row: Delivery) -> int:
        """How often by whom it was handed to: who only signed it opened it too, and is not counted."""
        if row.token_sha256 is not None:
            return row.accesses.count()
        return row.accesses.filter(person__roles_held__role=Role.PROSECUTOR.value).distinct().count()


class PastOut(Schema):
    """A past case. notice: the public id of its notice; empty where none was sent."""

    id: int
    number: str
    agency: str
    offence: str
    searched_on: date | None
    warrant_on: date
    independent: str
    notice: str
    due_on: date | None
    answered_at: datetime | None

    @staticmethod
    def resolve_notice(row: PastCase) -> str:
        """The public id of the notice."""
        found_ = _notice(row)
        return found_.public_id if found_ else ""

    @staticmethod
    def resolve_due_on(row: PastCase) -> date | None:
        """Until when the prosecutor answers."""
        found_ = _notice(row)
        return found_.due_on if found_ else None

    @staticmethod
    def resolve_answered_at(row: PastCase) -> datetime | None:
        """When the answer was entered."""
        found_ = _notice(row)
        return found_.answered_at if found_ else None


class BroughtOut(Schema):
    """What an import came to. known: cases that stood on the list already."""

    new: int
    known: list[str]


class NoticeIn(Schema):
    """To which prosecutor a notice goes, and how many days there are to answer."""

    to: str = Field(min_length=1, max_length=200)
    days: int = Field(default=past.DUE_DAYS, ge=1, le=366)


class NoticeAnswerIn(Schema):
    """What the prosecutor answered."""

    by: str = Field(min_length=1, max_length=200)
    words: str = Field(min_length=1, max_length=10_000)


def _notice(row: PastCase) -> Notice | None:
    notice: Notice | None = getattr(row, "notice", None)
    return notice
