"""A request that was searched and examined, made row by row: what two examiners said, and everything behind it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from lookalike.casework import files
from lookalike.casework.acting import Acting
from lookalike.casework.bookings.models import Booking, BookingPhoto
from lookalike.casework.cases.models import Case, Description, Still
from lookalike.casework.examinations.models import Task, TaskFace
from lookalike.casework.law import Judgement, facts_data
from lookalike.casework.leads import services
from lookalike.casework.leads.models import Answer
from lookalike.casework.searches.models import Candidate, Request, Search
from lookalike.media.photo import encode_png, read_photo
from lookalike.protocol.facts.base import unknown
from lookalike.protocol.facts.search import SearchFacts
from lookalike.protocol.needs import Needs
from lookalike.protocol.vocabulary import RecordStatus, Source
from lookalike.record.model import OtherRecord
from tests.casework.leads.test_from_record import RECORD
from tests.casework.leads.test_from_record import candidate as candidate_record
from tests.casework.searches.conftest import Unit, robbery, still_of, unit  # noqa: F401 - fixtures
from tests.conftest import PEOPLE

RECORDS = ("B000004", "B000002", "B000001")
"""The candidates of the search; the examiners agree on the first unless told otherwise."""

JUDGED = Judgement(
    act="request",
    allowed=True,
    reason="allowed",
    judged=(),
    needs=Needs((), (), True),
    packs=("detroit-2024",),
    facts_sha256="0" * 64,
).to_data()


@pytest.fixture(scope="session", autouse=True)
def _static_folder() -> None:
    """The folder of collected static files, empty: the site warns where there is none."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


def address(code: str) -> str:
    """Where codes lead to."""
    return f"https://unit.example/verify/{code}/"


@dataclass(frozen=True)
class Examined:
    """A request that waits for its answer, and who did what."""

    request: Request
    unit: Unit
    tasks: tuple[Task, Task]

    @property
    def candidates(self) -> dict[str, Candidate]:
        """By record."""
        return {one.record_id: one for one in self.request.search.candidates.all()}


@pytest.fixture
def bookings_of(now: datetime) -> list[Booking]:
    """The bookings of the candidates, and one photograph each."""
    made = []
    for number, record_id in enumerate((*RECORDS, "B000003")):
        booking = Booking.objects.create(
            arrest_id=f"2023-{number:04}",
            person_id=f"P{number}",
            agency="Sample City Police",
            arrested_on=date(2023, 2, 8),
            source=Source.BOOKING.value,
            status=RecordStatus.ACTIVE.value,
            born_on=date(1988, 3, 17),
            height_cm=188,
            weight_kg=104,
            marks="a rose on the neck, left",
            received_at=now,
        )
        BookingPhoto.objects.create(
            booking=booking,
            record_id=record_id,
            gallery="county",
            taken_on=date(2023, 2, 8),
            sha256="0" * 64,
            state=BookingPhoto.State.ENROLLED,
            told=RecordStatus.ACTIVE.value,
        )
        made.append(booking)
    return made


@pytest.fixture
def described(robbery: Case, unit: Unit, now: datetime) -> Description:  # noqa: F811
    """What the clerk said of the man, before any search: nothing like the booking."""
    return Description.objects.create(
        case=robbery,
        witness="Witness 1, clerk",
        words="He was small, I looked down on him. Slim. No tattoos that I saw.",
        given_on=now.date() - timedelta(days=8),
        height_low_cm=165,
        height_high_cm=170,
        weight_low_kg=70,
        weight_high_kg=75,
        age_low=20,
        age_high=25,
        build="slim",
        marks="No tattoos",
        taken_by=unit.investigator,
        taken_at=now - timedelta(days=8),
    )


