"""Whether an examiner is blind: computed from what the page and the API are about to give, never asserted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from lookalike.casework.cases.models import CaseRead
from lookalike.casework.examinations.drawing import is_drawn
from lookalike.casework.examinations.models import Task
from lookalike.casework.examinations.shown import TaskShown, task_shown
from lookalike.protocol.facts.search import View
from lookalike.protocol.rules.examiners import PAGE
from lookalike.protocol.vocabulary import Seen

SCORES = frozenset({"score", "scores", "likelihood_ratio", "expected", "expectation", "distance"})
RANKS = frozenset({"rank", "ranks", "place", "number"})
DEMOGRAPHICS = frozenset({"sex", "gender", "race", "ancestry", "age", "born_on", "age_band", "height", "weight"})
STATUSES = frozenset({"status", "record_id", "person_id", "gallery", "source"})
OWN = frozenset({"words", "reason", "before", "after"})
"""Where an examiner's own words stand: what they write is not something that they are shown."""


def view_of(task: Task, shown: TaskShown | None = None) -> View:
    """What a task's page shows. shown: what it gives; None: what it would give with its faces.

    The order of the faces is the rank unless it is the one that the task's seed draws.
    """
    given = shown or task_shown(task, faces=True)
    names, texts = set[str](), list[str]()
    for name, value in _walk(asdict(given)):
        names.add(name)
        if isinstance(value, str) and name not in OWN:
            texts.append(value)
    text = "\n".join(texts)
    others = _others(task)
    faces = list(task.faces.order_by("place"))
    return View(
        order_is_rank=not is_drawn(task.seed, [face.key for face in faces]),
        score=bool(names & SCORES),
        rank=bool(names & RANKS),
        narrative=knows_the_story(task) or _story(task, text),
        demographics=bool(names & DEMOGRAPHICS),
        first_result=any(one in text for one in others["results"]),
        first_examiner=any(one in text for one in others["examiners"]),
        candidate_status=bool(names & STATUSES) or any(face.record_id in text for face in faces),
        match_word=re.search(r"\bmatch", text, re.IGNORECASE) is not None,
        green_tick=re.search("[✓✔✅]", text) is not None,
        percent="%" in text,
    )


def saw(view: View) -> frozenset[Seen]:
    """What of the things that may be hidden a view shows."""
    return frozenset(
        seen for seen, paths in PAGE.items() if any(getattr(view, path.removeprefix("view.")) for path in paths)
    )


def knows_the_story(task: Task) -> bool:
    """Whether the examiner has opened the story of the case, whenever that was."""
    if task.search is None:
        return False
    return CaseRead.objects.filter(case=task.search.request.case_id, person=task.examiner_id).exists()


def _story(task: Task, text: str) -> bool:
    if task.search is None:
        return False
    case = task.search.request.case
    return any(len(one) > 3 and one in text for one in (case.narrative, case.number))


def _others(task: Task) -> dict[str, list[str]]:
    if task.search is None:
        return {"results": [], "examiners": []}
    rows = list(Task.objects.filter(search=task.search_id).exclude(pk=task.pk).select_related("examiner"))
    return {
        "results": [one.public_id for one in rows],
        "examiners": [word for one in rows for word in (one.examiner.public_id, one.examiner.name) if word],
    }


def _walk(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, one in value.items():
            yield from _walk(one, key)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _walk(one, name)
    else:
        yield name, value
