"""What the rules see of the evidence: only what the graph says, never what somebody ticks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from lookalike.protocol.court_words import CheckState
from lookalike.protocol.evidence.graph import Graph, Says
from lookalike.protocol.evidence.taint import independent_for
from lookalike.protocol.facts.base import Facts, fact
from lookalike.protocol.unknown import UNKNOWN, Unknown
from lookalike.protocol.vocabulary import Owner


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceView(Facts):
    """The evidence of a case as the rules need it. `EvidenceView.of` makes it; only facts read from a file do not."""

    independent_for: tuple[str, ...] | Unknown = fact(
        "which reliable evidence of the offence is independent of every search", Owner.INVESTIGATOR
    )
    earliest_independent: datetime | Unknown | None = fact(
        "when the police first had independent evidence", Owner.INVESTIGATOR
    )
    contradictions_open: tuple[str, ...] | Unknown = fact("which contradictions are not answered", Owner.INVESTIGATOR)
    contradictions_answered: tuple[str, ...] | Unknown = fact("which contradictions are answered", Owner.INVESTIGATOR)
    alibi: CheckState | Unknown = fact("whether an alibi was looked into", Owner.INVESTIGATOR)
    location: CheckState | Unknown = fact("whether the person's location was looked into", Owner.INVESTIGATOR)
    means: bool | Unknown = fact("whether means were shown", Owner.INVESTIGATOR)
    ability: bool | Unknown = fact("whether ability was shown", Owner.INVESTIGATOR)
    opportunity: bool | Unknown = fact("whether opportunity was shown", Owner.INVESTIGATOR)

    @classmethod
    def of(
        cls,
        graph: Graph | Unknown,
        *,
        answered: frozenset[str] | Unknown,
        alibi: CheckState | Unknown,
        location: CheckState | Unknown,
        means: bool | Unknown,
        ability: bool | Unknown,
        opportunity: bool | Unknown,
    ) -> EvidenceView:
        """What a graph says, with what was looked into besides. answered: the contradictions that were answered.

        graph: UNKNOWN where it could not be made (BadEvidenceGraph); what it would have said is unknown then.
        """
        independent: tuple[str, ...] | Unknown = UNKNOWN
        earliest: datetime | Unknown | None = UNKNOWN
        still_open: tuple[str, ...] | Unknown = UNKNOWN
        closed: tuple[str, ...] | Unknown = UNKNOWN
        if graph is not UNKNOWN:
            independent = independent_for(graph)
            times = (graph.items[id].obtained_at or graph.items[id].at for id in independent)
            earliest = min((time for time in times if isinstance(time, datetime)), default=None)
            if answered is not UNKNOWN:
                against = [id for id, item in graph.items.items() if item.says is Says.AGAINST]
                still_open = tuple(id for id in against if id not in answered)
                closed = tuple(id for id in against if id in answered)
        return cls(
            independent_for=independent,
            earliest_independent=earliest,
            contradictions_open=still_open,
            contradictions_answered=closed,
            alibi=alibi,
            location=location,
            means=means,
            ability=ability,
            opportunity=opportunity,
        )
