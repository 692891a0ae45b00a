"""A county's gallery with an accepted evaluation, a robbery with a still, and the people who work on it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings

from lookalike.casework import files
from lookalike.casework.bookings.models import Booking
from lookalike.casework.cases.models import Case, CaseRead, Exhibit, Still, TeamMember
from lookalike.casework.people.models import Agency, Person
from lookalike.casework.searches.services import Wanted
from lookalike.evaluation.report_json import to_json
from lookalike.face.matcher import Matcher
from lookalike.gallery.enrol import enrol
from lookalike.gallery.gallery import Gallery
from lookalike.gallery.validation import CohortErrors, Level, Measured, accept, keep_report
from lookalike.protocol.vocabulary import Role
from tests.casework.booked import booked_as
from tests.conftest import NOW, PEOPLE, write_manifest
from tests.evaluation.an_evaluation import an_evaluation

FACTS = "The clerk pressed the alarm while the man with the knife stood at the till; the camera above it recorded him."


@pytest.fixture(scope="session")
def county(matcher: Matcher, bookings: list[dict[str, str]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site's gallery: sixty invented people, with an evaluation that somebody answers for."""
    folder = Path(settings.GALLERIES_FOLDER) / "county"
    manifest = tmp_path_factory.mktemp("county") / "manifest.csv"
    write_manifest(manifest, [row for row in bookings if row["status"] == "active"][:60])
    with Gallery.create(folder, matcher.identity, Path(settings.KEYS_FOLDER)) as gallery:
        if not gallery.snapshot().count:
            enrol(PEOPLE, manifest, gallery, matcher, now=NOW, threads=2)
        today = datetime.now().astimezone()
        files_of = dict(matcher.identity.files)
        numbers = (to_json(an_evaluation()) + "\n").encode()
        kept = accept(
            gallery.directory,
            Measured(
                gallery=gallery.id,
                snapshot=gallery.snapshot().id,
                persons=gallery.catalogue.persons(),
                matcher=matcher.identity.id,
                files=files_of,
                data_digest="d",
                manifest_sha256="m",
                report_sha256=hashlib.sha256(numbers).hexdigest(),
                made_at=(today - timedelta(days=3)).isoformat(),
                levels=tuple(
                    Level(fitness, 400, 400, 60, True, "measured on 400 searches", {})
                    for fitness in ("fit for comparison", "poor: lookalikes likely")
                ),
                cohorts=(CohortErrors("invented people", 60, 0.02, 0.01, 0.05),),
                ratios=None,
            ),
            seal=gallery.master.pseudonym,
            gallery=gallery.id,
            files=files_of,
            by="C. Supervisor",
            expires=(today + timedelta(days=200)).date(),
            now=today,
        )
        keep_report(gallery.directory, kept, numbers=numbers, summary=b"%PDF-1.7 the report's document")
    return folder


@dataclass(frozen=True)
class Unit:
    """The people of the unit: who asks, who checks and runs, two who compare, who answers."""

    investigator: Person
    checker: Person
    first: Person
    second: Person
    supervisor: Person


@pytest.fixture
def booked(county: Path, bookings: list[dict[str, str]], now: datetime, db: None) -> list[Booking]:
    """The booking behind every photograph of the county's gallery."""
    rows = [row for row in bookings if row["status"] == "active"][:60]
    return [booked_as(row, received_at=now, height_cm=180) for row in rows]


@pytest.fixture
def unit(law: Person, someone: Callable[..., Person]) -> Unit:
    """Five people, each with one duty."""
    return Unit(
        investigator=someone("ida", Role.INVESTIGATOR),
        checker=someone("chen", Role.EXAMINER),
        first=someone("eva", Role.EXAMINER),
        second=someone("finn", Role.EXAMINER),
        supervisor=someone("sam", Role.SUPERVISOR, office="supervisor"),
    )


@pytest.fixture
def robbery(unit: Unit, agency: Agency, now: datetime) -> Case:
    """A case of robbery."""
    case = Case.objects.create(
        number="26-00117",
        agency=agency,
        nibrs="120",
        statute="750.529",
        attempted=False,
        felony=True,
        completed_on=now.date() - timedelta(days=9),
        narrative="A man with a knife took the day's money from a shop.",
        opened_by=unit.investigator,
        opened_at=now,
    )
    TeamMember.objects.create(case=case, person=unit.investigator, since=now)
    CaseRead.objects.create(case=case, person=unit.checker, at=now)
    return case


@pytest.fixture
def still_of(robbery: Case, unit: Unit, now: datetime) -> Callable[..., Still]:
    """A photograph as exhibit, and its one still. name: a file of the invented people's probes."""

    def make(name: str, probe_kind: str = "still_from_evidence") -> Still:
        data = (PEOPLE / "probes" / name).read_bytes()
        stored = files.keep(data, name=name, media_type="image/jpeg")
        exhibit = Exhibit.objects.create(
            case=robbery,
            number=robbery.exhibits.count() + 1,
            kind=Exhibit.Kind.PHOTOGRAPH,
            title="Camera above the till",
            file=stored,
            probe_kind=probe_kind,
            received_from="the shop's owner",
            received_on=now.date(),
            added_by=unit.investigator,
            added_at=now,
        )
        return Still.objects.create(
            exhibit=exhibit, file=stored, width=1, height=1, chosen_by=unit.investigator, chosen_at=now
        )

    return make


@pytest.fixture
def wanted() -> Callable[..., Wanted]:
    """What an investigator asks for, with good reasons unless told otherwise."""

    def make(**other: object) -> Wanted:
        given: dict[str, object] = {
            "face": 1,
            "purpose": "identify_suspect",
            "suspicion": "reasonable_suspicion",
            "specific_facts": FACTS,
            "route": "own_case",
        }
        return Wanted(**(given | other))  # type: ignore[arg-type]

    return make


@pytest.fixture
def probe_name(probes: list[dict[str, str]]) -> str:
    """A fit probe of somebody in the gallery."""
    return Path(next(row["file"] for row in probes if row["kind"] == "a")).name
