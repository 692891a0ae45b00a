"""The graph of evidence: items, and what came of what. Edges point from a source to what came of it.

A graph that cannot be followed is refused with `BadEvidenceGraph`: nothing about descent is guessed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from graphlib import CycleError, TopologicalSorter

from lookalike.errors import BadEvidenceGraph
from lookalike.protocol.persons import person_of
from lookalike.protocol.unknown import UNKNOWN, Unknown


class NodeKind(StrEnum):
    """What an item is. A person needs no date: people are tainted from an instant on."""

    SEARCH = "search"
    LEAD = "lead"
    CANDIDATE_PHOTO = "candidate_photo"
    STILL = "still"
    CLIP = "clip"
    LINEUP = "lineup"
    IDENTIFICATION = "identification"
    STATEMENT = "statement"
    TIP = "tip"
    RECORD = "record"
    WARRANT = "warrant"
    ARREST = "arrest"
    PERSON = "person"


class Says(StrEnum):
    """Whether an item speaks for or against the person having done it."""

    FOR = "for"
    AGAINST = "against"
    NEUTRAL = "neutral"


class EdgeKind(StrEnum):
    """How one thing came of another. COLLECTED_BY is a person's custody only."""

    DERIVED_FROM = "derived_from"
    PROMPTED_BY = "prompted_by"
    SHOWN = "shown"
    TOLD = "told"
    CONTAINS = "contains"
    SPOKE = "spoke"
    COLLECTED_BY = "collected_by"


