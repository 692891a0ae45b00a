"""What the pages of the board show: items for and against, what they came of, the graph as a picture and as a list."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from lookalike.casework.corroboration.drawing import WORDS, Drawing, drawn
from lookalike.casework.corroboration.graph import Standing, day, in_words, standing_in
from lookalike.casework.corroboration.models import EvidenceItem, Link, Reply, Suspect
from lookalike.casework.corroboration.nodes import Evidence, Node, kind_of, node, person_of_suspect
from lookalike.protocol.evidence.graph import Edge, EdgeKind, NodeKind, Says

INTO = {
    EdgeKind.DERIVED_FROM: "came of {}",
    EdgeKind.PROMPTED_BY: "was looked for because of {}",
    EdgeKind.SHOWN: "was shown {} on {}",
    EdgeKind.TOLD: "was told of {} on {}",
    EdgeKind.CONTAINS: "holds a person whom {} named",
    EdgeKind.SPOKE: "said or chosen by {}",
    EdgeKind.COLLECTED_BY: "was collected by {}",
}


@dataclass(frozen=True, slots=True)
class ItemShown:
    """An item as the board shows it. came: what it came of, in words. path: in words, where it comes from a search."""

    row: EvidenceItem
    id: str
    came: tuple[str, ...]
    path: str
    independent: bool
    replies: tuple[Reply, ...]

    @property
    def against(self) -> bool:
        """Whether it speaks against somebody having done it."""
        return self.row.says == Says.AGAINST


@dataclass(frozen=True, slots=True)
class NodeShown:
    """A node in the list beside the picture: the same content."""

    node: Node
    kind: str
    when: str
    came: tuple[str, ...]
    path: str
    independent: bool


@dataclass(frozen=True, slots=True)
class LinkShown:
    """A link as it was entered, in words."""

    row: Link
    words: str


@dataclass(frozen=True, slots=True)
class BoardShown:
    """Everything of one suspect's board. left_out: photographs that searches returned and that are not drawn."""

    standing: Standing
    in_favour: tuple[ItemShown, ...]
    against: tuple[ItemShown, ...]
    others: tuple[ItemShown, ...]
    drawing: Drawing
    nodes: tuple[NodeShown, ...]
    left_out: int
    withdrawn: tuple[LinkShown, ...]

    @property
    def unanswered(self) -> tuple[ItemShown, ...]:
        """What speaks against the suspect and nobody has answered."""
        return tuple(one for one in self.against if not one.replies)

    @property
    def answered(self) -> tuple[ItemShown, ...]:
        """What speaks against the suspect and was answered."""
        return tuple(one for one in self.against if one.replies)


def board_of(evidence: Evidence, suspect: Suspect, *, at: datetime) -> BoardShown:
    """The board of one suspect."""
    standing = standing_in(evidence, suspect, at=at)
    items = items_shown(evidence, standing)
    mine = [one for one in items if one.row.about_id == suspect.pk]
    edges = edges_of(evidence, standing)
    nodes = [one for one in evidence.nodes.values() if _drawn(one, evidence, suspect, edges)]
    photos = sum(one.kind is NodeKind.CANDIDATE_PHOTO for one in evidence.nodes.values())
    shown = sum(one.kind is NodeKind.CANDIDATE_PHOTO for one in nodes)
    return BoardShown(
        standing=standing,
        in_favour=tuple(one for one in mine if one.row.says == Says.FOR),
        against=tuple(one for one in mine if one.against),
        others=tuple(one for one in items if one not in mine or one.row.says == Says.NEUTRAL),
        drawing=drawn(nodes, edges, tainted=standing.tainted, independent=standing.independent),
        nodes=tuple(nodes_shown(evidence, standing, nodes, edges)),
        left_out=photos - shown,
        withdrawn=tuple(
            LinkShown(one, link_words(evidence, one)) for one in evidence.links if one.withdrawn_at is not None
        ),
    )


def items_shown(evidence: Evidence, standing: Standing) -> list[ItemShown]:
    """Every item, in the order of time, as one suspect's board shows it."""
    into = _into(evidence.edges)
    found = []
    for row in evidence.items:
        id = node("item", row.public_id)
        came = [_came(evidence, edge) for edge in into[id] if edge.kind is not EdgeKind.COLLECTED_BY]
        if row.outside and not came:
            came = ["from outside the case"]
        path = _path(evidence, standing, id)
        replies = tuple(row.replies.all())
        found.append(ItemShown(row, id, tuple(dict.fromkeys(came)), path, id in standing.independent, replies))
    return found


