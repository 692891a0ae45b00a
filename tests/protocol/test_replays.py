"""The arrests on record, replayed under today's default: which protection would have refused, at which act.

Facts are only what the references hold; everything else is unknown, and what is unknown is refused as well. A refusal
is *on record* when it stands even with the benefit of the doubt (`favourable`): with all that is unknown done as it
should have been. Else it is there because nobody knows.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from lookalike.protocol.decide import decide
from lookalike.protocol.facts.base import put
from lookalike.protocol.facts.court import WarrantFacts
from lookalike.protocol.facts.search import RequestFacts, SearchFacts
from lookalike.protocol.rules import RULES
from lookalike.protocol.unknown import UNKNOWN
from lookalike.protocol.vocabulary import Act, Protection
from tests.protocol.favourable import favourable
from tests.protocol.replaying import CASES, Case, facts_of, known, page, policy_of_today, refused_by, table

WATCHES = next(case for case in CASES if case.id == "detroit-2018-watches")
FIVE = {
    Protection.SERIOUS_CRIME: {Act.REQUEST, Act.SEARCH},
    Protection.EVIDENCE: {Act.SEARCH, Act.LEAD},
    Protection.TWO_EXAMINERS: {Act.LEAD},
    Protection.SUPERVISOR: {Act.LEAD, Act.LINEUP, Act.WARRANT},
    Protection.LEAD_ONLY: {Act.LEAD, Act.LINEUP, Act.WARRANT},
}


def test_every_arrest_of_the_reference_has_a_replay() -> None:
    assert sorted(int(case.source.split("row ")[1].split(";")[0].split(",")[0]) for case in CASES) == list(range(1, 13))


@pytest.mark.parametrize("act", sorted({step.act for case in CASES for step in case.steps}))
def test_with_the_benefit_of_the_doubt_an_act_of_which_nothing_is_on_record_is_allowed(act: Act) -> None:
    decision = decide(favourable(act, {"at": "2026-03-02T12:00:00+00:00"}), policy_of_today())
    assert decision.allowed, refused_by(decision)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_every_act_on_record_is_refused_and_by_the_rules_that_the_case_names(case: Case) -> None:
    for step in case.steps:
        decision = decide(facts_of(step), policy_of_today())
        assert not decision.allowed
        assert set(known(step)) == set(step.known), step.act
        assert set(step.known) <= set(refused_by(decision)), step.act


@pytest.mark.parametrize("protection", list(Protection))
def test_the_watch_theft_is_stopped_by_each_protection_with_the_other_four_off(protection: Protection) -> None:
    policy = policy_of_today().only(protection)
    stopped = {step.act for step in WATCHES.steps if not decide(facts_of(step), policy).allowed}
    assert FIVE[protection] <= stopped
    for step in WATCHES.steps:
        decision = decide(facts_of(step), policy)
        if step.act in FIVE[protection]:
            assert {RULES[finding.rule or ""].protection for finding in decision.refusals()} == {protection}


def test_the_five_stop_it_at_five_different_places() -> None:
    places = {
        Protection.SERIOUS_CRIME: Act.REQUEST,
        Protection.EVIDENCE: Act.SEARCH,
        Protection.TWO_EXAMINERS: Act.LEAD,
        Protection.SUPERVISOR: Act.WARRANT,
        Protection.LEAD_ONLY: Act.LINEUP,
    }
    assert len(set(places.values())) == len(Protection)
    assert all(act in FIVE[protection] for protection, act in places.items())


@pytest.mark.parametrize("code", ["23C", "23D", UNKNOWN])
def test_the_theft_is_refused_whichever_code_it_has(code: object) -> None:
    for step in WATCHES.steps[:2]:
        facts = facts_of(step)
        assert isinstance(facts, RequestFacts | SearchFacts)
        decision = decide(put(facts, "case.offence.nibrs", code), policy_of_today().only(Protection.SERIOUS_CRIME))
        assert "R02" in {finding.rule for finding in decision.refusals()}


@pytest.mark.parametrize("day", [1, 2, 10, 20, 28, 29, 30, 31])
def test_no_outcome_hangs_on_a_day_that_was_invented(day: int) -> None:
    for step in WATCHES.steps[:4]:
        moved = re.sub(r"-\d\dT", f"-{day:02d}T", step.facts["at"])
        assert set(known(replace(step, facts=step.facts | {"at": moved}))) == set(step.known), step.act


def test_where_a_search_is_denied_its_use_is_not_guessed() -> None:
    denied = next(case for case in CASES if case.id == "detroit-2025-denied")
    facts = facts_of(denied.steps[0])
    assert isinstance(facts, WarrantFacts)
    assert facts.search_used is UNKNOWN
    decision = decide(facts, policy_of_today())
    assert "search_used" in {path for finding in decision.refusals() for path in finding.missing}


def test_the_table_names_case_act_protection_and_citation() -> None:
    rows = table()
    assert {row.case for row in rows} == {case.title for case in CASES}
    for row in rows:
        assert row.citations, row
    first = next(row for row in rows if row.case == WATCHES.title and row.protection is Protection.SERIOUS_CRIME)
    assert first.act is Act.REQUEST
    assert first.known
    assert any("307.5" in citation for citation in first.citations)


def test_no_replay_names_anybody() -> None:
    text = json.dumps([case.title + case.note + case.source for case in CASES])
    for word in (" Mr", " Ms", "suspect named"):
        assert word not in text


def test_the_page_of_the_replays_is_up_to_date() -> None:
    written = (Path(__file__).parents[2] / "docs" / "replays.md").read_text(encoding="utf-8")
    assert written == page()
