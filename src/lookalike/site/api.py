"""The REST API, put together from the apps' operations. Asked with a scoped token; every operation says what it needs.

`urls` are its addresses; `/api/openapi.json` describes it. `lookalike.client` is its client.
"""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, path
from ninja import NinjaAPI
from ninja.operation import Operation

import lookalike
from lookalike.casework.bookings.api import operations as bookings
from lookalike.casework.cases.api import operations as cases
from lookalike.casework.corroboration.api import operations as corroboration
from lookalike.casework.examinations.api import operations as tasks
from lookalike.casework.examinations.read_api import operations as examinations
from lookalike.casework.leads.api import operations as leads
from lookalike.casework.lineups.api import operations as lineups
from lookalike.casework.lineups.api_holding import operations as holdings
from lookalike.casework.people.api import operations as people
from lookalike.casework.people.law_api import operations as law
from lookalike.casework.people.ledger_api import operations as ledger
from lookalike.casework.searches.api import operations as searches
from lookalike.casework.warrants.api import operations as warrants
from lookalike.site.description import Description
from lookalike.site.problems import StrictParser, in_form, nothing, tell


class API(NinjaAPI):
    """The API. An operation's id is its tag and the name of its function."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """The id of an operation, e.g. requests_approve."""
        return f"{(operation.tags or ['api'])[0]}_{operation.view_func.__name__}"

    def get_openapi_schema(self, *, path_prefix: str | None = None, path_params: Any = None) -> Any:
        """The description."""
        return Description(self, self.get_root_path(path_params or {}) if path_prefix is None else path_prefix)


api = API(
    title="Lookalike",
    version=lookalike.__version__,
    description="Every result is a lookalike until independent evidence says otherwise.",
    docs_url=None,
    urls_namespace="api",
    parser=StrictParser(),
)

COURT = (corroboration, lineups, holdings, warrants)
EVERY = (people, law, ledger, bookings, cases, searches, tasks, examinations, leads, *COURT)
for operations in EVERY:
    api.add_router("", operations.router)
tell(api)


def _urls() -> tuple[list[Any], str, str]:
    patterns, app, namespace = api.urls
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            pattern.callback = in_form(pattern.callback)
    return [*patterns, path("<path:address>", nothing)], app, namespace


urls = _urls()
