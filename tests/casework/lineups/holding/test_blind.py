"""Nothing that the administrator or the witness is sent tells who the suspect is."""

from __future__ import annotations

import re
import socket
import statistics
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from scipy import stats

from lookalike.casework.acting import Acting
from lookalike.casework.lineups import views_witness
from lookalike.casework.lineups.models import Lineup
from lookalike.casework.lineups.services import holding as services
from lookalike.casework.people.models import Person
from lookalike.lineup.order import drawn
from tests.casework.lineups.holding.conftest import Unit, Witness, place_of_suspect
from tests.casework.lineups.holding.examples import pictures

Begun = Callable[..., Witness]
DRAWN = 6000


def test_the_suspect_stands_anywhere_alike_whatever_the_ids() -> None:
    ids = [f"{number:032x}" for number in range(6)]
    for suspect in (ids[0], ids[5]):
        places = Counter(drawn(f"seed {number}", ids).index(suspect) for number in range(DRAWN))
        assert stats.chisquare([places[place] for place in range(6)]).pvalue > 0.001


def test_whom_one_stands_beside_says_nothing() -> None:
    ids = [f"{number:032x}" for number in range(6)]
    orders = [drawn(f"other {number}", ids) for number in range(DRAWN)]
    before = Counter(order[order.index(ids[0]) - 1] for order in orders if order[0] != ids[0])
    assert stats.chisquare([before[one] for one in ids[1:]]).pvalue > 0.001


def without_time(answer: Any) -> dict[str, str]:
    """The headers but for the times of day."""
    return {key: value for key, value in answer.headers.items() if key not in ("Date", "Expires")}


def comparable(page: str) -> str:
    """A page without what differs from one to the next for everybody: the place, the secret of the form."""
    page = re.sub(r'(csrf-token" content|csrfmiddlewaretoken" value)="[^"]*"', r"\1", page)
    return re.sub(r"\b\d+\b", "N", page)


@pytest.mark.django_db
@pytest.mark.parametrize("suspect", [0, 3, 5])
def test_every_photograph_comes_alike(begun: Begun, suspect: int) -> None:
    witness = begun(suspect=suspect)
    witness.open()
    witness.say("agree")
    while witness.step.startswith(("instruction", "begin")):
        last = witness.client.post(witness.url, {"step": witness.step, "answer": ""}, follow=True)
        witness.page = last.content.decode()
    pages, answers = [], []
    for place in range(1, 7):
        page = witness.client.get(witness.url)
        pages.append((comparable(page.content.decode()), without_time(page)))
        assert f'<img src="{witness.url}picture/{place}/"' in page.content.decode()
        answers.append(witness.client.get(f"{witness.url}picture/{place}/"))
        witness.client.post(witness.url, {"step": f"picture-{place}", "answer": "no"})
    assert all(one == pages[0] for one in pages)
    headers = [without_time(one) for one in answers]
    assert all(one == headers[0] for one in headers)
    assert headers[0]["Cache-Control"].startswith("no-store")
    assert headers[0]["Content-Disposition"] == 'inline; filename="photograph.jpg"'
    assert len({len(one.content) for one in answers}) == 1
    assert len({one.content for one in answers}) == 6
    assert not any("ETag" in one or "Last-Modified" in one for one in headers)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("suspect", [0, 5])
def test_on_the_wire_nothing_tells_one_photograph_from_another(begun: Begun, live_server: Any, suspect: int) -> None:
    """What a device in between would see: every byte before the picture, its length, and the page around it."""
    witness = begun(suspect=suspect, photographs=pictures())
    witness.open()
    witness.say("agree")
    while witness.step.startswith(("instruction", "begin")):
        witness.page = witness.client.post(witness.url, {"step": witness.step}, follow=True).content.decode()
    cookies = "; ".join(f"{one.key}={one.value}" for one in witness.client.cookies.values())
    asks = {"Cookie": cookies, "Origin": live_server.url}
    heads, pages, seen = [], [], []
    for place in range(1, 7):
        head, page = wire(live_server, "GET", witness.url, asks)
        pages.append((len(page), re.sub(rb"\d", b"N", head)))
        head, data = wire(live_server, "GET", f"{witness.url}picture/{place}/", asks)
        heads.append(re.sub(rb"(?m)^((Date|Expires): ).*$", rb"\1", head))
        seen.append(data)
        assert wire(live_server, "GET", f"{witness.url}picture/{place}/", asks)[0].startswith(b"HTTP/1.1 409")
        witness.client.post(witness.url, {"step": f"picture-{place}", "answer": "no"})
    assert heads[0].startswith(b"HTTP/1.1 200")
    assert len(set(heads)) == 1
    assert len(set(pages)) == 1
    assert len({len(one) for one in seen}) == 1
    assert len(set(seen)) == 6
    assert b"no-store" in heads[0]
    assert b'filename="photograph.jpg"' in heads[0]
    assert not re.search(rb"(?i)etag|last-modified|set-cookie|server-timing", heads[0])


