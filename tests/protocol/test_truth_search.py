"""The truth tables of the rules about a search: from everything allowed, one fact is changed, one check refuses."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from lookalike.protocol.facts.common import Behalf, Offence, Paper, Training
from lookalike.protocol.facts.search import Urgent
from lookalike.protocol.rule import Outcome
from lookalike.protocol.rules import RULES
from lookalike.protocol.unknown import UNKNOWN
from lookalike.protocol.vocabulary import (
    Act,
    AgencyKind,
    Fit,
    OtherPurpose,
    PaperKind,
    ProbeKind,
    Purpose,
    RecordStatus,
    Role,
    Route,
    Source,
    Suspicion,
    TrainingKind,
)
from tests.protocol.asked import ALL
from tests.protocol.given import allowed, at, judge

TODAY = date(2026, 3, 2)
DAY = timedelta(days=1)
REQUEST, SEARCH = Act.REQUEST, Act.SEARCH


def paper(**changes: Any) -> tuple[Paper, ...]:
    values: dict[str, Any] = {
        "kind": PaperKind.BOARD_POLICY,
        "issued_by": "board",
        "issued_on": date(2025, 9, 19),
        "last_day": date(2026, 9, 30),
    }
    return (Paper(**values | changes),)


def training(days: int = 0, hours: int = 80, last_day: date | None = None) -> tuple[Training, ...]:
    """Both trainings, completed so many days ago."""
    return tuple(
        Training(kind=kind, completed_on=TODAY - days * DAY, hours=hours, last_day=last_day)
        for kind in (TrainingKind.FACE_COMPARISON, TrainingKind.POLICY_AND_PROCESS)
    )


def offence(nibrs: str, statute: Any = None, **changes: Any) -> Offence:
    values = {"attempted": False, "felony": True, "max_years": 15, "completed_on": date(2026, 2, 20)}
    return Offence(nibrs=nibrs, statute=statute, **values | changes)


def behalf(**changes: Any) -> tuple[Behalf, ...]:
    return (Behalf(**{"agency": "flint", "jurisdiction": "US-MI-Flint", "pack": "flint-1"} | changes),)


THREAT: dict[str, Any] = {
    "case.offence": None,
    "case.other_purpose": OtherPurpose.THREAT_TO_LIFE,
    "case.route": Route.EMERGENCY,
}
NO_ORDER = {"case.authority_ref": None, "targeted": True}

ROWS: list[tuple[str, Act, dict[str, Any], set[str]]] = [
    ("R01", REQUEST, {"authority.papers": paper(last_day=TODAY)}, set()),
    ("R01", REQUEST, {"authority.papers": paper(last_day=TODAY - DAY)}, {"papers", "dated", "max_days"}),
    ("R01", REQUEST, {"authority.papers": paper(issued_on=TODAY + DAY)}, {"papers", "dated", "max_days"}),
    ("R01", REQUEST, {"authority.papers": paper(last_day=None)}, {"papers", "dated", "max_days"}),
    ("R01", REQUEST, {"authority.papers": paper(kind=PaperKind.BIAS_TEST)}, {"papers", "dated", "max_days"}),
    ("R01", REQUEST, {"authority.papers": paper(issued_on=TODAY - 366 * DAY)}, set()),
    ("R01", REQUEST, {"authority.papers": paper(issued_on=TODAY - 367 * DAY)}, {"papers", "dated", "max_days"}),
    ("R01", SEARCH, {"authority.papers": ()}, {"papers", "dated", "max_days"}),
    ("R01", SEARCH, {"authority.moratorium": True}, {"moratorium"}),
    ("R02", REQUEST, {"case.offence": offence("23C")}, {"classes"}),
    ("R02", REQUEST, {"case.offence": offence("220", "750.110")}, {"classes"}),
    ("R02", REQUEST, {"case.offence": offence("220", "750.110a(2)")}, set()),
    ("R02", REQUEST, {"case.offence": offence("220", "750.110a(2)(b)")}, set()),
    ("R02", REQUEST, {"case.offence": offence("220", "750.110a(3)")}, {"classes"}),
    ("R02", REQUEST, {"case.offence": offence("220", UNKNOWN)}, {"classes"}),
    ("R02", REQUEST, {"case.offence": offence("220", None)}, {"classes"}),
    ("R02", REQUEST, {"case.offence": offence("120", UNKNOWN)}, set()),
    ("R02", REQUEST, {"case.offence": offence("999")}, {"classes"}),
    ("R02", SEARCH, {"case.offence": offence("120", attempted=True)}, {"attempts"}),
    ("R02", REQUEST, {"case.offence": None, "case.other_purpose": OtherPurpose.MISSING}, set()),
    ("R02", REQUEST, {"case.offence": None, "case.other_purpose": OtherPurpose.VICTIM}, {"classes"}),
    ("R02", REQUEST, {"case.offence": None, "case.other_purpose": None}, {"classes"}),
    ("R03", REQUEST, {"case.number": None}, {"case_number"}),
    ("R03", REQUEST, {"request.written": False}, {"written"}),
    ("R03", REQUEST, {"case.specific_facts": None}, {"specific_facts"}),
    ("R03", REQUEST, {"case.suspicion": Suspicion.NONE}, {"suspicion"}),
    ("R03", REQUEST, {"case.suspicion": Suspicion.PROBABLE_CAUSE}, set()),
    ("R03", REQUEST, {"case.route": Route.COURT_ORDER}, {"routes"}),
    ("R03", REQUEST, {"case.authority_ref": None}, {"routes", "relevant_and_material"}),
    ("R03", REQUEST, {"case.authority_ref.kind": Route.COURT_ORDER}, {"routes"}),
    ("R03", REQUEST, {"case.authority_ref.issued_at": at("2026-03-02 12:01")}, {"routes"}),
    ("R03", REQUEST, {"case.authority_ref.relevant_and_material": False}, {"relevant_and_material"}),
    ("R03", REQUEST, {"case.route": Route.EMERGENCY}, {"routes"}),
    ("R03", REQUEST, {"case.route": Route.EMERGENCY, "case.other_purpose": OtherPurpose.THREAT_TO_LIFE}, {"routes"}),
    ("R03", REQUEST, THREAT, set()),
    ("R03", REQUEST, THREAT | {"case.suspicion": Suspicion.NONE, "case.authority_ref": None}, set()),
    ("R03", REQUEST, THREAT | {"case.other_purpose": OtherPurpose.MISSING}, {"routes"}),
    ("R03", SEARCH, {"request.case_report_read_by": None}, {"case_report_read"}),
    ("R03", REQUEST, {"request.case_report_read_by": None}, set()),
    ("R03", SEARCH, {"request_allowed": False}, {"request_allowed"}),
    ("R03", REQUEST, {"request.repeat.earlier": 2, "request.repeat.reason": None}, {"repeat_reason"}),
    ("R03", REQUEST, {"request.repeat.earlier": 0, "request.repeat.reason": UNKNOWN}, set()),
    *(("R04", REQUEST, {"probe.kind": kind}, {"kinds"}) for kind in list(ProbeKind)[1:]),
    ("R04", REQUEST, {"probe.edits": ("crop", "paste")}, {"edits"}),
    ("R04", REQUEST, {"probe.edits": ()}, set()),
    ("R04", SEARCH, {"probe.sha256_original": None}, {"original_kept"}),
    ("R04", SEARCH, {"probe.edits_logged": False}, {"edits_logged"}),
    ("R04", SEARCH, {"probe.enrolled": True}, {"enrolled"}),
    ("R04", SEARCH, {"probe.others_in_still_templated": True}, {"others_templated"}),
    ("R05", REQUEST, {"request.purposes": frozenset({Purpose.IDENTIFY_SUSPECT, Purpose.PROTEST})}, {"barred"}),
    ("R05", REQUEST, {"request.purposes": frozenset()}, {"barred"}),
    ("R06", SEARCH, {"actor.training": training(days=366)}, set()),
    ("R06", SEARCH, {"actor.training": training(days=367)}, {"max_age_days"}),
    ("R06", SEARCH, {"actor.training": training(days=-1)}, {"kinds", "max_age_days", "min_hours"}),
    ("R06", SEARCH, {"actor.training": training(hours=79)}, {"min_hours"}),
    ("R06", SEARCH, {"actor.training": training(last_day=TODAY - DAY)}, {"kinds", "max_age_days"}),
    ("R06", SEARCH, {"actor.training": training()[:1]}, {"kinds", "max_age_days"}),
    ("R06", SEARCH, {"actor.training": ()}, {"kinds", "max_age_days", "min_hours"}),
    ("R06", SEARCH, {"actor.roles": frozenset({Role.INVESTIGATOR})}, {"role"}),
    ("R06", Act.EXAMINE, {"actor.known_answer_on": None}, {"known_answer_days"}),
    ("R06", Act.SHOW, {"actor.known_answer_on": TODAY - 180 * DAY}, set()),
    ("R06", Act.SHOW, {"actor.known_answer_on": TODAY - 181 * DAY}, {"known_answer_days"}),
    ("R07", SEARCH, {"gallery.sources": frozenset({Source.DRIVER_LICENCE})}, {"sources"}),
    ("R07", SEARCH, {"gallery.sources": frozenset({Source.BOOKING, Source.DRIVER_LICENCE})}, {"sources"}),
    ("R07", SEARCH, {"gallery.sources": frozenset()}, {"sources"}),
    ("R07", Act.SHOW, {"gallery.statuses": frozenset({RecordStatus.DISMISSED})}, {"statuses"}),
    ("R07", Act.SHOW, {"gallery.statuses": frozenset()}, {"statuses"}),
    ("R07", SEARCH, {"gallery.agreement": False}, {"agreement"}),
    ("R07", Act.LEAD, {"results.lead.source": Source.DRIVER_LICENCE}, {"lead_source"}),
    ("R07", Act.LEAD, {"results.lead.status": RecordStatus.DISMISSED}, {"lead_status"}),
    ("R07", Act.LEAD, {"results.lead.taken_on": None}, {"photo_date", "max_photo_age_days"}),
    ("R07", Act.LEAD, {"results.lead.document_expired": True}, {"expired_documents"}),
    ("R07", Act.LEAD, {"results.lead.taken_on": TODAY - 3650 * DAY}, set()),
    ("R07", Act.LEAD, {"results.lead.taken_on": TODAY - 3651 * DAY}, {"max_photo_age_days"}),
    ("R08", SEARCH, {"asked_for": 2}, set()),
    ("R08", SEARCH, {"asked_for": 50}, set()),
    ("R08", SEARCH, {"asked_for": 1}, {"at_least"}),
    ("R08", SEARCH, {"asked_for": 51}, {"at_most"}),
    ("R08", Act.SHOW, {"results.asked_for": 73}, {"at_most"}),
    ("R08", Act.SHOW, {"results.asked_for": 1}, {"at_least"}),
    ("R08", Act.EXAMINE, {"results.reviewed": 19}, {"all_reviewed"}),
    ("R08", Act.EXAMINE, {"results.asked_for": 19}, {"all_reviewed"}),
    ("R08", Act.EXAMINE, {"results.excluded_with_reason": 18}, {"exclusion_reasons"}),
    ("R08", Act.EXAMINE, {"own.candidate": None}, {"exclusion_reasons"}),
    (
        "R08",
        Act.EXAMINE,
        {"results.returned": 0, "results.reviewed": 0, "results.excluded_with_reason": 0, "own.candidate": None},
        set(),
    ),
    ("R09", SEARCH, {"probe.fitness": Fit.FIT, "probe.label_travels": UNKNOWN}, set()),
    ("R09", SEARCH, {"probe.label_travels": False}, {"label_travels"}),
    ("R09", Act.LEAD, {"probe.label_travels": UNKNOWN}, {"label_travels"}),
    ("R09", Act.LEAD, {"probe.fitness": Fit.UNFIT}, {"fitness"}),
    ("R09", SEARCH, {"probe.measures": frozenset({"Sharpness"})}, {"measures"}),
    ("R09", SEARCH, {"probe.obstructions": UNKNOWN}, {"obstructions_described"}),
    ("R16", SEARCH, NO_ORDER, {"authorisation_hours"}),
    ("R16", SEARCH, {"case.authority_ref.kind": Route.EMERGENCY, "targeted": True}, {"authorisation_hours"}),
    (
        "R16",
        SEARCH,
        {"case.authority_ref.issued_at": at("2026-03-02 12:01"), "targeted": True},
        {"authorisation_hours"},
    ),
    ("R16", SEARCH, {"case.authority_ref": None}, set()),
    ("R16", SEARCH, {"case.authority_ref": None, "case.specific_facts": None}, {"authorisation_hours"}),
    ("R16", SEARCH, {"probe.kind": ProbeKind.LIVE_STREAM}, {"realtime"}),
    ("R16", SEARCH, {"case.number": None}, {"documented"}),
    ("R20", SEARCH, {"matcher.validation": None}, set(ALL["R20"]) | {"gallery_size"}),
    ("R20", SEARCH, {"matcher.pack_sha256": "00"}, {"validated"}),
    ("R20", SEARCH, {"gallery.size": 100_000}, set()),
    ("R20", SEARCH, {"gallery.size": 100_001}, {"gallery_size"}),
    ("R20", SEARCH, {"gallery.size": 999}, {"gallery_size"}),
    ("R20", SEARCH, {"matcher.validation.cohorts[0].low": 97.9}, {"min_tpr"}),
    ("R20", SEARCH, {"matcher.validation.cohorts[0].n": 99}, {"min_cohort_n"}),
    ("R20", SEARCH, {"matcher.validation.cohorts": ()}, {"cohorts", "min_tpr", "min_cohort_n"}),
    ("R20", SEARCH, {"matcher.validation.made_on": TODAY - 366 * DAY}, set()),
    ("R20", SEARCH, {"matcher.validation.made_on": TODAY - 367 * DAY}, {"max_age_days"}),
    ("R20", SEARCH, {"matcher.validation.made_on": TODAY + DAY}, {"validated", "max_age_days"}),
    ("R20", SEARCH, {"matcher.validation.thresholds_by_size": False}, {"by_gallery_size"}),
    ("R20", SEARCH, {"matcher.validation.evaluated_by": "the maker"}, {"evaluated_by"}),
    ("R20", Act.REPORT, {"kind": "evaluation"}, set()),
    ("R20", Act.REPORT, {"kind": "evaluation", "matcher.pack_sha256": "00"}, {"validated"}),
    ("R22", REQUEST, {"request.behalf": ()}, set()),
    ("R22", REQUEST, {"request.behalf": UNKNOWN}, {"recorded", "barred_jurisdictions", "pack_of_each"}),
    ("R22", REQUEST, {"request.behalf": behalf(jurisdiction="US-MA-Boston")}, {"barred_jurisdictions"}),
    ("R22", REQUEST, {"request.behalf": behalf(jurisdiction="us-ma-boston-Harbor")}, {"barred_jurisdictions"}),
    ("R22", REQUEST, {"request.behalf": behalf(jurisdiction="US-MA-Bostonia")}, set()),
    *(
        ("R22", REQUEST, {"request.behalf": behalf(jurisdiction=place)}, {"barred_jurisdictions"})
        for place in (
            "US-MA-Boston ",
            "US-MA - Boston",
            "US_MA_Boston",
            "Boston",
            "US-MA-B\u043eston",
            "US-MA-Boston\n",
        )
    ),
    ("R22", SEARCH, {"request.agency.jurisdiction": "US-MA-Boston"}, {"barred_jurisdictions"}),
    ("R22", SEARCH, {"request.behalf": behalf(pack=None)}, {"pack_of_each"}),
    ("R22", SEARCH, {"request.agency.kind": AgencyKind.PRIVATE}, {"askers"}),
    ("R22", SEARCH, {"request.to": "a vendor"}, {"to"}),
]


@pytest.mark.parametrize(("rule", "act", "changes", "refused"), ROWS)
def test_exactly_the_checks_that_the_changed_facts_break_refuse(
    rule: str, act: Act, changes: dict[str, Any], refused: set[str]
) -> None:
    found = judge(rule, act, changes)

    assert {failure.key for failure in found.failures} == refused
    assert found.outcome is (Outcome.REFUSED if refused else Outcome.SATISFIED)
    assert found.error is None


@pytest.mark.parametrize(
    ("hours", "refused_by_law", "holds"),
    [(48.0, False, True), (48.0 + 1 / 3600, False, False), (1.0, True, False), (0.0, False, True)],
)
def test_an_urgent_search_runs_for_48_hours_and_not_a_second_longer(
    hours: float, refused_by_law: bool, holds: bool
) -> None:
    started = allowed(SEARCH).at.astimezone(UTC) - timedelta(hours=hours)  # type: ignore[union-attr]
    urgent = Urgent(started_at=started, asked_authority_at=started, refused=refused_by_law, stopped=False)

    found = judge("R16", SEARCH, NO_ORDER | {"urgent": urgent})

    assert (found.outcome is Outcome.SATISFIED) is holds


def test_an_urgent_search_asks_the_authority_within_its_hours() -> None:
    started = datetime(2026, 3, 1, 11, tzinfo=UTC)
    late = Urgent(
        started_at=started, asked_authority_at=started + 25 * timedelta(hours=1), refused=False, stopped=False
    )

    assert {failure.key for failure in judge("R16", SEARCH, NO_ORDER | {"urgent": late}).failures} >= {"urgent_hours"}


def test_an_urgent_search_that_has_not_begun_has_no_hours_yet() -> None:
    now = datetime(2026, 3, 2, 12, tzinfo=UTC)
    to_come = Urgent(started_at=now + timedelta(days=365), asked_authority_at=now, refused=False, stopped=False)

    assert judge("R16", SEARCH, NO_ORDER | {"urgent": to_come}).outcome is Outcome.REFUSED


def test_an_attempt_counts_where_the_policy_says_so() -> None:
    attempt = {"case.offence": offence("120", attempted=True)}

    assert judge("R02", REQUEST, attempt, {"classes": ["robbery"], "attempts": True}).outcome is Outcome.SATISFIED
    assert judge("R02", REQUEST, attempt, {"classes": ["robbery"], "attempts": False}).outcome is Outcome.REFUSED


@pytest.mark.parametrize(
    ("felony", "years", "missing", "holds"),
    [
        (True, UNKNOWN, (), True),
        (UNKNOWN, 15, ("case.offence.felony",), False),
        (False, UNKNOWN, ("case.offence.max_years",), False),
        (False, 1, (), False),
        (False, 2, (), True),
        (False, None, (), False),
    ],
)
def test_of_an_offence_only_what_decides_is_asked(
    felony: Any, years: Any, missing: tuple[str, ...], holds: bool
) -> None:
    asked = {"classes": ["any_felony", "over_1_year"]}

    found = judge("R02", REQUEST, {"case.offence": offence("23C", felony=felony, max_years=years)}, asked)

    assert found.missing == missing
    assert (found.outcome is Outcome.SATISFIED) is holds


def test_a_statute_counts_beside_the_classes_and_alone() -> None:
    case = {"case.offence": offence("999", "45-5-102")}

    assert judge("R02", REQUEST, case, {"statutes": ["45-5-102"]}).outcome is Outcome.SATISFIED
    assert judge("R02", REQUEST, case, {"classes": ["robbery"], "statutes": ["45-5-102"]}).outcome is Outcome.SATISFIED
    assert judge("R02", REQUEST, case, {"statutes": ["45-5-103"]}).outcome is Outcome.REFUSED
    both = judge("R02", REQUEST, case, {"classes": ["robbery"], "statutes": ["45-5-103"]})
    assert [failure.key for failure in both.failures] == ["classes"]


@pytest.mark.parametrize("act", sorted(RULES["R25"].acts))
def test_a_ban_refuses_whatever_is_known_and_has_no_remedy(act: Act) -> None:
    found = judge("R25", act, {}, {"exceptions": ["device_unlock"]})

    assert found.outcome is Outcome.REFUSED
    assert found.missing == ()
    assert RULES["R25"].remedy is None


def test_a_ban_leaves_records_and_reports_alone() -> None:
    assert RULES["R25"].acts == frozenset(Act) - {Act.RECORD, Act.REPORT}
