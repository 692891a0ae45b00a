"""Answers over the REST API: every act that the pages have, and what a sheet says as JSON."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from ninja import Schema
from pydantic import Field

from lookalike.casework import files
from lookalike.casework.codes import address_of
from lookalike.casework.leads import documents, kept, services
from lookalike.casework.leads.content import lead_content, no_lead_content, statements
from lookalike.casework.leads.models import Answer
from lookalike.casework.leads.sheet import LeadSheet
from lookalike.casework.operations import Operations, paged
from lookalike.casework.pages import Asked, found
from lookalike.casework.paper import as_data
from lookalike.casework.permissions import Permission
from lookalike.casework.searches.models import Request

operations = Operations(tags=["leads"])


class AnswerOut(Schema):
    """The answer to a request. lead: whether it names somebody; who that is stands on the sheet alone."""

    public_id: str
    request: str
    number: int
    case: str
    lead: bool
    at: datetime
    code: str
    entry: int
    missing: list[str] = Field(default=[])

    @staticmethod
    def resolve_request(row: Answer) -> str:
        """The public id of the request."""
        return row.request.public_id

    @staticmethod
    def resolve_number(row: Answer) -> int:
        """The number of the request."""
        return row.request.number

    @staticmethod
    def resolve_case(row: Answer) -> str:
        """The number of the case."""
        return row.request.case.number

    @staticmethod
    def resolve_lead(row: Answer) -> bool:
        """Whether it is a lead."""
        return row.candidate_id is not None


class JudgedOut(Schema):
    """How a lead would be judged now. agreed: whether the examiners name one candidate."""

    agreed: bool
    ending: str
    allowed: bool
    judgement: dict[str, Any] | None


class SignatureIn(Schema):
    """The supervisor's signature. read: "I have read the whole file." version: of the request as it was read."""

    read: bool
    version: int = Field(ge=1, le=2**31 - 1)
    words: str = Field(default="", max_length=5_000)
    more_than_one: str = Field(default="", max_length=2_000)


class CloseIn(Schema):
    """No lead. words: the reasons, where the examiners agree."""

    version: int = Field(ge=1, le=2**31 - 1)
    words: str = Field(default="", max_length=5_000)


class StatementOut(Schema):
    """A statement that is accepted before a sheet opens."""

    key: str
    text: str


class AcceptIn(Schema):
    """The keys of the statements that are accepted."""

    statements: list[str] = Field(min_length=1, max_length=50)


class SheetOut(Schema):
    """What a sheet or letter says, in the order in which it is read. Its SHA-256 stands in the entry."""

    kind: str
    sha256: str
    entry: int
    leaf: str
    says: dict[str, Any]
    shown: dict[str, Any]


@operations.get("answers", Permission.SHEET_READ, response=list[AnswerOut])
@paged
def answers(request: Asked) -> Any:
    """Every answer that you may see, newest first."""
    rows = Answer.objects.visible_to(request.acting).filter(entry__isnull=False)
    return rows.select_related("request__case").order_by("-at", "-pk")


@operations.get("answers/statements", Permission.SHEET_READ, response=list[StatementOut])
def every_statement(request: Asked) -> Any:
    """What an investigator accepts before a sheet opens."""
    return list(statements())


@operations.get("answers/{public_id}", Permission.SHEET_READ, response=AnswerOut)
def answer(request: Asked, public_id: str) -> Any:
    """An answer, and the statements that you have still to accept."""
    return _told(request, _answer(request, public_id))


@operations.post("answers/{public_id}/acknowledge", Permission.SHEET_ACKNOWLEDGE, response=AnswerOut)
def acknowledge(request: Asked, public_id: str, accept: AcceptIn) -> Any:
    """Accept statements."""
    row = _answer(request, public_id)
    services.acknowledge(request.acting, row, accept.statements)
    return _told(request, row)


@operations.get("answers/{public_id}/sheet", Permission.SHEET_READ, response=SheetOut)
def sheet(request: Asked, public_id: str) -> Any:
    """What the sheet or letter says. For the investigator after the statements."""
    row = _open(request, public_id)
    kept_sheet = kept.sheet_of(row)
    shown = lead_content(kept_sheet) if isinstance(kept_sheet, LeadSheet) else no_lead_content(kept_sheet)
    return {
        "kind": row.sheet["kind"],
        "sha256": kept.digest(row.sheet),
        "entry": row.entry,
        "leaf": row.leaf,
        "says": row.sheet["says"],
        "shown": as_data(shown),
    }


@operations.get("answers/{public_id}/document", Permission.SHEET_READ, sends="application/pdf")
def pdf(request: Asked, public_id: str) -> HttpResponse:
    """The document as PDF, signed with the agency's key."""
    stored = documents.document(request.acting, _open(request, public_id))
    return HttpResponse(files.read(stored), content_type="application/pdf", headers={"Cache-Control": "no-store"})


@operations.get("requests/{public_id}/lead-judgement", Permission.LEAD_DECIDE, response=JudgedOut)
def judged(request: Asked, public_id: str) -> Any:
    """How a lead would be judged if you signed it now. Nothing is kept."""
    row = _asked_for(request, public_id)
    services.require_apart(request.acting, row)
    considered = services.consider(request.acting, row)
    judgement = considered.judgement
    return {
        "agreed": considered.candidate is not None,
        "ending": considered.ending.value,
        "allowed": judgement is not None and judgement.allowed,
        "judgement": None if judgement is None else judgement.to_data(),
    }


@operations.post("requests/{public_id}/lead", Permission.LEAD_DECIDE, response={201: AnswerOut})
def issue(request: Asked, public_id: str, signed: SignatureIn) -> Any:
    """Sign the lead on which the examiners agree."""
    made = services.issue(
        request.acting,
        _asked_for(request, public_id),
        **signed.model_dump(),
        address=lambda code: address_of(request, code),
    )
    return _told(request, made)


@operations.post("requests/{public_id}/no-lead", Permission.LEAD_DECIDE, response={201: AnswerOut})
def close(request: Asked, public_id: str, closed: CloseIn) -> Any:
    """Answer without a lead."""
    made = services.close(
        request.acting,
        _asked_for(request, public_id),
        **closed.model_dump(),
        address=lambda code: address_of(request, code),
    )
    return _told(request, made)


def _told(request: Asked, row: Answer) -> Answer:
    row.missing = services.missing(request.acting, row)  # type: ignore[attr-defined]
    return row


def _answer(request: Asked, public_id: str) -> Answer:
    rows = Answer.objects.visible_to(request.acting).filter(entry__isnull=False)
    related = ("request__case", "request__search__probe_picture", "document", "portrait")
    return found(rows.select_related(*related), public_id=public_id)


def _open(request: Asked, public_id: str) -> Answer:
    row = _answer(request, public_id)
    services.require_acknowledged(request.acting, row)
    return row


def _asked_for(request: Asked, public_id: str) -> Request:
    """A request that was searched and concluded."""
    rows = Request.objects.visible_to(request.acting).filter(
        state__in=[Request.State.ANSWERED, Request.State.LEAD, Request.State.NO_LEAD]
    )
    return found(rows.select_related("case__agency", "still__exhibit__file", "asked_by", "search"), public_id=public_id)
