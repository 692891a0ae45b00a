"""Nobody comes in with a password alone, unseen, or after five failures; and what is told tells nothing."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY, format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt
from django.conf import settings
from django.test import Client

from lookalike.casework.acting import Acting
from lookalike.casework.people.entrance.adapters import REFUSED
from lookalike.casework.people.models import FailedSignIn, OpenSession, Person
from lookalike.casework.people.services import accounts, sign_in, tokens
from lookalike.casework.permissions import Permission
from lookalike.errors import BrokenLedger
from lookalike.protocol.vocabulary import Role
from lookalike.site import guard
from lookalike.site.configuration import settings_for
from tests.casework.people.conftest import PASSWORD

Someone = Callable[..., Person]
Entries = Callable[[], list[tuple[str, str, dict[str, Any]]]]
App = Callable[[Person], Callable[[], str]]


def test_the_notice_comes_before_the_sign_in(db: None) -> None:
    client = Client()
    first = client.get("/cases/", follow=False)
    assert first["Location"] == "/sign-in/?next=%2Fcases%2F"
    assert client.get(first["Location"])["Location"].startswith("/notice/?next=")
    assert client.post("/sign-in/", {"login": "ann", "password": "x"})["Location"].startswith("/notice/")
    assert FailedSignIn.objects.count() == 0
    agreed = client.post("/notice/", {"next": "/sign-in/?next=%2Fcases%2F"})
    assert agreed["Location"] == "/sign-in/?next=%2Fcases%2F"
    assert client.get("/sign-in/").status_code == 200


def test_the_notice_leads_nowhere_else(db: None) -> None:
    for away in ("https://example.org/", "//example.org", "javascript:alert(1)", "https:example.org"):
        assert Client().post("/notice/", {"next": away})["Location"] == "/"


def test_a_password_and_a_code_open_a_session(
    someone: Someone, visitor: Client, app: App, enter: Callable[..., Any], entries: Entries
) -> None:
    ann = someone("ann", Role.INVESTIGATOR)
    code = app(ann)
    before = visitor.session.session_key
    assert enter(visitor, "Ann ")["Location"] == "/sign-in/second/"
    assert visitor.get("/")["Location"].startswith("/sign-in/")
    assert visitor.post("/sign-in/second/", {"code": code()})["Location"] == "/"
    assert visitor.get("/").status_code == 200
    assert visitor.session.session_key != before
    assert visitor.session[guard.FACTORS] == 2
    act, outcome, body = entries()[-1]
    assert (act, outcome, body["actor"]) == ("access.logon", "done", ann.public_id)
    assert body["note"] == "Signed in with password and totp."
    assert FailedSignIn.objects.count() == 0


def test_a_password_alone_leads_to_the_enrolment_and_nowhere_else(
    someone: Someone, visitor: Client, enter: Callable[..., Any]
) -> None:
    someone("ann", Role.ADMINISTRATOR)
    assert enter(visitor, "ann")["Location"] == "/"
    for page in ("/", "/me/", "/accounts/", "/law/", "/cases/", "/sign-in/password/"):
        assert visitor.get(page)["Location"] == "/second-factor/", page
    assert visitor.get("/second-factor/").status_code == 200
    assert visitor.get("/sign-in/factors/app/").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_enrolling_an_app_opens_the_site(
    someone: Someone,
    visitor: Client,
    enter: Callable[..., Any],
    entries: Entries,
) -> None:
    someone("ann", Role.INVESTIGATOR)
    enter(visitor, "ann")
    visitor.get("/sign-in/factors/app/")
    secret = visitor.session[SECRET_SESSION_KEY]
    code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    done = visitor.post("/sign-in/factors/app/", {"code": code})
    assert done["Location"] == "/sign-in/factors/codes/"
    shown = visitor.get("/sign-in/factors/codes/").content.decode()
    assert shown.count("<li>") >= 10
    again = visitor.get("/sign-in/factors/codes/").content.decode()
    assert "****" not in again
    assert "10 of 10 are left" in again
    assert visitor.get("/").status_code == 200
    notes = [body["note"] for act, _, body in entries() if act == "account.authenticator"]
    assert notes == ["Enrolled: app for codes. Enrolled: recovery codes."]


def test_what_one_changes_on_ones_factors_is_recorded(
    someone: Someone, app: App, signed_in: Callable[[Person], Client], entries: Entries
) -> None:
    ann = someone("ann", Role.INVESTIGATOR)
    app(ann)
    key = Authenticator.objects.create(user=ann, type="webauthn", data={"name": "One", "credential": {}})
    client = signed_in(ann)
    page = "/sign-in/factors"
    for address, more in (
        ("codes/new", {}),
        (f"passkeys/{key.pk}", {"name": "Two"}),
        (f"passkeys/{key.pk}", {"name": "Two"}),  # the same name: nothing is changed
        ("app/remove", {}),
    ):
        assert client.post(f"{page}/{address}/", more).status_code == 302, address
    assert client.post(f"{page}/passkeys/{key.pk}/remove/").status_code == 409
    assert [(entry[0], entry[2]["note"]) for entry in entries()] == [
        ("account.authenticator", "Drawn anew: recovery codes."),
        ("account.authenticator", "Renamed: passkey."),
        ("account.authenticator", "Taken away: app for codes."),
    ]


def test_another_password_ends_the_other_sessions_and_every_token_with_its_entry(
    someone: Someone, signed_in: Callable[[Person], Client], acting: Callable[..., Acting], entries: Entries
) -> None:
    ann = someone("ann", Role.INVESTIGATOR)
    token, _ = tokens.make_token(acting(ann), name="x", scopes=[Permission.CASE_READ], days=9)
    here, there = signed_in(ann), signed_in(ann)
    new = {"oldpassword": PASSWORD, "password1": "a rather long sentence", "password2": "a rather long sentence"}
    assert here.post("/sign-in/password/", new | {"oldpassword": "not that"}).status_code == 200
    assert here.post("/sign-in/password/", new).status_code == 302
    assert here.get("/me/").status_code == 200
    assert there.get("/me/").status_code == 302
    token.refresh_from_db()
    assert token.withdrawn_at is not None
    (changed,) = [body for act, _, body in entries() if act == "account.authenticator"]
    assert changed["note"] == "Password changed."
    assert {"kind": "token", "id": token.public_id} in changed["objects"]


def test_a_sign_in_that_was_begun_with_the_old_password_is_not_finished(
    someone: Someone, visitor: Client, app: App, enter: Callable[..., Any], acting: Callable[..., Acting], now: Any
) -> None:
    ann, boss = someone("ann"), acting(someone("boss", Role.ADMINISTRATOR))
    code = app(ann)
    assert enter(visitor, "ann")["Location"] == "/sign-in/second/"
    accounts.take_up(accounts.draw_link(boss, ann), "a new long password", at=now, source="x", where="x")
    assert visitor.post("/sign-in/second/", {"code": code()})["Location"] == "/sign-in/"
    assert visitor.get("/me/").status_code == 302
    assert not OpenSession.objects.filter(person=ann).exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("change", ["enrol", "remove", "codes", "rename", "password"])
def test_what_cannot_be_recorded_is_not_changed(
    someone: Someone,
    app: App,
    signed_in: Callable[[Person], Client],
    monkeypatch: pytest.MonkeyPatch,
    change: str,
) -> None:
    ann = someone("ann", Role.INVESTIGATOR)
    key = Authenticator.objects.create(user=ann, type="webauthn", data={"name": "One", "credential": {}})
    here, there = signed_in(ann), signed_in(ann)
    page = "/sign-in/factors"
    if change == "enrol":
        here.get(f"{page}/app/")
        secret = here.session[SECRET_SESSION_KEY]
        address, sent = f"{page}/app/", {"code": format_hotp_value(hotp_value(secret, int(time.time()) // 30))}
    else:
        app(ann)
        new = {"oldpassword": PASSWORD, "password1": "a rather long sentence", "password2": "a rather long sentence"}
        address, sent = {
            "remove": (f"{page}/passkeys/{key.pk}/remove/", {}),
            "codes": (f"{page}/codes/new/", {}),
            "rename": (f"{page}/passkeys/{key.pk}/", {"name": "Two"}),
            "password": ("/sign-in/password/", new),
        }[change]

    def full() -> Any:
        raise BrokenLedger("The disk is full.")

    before = list(Authenticator.objects.order_by("pk").values())
    monkeypatch.setattr("lookalike.casework.acting.ledger", full)
    assert here.post(address, sent).status_code == 500
    monkeypatch.undo()
    assert list(Authenticator.objects.order_by("pk").values()) == before
    assert Person.objects.get(pk=ann.pk).check_password(PASSWORD)
    assert here.get("/me/").status_code == there.get("/me/").status_code == 200


def test_the_secret_of_an_app_is_not_in_the_database(someone: Someone, app: App) -> None:
    ann = someone("ann")
    app(ann)
    row = Authenticator.objects.get(user=ann, type="totp")
    assert decrypt(row.data["secret"]) not in json.dumps(row.data)


def test_a_code_is_good_once(someone: Someone, app: App, enter: Callable[..., Any]) -> None:
    ann = someone("ann")
    code = app(ann)()
    for expected in (302, 200):
        client = Client()
        client.post("/notice/")
        enter(client, "ann")
        assert client.post("/sign-in/second/", {"code": code}).status_code == expected


@pytest.mark.parametrize("name", ["ann", "nobody", "nobody else", "x" * 60, "ann\u200b"])
def test_one_answer_for_every_failure(someone: Someone, visitor: Client, enter: Callable[..., Any], name: str) -> None:
    someone("ann", Role.INVESTIGATOR)
    answer = enter(visitor, name, "wrong")
    assert answer.status_code == 200
    assert REFUSED in answer.content.decode()


def test_a_locked_account_answers_like_a_name_that_nobody_has(
    someone: Someone, visitor: Client, enter: Callable[..., Any]
) -> None:
    someone("ann", Role.INVESTIGATOR)
    answers = {}
    for name in ("ann", "nob"):
        for _ in range(5):
            enter(visitor, name, "wrong")
        page = enter(visitor, name).content.decode()
        answers[name] = page.replace(f'value="{name}"', "")
    told = [re.sub(r'value="[A-Za-z0-9]{64}"|content="[A-Za-z0-9]{64}"', "", page) for page in answers.values()]
    assert told[0] == told[1]


def test_five_failures_lock_until_an_administrator_releases(
    someone: Someone,
    acting: Callable[..., Any],
    visitor: Client,
    app: App,
    enter: Callable[..., Any],
    entries: Entries,
    now: Any,
) -> None:
    ann, boss = someone("ann", Role.INVESTIGATOR), someone("boss", Role.ADMINISTRATOR)
    code = app(ann)
    for _ in range(4):
        enter(visitor, "ann", "wrong")
    ann.refresh_from_db()
    assert ann.locked_at is None
    enter(visitor, "ann", "wrong")
    ann.refresh_from_db()
    assert ann.locked_at is not None
    assert [entry[:2] for entry in entries()] == [("access.logon", "failed")] * 5 + [("account.lock", "done")]
    assert enter(visitor, "ann").status_code == 200
    FailedSignIn.objects.update(at=now - timedelta(hours=20))
    assert enter(visitor, "ann").status_code == 200, "time does not release it"
    accounts.release(acting(boss), ann)
    assert enter(visitor, "ann")["Location"] == "/sign-in/second/"
    assert visitor.post("/sign-in/second/", {"code": code()})["Location"] == "/"


def test_failures_a_quarter_of_an_hour_apart_do_not_add_up(
    someone: Someone, visitor: Client, enter: Callable[..., Any], now: Any
) -> None:
    ann = someone("ann")
    for _ in range(4):
        enter(visitor, "ann", "wrong")
    FailedSignIn.objects.update(at=now - timedelta(minutes=16))
    enter(visitor, "ann", "wrong")
    ann.refresh_from_db()
    assert ann.locked_at is None


def test_wrong_second_factors_lock_too_and_the_right_password_forgives_nothing(
    someone: Someone, visitor: Client, app: App, enter: Callable[..., Any], entries: Entries
) -> None:
    ann = someone("ann")
    code = app(ann)
    for _ in range(5):
        enter(visitor, "ann")
        visitor.post("/sign-in/second/", {"code": "000000"})
    ann.refresh_from_db()
    assert ann.locked_at is not None
    assert visitor.post("/sign-in/second/", {"code": code()}).status_code == 200
    assert visitor.get("/")["Location"].startswith("/sign-in/")
    assert {entry[2]["note"] for entry in entries() if entry[0] == "access.logon"} == {"code"}


def test_what_was_typed_is_kept_nowhere(visitor: Client, enter: Callable[..., Any], entries: Entries) -> None:
    enter(visitor, "my secret password", "wrong")
    kept = json.dumps([body for *_, body in entries()]) + "".join(
        FailedSignIn.objects.values_list("username", flat=True)
    )
    assert entries()[0][2]["actor"] == "nobody"
    assert "secret" not in kept
    assert "my" not in kept.lower().split('"')


def test_guesses_at_once_are_five_and_no_more(someone: Someone, now: Any) -> None:
    someone("ann")
    tried = [sign_in.attempt("ann", at=now, source="127.0.0.1", where="/") for _ in range(20)]
    assert [one.may for one in tried] == [True] * 5 + [False] * 15


def test_an_account_that_nobody_used_for_ninety_days_is_disabled(
    someone: Someone, visitor: Client, app: App, enter: Callable[..., Any], entries: Entries, now: Any
) -> None:
    old = someone("old", seen_at=now - timedelta(days=91))
    ends = someone("temp", expires_at=now - timedelta(minutes=1))
    code = app(old)
    enter(visitor, "old")
    visitor.post("/sign-in/second/", {"code": code()})
    assert visitor.get("/")["Location"].startswith("/sign-in/")
    old.refresh_from_db()
    ends.refresh_from_db()
    assert (old.disabled_because, ends.disabled_because) == (
        "Not used for 90 days.",
        "The temporary account has ended.",
    )
    assert [entry[0] for entry in entries()].count("account.disable") == 2
    assert OpenSession.objects.count() == 0


def test_a_weak_password_is_not_taken(
    someone: Someone, acting: Callable[..., Any], agency: Any, visitor: Client
) -> None:
    boss = someone("boss", Role.ADMINISTRATOR)
    _, code = accounts.make_account(acting(boss), username="jo.ryan", name="Jo Ryan", agency=agency)
    for weak in ("short", "password1", "jo.ryan1", "12345678"):
        answer = visitor.post(f"/take-up/{code}/", {"first": weak, "again": weak})
        assert answer.status_code == 422, weak
    assert visitor.post(f"/take-up/{code}/", {"first": PASSWORD, "again": PASSWORD})["Location"] == "/sign-in/"
    assert visitor.get(f"/take-up/{code}/").status_code == 404


def test_there_is_no_other_way_in(db: None) -> None:
    for gone in ("signup", "email", "password/reset", "password/set", "confirm-email", "login/code", "2fa", "3rdparty"):
        for base in ("accounts", "sign-in"):
            visitor = Client()
            visitor.post("/notice/")
            assert visitor.get(f"/{base}/{gone}/").status_code in (302, 404)
            if visitor.get(f"/{base}/{gone}/").status_code == 302:
                assert visitor.get(f"/{base}/{gone}/")["Location"].startswith("/sign-in/")


def test_the_passwords_are_kept_with_a_memory_hard_function() -> None:
    made = settings_for(settings.HOME)
    assert made["PASSWORD_HASHERS"][0].endswith("ScryptPasswordHasher")
    assert made["SESSION_COOKIE_HTTPONLY"]
    assert made["SESSION_COOKIE_SECURE"]
