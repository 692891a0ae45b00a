"""Witnesses and lineups: every verb as one call by somebody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from lookalike.casework.cases.models import Description
from lookalike.casework.cases.services import take_description
from lookalike.casework.cases.told import DescriptionTold
from lookalike.casework.corroboration.models import Party, Suspect
from lookalike.casework.lineups import flow
from lookalike.casework.lineups.flow import Given
from lookalike.casework.lineups.models import Holding, Lineup, MockTest, Ticket, Witness
from lookalike.casework.lineups.services import allow, holding, members, mock, plans, witness, witnesses
from lookalike.casework.lineups.services.holding import Where
from tests.casework.leads.conftest import address
from tests.casework.life.board import Board

WORDS = "A white man, about one metre eighty, in his thirties. He looked straight at me."
NO = dict.fromkeys(witnesses.QUESTIONS, (False, ""))


@dataclass
class Lineups(Board):
    """A case whose witnesses are shown lineups."""

    # the witness

    def describe(self, name: str, party: Party) -> Description | None:
        day = self.at.date()
        told = DescriptionTold(witness=party.name, words=WORDS, given_on=day, height_low_cm=172, height_high_cm=188)
        return self.try_("describe", lambda: take_description(self.who(name), self.case, told))  # type: ignore[no-any-return]

    def interview(self, name: str, party: Party, present: bool = True, saw: bool = True) -> None:
        found = witnesses.descriptions_of(party)
        if not found:
            return
        told = witnesses.Interview(
            present_at_scene=present,
            saw_perpetrator=saw,
            where="Behind the counter.",
            conditions="Two metres away, in full light.",
            familiar="",
            description=found[0],
        )
        version = self._version(party)
        self.try_("interview", lambda: witnesses.interview(self.who(name), party, told, version=version))

    def ask_witness(self, name: str, party: Party, yes: Sequence[str] = ()) -> None:
        said = NO | dict.fromkeys(yes, (True, "A cousin sent it."))
        version = self._version(party)
        self.try_("ask witness", lambda: witnesses.ask(self.who(name), party, said, version=version))

    def _version(self, party: Party) -> int:
        row = Witness.objects.filter(party=party).first()
        return row.version if row else 0

    def new_witness(self, name: str) -> None:
        party = self.add_party(name, f"Ruth Witness {self.case.parties.count()}")
        if party and self.describe(name, party):
            self.interview(name, party)
            self.ask_witness(name, party)

    # the lineup

    def plan(self, name: str, suspect: Suspect | None, party: Party | None, **more: str) -> None:
        row = Witness.objects.select_related("party__case", "description").filter(party=party).first()
        if suspect and row:
            told = self._plan(**more)
            self.try_("plan", lambda: plans.plan(self.who(name), suspect, row, told))

    def _plan(self, administrator: str = "hal", **more: str) -> plans.Plan:
        given = {"presentation": "sequential", "administration": "double_blind"} | more
        return plans.Plan(administrator=self.cast[administrator], **given)

    def change_plan(self, name: str, row: Lineup, **more: str) -> None:
        told = self._plan(**more)
        self.try_("change plan", lambda: plans.change_plan(self.who(name), row, told, version=row.version))

    def propose(self, name: str, row: Lineup) -> None:
        self.try_("propose", lambda: members.propose_members(self.who(name), row, version=row.version))

    def picture(self, row: Lineup) -> None:
        """What the worker does, without a pixel: every member has a picture, all of one length."""
        for one, picture in zip(members.standing(row), self.alike, strict=False):
            one.picture = picture
            one.save(update_fields=["picture"])

    def look(self, name: str, row: Lineup) -> None:
        self.try_("look", lambda: members.looked(self.who(name), row, version=row.version))

    def remove(self, name: str, row: Lineup, number: int) -> None:
        there = members.standing(row)
        if there:
            one = there[number % len(there)]
            self.try_(
                "remove",
                lambda: members.remove_filler(self.who(name), row, one, reason="A scar.", version=row.version),
            )

    def open_test(self, name: str, row: Lineup) -> None:
        self.try_("open test", lambda: mock.open_test(self.who(name), row, version=row.version))

    def choose(self, row: Lineup, for_suspect: int = 0) -> None:
        """The volunteers have chosen: for_suspect of each six the suspect, else all members in turn."""
        test = MockTest.objects.filter(lineup=row, closed_at=None).first()
        if test is None:
            return
        ids = {one.public_id: one for one in members.standing(row)}
        there = [ids[one] for one in test.members if one in ids]
        suspect = next(one for one in there if one.is_suspect)
        tickets = list(Ticket.objects.filter(test=test, used_at=None).order_by("pk"))
        for number, one in enumerate(tickets):
            one.opened_at, one.used_at = self.at, self.at + timedelta(seconds=20)
            one.choice = suspect if number % 6 < for_suspect else there[number % len(there)]
        Ticket.objects.bulk_update(tickets, ["opened_at", "used_at", "choice"])

    def close_test(self, name: str, row: Lineup) -> None:
        self.try_("close test", lambda: mock.close(self.who(name), row, version=row.version))

    def sign_lineup(self, name: str, row: Lineup, decision: bool = True) -> None:
        about = allow.plan_sha256(row)
        given: dict[str, Any] = {"decision": decision, "words": "Read.", "read_all": True, "about": about}
        self.try_("read plan", lambda: allow.open_plan(self.who(name), row))
        self.try_("sign lineup", lambda: allow.sign(self.who(name), row, version=row.version, **given))

    def allow(self, name: str, row: Lineup) -> None:
        self.try_("allow", lambda: allow.allow(self.who(name), row))

    def begin(self, name: str, row: Lineup) -> None:
        self.try_("begin", lambda: holding.begin(self.who(name), row, "en", address=address))

    def give_up(self, name: str, row: Lineup) -> None:
        self.try_("give up", lambda: plans.give_up(self.who(name), row, reason="Moved.", version=row.version))

    def going(self) -> Holding | None:
        related = ("lineup__case", "lineup__witness__party", "lineup__suspect", "held_by")
        rows = Holding.objects.filter(lineup__case=self.case, ended_at=None).select_related(*related)
        return rows.first()

    def stop(self, name: str) -> None:
        row = self.going()
        if row:
            self.try_("stop", lambda: holding.stop(self.who(name), row, reason="The tablet broke."))

    def through(self, chosen: str = "suspect", steps: int = 99) -> None:
        """The witness at the screen: steps of it. chosen: "suspect", "filler" or "nobody"."""
        row = self.going()
        if row is None:
            return
        suspect = row.lineup.members.get(is_suspect=True, removed_at=None).public_id
        place = row.order.index(suspect) + 1
        place = {"suspect": place, "filler": place % len(row.order) + 1}.get(chosen, 0)
        for _ in range(steps):
            row = self.going()
            if row is None:
                return
            step = witness.step_of(row)
            self.at += timedelta(seconds=1)
            where = Where(self.at, "127.0.0.1", "/witness/")
            if step.kind == "picture":
                self.try_("picture", lambda row=row, step=step, where=where: witness.picture(row, step.number, where))
            answer = {
                flow.CONSENT: flow.DISAGREE,
                "picture": flow.YES if step.number == place else flow.NO,
                flow.WHICH: str(place) if place else flow.NOT_PRESENT,
                flow.ELSEWHERE: flow.NO,
                flow.SEEN_BEFORE: flow.NO,
            }.get(step.kind, "")
            given = Given(answer, "As I said.")
            self.try_(
                "answer",
                lambda row=row, step=step, where=where, given=given: witness.answer(row, step.name, given, where, 1),
            )
