"""Two at once: no request is made twice, checked twice or searched twice, and whoever comes second is told so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from lookalike.casework.acting import Acting
from lookalike.casework.bookings.models import Booking, BookingPhoto, GalleryChange
from lookalike.casework.cases.models import Case, CaseRead, Still, TeamMember
from lookalike.casework.cases.services import edit_still
from lookalike.casework.galleries import writing
from lookalike.casework.people.models import Person
from lookalike.casework.searches import services
from lookalike.casework.searches.models import Candidate, Request, Search
from lookalike.casework.searches.services import Wanted
from lookalike.errors import ActRefused, ChangedMeanwhile, NotNow
from lookalike.gallery.records import Status
from lookalike.ledger.acts import Act
from lookalike.media.edits import Gamma
from lookalike.protocol.vocabulary import Role
from lookalike.record.search import search
from tests.casework.at_once import Written, at_once, told
from tests.casework.searches.conftest import FACTS, Unit

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("county", "booked")]


@pytest.fixture
def still(still_of: Callable[..., Still], probe_name: str) -> Still:
    return still_of(probe_name)


@pytest.fixture
def asked(unit: Unit, acting: Callable[..., Acting], still: Still, wanted: Callable[..., Wanted]) -> Request:
    """A request that waits for its check."""
    return services.ask(acting(unit.investigator), still, wanted())


@pytest.fixture
def second_checker(someone: Callable[..., Person], asked: Request, acting: Callable[..., Acting]) -> Person:
    """Another examiner who read the case."""
    person = someone("olga", Role.EXAMINER)
    CaseRead.objects.create(case=asked.case, person=person, at=acting(person).at)
    return person


def again(row: Any) -> Any:
    """The row as another browser has it."""
    return type(row).objects.get(pk=row.pk)


def test_a_request_sent_twice_is_made_once(
    unit: Unit, acting: Callable[..., Acting], still: Still, wanted: Callable[..., Wanted]
) -> None:
    written = Written()
    first, second = at_once(*[lambda: services.ask(acting(unit.investigator), again(still), wanted())] * 2)
    assert first.pk == second.pk
    assert Request.objects.count() == 1
    assert written.of(Act.SEARCH_REQUEST) == ["allowed"]


def test_a_refused_request_sent_twice_is_counted_once(
    unit: Unit, acting: Callable[..., Acting], still: Still, wanted: Callable[..., Wanted]
) -> None:
    written = Written()
    poor = wanted(suspicion="none")
    first, second = at_once(*[lambda: services.ask(acting(unit.investigator), again(still), poor)] * 2)
    assert first.pk == second.pk
    assert (first.state, Request.objects.count()) == (Request.State.REFUSED, 1)
    assert written.of(Act.SEARCH_REQUEST) == ["refused"]


def test_requests_of_several_cases_at_once_are_all_made_and_numbered(
    unit: Unit,
    acting: Callable[..., Acting],
    still: Still,
    still_of: Callable[..., Still],
    wanted: Callable[..., Wanted],
) -> None:
    stills = [still]
    for number in range(3):
        case = Case.objects.get(pk=still.exhibit.case_id)
        case.pk, case.public_id, case.number = None, f"{number:032}", f"26-2000{number}"
        case.save()
        TeamMember.objects.create(case=case, person=unit.investigator, since=acting(unit.investigator).at)
        exhibit = type(still.exhibit).objects.get(pk=still.exhibit_id)
        exhibit.pk, exhibit.public_id, exhibit.case = None, f"e{number:031}", case
        exhibit.save()
        other = again(still)
        other.pk, other.public_id, other.exhibit = None, f"f{number:031}", exhibit
        other.save()
        stills.append(other)
    given = at_once(*[lambda one=one: services.ask(acting(unit.investigator), again(one), wanted()) for one in stills])
    assert not told(given)
    assert sorted(Request.objects.values_list("number", flat=True)) == [1, 2, 3, 4]


def test_a_still_edited_while_it_is_asked_for_is_not_asked_for_unseen(
    unit: Unit, acting: Callable[..., Acting], still: Still, wanted: Callable[..., Wanted]
) -> None:
    seen, who, written = again(still), acting(unit.investigator), Written()
    edit_still(who, again(still), Gamma(1.2), version=still.version)
    with pytest.raises(ChangedMeanwhile):
        services.ask(who, seen, wanted())
    with pytest.raises(ChangedMeanwhile):
        services.ask(who, again(still), wanted(version=still.version))
    given = at_once(
        lambda: services.ask(who, again(still), wanted()),
        lambda: edit_still(who, again(still), Gamma(0.9), version=2),
    )
    edits = [[step["gamma"] for step in one.edits] for one in Request.objects.all()]
    assert edits == ([] if told(given) else edits)
    assert all(one in ([1.2], [1.2, 0.9]) for one in edits)
    assert all(isinstance(one, ChangedMeanwhile) for one in told(given))
    assert written.of(Act.SEARCH_REQUEST) == ["allowed"] * len(edits)


def test_two_checkers_at_once_check_it_once(
    unit: Unit, acting: Callable[..., Acting], asked: Request, second_checker: Person
) -> None:
    written = Written()
    given = at_once(
        lambda: services.approve(acting(unit.checker), again(asked), "as the report says", version=asked.version),
        lambda: services.send_back(acting(second_checker), again(asked), "a page is missing", version=asked.version),
    )
    assert len(told(given)) == 1
    asked.refresh_from_db()
    first = unit.checker if given[0] is None else second_checker
    assert (asked.checked_by, asked.version) == (first, 2)
    assert asked.state == (Request.State.APPROVED if first == unit.checker else Request.State.SENT_BACK)
    assert len(written.of(Act.SEARCH_CHECK)) == 1


def test_a_request_withdrawn_while_it_is_approved_is_one_or_the_other(
    unit: Unit, acting: Callable[..., Acting], asked: Request
) -> None:
    written = Written()
    given = at_once(
        lambda: services.approve(acting(unit.checker), again(asked), "as the report says", version=asked.version),
        lambda: services.withdraw(acting(unit.investigator), again(asked)),
    )
    asked.refresh_from_db()
    assert asked.state == Request.State.WITHDRAWN  # an approved request may still be withdrawn
    assert len(written.of(Act.SEARCH_WITHDRAW)) == 1
    assert [type(one) for one in told(given)] == [NotNow] * (1 - len(written.of(Act.SEARCH_CHECK)))
    with pytest.raises(NotNow):
        services.run(acting(unit.checker), again(asked))
    assert not Search.objects.exists()


def test_a_request_withdrawn_while_it_is_searched_is_one_or_the_other(
    unit: Unit, acting: Callable[..., Acting], asked: Request
) -> None:
    services.approve(acting(unit.checker), again(asked), "as the report says", version=asked.version)
    given = at_once(
        lambda: services.run(acting(unit.checker), again(asked)),
        lambda: services.withdraw(acting(unit.investigator), again(asked)),
    )
    assert [type(one) for one in told(given)] == [NotNow]
    asked.refresh_from_db()
    assert (asked.state == Request.State.SEARCHED) == Search.objects.exists()


def test_an_approved_request_is_searched_once_whoever_runs_it_at_the_same_moment(
    unit: Unit, acting: Callable[..., Acting], asked: Request, second_checker: Person
) -> None:
    services.approve(acting(unit.checker), again(asked), "as the report says", version=asked.version)
    written = Written()
    people = (unit.checker, second_checker, unit.checker)
    given = at_once(*[lambda one=one: services.run(acting(one), again(asked)) for one in people])
    assert [type(one) for one in told(given)] == [NotNow, NotNow]
    assert (Search.objects.count(), Candidate.objects.count()) == (1, 20)
    assert written.of(Act.SEARCH_RUN) == ["allowed"]


def test_of_two_requests_for_one_face_searched_at_the_same_moment_the_second_needs_its_reason(
    unit: Unit,
    acting: Callable[..., Acting],
    asked: Request,
    someone: Callable[..., Person],
    wanted: Callable[..., Wanted],
) -> None:
    colleague = someone("igor", Role.INVESTIGATOR)
    TeamMember.objects.create(case=asked.case, person=colleague, since=acting(colleague).at)
    other = services.ask(acting(colleague), again(asked.still), wanted())
    for one in (asked, other):
        services.approve(acting(unit.checker), again(one), "as the report says", version=one.version)
    written = Written()
    given = at_once(*[lambda one=one: services.run(acting(unit.checker), again(one)) for one in (asked, other)])
    assert [type(one) for one in told(given)] == [ActRefused]
    assert Search.objects.count() == 1
    assert sorted(written.of(Act.SEARCH_RUN)) == ["allowed", "refused"]


@pytest.mark.parametrize("told_already", [False, True])
def test_a_record_sealed_while_a_search_runs_does_not_come_back(
    unit: Unit,
    acting: Callable[..., Acting],
    asked: Request,
    monkeypatch: pytest.MonkeyPatch,
    told_already: bool,
) -> None:
    services.approve(acting(unit.checker), again(asked), "as the report says", version=asked.version)
    who, written, sealed = acting(unit.checker), Written(), []

    def seal(record: str, status: str = "sealed") -> None:
        """As the bookings' own act and what follows it do; told_already: the gallery on disk was told at once."""
        Booking.objects.filter(photos__record_id=record).update(status=status)
        change = GalleryChange.objects.create(record_id=record, gallery="county", status=status, asked_at=who.at)
        if told_already:
            with writing("county") as gallery:
                held = gallery.record(record)
                assert held is not None
                gallery.update([replace(held, status=Status(status))], at=who.at.isoformat())
            BookingPhoto.objects.filter(record_id=record).update(told=status)
            GalleryChange.objects.filter(pk=change.pk).update(done_at=who.at)

    def meanwhile(*given: Any, **more: Any) -> Any:
        found = search(*given, **more)
        sealed.append(found.record.candidates[3].record_id)
        at_once(lambda: seal(sealed[0]))
        return found

    monkeypatch.setattr(services, "search", meanwhile)
    try:
        with pytest.raises(ChangedMeanwhile, match="sealed"):
            services.run(who, again(asked))
        assert not Search.objects.exists()
        assert not written.of(Act.SEARCH_RUN)
        monkeypatch.setattr(services, "search", search)
        services.run(who, again(asked))
        assert not Candidate.objects.filter(record_id=sealed[0]).exists()
        assert Candidate.objects.count() == 20
    finally:
        seal(sealed[0], "active")  # the gallery is every test's


