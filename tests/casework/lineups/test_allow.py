"""From the interview to the supervisor's signature: what it takes, what refuses, what takes a signature away."""

from __future__ import annotations

import pytest

from lookalike.casework.corroboration.services import suspects
from lookalike.casework.lineups.models import Lineup, LineupRefusal
from lookalike.casework.lineups.services import allow, members, mock, plans
from lookalike.errors import ActRefused, BadForm, ChangedMeanwhile, NotNow, NotPermitted
from tests.casework.lineups.conftest import Court

pytestmark = pytest.mark.django_db
State = Lineup.State


def test_a_lineup_that_was_prepared_as_the_law_asks_is_allowed(court: Court) -> None:
    lineup = court.signed(court.tested())
    judged = allow.consider(court.acting(court.captain), lineup)
    assert judged.allowed, [one for one in judged.judged if one.state != "satisfied"]
    row = allow.allow(court.acting(court.captain), lineup)
    assert row.state == State.ALLOWED and row.allowed_by == court.captain
    assert row.judgement["allowed"] is True
    print(row.facts)
    assert allow.allow(court.acting(court.captain), lineup).version == row.version


def test_without_a_signature_it_is_refused_and_the_refusal_is_kept(court: Court) -> None:
    lineup = court.tested()
    with pytest.raises(ActRefused):
        allow.allow(court.acting(court.captain), lineup)
    kept = LineupRefusal.objects.get(lineup=lineup)
    assert kept.by == court.captain and kept.judgement["allowed"] is False
    assert court.again(lineup).state == State.TESTED
