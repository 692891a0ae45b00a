"""The pages of cases: the list, one case, what is said of it, its team, what witnesses said."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from lookalike.casework.cases import offences, services
from lookalike.casework.cases.forms import (
    CaseChangeForm,
    CaseForm,
    DescriptionForm,
    Filter,
    JoinForm,
    say,
)
from lookalike.casework.cases.found import case_of, told_case
from lookalike.casework.cases.models import Case, Description, Exhibit, TeamMember
from lookalike.casework.cases.team import on_team
from lookalike.casework.cases.told import RANGES, DescriptionTold
from lookalike.casework.pages import Asked, found, page
from lookalike.casework.paging import A_PAGE, page_of
from lookalike.casework.parts import Cell, Column
from lookalike.casework.people.models import Person
from lookalike.casework.permissions import Permission
from lookalike.casework.way import way_of
from lookalike.errors import BadInput

FORM = ("GET", "HEAD", "POST")
LISTED = ("public_id", "number", "nibrs", "attempted", "other_purpose", "completed_on", "opened_at")
SORTED_BY = {"number": "number", "offence": "nibrs", "day": "completed_on", "opened": "opened_at"}


@page(Permission.CASE_READ)
def cases(request: Asked) -> HttpResponse:
    """The cases that somebody may see, newest first, narrowed and sorted."""
    form = Filter(request.GET)
    shown = page_of(request, _asked_for(request, form))
    columns = [
        Column("Number", "number"),
        Column("Offence", "offence"),
        Column("Day of the offence", "day"),
        Column("Investigators"),
        Column("Exhibits", number=True),
        Column("Opened", "opened"),
    ]
    listed = list(shown)
    teams, exhibits = _teams(listed), _exhibits(listed)
    rows = [
        (
            Cell(one.number, reverse("case", args=[one.public_id])),
            offences.in_words(one),
            one.completed_on and one.completed_on.isoformat(),
            ", ".join(teams.get(one.pk, ())) or "nobody",
            exhibits.get(one.pk, 0),
            day(one.opened_at),
        )
        for one in listed
    ]
    context = {"form": form, "page": shown, "columns": columns, "rows": rows}
    return render(request, "cases/cases.html", context | {"may_open": request.acting.may(Permission.CASE_OPEN)})


def _asked_for(request: Asked, form: Filter) -> QuerySet[Case]:
    rows = Case.objects.listed_for(request.acting).only(*LISTED)
    given = form.cleaned_data if form.is_valid() else {}
    if given.get("words"):
        rows = rows.filter(number__icontains=given["words"]) | rows.filter(statute__istartswith=given["words"])
    if given.get("nibrs"):
        rows = rows.filter(nibrs=given["nibrs"])
    if given.get("since"):
        rows = rows.filter(opened_at__date__gte=given["since"])
    if given.get("until"):
        rows = rows.filter(opened_at__date__lte=given["until"])
    asked = request.GET.get("sort", "")
    column = SORTED_BY.get(asked.removeprefix("-"), "")
    order = f"{'-' if asked.startswith('-') else ''}{column}" if column else "-opened_at"
    return rows.order_by(order, "-pk")


def _teams(cases: list[Case]) -> dict[int, list[str]]:
    """Who is on the team of each case of one page, by name, in the order in which they came."""
    teams: dict[int, list[str]] = {}
    members = TeamMember.objects.filter(case__in=[one.pk for one in cases], until=None).order_by("since", "pk")
    for case, name in members.values_list("case", "person__name"):
        teams.setdefault(case, []).append(name)
    return teams


def _exhibits(cases: list[Case]) -> dict[int, int]:
    """How many exhibits each case of one page has."""
    rows = Exhibit.objects.filter(case__in=[one.pk for one in cases]).values_list("case")
    return dict(rows.annotate(n=Count("pk")))


@page(Permission.CASE_OPEN, methods=FORM)
def new_case(request: Asked) -> HttpResponse:
    """Open a case."""
    own = request.acting.person.agency_id
    form = CaseForm(request.POST or None, initial={"agency": own})
    if request.method == "POST" and form.is_valid():
        try:
            case = services.open_case(request.acting, form.told(), form.cleaned_data["agency"])
        except BadInput as error:
            say(form, error)
        else:
            messages.success(request, f"Case {case.number} is open.")
            return go("case", case.public_id)
    return _form(request, form, "Open a case", "Open the case", reverse("cases"), [])


@page(Permission.CASE_READ)
def case(request: Asked, public_id: str) -> HttpResponse:
    """One case: what is said of it, its evidence, its requests, its team, its history. An examiner is asked first."""
    who = request.acting
    case = case_of(who, public_id)
    if services.is_barred_by_reading(who, case):
        ask = {
            "title": "The story of a case",
            "sentence": "Opening this bars you from examining its faces. Open it only if you check a request or do "
            "other work on this case: whoever compares must not know its story.",
            "action": reverse("case-read", args=[public_id]),
            "button": "Open the story",
            "stop": True,
            "back": reverse("requests"),
            "form": "",
        }
        return render(request, "cases/barred.html", {"ask": ask})
    services.story(who, case)
    team = list(case.team.filter(until=None).select_related("person").order_by("since"))
    mine = any(member.person == who.person for member in team) and who.may(Permission.CASE_EDIT)
    exhibits = case.exhibits.select_related("file", "job").prefetch_related("stills").order_by("number")
    return render(
        request,
        "cases/case.html",
        {
            "crumbs": [*crumbs_of(case)[:-1], (case.number, "")],
            "case": case,
            "facts": _facts(case),
            "descriptions": _descriptions(case),
            "exhibits": [(one, list(one.stills.all())) for one in exhibits],
            "requests": case.requests.select_related("asked_by").order_by("-asked_at")[:A_PAGE],
            "team": team,
            "mine": mine,
            "way": way_of(who, case),
            "join": JoinForm(case=case, initial={"version": case.version}) if mine else None,
            "history": [_correction(one) for one in case.changes.select_related("by").order_by("-pk")[:A_PAGE]],
        },
    )


@page(Permission.CASE_READ, methods=("POST",))
def read(request: Asked, public_id: str) -> HttpResponse:
    """Open the story of a case knowingly."""
    services.read_case(request.acting, case_of(request.acting, public_id))
    return go("case", public_id)


@page(Permission.CASE_EDIT, methods=FORM)
def change(request: Asked, public_id: str) -> HttpResponse:
    """Change what is said of a case."""
    case = told_case(request.acting, public_id)
    form = CaseChangeForm(request.POST or None, initial=CaseChangeForm.filled(case))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            services.change_case(request.acting, case, form.told(), version=given["version"], reason=given["reason"])
        except BadInput as error:
            say(form, error)
        else:
            messages.success(request, "The case is changed; its history shows what was said before.")
            return go("case", public_id)
    return _form(
        request, form, "Change the case", "Keep the changes", reverse("case", args=[public_id]), crumbs_of(case)
    )


@page(Permission.CASE_EDIT, methods=("POST",))
def join(request: Asked, public_id: str) -> HttpResponse:
    """Put an investigator on the team."""
    case = told_case(request.acting, public_id)
    form = JoinForm(request.POST, case=case)
    if form.is_valid():
        given = form.cleaned_data
        try:
            services.join_team(request.acting, case, given["person"], version=given["version"])
        except BadInput as error:
            say(form, error)
        else:
            messages.success(request, f"{given['person'].name} is on the team.")
            return go("case", public_id)
    back = reverse("case", args=[public_id])
    return _form(request, form, "Put an investigator on the team", "Put on the team", back, crumbs_of(case))


@page(Permission.CASE_EDIT, methods=("POST",))
def leave(request: Asked, public_id: str, person_id: str) -> HttpResponse:
    """Take somebody off the team."""
    case = told_case(request.acting, public_id)
    person = found(Person.objects.filter(case_teams__case=case).distinct(), public_id=person_id)
    services.leave_team(request.acting, case, person, version=version_of(request))
    messages.success(request, f"{person.name} is no longer on the team.")
    return go("case", public_id) if on_team(request.acting, case) else go("cases")


@page(Permission.CASE_EDIT, methods=FORM)
def describe(request: Asked, public_id: str, corrects: int | None = None) -> HttpResponse:
    """Take down what a witness said, or a correction of it."""
    case = told_case(request.acting, public_id)
    wrong = None if corrects is None else found(Description.objects.filter(case=case), pk=corrects)
    initial = {} if wrong is None else {one.name: getattr(wrong, one.name) for one in fields(DescriptionTold)}
    form = DescriptionForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.take_description(request.acting, case, form.told(), corrects=wrong)
        except BadInput as error:
            say(form, error)
        else:
            messages.success(request, "The description is kept as it was given.")
            return go("case", public_id)
    title = "Take down a description" if wrong is None else "Correct a description"
    back = reverse("case", args=[public_id])
    return _form(request, form, title, "Keep the description", back, crumbs_of(case), note=_too_late(case))


def go(name: str, *args: object) -> HttpResponse:
    """Where somebody goes after an act: a page that can be loaded anew without doing it again."""
    return HttpResponseRedirect(reverse(name, args=args), status=HTTPStatus.SEE_OTHER)


def day(moment: datetime) -> str:
    """The day of a moment, where the site is."""
    return f"{timezone.localtime(moment):%Y-%m-%d}"


def version_of(request: Asked) -> int:
    """The version that a form carries, or its address; one that carries none is of another version than any row."""
    text = request.POST.get("version") or request.GET.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _form(
    request: Asked,
    form: forms.Form,
    title: str,
    button: str,
    back: str,
    crumbs: list[tuple[str, str]],
    *,
    note: str = "",
) -> HttpResponse:
    """A form on a page of its own; 422 where something is wrong with it."""
    context = {"form": form, "title": title, "button": button, "back": back, "note": note}
    path = [*crumbs, (title, "")] if crumbs else [("Cases", reverse("cases")), (title, "")]
    status = 422 if form.is_bound else 200
    return render(request, "cases/form.html", context | {"crumbs": path}, status=status)


def crumbs_of(case: Case) -> list[tuple[str, str]]:
    """Where in the site a case stands, for the pages below it."""
    return [("Cases", reverse("cases")), (case.number, reverse("case", args=[case.public_id]))]


def _facts(case: Case) -> list[tuple[str, Any]]:
    words = {None: None, True: "yes", False: "no"}
    if case.other_purpose:
        offence: list[tuple[str, Any]] = [("Purpose", case.get_other_purpose_display())]
    else:
        offence = [
            ("Offence", offences.in_words(case) if case.nibrs else None),
            ("Statute", case.statute),
            ("Attempted only", words[case.attempted]),
            ("A felony", words[case.felony]),
            ("Longest sentence", None if case.max_years is None else f"{case.max_years} years"),
        ]
    return [
        ("Agency", case.agency.name),
        *offence,
        ("Day", case.completed_on and case.completed_on.isoformat()),
        ("Opened", f"{day(case.opened_at)}, by {case.opened_by.name}"),
    ]


@dataclass(frozen=True, slots=True)
class Described:
    """One description for the page. before: whether it was taken down before the first search of the case."""

    row: Description
    facts: list[tuple[str, str]]
    before: bool
    corrected: bool


def _descriptions(case: Case) -> list[Described]:
    searched = services.first_search_at(case)
    rows = case.descriptions.select_related("taken_by", "corrected_by").order_by("pk")
    return [
        Described(
            row=row,
            facts=_said(row),
            before=searched is None or row.taken_at < searched,
            corrected=hasattr(row, "corrected_by"),
        )
        for row in rows
    ]


def _said(row: Description) -> list[tuple[str, str]]:
    units = {"height": " cm", "weight": " kg", "age": " years"}
    said: list[tuple[str, str]] = []
    for name, (low, high, _, _) in RANGES.items():
        below, above = getattr(row, low), getattr(row, high)
        if below is not None and above is not None:
            said.append((name.capitalize(), f"{below} to {above}{units[name]}"))
        elif below is not None or above is not None:
            bound = f"at most {above}" if below is None else f"at least {below}"
            said.append((name.capitalize(), bound + units[name]))
    for name in ("build", "hair", "facial_hair", "marks", "clothing"):
        if getattr(row, name):
            said.append((name.replace("_", " ").capitalize(), getattr(row, name)))
    return said


def _correction(one: Any) -> dict[str, Any]:
    field = {"nibrs": "Offence"}.get(one.field, one.field.replace("_", " ").capitalize())
    return {
        "field": field,
        "before": one.before,
        "after": one.after,
        "why": one.reason,
        "who": one.by.name,
        "at": one.at,
    }


def _too_late(case: Case) -> str:
    if services.first_search_at(case) is None:
        return ""
    return (
        "A face of this case was searched already. What is taken down now is kept as taken after a search: "
        "it may have been learnt from it."
    )
