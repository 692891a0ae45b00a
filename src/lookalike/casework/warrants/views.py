"""The pages of warrant requests: prepared, signed, asked, decided."""

from __future__ import annotations

from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from lookalike.casework.cases.forms import say
from lookalike.casework.cases.team import on_team
from lookalike.casework.cases.views import go
from lookalike.casework.corroboration.hands import suspect_of
from lookalike.casework.law import Judgement
from lookalike.casework.pages import Asked, found, page
from lookalike.casework.permissions import Permission
from lookalike.casework.warrants import forms
from lookalike.casework.warrants.facts import current, standing_signatures
from lookalike.casework.warrants.hands import warrant_of
from lookalike.casework.warrants.holds import stale
from lookalike.casework.warrants.models import OPEN, WarrantRequest
from lookalike.casework.warrants.services import deciding, deliveries, packets, requests, signing
from lookalike.casework.warrants.statement import proposed
from lookalike.casework.way import way_of
from lookalike.errors import BadInput
from lookalike.protocol.vocabulary import Office, Role

A_PAGE = 50
LISTED = ("public_id", "number", "state", "asked_at", "case__number", "asked_by__name", "suspect__party__name")
State = WarrantRequest.State
PILLS: dict[str, str] = {State.ACCEPTED: "satisfied", State.DECLINED: "refused", State.WITHDRAWN: "no"}
"""How a state is drawn; every other is one that waits."""


@page(Permission.WARRANT_READ)
def warrants(request: Asked) -> HttpResponse:
    """Every warrant request that somebody may see, newest first. Nobody is named in the list."""
    form = forms.WarrantFilter(request.GET)
    rows = WarrantRequest.objects.visible_to(request.acting).exclude(case__lineups__administrator=request.acting.person)
    rows = rows.select_related("case", "asked_by").only(*LISTED[:-1]).order_by("-asked_at", "-pk")
    if form.is_valid():
        if form.cleaned_data["state"]:
            rows = rows.filter(state=form.cleaned_data["state"])
        if form.cleaned_data["case"]:
            rows = rows.filter(case__number__icontains=form.cleaned_data["case"].strip())
    listed = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    return render(
        request, "warrants/warrants.html", {"form": form, "page": listed, "rows": [(one, pill(one)) for one in listed]}
    )


@page(Permission.WARRANT_ASK, methods=("POST",))
def new(request: Asked, public_id: str) -> HttpResponse:
    """Begin a request against a suspect."""
    row = requests.draft(request.acting, suspect_of(request.acting, public_id))
    return go("warrant", row.public_id)


@page(Permission.WARRANT_READ)
def one(request: Asked, public_id: str) -> HttpResponse:
    """A request: what it says, how every protection judges it, who signed, what was asked and decided."""
    return _page(request, warrant_of(request.acting, public_id))


@page(Permission.WARRANT_ASK, methods=("POST",))
def statement(request: Asked, public_id: str) -> HttpResponse:
    """Accept what the affidavit says of the search."""
    row = warrant_of(request.acting, public_id)
    form = forms.StatementForm(request.POST)
    return _done(
        request,
        row,
        "statement",
        form,
        lambda told: requests.write_statement(request.acting, row, words=told["words"], version=told["version"]),
        "The statement is kept.",
    )


@page(Permission.WARRANT_ASK, methods=("POST",))
def forward(request: Asked, public_id: str) -> HttpResponse:
    """Put the request before those who sign."""
    row = warrant_of(request.acting, public_id)
    form = forms.VersionForm(request.POST)
    return _done(
        request,
        row,
        "",
        form,
        lambda told: requests.put_forward(request.acting, row, version=told["version"]),
        "The packet is before the captains and the prosecutors.",
    )


@page(Permission.WARRANT_ASK, methods=("POST",))
def ask(request: Asked, public_id: str) -> HttpResponse:
    """Ask for the warrant: every protection judges it."""
    row = warrant_of(request.acting, public_id)
    form = forms.VersionForm(request.POST)
    return _done(
        request,
        row,
        "",
        form,
        lambda told: requests.ask(request.acting, row, version=told["version"]),
        "The request is with the prosecutor.",
    )


@page(Permission.WARRANT_ASK, methods=("POST",))
def withdraw(request: Asked, public_id: str) -> HttpResponse:
    """Take a request back."""
    row = warrant_of(request.acting, public_id)
    form = forms.VersionForm(request.POST)
    return _done(
        request,
        row,
        "",
        form,
        lambda told: requests.withdraw(request.acting, row, version=told["version"]),
        "The request is withdrawn. It stays on record.",
    )


@page(Permission.WARRANT_SIGN, methods=("POST",))
def sign(request: Asked, public_id: str) -> HttpResponse:
    """Sign, or refuse to."""
    row = warrant_of(request.acting, public_id)
    form = forms.SignForm(request.POST, prosecutor=_is_prosecutor(request))
    return _done(
        request,
        row,
        "sign",
        form,
        lambda told: signing.sign(
            request.acting,
            row,
            decision="against" not in request.POST,
            words=told["words"],
            read_all=told["read_all"],
            about_sha256=told["about_sha256"],
            sole_basis=form.sole(),
        ),
        "Your signature is kept.",
    )


