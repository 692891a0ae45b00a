"""A case lived in any order: what a run may do, and from which stages on runs are lived."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from lookalike.casework.corroboration.models import EvidenceItem
from lookalike.casework.corroboration.nodes import node
from lookalike.casework.examinations.models import BEGUN, Task
from lookalike.casework.leads.models import Acknowledgement
from lookalike.casework.lineups.models import Lineup
from lookalike.casework.lineups.services import witnesses
from lookalike.casework.searches.models import Request
from tests.casework.life.begun import ALSO, CAST, DETROIT
from tests.casework.life.guide import step
from tests.casework.life.warrants import Life

STEPS, LAST = 10, 6
"""Deeds of a run at most; a deed may be a few right steps in a row, and a run ends with some."""
STAGES: dict[str, tuple[str, Callable[[Life], bool]]] = {
    "opened": ("lead", lambda life: True),
    "answered": ("lead", lambda life: Request.objects.filter(case=life.case, state="answered").exists()),
    "led": ("lead", lambda life: Acknowledgement.objects.filter(answer__request__case=life.case).exists()),
    "allowed": ("lineup", lambda life: life.case.lineups.filter(state="allowed").exists()),
    "held": ("lineup", lambda life: life.case.lineups.filter(state="held").exists()),
    "signed": ("warrant", lambda life: life.case.warrants.filter(signatures__office="prosecutor_supervisor").exists()),
}
"""How far the case is when a run takes it up, and by which steps it gets there from the stage before."""


def brought(life: Life, stage: str) -> None:
    """Bring the case to a stage by right steps alone."""
    goal, there = STAGES[stage]
    for _ in range(60):
        if there(life):
            return
        step(life, goal if life.suspect() else "lead")
    raise AssertionError(f"{stage} was not reached: {life.done} {life.refused} {life.last}")


NAMES = st.sampled_from(list(CAST))
NUMBER = st.integers(0, 11)
DAYS = st.sampled_from([0.0, 0.0001, 0.01, 0.5, 1.0, 3.0, 6.0, 20.0])
"""How long before now something is said to have been: a moment, a day, before everything."""

Deed = Callable[[Life, str, int], Any]


GOALS = st.sampled_from(["lead", "lineup", "warrant"])
TIMES = st.integers(1, 9)


def _row(kind: str, deed: Callable[[Life, str, Any], Any]) -> Deed:
    """A deed on the newest row of a kind, where there is one."""

    def done(life: Life, name: str, number: int) -> None:
        row = getattr(life, kind)()
        if row is not None:
            deed(life, name, row)

    return done


VERBS: dict[str, Deed] = {
    "ask a search": lambda life, name, n: life.ask_search(name),
    "approve it": lambda life, name, n: life.approve(name),
    "run it": lambda life, name, n: life.run(name),
    "give it": lambda life, name, n: life.give(name, [list(CAST)[n % 8], list(CAST)[(n + 1) % 8]]),
    "take it back": lambda life, name, n: life.take_back(name, n),
    "issue a lead": lambda life, name, n: life.issue(name, "Another person." if n % 2 else ""),
    "close it": lambda life, name, n: life.close(name),
    "accept its words": lambda life, name, n: life.acknowledge(name),
    "read the case": lambda life, name, n: life.open_story(name),
    "join the team": lambda life, name, n: life.join("ida", name),
    "leave the team": lambda life, name, n: life.leave(name, "ida" if n % 2 else name),
    "write the suspicion": lambda life, name, n: life.suspicion(name, life.suspect(n)),
    "end the suspicion": lambda life, name, n: life.end_suspicion(name, life.suspect(n)),
    "judge an item": lambda life, name, n: life.judge(name, life.item(n), bool(n % 3)),
    "withdraw an item": lambda life, name, n: life.withdraw_item(name, life.item(n)),
    "answer an item": lambda life, name, n: life.reply(name, life.item(n)),
    "withdraw a link": lambda life, name, n: life.unlink(name, n),
    "plan a lineup": lambda life, name, n: life.plan(name, life.suspect(n), life.party(n)),
    "propose its members": _row("lineup", lambda life, name, row: life.propose(name, row)),
    "remove a member": _row("lineup", lambda life, name, row: life.remove(name, row, 1)),
    "have it held by another": _row("lineup", lambda life, name, row: life.change_plan("ida", row, administrator=name)),
    "close its test": _row("lineup", lambda life, name, row: life.close_test(name, row)),
    "sign the lineup": _row("lineup", lambda life, name, row: life.sign_lineup(name, row)),
    "sign against the lineup": _row("lineup", lambda life, name, row: life.sign_lineup(name, row, False)),
    "allow it": _row("lineup", lambda life, name, row: life.allow(name, row)),
    "begin it": _row("lineup", lambda life, name, row: life.begin(name, row)),
    "begin it rightly": _row("lineup", lambda life, name, row: life.begin(row.administrator.username, row)),
    "stop it": lambda life, name, n: life.stop(name),
    "give it up": _row("lineup", lambda life, name, row: life.give_up(name, row)),
    "draft a warrant": lambda life, name, n: life.draft(name, life.suspect(n)),
    "put it forward": _row("warrant", lambda life, name, row: life.forward(name, row)),
    "make its packet": _row("warrant", lambda life, name, row: life.packet(name, row)),
    "sign the warrant": _row("warrant", lambda life, name, row: life.sign(name, row)),
    "sign against the warrant": _row("warrant", lambda life, name, row: life.sign(name, row, False)),
    "sign it the sole basis": _row("warrant", lambda life, name, row: life.sign(name, row, sole=True)),
    "ask for the warrant": _row("warrant", lambda life, name, row: life.ask(name, row)),
    "accept it": _row("warrant", lambda life, name, row: life.decide(name, row)),
    "decline it": _row("warrant", lambda life, name, row: life.decide(name, row, "decline")),
    "send it back": _row("warrant", lambda life, name, row: life.decide(name, row, "send back")),
    "withdraw it": _row("warrant", lambda life, name, row: life.withdraw(name, row)),
}
RIGHT = {"ask for the warrant": "ida", "make its packet": "ida", "judge an item": "ida", "begin it": "hal"}


class CaseLife(RuleBasedStateMachine):
    """One case, lived in any order. LIFE: where a run takes it up; all that a run did is undone at its end."""

    LIFE: Life
    REACHED: Counter[str]

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.life = self.LIFE.again()

    def teardown(self) -> None:
        """Whatever was done: in the end everybody does what is right for a while."""
        try:
            goal = "lineup" if sum(self.life.refused.values()) % 2 else "warrant"
            for _ in range(LAST):
                step(self.life, goal)
        finally:
            self._undone()

    def _undone(self) -> None:
        self.undo.__exit__(Undone, Undone(), None)
        self.REACHED["runs"] += 1
        self.REACHED["deeds"] += sum(self.life.done.values())
        self.REACHED["refused"] += sum(self.life.refused.values())
        self.REACHED.update({f"runs with a {what}": 1 for what in self.life.reached})

    @rule(goal=GOALS, times=TIMES)
    def go_on(self, goal: str, times: int) -> None:
        for _ in range(times):
            step(self.life, goal)

    @rule(goal=GOALS, times=TIMES)
    def go_on_with_the_second(self, goal: str, times: int) -> None:
        for _ in range(times):
            step(self.life, goal, 1)

    @rule(verb=st.sampled_from(list(VERBS)), name=NAMES, number=NUMBER)
    def somebody_does(self, verb: str, name: str, number: int) -> None:
        VERBS[verb](self.life, name, number)

    @rule(verb=st.sampled_from(["begin it rightly", *RIGHT]), number=NUMBER)
    def the_right_one_does(self, verb: str, number: int) -> None:
        VERBS[verb](self.life, RIGHT.get(verb, "ida"), number)

    @rule(
        kind=st.sampled_from(["shown", "told"]),
        number=NUMBER,
        party=NUMBER,
        days=DAYS,
        whom=st.sampled_from(["", "witness"]),
    )
    def a_party_is_shown_or_told(self, kind: str, number: int, party: int, days: float, whom: str) -> None:
        nodes, row = self.life.nodes(), self.life.party(party)
        lineup = self.life.lineup()
        if whom and lineup is not None:
            row = lineup.witness.party
        if row is not None:
            self.life.link("ida", kind, nodes[number % len(nodes)], node("party", row.public_id), days)

    @rule(kind=st.sampled_from(["derived_from", "prompted_by"]), number=NUMBER, item=NUMBER)
    def an_item_is_said_to_come_of_something(self, kind: str, number: int, item: int) -> None:
        nodes, row = self.life.nodes(), self.life.item(item)
        if row is not None:
            self.life.link("ida", kind, nodes[number % len(nodes)], node("item", row.public_id), None)

    @rule(
        sort=st.sampled_from(EvidenceItem.Sort.values),
        says=st.sampled_from(["for", "for", "for", "against", "neutral"]),
        came=st.sampled_from(["", "", "derived_from", "prompted_by"]),
        number=NUMBER,
        by=st.one_of(st.none(), NUMBER),
        days=DAYS,
        got=st.one_of(st.none(), DAYS),
        judged=st.booleans(),
        whose=st.integers(0, 1),
    )
    def an_item_is_recorded(
        self,
        sort: str,
        says: str,
        came: str,
        number: int,
        by: int | None,
        days: float,
        got: float | None,
        judged: bool,
        whose: int,
    ) -> None:
        life = self.life
        nodes = life.nodes() if came else []
        row = life.record(
            "ida",
            sort=sort,
            says=says,
            at=life.ago(days),
            obtained_at=None if got is None else life.ago(min(got, days)),
            by=None if by is None else life.party(by),
            about=life.suspect(whose),
            came_from=[(came, nodes[number % len(nodes)])] if came else [],
        )
        if judged:
            life.judge("ida", row)

    @rule(number=NUMBER, days=DAYS, says=st.sampled_from(["for", "neutral", "against"]), whose=st.integers(0, 1))
    def an_item_is_changed(self, number: int, days: float, says: str, whose: int) -> None:
        self.life.change(
            "ida",
            self.life.item(number),
            at=self.life.ago(days),
            obtained_at=None,
            says=says,
            about=self.life.suspect(whose),
        )

    @rule(
        number=NUMBER,
        present=st.booleans(),
        saw=st.booleans(),
        yes=st.sets(st.sampled_from(list(witnesses.QUESTIONS)), max_size=1),
    )
    def a_witness_is_asked(self, number: int, present: bool, saw: bool, yes: set[str]) -> None:
        party = self.life.party(number)
        if party is not None:
            self.life.describe("ida", party)
            self.life.interview("ida", party, present, saw)
            self.life.ask_witness("ida", party, sorted(yes))

    @rule(account=st.one_of(st.just(""), NAMES), present=st.booleans())
    def a_witness_comes(self, account: str, present: bool) -> None:
        """Perhaps somebody who works here, perhaps somebody who was not there."""
        life = self.life
        party = life.add_party("ida", f"Wes Witness {life.case.parties.count()}", account)
        suspect = life.suspect()
        if party is not None:
            life.describe("ida", party)
            life.interview("ida", party, present)
            life.ask_witness("ida", party)
            life.plan("ida", suspect, party, administrator="lena", administration="self_administered")

    @rule(whom=st.sampled_from(["1", "1", "2", "3", "decoy", "nobody", "undecided"]))
    def somebody_examines(self, whom: str) -> None:
        task = Task.objects.filter(search__request__case=self.life.case, state__in=BEGUN).order_by("nth").first()
        if task is not None:
            self.life.examine(task.examiner.username, whom)

    @rule(chosen=st.sampled_from(["suspect", "filler", "nobody"]), steps=st.sampled_from([3, 12, 99]))
    def the_witness_answers(self, chosen: str, steps: int) -> None:
        self.life.through(chosen, steps)

    @rule(stands_out=st.integers(0, 5))
    def volunteers_choose(self, stands_out: int) -> None:
        row = self.life.lineup()
        if row is not None and row.state == Lineup.State.TESTING:
            self.life.choose(row, stands_out)
            self.life.close_test("ida", row)

    @rule(person=st.integers(-1, 3), called=st.sampled_from(["Tom Example", "Ned Named", "Ruth Witness 1"]))
    def somebody_is_suspected(self, person: int, called: str) -> None:
        self.life.name_suspect("ida", called, "" if person < 0 else self.life.person_ids[person])

    @rule(how=st.sampled_from(["end", DETROIT, *ALSO]), again=st.booleans(), seldom=st.integers(0, 3))
    def the_law_changes(self, how: str, again: bool, seldom: int) -> None:
        if seldom == 0:
            self.life.law(how)
            if again:
                self.life.law(DETROIT)

    @rule(minutes=st.sampled_from([1, 20, 60 * 24, 60 * 24 * 15]))
    def time_passes(self, minutes: int) -> None:
        self.life.at += timedelta(minutes=minutes)


class Undone(Exception):
    """Undoes what a run did."""


def lived(life: Life, runs: int, steps: int = STEPS, *, anew: bool = False) -> Counter[str]:
    """Live it many times, runs from each stage on. Returns what was reached. Raises what a run raises."""
    reached: Counter[str] = Counter()
    for stage in STAGES:
        brought(life, stage)
        machine = type("CaseLife", (CaseLife,), {"LIFE": life, "REACHED": reached})
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=runs,
                stateful_step_count=steps,
                derandomize=not anew,
                database=None,
                deadline=None,
                phases=[Phase.generate, Phase.shrink] if anew else [Phase.generate],
                suppress_health_check=list(HealthCheck),
            ),
        )
    return reached
