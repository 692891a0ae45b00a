"""Deciding: all is asked, nothing unknown allows, an error refuses, and nobody ruling is a refusal."""

from __future__ import annotations

import json
import random
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lookalike.errors import ActRefused
from lookalike.protocol import decide as deciding
from lookalike.protocol.decide import Reason, decide
from lookalike.protocol.facts.acts import FACTS
from lookalike.protocol.facts.base import ActFacts, described, later, leaves, missing, put, unknown, without
from lookalike.protocol.finding import applicable, finding
from lookalike.protocol.needs import what_would_it_take
from lookalike.protocol.parameters import Kind, kind_of
from lookalike.protocol.policy import Acceptance, Confidence, PackKind
from lookalike.protocol.rule import Check, Outcome
from lookalike.protocol.rules import RULES
from lookalike.protocol.unknown import UNKNOWN
from lookalike.protocol.view import Undeclared, View
from lookalike.protocol.vocabulary import Act, Owner, Protection
from tests.protocol import test_truth_after as truth_after
from tests.protocol import test_truth_search as truth_search
from tests.protocol.asked import ALL
from tests.protocol.given import EVERYTHING, PACK, allowed, at, decided, entry, policy

HOUSE = replace(PACK, id="house", kind=PackKind.HOUSE)
PAIRS = [(rule, act) for rule in ALL for act in sorted(RULES[rule].acts)]


@pytest.mark.parametrize("act", list(Act))
def test_the_given_facts_are_allowed_by_every_rule_that_speaks_of_the_act(act: Act) -> None:
    decision = decided(act)

    assert decision.allowed
    assert decision.reason is Reason.ALLOWED
    spoken = {one.rule for one in decision.findings if one.outcome is Outcome.SATISFIED}
    assert spoken == {rule for rule, spoken_act in PAIRS if spoken_act is act} - (
        {"R05", "R20", "R21"} if act is Act.REPORT else set()
    )


@pytest.mark.parametrize(("rule", "act"), PAIRS)
def test_what_is_not_known_at_all_is_refused_and_every_need_is_named(rule: str, act: Act) -> None:
    nothing = unknown(FACTS[act])

    found = finding(RULES[rule], entry(rule), nothing, PACK.zone)

    assert found.outcome is Outcome.REFUSED
    assert found.error is None
    first = {path for check in applicable(RULES[rule], entry(rule), act) for path in first_needs(check, rule, act)}
    assert set(found.missing) == {path for pattern in first for path in missing(nothing, pattern)}
    assert first


def first_needs(check: Check, rule: str, act: Act) -> tuple[str, ...]:
    """What a check asks for when nothing is known: its needs, and what it needs besides until that hangs on a fact."""
    needs = list(check.needs if check.only is None else (check.only[0], *check.needs))
    if check.then is not None:
        with suppress(Undeclared):
            for group in check.then(View(unknown(FACTS[act]), needs, "UTC"), entry(rule).parameters):
                needs.extend(group)
    return tuple(needs)


ANY = {
    "actor.id": "R11 and R10 need it where somebody else must act",
    "actor.roles": "R06, R23",
    "actor.training": "only those who search and compare are trained for it",
    "actor.known_answer_on": "only those who search and compare are tried",
    "gallery": "for a lead, the photograph that it names is judged",
    "case": "the reasons of the case were judged at the request",
    "request": "the request was judged before",
    "probe": "what the probe is was judged at the search",
    "authority": "who issued a paper is for people to read",
    "results": "what came back is judged by who examined it",
    "matcher": "measured rates are for people to read; a validation is judged in the report of an evaluation",
    "urgent": "an order was given",
    "targeted": "an order was given",
    "examinations": "of earlier work, an examiner's turn needs only who did it",
    "nth_examiner": "R10 asks at the page, not at the signature",
    "own": "R10 judges how the examiner worked; the lead judges what all concluded",
    "evidence": "this act hangs on other evidence, or on the count alone",
    "witness.id": "who the witness is changes nothing",
    "view.candidate_status": "the entry does not hide it",
    "lineups": "what a lineup was called and recorded as is for people to read",
    "packet": "to whom and when is judged at court",
    "disposition.with_prejudice": "the law does not ask",
    "objections": "who objects changes nothing",
    "proofs": "asked for when destruction is certified",
    "receipts_open": "asked for when destruction is certified",
    "created_on": "asked for a log",
    "breach": "asked for in the notice of a breach",
    "audit": "asked for in a look back",
}