@page(Permission.WARRANT_DECIDE, methods=("POST",))
def decide(request: Asked, public_id: str) -> HttpResponse:
    """Accept, send back with questions, or refuse."""
    row = warrant_of(request.acting, public_id)
    form = forms.DecisionForm(request.POST)

    def do(told: dict[str, Any]) -> object:
        version = told["version"]
        if "accept" in request.POST:
            return deciding.accept(request.acting, row, words=told["words"], version=version)
        if "back" in request.POST:
            asked = told["questions"].splitlines()
            return deciding.send_back(request.acting, row, questions=asked, version=version)
        return deciding.decline(request.acting, row, words=told["words"], version=version)

    return _done(request, row, "decision", form, do, "Your decision is on record.")


@page(Permission.WARRANT_ASK, methods=("POST",))
def reply(request: Asked, public_id: str, question: int) -> HttpResponse:
    """Answer a question of the prosecutor."""
    row = warrant_of(request.acting, public_id)
    asked = found(row.questions.select_related("warrant__case"), pk=question)
    form = forms.ReplyForm(request.POST)
    return _done(
        request,
        row,
        "",
        form,
        lambda told: requests.reply(request.acting, asked, words=told["words"]),
        "The answer is kept.",
    )


@page(Permission.PACKET_MAKE, methods=("POST",))
def make_packet(request: Asked, public_id: str) -> HttpResponse:
    """Have the packet of a request made."""
    row = warrant_of(request.acting, public_id)
    made = packets.make(request.acting, row.suspect, row, address=request.build_absolute_uri("/"))
    return go("packet", made.public_id)


def _done(request: Asked, row: WarrantRequest, name: str, form: django_forms.Form, do: Any, said: str) -> HttpResponse:
    """Do what a form asks, and show the request again; what is wrong with it stands beside its fields."""
    if form.is_valid():
        try:
            do(form.cleaned_data)
        except BadInput as error:
            say(form, error)
        else:
            messages.success(request, said)
            return go("warrant", row.public_id)
    if not name:
        messages.error(request, " ".join(str(one) for each in form.errors.values() for one in each))
    return _page(request, row, bound=(name, form), status=422)


def _page(
    request: Asked, row: WarrantRequest, *, bound: tuple[str, django_forms.Form] | None = None, status: int = 200
) -> HttpResponse:
    who = request.acting
    packet = current(row)
    mine = who.may(Permission.WARRANT_ASK) and on_team(who, row.case)
    told: dict[str, Any] = {
        "row": row,
        "packet": packet,
        "stale": packet is not None and stale(packet),
        "packets": row.packets.select_related("job", "file").defer("holds", "items", "manifest").order_by("-number"),
        "counting": standing_signatures(row, packet),
        "signatures": row.signatures.select_related("person").order_by("-pk"),
        "questions": row.questions.select_related("by", "replied_by").order_by("pk"),
        "refusals": [
            (one, Judgement.from_data(one.judgement)) for one in row.refusals.select_related("by").order_by("-pk")
        ],
        "pill": pill(row),
        "mine": mine,
        "way": way_of(who, row.case) if mine else [],
        "open": row.state in OPEN,
        "version": forms.VersionForm(initial={"version": row.version}, auto_id=False),
        "crumbs": [("Warrants", reverse("warrants")), (f"Case {row.case.number}, request {row.number}", "")],
    }
    if row.state in OPEN and (mine or not row.judgement):
        told["judgement"] = requests.consider(who, row).judgement if mine else None
    elif row.judgement:
        told["judgement"] = Judgement.from_data(row.judgement)
    if mine and row.state == State.DRAFT:
        words = row.statement or proposed(row)
        told["statement"] = forms.StatementForm(initial={"words": words, "version": row.version})
    if mine and row.state == State.QUESTIONS:
        told["reply"] = forms.ReplyForm(auto_id=False)
    if who.may(Permission.WARRANT_SIGN) and row.state == State.SIGNING and who.person.office and packet is not None:
        told["taken"] = deliveries.taken_by(packet, who.person)
        told["sign"] = forms.SignForm(initial={"about_sha256": packet.sha256}, prosecutor=_is_prosecutor(request))
    if who.may(Permission.WARRANT_DECIDE) and row.state == State.SENT:
        told["decision"] = forms.DecisionForm(initial={"version": row.version})
    if bound is not None and bound[0]:
        told[bound[0]] = bound[1]
    return render(request, "warrants/warrant.html", told, status=status)


def pill(row: WarrantRequest) -> str:
    """How the state of a request is drawn."""
    return PILLS.get(row.state, "waiting")


def _is_prosecutor(request: Asked) -> bool:
    who = request.acting
    return Role.PROSECUTOR in who.roles and who.person.office == Office.PROSECUTOR_SUPERVISOR.value
