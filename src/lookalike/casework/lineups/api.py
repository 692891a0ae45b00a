"""Lineups over the REST API: every act of their preparation that the pages have, by the same services."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from lookalike.casework import files
from lookalike.casework.lineups.hands import lineup_of, lineups_case, party_of, require_planner, witness_of
from lookalike.casework.lineups.models import Lineup, Member, Volunteer
from lookalike.casework.lineups.schemas import (
    AskedIn,
    ChangeWayIn,
    CoverIn,
    FillerIn,
    InterviewIn,
    LineupOut,
    LineupReasonIn,
    LineupSignIn,
    OpenTestOut,
    PlanIn,
    PressedIn,
    VolunteerIn,
    VolunteerLinkOut,
    VolunteerOut,
    WayIn,
    WholeLineupOut,
    WitnessOut,
)
from lookalike.casework.lineups.services import allow, members, mock, plans, volunteers, witnesses
from lookalike.casework.lineups.shown import tests_shown
from lookalike.casework.lineups.views import member_of, picture
from lookalike.casework.operations import Operations, paged
from lookalike.casework.pages import Asked, found
from lookalike.casework.people.models import Person
from lookalike.casework.permissions import Permission

operations = Operations(tags=["lineups"])
READ, PLAN, KEEP = Permission.LINEUP_READ, Permission.LINEUP_PLAN, Permission.VOLUNTEER_KEEP


@operations.get("cases/{public_id}/lineups", READ, response=list[LineupOut])
@paged
def lineups_of(request: Asked, public_id: str) -> Any:
    """The lineups of a case whose plan you may see."""
    case = lineups_case(request.acting, public_id)
    rows = Lineup.objects.visible_to(request.acting).filter(case=case)
    return rows.select_related("suspect", "witness__party").order_by("number")


@operations.post("cases/{public_id}/lineups", PLAN, response={201: LineupOut})
def plan(request: Asked, public_id: str, told: PlanIn) -> Any:
    """Begin to prepare a lineup. Refused, with citations, where the witness is not eligible."""
    case = lineups_case(request.acting, public_id)
    suspect = found(case.suspects.select_related("case", "party"), public_id=told.suspect)
    witness = found(case.witnesses.select_related("party", "description"), party__public_id=told.witness)
    return plans.plan(request.acting, suspect, witness, _way(told))


@operations.get("witnesses/{public_id}", READ, response=WitnessOut)
def witness(request: Asked, public_id: str) -> Any:
    """A party as a witness, and question by question whether they may be shown a lineup of each suspect."""
    return _witness(request, public_id)


@operations.post("witnesses/{public_id}/interview", PLAN, response=WitnessOut)
def interview(request: Asked, public_id: str, told: InterviewIn) -> Any:
    """Record what a witness said first."""
    party = party_of(request.acting, public_id)
    require_planner(request.acting, party.case)
    given = told.model_dump(exclude={"version", "description"})
    description = found(party.case.descriptions.all(), pk=told.description)
    said = witnesses.Interview(description=description, **given)
    witnesses.interview(request.acting, party, said, version=told.version)
    return _witness(request, public_id)


@operations.post("witnesses/{public_id}/asked", PLAN, response=WitnessOut)
def ask(request: Asked, public_id: str, told: AskedIn) -> Any:
    """Record what a witness saw and heard since. A yes stays one."""
    party = party_of(request.acting, public_id)
    given = {key: getattr(told, key) for key in witnesses.QUESTIONS}
    said = {key: (one.said == "yes", one.words) for key, one in given.items()}
    witnesses.ask(request.acting, party, said, version=told.version)
    return _witness(request, public_id)


@operations.get("lineups/{public_id}", READ, response=WholeLineupOut)
def lineup(request: Asked, public_id: str) -> Any:
    """A lineup while it is prepared: who stands in it and who did, its tests, how holding it would be judged now."""
    allow.open_plan(request.acting, lineup_of(request.acting, public_id))
    return _whole(request, public_id)


@operations.get("lineups/{public_id}/members/{member}/picture", READ, sends="image/jpeg")
def member_picture(request: Asked, public_id: str, member: str) -> HttpResponse:
    """The picture of a member as it is shown."""
    rows = lineup_of(request.acting, public_id).members.exclude(picture=None).select_related("picture")
    row: Member = found(rows, public_id=member)
    assert row.picture is not None
    return picture(files.read(row.picture))


@operations.post("lineups/{public_id}/way", PLAN, response=WholeLineupOut)
def change_way(request: Asked, public_id: str, told: ChangeWayIn) -> Any:
    """Have it held in another way, or by somebody else."""
    plans.change_plan(request.acting, lineup_of(request.acting, public_id), _way(told), version=told.version)
    return _whole(request, public_id)


@operations.post("lineups/{public_id}/propose", PLAN, response=WholeLineupOut)
def propose(request: Asked, public_id: str, told: PressedIn) -> Any:
    """Have the members proposed, by what the witness said."""
    members.propose_members(request.acting, lineup_of(request.acting, public_id), version=told.version)
    return _whole(request, public_id)


@operations.post("lineups/{public_id}/members", PLAN, response=WholeLineupOut)
def add_filler(request: Asked, public_id: str, told: FillerIn) -> Any:
    """Add a filler of the pool, with reasons."""
    members.add_filler(request.acting, lineup_of(request.acting, public_id), **told.model_dump())
    return _whole(request, public_id)


@operations.post("lineups/{public_id}/members/{member}/replace", PLAN, response=WholeLineupOut)
def replace_filler(request: Asked, public_id: str, member: str, told: FillerIn) -> Any:
    """Replace a filler, with reasons."""
    row = lineup_of(request.acting, public_id)
    members.replace_filler(request.acting, row, member_of(row, member), **told.model_dump())
    return _whole(request, public_id)


@operations.post("lineups/{public_id}/members/{member}/remove", PLAN, response=WholeLineupOut)
def remove_filler(request: Asked, public_id: str, member: str, told: LineupReasonIn) -> Any:
    """Take a filler out, with reasons."""
    row = lineup_of(request.acting, public_id)
    members.remove_filler(request.acting, row, member_of(row, member), **told.model_dump())
    return _whole(request, public_id)


@operations.post("lineups/{public_id}/members/{member}/back", PLAN, response=WholeLineupOut)
def put_back(request: Asked, public_id: str, member: str, told: PressedIn) -> Any:
    """Undo the taking out of a filler."""
    row = lineup_of(request.acting, public_id)
    members.put_back(request.acting, row, member_of(row, member), version=told.version)
    return _whole(request, public_id)


@operations.post("lineups/{public_id}/cover", PLAN, response=WholeLineupOut)
def cover(request: Asked, public_id: str, told: CoverIn) -> Any:
    """Say what is covered on every picture alike."""
    members.cover(request.acting, lineup_of(request.acting, public_id), told.regions, version=told.version)
    return _whole(request, public_id)


@operations.post("lineups/{public_id}/pictures", PLAN, response=WholeLineupOut)
def make_pictures(request: Asked, public_id: str, told: PressedIn) -> Any:
    """Have the pictures made alike, by the worker."""
    members.make_pictures(request.acting, lineup_of(request.acting, public_id), version=told.version)
    return _whole(request, public_id)


@operations.post("lineups/{public_id}/looked", PLAN, response=WholeLineupOut)
def looked(request: Asked, public_id: str, told: PressedIn) -> Any:
    """Say that you looked at every picture, and that nothing but the faces tells them apart."""
    members.looked(request.acting, lineup_of(request.acting, public_id), version=told.version)
    return _whole(request, public_id)


@operations.post("lineups/{public_id}/test", PLAN, response=WholeLineupOut)
def open_test(request: Asked, public_id: str, told: PressedIn) -> Any:
    """Open the test on mock witnesses. Its links are made by whoever keeps the volunteers."""
    mock.open_test(request.acting, lineup_of(request.acting, public_id), version=told.version)
    return _whole(request, public_id)


@operations.post("lineups/{public_id}/test/close", PLAN, response=WholeLineupOut)
def close_test(request: Asked, public_id: str, told: PressedIn) -> Any:
    """Close the test and measure it."""
    mock.close(request.acting, lineup_of(request.acting, public_id), version=told.version)
    return _whole(request, public_id)


@operations.post("lineups/{public_id}/test/break-off", PLAN, response=WholeLineupOut)
def break_off(request: Asked, public_id: str, told: LineupReasonIn) -> Any:
    """Break the test off: nobody reads what was chosen."""
    mock.break_off(request.acting, lineup_of(request.acting, public_id), **told.model_dump())
    return _whole(request, public_id)


@operations.post("lineups/{public_id}/sign", Permission.LINEUP_ALLOW, response=WholeLineupOut)
def sign(request: Asked, public_id: str, told: LineupSignIn) -> Any:
    """Sign for or against a lineup; for it, the protections are asked at once."""
    row = lineup_of(request.acting, public_id)
    allow.sign(request.acting, row, **told.model_dump())
    if told.decision:
        allow.allow(request.acting, row)
    return _whole(request, public_id)


@operations.post("lineups/{public_id}/give-up", PLAN, response=WholeLineupOut)
def give_up(request: Asked, public_id: str, told: LineupReasonIn) -> Any:
    """Give a lineup up before anybody saw it."""
    plans.give_up(request.acting, lineup_of(request.acting, public_id), **told.model_dump())
    return _whole(request, public_id)


@operations.get("volunteers", KEEP, response=list[VolunteerOut])
@paged
def volunteers_kept(request: Asked) -> Any:
    """The agency's volunteers."""
    return Volunteer.objects.order_by("name", "pk")