def nodes_shown(
    evidence: Evidence, standing: Standing, nodes: Iterable[Node], edges: Iterable[Edge]
) -> list[NodeShown]:
    """The nodes of the picture, in the order of time, people first where they have none."""
    into = _into(edges)
    outside = {node("item", one.public_id) for one in evidence.items if one.outside}
    found = []
    for one in sorted(nodes, key=lambda one: (one.at is not None, str(one.at), one.name)):
        came = [_came(evidence, edge) for edge in into[one.id]]
        if one.id in outside and not any(edge.kind is not EdgeKind.COLLECTED_BY for edge in into[one.id]):
            came.insert(0, "from outside the case")
        when = day(one.at) if one.at else ""
        kind = WORDS.get(one.kind, one.kind.value)
        path = _path(evidence, standing, one.id)
        found.append(NodeShown(one, kind, when, tuple(dict.fromkeys(came)), path, one.id in standing.independent))
    return found


def edges_of(evidence: Evidence, standing: Standing) -> tuple[Edge, ...]:
    """The edges of the graph; where it cannot be followed, those that are known all the same."""
    if standing.graph is not None:
        return standing.graph.edges
    more = [
        Edge(kind=EdgeKind.DERIVED_FROM, source=one.source, target=one.id)
        for one in evidence.nodes.values()
        if one.source is not None
    ]
    spoke = [
        Edge(kind=EdgeKind.SPOKE, source=one.by, target=one.id)
        for one in evidence.nodes.values()
        if one.by is not None and one.kind is not NodeKind.LINEUP
    ]
    return (*evidence.edges, *more, *spoke)


def link_words(evidence: Evidence, link: Link) -> str:
    """A link as it was entered: "Gina Guard was shown Still of exhibit 1 on 4 March 2019"."""
    edge = Edge(kind=EdgeKind(link.kind), source=link.source, target=link.target, at=link.at)
    return f"{evidence.name(link.target)} {_came(evidence, edge)}"


def facts_of(item: ItemShown) -> list[tuple[str, Any]]:
    """What is known of an item, as label and value."""
    row = item.row
    facts: list[tuple[str, Any]] = [
        ("Kind", row.get_sort_display()),
        ("Made", _moment(row.at)),
        *([("Obtained", _moment(row.obtained_at))] if row.obtained_at else []),
        ("Source", row.source),
        ("Collected by", row.collected_by.name if row.collected_by else None),
        *([("Words or choice of", row.by.name)] if row.by else []),
        ("Came from", "; ".join(item.came) or None),
        ("Reliable", _judged(row.reliable, row.reliable_because)),
        ("Ties the person to the offence", _judged(row.links, row.links_because)),
        ("Recorded", f"{_moment(row.recorded_at)}, by {row.recorded_by.name}"),
    ]
    return facts


def _moment(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"


def _judged(value: bool | None, because: str) -> str:
    return "not judged yet" if value is None else f"{'yes' if value else 'no'}: {because}"


def _drawn(one: Node, evidence: Evidence, suspect: Suspect, edges: Iterable[Edge]) -> bool:
    """Whether a node is in the picture: of photographs the suspect's and what somebody was shown, of people those who
    were shown, told or heard.
    """
    if kind_of(one.id) == "party":
        return any(one.id in (edge.source, edge.target) for edge in edges)
    if kind_of(one.id) == "photo":
        return person_of_suspect(suspect) in one.persons or any(edge.source == one.id for edge in evidence.edges)
    return True


def _into(edges: Iterable[Edge]) -> dict[str, list[Edge]]:
    into: dict[str, list[Edge]] = defaultdict(list)
    for edge in edges:
        into[edge.target].append(edge)
    return into


def _came(evidence: Evidence, edge: Edge) -> str:
    when = day(edge.at) if isinstance(edge.at, datetime) else "a day that nobody knows"
    if edge.kind is EdgeKind.TOLD and kind_of(edge.source) == "arrest":
        return f"was arrested on {when}"
    return INTO[edge.kind].format(f"“{evidence.name(edge.source)}”", when)


def _path(evidence: Evidence, standing: Standing, id: str) -> str:
    """The way by which something comes from a search, in words; "" for a search itself."""
    path = standing.tainted.get(id, ())
    return in_words(evidence, standing.graph, path) if standing.graph is not None and len(path) > 1 else ""
