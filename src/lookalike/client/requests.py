"""The operations of requests. Written by tools/make_client.py."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from lookalike.client.models import Judgement, Purpose, Request, Route, Suspicion
from lookalike.client.transport import Resource


class RequestsResource(Resource):
    """`Client.requests`."""

    def all(self) -> Iterator[Request]:
        """Every request that you may see, newest first."""
        return self._pages(Request, "requests")

    def ask(
        self,
        *,
        still: str,
        face: int,
        purpose: Purpose,
        suspicion: Suspicion,
        specific_facts: str,
        route: Route,
        obstructions: Sequence[str] = (),
        order_by: str = "",
        order_at: datetime | None = None,
        behalf_of: str | None = None,
        targeted: bool = False,
        repeat_reason: str = "",
        version: int | None = None,
    ) -> Request:
        """Ask for a search. One that the protections refuse is kept, in the state `refused`."""
        return self._ask(
            Request,
            "POST",
            "requests",
            body={
                "behalf_of": behalf_of,
                "face": face,
                "obstructions": obstructions,
                "order_at": order_at,
                "order_by": order_by,
                "purpose": purpose,
                "repeat_reason": repeat_reason,
                "route": route,
                "specific_facts": specific_facts,
                "still": still,
                "suspicion": suspicion,
                "targeted": targeted,
                "version": version,
            },
        )

    def consider(
        self,
        *,
        still: str,
        face: int,
        purpose: Purpose,
        suspicion: Suspicion,
        specific_facts: str,
        route: Route,
        obstructions: Sequence[str] = (),
        order_by: str = "",
        order_at: datetime | None = None,
        behalf_of: str | None = None,
        targeted: bool = False,
        repeat_reason: str = "",
        version: int | None = None,
    ) -> Judgement:
        """How a request would be judged now. Nothing is kept."""
        return self._ask(
            Judgement,
            "POST",
            "requests/consider",
            body={
                "behalf_of": behalf_of,
                "face": face,
                "obstructions": obstructions,
                "order_at": order_at,
                "order_by": order_by,
                "purpose": purpose,
                "repeat_reason": repeat_reason,
                "route": route,
                "specific_facts": specific_facts,
                "still": still,
                "suspicion": suspicion,
                "targeted": targeted,
                "version": version,
            },
        )

    def read(self, public_id: str) -> Request:
        """A request."""
        return self._ask(Request, "GET", "requests/{}", public_id)

    def judgement(self, public_id: str) -> Judgement:
        """How a request was judged when it was made."""
        return self._ask(Judgement, "GET", "requests/{}/judgement", public_id)

    def send_back(self, public_id: str, *, words: str, version: int) -> Request:
        """Return a request to whoever asked."""
        return self._ask(Request, "POST", "requests/{}/send-back", public_id, body={"version": version, "words": words})

    def approve(self, public_id: str, *, words: str, version: int) -> Request:
        """Approve a request after reading the case report, and search it."""
        return self._ask(Request, "POST", "requests/{}/approve", public_id, body={"version": version, "words": words})

    def run(self, public_id: str) -> Request:
        """Run the search of an approved request that was cut short."""
        return self._ask(Request, "POST", "requests/{}/run", public_id)

    def withdraw(self, public_id: str) -> Request:
        """Take a request back before it is searched."""
        return self._ask(Request, "POST", "requests/{}/withdraw", public_id)

    def record(self, public_id: str) -> dict[str, Any]:
        """The search record, whole. For those who answer and oversee."""
        return self._ask(dict[str, Any], "GET", "requests/{}/search-record", public_id)
