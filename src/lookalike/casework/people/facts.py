"""What the protections have to know of people, papers and agencies, read from the rows. Nothing is guessed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Q

from lookalike.casework.acting import Acting
from lookalike.casework.people.models import Agency, Moratorium, Paper, Person
from lookalike.protocol.facts import common
from lookalike.protocol.unknown import UNKNOWN
from lookalike.protocol.vocabulary import AgencyKind, PaperKind, Role, TrainingKind


def actor(who: Acting, *, duties: frozenset[Role], known_answer_on: date | None) -> common.Actor:
    """Whoever acts: roles, and every training on record that was not withdrawn.

    duties: the roles that the person already had in this case. known_answer_on: the day of the last known-answer trial
    that was passed, if any.
    """
    return common.Actor(
        id=who.person.public_id,
        roles=who.roles,
        training=trainings(who.person),
        known_answer_on=known_answer_on,
        duties_in_case=duties,
    )


def trainings(person: Person) -> tuple[common.Training, ...]:
    """Every training of a person that was not withdrawn, oldest first. Whether it still runs is for the rules."""
    return tuple(
        common.Training(
            kind=TrainingKind(row.kind),
            completed_on=row.completed_on,
            hours=row.hours,
            last_day=row.last_day,
        )
        for row in person.trainings.filter(withdrawn_at=None).order_by("completed_on", "pk")
    )


def session(who: Acting) -> common.Session:
    """The session in which somebody acts. Without one, as for a worker, nothing is known but the account."""
    person, sign_in = who.person, who.sign_in
    active = person.in_use(who.at)
    if sign_in is None:
        return common.Session(
            mfa=UNKNOWN,
            signed_in_at=UNKNOWN,
            last_seen_at=UNKNOWN,
            notice_acknowledged=UNKNOWN,
            account_active=active,
        )
    return common.Session(
        mfa=sign_in.mfa,
        signed_in_at=sign_in.at,
        last_seen_at=sign_in.seen_at,
        notice_acknowledged=sign_in.notice_acknowledged,
        account_active=active,
    )


def authority(at: datetime) -> common.Authority:
    """The papers on file at an instant, and whether the board has stopped the use. Whether a paper runs is for R18."""
    papers = Paper.objects.filter(Q(withdrawn_at=None) | Q(withdrawn_at__gt=at), filed_at__lte=at)
    stopped = Moratorium.objects.filter(Q(until=None) | Q(until__gt=at), since__lte=at)
    return common.Authority(
        papers=tuple(
            common.Paper(
                kind=PaperKind(row.kind),
                issued_by=row.issued_by,
                issued_on=row.issued_on,
                last_day=row.last_day,
            )
            for row in papers.order_by("issued_on", "pk")
        ),
        moratorium=stopped.exists(),
    )


def agency(row: Agency) -> common.Agency:
    """The agency that asks."""
    return common.Agency(id=row.id, jurisdiction=row.jurisdiction, kind=AgencyKind(row.kind))


def behalf(agencies: Iterable[Agency]) -> tuple[common.Behalf, ...]:
    """The agencies behind the one that asks, each with the pack of its law where the administrator named one."""
    return tuple(
        common.Behalf(agency=row.id, jurisdiction=row.jurisdiction, pack=row.law_pack or None) for row in agencies
    )
