"""The mock-witness test: who serves, what they see, once each, and what nobody reads before its time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.test import Client

from lookalike.casework.cases.models import TeamMember
from lookalike.casework.lineups.models import MockTest, Ticket, Volunteer
from lookalike.casework.lineups.services import members, mock, volunteers
from lookalike.casework.people.models import Person
from lookalike.errors import BadForm, NotNow, NotPermitted, NotThere
from tests.casework.lineups.conftest import WORDS, Court

pytestmark = pytest.mark.django_db


def used(token: str) -> Ticket:
    return Ticket.objects.get(token_sha256=mock._digest(token))


def test_one_address_is_one_volunteer_and_nobody_who_works_here_is_one(court: Court) -> None:
    keeper = court.acting(court.keeper)
    volunteers.add_volunteer(keeper, name="Vic", email="Vic@example.org")
    with pytest.raises(BadForm):
        volunteers.add_volunteer(keeper, name="Vic again", email="vic@EXAMPLE.org")
    Person.objects.filter(pk=court.captain.pk).update(email="cora@example.org")
    with pytest.raises(BadForm):
        volunteers.add_volunteer(keeper, name="Cora", email="CORA@example.org")
    with pytest.raises(NotPermitted):
        volunteers.add_volunteer(court.planner, name="Mine", email="")
    row = Volunteer.objects.get()
    volunteers.end_volunteer(keeper, row)
    with pytest.raises(NotNow):
        volunteers.end_volunteer(keeper, row)
    assert volunteers.add_volunteer(keeper, name="Vic", email="vic@example.org").pk != row.pk


def test_parties_of_the_case_do_not_serve(court: Court) -> None:
    court.volunteers(3)
    court.board.party("volunteer 02")
    assert [one.name for one in volunteers.apart_from(court.case)] == ["Volunteer 01", "Volunteer 03"]


def test_a_test_needs_pictures_that_somebody_looked_at_and_enough_volunteers(court: Court) -> None:
    lineup = court.proposed()
    court.volunteers(29)
    with pytest.raises(NotNow, match="not made"):
        mock.open_test(court.planner, lineup, version=lineup.version)
    lineup = court.pictured(lineup)
    with pytest.raises(NotNow, match="29 volunteers"):
        mock.open_test(court.planner, lineup, version=lineup.version)
    lineup.looked_at = None
    lineup.save()
    with pytest.raises(NotNow, match="Nobody has looked"):
        mock.open_test(court.planner, lineup, version=lineup.version)


def test_a_volunteer_chooses_once_from_all_in_an_order_of_their_own(court: Court) -> None:
    _, links = court.testing()
    test = MockTest.objects.get()
    assert test.description == WORDS
    assert len({one.token for one in links}) == 30
    assert not Ticket.objects.filter(token_sha256__in=[one.token for one in links]).exists()
    at = court.board.now + timedelta(hours=1)
    orders = [mock.begin(one.token, knows=False, at=at).order for one in links]
    assert all(sorted(one) == sorted(test.members) for one in orders)
    assert len({tuple(one) for one in orders}) > 20
    token = links[0].token
    assert mock.begin(token, knows=False, at=at).order == orders[0]  # begun again it goes on
    with pytest.raises(BadForm):
        mock.choose(token, 7, at=at)
    mock.choose(token, 2, at=at + timedelta(seconds=10))
    assert used(token).choice.public_id == orders[0][1]  # type: ignore[union-attr]
    with pytest.raises(NotThere):
        mock.choose(token, 1, at=at + timedelta(seconds=11))
    with pytest.raises(NotThere):
        mock.picture(token, 1, at=at)


def test_who_knows_the_case_robots_and_the_hasty_are_kept_out_of_the_count(court: Court) -> None:
    _, links = court.testing()
    at = court.board.now + timedelta(hours=1)
    mock.begin(links[0].token, knows=True, at=at)
    for one, seconds, trap in ((links[1], 1, ""), (links[2], 20, "x"), (links[3], 20, "")):
        mock.begin(one.token, knows=False, at=at)
        mock.choose(one.token, 1, at=at + timedelta(seconds=seconds), trap=trap)
    told = mock.progress(MockTest.objects.get())
    assert (told.invited, told.answered, told.set_aside) == (30, 1, 3)
    assert [used(one.token).set_aside for one in links[:4]] == [mock.KNOWS, mock.TOO_FAST, mock.ROBOT, ""]


def test_whoever_plans_never_sees_the_links_and_whoever_makes_them_has_no_part_in_the_case(court: Court) -> None:
    lineup = court.pictured(court.proposed())
    court.volunteers()
    test = mock.open_test(court.planner, lineup, version=lineup.version)
    assert not Ticket.objects.exclude(token_sha256=None).exists()
    assert mock.progress(test).linked == 0
    with pytest.raises(NotThere):
        mock.ticket_of("", at=court.board.now)
    with pytest.raises(NotPermitted, match="role"):
        mock.make_links(court.planner, test)
    TeamMember.objects.create(case=court.case, person=court.captain, since=court.board.now)
    with pytest.raises(NotPermitted, match="part in this case"):
        mock.make_links(court.acting(court.captain), test)
    assert [(one.invited, one.without) for one in mock.to_link()] == [(30, 30)]  # type: ignore[attr-defined]
    assert len(mock.make_links(court.acting(court.keeper), test)) == 30
    assert [(one.invited, one.without) for one in mock.to_link()] == [(30, 0)]  # type: ignore[attr-defined]
    mock.break_off(court.planner, court.again(lineup), reason="So.", version=court.again(lineup).version)
    with pytest.raises(NotNow, match="not open"):
        mock.make_links(court.acting(court.keeper), test)


def test_links_run_out_are_made_again_and_unknown_ones_lead_nowhere(court: Court) -> None:
    _, links = court.testing()
    at = court.board.now + timedelta(hours=1)
    mock.begin(links[0].token, knows=False, at=at)
    for token, moment in (
        (links[0].token, at + mock.RUNS),
        ("nothing", at),
        ("\0", at),
        ("\ud800", at),
        ("x" * 900, at),
    ):
        with pytest.raises(NotThere):
            mock.ticket_of(token, at=moment)
    again = mock.make_links(court.acting(court.keeper), MockTest.objects.get())
    assert len(again) == 29
    assert mock.ticket_of(links[0].token, at=at).opened_at is not None  # whoever began goes on
    with pytest.raises(NotThere):
        mock.ticket_of(links[1].token, at=at)
    assert mock.ticket_of(again[0].token, at=at).volunteer == links[1].volunteer
    with pytest.raises(IntegrityError):
        Ticket.objects.create(
            test=MockTest.objects.get(), volunteer=links[0].volunteer, token_sha256="0", made_at=at, expires_at=at
        )


def test_it_is_closed_when_enough_have_chosen_and_measured_then(court: Court) -> None:
    lineup, links = court.testing()
    court.choose(links[:29], lineup, [5, 5, 5, 5, 5, 4])
    with pytest.raises(NotNow, match="29 mock witnesses"):
        mock.close(court.planner, lineup, version=lineup.version)
    test = MockTest.objects.get()
    assert test.result is None
    place = test.members[5]
    at = court.board.now + timedelta(hours=2)
    ticket = mock.begin(links[29].token, knows=False, at=at)
    mock.choose(links[29].token, ticket.order.index(place) + 1, at=at + timedelta(seconds=9))
    test = mock.close(court.planner, lineup, version=lineup.version)
    assert test.result is not None
    assert test.result["choices"] == [5] * 6
    assert test.result["effective_size"] == pytest.approx(6)
    assert {one.state for one in mock.verdict(test, at=at).values()} == {"satisfied"}
    with pytest.raises(NotThere):
        mock.ticket_of(links[0].token, at=at)
    with pytest.raises(NotNow):
        mock.close(court.planner, lineup, version=lineup.version)


def test_a_test_that_fails_or_is_broken_off_needs_other_members(court: Court) -> None:
    lineup, _ = court.testing()
    mock.break_off(court.planner, lineup, reason="A picture was printed in the paper.", version=lineup.version)
    lineup = court.again(lineup)
    with pytest.raises(NotNow, match="These members were tested"):
        mock.open_test(court.planner, lineup, version=lineup.version)
    filler = next(one for one in members.standing(lineup) if not one.is_suspect)
    photo, _, _ = members.find(lineup, "")[0]
    lineup = members.replace_filler(
        court.planner, lineup, filler, photo.record_id, reason="Printed.", version=lineup.version
    )
    lineup = court.pictured(court.again(lineup))
    test = mock.open_test(court.planner, lineup, version=lineup.version)
    assert len(mock.make_links(court.acting(court.keeper), test)) == 30
    assert test.members != MockTest.objects.order_by("pk")[0].members


def test_the_volunteers_pages_need_no_script_no_account_and_show_no_sign(court: Court, client: Client) -> None:
    _, links = court.testing()
    address = f"/look/{links[0].token}/"
    first = client.get(address)
    assert first.status_code == 200
    assert "no-store" in first["Cache-Control"]
    assert first["Referrer-Policy"] == "same-origin"
    assert b"<script" not in first.content
    assert b".jpg" not in first.content
    assert used(links[0].token).opened_at is None  # to look at a link, as a mail program does, uses nothing
    assert client.get(f"{address}1.jpg").status_code == 404
    assert client.post(address, {}).status_code == 422
    assert client.post(address, {"knows": "no"}).status_code == 303
    page = client.get(address).content.decode()
    assert page.count("<img") == 6
    pictures = [client.get(f"{address}{place}.jpg") for place in range(1, 7)]
    assert {one.status_code for one in pictures} == {200}
    assert len({len(one.content) for one in pictures}) == 1
    heads = [dict(one.headers.items()) for one in pictures]
    assert all(one == heads[0] for one in heads)
    assert client.get(f"{address}7.jpg").status_code == client.get(f"{address}0.jpg").status_code == 404
    for hostile in ("", "0", "7", "99999999", "x", "1 or 1", "²"):
        assert client.post(address, {"choice": hostile}).status_code == 422
    for secret in ("suspect", court.suspect.party.name, *MockTest.objects.get().members):
        assert secret not in page
    assert client.post(address, {"choice": "3"}).status_code == 303
    assert client.get("/look/thanks/").status_code == 200
    assert client.get(address).status_code == 404
    assert client.post(address, {"choice": "3"}).status_code == 404
    assert client.get("/look/" + "a" * 32 + "/").content == client.get(address).content


def test_a_volunteer_reads_it_in_spanish_where_they_ask_for_it(court: Court, client: Client) -> None:
    _, links = court.testing()
    address = f"/look/{links[0].token}/"
    assert "¿Quiere mirar" in client.get(address, headers={"accept-language": "es-MX,en;q=0.5"}).content.decode()
    english = client.get(address).content.decode()
    assert '<html lang="en">' in english
    assert '<a href="?language=es" hreflang="es" lang="es">Español</a>' in english
    page = client.get(f"{address}?language=es").content.decode()
    assert '<html lang="es">' in page
    assert "Would you" not in page
    assert "Diga primero" in client.post(f"{address}?language=es", {}).content.decode()
    went = client.post(f"{address}?language=es", {"knows": "no"})
    assert went["Location"] == f"{address}?language=es"
    assert "¿A quién elegiría?" in client.get(went["Location"]).content.decode()
    thanks = client.post(f"{address}?language=es", {"choice": "1"})["Location"]
    assert "Gracias" in client.get(thanks).content.decode()
    assert "no se puede usar" in client.get(f"{address}?language=es").content.decode()
    assert "cannot be used" in client.get(f"{address}?language=%22%3E").content.decode()


def test_whoever_is_signed_in_is_turned_away(court: Court, signed_in: object) -> None:
    _, links = court.testing()
    for person in (court.board.unit.investigator, court.holder):
        browser = signed_in(person)  # type: ignore[operator]
        assert browser.get(f"/look/{links[0].token}/").status_code == 403
        assert browser.post(f"/look/{links[0].token}/", {"knows": "no"}).status_code == 403
    assert used(links[0].token).opened_at is None
