"""A token of the API for somebody, without the act that draws one."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from lookalike.casework.people.models import Person, Token
from lookalike.casework.permissions import Permission


def token_of(
    person: Person, at: datetime, *scopes: Permission, secret: str | None = None, **more: Any
) -> tuple[Token, str]:
    """The row and the token itself. at: when it was drawn, for a day. scopes: every one unless told otherwise."""
    secret = secret or f"lookalike_{secrets.token_hex(16)}"
    row = Token.objects.create(
        person=person,
        name="a test",
        sha256=hashlib.sha256(secret.encode()).hexdigest(),
        scopes=[one.value for one in scopes or Permission],
        **({"made_at": at, "expires_at": at + timedelta(days=1)} | more),
    )
    return row, secret
