"""What waits for somebody: each app tells its part, and the first page puts them together.

@register
def checks(who: Acting) -> list[Waiting]: ...
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lookalike.casework.acting import Acting

Teller = Callable[[Acting], "list[Waiting]"]
_tellers: list[Teller] = []


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that waits for one person: words, where it is done, how many there are."""

    label: str
    url: str
    count: int


def register(teller: Teller) -> Teller:
    """Have a function asked what waits for whoever opens the first page. It names nothing for what they may not do."""
    if teller not in _tellers:
        _tellers.append(teller)
    return teller


def waiting_for(who: Acting) -> list[Waiting]:
    """Everything that waits for somebody, in the order of the apps; nothing with a count of none."""
    return [one for teller in _tellers for one in teller(who) if one.count]
