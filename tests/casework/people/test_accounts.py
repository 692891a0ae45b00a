"""Accounts, roles, training and tokens: what an administrator may do, what nobody may, and what is recorded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lookalike.casework.acting import Acting
from lookalike.casework.people.models import Agency, OneTimeLink, OpenSession, Person, Token
from lookalike.casework.people.services import accounts, beginnings, roles, sign_in, tokens, training
from lookalike.casework.permissions import Permission
from lookalike.errors import BadForm, NotNow, NotPermitted, NotThere
from lookalike.protocol.vocabulary import Role, TrainingKind

Someone = Callable[..., Person]
Entries = Callable[[], list[tuple[str, str, dict[str, Any]]]]


@pytest.fixture
def boss(someone: Someone, acting: Callable[..., Acting]) -> Acting:
    """An administrator at work."""
    return acting(someone("boss", Role.ADMINISTRATOR))


def test_an_account_is_made_with_a_link_whose_code_is_kept_nowhere(
    boss: Acting, agency: Agency, entries: Entries
) -> None:
    person, code = accounts.make_account(
        boss, username=" Jo.Ryan ", name="Jo Ryan", agency=agency, roles=frozenset({Role.EXAMINER})
    )
    assert (person.username, person.roles, person.has_usable_password()) == ("jo.ryan", {Role.EXAMINER}, False)
    assert code not in str(list(OneTimeLink.objects.values()))
    act, outcome, body = entries()[-1]
    assert (act, outcome, body["note"]) == ("account.make", "done", "Roles: examiner.")
    assert "Jo" not in str(body)


@pytest.mark.parametrize("name", ["", "a", "A B", "-a", "1a", "jo ryan", "jö", "x" * 61, "a\x00b"])
def test_a_name_that_cannot_be_typed_is_not_taken(boss: Acting, agency: Agency, name: str) -> None:
    with pytest.raises(BadForm):
        accounts.make_account(boss, username=name, name="X", agency=agency)


def test_a_name_is_given_once(boss: Acting, agency: Agency, someone: Someone) -> None:
    someone("ann")
    with pytest.raises(BadForm, match="has this name already"):
        accounts.make_account(boss, username="ANN", name="X", agency=agency)


@pytest.mark.parametrize("alone", [Role.ADMINISTRATOR, Role.AUDITOR])
def test_an_administrator_and_an_auditor_hold_no_other_role(
    boss: Acting, agency: Agency, someone: Someone, alone: Role
) -> None:
    with pytest.raises(BadForm, match="holds no other role"):
        accounts.make_account(
            boss, username="jo", name="Jo", agency=agency, roles=frozenset({alone, Role.INVESTIGATOR})
        )
    for first, second in ((alone, Role.BOARD), (Role.BOARD, alone)):
        person = someone(f"p{first}", first)
        with pytest.raises(BadForm, match="holds no other role"):
            accounts.give_role(boss, person, second)


def test_roles_that_are_apart_in_a_case_can_be_held_by_one_person(boss: Acting, someone: Someone) -> None:
    ann = someone("ann", Role.INVESTIGATOR)
    accounts.give_role(boss, ann, Role.EXAMINER)
    ann = Person.objects.get(pk=ann.pk)
    assert roles.apart_in_a_case(ann.roles) == ["Not investigator and examiner in the same case."]


def test_nobody_gives_roles_to_themselves_or_locks_themselves_out(boss: Acting) -> None:
    with pytest.raises(NotPermitted):
        accounts.give_role(boss, boss.person, Role.BOARD)
    with pytest.raises(NotNow):
        accounts.take_role(boss, boss.person, Role.ADMINISTRATOR)
    with pytest.raises(NotNow):
        accounts.disable(boss, boss.person, "Enough.")


def test_an_end_that_no_calendar_holds_is_refused(boss: Acting, agency: Agency) -> None:
    with pytest.raises(BadForm):
        accounts.make_account(
            boss, username="far", name="Far Away", agency=agency, expires_at=datetime(9999, 12, 31, 23, 59, tzinfo=UTC)
        )


def test_only_an_administrator_manages_accounts(
    someone: Someone, acting: Callable[..., Acting], agency: Agency
) -> None:
    ann, ben = someone("ann", *(set(Role) - {Role.ADMINISTRATOR})), someone("ben")
    who = acting(ann)
    for act in (
        lambda: accounts.make_account(who, username="x1", name="X", agency=agency),
        lambda: accounts.draw_link(who, ben),
        lambda: accounts.release(who, ben),
        lambda: accounts.disable(who, ben, "x"),
        lambda: accounts.give_role(who, ben, Role.BOARD),
        lambda: training.add_training(
            who, ben, kind=TrainingKind.STATE_ANNUAL, completed_on=who.at.date(), hours=1, last_day=None
        ),
    ):
        with pytest.raises(NotPermitted):
            act()


def test_a_role_is_given_and_taken_with_its_entries_and_ends_the_sessions(
    boss: Acting, someone: Someone, entries: Entries
) -> None:
    ann = someone("ann", Role.INVESTIGATOR)
    OpenSession.objects.create(person=ann, begun_at=boss.at, seen_at=boss.at, source="x")
    accounts.give_role(boss, ann, Role.CUSTODIAN)
    assert OpenSession.objects.get().ended_because == "roles changed"
    with pytest.raises(NotNow):
        accounts.give_role(boss, Person.objects.get(pk=ann.pk), Role.CUSTODIAN)
    accounts.take_role(boss, ann, Role.CUSTODIAN)
    with pytest.raises(NotNow):
        accounts.take_role(boss, ann, Role.CUSTODIAN)
    assert [entry[0] for entry in entries()] == ["access.grant", "access.revoke"]
    assert Person.objects.get(pk=ann.pk).roles == {Role.INVESTIGATOR}


def test_a_link_works_once_until_it_runs_out_or_a_newer_one_is_drawn(
    boss: Acting, someone: Someone, entries: Entries
) -> None:
    ann = someone("ann")
    old, new = accounts.draw_link(boss, ann), accounts.draw_link(boss, ann)
    told = {"source": "127.0.0.1", "where": "/take-up/"}
    with pytest.raises(NotThere):
        accounts.take_up(old, "a new long password", at=boss.at, **told)
    with pytest.raises(NotThere):
        accounts.take_up(new, "a new long password", at=boss.at + timedelta(hours=73), **told)
    accounts.take_up(new, "a new long password", at=boss.at, **told)
    with pytest.raises(NotThere):
        accounts.take_up(new, "another long password", at=boss.at, **told)
    assert Person.objects.get(pk=ann.pk).check_password("a new long password")
    assert entries()[-1][2]["note"] == "Password set with a one-time link."


def test_a_disabled_account_has_no_way_in(boss: Acting, someone: Someone, entries: Entries) -> None:
    ann = someone("ann")
    code = accounts.draw_link(boss, ann)
    accounts.disable(boss, ann, "Left the unit.")
    with pytest.raises(NotThere):
        accounts.link_of(code, boss.at)
    with pytest.raises(NotNow):
        accounts.draw_link(boss, ann)
    with pytest.raises(NotNow):
        accounts.disable(boss, ann, "Again.")
    assert entries()[-1][0] == "account.disable"
    assert "Left" not in str(entries()[-1][2])
    accounts.enable(boss, ann)
    assert Person.objects.get(pk=ann.pk).in_use(boss.at)


def test_a_lost_second_factor_is_taken_away_by_the_administrator(
    boss: Acting, someone: Someone, app: Callable[..., Any], factor_count: Callable[[Person], int]
) -> None:
    ann = someone("ann")
    with pytest.raises(NotNow):
        accounts.forget_factors(boss, ann)
    app(ann)
    accounts.forget_factors(boss, ann)
    assert factor_count(ann) == 0


def test_training_is_recorded_and_withdrawn_once(boss: Acting, someone: Someone, entries: Entries) -> None:
    ann = someone("ann", trained=False)
    day = boss.at.date()
    told: dict[str, Any] = {"kind": TrainingKind.STATE_ANNUAL, "hours": 8}
    row = training.add_training(boss, ann, completed_on=day, last_day=day + timedelta(days=365), **told)
    training.withdraw_training(boss, row)
    with pytest.raises(NotNow):
        training.withdraw_training(boss, row)
    with pytest.raises(BadForm):
        training.add_training(boss, ann, completed_on=day + timedelta(days=2), last_day=None, **told)
    with pytest.raises(BadForm):
        training.add_training(boss, ann, completed_on=day, last_day=day - timedelta(days=1), **told)
    assert [entry[0] for entry in entries()] == ["training.record"] * 2


def test_a_token_is_drawn_by_a_person_with_two_factors_and_within_their_roles(boss: Acting, entries: Entries) -> None:
    token, secret = tokens.make_token(boss, name="Nightly", scopes=[Permission.ACCOUNT_MANAGE], days=90)
    assert secret not in str(entries())
    assert token.sha256 not in secret
    assert boss.sign_in is not None
    one_factor = replace(boss, sign_in=replace(boss.sign_in, mfa=False))
    for who in (replace(boss, scopes=frozenset()), replace(boss, sign_in=None), one_factor):
        with pytest.raises(NotPermitted):
            tokens.make_token(who, name="x", scopes=[Permission.ACCOUNT_MANAGE], days=1)
    for scopes, days in (([Permission.CASE_READ], 1), ([], 1), ([Permission.ACCOUNT_MANAGE], 91)):
        with pytest.raises(BadForm):
            tokens.make_token(boss, name="x", scopes=scopes, days=days)
    with pytest.raises(NotPermitted):
        tokens.withdraw_token(replace(boss, scopes=frozenset()), token)
    tokens.withdraw_token(boss, token)
    with pytest.raises(NotNow):
        tokens.withdraw_token(boss, token)


@pytest.mark.parametrize("way", ["disabled", "not used", "new password", "factors lost"])
def test_a_token_ends_with_what_it_was_drawn_with_and_does_not_come_alive_again(
    boss: Acting, someone: Someone, acting: Callable[..., Acting], app: Callable[..., Any], entries: Entries, way: str
) -> None:
    ann = someone("ann", Role.INVESTIGATOR)
    app(ann)
    drawn = [tokens.make_token(acting(ann), name="x", scopes=[Permission.CASE_READ], days=9)[0] for _ in "ab"]
    tokens.withdraw_token(acting(ann), drawn[1])
    other, _ = tokens.make_token(boss, name="x", scopes=[Permission.ACCOUNT_MANAGE], days=9)
    if way == "disabled":
        accounts.disable(boss, ann, "On leave.")
    elif way == "not used":
        Person.objects.filter(pk=ann.pk).update(made_at=boss.at - timedelta(days=91))
        assert sign_in.disable_unused(boss.at) == 1
    elif way == "new password":
        code = accounts.draw_link(boss, ann)
        accounts.take_up(code, "a new long password", at=boss.at, source="x", where="x")
    else:
        accounts.forget_factors(boss, ann)
    named = [one["id"] for one in entries()[-1][2]["objects"] if one["kind"] == "token"]
    assert named == [drawn[0].public_id]
    if way in ("disabled", "not used"):
        accounts.enable(boss, Person.objects.get(pk=ann.pk))
    assert list(Token.objects.filter(withdrawn_at=None)) == [other]


def test_the_first_administrator_is_made_once_and_made_anew_when_none_is_left(
    agency: Agency, now: Any, acting: Callable[..., Acting]
) -> None:
    first = beginnings.first_administrator(now)
    assert first is not None
    again = beginnings.first_administrator(now)
    assert again is not None
    assert again[0] == first[0], "who never took up the account gets another link"
    accounts.take_up(again[1], "a new long password", at=now, source="x", where="x")
    assert beginnings.first_administrator(now) is None
    Person.objects.update(disabled_at=now)
    third = beginnings.first_administrator(now)
    assert third is not None
    assert third[0].username == "administrator-2"


def test_whoever_stands_at_the_machine_gets_a_locked_administrator_back_in(
    someone: Someone, now: Any, entries: Entries
) -> None:
    someone("boss", Role.ADMINISTRATOR, locked_at=now)
    person, code = beginnings.way_in("Boss", now)
    assert Person.objects.get(pk=person.pk).in_use(now)
    assert accounts.link_of(code, now).person == person
    assert entries()[-1][:2] == ("account.release", "done")
    with pytest.raises(NotThere):
        beginnings.way_in("nobody", now)
