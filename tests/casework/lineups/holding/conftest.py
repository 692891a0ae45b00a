"""A lineup that is allowed, its administrator, and short ways through the witness's screen."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from lookalike.casework.acting import Acting
from lookalike.casework.cases.models import Case, TeamMember
from lookalike.casework.lineups import views_witness
from lookalike.casework.lineups.flow import NO
from lookalike.casework.lineups.models import Event, Holding, Lineup
from lookalike.casework.lineups.services import holding as services
from lookalike.casework.people.models import Agency, Person
from lookalike.protocol.vocabulary import Role
from tests.casework.lineups.holding.examples import case_of, facts, lineup_of


@pytest.fixture(scope="session", autouse=True)
def _static_folder() -> None:
    """The folder of collected static files, empty: the site warns where there is none."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


def address(code: str) -> str:
    """Where codes lead to."""
    return f"https://unit.example/verify/{code}/"


@dataclass
class Unit:
    """Who has which part."""

    administrator: Person
    other: Person
    investigator: Person
    supervisor: Person
    case: Case


@pytest.fixture
def unit(law: Person, someone: Callable[..., Person], agency: Agency, now: datetime) -> Unit:
    """An administrator who is not on the case, another, the investigator, the supervisor, the case."""
    investigator = someone("ida", Role.INVESTIGATOR)
    case = case_of(agency, investigator, now)
    TeamMember.objects.create(case=case, person=investigator, since=now)
    return Unit(
        administrator=someone("lena", Role.LINEUP_ADMINISTRATOR),
        other=someone("otto", Role.LINEUP_ADMINISTRATOR),
        investigator=investigator,
        supervisor=someone("sam", Role.SUPERVISOR, office="supervisor"),
        case=case,
    )


@pytest.fixture
def ready(unit: Unit, now: datetime, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Lineup]:
    """Make a lineup that is ready to be held, and whose facts the packs allow."""
    monkeypatch.setattr(services, "facts_of", lambda who, lineup: facts(who.at))
    monkeypatch.setattr(views_witness, "SENT_AFTER", 0.0)

    def make(**more: Any) -> Lineup:
        return lineup_of(unit.case, unit.administrator, unit.investigator, unit.supervisor, now, **more)

    return make


@dataclass
class Witness:
    """A witness's browser without script, at a lineup that was begun."""

    holding: Holding
    key: str
    client: Client = field(default_factory=Client)
    page: str = ""

    @property
    def url(self) -> str:
        return f"/witness/{self.key}/"

    @property
    def step(self) -> str:
        found = re.search(r'name="step" value="([^"]*)"', self.page)
        return found.group(1) if found else ""

    @property
    def events(self) -> list[Event]:
        return list(self.holding.events.order_by("number"))

    def kinds(self) -> list[str]:
        return [one.kind for one in self.events]

    def open(self) -> str:
        """Open the screen, as a browser does: with its pictures."""
        answer = self.client.get(self.url)
        assert answer.status_code == 200
        return self._read(answer.content.decode())

    def say(self, value: str = "", words: str = "", **more: str) -> str:
        """Answer the step."""
        sent = {"step": self.step, "answer": value, "words": words, "elapsed": "1234"} | more
        answer = self.client.post(self.url, sent, follow=True)
        assert answer.status_code == 200, answer.content.decode()[:2000]
        return self._read(answer.content.decode())

    def to_photographs(self, consent: str = "agree", words: str = "") -> None:
        """Consent, and read everything."""
        if not self.step:
            self.open()
        if self.step == "consent":
            self.say(consent, words)
        while self.step.startswith(("instruction", "begin")):
            self.say()

    def through(self, answers: dict[int, str] | None = None, sure: str = "Fairly sure.", last: str = "") -> None:
        """All photographs, no to each unless told otherwise; the last word, and the end."""
        said = answers or {}
        while self.step.startswith("picture-"):
            place = int(self.step.partition("-")[2])
            self.say(said.get(place, NO), "")
            if self.step.startswith("confidence"):
                self.say("", sure)
        if self.step == "which":
            yes = [place for place, one in said.items() if one == "yes"]
            self.say(last or (str(yes[-1]) if yes else "not_present"))
        for value in ("no", "no", ""):
            self.say(value)
        self.holding.refresh_from_db()

    def _read(self, page: str) -> str:
        self.page = page
        for source in re.findall(r'<img src="([^"]*)"', page):
            assert self.client.get(source).status_code == 200
        return page


@pytest.fixture
def begun(ready: Callable[..., Lineup], unit: Unit, acting: Callable[..., Acting]) -> Callable[..., Witness]:
    """Begin a lineup, and give the witness's browser."""

    def make(language: str = "en", **more: Any) -> Witness:
        lineup = ready(**more)
        row, key = services.begin(acting(unit.administrator), lineup, language, address=address)
        return Witness(row, key)

    return make


def place_of_suspect(holding: Holding) -> int:
    """The place at which the suspect is shown."""
    suspect = holding.lineup.members.get(is_suspect=True)
    return int(holding.order.index(suspect.public_id)) + 1
