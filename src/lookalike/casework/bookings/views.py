"""The pages of the gallery desk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from lookalike.casework import files, galleries
from lookalike.casework.bookings import enrolment, services
from lookalike.casework.bookings.forms import (
    BookingsFilter,
    CorrectForm,
    DeliveriesFilter,
    MendForm,
    PhotoForm,
    ReasonForm,
    StatusForm,
    Told,
)
from lookalike.casework.bookings.messages import LABEL
from lookalike.casework.bookings.models import Booking, BookingPhoto, Delivery, GalleryChange, Proposal
from lookalike.casework.bookings.scrub import waiting as waiting_scrub
from lookalike.casework.pages import Asked, found, page
from lookalike.casework.paging import A_PAGE, page_of
from lookalike.casework.permissions import Permission
from lookalike.casework.searches.models import Candidate
from lookalike.errors import BadInput, NoFaceFound
from lookalike.media.photo import encode_jpeg
from lookalike.protocol.vocabulary import RecordStatus
from lookalike.record.pictures import candidate_portrait

SHOWN = 20
"""Rows of each list on the desk; the rest is behind its link."""

STATE = {"active": "open", "sealed": "waiting", "dismissed": "waiting", "expunged": "refused"}
"""The shape beside a record's status."""


@page(Permission.BOOKING_READ)
def desk(request: Asked) -> HttpResponse:
    """What waits: messages, photographs, proposals, the scrub."""
    rejected = Delivery.objects.filter(state=Delivery.State.REJECTED).order_by("-at")
    waiting = Delivery.objects.filter(state=Delivery.State.WAITING).order_by("-at")
    photos = rejected_photos()
    proposals = Proposal.objects.filter(state=Proposal.State.OPEN).order_by("-made_at")
    told = {
        "rejected": rejected[:SHOWN],
        "rejected_count": rejected.count(),
        "waiting": waiting[:SHOWN],
        "waiting_count": waiting.count(),
        "photos": photos[:SHOWN],
        "photos_count": photos.count(),
        "to_enrol": enrolment.waiting().count(),
        "to_tell": GalleryChange.objects.filter(done_at=None).count(),
        "proposals_count": proposals.count(),
        "scrub": waiting_scrub(),
        "today": request.acting.at.date(),
        "crumbs": [("Bookings", reverse("bookings")), ("Desk", "")],
    }
    return render(request, "bookings/desk.html", told)


def rejected_photos() -> Any:
    """Photographs that could not be enrolled and that nobody dealt with."""
    return (
        BookingPhoto.objects.filter(state=BookingPhoto.State.REJECTED, closed_at=None)
        .select_related("booking")
        .order_by("-id")
    )


@page(Permission.BOOKING_READ)
def bookings(request: Asked) -> HttpResponse:
    """Every booking, the latest first."""
    form = BookingsFilter(request.GET)
    rows = Booking.objects.order_by("-received_at", "-id")
    if form.is_valid():
        asked = form.cleaned_data
        if name := asked["id"].strip():
            rows = rows.filter(Q(arrest_id=name) | Q(person_id=name))
        rows = rows.filter(**{name: asked[name] for name in ("status", "source") if asked[name]})
    listed = page_of(request, rows)
    return render(request, "bookings/bookings.html", {"form": form, "page": listed, "states": STATE})


