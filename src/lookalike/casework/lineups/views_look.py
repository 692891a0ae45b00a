"""The volunteer's pages: nobody is signed in, the link is all there is. They work without script and on any browser.

Every picture is asked for by its place in the order of that volunteer, has one length, and is kept by no browser.
"""

from __future__ import annotations

from datetime import UTC, datetime

from django.core.cache import cache
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from lookalike.casework import files
from lookalike.casework.lineups.models import Ticket
from lookalike.casework.lineups.services import mock
from lookalike.casework.lineups.views import picture
from lookalike.casework.pages import Asked, page
from lookalike.casework.permissions import Open
from lookalike.errors import BadForm, NotThere
from lookalike.lineup.volunteer import language_of, words

A_MINUTE = 120
"""What one address may ask for in a minute: a few volunteers of one house with their pictures, and nobody guessing."""


@page(Open.PUBLIC, methods=("GET", "HEAD", "POST"))
def look(request: Asked, token: str) -> HttpResponse:
    """What a volunteer is asked: first whether they know the case, then whom they would choose."""
    at = datetime.now(UTC)
    if _too_often(request, at):
        return render(request, "429.html", status=429)
    try:
        ticket = mock.ticket_of(token, at=at)
        if request.acting is not None:
            return _page(request, "signed-in", status=403)
        if request.method == "POST":
            return _answered(request, token, at)
    except NotThere:
        return _page(request, "gone", status=404)
    if ticket.opened_at is None:
        return _page(request, "begin", description=ticket.test.description)
    return _pictures(request, token, ticket)


@page(Open.PUBLIC)
def look_picture(request: Asked, token: str, place: int) -> HttpResponse:
    """One picture, by its place."""
    at = datetime.now(UTC)
    if _too_often(request, at):
        return HttpResponse(status=429)
    if request.acting is not None:
        return HttpResponse(status=403)
    try:
        file = mock.picture(token, place, at=at)
    except NotThere:
        return HttpResponse(status=404)
    return picture(files.read(file))


@page(Open.PUBLIC)
def thanks(request: Asked) -> HttpResponse:
    """What every volunteer reads at the end."""
    return _page(request, "thanks")


def _answered(request: Asked, token: str, at: datetime) -> HttpResponse:
    if "knows" in request.POST:
        ticket = mock.begin(token, knows=request.POST["knows"] != "no", at=at)
        return _to(request, "thanks-for-looking") if ticket.used_at else _to(request, "look", token)
    given = request.POST.get("choice", "")
    place = int(given) if given.isascii() and given.isdigit() and len(given) < 4 else 0
    try:
        mock.choose(token, place, at=at, trap=request.POST.get("website", "")[:1])
    except BadForm:
        ticket = mock.ticket_of(token, at=at)
        if ticket.opened_at is None:
            return _page(request, "begin", status=422, description=ticket.test.description, missing=True)
        return _pictures(request, token, ticket, missing=True)
    return _to(request, "thanks-for-looking")


def _pictures(request: Asked, token: str, ticket: Ticket, *, missing: bool = False) -> HttpResponse:
    places = [(one, reverse("look-picture", args=[token, one])) for one in range(1, len(ticket.order) + 1)]
    status = 422 if missing else 200
    return _page(request, "choose", status=status, description=ticket.test.description, places=places, missing=missing)


def _page(request: Asked, step: str, *, status: int = 200, **told: object) -> HttpResponse:
    language = language_of(request.GET.get("language", ""), request.headers.get("accept-language", ""))
    others = [(code, table["name"]) for code, table in words().items() if code != language]
    told |= {"step": step, "language": language, "say": words()[language], "others": others}
    return render(request, "lineups/look.html", told, status=status)


def _to(request: Asked, name: str, *args: object) -> HttpResponse:
    chosen = request.GET.get("language", "")
    query = f"?language={chosen}" if chosen in words() else ""
    return HttpResponseRedirect(reverse(name, args=args) + query, status=303)


def _too_often(request: Asked, at: datetime) -> bool:
    address = request.META.get("REMOTE_ADDR", "")
    key = f"look-{address}-{at:%H%M}"
    cache.add(key, 0, timeout=120)
    try:
        return bool(cache.incr(key) > A_MINUTE)
    except ValueError:  # the cache was emptied between the two
        return False
