"""The pages of answers: the supervisor's, the investigator's, and the one that anybody may open."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.core.cache import cache
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from lookalike.casework import files
from lookalike.casework.cases.services import read_case
from lookalike.casework.codes import address_of, as_written
from lookalike.casework.law import Judgement
from lookalike.casework.leads import documents, kept, services
from lookalike.casework.leads.content import lead_content, no_lead_content
from lookalike.casework.leads.forms import AnswersFilter, CloseForm, CodeForm, SignForm, StatementsForm
from lookalike.casework.leads.models import Answer, Refusal
from lookalike.casework.leads.sheet import LeadSheet
from lookalike.casework.leads.verified import check
from lookalike.casework.leads.whole_file import whole_file
from lookalike.casework.pages import Asked, found, page
from lookalike.casework.paging import A_PAGE, page_of
from lookalike.casework.parts import Cell, Column
from lookalike.casework.permissions import Open, Permission
from lookalike.casework.searches.models import Request
from lookalike.casework.way import way_of
from lookalike.errors import BadForm
from lookalike.protocol.vocabulary import Role

LISTED = ("public_id", "candidate_id", "at", "request__number", "request__case__number", "by__name")
"""What a list shows of an answer: not its sheet, which is large."""

COLUMNS = (Column("Answer"), Column("Request"), Column("Case"), Column("By"), Column("When"))

A_MINUTE = 30
"""Codes that one network address may try in a minute."""


@page(Permission.SHEET_READ)
def leads(request: Asked) -> HttpResponse:
    """Every answer that somebody may see, newest first; for supervisors also what waits for them."""
    form = AnswersFilter(request.GET)
    who = request.acting
    rows = Answer.objects.visible_to(who).select_related("request__case", "by").only(*LISTED).order_by("-at", "-pk")
    if form.is_valid():
        if form.cleaned_data["kind"]:
            rows = rows.filter(candidate__isnull=form.cleaned_data["kind"] == "no_lead")
        if form.cleaned_data["case"]:
            rows = rows.filter(request__case__number__icontains=form.cleaned_data["case"].strip())
    listed = page_of(request, rows)
    waiting: list[Request] = []
    if who.may(Permission.LEAD_DECIDE):
        asked = Request.objects.visible_to(who).filter(state=Request.State.ANSWERED)
        asked = asked.select_related("case").only("public_id", "number", "asked_at", "case__number")
        waiting = list(asked.order_by("asked_at")[:A_PAGE])
    table = [
        (
            Cell("Lead sheet" if one.candidate_id else "No lead", reverse("lead", args=[one.public_id])),
            one.request.number,
            one.request.case.number,
            one.by.name,
            f"{timezone.localtime(one.at):%Y-%m-%d %H:%M}",
        )
        for one in listed
    ]
    told = {"form": form, "page": listed, "columns": COLUMNS, "rows": table, "waiting": waiting}
    return render(request, "leads/leads.html", told)


@page(Permission.LEAD_DECIDE)
def answer(request: Asked, public_id: str) -> HttpResponse:
    """The whole file of a request, how a lead would be judged now, and the supervisor's word."""
    return _file(request, _asked_for(request, public_id))


@page(Permission.LEAD_DECIDE, methods=("POST",))
def sign(request: Asked, public_id: str) -> HttpResponse:
    """Sign the lead."""
    row = _asked_for(request, public_id)
    form = SignForm(request.POST, further=row.state == Request.State.LEAD)
    if not form.is_valid():
        return _file(request, row, sign=form, status=422)
    made = services.issue(
        request.acting,
        row,
        version=form.cleaned_data["version"],
        read=form.cleaned_data["read"],
        words=form.cleaned_data["words"],
        more_than_one=form.cleaned_data.get("more_than_one", ""),
        address=lambda code: address_of(request, code),
    )
    messages.success(request, f"The lead of request {row.number} was issued. It opens for the investigator.")
    return redirect("lead", public_id=made.public_id)


