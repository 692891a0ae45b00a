"""Who works on a case: only they change it."""

from __future__ import annotations

from lookalike.casework.acting import Acting
from lookalike.casework.cases.models import Case
from lookalike.errors import NotPermitted


def on_team(who: Acting, case: Case) -> bool:
    """Whether somebody is on the team of a case now."""
    return case.team.filter(person=who.person, until=None).exists()


def require_team(who: Acting, case: Case) -> None:
    """Raise NotPermitted unless somebody is on the team: who only reads a case does not change it."""
    if not on_team(who, case):
        raise NotPermitted(
            "You are not on the team of this case.",
            why="A case is changed by the investigators who work on it.",
            remedy="Ask one of them to put you on the team.",
        )
