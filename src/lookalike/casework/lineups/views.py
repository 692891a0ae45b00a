"""The pages of lineups: of a case, of a witness, of a lineup, of the pool. What is sent stands in `views_write`."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from lookalike.casework import files
from lookalike.casework.bookings.known import photograph
from lookalike.casework.cases.models import Case
from lookalike.casework.cases.views import crumbs_of
from lookalike.casework.corroboration.graph import standing_in
from lookalike.casework.corroboration.hands import closed_to
from lookalike.casework.corroboration.nodes import evidence_of
from lookalike.casework.galleries import matcher
from lookalike.casework.job_views import progress
from lookalike.casework.law import Judgement
from lookalike.casework.lineups.forms import SAID, PoolForm, SignForm
from lookalike.casework.lineups.hands import OPEN, lineup_of, lineups_case, may_plan, party_of, witness_of
from lookalike.casework.lineups.models import Lineup, Member, Volunteer
from lookalike.casework.lineups.pool import cleared
from lookalike.casework.lineups.services import allow, mock
from lookalike.casework.lineups.services.members import CHANGEABLE, find, standing
from lookalike.casework.lineups.services.witnesses import QUESTIONS, descriptions_of, eligibility
from lookalike.casework.lineups.shown import tests_shown
from lookalike.casework.models import Job
from lookalike.casework.pages import Asked, found, page
from lookalike.casework.permissions import Permission
from lookalike.casework.way import way_of
from lookalike.errors import NotThere
from lookalike.media.photo import encode_jpeg
from lookalike.record.pictures import candidate_portrait

READ = Permission.LINEUP_READ
PLAN = Permission.LINEUP_PLAN
A_PAGE = 50
State = Lineup.State
PILLS: dict[str, str] = {State.ALLOWED: "satisfied", State.HELD: "satisfied", State.GIVEN_UP: "no", State.VOID: "no"}


@page(READ)
def lineups(request: Asked) -> HttpResponse:
    """Every lineup whose plan one may see, newest first."""
    who = request.acting
    rows = Lineup.objects.visible_to(who).select_related(
        "case", "suspect__party", "suspect__answer__request", "witness__party"
    )
    rows = rows.defer("judgement", "facts", "proposal", "case__narrative", "suspect__answer__sheet")
    rows = rows.defer("suspect__answer__judgement", "suspect__answer__facts")
    shown = Paginator(rows.order_by("-made_at", "-pk"), A_PAGE).get_page(request.GET.get("page"))
    leads = [one.suspect.answer for one in shown if one.suspect.answer is not None]
    closed = {one.pk for one in closed_to(who, leads)}
    return render(request, "lineups/lineups.html", {"page": shown, "closed": closed})


@page(READ)
def case_lineups(request: Asked, public_id: str) -> HttpResponse:
    """The lineups of a case, and who may be a witness."""
    who = request.acting
    case = lineups_case(who, public_id)
    context = {
        "crumbs": [*crumbs_of(case), ("Lineups", "")],
        "case": case,
        "lineups": Lineup.objects.visible_to(who)
        .filter(case=case)
        .select_related("suspect__party", "witness__party")
        .order_by("number"),
        "parties": case.parties.select_related("witness").order_by("name", "pk"),
        "way": way_of(who, case),
        "suspects": case.suspects.filter(ended_at=None).select_related("party").order_by("pk"),
        "may_plan": may_plan(who, case),
    }
    return render(request, "lineups/case.html", context)


@page(READ)
def witness(request: Asked, public_id: str) -> HttpResponse:
    """A witness: what they said, what they saw since, and of whom they may be shown a lineup, with what says so."""
    who = request.acting
    party = party_of(who, public_id)
    row = witness_of(party)
    evidence = evidence_of(party.case)
    suspects = party.case.suspects.filter(ended_at=None).exclude(party=party).select_related("party", "case")
    context = {
        "crumbs": [*lineup_crumbs(party.case), (party.name, "")],
        "case": party.case,
        "party": party,
        "witness": row,
        "descriptions": descriptions_of(party),
        "answers": [(words, row.answers.get(key)) for key, words in QUESTIONS.items()],
        "found": [(one, eligibility(row, one, at=who.at, evidence=evidence)) for one in suspects.order_by("pk")],
        "may_plan": may_plan(who, party.case),
    }
    return render(request, "lineups/witness.html", context)


@page(READ)
def lineup(request: Asked, public_id: str) -> HttpResponse:
    """A lineup while it is prepared, and how it was prepared afterwards."""
    row = lineup_of(request.acting, public_id)
    allow.open_plan(request.acting, row)
    return lineup_page(request, row)


def lineup_page(request: Asked, row: Lineup, *, sign: SignForm | None = None) -> HttpResponse:
    """The page of a lineup, with the supervisor's form where it was not accepted."""
    who = request.acting
    members = standing(row)
    tests = tests_shown(row, at=who.at)
    plans_it = may_plan(who, row.case)
    changes = plans_it and row.state in CHANGEABLE
    signs = allow.may_sign(who, row) and row.state in (State.TESTED, State.ALLOWED)
    evidence = evidence_of(row.case) if row.state in OPEN else None
    judged = allow.consider(who, row, evidence) if evidence else None
    kept = None if judged or not row.judgement else Judgement.from_data(row.judgement)
    about = allow.plan_sha256(row)
    pictured = bool(members) and all(one.picture_id for one in members)
    going = row.job is not None and row.job.state in (Job.State.WAITING, Job.State.RUNNING)
    context = {
        "crumbs": [*lineup_crumbs(row.case), (f"Lineup {row.number}", "")],
        "lineup": row,
        "case": row.case,
        "pill": PILLS.get(row.state, "waiting"),
        "facts": _facts(row),
        "statement": standing_in(evidence, row.suspect, at=who.at) if evidence else None,
        "members": members,
        "gone": Member.objects.filter(lineup=row)
        .exclude(removed_at=None)
        .select_related("added_by", "removed_by")
        .order_by("-removed_at", "-pk"),
        "proposal": row.proposal,
        "job": progress(row.job, who) if row.job and (going or not pictured) else None,
        "going": going,
        "pictured": pictured,
        "tests": tests,
        "current": next((one for one in tests if one.current and one.row.closed_at), None),
        "open_test": next((one for one in tests if one.row.closed_at is None), None),
        "judged": judged or kept,
        "signatures": row.signatures.select_related("person").order_by("-at", "-pk"),
        "about": about,
        "refusals": [
            (one, Judgement.from_data(one.judgement)) for one in row.refusals.select_related("by").order_by("-pk")
        ],
        "sign": sign or (SignForm(initial={"version": row.version, "about": about}) if signs else None),
        "may_plan": plans_it,
        "changes": changes,
        "open": row.state in OPEN,
    }
    return render(request, "lineups/lineup.html", context, status=422 if sign else 200)


