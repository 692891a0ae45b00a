"""What an act recorded of a row: the SHA-256 of its content, so that a row changed behind the ledger's back is found.

    vouch(doing, description)        # inside the act, when everything of the row is written

The entry names the row as an object and, right after it, its content's SHA-256. Where a row may be changed by a later
act, that act states it again: the latest statement holds.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from django.apps import apps
from django.db.models import Model

from lookalike.casework.acting import Doing
from lookalike.casework.recording import ledger, store
from lookalike.ledger.entry import open_blob

CONTENT = "content"
"""The kind of object under which an entry names the SHA-256 of what the object before it holds."""

Key = tuple[str, str]
"""What a row is called in an entry: its kind and its id."""


@dataclass(frozen=True, slots=True)
class Content:
    """What a row is held to. parts: rows that belong to it, by the name that leads to them. when: rows that count."""

    fields: str
    parts: Mapping[str, Content] = field(default_factory=dict)
    when: Mapping[str, Any] = field(default_factory=dict)


_ENTERED = "recorded_by_id recorded_at withdrawn_at withdrawn_by_id withdrawn_because"
_SIGNED = "person_id office decision words read_all about_sha256 at"
_COMPARISON = Content("component judgement explained_by words")
CONTENTS: Mapping[str, Content] = {
    "cases.description": Content(
        "case_id witness words given_on height_low_cm height_high_cm weight_low_kg weight_high_kg age_low age_high "
        "build hair facial_hair marks clothing taken_by_id taken_at corrects_id"
    ),
    "cases.custody": Content("exhibit_id at by_id what source target viewing note"),
    "cases.editstep": Content("still_id edit by_id at undone_at undone_by_id"),
    "searches.request": Content(
        "number case_id still_id edits face probe_sha256 template quality fitness fitness_reasons obstructions purpose "
        "suspicion specific_facts route order_by order_at behalf_of_id targeted asked_by_id asked_at repeat_reason "
        "judgement facts checked_by_id checked_at check_words"
    ),
    "examinations.task": Content(
        "search_id nth examiner_id given_at probe_id seed probe_locked_at candidates_seen_at concluded_at conclusion "
        "named_id words judgement facts saw role_ok",
        {
            "features": Content("component visible words limits"),
            "corrections": Content("at component before after reason"),
            "faces": Content(
                "place letter candidate_id record_id gallery picture_id outcome reason", {"comparisons": _COMPARISON}
            ),
        },
        {"state": "concluded"},
    ),
    "leads.answer": Content("request_id candidate_id by_id at words more_than_one code portrait_id judgement facts"),
    "leads.refusal": Content("request_id by_id at words judgement"),
    "leads.acknowledgement": Content("answer_id person_id statement words at"),
    "corroboration.party": Content("case_id name account_id note added_by_id added_at"),
    "corroboration.suspect": Content(
        "case_id party_id answer_id person_id suspicion written_at added_by_id added_at ended_at ended_because"
    ),
    "corroboration.arrest": Content(f"case_id suspect_id at words {_ENTERED}"),
    "corroboration.evidenceitem": Content(
        "case_id number sort title words about_id says at obtained_at source outside collected_by_id by_id file_id "
        f"reliable reliable_because links links_because {_ENTERED}",
        {"changes": Content("at by_id field before after reason")},
    ),
    "corroboration.link": Content(f"case_id kind source target at {_ENTERED}"),
    "corroboration.reply": Content("item_id words by_id at"),
    "corroboration.whereabouts": Content("suspect_id question state tried found_id by_id at"),
    "corroboration.shown": Content("suspect_id what holds words by_id at", {"items": Content("public_id")}),
    "lineups.witness": Content(
        "case_id party_id present_at_scene saw_perpetrator where familiar conditions description_id asked_at answers "
        "interviewed_at interviewed_by_id",
        when={"interviewed_at__isnull": False},
    ),
    "lineups.lineup": Content(
        "case_id number suspect_id witness_id state presentation administration administrator_id proposal seed covers "
        "looked_by_id looked_at made_by_id made_at judgement facts allowed_by_id allowed_at ended_because code",
        {
            "members": Content(
                "is_suspect place record_id person_id picture_id because covered look added_by_id added_at removed_at "
                "removed_by_id removed_because"
            )
        },
    ),
    "lineups.lineuprefusal": Content("lineup_id by_id at judgement facts"),
    "lineups.lineupopening": Content("lineup_id person_id about_sha256 at"),
    "lineups.lineupsignature": Content(f"lineup_id {_SIGNED}"),
    "lineups.mocktest": Content(
        "lineup_id description members opened_by_id opened_at closed_at closed_by_id result ended_because",
        {"tickets": Content("volunteer_id opened_at order used_at choice_id set_aside")},
        {"closed_at__isnull": False},
    ),
    "lineups.holding": Content(
        "lineup_id held_by_id language order begun_at consent consent_words outcome chosen_id chosen_at confidence "
        "confidence_at ended_at sheet",
        {"pieces": Content("take number file_id at")},
        {"ended_at__isnull": False},
    ),
    "lineups.event": Content("holding_id number kind at elapsed_ms data"),
    "warrants.warrantrequest": Content(
        "case_id number suspect_id state statement sole_basis asked_by_id asked_at judgement facts sent_at "
        "decided_by_id decided_at decided_words",
        {"questions": Content("words by_id at reply replied_by_id replied_at")},
    ),
    "warrants.warrantrefusal": Content("warrant_id by_id at judgement facts"),
    "warrants.warrantsignature": Content(f"warrant_id {_SIGNED}"),
    "warrants.packet": Content(
        "case_id number suspect_id warrant_id made_by_id made_at file_id sha256 manifest items holds added code",
        when={"file__isnull": False},
    ),
}
"""The rows that are held to their entries, by model."""


def vouch(doing: Doing, row: Model) -> None:
    """Have the act's entry say what a row holds, as the database gives it back."""
    doing.about(*key_of(row))
    doing.about(CONTENT, digest(type(row)._base_manager.get(pk=row.pk)))


