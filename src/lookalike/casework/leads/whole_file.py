"""The whole file of a request, as the supervisor reads it before answering: nothing is left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lookalike.casework.acting import Acting
from lookalike.casework.cases.models import Custody, Description
from lookalike.casework.examinations.facts import concluded
from lookalike.casework.examinations.models import Task, TaskFace, Trial
from lookalike.casework.examinations.trials import Tally, tally
from lookalike.casework.law import Judgement
from lookalike.casework.leads.gather import covered, record_of
from lookalike.casework.searches.models import Request
from lookalike.protocol.vocabulary import Conclusion
from lookalike.record.model import SearchRecord


@dataclass(frozen=True, slots=True)
class Examiner:
    """One examiner's result. named: the record named, in words. controls: the control photographs and what was said
    of them. trials: what known-answer trials came to until now.
    """

    task: Task
    conclusion: str
    named: str
    controls: tuple[str, ...]
    candidates: tuple[str, ...]
    trials: Tally


@dataclass(frozen=True, slots=True)
class Described:
    """What one witness said. after: recorded after the search. corrected: a later record says it otherwise."""

    row: Description
    after: bool
    corrected: bool


@dataclass(frozen=True, slots=True)
class WholeFile:
    """Everything about a request that is no picture."""

    asked: Judgement
    searched: Judgement
    record: SearchRecord
    covered: tuple[str, ...]
    descriptions: tuple[Described, ...]
    custody: Sequence[Custody]
    examiners: tuple[Examiner, ...]


def whole_file(who: Acting, request: Request) -> WholeFile:
    """Read the file of a request that was searched."""
    search = request.search
    rows = list(request.case.descriptions.order_by("taken_at", "pk"))
    corrected = {row.corrects_id for row in rows}
    return WholeFile(
        asked=Judgement.from_data(request.judgement),
        searched=Judgement.from_data(search.judgement),
        record=record_of(search),
        covered=covered(request),
        descriptions=tuple(Described(row, row.taken_at > search.run_at, row.pk in corrected) for row in rows),
        custody=list(request.still.exhibit.custody.select_related("by").order_by("at", "pk")),
        examiners=tuple(_examiner(who, task) for task in concluded(search)),
    )


def _examiner(who: Acting, task: Task) -> Examiner:
    faces = list(task.faces.select_related("candidate").order_by("place"))
    trials = Trial.objects.filter(task__examiner=task.examiner, round__closed_at__lte=who.at)
    return Examiner(
        task=task,
        conclusion=Conclusion(task.conclusion).value.replace("_", " "),
        named=_named(task.named),
        controls=tuple(_said(face) for face in faces if face.candidate_id is None),
        candidates=tuple(_said(face) for face in faces if face.candidate_id is not None),
        trials=tally(trials.select_related("task")),
    )


def _named(face: TaskFace | None) -> str:
    if face is None:
        return "nobody"
    return f"record {face.candidate.record_id}" if face.candidate else f"a control photograph, face {face.letter}"


def _said(face: TaskFace) -> str:
    whose = f"record {face.candidate.record_id}" if face.candidate else "control"
    return f"Face {face.letter} ({whose}): {face.get_outcome_display().lower()}. {face.reason}".strip()
