"""Two at once on one account, one factor, one law: what may happen once happens once, and somebody stays in charge."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test import Client

from lookalike.casework import acting as acts
from lookalike.casework.acting import Acting
from lookalike.casework.people.models import (
    Agency,
    Moratorium,
    OpenSession,
    PackInForce,
    Paper,
    Person,
    RoleHeld,
    Token,
    TrainingRecord,
)
from lookalike.casework.people.services import accounts, beginnings, sign_in, tokens, training
from lookalike.casework.people.services import law as services
from lookalike.casework.permissions import Permission
from lookalike.casework.recording import ledger
from lookalike.errors import NotNow, NotPermitted
from lookalike.ledger.acts import Act
from lookalike.protocol.pack import load_bytes
from lookalike.protocol.vocabulary import PaperKind, Role, TrainingKind
from tests.casework.at_once import Written, at_once, told
from tests.casework.people.conftest import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)

Someone = Callable[..., Person]
Who = Callable[..., Acting]
A_WHILE = 0.3
"""Seconds that an act waits before its entry, so that whoever else has begun gets past what it looks at first."""


@pytest.fixture(autouse=True)
def slowly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every act takes a while."""

    def waits() -> Any:
        time.sleep(A_WHILE)
        return ledger()

    monkeypatch.setattr(acts, "ledger", waits)


@pytest.fixture
def two(someone: Someone, acting: Who) -> list[Acting]:
    """The two administrators of a site, at work."""
    return [acting(someone(name, Role.ADMINISTRATOR)) for name in ("ada", "bo")]


def again(person: Person) -> Person:
    """The account as another browser has it."""
    return Person.objects.get(pk=person.pk)


def in_charge() -> int:
    """How many administrators could act."""
    held = RoleHeld.objects.filter(role=Role.ADMINISTRATOR.value, until=None, person__disabled_at=None)
    return held.count()


@pytest.mark.parametrize(
    "act",
    [
        lambda who, other: accounts.disable(who, again(other), "No longer."),
        lambda who, other: accounts.take_role(who, again(other), Role.ADMINISTRATOR),
    ],
)
def test_two_administrators_who_put_each_other_out_leave_one(two: list[Acting], act: Any) -> None:
    ada, bo = two
    given = at_once(lambda: act(ada, bo.person), lambda: act(bo, ada.person))
    assert [type(one) for one in told(given)] == [NotPermitted]
    assert in_charge() == 1


def test_administrators_who_each_put_out_the_next_leave_one(two: list[Acting], someone: Someone, acting: Who) -> None:
    ring = [*two, acting(someone("cy", Role.ADMINISTRATOR))]
    at_once(
        *[
            lambda who=who, other=other: accounts.disable(who, again(other.person), "No longer.")
            for who, other in zip(ring, [*ring[1:], ring[0]], strict=True)
        ]
    )
    assert in_charge() >= 1


def test_a_session_that_is_ended_twice_at_once_leaves_one_entry(two: list[Acting]) -> None:
    who = two[0]
    opened = OpenSession.objects.create(person=who.person, begun_at=who.at, seen_at=who.at, source="x", browser="x")
    written = Written()
    given = at_once(*[lambda: sign_in.end_session(who, opened.public_id, "signed out")] * 2)
    assert told(given) == []
    assert written.of(Act.ACCESS_LOGOFF) == ["done"]
    sign_in.end_session(who, opened.public_id, "signed out")
    assert written.of(Act.ACCESS_LOGOFF) == ["done"]


def test_a_link_is_taken_up_while_another_is_drawn(two: list[Acting], someone: Someone) -> None:
    who, ann = two[0], someone("ann")
    code = accounts.draw_link(who, ann)

    def slow(execute: Any, sql: str, *more: Any) -> Any:
        done = execute(sql, *more)
        time.sleep(A_WHILE if sql.startswith("UPDATE") else 0)
        return done

    def take_up() -> None:
        with connection.execute_wrapper(slow):
            accounts.take_up(code, "a new long password", at=who.at, source="x", where="x")

    given = at_once(take_up, lambda: time.sleep(A_WHILE / 2) or accounts.draw_link(who, again(ann)))
    assert all(isinstance(one, NotNow) for one in told(given))
    assert ann.links.filter(used_at=None).count() == 1


def test_the_use_is_stopped_once(someone: Someone, acting: Who) -> None:
    board = acting(someone("board", Role.BOARD))
    written = Written()
    given = at_once(*[lambda: services.call_moratorium(board, "A review.")] * 2)
    assert [type(one) for one in told(given)] == [NotNow]
    assert Moratorium.objects.count() == 1
    assert written.of(Act.LAW_CHANGE) == ["done"]


def test_a_pack_that_is_put_in_force_twice_at_once_is_in_force_once(two: list[Acting]) -> None:
    toml, name = load_bytes("detroit-2024")
    put = [
        lambda who=who: services.put_in_force(who, toml, name=name, only_for_others=False, reasons={}) for who in two
    ]
    assert told(at_once(*put)) == []
    assert PackInForce.objects.filter(until=None).count() == 1
    assert PackInForce.objects.count() == 2


