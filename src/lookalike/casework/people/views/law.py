"""What is in force, for everybody in words; and the administrator's pages that put it in force."""

from __future__ import annotations

import base64

from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render

from lookalike.casework import files
from lookalike.casework.acting import act
from lookalike.casework.pages import Asked, found, page
from lookalike.casework.people import forms
from lookalike.casework.people.models import AcceptedEntry, Moratorium, PackInForce, Paper
from lookalike.casework.people.services import law as services
from lookalike.casework.people.setting import as_html
from lookalike.casework.permissions import Permission
from lookalike.errors import BadInput, NotNow, NotThere
from lookalike.ledger.acts import Act
from lookalike.protocol.pack import HOUSE, Pack, load_bytes, read_pack, shipped
from lookalike.protocol.page import pack_page
from lookalike.protocol.policy import PackKind
from lookalike.protocol.vocabulary import PaperKind

BOTH = ("GET", "HEAD", "POST")


@page(Permission.LAW_READ)
def law(request: Asked) -> HttpResponse:
    """What is in force here."""
    day = request.acting.at.date()
    papers = Paper.objects.filter(withdrawn_at=None).select_related("file").order_by("kind", "-issued_on")
    context = {
        "packs": [(row, read_pack(bytes(row.toml), row.pack_id)) for row in _in_force()],
        "papers": papers,
        "today": day,
        "moratorium": Moratorium.objects.filter(until=None).select_related("by").first(),
        "may_manage": request.acting.may(Permission.LAW_MANAGE),
        "may_stop": request.acting.may(Permission.MORATORIUM_CALL),
    }
    return render(request, "people/law.html", context)


@page(Permission.LAW_READ)
def pack(request: Asked, pack_id: str) -> HttpResponse:
    """One pack in words: as it is in force, or, where it is not, as it comes with Lookalike."""
    row = PackInForce.objects.filter(pack_id=pack_id, until=None).select_related("by").first()
    read = read_pack(bytes(row.toml), pack_id) if row else _shipped(pack_id)[1]
    context = {
        "row": row,
        "pack": read,
        "words": as_html(pack_page(read).partition("\n")[2]),
        "accepted": AcceptedEntry.objects.filter(pack=row).select_related("by").order_by("entry_id") if row else (),
        "always": pack_id == HOUSE,
        "may_manage": request.acting.may(Permission.LAW_MANAGE),
    }
    return render(request, "people/pack.html", context)


@page(Permission.LAW_MANAGE)
def packs(request: Asked) -> HttpResponse:
    """Every pack that could be put in force."""
    now = {row.pack_id for row in _in_force()}
    offered = [(read, read.id in now) for read in map(_read, shipped()) if _usable(read)]
    return render(request, "people/packs.html", {"offered": offered, "upload": forms.UploadForm()})


@page(Permission.LAW_MANAGE, methods=BOTH, fresh=True)
def put_in_force(request: Asked, pack_id: str) -> HttpResponse:
    """Put a shipped pack in force."""
    toml, read = _shipped(pack_id)
    return _put(request, toml, read)


@page(Permission.LAW_MANAGE, methods=("POST",), fresh=True)
def upload(request: Asked) -> HttpResponse:
    """Read a pack of one's own, show what it says, and put it in force when every doubt is accepted."""
    if "toml" in request.POST:
        try:
            toml = base64.b64decode(request.POST["toml"], validate=True)
        except ValueError:
            return redirect("packs")
        return _put(request, toml, read_pack(toml, "the pack"), sent=True)
    form = forms.UploadForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            toml = form.cleaned_data["file"]
            return _put(request, toml, read_pack(toml, "the pack that was sent"), sent=False)
        except BadInput as error:
            forms.told(form, error)
    offered = [(read, False) for read in map(_read, shipped()) if _usable(read)]
    return render(request, "people/packs.html", {"offered": offered, "upload": form}, status=422)


