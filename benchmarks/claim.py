"""What a claim reports, and how times are taken."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the report.

    ratio: how many times better than the peer, or the plain figure of a claim that has none. asked: the least ratio
    asked for (`at_most` turns it round); None: shown only. numbers: everything measured.
    """

    name: str
    ratio: float
    asked: float | None
    unit: str = "×"
    at_most: bool = False
    numbers: dict[str, Any] = field(default_factory=dict)

    @property
    def verdict(self) -> str:
        """`reached`, `short` or `shown`."""
        if self.asked is None:
            return "shown"
        good = self.ratio <= self.asked if self.at_most else self.ratio >= self.asked
        return "reached" if good else "short"

    def __str__(self) -> str:
        asked = "" if self.asked is None else f"asked {'≤' if self.at_most else '≥'} {self.asked:g}{self.unit}"
        return f"{self.name:<34} {self.ratio:>9.3g}{self.unit}  {asked:<16} {self.verdict}"


class Skip(Exception):
    """A claim that cannot be measured here, and why."""


def seconds(work: Callable[[], object]) -> float:
    """How long `work` takes, in seconds."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def median_seconds(work: Callable[[], object], *, repeats: int) -> float:
    """The median over repeated runs, after one that is thrown away."""
    work()
    return statistics.median(seconds(work) for _ in range(repeats))
