"""What a row of the board says, as plain data with a digest: the ledger's entry holds it, a packet shows it."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from enum import Enum
from typing import Any

from django.db import models

from lookalike.casework.models import StoredFile
from lookalike.ledger.canonical import to_json

CONTENT = "content_sha256"
"""The kind of object by which an entry names the digest."""


def content_of(row: models.Model) -> dict[str, Any]:
    """Every field of a row, others named by their public ids, a file by its SHA-256, moments in UTC."""
    found: dict[str, Any] = {"of": row._meta.model_name}
    for field in row._meta.concrete_fields:
        if field.name != "id":
            found[field.name] = _plain(getattr(row, field.name))
    for many in row._meta.many_to_many:
        found[many.name] = sorted(str(_plain(one)) for one in getattr(row, many.name).all())
    return found


def digest(row: models.Model) -> str:
    """The SHA-256 of a row's content as canonical JSON, in hexadecimal."""
    return hashlib.sha256(to_json(content_of(row))).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, StoredFile):
        return value.sha256
    if isinstance(value, models.Model):
        return getattr(value, "public_id", value.pk)
    return value
