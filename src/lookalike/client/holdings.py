"""The operations of holdings. Written by tools/make_client.py."""

from __future__ import annotations

from collections.abc import Iterator

from lookalike.client.models import Held, Holding, OneHolding, Screen
from lookalike.client.transport import Resource


class HoldingsResource(Resource):
    """`Client.holdings`."""

    def all(self) -> Iterator[Holding]:
        """The lineups that you are to hold, or held."""
        return self._pages(Holding, "holdings")

    def holding(self, public_id: str) -> OneHolding:
        """One of them: whether it goes on, and whether the witness's device and the recording give a sign."""
        return self._ask(OneHolding, "GET", "holdings/{}", public_id)

    def begin(self, public_id: str, *, language: str) -> Screen:
        """Begin. The protections are asked again; where they refuse, you are not told why."""
        return self._ask(Screen, "POST", "holdings/{}/begin", public_id, body={"language": language})

    def renew_key(self, public_id: str) -> Screen:
        """Draw another key for the witness's screen. The old one opens nothing."""
        return self._ask(Screen, "POST", "holdings/{}/key", public_id)

    def stop(self, public_id: str, *, reason: str) -> OneHolding:
        """Break it off. It is void then, and this witness is not shown this suspect again."""
        return self._ask(OneHolding, "POST", "holdings/{}/stop", public_id, body={"reason": reason})

    def held(self, public_id: str) -> Held:
        """A lineup that is over: its outcome, every answer, the recording and its gaps."""
        return self._ask(Held, "GET", "lineups/{}/held", public_id)

    def held_report(self, public_id: str) -> bytes:
        """The report as PDF, signed with the agency's key."""
        return self._file("GET", "lineups/{}/held/report", public_id)

    def held_recording(self, public_id: str, number: int) -> Iterator[bytes]:
        """One take of the recording, joined. Recorded each time."""
        return self._stream("GET", "lineups/{}/held/recording/{}", public_id, number)
