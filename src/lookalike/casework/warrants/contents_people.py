"""Who worked on the searches of a case: training, qualifications, and what known-answer trials came to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lookalike.casework.cases.models import Case
from lookalike.casework.examinations.models import Task, Trial
from lookalike.casework.examinations.trials import tally
from lookalike.casework.people.models import Person, RoleHeld
from lookalike.casework.searches.models import Request, Search
from lookalike.casework.warrants.gathering import several
from lookalike.disclosure.contents import ExaminerOf
from lookalike.disclosure.values import Row


def examiners(case: Case, at: datetime) -> Iterator[ExaminerOf]:
    """Everybody who checked, ran or examined a search of the case, in that order, each duty once."""
    duties: dict[int, list[str]] = {}
    for duty, pk in _duties(case):
        if duty not in duties.setdefault(pk, []):
            duties[pk].append(duty)
    people = Person.objects.in_bulk(list(duties))
    for pk, mine in duties.items():
        yield _told(people[pk], ", ".join(mine), at)


def _duties(case: Case) -> Iterator[tuple[str, int]]:
    for pk in Request.objects.filter(case=case, checked_by__isnull=False).values_list("checked_by", flat=True):
        yield "checked a request", pk
    for pk in Search.objects.filter(request__case=case).values_list("run_by", flat=True):
        yield "ran a search", pk
    tasks = Task.objects.filter(search__request__case=case).exclude(state=Task.State.HELD)
    for pk in tasks.order_by("pk").values_list("examiner", flat=True):
        yield "examiner", pk


def _told(person: Person, duty: str, at: datetime) -> ExaminerOf:
    roles = RoleHeld.objects.filter(person=person).order_by("since", "pk")
    training = person.trainings.filter(withdrawn_at=None).order_by("completed_on", "pk")
    return ExaminerOf(
        name=person.name,
        duty=duty,
        qualifications=several(
            (
                f"{one.role.replace('_', ' ')} since {one.since:%Y-%m-%d}"
                + (f" until {one.until:%Y-%m-%d}" if one.until else "")
                for one in roles
            ),
            "no role is recorded",
        ),
        training=several(
            (
                f"{one.kind.replace('_', ' ')}, {one.hours} hours, completed {one.completed_on}"
                + (f", valid until {one.last_day}" if one.last_day else "")
                for one in training
            ),
            "no training is recorded",
        ),
        known_answers=several(_known_answers(person, at), "no round of known-answer trials is closed"),
    )


def _known_answers(person: Person, at: datetime) -> Iterator[Row]:
    rows = Trial.objects.filter(task__examiner=person, round__closed_at__lte=at).select_related("task", "round", "mate")
    rounds: dict[int, list[Trial]] = {}
    for trial in rows.order_by("round__closed_at", "pk"):
        rounds.setdefault(trial.round_id, []).append(trial)
    for trials in rounds.values():
        counted = tally(trials)
        closed = trials[0].round.closed_at
        words = ", ".join(f"{name.replace('_', ' ')}: {value}" for name, value in _fields(counted))
        yield Row(f"Round closed {closed:%Y-%m-%d}", words)


def _fields(counted: object) -> Iterator[tuple[str, object]]:
    import dataclasses

    for field in dataclasses.fields(counted):  # type: ignore[arg-type]
        yield field.name, getattr(counted, field.name)
