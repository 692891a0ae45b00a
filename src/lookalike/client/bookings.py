"""The operations of bookings. Written by tools/make_client.py."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Literal

from lookalike.client.models import Booking, Delivery, Misplaced, Photo, Proposal, RecordStatus, Scrub, Source
from lookalike.client.transport import NamedFile, Resource


class BookingsResource(Resource):
    """`Client.bookings`."""

    def bring_message(self, *, message: str, feed: str, pictures: Sequence[NamedFile] | None = None) -> Delivery:
        """Bring one message, its pictures beside it. The same message again has the same answer, and changes
        nothing.

        message: a MessageIn as JSON text.
        """
        return self._ask(
            Delivery,
            "POST",
            "deliveries/messages",
            form={"feed": feed, "message": message},
            uploads={"pictures": pictures},
        )

    def bring_transaction(self, *, file: NamedFile, feed: str) -> Delivery:
        """Bring one NIST-ITL transaction."""
        return self._ask(Delivery, "POST", "deliveries/transactions", form={"feed": feed}, uploads={"file": file})

    def bring_list(
        self, *, file: NamedFile, feed: str, pictures: Sequence[NamedFile] | None = None
    ) -> tuple[Delivery, ...]:
        """Bring a list of bookings as CSV, with the pictures that its lines name. Raises BadManifest for what is
        none.
        """
        return self._ask(
            tuple[Delivery, ...],
            "POST",
            "deliveries/lists",
            form={"feed": feed},
            uploads={"file": file, "pictures": pictures},
        )

    def deliveries(
        self, *, state: Literal["taken", "waiting", "rejected", "mended", "set_aside"] | None = None
    ) -> Iterator[Delivery]:
        """Messages, the latest first."""
        return self._pages(Delivery, "deliveries", query={"state": state})

    def delivery(self, public_id: str) -> Delivery:
        """One message and what became of it."""
        return self._ask(Delivery, "GET", "deliveries/{}", public_id)

    def mend(self, public_id: str, *, mending: str, pictures: Sequence[NamedFile] | None = None) -> Delivery:
        """Try a rejected message again with corrected fields. A file named 2.jpg takes the second photograph's
        place.

        mending: a MendIn as JSON text.
        """
        return self._ask(
            Delivery, "POST", "deliveries/{}/mend", public_id, form={"mending": mending}, uploads={"pictures": pictures}
        )

    def set_aside(self, public_id: str, *, reason: str) -> Delivery:
        """Leave a message at that."""
        return self._ask(Delivery, "POST", "deliveries/{}/set-aside", public_id, body={"reason": reason})

    def all(
        self, *, id: str = "", status: RecordStatus | None = None, source: Source | None = None
    ) -> Iterator[Booking]:
        """Bookings, the latest first. id: of an arrest or of a person, whole."""
        return self._pages(Booking, "bookings", query={"id": id, "source": source, "status": status})

    def booking(self, public_id: str) -> Booking:
        """One booking."""
        return self._ask(Booking, "GET", "bookings/{}", public_id)

    def correct(self, public_id: str, *, reason: str, version: int, fields: Mapping[str, str]) -> Booking:
        """Correct fields of a booking."""
        return self._ask(
            Booking,
            "POST",
            "bookings/{}/correct",
            public_id,
            body={"fields": fields, "reason": reason, "version": version},
        )

    def status(self, public_id: str, *, reason: str, version: int, status: RecordStatus) -> Booking:
        """Change a booking's status. From then on no search finds what is not active."""
        return self._ask(
            Booking,
            "POST",
            "bookings/{}/status",
            public_id,
            body={"reason": reason, "status": status, "version": version},
        )

    def replace_photo(self, record_id: str, *, file: NamedFile, taken_on: date, reason: str) -> Photo:
        """Bring another picture for one that could not be enrolled."""
        return self._ask(
            Photo,
            "POST",
            "photographs/{}/replace",
            record_id,
            form={"reason": reason, "taken_on": taken_on},
            uploads={"file": file},
        )

    def leave_photo(self, record_id: str, *, reason: str) -> Photo:
        """Leave a photograph that could not be enrolled at that."""
        return self._ask(Photo, "POST", "photographs/{}/leave", record_id, body={"reason": reason})

    def misplaced(self) -> tuple[Misplaced, ...]:
        """Records that should not be there."""
        return self._ask(tuple[Misplaced, ...], "GET", "health")

    def pairs(self, *, state: Literal["open", "accepted", "dismissed"] | None = None) -> Iterator[Proposal]:
        """Pairs of photographs that were proposed, the latest first."""
        return self._pages(Proposal, "proposals", query={"state": state})

    def decide(self, public_id: str, *, reason: str, accept: bool, moved: int = 2, person_id: str = "") -> Proposal:
        """Decide a pair."""
        return self._ask(
            Proposal,
            "POST",
            "proposals/{}/decide",
            public_id,
            body={"accept": accept, "moved": moved, "person_id": person_id, "reason": reason},
        )

    def scrubs(self) -> Iterator[Scrub]:
        """The scrubs, the latest first."""
        return self._pages(Scrub, "scrubs")

    def sign(self, due_on: date, *, reason: str) -> Scrub:
        """Sign a scrub: what should not be there is frozen as found now."""
        return self._ask(Scrub, "POST", "scrubs/{}/sign", due_on, body={"reason": reason})