def reason_for(path: str) -> str:
    parts = path.replace("[", ".").split(".")
    return next((ANY[".".join(parts[:n])] for n in range(len(parts), 0, -1) if ".".join(parts[:n]) in ANY), "")


@pytest.mark.parametrize("act", list(Act))
def test_a_missing_fact_is_refused_or_is_not_used_for_a_stated_reason(act: Act) -> None:
    facts = allowed(act)
    used = {pattern for one in decided(act).findings for pattern in one.used}
    for path, value in leaves(facts):
        decision = decide(without(facts, path), EVERYTHING)
        if decision.allowed:
            pattern = "".join("[]" if part.isdigit() else part for part in path.replace("]", "[").split("["))
            assert pattern not in used, path
            assert reason_for(path), f"{act}: nothing hangs on {path}, and nobody says why"
        else:
            assert value is not UNKNOWN
            assert path in {one for found in decision.refusals() for one in found.missing}, path
            assert [supply.path for supply in what_would_it_take(decision, facts).supply] == [path]


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(list(Act)), st.randoms(use_true_random=False))
def test_removing_facts_never_allows_more(act: Act, draw: random.Random) -> None:
    facts = allowed(act)
    for path in draw.sample([path for path, _ in leaves(facts)], k=2):
        try:
            fewer = without(facts, path)
        except (AttributeError, TypeError):  # it was in something that is unknown by now
            continue
        before, after = decide(facts, EVERYTHING), decide(fewer, EVERYTHING)
        assert before.allowed or not after.allowed
        facts = fewer


DATES = [(act, path) for act in Act for path, value in leaves(allowed(act)) if isinstance(value, date) and path != "at"]
END = {"last_day", "trial_on", "audit_kept_until"}
"""What lies after an act by its nature: the longer it runs, or the later a trial, the better."""


def moved(facts: ActFacts, path: str, days: int) -> ActFacts:
    """The facts with a day or an instant moved to so many days after the act."""
    assert isinstance(facts.at, datetime)
    value = dict(leaves(facts))[path]
    later = facts.at + timedelta(days=days)
    return put(facts, path, later if isinstance(value, datetime) else later.date())


@pytest.mark.parametrize(("act", "path"), DATES)
@pytest.mark.parametrize("days", [1, 400])
def test_what_is_dated_after_the_act_allows_nothing(act: Act, path: str, days: int) -> None:
    """Each rule by itself, on facts that it allows and on each row of the truth tables that it refuses."""
    if path.rpartition(".")[2] in END:
        return
    for rule, of, changes, broken in (*truth_search.ROWS, *truth_after.ROWS):
        if of is act and broken:
            facts = allowed(act)
            for where, value in changes.items():
                facts = put(facts, where, value)
            if path in dict(leaves(facts)) and dict(leaves(facts))[path] not in (None, UNKNOWN):
                found = finding(RULES[rule], entry(rule), moved(facts, path, days), PACK.zone)
                assert found.outcome is not Outcome.SATISFIED, (rule, changes)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([one for one in DATES if one[1].rpartition(".")[2] not in END]), st.data())
def test_moving_a_date_beyond_the_act_never_turns_a_refusal_round(where: tuple[Act, str], data: st.DataObject) -> None:
    act, path = where
    lost = data.draw(st.sampled_from([one for one, _ in leaves(allowed(act)) if one != "at"]))
    facts = without(allowed(act), lost) if not path.startswith(lost) else allowed(act)
    days = data.draw(st.integers(1, 4000))

    before, after = decide(facts, EVERYTHING), decide(moved(facts, path, days), EVERYTHING)

    assert before.allowed or not after.allowed
    assert {one.entry for one in before.refusals()} <= {one.entry for one in after.refusals()}


def test_a_refusal_says_that_a_date_lies_after_the_act() -> None:
    facts = moved(allowed(Act.LEAD), "signatures[0].at", 1)

    (found,) = decide(facts, policy(entry("R11"))).refusals()
    assert {one.sentence for one in found.failures} == {"after the act itself lies when the person signed"}
    assert found.missing == ("signatures[0].at",)


