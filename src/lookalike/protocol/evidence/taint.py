"""What comes from a search.

An item is tainted when a path leads from the search to it. What was written down before the search cannot be, and cuts
the path; at the same instant it can. A person is tainted from the instant on at which something tainted was shown or
told to them, and taints what they say or tell from then on.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from lookalike.errors import BadEvidenceGraph
from lookalike.protocol.evidence.graph import EdgeKind, Graph, NodeKind, Says, Step
from lookalike.protocol.evidence.words import in_words
from lookalike.protocol.unknown import UNKNOWN

STEPS = frozenset({NodeKind.PERSON, NodeKind.SEARCH, NodeKind.LEAD, NodeKind.LINEUP, NodeKind.WARRANT, NodeKind.ARREST})
"""What is no evidence: people, and what was done in the case."""


@dataclass(frozen=True, slots=True)
class Independent:
    """No path leads from the search to the item. remarks: records that were looked for because of the search."""

    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tainted:
    """A path leads from the search to the item. path: its ids, from the search on. words: the same for people."""

    path: tuple[str, ...]
    words: str


def taint(graph: Graph, search: str) -> dict[str, tuple[str, ...]]:
    """The items that come from a search, each with the shortest path (of several, the first in the order of ids).

    The search itself is among them. Raises BadEvidenceGraph when `search` is no search of the graph.
    """
    return {step: _ids(path) for step, path in _paths(graph, search).items() if isinstance(step, str)}


def independent(graph: Graph, item: str, *, of: str) -> Independent | Tainted:
    """Whether an item is independent of a search, or the path by which it is not.

    Raises BadEvidenceGraph when either is not recorded, or when the item is a person: people are not independent, what
    they say is.
    """
    if item not in graph.items or graph.items[item].kind is NodeKind.PERSON:
        raise BadEvidenceGraph(f"{item} is no item of evidence.", remedy="Name an item of the case.")
    path = _paths(graph, of).get(item)
    if path is not None:
        return Tainted(_ids(path), in_words(graph, path))
    return Independent(_remarks(graph, item, of))


def independent_for(graph: Graph) -> tuple[str, ...]:
    """The items that speak for it, reliable, linked to the offence, independent of every search of the case, by id.

    What was searched with speaks for somebody by the search alone, and a step of the case speaks for nobody.
    """
    searches = [id for id, item in graph.items.items() if item.kind is NodeKind.SEARCH]
    out = {id for search in searches for id in (*taint(graph, search), *graph.descent[search])}
    return tuple(
        id
        for id, item in graph.items.items()
        if item.says is Says.FOR and item.reliable is True and item.links_to_offence is True
        if item.kind not in STEPS and id not in out
    )


def _paths(graph: Graph, search: str) -> dict[Step, tuple[Step, ...]]:
    root = graph.items.get(search)
    if root is None or root.kind is not NodeKind.SEARCH or root.at is UNKNOWN:
        raise BadEvidenceGraph(f"{search} is no search of this case.", remedy="Name a search that is recorded.")
    carrying = {(edge.source, edge.target) for edge in graph.edges if graph.carries(edge)}
    barred = {(edge.source, edge.target) for edge in graph.edges} - carrying
    children: dict[Step, list[Step]] = defaultdict(list)
    for step, parents in graph.descent.items():
        at = graph.items[step].at if isinstance(step, str) else step.at
        if isinstance(at, datetime) and at >= root.at:
            for parent in parents:
                if (parent, step) not in barred:
                    children[parent].append(step)
    found: dict[Step, tuple[Step, ...]] = {}
    queue: list[tuple[int, tuple[str, ...], int, tuple[Step, ...]]] = [(1, (search,), 0, (search,))]
    pushed = 0
    while queue:
        length, _, _, path = heapq.heappop(queue)
        if path[-1] in found:
            continue
        found[path[-1]] = path
        for child in children[path[-1]]:
            pushed += 1
            longer = (*path, child)
            heapq.heappush(queue, (length + 1, _ids(longer), pushed, longer))
    return found


def _ids(path: tuple[Step, ...]) -> tuple[str, ...]:
    return tuple(step if isinstance(step, str) else step.person for step in path)


def _remarks(graph: Graph, item: str, search: str) -> tuple[str, ...]:
    tainted = taint(graph, search)
    return tuple(
        f"{item} was looked for because of {edge.source}."
        for edge in graph.edges
        if edge.kind is EdgeKind.PROMPTED_BY and edge.target == item and edge.source in tainted
    )
