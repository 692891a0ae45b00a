"""A path through the evidence in words."""

from __future__ import annotations

from datetime import date, datetime

from lookalike.protocol.evidence.graph import EdgeKind, Graph, NodeKind, Step

WORDS = {
    NodeKind.CANDIDATE_PHOTO: "candidate photograph",
    NodeKind.IDENTIFICATION: "choice",
}


def in_words(graph: Graph, path: tuple[Step, ...]) -> str:
    """A path as people say it: "search of 1 March 2019 → lead on p-7 of 11 March 2019 → …"."""
    return " → ".join(_step(graph, step) for step in path)


def day(when: date) -> str:
    """A day as people write it: 1 March 2019."""
    return f"{when.day} {when:%B %Y}"


def _step(graph: Graph, step: Step) -> str:
    if not isinstance(step, str):
        kind = graph.edges[step.edge].kind
        how = "looked up because of" if kind is EdgeKind.PROMPTED_BY else kind.value
        return f"{step.node}, {how} it on {day(step.at)}"
    item = graph.items[step]
    name = WORDS.get(item.kind, item.kind.value)
    whom = f" on {item.persons[0]}" if item.kind is NodeKind.LEAD and item.persons else ""
    by = f" by {item.by}" if item.by is not None else ""
    when = f" of {day(item.at)}" if isinstance(item.at, datetime) else ""
    return f"{name}{whom}{by}{when}"