def test_a_day_lies_after_an_instant_by_both_calendars_or_not_at_all() -> None:
    evening = at("2026-03-02 02:30")  # in Detroit it is still the first

    assert not later(date(2026, 3, 2), evening, "America/Detroit")
    assert later(date(2026, 3, 3), evening, "America/Detroit")
    assert not later(date(2026, 3, 3), at("2026-03-02 23:30"), "Asia/Tokyo")


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(list(Act)), st.sets(st.sampled_from(sorted(ALL))), st.sets(st.sampled_from(sorted(ALL))), st.data()
)
def test_layering_only_ever_refuses_more_and_its_order_is_irrelevant(
    act: Act, one: set[str], other: set[str], data: st.DataObject
) -> None:
    facts = without(allowed(act), data.draw(st.sampled_from([path for path, _ in leaves(allowed(act))])))
    lower = policy(*(entry(rule) for rule in one))
    upper = [entry(rule, id=f"upper.{rule}", pack="upper") for rule in other]
    both = data.draw(st.permutations([*lower.entries, *upper, *upper]))
    packs = (PACK, replace(PACK, id="upper"))

    layered = decide(facts, policy(*both, packs=packs))

    alone = decide(facts, lower)
    if alone.reason is not Reason.NOBODY_RULED:
        assert alone.allowed or not layered.allowed
    assert {f.entry for f in alone.refusals()} <= {f.entry for f in layered.refusals()}
    again = decide(facts, policy(*lower.entries, *upper, packs=packs[::-1]))
    assert json.dumps(asdict(layered), default=repr) == json.dumps(asdict(again), default=repr)


@pytest.mark.parametrize("act", list(Act))
def test_nobody_ruling_is_a_refusal(act: Act) -> None:
    house = policy(entry("R19", pack="house"), packs=(PACK, HOUSE))
    elsewhere = policy(entry("R04"), entry("R19", pack="house", id="house.session"), packs=(PACK, HOUSE))
    for under in (policy(), policy(packs=()), house):
        assert decided(act, under=under).reason is Reason.NOBODY_RULED
        assert not decided(act, under=under).allowed
    assert decided(act, under=elsewhere).allowed is (act in RULES["R04"].acts)


def test_a_ban_gives_nobody_leave() -> None:
    ban = replace(PACK, id="ban", kind=PackKind.BAN)
    proxies = entry("R22", {"barred_jurisdictions": ["US-OR-Portland"]}, id="ban.proxies", pack="ban")
    directive = entry("R04")

    alone = decided(Act.SEARCH, under=policy(proxies, packs=(ban, HOUSE)))

    assert (alone.allowed, alone.reason, alone.notes) == (False, Reason.NOBODY_RULED, ())
    assert decided(Act.SEARCH, under=policy(proxies, directive, packs=(ban, PACK))).allowed
    barred = {"request.agency.jurisdiction": "US-OR-Portland"}
    assert decided(Act.SEARCH, barred, policy(proxies, packs=(ban,))).reason is Reason.RULES


def test_two_entries_or_packs_of_one_name_are_both_asked_in_either_order() -> None:
    short, long = entry("R08", {"at_most": 2}), entry("R08", {"at_most": 50})
    over = replace(PACK, expires=date(2026, 2, 1))

    for entries in ((short, long), (long, short)):
        decision = decided(Act.SEARCH, under=policy(*entries))
        assert [one.outcome for one in decision.findings].count(Outcome.REFUSED) == 1
        assert not decision.allowed
    for packs in ((PACK, over), (over, PACK)):
        assert decided(Act.SEARCH, under=policy(long, packs=packs)).reason is Reason.PACK_NOT_IN_FORCE


class Crash(Exception):
    pass


