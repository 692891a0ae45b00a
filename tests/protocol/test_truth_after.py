"""The truth tables of the rules about what follows a search: from everything allowed, one fact is changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from lookalike.protocol.court_words import (
    Administration,
    CheckState,
    ConfidenceTaken,
    DispositionKind,
    FillersBy,
    Instruction,
    ItemKind,
    LineupOutcome,
    PacketItem,
    Presentation,
    Proceeding,
    Proof,
    Recipient,
    Recording,
    ShownFor,
    Wish,
)
from lookalike.protocol.facts.common import Delivery, Examination, Signature
from lookalike.protocol.facts.office import Objection
from lookalike.protocol.facts.search import LeadFacts
from lookalike.protocol.rule import Outcome
from lookalike.protocol.rules.lineup_held import CHOSEN, HELD_CHECKS
from lookalike.protocol.unknown import UNKNOWN
from lookalike.protocol.vocabulary import Act, Conclusion, Disclosure, Forbidden, Office, Role, Seen, Statement
from tests.protocol.asked import ALL
from tests.protocol.given import allowed, at, judge

LEAD, LINEUP, WARRANT, COURT, RECORD, REPORT = (
    *(Act.LEAD, Act.LINEUP, Act.WARRANT, Act.COURT, Act.RECORD, Act.REPORT),
)
SIGNED = {"signatures"}
ENDED = date(2026, 1, 1)
DAY = timedelta(days=1)


def exams(*changes: dict[str, Any]) -> tuple[Examination, ...]:
    """The two examinations, with changes of the first, of the second, and more of the second's kind."""
    facts = allowed(LEAD)
    assert isinstance(facts, LeadFacts)
    first, second = facts.examinations  # type: ignore[misc]
    made = [first, second, *(second for _ in changes[2:])]
    return tuple(replace(one, **(changes[i] if i < len(changes) else {})) for i, one in enumerate(made))


def signed(act: Act, **changes: Any) -> Signature:
    values: dict[str, Any] = {
        "person": "dee",
        "office": Office.CAPTAIN,
        "act": act,
        "decision": True,
        "at": at("2026-03-01 12:00"),
        "management_view": True,
    }
    return Signature(**values | changes)


def handed(*to: str) -> tuple[Delivery, ...]:
    return tuple(Delivery(to=Recipient(one), on=date(2026, 3, 1)) for one in to)


def objection(days: int, **changes: Any) -> dict[str, Any]:
    filed = Objection(**{"by": "prosecutor", "signed": True, "on": ENDED + days * DAY} | changes)
    return {"objections": (filed,)}


def on_day(days: int, wish: Wish, consent: Any = None, **more: Any) -> dict[str, Any]:
    """A wish so many days after the case has ended."""
    return {
        "at": at("2026-01-01 12:00") + days * DAY,
        "wish": wish,
        "prosecutor_consent_on": consent,
        "objections": (),
        **more,
    }


BOTH = exams({}, {})
ANN = ("Ann", " ann", "ann\t", "\uff21nn")
PRESENT = frozenset({Administration.SELF_ADMINISTERED})

