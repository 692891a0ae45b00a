"""A search with candidates, invented people who were booked, and examiners who may look at them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings

from lookalike.casework import files
from lookalike.casework.acting import Acting
from lookalike.casework.bookings.models import Booking, BookingPhoto
from lookalike.casework.cases.models import Case, Exhibit, Still, TeamMember
from lookalike.casework.examinations import giving, pictures, services
from lookalike.casework.examinations.checks import Compared, Described
from lookalike.casework.examinations.components import COMPONENTS
from lookalike.casework.examinations.models import Task, TaskFace
from lookalike.casework.people.models import Agency, Person
from lookalike.casework.searches.models import Candidate, Request, Search
from lookalike.face.matcher import Matcher
from lookalike.protocol.vocabulary import Act, Conclusion, Role
from tests.protocol.favourable import favourable

NARRATIVE = "A watch was taken from the display; the guard saw nothing of it."
CASE_NUMBER = "26-118804"
GALLERY = "county-bookings"
RANKED = tuple(f"B{number:06}" for number in (77, 12, 145, 30, 201, 8))
"""The candidates of the search, the most alike first."""

TINY = (12, 10)
"""Width and height of faces and probes in tests that do not look at them."""


@pytest.fixture(autouse=True, scope="session")
def static_folder() -> None:
    """Where the site's own static files would be collected: empty in tests, but there."""
    Path(settings.STATIC_ROOT).mkdir(exist_ok=True)


