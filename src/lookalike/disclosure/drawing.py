"""The graph of evidence as a picture (SVG): what came of what, from left to right."""

from __future__ import annotations

import textwrap
from html import escape

from lookalike.disclosure.contents_evidence import EvidenceOf, GraphOf, LinkOf, NodeOf, Says
from lookalike.disclosure.values import Absent
from lookalike.disclosure.whole import present

WIDE, HIGH, GAP_X, GAP_Y = 190, 54, 60, 16
COLOURS = {Says.FOR: "#e8eef8", Says.AGAINST: "#fbeedd", Says.NEUTRAL: "#f2f3f5"}
INK, WARN, QUIET = "#1b2430", "#8a1c1c", "#7a8494"


PHOTOGRAPH = "candidate_photo"
"""The kind of a photograph on a candidate list."""

WIDEST, TALLEST = 177, 215
"""Of the picture on the page, in millimetres."""


def tall(graph: GraphOf) -> int:
    """How tall the picture stands on its page, in millimetres."""
    _, _, width, height = _placed(graph)
    return max(20, min(TALLEST, WIDEST * height // width, height // 3))


def drawn(graph: GraphOf) -> bytes:
    """The picture of every item, node and link, withdrawn ones too. A link to what is not there is left to the table,
    and so are photographs of which nothing came.

    A node stands one column to the right of the last that it came of; a circle is cut where it is met.
    """
    words, places, width, height = _placed(graph)
    items = {one.id: one for one in present(graph.items)}
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        'font-family="Libertinus Serif" font-size="12">',
        f'<defs><marker id="to" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        f'<path d="M0 0 L8 4 L0 8 z" fill="{QUIET}"/></marker></defs>',
        *(_arrow(one, places) for one in _links(graph)),
        *(_box(name, words[name], place, items.get(name)) for name, place in places.items()),
    ]
    return "\n".join([*parts, "</svg>", ""]).encode()


def left_out(graph: GraphOf) -> tuple[NodeOf, ...]:
    """Photographs on candidate lists of which nothing came: the picture would be of little else."""
    sources = {one.source for one in present(graph.links)}
    return tuple(one for one in present(graph.nodes) if one.kind == PHOTOGRAPH and one.id not in sources)


def _shown(graph: GraphOf) -> list[NodeOf]:
    out = {one.id for one in left_out(graph)}
    return [one for one in present(graph.nodes) if one.id not in out]


def _links(graph: GraphOf) -> list[LinkOf]:
    there = {one.id for one in (*_shown(graph), *present(graph.items))}
    return [one for one in present(graph.links) if one.source in there and one.target in there]


def _placed(graph: GraphOf) -> tuple[dict[str, str], dict[str, tuple[int, int]], int, int]:
    """What each node is called, where it stands, and the width and height of the whole."""
    words = {one.id: one.words for one in _shown(graph)}
    words |= {one.id: one.title for one in present(graph.items)}
    columns = _columns(list(words), [(one.source, one.target) for one in _links(graph)])
    places = {
        name: (20 + x * (WIDE + GAP_X), 20 + y * (HIGH + GAP_Y))
        for x, column in enumerate(columns)
        for y, name in enumerate(column)
    }
    longest = max((len(column) for column in columns), default=1)
    return words, places, 20 + max(1, len(columns)) * (WIDE + GAP_X), 20 + longest * (HIGH + GAP_Y)


def _arrow(link: LinkOf, places: dict[str, tuple[int, int]]) -> str:
    (x0, y0), (x1, y1) = places[link.source], places[link.target]
    x0, y0, y1 = x0 + WIDE, y0 + HIGH // 2, y1 + HIGH // 2
    middle = (x0 + x1) / 2
    dashes = "" if isinstance(link.withdrawn, Absent) else ' stroke-dasharray="2 4"'
    return (
        f'<path d="M{x0} {y0} C{middle} {y0} {middle} {y1} {x1} {y1}" fill="none" stroke="{QUIET}"{dashes} '
        'marker-end="url(#to)"/>'
    )


def _box(name: str, words: str, place: tuple[int, int], item: EvidenceOf | None) -> str:
    x, y = place
    tainted = item is not None and not isinstance(item.taint, Absent)
    fill = COLOURS[item.says] if item is not None else "#ffffff"
    frame = f'stroke="{WARN}" stroke-width="2" stroke-dasharray="6 3"' if tainted else f'stroke="{INK}"'
    parts = [f'<rect x="{x}" y="{y}" width="{WIDE}" height="{HIGH}" rx="6" fill="{fill}" {frame}/>']
    says = "" if item is None or item.says is Says.NEUTRAL else f" · {item.says}"
    for number, line in enumerate([called(name) + says, *textwrap.wrap(words, 31)[:2]]):
        weight = ' font-weight="bold"' if number == 0 else ""
        shown = escape("".join(c for c in line if c.isprintable()))
        parts.append(f'<text x="{x + 8}" y="{y + 16 + 15 * number}" fill="{INK}"{weight}>{shown}</text>')
    if item is not None and not isinstance(item.withdrawn, Absent):
        middle = y + HIGH / 2
        parts.append(f'<line x1="{x}" y1="{middle}" x2="{x + WIDE}" y2="{middle}" stroke="{WARN}" stroke-width="1.5"/>')
    return "".join(parts)


def called(name: str) -> str:
    """The id of a node as the page can show it: its kind, and enough of it to be found."""
    kind, dash, rest = name.partition("-")
    return f"{kind}{dash}{rest[:6]}"[:22]


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
