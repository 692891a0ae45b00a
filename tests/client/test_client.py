"""The client: what it sends, what it makes of answers, and that it is what the API's description says."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

import lookalike.client
from lookalike import errors
from lookalike.client import Client
from lookalike.client.models import Role
from lookalike.errors import ActRefused, BadForm, LookalikeError, NoAnswer, NotThere, TooOften
from lookalike.site.api import api
from tools.make_client import files

Answering = Callable[[httpx.Request], httpx.Response]


def site(answer: Answering) -> Client:
    """A client of a site that answers so."""
    return Client("https://site.example", "lookalike_token", transport=httpx.MockTransport(answer))


def problem(name: str, status: int, **more: Any) -> httpx.Response:
    """A problem document."""
    said = {"type": f"urn:lookalike:error:{name}", "title": "What.", "detail": "Why.", "remedy": "Do.", **more}
    return httpx.Response(status, json=said, headers={"Retry-After": "7"})


def test_the_client_is_what_the_description_says() -> None:
    folder = Path(lookalike.client.__file__).parent
    made = files(json.loads(json.dumps(api.get_openapi_schema(path_prefix=""))))
    for name, text in made.items():
        assert (folder / name).read_text() == text, f"{name} is out of date: run tools/make_client.py"
    assert {one.name for one in folder.glob("*.py")} == {*made, "__init__.py", "transport.py"}


def test_an_answer_is_read_into_its_type() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        assert request.headers["authorization"] == "Bearer lookalike_token"
        assert str(request.url) == "https://site.example/api/accounts/a%2Fb"
        account = {
            **{"public_id": "a/b", "username": "ann", "name": "Ann", "agency": "dpd", "office": "", "new": "field"},
            **{"roles": ["examiner"], "made_at": "2026-01-04T10:00:00.25Z", "disabled_because": ""},
            **dict.fromkeys(("seen_at", "expires_at", "locked_at", "disabled_at")),
        }
        return httpx.Response(200, json=account)

    one = site(answer).people.account("a/b")
    role: Role = one.roles[0]
    assert role == "examiner"
    assert one.made_at == datetime(2026, 1, 4, 10, 0, 0, 250_000, UTC)
    with pytest.raises(AttributeError):
        one.name = "Other"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("name", "kind"), [("NotThere", NotThere), ("NewOfNextYear", LookalikeError), ("annotations", LookalikeError)]
)
def test_a_refusal_is_the_error_that_the_site_raised(name: str, kind: type[LookalikeError]) -> None:
    with pytest.raises(LookalikeError) as caught:
        site(lambda _: problem(name, 404)).requests.read("x")
    assert type(caught.value) is kind
    assert (caught.value.what, caught.value.why, caught.value.remedy) == ("What.", "Why.", "Do.")


def test_what_else_a_refusal_says_is_on_the_error() -> None:
    with pytest.raises(BadForm) as form:
        site(lambda _: problem("BadForm", 422, fields={"face": ["No."]})).requests.read("x")
    assert form.value.fields == {"face": ["No."]}
    with pytest.raises(ActRefused) as refused:
        site(lambda _: problem("ActRefused", 403, judgement={"allowed": False})).requests.read("x")
    assert refused.value.decision == {"allowed": False}
    with pytest.raises(TooOften) as often:
        site(lambda _: problem("TooOften", 429)).requests.read("x")
    assert often.value.wait == 7


@pytest.mark.parametrize("body", [b"<html>", b"[]", b"{}", b"\xff", b'{"type": 1, "title": 2}'])
def test_an_answer_of_something_else_is_told(body: bytes) -> None:
    with pytest.raises(NoAnswer):
        site(lambda _: httpx.Response(502, content=body)).requests.read("x")


def test_a_reading_is_tried_again_and_an_act_never() -> None:
    asked: list[str] = []

    def fails(request: httpx.Request) -> httpx.Response:
        asked.append(request.method)
        raise httpx.ReadTimeout("too late", request=request)

    with pytest.raises(NoAnswer) as reading:
        site(fails).requests.read("x")
    assert asked == ["GET"] * 3
    with pytest.raises(NoAnswer) as acting:
        site(fails).requests.approve("x", words="Read.", version=1)
    assert asked == ["GET"] * 3 + ["POST"]
    assert "not known" in acting.value.why
    assert reading.value.why == ""


def test_a_list_is_read_page_by_page_and_only_as_far_as_it_is_read() -> None:
    asked: list[str] = []

    def pages(request: httpx.Request) -> httpx.Response:
        offset = int(request.url.params["offset"])
        asked.append(request.url.params["limit"])
        lines = [
            {"public_id": str(n), "reference": "r", "state": "given", "due_on": None}
            for n in range(offset, min(offset + 200, 450))
        ]
        return httpx.Response(200, json={"items": lines, "count": 450})

    lines = site(pages).examinations.tasks()
    assert next(lines).public_id == "0"
    assert asked == ["200"]
    assert [one.public_id for one in lines] == [str(n) for n in range(1, 450)]
    assert asked == ["200"] * 3


def test_a_file_is_sent_piece_by_piece() -> None:
    class Counted(io.BytesIO):
        largest = 0

        def read(self, size: int | None = -1) -> bytes:
            piece = super().read(size)
            self.largest = max(self.largest, len(piece))
            return piece

    sent = Counted(b"x" * (3 << 20))

    def answer(request: httpx.Request) -> httpx.Response:
        assert request.headers["content-length"] == str(3 << 20), "without it a server would read nothing"
        assert len(request.read()) == 3 << 20
        return problem("NotAnImage", 422)

    with pytest.raises(errors.NotAnImage):
        site(answer).cases.add_exhibit(
            "x",
            sent,
            kind="photograph",
            title="t",
            probe_kind="still_from_evidence",
            received_from="s",
            received_on=datetime(2026, 1, 5).date(),
        )
    assert 0 < sent.largest <= 1 << 18


def test_files_beside_words_keep_their_names() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        body = request.read()
        assert b'name="pictures"; filename="1.jpg"' in body
        assert b'name="pictures"; filename="2.jpg"' in body
        assert b'name="mending"' in body
        return problem("NotThere", 404)

    with pytest.raises(NotThere):
        site(answer).bookings.mend("x", mending="{}", pictures=[("1.jpg", b"a"), ("2.jpg", io.BytesIO(b"b"))])
