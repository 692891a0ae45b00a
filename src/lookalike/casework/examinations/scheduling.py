"""Scheduling rounds of known-answer trials, and closing them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from lookalike.casework import files
from lookalike.casework.acting import Acting, act
from lookalike.casework.examinations.drawing import MOST_DECOYS, chances, new_seed
from lookalike.casework.examinations.eligibility import READERS, examiners, of_the_packs
from lookalike.casework.examinations.giving import DAYS, place_faces
from lookalike.casework.examinations.models import BEGUN, Task, TaskFace, Trial, TrialRound
from lookalike.casework.examinations.pictures import PROBE_TYPE
from lookalike.casework.examinations.trial_sets import TrialPlan, compose, read_set
from lookalike.casework.galleries import matcher
from lookalike.casework.people.models import Person
from lookalike.casework.permissions import ROLES, Permission
from lookalike.errors import BadForm, NotNow
from lookalike.ledger.acts import Act

LATEST = 50
"""Real tasks whose length a trial takes after."""

HOURS = range(8, 17)
"""Hours of a working day in which a trial comes, as real work does."""

DRAWN = 1000
"""How often a moment is drawn before one outside of them is taken: there is then none, or hardly any."""

LONGEST_ROUND = timedelta(days=366)
"""From the day a round is scheduled to its last: a year of proficiency testing. Later trials test nobody in time."""

FACES = 8
"""Candidates in a trial while there is no real task to take after."""


def testable(at: datetime) -> list[Person]:
    """Examiners in service who can be tested blind: not whoever reads the trials.

    Nor whoever is given no real work for a role or a training: to them every task would be a trial. Who has passed no
    trials yet is tested all the same, for there is no other way to pass them.
    """
    reads = READERS | ROLES[Permission.TRIAL_READ]
    return [person for person in examiners(at) if not person.roles & reads and not _unfit(person, at)]


def _unfit(person: Person, at: datetime) -> str:
    return of_the_packs(person, at, duties=frozenset(), known_answer_on=at.date())


def schedule(who: Acting, prepared: str, people: Sequence[Person], *, each: int, last_day: date) -> TrialRound:
    """Draw trials for examiners, half of them with a mate, each given at a moment of its own until `last_day` ends.

    Raises BadForm for nobody, for somebody who cannot be tested, for fewer than two trials, or for a day that is over
    or lies more than a year ahead; BadManifest, NotNow.
    """
    allowed = {person.pk for person in testable(who.at)}
    far = last_day > timezone.localdate(who.at) + LONGEST_ROUND
    until = who.at if far else timezone.make_aware(datetime.combine(last_day, time(17)))
    if not people or not {one.pk for one in people} <= allowed or not 2 <= each <= 20 or until <= who.at:
        raise BadForm(
            "This round cannot be scheduled.",
            why="It needs trained examiners who read no trials, 2 to 20 trials for each, and a day that is not over "
            "and at most a year ahead.",
            remedy="Choose again.",
        )
    planned = [(person, seed, plan) for person in people for seed, plan in _plans(prepared, person, each)]
    with act(who, Act.TRIAL_SCHEDULE) as doing:
        made = TrialRound.objects.create(
            prepared=prepared, scheduled_by=who.person, scheduled_at=who.at, last_day=last_day
        )
        doing.about("round", made.public_id)
        for person, seed, plan in planned:
            _give(who, made, person, seed, plan, until)
    return made


def close(who: Acting, round_: TrialRound) -> TrialRound:
    """Close a round: what is still open is taken back, and everybody is told what their trials came to."""
    with act(who, Act.TRIAL_RESULT, objects=[("round", round_.public_id)]):
        row = TrialRound.objects.select_for_update().get(pk=round_.pk)
        if row.closed_at is not None:
            raise NotNow("This round is closed already.", remedy="Look at its results.")
        Task.objects.filter(trial__round=row, given_at__gt=who.at).update(due_on=None)  # never given: nobody sees it
        Task.objects.filter(trial__round=row, state__in=BEGUN).update(
            state=Task.State.WITHDRAWN, withdrawn_because="The round was closed."
        )
        Trial.objects.filter(round=row).update(told_at=who.at)
        row.closed_by, row.closed_at = who.person, who.at
        row.save(update_fields=["closed_by", "closed_at"])
    return row


def moment(seed: int, begin: datetime, until: datetime) -> datetime:
    """When a trial is given: by chance, on a working day within HOURS; at any time where there is no such moment.

    Real work comes when a supervisor or another examiner is at work: what came at night would be known for a trial.
    """
    chance, drawn = chances(seed, "moment"), begin
    for _ in range(DRAWN):
        drawn = begin + timedelta(seconds=chance.uniform(0, (until - begin).total_seconds()))
        here = timezone.localtime(drawn)
        if here.weekday() < 5 and here.hour in HOURS:
            break
    return drawn


def _plans(prepared: str, person: Person, each: int) -> list[tuple[int, TrialPlan]]:
    """The trials of one person: with a mate as often as without, in no order, no probe twice."""
    pictures = read_set(prepared)
    chance = chances(new_seed(), "round")
    with_mate = [place % 2 == 0 for place in range(each + chance.randint(0, 1))][-each:]
    chance.shuffle(with_mate)
    used = set(Trial.objects.filter(task__examiner=person, round__prepared=prepared).values_list("probe", flat=True))
    plans = []
    for mated in with_mate:
        seed = new_seed()
        plan = compose(
            pictures,
            matcher(),
            chances(seed, "trial"),
            faces=_length(chances(seed, "length")),
            with_mate=mated,
            but=frozenset(used),
        )
        used.add(plan.probe_file)
        plans.append((seed, plan))
    return plans


def _length(chance: random.Random) -> int:
    """How many faces a trial has: as one of the latest real tasks."""
    latest = Task.objects.filter(search__isnull=False).order_by("-pk").values_list("pk", flat=True)[:LATEST]
    if not latest:
        return FACES + chance.randint(1, MOST_DECOYS)
    return TaskFace.objects.filter(task=chance.choice(list(latest))).count()


def _give(who: Acting, made: TrialRound, person: Person, seed: int, plan: TrialPlan, until: datetime) -> None:
    given_at = moment(seed, who.at, until)
    task = Task.objects.create(
        search=None,
        examiner=person,
        given_at=given_at,
        due_on=given_at.date() + timedelta(days=DAYS),
        probe=files.keep(plan.probe, name="picture", media_type=PROBE_TYPE),
        seed=seed,
    )
    faces = place_faces(task, plan.faces)
    Trial.objects.create(
        task=task,
        round=made,
        probe=plan.probe_file,
        mate=faces[plan.mate] if plan.mate else None,
        scheduled_by=who.person,
        scheduled_at=who.at,
    )
