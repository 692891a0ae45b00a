"""No way of using the services reaches a warrant or a lineup that may not be: the whole life of a case, in any order.

A state machine lives a case through the real services: the right step by the right person, and between the steps the
wrong people, repeats, back-dated values, evidence that is added, changed, tainted and withdrawn, witnesses who are
shown what they may not see, another law. What it reaches is judged by `life.read`, which asks no rule.

LOOKALIKE_SOAK=n: n times as many runs, drawn anew each time.
"""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as site

from lookalike.casework import files
from lookalike.casework.acting import Acting
from lookalike.casework.bookings.models import Booking
from lookalike.casework.cases.models import Case, CaseRead, Description, Exhibit, Still, TeamMember
from lookalike.casework.corroboration.exposures import Exposures
from lookalike.casework.corroboration.nodes import node
from lookalike.casework.examinations.models import BEGUN, Task
from lookalike.casework.lineups.services import volunteers
from lookalike.casework.people.models import Agency, PackInForce, Person
from lookalike.casework.searches.models import Request
from lookalike.casework.warrants.models import WarrantRequest
from lookalike.protocol.pack import load_bytes
from tests.casework.life.begun import CAST, DETROIT
from tests.casework.life.guide import step
from tests.casework.life.machine import STAGES, CaseLife, brought, lived
from tests.casework.life.read import Broken
from tests.casework.life.recorded import recorded
from tests.casework.life.warrants import Life
from tests.casework.lineups.conftest import of_group, people_booked
from tests.casework.searches.conftest import county
from tests.conftest import PEOPLE

__all__ = ["county", "people_booked"]

pytestmark = pytest.mark.django_db

SOAK = int(os.environ.get("LOOKALIKE_SOAK", "0"))
RUNS = 12
"""Runs from each stage on."""


@pytest.fixture
def alike(db: None) -> list[Any]:
    """Six pictures of one length, as the worker would make them."""
    return [files.keep(bytes([one]) * 64, name="picture.jpg", media_type="image/jpeg") for one in range(6)]


