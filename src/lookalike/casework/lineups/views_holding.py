"""The administrator's pages, which tell nothing; and what is over, for whoever may read the lineup."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.core.paginator import Paginator
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from lookalike.casework import files
from lookalike.casework.codes import address_of
from lookalike.casework.corroboration.hands import open_case
from lookalike.casework.lineups import documents, gather, report
from lookalike.casework.lineups.forms_holding import BeginForm, StopForm
from lookalike.casework.lineups.models import Holding, Lineup
from lookalike.casework.lineups.services import holding as services
from lookalike.casework.lineups.services import recording
from lookalike.casework.lineups.services.witness import step_of
from lookalike.casework.lineups.views import lineup_crumbs
from lookalike.casework.pages import Asked, found, page
from lookalike.casework.paper import qr_code
from lookalike.casework.people.entrance.session import SESSION
from lookalike.casework.people.services.sign_in import end_session
from lookalike.casework.permissions import Permission
from lookalike.errors import BadForm
from lookalike.lineup.instructions import instructions, languages
from lookalike.protocol.court_words import Administration

A_PAGE = 50

STATES = {
    "consent": "The witness is asked whether it may be recorded.",
    "instruction": "The witness reads the instructions.",
    "begin": "The witness has read the instructions.",
    "over": "It is over.",
}
"""Where the witness is, for the administrator: from the first photograph to the last question it is one sentence."""

LOOKING = "The photographs are shown. Stay where you cannot see the screen, and say nothing about them."


@page(Permission.LINEUP_HOLD)
def holdings(request: Asked) -> HttpResponse:
    """What somebody is to hold: a number and when, and nothing else."""
    listed = Paginator(services.given_to(request.acting), A_PAGE).get_page(request.GET.get("page"))
    return render(request, "lineups/holding/holdings.html", {"page": listed})


@page(Permission.LINEUP_HOLD)
def holding(request: Asked, public_id: str) -> HttpResponse:
    """One lineup for its administrator: to begin, while it is held, or over."""
    return _page(request, _given(request, public_id))


@page(Permission.LINEUP_HOLD, methods=("POST",))
def begin(request: Asked, public_id: str) -> HttpResponse:
    """Begin. The address of the witness's screen is shown once; or this device becomes the witness's own."""
    lineup = _given(request, public_id)
    form = BeginForm(request.POST)
    if not form.is_valid():
        return _page(request, lineup, form=form, status=422)
    here, who = form.cleaned_data["here"], request.acting
    _, key = services.begin(who, lineup, form.cleaned_data["language"], address=lambda code: address_of(request, code))
    if here:
        end_session(who, request.session[SESSION], "the device was given to a witness")
        logout(request)
        return redirect("screen", key=key)
    return _page(request, _given(request, public_id), key=key)


@page(Permission.LINEUP_HOLD, methods=("POST",))
def key(request: Asked, public_id: str) -> HttpResponse:
    """Draw another key for the witness's screen."""
    lineup = _given(request, public_id)
    drawn = services.renew_key(request.acting, _of(lineup))
    return _page(request, lineup, key=drawn)


@page(Permission.LINEUP_HOLD, polled=True)
def state(request: Asked, public_id: str) -> HttpResponse:
    """Where it stands, asked by the page again and again."""
    lineup = _given(request, public_id)
    return render(request, "lineups/holding/state.html", {"lineup": lineup, **_state(lineup)})


@page(Permission.LINEUP_HOLD, methods=("POST",))
def stop(request: Asked, public_id: str) -> HttpResponse:
    """Break it off."""
    lineup = _given(request, public_id)
    form = StopForm(request.POST)
    if form.is_valid():
        try:
            services.stop(request.acting, _of(lineup), reason=form.cleaned_data["reason"])
        except BadForm as error:
            form.add_error("reason", error.fields.get("reason", [str(error)]))
        else:
            messages.warning(request, "It is broken off, and void. Thank the witness, and tell them nothing else.")
            return redirect("holding", public_id=public_id)
    return _page(request, lineup, stop_form=form, status=422)


