"""What the report of a lineup says, gathered from the rows as plain data, whose SHA-256 stands in the ledger's entry.

The document is made from this data alone. Data that were changed in the database no longer have the SHA-256 of the
entry, and are shown to nobody.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.timezone import localtime

import lookalike
from lookalike.casework.leads.kept import SHEET, digest, named_by
from lookalike.casework.lineups.models import Holding, Lineup, Member
from lookalike.casework.lineups.services.holding import plan_of, told
from lookalike.casework.people.models import Agency
from lookalike.errors import BrokenFile
from lookalike.lineup.instructions import languages

__all__ = ["SHEET", "digest_of", "sheet_of", "whole"]


def sheet_of(holding: Holding) -> dict[str, Any]:
    """Everything about a lineup that is over. No fractions: figures travel as text."""
    from lookalike.casework.lineups.services.recording import joined_sha256, takes

    lineup = holding.lineup
    members = {one.public_id: one for one in lineup.members.select_related("picture")}
    events = list(holding.events.order_by("number"))
    return {
        "agency": Agency.objects.get(own=True).name,
        "software": f"Lookalike {lookalike.__version__}",
        "case": lineup.case.number,
        "lineup": lineup.number,
        "witness": lineup.witness.party.name,
        "suspect": lineup.suspect.party.name,
        "from_search": lineup.suspect.answer_id is not None,
        "held_by": holding.held_by.name,
        "administration": str(lineup.administration),
        "presentation": str(lineup.presentation),
        "language": languages()[holding.language],
        "begun_at": _moment(holding.begun_at),
        "ended_at": _moment(holding.ended_at),
        "state": str(lineup.state),
        "because": lineup.ended_because,
        "outcome": str(holding.outcome),
        "chosen": 0 if holding.chosen is None else holding.order.index(holding.chosen.public_id) + 1,
        "chosen_at": _moment(holding.chosen_at),
        "confidence": holding.confidence,
        "confidence_at": _moment(holding.confidence_at),
        "consent": holding.consent,
        "consent_words": holding.consent_words,
        "seed": lineup.seed,
        "members": [_member(place, members[one]) for place, one in enumerate(holding.order, start=1)],
        "at_once": plan_of(holding).at_once,
        "told": [{"key": one.key, "text": one.text} for one in told(holding)],
        "events": [
            {
                "number": one.number,
                "kind": str(one.kind),
                "at": _moment(one.at),
                "elapsed_ms": one.elapsed_ms,
                "data": one.data,
            }
            for one in events
        ],
        "takes": [
            {
                "number": one.number,
                "begun_at": _moment(one.begun_at),
                "ended_at": _moment(one.ended_at),
                "pieces": one.pieces,
                "missing": list(one.missing),
                "size": one.size,
                "sha256": joined_sha256(holding, one.number),
            }
            for one in takes(holding)
        ],
        "recording_sha256": events[-1].data.get("recording_sha256"),
        "fairness": _fairness(lineup),
        "allowed_by": lineup.allowed_by.name if lineup.allowed_by else "",
        "allowed_at": _moment(lineup.allowed_at),
        "packs": list((lineup.judgement or {}).get("packs", [])),
        "signatures": [
            {
                "who": one.person.name,
                "office": one.office,
                "for": one.decision,
                "at": _moment(one.at),
                "words": one.words,
            }
            for one in lineup.signatures.select_related("person").order_by("at", "pk")
        ],
        "url": str(events[0].data.get("url", "")),
    }


def digest_of(sheet: Mapping[str, Any]) -> str:
    """SHA-256 of the data."""
    return digest(sheet)


def whole(lineup: Lineup) -> dict[str, Any]:
    """The data of a lineup that is over, as they were recorded. Raises BrokenFile where they are not."""
    sheet: dict[str, Any] = lineup.holding.sheet
    if lineup.entry is None or not sheet or named_by(lineup.entry) != digest(sheet):
        raise BrokenFile(
            "What is kept of this lineup is not what was recorded.",
            why="Its SHA-256 is not the one that the ledger's entry names: it was changed in the database, or the "
            "entry was erased.",
            remedy="Rely on the report as printed. Tell the auditor, and whoever holds the ledger's checkpoints.",
        )
    return sheet


def _member(place: int, one: Member) -> dict[str, Any]:
    return {
        "place": place,
        "suspect": one.is_suspect,
        "record": one.record_id,
        "because": one.because,
        "covered": [str(part) for part in one.covered],
        "sha256": one.picture.sha256 if one.picture else "",
    }


def _fairness(lineup: Lineup) -> dict[str, str]:
    """The figures of the last mock-witness test that was closed, as text; {} where there was none."""
    test = lineup.tests.filter(closed_at__isnull=False).order_by("-closed_at").first()
    if test is None or not test.result:
        return {}
    flat = {**test.result, **(test.result.get("fairness") or {})}
    shown = {key: _figure(value) for key, value in flat.items() if isinstance(value, int | float)}
    return shown | {"description": test.description}


def _figure(value: float) -> str:
    return str(value) if isinstance(value, int) else f"{value:.4g}"


def _moment(at: datetime | None) -> str:
    return "" if at is None else localtime(at).isoformat(timespec="milliseconds")