@page(Permission.BOOKING_READ)
def booking(request: Asked, public_id: str) -> HttpResponse:
    """One record: what is known, where it came from, how it stands, what was corrected, which searches returned it."""
    one = found(Booking.objects.all(), public_id=public_id)
    services.read_booking(request.acting, one)
    photos = list(one.photos.order_by("id"))
    returned = (
        Candidate.objects.filter(record_id__in=[photo.record_id for photo in photos])
        .select_related("search__request")
        .order_by("-search__run_at")
    )
    told = {
        "booking": one,
        "photos": photos,
        "facts": [(LABEL[name], services.text_of(one, name)) for name in services.CORRECTABLE],
        "deliveries": Delivery.objects.filter(arrest_id=one.arrest_id).select_related("mended_by").order_by("-at")[:50],
        "changes": one.changes.select_related("by", "delivery").order_by("-id")[:100],
        "returned": returned[:A_PAGE],
        "returned_count": returned.count(),
        "others": Booking.objects.filter(person_id=one.person_id).exclude(pk=one.pk).order_by("-arrested_on")[:SHOWN],
        "pending": GalleryChange.objects.filter(record_id__in=[p.record_id for p in photos], done_at=None).exists(),
        "state": STATE[one.status],
        "today": request.acting.at.date(),
        "may_change": request.acting.may(Permission.BOOKING_CHANGE),
        "may_read_searches": request.acting.may(Permission.SEARCH_READ),
        "crumbs": [("Bookings", reverse("bookings")), (one.arrest_id, "")],
    }
    return render(request, "bookings/booking.html", told)


@page(Permission.BOOKING_CHANGE, methods=("GET", "HEAD", "POST"))
def correct(request: Asked, public_id: str) -> HttpResponse:
    """Correct fields of a record."""
    one = found(Booking.objects.all(), public_id=public_id)
    form = CorrectForm(one, request.POST or None)

    def act() -> Any:
        asked = form.cleaned_data
        return services.correct(request.acting, public_id, asked["version"], form.changes(), asked["reason"])

    return _form(
        request, form, act, "Correct the record", "The correction is kept.", ("booking", public_id), one.arrest_id
    )


@page(Permission.BOOKING_CHANGE, methods=("GET", "HEAD", "POST"))
def status(request: Asked, public_id: str) -> HttpResponse:
    """Change the status of a record."""
    one = found(Booking.objects.all(), public_id=public_id)
    form = StatusForm(request.POST or None, initial={"version": one.version, "status": one.status})

    def act() -> Any:
        asked = form.cleaned_data
        wanted = RecordStatus(asked["status"])
        return services.change_status(request.acting, public_id, asked["version"], wanted, asked["reason"])

    said = "From now on no search finds this record unless it is active."
    return _form(request, form, act, "Change the status", said, ("booking", public_id), one.arrest_id)


@page(Permission.BOOKING_READ)
def photo(request: Asked, public_id: str, number: int) -> HttpResponse:
    """One photograph of a booking: head and shoulders, nobody else's face in it, nothing of the file beside it."""
    one = found(BookingPhoto.objects.select_related("file"), booking__public_id=public_id, pk=number)
    if one.file is None:
        raise NoFaceFound("The picture is not kept any more.", remedy="Ask the booking system for it.")
    pixels = candidate_portrait(files.read(one.file), galleries.matcher(), name="photograph", width=480, height=600)
    answer = HttpResponse(encode_jpeg(pixels), content_type="image/jpeg")
    answer["Cache-Control"] = "no-store"
    answer["Content-Disposition"] = 'inline; filename="photograph.jpg"'
    return answer


@page(Permission.BOOKING_CHANGE, methods=("GET", "HEAD", "POST"))
def photo_mend(request: Asked, public_id: str, number: int) -> HttpResponse:
    """Bring another picture for one that could not be enrolled, or leave it at that."""
    one = found(BookingPhoto.objects.select_related("booking"), booking__public_id=public_id, pk=number)
    leave = "leave" in request.POST
    form: Told = ReasonForm(request.POST) if leave else PhotoForm(one, request.POST or None, request.FILES or None)

    def act() -> Any:
        asked = form.cleaned_data
        if leave:
            return services.leave_photo(request.acting, one.record_id, asked["reason"])
        data = asked["picture"].read()
        return services.replace_photo(request.acting, one.record_id, data, asked["taken_on"], asked["reason"])

    said = "Left at that." if leave else "The new picture waits to be enrolled."
    return _form(
        request,
        form,
        act,
        "A photograph that was rejected",
        said,
        ("booking", public_id),
        one.booking.arrest_id,
        template="bookings/photo.html",
        more={"photo": one},
    )


