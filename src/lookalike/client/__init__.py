"""A typed client of a Lookalike site.

    from lookalike.client import Client

    with Client("https://lookalike.example", token) as site:
        case = site.cases.open_case(number="26-000117", agency="dpd", nibrs="120", narrative="…")
        with open("camera.mp4", "rb") as clip:
            exhibit = site.cases.add_exhibit(
                case.public_id, clip, kind="clip", title="Camera 3", probe_kind="still_from_evidence",
                received_from="The shop's manager", received_on=date(2026, 1, 5), name="camera.mp4",
            )
        for request in site.requests.all():
            print(request.number, request.state)

Whatever the site refuses is raised as an error of `lookalike.errors`, with what happened, why, and what to do. Lists
are iterators that fetch further pages as they are read. A reading is tried again where the connection fails; an act
never is.
"""

from __future__ import annotations

from types import TracebackType

import httpx

from lookalike.client.bookings import BookingsResource
from lookalike.client.cases import CasesResource
from lookalike.client.examinations import ExaminationsResource
from lookalike.client.law import LawResource
from lookalike.client.leads import LeadsResource
from lookalike.client.ledger import LedgerResource
from lookalike.client.people import PeopleResource
from lookalike.client.requests import RequestsResource
from lookalike.client.transport import NamedFile, Transport, Upload

__all__ = ["Client", "NamedFile", "Upload"]


class Client:
    """A site as one person with a token asks it.

    base_url: of the site, without `api/`. timeout: seconds without a byte after which an answer is given up; a search
    runs while its approval is answered. transport: another way to the site, for tests.
    """

    def __init__(
        self, base_url: str, token: str, *, timeout: float = 60.0, transport: httpx.BaseTransport | None = None
    ) -> None:
        self._transport = Transport(base_url, token, timeout=timeout, transport=transport)
        self.people = PeopleResource(self._transport)
        self.law = LawResource(self._transport)
        self.ledger = LedgerResource(self._transport)
        self.bookings = BookingsResource(self._transport)
        self.cases = CasesResource(self._transport)
        self.requests = RequestsResource(self._transport)
        self.examinations = ExaminationsResource(self._transport)
        self.leads = LeadsResource(self._transport)

    def close(self) -> None:
        """Close the connection."""
        self._transport.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
