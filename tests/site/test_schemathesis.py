"""The API held to its own description (schemathesis): nothing fails, nothing answers otherwise than it says.

LOOKALIKE_SOAK=n: n times as many examples (`make soak-api`).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import schemathesis
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from lookalike.casework import operations as frame
from lookalike.casework.permissions import ROLES, Open, Permission
from lookalike.protocol.vocabulary import Role
from tests.casework.searches.conftest import booked, county, probe_name, robbery, still_of, unit, wanted
from tests.site.test_api import Over, drawn

__all__ = ["booked", "county", "drawn", "probe_name", "robbery", "still_of", "unit", "wanted"]

EXAMPLES = 3 * int(os.environ.get("LOOKALIKE_SOAK", "1"))
"""Cases of each operation and of each kind: as described, and broken on purpose."""

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


@pytest.fixture(autouse=True)
def one_connection() -> Iterator[None]:
    """The requests of a test share its connection, and its transaction, as with Django's own test client."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def tokens(
    someone: Callable[..., Any], unit: Any, law: Any, drawn: Callable[..., Over], monkeypatch: pytest.MonkeyPatch
) -> dict[Role, str]:
    """A token of everybody in the unit, by role."""
    cache.clear()
    monkeypatch.setattr(frame, "PER_MINUTE", 10**9)
    people = {
        Role.INVESTIGATOR: unit.investigator,
        Role.EXAMINER: unit.checker,
        Role.SUPERVISOR: unit.supervisor,
        Role.ADMINISTRATOR: law,
        **{role: someone(f"the_{role}", role) for role in Role if role not in _OF_UNIT},
    }
    return {role: drawn(person).headers["authorization"] for role, person in people.items()}


_OF_UNIT = {Role.INVESTIGATOR, Role.EXAMINER, Role.SUPERVISOR, Role.ADMINISTRATOR}


@pytest.fixture
def known(tokens: Any, unit: Any, still_of: Any, wanted: Any, probe_name: str, booked: Any, acting: Any) -> list[str]:
    """Public ids of what there is: a case, its still, requests that wait and that were searched, tasks, bookings."""
    from lookalike.casework.examinations.giving import give
    from lookalike.casework.examinations.models import Task
    from lookalike.casework.examinations.services import begin
    from lookalike.casework.searches import services
    from lookalike.casework.searches.models import Request

    still = still_of(probe_name)
    asked = services.ask(acting(unit.investigator), still, wanted())
    services.approve(acting(unit.checker), asked, "I read the report.", version=asked.version)
    search = services.run(acting(unit.checker), Request.objects.get(pk=asked.pk))
    give(acting(unit.supervisor), search, (unit.first, unit.second))
    again = services.ask(acting(unit.investigator), still, wanted(repeat_reason="The first was cut short."))
    tasks = list(Task.objects.filter(search=search).order_by("nth"))  # the first can be begun
    begin(acting(tasks[0].examiner), tasks[0])
    rows = [still, still.exhibit, asked.case, asked, search, again, *tasks, booked[0], *tasks[0].faces.all()]
    return [*(row.public_id for row in rows), still.exhibit.case.agency_id, "detroit-2024", unit.first.public_id, "1"]


def test_the_api_is_what_it_says(tokens: dict[Role, str], known: list[str], subtests: pytest.Subtests) -> None:
    words = {"still": known[0], "agency": "dpd", "version": 1, "face": 1, "nibrs": "120"}
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", get_wsgi_application())
    for found in schema.get_all_operations():
        operation = found.ok()
        with subtests.test(operation.label):
            _hold(operation, GenerationMode.POSITIVE, tokens, known, words)
            if len(operation.query) or len(operation.body):  # nothing else of an operation can be broken
                _hold(operation, GenerationMode.NEGATIVE, tokens, known, {})


def _hold(
    operation: Any, mode: GenerationMode, tokens: dict[Role, str], known: list[str], words: dict[str, Any]
) -> None:
    """Cases of one operation, by those who may, often about what there is. words: what bodies say where they can."""
    needs = operation.definition.raw["x-needs"]
    may = [role for role in Role if needs == Open.SIGNED_IN or role in ROLES[Permission(needs)]]
    places = [one.name for one in operation.path_parameters]
    cases = operation.as_strategy(mode, headers={"Authorization": "Bearer none"})
    choices = st.tuples(st.sampled_from(may), st.tuples(*(st.sampled_from(["", *known]) for _ in places)))

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases, choice=choices)
    def held(case: Any, choice: Any) -> None:
        role, chosen = choice
        case.headers["Authorization"] = tokens[role]
        if places:
            case.path_parameters |= {name: one for name, one in zip(places, chosen, strict=True) if one}
        if mode is GenerationMode.POSITIVE and isinstance(case.body, dict):
            case.body |= {name: one for name, one in words.items() if name in case.body}
        case.validate_response(case.call(), checks=CHECKS)

    held()
