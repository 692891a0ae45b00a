"""As an examiner: every page, answer, picture, name and header, before and after, first and second. Nothing leaks."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from PIL import Image

from lookalike.casework.bookings.models import BookingPhoto
from lookalike.casework.examinations import services
from lookalike.casework.examinations.models import Task
from lookalike.casework.people.models import Person
from lookalike.face.matcher import Matcher
from lookalike.protocol.vocabulary import Conclusion
from tests.casework.examinations.conftest import (
    CASE_NUMBER,
    DESCRIPTION,
    GALLERY,
    NARRATIVE,
    RANKED,
    Clock,
    Unit,
    judge,
)

LINK = re.compile(r'(?:href|src|action|data-left|data-right|data-save|hx-post)="(/[^"#]*)')
SAID = re.compile(
    r"\b(score|rank|ranked|ancestry|sex|race|match\w*|decoy|non-mate|second|first examiner|booking)\b", re.I
)
CLOCK = ("Date", "Expires")
"""Headers that tell the second of the answer: two pictures got on either side of a full second differ in them."""
SIGNS = re.compile("[✓✔✅]")


class Seen:
    """Everything that an examiner's browser got: by address, the body as text and the headers."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.pages: dict[str, str] = {}
        self.pictures: dict[str, tuple[bytes, dict[str, str]]] = {}
        self.headers: dict[str, dict[str, str]] = {}

    def crawl(self, *starts: str) -> Seen:
        """Follow every link from these addresses, those that only take POST among them."""
        waiting, done = list(starts), set[str]()
        while waiting:
            address = waiting.pop()
            if address in done or address.startswith(("/static/", "/accounts/", "/sign")):
                continue
            done.add(address)
            answer: Any = self.client.get(address)
            headers = {name: value for name, value in answer.items() if name not in CLOCK}
            self.headers[address] = headers
            if answer["Content-Type"].startswith("image/"):
                self.pictures[address] = (answer.content, headers)
                continue
            self.pages[address] = answer.content.decode() if answer.content else ""
            waiting += [found.replace("&amp;", "&") for found in LINK.findall(self.pages[address])]
        return self

    def everything(self) -> Iterator[tuple[str, str]]:
        """Every text that was got, with where."""
        for address, headers in self.headers.items():
            yield address, address + "\n" + "\n".join(f"{name}: {value}" for name, value in headers.items())
        for address, text in self.pages.items():
            yield address, text
        for address, (data, _) in self.pictures.items():
            yield address, data.decode("latin-1")


def forbidden(unit: Unit, booked: dict[str, BookingPhoto], own: Task) -> list[str]:
    """What no examiner may get, word for word."""
    others = Task.objects.filter(search=unit.search).exclude(pk=own.pk).select_related("examiner")
    words = [CASE_NUMBER, NARRATIVE, GALLERY, "0.6123", unit.search.public_id, unit.search.request.public_id]
    words += list(booked) + [one.booking.person_id for one in booked.values()]
    words += [str(one.file.public_id) for one in booked.values() if one.file]
    words += [one.public_id for one in unit.search.candidates.all()]
    for one in others:
        words += [one.public_id, one.reference, one.examiner.name, one.examiner.username, one.examiner.public_id]
        words += [face.public_id for face in one.faces.all()]
    return words


def hold(seen: Seen, words: list[str], *, tasks_only: str) -> None:
    """Nothing forbidden was got; and on the pages of the task, no word that would hint at it."""
    for address, text in seen.everything():
        for word in words:
            assert word not in text, f"{word!r} at {address}"
        if address.startswith(tasks_only) and address in seen.pages:
            visible = re.sub(r"<(script|style)[^>]*>.*?</\1>", "", text, flags=re.S)
            assert not SAID.search(visible), (address, SAID.search(visible))
            assert not SIGNS.search(visible)
            assert "<!--" not in text
            assert "%" not in re.sub(r"<[^>]*>", "", visible)


