"""What one row of a truth table cannot show: parameters alone, silence, ties, and remarks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from lookalike.protocol.court_words import ItemKind, Wish
from lookalike.protocol.facts.base import put
from lookalike.protocol.facts.office import Notice
from lookalike.protocol.parameters import Kind, kind_of
from lookalike.protocol.rule import Outcome
from lookalike.protocol.rules import RULES
from lookalike.protocol.rules.hands import DUTY
from lookalike.protocol.vocabulary import Act, Conclusion, Office, OtherPurpose, Role, Route, Suspicion
from tests.protocol import test_truth_after as truth_after
from tests.protocol import test_truth_search as truth_search
from tests.protocol.asked import ALL
from tests.protocol.given import allowed, at, judge
from tests.protocol.test_truth_after import LEAD, LINEUP, RECORD, REPORT, WARRANT, exams, on_day, signed


@pytest.mark.parametrize(
    ("rule", "act", "changes"),
    [
        ("R17", REPORT, {"kind": "a kind that no entry names"}),
        ("R05", REPORT, {}),
        ("R21", REPORT, {}),
        ("R20", REPORT, {}),
        ("R18", RECORD, {"item": ItemKind.PROBE}),
        ("R13", RECORD, {}),
    ],
)
def test_an_entry_says_nothing_of_what_it_does_not_name(rule: str, act: Act, changes: dict[str, Any]) -> None:
    assert judge(rule, act, changes).outcome is Outcome.NOT_APPLICABLE


def test_a_late_report_is_noted_and_never_refused() -> None:
    late = judge("R17", REPORT, {"at": at("2026-10-04 12:00")})

    assert late.outcome is Outcome.SATISFIED
    assert late.notes == ("The report is 3 days late.",)
    assert judge("R17", REPORT, {"at": at("2026-10-01 12:00")}).notes == ()


@pytest.mark.parametrize(
    ("last", "holds"),
    [
        ({}, True),
        ({"candidate": "rec-8"}, False),
        ({"conclusion": Conclusion.INCONCLUSIVE, "candidate": None}, False),
    ],
)
def test_a_third_examiner_may_break_a_tie_and_must_be_of_the_two(last: dict[str, Any], holds: bool) -> None:
    undecided = {"conclusion": Conclusion.INCONCLUSIVE, "candidate": None}
    third = {
        "person": "gus",
        "candidates_seen_at": at("2026-03-01 10:00"),
        "concluded_at": at("2026-03-01 11:00"),
    }

    found = judge(
        "R10", LEAD, {"examinations": exams({}, undecided, third | last)}, ALL["R10"] | {"third_examiner": True}
    )

    assert (found.outcome is Outcome.SATISFIED) is holds


def test_a_third_examiner_does_not_outvote_one_who_named_somebody_else() -> None:
    third = {"person": "gus", "candidates_seen_at": at("2026-03-01 10:00"), "concluded_at": at("2026-03-01 11:00")}
    exam = exams({}, {"candidate": "rec-8"}, third)

    found = judge("R10", LEAD, {"examinations": exam}, ALL["R10"] | {"third_examiner": True})

    assert [failure.key for failure in found.failures] == ["all_agree"]


def test_two_signatures_of_one_captain_are_one() -> None:
    twice = {"signatures": (signed(LEAD), signed(LEAD, at=at("2026-03-01 13:00")))}

    assert judge("R11", LEAD, twice, {"office": "captain", "signatures": 2}).outcome is Outcome.REFUSED


def test_an_office_alone_asks_for_one_signature() -> None:
    assert judge("R11", LEAD, {}, {"office": "captain"}).outcome is Outcome.SATISFIED
    assert judge("R11", LEAD, {"signatures": ()}, {"office": "captain"}).outcome is Outcome.REFUSED


def test_the_29th_of_february_three_years_on_is_the_1st_of_march() -> None:
    facts = {"period_last": date(2024, 2, 29), "audit_kept_until": date(2027, 2, 28)}

    assert {failure.key for failure in judge("R17", REPORT, facts).failures} == {"audit_keep_years"}


def test_sixty_days_after_23_january_2020_are_over_on_24_march() -> None:
    case = on_day(0, Wish.DESTROY) | {
        "disposition": put(allowed(RECORD), "disposition.on", date(2020, 1, 23)).disposition
    }  # type: ignore[attr-defined]

    assert judge("R18", RECORD, case | {"at": at("2020-03-23 16:00")}).outcome is Outcome.REFUSED
    assert judge("R18", RECORD, case | {"at": at("2020-03-24 16:00")}).outcome is Outcome.SATISFIED


def test_a_late_notice_to_an_office_that_nobody_named_is_no_matter() -> None:
    breach = allowed(REPORT).breach  # type: ignore[attr-defined]
    clerk = Notice(office="clerk", at=at("2026-02-09 12:00"))
    told = replace(breach, notices=(*breach.notices, clerk))

    assert judge("R05", REPORT, {"kind": "breach_notice", "breach": told}).outcome is Outcome.SATISFIED


@pytest.mark.parametrize("act", [LEAD, LINEUP, WARRANT])
@pytest.mark.parametrize(
    ("parameters", "changes"),
    [
        ({"office": "captain"}, {"office": Office.LIEUTENANT}),
        ({"management_view": True}, {"management_view": False}),
        ({"apart_from": ["examiners"]}, {"person": "ann"}),
        ({"apart_from": ["investigator"]}, {"person": "cid"}),
    ],
)
def test_what_is_asked_of_a_signature_is_asked_also_where_nobody_counts(
    act: Act, parameters: dict[str, Any], changes: dict[str, Any]
) -> None:
    assert judge("R11", act, {"signatures": (signed(act),)}, parameters).outcome is Outcome.SATISFIED
    assert judge("R11", act, {"signatures": (signed(act, **changes),)}, parameters).outcome is Outcome.REFUSED


def test_an_office_of_the_police_alone_asks_for_one_signature() -> None:
    asked = {"police_office": "captain"}

    assert judge("R14", WARRANT, {"signatures": (signed(WARRANT),)}, asked).outcome is Outcome.SATISFIED
    lower = signed(WARRANT, office=Office.LIEUTENANT)
    assert judge("R14", WARRANT, {"signatures": (lower,)}, asked).outcome is Outcome.REFUSED


@pytest.mark.parametrize("act", list(Act))
def test_an_act_is_done_in_a_role_that_the_policy_names(act: Act) -> None:
    asked = {"role_for_act": {act.value: ["board"]}}

    assert judge("R23", act, {}, asked).outcome is Outcome.REFUSED
    assert judge("R23", act, {"actor.roles": frozenset({Role.BOARD})}, asked).outcome is Outcome.SATISFIED


@pytest.mark.parametrize("act", list(Act))
def test_duties_that_check_each_other_are_never_one_persons(act: Act) -> None:
    held = {"actor.duties_in_case": frozenset({Role.BOARD, Role.PROSECUTOR})}
    keeper = {"actor.roles": frozenset({Role.ADMINISTRATOR})}

    assert judge("R23", act, held, {"apart": [["board", "prosecutor"]]}).outcome is Outcome.REFUSED
    assert judge("R23", act, held, {"apart": [["board", "examiner"]]}).outcome is (
        Outcome.REFUSED if DUTY.get(act) is Role.EXAMINER else Outcome.SATISFIED
    )
    assert judge("R23", act, keeper, {"apart": [["administrator", "*"]]}).outcome is (
        Outcome.REFUSED if act in DUTY else Outcome.SATISFIED
    )


@pytest.mark.parametrize("act", [Act.SEARCH, REPORT])
@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({"matcher.validation.made_on": date(2025, 1, 1)}, {"max_age_days"}),
        ({"matcher.validation.thresholds_by_size": False}, {"by_gallery_size"}),
        ({"matcher.validation.cohorts": ()}, {"cohorts", "min_tpr", "min_cohort_n"}),
        ({"matcher.validation.cohorts[0].low": 97.9}, {"min_tpr"}),
        ({"matcher.validation.cohorts[0].n": 99}, {"min_cohort_n"}),
        ({"matcher.validation.evaluated_by": "the maker"}, {"evaluated_by"}),
    ],
)
def test_an_evaluation_is_held_to_what_a_search_is(act: Act, changes: dict[str, Any], refused: set[str]) -> None:
    kind = {"kind": "evaluation"} if act is REPORT else {}

    assert {failure.key for failure in judge("R20", act, changes | kind).failures} == refused


@pytest.mark.parametrize("purpose", list(OtherPurpose))
@pytest.mark.parametrize("suspicion", list(Suspicion))
@pytest.mark.parametrize("route", list(Route))
def test_another_purpose_beside_a_crime_eases_nothing(
    purpose: OtherPurpose, suspicion: Suspicion, route: Route
) -> None:
    every = {"routes_by_purpose": {one.value: [way.value for way in Route] for one in OtherPurpose}}
    crime = {"case.suspicion": suspicion, "case.route": route, "case.authority_ref": None}

    alone = judge("R03", Act.REQUEST, crime, ALL["R03"] | every)
    beside = judge("R03", Act.REQUEST, crime | {"case.other_purpose": purpose}, ALL["R03"] | every)

    assert beside == alone
    assert beside.outcome is Outcome.REFUSED


def stricter(kind: Kind, said: Any) -> list[Any]:
    """Values of a parameter that are stricter than one, as a pack would write them."""
    match kind:
        case Kind.AT_MOST:
            return [said // 2, 0]
        case Kind.AT_LEAST:
            return [said + 1, said * 2]
        case Kind.ALLOWED | Kind.EXCEPTIONS:
            return [said[1:], []]
        case Kind.EASES:
            return [False]
        case Kind.EARLIEST:
            return ["2001-01-01"]
        case _:
            return []


STRICTER = [
    (rule, name, value)
    for rule, said in ALL.items()
    for name in said
    for value in stricter(kind_of(RULES[rule].parameters, name), said[name])
]


@pytest.mark.parametrize(("rule", "name", "value"), STRICTER)
def test_a_stricter_parameter_never_allows_more(rule: str, name: str, value: Any) -> None:
    parameters = ALL[rule] | {name: value}
    for row_rule, act, changes, broken in (*truth_search.ROWS, *truth_after.ROWS):
        # to keep less is to destroy more; and whoever asks for three examiners has nothing against the third
        if row_rule == rule and "destroy" not in broken and broken != {"third_examiner"}:
            refused = judge(rule, act, changes).outcome is Outcome.REFUSED
            assert not refused or judge(rule, act, changes, parameters).outcome is Outcome.REFUSED
