"""The desk over the API: feeds bring messages, and bring them twice without harm."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from lookalike.casework.acting import Acting
from lookalike.casework.bookings.models import Booking, Delivery
from lookalike.casework.people.models import Token
from lookalike.casework.permissions import Permission
from tests.casework.bookings.conftest import booking, status
from tests.casework.tokens import token_of


@pytest.fixture
def feed(custodian: Acting, site: Path) -> Client:
    """A program with a custodian's token."""
    token_of(custodian.person, custodian.at, secret="lookalike_feed")
    return Client(headers={"Authorization": "Bearer lookalike_feed"})


def message(raw: dict[str, Any], **more: Any) -> str:
    fields = {name: value for name, value in raw.items() if name != "photographs"}
    return json.dumps({"fields": fields, "photographs": raw.get("photographs", [])} | more)


def test_a_message_is_brought_once(feed: Client, picture: Callable[[int], bytes]) -> None:
    answers = []
    for _ in range(2):
        file = SimpleUploadedFile("B1.jpg", picture(1))
        given = {"feed": "county", "message": message(booking(1), key="m1"), "pictures": file}
        answers.append(feed.post("/api/deliveries/messages", given))
    assert [one.status_code for one in answers] == [200, 200], answers[0].content
    assert answers[0].json() == answers[1].json()
    assert answers[0].json()["state"] == "taken"
    assert Delivery.objects.count() == 1
    one = feed.get("/api/bookings?id=A000001").json()["items"][0]
    assert one["photos"][0]["record_id"] == "A000001"
    assert feed.get(f"/api/bookings/{one['public_id']}").json() == one
    changed = feed.post(
        f"/api/bookings/{one['public_id']}/status",
        json.dumps({"version": 1, "status": "sealed", "reason": "By order."}),
        content_type="application/json",
    )
    assert changed.json()["status"] == "sealed"


def test_a_reject_is_mended(feed: Client, picture: Callable[[int], bytes]) -> None:
    given = {"feed": "county", "message": message(booking(1, status="actve"))}
    bad = feed.post("/api/deliveries/messages", given).json()
    assert (bad["state"], bool(bad["why"]), bool(bad["remedy"])) == ("rejected", True, True)
    page = f"/api/deliveries/{bad['public_id']}/mend"
    assert feed.post(page, {"mending": json.dumps({"fields": {"status": "active"}})}).status_code == 422
    file = SimpleUploadedFile("1.jpg", picture(1))
    good = feed.post(page, {"mending": json.dumps({"fields": {"status": "active"}}), "pictures": file})
    assert good.status_code == 200, good.content
    assert Booking.objects.get().photos.count() == 1


def test_a_list_with_its_pictures(feed: Client, picture: Callable[[int], bytes]) -> None:
    raw = booking(1)
    raw.pop("photographs")
    text = ",".join([*raw, "file", "taken_on"]) + "\n" + ",".join([*raw.values(), "B1.jpg", "2019-02-16"]) + "\n"
    given = {
        "feed": "county",
        "file": SimpleUploadedFile("list.csv", text.encode()),
        "pictures": [SimpleUploadedFile("B1.jpg", picture(1))],
    }
    answer = feed.post("/api/deliveries/lists", given)
    assert [one["state"] for one in answer.json()] == ["taken"], answer.content
    assert Booking.objects.get().photos.get().state == "enrolled"


@pytest.mark.parametrize("text", ["", "{", "[]", '{"fields": 1}', '{"fields": {}, "kind": "x"}'])
def test_what_is_no_message_is_told(feed: Client, text: str) -> None:
    assert feed.post("/api/deliveries/messages", {"feed": "county", "message": text}).status_code == 422
    assert not Delivery.objects.exists()


def test_no_file_is_kept_with_its_reason(feed: Client) -> None:
    given = {"feed": "county", "file": SimpleUploadedFile("a.an2", b"no transaction")}
    assert feed.post("/api/deliveries/transactions", given).json()["state"] == "rejected"
    assert feed.post("/api/deliveries/transactions", given | {"feed": "../x"}).status_code == 422
    assert feed.post("/api/deliveries/lists", given).status_code == 422


def test_reading_is_for_those_who_may(feed: Client, custodian: Acting) -> None:
    Token.objects.update(scopes=[Permission.DELIVERY_BRING.value])
    given = {"feed": "court", "message": message(status(1, "sealed"), kind="status")}
    assert feed.post("/api/deliveries/messages", given).json()["state"] == "waiting"
    for address in ("bookings", "deliveries", "proposals", "scrubs", "health"):
        assert feed.get(f"/api/{address}").status_code == 403, address
    Token.objects.update(scopes=[one.value for one in Permission])
    for address in ("bookings", "deliveries", "proposals", "scrubs", "health"):
        assert feed.get(f"/api/{address}").status_code == 200, address
