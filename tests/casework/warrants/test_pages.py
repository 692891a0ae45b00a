"""The pages of requests and packets, and the defence's, each for whom it is."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from lookalike.casework.people.models import Person
from lookalike.casework.warrants.models import Access, Delivery, WarrantRequest
from lookalike.casework.warrants.services import deliveries
from lookalike.disclosure.packet import read
from lookalike.errors import NotNow, NotThere
from lookalike.protocol.vocabulary import Role
from tests.casework.at_once import at_once, told
from tests.casework.warrants.conftest import Court

pytestmark = [pytest.mark.usefixtures("county"), pytest.mark.django_db(transaction=True)]
State = WarrantRequest.State


def test_the_way_of_a_request_through_the_pages(
    court: Court, signed_in: Callable[[Person], Client], tmp_path: Path
) -> None:
    client = signed_in(court.board.unit.investigator)
    made = client.post(f"/suspects/{court.suspect.public_id}/warrant/")
    assert made.status_code == 303
    row = WarrantRequest.objects.get()
    page = client.get(made["Location"]).content.decode()
    assert "is an investigative lead only" in page
    assert "No independent evidence links this person" in page
    assert "What it would take" in page
    assert client.post(f"/warrants/{row.public_id}/statement/", {"words": "", "version": 1}).status_code == 422
    assert client.post(f"/warrants/{row.public_id}/statement/", {"words": "A lead.", "version": 1}).status_code == 303
    assert client.post(f"/warrants/{row.public_id}/statement/", {"words": "Old.", "version": 1}).status_code == 409
    assert signed_in(court.prosecutor).get(f"/warrants/{row.public_id}/").status_code == 404
    packet = court.packet(row)
    row.refresh_from_db()
    assert client.post(f"/warrants/{row.public_id}/forward/", {"version": row.version}).status_code == 303
    row.refresh_from_db()
    refused = client.post(f"/warrants/{row.public_id}/ask/", {"version": row.version})
    assert refused.status_code == 403
    assert "Williams v. City of Detroit" in refused.content.decode()

    captain = signed_in(court.one)
    about = {"about_sha256": packet.sha256, "words": ""}
    assert captain.post(f"/warrants/{row.public_id}/sign/", about).status_code == 422
    assert captain.post(f"/warrants/{row.public_id}/sign/", about | {"read_all": "on"}).status_code == 409
    assert "Take the packet first." in captain.get(f"/warrants/{row.public_id}/").content.decode()
    b"".join(captain.get(f"/packets/{packet.public_id}/file/").streaming_content)
    assert "Take the packet first." not in captain.get(f"/warrants/{row.public_id}/").content.decode()
    assert captain.post(f"/warrants/{row.public_id}/sign/", about | {"read_all": "on"}).status_code == 303
    chief = signed_in(court.chief)
    assert chief.post(f"/warrants/{row.public_id}/sign/", about | {"read_all": "on"}).status_code == 422
    taken = chief.get(f"/packets/{packet.public_id}/file/")
    data = b"".join(taken.streaming_content)
    signed = chief.post(f"/warrants/{row.public_id}/sign/", about | {"read_all": "on", "sole_basis": "no"})
    assert signed.status_code == 303
    assert "not the sole basis" in chief.get(f"/warrants/{row.public_id}/").content.decode()

    assert hashlib.sha256(data).hexdigest() == packet.sha256
    assert "no-store" in taken["Cache-Control"]
    assert [one.person for one in Access.objects.order_by("pk")] == [court.one, court.chief]
    (tmp_path / "packet.zip").write_bytes(data)
    if os.environ.get("LOOKALIKE_SCREENSHOTS"):
        (Path(os.environ["LOOKALIKE_SCREENSHOTS"]) / "packet.zip").write_bytes(data)
    contents = read(tmp_path / "packet.zip").contents
    assert contents.suspect.name == court.suspect.party.name
    run = contents.searches[0].run  # type: ignore[index]
    assert len(run.candidates) == court.board.search.candidates.count()
    assert len(run.examinations) == 2
    page = chief.get(f"/packets/{packet.public_id}/").content.decode()
    assert "State v. Arteaga" in page
    assert "not in this packet" not in page


def test_the_defence_opens_its_link_without_an_account_and_it_is_recorded(
    court: Court, signed_in: Callable[[Person], Client]
) -> None:
    row = court.forward()
    packet = row.packets.get()
    client = signed_in(court.prosecutor)
    done = client.post(f"/packets/{packet.public_id}/deliver/", {"name": "D. Counsel", "days": 10})
    assert done.status_code == 303
    page = client.get(f"/packets/{packet.public_id}/").content.decode()
    start = page.index("/disclosed/")
    link = page[start : page.index("<", start)]
    assert link not in client.get(f"/packets/{packet.public_id}/").content.decode()
    anybody = Client()
    shown = anybody.get(link)
    assert shown.status_code == 200
    assert "lookalike disclosure verify" in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    assert shown["Referrer-Policy"] == "no-referrer"
    assert court.suspect.party.name not in shown.content.decode()
    data = b"".join(anybody.get(f"{link}packet.zip").streaming_content)
    assert hashlib.sha256(data).hexdigest() == packet.sha256
    delivery = Delivery.objects.get(to="defence")
    assert [one.what for one in delivery.accesses.order_by("pk")] == [deliveries.OPENED, deliveries.TAKEN]
    seen = client.get(f"/packets/{packet.public_id}/").content.decode()
    assert "by the link, from 127.0.0.1" in seen
    assert "disclosure packet" in anybody.get(f"/verify/{packet.code}/").content.decode()
    withdrawn = client.post(f"/packets/{packet.public_id}/deliveries/{delivery.public_id}/withdraw/")
    assert withdrawn.status_code == 303
    closed, wrong = anybody.get(link), anybody.get("/disclosed/nothing/")
    assert (closed.status_code, wrong.status_code) == (404, 404)
    for _ in range(40):
        last = anybody.get("/disclosed/guess/")
    assert last.status_code == 429


def test_a_link_runs_out_and_its_token_is_not_kept(court: Court) -> None:
    packet = court.forward().packets.get()
    handed = deliveries.deliver(court.as_(court.prosecutor), packet, name="D. Counsel", days=1)
    assert handed.token not in str(Delivery.objects.filter(pk=handed.delivery.pk).values())
    given: dict[str, Any] = {"source": "127.0.0.1", "what": deliveries.OPENED}
    assert deliveries.opened(handed.token, at=court.at, **given) == handed.delivery
    with pytest.raises(NotThere) as late:
        deliveries.opened(handed.token, at=court.at + timedelta(days=2), **given)
    with pytest.raises(NotThere) as wrong:
        deliveries.opened("x", at=court.at, **given)
    assert str(late.value) == str(wrong.value)
    deliveries.withdraw(court.as_(court.prosecutor), handed.delivery)
    with pytest.raises(NotThere):
        deliveries.opened(handed.token, at=court.at, **given)
    with pytest.raises(NotNow):
        deliveries.withdraw(court.as_(court.prosecutor), handed.delivery)


def test_two_at_once_sign_once_each_and_a_request_is_asked_once(court: Court) -> None:
    from lookalike.casework.warrants.services import requests

    court.corroborated()
    row = court.forward()
    packet = row.packets.get()
    who = [court.as_(court.one), court.as_(court.one), court.as_(court.two)]
    given: dict[str, Any] = {"decision": True, "words": "", "read_all": True, "about_sha256": packet.sha256}
    from lookalike.casework.warrants.services.deliveries import take
    from lookalike.casework.warrants.services.signing import sign

    for one in who:
        take(one, packet)

    both = at_once(*(lambda one=one: sign(one, row, **given) for one in who))  # type: ignore[misc]
    assert len(told(both)) == 1
    assert sorted(row.signatures.values_list("person__username", flat=True)) == ["cap_one", "cap_two"]
    court.sign(court.chief, row)
    row.refresh_from_db()
    asking = [court.investigator, court.investigator]
    asked = at_once(*(lambda one=one: requests.ask(one, row, version=row.version) for one in asking))  # type: ignore[misc]
    assert len(told(asked)) == 1
    row.refresh_from_db()
    assert row.state == State.SENT


def test_who_may_not_sees_nothing(
    court: Court, signed_in: Callable[[Person], Client], someone: Callable[..., Person]
) -> None:
    row = court.forward()
    packet = row.packets.get()
    for role, status in ((Role.INVESTIGATOR, 404), (Role.EXAMINER, 403), (Role.CUSTODIAN, 403), (Role.AUDITOR, 200)):
        client = signed_in(someone(f"x_{role.value}", role))
        assert client.get(f"/warrants/{row.public_id}/").status_code == status, role
        assert client.get(f"/packets/{packet.public_id}/").status_code == status, role
    client = signed_in(someone("auditor_two", Role.AUDITOR))
    assert client.post(f"/packets/{packet.public_id}/deliver/", {"name": "x", "days": 3}).status_code == 403
