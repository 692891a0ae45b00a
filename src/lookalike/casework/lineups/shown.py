"""A lineup as its page shows it: who stands there and who did, how the test stands, what it measured in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lookalike.casework.lineups.asked import Answer
from lookalike.casework.lineups.models import Lineup, Member, MockTest
from lookalike.casework.lineups.services.mock import progress, verdict
from lookalike.casework.parts import Bar, Chart

CHECKS = {
    "effective_size": "As many members as the law asks share the choices",
    "suspect_p": "The suspect does not stand out",
    "mock_witnesses": "Enough mock witnesses chose",
}
WIDE = 480
"""Units of the drawing of the interval, from one member to all."""


@dataclass(frozen=True, slots=True)
class Interval:
    """E' and its interval on a line from 1 to all members, for a drawing: places from 0 to WIDE."""

    low: float
    high: float
    at: float
    ticks: tuple[tuple[float, int], ...]


@dataclass(frozen=True, slots=True)
class TestShown:
    """A test for its page. words: what was measured. answers: what the packs in force say to it, by check."""

    row: MockTest
    counts: Any
    words: tuple[str, ...]
    chart: Chart | None
    interval: Interval | None
    answers: tuple[tuple[str, Answer], ...]
    current: bool

    @property
    def passed(self) -> bool:
        """Whether nothing refuses the members as they were tested."""
        return bool(self.answers) and all(one.state == "satisfied" for _, one in self.answers)


def names(members: list[Member]) -> dict[str, str]:
    """What each member is called on the pages of whoever plans: by place, the suspect by name of that part."""
    return {one.public_id: f"Place {one.place}{', the suspect' if one.is_suspect else ''}" for one in members}


def tests_shown(lineup: Lineup, *, at: datetime) -> list[TestShown]:
    """Every test of a lineup, newest first."""
    members = list(Member.objects.filter(lineup=lineup))
    now = [one.public_id for one in sorted(members, key=lambda one: one.place) if one.removed_at is None]
    called = names(members)
    rows = MockTest.objects.filter(lineup=lineup).select_related("opened_by", "closed_by").order_by("-pk")
    return [_test(one, called, now, at) for one in rows]


def _test(row: MockTest, called: dict[str, str], now: list[str], at: datetime) -> TestShown:
    counts = progress(row)
    if row.result is None:
        return TestShown(row, counts, (), None, None, (), row.members == now)
    found: dict[str, Any] = row.result
    told = verdict(row, at=at)
    bars = tuple(
        Bar(called.get(id, "a member"), (count,)) for id, count in zip(row.members, found["choices"], strict=True)
    )
    chart = Chart(
        id=f"test-{row.pk}", title="How many mock witnesses chose whom", label="Member", series=("Choices",), bars=bars
    )
    return TestShown(
        row,
        counts,
        tuple(_words(found)),
        chart,
        _interval(found),
        tuple((words, told[key]) for key, words in CHECKS.items()),
        row.members == now,
    )


def _words(found: dict[str, Any]) -> list[str]:
    members, chose = len(found["choices"]), found["choices"][found["suspect"]]
    expected = found["mock_witnesses"] / members
    size = found["functional_size"]
    return [
        f"{found['mock_witnesses']} mock witnesses chose; {chose} of them the suspect. By chance it would be "
        f"{expected:.1f}.",
        f"That so many or more choose the suspect by chance has a probability of {found['p_suspect']:.3f} (exact "
        "binomial test, one-sided). A small one means that the suspect stands out.",
        f"The choices are spread as over {found['effective_size']:.2f} equally good members (Tredoux's E'; "
        f"{100 * found['level']:.0f} in 100 such intervals hold the true one: {found['low']:.2f} to "
        f"{found['high']:.2f}).",
        "Nobody chose the suspect, so that the functional size has no bound."
        if size is None
        else f"The functional size is {size:.2f}; of a fair lineup of {members} it is {members}.",
    ]


def _interval(found: dict[str, Any]) -> Interval:
    members = len(found["choices"])

    def place(value: float) -> float:
        return round(WIDE * (value - 1) / (members - 1), 1)

    ticks = tuple((place(one), one) for one in range(1, members + 1))
    return Interval(place(found["low"]), place(found["high"]), place(found["effective_size"]), ticks)
