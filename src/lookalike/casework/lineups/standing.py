"""Where a lineup stands while it is held, for its administrator, who is told nothing else; and which are over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from lookalike.casework.acting import Acting
from lookalike.casework.corroboration.hands import open_case
from lookalike.casework.lineups.models import Holding, Lineup
from lookalike.casework.lineups.services.holding import given_to
from lookalike.casework.lineups.services.witness import step_of
from lookalike.casework.pages import found

STATES = {
    "consent": "The witness is asked whether it may be recorded.",
    "instruction": "The witness reads the instructions.",
    "begin": "The witness has read the instructions.",
    "over": "It is over.",
}
"""Where the witness is, for the administrator: from the first photograph to the last question it is one sentence."""

LOOKING = "The photographs are shown. Stay where you cannot see the screen, and say nothing about them."


@dataclass(frozen=True, slots=True)
class Standing:
    """The same words from the first photograph to the last question, whatever was answered.

    away: seconds since the witness's screen gave a sign. consent: None, where it was not asked yet. recorded: seconds
    since a piece of the recording came; None: none has.
    """

    over: bool
    says: str
    away: int
    consent: bool | None
    recorded: int | None


def given(who: Acting, public_id: str) -> Lineup:
    """A lineup that somebody is to hold, or held. Raises NotThere for anybody but its administrator."""
    return found(given_to(who), public_id=public_id)


def holding_of(lineup: Lineup) -> Holding:
    """How it is held. Raises NotThere where it was not begun."""
    return found(Holding.objects.select_related("lineup", "held_by"), lineup=lineup.pk)


def standing(lineup: Lineup, at: datetime) -> Standing:
    """Where a lineup stands that was begun. Raises NotThere where it was not."""
    row = holding_of(lineup)
    last = row.pieces.order_by("-at").values_list("at", flat=True).first()
    return Standing(
        over=row.ended_at is not None,
        says=STATES.get(step_of(row).kind, LOOKING),
        away=int((at - row.alive_at).total_seconds()),
        consent=row.consent,
        recorded=None if last is None else int((at - last).total_seconds()),
    )


def over(who: Acting, public_id: str) -> Lineup:
    """A lineup that is over, for whoever may read it; opening its case is recorded. Raises NotThere, NotNow."""
    rows = Lineup.objects.visible_to(who).filter(entry__isnull=False, holding__ended_at__isnull=False)
    lineup = found(rows.select_related("holding", "case", "report"), public_id=public_id)
    open_case(who, lineup.case.public_id)
    return lineup
