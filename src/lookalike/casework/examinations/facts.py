"""What the protections have to know of the examinations of a search."""

from __future__ import annotations

import json
from dataclasses import replace

from lookalike.casework.examinations.agreement import Standing, standing, terms_of
from lookalike.casework.examinations.models import Task, TaskFace
from lookalike.casework.law import policy_in_force
from lookalike.casework.searches.models import Candidate, Search
from lookalike.errors import BadFacts
from lookalike.protocol.facts import common
from lookalike.protocol.facts.base import unknown
from lookalike.protocol.facts.reading import read_facts
from lookalike.protocol.facts.search import SearchFacts
from lookalike.protocol.vocabulary import Conclusion, Seen

TAKEN_OR_NOT = (TaskFace.Outcome.EXCLUDED, TaskFace.Outcome.CANNOT_EXCLUDE)
"""Outcomes of a face that is not taken; each needs its reason."""


def concluded(search: Search) -> list[Task]:
    """The tasks of a search that were concluded, in the order in which they were."""
    rows = Task.objects.filter(search=search, state=Task.State.CONCLUDED).select_related("examiner", "named")
    return list(rows.order_by("concluded_at", "pk"))


def examinations(search: Search) -> tuple[common.Examination, ...]:
    """Every examination of a search that was concluded, in that order."""
    return tuple(examination(task) for task in concluded(search))


def examination(task: Task) -> common.Examination:
    """One concluded examination. candidate: the record that was named, which may be a decoy's."""
    return common.Examination(
        person=task.examiner.public_id,
        role_ok=bool(task.role_ok),
        probe_locked_at=task.probe_locked_at,
        candidates_seen_at=task.candidates_seen_at,
        concluded_at=task.concluded_at,
        conclusion=Conclusion(task.conclusion),
        candidate=task.named.record_id if task.named else None,
        saw=frozenset(Seen(one) for one in task.saw),
        verified_by_own_work=True,
    )


def where(search: Search) -> Standing:
    """Where the examinations of a search stand under the packs in force."""
    return standing(examinations(search), terms_of(policy_in_force()))


def agreed(search: Search) -> Candidate | None:
    """The candidate that the examiners agree on, or None: also where they agree on a decoy, which is nobody's lead."""
    done = concluded(search)
    if standing([examination(task) for task in done], terms_of(policy_in_force())) is not Standing.AGREED:
        return None
    named = next(task.named for task in reversed(done) if task.named)
    return named.candidate


def results(search: Search) -> common.Results:
    """The candidate list and what became of it: reviewed by every examiner, excluded or left with a reason by any.

    lead: the record that was agreed on; what is known of its photograph is for whoever asks to fill in.
    """
    done, agreed_on = concluded(search), agreed(search)
    ids = {row.pk for row in Candidate.objects.filter(search=search).only("pk")}
    faces = list(TaskFace.objects.filter(task__in=done, candidate__in=ids))
    reviewed = [
        {face.candidate_id for face in faces if face.task_id == task.pk and face.outcome != TaskFace.Outcome.OPEN}
        for task in done
    ]
    left = {face.candidate_id for face in faces if face.outcome in TAKEN_OR_NOT and face.reason.strip()}
    lead: common.LeadPhoto | None = None
    if agreed_on is not None:
        lead = replace(unknown(common.LeadPhoto), record=agreed_on.record_id)
        left.discard(agreed_on.pk)
    return common.Results(
        asked_for=searched(search).asked_for,
        returned=len(ids),
        reviewed=len(set.intersection(*reviewed)) if reviewed else 0,
        excluded_with_reason=len(left),
        lead=lead,
    )


def own_results(task: Task) -> common.Results:
    """The list of one task and what its examiner made of it: candidates and decoys alike, which nobody may tell apart.

    excluded_with_reason: faces that were not taken and have a written reason, excluded or not.
    """
    assert task.search is not None
    faces = list(task.faces.all())
    decoys = sum(face.candidate_id is None for face in faces)
    return common.Results(
        asked_for=_count(searched(task.search).asked_for) + decoys,
        returned=len(faces),
        reviewed=sum(face.outcome != TaskFace.Outcome.OPEN for face in faces),
        excluded_with_reason=sum(face.outcome in TAKEN_OR_NOT and bool(face.reason.strip()) for face in faces),
        lead=None,
    )


def searched(search: Search) -> SearchFacts:
    """The facts with which the search was run. Raises BadFacts where they are not those of a search."""
    facts = read_facts(json.dumps(search.facts))
    if not isinstance(facts, SearchFacts):
        raise BadFacts("The facts that are kept with the search are not those of a search.", remedy="Report it.")
    return facts


def _count(value: object) -> int:
    return value if isinstance(value, int) else 0
