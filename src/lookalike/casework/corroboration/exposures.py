"""What somebody in a case was shown or told: by the same links that decide whether evidence is independent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from lookalike.casework.acting import Acting
from lookalike.casework.cases.models import Case
from lookalike.casework.corroboration.models import EvidenceItem, Link, Party, Suspect
from lookalike.casework.corroboration.nodes import Evidence, evidence_of, kind_of, node, person_of_suspect
from lookalike.casework.corroboration.services.links import link
from lookalike.protocol.evidence.graph import TO_PERSON, Edge, EdgeKind, NodeKind
from lookalike.protocol.persons import person_of

THROUGH = frozenset({"item", "party"})
"""What hands on what it came of: a statement in which a lead is told, a person who was told of it."""


@dataclass(frozen=True, slots=True)
class Exposures:
    """What a person was shown or told.

    saw_still: a still or clip of the case. told_of_lead: of a lead, its search or an arrest, also by somebody who
    had been told, or in an item that came of it. saw_suspect_picture: a photograph that a search returned, or a lead
    sheet, which shows one. shown_suspect_before: a lineup, or a choice made elsewhere.
    """

    saw_still: bool
    told_of_lead: bool
    saw_suspect_picture: bool
    shown_suspect_before: bool


def exposures(party: Party, suspect: Suspect | None = None, evidence: Evidence | None = None) -> Exposures:
    """What a party was shown or told. suspect: lineups of other suspects do not count; None: every lineup counts.

    evidence: of the case, where it was read already.
    """
    evidence = evidence or evidence_of(party.case)
    me = node("party", party.public_id)
    direct = [edge for edge in evidence.edges if edge.target == me and edge.kind in TO_PERSON]
    given = {edge.source for edge in direct}
    shown = {kind_of(edge.source) for edge in direct if edge.kind is EdgeKind.SHOWN}
    whom = None if suspect is None else person_of(person_of_suspect(suspect))
    before = any(
        (one.by == me or one.id in given) and (whom is None or whom in map(person_of, one.persons))
        for one in evidence.nodes.values()
        if one.kind is NodeKind.LINEUP
    )
    chose = any(
        row.by_id == party.pk and (suspect is None or row.about_id in (None, suspect.pk))
        for row in evidence.items
        if row.sort == EvidenceItem.Sort.IDENTIFICATION
    )
    return Exposures(
        saw_still=any(kind_of(id) in ("still", "clip") for id in given),
        told_of_lead=any(kind_of(id) in ("lead", "search", "arrest") for id in _reached(evidence, me)),
        saw_suspect_picture=any(kind_of(id) == "photo" for id in given) or bool(shown & {"lead", "search"}),
        shown_suspect_before=before or chose,
    )


def show(who: Acting, party: Party, node_id: str, kind: str, at: datetime) -> Link:
    """Record that somebody was shown or told something, and when: an act of its own. Raises as `services.links.link`.

    kind: "shown" or "told".
    """
    return link(who, party.case, kind=kind, source=node_id, target=node("party", party.public_id), at=at)


def parties(case: Case) -> tuple[Party, ...]:
    """Everybody in a case, in the order of their names."""
    return tuple(case.parties.select_related("account").order_by("name", "pk"))


def _reached(evidence: Evidence, me: str) -> Iterator[str]:
    """What reached a person at last: back through items and people, in time."""
    into: dict[str, list[Edge]] = defaultdict(list)
    for edge in evidence.edges:
        if edge.kind is not EdgeKind.COLLECTED_BY:
            into[edge.target].append(edge)
    for one in evidence.nodes.values():
        if one.kind is not NodeKind.LINEUP and one.by is not None:
            into[one.id].append(Edge(kind=EdgeKind.SPOKE, source=one.by, target=one.id))
    waiting: list[tuple[str, datetime | None]] = [(me, None)]
    done: set[tuple[str, datetime | None]] = set()
    while waiting:
        id, until = waiting.pop()
        if (id, until) in done:
            continue
        done.add((id, until))
        for edge in into[id]:
            moment = edge.at if isinstance(edge.at, datetime) else None
            if edge.kind in TO_PERSON and until is not None and moment is not None and moment > until:
                continue
            if kind_of(edge.source) in THROUGH:
                said = evidence.nodes[edge.target].at if edge.kind is EdgeKind.SPOKE else moment
                waiting.append((edge.source, said))
            else:
                yield edge.source
