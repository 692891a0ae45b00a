"""The operations of warrants. Written by tools/make_client.py."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lookalike.client.models import (
    Brought,
    Handed,
    Packet,
    PacketDelivery,
    Past,
    Question,
    Warrant,
    WarrantJudged,
    WarrantSignature,
)
from lookalike.client.transport import Resource


class WarrantsResource(Resource):
    """`Client.warrants`."""

    def all(self) -> Iterator[Warrant]:
        """Every warrant request that you may see, newest first."""
        return self._pages(Warrant, "warrants")

    def draft(self, public_id: str) -> Warrant:
        """Begin a request against a suspect; one that is open is given again."""
        return self._ask(Warrant, "POST", "suspects/{}/warrant", public_id)

    def warrant(self, public_id: str) -> Warrant:
        """One request."""
        return self._ask(Warrant, "GET", "warrants/{}", public_id)

    def judged(self, public_id: str) -> WarrantJudged:
        """How every protection would judge it now; nothing is kept."""
        return self._ask(WarrantJudged, "GET", "warrants/{}/judgement", public_id)

    def statement(self, public_id: str, *, words: str, version: int) -> Warrant:
        """Accept what the affidavit says of the search."""
        return self._ask(Warrant, "POST", "warrants/{}/statement", public_id, body={"version": version, "words": words})

    def forward(self, public_id: str, *, version: int) -> Warrant:
        """Put it before those who sign."""
        return self._ask(Warrant, "POST", "warrants/{}/forward", public_id, body={"version": version})

    def ask(self, public_id: str, *, version: int) -> Warrant:
        """Ask for the warrant; what the protections refuse is kept."""
        return self._ask(Warrant, "POST", "warrants/{}/ask", public_id, body={"version": version})

    def withdraw(self, public_id: str, *, version: int) -> Warrant:
        """Take a request back."""
        return self._ask(Warrant, "POST", "warrants/{}/withdraw", public_id, body={"version": version})

    def sign(
        self,
        public_id: str,
        *,
        decision: bool,
        read_all: bool,
        about_sha256: str,
        words: str = "",
        sole_basis: bool | None = None,
    ) -> WarrantSignature:
        """Sign for a request, or refuse to with reasons."""
        return self._ask(
            WarrantSignature,
            "POST",
            "warrants/{}/signatures",
            public_id,
            body={
                "about_sha256": about_sha256,
                "decision": decision,
                "read_all": read_all,
                "sole_basis": sole_basis,
                "words": words,
            },
        )

    def accept(self, public_id: str, *, version: int, words: str = "") -> Warrant:
        """Accept a request."""
        return self._ask(Warrant, "POST", "warrants/{}/accept", public_id, body={"version": version, "words": words})

    def decline(self, public_id: str, *, version: int, words: str = "") -> Warrant:
        """Refuse a request, with words."""
        return self._ask(Warrant, "POST", "warrants/{}/decline", public_id, body={"version": version, "words": words})

    def questions(self, public_id: str) -> Iterator[Question]:
        """The questions of the prosecutor, with their answers."""
        return self._pages(Question, "warrants/{}/questions", public_id)

    def send_back(self, public_id: str, *, questions: Sequence[str], version: int) -> tuple[Question, ...]:
        """Send a request back with questions."""
        return self._ask(
            tuple[Question, ...],
            "POST",
            "warrants/{}/questions",
            public_id,
            body={"questions": questions, "version": version},
        )

    def reply(self, public_id: str, question: int, *, words: str) -> Question:
        """Answer a question."""
        return self._ask(Question, "POST", "warrants/{}/questions/{}/reply", public_id, question, body={"words": words})

    def make_packet(self, public_id: str) -> Packet:
        """Have the packet of a request made; ask for the packet to see when it is there."""
        return self._ask(Packet, "POST", "warrants/{}/packet", public_id)

    def make_for_disclosure(self, public_id: str) -> Packet:
        """Have a packet made for disclosure alone."""
        return self._ask(Packet, "POST", "suspects/{}/packet", public_id)

    def packet(self, public_id: str) -> Packet:
        """One packet: whether it is made, what it holds and where."""
        return self._ask(Packet, "GET", "packets/{}", public_id)

    def file(self, public_id: str) -> bytes:
        """The packet itself; recorded each time."""
        return self._file("GET", "packets/{}/file", public_id)

    def delivered(self, public_id: str) -> Iterator[PacketDelivery]:
        """Who has a packet."""
        return self._pages(PacketDelivery, "packets/{}/deliveries", public_id)

    def deliver(self, public_id: str, *, name: str, days: int = 30) -> Handed:
        """Hand a packet to the defence by a link. The token is told once."""
        return self._ask(Handed, "POST", "packets/{}/deliveries", public_id, body={"days": days, "name": name})

    def close(self, public_id: str, delivery: str) -> PacketDelivery:
        """Close a link."""
        return self._ask(PacketDelivery, "POST", "packets/{}/deliveries/{}/withdraw", public_id, delivery)

    def past_cases(self) -> Iterator[Past]:
        """Every past case, newest warrant first."""
        return self._pages(Past, "past-cases")

    def bring(self) -> Brought:
        """Import a list of past cases: CSV as the body, whole or not at all."""
        return self._ask(Brought, "POST", "past-cases")

    def notify(self, number: int, *, to: str, days: int = 30) -> Past:
        """Tell a prosecutor that a past case has no independent evidence."""
        return self._ask(Past, "POST", "past-cases/{}/notice", number, body={"days": days, "to": to})

    def enter_answer(self, number: int, *, by: str, words: str) -> Past:
        """Enter what the prosecutor answered."""
        return self._ask(Past, "POST", "past-cases/{}/answer", number, body={"by": by, "words": words})