@page(Permission.LEAD_DECIDE, methods=("POST",))
def close(request: Asked, public_id: str) -> HttpResponse:
    """Answer without a lead."""
    row = _asked_for(request, public_id)
    form = CloseForm(request.POST)
    if form.is_valid():
        try:
            made = services.close(
                request.acting,
                row,
                version=form.cleaned_data["version"],
                words=form.cleaned_data["words"],
                address=lambda code: address_of(request, code),
            )
        except BadForm as error:
            form.add_error("words", error.fields.get("words", [str(error)]))
        else:
            messages.success(request, f"Request {row.number} is answered: no lead.")
            return redirect("lead", public_id=made.public_id)
    return _file(request, row, close=form, status=422)


@page(Permission.SHEET_READ)
def one(request: Asked, public_id: str) -> HttpResponse:
    """A lead sheet or a letter, as its document says it; for the investigator after the statements."""
    row = _answer(request, public_id)
    left = services.missing(request.acting, row)
    if left:
        return _statements(request, row, StatementsForm(only=left))
    sheet = kept.sheet_of(row)
    lead = isinstance(sheet, LeadSheet)
    shown = lead_content(sheet) if isinstance(sheet, LeadSheet) else no_lead_content(sheet)
    told = {
        "answer": row,
        "lead": lead,
        "shown": shown,
        "first": shown.sections[:3],
        "rest": shown.sections[3:],
        "verification": sheet.verification,
        "way": way_of(request.acting, row.request.case),
        "accepted": row.acknowledgements.select_related("person").order_by("at") if lead else [],
        "crumbs": [("Leads", reverse("leads")), (f"Request {row.request.number}", "")],
    }
    return render(request, "leads/answer.html", told)


@page(Permission.SHEET_ACKNOWLEDGE, methods=("POST",))
def acknowledge(request: Asked, public_id: str) -> HttpResponse:
    """Accept statements of a sheet."""
    row = _answer(request, public_id)
    form = StatementsForm(request.POST, only=services.missing(request.acting, row))
    if not form.is_valid() or not form.accepted():
        form.add_error(None, "Accept at least one statement.")
        return _statements(request, row, form, status=422)
    services.acknowledge(request.acting, row, form.accepted())
    return redirect("lead", public_id=public_id)


@page(Permission.SHEET_READ)
def pdf(request: Asked, public_id: str) -> HttpResponse:
    """The document, signed with the agency's key; made now where a crash left none."""
    row = _open(request, public_id)
    stored = documents.document(request.acting, row)
    return _file_of(files.read(stored), "application/pdf", stored.name)


@page(Permission.SHEET_READ)
def probe(request: Asked, public_id: str) -> HttpResponse:
    """The image that was searched, nobody else's face in it."""
    return _file_of(documents.probe_picture(_of_lead(request, public_id)), "image/jpeg", "picture.jpg")


@page(Permission.SHEET_READ)
def candidate(request: Asked, public_id: str) -> HttpResponse:
    """The gallery photograph of the lead."""
    return _file_of(documents.candidate_picture(_of_lead(request, public_id)), "image/jpeg", "picture.jpg")


@page(Open.PUBLIC)
def verify_any(request: Asked) -> HttpResponse:
    """Type in a code."""
    form = CodeForm(request.GET or None)
    if form.is_bound and form.is_valid():
        return redirect("verify", code=as_written(form.cleaned_data["code"]) or "-")
    return render(request, "leads/verify.html", {"form": form, "asked": False})


@page(Open.PUBLIC)
def verify(request: Asked, code: str) -> HttpResponse:
    """What a code belongs to, and the proof that it is in the ledger. Nobody is named."""
    if _too_often(request):
        return render(request, "429.html", status=429)
    told = {"form": CodeForm(initial={"code": code[:60]}), "asked": True, "checked": check(code)}
    return render(request, "leads/verify.html", told, status=200 if told["checked"] else 404)


