"""A case and everybody: who does something, what the services say to it, what there is."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Self

from lookalike.casework.acting import Acting
from lookalike.casework.cases.models import Case, Still
from lookalike.casework.cases.services import join_team, leave_team, read_case
from lookalike.casework.corroboration.models import EvidenceItem, Party, Suspect
from lookalike.casework.corroboration.nodes import node
from lookalike.casework.leads.models import Answer
from lookalike.casework.lineups.models import Lineup
from lookalike.casework.models import StoredFile
from lookalike.casework.people.models import PackInForce, Person
from lookalike.casework.people.services import law
from lookalike.casework.searches.models import Candidate, Request, Search
from lookalike.casework.warrants.models import WarrantRequest
from lookalike.errors import Fault, LookalikeError
from lookalike.protocol.pack import load_bytes
from lookalike.protocol.vocabulary import Role
from tests.casework.life.read import Reader

CAST: dict[str, tuple[tuple[Role, ...], str]] = {
    "ida": ((Role.INVESTIGATOR,), ""),
    "ivo": ((Role.INVESTIGATOR,), ""),
    "chen": ((Role.EXAMINER,), ""),
    "eva": ((Role.EXAMINER,), ""),
    "finn": ((Role.EXAMINER,), ""),
    "gus": ((Role.EXAMINER,), ""),
    "sam": ((Role.SUPERVISOR,), "supervisor"),
    "cora": ((Role.SUPERVISOR,), "captain"),
    "carl": ((Role.SUPERVISOR,), "captain"),
    "ines": ((Role.INVESTIGATOR, Role.SUPERVISOR), "captain"),
    "eric": ((Role.EXAMINER, Role.SUPERVISOR), "captain"),
    "chief": ((Role.PROSECUTOR,), "prosecutor_supervisor"),
    "pros": ((Role.PROSECUTOR,), ""),
    "hal": ((Role.LINEUP_ADMINISTRATOR,), ""),
    "lena": ((Role.LINEUP_ADMINISTRATOR,), ""),
}
"""Everybody: who has one duty each, two who have two, and those who stand in for somebody."""

DETROIT = "detroit-2024"
ALSO = ("washington-2021", "maryland-2024", "michigan-state-police")


@dataclass
class Begun:
    """One case, everybody, and the time, which every act moves on. done: how often each verb was done; refused: not;
    last: why not, the last time.

    person_ids: whom a search returns, and one whom none does. alike: a picture that stands for each of a lineup.
    """

    case: Case
    still: Still
    cast: dict[str, Person]
    admin: Person
    acting: Callable[..., Acting]
    at: datetime
    person_ids: list[str]
    alike: list[StoredFile]
    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    reached: Counter[str] = field(default_factory=Counter)
    last: str = ""
    read: Reader = field(default_factory=Reader)

    def again(self) -> Self:
        """The same life, to be lived anew."""
        new = copy.copy(self)
        new.done, new.refused, new.reached = Counter(), Counter(), Counter()
        new.read = self.read.again()
        return new

    def who(self, name: str) -> Acting:
        self.at += timedelta(seconds=1)
        return self.acting(self.admin if name == "admin" else self.cast[name], self.at)

    def ago(self, days: float) -> datetime:
        return self.at - timedelta(days=days)

    def try_(self, verb: str, deed: Callable[[], Any]) -> Any:
        """Do it. What the services refuse is refused; what breaks in them breaks the test. Then the rows are read."""
        try:
            given = deed()
            self.done[verb] += 1
        except Fault:
            raise
        except LookalikeError as error:
            self.refused[f"{verb}: {type(error).__name__}"] += 1
            self.last = f"{error.what} {error.why}"
            given = None
        self.reached += self.read.look(self.case)
        return given

    # what there is

    @property
    def request(self) -> Request | None:
        gone = (Request.State.REFUSED, Request.State.WITHDRAWN)
        rows = Request.objects.filter(case=self.case).exclude(state__in=gone).select_related("case__agency", "still")
        return rows.order_by("-pk").first()

    def suspect(self, number: int = 0) -> Suspect | None:
        rows = list(self.case.suspects.select_related("case", "party", "answer__candidate").order_by("pk"))
        return rows[number % len(rows)] if rows else None

    def item(self, number: int) -> EvidenceItem | None:
        rows = list(EvidenceItem.objects.filter(case=self.case).select_related("case", "about").order_by("pk"))
        return rows[number % len(rows)] if rows else None

    def party(self, number: int) -> Party | None:
        rows = list(Party.objects.filter(case=self.case).select_related("case").order_by("pk"))
        return rows[number % len(rows)] if rows else None

    def nodes(self) -> list[str]:
        """What may be shown or told, or what an item may come of: the still, and what the case holds."""
        case = self.case
        leads = Answer.objects.filter(request__case=case, candidate__isnull=False)
        rows: list[tuple[str, Any]] = [
            ("still", Still.objects.filter(pk=self.still.pk)),
            ("search", Search.objects.filter(request__case=case)),
            ("lead", leads),
            ("photo", Candidate.objects.filter(search__request__case=case)[:2]),
            ("lineup", Lineup.objects.filter(case=case, holding__isnull=False)),
            ("item", EvidenceItem.objects.filter(case=case).order_by("-pk")[:5]),
        ]
        there = [(kind, one) for kind, found in rows for one in found.values_list("public_id", flat=True)]
        return [node(kind, one) for kind, one in there]

    def lineup(self, number: int = -1) -> Lineup | None:
        related = ("case", "suspect__party", "suspect__case", "witness__party", "witness__description")
        rows = list(Lineup.objects.filter(case=self.case).select_related(*related, "administrator").order_by("pk"))
        return rows[number % len(rows)] if rows else None

    def warrant(self, number: int = -1) -> WarrantRequest | None:
        rows = WarrantRequest.objects.filter(case=self.case).select_related("case", "suspect__case", "suspect__answer")
        found = list(rows.order_by("pk"))
        return found[number % len(found)] if found else None

    # the law and the team

    def law(self, how: str) -> None:
        """Detroit's pack goes out of force, or comes into it, or another comes beside it while it is in force."""
        there = PackInForce.objects.filter(until=None)
        if how == "end":
            for row in there:
                self.try_("end pack", lambda row=row: law.end_pack(self.who("admin"), row))
        elif how == DETROIT or there.filter(pack_id=DETROIT).exists():
            data, _ = load_bytes(how)
            from lookalike.protocol.pack import read_pack

            reasons = {one.id: "Accepted for now." for one in read_pack(data, how).unconfirmed()}
            self.try_(
                "pack",
                lambda: law.put_in_force(self.who("admin"), data, name=how, only_for_others=False, reasons=reasons),
            )

    def join(self, name: str, whom: str) -> None:
        case = Case.objects.get(pk=self.case.pk)
        self.try_("join", lambda: join_team(self.who(name), case, self.cast[whom], version=case.version))

    def leave(self, name: str, whom: str) -> None:
        case = Case.objects.get(pk=self.case.pk)
        self.try_("leave", lambda: leave_team(self.who(name), case, self.cast[whom], version=case.version))

    def open_story(self, name: str) -> None:
        self.try_("read case", lambda: read_case(self.who(name), self.case))
