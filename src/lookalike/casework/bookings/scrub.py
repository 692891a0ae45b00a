"""The twice-yearly scrub: a task with a day on which it is due, the list as it was found when it was signed."""

from __future__ import annotations

from datetime import date

from lookalike.casework.acting import Acting, act
from lookalike.casework.bookings.health import KINDS, frozen
from lookalike.casework.bookings.models import Scrub
from lookalike.casework.bookings.services import reasoned
from lookalike.errors import NotNow
from lookalike.ledger.acts import Act

MONTHS = (1, 7)
"""The months at whose beginning a scrub is due."""


def next_due(on: date) -> date:
    """The first day on or after `on` on which a scrub is due."""
    days = [date(year, month, 1) for year in (on.year, on.year + 1) for month in MONTHS]
    return min(day for day in days if day >= on)


def waiting() -> Scrub | None:
    """The oldest scrub that is not signed."""
    return Scrub.objects.filter(signed_at=None).order_by("due_on").first()


def ensure(on: date) -> Scrub:
    """The scrub that is to be done: the oldest unsigned one; the next one is set where all are signed."""
    if (there := waiting()) is not None:
        return there
    last = Scrub.objects.order_by("-due_on").first()
    after = next_due(on) if last is None or last.due_on < on else next_due(date(last.due_on.year, last.due_on.month, 2))
    return Scrub.objects.get_or_create(due_on=after)[0]


def sign(who: Acting, due_on: date, words: str) -> Scrub:
    """Sign a scrub: what should not be there is frozen as found now. words: what was done about it.

    Raises NotNow where it is signed, BadForm without words.
    """
    words = reasoned(words)
    with act(who, Act.BOOKING_SCRUB, objects=[("scrub", due_on.isoformat())]) as doing:
        scrub = Scrub.objects.select_for_update().get(due_on=due_on)
        if scrub.signed_at is not None:
            raise NotNow("This scrub is signed already.", remedy="The next one is set.")
        scrub.found = frozen(who.at.date())
        scrub.words, scrub.signed_by, scrub.signed_at = words, who.person, who.at
        scrub.save()
        doing.note(" ".join(f"{says}: {len(scrub.found[name])}." for name, says in KINDS.items()))
    return scrub