def _put(request: Asked, toml: bytes, read: Pack, *, sent: bool | None = None) -> HttpResponse:
    """The page that asks for every acceptance. sent: whether its form came back; None: as the request's method says."""
    posted = request.method == "POST" if sent is None else sent
    form = forms.PackForm(request.POST if posted else None, unconfirmed=read.unconfirmed())
    if posted and form.is_valid():
        try:
            only = form.cleaned_data["only_for_others"]
            services.put_in_force(request.acting, toml, name=read.id, only_for_others=only, reasons=form.reasons)
        except BadInput as error:
            forms.told(form, error)
        else:
            return redirect("pack", pack_id=read.id)
    context = {
        "pack": read,
        "form": form,
        "words": as_html(pack_page(read).partition("\n")[2], top=3),
        "toml": "" if sent is None else base64.b64encode(toml).decode(),
    }
    return render(request, "people/pack_put.html", context, status=422 if form.errors else 200)


@page(Permission.LAW_MANAGE, methods=("POST",), fresh=True)
def end_pack(request: Asked, pack_id: str) -> HttpResponse:
    """Put a pack out of force."""
    services.end_pack(request.acting, found(PackInForce.objects.filter(until=None), pack_id=pack_id))
    return redirect("law")


@page(Permission.LAW_MANAGE, methods=BOTH, fresh=True)
def file_paper(request: Asked) -> HttpResponse:
    """File a paper."""
    form = forms.PaperForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        file = data.pop("file")
        data |= {"kind": PaperKind(data["kind"])}
        if file is not None:
            data |= {"data": file.read(), "name": file.name}
        try:
            services.file_paper(request.acting, **data)
        except BadInput as error:
            forms.told(form, error)
        else:
            return redirect("law")
    return render(request, "people/paper.html", {"form": form}, status=422 if form.errors else 200)


@page(Permission.LAW_READ)
def read_paper(request: Asked, number: int) -> FileResponse:
    """The document of a paper."""
    paper = found(Paper.objects.select_related("file"), pk=number)
    if paper.file is None:
        raise NotThere("No document was filed with this paper.")
    with act(request.acting, Act.FILE_READ, objects=[("paper", str(paper.pk))]):
        stream = files.opened(paper.file)
    return FileResponse(stream, content_type=paper.file.media_type, filename=f"paper-{paper.pk}.pdf")


@page(Permission.LAW_MANAGE, methods=("POST",), fresh=True)
def withdraw_paper(request: Asked, number: int) -> HttpResponse:
    """Take a paper off the file."""
    services.withdraw_paper(request.acting, found(Paper.objects.all(), pk=number))
    return redirect("law")


@page(Permission.MORATORIUM_CALL, methods=BOTH, fresh=True)
def moratorium(request: Asked) -> HttpResponse:
    """The board stops the use, or allows it again."""
    row = Moratorium.objects.filter(until=None).select_related("by").first()
    form = forms.ReasonForm(request.POST or None)
    if "lift" in request.POST:  # it names what it lifts: a form that stops the use, sent twice, lifts nothing
        if row is None or request.POST["lift"] != str(row.pk):
            raise NotNow("The use is allowed again already.", remedy="Look at the page as it is now.")
        services.lift_moratorium(request.acting, row)
        return redirect("law")
    if request.method == "POST" and form.is_valid():
        services.call_moratorium(request.acting, form.cleaned_data["reason"])
        return redirect("law")
    earlier = Paginator(Moratorium.objects.exclude(until=None).order_by("-since"), 50).get_page(1)
    context = {"row": row, "form": form, "earlier": earlier}
    return render(request, "people/moratorium.html", context, status=422 if form.errors else 200)


def _in_force() -> list[PackInForce]:
    return list(PackInForce.objects.filter(until=None).select_related("by").order_by("pack_id"))


def _read(pack_id: str) -> Pack:
    return read_pack(*load_bytes(pack_id))


def _usable(read: Pack) -> bool:
    return read.id != HOUSE and read.ref.kind is not PackKind.TEMPLATE


def _shipped(pack_id: str) -> tuple[bytes, Pack]:
    if pack_id not in shipped():
        raise NotThere("There is no such pack.", remedy="Look at the list of packs.")
    toml, name = load_bytes(pack_id)
    return toml, read_pack(toml, name)
