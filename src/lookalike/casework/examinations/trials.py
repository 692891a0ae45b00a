"""Known-answer trials: blind tests that look like real work, and what they say of an examiner and of a unit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from lookalike.casework.examinations.models import Task, Trial
from lookalike.casework.people.models import Person
from lookalike.protocol.vocabulary import Conclusion


class Result(StrEnum):
    """What one trial came to. A false lead names somebody else, whether or not the person was among the faces."""

    RIGHT = "right"
    FALSE_LEAD = "false_lead"
    MISS = "miss"
    UNDECIDED = "undecided"


def result_of(trial: Trial) -> Result | None:
    """What a trial came to, or None while it is not concluded."""
    task = trial.task
    if task.state != Task.State.CONCLUDED:
        return None
    if task.conclusion == Conclusion.POSSIBLE_CANDIDATE:
        return Result.RIGHT if task.named_id == trial.mate_id else Result.FALSE_LEAD
    if task.conclusion == Conclusion.NO_CANDIDATE:
        return Result.RIGHT if trial.mate_id is None else Result.MISS
    return Result.UNDECIDED


TOLD = {
    Result.RIGHT: "You concluded rightly.",
    Result.FALSE_LEAD: "You named somebody else.",
    Result.MISS: "The person was among the faces, and you named nobody.",
    Result.UNDECIDED: "You concluded nothing.",
}


def told(task: Task) -> str:
    """What an examiner is told of a task that was a trial, once its round is closed; "" for every other task."""
    if task.search_id is not None or task.state != Task.State.CONCLUDED:
        return ""
    trial = Trial.objects.select_related("task", "mate").filter(task=task, round__closed_at__isnull=False).first()
    result = result_of(trial) if trial else None
    if trial is None or result is None:
        return ""
    answer = f"Face {trial.mate.letter} was the person." if trial.mate else "The person was not among the faces."
    return f"This was a known-answer trial. {answer} {TOLD[result]}"


@dataclass(frozen=True, slots=True)
class Tally:
    """Trials counted. with_mate: those in which the person was among the faces. missed: of these, not named."""

    trials: int
    false_leads: int
    with_mate: int
    missed: int
    undecided: int


def tally(trials: Iterable[Trial]) -> Tally:
    """What concluded trials come to; those still open are not counted."""
    done = [(trial, result) for trial in trials if (result := result_of(trial)) is not None]
    mated = [(trial, result) for trial, result in done if trial.mate_id is not None]
    return Tally(
        trials=len(done),
        false_leads=sum(result is Result.FALSE_LEAD for _, result in done),
        with_mate=len(mated),
        missed=sum(result is not Result.RIGHT for _, result in mated),
        undecided=sum(result is Result.UNDECIDED for _, result in done),
    )


def known_answer_on(person: Person, at: datetime) -> date | None:
    """The day on which somebody last passed a round of trials that is closed by then, or None.

    A round is passed when every trial of it that was given was concluded, none with a false lead and at least one
    rightly: a miss harms nobody who is innocent, and nobody passes by handing back what is not easy. The day is that of
    the round's last conclusion. The rule is Lookalike's own.
    """
    rows = Trial.objects.filter(task__examiner=person, round__closed_at__lte=at).select_related("task", "round")
    rounds: dict[int, list[Trial]] = {}
    for trial in rows:
        if trial.task.due_on is not None:  # it was given
            rounds.setdefault(trial.round_id, []).append(trial)
    days = []
    for trials in rounds.values():
        results = [result_of(trial) for trial in trials]
        if Result.RIGHT in results and Result.FALSE_LEAD not in results and None not in results:
            days.append(max(trial.task.concluded_at.date() for trial in trials if trial.task.concluded_at))
    return max(days, default=None)