@pytest.fixture
def life(
    people_booked: list[Booking],
    probes: list[dict[str, str]],
    alike: list[Any],
    law: Person,
    someone: Callable[..., Person],
    acting: Callable[..., Acting],
    agency: Agency,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> Life:
    """A case that was opened. The first two whom a search returns have another photograph, which none returns."""
    Path(site.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    group = of_group(people_booked)
    for one, other in zip(group[:2], group[-2:], strict=True):
        other.person_id = one.person_id
        other.save(update_fields=["person_id"])
    recorded(group, monkeypatch)
    cast = {name: someone(name, *roles, office=office) for name, (roles, office) in CAST.items()}
    keeper = acting(law)
    for number in range(30):
        volunteers.add_volunteer(keeper, name=f"Volunteer {number}", email=f"v{number}@example.org")
    persons = [one.person_id for one in group[:4]]
    case, still = opened(agency, cast, now, PEOPLE / "probes" / "S001-a.jpg")
    return Life(case, still, cast, law, acting, now, persons, alike)


def opened(agency: Agency, cast: dict[str, Person], now: datetime, picture: Path) -> tuple[Case, Still]:
    """A robbery with a still, investigated by ida; chen has read it, to check a request."""
    case = Case.objects.create(
        number="26-00117",
        agency=agency,
        nibrs="120",
        statute="750.529",
        felony=True,
        completed_on=now.date() - timedelta(days=9),
        narrative="A man with a knife took the day's money from a shop.",
        opened_by=cast["ida"],
        opened_at=now,
    )
    TeamMember.objects.create(case=case, person=cast["ida"], since=now)
    CaseRead.objects.create(case=case, person=cast["chen"], at=now)
    CaseRead.objects.create(case=case, person=cast["ida"], at=now)
    Description.objects.create(
        case=case,
        witness="Witness 1, clerk",
        words="A man with a knife; about one metre eighty.",
        given_on=now.date() - timedelta(days=8),
        height_low_cm=175,
        height_high_cm=185,
        taken_by=cast["ida"],
        taken_at=now - timedelta(days=8),
    )
    stored = files.keep(picture.read_bytes(), name=picture.name, media_type="image/jpeg")
    exhibit = Exhibit.objects.create(
        case=case,
        number=1,
        kind=Exhibit.Kind.PHOTOGRAPH,
        title="Camera above the till",
        file=stored,
        probe_kind="still_from_evidence",
        received_from="the shop's owner",
        received_on=now.date() - timedelta(days=8),
        added_by=cast["ida"],
        added_at=now - timedelta(days=8),
    )
    still = Still.objects.create(exhibit=exhibit, file=stored, width=1, height=1, chosen_by=cast["ida"], chosen_at=now)
    return case, still


def test_rightly_done_a_case_comes_to_a_lineup_and_to_a_warrant(life: Life) -> None:
    for stage in STAGES:
        brought(life, stage)
    step(life, "warrant")
    step(life, "warrant")
    assert life.reached == {"lineup": 1, "warrant sent": 1, "warrant accepted": 1}, (life.refused, life.last)
    assert not life.refused


def test_no_way_reaches_a_warrant_or_a_lineup_that_may_not_be(life: Life) -> None:
    reached = lived(life, RUNS * max(1, SOAK), anew=bool(SOAK))
    print(dict(reached))
    assert reached["runs with a lineup"] >= 5
    assert reached["runs with a warrant sent"] >= 5
    assert reached["runs with a warrant accepted"] > 0


def first(life: Life, doing: Callable[[CaseLife], None]) -> str:
    """What the reader says of one run of the same machine, whose steps are given; "" where nothing may not be."""
    machine = type("CaseLife", (CaseLife,), {"LIFE": life, "REACHED": Counter()})()
    try:
        doing(machine)
        machine.go_on("warrant", 25)
    except Broken as broken:
        return str(broken)
    finally:
        machine._undone()
    return ""


def without_evidence(run: CaseLife) -> None:
    """What there is comes from the lead."""
    life = run.life
    life.withdraw_item("ida", life.item(0))
    lead = next(one for one in life.nodes() if one.startswith("lead-"))
    life.judge("ida", life.record("ida", came_from=[("derived_from", lead)], at=life.at))
    row = life.suspect()
    assert row is not None
    for question in ("alibi", "location"):
        life.look_into("ida", row, question)
    for what in ("means", "ability", "opportunity"):
        life.shown("ida", row, what, life.item(1))
    life.draft("ida", row)
    for deed in (life.statement, life.packet, life.forward):
        found = life.warrant()
        assert found is not None
        deed("ida", found)
    for name in ("cora", "carl", "chief"):
        found = life.warrant()
        assert found is not None
        life.sign(name, found)
    found = life.warrant()
    assert found is not None
    life.ask("ida", found)


def with_a_told_witness(run: CaseLife) -> None:
    """The lineup is ready, and its witness is shown the still."""
    life = run.life
    row = life.lineup()
    assert row is not None
    life.link("ida", "shown", node("still", life.still.public_id), node("party", row.witness.party.public_id), 0.001)
    life.begin("hal", row)


def with_one_examiner(run: CaseLife) -> None:
    """The second names somebody else."""
    while not run.life.suspect():
        task = Task.objects.filter(search__request__case=run.life.case, state__in=BEGUN).order_by("nth").first()
        if task is not None:
            run.life.examine(task.examiner.username, "1" if task.nth == 1 else "2")
        else:
            step(run.life, "lead")
        row = run.life.request
        if row is not None and row.state == Request.State.NO_LEAD:
            return


def with_one_captain(run: CaseLife) -> None:
    """One captain signs, and it is asked for."""
    life = run.life
    while not (row := life.warrant()) or row.state != WarrantRequest.State.SIGNING:
        step(life, "warrant")
    for name in ("cora", "chief"):
        life.sign(name, row)
    if row := life.warrant():
        life.ask("ida", row)


def weaker(life: Life, *changes: tuple[str, str]) -> None:
    """Detroit's law, asking less."""
    data, _ = load_bytes(DETROIT)
    for old, new in changes:
        assert old.encode() in data
        data = data.replace(old.encode(), new.encode())
    for row in PackInForce.objects.filter(until=None):
        row.toml, row.sha256 = data, hashlib.sha256(data).hexdigest()
        row.save()


def no_taint(life: Life, patch: pytest.MonkeyPatch) -> None:
    def every(graph: Any) -> tuple[str, ...]:
        return tuple(id for id, item in graph.items.items() if item.says == "for" and item.reliable is True)

    patch.setattr("lookalike.protocol.evidence.view.independent_for", every)
    patch.setattr("lookalike.casework.corroboration.graph.tainted_of", lambda graph: {})


def no_exposure(life: Life, patch: pytest.MonkeyPatch) -> None:
    none = Exposures(saw_still=False, told_of_lead=False, saw_suspect_picture=False, shown_suspect_before=False)
    patch.setattr("lookalike.casework.lineups.services.witnesses.exposures", lambda party, suspect, evidence=None: none)


def no_second(life: Life, patch: pytest.MonkeyPatch) -> None:
    weaker(life, ("lead_examiners = 2", "lead_examiners = 1"), ("\nexaminers = 2", "\nexaminers = 1"))


def no_captains(life: Life, patch: pytest.MonkeyPatch) -> None:
    weaker(life, ("police_signatures = 2", "police_signatures = 1"))


OFF = {
    "independent evidence": (no_taint, without_evidence, "led", "without independent evidence"),
    "who may be a witness": (no_exposure, with_a_told_witness, "allowed", "shown or told"),
    "the second examiner": (no_second, with_one_examiner, "opened", "no two examiners agreed"),
    "the second captain": (no_captains, with_one_captain, "led", "two captains"),
}


@pytest.mark.parametrize("protection", OFF)
def test_a_protection_that_is_switched_off_is_missed(
    life: Life, protection: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the protection the same deeds come to nothing that may not be; without it the reader finds it."""
    off, doing, stage, said = OFF[protection]
    for one in STAGES:
        brought(life, one)
        if one == stage:
            break
    assert first(life, doing) == ""
    off(life, monkeypatch)
    assert said in first(life, doing)