def test_the_second_click_gets_a_page_that_says_what_happened(
    unit: Unit, asked: Request, signed_in: Callable[[Person], Client]
) -> None:
    clients, written = [signed_in(unit.checker) for _ in range(2)], Written()
    body = {"words": "As the report says.", "version": asked.version, "approve": "1"}
    given = at_once(*[lambda one=one: one.post(f"/requests/{asked.public_id}/check/", body) for one in clients])
    assert sorted(one.status_code for one in given) == [302, 409]
    page = max(given, key=lambda one: one.status_code).content.decode()
    assert f"Request {asked.number} is" in page
    assert "Somebody, perhaps you in another window, has dealt with it." in page
    assert Search.objects.count() == 1
    assert written.of(Act.SEARCH_CHECK) == written.of(Act.SEARCH_RUN) == ["allowed"]


def test_whoever_asks_of_a_still_that_was_edited_keeps_what_they_wrote_and_sees_it_as_it_is_now(
    unit: Unit, acting: Callable[..., Acting], still: Still, signed_in: Callable[[Person], Client]
) -> None:
    client = signed_in(unit.investigator)
    page, address = client.get(f"/stills/{still.public_id}/ask/"), f"/stills/{still.public_id}/ask/"
    assert page.context["form"]["version"].value() == 1
    edit_still(acting(unit.investigator), again(still), Gamma(1.2), version=1)
    body = {
        "face": 1,
        "purpose": "identify_suspect",
        "suspicion": "reasonable_suspicion",
        "specific_facts": FACTS,
        "route": "own_case",
        "version": 1,
        "ask": "1",
    }
    answer = client.post(address, body)
    assert answer.status_code == 409
    assert "The still was edited after you opened it." in answer.content.decode()
    assert FACTS in answer.content.decode()
    assert not Request.objects.exists()
    assert client.post(address, body | {"version": answer.context["form"]["version"].value()}).status_code == 302
    assert [step["gamma"] for step in Request.objects.get().edits] == [1.2]
