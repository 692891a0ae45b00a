"""Acts on a case: opened, changed, joined, read, and what witnesses said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from lookalike.casework.acting import Acting
from lookalike.casework.cases import services
from lookalike.casework.cases.facts import offence
from lookalike.casework.cases.models import Case, CaseRead, Description
from lookalike.casework.cases.told import CaseTold, DescriptionTold
from lookalike.casework.people.models import Agency, Person
from lookalike.casework.recording import ledger, store
from lookalike.errors import BadForm, ChangedMeanwhile, NotNow, NotPermitted
from lookalike.protocol.unknown import UNKNOWN
from lookalike.protocol.vocabulary import Role

TALL = DescriptionTold(
    witness="Witness 1, shop assistant",
    words="He was tall, maybe six foot two, and had a tattoo on his neck.",
    given_on=date(2026, 1, 4),
    height_low_cm=183,
    height_high_cm=193,
    marks="tattoo on the neck",
)


def last_entry() -> Any:
    ledger()
    return store().head().size


def test_whoever_opens_a_case_is_its_team_and_knows_its_story(who: Acting, case: Case) -> None:
    assert [one.person for one in case.team.all()] == [who.person]
    assert CaseRead.objects.get(case=case).person == who.person
    assert Case.objects.visible_to(who).get() == case


def test_a_number_is_used_once_in_an_agency(who: Acting, case: Case, robbery: CaseTold, agency: Agency) -> None:
    before = last_entry()
    with pytest.raises(BadForm) as refused:
        services.open_case(who, robbery, agency)
    assert "number" in refused.value.fields
    assert last_entry() == before
    assert Case.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"number": "  "}, "number"),
        ({"number": "9" * 61}, "number"),
        ({"narrative": " \n"}, "narrative"),
        ({"statute": "750.81"}, "statute"),
        ({"nibrs": "", "statute": "", "attempted": None}, "nibrs"),
        ({"other_purpose": "missing"}, "nibrs"),
        ({"nibrs": "", "statute": "", "attempted": None, "other_purpose": "curiosity"}, "other_purpose"),
        ({"nibrs": "", "other_purpose": "missing"}, "statute"),
        ({"completed_on": date(2999, 1, 1)}, "completed_on"),
        ({"completed_on": date(1899, 12, 31)}, "completed_on"),
        ({"max_years": 201}, "max_years"),
    ],
)
def test_a_case_that_cannot_be_is_not_kept(
    who: Acting, agency: Agency, robbery: CaseTold, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(BadForm) as refused:
        services.open_case(who, replace(robbery, **changes), agency)
    assert field in refused.value.fields
    assert not Case.objects.exists()


def test_only_investigators_open_cases(
    someone: Callable[..., Person], acting: Callable[..., Acting], agency: Agency, robbery: CaseTold
) -> None:
    for role in set(Role) - {Role.INVESTIGATOR}:
        with pytest.raises(NotPermitted):
            services.open_case(acting(someone(f"a_{role}", role)), robbery, agency)
    assert not Case.objects.exists()


def test_a_change_keeps_what_was_said_before(who: Acting, case: Case, robbery: CaseTold) -> None:
    told = replace(robbery, attempted=True, narrative="Nothing was taken after all.")
    changed = services.change_case(who, case, told, version=1, reason="The shop counted again.")
    assert changed.version == 2
    assert {one.field: (one.before, one.after, one.reason) for one in case.changes.all()} == {
        "attempted": ("no", "yes", "The shop counted again."),
        "narrative": (robbery.narrative, told.narrative, "The shop counted again."),
    }


def test_nobody_overwrites_another(who: Acting, case: Case, robbery: CaseTold) -> None:
    services.change_case(who, case, replace(robbery, attempted=True), version=1, reason="As reported.")
    with pytest.raises(ChangedMeanwhile, match="Ivy Investigator changed"):
        services.change_case(who, case, replace(robbery, nibrs="13A", statute=""), version=1, reason="As charged.")
    case.refresh_from_db()
    assert (case.nibrs, case.attempted, case.version) == ("120", True, 2)


def test_a_change_that_changes_nothing_and_one_without_a_reason_are_not_kept(
    who: Acting, case: Case, robbery: CaseTold
) -> None:
    with pytest.raises(BadForm):
        services.change_case(who, case, robbery, version=1, reason="No reason.")
    with pytest.raises(BadForm) as refused:
        services.change_case(who, case, replace(robbery, attempted=True), version=1, reason=" ")
    assert "reason" in refused.value.fields
    case.refresh_from_db()
    assert case.version == 1


def test_who_is_not_on_the_team_changes_nothing(
    case: Case, robbery: CaseTold, someone: Callable[..., Person], acting: Callable[..., Acting]
) -> None:
    other = acting(someone("otto", Role.INVESTIGATOR, Role.SUPERVISOR))
    assert Case.objects.visible_to(other).get() == case
    for attempt in (
        lambda: services.change_case(other, case, replace(robbery, attempted=True), version=1, reason="So."),
        lambda: services.join_team(other, case, other.person, version=1),
        lambda: services.take_description(other, case, TALL),
    ):
        with pytest.raises(NotPermitted):
            attempt()


def test_a_team_is_joined_and_left(
    who: Acting, case: Case, someone: Callable[..., Person], acting: Callable[..., Acting]
) -> None:
    other = someone("otto", Role.INVESTIGATOR)
    assert not Case.objects.visible_to(acting(other)).exists()
    services.join_team(who, case, other, version=1)
    assert Case.objects.visible_to(acting(other)).get() == case
    with pytest.raises(NotNow):
        services.join_team(who, case, other, version=2)
    with pytest.raises(ChangedMeanwhile):
        services.leave_team(who, case, other, version=1)
    services.leave_team(acting(other), case, who.person, version=2)
    assert not Case.objects.visible_to(who).exists()
    with pytest.raises(NotNow, match="last of the team"):
        services.leave_team(acting(other), case, other, version=3)
    services.join_team(acting(other), case, who.person, version=3)
    assert Case.objects.visible_to(who).get() == case
    assert case.team.filter(person=who.person).count() == 2


def test_only_an_investigator_in_service_joins_a_team(
    who: Acting, case: Case, someone: Callable[..., Person], now: Any
) -> None:
    for person in (someone("eve", Role.EXAMINER), someone("gone", Role.INVESTIGATOR, disabled_at=now)):
        with pytest.raises(BadForm):
            services.join_team(who, case, person, version=1)


def test_the_first_reading_counts(
    case: Case, someone: Callable[..., Person], acting: Callable[..., Acting], now: Any
) -> None:
    reader = someone("sue", Role.SUPERVISOR)
    services.story(acting(reader, now), case)
    services.story(acting(reader, now + timedelta(hours=1)), case)
    services.read_case(acting(reader, now + timedelta(hours=2)), case)
    assert case.readings.get(person=reader).at == now


def test_an_examiner_opens_the_story_knowingly_or_not_at_all(
    case: Case, someone: Callable[..., Person], acting: Callable[..., Acting]
) -> None:
    examiner = acting(someone("eve", Role.EXAMINER))
    assert services.is_barred_by_reading(examiner, case)
    with pytest.raises(NotNow, match="not opened the story"):
        services.story(examiner, case)
    assert not case.readings.filter(person=examiner.person).exists()
    services.read_case(examiner, case)
    services.story(examiner, case)
    assert not services.is_barred_by_reading(examiner, case)


def test_what_a_witness_said_is_corrected_beside_it(who: Acting, case: Case) -> None:
    first = services.take_description(who, case, TALL)
    second = services.take_description(who, case, replace(TALL, height_low_cm=178), corrects=first)
    assert list(case.descriptions.order_by("pk")) == [first, second]
    assert first.corrected_by == second
    with pytest.raises(NotNow):
        services.take_description(who, case, TALL, corrects=first)
    assert Description.objects.get(pk=first.pk).height_low_cm == 183


def test_a_correction_of_another_case_is_refused(who: Acting, case: Case, robbery: CaseTold, agency: Agency) -> None:
    other = services.open_case(who, replace(robbery, number="26-000124"), agency)
    first = services.take_description(who, other, TALL)
    with pytest.raises(NotNow):
        services.take_description(who, case, TALL, corrects=first)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"witness": ""}, "witness"),
        ({"words": " "}, "words"),
        ({"given_on": date(2999, 1, 1)}, "given_on"),
        ({"height_low_cm": 190, "height_high_cm": 180}, "height_high_cm"),
        ({"height_low_cm": 6, "height_high_cm": None}, "height_low_cm"),
        ({"weight_high_kg": 401}, "weight_high_kg"),
        ({"age_low": 121}, "age_low"),
        ({"build": "b" * 101}, "build"),
        ({"witness": "w" * 101}, "witness"),
    ],
)
def test_a_description_that_cannot_be_is_not_kept(who: Acting, case: Case, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(BadForm) as refused:
        services.take_description(who, case, replace(TALL, **changes))
    assert field in refused.value.fields
    assert not Description.objects.exists()


def test_the_facts_of_an_offence_know_no_defaults(who: Acting, agency: Agency, robbery: CaseTold) -> None:
    known = offence(services.open_case(who, robbery, agency))
    assert known is not None
    assert (known.nibrs, known.statute, known.attempted, known.completed_on) == (
        "120",
        "750.529",
        False,
        date(2026, 1, 4),
    )
    assert (known.felony, known.max_years) == (UNKNOWN, UNKNOWN)
    bare = CaseTold(number="2", nibrs="120", narrative="A robbery.")
    blank = offence(services.open_case(who, bare, agency))
    assert blank is not None
    assert {blank.statute, blank.attempted, blank.completed_on} == {UNKNOWN}
    missing = CaseTold(number="3", other_purpose="missing", narrative="A child is missing.")
    assert offence(services.open_case(who, missing, agency)) is None