@operations.post("volunteers", KEEP, response={201: VolunteerOut})
def add_volunteer(request: Asked, told: VolunteerIn) -> Any:
    """Keep a volunteer."""
    return volunteers.add_volunteer(request.acting, **told.model_dump())


@operations.get("volunteers/tests", KEEP, response=list[OpenTestOut])
@paged
def tests_to_link(request: Asked) -> Any:
    """The tests that are open, and how many volunteers of each have no link yet. Nothing of their cases."""
    return mock.to_link()


@operations.post("volunteers/tests/{public_id}/links", KEEP, response={201: list[VolunteerLinkOut]})
def make_links(request: Asked, public_id: str) -> Any:
    """Make the links of a test for whoever has not opened one. They are in this answer, and nowhere afterwards."""
    links = mock.make_links(request.acting, found(mock.to_link(), public_id=public_id))
    return [
        {"volunteer": one.volunteer.name, "url": request.build_absolute_uri(reverse("look", args=[one.token]))}
        for one in links
    ]


@operations.post("volunteers/{public_id}/end", KEEP, response=VolunteerOut)
def end_volunteer(request: Asked, public_id: str) -> Any:
    """Have a volunteer serve no more."""
    return volunteers.end_volunteer(request.acting, found(Volunteer.objects.all(), public_id=public_id))


