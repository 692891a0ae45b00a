"""A robbery with a lead and independent evidence, a witness who was there, a county of invented people for fillers."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from lookalike.casework import files, jobs
from lookalike.casework.acting import Acting
from lookalike.casework.bookings.models import Booking, BookingPhoto
from lookalike.casework.cases.models import Case, CaseRead, Description, Still
from lookalike.casework.corroboration.models import Party, Suspect
from lookalike.casework.corroboration.services import suspects
from lookalike.casework.lineups.models import Lineup, MockTest, Volunteer, Witness
from lookalike.casework.lineups.services import allow, members, mock, plans, volunteers, witnesses
from lookalike.casework.models import Job
from lookalike.casework.people.models import Person
from lookalike.protocol.vocabulary import Role
from tests.casework.corroboration.conftest import Board, _static_folder, accept, lead_of, search_of  # noqa: F401
from tests.casework.searches.conftest import Unit, county, robbery, still_of, unit  # noqa: F401 - fixtures
from tests.conftest import PEOPLE

WORDS = "A white man, about one metre eighty, in his thirties. He looked straight at me."
ALL_NO = dict.fromkeys(witnesses.QUESTIONS, (False, ""))
GROUP = ("male", "caucasian")


@dataclass
class Court:
    """A case on its way to a lineup, and short ways to go there. clock: the time, which each act moves on."""

    board: Board
    who: Callable[..., Acting]
    holder: Person
    captain: Person
    keeper: Person
    people: list[Booking]
    clock: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.clock = self.board.now
        self.seconds = itertools.count(1)

    @property
    def case(self) -> Case:
        return self.board.case

    @property
    def suspect(self) -> Suspect:
        return self.board.suspect

    @property
    def planner(self) -> Acting:
        return self.acting(self.board.unit.investigator)

    def acting(self, person: Person) -> Acting:
        return self.who(Person.objects.get(pk=person.pk), self.board.now + timedelta(seconds=next(self.seconds)))

    def party(self, name: str = "Ruth Witness") -> Party:
        return self.board.party(name)

    def described(self, party: Party, **more: Any) -> Description:
        given: dict[str, Any] = {"words": WORDS, "height_low_cm": 172, "height_high_cm": 188}
        return Description.objects.create(
            case=self.case,
            witness=party.name,
            given_on=self.board.ago(8).date(),
            taken_by=self.board.unit.investigator,
            taken_at=self.board.ago(8),
            **given | more,
        )

    def told(self, party: Party, **more: Any) -> witnesses.Interview:
        given: dict[str, Any] = {
            "present_at_scene": True,
            "saw_perpetrator": True,
            "where": "Behind the counter.",
            "conditions": "Two metres away, in full light, for a minute.",
            "familiar": "",
        }
        description = more.pop("description", None) or witnesses.descriptions_of(party)[0]
        return witnesses.Interview(description=description, **given | more)

    def witness(self, name: str = "Ruth Witness", **more: Any) -> Witness:
        """A witness who was interviewed, and asked everything."""
        party = self.party(name)
        self.described(party)
        row = witnesses.interview(self.planner, party, self.told(party, **more), version=0)
        return witnesses.ask(self.planner, party, ALL_NO, version=row.version)

    def plan(self, witness: Witness | None = None, **more: Any) -> Lineup:
        given = {"presentation": "sequential", "administration": "double_blind", "administrator": self.holder}
        told = plans.Plan(**given | more)  # type: ignore[arg-type]
        return plans.plan(self.planner, self.suspect, witness or self.witness(), told)

    def again(self, lineup: Lineup) -> Lineup:
        related = ("case", "suspect__party", "suspect__case", "witness__party", "witness__description")
        return Lineup.objects.select_related(*related, "administrator", "made_by").get(pk=lineup.pk)

    def proposed(self, **more: Any) -> Lineup:
        lineup = self.again(self.plan(**more))
        return self.again(members.propose_members(self.planner, lineup, version=lineup.version))

    def pictured(self, lineup: Lineup, *, real: bool = False) -> Lineup:
        """The members with pictures that somebody looked at. real: made by the worker; else any bytes of one length."""
        if real:
            job = members.make_pictures(self.planner, lineup, version=lineup.version)
            jobs.run_one(job.public_id, now=datetime.now().astimezone())
            job.refresh_from_db()
            assert job.state == Job.State.DONE, (job.what, job.why)
        else:
            for one in members.standing(lineup):
                data = (PEOPLE / "bookings" / f"{one.record_id}.jpg").read_bytes()
                data += bytes(300_000 - len(data))
                one.picture = files.keep(data, name="picture.jpg", media_type="image/jpeg")
                one.save()
        lineup = self.again(lineup)
        return self.again(members.looked(self.planner, lineup, version=lineup.version))

    def volunteers(self, count: int = 30) -> list[Volunteer]:
        who = self.acting(self.keeper)
        return [
            volunteers.add_volunteer(who, name=f"Volunteer {one:02}", email=f"v{one}@example.org")
            for one in range(1, count + 1)
        ]

    def testing(self, lineup: Lineup | None = None) -> tuple[Lineup, list[mock.Link]]:
        lineup = lineup or self.pictured(self.proposed())
        if not Volunteer.objects.exists():
            self.volunteers()
        test = mock.open_test(self.planner, lineup, version=lineup.version)
        return self.again(lineup), mock.make_links(self.acting(self.keeper), test)

    def choose(self, links: list[mock.Link], lineup: Lineup, share: list[int] | None = None) -> None:
        """The volunteers choose: share of them each member in the order of place; alike where it is not said."""
        test = MockTest.objects.get(lineup=lineup, closed_at=None)
        share = share or [len(links) // len(test.members)] * len(test.members)
        wanted = [one for one, count in zip(test.members, share, strict=True) for _ in range(count)]
        for link, member in zip(links, wanted, strict=False):
            at = self.board.now + timedelta(hours=1)
            ticket = mock.begin(link.token, knows=False, at=at)
            mock.choose(link.token, ticket.order.index(member) + 1, at=at + timedelta(seconds=20))

    def tested(self, share: list[int] | None = None) -> Lineup:
        lineup, links = self.testing()
        self.choose(links, lineup, share)
        mock.close(self.planner, lineup, version=lineup.version)
        return self.again(lineup)

    def signed(self, lineup: Lineup, **more: Any) -> Lineup:
        given: dict[str, Any] = {"decision": True, "words": "", "read_all": True, "version": lineup.version}
        about = more.pop("about", None) or allow.plan_sha256(lineup)
        allow.open_plan(self.acting(self.captain), lineup)
        allow.sign(self.acting(self.captain), lineup, about=about, **given | more)
        return self.again(lineup)


@pytest.fixture
def people_booked(county: Path, bookings: list[dict[str, str]], now: datetime, db: None) -> list[Booking]:  # noqa: F811
    """The booking behind every photograph of the county's gallery, with what a record says of a person."""
    made = []
    for row in [row for row in bookings if row["status"] == "active"][:60]:
        booking = Booking.objects.create(
            arrest_id=f"A-{row['id']}",
            person_id=row["person_id"],
            agency=row["source"],
            arrested_on=date.fromisoformat(row["date_taken"]),
            charge="robbery",
            source="booking",
            status="active",
            born_on=date.fromisoformat(row["date_taken"]) - timedelta(days=365 * 35),
            height_cm=180,
            weight_kg=80,
            labels={"sex": row["sex"], "ancestry": row["ancestry"]},
            received_at=now,
        )
        BookingPhoto.objects.create(
            booking=booking,
            record_id=row["id"],
            gallery="county",
            taken_on=date.fromisoformat(row["date_taken"]),
            sha256=hashlib.sha256((PEOPLE / row["file"]).read_bytes()).hexdigest(),
            file=files.keep((PEOPLE / row["file"]).read_bytes(), name="photograph", media_type="image/jpeg"),
            state=BookingPhoto.State.ENROLLED,
            told="active",
        )
        made.append(booking)
    return made


