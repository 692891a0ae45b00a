"""What is sent about a lineup: one view for each act. A form stands on a page of its own; a button on the lineup's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from lookalike.casework.cases.forms import say
from lookalike.casework.cases.views import FORM, go
from lookalike.casework.lineups import forms
from lookalike.casework.lineups.hands import lineup_of, lineups_case, party_of, require_planner, witness_of
from lookalike.casework.lineups.models import Lineup, Volunteer
from lookalike.casework.lineups.services import allow, members, mock, plans, volunteers, witnesses
from lookalike.casework.lineups.views import lineup_crumbs, lineup_page, member_of
from lookalike.casework.pages import Asked, found, page
from lookalike.casework.permissions import Permission
from lookalike.errors import BadInput

PLAN = Permission.LINEUP_PLAN
KEEP = Permission.VOLUNTEER_KEEP


def _form(request: Asked, form: django_forms.Form, title: str, button: str, back: str, **more: Any) -> HttpResponse:
    context = {"form": form, "title": title, "button": button, "back": back, **more}
    return render(request, "lineups/form.html", context, status=422 if form.is_bound else 200)


def _sent(request: Asked, form: django_forms.Form, do: Callable[[], Any]) -> Any:
    """What an act gave, or None where its form has something wrong with it."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        return do()
    except BadInput as error:
        say(form, error)
        return None


@page(PLAN, methods=FORM)
def interview(request: Asked, public_id: str) -> HttpResponse:
    """Record the interview of a witness."""
    party = party_of(request.acting, public_id)
    require_planner(request.acting, party.case)
    form = forms.InterviewForm(request.POST or None, witness=witness_of(party))
    act = lambda: witnesses.interview(  # noqa: E731 - done where the form is right
        request.acting, party, form.told(), version=form.cleaned_data["version"]
    )
    if _sent(request, form, act):
        messages.success(request, "The interview is recorded.")
        return go("witness", public_id)
    back = reverse("witness", args=[public_id])
    crumbs = [*lineup_crumbs(party.case), (party.name, back), ("Interview", "")]
    return _form(request, form, f"Interview of {party.name}", "Record it", back, crumbs=crumbs)


@page(PLAN, methods=FORM)
def asked(request: Asked, public_id: str) -> HttpResponse:
    """Record what a witness saw and heard since."""
    party = party_of(request.acting, public_id)
    require_planner(request.acting, party.case)
    form = forms.AskedForm(request.POST or None, witness=witness_of(party))
    act = lambda: witnesses.ask(  # noqa: E731 - as above
        request.acting, party, form.told(), version=form.cleaned_data["version"]
    )
    if _sent(request, form, act):
        messages.success(request, "The answers are recorded.")
        return go("witness", public_id)
    back = reverse("witness", args=[public_id])
    crumbs = [*lineup_crumbs(party.case), (party.name, back), ("What they saw since", "")]
    return _form(request, form, f"What {party.name} saw and heard since", "Record it", back, crumbs=crumbs)


@page(PLAN, methods=FORM)
def new_lineup(request: Asked, public_id: str) -> HttpResponse:
    """Begin to prepare a lineup."""
    who = request.acting
    case = lineups_case(who, public_id)
    require_planner(who, case)
    form = forms.PlanForm(request.POST or None, case=case, at=who.at)
    made = _sent(
        request,
        form,
        lambda: plans.plan(
            who,
            form.suspects[form.cleaned_data["suspect"]],
            form.witnesses[form.cleaned_data["witness"]],
            form.told(),
        ),
    )
    if made:
        messages.success(request, f"Lineup {made.number} is begun.")
        return go("lineup", made.public_id)
    back = reverse("case-lineups", args=[public_id])
    crumbs = [*lineup_crumbs(case), ("Prepare a lineup", "")]
    return _form(request, form, "Prepare a lineup", "Begin", back, crumbs=crumbs)


def _page_of(
    kind: Callable[..., django_forms.Form],
    do: Callable[[Asked, Lineup, Any], Any],
    *,
    title: str,
    button: str,
    said: str,
) -> Callable[..., HttpResponse]:
    """A view of one form of a lineup, on a page of its own."""

    def view(request: Asked, public_id: str, **named: str) -> HttpResponse:
        row = lineup_of(request.acting, public_id)
        require_planner(request.acting, row.case)
        initial = {"version": row.version, "record_id": request.GET.get("record", "")[:200]}
        more: dict[str, Any] = (
            {"lineup": row, "at": request.acting.at} if kind is forms.ChangeWayForm else {"initial": initial}
        )
        form = kind(request.POST or None, **more)
        row.asked_for = named  # type: ignore[attr-defined]
        if _sent(request, form, lambda: do(request, row, form)) is not None:
            messages.success(request, said)
            return go("lineup", public_id)
        back = reverse("lineup", args=[public_id])
        crumbs = [*lineup_crumbs(row.case), (f"Lineup {row.number}", back), (title, "")]
        return _form(request, form, title, button, back, crumbs=crumbs)

    view.__doc__ = f"{title}."
    return page(PLAN, methods=FORM)(view)


def _member(row: Any) -> Any:
    return member_of(row, row.asked_for["member_id"])


