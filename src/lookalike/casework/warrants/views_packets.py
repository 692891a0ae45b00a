"""The pages of packets: made, read, handed over; and the defence's own page, which needs no account."""

from __future__ import annotations

from datetime import UTC, datetime

from django.contrib import messages
from django.core.cache import cache
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from lookalike.casework import files
from lookalike.casework.cases.forms import say
from lookalike.casework.cases.views import go
from lookalike.casework.corroboration.hands import suspect_of
from lookalike.casework.job_views import progress
from lookalike.casework.pages import Asked, found, page
from lookalike.casework.permissions import Open, Permission
from lookalike.casework.warrants import forms
from lookalike.casework.warrants.hands import packet_of
from lookalike.casework.warrants.holds import in_words, stale
from lookalike.casework.warrants.models import Delivery, Packet
from lookalike.casework.warrants.services import deliveries, packets
from lookalike.disclosure.checklists import checklists
from lookalike.errors import BadInput, TooOften

FORM = ("GET", "HEAD", "POST")

A_MINUTE = 30
"""Links that one network address may try in a minute."""

SHOWN_ONCE = "disclosed-link"
"""Where a link that was just made is kept until it was shown, once."""


@page(Permission.PACKET_READ)
def packet(request: Asked, public_id: str) -> HttpResponse:
    """A packet: how far it is, what it holds and where, what was added, who has it and who opened it."""
    return _page(request, packet_of(request.acting, public_id))


@page(Permission.PACKET_MAKE, methods=("POST",))
def make(request: Asked, public_id: str) -> HttpResponse:
    """Have a packet made for disclosure alone."""
    made = packets.make(request.acting, suspect_of(request.acting, public_id), address=request.build_absolute_uri("/"))
    return go("packet", made.public_id)


@page(Permission.PACKET_READ)
def download(request: Asked, public_id: str) -> HttpResponseBase:
    """The packet itself; recorded each time."""
    row = packet_of(request.acting, public_id)
    deliveries.take(request.acting, row)
    return _file(row)


@page(Permission.PACKET_DELIVER, methods=("POST",))
def deliver(request: Asked, public_id: str) -> HttpResponse:
    """Hand a packet to the defence by a link."""
    row = packet_of(request.acting, public_id)
    form = forms.DeliverForm(request.POST)
    if form.is_valid():
        try:
            handed = deliveries.deliver(request.acting, row, **form.cleaned_data)
        except BadInput as error:
            say(form, error)
        else:
            request.session[SHOWN_ONCE] = [row.public_id, handed.token]
            return go("packet", public_id)
    return _page(request, row, deliver=form, status=422)


@page(Permission.PACKET_DELIVER, methods=("POST",))
def withdraw(request: Asked, public_id: str, delivery: str) -> HttpResponse:
    """Close a link."""
    row = packet_of(request.acting, public_id)
    deliveries.withdraw(request.acting, found(row.deliveries.all(), public_id=delivery))
    messages.info(request, "The link opens no more. What was taken by then is taken.")
    return go("packet", public_id)


@page(Open.PUBLIC)
def disclosed(request: Asked, token: str) -> HttpResponse:
    """The defence's page: what this is, the packet, and how to verify it without trusting anybody."""
    row = _opened(request, token, deliveries.OPENED)
    told = {
        "delivery": row,
        "packet": row.packet,
        "token": token,
        "checklists": [
            (one, [(point, _places(row.packet, point.items)) for point in one.points]) for one in checklists()
        ],
        "added": list(in_words(row.packet.added)),
    }
    return _closed(render(request, "warrants/disclosed.html", told))


@page(Open.PUBLIC)
def disclosed_file(request: Asked, token: str) -> HttpResponseBase:
    """The packet, for the defence."""
    row = _opened(request, token, deliveries.TAKEN)
    return _file(row.packet)


def _opened(request: Asked, token: str, what: str) -> Delivery:
    source = request.META.get("REMOTE_ADDR", "")
    key = f"disclosed-{source}-{datetime.now(UTC):%H%M}"
    cache.add(key, 0, timeout=120)
    try:
        often = cache.incr(key) > A_MINUTE
    except ValueError:  # the cache was emptied between the two
        often = False
    if often:
        raise TooOften(
            "This address has tried many links.", why="Links are not to be guessed.", remedy="Wait a minute."
        )
    return deliveries.opened(token, at=datetime.now(UTC), source=source, what=what)


def _page(request: Asked, row: Packet, *, deliver: forms.DeliverForm | None = None, status: int = 200) -> HttpResponse:
    who = request.acting
    shown = request.session.pop(SHOWN_ONCE, None) if who.may(Permission.PACKET_DELIVER) else None
    link = ""
    if shown and shown[0] == row.public_id:
        link = request.build_absolute_uri(reverse("disclosed", args=[shown[1]]))
    handed = row.deliveries.select_related("by").prefetch_related("accesses__person").order_by("-pk")
    title = f"Packet {row.number}"
    crumbs = [("Warrants", reverse("warrants")), (title, "")]
    if row.warrant is not None:
        crumbs.insert(1, (f"Request {row.warrant.number}", reverse("warrant", args=[row.warrant.public_id])))
    told = {
        "packet": row,
        "job": progress(row.job, who) if row.job is not None and row.file_id is None else None,
        "stale": row.file_id is not None and stale(row),
        "added": list(in_words(row.added)),
        "checklists": [(one, [(point, _places(row, point.items)) for point in one.points]) for one in checklists()],
        "items": [(name.replace("_", " "), place) for name, place in sorted(row.items.items())],
        "deliveries": handed,
        "link": link,
        "deliver": deliver or (forms.DeliverForm() if who.may(Permission.PACKET_DELIVER) and row.file_id else None),
        "may_withdraw": who.may(Permission.PACKET_DELIVER),
        "now": who.at,
        "crumbs": crumbs,
    }
    return _closed(render(request, "warrants/packet.html", told, status=status))


def _places(row: Packet, items: tuple[str, ...]) -> list[str]:
    return list(dict.fromkeys(row.items.get(one, "not in this packet") for one in items))


def _file(row: Packet) -> HttpResponseBase:
    assert row.file is not None
    stream = files.opened(row.file)
    answer = StreamingHttpResponse(iter(lambda: stream.read(files.PIECE), b""), content_type=packets.MEDIA_TYPE)
    answer["Content-Length"] = str(row.file.size)
    answer["Content-Disposition"] = f'attachment; filename="packet-{row.code}.zip"'
    return _closed(answer)


def _closed(answer: HttpResponseBase) -> HttpResponse:
    """Kept nowhere, and told to nobody."""
    answer["Cache-Control"] = "no-store"
    answer["Referrer-Policy"] = "no-referrer"
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer  # type: ignore[return-value]
