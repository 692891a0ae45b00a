"""Examinations over the REST API for those who assign and read them, and the known-answer trials."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.http import HttpResponse
from ninja import Schema
from pydantic import Field

from lookalike.casework import files
from lookalike.casework.examinations import scheduling, services
from lookalike.casework.examinations.api import WithdrawalIn
from lookalike.casework.examinations.documents import issue
from lookalike.casework.examinations.eligibility import eligible
from lookalike.casework.examinations.facts import agreed
from lookalike.casework.examinations.models import Task, TaskFace, Trial, TrialRound
from lookalike.casework.examinations.pictures import FACE_TYPE, PROBE_TYPE
from lookalike.casework.examinations.rates import rate
from lookalike.casework.examinations.trial_sets import prepared_sets
from lookalike.casework.examinations.trials import result_of, tally
from lookalike.casework.examinations.views import picture
from lookalike.casework.examinations.views_read import concluded_search, face_of, is_over, probe_of, readable
from lookalike.casework.operations import Operations, paged
from lookalike.casework.pages import Asked, found
from lookalike.casework.people.models import Person
from lookalike.casework.permissions import Permission
from lookalike.casework.searches.models import Search
from lookalike.errors import NotThere

operations = Operations(tags=["examinations"])


class EligibleOut(Schema):
    """An examiner, and why not; "" where the person may."""

    public_id: str
    name: str
    why_not: str


class GiveIn(Schema):
    """Who is to examine, by public id."""

    examiners: list[str] = Field(min_length=1, max_length=5)


class ExaminationOut(Schema):
    """One examination for those who read them. What it says is empty until every one is concluded."""

    public_id: str
    examiner: str
    state: str
    given_at: datetime | None
    conclusion: str
    record: str
    known_non_mate: bool


class ComparedFaceOut(Schema):
    """A face that an examiner compared. public_id: of its picture. outcome, reason: what that examiner said of it."""

    public_id: str
    task: str
    record: str
    known_non_mate: bool
    outcome: str
    reason: str


class ExaminationsOut(Schema):
    """The examinations of a search. over: whether every one is concluded. agreed: the record that all name.

    faces: of the examinations that were concluded, once every one is.
    """

    search: str
    over: bool
    open_turns: int
    agreed: str
    examinations: list[ExaminationOut]
    faces: list[ComparedFaceOut]


class SearchLine(Schema):
    """A search whose examinations you may read. public_id: of the search. state: of the request."""

    public_id: str
    request: str
    number: int
    state: str
    run_at: datetime

    @staticmethod
    def resolve_request(row: Search) -> str:
        """The public id of the request."""
        return row.request.public_id

    @staticmethod
    def resolve_number(row: Search) -> int:
        """The number of the request."""
        return row.request.number

    @staticmethod
    def resolve_state(row: Search) -> str:
        """Where the request stands."""
        return row.request.state


@operations.get("examinations", Permission.EXAMINATION_READ, response=list[SearchLine])
@paged
def searches(request: Asked) -> Any:
    """The searches whose examinations you may read, the latest first."""
    return readable(request.acting).order_by("-run_at", "-pk")


@operations.get("examinations/{search_id}", Permission.EXAMINATION_READ, response=ExaminationsOut)
def examinations(request: Asked, search_id: str) -> Any:
    """The examinations of a search."""
    return _examinations(_search(request, search_id))


@operations.get("examinations/{search_id}/eligible", Permission.EXAMINATION_ASSIGN, response=list[EligibleOut])
def who_may(request: Asked, search_id: str) -> Any:
    """Every examiner, and why not."""
    rows = eligible(_search(request, search_id), at=request.acting.at)
    return [{"public_id": person.public_id, "name": person.name, "why_not": why} for person, why in rows]


@operations.post("examinations/{search_id}/give", Permission.EXAMINATION_ASSIGN, response=ExaminationsOut)
def give(request: Asked, search_id: str, body: GiveIn) -> Any:
    """Assign examiners to every open turn."""
    search = _search(request, search_id)
    people = list(Person.objects.filter(public_id__in=body.examiners))
    if len(people) < len(set(body.examiners)):
        raise NotThere("One of these examiners is not there.", remedy="Ask who is eligible.")
    services.give(request.acting, search, people)
    return _examinations(search)


@operations.post(
    "examinations/{search_id}/tasks/{task_id}/withdraw", Permission.EXAMINATION_ASSIGN, response={204: None}
)
def withdraw(request: Asked, search_id: str, task_id: str, body: WithdrawalIn) -> None:
    """Take an examination back."""
    row = found(Task.objects.filter(search=_search(request, search_id)), public_id=task_id)
    services.withdraw(request.acting, row, body.reason)


@operations.post("examinations/{search_id}/close", Permission.EXAMINATION_ASSIGN, response=ExaminationsOut)
def close(request: Asked, search_id: str) -> Any:
    """Leave it at two who differ, where one more might have been asked."""
    search = _search(request, search_id)
    services.close_different(request.acting, search)
    return _examinations(_search(request, search_id))


@operations.get(
    "examinations/{search_id}/tasks/{task_id}/document", Permission.EXAMINATION_READ, sends="application/pdf"
)
def document(request: Asked, search_id: str, task_id: str) -> HttpResponse:
    """The document of a concluded examination, PDF."""
    search = concluded_search(request, search_id)
    rows = Task.objects.filter(search=search, state=Task.State.CONCLUDED).select_related("report", "probe", "examiner")
    row = found(rows, public_id=task_id)
    made = issue(row, address=request.build_absolute_uri("/"))
    return HttpResponse(files.read(made), content_type="application/pdf", headers={"Cache-Control": "no-store"})


@operations.get("examinations/{search_id}/probe", Permission.EXAMINATION_READ, sends=PROBE_TYPE)
def round_probe(request: Asked, search_id: str) -> HttpResponse:
    """The probe as the examiners had it, PNG. Once every examination is concluded."""
    return picture(probe_of(concluded_search(request, search_id)), PROBE_TYPE, "probe.png")


@operations.get("examinations/{search_id}/faces/{face_id}/picture", Permission.EXAMINATION_READ, sends=FACE_TYPE)
def round_face(request: Asked, search_id: str, face_id: str) -> HttpResponse:
    """A face as an examiner had it, JPEG. Once every examination is concluded."""
    return picture(face_of(concluded_search(request, search_id), face_id), FACE_TYPE, "face.jpg")


class RoundIn(Schema):
    """A round of known-answer trials. examiners: by public id."""

    prepared: str = Field(max_length=100)
    examiners: list[str] = Field(min_length=1, max_length=100)
    each: int = Field(ge=2, le=20)
    last_day: date


class TrialOut(Schema):
    """One trial. result: right, false_lead, miss, undecided, or "" while it is open."""

    examiner: str
    with_mate: bool
    result: str


class RoundOut(Schema):
    """A round."""

    public_id: str
    prepared: str
    scheduled_at: datetime
    last_day: date
    closed_at: datetime | None
    trials: list[TrialOut]


class RatesOut(Schema):
    """How often somebody erred. Shares with their 95 % interval; None where there was no trial."""

    examiner: str
    trials: int
    false_leads: int
    false_leads_between: tuple[float | None, float | None]
    with_mate: int
    missed: int
    missed_between: tuple[float | None, float | None]


@operations.get("trial-sets", Permission.TRIAL_SCHEDULE, response=list[str])
def trial_sets(request: Asked) -> list[str]:
    """The prepared sets."""
    return prepared_sets()


@operations.get("trials", Permission.TRIAL_READ, response=list[RoundOut])
@paged
def rounds(request: Asked) -> Any:
    """Every round, newest first."""
    return [_round(one) for one in TrialRound.objects.visible_to(request.acting).order_by("-scheduled_at", "-pk")]


@operations.post("trials", Permission.TRIAL_SCHEDULE, response=RoundOut)
def schedule(request: Asked, body: RoundIn) -> Any:
    """Schedule a round."""
    people = list(Person.objects.filter(public_id__in=body.examiners))
    made = scheduling.schedule(request.acting, body.prepared, people, each=body.each, last_day=body.last_day)
    return _round(made)


@operations.post("trials/{public_id}/close", Permission.TRIAL_SCHEDULE, response=RoundOut)
def close_round(request: Asked, public_id: str) -> Any:
    """Close a round; its examiners are told."""
    return _round(
        scheduling.close(request.acting, found(TrialRound.objects.visible_to(request.acting), public_id=public_id))
    )


@operations.get("trial-rates", Permission.TRIAL_READ, response=list[RatesOut])
def rates(request: Asked) -> Any:
    """False leads and misses of every examiner."""
    people: dict[str, list[Trial]] = {}
    seen = TrialRound.objects.visible_to(request.acting)
    done = Trial.objects.filter(task__state=Task.State.CONCLUDED, round__in=seen)
    for one in done.select_related("task__examiner"):
        people.setdefault(one.task.examiner.name, []).append(one)
    return [_rates(name, own) for name, own in sorted(people.items())]


def _search(request: Asked, search_id: str) -> Search:
    row: Search = found(readable(request.acting), public_id=search_id)
    return row


def _examinations(search: Search) -> dict[str, Any]:
    search.request.refresh_from_db()
    over = is_over(search)
    candidate = agreed(search) if over else None
    rows = Task.objects.filter(search=search).select_related("examiner", "named").order_by("pk")
    return {
        "search": search.public_id,
        "over": over,
        "open_turns": services.open_turns(search),
        "agreed": candidate.record_id if candidate else "",
        "examinations": [
            {
                "public_id": row.public_id,
                "examiner": row.examiner.name,
                "state": row.state,
                "given_at": None if row.state == Task.State.HELD else row.given_at,
                "conclusion": row.conclusion if over else "",
                "record": row.named.record_id if over and row.named else "",
                "known_non_mate": bool(over and row.named and row.named.candidate_id is None),
            }
            for row in rows
        ],
        "faces": [_face(one) for one in _concluded_faces(search)] if over else [],
    }


def _concluded_faces(search: Search) -> Iterable[TaskFace]:
    rows = TaskFace.objects.filter(task__search=search, task__state=Task.State.CONCLUDED).select_related("task")
    return rows.order_by("task__pk", "place")


def _face(one: TaskFace) -> dict[str, Any]:
    return {
        "public_id": one.public_id,
        "task": one.task.public_id,
        "record": one.record_id,
        "known_non_mate": one.candidate_id is None,
        "outcome": one.outcome,
        "reason": one.reason,
    }


def _round(row: TrialRound) -> dict[str, Any]:
    trials = Trial.objects.filter(round=row).select_related("task__examiner").order_by("pk")
    return {
        "public_id": row.public_id,
        "prepared": row.prepared,
        "scheduled_at": row.scheduled_at,
        "last_day": row.last_day,
        "closed_at": row.closed_at,
        "trials": [
            {
                "examiner": one.task.examiner.name,
                "with_mate": one.mate_id is not None,
                "result": result_of(one) or "",
            }
            for one in trials
        ],
    }


def _rates(name: str, trials: list[Trial]) -> dict[str, Any]:
    counted = tally(trials)
    false, missed = rate(counted.false_leads, counted.trials), rate(counted.missed, counted.with_mate)
    return {
        "examiner": name,
        "trials": counted.trials,
        "false_leads": counted.false_leads,
        "false_leads_between": (false.low, false.high),
        "with_mate": counted.with_mate,
        "missed": counted.missed,
        "missed_between": (missed.low, missed.high),
    }
