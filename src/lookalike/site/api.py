"""The REST API, put together from the apps' routers. Asked with a scoped token; every operation says what it needs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI

import lookalike
from lookalike.casework.examinations.api import operations as examinations
from lookalike.casework.leads.api import operations as leads
from lookalike.casework.operations import TokenAuth
from lookalike.casework.people.api import operations as people
from lookalike.casework.searches.api import operations as searches
from lookalike.errors import LookalikeError
from lookalike.site.errors import status_of

api = NinjaAPI(
    title="Lookalike",
    version=lookalike.__version__,
    description="Every result is a lookalike until independent evidence says otherwise.",
    auth=TokenAuth(),
    docs_url=None,
    urls_namespace="api",
)

for operations in (people, searches, examinations, leads):
    api.add_router("", operations.router)


@api.exception_handler(LookalikeError)
def told(request: HttpRequest, error: LookalikeError) -> HttpResponse:
    """An error as a problem document (RFC 9457): title, detail, remedy."""
    body: dict[str, Any] = {
        "type": f"about:{type(error).__name__}",
        "title": error.what,
        "detail": error.why,
        "remedy": error.remedy,
        "status": status_of(error).value,
    }
    fields = getattr(error, "fields", None)
    if fields:
        body["fields"] = fields
    return api.create_response(request, body, status=status_of(error).value)