@page(Open.PUBLIC)
def proof(request: Asked, code: str) -> HttpResponse:
    """The inclusion proof with its checkpoint (C2SP tlog-proof), the entry's payload withheld."""
    if _too_often(request):
        return render(request, "429.html", status=429)
    checked = check(code)
    if checked is None or checked.proof is None:
        return redirect("verify", code=as_written(code) or "-")
    return _file_of(checked.proof, "text/plain; charset=utf-8", f"proof-{checked.code}.txt", attached=True)


def _file(
    request: Asked, row: Request, *, sign: SignForm | None = None, close: CloseForm | None = None, status: int = 200
) -> HttpResponse:
    who = request.acting
    services.require_apart(who, row)
    if Role.EXAMINER in who.roles:
        read_case(who, row.case)  # whoever reads the story is not blind to it
    considered = services.consider(who, row)
    further = row.state == Request.State.LEAD
    told: dict[str, Any] = {
        "asked": row,
        "file": whole_file(who, row),
        "considered": considered,
        "against": lead_content(considered.sheet).sections[0] if considered.sheet else None,
        "answers": list(row.answers.order_by("at")),
        "refusals": [
            (one, Judgement.from_data(one.judgement) if one.judgement else None)
            for one in Refusal.objects.filter(request=row).select_related("by").order_by("at")
        ],
        "sign": sign or SignForm(initial={"version": row.version}, further=further),
        "close": close or CloseForm(initial={"version": row.version}, refuses=considered.candidate is not None),
        "further": further,
        "crumbs": [("Leads", reverse("leads")), (f"Answer request {row.number}", "")],
    }
    return render(request, "leads/file.html", told, status=status)


def _statements(request: Asked, row: Answer, form: StatementsForm, status: int = 403) -> HttpResponse:
    accepted = row.acknowledgements.filter(person=request.acting.person).order_by("at")
    crumbs = [("Leads", reverse("leads")), (f"Request {row.request.number}", "")]
    told = {"answer": row, "form": form, "accepted": accepted, "crumbs": crumbs}
    return render(request, "leads/statements.html", told, status=status)


def _asked_for(request: Asked, public_id: str) -> Request:
    """A request that was searched and concluded."""
    rows = Request.objects.visible_to(request.acting).filter(
        state__in=[Request.State.ANSWERED, Request.State.LEAD, Request.State.NO_LEAD]
    )
    related = ("case__agency", "still__exhibit__file", "asked_by", "checked_by", "behalf_of", "search__run_by")
    return found(rows.select_related(*related), public_id=public_id)


def _answer(request: Asked, public_id: str) -> Answer:
    rows = Answer.objects.visible_to(request.acting)
    related = ("request__case", "request__search__probe_picture", "document", "portrait", "by")
    return found(rows.select_related(*related), public_id=public_id)


def _open(request: Asked, public_id: str) -> Answer:
    """An answer that is open for this person."""
    row = _answer(request, public_id)
    services.require_acknowledged(request.acting, row)
    return row


def _of_lead(request: Asked, public_id: str) -> Answer:
    row = _open(request, public_id)
    return row if row.candidate_id else found(Answer.objects.none())


def _file_of(data: bytes, media_type: str, name: str, *, attached: bool = False) -> HttpResponse:
    answer = HttpResponse(data, content_type=media_type)
    answer["Content-Disposition"] = f'{"attachment" if attached else "inline"}; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer


def _too_often(request: Asked) -> bool:
    """Whether an address has tried more codes in this minute than anybody types."""
    address = request.META.get("REMOTE_ADDR", "")
    key = f"verify-{address}-{datetime.now(UTC):%H%M}"
    cache.add(key, 0, timeout=120)
    try:
        return bool(cache.incr(key) > A_MINUTE)
    except ValueError:  # the cache was emptied between the two
        return False
