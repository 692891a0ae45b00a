"""A case, its team, and evidence of invented people."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from lookalike.casework.acting import Acting
from lookalike.casework.cases import pictures
from lookalike.casework.cases.evidence import add_exhibit
from lookalike.casework.cases.models import Case, Exhibit
from lookalike.casework.cases.services import open_case
from lookalike.casework.cases.told import CaseTold, ExhibitTold
from lookalike.casework.people.models import Agency, Person
from lookalike.face.matcher import Matcher
from lookalike.protocol.vocabulary import Role
from tests.conftest import PEOPLE

STILL = PEOPLE / "probes" / "S001-a.jpg"
CLIP = PEOPLE / "probes" / "S001-clip.mp4"


@pytest.fixture(autouse=True)
def static_files() -> None:
    """The folder in which static files would be collected, so that nothing warns of its absence."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


@pytest.fixture(autouse=True)
def the_matcher(matcher: Matcher, monkeypatch: pytest.MonkeyPatch) -> Matcher:
    """The built-in matcher, whatever galleries the site has."""
    monkeypatch.setattr(pictures, "matcher", lambda: matcher)
    return matcher


@pytest.fixture
def robbery() -> CaseTold:
    """An armed robbery, as an investigator tells it."""
    return CaseTold(
        number="26-000123",
        nibrs="120",
        statute="750.529",
        attempted=False,
        completed_on=date(2026, 1, 4),
        narrative="Two watches were taken from a shop at knifepoint.",
    )


@pytest.fixture
def investigator(someone: Callable[..., Person]) -> Person:
    """Whoever opens the case."""
    return someone("ivy_investigator", Role.INVESTIGATOR)


@pytest.fixture
def who(acting: Callable[..., Acting], investigator: Person) -> Acting:
    """The investigator at work."""
    return acting(investigator)


@pytest.fixture
def case(who: Acting, robbery: CaseTold, agency: Agency) -> Case:
    """The case of the robbery."""
    return open_case(who, robbery, agency)


@pytest.fixture
def bring(who: Acting, case: Case) -> Callable[..., Exhibit]:
    """Take a file in as an exhibit of the case."""

    def made(data: bytes | Path, kind: str = "photograph", **more: Any) -> Exhibit:
        content = data if isinstance(data, bytes) else data.read_bytes()
        name = "still.jpg" if isinstance(data, bytes) else data.name
        told = ExhibitTold(
            **{
                "kind": kind,
                "title": "Shop camera 3",
                "probe_kind": "still_from_evidence",
                "received_from": "Manager of the shop",
                "received_on": date(2026, 1, 5),
                "name": name,
                **more,
            }
        )
        return add_exhibit(who, case, told, [content])

    return made
