"""A case from its opening to its answer, by five people who have nothing but the client and a served site."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache

from lookalike.casework.examinations.components import COMPONENTS
from lookalike.client import Client
from lookalike.client.models import Compared, Feature
from lookalike.errors import ChangedMeanwhile, NotPermitted, NotThere
from tests.casework.searches.conftest import FACTS
from tests.conftest import PEOPLE


@pytest.fixture
def as_(live_server: Any, drawn: Callable[..., Any]) -> Iterator[Callable[[Any], Client]]:
    """The site as somebody with a token of every scope reaches it."""
    cache.clear()
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)

    with ExitStack() as opened:

        def client(person: Any) -> Client:
            token = drawn(person).headers["authorization"].removeprefix("Bearer ")
            return opened.enter_context(Client(live_server.url, token))

        yield client


@pytest.mark.django_db(transaction=True)
def test_a_case_is_played_to_its_answer(
    as_: Callable[[Any], Client], unit: Any, booked: Any, probe_name: str, now: Any
) -> None:
    ida, chen, sam = as_(unit.investigator), as_(unit.checker), as_(unit.supervisor)
    case = ida.cases.open_case(
        number="26-000901",
        agency="dpd",
        nibrs="120",
        statute="750.529",
        attempted=False,
        felony=True,
        completed_on=date(2026, 1, 4),
        narrative="A man with a knife took the day's money from a shop.",
    )
    with (PEOPLE / "probes" / probe_name).open("rb") as photograph:
        exhibit = ida.cases.add_exhibit(
            case.public_id,
            photograph,
            kind="photograph",
            title="Camera above the till",
            probe_kind="still_from_evidence",
            received_from="the shop's owner",
            received_on=now.date(),
            name="till.jpg",
        )
    (still,) = exhibit.stills
    assert len(ida.cases.faces(still)) == 1
    assert ida.cases.still_picture(still, face=1).startswith(b"\xff\xd8")
    original = b"".join(ida.cases.original(exhibit.public_id, reason="For the defence."))
    assert original == (PEOPLE / "probes" / probe_name).read_bytes()

    asked: dict[str, Any] = {
        **{"still": still, "face": 1, "purpose": "identify_suspect", "suspicion": "reasonable_suspicion"},
        **{"specific_facts": FACTS, "route": "own_case"},
    }
    assert ida.requests.consider(**asked).allowed
    request = ida.requests.ask(**asked)
    assert request.state == "waiting"
    with pytest.raises(NotPermitted):
        ida.requests.approve(request.public_id, words="Mine.", version=request.version)

    chen.cases.read(case.public_id)
    with pytest.raises(ChangedMeanwhile):
        chen.requests.approve(request.public_id, words="I read the report.", version=request.version + 7)
    assert chen.requests.approve(request.public_id, words="I read the report.", version=request.version).state == (
        "searched"
    )

    (search,) = sam.examinations.searches()
    assert search.request == request.public_id
    given = sam.examinations.give(search.public_id, examiners=[unit.first.public_id, unit.second.public_id])
    assert [one.conclusion for one in given.examinations] == ["", ""]
    examiners = {person.name: as_(person) for person in (unit.first, unit.second)}
    for _ in examiners:
        _examine_the_open_one(examiners)
    assert sam.examinations.all(search.public_id).over

    request = sam.requests.read(request.public_id)
    assert request.state == "answered"
    sam.leads.close(request.public_id, version=request.version, words="")

    (answer,) = ida.leads.answers()
    assert not answer.lead
    assert ida.leads.answer(answer.public_id).missing == (), "only a lead is accepted statement by statement"
    assert ida.leads.sheet(answer.public_id).kind
    assert ida.leads.pdf(answer.public_id).startswith(b"%PDF-")
    with pytest.raises(NotThere):
        ida.leads.sheet("0" * 32)


def _examine_the_open_one(examiners: dict[str, Client]) -> None:
    """Whoever has an examination does it, and finds no candidate."""
    mine = {
        name: [one for one in site.examinations.tasks() if one.state == "given"] for name, site in examiners.items()
    }
    ((name, (line,)),) = [(name, lines) for name, lines in mine.items() if lines]
    examinations = examiners[name].examinations
    task = examinations.begin(line.public_id)
    assert examinations.probe(task.public_id).startswith(b"\x89PNG")
    features = [Feature(component=one.key, visible="visible", words="oval", limits=()) for one in COMPONENTS]
    task = examinations.describe(task.public_id, version=task.version, features=features)
    task = examinations.lock(task.public_id, version=task.version)
    task = examinations.show(task.public_id)
    assert examinations.face(task.public_id, task.faces[0].public_id).startswith(b"\xff\xd8")
    for face in task.faces:
        examinations.compare(
            task.public_id,
            face.public_id,
            version=face.version,
            compared=[Compared(component="ears", judgement="different", explained_by="", words="lobe")],
            outcome="excluded",
            reason="The ear is another.",
        )
    task = examinations.task(task.public_id)
    task = examinations.conclude(task.public_id, version=task.version, conclusion="no_candidate")
    assert task.state == "concluded"
