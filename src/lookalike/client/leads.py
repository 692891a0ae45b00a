"""The operations of leads. Written by tools/make_client.py."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lookalike.client.models import Answer, Judged, Sheet, Statement
from lookalike.client.transport import Resource


class LeadsResource(Resource):
    """`Client.leads`."""

    def answers(self) -> Iterator[Answer]:
        """Every answer that you may see, newest first."""
        return self._pages(Answer, "answers")

    def every_statement(self) -> tuple[Statement, ...]:
        """What an investigator accepts before a sheet opens."""
        return self._ask(tuple[Statement, ...], "GET", "answers/statements")

    def answer(self, public_id: str) -> Answer:
        """An answer, and the statements that you have still to accept."""
        return self._ask(Answer, "GET", "answers/{}", public_id)

    def acknowledge(self, public_id: str, *, statements: Sequence[str]) -> Answer:
        """Accept statements."""
        return self._ask(Answer, "POST", "answers/{}/acknowledge", public_id, body={"statements": statements})

    def sheet(self, public_id: str) -> Sheet:
        """What the sheet or letter says. For the investigator after the statements."""
        return self._ask(Sheet, "GET", "answers/{}/sheet", public_id)

    def pdf(self, public_id: str) -> bytes:
        """The document as PDF, signed with the agency's key."""
        return self._file("GET", "answers/{}/document", public_id)

    def judged(self, public_id: str) -> Judged:
        """How a lead would be judged if you signed it now. Nothing is kept."""
        return self._ask(Judged, "GET", "requests/{}/lead-judgement", public_id)

    def issue(self, public_id: str, *, read: bool, version: int, words: str = "", more_than_one: str = "") -> Answer:
        """Sign the lead on which the examiners agree."""
        return self._ask(
            Answer,
            "POST",
            "requests/{}/lead",
            public_id,
            body={"more_than_one": more_than_one, "read": read, "version": version, "words": words},
        )

    def close(self, public_id: str, *, version: int, words: str = "") -> Answer:
        """Answer without a lead."""
        return self._ask(Answer, "POST", "requests/{}/no-lead", public_id, body={"version": version, "words": words})
