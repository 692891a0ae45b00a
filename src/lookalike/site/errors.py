"""Every error as a page: what happened, why it matters, what to do."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from lookalike.casework.law import judgement, policy_in_force
from lookalike.errors import (
    ActRefused,
    BadInput,
    ChangedMeanwhile,
    LookalikeError,
    NotNow,
    NotPermitted,
    NotThere,
    Refused,
)

STATUS: tuple[tuple[type[LookalikeError], HTTPStatus], ...] = (
    (NotPermitted, HTTPStatus.FORBIDDEN),
    (NotThere, HTTPStatus.NOT_FOUND),
    (ChangedMeanwhile, HTTPStatus.CONFLICT),
    (NotNow, HTTPStatus.CONFLICT),
    (Refused, HTTPStatus.FORBIDDEN),
    (BadInput, HTTPStatus.UNPROCESSABLE_ENTITY),
    (LookalikeError, HTTPStatus.INTERNAL_SERVER_ERROR),
)


def status_of(error: LookalikeError) -> HTTPStatus:
    """The HTTP status that says which kind of error it is."""
    return next(status for kind, status in STATUS if isinstance(error, kind))


def error_page(request: HttpRequest, error: LookalikeError) -> HttpResponse:
    """The page of an error. A refused act shows every protection as it judged."""
    status = status_of(error)
    told: Any = None
    facts = getattr(error, "facts", None)
    if isinstance(error, ActRefused) and error.decision is not None and facts is not None:
        told = judgement(error.decision, facts, policy_in_force())  # type: ignore[arg-type]
    return _page(request, status, error.what, error.why, error.remedy, judgement=told)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that did not come from this site, or from a session that is over."""
    return _page(
        request,
        HTTPStatus.FORBIDDEN,
        "This form could not be accepted.",
        "It did not come from this site, or the session it was made in is over.",
        "Go back, reload the page, and send it again. Nothing was changed.",
    )


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """A request that cannot be read."""
    return _page(request, HTTPStatus.BAD_REQUEST, "The request could not be read.", "", "Go back and try again.")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Nothing at this address, or nothing that this person may see."""
    return _page(
        request,
        HTTPStatus.NOT_FOUND,
        "There is nothing at this address for you.",
        "The address is wrong, or it belongs to a case you do not work on.",
        "Check the address, or ask whoever sent it to you.",
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """Something of ours failed."""
    return _page(
        request,
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "Something of ours failed.",
        "Nothing that was not confirmed to you was done.",
        "Try again; if it stays, tell the administrator the time.",
    )


def _page(request: HttpRequest, status: HTTPStatus, what: str, why: str, remedy: str, **more: Any) -> HttpResponse:
    told = {"status": status.value, "what": what, "why": why, "remedy": remedy, **more}
    return render(request, "site/error.html", told, status=status)
