"""The pages: who sees them, what they hide from whoever holds the lineup, and what they ask of the database."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver

from lookalike.casework.lineups.models import Lineup, MockTest
from lookalike.casework.lineups.services import members
from lookalike.casework.people.models import Person
from lookalike.protocol.vocabulary import Role
from tests.casework.lineups.conftest import ALL_NO, Court

pytestmark = pytest.mark.django_db
SignedIn = Callable[[Person], Client]


def test_a_lineup_is_prepared_in_the_pages_alone(court: Court, signed_in: SignedIn) -> None:
    browser = signed_in(court.board.unit.investigator)
    party = court.party()
    description = court.described(party)
    address = f"/witnesses/{party.public_id}/"
    assert "May not be shown one" in browser.get(address).content.decode()
    said = {"present_at_scene": "yes", "saw_perpetrator": "yes", "where": "There.", "conditions": "Near."}
    assert browser.post(f"{address}interview/", {"version": 0}).status_code == 422
    sent = browser.post(f"{address}interview/", said | {"description": description.pk, "version": 0})
    assert sent.status_code == 303
    assert browser.post(f"{address}asked/", {"version": 1}).status_code == 422
    sent = browser.post(f"{address}asked/", dict.fromkeys(ALL_NO, "no") | {"version": 1})
    assert sent.status_code == 303
    assert "May be shown one" in browser.get(address).content.decode()
    plan = {
        "suspect": court.suspect.public_id,
        "witness": party.witness.public_id,
        "presentation": "sequential",
        "administration": "double_blind",
        "administrator": court.holder.public_id,
    }
    new = f"/cases/{court.case.public_id}/lineups/new/"
    assert browser.post(new, plan | {"administration": "informed"}).status_code == 422
    assert browser.post(new, plan).status_code == 303
    assert browser.post(new, plan).status_code == 409
    lineup = Lineup.objects.get()
    address = f"/lineups/{lineup.public_id}/"
    assert browser.post(f"{address}propose/", {"version": 1}).status_code == 303
    assert browser.post(f"{address}propose/", {"version": 1}).status_code == 409
    assert browser.post(f"{address}propose/", {}).status_code == 409
    assert browser.get(f"{address}pool/").status_code == 200
    filler = next(one for one in members.standing(lineup) if not one.is_suspect)
    photo = members.find(court.again(lineup), "")[0][0]
    assert "no-store" in browser.get(f"{address}pool/{photo.record_id}/picture/")["Cache-Control"]
    change = {"record_id": photo.record_id, "reason": "Scar.", "version": 2}
    assert browser.post(f"{address}members/{filler.public_id}/replace/", change).status_code == 303
    assert browser.post(f"{address}members/{filler.public_id}/back/", {"version": 3}).status_code == 303
    lineup = court.pictured(court.again(lineup))
    member = members.standing(lineup)[0]
    assert browser.get(f"{address}members/{member.public_id}/picture/")["Content-Type"] == "image/jpeg"
    court.volunteers()
    opened = browser.post(f"{address}test/", {"version": lineup.version})
    assert opened.status_code == 303
    assert "/look/" not in browser.get(address).content.decode()
    test = MockTest.objects.get()
    assert browser.post(f"/volunteers/tests/{test.public_id}/links/").status_code == 403
    keeper = signed_in(court.keeper)
    kept = keeper.get("/volunteers/").content.decode()
    assert "30 without a link" in kept
    assert court.case.number not in kept
    links = keeper.post(f"/volunteers/tests/{test.public_id}/links/")
    assert links.content.decode().count("/look/") == 30
    assert court.case.number not in links.content.decode()
    assert "no-store" in links["Cache-Control"]
    assert "Tests of lineups whose links" not in keeper.get("/").content.decode()
    page = browser.get(address).content.decode()
    assert "/look/" not in page
    assert "0 of 30 have chosen" in page
    assert browser.post(f"{address}test/close/", {"version": lineup.version + 1}).status_code == 409
    assert browser.get(f"/cases/{court.case.public_id}/lineups/").status_code == 200
    assert browser.get("/lineups/").status_code == 200
    assert browser.get("/").status_code == 200


def test_whoever_holds_it_finds_nothing_about_it_anywhere(court: Court, signed_in: SignedIn) -> None:
    lineup = court.tested()
    secrets = (court.suspect.party.name, lineup.witness.party.name, court.case.number, lineup.public_id)
    for roles in ((), (Role.SUPERVISOR, Role.AUDITOR, Role.BOARD)):
        for role in roles:
            court.holder.roles_held.create(role=role.value, since=court.board.now)
        browser = signed_in(Person.objects.get(pk=court.holder.pk))
        ids = {
            "lineup": lineup.public_id,
            "case": court.case.public_id,
            "party": lineup.witness.party.public_id,
            "suspect": court.suspect.public_id,
        }
        places = [
            f"/lineups/{ids['lineup']}/",
            f"/lineups/{ids['lineup']}/pool/",
            f"/cases/{ids['case']}/lineups/",
            f"/cases/{ids['case']}/lineups/new/",
            f"/witnesses/{ids['party']}/",
            f"/suspects/{ids['suspect']}/",
            *(f"/lineups/{ids['lineup']}/members/{one.public_id}/picture/" for one in members.standing(lineup)),
        ]
        for place in places:
            assert browser.get(place).status_code in (403, 404), (roles, place)
        for name in ("sign", "propose", "pictures", "looked", "test", "give-up", "way", "cover"):
            assert browser.post(f"/lineups/{ids['lineup']}/{name}/", {"version": 1}).status_code in (403, 404)
        if not roles:
            seen, waiting = set(), ["/"]
            while waiting:
                place = waiting.pop()
                if place in seen:
                    continue
                seen.add(place)
                answer = browser.get(place)
                text = answer.content.decode(errors="replace")
                assert not [one for one in secrets if one in text], place
                waiting += [one for one in re.findall(r'href="(/[^"#?]*)', text) if not one.startswith("/static/")]
            assert len(seen) > 3


def test_only_who_may_sees_a_plan(court: Court, signed_in: SignedIn, someone: Callable[..., Person]) -> None:
    lineup = court.proposed()
    address = f"/lineups/{lineup.public_id}/"
    for person, status in (
        (court.board.unit.investigator, 200),
        (court.captain, 200),
        (someone("aud", Role.AUDITOR), 200),
        (someone("ivan", Role.INVESTIGATOR), 404),
        (someone("pam", Role.PROSECUTOR), 404),
        (someone("cus", Role.CUSTODIAN), 403),
        (court.board.unit.first, 403),
    ):
        assert signed_in(person).get(address).status_code == status, person
    auditor = signed_in(Person.objects.get(username="aud"))
    assert auditor.post(f"{address}propose/", {"version": lineup.version}).status_code == 403
    assert Client().get(address).status_code in (302, 303)
    assert "seed" not in signed_in(court.captain).get(address).content.decode()
    assert lineup.seed not in signed_in(court.captain).get(address).content.decode()


def test_a_supervisor_signs_in_the_page_and_reads_why_it_is_refused(court: Court, signed_in: SignedIn) -> None:
    lineup = court.tested()
    browser = signed_in(court.captain)
    address = f"/lineups/{lineup.public_id}/"
    page = browser.get(address).content.decode()
    assert "What it would take" in page
    from lookalike.casework.lineups.services import allow

    given: dict[str, Any] = {"version": lineup.version, "about": allow.plan_sha256(lineup), "decision": "yes"}
    assert browser.post(f"{address}sign/", given).status_code == 422
    assert browser.post(f"{address}sign/", given | {"read_all": "on"}).status_code == 303
    assert court.again(lineup).state == Lineup.State.ALLOWED
    assert browser.post(f"{address}sign/", given | {"read_all": "on"}).status_code == 409
    assert browser.get(address).status_code == 200


def test_lists_and_pages_ask_the_database_little(
    court: Court, signed_in: SignedIn, django_assert_max_num_queries: Any
) -> None:
    lineup = court.tested()
    for number in range(30):
        row = court.again(lineup)
        row.pk, row.public_id, row.number = None, f"copy{number}", number + 10
        row.save()
    browser = signed_in(court.board.unit.investigator)
    browser.get("/lineups/")
    with django_assert_max_num_queries(22):
        browser.get("/lineups/")
    with django_assert_max_num_queries(86):
        browser.get(f"/lineups/{lineup.public_id}/")


def test_every_address_of_the_preparation_says_what_it_needs() -> None:
    names = {one for one in get_resolver().reverse_dict if isinstance(one, str)}
    assert {"lineup", "witness", "look", "volunteers", "lineup-sign"} <= names