def key_of(row: Model) -> Key:
    """What a row is called in an entry."""
    return str(row._meta.model_name), str(getattr(row, "public_id", row.pk))


def digest(row: Model) -> str:
    """SHA-256 of the content of a row as JSON in one spelling, 64 hexadecimal digits."""
    said = {"row": row._meta.label_lower, "id": row.pk} | _said(row, CONTENTS[row._meta.label_lower])
    text = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def stated(bodies: Iterable[Mapping[str, Any] | None]) -> dict[Key, str]:
    """The latest SHA-256 of each row, from the bodies of entries in their order; one that was erased says nothing."""
    found: dict[Key, str] = {}
    for body in bodies:
        last: Key = ("", "")
        for one in (body or {}).get("objects") or ():
            if one["kind"] == CONTENT:
                found[last] = one["id"]
            last = (one["kind"], one["id"])
    return found


def changed() -> list[Key]:
    """Every row that is not as its latest entry says, that no entry states, or that is gone. Reads the whole ledger."""
    entries = ledger().payloads(0, store().head().size)
    said = stated(None if blob is None else open_blob(blob) for _, _, blob in entries)
    there = {key_of(row): digest(row) for row in _rows()}
    return sorted(key for key in said.keys() | there.keys() if said.get(key) != there.get(key))


def _rows() -> Iterable[Model]:
    for label, content in CONTENTS.items():
        yield from apps.get_model(label)._base_manager.filter(**content.when).order_by("pk").iterator()


def _said(row: Model, content: Content) -> dict[str, Any]:
    said = {name: _plain(getattr(row, name)) for name in content.fields.split()}
    for name, part in content.parts.items():
        said[name] = [_said(one, part) for one in getattr(row, name).order_by("pk")]
    return said


def _plain(value: Any) -> Any:
    """A value as every database gives it back: a moment in UTC, and 2.0 as 2."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value
