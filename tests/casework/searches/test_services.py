"""A request is judged, checked by somebody who read the case, and searched once."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lookalike.casework.acting import Acting
from lookalike.casework.bookings.models import GalleryChange
from lookalike.casework.cases.models import CaseRead, Still, TeamMember
from lookalike.casework.law import Judgement
from lookalike.casework.people.models import Person
from lookalike.casework.recorded import changed, key_of
from lookalike.casework.recording import ledger, store
from lookalike.casework.searches import services
from lookalike.casework.searches.models import Candidate, Request, Search
from lookalike.casework.searches.services import Wanted
from lookalike.errors import ActRefused, BrokenFile, ChangedMeanwhile, NotNow
from lookalike.protocol.vocabulary import Role
from tests.casework.searches.conftest import Unit

pytestmark = pytest.mark.usefixtures("county", "booked")


def refused_rules(judgement: Judgement) -> set[str]:
    return {one.rule for one in judgement.judged if one.state != "satisfied"}


def test_a_good_request_waits_for_its_check(
    unit: Unit,
    acting: Callable[..., Acting],
    still_of: Callable[..., Still],
    wanted: Callable[..., Wanted],
    probe_name: str,
) -> None:
    request = services.ask(acting(unit.investigator), still_of(probe_name), wanted())
    judged = Judgement.from_data(request.judgement)
    assert request.state == Request.State.WAITING, [one for one in judged.judged if one.state != "satisfied"]
    assert judged.allowed
    assert not refused_rules(judged)
    assert len(request.template) > 100
    assert ledger().body(store().head().size - 1)["objects"][1] == {"kind": "request", "id": request.public_id}


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"specific_facts": " "}, "R03"),
        ({"purpose": "protest"}, "R05"),
        ({"suspicion": "none"}, "R03"),
    ],
)
def test_a_bad_request_is_kept_as_refused_with_its_rule(
    change: dict[str, Any],
    rule: str,
    unit: Unit,
    acting: Callable[..., Acting],
    still_of: Callable[..., Still],
    wanted: Callable[..., Wanted],
    probe_name: str,
) -> None:
    request = services.ask(acting(unit.investigator), still_of(probe_name), wanted(**change))
    assert request.state == Request.State.REFUSED
    assert rule in refused_rules(Judgement.from_data(request.judgement))
    with pytest.raises(NotNow):
        services.approve(acting(unit.checker), request, "read", version=request.version)


def test_a_theft_is_refused_as_in_2018(
    unit: Unit,
    acting: Callable[..., Acting],
    still_of: Callable[..., Still],
    wanted: Callable[..., Wanted],
    probe_name: str,
) -> None:
    still = still_of(probe_name)
    case = still.exhibit.case
    case.nibrs, case.statute = "23C", "750.356d"
    case.save()
    request = services.ask(acting(unit.investigator), still, wanted())
    assert request.state == Request.State.REFUSED
    assert "R02" in refused_rules(Judgement.from_data(request.judgement))


def test_a_sketch_and_an_unfit_still_are_refused(
    unit: Unit,
    acting: Callable[..., Acting],
    still_of: Callable[..., Still],
    wanted: Callable[..., Wanted],
    probe_name: str,
) -> None:
    sketch = services.ask(acting(unit.investigator), still_of(probe_name, probe_kind="sketch"), wanted())
    assert "R04" in refused_rules(Judgement.from_data(sketch.judgement))
    dark = services.ask(acting(unit.investigator), still_of("S001-c.jpg"), wanted())
    assert "R09" in refused_rules(Judgement.from_data(dark.judgement))
    assert dark.template == ""


def test_a_search_runs_once_and_writes_its_record(
    unit: Unit,
    acting: Callable[..., Acting],
    still_of: Callable[..., Still],
    wanted: Callable[..., Wanted],
    probe_name: str,
) -> None:
    request = services.ask(acting(unit.investigator), still_of(probe_name), wanted())
    services.approve(acting(unit.checker), request, "It is as the report says.", version=request.version)
    request.refresh_from_db()
    search = services.run(acting(unit.checker), request)
    record = json.loads(search.record)
    assert len(record["candidates"]) == Candidate.objects.filter(search=search).count() == 20
    body: Any = ledger().body(store().head().size - 1)
    assert body["snapshot"] == record["galleries"][0]["snapshot"]
    assert {"kind": "record", "id": search.sha256} in body["objects"]
    assert services.record_of(search) == search.record
    Search.objects.filter(pk=search.pk).update(record=search.record.replace('"rank":1', '"rank":7', 1) + " ")
    with pytest.raises(BrokenFile):
        services.record_of(Search.objects.get(pk=search.pk))
    request.refresh_from_db()
    assert request.state == Request.State.SEARCHED
    with pytest.raises(NotNow):
        services.run(acting(unit.checker), request)
    assert Search.objects.count() == 1


def test_another_picture_than_the_one_that_was_asked_for_is_not_searched(
    unit: Unit,
    acting: Callable[..., Acting],
    still_of: Callable[..., Still],
    wanted: Callable[..., Wanted],
    probe_name: str,
    probes: list[dict[str, str]],
) -> None:
    request = services.ask(acting(unit.investigator), still_of(probe_name), wanted())
    services.approve(acting(unit.checker), request, "It is as the report says.", version=request.version)
    other = still_of(Path([row["file"] for row in probes if row["kind"] == "a"][1]).name)
    Still.objects.filter(pk=request.still_id).update(file=other.file)
    with pytest.raises(BrokenFile):
        services.run(acting(unit.checker), Request.objects.get(pk=request.pk))
    assert not Search.objects.exists()


def test_whoever_has_not_read_the_case_cannot_have_it_searched(
    unit: Unit,
    acting: Callable[..., Acting],
    still_of: Callable[..., Still],
    wanted: Callable[..., Wanted],
    probe_name: str,
) -> None:
    request = services.ask(acting(unit.investigator), still_of(probe_name), wanted())
    CaseRead.objects.all().delete()
    with pytest.raises(ActRefused) as refused:
        services.approve(acting(unit.checker), request, "I did not look.", version=request.version)
    assert {one.rule for one in refused.value.decision.refusals()} == {"R03"}  # type: ignore[attr-defined]
    request.refresh_from_db()
    assert request.state == Request.State.WAITING


def test_a_request_that_changed_after_it_was_read_is_not_approved(
    unit: Unit,
    acting: Callable[..., Acting],
    still_of: Callable[..., Still],
    wanted: Callable[..., Wanted],
    probe_name: str,
) -> None:
    request = services.ask(acting(unit.investigator), still_of(probe_name), wanted())
    with pytest.raises(ChangedMeanwhile):
        services.approve(acting(unit.checker), request, "read", version=request.version + 1)


def test_a_sealed_record_does_not_come_back_from_the_moment_it_was_sealed(
    unit: Unit,
    acting: Callable[..., Acting],
    still_of: Callable[..., Still],
    wanted: Callable[..., Wanted],
    probe_name: str,
) -> None:
    still = still_of(probe_name)
    who = acting(unit.checker)

    def searched() -> set[str]:
        request = services.ask(acting(unit.investigator), still, wanted(repeat_reason="The gallery changed."))
        services.approve(who, request, "read", version=request.version)
        request.refresh_from_db()
        return {one.record_id for one in services.run(who, request).candidates.all()}

    before = searched()
    sealed = sorted(before)[0]
    GalleryChange.objects.create(record_id=sealed, gallery="county", status="sealed", asked_at=who.at)
    after = searched()
    assert sealed not in after
    assert len(after) == len(before)


def test_a_repeat_needs_a_reason_and_is_found_by_likeness_too(
    unit: Unit,
    acting: Callable[..., Acting],
    still_of: Callable[..., Still],
    wanted: Callable[..., Wanted],
    probe_name: str,
) -> None:
    first = services.ask(acting(unit.investigator), still_of(probe_name), wanted())
    services.approve(acting(unit.checker), first, "read", version=first.version)
    first.refresh_from_db()
    services.run(acting(unit.checker), first)
    again = still_of(probe_name)
    again.edits.create(edit={"edit": "gamma", "gamma": 1.2}, by=unit.investigator, at=first.asked_at)
    silent = services.ask(acting(unit.investigator), again, wanted())
    assert list(silent.repeats.all()) == [first]
    assert silent.state == Request.State.REFUSED
    assert "R03" in refused_rules(Judgement.from_data(silent.judgement))
    said = services.ask(acting(unit.investigator), again, wanted(repeat_reason="The original recording came in."))
    assert said.state == Request.State.WAITING


def test_an_examiner_may_not_ask_and_an_investigator_may_not_run(
    unit: Unit,
    acting: Callable[..., Acting],
    still_of: Callable[..., Still],
    wanted: Callable[..., Wanted],
    probe_name: str,
) -> None:
    request = services.ask(acting(unit.investigator), still_of(probe_name), wanted())
    with pytest.raises(ActRefused) as refused:
        services.approve(acting(unit.investigator), request, "I check myself.", version=request.version)
    assert "R23" in {one.rule for one in refused.value.decision.refusals()}  # type: ignore[attr-defined]


def test_a_request_is_withdrawn_only_before_it_is_searched(
    unit: Unit,
    acting: Callable[..., Acting],
    still_of: Callable[..., Still],
    wanted: Callable[..., Wanted],
    probe_name: str,
) -> None:
    request = services.ask(acting(unit.investigator), still_of(probe_name), wanted())
    services.withdraw(acting(unit.investigator), request)
    request.refresh_from_db()
    assert request.state == Request.State.WITHDRAWN
    with pytest.raises(NotNow):
        services.withdraw(acting(unit.investigator), request)


def test_the_site_home_holds_no_picture_in_the_clear(
    unit: Unit,
    acting: Callable[..., Acting],
    still_of: Callable[..., Still],
    wanted: Callable[..., Wanted],
    probe_name: str,
) -> None:
    from django.conf import settings

    request = services.ask(acting(unit.investigator), still_of(probe_name), wanted())
    services.approve(acting(unit.checker), request, "read", version=request.version)
    request.refresh_from_db()
    services.run(acting(unit.checker), request)
    stored = [path for path in Path(settings.FILES_FOLDER).rglob("*") if path.is_file()]
    assert stored
    assert not [path for path in stored if path.read_bytes()[:4] in (b"\xff\xd8\xff\xe0", b"\x89PNG")]


def test_whoever_is_on_the_team_checks_no_request_of_the_case(
    still_of: Callable[..., Still],
    unit: Unit,
    acting: Callable[..., Acting],
    someone: Callable[..., Person],
    wanted: Callable[..., Wanted],
    probe_name: str,
    booked: Any,
) -> None:
    both = someone("both", Role.INVESTIGATOR, Role.EXAMINER)
    request = services.ask(acting(unit.investigator), still_of(probe_name), wanted())
    TeamMember.objects.create(case=request.case, person=both, since=request.asked_at)
    CaseRead.objects.create(case=request.case, person=both, at=request.asked_at)
    with pytest.raises(ActRefused) as refused:
        services.approve(acting(both), request, "As it says.", version=request.version)
    assert refused.value.decision is not None
    assert {one.rule for one in refused.value.decision.refusals()} == {"R23"}
    request.refresh_from_db()
    assert request.state == Request.State.WAITING


def test_of_two_requests_that_wait_for_one_face_the_first_asked_is_a_repeat_once_the_other_was_searched(
    still_of: Callable[..., Still],
    unit: Unit,
    acting: Callable[..., Acting],
    wanted: Callable[..., Wanted],
    probe_name: str,
    booked: Any,
) -> None:
    still = still_of(probe_name)
    first = services.ask(acting(unit.investigator), still, wanted())
    second = services.ask(acting(unit.investigator), still, wanted(specific_facts="The clerk knew his walk again."))
    services.approve(acting(unit.checker), second, "As it says.", version=second.version)
    second.refresh_from_db()
    services.run(acting(unit.checker), second)
    assert not services.judged_search(acting(unit.checker), first).allowed
    with pytest.raises(ActRefused) as refused:
        services.approve(acting(unit.checker), first, "As it says.", version=first.version)
    assert refused.value.decision is not None
    assert {one.rule for one in refused.value.decision.refusals()} == {"R03"}
    assert Search.objects.count() == 1


@pytest.mark.parametrize(
    "change", [{"specific_facts": "He was seen."}, {"check_words": "Not read."}, {"facts": {}}, {"template": ""}]
)
def test_a_request_that_was_changed_behind_the_ledgers_back_is_found(
    unit: Unit,
    acting: Callable[..., Acting],
    still_of: Callable[..., Still],
    wanted: Callable[..., Wanted],
    probe_name: str,
    booked: object,
    change: dict[str, Any],
) -> None:
    request = services.ask(acting(unit.investigator), still_of(probe_name), wanted())
    assert key_of(request) not in changed()
    CaseRead.objects.get_or_create(case=request.case, person=unit.checker, defaults={"at": request.asked_at})
    services.approve(acting(unit.checker), request, "Read.", version=request.version)
    assert key_of(request) not in changed()
    Request.objects.filter(pk=request.pk).update(**change)
    assert key_of(request) in changed()
