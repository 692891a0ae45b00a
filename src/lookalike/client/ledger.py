"""The operations of ledger. Written by tools/make_client.py."""

from __future__ import annotations

from datetime import date

from lookalike.client.models import Act, Entries, OneEntry, Outcome
from lookalike.client.transport import Resource


class LedgerResource(Resource):
    """`Client.ledger`."""

    def entries(
        self,
        *,
        kind: Act | None = None,
        outcome: Outcome | None = None,
        first_day: date | None = None,
        last_day: date | None = None,
        thing: str = "",
        before: int | None = None,
        limit: int = 50,
    ) -> Entries:
        """Entries, the newest first. kind: of the act. thing: the public id of whoever acted, or of what it was done
        to.
        """
        return self._ask(
            Entries,
            "GET",
            "ledger",
            query={
                "before": before,
                "first_day": first_day,
                "kind": kind,
                "last_day": last_day,
                "limit": limit,
                "outcome": outcome,
                "thing": thing,
            },
        )

    def checkpoint(self) -> bytes:
        """The newest checkpoint: a few lines that fix all of history, to be kept elsewhere."""
        return self._file("GET", "ledger/checkpoint")

    def export(self, *, public: bool = False) -> bytes:
        """The whole ledger as one file; with `public`, without what names anybody."""
        return self._file("POST", "ledger/export", query={"public": public})

    def entry(self, index: int) -> OneEntry:
        """One entry."""
        return self._ask(OneEntry, "GET", "ledger/{}", index)

    def proof(self, index: int) -> bytes:
        """The proof that an entry is in the newest checkpoint."""
        return self._file("GET", "ledger/{}/proof", index)