change_way = _page_of(
    forms.ChangeWayForm,
    lambda r, row, form: plans.change_plan(r.acting, row, form.told(), version=form.cleaned_data["version"]),
    title="How it is held",
    button="Keep it",
    said="Changed. A signature that was given counts no more.",
)
give_up = _page_of(
    forms.ReasonForm,
    lambda r, row, form: plans.give_up(r.acting, row, **form.cleaned_data),
    title="Give the lineup up",
    button="Give it up",
    said="The lineup is given up. Everything stays on file.",
)
add = _page_of(
    forms.MemberForm,
    lambda r, row, form: members.add_filler(r.acting, row, **form.cleaned_data),
    title="Add a filler",
    button="Add",
    said="Added. The pictures have to be made again.",
)
replace = _page_of(
    forms.MemberForm,
    lambda r, row, form: members.replace_filler(r.acting, row, _member(row), **form.cleaned_data),
    title="Replace a filler",
    button="Replace",
    said="Replaced. The pictures have to be made again.",
)
remove = _page_of(
    forms.ReasonForm,
    lambda r, row, form: members.remove_filler(r.acting, row, _member(row), **form.cleaned_data),
    title="Take a filler out",
    button="Take out",
    said="Taken out. The choice stays on file.",
)
cover = _page_of(
    forms.CoverForm,
    lambda r, row, form: members.cover(r.acting, row, form.regions(), version=form.cleaned_data["version"]),
    title="Cover a part of every picture",
    button="Keep it",
    said="The pictures have to be made again.",
)
break_off = _page_of(
    forms.ReasonForm,
    lambda r, row, form: mock.break_off(r.acting, row, **form.cleaned_data),
    title="Break the test off",
    button="Break it off",
    said="The test is broken off. Nobody reads what was chosen.",
)


def _button(do: Callable[[Asked, Lineup, int], Any], said: str, doc: str) -> Callable[..., HttpResponse]:
    """A view of one button of a lineup. What is wrong with it becomes its page."""

    def view(request: Asked, public_id: str, **named: str) -> HttpResponse:
        row = lineup_of(request.acting, public_id)
        row.asked_for = named  # type: ignore[attr-defined]
        do(request, row, version_of(request))
        messages.success(request, said)
        return go("lineup", public_id)

    view.__doc__ = doc
    return page(PLAN, methods=("POST",))(view)


def version_of(request: Asked) -> int:
    """The version that a button was pressed on; one that never was, where it is none."""
    form = forms.VersionForm(request.POST)
    return int(form.cleaned_data["version"]) if form.is_valid() else -1


propose = _button(
    lambda r, row, version: members.propose_members(r.acting, row, version=version),
    "Proposed. Look at everybody, and replace whom you must.",
    "Have the members proposed.",
)
put_back = _button(
    lambda r, row, version: members.put_back(r.acting, row, _member(row), version=version),
    "Put back. The pictures have to be made again.",
    "Undo the taking out of a filler.",
)
pictures = _button(
    lambda r, row, version: members.make_pictures(r.acting, row, version=version),
    "The pictures are being made.",
    "Have the pictures made alike.",
)
looked = _button(
    lambda r, row, version: members.looked(r.acting, row, version=version),
    "It is kept that you looked at every picture.",
    "Say that one looked at every picture.",
)
close = _button(
    lambda r, row, version: mock.close(r.acting, row, version=version),
    "The test is closed.",
    "Close the test.",
)


@page(PLAN, methods=("POST",))
def open_test(request: Asked, public_id: str) -> HttpResponse:
    """Open the test. Its links are made by somebody else."""
    row = lineup_of(request.acting, public_id)
    mock.open_test(request.acting, row, version=version_of(request))
    messages.success(request, "The test is open. Whoever keeps the volunteers makes its links.")
    return go("lineup", public_id)


@page(KEEP, methods=("POST",))
def make_links(request: Asked, public_id: str) -> HttpResponse:
    """Make the links of a test; they are on this one page, and nowhere afterwards."""
    links = mock.make_links(request.acting, found(mock.to_link(), public_id=public_id))
    context = {
        "crumbs": [("Volunteers", reverse("volunteers")), ("Links", "")],
        "links": [(one.volunteer, request.build_absolute_uri(reverse("look", args=[one.token]))) for one in links],
        "days": mock.RUNS.days,
    }
    return render(request, "lineups/links.html", context)


@page(Permission.LINEUP_ALLOW, methods=("POST",))
def sign(request: Asked, public_id: str) -> HttpResponse:
    """Sign for or against a lineup; for it, the protections are asked at once."""
    row = lineup_of(request.acting, public_id)
    form = forms.SignForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data | {"decision": form.cleaned_data["decision"] == "yes"}
        try:
            allow.sign(request.acting, row, **given)
        except BadInput as error:
            say(form, error)
        else:
            if not given["decision"]:
                messages.success(request, "You signed against it.")
                return go("lineup", public_id)
            allow.allow(request.acting, row)
            messages.success(request, "The lineup may be held. Whoever holds it is told that there is one.")
            return go("lineup", public_id)
    return lineup_page(request, row, sign=form)


@page(KEEP, methods=FORM)
def new_volunteer(request: Asked) -> HttpResponse:
    """Keep a volunteer."""
    form = forms.VolunteerForm(request.POST or None)
    if _sent(request, form, lambda: volunteers.add_volunteer(request.acting, **form.cleaned_data)):
        messages.success(request, "Added.")
        return go("volunteers")
    back = reverse("volunteers")
    crumbs = [("Volunteers", back), ("Add a volunteer", "")]
    return _form(request, form, "Add a volunteer", "Add", back, crumbs=crumbs)


@page(KEEP, methods=("POST",))
def end_volunteer(request: Asked, public_id: str) -> HttpResponse:
    """Have a volunteer serve no more."""
    volunteers.end_volunteer(request.acting, found(Volunteer.objects.all(), public_id=public_id))
    messages.success(request, "This volunteer serves no more.")
    return go("volunteers")
