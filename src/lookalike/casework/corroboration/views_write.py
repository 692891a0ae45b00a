"""What is sent to the board: one view for each act, on a page of its own or beside the item it is about.

Beside an item htmx takes the changed board out of the answer; without script the page is loaded anew.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from lookalike.casework.cases.forms import say
from lookalike.casework.cases.upload import Sealing
from lookalike.casework.cases.views import FORM, go
from lookalike.casework.corroboration import forms
from lookalike.casework.corroboration.exposures import show
from lookalike.casework.corroboration.hands import (
    arrest_of,
    item_of,
    link_of,
    open_case,
    party_of,
    require_hand,
    suspect_of,
)
from lookalike.casework.corroboration.models import Arrest, EvidenceItem, Link, Suspect
from lookalike.casework.corroboration.nodes import evidence_of, kind_of, node
from lookalike.casework.corroboration.services import arrests, checks, items, links, parties, suspects
from lookalike.casework.corroboration.views import auto_id, board_crumbs, item_page, party_page, suspect_page
from lookalike.casework.pages import Asked, page
from lookalike.casework.permissions import Permission
from lookalike.errors import BadInput

WRITE = Permission.EVIDENCE_RECORD
Do = Callable[[Asked, Any, Any], None]


@page(WRITE, methods=FORM)
@csrf_exempt  # asked for in `_new_item`, when the upload is read: sealed from its first byte
def new_item(request: Asked, public_id: str) -> HttpResponse:
    """Record an item of evidence."""
    case = open_case(request.acting, public_id)
    require_hand(request.acting, case)
    request.upload_handlers = [Sealing(request)]
    answer: HttpResponse = _new_item(request, case)
    return answer


@csrf_protect
def _new_item(request: Asked, case: Any) -> HttpResponse:
    evidence = evidence_of(case)
    wanted = request.GET.get("about", "")
    form = forms.ItemForm(evidence=evidence, initial={"about": wanted, "says": request.GET.get("says", "")})
    if request.method == "POST":
        form = forms.ItemForm(request.POST, request.FILES, evidence=evidence)
        file: Any = request.FILES.get("file")
        if form.is_valid():
            try:
                item = items.record_item(request.acting, case, form.told(), file.take() if file else None)
            except BadInput as error:
                say(form, error)
            else:
                messages.success(request, f"Item {item.number} is on the board.")
                return _back(request, item)
    return _form(request, form, case, "Record an item of evidence", "Record it")


@page(WRITE, methods=FORM)
def change_item(request: Asked, public_id: str) -> HttpResponse:
    """Change what is said of an item."""
    row = item_of(request.acting, public_id)
    form = forms.ItemChangeForm(request.POST or None, evidence=evidence_of(row.case), about=row)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            told = form.told()
            items.change_item(request.acting, row, told, version=given["version"], reason=given["reason"])
        except BadInput as error:
            say(form, error)
        else:
            messages.success(request, f"Item {row.number} is changed; its history shows what was said before.")
            return go("item", public_id)
    return _form(
        request, form, row.case, f"Change item {row.number}", "Keep the changes", reverse("item", args=[public_id])
    )


def _written(
    find: Callable[[Any, str], Any],
    kind: type[forms.BoardForm],
    do: Do,
    *,
    title: str,
    button: str,
    said: str,
    to: Callable[[Any], str],
) -> Callable[..., HttpResponse]:
    """A view of one form on a page of its own."""

    def view(request: Asked, public_id: str) -> HttpResponse:
        row = find(request.acting, public_id)
        case = getattr(row, "case", row)
        about = None if row is case else row
        form = kind(request.POST or None, evidence=evidence_of(case), about=about)
        if request.method == "POST" and form.is_valid():
            try:
                do(request, row, form)
            except BadInput as error:
                say(form, error)
            else:
                messages.success(request, said)
                return HttpResponseRedirect(to(row), status=303)
        return _form(request, form, case, title, button, to(row))

    view.__doc__ = f"{title}."
    return page(WRITE, methods=FORM)(view)


def _board(row: Any) -> str:
    """Where somebody goes after an act on a case or a suspect."""
    if isinstance(row, Suspect):
        return reverse("suspect", args=[row.public_id])
    if isinstance(row, Arrest):
        return reverse("suspect", args=[row.suspect.public_id])
    return reverse("evidence", args=[row.public_id])


def _item(row: Any) -> str:
    return reverse("item", args=[row.public_id])


def _of_link(row: Link) -> str:
    return reverse("item" if kind_of(row.target) == "item" else "party", args=[row.target.partition("-")[2]])


new_party = _written(
    open_case,
    forms.PartyForm,
    lambda r, case, form: parties.add_party(r.acting, case, **form.cleaned_data),  # type: ignore[arg-type]
    title="Enter somebody",
    button="Enter",
    said="Entered.",
    to=_board,
)
new_suspect = _written(
    open_case,
    forms.SuspectForm,
    lambda r, case, form: suspects.name_suspect(r.acting, case, **form.cleaned_data),  # type: ignore[arg-type]
    title="Name a suspect",
    button="Name",
    said="Named, with the reasons.",
    to=_board,
)
suspicion = _written(
    suspect_of,
    forms.SuspicionForm,
    lambda r, row, form: suspects.write_suspicion(r.acting, row, **form.cleaned_data),  # type: ignore[arg-type]
    title="Write down the suspicion",
    button="Keep it",
    said="The reasons for the suspicion are written down.",
    to=_board,
)
end = _written(
    suspect_of,
    forms.EndForm,
    lambda r, row, form: suspects.end_suspicion(r.acting, row, **form.cleaned_data),  # type: ignore[arg-type]
    title="Suspected no more",
    button="End the suspicion",
    said="This person is suspected no more. Everything stays on the board.",
    to=_board,
)
withdraw = _written(
    item_of,
    forms.WithdrawForm,
    lambda r, row, form: items.withdraw_item(r.acting, row, **form.cleaned_data),  # type: ignore[arg-type]
    title="Withdraw an item that was entered in error",
    button="Withdraw",
    said="Withdrawn. It stays on the board, marked.",
    to=_item,
)
withdraw_link = _written(
    link_of,
    forms.LinkWithdrawForm,
    lambda r, row, form: links.withdraw_link(r.acting, row, **form.cleaned_data),  # type: ignore[arg-type]
    title="Withdraw a link that was entered in error",
    button="Withdraw",
    said="Withdrawn. It stays on the board, marked.",
    to=_of_link,
)


arrest = _written(
    suspect_of,
    forms.ArrestForm,
    lambda r, row, form: arrests.record_arrest(r.acting, row, **form.cleaned_data),  # type: ignore[arg-type]
    title="Record an arrest",
    button="Record it",
    said="The arrest is on the board. What this person says after it comes from what it rested on.",
    to=_board,
)
withdraw_arrest = _written(
    arrest_of,
    forms.LinkWithdrawForm,
    lambda r, row, form: arrests.withdraw_arrest(r.acting, row, **form.cleaned_data),  # type: ignore[arg-type]
    title="Withdraw an arrest that was entered in error",
    button="Withdraw",
    said="Withdrawn. It stays on the board, marked.",
    to=_board,
)


def _looked(request: Asked, row: Suspect, form: Any) -> None:
    given = form.cleaned_data | {"found": next(iter(form.items("found")), None)}
    checks.check_whereabouts(request.acting, row, **given)


def _was_shown(request: Asked, row: Suspect, form: Any) -> None:
    given = form.cleaned_data
    checks.say_shown(
        request.acting,
        row,
        what=given["what"],
        holds=given["holds"] == "yes",
        words=given["words"],
        items=form.items("items_given"),
    )


whereabouts = _written(
    suspect_of,
    forms.WhereaboutsForm,
    _looked,
    title="Look into where the person was",
    button="Record the attempt",
    said="Recorded.",
    to=_board,
)
shown = _written(
    suspect_of,
    forms.ShownForm,
    _was_shown,
    title="Means, ability, opportunity",
    button="Record it",
    said="Recorded.",
    to=_board,
)


def _beside(kind: type[forms.BoardForm], do: Do, said: str) -> Callable[..., HttpResponse]:
    """A view of a form that stands beside its item, on the board of a suspect (`?on=board`) or on the item's page."""

    def view(request: Asked, public_id: str) -> HttpResponse:
        row = item_of(request.acting, public_id)
        form = kind(request.POST, evidence=evidence_of(row.case), about=row, auto_id=auto_id(kind, row))
        on_board = request.GET.get("on") == "board" and row.about is not None
        if form.is_valid():
            try:
                do(request, row, form)
            except BadInput as error:
                say(form, error)
            else:
                messages.success(request, said)
                return _back(request, row) if on_board else go("item", public_id)
        if on_board:
            assert row.about is not None
            return suspect_page(request, suspect_of(request.acting, row.about.public_id), bound=(row, form))
        return item_page(request, row, bound=form)

    view.__doc__ = f"Take a form beside an item. {said}"
    return page(WRITE, methods=("POST",))(view)


