"""Entries of acts that nobody who is signed in has done: a sign-in that failed, an account that locked itself."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from lookalike.casework.acting import publish
from lookalike.casework.recording import ledger
from lookalike.ledger.acts import Account, Act, NewEntry, Outcome

NOBODY, SITE = "nobody", "site"
"""Who is named where nobody is signed in: whoever tried, or the site by its own rules."""


def entry(
    act: Act,
    outcome: Outcome,
    *,
    actor: str,
    source: str,
    where: str,
    objects: Sequence[tuple[str, str]] = (),
    note: str | None = None,
) -> NewEntry:
    """An entry without a person who acts. note: a word of ours, never one that was typed."""
    account = Account(
        actor=actor, role="none", agency="none", where=where, source=source, objects=list(objects), note=note
    )
    return NewEntry(act, outcome, account.body())


def append(*entries: NewEntry) -> None:
    """Write entries inside the open transaction; they are signed when it has committed."""
    ledger().append(*entries)
    transaction.on_commit(publish, robust=True)
