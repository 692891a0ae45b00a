"""The pages of requests and searches."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst

from lookalike.casework import files
from lookalike.casework.cases.models import Case, Still
from lookalike.casework.cases.pictures import faces as faces_of
from lookalike.casework.examinations.views_read import readable
from lookalike.casework.law import Judgement
from lookalike.casework.pages import Asked, found, page
from lookalike.casework.paging import page_of
from lookalike.casework.parts import Cell, Column
from lookalike.casework.permissions import Permission
from lookalike.casework.searches import services
from lookalike.casework.searches.forms import CheckForm, FilterForm, WantedForm
from lookalike.casework.searches.models import Request, Search
from lookalike.errors import BadInput, ChangedMeanwhile, NotPermitted
from lookalike.protocol.vocabulary import Role

LISTED = ("public_id", "number", "state", "asked_at", "case__number", "asked_by__name")
"""What a list shows of a request: not its judgement and its facts, which are large."""

COLUMNS = (Column("Request"), Column("Case"), Column("State"), Column("Asked by"), Column("Asked"))
ANSWERED = (Request.State.LEAD, Request.State.NO_LEAD)


@page(Permission.REQUEST_READ)
def requests(request: Asked) -> HttpResponse:
    """Every request that somebody may see, newest first."""
    blind = Role.EXAMINER in request.acting.roles
    form = FilterForm(request.GET, blind=blind)
    rows = Request.objects.visible_to(request.acting).select_related("case", "asked_by").only(*LISTED)
    rows = rows.order_by("-asked_at", "-pk")
    if form.is_valid():
        if form.cleaned_data["state"]:
            rows = rows.filter(state=form.cleaned_data["state"])
        if form.cleaned_data.get("case"):
            rows = rows.filter(case__number__icontains=form.cleaned_data["case"].strip())
    listed = page_of(request, rows)
    table = [
        (
            Cell(f"Request {one.number}", reverse("request", args=[one.public_id])),
            "not shown to examiners" if blind else one.case.number,
            Cell(capfirst(one.get_state_display()), state=one.state),
            "–" if blind else one.asked_by.name,
            f"{timezone.localtime(one.asked_at):%Y-%m-%d %H:%M}",
        )
        for one in listed
    ]
    return render(request, "searches/requests.html", {"form": form, "page": listed, "columns": COLUMNS, "rows": table})


@page(Permission.REQUEST_MAKE, methods=("GET", "HEAD", "POST"))
def new(request: Asked, public_id: str) -> HttpResponse:
    """Ask for one face of a still: judged as often as one likes, made once."""
    still = _still(request, public_id)
    count = len(faces_of(still))
    initial = {"face": 1 if count == 1 else request.GET.get("face"), "version": still.version}
    form = WantedForm(request.POST or None, faces=count, initial=initial)
    considered: services.Considered | None = None
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                if "ask" in request.POST:
                    made = services.ask(request.acting, still, form.wanted())
                    return redirect("request", public_id=made.public_id)
                considered = services.consider(request.acting, still, form.wanted())
                status = 200
            except BadInput as error:
                form.add_error(None, str(error))
            except ChangedMeanwhile as error:
                status = 409
                form.add_error(None, str(error))
                seen = request.POST.copy()  # what is sent next is asked of what is shown now
                seen["version"] = str(still.version)
                form.data = seen
    told: dict[str, Any] = {"form": form, "still": still, "case": still.exhibit.case, "faces": count}
    if considered is not None:
        told |= {"considered": considered, "earlier": _told(request, considered.earlier)}
    told["crumbs"] = [*_crumbs(still.exhibit.case), ("Ask for a search", "")]
    return render(request, "searches/new.html", told, status=status)


@page(Permission.REQUEST_READ)
def one(request: Asked, public_id: str) -> HttpResponse:
    """A request: what was asked, how every protection judged it, and what it waits for."""
    row = _found(request, public_id)
    who = request.acting
    if row.state == Request.State.WAITING and who.may(Permission.REQUEST_CHECK) and _blind(request, row):
        crumbs = [("Requests", reverse("requests")), (f"Request {row.number}", "")]
        return render(request, "searches/unread.html", {"asked": row, "crumbs": crumbs})
    services.require_read(who, row)
    told: dict[str, Any] = {
        "asked": row,
        "judgement": Judgement.from_data(row.judgement),
        "earlier": _told(request, list(row.repeats.select_related("case"))),
        "crumbs": [("Requests", reverse("requests")), (f"Request {row.number}", "")],
        "searched": Search.objects.filter(request=row).only("public_id", "request_id").first()
        if who.may(Permission.SEARCH_READ)
        else None,
        "may_withdraw": who.may(Permission.REQUEST_MAKE)
        and row.state in (Request.State.WAITING, Request.State.SENT_BACK, Request.State.APPROVED),
        "answers": list(row.answers.all()) if who.may(Permission.SHEET_READ) and row.state in ANSWERED else [],
    }
    if row.state == Request.State.WAITING and who.may(Permission.REQUEST_CHECK):
        told["has_read"] = services.has_read(who, row.case)
        told["check"] = CheckForm(initial={"version": row.version})
        told["search_judgement"] = services.judged_search(who, row)
    told["may_run"] = row.state == Request.State.APPROVED and who.may(Permission.SEARCH_RUN)
    return render(request, "searches/request.html", told)


@page(Permission.REQUEST_CHECK, methods=("POST",))
def check(request: Asked, public_id: str) -> HttpResponse:
    """Send a request back, or approve it: then it is searched at once."""
    row = _found(request, public_id)
    form = CheckForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Write what the case report says of it.")
        return redirect("request", public_id=public_id)
    words, version = form.cleaned_data["words"], form.cleaned_data["version"]
    if "approve" not in request.POST:
        services.send_back(request.acting, row, words, version=version)
        messages.info(request, f"Request {row.number} was sent back.")
        return redirect("request", public_id=public_id)
    services.approve(request.acting, row, words, version=version)
    return _run(request, public_id)


@page(Permission.SEARCH_RUN, methods=("POST",))
def run(request: Asked, public_id: str) -> HttpResponse:
    """Run the search of an approved request that was cut short."""
    return _run(request, public_id)


@page(Permission.REQUEST_MAKE, methods=("POST",))
def withdraw(request: Asked, public_id: str) -> HttpResponse:
    """Take a request back."""
    row = _found(request, public_id)
    services.withdraw(request.acting, row)
    messages.info(request, f"Request {row.number} was withdrawn.")
    return redirect("request", public_id=public_id)


@page(Permission.REQUEST_READ)
def probe(request: Asked, public_id: str) -> HttpResponse:
    """The face that is asked for; every other face of the still is made unrecognisable."""
    row = _found(request, public_id)
    services.require_read(request.acting, row)
    search = Search.objects.filter(request=row).select_related("probe_picture").first()
    if search is not None:
        return _picture(files.read(search.probe_picture), "image/png")
    return _picture(services.probe_picture(row), "image/png")


@page(Permission.SEARCH_READ)
def record(request: Asked, public_id: str) -> HttpResponse:
    """The whole search record, for those who answer and oversee. No examiner and no investigator gets here."""
    search = _search(request, public_id)
    told = {
        "search": search,
        "record": json.loads(services.record_of(search)),
        "judgement": Judgement.from_data(search.judgement),
        "crumbs": [
            ("Requests", reverse("requests")),
            (f"Request {search.request.number}", reverse("request", args=[search.request.public_id])),
            ("Search record", ""),
        ],
    }
    return render(request, "searches/record.html", told)


@page(Permission.SEARCH_READ)
def record_json(request: Asked, public_id: str) -> HttpResponse:
    """The search record as it was written, to be replayed and disclosed."""
    search = _search(request, public_id)
    answer = HttpResponse(services.record_of(search) + "\n", content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="search-{search.request.number}.json"'
    return answer


@page(Permission.SEARCH_READ)
def candidate(request: Asked, public_id: str, rank: int) -> HttpResponse:
    """The photograph of one candidate."""
    search = _search(request, public_id)
    row = found(search.candidates.select_related("picture"), rank=rank)
    return _picture(services.portrait_of(row), "image/jpeg")


def _run(request: Asked, public_id: str) -> HttpResponse:
    row = _found(request, public_id)
    services.run(request.acting, row)
    messages.success(request, f"Request {row.number} was searched. It goes to two examiners, each alone.")
    return redirect("request", public_id=public_id)


def _found(request: Asked, public_id: str) -> Request:
    rows = Request.objects.visible_to(request.acting)
    return found(
        rows.select_related("case__agency", "still__exhibit__file", "asked_by", "checked_by", "behalf_of"),
        public_id=public_id,
    )


def _blind(request: Asked, row: Request) -> bool:
    try:
        services.require_read(request.acting, row)
    except NotPermitted:
        return True
    return False


def _search(request: Asked, public_id: str) -> Search:
    row: Search = found(readable(request.acting), public_id=public_id)
    return row


def _still(request: Asked, public_id: str) -> Still:
    cases = Case.objects.visible_to(request.acting)
    rows = Still.objects.filter(exhibit__case__in=cases)
    return found(rows.select_related("exhibit__case__agency", "exhibit__file", "file"), public_id=public_id)


def _told(request: Asked, earlier: list[Request]) -> list[Request | None]:
    """Earlier requests for the same face; None for one of a case that this person does not see: no more than that."""
    mine = set(
        Request.objects.visible_to(request.acting)
        .filter(pk__in=[one.pk for one in earlier])
        .values_list("pk", flat=True)
    )
    return [one if one.pk in mine else None for one in earlier]


def _crumbs(case: Case) -> list[tuple[str, str]]:
    return [("Cases", reverse("cases")), (f"Case {case.number}", reverse("case", args=[case.public_id]))]


def _picture(data: bytes, media_type: str) -> HttpResponse:
    answer = HttpResponse(data, content_type=media_type)
    answer["Content-Disposition"] = 'inline; filename="picture"'
    answer["Cache-Control"] = "no-store"
    return answer
