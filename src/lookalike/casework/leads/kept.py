"""An answer as it is kept and recorded: plain data, whose SHA-256 stands in the ledger's entry.

The document is made from this data alone, before and after a crash alike. Data that were changed in the database no
longer have the SHA-256 of the entry, and are shown to nobody.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError

from lookalike.casework.leads.models import Answer
from lookalike.casework.leads.sheet import LeadSheet, NoLead
from lookalike.casework.paper import Verification
from lookalike.casework.recording import ledger
from lookalike.errors import BrokenFile
from lookalike.ledger.canonical import to_json

SHEET = "sheet"
"""The kind under which an entry names the SHA-256 of the data."""

_LEAD, _NO_LEAD = TypeAdapter(LeadSheet), TypeAdapter(NoLead)
_UNPRINTED = Verification("", "", 0, "")


def to_data(sheet: LeadSheet | NoLead, *, url: str, pictures: Mapping[str, str]) -> dict[str, Any]:
    """The sheet as plain data, without the number of an entry that is not written yet.

    url: where the code leads to. pictures: SHA-256 of the pictures that the document shows, by name.
    """
    data: dict[str, Any]
    if isinstance(sheet, LeadSheet):
        data = _LEAD.dump_python(sheet, mode="json", exclude={"verification"})
    else:
        data = _NO_LEAD.dump_python(sheet, mode="json", exclude={"verification"})
    kind = "lead" if isinstance(sheet, LeadSheet) else "no_lead"
    return {"kind": kind, "says": data, "url": url, "pictures": dict(pictures)}


def digest(data: Mapping[str, Any]) -> str:
    """SHA-256 of the data in their canonical form, 64 hexadecimal digits; "" for what has no such form."""
    try:
        return hashlib.sha256(to_json(data)).hexdigest()
    except ValueError:
        return ""


def named_by(entry: int) -> str | None:
    """The SHA-256 that an entry of the ledger names; None where it names none, or was erased on an order."""
    body = ledger().body(entry) or {}
    objects: Any = body.get("objects", [])
    return next((one["id"] for one in objects if one["kind"] == SHEET), None)


def is_intact(answer: Answer) -> bool:
    """Whether the kept data are those of the entry. Where the entry was erased nobody can tell, and they are not."""
    return answer.entry is not None and named_by(answer.entry) == digest(answer.sheet)


def sheet_of(answer: Answer) -> LeadSheet | NoLead:
    """What an answer says. Raises BrokenFile where it is not what was recorded."""
    if not is_intact(answer):
        raise _changed()
    says, lead = answer.sheet["says"], answer.sheet["kind"] == "lead"
    whole = {**says, "verification": dataclasses.asdict(_UNPRINTED)}
    try:
        sheet = _LEAD.validate_python(whole) if lead else _NO_LEAD.validate_python(whole)
    except ValidationError as error:
        raise _changed() from error
    return dataclasses.replace(sheet, verification=verification(answer))


def verification(answer: Answer) -> Verification:
    """Where the document can be checked."""
    assert answer.entry is not None
    return Verification(answer.code, answer.sheet["url"], answer.entry, answer.leaf)


def _changed() -> BrokenFile:
    return BrokenFile(
        "What is kept of this answer is not what was signed.",
        why="Its SHA-256 is not the one that the ledger's entry names: it was changed in the database, or the entry "
        "was erased.",
        remedy="Rely on the document as it was printed. Tell the auditor, and whoever holds the ledger's checkpoints.",
    )
