"""The graph of evidence as a picture (SVG): what came of what, from left to right."""

from __future__ import annotations

import textwrap
from html import escape

from lookalike.disclosure.contents import GraphOf, Says
from lookalike.disclosure.values import Absent
from lookalike.disclosure.whole import present

WIDE, HIGH, GAP_X, GAP_Y = 190, 54, 60, 16
COLOURS = {Says.FOR: "#e8eef8", Says.AGAINST: "#fbeedd", Says.NEUTRAL: "#f2f3f5"}
INK, WARN, QUIET = "#1b2430", "#8a1c1c", "#7a8494"


def drawn(graph: GraphOf) -> bytes:
    """The picture of every item, node and link, withdrawn ones too. A link to what is not there is left to the table.

    A node stands one column to the right of the last that it came of; a circle is cut where it is met.
    """
    words = {one.id: one.words for one in present(graph.nodes)}
    words |= {one.id: one.title for one in present(graph.items)}
    items = {one.id: one for one in present(graph.items)}
    links = [one for one in present(graph.links) if one.source in words and one.target in words]
    columns = _columns(list(words), [(one.source, one.target) for one in links])
    places = {
        name: (20 + x * (WIDE + GAP_X), 20 + y * (HIGH + GAP_Y))
        for x, column in enumerate(columns)
        for y, name in enumerate(column)
    }
    width = 20 + len(columns) * (WIDE + GAP_X)
    height = 20 + max((len(column) for column in columns), default=0) * (HIGH + GAP_Y)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        'font-family="Libertinus Serif" font-size="12">',
        f'<defs><marker id="to" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        f'<path d="M0 0 L8 4 L0 8 z" fill="{QUIET}"/></marker></defs>',
    ]
    for one in links:
        (x0, y0), (x1, y1) = places[one.source], places[one.target]
        dashes = "" if isinstance(one.withdrawn, Absent) else ' stroke-dasharray="2 4"'
        middle = (x0 + WIDE + x1) / 2
        parts.append(
            f'<path d="M{x0 + WIDE} {y0 + HIGH / 2} C{middle} {y0 + HIGH / 2} {middle} {y1 + HIGH / 2} '
            f'{x1} {y1 + HIGH / 2}" fill="none" stroke="{QUIET}"{dashes} marker-end="url(#to)"/>'
        )
    for name, (x, y) in places.items():
        item = items.get(name)
        tainted = item is not None and not isinstance(item.taint, Absent)
        fill = COLOURS[item.says] if item is not None else "#ffffff"
        frame = f'stroke="{WARN}" stroke-width="2" stroke-dasharray="6 3"' if tainted else f'stroke="{INK}"'
        parts.append(f'<rect x="{x}" y="{y}" width="{WIDE}" height="{HIGH}" rx="6" fill="{fill}" {frame}/>')
        lines = [textwrap.shorten(name, 30, placeholder="…"), *textwrap.wrap(words[name], 31)[:2]]
        for number, line in enumerate(lines):
            weight = ' font-weight="bold"' if number == 0 else ""
            parts.append(f'<text x="{x + 8}" y="{y + 16 + 15 * number}" fill="{INK}"{weight}>{escape(line)}</text>')
        if item is not None and not isinstance(item.withdrawn, Absent):
            parts.append(
                f'<line x1="{x}" y1="{y + HIGH / 2}" x2="{x + WIDE}" y2="{y + HIGH / 2}" stroke="{WARN}" '
                'stroke-width="1.5"/>'
            )
    return "\n".join([*parts, "</svg>", ""]).encode()


def _columns(names: list[str], links: list[tuple[str, str]]) -> list[list[str]]:
    """The names by their longest way from the left."""
    depth = dict.fromkeys(names, 0)
    for _ in names:
        moved = False
        for source, target in links:
            if source != target and depth[target] <= depth[source] < len(names) - 1:
                depth[target], moved = depth[source] + 1, True
        if not moved:
            break
    used = sorted(set(depth.values()))
    return [[name for name in names if depth[name] == level] for level in used]
