"""Facts as a check sees them: those that it named, all of them known, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from lookalike.protocol.facts.base import Facts
from lookalike.protocol.unknown import UNKNOWN


class Undeclared(Exception):
    """A check read a fact that it did not name: the check is wrong, and the act stays refused."""


class View:
    """Facts behind a list of patterns.

    Reading what no pattern names raises Undeclared. Times come out in UTC, so that no change of clocks bends a span.
    """

    __slots__ = ("_facts", "_open", "_path", "_zone")

    def __init__(self, facts: Facts, patterns: Iterable[str], zone: str, path: str = "") -> None:
        self._facts = facts
        self._open: set[str] = patterns if isinstance(patterns, set) else set(_on_the_way(patterns))
        self._zone = zone
        self._path = path

    def __getattr__(self, name: str) -> Any:
        path = self._path + name
        value = getattr(self._facts, name)
        if path not in self._open or value is UNKNOWN:
            raise Undeclared(path)
        if isinstance(value, datetime):
            return value.astimezone(UTC)
        if isinstance(value, Facts):
            return View(value, self._open, self._zone, path + ".")
        if isinstance(value, tuple) and value and isinstance(value[0], Facts):
            return tuple(View(one, self._open, self._zone, path + "[].") for one in value)
        return value

    def let_through(self, patterns: Iterable[str]) -> None:
        """Make more facts readable, in this view and in those that came out of it."""
        self._open.update(_on_the_way(patterns))

    @property
    def today(self) -> date:
        """The day of the act in the time zone of the pack; needs `at`."""
        at: datetime = self.at
        return at.astimezone(ZoneInfo(self._zone)).date()


def _on_the_way(patterns: Iterable[str]) -> Iterable[str]:
    for pattern in patterns:
        parts = pattern.split(".")
        for count in range(1, len(parts) + 1):
            yield ".".join(parts[:count]).removesuffix("[]")