@pytest.mark.parametrize("kind", [Crash, KeyError, RecursionError, AssertionError])
def test_an_exception_in_a_rule_is_a_refusal_that_names_it(
    kind: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(f: Any, p: Any) -> bool:
        raise kind("with personal data")

    broken = replace(RULES["R04"], checks=tuple(replace(check, holds=fail) for check in RULES["R04"].checks))
    monkeypatch.setattr(deciding, "RULES", {**RULES, "R04": broken})

    decision = decided(Act.SEARCH)

    (refusal,) = decision.refusals()
    assert (refusal.rule, refusal.error) == ("R04", kind.__name__)
    assert all("R04" in failure.sentence for failure in refusal.failures)
    assert "personal" not in repr(decision)
    assert len(decision.findings) == len(EVERYTHING.entries)
    assert not what_would_it_take(decision, allowed(Act.SEARCH)).possible


def test_an_interrupt_is_no_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(f: Any, p: Any) -> bool:
        raise KeyboardInterrupt

    broken = replace(RULES["R04"], checks=(replace(RULES["R04"].checks[0], holds=stop),))
    monkeypatch.setattr(deciding, "RULES", {**RULES, "R04": broken})
    with pytest.raises(KeyboardInterrupt):
        decided(Act.SEARCH)


def test_all_failures_come_back() -> None:
    wrong = {"case.number": None, "probe.edits_logged": False, "session.mfa": False, "asked_for": 99}

    decision = decided(Act.SEARCH, wrong)

    keys = {failure.key for found in decision.refusals() for failure in found.failures}
    assert keys == {"case_number", "documented", "edits_logged", "mfa", "at_most"}


def test_an_attempt_to_use_a_decision_as_true_or_false_fails() -> None:
    with pytest.raises(TypeError):
        bool(decided(Act.SEARCH))


def test_require_raises_what_was_refused_and_carries_the_decision() -> None:
    decided(Act.SEARCH).require()
    decision = decided(Act.SEARCH, {"case.number": None})
    with pytest.raises(ActRefused, match="no case number") as caught:
        decision.require()
    assert caught.value.decision is decision
    assert "obtain" in caught.value.remedy


def test_a_policy_cut_down_to_one_protection_never_lets_anybody_act() -> None:
    only = EVERYTHING.only(Protection.EVIDENCE)

    decision = decided(Act.SEARCH, under=only)

    assert {RULES[found.rule].protection for found in decision.findings if found.rule} == {Protection.EVIDENCE}
    assert decision.allowed
    assert decision.partial_policy
    with pytest.raises(ActRefused):
        decision.require()


@pytest.mark.parametrize(
    ("valid_from", "expires", "reason"),
    [
        (date(2026, 3, 2), None, Reason.ALLOWED),
        (date(2026, 3, 3), None, Reason.PACK_NOT_IN_FORCE),
        (date(2026, 1, 1), date(2026, 3, 3), Reason.ALLOWED),
        (date(2026, 1, 1), date(2026, 3, 2), Reason.PACK_NOT_IN_FORCE),
    ],
)
def test_a_pack_out_of_force_refuses_to_the_day(valid_from: date, expires: date | None, reason: Reason) -> None:
    pack = replace(PACK, valid_from=valid_from, expires=expires)

    decision = decided(Act.SEARCH, under=policy(entry("R04"), packs=(pack,)))

    assert decision.reason is reason
    assert what_would_it_take(decision, allowed(Act.SEARCH)).possible is (reason is Reason.ALLOWED)


def test_a_day_is_that_of_the_pack_and_not_of_the_act() -> None:
    pack = replace(PACK, expires=date(2026, 3, 3))
    just_before = at("2026-03-03 04:59").astimezone(UTC)  # 23:59 in Detroit

    for instant, reason in ((just_before, Reason.ALLOWED), (at("2026-03-03 05:00"), Reason.PACK_NOT_IN_FORCE)):
        changes = {"at": instant}
        assert decided(Act.SEARCH, changes, policy(entry("R04"), packs=(pack,))).reason is reason


def test_an_expired_entry_refuses_the_acts_that_it_ruled_on_and_no_others() -> None:
    under = policy(entry("R04", expires=date(2026, 3, 2)), entry("R19"))

    assert [f.failures[0].key for f in decided(Act.SEARCH, under=under).refusals()] == ["entry_expired"]
    assert decided(Act.RECORD, under=under).allowed


def test_an_unconfirmed_entry_refuses_until_it_is_accepted_as_it_stands() -> None:
    shaky = entry("R04", confidence=Confidence.UNCONFIRMED)
    accepted = Acceptance(
        entry_id=shaky.id, entry_sha256=shaky.sha256, by="the chief", on=date(2026, 1, 2), reason="Read since."
    )
    stale = replace(accepted, entry_sha256="2" * 64)
    late = replace(accepted, on=date(2026, 3, 3))

    assert not decided(Act.SEARCH, under=replace(policy(shaky), acceptances=(late,))).allowed
    assert not decided(Act.SEARCH, under=policy(shaky)).allowed
    assert not decided(Act.SEARCH, under=replace(policy(shaky), acceptances=(stale,))).allowed
    decision = decided(Act.SEARCH, under=replace(policy(shaky), acceptances=(accepted,)))
    assert decision.allowed
    assert decision.unconfirmed == (shaky.id,)


def test_a_decision_names_the_protections_that_nobody_ruled_on() -> None:
    notes = decided(Act.LEAD, under=policy(entry("R12"))).notes

    assert [note[:12] for note in notes] == ["Protection 2", "Protection 3", "Protection 4"]
    assert decided(Act.LEAD).notes == ()


def test_an_entry_of_a_rule_or_pack_that_is_not_there_refuses() -> None:
    strange = replace(entry("R04"), rule="R99")

    assert not decided(Act.SEARCH, under=policy(strange)).allowed
    assert not decided(Act.SEARCH, under=policy(entry("R04", pack="gone"), entry("R19"))).allowed


def test_the_facts_decide_and_no_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise AssertionError("a clock was read")

    monkeypatch.setattr("time.time", fail)
    assert asdict(decided(Act.SEARCH)) == asdict(decided(Act.SEARCH))


def test_a_check_that_reads_what_it_did_not_name_fails() -> None:
    view = View(allowed(Act.SEARCH), ["at", "examinations[].saw", "case.number"], "UTC")

    assert view.case.number == "26-1"
    assert view.today == date(2026, 3, 2)
    for read in (lambda: view.case.offence, lambda: view.probe, lambda: view.act, lambda: view.case.suspicion):
        with pytest.raises(Undeclared):
            read()


def test_a_change_of_clocks_bends_no_span() -> None:
    from zoneinfo import ZoneInfo

    detroit = ZoneInfo("America/Detroit")
    signed_in = datetime(2026, 3, 7, 20, 0, tzinfo=detroit)
    noon_by_the_clock = datetime(2026, 3, 8, 8, 59, tzinfo=detroit)  # 11 h 59 min later: an hour was skipped
    changes = {"session.signed_in_at": signed_in, "session.last_seen_at": noon_by_the_clock, "at": noon_by_the_clock}

    assert decided(Act.RECORD, changes, policy(entry("R19"))).allowed


def test_what_a_ban_would_take_is_nothing() -> None:
    needs = what_would_it_take(decided(Act.SEARCH, under=policy(entry("R25", {"exceptions": []}))), allowed(Act.SEARCH))

    assert not needs.possible
    assert needs.supply == ()


def test_the_smallest_set_is_what_is_missing_and_whose_it_is() -> None:
    changes = {"case.number": UNKNOWN, "probe.fitness": UNKNOWN, "asked_for": 99}

    needs = what_would_it_take(decided(Act.SEARCH, changes), allowed(Act.SEARCH))

    assert [(supply.path, supply.owner) for supply in needs.supply] == [
        ("case.number", Owner.INVESTIGATOR),
        ("probe.fitness", Owner.SYSTEM),
    ]
    assert [rule for rule, _ in needs.change] == ["R08"]
    assert needs.possible


@pytest.mark.parametrize("act", [Act.REQUEST, Act.LINEUP, Act.COURT])
def test_no_smaller_set_of_facts_would_do(act: Act) -> None:
    facts = allowed(act)
    paths = [path for path, _ in leaves(facts) if not decide(without(facts, path), EVERYTHING).allowed][:40:8]
    for removed in combinations(paths, 2):
        fewer = facts
        try:
            for path in removed:
                fewer = without(fewer, path)
        except (AttributeError, TypeError):
            continue
        assert {s.path for s in what_would_it_take(decide(fewer, EVERYTHING), fewer).supply} == set(removed)


def test_every_need_of_every_check_is_a_fact_of_its_act() -> None:
    for rule in RULES.values():
        for check in rule.checks:
            assert check.acts
            for act in check.acts:
                for need in check.needs:
                    says, owner = described(FACTS[act], need)
                    assert says
                    assert isinstance(owner, Owner)


def test_every_parameter_is_enforced_eases_another_or_is_the_sites() -> None:
    companions = {
        *(("R02", "other_purposes"), ("R03", "routes_by_purpose"), ("R06", "hours_kind")),
        *(("R16", "initial_identification_exempt"), ("R17", "cadence"), ("R17", "due"), ("R17", "window")),
        *(("R18", name) for name in ALL["R18"] if name != "items"),
        ("R18", "review_months"),
        *(("R19", name) for name in ("lock_failures", "lock_window_minutes", "lock_release", "log_days")),
        *(("R19", name) for name in ("time_resolution_ms", "alert_minutes")),
    }
    for rule in RULES.values():
        names = set(rule.parameters.__dataclass_fields__)
        assert names - {check.parameter for check in rule.checks} == {n for r, n in companions if r == rule.id}
        for name in names:
            assert isinstance(kind_of(rule.parameters, name), Kind)


def test_a_parameter_that_asks_for_nothing_rules_on_nothing() -> None:
    for slack in ({"original_kept": False}, {"enrolled": True}):
        decision = decided(Act.SEARCH, under=policy(entry("R04", slack)))
        assert decision.reason is Reason.NOBODY_RULED
