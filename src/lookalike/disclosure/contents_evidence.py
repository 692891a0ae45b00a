"""What a packet says of the evidence: every item, the graph, where the suspect was, the lineups."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from lookalike.disclosure.values import Absent, File, Row


class Says(StrEnum):
    """Whether something speaks for or against the suspect having done it."""

    FOR = "for"
    AGAINST = "against"
    NEUTRAL = "neutral"


@dataclass(frozen=True, slots=True, kw_only=True)
class HappenedOf:
    """One thing that happened while a lineup was held."""

    at: datetime
    kind: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LineupOf:
    """One lineup, held or not. members: each in words, in the order of place. record: JSON of the plan as kept."""

    number: int
    state: str
    witness: str
    description: str | Absent
    conditions: str | Absent
    presentation: str
    administration: str
    administrator: str | Absent
    members: tuple[str, ...] | Absent
    fairness: tuple[Row, ...] | Absent
    held_at: datetime | Absent
    events: tuple[HappenedOf, ...] | Absent
    outcome: str | Absent
    confidence: str | Absent
    recordings: tuple[File, ...] | Absent
    report: File | Absent
    record: str
    entry: int | Absent


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceOf:
    """One item of evidence. independent: of every search, as the graph computes; taint: the path, where it is not."""

    id: str
    title: str
    sort: str
    words: str
    says: Says
    at: datetime
    obtained_at: datetime | Absent
    source: str
    collected_by: str | Absent
    by: str | Absent
    reliable: str
    linked: str
    independent: bool
    taint: str | Absent
    replies: tuple[str, ...] | Absent
    changes: tuple[str, ...] | Absent
    withdrawn: str | Absent
    file: File | Absent


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeOf:
    """A node of the graph that is no item: a person, a search, a lead, a lineup."""

    id: str
    kind: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkOf:
    """What came of what; who was shown or told what, and when."""

    kind: str
    source: str
    target: str
    at: datetime | Absent
    recorded_by: str
    recorded_at: datetime
    withdrawn: str | Absent


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphOf:
    """The evidence of the case. standing: the live statement as it stood when the packet was made."""

    standing: str
    items: tuple[EvidenceOf, ...] | Absent
    nodes: tuple[NodeOf, ...] | Absent
    links: tuple[LinkOf, ...] | Absent


@dataclass(frozen=True, slots=True, kw_only=True)
class WhereaboutsOf:
    """An attempt to find out where the suspect was, or what the suspect could have done."""

    question: str
    state: str
    tried: str
    found: str | Absent
    by: str
    at: datetime