def stages(unit: Unit, clock: Clock, task: Task, client: Client, name: str | None) -> Iterator[Seen]:
    """The task from its beginning to its end, everything seen at each stage."""
    who, here = task.examiner, f"/tasks/{task.public_id}/"
    yield Seen(client).crawl("/tasks/", here)
    services.begin(clock(who), task)
    yield Seen(client).crawl("/tasks/", here)
    task.refresh_from_db()
    services.describe(clock(who), task, version=task.version, features=DESCRIPTION)
    task.refresh_from_db()
    services.lock_probe(clock(who), task, version=task.version)
    yield Seen(client).crawl("/tasks/", here)
    task.refresh_from_db()
    services.show_candidates(clock(who), task)
    yield Seen(client).crawl("/tasks/", here)
    judge(clock, who, task, name)
    yield Seen(client).crawl("/tasks/", here)
    task.refresh_from_db()
    conclusion = Conclusion.POSSIBLE_CANDIDATE if name else Conclusion.NO_CANDIDATE
    services.conclude(clock(who), task, version=task.version, conclusion=conclusion)
    yield Seen(client).crawl("/tasks/", here, "/")


def shape(seen: Seen, task: Task) -> dict[str, str]:
    """What was got of one task with everything that is drawn anew for each task taken out."""
    drawn = {task.public_id: "TASK", task.reference: "REF"}
    drawn |= {face.public_id: "FACE" for face in task.faces.all()}

    def plain(text: str) -> str:
        for word, name in drawn.items():
            text = text.replace(word, name)
        text = re.sub(r'name="csrf(middleware)?token" value="[^"]*"|name="csrf-token" content="[^"]*"', "", text)
        return re.sub(r"\d\d:\d\d:\d\d\.\d\d|\b[A-I]\b|" + re.escape(task.examiner.name), "", text)

    return {plain(address): plain(text) for address, text in seen.pages.items() if address.startswith("/tasks/")}


def test_neither_examiner_gets_anything_that_is_to_be_hidden(
    unit: Unit, clock: Clock, booked: dict[str, BookingPhoto], signed_in: Callable[[Person], Client], matcher: Matcher
) -> None:
    services.give(clock(unit.supervisor), unit.search, (unit.ann, unit.ben))
    first = Task.objects.get(search=unit.search, state=Task.State.GIVEN)
    second = Task.objects.get(search=unit.search, state=Task.State.HELD)
    assert f"/tasks/{second.public_id}/" not in Seen(signed_in(second.examiner)).crawl("/tasks/").pages
    shapes = []
    for task in (first, second):
        client = signed_in(task.examiner)
        found = []
        for seen in stages(unit, clock, task, client, RANKED[0]):
            hold(seen, forbidden(unit, booked, task), tasks_only="/tasks/")
            found.append(shape(seen, task))
        shapes.append(found)
        pictures = [one for address, one in seen.pictures.items() if "/faces/" in address]
        assert len(pictures) == task.faces.count()
        assert len({len(data) for data, _ in pictures}) == 1  # padded
        assert len({tuple(sorted(headers.items())) for _, headers in pictures}) == 1
        for data, headers in pictures:
            assert headers["Cache-Control"].startswith("no-store") or "no-store" in headers["Cache-Control"]
            assert "ETag" not in headers
            assert headers["Content-Disposition"] == 'inline; filename="face.jpg"'
            with Image.open(io.BytesIO(data)) as image:
                assert (image.size, image.format) == ((800, 1000), "JPEG")
                assert not image.getexif()
                assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    counts = [task.faces.count() for task in (first, second)]
    if counts[0] == counts[1]:  # the same number of faces: then the pages of both are the same but for what is drawn
        for one, other in zip(*shapes, strict=True):
            assert sorted(one) == sorted(other)


