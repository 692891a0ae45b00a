"""A warrant in a case with a search: whatever the facts, never without two agreeing examiners, a lead that a supervisor
signed, and evidence independent of every search.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lookalike.protocol.decide import decide
from lookalike.protocol.facts.base import put
from lookalike.protocol.facts.common import Examination, Signature
from lookalike.protocol.facts.court import LeadBehind, WarrantFacts
from lookalike.protocol.persons import person_of
from lookalike.protocol.unknown import UNKNOWN
from lookalike.protocol.vocabulary import Act, Conclusion, Office, Seen
from tests.protocol.favourable import favourable
from tests.protocol.given import NOON, at
from tests.protocol.replaying import policy_of_today, refused_by

OFFICES = (Office.SUPERVISOR, Office.LIEUTENANT, Office.CAPTAIN)


def the_best() -> WarrantFacts:
    facts = favourable(Act.WARRANT, {"at": NOON})
    assert isinstance(facts, WarrantFacts)
    return facts


BEST = the_best()
assert isinstance(BEST.lead, LeadBehind)
FIRST, SECOND = BEST.lead.examinations  # type: ignore[misc]
SIGNED = BEST.lead.signatures[0]  # type: ignore[index]


def mostly(good: object, *others: object) -> st.SearchStrategy[Any]:
    """The good value three times in four."""
    return st.integers(0, 3).flatmap(lambda n: st.sampled_from(others) if n == 0 else st.just(good))


def examination(good: Examination) -> st.SearchStrategy[Examination]:
    return st.builds(
        lambda **changes: replace(good, **changes),
        person=mostly(good.person, "ann", "bob", " Ann", "cid", "dee"),
        role_ok=mostly(True, False, UNKNOWN),
        conclusion=mostly(Conclusion.POSSIBLE_CANDIDATE, *Conclusion),
        candidate=mostly("rec-7", "rec-8", None),
        saw=mostly(frozenset(), frozenset({Seen.FIRST_RESULT}), frozenset({Seen.FIRST_EXAMINER}), UNKNOWN),
        verified_by_own_work=mostly(True, False),
        concluded_at=mostly(good.concluded_at, None, at("2026-03-02 12:01")),
        probe_locked_at=mostly(good.probe_locked_at, None, good.candidates_seen_at),
    )


SIGNATURE = st.builds(
    lambda **changes: replace(SIGNED, **changes),
    person=mostly("dee", "ann", "Bob", "cid", "eve"),
    office=mostly(Office.SUPERVISOR, *Office),
    act=mostly(Act.LEAD, Act.WARRANT),
    decision=mostly(True, False),
)
LEADS = st.builds(
    LeadBehind,
    decision_id=mostly("d-0", None, UNKNOWN),
    record=mostly("rec-7", "rec-8"),
    examinations=st.tuples(examination(FIRST), examination(SECOND)) | st.tuples(examination(FIRST)) | st.just(()),
    signatures=st.tuples(SIGNATURE) | st.tuples(SIGNATURE, SIGNATURE) | st.just(()),
)


def named_blind(one: Examination, record: object) -> bool:
    good = one.role_ok is True and one.verified_by_own_work is True and one.saw == frozenset()
    in_order = one.concluded_at in (FIRST.concluded_at, SECOND.concluded_at)
    locked = one.probe_locked_at in (FIRST.probe_locked_at, SECOND.probe_locked_at)
    named = one.conclusion is Conclusion.POSSIBLE_CANDIDATE and one.candidate == record
    return good and in_order and locked and named


def signed(one: Signature, lead: LeadBehind) -> bool:
    others = {"cid", *(person_of(str(e.person)) for e in lead.examinations)}  # type: ignore[union-attr]
    whose = person_of(str(one.person)) not in others
    return whose and one.act is Act.LEAD and one.decision is True and one.office in OFFICES


@settings(max_examples=600, deadline=None)
@given(mostly(True, UNKNOWN), mostly(BEST.lead, None, UNKNOWN) | LEADS, mostly(("print",), (), UNKNOWN))
def test_no_facts_without_the_lead_behind_it_or_independent_evidence_allow_a_warrant(
    used: Any, lead: Any, independent: Any
) -> None:
    facts = put(put(put(BEST, "search_used", used), "lead", lead), "evidence.independent_for", independent)

    if not decide(facts, policy_of_today()).allowed:
        return
    assert used is True
    assert independent == ("print",)
    assert lead.decision_id == "d-0"
    agreed = {person_of(one.person) for one in lead.examinations if named_blind(one, lead.record)}
    assert len(agreed) == 2
    assert any(signed(one, lead) for one in lead.signatures)


def test_with_all_of_it_a_warrant_is_allowed() -> None:
    decision = decide(BEST, policy_of_today())

    assert decision.allowed, refused_by(decision)


@pytest.mark.parametrize("lead", [None, UNKNOWN])
def test_where_no_search_was_used_no_lead_is_asked(lead: Any) -> None:
    assert decide(put(put(BEST, "search_used", False), "lead", lead), policy_of_today()).allowed


@pytest.mark.parametrize("lead", [None, UNKNOWN])
@pytest.mark.parametrize("named", [False, True, UNKNOWN])
def test_whom_no_search_named_needs_no_lead_and_still_independent_evidence(lead: Any, named: Any) -> None:
    facts = put(put(BEST, "suspect_from_search", named), "lead", lead)

    assert decide(facts, policy_of_today()).allowed is (named is False)
    assert not decide(put(facts, "evidence.independent_for", ()), policy_of_today()).allowed


def test_an_undecided_third_leaves_two_who_agree() -> None:
    third = replace(SECOND, person="gus", conclusion=Conclusion.INCONCLUSIVE, candidate=None)

    for last, allowed in ((third, True), (replace(third, conclusion=Conclusion.NO_CANDIDATE), False)):
        facts = put(BEST, "lead.examinations", (FIRST, SECOND, last))
        assert decide(facts, policy_of_today()).allowed is allowed