@pytest.fixture(autouse=True)
def site_matcher(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The matcher where a test looks at real pictures; elsewhere pictures are made without one."""
    if "matcher" in request.fixturenames:
        monkeypatch.setattr(giving, "matcher", lambda: request.getfixturevalue("matcher"))
        return

    def made(photo: bytes, matcher: Matcher | None = None) -> bytes:
        return photo

    monkeypatch.setattr(giving, "matcher", lambda: None)
    monkeypatch.setattr(pictures, "face_picture", made)


@dataclass(frozen=True, slots=True)
class Unit:
    """The people of a unit and what they have to look at."""

    search: Search
    supervisor: Person
    ann: Person
    ben: Person
    cyd: Person


@pytest.fixture
def booked(db: None, people: Path, bookings: list[dict[str, str]], now: datetime) -> dict[str, BookingPhoto]:
    """Forty bookings with their photographs, the candidates among them, by record."""
    rows = {row["id"]: row for row in bookings}
    made = {}
    others = [record for record in rows if record not in RANKED][100:134]
    for record in (*RANKED, *others):
        row = rows[record]
        booking = Booking.objects.create(
            arrest_id=f"A-{record}",
            person_id=row["person_id"],
            agency=row["source"],
            source="booking",
            status="active",
            born_on=date(1980, 1, 1),
            received_at=now,
        )
        file = files.keep((people / row["file"]).read_bytes(), name=f"{record}.jpg", media_type="image/jpeg")
        made[record] = BookingPhoto.objects.create(
            booking=booking,
            record_id=record,
            gallery=GALLERY,
            taken_on=date.fromisoformat(row["date_taken"]),
            sha256=file.sha256,
            file=file,
            state=BookingPhoto.State.ENROLLED,
        )
    return made


@pytest.fixture
def searched(
    law: Person, agency: Agency, someone: Callable[..., Person], people: Path, booked: dict[str, BookingPhoto]
) -> Search:
    """A search that was run for a case, with its candidates."""
    at = datetime.now(UTC) - timedelta(hours=2)
    investigator, checker = someone("ivy_stone", Role.INVESTIGATOR), someone("dan_checks", Role.EXAMINER)
    case = Case.objects.create(
        number=CASE_NUMBER, agency=agency, nibrs="120", narrative=NARRATIVE, opened_by=investigator, opened_at=at
    )
    TeamMember.objects.create(case=case, person=investigator, since=at)
    still_file = files.keep((people / "probes/S001-a.jpg").read_bytes(), name="still.jpg", media_type="image/jpeg")
    exhibit = Exhibit.objects.create(
        case=case,
        number=1,
        kind=Exhibit.Kind.PHOTOGRAPH,
        received_on=at.date(),
        file=still_file,
        added_by=investigator,
        added_at=at,
    )
    still = Still.objects.create(
        exhibit=exhibit, file=still_file, width=480, height=480, chosen_by=investigator, chosen_at=at
    )
    asked = Request.objects.create(
        number=41,
        case=case,
        still=still,
        face=1,
        probe_sha256=still_file.sha256,
        purpose="identify_suspect",
        suspicion="reasonable_suspicion",
        specific_facts="The still shows the person at the display.",
        route="own_case",
        asked_by=investigator,
        asked_at=at,
        state=Request.State.SEARCHED,
        judgement={},
        facts={},
        checked_by=checker,
        checked_at=at,
    )
    facts = favourable(Act.SEARCH, {"at": at.isoformat(), "asked_for": len(RANKED)})
    from lookalike.casework.law import facts_data

    probe = files.keep(
        pictures.probe_picture((people / "probes/S001-a.jpg").read_bytes()), name="probe.png", media_type="image/png"
    )
    search = Search.objects.create(
        request=asked,
        run_by=checker,
        run_at=at,
        record=json.dumps({"candidates": [{"record": record, "score": "0.6123"} for record in RANKED]}),
        sha256="0" * 64,
        probe_picture=probe,
        judgement={},
        facts=facts_data(facts),
    )
    for rank, record in enumerate(RANKED, start=1):
        Candidate.objects.create(
            search=search,
            rank=rank,
            gallery=GALLERY,
            record_id=record,
            person_id=booked[record].booking.person_id,
            picture=booked[record].file,
        )
    return search


@pytest.fixture
def unit(searched: Search, someone: Callable[..., Person]) -> Unit:
    """A supervisor, and three examiners who know nothing of the case."""
    return Unit(
        searched,
        someone("sue_vise", Role.SUPERVISOR),
        *(someone(name, Role.EXAMINER) for name in ("ann_lee", "ben_ode", "cyd_moss")),
    )


@dataclass(slots=True)
class Clock:
    """Every act a minute after the last."""

    acting: Callable[..., Acting]
    at: datetime

    def __call__(self, person: Person) -> Acting:
        self.at += timedelta(minutes=1)
        return self.acting(Person.objects.get(pk=person.pk), at=self.at)


@pytest.fixture
def clock(acting: Callable[..., Acting]) -> Clock:
    """People at work, one act after the other."""
    return Clock(acting, datetime.now(UTC) - timedelta(hours=1))


DESCRIPTION = {
    one.key: Described("not", "", ("resolution",)) if one.key in {"skin", "scars"} else Described("visible", "oval", ())
    for one in COMPONENTS
}
ALIKE = {one.key: Compared("similar", "", "") for one in COMPONENTS}


def seeing(clock: Clock, person: Person, task: Task) -> Task:
    """A task whose faces its examiner sees."""
    services.begin(clock(person), task)
    task.refresh_from_db()
    services.describe(clock(person), task, version=task.version, features=DESCRIPTION)
    task.refresh_from_db()
    services.lock_probe(clock(person), task, version=task.version)
    task.refresh_from_db()
    return services.show_candidates(clock(person), task)


def judge(clock: Clock, person: Person, task: Task, name: str | None, *, otherwise: str = "excluded") -> None:
    """Every face compared: the record `name` is the possible candidate, the others excluded."""
    for face in task.faces.order_by("place"):
        possible = face.record_id == name
        services.compare(
            clock(person),
            face,
            version=face.version,
            compared=ALIKE if possible else {"ears": Compared("different", "", "lobe")},
            outcome=TaskFace.Outcome.POSSIBLE if possible else otherwise,
            reason="Alike throughout." if possible else "The ear is another.",
        )


def examine(clock: Clock, person: Person, task: Task, name: str | None) -> Task:
    """A task done from beginning to end; name None: no candidate."""
    seeing(clock, person, task)
    judge(clock, person, task, name)
    task.refresh_from_db()
    return services.conclude(
        clock(person),
        task,
        version=task.version,
        conclusion=Conclusion.POSSIBLE_CANDIDATE if name else Conclusion.NO_CANDIDATE,
    )


def task_of(unit: Unit, person: Person) -> Task:
    """Somebody's task on the search."""
    return Task.objects.get(search=unit.search, examiner=person)
