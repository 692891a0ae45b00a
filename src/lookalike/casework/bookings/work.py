"""What the desk does by itself, for the worker: call `tick` every few seconds."""

from __future__ import annotations

from datetime import datetime

from lookalike.casework.bookings import after, inbox, proposals, scrub
from lookalike.casework.bookings.desk import desk


def tick(now: datetime) -> int:
    """Take in what came, tell the galleries what changed, enrol what waits, compare what is new. Returns how much.

    Everything it does may be cut short at any point and done again.
    """
    who = desk(now, where="worker")
    scrub.ensure(now.date())
    done = inbox.watch(who) + after.settle(who)
    return done or proposals.look(who)  # what came in goes first


def carry_out(now: datetime, limit: int = 64) -> int:
    """Only the galleries: at most `limit` changes and `limit` photographs."""
    return after.settle(desk(now, where="worker"), limit)