def of_group(people: list[Booking]) -> list[Booking]:
    """Whoever is of the suspect's sex and group by the record."""
    return [one for one in people if (one.labels["sex"], one.labels["ancestry"]) == GROUP]


@pytest.fixture
def court(
    people_booked: list[Booking],
    robbery: Case,  # noqa: F811
    unit: Unit,  # noqa: F811
    still_of: Callable[..., Still],  # noqa: F811
    someone: Callable[..., Person],
    acting: Callable[..., Acting],
    now: datetime,
) -> Court:
    """A search five days ago that returned the suspect and two others, its lead, and an item from no search.

    Its clock is two hours behind: it runs faster than the one of a browser, to which nothing may be yet to come.
    """
    now -= timedelta(hours=2)
    still = still_of("S001-a.jpg")
    still.exhibit.received_on = (now - timedelta(days=8)).date()
    still.exhibit.added_at = now - timedelta(days=8)
    still.exhibit.save()
    persons = tuple(one.person_id for one in of_group(people_booked)[:3])
    search = search_of(robbery, still, unit, now - timedelta(days=5), persons)
    answer = lead_of(search, persons[0], unit, now - timedelta(days=4), "Tom Example")
    accept(answer, unit.investigator, now - timedelta(days=3))
    CaseRead.objects.get_or_create(case=robbery, person=unit.investigator, defaults={"at": now})
    board = Board(robbery, unit, now, acting, still, search, answer)
    board.item(1, title="Card payment at the till")
    suspects.write_suspicion(board.acting, board.suspect, words="The payment, and the lead.", version=1)
    return Court(
        board,
        acting,
        someone("hal", Role.LINEUP_ADMINISTRATOR),
        someone("cora", Role.SUPERVISOR, office="captain"),
        someone("vera", Role.ADMINISTRATOR),
        people_booked,
    )
