"""From the board to a lineup that was held: a row that is changed behind the ledger's back is found."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.apps import apps

from lookalike.casework import recorded
from lookalike.casework.acting import act
from lookalike.casework.corroboration.models import EvidenceItem
from lookalike.casework.corroboration.nodes import node
from lookalike.casework.corroboration.services import arrests, checks, items, links
from lookalike.casework.lineups import views_witness
from lookalike.casework.lineups.models import Holding, Lineup, Piece, Ticket
from lookalike.casework.lineups.services import allow, holding, members, plans
from lookalike.casework.recorded import CONTENTS, Key, changed, digest, key_of, stated, vouch
from lookalike.errors import ActRefused
from lookalike.ledger.acts import Act
from tests.casework.lineups.conftest import Court
from tests.casework.lineups.holding.conftest import Witness

pytestmark = pytest.mark.django_db
OURS = [label for label in CONTENTS if label.startswith(("corroboration.", "lineups."))]
KINDS = {label.partition(".")[2] for label in OURS}


@pytest.fixture(autouse=True)
def begun_anew(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out what the ledger said before: of tests that commit the rows are cleared away, the entries are not."""
    entries = recorded.ledger().payloads(0, recorded.store().head().size)
    before = stated(None if blob is None else recorded.open_blob(blob) for _, _, blob in entries)

    def since(bodies: Any) -> dict[Any, str]:
        return {key: digest for key, digest in stated(bodies).items() if before.get(key) != digest}

    monkeypatch.setattr(recorded, "stated", since)


def found() -> list[Key]:
    """What is not as it was recorded, of the board and the lineups; the fixtures make other rows without an act."""
    return [key for key in changed() if key[0] in KINDS]


@pytest.fixture
def life(court: Court, monkeypatch: pytest.MonkeyPatch) -> Court:
    """Everything once: a board with all that it can hold, a lineup refused, allowed and held, another given up."""
    board = court.board
    with act(board.acting, Act.EVIDENCE_RECORD) as doing:
        vouch(doing, board.suspect.party)  # the fixture made it without an act
    alibi = board.item(3, sort="alibi", says="against", judged=None, by=board.party("Ann Sister"))
    items.reply_to(board.acting, alibi, words="She was mistaken in the day.")
    error = board.item(2, judged=None, came_from=[("prompted_by", board.lead)])
    items.change_item(board.acting, error, board.told(2, outside=False), version=1, reason="Typed wrong.")
    row = EvidenceItem.objects.get(pk=error.pk)
    link = board.link("derived_from", board.lead, node("item", row.public_id))
    links.withdraw_link(board.acting, link, reason="Another item.")
    row = EvidenceItem.objects.get(pk=error.pk)
    items.withdraw_item(board.acting, row, version=row.version, reason="Entered twice.")
    board.link("told", board.lead, node("party", board.party("Otto Officer").public_id), 1)
    arrest = arrests.record_arrest(board.acting, board.suspect, at=board.ago(1), words="x", rested_on=[board.lead])
    arrests.withdraw_arrest(board.acting, arrest, reason="Another person.")
    board.check("alibi")
    checks.say_shown(board.acting, board.suspect, what="means", holds=True, words="So.", items=[alibi])

    lineup = court.tested()
    with pytest.raises(ActRefused):
        allow.allow(court.acting(court.captain), lineup)
    lineup = court.signed(court.again(lineup))
    allow.allow(court.acting(court.captain), lineup)
    monkeypatch.setattr(views_witness, "SENT_AFTER", 0.0)
    at_once = court.who(court.holder, datetime.now(UTC))  # the witness answers by the real clock
    held, key = holding.begin(at_once, court.again(lineup), "en", address=lambda code: f"/{code}/")
    witness = Witness(held, key)
    witness.open()
    witness.say("agree")
    assert witness.client.post(f"{witness.url}recording/1/1/", b"one", content_type="video/webm").status_code == 204
    witness.to_photographs()
    witness.through()
    assert court.again(lineup).state == Lineup.State.HELD

    other = court.again(court.plan(court.witness("Rita Second"), administration="self_administered"))
    other = court.again(members.propose_members(court.planner, other, version=other.version))
    plans.give_up(court.planner, other, reason="The witness has moved.", version=other.version)
    return court


def test_after_a_whole_life_every_row_is_what_the_ledger_recorded_and_a_change_of_each_is_found(life: Court) -> None:
    assert found() == []
    for label in OURS:
        model = apps.get_model(label)
        row: Any = model._base_manager.filter(**CONTENTS[label].when).order_by("pk").last()
        assert row is not None, f"nothing in this life made a {label}"
        row = model._base_manager.get(pk=row.pk)
        others = {name: _other(row, name) for name in CONTENTS[label].fields.split()}
        tried = {name: other for name, other in others.items() if other is not None}
        assert tried, label
        for name, other in tried.items():
            kept = getattr(row, name)
            setattr(row, name, other)
            assert digest(row) != digest(model._base_manager.get(pk=row.pk)), (label, name)
            setattr(row, name, kept)
        model._base_manager.filter(pk=row.pk).update(**{name: other})
        assert found() == [key_of(row)], label
        model._base_manager.filter(pk=row.pk).update(**{name: kept})
    assert found() == []


def _other(row: Any, name: str) -> object:
    """Another value of the same kind, for text, numbers, lists and yes or no; None for any other field."""
    kept = getattr(row, name)
    if isinstance(kept, bool):
        return not kept
    field = row._meta.get_field(name)
    if isinstance(kept, int) and not field.is_relation:
        return kept + 1
    if isinstance(kept, str) and not field.unique:
        return "other"
    if isinstance(kept, dict):
        return kept | {"other": 1}
    return [*kept, 1] if isinstance(kept, list) else None


def test_what_belongs_to_a_row_is_found_with_it(life: Court) -> None:
    lineup = Lineup.objects.order_by("pk")[0]
    test, held = lineup.tests.get(), Holding.objects.get()
    member = members.standing(lineup)[0]
    lineup.members.filter(pk=member.pk).update(record_id="another")
    assert found() == [key_of(lineup)]
    lineup.members.filter(pk=member.pk).update(record_id=member.record_id)
    ticket = Ticket.objects.filter(test=test).first()
    assert ticket is not None
    Ticket.objects.filter(pk=ticket.pk).update(choice=None)
    assert found() == [key_of(test)]
    Ticket.objects.filter(pk=ticket.pk).update(choice=ticket.choice)
    assert found() == []
    Piece.objects.all().delete()
    assert found() == [key_of(held)]


@pytest.mark.parametrize("label", ["corroboration.link", "corroboration.reply", "lineups.event"])
def test_a_row_that_was_taken_away_or_put_in_is_found(life: Court, label: str) -> None:
    row: Any = apps.get_model(label)._base_manager.order_by("pk").last()
    key = key_of(row)
    row.delete()
    assert found() == [key]
    row.pk = None
    if hasattr(row, "public_id"):
        row.public_id = "0" * 32
    row.save()
    assert found() == sorted({key, key_of(row)})
