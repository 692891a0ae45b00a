"""A robbery whose face was searched, its lead made row by row, and short ways to write on its board."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from lookalike.casework import files
from lookalike.casework.acting import Acting
from lookalike.casework.cases.models import Case, CaseRead, Still
from lookalike.casework.corroboration.graph import Standing, standing
from lookalike.casework.corroboration.models import EvidenceItem, Link, Party, Suspect
from lookalike.casework.corroboration.nodes import node
from lookalike.casework.corroboration.services import checks, items, links, parties, suspects
from lookalike.casework.corroboration.told import ItemTold
from lookalike.casework.leads.content import statements
from lookalike.casework.leads.models import Acknowledgement, Answer
from lookalike.casework.people.models import Person
from lookalike.casework.searches.models import Candidate, Request, Search
from tests.casework.searches.conftest import Unit, robbery, still_of, unit  # noqa: F401 - fixtures

NONE = "No independent evidence links this person to the offence. A lineup and a warrant request are refused"
SETTLEMENT = (
    "Williams v. City of Detroit, settlement: no lineup on a face search alone",
    "Williams v. City of Detroit, settlement: no arrest on a face search, none on a lineup that follows one",
)


@pytest.fixture(scope="session", autouse=True)
def _static_folder() -> None:
    """The folder of collected static files, empty: the site warns where there is none."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


def search_of(case: Case, still: Still, unit: Unit, at: datetime, persons: tuple[str, ...]) -> Search:  # noqa: F811
    """A search that ran, and its list: one photograph of each person."""
    request = Request.objects.create(
        number=Request.objects.count() + 1,
        case=case,
        still=still,
        face=1,
        probe_sha256="1" * 64,
        purpose="identify_suspect",
        suspicion="reasonable_suspicion",
        specific_facts="seen",
        route="own_case",
        asked_by=unit.investigator,
        asked_at=at,
        state=Request.State.ANSWERED,
        judgement={},
        facts={},
        checked_by=unit.checker,
    )
    search = Search.objects.create(
        request=request,
        run_by=unit.checker,
        run_at=at,
        record="{}",
        sha256="0" * 64,
        probe_picture=still.file,
        judgement={},
        facts={},
    )
    for rank, person in enumerate(persons, start=1):
        Candidate.objects.create(
            search=search, rank=rank, gallery="county", record_id=f"R-{person}", person_id=person, picture=still.file
        )
    return search


def lead_of(search: Search, person: str, unit: Unit, at: datetime, name: str = "") -> Answer:  # noqa: F811
    """A lead that was issued on one of the list, and the suspect whom it makes."""
    from lookalike.casework.acting import Doing
    from lookalike.ledger.acts import Act

    answer = Answer.objects.create(
        request=search.request,
        candidate=search.candidates.get(person_id=person),
        by=unit.supervisor,
        at=at,
        code=f"C-{search.pk}-{person}",
        sheet={"says": {"person": {"name": name}}},
    )
    who = Acting(person=unit.supervisor, roles=unit.supervisor.roles, at=at, source="", where="")
    suspects.named_by_lead(Doing(who, Act.LEAD_ISSUE, []), answer)
    return answer


def accept(answer: Answer, person: Person, at: datetime) -> None:
    """An investigator accepts every statement of a lead sheet."""
    for one in statements():
        Acknowledgement.objects.create(answer=answer, person=person, statement=one.key, words=one.text, at=at)


