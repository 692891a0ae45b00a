"""The description of the REST API (OpenAPI 3.1), with what every operation needs, sends and can refuse."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

from lookalike.casework.permissions import Open
from lookalike.site.problems import MEDIA_TYPE, Problem

_OF_ALL = (401, 403, 429)
_OF_ONE_THING = (404, 409, 422)
_OF_A_BODY = (400, 413)
_SAID = {
    400: "What was sent cannot be read.",
    401: "No token, or one that is not good.",
    403: "The token does not suffice, or the protections do not allow the act.",
    404: "Nothing of that name, or nothing that you may see.",
    409: "Changed by somebody else meanwhile, or not in its turn.",
    413: "The body is too large.",
    422: "What was sent cannot be used.",
    429: "Too many requests in a minute.",
}
_HEADERS = {
    401: {"WWW-Authenticate": {"schema": {"type": "string"}, "required": True}},
    429: {"Retry-After": {"schema": {"type": "integer"}, "required": True}},
}


class Description(OpenAPISchema):
    """The description as `openapi.json` gives it."""

    def operation_details(self, operation: Operation) -> dict[str, Any]:
        """One operation: what it needs, what it sends, and every error that it can answer."""
        details: dict[str, Any] = super().operation_details(operation)
        function: Any = operation.view_func
        if function.needs is not Open.PUBLIC:
            details["x-needs"] = function.needs.value
        answers = {str(status): answer for status, answer in details["responses"].items()}
        if function.sends:
            answers = {"200": {"description": "The file.", "content": {function.sends: {}}}}
        answers |= {str(status): _refusal(status) for status in _errors(operation, details)}
        details["responses"] = dict(sorted(answers.items()))
        return details

    def add_schema_definitions(self, definitions: dict[str, Any]) -> None:
        """Keep the shapes that operations share. Raises ImproperlyConfigured for two of one name."""
        for name, shape in definitions.items():
            if self.schemas.setdefault(name, shape) != shape:
                raise ImproperlyConfigured(f"Two different shapes of the API are called {name}.")

    def get_components(self) -> dict[str, Any]:
        """The parts that operations share."""
        self.schemas["Problem"] = Problem.json_schema()
        components: dict[str, Any] = super().get_components()
        return components


def _errors(operation: Operation, details: dict[str, Any]) -> set[int]:
    function: Any = operation.view_func
    errors = {404} if function.needs is Open.PUBLIC else set(_OF_ALL)
    if any(one["in"] == "query" for one in details["parameters"]):
        errors |= {400, 422}
    if "{" in operation.path or operation.methods != ["GET"]:
        errors |= set(_OF_ONE_THING)
    if "requestBody" in details:
        errors |= set(_OF_A_BODY)
    return errors


def _refusal(status: int) -> dict[str, Any]:
    said = {
        "description": _SAID.get(status, HTTPStatus(status).phrase),
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    return said | ({"headers": _HEADERS[status]} if status in _HEADERS else {})
