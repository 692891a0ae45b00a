"""Who may be shown a lineup: computed from the interview and the evidence, never ticked."""

from __future__ import annotations

import pytest

from lookalike.casework.corroboration.nodes import node
from lookalike.casework.lineups.models import Witness
from lookalike.casework.lineups.services import plans, witnesses
from lookalike.errors import BadForm, ChangedMeanwhile, NotNow, NotPermitted
from lookalike.protocol.vocabulary import Role
from tests.casework.lineups.conftest import ALL_NO, Court

pytestmark = pytest.mark.django_db


def states(court: Court, witness: Witness) -> dict[str, str]:
    """What the packs say to each question."""
    found = witnesses.eligibility(witness, court.suspect, at=court.planner.at)
    return {one.answer.key: one.answer.state for one in found.questions}


def test_of_a_witness_whom_nobody_asked_nothing_is_known_and_a_lineup_is_refused(court: Court) -> None:
    party = court.party()
    witness = Witness(party=party, case=court.case)
    found = witnesses.eligibility(witness, court.suspect, at=court.planner.at)
    assert not found.eligible
    assert {one.answer.state for one in found.questions} == {"waiting", "failed"}
    assert all(one.answer.citations for one in found.questions)
    assert "Wells et al. 2020" in found.questions[0].answer.citations[0]


def test_a_witness_who_was_there_and_saw_nothing_since_may_be_shown_one(court: Court) -> None:
    assert set(states(court, court.witness()).values()) == {"satisfied"}


@pytest.mark.parametrize(
    ("more", "failed"),
    [
        ({"present_at_scene": False}, "witness_present"),
        ({"saw_perpetrator": False}, "witness_present"),
    ],
)
def test_who_was_not_there_or_saw_nobody_may_not(court: Court, more: dict[str, bool], failed: str) -> None:
    """The guard of 2018 had watched the recording and had not been there."""
    witness = court.witness(**more)
    assert states(court, witness)[failed] == "failed"
    with pytest.raises(NotNow, match="may not be shown"):
        court.plan(witness)


@pytest.mark.parametrize("key", list(witnesses.QUESTIONS))
def test_a_yes_of_the_witness_is_enough_and_stays_one(court: Court, key: str) -> None:
    witness = court.witness()
    said = ALL_NO | {key: (True, "A cousin sent me something.")}
    witness = witnesses.ask(court.planner, witness.party, said, version=witness.version)
    assert "failed" in states(court, witness).values()
    with pytest.raises(BadForm):
        witnesses.ask(court.planner, witness.party, ALL_NO, version=witness.version)
    with pytest.raises(NotNow):
        court.plan(witness)


def test_what_the_board_says_counts_whatever_the_witness_answers(court: Court) -> None:
    witness = court.witness()
    assert states(court, witness)["witness_untainted"] == "satisfied"
    court.board.link("told", court.board.lead, node("party", witness.party.public_id), 2)
    found = witnesses.eligibility(witness, court.suspect, at=court.planner.at)
    untainted = next(one for one in found.questions if one.answer.key == "witness_untainted")
    assert untainted.answer.state == "failed"
    assert any("the board says that it was so" in said for said in untainted.known)


def test_the_description_is_the_witnesss_own_and_taken_first(court: Court) -> None:
    party, other = court.party("Ruth Witness"), court.party("Otto Other")
    strange = court.described(other)
    with pytest.raises(BadForm) as error:
        witnesses.interview(court.planner, party, court.told(party, description=strange), version=0)
    assert "description" in error.value.fields
    court.described(party)
    for missing in ("where", "conditions"):
        with pytest.raises(BadForm) as error:
            witnesses.interview(court.planner, party, court.told(party, **{missing: " "}), version=0)
        assert missing in error.value.fields


def test_the_interview_comes_before_the_questions_and_is_not_written_over_after(court: Court) -> None:
    party = court.party()
    with pytest.raises(NotNow):
        witnesses.ask(court.planner, party, ALL_NO, version=0)
    court.described(party)
    row = witnesses.interview(court.planner, party, court.told(party), version=0)
    with pytest.raises(ChangedMeanwhile):
        witnesses.interview(court.planner, party, court.told(party), version=0)
    row = witnesses.interview(court.planner, party, court.told(party, where="At the door."), version=row.version)
    with pytest.raises(BadForm) as error:
        witnesses.ask(court.planner, party, {"saw_still": (True, "")}, version=row.version)
    assert set(error.value.fields) == set(witnesses.QUESTIONS)
    row = witnesses.ask(court.planner, party, ALL_NO, version=row.version)
    with pytest.raises(NotNow):
        witnesses.interview(court.planner, party, court.told(party), version=row.version)


def test_only_the_team_of_the_case_interviews(court: Court, someone: object) -> None:
    party = court.party()
    court.described(party)
    stranger = someone("ivan", Role.INVESTIGATOR)  # type: ignore[operator]
    for person in (stranger, court.captain, court.holder):
        with pytest.raises(NotPermitted):
            witnesses.interview(court.acting(person), party, court.told(party), version=0)


def test_a_plan_needs_a_written_suspicion_and_a_way_that_the_packs_allow(court: Court, someone: object) -> None:
    witness = court.witness()
    for more, field in (
        ({"presentation": "simultaneous"}, "presentation"),
        ({"administration": "informed"}, "administration"),
        ({"administration": "blinded"}, "administration"),
        ({"administrator": court.board.unit.investigator}, "administrator"),
        ({"administrator": court.captain}, "administrator"),
    ):
        with pytest.raises(BadForm) as error:
            court.plan(witness, **more)
        assert field in error.value.fields
    knowing = someone("kim", Role.LINEUP_ADMINISTRATOR, Role.SUPERVISOR)  # type: ignore[operator]
    with pytest.raises(BadForm):
        court.plan(witness, administrator=knowing)
    suspect = court.suspect
    suspect.written_at = None
    suspect.save()
    with pytest.raises(NotNow, match="not written down"):
        court.plan(witness)


def test_whoever_held_one_lineup_of_a_case_holds_no_other_but_may_hand_over_the_tablet(court: Court) -> None:
    court.plan()
    second = court.witness("Sam Second")
    with pytest.raises(BadForm):
        court.plan(second)
    assert court.plan(second, administration="self_administered").number == 2
    with pytest.raises(NotNow, match="prepared for this witness already"):
        court.plan(second, administration="self_administered")
    assert plans.ways("presentation") == ["sequential"]
    assert plans.ways("administration") == ["double_blind", "self_administered"]
