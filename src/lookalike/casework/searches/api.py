"""Requests and searches over the REST API."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from ninja import Schema
from pydantic import AwareDatetime, Field

from lookalike.casework.cases.models import Case, Still
from lookalike.casework.examinations.views_read import readable
from lookalike.casework.law import Judgement
from lookalike.casework.operations import Operations, paged
from lookalike.casework.pages import Asked, found
from lookalike.casework.people.models import Agency
from lookalike.casework.permissions import Permission
from lookalike.casework.searches import services
from lookalike.casework.searches.forms import COVERS
from lookalike.casework.searches.models import Request
from lookalike.errors import BadForm
from lookalike.protocol.vocabulary import Purpose, Role, Route, Suspicion

operations = Operations(tags=["requests"])


class WantedIn(Schema):
    """What is asked for, and why."""

    still: str = Field(max_length=32)
    face: int = Field(ge=1, le=1000)
    purpose: Purpose
    suspicion: Suspicion
    specific_facts: str = Field(min_length=1, max_length=10_000)
    route: Route
    obstructions: list[str] = Field(default=[], max_length=20)
    order_by: str = Field(default="", max_length=200)
    order_at: AwareDatetime | None = None
    behalf_of: str | None = Field(default=None, max_length=60)
    targeted: bool = False
    repeat_reason: str = Field(default="", max_length=2_000)
    version: int | None = Field(default=None, ge=1, le=2**31 - 1)


class RequestOut(Schema):
    """A request, and where it stands. case: its number; empty for an examiner, who stays blind to the case."""

    public_id: str
    number: int
    case: str
    state: str
    asked_at: datetime
    fitness: str
    fitness_reasons: list[str]
    version: int

    @staticmethod
    def resolve_case(row: Request, context: Any) -> str:
        """The number of the case."""
        return "" if Role.EXAMINER in context["request"].acting.roles else row.case.number


class JudgementOut(Schema):
    """How every protection judges."""

    allowed: bool
    judgement: dict[str, Any]


class CheckIn(Schema):
    """The word of whoever checks a request. version: of the request as it was read."""

    words: str = Field(min_length=1, max_length=5_000)
    version: int = Field(ge=1, le=2**31 - 1)


@operations.get("requests", Permission.REQUEST_READ, response=list[RequestOut])
@paged
def requests(request: Asked) -> Any:
    """Every request that you may see, newest first."""
    return Request.objects.visible_to(request.acting).select_related("case").order_by("-asked_at", "-pk")


@operations.post("requests", Permission.REQUEST_MAKE, response={201: RequestOut})
def ask(request: Asked, wanted: WantedIn) -> Any:
    """Ask for a search. One that the protections refuse is kept, in the state `refused`."""
    still, asked = _wanted(request, wanted)
    return services.ask(request.acting, still, asked)


@operations.post("requests/consider", Permission.REQUEST_MAKE, response=JudgementOut)
def consider(request: Asked, wanted: WantedIn) -> Any:
    """How a request would be judged now. Nothing is kept."""
    still, asked = _wanted(request, wanted)
    judged = services.consider(request.acting, still, asked).judgement
    return {"allowed": judged.allowed, "judgement": judged.to_data()}


@operations.get("requests/{public_id}", Permission.REQUEST_READ, response=RequestOut)
def read(request: Asked, public_id: str) -> Any:
    """A request."""
    return _found(request, public_id)


@operations.get("requests/{public_id}/judgement", Permission.REQUEST_READ, response=JudgementOut)
def judgement(request: Asked, public_id: str) -> Any:
    """How a request was judged when it was made."""
    judged = Judgement.from_data(_found(request, public_id).judgement)
    return {"allowed": judged.allowed, "judgement": judged.to_data()}


@operations.post("requests/{public_id}/send-back", Permission.REQUEST_CHECK, response=RequestOut)
def send_back(request: Asked, public_id: str, check: CheckIn) -> Any:
    """Return a request to whoever asked."""
    services.send_back(request.acting, _found(request, public_id), check.words, version=check.version)
    return Request.objects.select_related("case").get(public_id=public_id)


@operations.post("requests/{public_id}/approve", Permission.REQUEST_CHECK, response=RequestOut)
def approve(request: Asked, public_id: str, check: CheckIn) -> Any:
    """Approve a request after reading the case report, and search it."""
    services.approve(request.acting, _found(request, public_id), check.words, version=check.version)
    services.run(request.acting, _found(request, public_id))
    return _after(public_id)


@operations.post("requests/{public_id}/run", Permission.SEARCH_RUN, response=RequestOut)
def run(request: Asked, public_id: str) -> Any:
    """Run the search of an approved request that was cut short."""
    services.run(request.acting, _found(request, public_id))
    return _after(public_id)


@operations.post("requests/{public_id}/withdraw", Permission.REQUEST_MAKE, response=RequestOut)
def withdraw(request: Asked, public_id: str) -> Any:
    """Take a request back before it is searched."""
    services.withdraw(request.acting, _found(request, public_id))
    return _after(public_id)


@operations.get("requests/{public_id}/search-record", Permission.SEARCH_READ, response=dict[str, Any])
def record(request: Asked, public_id: str) -> Any:
    """The search record, whole. For those who answer and oversee."""
    return json.loads(found(readable(request.acting), request__public_id=public_id).record)


def _wanted(request: Asked, wanted: WantedIn) -> tuple[Still, services.Wanted]:
    cases = Case.objects.visible_to(request.acting)
    rows = Still.objects.filter(exhibit__case__in=cases).select_related(
        "exhibit__case__agency", "exhibit__file", "file"
    )
    still = found(rows, public_id=wanted.still)
    unknown = sorted(set(wanted.obstructions) - {name for name, _ in COVERS})
    behalf = None if wanted.behalf_of is None else Agency.objects.filter(pk=wanted.behalf_of, own=False).first()
    if unknown or (wanted.behalf_of is not None and behalf is None):
        error = BadForm("The request names what is not known here.", remedy="Use the words of the description.")
        error.fields = {"obstructions": unknown} if unknown else {"behalf_of": ["No such agency."]}
        raise error
    given = wanted.model_dump(exclude={"still", "behalf_of"}) | {"behalf_of": behalf}
    return still, services.Wanted(**given)


def _found(request: Asked, public_id: str) -> Request:
    rows = Request.objects.visible_to(request.acting).select_related(
        "case__agency", "still__exhibit__file", "checked_by", "behalf_of"
    )
    row = found(rows, public_id=public_id)
    services.require_read(request.acting, row)
    return row


def _after(public_id: str) -> Request:
    return Request.objects.select_related("case").get(public_id=public_id)