TO_PERSON = frozenset({EdgeKind.SHOWN, EdgeKind.TOLD})
HOLDS_PEOPLE = frozenset({NodeKind.LEAD, NodeKind.CANDIDATE_PHOTO, NodeKind.LINEUP})


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One item of evidence, or a person.

    at: when it was made or written down (a print: when it was lifted, and not when it was compared); UNKNOWN for a
    person, and an error for anything else. obtained_at: when it came to the police, where that is later. source: the
    node it came from, None when it came from outside the case. by: the person who spoke, or the witness of a lineup.
    persons: whom a lead, a photograph or a lineup holds.
    """

    id: str
    kind: NodeKind
    at: datetime | Unknown = UNKNOWN
    obtained_at: datetime | None = None
    source: str | Unknown | None = None
    by: str | None = None
    persons: tuple[str, ...] = ()
    says: Says = Says.NEUTRAL
    reliable: bool | Unknown = UNKNOWN
    links_to_offence: bool | Unknown = UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """`target` came of `source`. at: when a person was shown or told; of no other edge."""

    kind: EdgeKind
    source: str
    target: str
    at: datetime | Unknown | None = None


@dataclass(frozen=True, slots=True, order=True)
class Event:
    """A node from an instant on: what a person was shown or told, or an item looked up, by edge number `edge`."""

    node: str
    at: datetime
    edge: int


Step = str | Event
"""A node of the graph unrolled in time: an item, or what befell a person or an item later."""


class Graph:
    """Items and edges that were checked. Raises BadEvidenceGraph, which names what cannot be followed.

    items: by id. edges: those given, and those that follow from the items themselves.
    """

    def __init__(self, items: tuple[Item, ...], edges: tuple[Edge, ...] = ()) -> None:
        counts = Counter(person_of(item.id) for item in items)
        twice = sorted(id for id, count in counts.items() if count > 1)
        if twice:
            raise _bad(f"Two items are called {twice[0]}.", "Give each a name of its own, and each person only one.")
        self.items = {item.id: item for item in sorted(items, key=lambda item: item.id)}
        for item in self.items.values():
            self._check_item(item)
        for edge in edges:
            self._check_ends(edge)
        every = {*edges, *self._implied()}
        self._check_choices(every)
        self.edges = tuple(sorted(every, key=lambda e: (e.source, e.target, e.kind, str(e.at))))
        for edge in self.edges:
            self._check_time(edge)
        self.events = tuple(
            Event(edge.target, at, number)
            for number, edge in enumerate(self.edges)
            if isinstance(at := self._reached_at(edge), datetime)
        )
        self.descent = self._unrolled()
        try:
            TopologicalSorter(self.descent).prepare()
        except CycleError as error:
            circle = " → ".join(step if isinstance(step, str) else step.node for step in reversed(error.args[1]))
            raise _bad(f"The evidence goes round in a circle: {circle}.", "Say which of them came first.") from error

    def spoken_by(self, person: str) -> Iterator[Item]:
        """What the person said or chose, by edges of the kind `spoke`."""
        for edge in self.edges:
            if edge.kind is EdgeKind.SPOKE and edge.source == person:
                yield self.items[edge.target]

    def _check_item(self, item: Item) -> None:
        if item.kind is not NodeKind.PERSON and item.at is UNKNOWN:
            raise _bad(f"{item.id} has no date.", "Find out when it was made or written down.")
        for time in (item.at, item.obtained_at):
            if isinstance(time, datetime) and time.utcoffset() is None:
                raise _bad(f"The time of {item.id} has no offset from UTC.", "Give it one.")
        if _before(item.obtained_at, item.at):
            raise _bad(f"{item.id} is said to have been obtained before it was made.", "Correct one of the dates.")
        if item.source is UNKNOWN:
            raise _bad(f"Nobody knows where {item.id} comes from.", "Find out, or leave it out of the case.")
        if item.source is not None and item.source not in self.items:
            raise _bad(f"{item.id} comes from {item.source}, which nobody has recorded.", "Record it.")
        if item.by is not None and (item.by not in self.items or self.items[item.by].kind is not NodeKind.PERSON):
            raise _bad(f"{item.id} is by {item.by}, who is not recorded as a person.", "Record the person.")
        origin = self.items[item.source].kind if item.source is not None else None
        if item.kind in (NodeKind.LEAD, NodeKind.CANDIDATE_PHOTO) and origin is not NodeKind.SEARCH:
            raise _bad(f"{item.id} is not said to come from a search.", "Name the search that it came from.")
        if item.kind in HOLDS_PEOPLE and not item.persons:
            raise _bad(f"Nobody knows whom {item.id} holds.", "Name the people in it.")
        if item.kind is NodeKind.PERSON and (item.source is not None or item.by is not None):
            raise _bad(f"{item.id} is a person, and comes from nothing.", "Say what the person was shown or told.")

    def _check_choices(self, edges: set[Edge]) -> None:
        shown = {edge.target for edge in edges if edge.kind not in (EdgeKind.SPOKE, EdgeKind.COLLECTED_BY)}
        for item in self.items.values():
            if item.kind is NodeKind.IDENTIFICATION and item.id not in shown:
                raise _bad(f"Nobody knows what {item.id} was chosen from.", "Name the lineup, or what else was shown.")

    def _check_ends(self, edge: Edge) -> None:
        for end in (edge.source, edge.target):
            if end not in self.items:
                raise _bad(f"{edge.source} → {edge.target}: {end} is not recorded.", "Record it.")
        to_person = self.items[edge.target].kind is NodeKind.PERSON
        from_person = self.items[edge.source].kind is NodeKind.PERSON
        if edge.kind in TO_PERSON:
            fits = to_person
        elif edge.kind in (EdgeKind.SPOKE, EdgeKind.COLLECTED_BY):
            fits = from_person and not to_person
        else:
            fits = not to_person and not from_person
        if not fits:
            raise _bad(f"{edge.source} → {edge.target} cannot be '{edge.kind}'.", "Say how one came of the other.")
        if edge.kind in TO_PERSON and not (isinstance(edge.at, datetime) and edge.at.utcoffset() is not None):
            raise _bad(f"Nobody knows when {edge.target} was {edge.kind} {edge.source}.", "Find out when.")

    def _implied(self) -> Iterator[Edge]:
        """What follows from the items: sources and speakers; a witness sees the lineup; a lead names people."""
        for item in self.items.values():
            if item.source is not None and item.source is not UNKNOWN:
                person = self.items[item.source].kind is NodeKind.PERSON
                if item.kind is not NodeKind.PERSON:
                    kind = EdgeKind.SPOKE if person else EdgeKind.DERIVED_FROM
                    yield Edge(kind=kind, source=item.source, target=item.id)
            if item.by is not None and item.kind is NodeKind.LINEUP:
                yield Edge(kind=EdgeKind.SHOWN, source=item.id, target=item.by, at=item.at)
            elif item.by is not None and item.kind is not NodeKind.PERSON:
                yield Edge(kind=EdgeKind.SPOKE, source=item.by, target=item.id)
            if item.kind in (NodeKind.LEAD, NodeKind.CANDIDATE_PHOTO):
                yield from self._named_by(item)

    def _named_by(self, lead: Item) -> Iterator[Edge]:
        """A lineup after a search that holds whom its lead or its list holds comes from it, written down or not."""
        people = set(map(person_of, lead.persons))
        search = self.items[str(lead.source)]
        for lineup in self.items.values():
            if lineup.kind is NodeKind.LINEUP and people & set(map(person_of, lineup.persons)):
                if _before(lineup.at, search.at):
                    continue
                source = search if _before(lineup.at, lead.at) else lead
                yield Edge(kind=EdgeKind.CONTAINS, source=source.id, target=lineup.id)

    def _check_time(self, edge: Edge) -> None:
        later = self._reached_at(edge) or self.items[edge.target].at
        if _before(later, self.items[edge.source].at):
            raise _bad(
                f"{edge.target} is said to come from {edge.source}, which is later.", "Correct one of the dates."
            )

    def _reached_at(self, edge: Edge) -> datetime | Unknown | None:
        """When an edge reached its target, where that is not when the target was made: a telling, a looking up."""
        if edge.kind is EdgeKind.PROMPTED_BY:
            return self.items[edge.target].obtained_at
        return edge.at if edge.kind in TO_PERSON else None

    def _unrolled(self) -> dict[Step, set[Step]]:
        """The descent, unrolled in time: for each step, what it came from directly.

        What an item says comes from what prompted it only where that is not the later one; that it was looked up
        always does, and so does what came of it from then on.
        """
        came: dict[Step, set[Step]] = {id: set() for id, item in self.items.items() if item.kind is not NodeKind.PERSON}
        for event in self.events:
            came[event] = self._known_from(self.edges[event.edge].source, event.at)
        for edge in self.edges:
            at = self.items[edge.target].at
            if edge.kind in TO_PERSON or edge.kind is EdgeKind.COLLECTED_BY or _before(at, self.items[edge.source].at):
                continue
            assert isinstance(at, datetime)
            came[edge.target] |= self._known_from(edge.source, at)
        return came

    def _known_from(self, source: str, at: datetime) -> set[Step]:
        """The steps of a source up to an instant: an item itself, and what had befallen it by then."""
        befell: set[Step] = {event for event in self.events if event.node == source and event.at <= at}
        return befell if self._is_person(source) else befell | {source}

    def _is_person(self, id: str) -> bool:
        return self.items[id].kind is NodeKind.PERSON


def _before(one: datetime | Unknown | None, other: datetime | Unknown | None) -> bool:
    return isinstance(one, datetime) and isinstance(other, datetime) and one < other


def _bad(what: str, remedy: str) -> BadEvidenceGraph:
    return BadEvidenceGraph(
        what, why="Whether evidence is independent of a search is computed, not guessed.", remedy=remedy
    )
