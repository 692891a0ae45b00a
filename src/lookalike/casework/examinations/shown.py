"""What an examiner is given of a task: these values and nothing else reach a page, an API answer or a document.

No score, rank, record, person, gallery, case or other examiner has a field here. The document of an examination names
records: it is for those who read examinations, never for who made them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from lookalike.casework.examinations.components import COMPONENTS, LIMITS, named
from lookalike.casework.examinations.models import Task, TaskFace


@dataclass(frozen=True, slots=True)
class FeatureShown:
    """A component of the probe as it was described. visible: "visible", "part", "not"."""

    component: str
    name: str
    visible: str
    words: str
    limits: tuple[str, ...]

    @property
    def limited_by(self) -> str:
        """The limits in words."""
        return ", ".join(LIMITS.get(one, one) for one in self.limits)


@dataclass(frozen=True, slots=True)
class CorrectionShown:
    """What was added to a locked description."""

    at: datetime
    component: str
    before: str
    after: str
    reason: str


@dataclass(frozen=True, slots=True)
class ComparedShown:
    """One component of probe and face compared."""

    component: str
    name: str
    judgement: str
    explained_by: str
    words: str


@dataclass(frozen=True, slots=True)
class FaceShown:
    """One face of a task."""

    public_id: str
    letter: str
    outcome: str
    reason: str
    compared: tuple[ComparedShown, ...]
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskShown:
    """One task. named: the letter of the possible candidate. told: what a trial came to, once its round is closed."""

    public_id: str
    reference: str
    state: str
    given_on: date
    due_on: date | None
    version: int
    features: tuple[FeatureShown, ...]
    corrections: tuple[CorrectionShown, ...]
    probe_locked_at: datetime | None
    candidates_seen_at: datetime | None
    faces: tuple[FaceShown, ...]
    concluded_at: datetime | None
    conclusion: str
    named: str
    words: str
    told: str = ""


def task_shown(task: Task, *, faces: bool | None = None, told: str = "") -> TaskShown:
    """A task as its examiner may see it now. faces: whether with its faces; None: once they were shown."""
    with_faces = task.candidates_seen_at is not None if faces is None else faces
    named_face = task.named
    return TaskShown(
        public_id=task.public_id,
        reference=task.reference,
        state=task.state,
        given_on=task.given_at.date(),
        due_on=task.due_on,
        version=task.version,
        features=_features(task),
        corrections=tuple(
            CorrectionShown(one.at, named(one.component), one.before, one.after, one.reason)
            for one in task.corrections.order_by("at", "pk")
        ),
        probe_locked_at=task.probe_locked_at,
        candidates_seen_at=task.candidates_seen_at,
        faces=faces_shown(task.faces.order_by("place").prefetch_related("comparisons")) if with_faces else (),
        concluded_at=task.concluded_at,
        conclusion=task.conclusion,
        named=named_face.letter if named_face else "",
        words=task.words,
        told=told,
    )


def faces_shown(faces: Iterable[TaskFace]) -> tuple[FaceShown, ...]:
    """Faces as their examiner may see them."""
    return tuple(face_shown(face) for face in faces)


def face_shown(face: TaskFace) -> FaceShown:
    """One face as its examiner may see it."""
    rows = {one.component: one for one in face.comparisons.all()}
    compared = tuple(
        ComparedShown(one.key, one.name, row.judgement, row.explained_by, row.words)
        for one in COMPONENTS
        if (row := rows.get(one.key))
    )
    return FaceShown(face.public_id, face.letter, face.outcome, face.reason, compared, face.version)


def _features(task: Task) -> tuple[FeatureShown, ...]:
    rows = {one.component: one for one in task.features.all()}
    return tuple(
        FeatureShown(one.key, one.name, row.visible, row.words, tuple(row.limits))
        for one in COMPONENTS
        if (row := rows.get(one.key))
    )
