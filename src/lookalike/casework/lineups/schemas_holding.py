"""What goes over the REST API of holding a lineup, and comes back: the shape of each."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Field, Schema

from lookalike.casework.lineups.models import Lineup

Going = Literal["to_be_held", "being_held", "over"]


class HoldingOut(Schema):
    """A lineup as its administrator knows it: a number, and whether it is over. Never how it ended."""

    public_id: str
    number: int
    allowed_at: datetime
    state: Going

    @staticmethod
    def resolve_number(row: Lineup) -> int:
        """The number on the administrator's list, which is not that of the case."""
        return row.pk

    @staticmethod
    def resolve_state(row: Lineup) -> str:
        """Where it stands, without its outcome."""
        return {Lineup.State.ALLOWED: "to_be_held", Lineup.State.HOLDING: "being_held"}.get(
            Lineup.State(row.state), "over"
        )


class StandingOut(Schema):
    """Where a lineup stands that was begun. away: seconds without a sign of the witness's screen.

    consent null: not asked yet. recorded: seconds since a piece of the recording came; null: none has.
    """

    over: bool
    says: str
    away: int
    consent: bool | None
    recorded: int | None


class OneHoldingOut(Schema):
    """A lineup for its administrator. standing null: it was not begun."""

    lineup: HoldingOut
    standing: StandingOut | None


class BeginIn(Schema):
    """In which language the witness is asked."""

    language: str = Field(max_length=20)


class StopIn(Schema):
    """Why it is broken off."""

    reason: Annotated[str, Field(max_length=2000)]


class ScreenOut(Schema):
    """The address of the witness's screen: in this answer, and nowhere afterwards."""

    url: str


class TakeOut(Schema):
    """One take of the recording. missing: the pieces that never came."""

    number: int
    media_type: str
    begun_at: datetime
    ended_at: datetime
    pieces: int
    missing: list[int]
    size: int


class HeldOut(Schema):
    """A lineup that is over. sheet: everything about it, as its SHA-256 stands in the ledger's entry."""

    outcome: str
    cautions: list[str]
    takes: list[TakeOut]
    entry: int
    leaf: str
    sha256: str
    sheet: dict[str, Any]
