"""From a request to the prosecutor's decision: a row that is changed behind the ledger's back is found."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps

from lookalike.casework import recorded
from lookalike.casework.recorded import CONTENTS, Key, changed, key_of, stated
from lookalike.casework.warrants.models import Question, WarrantRequest
from lookalike.casework.warrants.services import deciding, requests
from lookalike.errors import ActRefused
from tests.casework.warrants.conftest import Court

pytestmark = pytest.mark.django_db(transaction=True)
CHANGES: dict[str, dict[str, Any]] = {
    "warrants.warrantrequest": {"statement": "No search was used."},
    "warrants.warrantrefusal": {"judgement": {"allowed": True}},
    "warrants.warrantsignature": {"decision": False},
    "warrants.packet": {"sha256": "0" * 64},
}


@pytest.fixture(autouse=True)
def begun_anew(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out what the ledger said before: of tests that commit the rows are cleared away, the entries are not."""
    entries = recorded.ledger().payloads(0, recorded.store().head().size)
    before = stated(None if blob is None else recorded.open_blob(blob) for _, _, blob in entries)

    def since(bodies: Any) -> dict[Any, str]:
        return {key: digest for key, digest in stated(bodies).items() if before.get(key) != digest}

    monkeypatch.setattr(recorded, "stated", since)


def found() -> list[Key]:
    """What is not as it was recorded, of requests for warrants; the fixtures make other rows without an act."""
    kinds = {label.partition(".")[2] for label in CHANGES}
    return [key for key in changed() if key[0] in kinds]


def test_every_row_of_a_request_is_held_to_what_the_ledger_recorded(court: Court) -> None:
    assert set(CHANGES) == {label for label in CONTENTS if label.startswith("warrants.")}
    court.corroborated()
    row = court.forward()
    with pytest.raises(ActRefused):
        requests.ask(court.investigator, row, version=row.version)
    for person in (court.one, court.two, court.chief):
        court.sign(person, row)
    row.refresh_from_db()
    row = requests.ask(court.investigator, row, version=row.version)
    deciding.send_back(court.as_(court.prosecutor), row, questions=["Where was he?"], version=row.version)
    requests.reply(court.investigator, Question.objects.get(), words="At home, he says.")
    assert found() == []
    for label, change in CHANGES.items():
        model = apps.get_model(label)
        one: Any = model._base_manager.order_by("pk").last()
        kept = {name: getattr(one, name) for name in change}
        model._base_manager.filter(pk=one.pk).update(**change)
        assert found() == [key_of(one)], label
        model._base_manager.filter(pk=one.pk).update(**kept)
    assert found() == []
    Question.objects.update(reply="Nobody asked.")
    assert found() == [key_of(WarrantRequest.objects.get())]
