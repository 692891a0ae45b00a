"""What the protections are told of people and papers is what stands in the rows, and no more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from lookalike.casework.acting import Acting
from lookalike.casework.people import facts
from lookalike.casework.people.models import Agency, Moratorium, Paper, Person
from lookalike.protocol.facts import common
from lookalike.protocol.unknown import UNKNOWN
from lookalike.protocol.vocabulary import Role, TrainingKind


def test_a_withdrawn_training_is_no_training(
    someone: Callable[..., Person], acting: Callable[..., Acting], now: datetime
) -> None:
    ann = someone("ann", Role.EXAMINER)
    ann.trainings.filter(kind="face_comparison").update(withdrawn_at=now)
    told = facts.actor(acting(ann), duties=frozenset({Role.INVESTIGATOR}), known_answer_on=None)
    assert isinstance(told.training, tuple)
    assert {one.kind for one in told.training} == set(TrainingKind) - {TrainingKind.FACE_COMPARISON}
    assert (told.id, told.roles, told.duties_in_case) == (
        ann.public_id,
        frozenset({Role.EXAMINER}),
        frozenset({Role.INVESTIGATOR}),
    )


def test_without_a_session_nothing_is_known_of_one(
    someone: Callable[..., Person], acting: Callable[..., Acting]
) -> None:
    who = acting(someone("ann", Role.EXAMINER))
    assert facts.session(who).mfa is True
    assert facts.session(replace(who, sign_in=None)) == common.Session(
        mfa=UNKNOWN,
        signed_in_at=UNKNOWN,
        last_seen_at=UNKNOWN,
        notice_acknowledged=UNKNOWN,
        account_active=True,
    )


def test_a_locked_account_is_not_active(
    someone: Callable[..., Person], acting: Callable[..., Acting], now: datetime
) -> None:
    ann = someone("ann", locked_at=now)
    assert facts.session(acting(ann)).account_active is False


def test_papers_and_a_moratorium_count_from_when_they_were_filed(law: Person, now: datetime) -> None:
    told = facts.authority(now)
    assert isinstance(told.papers, tuple)
    assert {one.kind for one in told.papers} == {"board_policy", "authorisation", "gallery_agreement"}
    assert told.moratorium is False
    Paper.objects.filter(kind="board_policy").update(withdrawn_at=now)
    Moratorium.objects.create(since=now, by=law, reason="A review.")
    later = facts.authority(now + timedelta(minutes=1))
    assert isinstance(later.papers, tuple)
    assert {one.kind for one in later.papers} == {"authorisation", "gallery_agreement"}
    assert later.moratorium is True
    assert facts.authority(now - timedelta(days=1)) == common.Authority(papers=(), moratorium=False)
    Moratorium.objects.update(until=now + timedelta(hours=1), until_by=law)
    assert facts.authority(now + timedelta(hours=2)).moratorium is False


def test_an_agency_without_a_pack_says_so(agency: Agency) -> None:
    boston = Agency.objects.create(
        id="bpd", name="Boston", jurisdiction="US-MA-Boston", kind="law_enforcement", law_pack="boston-ban"
    )
    told = facts.behalf([boston, agency])
    assert [(one.agency, one.pack) for one in told] == [("bpd", "boston-ban"), ("dpd", None)]
    assert facts.agency(agency).jurisdiction == "US-MI-Detroit"
