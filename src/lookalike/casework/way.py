"""How far a case is on its way to court: each app tells its step, and the pages of a case put them together.

@register
def board(who: Acting, case: Case) -> Step | None: ...
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lookalike.casework.acting import Acting

if TYPE_CHECKING:
    from lookalike.casework.cases.models import Case

Teller = Callable[[Acting, "Case"], "Step | None"]
_tellers: list[Teller] = []


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a case: its name, where it is done, how it stands, and what comes next; "" where nothing does."""

    label: str
    url: str
    stands: str
    next: str = ""


def register(teller: Teller) -> Teller:
    """Have a function asked for its step of a case. It gives None where somebody may not see it."""
    if teller not in _tellers:
        _tellers.append(teller)
    return teller


def way_of(who: Acting, case: Case) -> list[Step]:
    """The steps of a case that somebody may see, in the order of the apps.

    None for whoever holds a lineup of the case, who is to know nothing, and before the statements of its leads are
    accepted: what follows a lead opens with its sheet.
    """
    from lookalike.casework.corroboration.hands import unread_leads

    if case.lineups.filter(administrator=who.person).exists() or unread_leads(who, case):
        return []
    return [step for teller in _tellers if (step := teller(who, case)) is not None]
