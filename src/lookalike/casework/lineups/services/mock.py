"""The mock-witness test: people who know only the description choose from the pictures before any witness sees them.

Each volunteer has one link. Whoever plans the lineup never sees it: it is made by a person who keeps the volunteers and
has no part in the case. Its token is drawn here, shown once, and kept as its SHA-256 alone. What was chosen nobody
reads before the test is closed, and whoever chose whom nobody reads at all.
"""

from __future__ import annotations

import dataclasses
import hashlib
import secrets
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Max, Q, QuerySet

from lookalike.casework.acting import Acting, act
from lookalike.casework.corroboration.hands import reasons
from lookalike.casework.lineups.asked import Answer, answers, least
from lookalike.casework.lineups.hands import keep, locked, part_in, require_planner
from lookalike.casework.lineups.models import Lineup, MockTest, Ticket, Volunteer
from lookalike.casework.lineups.services.members import ids_of, require_pictures, standing
from lookalike.casework.lineups.services.volunteers import apart_from
from lookalike.casework.models import StoredFile
from lookalike.casework.permissions import Permission
from lookalike.casework.recorded import vouch
from lookalike.errors import BadForm, NotNow, NotPermitted, NotThere
from lookalike.ledger.acts import Act
from lookalike.lineup.fairness import fairness
from lookalike.lineup.order import drawn
from lookalike.protocol.facts.base import unknown
from lookalike.protocol.facts.court import LineupPlan

State = Lineup.State
RUNS = timedelta(days=14)
"""How long a link can be used."""

FASTEST = timedelta(seconds=4)
"""Who chooses sooner after the pictures opened has not looked at them: kept, and not counted. A working limit."""

CHECKS = ("effective_size", "suspect_p", "mock_witnesses")
"""The checks of rule R13 that ask for the test."""

KNOWS, TOO_FAST, ROBOT = "knows the case, or works here", "answered faster than anybody looks", "filled in by a machine"