@dataclass
class Board:
    """A case with a lead, and short ways to write on its board as its investigator."""

    case: Case
    unit: Unit
    now: datetime
    who: Callable[..., Acting]
    still: Still
    search: Search
    answer: Answer

    def __post_init__(self) -> None:
        self.counted = itertools.count(1)

    @property
    def acting(self) -> Acting:
        return self.who(self.unit.investigator, self.now)

    @property
    def suspect(self) -> Suspect:
        return Suspect.objects.select_related("case", "party").get(answer=self.answer)

    @property
    def standing(self) -> Standing:
        return standing(self.suspect, at=self.now)

    def ago(self, days: float) -> datetime:
        return self.now - timedelta(days=days)

    def party(self, name: str, **more: Any) -> Party:
        return parties.add_party(self.acting, self.case, name=name, **more)

    def told(self, days: float = 1, **more: Any) -> ItemTold:
        came = tuple(more.pop("came_from", ()))
        given: dict[str, Any] = {
            "sort": "purchase",
            "title": f"Payment {next(self.counted)}",
            "words": "A card was used at the shop's till.",
            "says": "for",
            "at": self.ago(days),
            "source": "the bank",
            "about": self.suspect,
            "outside": not came,
            "came_from": came,
        }
        return ItemTold(**given | more)

    def item(self, days: float = 1, *, judged: bool | None = True, **more: Any) -> EvidenceItem:
        row = items.record_item(self.acting, self.case, self.told(days, **more))
        return row if judged is None else self.judge(row, reliable=judged, links=judged)

    def judge(self, row: EvidenceItem, *, reliable: bool = True, links: bool = True) -> EvidenceItem:
        why = {"reliable_because": "The bank keeps it.", "links_because": "At the till, at the time."}
        return items.judge_item(self.acting, row, version=row.version, reliable=reliable, links=links, **why)

    def link(self, kind: str, source: str, target: str, days: float | None = None) -> Link:
        at = None if days is None else self.ago(days)
        return links.link(self.acting, self.case, kind=kind, source=source, target=target, at=at)

    def check(self, question: str, **more: Any) -> Any:
        given = {"state": "tried_no_answer", "tried": "Called the employer."}
        return checks.check_whereabouts(self.acting, self.suspect, question=question, **given | more)

    @property
    def lead(self) -> str:
        return node("lead", self.answer.public_id)


@pytest.fixture
def board(
    robbery: Case,  # noqa: F811
    unit: Unit,  # noqa: F811
    still_of: Callable[..., Still],  # noqa: F811
    acting: Callable[..., Acting],
    now: datetime,
) -> Board:
    """A search five days ago, its lead four days ago, accepted by the investigator since."""
    still = still_of("S001-a.jpg")
    still.exhibit.received_on = (now - timedelta(days=8)).date()
    still.exhibit.added_at = now - timedelta(days=8)
    still.exhibit.save()
    search = search_of(robbery, still, unit, now - timedelta(days=5), ("P1", "P2", "P3"))
    answer = lead_of(search, "P1", unit, now - timedelta(days=4), "Tom Example")
    accept(answer, unit.investigator, now - timedelta(days=3))
    CaseRead.objects.get_or_create(case=robbery, person=unit.investigator, defaults={"at": now})
    return Board(robbery, unit, now, acting, still, search, answer)


def stored(words: bytes = b"a receipt") -> files.Written:
    """A file as it is uploaded."""
    return files.write(words, name="receipt.txt", media_type="text/plain")


def the_watches(board: Board) -> dict[str, EvidenceItem]:
    """Detroit, 2018 to 2020 (reference 03, 3.6, row 1): a guard who had not been there was shown the recording, then
    chose out of photographs after the lead; there was nothing else.
    """
    guard = board.party("Gina Guard", note="Works for the shop's insurer; was not there.")
    still, person = node("still", board.still.public_id), node("party", guard.public_id)
    board.link("shown", still, person, 7)
    board.link("told", board.lead, person, 2.5)
    choice = board.item(
        2,
        sort="identification",
        title="Choice out of six photographs",
        words="That is him, from the video.",
        by=guard,
        came_from=[("derived_from", board.lead)],
        source="a six-photograph array",
    )
    said = board.item(2, sort="statement", title="Statement on the choice", by=guard, source="the guard")
    return {"choice": choice, "said": said}
