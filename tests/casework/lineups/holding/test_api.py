"""Over the API: what an administrator has on pages, and no more; what is over, for whoever may read it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from lookalike.casework.lineups.models import Lineup
from lookalike.casework.lineups.services.recording import joined
from lookalike.casework.people.models import Person
from lookalike.casework.permissions import Permission
from tests.casework.lineups.holding.conftest import Unit, Witness
from tests.casework.tokens import token_of

pytestmark = pytest.mark.django_db

Asks = Callable[..., Any]


@pytest.fixture
def asks(now: datetime) -> Callable[..., Asks]:
    """Ask the API as somebody. scopes: every one unless told otherwise."""

    def make(person: Person, *scopes: Permission) -> Asks:
        _, secret = token_of(person, now, *scopes)
        client = Client(headers={"authorization": f"Bearer {secret}"})

        def ask(path: str, body: Any = None) -> Any:
            if body is None:
                return client.get(f"/api/{path}")
            return client.post(f"/api/{path}", json.dumps(body), content_type="application/json")

        return ask

    return make


def begun(ask: Asks, lineup: Lineup, language: str = "en") -> Witness:
    """Begin over the API, and give the witness's browser."""
    answer = ask(f"holdings/{lineup.public_id}/begin", {"language": language})
    assert answer.status_code == 201, answer.content
    return Witness(Lineup.objects.get(pk=lineup.pk).holding, answer.json()["url"].rstrip("/").rpartition("/")[2])


def test_an_administrator_begins_looks_on_and_is_told_nothing(
    ready: Callable[..., Lineup], unit: Unit, asks: Callable[..., Asks]
) -> None:
    lineup, ask = ready(), asks(unit.administrator)
    one = f"holdings/{lineup.public_id}"
    assert ask(one).json()["standing"] is None
    assert ask("holdings").json()["items"] == [ask(one).json()["lineup"]]
    assert ask(f"{one}/begin", {"language": "xx"}).status_code == 422
    witness = begun(ask, lineup)
    assert ask(f"{one}/begin", {"language": "en"}).status_code == 409  # held once
    witness.to_photographs()
    said = [ask(one).json()["standing"]["says"]]
    for answer in ("yes", "no", "no", "not_sure", "no", "no"):
        witness.say(answer)
        if witness.step.startswith("confidence"):
            witness.say("", "Sure.")
        said.append(ask(one).json()["standing"]["says"])
    assert len(set(said)) == 1
    for value in ("1", "no", "no", ""):
        witness.say(value)
    told = ask(one)
    assert told.json()["lineup"]["state"] == "over"
    assert told.json()["standing"]["over"] is True
    for secret in ("chosen", "Sure", "Tom", "Clara", "26-00117", "uspect", lineup.seed):
        assert secret not in told.content.decode() + ask("holdings").content.decode()
    assert ask(f"lineups/{lineup.public_id}/held").status_code in (403, 404)


def test_it_is_broken_off_with_reasons_and_a_lost_key_is_drawn_again(
    ready: Callable[..., Lineup], unit: Unit, asks: Callable[..., Asks]
) -> None:
    lineup, ask = ready(), asks(unit.administrator)
    one = f"holdings/{lineup.public_id}"
    assert ask(f"{one}/stop", {"reason": "Too early."}).status_code == 404
    first = begun(ask, lineup)
    other = ask(f"{one}/key", {}).json()["url"]
    assert first.client.get(first.url).status_code == 404
    assert first.client.get(other).status_code == 200
    assert ask(f"{one}/stop", {"reason": " "}).status_code == 422
    answer = ask(f"{one}/stop", {"reason": "The tablet broke."})
    assert answer.json()["standing"]["over"] is True
    assert ask(f"{one}/stop", {"reason": "Again."}).status_code == 409
    assert ask(f"{one}/key", {}).status_code == 409
    assert Lineup.objects.get(pk=lineup.pk).state == Lineup.State.VOID


def test_nobody_else_holds_it_and_a_token_without_the_scope_neither(
    ready: Callable[..., Lineup], unit: Unit, asks: Callable[..., Asks]
) -> None:
    lineup = ready()
    one, begin = f"holdings/{lineup.public_id}", {"language": "en"}
    for ask, status in (
        (asks(unit.other), 404),
        (asks(unit.supervisor), 403),
        (asks(unit.administrator, Permission.CASE_READ), 403),
    ):
        assert ask(one).status_code == status
        assert ask(f"{one}/begin", begin).status_code == status
    assert asks(unit.other)("holdings").json()["items"] == []
    assert Client().get(f"/api/{one}").status_code == 401
    assert Lineup.objects.get(pk=lineup.pk).state == Lineup.State.ALLOWED


def test_what_is_over_is_read_whole(
    ready: Callable[..., Lineup], unit: Unit, asks: Callable[..., Asks], signed_in: Callable[[Person], Client]
) -> None:
    lineup, ask = ready(), asks(unit.supervisor)
    held = f"lineups/{lineup.public_id}/held"
    assert ask(held).status_code == 404  # not yet
    witness = begun(asks(unit.administrator), lineup)
    witness.open()
    witness.say("agree")
    for number in (1, 2):
        piece = f"{witness.url}recording/1/{number}/"
        assert witness.client.post(piece, b"piece %d" % number, content_type="video/webm").status_code == 204
    witness.to_photographs()
    witness.through(last="not_present")
    told = ask(held).json()
    assert told["outcome"] == "The witness chose nobody, and said: not present."
    assert told["sheet"]["events"][-1]["kind"] == "ended"
    assert [one["pieces"] for one in told["takes"]] == [2]
    report = ask(f"{held}/report")
    assert (report["Content-Type"], report.content[:5]) == ("application/pdf", b"%PDF-")
    assert report.content == signed_in(unit.supervisor).get(f"/lineups/{lineup.public_id}/held/report.pdf").content
    film = ask(f"{held}/recording/1")
    assert b"".join(film.streaming_content) == b"piece 1piece 2" == b"".join(joined(witness.holding, 1))
    assert ask(f"{held}/recording/2").status_code == 404
    assert asks(unit.supervisor, Permission.LINEUP_HOLD)(held).status_code == 403
