"""Holding a lineup over the REST API: what its administrator has on pages, and what is over. Not the
witness's screen, which is a browser's.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.urls import reverse

from lookalike.casework import files
from lookalike.casework.codes import address_of
from lookalike.casework.lineups import documents, gather, report
from lookalike.casework.lineups.models import Lineup
from lookalike.casework.lineups.schemas_holding import (
    BeginIn,
    HeldOut,
    HoldingOut,
    OneHoldingOut,
    ScreenOut,
    StopIn,
)
from lookalike.casework.lineups.services import holding as services
from lookalike.casework.lineups.services import recording
from lookalike.casework.lineups.standing import given, holding_of, over, standing
from lookalike.casework.operations import Number, Operations, paged
from lookalike.casework.pages import Asked
from lookalike.casework.permissions import Permission

operations = Operations(tags=["holdings"])
HOLD, READ = Permission.LINEUP_HOLD, Permission.LINEUP_READ


@operations.get("holdings", HOLD, response=list[HoldingOut])
@paged
def holdings(request: Asked) -> Any:
    """The lineups that you are to hold, or held."""
    return services.given_to(request.acting)


@operations.get("holdings/{public_id}", HOLD, response=OneHoldingOut)
def holding(request: Asked, public_id: str) -> Any:
    """One of them: whether it goes on, and whether the witness's device and the recording give a sign."""
    return _one(request, public_id)


@operations.post("holdings/{public_id}/begin", HOLD, response={201: ScreenOut})
def begin(request: Asked, public_id: str, told: BeginIn) -> Any:
    """Begin. The protections are asked again; where they refuse, you are not told why."""
    row = given(request.acting, public_id)
    _, key = services.begin(request.acting, row, told.language, address=lambda code: address_of(request, code))
    return _screen(request, key)


@operations.post("holdings/{public_id}/key", HOLD, response={201: ScreenOut})
def renew_key(request: Asked, public_id: str) -> Any:
    """Draw another key for the witness's screen. The old one opens nothing."""
    return _screen(request, services.renew_key(request.acting, holding_of(given(request.acting, public_id))))


@operations.post("holdings/{public_id}/stop", HOLD, response=OneHoldingOut)
def stop(request: Asked, public_id: str, told: StopIn) -> Any:
    """Break it off. It is void then, and this witness is not shown this suspect again."""
    services.stop(request.acting, holding_of(given(request.acting, public_id)), reason=told.reason)
    return _one(request, public_id)


@operations.get("lineups/{public_id}/held", READ, response=HeldOut)
def held(request: Asked, public_id: str) -> Any:
    """A lineup that is over: its outcome, every answer, the recording and its gaps."""
    row = over(request.acting, public_id)
    sheet = gather.whole(row)
    return {
        "outcome": report.outcome_in_words(sheet),
        "cautions": report.cautions(sheet),
        "takes": list(recording.takes(row.holding)),
        "entry": row.entry,
        "leaf": row.leaf,
        "sha256": gather.digest_of(sheet),
        "sheet": sheet,
    }


@operations.get("lineups/{public_id}/held/report", READ, sends="application/pdf")
def held_report(request: Asked, public_id: str) -> HttpResponse:
    """The report as PDF, signed with the agency's key."""
    stored = documents.report(request.acting, over(request.acting, public_id))
    return HttpResponse(files.read(stored), content_type="application/pdf", headers={"Cache-Control": "no-store"})


@operations.get("lineups/{public_id}/held/recording/{number}", READ, sends="application/octet-stream")
def held_recording(request: Asked, public_id: str, number: Number) -> StreamingHttpResponse:
    """One take of the recording, joined. Recorded each time."""
    row = over(request.acting, public_id).holding
    one = recording.take_of(row, number)
    answer = StreamingHttpResponse(
        recording.copied_out(request.acting, row, number), content_type="application/octet-stream"
    )
    answer["Content-Disposition"] = f'attachment; filename="{one.name}"'
    answer["Cache-Control"] = "no-store"
    return answer


def _one(request: Asked, public_id: str) -> dict[str, Any]:
    row = given(request.acting, public_id)
    begun = row.state != Lineup.State.ALLOWED
    return {"lineup": row, "standing": standing(row, request.acting.at) if begun else None}


def _screen(request: Asked, key: str) -> dict[str, str]:
    return {"url": request.build_absolute_uri(reverse("screen", args=[key]))}
