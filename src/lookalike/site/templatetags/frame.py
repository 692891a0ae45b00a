"""Tags and filters of the page frame: `{% load frame %}`.

Filters: `hundredths` (a moment), `thousands` (a count), `in_fours` (a code), `state_word` (a state).
Tags: `data_table`, `pager`, `bar_chart`. Everything else is a template in `site/parts`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django import template
from django.core.paginator import Page
from django.http import QueryDict
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from lookalike.casework.parts import Cell, Chart, Column, hundredths

register = template.Library()

STATES = {
    "satisfied": "Satisfied",
    "failed": "Failed",
    "refused": "Refused",
    "waiting": "Waiting",
    "open": "Open",
    "not_applicable": "Does not apply",
}


@register.filter
def state_word(state: str) -> str:
    """The word that stands beside a state's shape."""
    return STATES.get(state) or str(state).replace("_", " ").capitalize()


register.filter(expects_localtime=True)(hundredths)


@register.filter
def thousands(count: int | None) -> str:
    """A count with a comma after every third digit."""
    return "not known" if count is None else f"{count:,}"


@register.filter
def in_fours(code: str) -> list[str]:
    """A code in pieces of four characters, to be read out and compared."""
    return [code[at : at + 4] for at in range(0, len(code), 4)]


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column: the address that sorts by it, and how it is sorted now ("ascending", "descending", "")."""

    label: str
    number: bool
    url: str
    sorted: str


@register.inclusion_tag("site/parts/table.html", takes_context=True)
def data_table(
    context: Context, caption: str, columns: Sequence[Column], rows: Iterable[Sequence[Any]]
) -> dict[str, Any]:
    """A table whose first cell names its row, sorted by links, set as cards where it has less than 40 rem.

    rows: one cell for each column, in order: a Cell (a link, a pill), or anything that has a text; None is "not known".
    """
    asked = _asked(context)
    heads = [_head(column, asked) for column in columns]
    marks = [_marks(head) for head in heads[1:]]
    lines = [
        (_cell(row[0]), format_html_join("", "<td{}>{}</td>", zip(marks, map(_cell, row[1:]), strict=True)))
        for row in rows
    ]
    return {"caption": caption, "heads": heads, "rows": lines}


def _marks(head: Head) -> SafeString:
    """What every cell of a column carries. Written once a column: a list has hundreds of cells."""
    number = format_html(' class="{}"', "number") if head.number else ""
    return format_html(' role="cell" data-label="{}"{}', head.label, number)


def _cell(cell: Any) -> SafeString:
    told = cell if isinstance(cell, Cell) else Cell(cell)
    words = "not known" if told.text is None else told.text
    inside = _pill(told.state, str(words)) if told.state else format_html("<bdi>{}</bdi>", words)
    return format_html('<a href="{}">{}</a>', told.url, inside) if told.url else inside


@lru_cache(256)
def _pill(state: str, word: str) -> SafeString:
    return SafeString(render_to_string("site/parts/pill.html", {"state": state, "word": word}).strip())


def _head(column: Column, asked: QueryDict) -> Head:
    now = asked.get("sort", "")
    direction = {column.sort: "ascending", f"-{column.sort}": "descending"}.get(now, "") if column.sort else ""
    url = _address(asked, sort=f"-{column.sort}" if direction == "ascending" else column.sort) if column.sort else ""
    return Head(column.label, column.number, url, direction)


@register.inclusion_tag("site/parts/pager.html", takes_context=True)
def pager(context: Context, page: Page[Any]) -> dict[str, Any]:
    """Where this page of a list stands, and the way to the others. Other words of the address are kept."""
    asked = _asked(context)
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    steps = [(n, _address(asked, page=str(n)) if isinstance(n, int) else "") for n in numbers]
    return {
        "page": page,
        "steps": steps,
        "before": _address(asked, page=str(page.number - 1)) if page.has_previous() else "",
        "after": _address(asked, page=str(page.number + 1)) if page.has_next() else "",
    }


def _asked(context: Context) -> QueryDict:
    request = context.get("request")
    return QueryDict() if request is None else request.GET


def _address(asked: QueryDict, **changes: str) -> str:
    changed = asked.copy()
    changed.pop("page", None)
    for name, value in changes.items():
        changed[name] = value
    return f"?{changed.urlencode()}"


@register.inclusion_tag("site/parts/chart.html")
def bar_chart(chart: Chart) -> dict[str, Any]:
    """A chart that is a table: each row has its label, its bar and its numbers. Zero and nothing are drawn as such."""
    longest = max((sum(bar.counts) for bar in chart.bars), default=0)
    rows = [(bar.label, list(_pieces(chart.series, bar.counts, longest)), sum(bar.counts)) for bar in chart.bars]
    return {"chart": chart, "rows": rows, "stacked": len(chart.series) > 1}


def _pieces(series: Sequence[str], counts: Sequence[int], longest: int) -> Iterator[tuple[str, int, str, str]]:
    """Of each series: name, count, where its piece of the bar begins and how wide it is, in per cent of the longest."""
    begin = 0.0
    for name, count in zip(series, counts, strict=True):
        width = 100 * count / longest if longest else 0.0
        yield name, count, f"{begin:.3f}%", f"{width:.3f}%"
        begin += width
