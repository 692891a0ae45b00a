"""The pages of the galleries' health: pictures in numbers, proposals, and the scrub."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy

from lookalike.casework.bookings import health as numbers
from lookalike.casework.bookings import proposals as pairs
from lookalike.casework.bookings import scrub as scrubs
from lookalike.casework.bookings.forms import DecideForm, SignForm
from lookalike.casework.bookings.models import Booking, Proposal, Scrub
from lookalike.casework.pages import Asked, found, page
from lookalike.casework.paging import A_PAGE, page_of
from lookalike.casework.permissions import Permission
from lookalike.errors import BadInput

_HOME = ("Gallery health", reverse_lazy("health"))


@page(Permission.HEALTH_READ)
def health(request: Asked) -> HttpResponse:
    """The galleries in numbers."""
    today = request.acting.at.date()
    old = numbers.old_photographs(today)
    told = {
        "charts": numbers.charts(today),
        "old": old[:20],
        "old_count": old.count(),
        "old_years": numbers.OLD_YEARS,
        "misplaced": numbers.misplaced(today, listed=20),
        "strangers": [(name, count) for name, count in numbers.strangers().items() if count],
        "proposals_count": Proposal.objects.filter(state=Proposal.State.OPEN).count(),
        "unseen": pairs.unseen(),
        "scrub": scrubs.waiting(),
        "today": today,
        "may_read": request.acting.may(Permission.BOOKING_READ),
    }
    return render(request, "bookings/health.html", told)


@page(Permission.BOOKING_READ)
def proposals(request: Asked) -> HttpResponse:
    """Pairs of photographs to be looked at, open ones first."""
    rows = Proposal.objects.select_related("first__booking", "second__booking", "decided_by")
    shown = request.GET.get("state", Proposal.State.OPEN)
    if shown in Proposal.State.values:
        rows = rows.filter(state=shown)
    listed = page_of(request, rows.order_by("-made_at", "-id"))
    tabs = [
        {"label": label.capitalize(), "url": f"?state={value}", "current": value == shown, "count": None}
        for value, label in Proposal.State.choices
    ]
    told = {"page": listed, "tabs": tabs, "unseen": pairs.unseen(), "crumbs": [_HOME, ("Proposals", "")]}
    return render(request, "bookings/proposals.html", told)


@page(Permission.BOOKING_READ, methods=("GET", "HEAD", "POST"))
def proposal(request: Asked, public_id: str) -> HttpResponse:
    """One pair, side by side; decided by whoever may change records."""
    rows = Proposal.objects.select_related("first__booking", "second__booking", "decided_by")
    one = found(rows, public_id=public_id)
    may = request.acting.may(Permission.BOOKING_CHANGE)
    form, answer = DecideForm(one, request.POST or None), 200
    if request.method == "POST":
        request.acting.require(Permission.BOOKING_CHANGE)
        answer = 422
        if form.is_valid():
            asked = form.cleaned_data
            try:
                pairs.decide(
                    request.acting,
                    public_id,
                    accept="accept" in request.POST,
                    words=asked["reason"],
                    moved=int(asked["moved"]),
                    person_id=asked.get("person_id", ""),
                )
            except BadInput as error:
                form.told(error)
            else:
                messages.success(request, "Decided. The record keeps the reason.")
                return redirect("proposals")
    told = {
        "proposal": one,
        "pair": (one.first, one.second),
        "form": form,
        "may_decide": may and one.state == Proposal.State.OPEN,
        "crumbs": [_HOME, ("Proposals", reverse_lazy("proposals")), (one.get_kind_display().capitalize(), "")],
    }
    return render(request, "bookings/proposal.html", told, status=answer)


@page(Permission.BOOKING_READ)
def scrub(request: Asked) -> HttpResponse:
    """The scrubs: the one that is to be signed, and those that were."""
    today = request.acting.at.date()
    told = {
        "due": scrubs.waiting(),
        "today": today,
        "misplaced": numbers.misplaced(today),
        "strangers": [(name, count) for name, count in numbers.strangers().items() if count],
        "signed": Scrub.objects.exclude(signed_at=None).select_related("signed_by").order_by("-due_on")[:A_PAGE],
        "form": SignForm(),
        "may_sign": request.acting.may(Permission.SCRUB_SIGN),
        "crumbs": [_HOME, ("Scrub", "")],
    }
    return render(request, "bookings/scrub.html", told)


@page(Permission.SCRUB_SIGN, methods=("POST",))
def sign(request: Asked, due_on: str) -> HttpResponse:
    """Sign a scrub."""
    form = SignForm(request.POST)
    answer = found(Scrub.objects.all(), due_on=_day(due_on))
    if form.is_valid():
        try:
            scrubs.sign(request.acting, answer.due_on, form.cleaned_data["reason"])
        except BadInput as error:
            form.told(error)
        else:
            scrubs.ensure(request.acting.at.date())
            messages.success(request, "Signed. What was found is kept as it was.")
            return redirect("scrub-signed", due_on=due_on)
    told = {"form": form, "due": answer, "crumbs": [_HOME, ("Scrub", reverse_lazy("scrub")), ("Sign", "")]}
    return render(request, "bookings/sign.html", told, status=422)


@page(Permission.BOOKING_READ)
def signed(request: Asked, due_on: str) -> HttpResponse:
    """What a signed scrub found, as it was then."""
    one = found(Scrub.objects.select_related("signed_by").exclude(signed_at=None), due_on=_day(due_on))
    rows = Booking.objects.in_bulk(
        {name for kind in numbers.KINDS for name in one.found.get(kind, [])[:200]}, field_name="public_id"
    )
    kinds = [
        (says, len(one.found.get(kind, [])), [rows[name] for name in one.found.get(kind, [])[:200] if name in rows])
        for kind, says in numbers.KINDS.items()
    ]
    told = {"scrub": one, "kinds": kinds, "crumbs": [_HOME, ("Scrub", reverse_lazy("scrub")), (due_on, "")]}
    return render(request, "bookings/signed.html", told)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
