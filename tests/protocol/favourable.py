"""The benefit of the doubt: whatever is not on record is taken to have been done as the default asks.

A refusal that still stands then rests on what is on record alone.
"""

from __future__ import annotations

import json
import re
from datetime import date, datetime
from typing import Any

from lookalike.protocol.court_words import PacketItem
from lookalike.protocol.facts.acts import FACTS
from lookalike.protocol.facts.base import ActFacts, hints
from lookalike.protocol.facts.reading import read_facts
from lookalike.protocol.vocabulary import Act, Disclosure
from tests.protocol.given import NOON, SHARED, SIGNED

DOING = {
    Act.REQUEST: "investigator",
    Act.LINEUP: "lineup_administrator",
    Act.WARRANT: "investigator",
    Act.LEAD: "supervisor",
}
KINDS = ("face_comparison", "policy_and_process", "supervised_searches", "risks_and_error_rates")
DETROIT: dict[str, Any] = {
    "actor": {"training": [{"kind": k, "completed_on": "2026-01-10", "hours": 80, "last_day": None} for k in KINDS]},
    "authority": {
        "papers": [
            {"kind": kind, "issued_by": "city", "issued_on": "2025-09-19", "last_day": "2026-09-30"}
            for kind in ("board_policy", "authorisation")
        ]
    },
    "case": {"offence": {"nibrs": "120", "statute": None}},
    "sheet": {"disclosures": list(Disclosure)},
    "packet": {"items": list(PacketItem)},
}


def favourable(act: Act, on_record: dict[str, Any]) -> ActFacts:
    """What is on record of an act, and for the rest what the default allows, in the days before the act."""
    names = [name for name in hints(FACTS[act]) if name in SHARED]
    base = {name: SHARED[name] for name in names}
    base |= {"signatures": SIGNED[act]} if act in SIGNED else {}
    ours = DETROIT | {"actor": DETROIT["actor"] | {"roles": [DOING.get(act, "examiner")]}}
    base = merged(base, {name: ours[name] for name in names if name in ours})
    moved = shifted(base, datetime.fromisoformat(on_record["at"]) - datetime.fromisoformat(NOON))
    return read_facts(json.dumps({"act": act, "facts": merged(moved, on_record)}))


def merged(under: Any, over: Any) -> Any:
    """One table over another; the tables of a list each over the first of the list beneath."""
    if isinstance(under, dict) and isinstance(over, dict):
        return under | {name: merged(under.get(name), value) for name, value in over.items()}
    if isinstance(under, list) and isinstance(over, list) and under and isinstance(under[0], dict):
        return [merged(under[0], one) for one in over]
    return over


def shifted(value: Any, by: Any) -> Any:
    """The same, with every day and instant moved."""
    if isinstance(value, dict):
        return {name: shifted(one, by) for name, one in value.items()}
    if isinstance(value, list):
        return [shifted(one, by) for one in value]
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return (date.fromisoformat(value) + by).isoformat()
    if isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\dT", value):
        return (datetime.fromisoformat(value) + by).isoformat()
    return value
