"""The API gives an examiner what the pages give, and nothing more; every act of the pages is there."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from lookalike.casework import files
from lookalike.casework.bookings.models import BookingPhoto
from lookalike.casework.examinations import services
from lookalike.casework.examinations.components import COMPONENTS
from lookalike.casework.examinations.models import Task, Trial, TrialRound
from lookalike.casework.people.models import Person, RoleHeld
from lookalike.protocol.vocabulary import Conclusion, Role
from tests.casework.examinations.conftest import CASE_NUMBER, GALLERY, NARRATIVE, RANKED, Clock, Unit, examine
from tests.casework.tokens import token_of

Call = Callable[..., Any]


@pytest.fixture
def call() -> Callable[[Person], Call]:
    """Ask the API as somebody."""

    def make(person: Person) -> Call:
        _, secret = token_of(person, datetime.now(UTC))
        client = Client(headers={"Authorization": f"Bearer {secret}"})

        def ask(method: str, address: str, body: Any = None, *, expect: int = 200) -> Any:
            data = None if body is None else json.dumps(body)
            more = {} if data is None else {"data": data, "content_type": "application/json"}
            answer: Any = getattr(client, method)(f"/api/{address}", **more)
            assert answer.status_code == expect, (address, answer.status_code, answer.content[:400])
            answer.text = answer.content.decode("latin-1")
            return answer

        return ask

    return make


def test_an_examination_is_done_over_the_api_and_nothing_leaks(
    unit: Unit, clock: Clock, call: Callable[[Person], Call], booked: dict[str, BookingPhoto]
) -> None:
    supervisor = call(unit.supervisor)
    there = f"examinations/{unit.search.public_id}"
    names = {one["name"]: one["why_not"] for one in supervisor("get", f"{there}/eligible").json()}
    assert names["Ann Lee"] == ""
    assert names["Dan Checks"] != ""
    chosen = {"examiners": [unit.ann.public_id, unit.ben.public_id]}
    assert supervisor("post", f"{there}/give", chosen).json()["open_turns"] == 0
    supervisor("post", f"{there}/give", chosen, expect=409)
    task = Task.objects.get(search=unit.search, state=Task.State.GIVEN)
    ask, here, got = call(task.examiner), f"tasks/{task.public_id}", []

    def asked(method: str, address: str, body: Any = None, *, expect: int = 200) -> Any:
        answer = ask(method, address, body, expect=expect)
        got.append(answer.text + str(dict(answer.items())))
        return answer

    assert asked("get", "tasks").json()["items"][0]["public_id"] == task.public_id
    asked("get", f"{here}/probe", expect=404)
    asked("post", f"{here}/begin")
    asked("get", f"{here}/probe")
    version = asked("get", here).json()["version"]
    features = [{"component": one.key, "visible": "visible", "words": "even", "limits": []} for one in COMPONENTS]
    version = asked("put", f"{here}/description", {"version": version, "features": features}).json()["version"]
    asked("put", f"{here}/description", {"version": version - 2, "features": features[:1]}, expect=409)
    assert asked("post", f"{here}/lock", {"version": version}).json()["faces"] == []
    asked("put", f"{here}/description", {"version": version + 1, "features": features}, expect=409)
    faces = asked("post", f"{here}/show").json()["faces"]
    assert [face["letter"] for face in faces] == [chr(65 + place) for place in range(len(faces))]
    asked("post", f"{here}/corrections", {"component": "nose", "after": "long", "reason": "seen larger"})
    for face in faces:
        asked("get", f"{here}/faces/{face['public_id']}/picture")
        asked("get", f"{here}/faces/{face['public_id']}/viewer")
        body = {"version": 1, "compared": [], "outcome": "excluded", "reason": "The ear."}
        asked("put", f"{here}/faces/{face['public_id']}", body)
        asked("put", f"{here}/faces/{face['public_id']}", body, expect=409)
    asked("put", f"{here}/faces/{faces[0]['public_id']}/viewer", {"version": 0, "state": {}}, expect=422)
    version = asked("get", here).json()["version"]
    end = {"version": version, "conclusion": "no_candidate"}
    assert asked("post", f"{here}/conclude", end | {"version": 1}, expect=409)
    assert asked("post", f"{here}/conclude", end).json()["state"] == "concluded"
    asked("get", here)
    other = Task.objects.exclude(pk=task.pk).get(search=unit.search)
    hidden = [CASE_NUMBER, NARRATIVE, GALLERY, "0.6123", unit.search.public_id, other.public_id, other.examiner.name]
    hidden += [*booked, *(one.booking.person_id for one in booked.values()), other.examiner.public_id, '"nth"', "seed"]
    for text in got:
        for word in hidden:
            assert word not in text, word
    # nobody else's task, and nothing that readers get
    stranger = call(unit.cyd)
    for method, address in (
        ("get", here),
        ("post", f"{here}/begin"),
        ("post", f"{here}/show"),
        ("get", f"{here}/probe"),
    ):
        stranger(method, address, expect=404)
    for address in (there, f"{there}/eligible", "trials", "trial-rates"):
        ask("get", address, expect=403)
    seen = supervisor("get", there).json()
    assert not seen["over"]
    assert {one["conclusion"] for one in seen["examinations"]} == {""}
    supervisor("get", f"{there}/tasks/{task.public_id}/document", expect=404)
    assert RANKED[0] not in supervisor("get", there).text


def test_a_supervisor_takes_back_and_schedules_over_the_api(
    unit: Unit, clock: Clock, call: Callable[[Person], Call]
) -> None:
    services.give(clock(unit.supervisor), unit.search, (unit.ann, unit.ben))
    task = Task.objects.get(search=unit.search, state=Task.State.GIVEN)
    supervisor, there = call(unit.supervisor), f"examinations/{unit.search.public_id}"
    supervisor("post", f"{there}/tasks/{task.public_id}/withdraw", {"reason": ""}, expect=422)
    supervisor("post", f"{there}/tasks/{task.public_id}/withdraw", {"reason": "On leave."}, expect=204)
    assert supervisor("get", there).json()["open_turns"] == 1
    supervisor("post", f"{there}/close", expect=409)
    assert supervisor("get", "trial-sets").json() == []
    body = {"prepared": "none", "examiners": [unit.ann.public_id], "each": 2, "last_day": "2099-01-01"}
    supervisor("post", "trials", body, expect=422)
    assert supervisor("get", "trials").json()["items"] == []
    assert supervisor("get", "trial-rates").json() == []


def test_an_own_open_round_is_not_there_over_the_api(unit: Unit, clock: Clock, call: Callable[[Person], Call]) -> None:
    made = TrialRound.objects.create(
        prepared="x", scheduled_by=unit.supervisor, scheduled_at=clock.at, last_day=clock.at.date()
    )
    task = Task.objects.create(examiner=unit.cyd, given_at=clock.at, probe=unit.search.probe_picture, seed=1)
    task.state, task.conclusion = Task.State.CONCLUDED, Conclusion.NO_CANDIDATE
    task.save()
    Trial.objects.create(task=task, round=made, probe="p", scheduled_by=unit.supervisor, scheduled_at=clock.at)
    RoleHeld.objects.create(person=unit.cyd, role=Role.SUPERVISOR, since=clock.at)
    own, other = call(Person.objects.get(pk=unit.cyd.pk)), call(unit.supervisor)
    for there, of_others in (("trials", 1), ("trial-rates", 1)):
        assert own("get", there).json() in ([], {"items": [], "count": 0})
        shown = other("get", there).json()
        assert len(shown["items"] if isinstance(shown, dict) else shown) == of_others
    own("post", f"trials/{made.public_id}/close", {}, expect=404)


def test_who_reads_a_round_fetches_its_pictures_once_it_is_over(
    unit: Unit, clock: Clock, call: Callable[[Person], Call]
) -> None:
    services.give(clock(unit.supervisor), unit.search, (unit.ann, unit.ben))
    there, supervisor = f"examinations/{unit.search.public_id}", call(unit.supervisor)
    first = Task.objects.get(search=unit.search, state=Task.State.GIVEN)
    examine(clock, first.examiner, first, RANKED[0])
    face = first.faces.order_by("place")[0]
    pictures = [f"{there}/probe", f"{there}/faces/{face.public_id}/picture"]
    assert supervisor("get", there).json()["faces"] == []
    for address in pictures:  # the second examiner has not concluded
        supervisor("get", address, expect=404)
    second = Task.objects.get(search=unit.search, state=Task.State.GIVEN)
    examine(clock, second.examiner, second, RANKED[0])
    told = supervisor("get", there).json()["faces"]
    assert len(told) == first.faces.count() + second.faces.count()
    assert {one["record"] for one in told if not one["known_non_mate"]} == set(RANKED)
    shown = [supervisor("get", address) for address in pictures]
    assert [one["Content-Type"] for one in shown] == ["image/png", "image/jpeg"]
    assert [one.content for one in shown] == [files.read(first.probe), files.read(face.picture)]
    assert all(one["Cache-Control"] == "no-store" for one in shown)
    other = second.faces.order_by("place")[0]
    assert supervisor("get", f"{there}/faces/{other.public_id}/picture").content == files.read(other.picture)
    supervisor("get", f"{there}/faces/{'0' * 32}/picture", expect=404)
    examiner = call(first.examiner)
    for address in pictures:
        examiner("get", address, expect=403)
