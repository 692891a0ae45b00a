"""The page of a still: original beside edited, the chain of edits, its faces and their quality."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from lookalike.casework.acting import Acting
from lookalike.casework.cases import pictures, services
from lookalike.casework.cases.evidence import look_at
from lookalike.casework.cases.exhibit_views import picture
from lookalike.casework.cases.forms import EDIT_FORMS, EditForm, say
from lookalike.casework.cases.found import still_of
from lookalike.casework.cases.models import EditStep, Still
from lookalike.casework.cases.stills import taken_back
from lookalike.casework.cases.team import on_team
from lookalike.casework.cases.views import crumbs_of, go, version_of
from lookalike.casework.pages import Asked, found, page
from lookalike.casework.permissions import Permission
from lookalike.errors import BadInput, NotThere
from lookalike.media import edits

SMALL = 320
LARGE = 4000


@page(Permission.CASE_READ)
def still(request: Asked, public_id: str) -> HttpResponse:
    """One still."""
    return _still(request, still_of(request.acting, public_id))


def _still(request: Asked, one: Still, *, wrong: EditForm | None = None) -> HttpResponse:
    who = request.acting
    look_at(who, one.exhibit)
    mine = chooses(who, one)
    shown = pictures.faces(one)
    face = face_shown(one, request.GET.get("face"), len(shown), mine)
    face = 1 if face is None and mine and len(shown) == 1 else face
    chain = pictures.chain(one)
    versions = {"version": one.version}
    forms = [
        wrong if wrong is not None and wrong.name == name else kind(initial=versions | _start(kind, one), prefix=name)
        for name, kind in EDIT_FORMS.items()
    ]
    height, width = pictures.edited(one, chain).shape[:2]
    return render(
        request,
        "cases/still.html",
        {
            "crumbs": [
                *crumbs_of(one.exhibit.case),
                (f"Exhibit {one.exhibit.number}", reverse("exhibit", args=[one.exhibit.public_id])),
                (one.timecode or one.words, ""),
            ],
            "still": one,
            "mine": mine,
            "face": face,
            "faces": _told(one, len(shown)) if mine else [],
            "count": len(shown),
            "width": width,
            "height": height,
            "before": _address(one, face, mine, original=True),
            "after": _address(one, face, mine),
            "steps": _steps(one, mine),
            "redo": taken_back(one) is not None,
            "forms": forms if mine else [],
            "open_form": wrong.name if wrong else "",
            "requests": one.requests.order_by("-asked_at")[:20],
        },
        status=422 if wrong is not None else 200,
    )


@page(Permission.CASE_READ)
def still_picture(request: Asked, public_id: str) -> HttpResponse:
    """The still, every face but the chosen one unrecognisable. `face`, `original`, `small`, `large` in the address."""
    one = still_of(request.acting, public_id)
    look_at(request.acting, one.exhibit)
    number = face_shown(one, request.GET.get("face"), len(pictures.faces(one)), chooses(request.acting, one))
    side = SMALL if "small" in request.GET else LARGE if "large" in request.GET else pictures.LONG_SIDE
    data = pictures.shown(one, number, original="original" in request.GET, long_side=side)
    return picture(data, "image/jpeg", "still.jpg")


@page(Permission.EXHIBIT_ADD)
def numbered(request: Asked, public_id: str) -> HttpResponse:
    """The still with every face framed and numbered, for whoever chooses one."""
    one = still_of(request.acting, public_id)
    if not chooses(request.acting, one):
        raise NotThere("There is nothing at this address for you.", why="Only the team of the case chooses a face.")
    look_at(request.acting, one.exhibit)
    data = pictures.to_choose_from(one, original="original" in request.GET)
    return picture(data, "image/jpeg", "still.jpg")


@page(Permission.EXHIBIT_ADD, methods=("POST",))
def edit(request: Asked, public_id: str, name: str) -> HttpResponse:
    """Make an edit."""
    one = still_of(request.acting, public_id)
    if name not in EDIT_FORMS:
        raise NotThere("There is no such edit.", remedy="Choose one on the page of the still.")
    form = EDIT_FORMS[name](request.POST, prefix=name)
    if form.is_valid():
        try:
            services.edit_still(request.acting, one, form.edit(), version=form.cleaned_data["version"])
        except BadInput as error:
            say(form, error)
        else:
            return go("still", public_id)
    return _still(request, one, wrong=form)


@page(Permission.EXHIBIT_ADD, methods=("POST",))
def undo(request: Asked, public_id: str, step: int) -> HttpResponse:
    """Take back an edit and all that follow it."""
    one = still_of(request.acting, public_id)
    row = found(EditStep.objects.filter(still=one), pk=step)
    services.undo_edit(request.acting, one, version=version_of(request), step=row)
    return go("still", public_id)


@page(Permission.EXHIBIT_ADD, methods=("POST",))
def redo(request: Asked, public_id: str) -> HttpResponse:
    """Make the edit again that was taken back last."""
    one = still_of(request.acting, public_id)
    services.redo_edit(request.acting, one, version=version_of(request))
    return go("still", public_id)


def chooses(who: Acting, one: Still) -> bool:
    """Whether somebody is to choose a face here, and therefore sees all of them: the team, and nobody else."""
    return who.may(Permission.EXHIBIT_ADD) and on_team(who, one.exhibit.case)


def face_shown(one: Still, asked: str | None, count: int, mine: bool) -> int | None:
    """The face that is shown: the one of the address; to those who do not choose, only the one that was asked for."""
    if not mine:
        wanted = one.requests.order_by("-asked_at").values_list("edits", "face").first()
        same = wanted is not None and wanted[0] == [edits.to_dict(step) for step in pictures.chain(one)]
        return wanted[1] if wanted is not None and same and 1 <= wanted[1] <= count else None
    if asked and asked.isascii() and asked.isdigit() and 1 <= int(asked[:9]) <= count:
        return int(asked[:9])
    return None


def _address(one: Still, face: int | None, mine: bool, *, original: bool = False) -> dict[str, str]:
    which = "original" if original else "edited"
    words = f"The still, {which}" + ("" if face is None else f", face {face}; other faces are unrecognisable")
    query = "original=&" if original else ""
    if face is None and mine:
        src = reverse("still-numbered", args=[one.public_id]) + f"?{query}v={one.version}"
        zoom = src
    else:
        chosen = "" if face is None else f"face={face}&"
        src = reverse("still-picture", args=[one.public_id]) + f"?{query}{chosen}v={one.version}"
        zoom = f"{src}&large="
    caption = f"{which.capitalize()}" + (f", {one.timecode}" if one.timecode else "")
    return {"src": src, "alt": words, "caption": caption, "zoom": zoom}


def _steps(one: Still, mine: bool) -> list[dict[str, str]]:
    standing = [step for step in one.edits.all() if step.undone_at is None]
    says = edits.describe(pictures.chain(one))
    return [
        {
            "says": words,
            "undo_url": reverse("still-undo", args=[one.public_id, step.pk]) + f"?version={one.version}"
            if mine
            else "",
        }
        for step, words in zip(standing, says, strict=True)
    ]


def _told(one: Still, count: int) -> list[dict[str, Any]]:
    """Each face with its quality, in words and in measures."""
    told = []
    for number in range(1, count + 1):
        quality, verdict = pictures.measured(one, number)
        told.append(
            {
                "number": number,
                "fitness": verdict.fitness.value,
                "reasons": verdict.reasons,
                "eyes": round(quality.raw("InterEyeDistance") or 0),
                "measures": quality.measures,
            }
        )
    return told


def _start(kind: type[EditForm], one: Still) -> dict[str, int]:
    if kind.name != "crop":
        return {}
    height, width = pictures.edited(one).shape[:2]
    return {"left": 0, "top": 0, "width": width, "height": height}
