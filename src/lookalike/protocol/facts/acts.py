"""Which facts belong to which act."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from lookalike.protocol.facts.base import ActFacts
from lookalike.protocol.facts.court import CourtFacts, LineupFacts, WarrantFacts
from lookalike.protocol.facts.office import RecordFacts, ReportFacts
from lookalike.protocol.facts.search import ExamineFacts, LeadFacts, RequestFacts, SearchFacts, ShowFacts
from lookalike.protocol.vocabulary import Act

FACTS: Mapping[Act, type[ActFacts]] = MappingProxyType(
    {
        kind.act: kind
        for kind in (
            RequestFacts,
            SearchFacts,
            ShowFacts,
            ExamineFacts,
            LeadFacts,
            LineupFacts,
            WarrantFacts,
            CourtFacts,
            RecordFacts,
            ReportFacts,
        )
    }
)
"""The facts of each act."""
