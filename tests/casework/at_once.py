"""Several people at the same moment, each in a thread with a connection of its own, as in two browsers.

For tests with `django_db(transaction=True)` only: elsewhere nobody else sees what was not committed.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from django.db import connections

from lookalike.casework.recording import store
from lookalike.errors import LookalikeError

LONGEST = 60
"""Seconds until two who wait for each other are given up."""


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """What each of these gave, begun at the same moment: its result, or the error that a person would be shown.

    What nobody raised on purpose (a deadlock, a database that is locked) is raised here.
    """
    line = threading.Barrier(len(works))
    given: list[Any] = [None] * len(works)

    def begin(place: int) -> None:
        try:
            line.wait(LONGEST)
            given[place] = works[place]()
        except BaseException as error:
            given[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=begin, args=(place,), daemon=True) for place in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONGEST)
        assert not thread.is_alive(), "two of them wait for each other"
    for one in given:
        if isinstance(one, BaseException) and not isinstance(one, LookalikeError):
            raise one
    return given


def told(given: list[Any]) -> list[LookalikeError]:
    """The errors among what was given."""
    return [one for one in given if isinstance(one, LookalikeError)]


class Written:
    """The entries that are written to the ledger from here on."""

    def __init__(self) -> None:
        self._begun = store().head().size

    def of(self, act: str) -> list[str]:
        """The outcomes of the entries of an act, in order."""
        lines = (line.split(" ") for _, line, _ in store().lines(self._begun, store().head().size))
        return [line[4] for line in lines if line[3] == act]
