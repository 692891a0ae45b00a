"""The graph as a picture: boxes from left to right in the order of time, and a line for everything that came of
something. Pure layout; the template writes it as SVG.

What came of something stands to the right of it, and nothing stands to the right of what is later. A person stands
where they were first shown, told or heard.
"""

from __future__ import annotations

import textwrap
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from lookalike.casework.corroboration.graph import day
from lookalike.casework.corroboration.nodes import Node
from lookalike.protocol.evidence.graph import Edge, EdgeKind, NodeKind

WIDTH, GAP_X, GAP_Y = 184, 76, 22
LINE, PAD, HEAD = 18, 10, 34
LETTERS, LINES = 24, 4
HIGHEST = 7
"""Boxes in one column at most."""

SAID = {
    EdgeKind.DERIVED_FROM: "",
    EdgeKind.PROMPTED_BY: "led to",
    EdgeKind.SHOWN: "shown",
    EdgeKind.TOLD: "told",
    EdgeKind.CONTAINS: "named",
    EdgeKind.SPOKE: "said",
    EdgeKind.COLLECTED_BY: "collected",
}
WORDS = {
    NodeKind.SEARCH: "face search",
    NodeKind.CANDIDATE_PHOTO: "photograph",
    NodeKind.IDENTIFICATION: "choice",
    NodeKind.PERSON: "person",
}


@dataclass(frozen=True, slots=True)
class Box:
    """A node. lines: its name, cut to the box, each with its height from the top; state: of_search, independent, ""."""

    id: str
    name: str
    x: int
    y: int
    height: int
    lines: tuple[tuple[str, int], ...]
    kind: str
    state: str
    word: str
    when: str

    @property
    def text_x(self) -> int:
        """Where its lines begin."""
        return self.x + PAD

    @property
    def top(self) -> int:
        """Where its kind stands."""
        return self.y + PAD + LINE - 6

    @property
    def foot(self) -> int:
        """Where its last line stands."""
        return self.y + self.height - PAD


@dataclass(frozen=True, slots=True)
class Line:
    """A line from one box to another. x, y: where its word stands."""

    path: str
    word: str
    x: int
    y: int
    tainted: bool


@dataclass(frozen=True, slots=True)
class Column:
    """The head of a column: the day of what stands in it."""

    x: int
    words: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """The picture, in units of the SVG."""

    width: int
    height: int
    columns: tuple[Column, ...]
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    box_width: int = WIDTH


def drawn(
    nodes: Sequence[Node], edges: Iterable[Edge], *, tainted: Mapping[str, object], independent: Iterable[str]
) -> Drawing:
    """Lay out the nodes and the edges between them. tainted, independent: the ids of those that are."""
    known = {one.id: one for one in nodes}
    between = [edge for edge in _unlike(edges) if edge.source in known and edge.target in known]
    times = _times(nodes, between)
    places = _columns(nodes, between, times)
    boxes = _boxes(nodes, between, places, set(tainted), set(independent))
    width = (max(places.values(), default=0) + 1) * (WIDTH + GAP_X) - GAP_X + 16
    height = max((box.y + box.height for box in boxes.values()), default=HEAD) + 12
    lines = tuple(_line(edge, boxes, set(tainted)) for edge in between)
    ordered = tuple(sorted(boxes.values(), key=lambda box: (box.x, box.y)))
    return Drawing(width, height, tuple(_heads(places, times)), ordered, lines)


def _unlike(edges: Iterable[Edge]) -> list[Edge]:
    """One line for each kind between two boxes, however often somebody was shown the same."""
    return list({(edge.kind, edge.source, edge.target): edge for edge in edges}.values())


def _times(nodes: Sequence[Node], edges: Sequence[Edge]) -> dict[str, datetime | None]:
    """When each node stands in the picture: a person when they were first shown, told or heard."""
    at = {one.id: one.at for one in nodes}
    people: dict[str, list[datetime]] = defaultdict(list)
    for edge in edges:
        for end, other in ((edge.target, edge.at), (edge.source, at.get(edge.target))):
            if at[end] is None and isinstance(other, datetime):
                people[end].append(other)
    return {id: moment or min(people[id], default=None) for id, moment in at.items()}


