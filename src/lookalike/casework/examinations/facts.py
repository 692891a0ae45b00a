"""What the protections have to know of the examinations of a search."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime

from lookalike.casework.acting import Acting
from lookalike.casework.examinations.agreement import Standing, standing, terms_of
from lookalike.casework.examinations.models import Task, TaskFace
from lookalike.casework.examinations.trials import known_answer_on
from lookalike.casework.law import policy_in_force
from lookalike.casework.people import facts as people
from lookalike.casework.searches.duties import duties_in_case
from lookalike.casework.searches.models import Candidate, Search
from lookalike.errors import BadFacts
from lookalike.protocol.effective import effective
from lookalike.protocol.facts import common
from lookalike.protocol.facts.base import unknown
from lookalike.protocol.facts.reading import read_facts
from lookalike.protocol.facts.search import ExamineFacts, SearchFacts, ShowFacts, View
from lookalike.protocol.vocabulary import Conclusion, Role, Seen

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


def show_facts(who: Acting, task: Task, view: View) -> ShowFacts | None:
    """The facts of showing the faces of a task, which its examiner asks for.

    A trial is judged as if it were of the latest search: what is refused of real work is refused of a trial, in the
    same words. None: a trial where nothing was ever searched, and there is no real work to tell it from.
    """
    search = task.search or Search.objects.order_by("-run_at", "-pk").first()
    if search is None:
        return None
    run, others = searched(search), _others(task)
    return ShowFacts(
        at=who.at,
        actor=_actor(who, task),
        session=people.session(who),
        probe=run.probe,
        gallery=run.gallery,
        results=common.Results(
            asked_for=run.asked_for,
            returned=task.faces.count() - _decoys(task),
            reviewed=0,
            excluded_with_reason=0,
            lead=None,
        ),
        examinations=others,
        view=view,
        nth_examiner=1 + len(others),
        probe_locked_at=task.probe_locked_at,
    )


def examine_facts(who: Acting, task: Task) -> ExamineFacts:
    """The facts of signing an examination, of a trial as of real work."""
    others = _others(task)
    return ExamineFacts(
        at=who.at,
        actor=_actor(who, task),
        session=people.session(who),
        results=own_results(task),
        examinations=others,
        own=examination(task),
        nth_examiner=1 + len(others),
    )


def _others(task: Task) -> tuple[common.Examination, ...]:
    return () if task.search is None else examinations(task.search)


def _actor(who: Acting, task: Task) -> common.Actor:
    duties = {Role.EXAMINER} if task.search is None else duties_in_case(who.person, task.search.request.case)
    return people.actor(who, duties=frozenset(duties), known_answer_on=_known_answer_on(task, who.at))


def _known_answer_on(task: Task, at: datetime) -> date | None:
    """The day on which the examiner last passed a round of trials.

    Who had passed none that counted when a trial was given could be given no real work. That trial is how they pass:
    it is not refused for what it is to mend.
    """
    asked = effective(policy_in_force().entries, "R06", "known_answer_days")
    if task.search is None and asked is not None and asked.value is not None:
        passed = known_answer_on(task.examiner, task.given_at)
        if passed is None or (task.given_at.date() - passed).days > int(asked.value):
            return at.date()
    return known_answer_on(task.examiner, at)


def own_results(task: Task) -> common.Results:
    """The list of one task and what its examiner made of it: candidates and decoys alike, which nobody may tell apart.

    excluded_with_reason: faces that were not taken and have a written reason, excluded or not.
    """
    faces = list(task.faces.all())
    asked_for = len(faces) if task.search is None else _count(searched(task.search).asked_for) + _decoys(task)
    return common.Results(
        asked_for=asked_for,
        returned=len(faces),
        reviewed=sum(face.outcome != TaskFace.Outcome.OPEN for face in faces),
        excluded_with_reason=sum(face.outcome in TAKEN_OR_NOT and bool(face.reason.strip()) for face in faces),
        lead=None,
    )


def _decoys(task: Task) -> int:
    """How many faces of a task come from no search; of a trial none is counted, for there all are."""
    return 0 if task.search is None else task.faces.filter(candidate=None).count()


def searched(search: Search) -> SearchFacts:
    """The facts with which the search was run. Raises BadFacts where they are not those of a search."""
    facts = read_facts(json.dumps(search.facts))
    if not isinstance(facts, SearchFacts):
        raise BadFacts("The facts that are kept with the search are not those of a search.", remedy="Report it.")
    return facts


def _count(value: object) -> int:
    return value if isinstance(value, int) else 0
