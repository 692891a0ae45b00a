"""The site's ledger: its tables stand in the site's database, its keys in a folder of their own."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection

from lookalike.errors import NoSuchLedger
from lookalike.files import write_whole
from lookalike.ledger._sql import POSTGRESQL, SQLITE, Dialect
from lookalike.ledger.folder import PUBLIC_KEY, first_key, write_alarm
from lookalike.ledger.keys import KeyFolder
from lookalike.ledger.ledger import Ledger
from lookalike.ledger.transaction_store import TransactionStore

_here = threading.local()


def dialect() -> Dialect:
    """The engine of the site's database, with Django's placeholder."""
    return POSTGRESQL if connection.vendor == "postgresql" else replace(SQLITE, placeholder="%s")


def store() -> TransactionStore:
    """The ledger's store on this thread's connection."""

    def run(sql: str, values: Sequence[Any]) -> Any:
        cursor = connection.cursor()
        cursor.execute(sql, values or None)
        return cursor

    return TransactionStore(run, dialect(), lambda: connection.in_atomic_block, (DatabaseError,))


def ledger() -> Ledger:
    """Give the thread's own view of the ledger. Raises NoSuchLedger before `begin_ledger` was called."""
    folder = Path(settings.LEDGER_FOLDER)
    if getattr(_here, "folder", None) != folder:
        _here.ledger = _open(folder, first_key(folder).name)
        _here.folder = folder
    book: Ledger = _here.ledger
    return book


def begin_ledger(origin: str) -> bool:
    """Draw the keys and write the first entry, where that was not done yet. Returns whether it was done now."""
    folder = Path(settings.LEDGER_FOLDER)
    if (folder / PUBLIC_KEY).exists():
        return False
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    keys = KeyFolder(Path(settings.LEDGER_KEYS), origin)
    try:
        key = keys.current()
    except Exception:
        key = keys.create(os.urandom)
    book = _open(folder, origin)
    if store().head().size == 0:
        from django.db import transaction

        with transaction.atomic():
            book.begin()
    book.publish()
    write_whole(folder / PUBLIC_KEY, key.verifier.text.encode() + b"\n", new=True)
    return True


def _open(folder: Path, origin: str) -> Ledger:
    keys = Path(settings.LEDGER_KEYS)
    return Ledger(
        store(),
        KeyFolder(keys, origin),
        clock=lambda: datetime.now(UTC),
        random=os.urandom,
        alarm=lambda text: write_alarm(folder, keys, text),
    )


def is_begun() -> bool:
    """Whether the ledger can be written."""
    try:
        ledger()
    except NoSuchLedger:
        return False
    return True