def test_a_site_that_is_made_twice_at_once_has_one_agency_and_one_administrator(db: None, now: Any) -> None:
    name = {"id": "own", "name": "A department", "jurisdiction": "US-MI-Detroit"}
    assert sorted(at_once(*[lambda: beginnings.own_agency(**name)] * 2)) == [False, True]
    at_once(*[lambda: beginnings.first_administrator(now)] * 2)
    assert Agency.objects.count() == Person.objects.count() == 1


def test_a_token_is_not_drawn_beside_the_end_of_its_account(two: list[Acting], someone: Someone, acting: Who) -> None:
    ann = acting(someone("ann", Role.INVESTIGATOR))
    at_once(
        lambda: accounts.disable(two[0], again(ann.person), "Left."),
        lambda: time.sleep(A_WHILE / 2) or tokens.make_token(ann, name="x", scopes=[Permission.CASE_READ], days=1),
    )
    assert not Token.objects.filter(withdrawn_at=None).exists()


def test_an_account_whose_end_is_put_off_meanwhile_stays_in_use(two: list[Acting], someone: Someone) -> None:
    who = two[0]
    ann = someone("ann", expires_at=who.at - timedelta(hours=1))
    later = {"name": ann.name, "agency": ann.agency, "office": "", "expires_at": who.at + timedelta(days=30)}
    at_once(
        lambda: accounts.change_account(who, again(ann), **later),
        lambda: time.sleep(A_WHILE / 2) or sign_in.disable_unused(who.at),
    )
    assert again(ann).in_use(who.at)


def test_a_paper_and_a_training_that_are_sent_twice_are_there_once(two: list[Acting], someone: Someone) -> None:
    who, ann = two[0], someone("ann", trained=False)
    day = who.at.date()
    policy: dict[str, Any] = {"kind": PaperKind.BOARD_POLICY, "issued_by": "Board", "issued_on": day, "last_day": None}
    course: dict[str, Any] = {"kind": TrainingKind.STATE_ANNUAL, "completed_on": day, "hours": 8, "last_day": None}
    for data in (None, b"%PDF-1.7 the policy", b"%PDF-1.7 its second part"):
        given = at_once(*[lambda data=data: services.file_paper(who, data=data, name="a.pdf", **policy)] * 2)
        assert [type(one) for one in told(given)] == [NotNow], data
    given = at_once(*[lambda: training.add_training(who, again(ann), **course)] * 2)
    assert [type(one) for one in told(given)] == [NotNow]
    assert Paper.objects.count() == 3
    training.withdraw_training(who, TrainingRecord.objects.get(person=ann))
    training.add_training(who, again(ann), **course)


def passkey(person: Person, name: str) -> Authenticator:
    """A passkey, as far as taking it away goes."""
    return Authenticator.objects.create(user=person, type="webauthn", data={"name": name, "credential": {}})


def test_two_passkeys_that_are_taken_away_at_once_leave_one(
    someone: Someone, signed_in: Callable[[Person], Client]
) -> None:
    ann = someone("ann", Role.INVESTIGATOR)
    keys = [passkey(ann, name) for name in ("one", "two")]
    clients = [signed_in(ann) for _ in keys]
    written = Written()
    given = at_once(
        *[
            lambda client=client, key=key: client.post(f"/sign-in/factors/passkeys/{key.pk}/remove/")
            for client, key in zip(clients, keys, strict=True)
        ]
    )
    assert sorted(one.status_code for one in given) == [302, 409]
    assert Authenticator.objects.count() == 1
    assert written.of(Act.AUTHENTICATOR_CHANGE) == ["done"]


def test_of_two_sessions_that_change_the_password_one_does(
    someone: Someone, signed_in: Callable[[Person], Client]
) -> None:
    ann = someone("ann", Role.INVESTIGATOR)
    clients = [signed_in(ann) for _ in "ab"]
    for client in clients:  # the notice of a session that was ended is read before, not while they race
        assert client.get("/sign-in/password/").status_code == 200
    given = at_once(
        *[
            lambda client=client, new=new: client.post(
                "/sign-in/password/", {"oldpassword": PASSWORD, "password1": new, "password2": new}
            )
            for client, new in zip(clients, ("a rather long sentence", "another long sentence"), strict=True)
        ]
    )
    assert sorted(one.status_code for one in given) in ([302, 302], [302, 403])
    assert OpenSession.objects.filter(ended_at=None).count() == 1
    row = again(ann)
    assert row.check_password("a rather long sentence") or row.check_password("another long sentence")


def test_a_new_password_does_not_put_a_disabled_account_in_use_again(
    someone: Someone, signed_in: Callable[[Person], Client], two: list[Acting]
) -> None:
    ann = someone("ann", Role.INVESTIGATOR)
    client = signed_in(ann)
    new = {"oldpassword": PASSWORD, "password1": "a rather long sentence", "password2": "a rather long sentence"}
    at_once(
        lambda: accounts.disable(two[0], again(ann), "Left."),
        lambda: time.sleep(A_WHILE / 2) or client.post("/sign-in/password/", new),
    )
    assert again(ann).disabled_at is not None