@pytest.fixture
def examined(
    robbery: Case,  # noqa: F811
    unit: Unit,  # noqa: F811
    still_of: Callable[..., Still],  # noqa: F811
    bookings_of: list[Booking],
    described: Description,
    now: datetime,
) -> Callable[..., Examined]:
    """A request in the supervisor's hands. named: whom each examiner named: a record, "control", or None for nobody."""

    def make(named: Sequence[str | None] = (RECORDS[0], RECORDS[0]), **more: Any) -> Examined:
        request = Request.objects.create(
            number=Request.objects.count() + 1,
            case=robbery,
            still=still_of("S001-a.jpg"),
            face=1,
            probe_sha256="1" * 64,
            quality=[{"measure": name} for name in ("InterEyeDistance", "Sharpness")],
            fitness="fit for comparison",
            purpose="identify_suspect",
            suspicion="reasonable_suspicion",
            specific_facts="The clerk pressed the alarm while the man stood at the till.",
            route="own_case",
            asked_by=unit.investigator,
            asked_at=now - timedelta(days=4),
            state=Request.State.ANSWERED,
            judgement=JUDGED,
            facts={},
            checked_by=unit.checker,
            checked_at=now - timedelta(days=3),
            check_words="As the report says.",
            **more,
        )
        search = _search(request, unit, now - timedelta(days=3))
        tasks = [
            _task(search, person, number, whom, now - timedelta(hours=30 - 10 * number))
            for number, (person, whom) in enumerate(zip((unit.first, unit.second), named, strict=True))
        ]
        return Examined(request, unit, (tasks[0], tasks[1]))

    return make


def _search(request: Request, unit: Unit, at: datetime) -> Search:  # noqa: F811
    pixels = read_photo((PEOPLE / "probes" / "S001-a.jpg").read_bytes(), name="probe").pixels
    rows = [replace(candidate_record(rank, name, "county")) for rank, name in enumerate(RECORDS, start=1)]
    rows[0] = replace(rows[0], others_not_returned=(OtherRecord("B000377", "2025-11-30", "Demo County Jail"),))
    gallery = replace(RECORD.galleries[0], name="county")
    record = replace(RECORD, candidates=tuple(rows), galleries=(gallery,), asked_for=len(RECORDS))
    record = replace(record, probe=replace(record.probe, fitness="fit for comparison", reasons=()))
    blank = unknown(SearchFacts)
    size = replace(blank.gallery, size=48_077)
    search = Search.objects.create(
        request=request,
        run_by=unit.checker,
        run_at=at,
        record=record.to_json(),
        sha256=hashlib.sha256(f"{record.to_json()}\n".encode()).hexdigest(),
        probe_picture=files.keep(encode_png(pixels), name="probe.png", media_type="image/png"),
        judgement=JUDGED | {"act": "search"},
        facts=json.loads(json.dumps(facts_data(replace(blank, at=at, asked_for=len(RECORDS), gallery=size)))),
    )
    for one in rows:
        photo = (PEOPLE / "bookings" / f"{one.record_id}.jpg").read_bytes()
        Candidate.objects.create(
            search=search,
            rank=one.rank,
            gallery="county",
            record_id=one.record_id,
            person_id=one.person_id,
            picture=files.keep(photo, name="photograph", media_type="image/jpeg"),
        )
    return search


def _task(search: Search, person: Any, number: int, whom: str | None, at: datetime) -> Task:
    task = Task.objects.create(
        search=search,
        nth=number + 1,
        examiner=person,
        given_at=at,
        probe=search.probe_picture,
        seed=number,
        state=Task.State.CONCLUDED,
        probe_locked_at=at + timedelta(hours=1),
        candidates_seen_at=at + timedelta(hours=2),
        concluded_at=at + timedelta(hours=3),
        conclusion="no_candidate" if whom is None else "possible_candidate",
        words="The ears and the nose were compared.",
        role_ok=True,
        saw=[],
    )
    candidates: list[Candidate | None] = [*search.candidates.order_by("rank"), None]
    for place, one in enumerate(candidates):
        name = one.record_id if one else "control"
        face = TaskFace.objects.create(
            task=task,
            place=place,
            letter="ABCDEF"[place],
            candidate=one,
            record_id=one.record_id if one else "B000003",
            gallery="county",
            picture=one.picture if one else search.probe_picture,
            outcome=TaskFace.Outcome.POSSIBLE if name == whom else TaskFace.Outcome.EXCLUDED,
            reason="The ears agree." if name == whom else "The ears differ.",
        )
        if name == whom:
            task.named = face
    task.save()
    return task


@pytest.fixture
def led(examined: Callable[..., Examined], acting: Callable[..., Acting]) -> Answer:
    """A lead that was issued."""
    one = examined()
    return issue(acting, one)


def issue(acting: Callable[..., Acting], one: Examined, **more: Any) -> Answer:
    """Sign a lead, as the supervisor would."""
    given: dict[str, Any] = {"version": one.request.version, "read": True, "words": "", "more_than_one": ""}
    return services.issue(acting(one.unit.supervisor), one.request, **given | more, address=address)