def _way(told: WayIn) -> plans.Plan:
    person = found(Person.objects.filter(roles_held__until=None).distinct(), public_id=told.administrator)
    return plans.Plan(presentation=told.presentation, administration=told.administration, administrator=person)


def _witness(request: Asked, public_id: str) -> dict[str, Any]:
    party = party_of(request.acting, public_id)
    row = witness_of(party)
    suspects = party.case.suspects.filter(ended_at=None).exclude(party=party).select_related("party", "case")
    return {
        "party": party.public_id,
        "name": party.name,
        "interviewed_at": row.interviewed_at,
        "asked_at": row.asked_at,
        "version": row.version if row.pk else 0,
        "of": [_eligible(request, row, one) for one in suspects.order_by("pk")],
    }


def _eligible(request: Asked, row: Any, suspect: Any) -> dict[str, Any]:
    told = witnesses.eligibility(row, suspect, at=request.acting.at)
    return {
        "suspect": suspect.public_id,
        "eligible": told.eligible,
        "questions": [
            {
                "key": one.answer.key,
                "words": one.words,
                "state": one.answer.state,
                "known": list(one.known),
                "reasons": list(one.answer.reasons),
                "citations": list(one.answer.citations),
            }
            for one in told.questions
        ],
    }


def _whole(request: Asked, public_id: str) -> dict[str, Any]:
    row = lineup_of(request.acting, public_id)
    judged = allow.consider(request.acting, row)
    rows = Member.objects.filter(lineup=row).order_by("removed_at", "place", "pk")
    return {
        "lineup": row,
        "members": list(rows),
        "tests": [
            {
                "public_id": one.row.public_id,
                "opened_at": one.row.opened_at,
                "closed_at": one.row.closed_at,
                "ended_because": one.row.ended_because,
                "invited": one.counts.invited,
                "answered": one.counts.answered,
                "set_aside": one.counts.set_aside,
                "current": one.current,
                "words": list(one.words),
                "choices": (one.row.result or {}).get("choices", []),
                "effective_size": (one.row.result or {}).get("effective_size"),
                "p_suspect": (one.row.result or {}).get("p_suspect"),
            }
            for one in tests_shown(row, at=request.acting.at)
        ],
        "about": allow.plan_sha256(row),
        "allowed": judged.allowed,
        "reasons": [reason for one in judged.judged for reason in one.reasons],
    }
