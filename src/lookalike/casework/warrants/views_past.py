"""The pages of past cases: imported, listed, each with its notice until that is answered."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from lookalike.casework import files
from lookalike.casework.cases.forms import say
from lookalike.casework.cases.views import go
from lookalike.casework.pages import Asked, found, page
from lookalike.casework.permissions import Permission
from lookalike.casework.warrants import forms
from lookalike.casework.warrants.csv_list import COLUMNS, LARGEST
from lookalike.casework.warrants.models import Notice, PastCase
from lookalike.casework.warrants.services import past
from lookalike.errors import BadInput

A_PAGE = 50
FORM = ("GET", "HEAD", "POST")


def of(rows: QuerySet[PastCase], which: str, today: Any) -> QuerySet[PastCase]:
    """The past cases of one part of the list."""
    unanswered = Q(notice__isnull=False, notice__answered_at=None)
    parts = {
        "bare": Q(independent=""),
        "unsent": Q(independent="", notice=None),
        "open": unanswered,
        "overdue": unanswered & Q(notice__due_on__lt=today),
    }
    return rows.filter(parts[which]) if which in parts else rows


@page(Permission.PAST_READ)
def cases(request: Asked) -> HttpResponse:
    """Every past case, those of which somebody waits for an answer first."""
    form = forms.PastFilter(request.GET)
    rows = PastCase.objects.select_related("notice").defer("row").order_by("-warrant_on", "-pk")
    today = request.acting.at.date()
    if form.is_valid():
        rows = of(rows, form.cleaned_data["which"], today)
        if form.cleaned_data["number"]:
            rows = rows.filter(number__icontains=form.cleaned_data["number"].strip())
    every = PastCase.objects.all()
    told = {
        "form": form,
        "page": Paginator(rows, A_PAGE).get_page(request.GET.get("page")),
        "counts": [(name, of(every, name, today).count()) for name in ("", "bare", "unsent", "open", "overdue")],
        "today": today,
        "may_bring": request.acting.may(Permission.PAST_BRING),
    }
    return render(request, "warrants/past.html", told)


@page(Permission.PAST_BRING, methods=FORM)
def bring(request: Asked) -> HttpResponse:
    """Import a list."""
    form = forms.ListForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            done = past.bring(request.acting, form.cleaned_data["file"].read(LARGEST + 1))
        except BadInput as error:
            say(form, error)
        else:
            known = f" {len(done.known)} stood on it already and are as they were." if done.known else ""
            messages.success(request, f"{done.new} cases are on the list.{known}")
            return go("past")
    crumbs = [("Past cases", reverse("past")), ("Import a list", "")]
    told = {"form": form, "columns": COLUMNS, "crumbs": crumbs}
    return render(request, "warrants/bring.html", told, status=422 if form.errors else 200)


@page(Permission.PAST_READ, methods=FORM)
def case(request: Asked, number: int) -> HttpResponse:
    """One past case: what the list says, its notice, and the answer."""
    row = found(PastCase.objects.select_related("notice__by", "notice__entered_by", "brought_by"), pk=number)
    notice: Notice | None = getattr(row, "notice", None)
    form: Any = None
    if request.acting.may(Permission.PAST_BRING):
        if notice is not None and notice.answered_at is None:
            form = forms.NoticeAnswerForm(request.POST or None)
        elif notice is None and not row.independent:
            form = forms.NoticeForm(request.POST or None)
    if request.method == "POST" and form is None:
        request.acting.require(Permission.PAST_BRING)
        return go("past-case", number)
    if request.method == "POST" and form.is_valid():
        try:
            if notice is None:
                past.notify(request.acting, row, **form.cleaned_data)
            else:
                past.answer(request.acting, notice, **form.cleaned_data)
        except BadInput as error:
            say(form, error)
        else:
            messages.success(request, "It is on record.")
            return go("past-case", number)
    told = {
        "row": row,
        "notice": notice,
        "overdue": notice is not None and notice.answered_at is None and notice.due_on < request.acting.at.date(),
        "form": form,
        "crumbs": [("Past cases", reverse("past")), (row.number, "")],
    }
    return render(request, "warrants/past_case.html", told, status=422 if form is not None and form.errors else 200)


@page(Permission.PAST_READ)
def document(request: Asked, public_id: str) -> HttpResponse:
    """The notice as a document."""
    row = found(Notice.objects.select_related("document"), public_id=public_id)
    assert row.document is not None
    answer = HttpResponse(files.read(row.document), content_type="application/pdf")
    answer["Content-Disposition"] = 'inline; filename="notice.pdf"'
    answer["Cache-Control"] = "no-store"
    return answer
