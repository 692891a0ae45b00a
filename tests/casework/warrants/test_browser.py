"""The pages in a real browser: looked at narrow and wide, light and dark, with axe."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser

from lookalike.casework.people.models import Person
from lookalike.casework.warrants.models import PastCase
from lookalike.casework.warrants.services import deliveries, past
from tests.casework.corroboration.test_browser import look
from tests.casework.examinations.test_browser import Window, browser  # noqa: F401 - fixture
from tests.casework.warrants.conftest import Court
from tests.casework.warrants.test_past import LIST

pytestmark = [pytest.mark.usefixtures("county"), pytest.mark.django_db(transaction=True)]


def test_the_pages_are_clean(
    live_server: Any,
    request: pytest.FixtureRequest,
    court: Court,
    signed_in: Callable[[Person], Client],
) -> None:
    court.corroborated()
    row = court.signed()
    packet = row.packets.get()
    handed = deliveries.deliver(court.as_(court.prosecutor), packet, name="D. Counsel")
    past.bring(court.as_(court.board.unit.supervisor), LIST)
    bare = PastCase.objects.get(number="19-00412")
    pages = {
        court.board.unit.investigator: {"warrants": "/warrants/", "warrant": f"/warrants/{row.public_id}/"},
        court.prosecutor: {"packet": f"/packets/{packet.public_id}/"},
        court.chief: {"signing": f"/warrants/{row.public_id}/"},
        court.board.unit.supervisor: {
            "past": "/past/",
            "past-import": "/past/import/",
            "past-case": f"/past/{bare.pk}/",
            "disclosed": f"/disclosed/{handed.token}/",
        },
    }
    engine: Browser = request.getfixturevalue("browser")  # only now: its loop lets no document be signed here
    for person, theirs in pages.items():
        window = Window(engine, live_server.url, signed_in(person))
        for name, address in theirs.items():
            window.page.goto(address)
            look(window, name)
        window.context.close()
