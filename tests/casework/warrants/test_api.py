"""Every operation over the REST API, once by whoever has it to do and once by somebody who has not."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from lookalike.casework.people.models import Person
from lookalike.casework.warrants.api import operations
from lookalike.casework.warrants.models import PastCase, WarrantRequest
from lookalike.protocol.vocabulary import Role
from tests.casework.tokens import token_of
from tests.casework.warrants.conftest import Court
from tests.casework.warrants.test_past import LIST

pytestmark = [pytest.mark.usefixtures("county"), pytest.mark.django_db(transaction=True)]


@pytest.fixture
def now() -> datetime:
    """Some hours ago: the API acts now, after everything that the case already holds."""
    return datetime.now(UTC) - timedelta(hours=4)


class Desk:
    """Asks an operation as the right person, after somebody else was refused. asked: which were."""

    def __init__(self, court: Court, wrong: Person) -> None:
        self._court, self._wrong, self.asked = court, wrong, set[tuple[str, str]]()
        self._tokens: dict[int, str] = {}

    def __call__(
        self,
        person: Person,
        method: str,
        path: str,
        body: Any = None,
        *,
        status: int = 200,
        wrong: Person | None = None,
    ) -> Any:
        """What the right person is answered; whoever is wrong is refused first, and nothing has happened."""
        template = re.sub(r"(?<=/)([0-9a-f]{32}|\d+)(?=/|$)", "{}", path)
        self.asked.add((method.upper(), template))
        refused = self._send(wrong or self._wrong, method, path, body)
        assert refused.status_code in (403, 404), (path, refused.status_code, refused.content)
        assert refused["Content-Type"] == "application/problem+json"
        done = self._send(person, method, path, body)
        assert done.status_code == status, (path, done.status_code, getattr(done, "content", b""))
        return done

    def _send(self, person: Person, method: str, path: str, body: Any) -> Any:
        if person.pk not in self._tokens:
            self._tokens[person.pk] = token_of(person, datetime.now(UTC))[1]
        kind = "application/octet-stream" if isinstance(body, bytes) else "application/json"
        ask: Any = getattr(Client(), method)
        more = {} if method == "get" else {"data": {} if body is None else body, "content_type": kind}
        return ask(f"/api/{path}", headers={"authorization": f"Bearer {self._tokens[person.pk]}"}, **more)


def test_every_operation_is_for_whom_it_is(court: Court, someone: Callable[..., Person]) -> None:
    """The whole way of a request: drafted, packed, signed, sent, questioned, answered, declined; and the look back."""
    custodian = someone("cus", Role.CUSTODIAN)
    desk = Desk(court, custodian)
    ida, stranger = court.board.unit.investigator, someone("ivan", Role.INVESTIGATOR)
    court.corroborated()
    at = court.suspect.public_id

    made = desk(ida, "post", f"suspects/{at}/warrant", status=201, wrong=stranger).json()
    one = f"warrants/{made['public_id']}"
    assert desk(ida, "get", "warrants").json()["items"][0]["public_id"] == made["public_id"]
    assert desk(ida, "get", one, wrong=stranger).json()["state"] == "draft"
    judged = desk(ida, "get", f"{one}/judgement", wrong=court.prosecutor).json()
    assert judged["allowed"] is False
    said = {"words": "A lead only.", "version": made["version"]}
    row = desk(ida, "post", f"{one}/statement", said, wrong=stranger).json()
    assert row["statement"] == "A lead only."

    packet = desk(ida, "post", f"{one}/packet", status=201, wrong=stranger).json()
    held = f"packets/{packet['public_id']}"
    told = desk(ida, "get", held, wrong=stranger).json()
    assert len(told["sha256"]) == 64
    assert told["items"]
    row = desk(ida, "post", f"{one}/forward", {"version": row["version"]}, wrong=stranger).json()
    signed = {"decision": True, "words": "", "read_all": True, "about_sha256": told["sha256"]}
    for person in (court.one, court.two, court.chief):
        more = {"sole_basis": False} if person == court.chief else {}
        assert b"".join(desk(person, "get", f"{held}/file", wrong=stranger).streaming_content)  # what is signed is read
        answer = desk(person, "post", f"{one}/signatures", signed | more, status=201, wrong=ida).json()
        assert answer["about_sha256"] == told["sha256"]
    version = WarrantRequest.objects.get().version
    assert desk(ida, "post", f"{one}/ask", {"version": version}, wrong=stranger).json()["state"] == "sent"

    version = WarrantRequest.objects.get().version
    asked = {"questions": ["Who saw him?"], "version": version}
    question = desk(court.prosecutor, "post", f"{one}/questions", asked, status=201, wrong=ida).json()[0]
    listed = desk(ida, "get", f"{one}/questions", wrong=stranger).json()["items"]
    assert [row["words"] for row in listed] == ["Who saw him?"]
    reply = desk(ida, "post", f"{one}/questions/{question['id']}/reply", {"words": "The clerk."}, wrong=stranger)
    assert reply.json()["reply"] == "The clerk."
    again = desk(ida, "post", f"{one}/ask", {"version": WarrantRequest.objects.get().version}, wrong=court.one)
    ended = {"words": "Not enough.", "version": again.json()["version"]}
    assert desk(court.prosecutor, "post", f"{one}/decline", ended, wrong=ida).json()["state"] == "declined"

    other = desk(ida, "post", f"suspects/{at}/packet", status=201, wrong=stranger).json()
    assert other["number"] == 2
    taken = desk(court.prosecutor, "get", f"{held}/file")
    assert hashlib.sha256(b"".join(taken.streaming_content)).hexdigest() == told["sha256"]
    given = {"name": "D. Counsel", "days": 5}
    handed = desk(court.prosecutor, "post", f"{held}/deliveries", given, status=201, wrong=ida).json()
    assert Client().get(f"/disclosed/{handed['token']}/").status_code == 200
    rows = desk(court.prosecutor, "get", f"{held}/deliveries").json()["items"]
    assert [(row["to"], row["opened"]) for row in rows] == [
        ("prosecutor", 2),
        ("defence", 1),
    ]  # who signed for the office, and who took it
    closed = desk(court.prosecutor, "post", f"{held}/deliveries/{handed['public_id']}/withdraw", wrong=ida)
    assert closed.json()["withdrawn_at"]
    assert Client().get(f"/disclosed/{handed['token']}/").status_code == 404

    drafted = desk(ida, "post", f"suspects/{at}/warrant", status=201, wrong=court.one).json()
    gone = desk(ida, "post", f"warrants/{drafted['public_id']}/withdraw", {"version": drafted["version"]})
    assert gone.json()["state"] == "withdrawn"
    sent = court.sent()
    accepted = {"words": "Read.", "version": sent.version}
    done = desk(court.prosecutor, "post", f"warrants/{sent.public_id}/accept", accepted, wrong=court.one)
    assert done.json()["state"] == "accepted"

    assert desk(court.one, "post", "past-cases", LIST, status=201, wrong=ida).json() == {"new": 2, "known": []}
    listed = desk(court.prosecutor, "get", "past-cases", wrong=ida).json()["items"]
    assert {row["number"] for row in listed} == {"19-00412", "21-7"}
    bare = PastCase.objects.get(number="19-00412").pk
    wanted = {"to": "The prosecutor", "days": 14}
    row = desk(court.one, "post", f"past-cases/{bare}/notice", wanted, status=201, wrong=court.prosecutor).json()
    assert row["due_on"]
    words = {"by": "P. P.", "words": "Dismissed."}
    assert desk(court.one, "post", f"past-cases/{bare}/answer", words, wrong=ida).json()["answered_at"]

    known = {
        (method, re.sub(r"\{[^}]*\}", "{}", path.strip("/")))
        for path, view in operations.router.path_operations.items()
        for operation in view.operations
        for method in operation.methods
    }
    assert {(method, path) for method, path in desk.asked} == known