def _judged(request: Asked, row: EvidenceItem, form: Any) -> None:
    given = form.cleaned_data
    held = {name: given[name] == "yes" for name in ("reliable", "links")}
    items.judge_item(request.acting, row, **given | held)


def _came(request: Asked, row: EvidenceItem, form: Any) -> None:
    target = node("item", row.public_id)
    links.link(request.acting, row.case, target=target, **form.cleaned_data)


reply = _beside(
    forms.ReplyForm,
    lambda r, row, form: items.reply_to(r.acting, row, **form.cleaned_data),  # type: ignore[arg-type]
    "The answer stands beside what it answers.",
)
judge = _beside(forms.JudgeForm, _judged, "Judged, with the reasons.")
came = _beside(forms.CameForm, _came, "The link is on the board.")


@page(WRITE, methods=("POST",))
def told(request: Asked, public_id: str) -> HttpResponse:
    """Record what somebody was shown or told."""
    row = party_of(request.acting, public_id)
    form = forms.ToldForm(request.POST, evidence=evidence_of(row.case), about=row)
    if form.is_valid():
        given = form.cleaned_data
        try:
            show(request.acting, row, given["source"], given["kind"], given["at"])
        except BadInput as error:
            say(form, error)
        else:
            messages.success(request, "Recorded.")
            return go("party", public_id)
    return party_page(request, public_id, bound=form)


def _back(request: Asked, item: EvidenceItem) -> HttpResponse:
    """To the board of whom an item is about, or of the case."""
    if item.about is not None:
        return HttpResponseRedirect(f"{_board(item.about)}#item-{item.number}", status=303)
    return HttpResponseRedirect(_board(item.case), status=303)


def _form(request: Asked, form: django_forms.Form, case: Any, title: str, button: str, back: str = "") -> HttpResponse:
    """A form on a page of its own; 422 where something is wrong with it."""
    context = {
        "form": form,
        "title": title,
        "button": button,
        "back": back or reverse("evidence", args=[case.public_id]),
        "crumbs": [*board_crumbs(case), (title, "")],
    }
    return render(request, "corroboration/form.html", context, status=422 if form.is_bound else 200)
