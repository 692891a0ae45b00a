"""A robbery that was searched for real, its lead signed, with a board on which to write; captains and prosecutors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from lookalike.casework import jobs
from lookalike.casework.acting import Acting
from lookalike.casework.bookings.models import Booking
from lookalike.casework.cases.models import Case, CaseRead, Description, Still
from lookalike.casework.corroboration.models import Suspect
from lookalike.casework.examinations.models import Task, TaskFace
from lookalike.casework.leads import services as leads
from lookalike.casework.leads.models import Answer
from lookalike.casework.models import Job
from lookalike.casework.people.models import Person
from lookalike.casework.searches import services as searches
from lookalike.casework.searches.models import Search
from lookalike.casework.searches.services import Wanted
from lookalike.casework.warrants.models import Packet, WarrantRequest
from lookalike.casework.warrants.services import deliveries, packets, requests, signing
from lookalike.protocol.vocabulary import Role
from tests.casework.corroboration.conftest import Board, accept
from tests.casework.leads.conftest import address
from tests.casework.searches.conftest import (  # noqa: F401 - fixtures
    Unit,
    booked,
    county,
    probe_name,
    robbery,
    still_of,
    unit,
    wanted,
)


@pytest.fixture(scope="session", autouse=True)
def _static_folder() -> None:
    """The folder of collected static files, empty: the site warns where there is none."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


@dataclass
class Court:
    """A case with its lead, and everybody who has a word on a warrant. at: an hour after the search."""

    board: Board
    one: Person
    two: Person
    chief: Person
    prosecutor: Person
    who: Callable[..., Acting]
    at: datetime

    @property
    def suspect(self) -> Suspect:
        return self.board.suspect

    @property
    def investigator(self) -> Acting:
        return self.as_(self.board.unit.investigator)

    def as_(self, person: Person) -> Acting:
        self.at += timedelta(seconds=1)
        return self.who(person, self.at)

    def corroborated(self) -> None:
        """What Detroit's pack asks of the evidence: an independent item, both checks, means, ability, opportunity."""
        from lookalike.casework.corroboration.services import checks

        item = self.board.item(20, title="Card payment at the till")
        for question in ("alibi", "location"):
            self.board.check(question)
        for what in ("means", "ability", "opportunity"):
            checks.say_shown(
                self.board.acting, self.suspect, what=what, holds=True, words="By the payment.", items=[item]
            )

    def draft(self, words: str = "A face search gave a lead only.") -> WarrantRequest:
        row = requests.draft(self.investigator, self.suspect)
        return requests.write_statement(self.investigator, row, words=words, version=row.version)

    def packet(self, row: WarrantRequest | None) -> Packet:
        made = packets.make(self.investigator, self.suspect, row, address="https://unit.example/")
        assert made.job is not None
        jobs.run_one(made.job.public_id, now=self.at)
        job = Job.objects.get(pk=made.job.pk)
        assert job.state == Job.State.DONE, (job.what, job.why, job.remedy)
        return Packet.objects.get(pk=made.pk)

    def forward(self) -> WarrantRequest:
        row = self.draft()
        self.packet(row)
        return requests.put_forward(self.investigator, row, version=row.version)

    def sign(self, person: Person, row: WarrantRequest, **more: Any) -> Any:
        packet = row.packets.filter(file__isnull=False).order_by("-number")[0]
        given: dict[str, Any] = {"decision": True, "words": "", "read_all": True, "about_sha256": packet.sha256}
        if person == self.chief:
            given["sole_basis"] = False
        deliveries.take(self.as_(person), packet)
        return signing.sign(self.as_(person), row, **given | more)

    def signed(self) -> WarrantRequest:
        row = self.forward()
        for person in (self.one, self.two, self.chief):
            self.sign(person, row)
        return WarrantRequest.objects.get(pk=row.pk)

    def sent(self) -> WarrantRequest:
        self.corroborated()
        row = self.signed()
        return requests.ask(self.investigator, row, version=row.version)


def examined(search: Search, person: Person, number: int, named: str, now: datetime) -> Task:
    """A concluded examination that names one record, every candidate of the search compared, and one decoy."""
    task = Task.objects.create(
        search=search,
        nth=number + 1,
        examiner=person,
        given_at=now,
        probe=search.probe_picture,
        seed=number,
        state=Task.State.CONCLUDED,
        probe_locked_at=now + timedelta(seconds=60 + 150 * number),
        candidates_seen_at=now + timedelta(seconds=120 + 150 * number),
        concluded_at=now + timedelta(seconds=180 + 150 * number),
        conclusion="possible_candidate",
        words="The ears and the nose were compared.",
        role_ok=True,
        saw=[],
    )
    for place, one in enumerate([*search.candidates.order_by("rank"), None]):
        taken = one is not None and one.record_id == named
        face = TaskFace.objects.create(
            task=task,
            place=place,
            letter=f"{chr(65 + place // 26)}{chr(65 + place % 26)}",
            candidate=one,
            record_id=one.record_id if one else "decoy-1",
            gallery="county",
            picture=one.picture if one else search.probe_picture,
            outcome=TaskFace.Outcome.POSSIBLE if taken else TaskFace.Outcome.EXCLUDED,
            reason="The ears agree." if taken else "The ears differ.",
        )
        if taken:
            task.named = face
    task.save()
    return task


@pytest.fixture
def court(
    robbery: Case,  # noqa: F811
    unit: Unit,  # noqa: F811
    booked: list[Booking],  # noqa: F811
    still_of: Callable[..., Still],  # noqa: F811
    wanted: Callable[..., Wanted],  # noqa: F811
    probe_name: str,  # noqa: F811
    acting: Callable[..., Acting],
    someone: Callable[..., Person],
    now: datetime,
) -> Court:
    """A search and a lead just now; nothing else on the board."""
    still = still_of(probe_name)
    Description.objects.create(
        case=robbery,
        witness="Witness 1, clerk",
        words="A man with a knife; about one metre eighty.",
        given_on=now.date() - timedelta(days=8),
        height_low_cm=175,
        height_high_cm=185,
        taken_by=unit.investigator,
        taken_at=now - timedelta(days=8),
    )
    request = searches.ask(acting(unit.investigator), still, wanted())
    searches.approve(acting(unit.checker), request, "As the report says.", version=request.version)
    request.refresh_from_db()
    search = searches.run(acting(unit.checker), request)
    named = search.candidates.get(rank=1).record_id
    for number, person in enumerate((unit.first, unit.second)):
        examined(search, person, number, named, now)
    request.refresh_from_db()
    request.state = "answered"
    request.save()
    answer: Answer = leads.issue(
        acting(unit.supervisor, now + timedelta(minutes=10)),
        request,
        version=request.version,
        read=True,
        words="",
        more_than_one="",
        address=address,
    )
    accept(answer, unit.investigator, now + timedelta(minutes=11))
    CaseRead.objects.get_or_create(case=robbery, person=unit.investigator, defaults={"at": now})
    board = Board(robbery, unit, now + timedelta(minutes=20), acting, still, search, answer)
    return Court(
        board=board,
        one=someone("cap_one", Role.SUPERVISOR, office="captain"),
        two=someone("cap_two", Role.SUPERVISOR, office="captain"),
        chief=someone("chief", Role.PROSECUTOR, office="prosecutor_supervisor"),
        prosecutor=someone("pros", Role.PROSECUTOR),
        who=acting,
        at=now + timedelta(hours=1),
    )
