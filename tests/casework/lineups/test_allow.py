"""From the interview to the supervisor's signature: what it takes, what refuses, what takes a signature away."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from lookalike.casework.corroboration.nodes import node
from lookalike.casework.corroboration.services import suspects
from lookalike.casework.lineups.facts import held, lineup_facts
from lookalike.casework.lineups.models import Lineup, LineupOpening, LineupRefusal, LineupSignature
from lookalike.casework.lineups.services import allow, members, plans
from lookalike.casework.people.models import Person
from lookalike.casework.recording import ledger, store
from lookalike.errors import ActRefused, BadForm, ChangedMeanwhile, NotNow, NotPermitted
from lookalike.protocol.court_words import Administration
from tests.casework.at_once import Written
from tests.casework.lineups.conftest import Court

pytestmark = pytest.mark.django_db
State = Lineup.State


def test_a_lineup_that_was_prepared_as_the_law_asks_is_allowed_and_any_change_takes_the_signature_away(
    court: Court,
) -> None:
    lineup = court.signed(court.tested())
    written = Written()
    row = allow.allow(court.acting(court.captain), lineup)
    assert row.state == State.ALLOWED
    assert row.allowed_by == court.captain
    assert row.judgement is not None
    assert row.judgement["allowed"] is True
    assert written.of("lineup.allow") == ["allowed"]
    version = row.version
    assert allow.allow(court.acting(court.captain), row).version == version  # twice is once
    facts = lineup_facts(court.acting(court.holder), court.again(row))
    assert facts.actor.id == court.holder.public_id
    assert facts.plan.mock_witnesses == 30
    assert facts.plan.administrator_in_case is False
    assert held(court.suspect) == ()

    # the suspicion is added to: another plan than was signed
    suspects.write_suspicion(court.planner, court.suspect, words="And a second payment.", version=2)
    row = court.again(row)
    assert allow.signatures(row) == []
    with pytest.raises(ActRefused) as refused:
        allow.allow(court.acting(court.captain), row)
    assert "signed" in str(refused.value)
    row = court.again(row)
    assert row.state == State.TESTED
    assert LineupRefusal.objects.filter(lineup=row).count() == 1

    # signed again; another way of holding it is another plan too
    row = court.signed(row)
    row = allow.allow(court.acting(court.captain), row)
    told = plans.Plan(
        presentation="sequential", administration=Administration.SELF_ADMINISTERED, administrator=court.holder
    )
    row = plans.change_plan(court.planner, court.again(row), told, version=row.version)
    assert row.state == State.TESTED
    assert allow.signatures(court.again(row)) == []

    # and other members are another lineup altogether, which nobody tested
    row = court.signed(court.again(row))
    filler = next(one for one in members.standing(row) if not one.is_suspect)
    row = members.remove_filler(court.planner, row, filler, reason="A scar.", version=row.version)
    assert row.state == State.DRAFT
    with pytest.raises(NotNow):
        allow.allow(court.acting(court.captain), row)
    assert allow.consider(court.acting(court.captain), court.again(row)).allowed is False


def test_what_a_supervisor_reads_is_what_is_signed(court: Court) -> None:
    lineup = court.tested()
    about = allow.plan_sha256(lineup)
    with pytest.raises(BadForm):
        court.signed(lineup, read_all=False)
    with pytest.raises(BadForm):
        court.signed(lineup, decision=False)
    with pytest.raises(ChangedMeanwhile):
        court.signed(lineup, version=lineup.version - 1)
    suspects.write_suspicion(court.planner, court.suspect, words="More.", version=2)
    with pytest.raises(ChangedMeanwhile):
        court.signed(court.again(lineup), about=about)
    with pytest.raises(NotPermitted):
        allow.sign(court.planner, lineup, decision=True, words="", read_all=True, about=about, version=lineup.version)

    # whoever refuses after signing takes back what was allowed
    lineup = court.signed(court.again(lineup))
    allow.allow(court.acting(court.captain), lineup)
    lineup = court.signed(court.again(lineup), decision=False, words="The second payment is not hers.")
    assert lineup.state == State.TESTED
    with pytest.raises(ActRefused):
        allow.allow(court.acting(court.captain), lineup)


def test_whoever_signs_has_opened_the_plan_as_it_stands(court: Court, signed_in: Callable[[Person], Client]) -> None:
    lineup = court.tested()

    def sign(row: Lineup, **more: Any) -> LineupSignature:
        given = {"decision": True, "words": "", "read_all": True, "version": row.version}
        return allow.sign(court.acting(court.captain), row, about=allow.plan_sha256(row), **given | more)

    with pytest.raises(NotNow, match="not opened"):
        sign(lineup)
    allow.open_plan(court.planner, lineup)  # whoever prepared it signs nothing
    assert not LineupOpening.objects.exists()
    written = Written()
    for _ in range(2):
        assert signed_in(court.captain).get(f"/lineups/{lineup.public_id}/").status_code == 200
    opened = LineupOpening.objects.get()
    assert (opened.person, opened.about_sha256) == (court.captain, allow.plan_sha256(lineup))
    assert written.of("lineup.note") == ["done"]
    sign(lineup)
    body = ledger().body(store().head().size - 1)
    named = {one["kind"]: one["id"] for one in (body or {})["objects"]}
    assert named["plan"] == opened.about_sha256
    assert named["opened_at"] == opened.at.isoformat()
    suspects.write_suspicion(court.planner, court.suspect, words="More.", version=2)
    with pytest.raises(NotNow, match="not opened"):
        sign(court.again(lineup))
    sign(court.again(lineup), decision=False, words="Not like this.")


def test_a_suspect_who_stands_out_is_not_shown(court: Court) -> None:
    lineup, links = court.testing()
    place = next(one.place for one in members.standing(lineup) if one.is_suspect)
    court.choose(links, lineup, [25 if one == place else 1 for one in range(1, 7)])
    from lookalike.casework.lineups.services import mock

    mock.close(court.planner, lineup, version=lineup.version)
    lineup = court.signed(court.again(lineup))
    with pytest.raises(ActRefused) as refused:
        allow.allow(court.acting(court.captain), lineup)
    said = str(refused.value)
    assert "stands out" in said or "effective size" in said
    with pytest.raises(NotNow, match="These members were tested"):
        mock.open_test(court.planner, court.again(lineup), version=court.again(lineup).version)


def test_without_independent_evidence_a_lineup_is_refused_with_the_settlement(court: Court) -> None:
    """Detroit, 2018 to 2020 (reference 03, 3.6, row 1): a lead, a lineup, an arrest, and nothing else."""
    lineup = court.signed(court.tested())
    item = court.case.evidence.get(title="Card payment at the till")
    from lookalike.casework.corroboration.services import items

    items.withdraw_item(court.board.acting, item, version=item.version, reason="Another's card.")
    with pytest.raises(ActRefused):
        allow.allow(court.acting(court.captain), court.again(lineup))
    kept = LineupRefusal.objects.get()
    failed = [one for one in kept.judgement["judged"] if one["state"] == "failed"]
    assert any("Williams v. City of Detroit" in one["citation"] for one in failed)


def test_a_witness_who_is_shown_the_still_after_all_was_allowed_is_refused(court: Court) -> None:
    lineup = court.signed(court.tested())
    row = allow.allow(court.acting(court.captain), lineup)
    still = node("still", court.board.still.public_id)
    court.board.link("shown", still, node("party", lineup.witness.party.public_id), 0.001)
    judged = allow.consider(court.acting(court.holder), court.again(row))
    assert judged.allowed is False
    assert any("saw the still" in reason for one in judged.judged for reason in one.reasons)


def test_it_is_given_up_with_reasons_and_another_may_be_prepared(court: Court) -> None:
    lineup = court.plan()
    with pytest.raises(BadForm):
        plans.give_up(court.planner, lineup, reason=" ", version=lineup.version)
    plans.give_up(court.planner, lineup, reason="The witness moved away.", version=lineup.version)
    with pytest.raises(NotNow):
        plans.give_up(court.planner, lineup, reason="Again.", version=2)
    assert court.plan(witness=lineup.witness).number == 2