@page(PLAN)
def pool(request: Asked, public_id: str) -> HttpResponse:
    """Photographs of the pool that fit what the witness said, for a person to choose from."""
    row = lineup_of(request.acting, public_id)
    form = PoolForm(request.GET)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    member = request.GET.get("for", "")
    context = {
        "crumbs": [*lineup_crumbs(row.case), _crumb(row), ("The pool", "")],
        "lineup": row,
        "form": form,
        "found": find(row, words),
        "member": next((one for one in standing(row) if one.public_id == member and not one.is_suspect), None),
    }
    return render(request, "lineups/pool.html", context)


@page(READ)
def member_picture(request: Asked, public_id: str, member_id: str) -> HttpResponse:
    """The picture of a member as it is shown."""
    row = lineup_of(request.acting, public_id)
    member = found(row.members.exclude(picture=None).select_related("picture"), public_id=member_id)
    assert member.picture is not None
    return picture(files.read(member.picture))


@page(PLAN)
def pool_picture(request: Asked, public_id: str, record_id: str) -> HttpResponse:
    """Whoever of the pool could stand beside the suspect, as their photograph was delivered, cut to the head."""
    lineup_of(request.acting, public_id)
    photo = found(cleared().select_related("file"), record_id=record_id)
    pixels = candidate_portrait(photograph(photo), matcher(), name="the photograph", width=320, height=400)
    return picture(encode_jpeg(pixels))


@page(Permission.VOLUNTEER_KEEP)
def volunteers(request: Asked) -> HttpResponse:
    """The agency's volunteers."""
    rows = Volunteer.objects.select_related("added_by").order_by("ended_at", "name", "pk")
    shown = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    serving = Volunteer.objects.filter(ended_at=None).count()
    return render(request, "lineups/volunteers.html", {"page": shown, "serving": serving, "tests": mock.to_link()})


def picture(data: bytes) -> HttpResponse:
    """A picture, which no browser keeps."""
    answer = HttpResponse(data, content_type="image/jpeg")
    answer["Content-Disposition"] = 'inline; filename="picture"'
    answer["Cache-Control"] = "no-store"
    return answer


def lineup_crumbs(case: Case) -> list[tuple[str, str]]:
    """Where in the site the lineups of a case stand."""
    return [*crumbs_of(case), ("Lineups", reverse("case-lineups", args=[case.public_id]))]


def _crumb(row: Lineup) -> tuple[str, str]:
    return f"Lineup {row.number}", reverse("lineup", args=[row.public_id])


def member_of(row: Lineup, public_id: str) -> Member:
    """A member of a lineup, standing or not. Raises NotThere."""
    member = row.members.filter(public_id=public_id).first() if "\0" not in public_id else None
    if member is None:
        raise NotThere("There is nobody of this id in the lineup.", remedy="Open the lineup again.")
    return member


def _facts(row: Lineup) -> list[tuple[str, Any]]:
    return [
        ("Suspect", row.suspect.party.name),
        ("Witness", row.witness.party.name),
        ("The witness sees", SAID.get(row.presentation, row.presentation)),
        ("Held", SAID.get(row.administration, row.administration)),
        ("By", row.administrator.name if row.administrator else None),
        ("Prepared by", row.made_by.name),
    ]
