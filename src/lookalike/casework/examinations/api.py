"""An examiner's tasks over the REST API: every act that the pages have, and nothing that they do not show."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from django.http import HttpResponse
from ninja import Schema
from pydantic import Field

from lookalike.casework.examinations import services
from lookalike.casework.examinations.checks import LONGEST, Compared, Described
from lookalike.casework.examinations.models import Task, TaskFace
from lookalike.casework.examinations.pictures import FACE_TYPE, PROBE_TYPE
from lookalike.casework.examinations.shown import face_shown, task_shown
from lookalike.casework.examinations.trials import told
from lookalike.casework.examinations.views import given_task, own_task, picture
from lookalike.casework.operations import Operations, paged
from lookalike.casework.pages import Asked, found
from lookalike.casework.permissions import Permission
from lookalike.errors import NotThere
from lookalike.protocol.vocabulary import Conclusion

operations = Operations(tags=["examinations"])

NAME, WORDS, VERSION = 40, LONGEST, 2**31 - 1


class FeatureIO(Schema):
    """A component of the probe. visible: "visible", "part", "not", or "" while nothing is said."""

    component: str = Field(max_length=NAME)
    visible: str = Field(max_length=10)
    words: str = Field(default="", max_length=WORDS)
    limits: list[str] = Field(default=[], max_length=10)


class ProbeDescriptionIn(Schema):
    """The description of a probe. version: of the task as it was read."""

    version: int = Field(ge=1, le=VERSION)
    features: list[FeatureIO] = Field(max_length=100)

    def described(self) -> dict[str, Described]:
        """The description by component."""
        return {one.component: Described(one.visible, one.words, tuple(one.limits)) for one in self.features}


class TaskVersionIn(Schema):
    """The version of the task as it was read."""

    version: int = Field(ge=1, le=VERSION)


class CorrectionIn(Schema):
    """An addition to a locked description."""

    component: str = Field(max_length=NAME)
    after: str = Field(max_length=WORDS)
    reason: str = Field(max_length=WORDS)


class ComparedIO(Schema):
    """A component of probe and face. judgement: similar, different, not_comparable, explainable."""

    component: str = Field(max_length=NAME)
    judgement: str = Field(max_length=20)
    explained_by: str = Field(default="", max_length=NAME)
    words: str = Field(default="", max_length=WORDS)


class ComparisonIn(Schema):
    """What was seen of a face, and what follows (open, excluded, cannot_exclude, possible). version: of the face."""

    version: int = Field(ge=1, le=VERSION)
    compared: list[ComparedIO] = Field(max_length=100)
    outcome: str = Field(max_length=20)
    reason: str = Field(default="", max_length=WORDS)


class ViewerIn(Schema):
    """The state of the viewer (docs/viewer-state.md). version: the one that is kept."""

    version: int = Field(ge=0, le=VERSION)
    state: dict[str, Any]


class ViewerOut(Schema):
    """The version that is kept now, and its state where it was asked for."""

    version: int
    state: dict[str, Any] | None = None


class ConclusionIn(Schema):
    """The end of an examination."""

    version: int = Field(ge=1, le=VERSION)
    conclusion: Conclusion
    words: str = Field(default="", max_length=WORDS)


class WithdrawalIn(Schema):
    """Why."""

    reason: str = Field(min_length=1, max_length=WORDS)


class TaskFaceOut(Schema):
    """One face of a task."""

    public_id: str
    letter: str
    outcome: str
    reason: str
    compared: list[ComparedIO]
    version: int


class CorrectionOut(Schema):
    """What was added to a locked description."""

    at: datetime
    component: str
    before: str
    after: str
    reason: str


class TaskOut(Schema):
    """One task as its examiner may see it."""

    public_id: str
    reference: str
    state: str
    given_on: date
    due_on: date | None
    version: int
    features: list[FeatureIO]
    corrections: list[CorrectionOut]
    probe_locked_at: datetime | None
    candidates_seen_at: datetime | None
    faces: list[TaskFaceOut]
    concluded_at: datetime | None
    conclusion: str
    named: str
    words: str
    told: str


class TaskLine(Schema):
    """One task in the list."""

    public_id: str
    reference: str
    state: str
    due_on: date | None


@operations.get("tasks", Permission.TASK_WORK, response=list[TaskLine])
@paged
def tasks(request: Asked) -> Any:
    """Your examinations, newest first."""
    return Task.objects.visible_to(request.acting).order_by("-given_at", "-pk")


@operations.get("tasks/{public_id}", Permission.TASK_WORK, response=TaskOut)
def task(request: Asked, public_id: str) -> Any:
    """One of your examinations."""
    return _out(own_task(request, public_id))


@operations.post("tasks/{public_id}/begin", Permission.TASK_WORK, response=TaskOut)
def begin(request: Asked, public_id: str) -> Any:
    """Take it up."""
    return _out(services.begin(request.acting, own_task(request, public_id)))


@operations.put("tasks/{public_id}/description", Permission.TASK_WORK, response=TaskOut)
def describe(request: Asked, public_id: str, body: ProbeDescriptionIn) -> Any:
    """Save the description of the probe as it stands."""
    row = own_task(request, public_id)
    return _out(services.describe(request.acting, row, version=body.version, features=body.described()))


@operations.post("tasks/{public_id}/lock", Permission.TASK_WORK, response=TaskOut)
def lock(request: Asked, public_id: str, body: TaskVersionIn) -> Any:
    """Lock the description for good."""
    return _out(services.lock_probe(request.acting, own_task(request, public_id), version=body.version))


@operations.post("tasks/{public_id}/corrections", Permission.TASK_WORK, response=TaskOut)
def correct(request: Asked, public_id: str, body: CorrectionIn) -> Any:
    """Add to a locked description."""
    row = own_task(request, public_id)
    services.correct(request.acting, row, component=body.component, after=body.after, reason=body.reason)
    return _out(own_task(request, public_id))


@operations.post("tasks/{public_id}/show", Permission.TASK_WORK, response=TaskOut)
def show(request: Asked, public_id: str) -> Any:
    """Show the faces."""
    return _out(services.show_candidates(request.acting, own_task(request, public_id)))


@operations.get("tasks/{public_id}/probe", Permission.TASK_WORK, sends=PROBE_TYPE)
def probe(request: Asked, public_id: str) -> HttpResponse:
    """The probe, PNG."""
    row = own_task(request, public_id)
    if row.state == Task.State.GIVEN:
        raise NotThere("The probe is shown once the examination is begun.", remedy="Begin it.")
    return picture(row.probe, PROBE_TYPE, "probe.png")


@operations.get("tasks/{public_id}/faces/{face_id}/picture", Permission.TASK_WORK, sends=FACE_TYPE)
def face(request: Asked, public_id: str, face_id: str) -> HttpResponse:
    """The picture of a face, JPEG."""
    return picture(_face(request, public_id, face_id).picture, FACE_TYPE, "face.jpg")


@operations.put("tasks/{public_id}/faces/{face_id}", Permission.TASK_WORK, response=TaskFaceOut)
def compare(request: Asked, public_id: str, face_id: str, body: ComparisonIn) -> Any:
    """Save what was seen of a face, and what follows."""
    kept = services.compare(
        request.acting,
        _face(request, public_id, face_id),
        version=body.version,
        compared={one.component: Compared(one.judgement, one.explained_by, one.words) for one in body.compared},
        outcome=body.outcome,
        reason=body.reason,
    )
    return asdict(face_shown(kept))


@operations.get("tasks/{public_id}/faces/{face_id}/viewer", Permission.TASK_WORK, response=ViewerOut)
def viewer(request: Asked, public_id: str, face_id: str) -> Any:
    """The state of the viewer as it is kept."""
    row = _face(request, public_id, face_id)
    return {"version": row.viewer_version, "state": row.viewer}


@operations.put("tasks/{public_id}/faces/{face_id}/viewer", Permission.TASK_WORK, response=ViewerOut)
def save_viewer(request: Asked, public_id: str, face_id: str, body: ViewerIn) -> Any:
    """Keep the state of the viewer."""
    row = _face(request, public_id, face_id)
    kept = services.save_viewer(request.acting, row, version=body.version, state=json.dumps(body.state))
    return {"version": kept}


@operations.post("tasks/{public_id}/conclude", Permission.TASK_WORK, response=TaskOut)
def conclude(request: Asked, public_id: str, body: ConclusionIn) -> Any:
    """Sign the examination."""
    row = own_task(request, public_id)
    return _out(
        services.conclude(request.acting, row, version=body.version, conclusion=body.conclusion, words=body.words)
    )


@operations.post("tasks/{public_id}/hand-back", Permission.TASK_WORK, response=TaskOut)
def hand_back(request: Asked, public_id: str, body: WithdrawalIn) -> Any:
    """Hand an examination back that cannot be done blind."""
    services.withdraw(request.acting, given_task(request, public_id), body.reason)
    return _out(own_task(request, public_id))


def _face(request: Asked, public_id: str, face_id: str) -> TaskFace:
    row = own_task(request, public_id)
    if row.candidates_seen_at is None or row.state == Task.State.WITHDRAWN:
        raise NotThere("There is no such face for you.", remedy="Look at the examination again.")
    return found(TaskFace.objects.filter(task=row).select_related("task__probe", "picture"), public_id=face_id)


def _out(row: Task) -> dict[str, Any]:
    return asdict(task_shown(row, told=told(row)))
