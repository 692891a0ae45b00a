"""What the worker does by itself, again and again: each app registers its part in a module `regular.py` of its own.

    @regular(every=5)
    def desk(now: datetime) -> object: ...

A part may be cut short anywhere and is simply called again; one that fails is written to the log and called again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

log = logging.getLogger(__name__)

Work = Callable[[datetime], object]


@dataclass(slots=True)
class Regular:
    """One part: what is called, how often, and when it is due."""

    work: Work
    every: timedelta
    due: datetime | None = None


_parts: list[Regular] = []


def regular(*, every: float) -> Callable[[Work], Work]:
    """Have a function called by the worker. every: seconds from one end to the next beginning."""

    def registered(work: Work) -> Work:
        if all(one.work is not work for one in _parts):
            _parts.append(Regular(work, timedelta(seconds=every)))
        return work

    return registered


def run_due(clock: Callable[[], datetime]) -> int:
    """Call every part that is due. Returns how many were called."""
    called = 0
    for part in _parts:
        now = clock()
        if part.due is not None and now < part.due:
            continue
        try:
            part.work(now)
        except Exception:  # whatever it is, the other parts go on, and this one is called again
            log.exception("Regular work failed: %s. It is tried again.", part.work.__qualname__)
        part.due, called = clock() + part.every, called + 1
    return called