@page(Permission.LINEUP_READ)
def held(request: Asked, public_id: str) -> HttpResponse:
    """A lineup that is over: its outcome, every answer, the recording and its gaps."""
    lineup = _over(request, public_id)
    sheet = gather.whole(lineup)
    told: dict[str, Any] = {
        "lineup": lineup,
        "sheet": sheet,
        "outcome": report.outcome_in_words(sheet),
        "facts": report.facts(sheet),
        "cautions": report.cautions(sheet),
        "photographs": list(zip(lineup.holding.order, sheet["members"], strict=True)),
        "sections": report.sections(sheet),
        "takes": recording.takes(lineup.holding),
        "crumbs": [*lineup_crumbs(lineup.case), (f"Lineup {lineup.number}, as it was held", "")],
    }
    return render(request, "lineups/holding/held.html", told)


@page(Permission.LINEUP_READ)
def pdf(request: Asked, public_id: str) -> HttpResponse:
    """The report, signed with the agency's key; made now where a crash left none."""
    stored = documents.report(request.acting, _over(request, public_id))
    answer = HttpResponse(files.read(stored), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{stored.name}"'
    answer["Cache-Control"] = "no-store"
    return answer


@page(Permission.LINEUP_READ, methods=("GET",))
def take(request: Asked, public_id: str, number: int) -> HttpResponseBase:
    """One take of the recording, joined."""
    row = _over(request, public_id).holding
    one = next((one for one in recording.takes(row) if one.number == number), None)
    if one is None:
        return found(Lineup.objects.none())  # type: ignore[return-value]
    answer = StreamingHttpResponse(recording.copied_out(request.acting, row, number), content_type=one.media_type)
    answer["Content-Disposition"] = f'attachment; filename="{one.name}"'
    answer["Cache-Control"] = "no-store"
    return answer


def _given(request: Asked, public_id: str) -> Lineup:
    return found(services.given_to(request.acting), public_id=public_id)


def _of(lineup: Lineup) -> Holding:
    return found(Holding.objects.select_related("lineup", "held_by"), lineup=lineup.pk)


def _over(request: Asked, public_id: str) -> Lineup:
    rows = Lineup.objects.visible_to(request.acting).filter(entry__isnull=False, holding__ended_at__isnull=False)
    lineup = found(rows.select_related("holding", "case", "report"), public_id=public_id)
    open_case(request.acting, lineup.case.public_id)
    return lineup


def _page(request: Asked, lineup: Lineup, *, key: str = "", status: int = 200, **forms: Any) -> HttpResponse:
    address = request.build_absolute_uri(reverse("screen", args=[key])) if key else ""
    way = {"presentation": lineup.presentation, "administration": lineup.administration}
    alone = lineup.administration == Administration.SELF_ADMINISTERED
    ready = lineup.state == Lineup.State.ALLOWED
    told: dict[str, Any] = {
        "lineup": lineup,
        "ready": ready,
        "going": lineup.state == Lineup.State.HOLDING,
        "alone": alone,
        "told": [(name, instructions(code, **way)) for code, name in languages().items()] if ready else [],
        "form": forms.get("form") or BeginForm(initial={"here": alone}),
        "stop_form": forms.get("stop_form") or StopForm(),
        "address": address,
        "qr": qr_code(address).decode() if address else "",
        "crumbs": [("Lineups to hold", reverse("holdings")), (f"No. {lineup.pk}", "")],
        **(_state(lineup) if not ready else {}),
    }
    answer = render(request, "lineups/holding/holding.html", told, status=status)
    answer["Cache-Control"] = "no-store"
    return answer


def _state(lineup: Lineup) -> dict[str, Any]:
    """Where it stands: the same words from the first photograph to the last question, whatever was answered."""
    row = _of(lineup)
    last = row.pieces.order_by("-at").values_list("at", flat=True).first()
    now = datetime.now(UTC)
    return {
        "over": row.ended_at is not None,
        "says": STATES.get(step_of(row).kind, LOOKING),
        "away": int((now - row.alive_at).total_seconds()),
        "consent": row.consent,
        "recorded": None if last is None else int((now - last).total_seconds()),
    }