def wire(server: Any, method: str, path: str, headers: dict[str, str]) -> tuple[bytes, bytes]:
    """What the site answers, as it comes: everything before the body, and the body."""
    sent = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    with socket.create_connection((server.thread.host, server.thread.port), 30) as line:
        line.sendall(f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{sent}\r\n".encode())
        answer = b"".join(iter(lambda: line.recv(65536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    return head, body


@pytest.mark.django_db
def test_every_photograph_is_sent_at_the_same_time(begun: Begun, monkeypatch: pytest.MonkeyPatch) -> None:
    witness = begun()
    monkeypatch.setattr(views_witness, "SENT_AFTER", 0.5)
    witness.open()
    witness.say("agree")
    took: dict[int, float] = {}
    while not took or witness.step.startswith(("instruction", "begin", "picture")):
        if witness.step.startswith("picture"):
            place = int(witness.step.partition("-")[2])
            begun_at = time.monotonic()
            witness.client.get(f"{witness.url}picture/{place}/")
            took[place] = time.monotonic() - begun_at
        last = witness.client.post(witness.url, {"step": witness.step, "answer": "no" if took else ""}, follow=True)
        witness.page = last.content.decode()
    others = [one for place, one in took.items() if place != place_of_suspect(witness.holding)]
    # all wait for the same moment: what the suspect's needs besides is done before it
    assert min(took.values()) >= 0.5
    assert abs(took[place_of_suspect(witness.holding)] - statistics.median(others)) < 0.1


@pytest.mark.django_db
def test_the_administrator_is_told_nothing(begun: Begun, unit: Unit, signed_in: Callable[[Person], Client]) -> None:
    seen: dict[int, list[str]] = {}
    for number, suspect in enumerate((0, 4)):
        witness = begun(suspect=suspect, seed="the same seed")
        client, lineup = signed_in(unit.administrator), witness.holding.lineup
        witness.to_photographs()
        pages = []
        for _ in range(6):
            pages += [client.get(f"/holdings/{lineup.public_id}/").content.decode()]
            pages += [client.get(f"/holdings/{lineup.public_id}/state/").content.decode()]
            witness.say("no")
        everything = "".join(pages)
        for secret in ("Tom Example", "Clara Clerk", "26-00117", "B0000", lineup.seed, "<img", "picture", "uspect"):
            assert secret not in everything, secret
        for member in lineup.members.all():
            assert member.public_id not in everything
        plain = [comparable(page.replace(lineup.public_id, "X")) for page in pages]
        assert len(set(plain[::2])) == len(set(plain[1::2])) == 1  # the same from the first photograph to the last
        seen[number] = plain
        listed = client.get("/holdings/").content.decode()
        assert "26-00117" not in listed
        assert "Tom" not in listed
        assert client.get(f"/lineups/{lineup.public_id}/held/").status_code in (403, 404)
    assert seen[0] == seen[1]


@pytest.mark.django_db
def test_keys_cannot_be_tried(begun: Begun, client: Client) -> None:
    witness = begun()
    statuses = [client.get(f"/witness/{number}/").status_code for number in range(25)]
    assert statuses[:20] == [404] * 20
    assert set(statuses[20:]) == {429}
    assert client.get(witness.url).status_code == 429  # no telling whether it would have been right


@pytest.mark.django_db
def test_camera_and_microphone_are_the_witness_page_s_alone(
    begun: Begun, unit: Unit, signed_in: Callable[[Person], Client]
) -> None:
    witness = begun()
    answer = witness.client.get(witness.url)
    assert answer["Permissions-Policy"] == "camera=(self), microphone=(self)"
    assert answer["Cache-Control"].startswith("no-store")
    other = signed_in(unit.administrator).get("/holdings/")
    assert other["Permissions-Policy"].startswith("camera=(), microphone=()")


@pytest.mark.django_db
def test_self_administered_the_device_becomes_the_witness_s_own(
    ready: Callable[..., Lineup], unit: Unit, signed_in: Callable[[Person], Client]
) -> None:
    lineup = ready(administration="self_administered")
    client = signed_in(unit.administrator)
    answer: Any = client.post(f"/holdings/{lineup.public_id}/begin/", {"language": "en", "here": "on"})
    assert answer.status_code == 302
    assert answer["Location"].startswith("/witness/")
    assert client.get(f"/holdings/{lineup.public_id}/").status_code == 302  # signed out
    assert "Do you agree" in client.get(answer["Location"]).content.decode()


@pytest.mark.django_db
def test_the_key_is_told_once(
    ready: Callable[..., Lineup], unit: Unit, signed_in: Callable[[Person], Client], acting: Callable[..., Acting]
) -> None:
    lineup = ready()
    client = signed_in(unit.administrator)
    page = client.post(f"/holdings/{lineup.public_id}/begin/", {"language": "es"}).content.decode()
    (url,) = re.findall(r"<code>(http[^<]*)</code>", page)
    assert "/witness/" in url
    assert "/witness/" not in client.get(f"/holdings/{lineup.public_id}/").content.decode()
    assert client.post(f"/holdings/{lineup.public_id}/begin/", {"language": "es"}).status_code == 409
    assert signed_in(unit.other).get(f"/holdings/{lineup.public_id}/").status_code == 404
    assert client.post(f"/holdings/{lineup.public_id}/stop/", {"reason": ""}).status_code == 422
    assert services.given_to(acting(unit.other)).count() == 0