def _columns(nodes: Sequence[Node], edges: Sequence[Edge], times: Mapping[str, datetime | None]) -> dict[str, int]:
    """The column of each node: in the order of time, a new one where something came of what stands in this one."""
    depth = dict.fromkeys(times, 0)
    for _ in range(len(nodes)):  # as long as the longest way within a moment; a circle ends here too
        moved = False
        for edge in edges:
            if times[edge.source] == times[edge.target] and depth[edge.target] <= depth[edge.source] < len(nodes):
                depth[edge.target], moved = depth[edge.source] + 1, True
        if not moved:
            break
    into: dict[str, list[str]] = defaultdict(list)
    for edge in edges:
        into[edge.target].append(edge.source)
    places: dict[str, int] = {}
    filled: Counter[int] = Counter()
    place = 0
    for one in sorted(nodes, key=lambda one: (times[one.id] is None, str(times[one.id]), depth[one.id], one.name)):
        behind = max((places[id] + 1 for id in into[one.id] if id in places), default=0)
        place = max(place, behind)
        if filled[place] >= HIGHEST:
            place += 1
        places[one.id] = place
        filled[place] += 1
    return places


def _heads(places: Mapping[str, int], times: Mapping[str, datetime | None]) -> list[Column]:
    """The days of each column; not told again where they are those of the column before."""
    days: dict[int, list[date]] = defaultdict(list)
    for id, place in places.items():
        moment = times[id]
        if moment is not None:
            days[place].append(timezone.localtime(moment).date())
    heads: list[Column] = []
    before = ""
    for place, found in sorted(days.items()):
        first, last = min(found), max(found)
        words = f"{last:%-d %b %Y}" if first == last else f"{first:%-d %b} to {last:%-d %b %Y}"
        if first.year != last.year:
            words = f"{first:%-d %b %Y} to {last:%-d %b %Y}"
        if words != before:
            heads.append(Column(place * (WIDTH + GAP_X) + 8, words))
        before = words
    return heads


def _boxes(
    nodes: Sequence[Node], edges: Sequence[Edge], places: Mapping[str, int], tainted: set[str], independent: set[str]
) -> dict[str, Box]:
    """The boxes, in each column near what they came of."""
    parents: dict[str, list[str]] = defaultdict(list)
    for edge in edges:
        parents[edge.target].append(edge.source)
    boxes: dict[str, Box] = {}
    for place in sorted(set(places.values())):
        here = [one for one in nodes if places[one.id] == place]

        def wish(one: Node) -> tuple[float, str]:
            middles = [boxes[id].y for id in parents[one.id] if id in boxes]
            return (sum(middles) / len(middles) if middles else 0.0, one.name)

        top = HEAD
        for one in sorted(here, key=wish):
            box = _box(one, place * (WIDTH + GAP_X) + 8, top, one.id in tainted, one.id in independent)
            boxes[one.id] = box
            top += box.height + GAP_Y
    return boxes


def _box(one: Node, x: int, y: int, tainted: bool, independent: bool) -> Box:
    lines = textwrap.wrap(one.name, LETTERS, max_lines=LINES, placeholder=" …") or [one.name]
    state, word = (
        ("of_search", "from a search") if tainted else ("independent", "independent") if independent else ("", "")
    )
    kind = WORDS.get(one.kind, one.kind.value)
    height = PAD * 2 + LINE * (len(lines) + 1 + bool(word)) - 4
    placed = tuple((line, y + PAD + LINE * (number + 2) - 6) for number, line in enumerate(lines))
    return Box(one.id, one.name, x, y, height, placed, kind, state, word, day(one.at) if one.at else "")


def _line(edge: Edge, boxes: Mapping[str, Box], tainted: set[str]) -> Line:
    source, target = boxes[edge.source], boxes[edge.target]
    y1, y2 = source.y + source.height // 2, target.y + target.height // 2
    bad = edge.source in tainted and edge.target in tainted and edge.kind is not EdgeKind.COLLECTED_BY
    if target.x > source.x:
        x1, x2 = source.x + WIDTH, target.x - 5
        bend = max(GAP_X // 2, (x2 - x1) // 2) if target.x - source.x <= WIDTH + GAP_X else GAP_X
        path = f"M{x1} {y1}C{x1 + bend} {y1} {x2 - bend} {y2} {x2} {y2}"
        return Line(
            path, SAID[edge.kind], (x1 + x2) // 2 if bend != GAP_X else x2 - GAP_X // 2 - 4, _middle(y1, y2), bad
        )
    x1, x2 = source.x + WIDTH, target.x + WIDTH + 5  # in one column, or back: out and in again on the right
    path = f"M{x1} {y1}C{x1 + GAP_X - 20} {y1} {x2 + GAP_X - 20} {y2} {x2} {y2}"
    return Line(path, SAID[edge.kind], max(x1, x2) + GAP_X // 2 - 6, (y1 + y2) // 2, bad)


def _middle(y1: int, y2: int) -> int:
    return (y1 + y2) // 2 - 4
