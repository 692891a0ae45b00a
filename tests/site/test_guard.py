"""The guard: a session ends when it should, what is privileged asks again, and nothing without a rule is served."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory, override_settings

from lookalike.casework.pages import Marks
from lookalike.casework.people.models import OpenSession, Person
from lookalike.casework.people.services import accounts
from lookalike.casework.permissions import Permission
from lookalike.casework.recording import ledger, store
from lookalike.errors import NotPermitted
from lookalike.protocol.vocabulary import Role
from lookalike.site import guard
from lookalike.site.guard import Guard

Someone = Callable[..., Person]
SignedIn = Callable[[Person], Client]


def age(client: Client, **keys: timedelta) -> None:
    """Make a session older."""
    session = client.session
    for key, by in keys.items():
        session[key] = (datetime.now(UTC) - by).isoformat()
    session.save()


def last_entry() -> tuple[str, dict[str, Any]]:
    """The newest entry: its act and its body."""
    index = store().head().size - 1
    _, text, _ = next(store().lines(index, index + 1))
    body: Any = ledger().body(index)
    return text.split(" ")[3], body


@pytest.mark.parametrize(
    ("minutes", "seen", "stays"), [(60, 29, True), (60, 31, False), (719, 1, True), (721, 1, False)]
)
def test_a_session_ends_after_half_an_hour_idle_and_after_twelve_hours(
    someone: Someone, signed_in: SignedIn, minutes: int, seen: int, stays: bool
) -> None:
    client = signed_in(someone("ann", Role.INVESTIGATOR))
    age(client, **{guard.SIGNED_IN: timedelta(minutes=minutes), guard.SEEN: timedelta(minutes=seen)})
    assert client.get("/").status_code == (200 if stays else 302)
    assert OpenSession.objects.get().ended_at is None if stays else OpenSession.objects.get().ended_at is not None
    if not stays:
        act, body = last_entry()
        assert act == "access.logoff"
        assert body["note"] in ("30 minutes without activity", "twelve hours")
        assert client.get("/sign-in/")["Location"].startswith("/notice/"), "the notice is of one session"


def test_being_active_is_written_down(someone: Someone, signed_in: SignedIn) -> None:
    ann = someone("ann", Role.INVESTIGATOR)
    client = signed_in(ann)
    age(client, **{guard.SEEN: timedelta(minutes=20)})
    client.get("/")
    assert datetime.now(UTC) - datetime.fromisoformat(client.session[guard.SEEN]) < timedelta(seconds=20)
    ann.refresh_from_db()
    assert ann.seen_at is not None


def test_a_locked_or_disabled_account_is_out_at_once(
    someone: Someone, signed_in: SignedIn, acting: Callable[..., Any]
) -> None:
    ann, boss = someone("ann", Role.INVESTIGATOR), someone("boss", Role.ADMINISTRATOR)
    client = signed_in(ann)
    accounts.disable(acting(boss), ann, "Left the unit.")
    assert client.get("/")["Location"].startswith("/sign-in/")


def test_a_change_of_roles_asks_for_a_new_sign_in(
    someone: Someone, signed_in: SignedIn, acting: Callable[..., Any]
) -> None:
    ann, boss = someone("ann", Role.INVESTIGATOR), someone("boss", Role.ADMINISTRATOR)
    client = signed_in(ann)
    accounts.give_role(acting(boss), ann, Role.CUSTODIAN)
    assert client.get("/")["Location"].startswith("/sign-in/")


def test_a_session_that_was_ended_elsewhere_is_over(someone: Someone, signed_in: SignedIn) -> None:
    ann = someone("ann", Role.INVESTIGATOR)
    here, there = signed_in(ann), signed_in(ann)
    mine = here.session[guard.SESSION]
    assert there.post(f"/me/sessions/{mine}/end/").status_code == 302
    assert here.get("/")["Location"].startswith("/sign-in/")
    assert there.get("/").status_code == 200


def test_nobody_ends_the_session_of_another(someone: Someone, signed_in: SignedIn) -> None:
    here, there = signed_in(someone("ann")), signed_in(someone("ben"))
    assert there.post(f"/me/sessions/{here.session[guard.SESSION]}/end/").status_code == 404
    assert here.get("/").status_code == 200


def test_a_session_that_was_not_opened_at_the_door_is_none(someone: Someone, signed_in: SignedIn) -> None:
    client = signed_in(someone("ann"))
    session = client.session
    del session[guard.SESSION]
    session.save()
    assert client.get("/")["Location"].startswith("/sign-in/")


def test_what_is_privileged_asks_again_after_a_quarter_of_an_hour(someone: Someone, signed_in: SignedIn) -> None:
    client = signed_in(someone("boss", Role.ADMINISTRATOR))
    assert client.get("/accounts/new/").status_code == 200
    age(client, **{guard.SIGNED_IN: timedelta(minutes=16)})
    assert client.get("/accounts/new/")["Location"] == "/sign-in/again/?next=%2Faccounts%2Fnew%2F"
    sent = client.post("/accounts/new/", {"username": "x"}, headers={"referer": "http://testserver/accounts/new/"})
    assert sent["Location"] == "/sign-in/again/?next=%2Faccounts%2Fnew%2F"
    assert not Person.objects.filter(username="x").exists()
    again = client.post("/sign-in/again/?next=/accounts/new/", {"password": "correct horse battery staple"})
    assert again["Location"] == "/accounts/new/"
    assert client.get("/accounts/new/").status_code == 200


def test_a_part_of_a_page_leads_the_whole_page_to_the_sign_in(db: None) -> None:
    answer = Client().get(
        "/cases/", headers={"hx-request": "true", "hx-current-url": "http://testserver/cases/?page=2"}
    )
    assert answer.headers["HX-Redirect"] == "/sign-in/?next=%2Fcases%2F"


def test_a_refusal_of_access_is_recorded(someone: Someone, signed_in: SignedIn) -> None:
    client = signed_in(someone("ann", Role.INVESTIGATOR))
    assert client.get("/accounts/").status_code == 403
    act, body = last_entry()
    assert (act, body["objects"]) == ("access.deny", [{"kind": "permission", "id": Permission.ACCOUNT_MANAGE.value}])


def test_a_view_without_a_rule_is_not_served(someone: Someone, signed_in: SignedIn) -> None:
    def forgotten(request: Any) -> HttpResponse:
        return HttpResponse("secret")

    request: Any = RequestFactory().get("/forgotten/")
    client = signed_in(someone("boss", *Role))
    request.session, request.htmx = client.session, False
    door = Guard(lambda request: HttpResponse())
    request.acting = None
    answer = door.process_view(request, forgotten, (), {})
    assert answer is not None
    assert answer.status_code == 302
    request.acting = object()
    with pytest.raises((NotPermitted, AttributeError)):
        door.process_view(request, forgotten, (), {})


def test_polling_keeps_no_session_alive(someone: Someone, signed_in: SignedIn) -> None:
    client = signed_in(someone("ann", Role.INVESTIGATOR))
    age(client, **{guard.SEEN: timedelta(minutes=20)})
    before = client.session[guard.SEEN]

    def polled(request: Any) -> HttpResponse:
        return HttpResponse()

    polled.needs, polled.marks = Permission.CASE_READ, Marks(polled=True)  # type: ignore[attr-defined]
    request: Any = RequestFactory().get("/polled/")
    request.session, request.htmx = client.session, False
    door = Guard(lambda request: HttpResponse())
    request.acting = type("Who", (), {"require": lambda self, needs: None})()
    assert door.process_view(request, polled, (), {}) is None
    assert request.session[guard.SEEN] == before


@pytest.mark.parametrize(
    ("proxies", "told", "source"),
    [
        (0, "203.0.113.9", "127.0.0.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        (2, "198.51.100.1, 203.0.113.9", "198.51.100.1"),
        (1, "", "127.0.0.1"),
    ],
)
def test_the_address_is_what_our_own_proxy_says(
    someone: Someone, signed_in: SignedIn, proxies: int, told: str, source: str
) -> None:
    client = signed_in(someone("ann", Role.INVESTIGATOR))
    with override_settings(PROXIES=proxies):
        client.get("/accounts/", headers={"x-forwarded-for": told})
    assert last_entry()[1]["source"] == source
