"""An act and its entry commit together or not at all; a refusal is recorded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from lookalike.casework.acting import Acting, act
from lookalike.casework.people.models import Agency, Person
from lookalike.casework.recording import ledger, store
from lookalike.errors import ActRefused
from lookalike.ledger.acts import Act
from lookalike.protocol.facts.base import unknown
from lookalike.protocol.facts.search import RequestFacts
from lookalike.protocol.vocabulary import Role


def test_an_act_is_recorded_with_its_rows(someone: Callable[..., Person], acting: Callable[..., Acting]) -> None:
    who, before = acting(someone("ann", Role.INVESTIGATOR)), store().head().size
    with act(who, Act.CASE_OPEN, objects=[("case", "x")]):
        Agency.objects.create(id="flint", name="Flint", jurisdiction="US-MI-Flint", kind="law_enforcement")
    assert store().head().size == before + 1
    body: Any = ledger().body(before)
    assert (body["actor"], body["objects"]) == (who.person.public_id, [{"kind": "case", "id": "x"}])


def test_what_raises_leaves_neither_rows_nor_entry(
    someone: Callable[..., Person], acting: Callable[..., Acting]
) -> None:
    who, before = acting(someone("ann", Role.INVESTIGATOR)), store().head().size
    with pytest.raises(ZeroDivisionError), act(who, Act.CASE_OPEN):
        Agency.objects.create(id="flint", name="Flint", jurisdiction="US-MI-Flint", kind="law_enforcement")
        raise ZeroDivisionError
    assert store().head().size == before
    assert not Agency.objects.filter(id="flint").exists()


def test_a_refused_act_leaves_its_refusal_and_nothing_else(
    law: Person, someone: Callable[..., Person], acting: Callable[..., Acting]
) -> None:
    who, before = acting(someone("ann", Role.INVESTIGATOR)), store().head().size
    with pytest.raises(ActRefused), act(who, Act.SEARCH_REQUEST) as doing:
        Agency.objects.create(id="flint", name="Flint", jurisdiction="US-MI-Flint", kind="law_enforcement")
        doing.require(unknown(RequestFacts))
    assert not Agency.objects.filter(id="flint").exists()
    assert store().head().size == before + 1
    body: Any = ledger().body(before)
    assert [one for one in body["decision"]["refused"] if one["rule"] == "R02"]


@pytest.mark.django_db(transaction=True)
def test_a_checkpoint_is_signed_after_the_commit(someone: Callable[..., Person], acting: Callable[..., Acting]) -> None:
    with act(acting(someone("ann", Role.INVESTIGATOR)), Act.CASE_OPEN):
        pass
    assert not connection.in_atomic_block
    assert ledger().checkpoint().split(b"\n")[1] == str(store().head().size).encode()