ROWS: list[tuple[str, Act, dict[str, Any], set[str]]] = [
    ("R05", REPORT, {"kind": "breach_notice"}, set()),
    (
        "R05",
        REPORT,
        {"kind": "breach_notice", "breach.notices[0].at": at("2026-02-02 12:00") + DAY / 86400},
        {"notify_hours"},
    ),
    ("R05", REPORT, {"kind": "breach_notice", "breach.notices[0].office": "clerk"}, {"notify"}),
    ("R05", REPORT, {"kind": "breach_notice", "breach": None}, {"notify"}),
    ("R05", REPORT, {"kind": "breach_notice", "at": at("2026-02-02 11:59")}, {"notify", "notify_hours"}),
    ("R10", Act.SHOW, {"view.score": True}, {"hidden_on_page"}),
    ("R10", Act.SHOW, {"view.percent": True}, {"hidden_on_page"}),
    ("R10", Act.SHOW, {"view.order_is_rank": True}, {"hidden_on_page"}),
    ("R10", Act.SHOW, {"view.narrative": True}, {"hidden_on_page"}),
    ("R10", Act.SHOW, {"view.candidate_status": True}, set()),
    ("R10", Act.SHOW, {"actor.id": "ann"}, {"another_person"}),
    ("R10", Act.SHOW, {"nth_examiner": 1}, {"another_person"}),
    ("R10", Act.SHOW, {"nth_examiner": 1, "examinations": ()}, set()),
    ("R10", Act.SHOW, {"probe_locked_at": None}, {"probe_first_on_page"}),
    ("R10", Act.EXAMINE, {"own.saw": frozenset({Seen.FIRST_RESULT})}, {"hidden"}),
    ("R10", Act.EXAMINE, {"own.person": "ann"}, {"own_work"}),
    ("R10", Act.EXAMINE, {"actor.id": "ann", "own.person": "ann"}, {"own_work"}),
    ("R10", Act.EXAMINE, {"own.probe_locked_at": at("2026-03-01 10:00")}, {"probe_first"}),
    ("R10", LEAD, {"examinations": exams({}, {"person": "ann"})}, {"examiners"}),
    *(("R10", LEAD, {"examinations": exams({}, {"person": name})}, {"examiners"}) for name in ANN),
    *(("R10", Act.SHOW, {"actor.id": name}, {"another_person"}) for name in ANN),
    *(("R10", Act.EXAMINE, {"actor.id": name, "own.person": name}, {"own_work"}) for name in ANN),
    (
        "R10",
        LEAD,
        {"examinations": exams({}, {"concluded_at": at("2026-03-02 12:01")})},
        {"examiners", "probe_first_of_all", "locked_before_next", "all_agree", "third_examiner"},
    ),
    ("R10", LEAD, {"examinations": exams({}, {"concluded_at": at("2026-02-28 10:00")})}, {"probe_first_of_all"}),
    ("R10", LEAD, {"examinations": exams({}, {}, {"person": "gus", "concluded_at": None})}, {"all_agree"}),
    ("R10", LEAD, {"examinations": BOTH[:1]}, {"examiners"}),
    ("R10", LEAD, {"examinations": ()}, {"examiners", "all_agree"}),
    ("R10", LEAD, {"examinations": exams({}, {"role_ok": False})}, {"examiners"}),
    ("R10", LEAD, {"examinations": exams({}, {"saw": frozenset({Seen.FIRST_RESULT})})}, {"hidden_from_all"}),
    ("R10", LEAD, {"examinations": exams({}, {"saw": frozenset({Seen.SCORE})})}, {"hidden_from_all"}),
    ("R10", LEAD, {"examinations": exams({}, {"saw": UNKNOWN})}, {"hidden_from_all"}),
    (
        "R10",
        LEAD,
        {
            "examinations": exams(
                {}, {"probe_locked_at": at("2026-02-27 10:00"), "candidates_seen_at": at("2026-02-27 10:30")}
            )
        },
        {"locked_before_next"},
    ),
    (
        "R10",
        LEAD,
        {
            "examinations": exams(
                {}, {"probe_locked_at": at("2026-02-27 10:00"), "candidates_seen_at": at("2026-02-27 11:00")}
            )
        },
        {"locked_before_next"},
    ),
    ("R10", LEAD, {"examinations": exams({"probe_locked_at": at("2026-02-27 10:00")})}, {"probe_first_of_all"}),
    ("R10", LEAD, {"examinations": exams({}, {"candidate": "rec-8"})}, {"all_agree"}),
    (
        "R10",
        LEAD,
        {"examinations": exams({}, {"conclusion": Conclusion.INCONCLUSIVE, "candidate": None})},
        {"all_agree"},
    ),
    ("R10", LEAD, {"results.lead.record": "rec-8"}, {"all_agree"}),
    (
        "R10",
        LEAD,
        {
            "examinations": exams(
                {},
                {},
                {"person": "gus", "candidates_seen_at": at("2026-03-01 10:00"), "concluded_at": at("2026-03-01 11:00")},
            )
        },
        {"third_examiner"},
    ),
    ("R11", LEAD, {"signatures": (signed(LEAD, person="ann"),)}, SIGNED),
    *(("R11", LEAD, {"signatures": (signed(LEAD, person=name),)}, SIGNED) for name in ANN),
    ("R11", LEAD, {"signatures": (signed(LEAD, person="cid"),)}, SIGNED),
    *(("R11", act, {"actor.id": "dee"}, set()) for act in (LEAD, LINEUP)),  # whoever acts may sign
    *(("R11", act, {"investigator": "Dee"}, SIGNED) for act in (LEAD, LINEUP)),
    ("R11", WARRANT, {"actor.id": "dee", "signatures": (signed(WARRANT),)}, SIGNED),
    ("R11", LEAD, {"signatures": (signed(LINEUP),)}, SIGNED),
    ("R11", LEAD, {"signatures": (signed(LEAD, decision=False),)}, SIGNED),
    (
        "R11",
        LEAD,
        {"signatures": (signed(LEAD, at=at("2026-03-02 12:01")),)},
        {"signatures", "office", "management_view", "apart_from"},
    ),
    ("R11", LEAD, {"signatures": (signed(LEAD, office=Office.SUPERVISOR),)}, SIGNED),
    ("R11", LEAD, {"signatures": (signed(LEAD, office=Office.PROSECUTOR_SUPERVISOR),)}, SIGNED),
    ("R11", LEAD, {"signatures": (signed(LEAD, management_view=False),)}, SIGNED),
    ("R11", LEAD, {"signatures": ()}, SIGNED),
    (
        "R11",
        LEAD,
        {"signatures": (signed(LEAD), signed(LEAD, decision=False, at=at("2026-03-01 13:00")))},
        SIGNED,
    ),
    (
        "R11",
        LEAD,
        {"signatures": (signed(LEAD), signed(LEAD, person="Dee", decision=False, at=at("2026-03-01 13:00")))},
        SIGNED,
    ),
    ("R11", LEAD, {"signatures": (signed(LEAD, decision=False, at=at("2026-03-01 11:00")), signed(LEAD))}, set()),
    ("R11", LINEUP, {"signatures": (signed(LINEUP, person="bob"),)}, SIGNED),
    ("R11", WARRANT, {"signatures": (signed(WARRANT, person="bob"),)}, SIGNED),
    *(("R12", LEAD, {"sheet.statements": frozenset(Statement) - {one}}, {"statements"}) for one in list(Statement)),
    ("R12", LEAD, {"sheet.disclosures": frozenset(Disclosure) - {Disclosure.PHOTO_DATE}}, {"disclosures"}),
    ("R12", LEAD, {"sheet.disclosures": UNKNOWN}, {"disclosures"}),
    ("R12", LEAD, {"sheet.forbidden_shown": frozenset({Forbidden.PERCENT})}, {"forbidden"}),
    ("R12", LEAD, {"sheet.forbidden_shown": frozenset({Forbidden.RANK})}, {"forbidden"}),
    *(
        ("R12", Act.SHOW, {f"view.{name}": True}, {"forbidden_on_page"})
        for name in ("percent", "score", "rank", "order_is_rank", "match_word", "green_tick")
    ),
    ("R13", LINEUP, {"evidence.independent_for": (), "evidence.earliest_independent": None}, {"independent_evidence"}),
    ("R13", LINEUP, {"evidence.earliest_independent": at("2026-03-02 12:00")}, {"independent_evidence"}),
    ("R13", LINEUP, {"suspect_from_search": UNKNOWN}, {"independent_evidence"}),
    ("R13", LINEUP, {"suspect_from_search": False, "evidence.independent_for": ()}, set()),
    ("R13", LINEUP, {"witness.present_at_scene": False}, {"witness_present"}),
    ("R13", LINEUP, {"witness.saw_perpetrator": False}, {"witness_present"}),
    ("R13", LINEUP, {"witness.saw_still": True}, {"witness_untainted"}),
    ("R13", LINEUP, {"witness.told_of_lead": True}, {"witness_untainted"}),
    ("R13", LINEUP, {"witness.saw_suspect_picture": True}, {"witness_untainted"}),
    ("R13", LINEUP, {"witness.shown_suspect_before": True}, {"repeat"}),
    ("R13", LINEUP, {"witness.interviewed": False}, {"description_first"}),
    ("R13", LINEUP, {"witness.description_recorded_at": at("2026-03-02 12:00")}, {"description_first"}),
    ("R13", LINEUP, {"witness.conditions_recorded_at": None}, {"conditions_first"}),
    ("R13", LINEUP, {"witness.conditions_recorded_at": at("2026-03-02 12:00")}, {"conditions_first"}),
    ("R13", LINEUP, {"suspicion_written_at": None}, {"suspicion_written"}),
    ("R13", LINEUP, {"plan.administration": Administration.INFORMED}, {"administration"}),
    ("R13", LINEUP, {"plan.administrator_knows_suspect": True}, {"administration"}),
    ("R13", LINEUP, {"plan.administrator_in_case": True}, {"administration"}),
    (
        "R13",
        LINEUP,
        {"plan.administration": Administration.SELF_ADMINISTERED, "plan.administrator_knows_suspect": True},
        set(),
    ),
    ("R13", LINEUP, {"plan.fillers": 4}, {"fillers"}),
    ("R13", LINEUP, {"plan.suspects": 2}, {"fillers"}),
    ("R13", LINEUP, {"plan.fillers_by": FillersBy.LIKENESS}, {"fillers_by"}),
    ("R13", LINEUP, {"plan.fillers_from_candidates": True}, {"fillers_from_candidates"}),
    *(
        ("R13", LINEUP, {f"plan.{name}": False}, {name})
        for name in ("fillers_in_band", "pictures_alike", "marks_alike", "newest_photo")
    ),
    ("R13", LINEUP, {"plan.uses_search_photo": True}, {"search_photo"}),
    ("R13", LINEUP, {"plan.single_photo": True}, {"single_photo"}),
    ("R13", LINEUP, {"plan.presentation": Presentation.SIMULTANEOUS}, {"presentation"}),
    ("R13", LINEUP, {"plan.instructions": frozenset({Instruction.NEED_NOT_CHOOSE})}, {"instructions"}),
    ("R13", LINEUP, {"plan.recording": Recording.AUDIO}, {"recording"}),
    ("R13", LINEUP, {"plan.recording": Recording.REFUSED_IN_WORDS}, set()),
    ("R13", LINEUP, {"plan.confidence": ConfidenceTaken.LATER}, {"confidence"}),
    ("R13", LINEUP, {"plan.effective_size": 2.99}, {"effective_size"}),
    ("R13", LINEUP, {"plan.effective_size_low": 2.49}, {"effective_size_low"}),
    ("R13", LINEUP, {"plan.functional_size": 2.99}, {"functional_size"}),
    ("R13", LINEUP, {"plan.functional_size": None}, set()),
    ("R13", LINEUP, {"plan.p_suspect": 0.049}, {"suspect_p"}),
    ("R13", LINEUP, {"plan.mock_witnesses": 29}, {"mock_witnesses"}),
    ("R13", WARRANT, {"lineups": ()}, set()),
    (
        "R13",
        WARRANT,
        {"lineups": UNKNOWN},
        {check.key for check in HELD_CHECKS},
    ),
    ("R13", WARRANT, {"lineups[0].decision_id": None}, {"lineup_allowed"}),
    ("R13", WARRANT, {"lineups[0].administration": Administration.INFORMED}, {"held_administration"}),
    ("R13", WARRANT, {"lineups[0].administrator_knew": True}, {"held_administration"}),
    (
        "R13",
        WARRANT,
        {"lineups[0].administration": Administration.SELF_ADMINISTERED, "lineups[0].administrator_knew": True},
        set(),
    ),
    ("R13", WARRANT, {"lineups[0].shown_before": True}, {"held_repeat"}),
    ("R13", WARRANT, {"lineups[0].acknowledged": frozenset({Instruction.NO_KNOWLEDGE})}, {"held_instructions"}),
    ("R13", WARRANT, {"lineups[0].language_read": False}, {"language"}),
    ("R13", WARRANT, {"lineups[0].order_drawn": False}, {"order_drawn"}),
    ("R13", WARRANT, {"lineups[0].recording_sha256": None}, {"held_recording"}),
    ("R13", WARRANT, {"lineups[0].recording": Recording.NONE}, {"held_recording"}),
    ("R13", WARRANT, {"lineups[0].recording": Recording.REFUSED_IN_WORDS}, set()),
    ("R13", WARRANT, {"lineups[0].recording_whole": False}, {"held_recording_whole"}),
    ("R13", WARRANT, {"lineups[0].recording_whole": UNKNOWN}, {"held_recording_whole"}),
    ("R13", WARRANT, {"lineups[0].recording_whole": None}, set()),
    (
        "R13",
        WARRANT,
        {"lineups[0].recording": Recording.REFUSED_IN_WORDS, "lineups[0].recording_sha256": None},
        {"held_recording"},
    ),
    *(
        ("R13", WARRANT, {"lineups[0].outcome": outcome, "lineups[0].stands_as": item}, refused)
        for outcome in (LineupOutcome.FILLER, LineupOutcome.NOT_PRESENT)
        for item, refused in (
            (None, {"outcome_answered"}),
            ("tattoos", {"outcome_answered"}),
            ("height", set()),
            (UNKNOWN, {"outcome_answered"}),
        )
    ),
    *(
        ("R13", WARRANT, {"lineups[0].outcome": outcome}, set())
        for outcome in (LineupOutcome.DONT_KNOW, LineupOutcome.BROKEN_OFF)
    ),
    ("R13", WARRANT, {"lineups[0].witness_present": False}, {"held_witness_present"}),
    ("R13", WARRANT, {"lineups[0].uses_search_photo": True}, {"held_search_photo"}),
    ("R13", WARRANT, {"lineups[0].confidence_verbatim": False}, {"held_confidence"}),
    ("R13", WARRANT, {"lineups[0].feedback_before_confidence": True}, {"held_confidence"}),
    ("R13", WARRANT, {"lineups[0].confidence_at": None}, {"held_confidence", "confidence_seconds"}),
    ("R13", WARRANT, {"lineups[0].confidence_at": at("2026-02-23 12:02")}, set()),
    ("R13", WARRANT, {"lineups[0].confidence_at": at("2026-02-23 12:03")}, {"confidence_seconds"}),
    ("R13", WARRANT, {"lineups[0].identified_at": None}, {"confidence_seconds"}),
    *(
        (
            "R13",
            WARRANT,
            {
                "lineups[0].outcome": outcome,
                "lineups[0].identified_at": None,
                "lineups[0].confidence_at": None,
                "lineups[0].stands_as": "height",
            },
            {"held_confidence", "confidence_seconds"} if outcome in CHOSEN else set(),
        )
        for outcome in LineupOutcome
    ),
    ("R14", WARRANT, {"lead": None}, {"lead", "lead_examiners", "lead_office"}),
    ("R14", WARRANT, {"lead": UNKNOWN}, {"lead", "lead_examiners", "lead_office"}),
    ("R14", WARRANT, {"lead.decision_id": None}, {"lead"}),
    ("R14", WARRANT, {"lead.record": "rec-8"}, {"lead_examiners"}),
    *(
        ("R14", WARRANT, {"lead.examinations": exams({}, second)}, {"lead_examiners"})
        for second in (
            {"person": " ANN"},
            {"role_ok": False},
            {"conclusion": Conclusion.NO_CANDIDATE, "candidate": None},
            {"conclusion": Conclusion.UNSUITABLE, "candidate": None},
            {"conclusion": Conclusion.INCONCLUSIVE, "candidate": None},
            {"candidate": "rec-8"},
            {"concluded_at": None},
            {"concluded_at": at("2026-03-02 12:01")},
            {"probe_locked_at": at("2026-02-28 10:00")},
            {"probe_locked_at": None},
            {"candidates_seen_at": at("2026-02-28 11:00")},
            {"saw": frozenset({Seen.FIRST_RESULT})},
            {"saw": frozenset({Seen.FIRST_EXAMINER})},
            {"verified_by_own_work": False},
        )
    ),
    ("R14", WARRANT, {"lead.examinations": exams({}, {}, {"person": "gus"})}, set()),
    *(
        ("R14", WARRANT, {"lead.examinations": exams({}, {}, {"person": "gus"} | third)}, refused)
        for third, refused in (
            ({"conclusion": Conclusion.INCONCLUSIVE, "candidate": None}, set()),
            ({"conclusion": Conclusion.NO_CANDIDATE, "candidate": None}, {"lead_examiners"}),
            ({"candidate": "rec-8"}, {"lead_examiners"}),
            ({"concluded_at": None}, {"lead_examiners"}),
        )
    ),
    *(
        ("R14", WARRANT, {"lead.signatures": signatures}, {"lead_office"})
        for signatures in (
            (),
            (signed(LEAD, person="Bob"),),
            (signed(LEAD, person="cid"),),
            (signed(WARRANT),),
            (signed(LEAD, office=Office.LIEUTENANT),),
            (signed(LEAD, office=Office.PROSECUTOR_SUPERVISOR),),
            (signed(LEAD, decision=False),),
            (signed(LEAD), signed(LEAD, decision=False, at=at("2026-03-01 13:00"))),
        )
    ),
    ("R14", WARRANT, {"evidence.independent_for": ()}, {"independent_items"}),
    ("R14", WARRANT, {"sole_basis_search": True}, {"sole_basis"}),
    ("R14", WARRANT, {"signatures[1].person": "dee"}, {"police_signatures"}),
    ("R14", WARRANT, {"signatures[1].person": "DEE "}, {"police_signatures"}),
    ("R14", WARRANT, {"signatures[1].office": Office.LIEUTENANT}, {"police_signatures"}),
    ("R14", WARRANT, {"signatures[2].office": Office.BOARD}, {"prosecutor_supervisor"}),
    ("R14", WARRANT, {"evidence.alibi": CheckState.NOT_TRIED}, {"alibi_check"}),
    ("R14", WARRANT, {"evidence.location": CheckState.NOT_TRIED}, {"location_check"}),
    ("R14", WARRANT, {"evidence.alibi_try": None}, {"alibi_check"}),
    ("R14", WARRANT, {"evidence.alibi_try.at": at("2026-03-02 12:01")}, {"alibi_check"}),
    ("R14", WARRANT, {"evidence.alibi_try.words": UNKNOWN}, {"alibi_check"}),
    ("R14", WARRANT, {"evidence.alibi": CheckState.TRIED_ANSWERED, "evidence.alibi_try": None}, set()),
    ("R14", WARRANT, {"evidence.location": CheckState.TRIED_NO_ANSWER}, {"location_check"}),
    ("R14", WARRANT, {"evidence.contradictions_open": ("tattoos",)}, {"contradictions_answered"}),
    ("R14", WARRANT, {"evidence.ability": False}, {"means_ability_opportunity"}),
    ("R14", WARRANT, {"packet.shortened": True}, {"packet"}),
    ("R14", WARRANT, {"packet.items": frozenset()}, {"packet"}),
    ("R14", WARRANT, {"packet.deliveries": handed("defence")}, {"packet"}),
    ("R14", WARRANT, {"packet.deliveries": ()}, {"packet"}),
    ("R14", WARRANT, {"packet.deliveries[0].on": date(2026, 3, 3)}, {"packet"}),
    ("R14", WARRANT, {"packet.deliveries": handed("prosecutor")}, set()),
    ("R14", WARRANT, {"statement_in_affidavit": False}, {"statement"}),
    (
        "R14",
        WARRANT,
        {"search_used": UNKNOWN},
        set(ALL["R14"]) - {"contradictions_answered", "alibi_check", "location_check"},
    ),
    ("R14", WARRANT, {"suspect_from_search": UNKNOWN}, {"lead", "lead_examiners", "lead_office"}),
    ("R14", WARRANT, {"suspect_from_search": False, "lead": None}, set()),
    ("R14", WARRANT, {"search_used": False, "signatures": UNKNOWN, "evidence.independent_for": ()}, set()),
    ("R14", WARRANT, {"search_used": False, "evidence.contradictions_open": ("height",)}, {"contradictions_answered"}),
    *(
        ("R15", act, {"packet.items": frozenset(PacketItem) - {item}}, {"items"})
        for act in (WARRANT, COURT)
        for item in (PacketItem.USED, PacketItem.FLAWS)
    ),
    ("R15", WARRANT, {"packet.shortened": True}, {"shortened"}),
    ("R15", COURT, {"packet.deliveries": handed("prosecutor")}, {"to", "before_trial_days"}),
    ("R15", COURT, {"packet.deliveries": ()}, {"to", "before_trial_days"}),
    ("R15", COURT, {"packet.deliveries[1].on": date(2026, 3, 3)}, {"to", "before_trial_days"}),
    ("R15", COURT, {"packet.deliveries[1].on": date(2026, 3, 2), "trial_on": date(2026, 3, 2)}, {"before_trial_days"}),
    ("R15", COURT, {"trial_on": date(2026, 3, 1)}, {"before_trial_days"}),
    ("R15", COURT, {"trial_on": date(2026, 3, 2)}, set()),
    ("R15", COURT, {"trial_on": None}, set()),
    ("R15", COURT, {"trial_on": None, "proceeding": Proceeding.TRIAL}, {"before_trial_days"}),
    ("R15", COURT, {"trial_on": None, "proceeding": UNKNOWN}, {"before_trial_days"}),
    ("R16", LEAD, {"verified": ("ann", "ann")}, {"persons"}),
    ("R16", LEAD, {"verified": ("ann", "dee")}, {"persons"}),
    ("R16", LEAD, {"verified": ("ann", "Ann"), "examinations": exams({}, {"person": "Ann"})}, {"persons"}),
    ("R16", LEAD, {"examinations[0].verified_by_own_work": False}, {"persons"}),
    ("R16", RECORD, {"wish": Wish.KEEP_SEALED}, {"delete_on_refusal"}),
    ("R16", RECORD, {"wish": Wish.KEEP_SEALED, "authority_refused_on": None}, set()),
    ("R16", RECORD, {"item": ItemKind.LOG, "created_on": date(2025, 8, 30)}, set()),
    ("R16", RECORD, {"item": ItemKind.LOG, "created_on": date(2025, 8, 31)}, {"log_days"}),
    ("R17", REPORT, {"contents": frozenset()}, {"contents"}),
    ("R17", REPORT, {"to": frozenset({"a newspaper"})}, {"to"}),
    ("R17", REPORT, {"period_last": date(2026, 3, 2), "audit_kept_until": date(2029, 3, 2)}, {"period"}),
    ("R17", REPORT, {"audit_kept_until": date(2029, 2, 27)}, {"audit_keep_years"}),
    ("R17", REPORT, {"audit_kept_until": None}, {"audit_keep_years"}),
    ("R17", REPORT, {"kind": UNKNOWN}, {"period", "contents", "to", "audit_keep_years"}),
    ("R18", RECORD, on_day(0, Wish.SEARCH), {"search"}),
    ("R18", RECORD, on_day(60, Wish.KEEP_SEALED), set()),
    ("R18", RECORD, on_day(61, Wish.KEEP_SEALED), {"keep_sealed"}),
    ("R18", RECORD, on_day(61, Wish.KEEP_SEALED) | objection(60), set()),
    ("R18", RECORD, on_day(61, Wish.KEEP_SEALED) | objection(61), {"keep_sealed"}),
    ("R18", RECORD, on_day(61, Wish.KEEP_SEALED) | objection(60, signed=False), {"keep_sealed"}),
    ("R18", RECORD, on_day(3, Wish.KEEP_SEALED, ENDED + 3 * DAY), {"keep_sealed"}),
    ("R18", RECORD, on_day(3, Wish.DESTROY, ENDED + 3 * DAY), set()),
    ("R18", RECORD, on_day(3, Wish.DESTROY, ENDED + 4 * DAY), {"destroy"}),
    ("R18", RECORD, on_day(60, Wish.DESTROY), {"destroy"}),
    ("R18", RECORD, on_day(61, Wish.DESTROY), set()),
    ("R18", RECORD, on_day(61, Wish.DESTROY) | objection(60), {"destroy"}),
    ("R18", RECORD, on_day(61, Wish.DESTROY, exceptions=frozenset({"court_order"})), {"destroy"}),
    ("R18", RECORD, on_day(61, Wish.DESTROY, exceptions=frozenset({"convenience"})), set()),
    ("R18", RECORD, on_day(61, Wish.DESTROY, disposition=None), {"destroy"}),
    ("R18", RECORD, on_day(61, Wish.SEARCH, disposition=None), set()),
    ("R18", RECORD, on_day(61, Wish.KEEP_SEALED, disposition=None), set()),
    *(("R18", RECORD, on_day(61, wish, disposition=UNKNOWN), {w.value for w in Wish}) for wish in Wish),
    ("R18", RECORD, {"disposition.kind": DispositionKind.CONVICTED}, {"destroy"}),
    ("R18", RECORD, {"item": ItemKind.CANDIDATE_LIST, "hold_evidence_of_use": True}, {"destroy"}),
    ("R18", RECORD, {"item": ItemKind.CANDIDATE_LIST}, set()),
    ("R18", RECORD, {"wish": Wish.CERTIFY}, set()),
    ("R18", RECORD, {"wish": Wish.CERTIFY, "receipts_open": 1}, {"certify"}),
    ("R18", RECORD, {"wish": Wish.CERTIFY, "proofs": frozenset({Proof.RECEIPTS})}, {"certify"}),
    *(("R19", act, {"session.last_seen_at": at("2026-03-02 11:30")}, set()) for act in Act),
    ("R19", RECORD, {"session.last_seen_at": at("2026-03-02 11:30") - DAY / 86400}, {"idle_minutes"}),
    ("R19", RECORD, {"session.last_seen_at": at("2026-03-02 12:01")}, {"idle_minutes"}),
    ("R19", RECORD, {"session.signed_in_at": at("2026-03-02 00:00")}, set()),
    ("R19", RECORD, {"session.signed_in_at": at("2026-03-02 00:00") - DAY / 86400}, {"session_hours"}),
    ("R19", RECORD, {"session.signed_in_at": at("2026-03-02 11:51")}, {"idle_minutes"}),
    ("R19", RECORD, {"session.mfa": False}, {"mfa"}),
    ("R19", RECORD, {"session.notice_acknowledged": False}, {"notice"}),
    ("R19", RECORD, {"session.account_active": False}, {"account_active"}),
    ("R21", REPORT, {"kind": "retro_audit"}, set()),
    ("R21", REPORT, {"kind": "retro_audit", "period_first": date(2018, 1, 1)}, {"since"}),
    ("R21", REPORT, {"kind": "retro_audit", "audit[0].prosecutor_told_on": None}, {"notify_prosecutor"}),
    ("R21", REPORT, {"kind": "retro_audit", "audit[0].prosecutor_told_on": date(2026, 3, 3)}, {"notify_prosecutor"}),
    ("R21", REPORT, {"kind": "retro_audit", "audit[0].search_linked": UNKNOWN}, {"notify_prosecutor"}),
    ("R23", Act.REQUEST, {"actor.duties_in_case": frozenset({Role.EXAMINER})}, {"apart"}),
    ("R23", Act.EXAMINE, {"actor.duties_in_case": frozenset({Role.INVESTIGATOR})}, {"apart"}),
    ("R23", Act.EXAMINE, {"actor.duties_in_case": frozenset({Role.SUPERVISOR})}, {"apart"}),
    ("R23", Act.EXAMINE, {"actor.duties_in_case": frozenset({Role.EXAMINER})}, set()),
    ("R23", Act.REQUEST, {"actor.roles": frozenset({Role.INVESTIGATOR, Role.ADMINISTRATOR})}, {"apart"}),
    ("R23", LEAD, {"actor.duties_in_case": frozenset({Role.EXAMINER})}, {"apart"}),
    ("R23", LEAD, {"actor.roles": frozenset({Role.EXAMINER})}, {"role_for_act"}),
    ("R23", REPORT, {"actor.roles": frozenset({Role.AUDITOR})}, set()),
    ("R24", COURT, {"proceeding": Proceeding.TRIAL}, {"proceedings"}),
    ("R24", COURT, {"shown_for": ShownFor.GUILT}, {"shown_for"}),
    ("R24", COURT, {"evidence.independent_for": ()}, {"sole_basis", "independent_items"}),
]


