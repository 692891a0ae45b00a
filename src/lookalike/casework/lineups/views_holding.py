"""The administrator's pages, which tell nothing; and what is over, for whoever may read the lineup."""

from __future__ import annotations

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
from lookalike.casework.lineups import documents, gather, report
from lookalike.casework.lineups.forms_holding import BeginForm, StopForm
from lookalike.casework.lineups.models import Lineup
from lookalike.casework.lineups.services import holding as services
from lookalike.casework.lineups.services import recording
from lookalike.casework.lineups.standing import given, holding_of, over, standing
from lookalike.casework.lineups.views import lineup_crumbs
from lookalike.casework.pages import Asked, page
from lookalike.casework.paper import qr_code
from lookalike.casework.people.entrance.session import SESSION
from lookalike.casework.people.services.sign_in import end_session
from lookalike.casework.permissions import Permission
from lookalike.errors import BadForm
from lookalike.lineup.instructions import instructions, languages
from lookalike.protocol.court_words import Administration

A_PAGE = 50


@page(Permission.LINEUP_HOLD)
def holdings(request: Asked) -> HttpResponse:
    """What somebody is to hold: a number and when, and nothing else."""
    listed = Paginator(services.given_to(request.acting), A_PAGE).get_page(request.GET.get("page"))
    return render(request, "lineups/holding/holdings.html", {"page": listed})


@page(Permission.LINEUP_HOLD)
def holding(request: Asked, public_id: str) -> HttpResponse:
    """One lineup for its administrator: to begin, while it is held, or over."""
    return _page(request, given(request.acting, public_id))


@page(Permission.LINEUP_HOLD, methods=("POST",))
def begin(request: Asked, public_id: str) -> HttpResponse:
    """Begin. The address of the witness's screen is shown once; or this device becomes the witness's own."""
    lineup = given(request.acting, public_id)
    form = BeginForm(request.POST)
    if not form.is_valid():
        return _page(request, lineup, form=form, status=422)
    here, who = form.cleaned_data["here"], request.acting
    _, key = services.begin(who, lineup, form.cleaned_data["language"], address=lambda code: address_of(request, code))
    if here:
        end_session(who, request.session[SESSION], "the device was given to a witness")
        logout(request)
        return redirect("screen", key=key)
    return _page(request, given(request.acting, public_id), key=key)


@page(Permission.LINEUP_HOLD, methods=("POST",))
def key(request: Asked, public_id: str) -> HttpResponse:
    """Draw another key for the witness's screen."""
    lineup = given(request.acting, public_id)
    drawn = services.renew_key(request.acting, holding_of(lineup))
    return _page(request, lineup, key=drawn)


@page(Permission.LINEUP_HOLD, polled=True)
def state(request: Asked, public_id: str) -> HttpResponse:
    """Where it stands, asked by the page again and again."""
    lineup = given(request.acting, public_id)
    return render(
        request, "lineups/holding/state.html", {"lineup": lineup, "standing": standing(lineup, request.acting.at)}
    )


@page(Permission.LINEUP_HOLD, methods=("POST",))
def stop(request: Asked, public_id: str) -> HttpResponse:
    """Break it off."""
    lineup = given(request.acting, public_id)
    form = StopForm(request.POST)
    if form.is_valid():
        try:
            services.stop(request.acting, holding_of(lineup), reason=form.cleaned_data["reason"])
        except BadForm as error:
            form.add_error("reason", error.fields.get("reason", [str(error)]))
        else:
            messages.warning(request, "It is broken off, and void. Thank the witness, and tell them nothing else.")
            return redirect("holding", public_id=public_id)
    return _page(request, lineup, stop_form=form, status=422)


@page(Permission.LINEUP_READ)
def held(request: Asked, public_id: str) -> HttpResponse:
    """A lineup that is over: its outcome, every answer, the recording and its gaps."""
    lineup = over(request.acting, public_id)
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
    stored = documents.report(request.acting, over(request.acting, public_id))
    answer = HttpResponse(files.read(stored), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{stored.name}"'
    answer["Cache-Control"] = "no-store"
    return answer


@page(Permission.LINEUP_READ, methods=("GET",))
def take(request: Asked, public_id: str, number: int) -> HttpResponseBase:
    """One take of the recording, joined."""
    row = over(request.acting, public_id).holding
    one = recording.take_of(row, number)
    answer = StreamingHttpResponse(recording.copied_out(request.acting, row, number), content_type=one.media_type)
    answer["Content-Disposition"] = f'attachment; filename="{one.name}"'
    answer["Cache-Control"] = "no-store"
    return answer


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
        **({} if ready else {"standing": standing(lineup, request.acting.at)}),
    }
    answer = render(request, "lineups/holding/holding.html", told, status=status)
    answer["Cache-Control"] = "no-store"
    return answer
