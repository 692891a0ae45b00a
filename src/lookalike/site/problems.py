"""Errors of the REST API as problem documents (RFC 9457): title, detail, remedy, and which field is wrong.

Whatever goes wrong is told in this form: a refused act, a body that does not parse, an address that is none.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.serializers.json import DjangoJSONEncoder
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.request import UnreadablePostError
from django.http.response import HttpResponseBase
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.parser import Parser
from pydantic import Field

from lookalike.casework.law import judgement, policy_in_force
from lookalike.casework.permissions import Open
from lookalike.errors import (
    ActRefused,
    BadForm,
    BadInput,
    Fault,
    FileTooLarge,
    LookalikeError,
    NotSignedIn,
    NotThere,
    TooOften,
)
from lookalike.site.errors import status_of

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
KIND = "urn:lookalike:error:"
"""What the type of a problem begins with; the name of the class in `lookalike.errors` follows."""


class Problem(Schema):
    """What happened (title), why it matters (detail), what to do (remedy)."""

    type: str = Field(description="The kind of error: urn:lookalike:error: and its name.")
    title: str
    status: int
    detail: str
    remedy: str
    fields: dict[str, list[str]] = Field({}, description="What is wrong with each field.")
    judgement: dict[str, Any] | None = Field(None, description="Of a refused act: every protection as it judged.")


def problem(error: LookalikeError, status: int | None = None) -> HttpResponse:
    """The document of an error. status: where it is not the one of its class."""
    status = status or status_of(error).value
    body: dict[str, Any] = {
        "type": f"{KIND}{type(error).__name__}",
        "title": error.what,
        "status": status,
        "detail": error.why,
        "remedy": error.remedy,
    }
    if fields := getattr(error, "fields", None):
        body["fields"] = fields
    if isinstance(error, ActRefused) and error.decision is not None and error.facts is not None:
        body["judgement"] = judgement(error.decision, error.facts, policy_in_force()).to_data()  # type: ignore[arg-type]
    answer = HttpResponse(json.dumps(body, cls=DjangoJSONEncoder), status=status, content_type=MEDIA_TYPE)
    if isinstance(error, NotSignedIn):
        answer["WWW-Authenticate"] = 'Bearer realm="Lookalike"'
    if isinstance(error, TooOften):
        answer["Retry-After"] = str(error.wait)
    return answer


def in_form(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A view of the API, whose every answer is kept by nobody and whose every error is a problem document."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            if any("\x00" in value for value in kwargs.values() if isinstance(value, str)):
                raise Http404
            answer = view(request, *args, **kwargs)
        except Http404:
            answer = problem(NotThere("There is nothing at this address.", remedy="See openapi.json for what is."))
        if isinstance(answer, HttpResponseNotAllowed):
            allowed = answer["Allow"]
            answer = problem(BadInput(f"{request.method} is not answered here.", remedy=f"Use {allowed}."), 405)
            answer["Allow"] = allowed
        answer.headers.setdefault("Cache-Control", "no-store")
        return answer

    answered.needs = Open.PUBLIC  # type: ignore[attr-defined]  # the site's door; each operation has one of its own
    return answered


@in_form
def nothing(request: HttpRequest, **_: str) -> HttpResponseBase:
    """Any address under the API that is none."""
    raise Http404


class StrictParser(Parser):
    """Reads what is sent; characters that no text can hold are refused here, before a database has to."""

    def parse_body(self, request: HttpRequest) -> Any:
        """Read a JSON body. Raises ValueError, RecursionError; ninja tells both as status 400."""
        return _texts_only(json.loads(request.body, parse_constant=_no_number))

    def parse_querydict(self, data: Any, list_fields: list[str], request: HttpRequest) -> Any:
        """Read the query. Raises HttpError 400."""
        try:
            return _texts_only(super().parse_querydict(data, list_fields, request))
        except ValueError as error:
            raise HttpError(400, str(error)) from error


def _texts_only(value: Any) -> Any:
    if isinstance(value, str) and ("\x00" in value or any("\ud800" <= one <= "\udfff" for one in value)):
        raise ValueError("A text holds characters that are none.")
    for one in value.items() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else ():
        _texts_only(one)
    return value


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is not a number.")


def tell(api: NinjaAPI) -> None:
    """Have every error of an API told as a problem document."""

    def told(kind: type[Exception], how: Callable[[Any], HttpResponse]) -> None:
        api.add_exception_handler(kind, lambda request, error: how(error))

    told(LookalikeError, problem)
    told(AuthenticationError, lambda _: problem(_nobody()))
    told(ValidationError, lambda error: problem(_wrong_fields(error)))
    told(HttpError, lambda error: problem(_unreadable(), error.status_code))
    told(UnreadablePostError, lambda _: problem(_unreadable(), 400))
    told(RequestDataTooBig, lambda _: problem(_too_large(), 413))
    told(Exception, _failed)


def _nobody() -> NotSignedIn:
    return NotSignedIn(
        "A token is needed.",
        why="Every operation is done by somebody.",
        remedy="Send the header Authorization: Bearer, and a token from your account's page.",
    )


def _unreadable() -> BadInput:
    return BadInput(
        "What was sent cannot be read.",
        why="The body has to be JSON in UTF-8, without characters that no text can hold.",
        remedy="Send it as openapi.json describes it.",
    )


def _too_large() -> FileTooLarge:
    return FileTooLarge(
        "The body is too large for this operation.",
        remedy="Send less; files are taken in by the operations that say so.",
    )


def _wrong_fields(wrong: ValidationError) -> BadForm:
    error = BadForm("What was sent cannot be used.", remedy="Mend the fields that are named.")
    error.fields = {}
    for one in wrong.errors:
        source, *places = one["loc"]
        # the body's own parameter has a name in our code, which is nobody's business
        places = places[1:] if source == "body" else places
        name = ".".join(str(place) for place in places) or str(source)
        error.fields.setdefault(name, []).append(f"{one['msg']}.")
    return error


def _failed(error: Exception) -> HttpResponse:
    log.error("An operation of the API failed.", exc_info=error)
    told = Fault("Something failed here.", why="It was written down.", remedy="Try again; if it stays, report it.")
    return problem(told, HTTPStatus.INTERNAL_SERVER_ERROR.value)
