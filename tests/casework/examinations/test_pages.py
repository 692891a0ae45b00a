"""The pages of an examination, from the first to the last: forms, autosave, two windows, and who reads it after."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from lookalike.casework.examinations import services
from lookalike.casework.examinations.components import COMPONENTS
from lookalike.casework.examinations.models import Task, TaskFace
from lookalike.casework.people.models import Person
from lookalike.casework.searches.models import Request
from lookalike.protocol.vocabulary import Conclusion, Role
from tests.casework.examinations.conftest import RANKED, Clock, Unit, examine, judge, seeing

Browser = Callable[[Person], Client]
STATE = {
    "schema": "lookalike.viewer/1",
    "left": {
        "view": {"x": 100, "y": 100, "zoom": 2, "rotate": 0, "flip": False},
        "tone": {"brightness": 0, "contrast": 1, "gamma": 1.2},
    },
    "right": {
        "view": {"x": 100, "y": 100, "zoom": 1, "rotate": 4, "flip": False},
        "tone": {"brightness": 0, "contrast": 1, "gamma": 1},
    },
    "locked": True,
    "grid": {"on": False, "step": 10},
    "align": None,
    "overlay": {"mode": "none", "amount": 0.5},
    "smooth": False,
    "marks": [{"id": 1, "left": [120, 90], "right": [200, 300], "component": "Nose", "note": "tip"}],
}


@pytest.fixture
def task(unit: Unit, clock: Clock) -> Task:
    """The task that is given, not begun yet."""
    services.give(clock(unit.supervisor), unit.search, (unit.ann, unit.ben))
    return Task.objects.get(search=unit.search, state=Task.State.GIVEN)


def described(version: int, **changes: str) -> dict[str, Any]:
    """The form of the description, filled in."""
    form: dict[str, Any] = {"version": version}
    for one in COMPONENTS:
        form |= {f"{one.key}-visible": "visible", f"{one.key}-words": "round", f"{one.key}-limits": ["pose"]}
    return form | changes


def version_of(task: Task) -> int:
    return Task.objects.get(pk=task.pk).version


def test_an_examination_is_done_with_the_pages_alone(unit: Unit, task: Task, signed_in: Browser) -> None:
    client, here = signed_in(task.examiner), f"/tasks/{task.public_id}"
    assert b"Begin" in client.get(f"{here}/").content
    assert client.post(f"{here}/begin").status_code == 302
    page = client.get(f"{here}/").content.decode()
    assert all(one.name in page for one in COMPONENTS)
    answer = client.post(f"{here}/describe", described(version_of(task)))
    assert (answer.status_code, answer["Location"]) == (302, f"{here}/lock")
    assert b"Lock this description?" in client.get(f"{here}/lock").content
    assert client.post(f"{here}/lock", {"version": version_of(task)}).status_code == 302
    assert client.post(f"{here}/show").status_code == 302
    page = client.get(f"{here}/").content.decode()
    assert "Still to be compared: A, B" in page
    assert "No candidate</button>" not in page
    faces = list(task.faces.order_by("place"))
    for place, face in enumerate(faces):
        form = {"version": 1, "outcome": "excluded", "reason": "The ear.", "ears-judgement": "different"}
        answer = client.post(f"{here}/compare/{face.public_id}", form)
        following = f"{here}/compare/{faces[place + 1].public_id}" if place + 1 < len(faces) else f"{here}/"
        assert (answer.status_code, answer["Location"]) == (302, following)
    assert "No candidate</button>" in client.get(f"{here}/").content.decode()
    assert (
        client.post(f"{here}/conclude", {"version": version_of(task), "conclusion": "no_candidate"}).status_code == 302
    )
    page = client.get(f"{here}/").content.decode()
    assert "No candidate" in page
    assert client.post(f"{here}/conclude", {"version": 1, "conclusion": "no_candidate"}).status_code == 302  # twice
    assert b"faces" in client.get("/tasks/").content or task.reference.encode() in client.get("/tasks/").content


def test_what_is_written_is_saved_by_itself_and_a_stale_window_overwrites_nothing(
    task: Task, clock: Clock, signed_in: Browser
) -> None:
    services.begin(clock(task.examiner), task)
    client, here = signed_in(task.examiner), f"/tasks/{task.public_id}"
    opened = version_of(task)
    htmx = {"HX-Request": "true"}
    answer = client.post(f"{here}/describe", {"version": opened, "nose-words": "long"}, headers=htmx)
    assert answer.status_code == 200
    assert f'value="{opened + 1}"' in answer.content.decode()
    assert "hx-swap-oob" in answer.content.decode()
    stale = client.post(f"{here}/describe", {"version": opened, "nose-words": "short"}, headers=htmx)
    assert stale.status_code == 409
    stale = client.post(f"{here}/describe", {"version": opened, "nose-words": "short"})
    assert stale.status_code == 409
    assert "short" in stale.content.decode()  # what was typed is still in the form
    assert "Nothing was overwritten" in stale.content.decode()
    assert task.features.get().words == "long"
    # the same text again, sent by hand a moment after it was saved by itself, is no conflict
    assert client.post(f"{here}/describe", {"version": opened, "nose-words": "long"}).status_code == 302


def test_a_lock_that_is_not_complete_says_where(task: Task, clock: Clock, signed_in: Browser) -> None:
    services.begin(clock(task.examiner), task)
    client, here = signed_in(task.examiner), f"/tasks/{task.public_id}"
    client.post(f"{here}/describe", described(version_of(task), **{"ears-words": "", "nose-visible": ""}))
    answer = client.post(f"{here}/lock", {"version": version_of(task)})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert 'href="#id_ears-words"' in page
    assert "Nose: say whether it can be seen." in page
    for version in ("", "x", "-1", "9" * 30):
        assert client.post(f"{here}/lock", {"version": version}).status_code in (409, 422)
    assert Task.objects.get(pk=task.pk).state == Task.State.PROBE


def test_the_viewers_state_is_kept_by_version_and_only_if_it_is_one(
    task: Task, clock: Clock, signed_in: Browser
) -> None:
    seeing(clock, task.examiner, task)
    face = task.faces.order_by("place").first()
    assert face is not None
    client, address = signed_in(task.examiner), f"/tasks/{task.public_id}/compare/{face.public_id}"

    def send(data: Any) -> Any:
        body = data if isinstance(data, str) else json.dumps(data)
        return client.post(f"{address}/viewer", body, content_type="application/json")

    answer = send({"version": 0, "state": STATE})
    assert (answer.status_code, answer.json()) == (200, {"version": 1})
    assert send({"version": 0, "state": STATE}).status_code == 409
    assert send({"version": 1, "state": STATE | {"more": 1}}).status_code == 400
    for hostile in ("", "[]", "null", "{}", '{"version": 1}', '{"version": null, "state": {}}', "[" * 5000, "\x00"):
        assert send(hostile).status_code == 400
    face.refresh_from_db()
    assert (face.viewer, face.viewer_version) == (STATE, 1)
    page = client.get(address).content.decode()
    kept = re.search(r'<script id="viewer-state" type="application/json">(.*?)</script>', page)
    assert kept is not None
    assert json.loads(kept[1]) == {"version": 1, "state": STATE}
    assert f'data-save="{address}/viewer"' in page


def test_two_windows_on_one_face_and_a_second_possible_candidate(task: Task, clock: Clock, signed_in: Browser) -> None:
    seeing(clock, task.examiner, task)
    client, here = signed_in(task.examiner), f"/tasks/{task.public_id}"
    one, other = task.faces.order_by("place")[:2]
    form = {"version": 1, "outcome": "excluded", "reason": "The ear."}
    assert client.post(f"{here}/compare/{one.public_id}", form).status_code == 302
    stale = client.post(f"{here}/compare/{one.public_id}", form | {"reason": "The nose."})
    assert stale.status_code == 409
    assert "The nose." in stale.content.decode()
    all_alike = {f"{one.key}-judgement": "similar" for one in COMPONENTS}
    possible = {"version": 2, "outcome": "possible", "reason": "Alike."} | all_alike
    assert client.post(f"{here}/compare/{one.public_id}", possible).status_code == 302
    second = client.post(f"{here}/compare/{other.public_id}", possible | {"version": 1})
    assert second.status_code == 409
    assert f"Face {one.letter} is the possible candidate already" in second.content.decode()
    unexplained = {"version": 1, "outcome": "open", "nose-judgement": "explainable"}
    answer = client.post(f"{here}/compare/{other.public_id}", unexplained)
    assert answer.status_code == 422
    assert "say what explains the difference" in answer.content.decode()
    other.refresh_from_db()
    assert other.outcome == TaskFace.Outcome.OPEN


def test_hostile_words_are_text_and_nothing_else(task: Task, clock: Clock, signed_in: Browser) -> None:
    services.begin(clock(task.examiner), task)
    client, here = signed_in(task.examiner), f"/tasks/{task.public_id}"
    words = '"><script>alert(1)</script>\u202e{{ x }}'
    client.post(f"{here}/describe", described(version_of(task), **{"nose-words": words}))
    for path in ("/", "/lock"):
        page = client.get(here + path).content.decode()
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page
    assert client.post(f"{here}/describe", described(version_of(task), **{"nose-words": "x" * 5000})).status_code == 422
    assert (
        client.post(f"{here}/describe", described(version_of(task), **{"nose-visible": "glowing"})).status_code == 422
    )


def test_an_examination_that_cannot_be_done_blind_is_handed_back(task: Task, signed_in: Browser, unit: Unit) -> None:
    client, here = signed_in(task.examiner), f"/tasks/{task.public_id}"
    assert client.post(f"{here}/hand-back", {"reason": " "}).status_code == 422
    assert client.post(f"{here}/hand-back", {"reason": "I know the person."}).status_code == 302
    assert "taken back" in client.get(f"{here}/").content.decode()
    assert client.get(f"{here}/probe").status_code in (200, 404)
    assert services.open_turns(unit.search) == 1


def test_a_supervisor_assigns_and_reads_both_side_by_side(
    unit: Unit, clock: Clock, signed_in: Browser, someone: Callable[..., Person]
) -> None:
    client, here = signed_in(unit.supervisor), f"/examinations/{unit.search.public_id}"
    page = client.get(f"{here}/").content.decode()
    assert "Ann Lee" in page
    assert "Asked for this search or checked the request." in page
    assert client.post(f"{here}/give", {"examiners": [unit.ann.public_id]}).status_code == 422
    assert client.post(f"{here}/give", {"examiners": ["nobody", "either"]}).status_code == 422
    assert client.post(f"{here}/give", {"examiners": [unit.ann.public_id, unit.ben.public_id]}).status_code == 302
    Task.objects.update(given_at=clock.at)  # the tests' clock is behind that of the pages
    for _ in range(2):
        task = Task.objects.get(search=unit.search, state=Task.State.GIVEN)
        seeing(clock, task.examiner, task)
        face = task.faces.get(record_id=RANKED[1])
        signed_in(task.examiner).post(
            f"/tasks/{task.public_id}/compare/{face.public_id}/viewer",
            json.dumps({"version": 0, "state": STATE}),
            content_type="application/json",
        )
        judge(clock, task.examiner, task, RANKED[1])
        task.refresh_from_db()
        services.conclude(clock(task.examiner), task, version=task.version, conclusion=Conclusion.POSSIBLE_CANDIDATE)
    assert Request.objects.get(pk=unit.search.request_id).state == Request.State.ANSWERED
    for reader in (unit.supervisor, someone("ada_audit", Role.AUDITOR), someone("bo_board", Role.BOARD)):
        client = signed_in(reader)
        page = client.get(f"{here}/").content.decode()
        assert f"All name record {RANKED[1]}" in page
        assert "mixed in, known to be somebody else" in page
        links = re.findall(rf'href="({here}/compare/\w+)"', page)
        page = client.get(links[1]).content.decode()
        assert page.count("<lookalike-viewer") in (1, 2)
        assert "data-read-only" in page
        assert "data-save" not in page
    documents = re.findall(rf'href="({here}/tasks/\w+/report)"', client.get(f"{here}/").content.decode())
    assert len(documents) == 2
    answer = client.get(documents[0])
    assert answer.content.startswith(b"%PDF")
    assert client.get(documents[0]).content == answer.content  # made once
    assert client.post(f"{here}/give", {"examiners": [unit.cyd.public_id]}).status_code in (403, 422)


def test_lists_ask_the_database_a_fixed_number_of_times(
    unit: Unit, clock: Clock, signed_in: Browser, django_assert_max_num_queries: Any
) -> None:
    services.give(clock(unit.supervisor), unit.search, (unit.ann, unit.ben))
    first = Task.objects.get(search=unit.search, state=Task.State.GIVEN)
    examine(clock, first.examiner, first, None)
    for person, address, most in (
        (first.examiner, "/tasks/", 14),
        (first.examiner, f"/tasks/{first.public_id}/", 20),
        (unit.supervisor, "/examinations/", 16),
        (unit.supervisor, "/trials/", 16),
    ):
        client = signed_in(person)
        client.get(address)
        with django_assert_max_num_queries(most):
            assert client.get(address).status_code == 200
