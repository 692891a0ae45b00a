"""Two at the same moment: planners, volunteers, a button that was pressed twice."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lookalike.casework.corroboration.exposures import show
from lookalike.casework.corroboration.models import Link
from lookalike.casework.corroboration.nodes import node
from lookalike.casework.law import policy_in_force
from lookalike.casework.lineups.facts import lineup_facts
from lookalike.casework.lineups.models import Holding, Lineup, MockTest, Ticket
from lookalike.casework.lineups.services import allow, holding, members, mock, plans
from lookalike.errors import ActRefused, LookalikeError, NotNow
from lookalike.protocol.decide import decide
from tests.casework.at_once import at_once, told
from tests.casework.lineups.conftest import Court

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_is_done_twice_at_once_is_done_once(court: Court) -> None:
    witness, suspect = court.witness(), court.suspect
    told_plan = plans.Plan(presentation="sequential", administration="double_blind", administrator=court.holder)
    one, other = court.planner, court.planner
    given = at_once(
        lambda: plans.plan(one, suspect, witness, told_plan), lambda: plans.plan(other, suspect, witness, told_plan)
    )
    assert len(told(given)) == 1
    lineup = court.again(Lineup.objects.get())

    given = at_once(
        lambda: members.propose_members(one, lineup, version=lineup.version),
        lambda: members.propose_members(other, court.again(lineup), version=lineup.version),
    )
    assert len(told(given)) == 1
    assert len(members.standing(lineup)) == 6

    lineup = court.again(lineup)
    filler = next(row for row in members.standing(lineup) if not row.is_suspect)
    photos = [photo.record_id for photo, _, _ in members.find(lineup, "")[:2]]

    def replace(record: str) -> Lineup:
        return members.replace_filler(one, court.again(lineup), filler, record, reason="Scar.", version=lineup.version)

    given = at_once(lambda: replace(photos[0]), lambda: replace(photos[1]))
    assert len(told(given)) == 1
    assert len(members.standing(lineup)) == 6

    lineup = court.pictured(court.again(lineup))
    court.volunteers()
    given = at_once(
        lambda: mock.open_test(one, lineup, version=lineup.version),
        lambda: mock.open_test(other, court.again(lineup), version=lineup.version),
    )
    assert len(told(given)) == 1
    assert MockTest.objects.count() == 1
    assert Ticket.objects.count() == 30
    test = next(row for row in given if not isinstance(row, LookalikeError))
    keepers = court.acting(court.keeper), court.acting(court.keeper)
    given = at_once(lambda: mock.make_links(keepers[0], test), lambda: mock.make_links(keepers[1], test))
    known = set(Ticket.objects.values_list("token_sha256", flat=True))
    alive = [row for row in given if {mock._digest(link.token) for link in row} == known]
    assert len(alive) == 1  # the links of one of the two, whole
    links = alive[0]

    at = court.board.now + timedelta(hours=1)
    token = links[0].token
    ticket = mock.begin(token, knows=False, at=at)
    later = at + timedelta(seconds=20)
    given = at_once(lambda: mock.choose(token, 1, at=later), lambda: mock.choose(token, 2, at=later))
    assert len(told(given)) == 1
    ticket.refresh_from_db()
    assert ticket.choice is not None
    assert ticket.choice.public_id in ticket.order[:2]


def test_a_witness_who_is_shown_something_while_a_lineup_is_allowed_is_not_shown_the_lineup(court: Court) -> None:
    lineup = court.signed(court.tested())
    captain, party, lead = court.acting(court.captain), lineup.witness.party, court.board.lead
    given = at_once(
        lambda: show(court.board.acting, party, lead, "told", court.board.ago(1)),
        lambda: allow.allow(captain, lineup),
    )
    assert Link.objects.filter(kind="told", source=lead, target=node("party", party.public_id)).exists()
    assert all(isinstance(one, ActRefused) for one in told(given))
    lineup = court.again(lineup)
    assert "witness_untainted" in [
        failure.key
        for one in decide(lineup_facts(court.acting(court.holder), lineup), policy_in_force()).refusals()
        for failure in one.failures
    ]
    if lineup.state == Lineup.State.ALLOWED:  # it was allowed first: beginning it asks the packs again
        with pytest.raises(NotNow):
            holding.begin(court.acting(court.holder), lineup, "en", address=lambda code: code)
    assert not Holding.objects.exists()
