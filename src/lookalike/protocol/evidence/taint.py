"""What comes from a search.

An item is tainted when a path leads from the search to it. What was written down before the search cannot be, and cuts
the path; at the same instant it can. A person is tainted from the instant on at which something tainted was shown or
told to them, and taints what they say or tell from then on. Something old that was looked up because of something
tainted says what it always said; but what came of it since it was looked up is tainted.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from lookalike.errors import BadEvidenceGraph
from lookalike.protocol.evidence.graph import EdgeKind, Event, Graph, NodeKind, Says, Step
from lookalike.protocol.evidence.words import in_words
from lookalike.protocol.unknown import UNKNOWN

STEPS = frozenset({NodeKind.PERSON, NodeKind.SEARCH, NodeKind.LEAD, NodeKind.LINEUP, NodeKind.WARRANT, NodeKind.ARREST})
"""What is no evidence: people, and what was done in the case."""

PICTURES = frozenset({NodeKind.STILL, NodeKind.CLIP})
SPOKEN = frozenset({NodeKind.STATEMENT, NodeKind.TIP, NodeKind.IDENTIFICATION})


@dataclass(frozen=True, slots=True)
class Independent:
    """No path leads from the search to the item. remarks: that it was looked for because of the search."""

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
    paths = _paths(graph, of)
    if item in paths:
        return Tainted(_ids(paths[item]), in_words(graph, paths[item]))
    looked_up = [step for step in paths if isinstance(step, Event) and step.node == item]
    sources = dict.fromkeys(graph.edges[event.edge].source for event in looked_up)
    return Independent(tuple(f"{item} was looked for because of {source}." for source in sources))


def independent_for(graph: Graph) -> tuple[str, ...]:
    """The items that speak for it, reliable, linked to the offence, independent of every search of the case, by id.

    What was searched with, and any picture of the same recording, speaks for somebody by the search alone; a step of
    the case speaks for nobody; and of what somebody unnamed said after a search nobody knows what they had seen.
    """
    searches = [id for id, item in graph.items.items() if item.kind is NodeKind.SEARCH]
    out = {id for search in searches for id in (*taint(graph, search), *_searched_with(graph, search))}
    first = min((at for search in searches if isinstance(at := graph.items[search].at, datetime)), default=None)
    named = {edge.target for edge in graph.edges if edge.kind is EdgeKind.SPOKE}
    return tuple(
        id
        for id, item in graph.items.items()
        if item.says is Says.FOR and item.reliable is True and item.links_to_offence is True
        if item.kind not in STEPS and id not in out
        if item.kind not in SPOKEN
        or id in named
        or first is None
        or (isinstance(item.at, datetime) and item.at < first)
    )


def _searched_with(graph: Graph, search: str) -> set[str]:
    """What a search directly came from, and the stills and clips that those came from or that came from them."""
    found = {step for step in graph.descent[search] if isinstance(step, str)}
    pictures = [
        {edge.source, edge.target}
        for edge in graph.edges
        if edge.kind is not EdgeKind.COLLECTED_BY
        if graph.items[edge.source].kind in PICTURES and graph.items[edge.target].kind in PICTURES
    ]
    while more := [pair for pair in pictures if pair & found and not pair <= found]:
        found = found.union(*more)
    return found


def _paths(graph: Graph, search: str) -> dict[Step, tuple[Step, ...]]:
    root = graph.items.get(search)
    if root is None or root.kind is not NodeKind.SEARCH or root.at is UNKNOWN:
        raise BadEvidenceGraph(f"{search} is no search of this case.", remedy="Name a search that is recorded.")
    children: dict[Step, list[Step]] = defaultdict(list)
    for step, parents in graph.descent.items():
        at = graph.items[step].at if isinstance(step, str) else step.at
        if isinstance(at, datetime) and at >= root.at:
            for parent in parents:
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
    return tuple(step if isinstance(step, str) else step.node for step in path)
