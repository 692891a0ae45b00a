"""Facts that everything allows, and a policy that asks everything: the tests change one thing at a time."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

from lookalike.protocol.decide import Decision, decide
from lookalike.protocol.facts.acts import FACTS
from lookalike.protocol.facts.base import ActFacts, hints, put
from lookalike.protocol.facts.reading import read_facts
from lookalike.protocol.finding import finding
from lookalike.protocol.parameters import read_parameters
from lookalike.protocol.policy import Confidence, Entry, PackKind, PackRef, Policy
from lookalike.protocol.rule import Finding
from lookalike.protocol.rules import RULES
from lookalike.protocol.vocabulary import Act
from tests.protocol.asked import ALL

NOON = "2026-03-02T12:00:00+00:00"

INSTRUCTIONS = [
    *("may_not_be_present", "need_not_choose", "no_knowledge", "no_new_information", "goes_on_regardless"),
]
EXAMINATION = {
    "role_ok": True,
    "conclusion": "possible_candidate",
    "candidate": "rec-7",
    "saw": [],
    "verified_by_own_work": True,
}
FIRST = EXAMINATION | {
    "person": "ann",
    "probe_locked_at": "2026-02-27T09:00:00+00:00",
    "candidates_seen_at": "2026-02-27T10:00:00+00:00",
    "concluded_at": "2026-02-27T11:00:00+00:00",
}
SECOND = EXAMINATION | {
    "person": "bob",
    "probe_locked_at": "2026-02-28T09:00:00+00:00",
    "candidates_seen_at": "2026-02-28T10:00:00+00:00",
    "concluded_at": "2026-02-28T11:00:00+00:00",
}


def signature(person: str, office: str, act: str) -> dict[str, Any]:
    return {
        "person": person,
        "office": office,
        "act": act,
        "decision": True,
        "at": "2026-03-01T12:00:00+00:00",
        "management_view": True,
    }


SHARED: dict[str, Any] = {
    "at": NOON,
    "actor": {
        "id": "cid",
        "roles": ["investigator", "examiner", "supervisor"],
        "training": [
            {"kind": kind, "completed_on": "2026-01-10", "hours": 80, "last_day": None}
            for kind in ("face_comparison", "policy_and_process")
        ],
        "known_answer_on": "2026-02-01",
        "duties_in_case": [],
    },
    "session": {
        "mfa": True,
        "signed_in_at": "2026-03-02T08:00:00+00:00",
        "last_seen_at": "2026-03-02T11:50:00+00:00",
        "notice_acknowledged": True,
        "account_active": True,
    },
    "authority": {
        "papers": [
            {"kind": "board_policy", "issued_by": "board", "issued_on": "2025-09-19", "last_day": "2026-09-30"},
        ],
        "moratorium": False,
    },
    "case": {
        "number": "26-1",
        "offence": {
            "nibrs": "120",
            "statute": "750.529",
            "attempted": False,
            "felony": True,
            "max_years": 15,
            "completed_on": "2026-02-20",
        },
        "other_purpose": None,
        "suspicion": "reasonable_suspicion",
        "specific_facts": "The clerk pressed the alarm while the still was taken.",
        "route": "warrant",
        "authority_ref": {
            "kind": "warrant",
            "issued_by": "36th district",
            "issued_at": "2026-02-25T12:00:00+00:00",
            "relevant_and_material": True,
        },
    },
    "request": {
        "written": True,
        "agency": {"id": "dpd", "jurisdiction": "US-MI-Detroit", "kind": "law_enforcement"},
        "behalf": [{"agency": "flint", "jurisdiction": "US-MI-Flint", "pack": "flint-1"}],
        "purposes": ["identify_suspect"],
        "to": "msp",
        "repeat": {"earlier": 1, "reason": "The original recording came in."},
        "case_report_read_by": "ann",
    },
    "probe": {
        "kind": "still_from_evidence",
        "sha256_original": "ab" * 32,
        "edits": ["crop"],
        "edits_logged": True,
        "enrolled": False,
        "measures": ["InterEyeDistance", "Sharpness"],
        "fitness": "poor",
        "label_travels": True,
        "obstructions": ["cap"],
        "others_in_still_templated": False,
    },
    "gallery": {"sources": ["booking"], "statuses": ["active"], "agreement": True, "size": 50_000},
    "matcher": {
        "pack_sha256": "cd" * 32,
        "validation": {
            "pack_sha256": "cd" * 32,
            "made_on": "2026-01-01",
            "gallery_low": 1_000,
            "gallery_high": 100_000,
            "thresholds_by_size": True,
            "cohorts": [{"name": "women over 60", "tpr": 99.0, "low": 98.2, "high": 99.5, "n": 400}],
            "evaluated_by": "NIST",
        },
    },
    "investigator": "cid",
    "request_allowed": True,
    "asked_for": 20,
    "targeted": False,
    "urgent": None,
    "results": {
        "asked_for": 20,
        "returned": 20,
        "reviewed": 20,
        "excluded_with_reason": 19,
        "lead": {
            "record": "rec-7",
            "source": "booking",
            "status": "active",
            "taken_on": "2024-05-05",
            "document_expired": False,
            "others_not_returned": 0,
        },
    },
    "nth_examiner": 3,
    "probe_locked_at": "2026-03-02T11:00:00+00:00",
    "view": dict.fromkeys(
        (
            *("order_is_rank", "score", "rank", "narrative", "demographics", "first_result", "first_examiner"),
            *("candidate_status", "match_word", "green_tick", "percent"),
        ),
        False,
    ),
    "examinations": [FIRST, SECOND],
    "own": EXAMINATION
    | {
        "person": "cid",
        "probe_locked_at": "2026-03-01T09:00:00+00:00",
        "candidates_seen_at": "2026-03-01T10:00:00+00:00",
        "concluded_at": NOON,
    },
    "sheet": {
        "statements": ["lead_only", "not_identification", "not_probable_cause", "investigate_further"],
        "disclosures": ["quality", "obstructions", "prior_searches", "photo_date"],
        "forbidden_shown": [],
    },
    "verified": ["ann", "bob"],
    "examiners": ["ann", "bob"],
    "evidence": {
        "independent_for": ["print"],
        "earliest_independent": "2026-02-21T12:00:00+00:00",
        "contradictions_open": [],
        "contradictions_answered": ["height"],
        "alibi": "tried_no_answer",
        "alibi_try": {"at": "2026-02-24T12:00:00+00:00", "words": "Rang the employer, who did not answer."},
        "location": "tried_answered",
        "location_try": None,
        "means": True,
        "ability": True,
        "opportunity": True,
    },
    "suspect_from_search": True,
    "suspicion_written_at": "2026-02-22T12:00:00+00:00",
    "witness": {
        "id": "w-1",
        "present_at_scene": True,
        "saw_perpetrator": True,
        "saw_still": False,
        "told_of_lead": False,
        "saw_suspect_picture": False,
        "shown_suspect_before": False,
        "description_recorded_at": "2026-02-20T15:00:00+00:00",
        "conditions_recorded_at": "2026-02-20T15:10:00+00:00",
        "interviewed": True,
    },
    "plan": {
        "fillers": 5,
        "fillers_by": "description",
        "fillers_from_candidates": False,
        "fillers_in_band": True,
        "pictures_alike": True,
        "marks_alike": True,
        "newest_photo": True,
        "uses_search_photo": False,
        "presentation": "sequential",
        "administration": "double_blind",
        "administrator_knows_suspect": False,
        "administrator_in_case": False,
        "instructions": INSTRUCTIONS,
        "recording": "video",
        "confidence": "verbatim_at_once",
        "single_photo": False,
        "suspects": 1,
        "mock_witnesses": 30,
        "effective_size": 3.0,
        "effective_size_low": 2.5,
        "functional_size": 3.0,
        "p_suspect": 0.05,
    },
    "search_used": True,
    "lead": {
        "decision_id": "d-0",
        "record": "rec-7",
        "examinations": [FIRST, SECOND],
        "signatures": [signature("dee", "captain", "lead")],
    },
    "packet": {
        "items": ["used", "flaws"],
        "deliveries": [{"to": "prosecutor", "on": "2026-03-01"}, {"to": "defence", "on": "2026-03-01"}],
        "shortened": False,
    },
    "lineups": [
        {
            "id": "l-1",
            "decision_id": "d-1",
            "administration": "double_blind",
            "administrator_knew": False,
            "shown_before": False,
            "order_drawn": True,
            "acknowledged": INSTRUCTIONS,
            "language_read": True,
            "recording": "video",
            "recording_sha256": "ef" * 32,
            "recording_whole": True,
            "outcome": "suspect",
            "stands_as": None,
            "confidence_verbatim": True,
            "confidence_at": "2026-02-23T12:01:00+00:00",
            "identified_at": "2026-02-23T12:00:00+00:00",
            "feedback_before_confidence": False,
            "witness_present": True,
            "uses_search_photo": False,
        }
    ],
    "sole_basis_search": False,
    "statement_in_affidavit": True,
    "proceeding": "preliminary_hearing",
    "shown_for": "probable_cause",
    "trial_on": "2026-04-01",
    "wish": "destroy",
    "item": "photograph",
    "disposition": {"kind": "dismissed", "on": "2026-01-01", "with_prejudice": False},
    "prosecutor_consent_on": "2026-01-04",
    "objections": [{"by": "prosecutor", "signed": False, "on": "2026-01-20"}],
    "exceptions": [],
    "hold_evidence_of_use": False,
    "authority_refused_on": "2026-01-02",
    "proofs": ["receipts", "certificate"],
    "receipts_open": 0,
    "created_on": "2025-01-01",
    "kind": "weekly",
    "period_first": "2016-12-31",
    "period_last": "2026-02-28",
    "contents": ["searches"],
    "to": ["board"],
    "breach": {
        "found_at": "2026-02-01T12:00:00+00:00",
        "notices": [{"office": office, "at": "2026-02-02T12:00:00+00:00"} for office in ("board", "mayor")],
    },
    "audit": [
        {
            "id": "17-1",
            "warrant_on": "2019-08-23",
            "search_linked": True,
            "independent": False,
            "prosecutor_told_on": "2026-01-01",
        }
    ],
    "audit_kept_until": "2029-03-01",
}

SIGNED = {
    Act.LEAD: [signature("dee", "captain", "lead")],
    Act.LINEUP: [signature("dee", "captain", "lineup")],
    Act.WARRANT: [
        signature("dee", "captain", "warrant"),
        signature("eve", "captain", "warrant"),
        signature("flo", "prosecutor_supervisor", "warrant"),
    ],
}

PACK = PackRef(
    id="synthetic",
    title="Synthetic",
    kind=PackKind.DIRECTIVE,
    zone="America/Detroit",
    valid_from=date(2026, 1, 1),
    expires=None,
    sha256="0" * 64,
)


def allowed(act: Act) -> ActFacts:
    """Facts of the act that the whole policy allows."""
    names = hints(FACTS[act])
    facts = {name: SHARED[name] for name in names if name in SHARED}
    if "signatures" in names:
        facts["signatures"] = SIGNED[act]
    return read_facts(json.dumps({"act": act.value, "facts": facts}))


def entry(rule: str, parameters: dict[str, Any] | None = None, **more: Any) -> Entry:
    """An entry of the synthetic pack."""
    given = ALL[rule] if parameters is None else parameters
    values: dict[str, Any] = {
        "id": f"synthetic.{rule.lower()}",
        "pack": "synthetic",
        "acts": None,
        "citation": "Synthetic",
        "source": "Synthetic",
        "retrieved": date(2026, 1, 1),
        "confidence": Confidence.CONFIRMED,
        "expires": None,
        "sha256": "1" * 64,
    }
    return Entry(rule=rule, parameters=read_parameters(RULES[rule].parameters, given, where=rule), **(values | more))


def policy(*entries: Entry, packs: tuple[PackRef, ...] = (PACK,)) -> Policy:
    return Policy(packs=packs, entries=entries)


EVERYTHING = policy(*(entry(rule) for rule in ALL))


def judge(rule: str, act: Act, changes: dict[str, Any], parameters: dict[str, Any] | None = None) -> Finding:
    """What a rule with all of its parameters says of the allowed facts with some of them changed."""
    facts = allowed(act)
    for path, value in changes.items():
        facts = put(facts, path, value)
    return finding(RULES[rule], entry(rule, parameters), facts, PACK.zone)


def decided(act: Act, changes: dict[str, Any] | None = None, under: Policy = EVERYTHING) -> Decision:
    facts = allowed(act)
    for path, value in (changes or {}).items():
        facts = put(facts, path, value)
    return decide(facts, under)


def at(text: str) -> datetime:
    """An instant in UTC: "2026-03-02 12:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
