"""The first page, one's own account and the administrator's pages, as a browser meets them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from lookalike.casework import waiting
from lookalike.casework.acting import Acting
from lookalike.casework.people.models import Agency, Person, RoleHeld
from lookalike.casework.people.services.tokens import make_token
from lookalike.casework.permissions import Permission
from lookalike.casework.waiting import Waiting, register, waiting_for
from lookalike.protocol.vocabulary import Role

Someone = Callable[..., Person]
SignedIn = Callable[[Person], Client]


@pytest.fixture
def desk(someone: Someone, signed_in: SignedIn) -> Client:
    """An administrator at the browser."""
    return signed_in(someone("boss", Role.ADMINISTRATOR))


@pytest.fixture
def api(someone: Someone, acting: Callable[..., Acting]) -> Callable[..., Any]:
    """Ask the API as an administrator."""
    who = acting(someone("robot", Role.ADMINISTRATOR))
    scopes = [Permission.ACCOUNT_MANAGE, Permission.TRAINING_RECORD]
    _, secret = make_token(who, name="x", scopes=scopes, days=1)

    def ask(method: str, path: str, body: Any = None) -> Any:
        headers = {"authorization": f"Bearer {secret}"}
        return Client().generic(
            method,
            f"/api/{path}",
            data="" if body is None else json.dumps(body),
            content_type="application/json",
            headers=headers,
        )

    return ask


def test_each_app_tells_what_waits_and_nothing_is_shown_for_none(
    someone: Someone, acting: Callable[..., Acting], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "_tellers", [])
    register(lambda who: [Waiting("Requests to check", "/requests/", 2), Waiting("Leads", "/leads/", 0)])
    assert [one.label for one in waiting_for(acting(someone("ann")))] == ["Requests to check"]


def test_the_first_page_says_what_keeps_others_from_working(
    desk: Client, someone: Someone, now: Any, signed_in: SignedIn
) -> None:
    ann = someone("ann", Role.INVESTIGATOR, locked_at=now)
    ann.trainings.update(last_day=now.date() + timedelta(days=3))
    page = desk.get("/").content.decode()
    for words in ("Accounts that locked themselves", "training runs out", "No pack is in force"):
        assert words in page
    other = signed_in(someone("ben", Role.INVESTIGATOR)).get("/").content.decode()
    assert "locked themselves" not in other


def test_an_account_goes_through_its_life_on_its_pages(desk: Client, agency: Agency) -> None:
    told = {"username": "jo", "name": "Jo <b>Ryan", "agency": "dpd", "roles": ["investigator"]}
    assert desk.post("/accounts/new/", told | {"roles": ["auditor", "board"]}).status_code == 422
    made = desk.post("/accounts/new/", told).content.decode()
    link = re.search(r"http://testserver(/take-up/[\w-]+/)", made)
    assert link
    assert "Jo <b>Ryan" not in made
    jo = Person.objects.get(username="jo")
    here = f"/accounts/{jo.public_id}/"
    assert link.group(1) not in desk.get(here).content.decode(), "a link is shown once"
    assert desk.post(f"{here}roles/", {"role-role": "custodian"})["Location"] == here
    assert desk.post(f"{here}roles/", {"role-role": "auditor"}).status_code == 422
    assert desk.post(f"{here}roles/custodian/").status_code == 302
    assert desk.post(f"{here}roles/custodian/").status_code == 404
    assert RoleHeld.objects.filter(person=jo, until=None).count() == 1
    training = {"training-kind": "state_annual", "training-completed_on": "2026-01-05", "training-hours": "8"}
    assert desk.post(f"{here}training/", training)["Location"] == here
    assert desk.post(f"{here}training/", training | {"training-hours": "many"}).status_code == 422
    row = jo.trainings.get()
    assert desk.post(f"{here}training/{row.pk}/withdraw/").status_code == 302
    change = {"person-name": "Jo Ryan", "person-agency": "dpd", "person-office": "captain"}
    assert desk.post(f"{here}change/", change)["Location"] == here
    assert desk.post(f"{here}disable/", {"disable-reason": ""}).status_code == 422
    assert desk.post(f"{here}disable/", {"disable-reason": "Left."})["Location"] == here
    assert desk.post(f"{here}disable/", {"disable-reason": "Left."}).status_code == 409
    assert desk.post(f"{here}enable/").status_code == 302
    assert "take-up" in desk.post(f"{here}link/").content.decode()
    assert desk.post(f"{here}release/").status_code == 409
    assert desk.get("/accounts/nobody/").status_code == 404


def test_the_list_of_accounts_is_filtered_and_asks_few_questions(
    desk: Client, someone: Someone, now: Any, django_assert_max_num_queries: Any
) -> None:
    for number in range(60):
        someone(f"p{number}", Role.INVESTIGATOR, Role.CUSTODIAN, trained=False)
    someone("locked", locked_at=now, trained=False)
    with django_assert_max_num_queries(12):
        page = desk.get("/accounts/").content.decode()
    assert "1 to 50 of 62" in page
    assert ">Locked</a>" in desk.get("/accounts/", {"state": "locked"}).content.decode()
    assert "P7" in desk.get("/accounts/", {"words": "p7", "role": "custodian"}).content.decode()
    assert "None." in desk.get("/accounts/", {"words": "p7", "role": "board"}).content.decode()


def test_agencies_are_named_and_corrected(desk: Client, agency: Agency) -> None:
    told = {"id": "bpd", "name": "Boston", "jurisdiction": "US-MA-Boston", "kind": "law_enforcement", "law_pack": ""}
    assert desk.post("/agencies/new/", told | {"jurisdiction": "Boston"}).status_code == 422
    assert desk.post("/agencies/new/", told)["Location"] == "/agencies/"
    assert desk.post("/agencies/new/", told).status_code == 422
    assert desk.post("/agencies/bpd/", told | {"name": "Boston PD"})["Location"] == "/agencies/"
    assert "Boston PD" in desk.get("/agencies/").content.decode()


def test_a_token_is_shown_once_and_withdrawn(someone: Someone, signed_in: SignedIn) -> None:
    client = signed_in(someone("ann", Role.INVESTIGATOR))
    sent = {"name": "Script", "days": "30", "scopes": ["cases:case:read"]}
    page = client.post("/me/tokens/", sent).content.decode()
    secret = re.search(r"lookalike_[\w-]{43}", page)
    assert secret
    headers = {"authorization": f"Bearer {secret.group(0)}"}
    assert Client().get("/api/me", headers=headers).json()["username"] == "ann"
    assert secret.group(0) not in client.get("/me/").content.decode()
    assert client.post("/me/tokens/", sent | {"scopes": ["people:account:manage"]}).status_code == 422
    token = re.search(r"/me/tokens/(\w+)/withdraw/", client.get("/me/").content.decode())
    assert token
    stranger = signed_in(someone("ben"))
    assert stranger.post(f"/me/tokens/{token.group(1)}/withdraw/").status_code == 404
    assert client.post(f"/me/tokens/{token.group(1)}/withdraw/").status_code == 302
    assert Client().get("/api/me", headers=headers).status_code == 401


def test_accounts_over_the_api(api: Callable[..., Any], agency: Agency) -> None:
    made = api("POST", "accounts", {"username": "jo", "name": "Jo", "agency": "dpd", "roles": ["examiner"]})
    assert made.status_code == 201
    jo = made.json()["account"]["public_id"]
    assert len(made.json()["code"]) == 43
    assert api("POST", "accounts", {"username": "jo", "name": "Jo", "agency": "dpd"}).json()["fields"] == {
        "username": ["Somebody has this name already."]
    }
    assert api("POST", "accounts", {"username": "x1", "name": "X", "agency": "none"}).status_code == 404
    assert api("GET", "accounts").json()["count"] == 2
    assert api("POST", f"accounts/{jo}/roles/custodian/give").json()["roles"] == ["custodian", "examiner"]
    assert api("POST", f"accounts/{jo}/roles/auditor/give").status_code == 422
    assert api("POST", f"accounts/{jo}/roles/king/give").status_code == 422
    assert api("POST", f"accounts/{jo}/roles/custodian/take").json()["roles"] == ["examiner"]
    training = {"kind": "state_annual", "completed_on": "2026-01-05", "hours": 8}
    number = api("POST", f"accounts/{jo}/training", training).json()["number"]
    assert [one["number"] for one in api("GET", f"accounts/{jo}/training").json()] == [number]
    assert api("POST", f"accounts/{jo}/training/{number}/withdraw").status_code == 204
    assert api("POST", f"accounts/{jo}/disable", {"reason": "Left."}).json()["disabled_because"] == "Left."
    assert api("POST", f"accounts/{jo}/disable", {"reason": "Left."}).status_code == 409
    assert api("POST", f"accounts/{jo}/enable").json()["disabled_at"] is None
    assert api("POST", f"accounts/{jo}/release").status_code == 409
    assert api("GET", "accounts/nobody").status_code == 404
    assert api("GET", "me/tokens").json()[0]["name"] == "x"
