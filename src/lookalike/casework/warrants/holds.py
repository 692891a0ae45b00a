"""What a case holds, row by row with a digest: what a packet tells, and what came since.

A packet made from a case is complete as long as the case holds nothing else. Rows of warrant requests themselves, of
signatures and of deliveries come after a packet and are told by the next one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db.models import Model

from lookalike.casework.cases.models import Case
from lookalike.casework.corroboration.content import content_of
from lookalike.casework.warrants.models import Packet

ROWS = (
    ("cases.Case", "pk", "case"),
    ("cases.CaseChange", "case", "change of the case"),
    ("cases.Description", "case", "description by a witness"),
    ("cases.Exhibit", "case", "exhibit"),
    ("cases.Custody", "exhibit__case", "link of a chain of custody"),
    ("cases.Still", "exhibit__case", "still"),
    ("cases.EditStep", "still__exhibit__case", "edit of a still"),
    ("searches.Request", "case", "request for a search"),
    ("searches.Search", "request__case", "search"),
    ("searches.Candidate", "search__request__case", "candidate"),
    ("examinations.Task", "search__request__case", "examination"),
    ("examinations.ProbeFeature", "task__search__request__case", "described component"),
    ("examinations.Correction", "task__search__request__case", "correction of an examination"),
    ("examinations.TaskFace", "task__search__request__case", "compared face"),
    ("examinations.Comparison", "face__task__search__request__case", "compared component"),
    ("leads.Answer", "request__case", "answer to a request"),
    ("leads.Refusal", "request__case", "refusal of a lead"),
    ("leads.Acknowledgement", "answer__request__case", "accepted statement"),
    ("corroboration.Party", "case", "person of the case"),
    ("corroboration.Suspect", "case", "suspect"),
    ("corroboration.Arrest", "case", "arrest"),
    ("corroboration.EvidenceItem", "case", "item of evidence"),
    ("corroboration.ItemChange", "item__case", "change of an item of evidence"),
    ("corroboration.Link", "case", "link of the evidence"),
    ("corroboration.Reply", "item__case", "answer to an item of evidence"),
    ("corroboration.Whereabouts", "suspect__case", "attempt to find out where the suspect was"),
    ("corroboration.Shown", "suspect__case", "word on means, ability or opportunity"),
    ("lineups.Witness", "case", "witness"),
    ("lineups.Lineup", "case", "lineup"),
    ("lineups.LineupRefusal", "lineup__case", "refusal of a lineup"),
    ("lineups.LineupSignature", "lineup__case", "signature on a lineup"),
    ("lineups.LineupOpening", "lineup__case", "opening of a lineup's plan"),
    ("lineups.Member", "lineup__case", "member of a lineup"),
    ("lineups.MockTest", "lineup__case", "test of a lineup"),
    ("lineups.Holding", "lineup__case", "holding of a lineup"),
    ("lineups.Event", "holding__lineup__case", "event of a lineup"),
    ("lineups.Piece", "holding__lineup__case", "piece of a recording"),
)
"""The rows of a case: model, way to the case, and what one is called."""

LATER = frozenset({"version", "viewer_version", "report", "document", "job", "index", "alive_at", "due_on"})
"""Fields that change without anything being said."""

WORDS = {model: words for model, _, words in ROWS}


def holds(case: Case) -> dict[str, str]:
    """The digest of every row of a case, by model and key. As many queries as there are models."""
    found: dict[str, str] = {}
    for model, way, _ in ROWS:
        kind = apps.get_model(model)
        joined = [field.name for field in kind._meta.concrete_fields if field.is_relation and field.name not in LATER]
        for row in kind._base_manager.filter(**{way: case.pk}).select_related(*joined).order_by("pk"):
            found[f"{model} {row.pk}"] = _digest(row)
    return found


def stale(packet: Packet) -> bool:
    """Whether the case holds something that the packet does not tell."""
    return bool(packet.holds != holds(packet.case))


def added(before: dict[str, str], now: dict[str, str]) -> list[dict[str, Any]]:
    """What is new or changed, counted by kind, as a later packet tells it."""
    counted: dict[tuple[str, bool], int] = {}
    for key, digest in now.items():
        if before.get(key) != digest:
            model = key.partition(" ")[0]
            counted[model, key not in before] = counted.get((model, key not in before), 0) + 1
    return [{"what": WORDS[model], "new": new, "count": count} for (model, new), count in counted.items()]


def in_words(rows: list[dict[str, Any]]) -> Iterator[str]:
    """What was added, for a page: "2 new: item of evidence"."""
    for one in rows:
        yield f"{one['count']} {'new' if one['new'] else 'changed'}: {one['what']}"


def _digest(row: Model) -> str:
    said = {name: value for name, value in content_of(row).items() if name not in LATER}
    text = json.dumps(said, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
