"""The settings that Django reads, from LOOKALIKE_HOME, _DATABASE, _HOSTS, _PLAIN_HTTP and _ENVIRONMENT."""

from __future__ import annotations

import os
from typing import Any

from lookalike.site.configuration import settings_for
from lookalike.site.home import default_home

globals().update(
    settings_for(
        default_home(),
        database_address=os.environ.get("LOOKALIKE_DATABASE", ""),
        hosts=tuple(os.environ.get("LOOKALIKE_HOSTS", "").split()),
        secure=os.environ.get("LOOKALIKE_PLAIN_HTTP") != "1",
        environment=os.environ.get("LOOKALIKE_ENVIRONMENT", ""),
    )
)

# names of our own, for the type checker
ENVIRONMENT: str
FILES_FOLDER: str
GALLERIES_FOLDER: str
INBOX_FOLDER: str
KEYS_FOLDER: str
LEDGER_FOLDER: str
LEDGER_KEYS: str
OIDC_ACR: tuple[str, ...]
PROXIES: int
SOCIALACCOUNT_PROVIDERS: dict[str, Any]