@pytest.mark.parametrize(("rule", "act", "changes", "refused"), ROWS)
def test_exactly_the_checks_that_the_changed_facts_break_refuse(
    rule: str, act: Act, changes: dict[str, Any], refused: set[str]
) -> None:
    found = judge(rule, act, changes)

    assert {failure.key for failure in found.failures} == refused
    assert found.outcome is (Outcome.REFUSED if refused else Outcome.SATISFIED)
    assert found.error is None


@pytest.mark.parametrize("changes", [{"breach": None}, {"breach.notices": ()}, {"at": at("2026-02-02 11:59")}])
def test_hours_within_which_somebody_is_told_ask_that_somebody_was(changes: dict[str, Any]) -> None:
    notice = {"kind": "breach_notice"}

    assert judge("R05", REPORT, notice, {"notify_hours": 24}).outcome is Outcome.SATISFIED
    assert judge("R05", REPORT, notice | changes, {"notify_hours": 24}).outcome is Outcome.REFUSED


@pytest.mark.parametrize("pair", [["auditor", "*"], ["*", "auditor"]])
def test_any_other_role_may_stand_on_either_side_of_a_pair(pair: list[str]) -> None:
    auditor = {"actor.roles": frozenset({Role.AUDITOR})}

    assert judge("R23", Act.SEARCH, {}, {"apart": [pair]}).outcome is Outcome.SATISFIED
    assert judge("R23", Act.SEARCH, auditor, {"apart": [pair]}).outcome is Outcome.REFUSED
