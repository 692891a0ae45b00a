"""What the parts of a page that compute something are fed with. The other parts take any object that has the names
which the comment at the head of their template lists (`templates/site/parts`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table. sort: the word by which it is sorted in `?sort=`; empty: it cannot be. number: set right."""

    label: str
    sort: str = ""
    number: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that is more than its text. url: where it leads. state: a pill of that state, the text its word."""

    text: object
    url: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """A row of a chart: its label and one count for each series, none of them negative."""

    label: str
    counts: Sequence[int]


@dataclass(frozen=True, slots=True)
class Chart:
    """A bar chart, stacked where it has several series (five at most).

    id: unique on its page, of letters, digits and hyphens. title: what is counted. label: the heading of the rows.
    """

    id: str
    title: str
    label: str
    series: Sequence[str]
    bars: Sequence[Bar]


def hundredths(moment: datetime | None) -> str:
    """A moment to the hundredth of a second, cut off and never rounded up: 2026-01-05 14:03:07.42 +01:00.

    Templates hand it over in the current time zone. Source: CJIS Security Policy AU-8.
    """
    if moment is None:
        return "not known"
    offset = f"{moment:%z}"
    zone = f" {offset[:3]}:{offset[3:5]}" if offset else ""
    return f"{moment:%Y-%m-%d %H:%M:%S}.{moment.microsecond // 10_000:02}{zone}"