@page(Permission.BOOKING_READ)
def deliveries(request: Asked) -> HttpResponse:
    """Every message, the latest first."""
    form = DeliveriesFilter(request.GET)
    rows = Delivery.objects.order_by("-at", "-id")
    if form.is_valid():
        asked = form.cleaned_data
        rows = rows.filter(**{name: asked[name].strip() for name in ("state", "feed") if asked[name].strip()})
    listed = page_of(request, rows)
    crumbs = [("Bookings", reverse("bookings")), ("Messages", "")]
    return render(request, "bookings/deliveries.html", {"form": form, "page": listed, "crumbs": crumbs})


@page(Permission.BOOKING_READ)
def delivery(request: Asked, public_id: str) -> HttpResponse:
    """One message as it came, and what became of it."""
    one = found(Delivery.objects.select_related("mended_by", "mends"), public_id=public_id)
    open_ = one.state in (Delivery.State.REJECTED, Delivery.State.WAITING)
    may = request.acting.may(Permission.BOOKING_CHANGE)
    told = {
        "delivery": one,
        "said": [(LABEL.get(name, name), value) for name, value in one.message.items() if name != "photographs"],
        "photographs": one.message.get("photographs", []),
        "booking": Booking.objects.filter(arrest_id=one.arrest_id).first() if one.arrest_id else None,
        "mended_as": list(one.mended_as.all()),
        "may_mend": may and one.state == Delivery.State.REJECTED and one.kind != "file",
        "may_set_aside": may and open_,
        "crumbs": [
            ("Bookings", reverse("bookings")),
            ("Messages", reverse("deliveries")),
            (one.arrest_id or one.kind, ""),
        ],
    }
    return render(request, "bookings/delivery.html", told)


@page(Permission.BOOKING_CHANGE, methods=("GET", "HEAD", "POST"))
def mend(request: Asked, public_id: str) -> HttpResponse:
    """Correct a rejected message and try it again."""
    one = found(Delivery.objects.all(), public_id=public_id)
    form = MendForm(one, request.POST or None, request.FILES or None)

    def act() -> Any:
        return services.mend(request.acting, public_id, form.changes(), form.pictures(), form.taken_on())

    said = "The message was taken in. As it came, it is kept."
    return _form(
        request,
        form,
        act,
        "Mend the message",
        said,
        ("delivery", public_id),
        one.arrest_id or one.kind,
        more={"delivery": one},
    )


@page(Permission.BOOKING_CHANGE, methods=("GET", "HEAD", "POST"))
def set_aside(request: Asked, public_id: str) -> HttpResponse:
    """Leave a message at that."""
    one = found(Delivery.objects.all(), public_id=public_id)
    form = ReasonForm(request.POST or None)

    def act() -> Any:
        return services.set_aside(request.acting, public_id, form.cleaned_data["reason"])

    return _form(
        request, form, act, "Set the message aside", "Set aside.", ("delivery", public_id), one.arrest_id or one.kind
    )


def _form(
    request: Asked,
    form: Told,
    act: Callable[[], Any],
    title: str,
    said: str,
    back: tuple[str, str],
    name: str,
    *,
    template: str = "bookings/form.html",
    more: dict[str, Any] | None = None,
) -> HttpResponse:
    """A page with one form: shown, shown again with what is wrong, or done and gone on from."""
    answer = 200
    if request.method == "POST":
        answer = 422
        if form.is_valid():
            try:
                act()
            except BadInput as error:
                form.told(error)
            else:
                messages.success(request, said)
                return redirect(back[0], public_id=back[1])
    crumbs = [("Bookings", reverse("bookings")), (name, reverse(back[0], args=[back[1]])), (title, "")]
    told = {"form": form, "title": title, "back": back, "crumbs": crumbs, "delivery": None}
    return render(request, template, told | (more or {}), status=answer)