@dataclass(frozen=True, slots=True)
class Link:
    """A volunteer's link, to be handed over: shown once."""

    volunteer: Volunteer
    token: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a test is, and not what was chosen."""

    invited: int
    linked: int
    answered: int
    set_aside: int
    needed: int
    expires_at: datetime | None

    @property
    def enough(self) -> bool:
        """Whether as many have chosen as the packs ask."""
        return self.answered >= self.needed


def needed() -> int:
    """How many mock witnesses the packs in force ask for; one at least."""
    return max(1, int(least("mock_witnesses")))


def open_test(who: Acting, lineup: Lineup, *, version: int) -> MockTest:
    """Open the test of a lineup as its members stand, for every volunteer who can serve. `make_links` makes the links.

    Raises NotNow (pictures not made or not looked at, too few members or volunteers, these members were tested),
    ChangedMeanwhile, NotPermitted.
    """
    require_planner(who, lineup.case)
    with act(who, Act.LINEUP_TEST, objects=[("case", lineup.case.public_id)]) as doing:
        row = locked(lineup, version, State.DRAFT, State.TESTED)
        members = require_pictures(row)
        _require_ready(row, len(members))
        if tested(row) is not None:
            raise NotNow(
                "These members were tested.",
                why="A test that is repeated until it passes says nothing.",
                remedy="Go on with its result, or change the members; others need another test.",
            )
        volunteers = apart_from(row.case)
        if len(volunteers) < needed():
            raise NotNow(
                f"{len(volunteers)} volunteers can serve, and {needed()} are asked for.",
                why="Too few mock witnesses cannot show whether the suspect stands out.",
                remedy="Ask whoever keeps the volunteers to find more.",
            )
        description = row.witness.description
        assert description is not None
        test = MockTest.objects.create(
            lineup=row,
            description=description.words,
            members=ids_of(members),
            opened_by=who.person,
            opened_at=who.at,
        )
        Ticket.objects.bulk_create(Ticket(test=test, volunteer=one) for one in volunteers)
        row.state = State.TESTING
        keep(doing, row, "state")
        doing.about("test", test.public_id)
        doing.note(f"{len(volunteers)} volunteers are asked.")
    return test


def to_link() -> QuerySet[MockTest]:
    """The open tests, with how many volunteers each asks and how many have no link yet."""
    without = Count("tickets", filter=Q(tickets__token_sha256=None))
    rows = MockTest.objects.filter(closed_at=None).annotate(invited=Count("tickets"), without=without)
    return rows.order_by("opened_at", "pk")


def make_links(who: Acting, test: MockTest) -> list[Link]:
    """Make the links of a test, for whoever has not opened one yet; links that were made before lead nowhere.

    Never by whoever has a part in the case, who could choose with them. Raises NotPermitted, NotNow.
    """
    who.require(Permission.VOLUNTEER_KEEP)
    case = test.lineup.case
    if part_in(who.person, case):
        raise NotPermitted(
            "You have a part in this case.",
            why="Whoever has the volunteers' links could choose with them.",
            remedy="Ask somebody who keeps the volunteers and has no part in the case.",
        )
    with act(who, Act.LINEUP_TEST, objects=[("case", case.public_id)]) as doing:
        if not MockTest.objects.select_for_update().filter(pk=test.pk, closed_at=None).exists():
            raise NotNow("This test is not open any more.", remedy="Open the list of volunteers again.")
        links = []
        rows = Ticket.objects.select_for_update(of=("self",)).filter(test=test, opened_at=None, used_at=None)
        for ticket in rows.select_related("volunteer").order_by("volunteer__name", "pk"):
            token = secrets.token_urlsafe(24)
            ticket.token_sha256, ticket.made_at, ticket.expires_at = _digest(token), who.at, who.at + RUNS
            ticket.save(update_fields=["token_sha256", "made_at", "expires_at"])
            links.append(Link(ticket.volunteer, token))
        doing.about("test", test.public_id)
        doing.note(f"{len(links)} links were made.")
    return links


def progress(test: MockTest) -> Progress:
    """How many have answered."""
    told = test.tickets.aggregate(
        invited=Count("pk"),
        linked=Count("token_sha256"),
        answered=Count("pk", filter=Q(choice__isnull=False, set_aside="")),
        set_aside=Count("pk", filter=~Q(set_aside="")),
        expires_at=Max("expires_at"),
    )
    return Progress(needed=needed(), **told)


def close(who: Acting, lineup: Lineup, *, version: int) -> MockTest:
    """Close the test and compute what the choices say. Raises NotNow while too few have chosen, ChangedMeanwhile."""
    require_planner(who, lineup.case)
    with act(who, Act.LINEUP_TEST, objects=[("case", lineup.case.public_id)]) as doing:
        row = locked(lineup, version, State.TESTING)
        test = open_of(row)
        counted = Counter(
            Ticket.objects.filter(test=test, choice__isnull=False, set_aside="").values_list(
                "choice__public_id", flat=True
            )
        )
        if counted.total() < needed():
            raise NotNow(
                f"{counted.total()} mock witnesses have chosen, and {needed()} are asked for.",
                why="What was chosen is read once, when enough have chosen.",
                remedy="Wait for the others, or break the test off.",
            )
        suspect = next(one for one in standing(row) if one.is_suspect)
        found = fairness([counted[one] for one in test.members], test.members.index(suspect.public_id))
        test.result = asdict(found) | {"choices": list(found.choices)}
        test.closed_at, test.closed_by = who.at, who.person
        test.save(update_fields=["result", "closed_at", "closed_by"])
        row.state = State.TESTED
        keep(doing, row, "state")
        doing.about("test", test.public_id)
        vouch(doing, test)
        doing.note("The test was closed.")
    return test


def break_off(who: Acting, lineup: Lineup, *, reason: str, version: int) -> MockTest:
    """Break a test off: nobody reads what was chosen, then or later. The members have to change before another.

    Raises BadForm, NotNow, ChangedMeanwhile.
    """
    require_planner(who, lineup.case)
    reason = reasons(reason, "reason", "Say why: the file shows that a test was broken off.")
    with act(who, Act.LINEUP_TEST, objects=[("case", lineup.case.public_id)]) as doing:
        row = locked(lineup, version, State.TESTING)
        test = open_of(row)
        test.closed_at, test.closed_by, test.ended_because = who.at, who.person, reason
        test.save(update_fields=["closed_at", "closed_by", "ended_because"])
        row.state = State.DRAFT
        keep(doing, row, "state")
        doing.about("test", test.public_id)
        vouch(doing, test)
        doing.note("The test was broken off.")
    return test


def open_of(lineup: Lineup) -> MockTest:
    """The open test of a lineup, locked: nobody chooses meanwhile. Call inside the act. Raises NotNow."""
    found = MockTest.objects.select_for_update().filter(lineup=lineup, closed_at=None).first()
    if found is None:
        raise NotNow("No test is open.", remedy="Open the lineup again.")
    return found


def tested(lineup: Lineup) -> MockTest | None:
    """The newest closed test of these very members, if any: of others it says nothing."""
    now = ids_of(standing(lineup))
    rows = MockTest.objects.filter(lineup=lineup).exclude(closed_at=None).order_by("-closed_at", "-pk")
    return next((one for one in rows if one.members == now), None)


def verdict(test: MockTest, *, at: datetime) -> dict[str, Answer]:
    """What the packs in force say to the result of a test, by check."""
    return answers(CHECKS, at=at, plan=_measured(test))


def _measured(test: MockTest | None) -> LineupPlan:
    plan = unknown(LineupPlan)
    assert isinstance(plan, LineupPlan)
    if test is None or test.result is None:
        return plan
    return dataclasses.replace(plan, **measured(test))


def measured(test: MockTest) -> dict[str, Any]:
    """What a closed test measured, by the facts of a plan."""
    assert test.result is not None
    return {
        "mock_witnesses": test.result["mock_witnesses"],
        "effective_size": test.result["effective_size"],
        "effective_size_low": test.result["low"],
        "functional_size": test.result["functional_size"],
        "p_suspect": test.result["p_suspect"],
    }


# the volunteer's side: nobody is signed in


def ticket_of(token: str, *, at: datetime) -> Ticket:
    """The ticket of a link that can be used. Raises NotThere: unknown, used, run out and closed are told alike."""
    row = Ticket.objects.select_related("test__lineup").filter(token_sha256=_digest(token)).first()
    if row is None or row.used_at is not None or row.test.closed_at is not None:
        raise _gone()
    if row.expires_at is None or row.expires_at <= at:
        raise _gone()
    return row


def begin(token: str, *, knows: bool, at: datetime) -> Ticket:
    """Show the pictures to a volunteer: drawn in an order of their own. Begun again it goes on as it was.

    knows: that they know the case or work here; they are thanked, and serve no more in this test. Raises NotThere.
    """
    with _alone(token, at) as row:
        if knows:
            row.used_at, row.set_aside = at, KNOWS
            row.save(update_fields=["used_at", "set_aside"])
        elif row.opened_at is None:
            row.opened_at, row.order = at, drawn(secrets.token_hex(32), row.test.members)
            row.save(update_fields=["opened_at", "order"])
        return row


def choose(token: str, place: int, *, at: datetime, trap: str = "") -> None:
    """Keep the one choice of a volunteer. place: from 1, in their own order. trap: what only a machine fills in.

    Raises NotThere, BadForm (nobody was chosen).
    """
    with _alone(token, at) as row:
        if row.opened_at is None or not 1 <= place <= len(row.order):
            error = BadForm("Nobody was chosen.", remedy="Choose one of the photographs.")
            error.fields = {"choice": ["Choose one of the photographs, even if you are not sure."]}
            raise error
        members = {one.public_id: one for one in row.test.lineup.members.filter(public_id__in=row.order)}
        row.choice, row.used_at = members[row.order[place - 1]], at
        if trap:
            row.set_aside = ROBOT
        elif at - row.opened_at < FASTEST:
            row.set_aside = TOO_FAST
        row.save(update_fields=["choice", "used_at", "set_aside"])


def picture(token: str, place: int, *, at: datetime) -> StoredFile:
    """One picture as a volunteer sees it, by its place in their own order. Raises NotThere."""
    row = ticket_of(token, at=at)
    if row.opened_at is None or not 1 <= place <= len(row.order):
        raise _gone()
    member = row.test.lineup.members.select_related("picture").get(public_id=row.order[place - 1])
    if member.picture is None:
        raise _gone()
    return member.picture


def _require_ready(row: Lineup, members: int) -> None:
    fillers = int(least("fillers"))
    if members - 1 < fillers:
        told = f"{members - 1} fillers stand beside the suspect, and {fillers} are asked for."
        raise NotNow(told, remedy="Add some.")
    if row.looked_at is None:
        raise NotNow(
            "Nobody has looked at these pictures yet.",
            why="A program made them alike; whether they are, a person sees.",
            remedy="Look at all of them side by side, and say so.",
        )


def _digest(token: str) -> str:
    return hashlib.sha256(token[:200].encode("utf-8", "replace")).hexdigest()


def _gone() -> NotThere:
    return NotThere(
        "This link cannot be used.",
        why="It was used already, has run out, or is not complete.",
        remedy="Compare it with what you were sent. If it was used, there is nothing more to do: thank you.",
    )


@contextmanager
def _alone(token: str, at: datetime) -> Iterator[Ticket]:
    """The ticket, locked: of two who use it at once the second finds it used. The test is not closed meanwhile."""
    with transaction.atomic():
        found = ticket_of(token, at=at)
        MockTest.objects.select_for_update().get(pk=found.test_id)
        row = Ticket.objects.select_for_update(of=("self",)).select_related("test__lineup").get(pk=found.pk)
        if row.token_sha256 != found.token_sha256 or row.used_at is not None or row.test.closed_at is not None:
            raise _gone()
        yield row
