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
class Try(Facts):
    """An attempt to find out where somebody was: when, and whom or what was asked."""

    at: datetime | Unknown = fact("when that was looked into", Owner.INVESTIGATOR)
    words: str | Unknown = fact("what was done to look into it", Owner.INVESTIGATOR)


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceView(Facts):
    """The evidence of a case as the rules need it. `EvidenceView.of` makes it; only facts read from a file do not.

    alibi_try, location_try: the attempt of which alibi and location tell; None: none is on record.
    """

    independent_for: tuple[str, ...] | Unknown = fact(
        "which reliable evidence of the offence is independent of every search", Owner.INVESTIGATOR
    )
    earliest_independent: datetime | Unknown | None = fact(
        "when the police first had independent evidence", Owner.INVESTIGATOR
    )
    contradictions_open: tuple[str, ...] | Unknown = fact("which contradictions are not answered", Owner.INVESTIGATOR)
    contradictions_answered: tuple[str, ...] | Unknown = fact("which contradictions are answered", Owner.INVESTIGATOR)
    alibi: CheckState | Unknown = fact("whether an alibi was looked into", Owner.INVESTIGATOR)
    alibi_try: Try | Unknown | None = fact("when and how an alibi was looked into", Owner.INVESTIGATOR)
    location: CheckState | Unknown = fact("whether the person's location was looked into", Owner.INVESTIGATOR)
    location_try: Try | Unknown | None = fact("when and how the person's location was looked into", Owner.INVESTIGATOR)
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
        alibi_try: Try | Unknown | None,
        location: CheckState | Unknown,
        location_try: Try | Unknown | None,
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
            alibi_try=alibi_try,
            location=location,
            location_try=location_try,
            means=means,
            ability=ability,
            opportunity=opportunity,
        )