def test_the_order_in_which_the_pictures_are_loaded_is_the_tasks_own(
    unit: Unit, clock: Clock, signed_in: Callable[[Person], Client]
) -> None:
    services.give(clock(unit.supervisor), unit.search, (unit.ann, unit.ben))
    task = Task.objects.get(search=unit.search, state=Task.State.GIVEN)
    list(stages(unit, clock, task, signed_in(task.examiner), None))
    Task.objects.filter(pk=task.pk).update(state=Task.State.COMPARING)
    page = signed_in(task.examiner).get(f"/tasks/{task.public_id}/").content.decode()
    loaded = re.findall(r'<img src="/tasks/\w+/faces/(\w+)"', page)
    assert loaded == [face.public_id for face in task.faces.order_by("place")]
    assert "lazy" not in page


def test_another_examiners_task_is_nowhere(unit: Unit, clock: Clock, signed_in: Callable[[Person], Client]) -> None:
    services.give(clock(unit.supervisor), unit.search, (unit.ann, unit.ben))
    first = Task.objects.get(search=unit.search, state=Task.State.GIVEN)
    for _ in stages(unit, clock, first, signed_in(first.examiner), None):
        pass
    face = first.faces.first()
    assert face is not None
    here = f"/tasks/{first.public_id}"
    gets = ("/", "/lock", "/probe", "/hand-back", f"/faces/{face.public_id}", f"/compare/{face.public_id}")
    posts = ("/begin", "/describe", "/lock", "/show", "/correct", "/conclude", f"/compare/{face.public_id}/viewer")
    for person in (unit.cyd, Task.objects.get(search=unit.search, nth=3 - first.nth).examiner):
        client = signed_in(person)
        made_up = client.get("/tasks/0123456789abcdef/")
        for path in gets:
            answer = client.get(here + path)
            assert answer.status_code == 404
            assert first.examiner.name not in answer.content.decode()
            assert len(answer.content) == pytest.approx(len(made_up.content), abs=60)  # the address and the token
        for path in posts:
            assert client.post(here + path).status_code == 404
    for person in (unit.supervisor,):
        assert signed_in(person).get(f"{here}/").status_code == 403


def test_no_face_is_there_before_the_description_is_locked_and_the_faces_are_shown(
    unit: Unit, clock: Clock, signed_in: Callable[[Person], Client]
) -> None:
    services.give(clock(unit.supervisor), unit.search, (unit.ann, unit.ben))
    task = Task.objects.get(search=unit.search, state=Task.State.GIVEN)
    client, here = signed_in(task.examiner), f"/tasks/{task.public_id}"
    face = task.faces.first()
    assert face is not None
    assert client.get(f"{here}/probe").status_code == 404
    services.begin(clock(task.examiner), task)
    assert client.get(f"{here}/probe").status_code == 200
    for path in (f"{here}/faces/{face.public_id}", f"{here}/compare/{face.public_id}"):
        assert client.get(path).status_code == 404
    assert client.post(f"{here}/show").status_code == 409
    task.refresh_from_db()
    services.lock_probe(clock(task.examiner), task, version=task.version, features=DESCRIPTION)
    assert client.get(f"{here}/faces/{face.public_id}").status_code == 404
    assert client.post(f"{here}/show").status_code == 302
    assert client.get(f"{here}/faces/{face.public_id}").status_code == 200


def test_who_reads_examinations_reads_none_before_all_are_concluded(
    unit: Unit, clock: Clock, signed_in: Callable[[Person], Client]
) -> None:
    services.give(clock(unit.supervisor), unit.search, (unit.ann, unit.ben))
    first = Task.objects.get(search=unit.search, state=Task.State.GIVEN)
    for _ in stages(unit, clock, first, signed_in(first.examiner), RANKED[0]):
        pass
    client, here = signed_in(unit.supervisor), f"/examinations/{unit.search.public_id}"
    face = first.faces.first()
    assert face is not None
    page = client.get(f"{here}/").content.decode()
    assert first.examiner.name in page
    for word in (RANKED[0], "Possible candidate", "Alike throughout"):
        assert word not in page
    for path in (
        "/probe",
        f"/faces/{face.public_id}",
        f"/compare/{face.public_id}",
        f"/tasks/{first.public_id}/report",
    ):
        assert client.get(here + path).status_code == 404
