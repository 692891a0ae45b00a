"""The pages of exhibits: taken in, looked through, copied out; and the scrubber of a clip."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from lookalike.casework import files
from lookalike.casework.cases import evidence, frames, services
from lookalike.casework.cases.forms import ExhibitForm, HandOverForm, ReasonForm, say
from lookalike.casework.cases.found import exhibit_of, told_case
from lookalike.casework.cases.models import Exhibit
from lookalike.casework.cases.team import on_team, require_team
from lookalike.casework.cases.upload import Sealing
from lookalike.casework.cases.views import FORM, crumbs_of, go
from lookalike.casework.job_views import progress
from lookalike.casework.pages import Asked, found, page
from lookalike.casework.permissions import Permission
from lookalike.errors import BadInput, LiveSource
from lookalike.media.clip import timecode
from lookalike.media.photo import encode_png
from lookalike.media.scrub import ClipIndex


@page(Permission.EXHIBIT_ADD, methods=FORM)
@csrf_exempt  # asked for in `_new_exhibit`, when the upload is read: sealed from its first byte
def new_exhibit(request: Asked, public_id: str) -> HttpResponse:
    """Take evidence in."""
    case = told_case(request.acting, public_id)
    require_team(request.acting, case)
    request.upload_handlers = [Sealing(request)]
    answer: HttpResponse = _new_exhibit(request, case)
    return answer


@csrf_protect
def _new_exhibit(request: Asked, case: Any) -> HttpResponse:
    form = ExhibitForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        form = ExhibitForm(request.POST, request.FILES)
        if form.is_valid():
            file: Any = form.cleaned_data["file"]
            try:
                exhibit = evidence.add_exhibit(request.acting, case, form.told(), file.take())
            except (BadInput, LiveSource) as error:
                say(form, error)
            else:
                messages.success(request, f"Exhibit {exhibit.number} is taken in.")
                return go("exhibit", exhibit.public_id)
    context = {
        "form": form,
        "title": "Take evidence in",
        "button": "Take in",
        "back": reverse("case", args=[case.public_id]),
        "note": "",
        "crumbs": [*crumbs_of(case), ("Take evidence in", "")],
    }
    return render(request, "cases/form.html", context, status=422 if form.is_bound else 200)


@page(Permission.CASE_READ)
def exhibit(request: Asked, public_id: str) -> HttpResponse:
    """One exhibit: what it is, what was chosen from it, its chain of custody."""
    return _exhibit(request, exhibit_of(request.acting, public_id))


def _exhibit(request: Asked, one: Exhibit, *, out: Any = None, over: Any = None, status: int = 200) -> HttpResponse:
    who, mine = request.acting, on_team(request.acting, one.case) and request.acting.may(Permission.EXHIBIT_ADD)
    job = one.job
    return render(
        request,
        "cases/exhibit.html",
        {
            "crumbs": [*crumbs_of(one.case), (f"Exhibit {one.number}", "")],
            "exhibit": one,
            "facts": _facts(one),
            "same": list(evidence.same_bytes(one).order_by("number")),
            "stills": list(one.stills.order_by("frame")),
            "records": [(place, row) for place, row in enumerate(one.about.get("records", []))],
            "faults": [(timecode(at), reason) for at, reason in one.about.get("faults", [])],
            "job": progress(job, who) if job is not None and one.index_id is None else None,
            "custody": [_link(link, one) for link in one.custody.select_related("by").order_by("pk")],
            "mine": mine,
            "out": out or ReasonForm(prefix="out"),
            "over": over or HandOverForm(prefix="over"),
        },
        status=status,
    )


@page(Permission.EXHIBIT_ADD, methods=("POST",))
def original(request: Asked, public_id: str) -> Any:
    """Copy the original out, with a reason."""
    one = exhibit_of(request.acting, public_id)
    form = ReasonForm(request.POST, prefix="out")
    if form.is_valid():
        try:
            pieces = evidence.take_out(request.acting, one, reason=form.cleaned_data["reason"])
        except BadInput as error:
            say(form, error)
        else:
            answer = StreamingHttpResponse(pieces, content_type="application/octet-stream")
            answer["Content-Length"] = str(one.file.size)
            answer["Content-Disposition"] = f'attachment; filename="exhibit-{one.number}"'
            answer["Cache-Control"] = "no-store"
            return answer
    return _exhibit(request, one, out=form, status=422)


@page(Permission.EXHIBIT_ADD, methods=("POST",))
def hand_over(request: Asked, public_id: str) -> HttpResponse:
    """Record that a copy was handed to somebody outside."""
    one = exhibit_of(request.acting, public_id)
    form = HandOverForm(request.POST, prefix="over")
    if form.is_valid():
        try:
            evidence.hand_over(request.acting, one, **form.cleaned_data)
        except BadInput as error:
            say(form, error)
        else:
            messages.success(request, "The hand-over is in the chain of custody.")
            return go("exhibit", public_id)
    return _exhibit(request, one, over=form, status=422)


@page(Permission.EXHIBIT_ADD, methods=("POST",))
def read_again(request: Asked, public_id: str) -> HttpResponse:
    """Have a clip read again whose reading failed."""
    evidence.read_again(request.acting, exhibit_of(request.acting, public_id))
    return go("exhibit", public_id)


@page(Permission.EXHIBIT_ADD)
def scrubber(request: Asked, public_id: str) -> HttpResponse:
    """A clip, frame by frame, with time codes; by keyboard, by links, or by a form."""
    one = _own(request, public_id)
    index = frames.index(one)
    wrong, number = "", 0
    try:
        number = frames.place(one, request.GET["at"]) if request.GET.get("at") else 0
    except BadInput as error:
        wrong = str(error)
    context = {
        "crumbs": [
            *crumbs_of(one.case),
            (f"Exhibit {one.number}", reverse("exhibit", args=[public_id])),
            ("Choose a still", ""),
        ],
        "exhibit": one,
        "wrong": wrong,
        "last": len(index) - 1,
        "frame": _place(one, index, number),
        "key_stills": list(one.key_stills.all()),
    }
    fragment = request.headers.get("HX-Target") == "frame"
    return render(
        request, "cases/frame.html" if fragment else "cases/scrubber.html", context, status=422 if wrong else 200
    )


@page(Permission.EXHIBIT_ADD)
def frame(request: Asked, public_id: str, number: int) -> HttpResponse:
    """One frame as PNG, exactly as it is decoded. A damaged one comes too, and its page says that it is damaged."""
    one = _own(request, public_id)
    evidence.look_at(request.acting, one)
    return picture(encode_png(frames.frame(one, number).pixels), "image/png", "frame.png")


@page(Permission.EXHIBIT_ADD)
def key_still(request: Asked, public_id: str, number: int) -> HttpResponse:
    """One of the small pictures of a clip."""
    one = _own(request, public_id)
    evidence.look_at(request.acting, one)
    small = found(one.key_stills.select_related("file"), frame=number)
    return picture(files.read(small.file), "image/jpeg", "small.jpg")


@page(Permission.EXHIBIT_ADD, methods=("POST",))
def choose(request: Asked, public_id: str) -> HttpResponse:
    """Choose a frame of a clip, or a record of a NIST file, as a still."""
    one = exhibit_of(request.acting, public_id)
    text = request.POST.get("place", "")
    place = int(text) if text.isascii() and text.isdigit() and len(text) < 12 else None
    still = services.choose_still(request.acting, one, place)
    return go("still", still.public_id)


def _own(request: Asked, public_id: str) -> Exhibit:
    """An exhibit through which its team looks for a still. Frames show whoever passed by: nobody else gets them."""
    one = exhibit_of(request.acting, public_id)
    require_team(request.acting, one.case)
    return one


def picture(data: bytes, kind: str, name: str) -> HttpResponse:
    """A picture of evidence: never kept by a browser, its name says nothing."""
    answer = HttpResponse(data, content_type=kind)
    answer["Content-Disposition"] = f'inline; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer


def _place(one: Exhibit, index: ClipIndex, number: int) -> dict[str, Any]:
    """A frame and the frames that lead on from it."""
    last, seconds = len(index) - 1, index.seconds(number)
    return {
        "number": number,
        "timecode": timecode(seconds),
        "corrupt": index.corrupt(number),
        "src": reverse("exhibit-frame", args=[one.public_id, number]),
        "steps": [
            ("first", "First frame", "Home", 0),
            ("second-back", "Back 1 s", "Shift+←", index.at(seconds - 1) if seconds >= 1 else 0),
            ("back", "Back 1 frame", "←", max(0, number - 1)),
            ("on", "On 1 frame", "→", min(last, number + 1)),
            ("second-on", "On 1 s", "Shift+→", max(index.at(seconds + 1), min(last, number))),
            ("last", "Last frame", "End", last),
        ],
    }


def _facts(one: Exhibit) -> list[tuple[str, Any]]:
    about = one.about
    facts: list[tuple[str, Any]] = [
        ("Kind", one.get_kind_display()),
        ("What it shows", one.get_probe_kind_display()),
        ("Received", f"{one.received_on}, from {one.received_from}"),
        ("File", f"{one.file.name}, {one.file.size:,} bytes"),
        ("SHA-256", one.file.sha256),
        ("Taken in by", one.added_by.name),
    ]
    if "width" in about:
        facts.append(("Size", f"{about['width']} × {about['height']} pixels"))
    if "format" in about:
        facts.append(("Format", about["format"]))
        if about["conversions"]:
            facts.append(("Brought to 8-bit RGB by", "; ".join(about["conversions"])))
    if "frames" in about:
        rate = "varies" if about["variable_rate"] else f"{about['rate'] or 0:.3f} frames a second"
        facts += [
            ("Recorded as", f"{about['codec']} in {about['container']}"),
            ("Length", f"{timecode(about['seconds'] or 0)}, {about['frames']:,} frames; {rate}"),
            ("Damaged frames", f"{about['damaged']:,}" if about["damaged"] else "none"),
        ]
        if about["interlaced"]:
            facts.append(("Interlaced", "yes: each frame is woven from two fields"))
    if "records" in about:
        facts += [("From", about["agency"]), ("Left out", "; ".join(about["skipped"]) or "nothing")]
    return facts


def _link(link: Any, one: Exhibit) -> dict[str, Any]:
    return {
        "at": link.at,
        "act": f"{link.what}: {link.note}" if link.note else link.what,
        "source": link.source,
        "target": link.target,
        "who": link.by.name,
        "sha256": one.file.sha256[:16] + "…",
    }
