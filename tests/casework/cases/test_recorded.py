"""A row that is changed, added or taken away in the database is found by what the ledger recorded of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from lookalike.casework import recorded
from lookalike.casework.acting import Acting
from lookalike.casework.cases import services
from lookalike.casework.cases.models import Case, Custody, Description, EditStep, Exhibit
from lookalike.casework.recorded import changed, key_of, stated
from lookalike.media.edits import Exposure, Gamma
from tests.casework.cases.test_services import TALL


@pytest.fixture(autouse=True)
def begun_anew(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out what the ledger said before: of tests that commit the rows are cleared away, the entries are not."""
    entries = recorded.ledger().payloads(0, recorded.store().head().size)
    before = stated(None if blob is None else recorded.open_blob(blob) for _, _, blob in entries)

    def since(bodies: Any) -> dict[Any, str]:
        return {key: digest for key, digest in stated(bodies).items() if before.get(key) != digest}

    monkeypatch.setattr(recorded, "stated", since)


@pytest.fixture
def kept(who: Acting, case: Case, bring: Callable[..., Exhibit], people: Any, probes: Any) -> Exhibit:
    """A case in which something of each kind was done."""
    exhibit = bring(people / probes[0]["file"])
    services.take_description(who, case, TALL)
    services.hand_over(who, exhibit, to="State laboratory", reason="Sound.")
    still = exhibit.stills.get()
    services.edit_still(who, still, Gamma(1.5), version=1)
    services.edit_still(who, still, Exposure(0.5), version=2)
    services.undo_edit(who, still, version=3)
    services.redo_edit(who, still, version=4)
    services.undo_edit(who, still, version=5, step=still.edits.first())
    return exhibit


def test_what_was_done_by_acts_is_what_the_ledger_recorded(kept: Exhibit, capsys: Any) -> None:
    assert changed() == []
    call_command("check_rows")
    assert "Every row" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("model", "change"),
    [
        (Description, {"words": "He was short."}),
        (Description, {"height_low_cm": 150}),
        (Description, {"taken_by_id": None}),
        (Custody, {"target": "Somebody else"}),
        (Custody, {"note": ""}),
        (Custody, {"viewing": True}),
        (EditStep, {"edit": {"kind": "gamma", "gamma": 3.0}}),
        (EditStep, {"undone_at": None, "undone_by_id": None}),
    ],
)
def test_a_row_that_was_changed_behind_the_ledgers_back_is_found(
    kept: Exhibit, who: Acting, someone: Any, model: Any, change: dict[str, Any]
) -> None:
    row = model.objects.last()
    if "taken_by_id" in change:
        change = {"taken_by_id": someone("eve").pk}
    model.objects.filter(pk=row.pk).update(**change)
    assert changed() == [key_of(row)]
    with pytest.raises(CommandError, match="1 rows"):
        call_command("check_rows")


@pytest.mark.parametrize("model", [Description, Custody, EditStep])
def test_a_moved_time_a_row_taken_away_and_one_put_in_are_found(kept: Exhibit, model: Any) -> None:
    row = model.objects.last()
    at = "taken_at" if model is Description else "at"
    model.objects.filter(pk=row.pk).update(**{at: getattr(row, at) - timedelta(microseconds=1)})
    assert changed() == [key_of(row)]
    model.objects.filter(pk=row.pk).update(**{at: getattr(row, at)})
    assert changed() == []
    key = key_of(row)
    row.delete()
    assert changed() == [key]
    row.pk = None
    row.save()
    assert changed() == sorted({key, key_of(row)})


def test_the_latest_statement_holds_and_an_erased_entry_states_nothing() -> None:
    def entry(*objects: tuple[str, str]) -> dict[str, Any]:
        return {"objects": [{"kind": kind, "id": name} for kind, name in objects]}

    first = entry(("case", "c"), ("description", "1"), ("content", "a"), ("custody", "1"), ("content", "b"))
    second = entry(("description", "1"), ("content", "z"), ("description", "2"))
    assert stated([first, None, {}, second]) == {("description", "1"): "z", ("custody", "1"): "b"}
