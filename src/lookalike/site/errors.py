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
    NotSignedIn,
    NotThere,
    Refused,
    TooOften,
)

STATUS: tuple[tuple[type[LookalikeError], HTTPStatus], ...] = (
    (NotSignedIn, HTTPStatus.UNAUTHORIZED),
    (TooOften, HTTPStatus.TOO_MANY_REQUESTS),
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
    return _page(request, status, error, refusals=told.judged if told else None)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that did not come from this site, or from a session that is over."""
    return render(request, "403_csrf.html", status=HTTPStatus.FORBIDDEN)


def _page(request: HttpRequest, status: HTTPStatus, error: LookalikeError, **more: Any) -> HttpResponse:
    return render(request, "site/error.html", {"error": error, **more}, status=status)
