"""The document of a concluded examination: put together from its rows, made once, kept for those who read it.

It names records, so that it is never given to an examiner.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from datetime import timezone as FixedOffset  # noqa: N812 - beside Django's

import numpy as np
from django.db import transaction
from django.utils import timezone
from numpy.typing import NDArray

import lookalike
from lookalike.casework import files
from lookalike.casework.examinations.components import BY_KEY, EXPLANATIONS, LIMITS, named
from lookalike.casework.examinations.models import Comparison, Correction, ProbeFeature, Task, TaskFace
from lookalike.casework.examinations.report import (
    CandidateExamined,
    Change,
    Compared,
    ExaminationReport,
    Feature,
    Finding,
    Judgement,
    Mark,
    Signature,
    Visible,
    report_pdf,
)
from lookalike.casework.examinations.viewer_state import Size, ViewerState, comparison_figure, parse_state
from lookalike.casework.models import StoredFile
from lookalike.casework.paper import Verification
from lookalike.casework.people.models import Agency, Person
from lookalike.errors import NotNow
from lookalike.media.edits import describe, from_dict
from lookalike.media.photo import encode_png, read_photo
from lookalike.protocol.vocabulary import Conclusion, Seen

VISIBLE = {"visible": Visible.YES, "part": Visible.PARTLY, "not": Visible.NO}
FINDINGS = {
    Comparison.Judgement.SIMILAR: Finding.SIMILAR,
    Comparison.Judgement.DIFFERENT: Finding.DIFFERENT,
    Comparison.Judgement.EXPLAINABLE: Finding.DIFFERENT,
    Comparison.Judgement.NOT_COMPARABLE: Finding.NOT_COMPARABLE,
}
JUDGEMENTS = {
    TaskFace.Outcome.EXCLUDED: Judgement.EXCLUDED,
    TaskFace.Outcome.CANNOT_EXCLUDE: Judgement.NOT_EXCLUDED,
    TaskFace.Outcome.POSSIBLE: Judgement.POSSIBLE,
}
REASONS = {
    Conclusion.POSSIBLE_CANDIDATE: "It should be investigated. The comparison carries no more than that.",
    Conclusion.NO_CANDIDATE: "No face that was shown is a possible candidate.",
}

Pixels = NDArray[np.uint8]


def issue(task: Task, *, address: str) -> StoredFile:
    """The document of an examination, made when it is first asked for. address: of the site, for the code's link.

    Raises NotNow before the examination is concluded, Fault when the document cannot be made.
    """
    if task.report is not None:
        return task.report
    if task.state != Task.State.CONCLUDED or task.search is None or task.entry is None:
        raise NotNow("There is no document of this examination yet.", remedy="It is made when it is concluded.")
    made = document_of(task, address=address)
    with transaction.atomic():
        row = Task.objects.select_for_update().get(pk=task.pk)
        if row.report_id is None:
            row.report = files.keep(made, name=f"examination {task.reference}.pdf", media_type="application/pdf")
            row.save(update_fields=["report"])
    assert row.report is not None
    return row.report


def document_of(task: Task, *, address: str, shows: Callable[[TaskFace], bool] = lambda face: True) -> bytes:
    """The document of a concluded examination. shows: whose comparison figure is in it; every word stands in any case.

    Raises Fault when it cannot be made.
    """
    faces = list(task.faces.order_by("place").select_related("picture", "candidate").prefetch_related("comparisons"))
    probe = files.read(task.probe)
    left = read_photo(probe, name="the probe").pixels
    figures, states, withheld = {}, {}, set()
    for face in faces:
        if face.viewer is not None:
            right = read_photo(files.read(face.picture), name="a face").pixels
            state = _state(face, left, right)
            states[face.pk] = state
            if not shows(face):
                withheld.add(face.letter)
            else:
                figures[face.letter] = encode_png(comparison_figure(left, right, state))
    return report_pdf(_report(task, faces, states, address), probe, figures, withheld=frozenset(withheld))


def _state(face: TaskFace, left: Pixels, right: Pixels) -> ViewerState:
    sizes = (Size(left.shape[1], left.shape[0]), Size(right.shape[1], right.shape[0]))
    return parse_state(json.dumps(face.viewer), *sizes)


def _report(task: Task, faces: list[TaskFace], states: dict[int, ViewerState], address: str) -> ExaminationReport:
    assert task.search is not None
    assert task.concluded_at is not None
    asked, conclusion = task.search.request, Conclusion(task.conclusion)
    described = {one.component: one for one in task.features.all()}
    order = f"Drawn by chance from the seed {task.seed}: SHA-256 of seed, gallery and record. It is not the computer's."
    signed = Signature(
        task.examiner.name, "examiner", _local(task.concluded_at), "I did this examination by my own work, alone."
    )
    own = Agency.objects.filter(own=True).first()
    return ExaminationReport(
        agency=own.name if own else "",
        number=task.reference,
        request_number=str(asked.number),
        examiner=task.examiner.name,
        training=_training(task.examiner),
        software=f"Lookalike {lookalike.__version__}",
        issued_at=_local(task.concluded_at),
        probe_name=asked.still.exhibit.title or f"exhibit {asked.still.exhibit.number}",
        probe_sha256=asked.probe_sha256,
        edits_in_words=describe([from_dict(one) for one in asked.edits]),
        features=tuple(_feature(one) for one in sorted(described.values(), key=lambda one: _place(one.component))),
        locked_at=_local(task.probe_locked_at) if task.probe_locked_at else None,
        changes=tuple(_change(one) for one in task.corrections.order_by("at", "pk")),
        seen_at=_local(task.candidates_seen_at) if task.candidates_seen_at else None,
        order=order,
        candidates=tuple(_candidate(face, described, states.get(face.pk)) for face in faces),
        conclusion=conclusion,
        named=task.named.letter if task.named else None,
        reason=task.words or REASONS.get(conclusion, ""),
        saw=frozenset(Seen(one) for one in task.saw),
        signatures=(signed,),
        verification=Verification(
            task.code or "", f"{address.rstrip('/')}/verify/{task.code}/", task.entry or 0, task.leaf
        ),
    )


def _local(moment: datetime) -> datetime:
    """The moment with the offset that the site's zone has then."""
    local = timezone.localtime(moment)
    return local.replace(tzinfo=FixedOffset(local.utcoffset() or timedelta()))


def _training(person: Person) -> str:
    rows = person.trainings.filter(withdrawn_at=None).order_by("completed_on", "pk")
    said = [f"{one.kind.replace('_', ' ')}, {one.hours} hours, completed {one.completed_on:%d %B %Y}" for one in rows]
    return "; ".join(said) or "none on record"


def _feature(one: ProbeFeature) -> Feature:
    limits = ", ".join(LIMITS.get(limit, limit) for limit in one.limits)
    return Feature(named(one.component), VISIBLE[one.visible], one.words, limits)


def _change(one: Correction) -> Change:
    return Change(_local(one.at), named(one.component), one.before, one.after, one.reason)


def _candidate(face: TaskFace, described: dict[str, ProbeFeature], state: ViewerState | None) -> CandidateExamined:
    rows = sorted(face.comparisons.all(), key=lambda one: _place(one.component))
    mixed = "" if face.candidate_id else " (mixed in: known to be somebody else)"
    return CandidateExamined(
        label=face.letter,
        record_id=f"{face.record_id}{mixed}",
        compared=tuple(
            Compared(
                named(one.component),
                described[one.component].words if one.component in described else "",
                one.words,
                FINDINGS[Comparison.Judgement(one.judgement)],
                EXPLANATIONS.get(one.explained_by, ""),
            )
            for one in rows
        ),
        viewer=() if state is None else _settings(state),
        marks=() if state is None else _marks(state),
        judgement=JUDGEMENTS[TaskFace.Outcome(face.outcome)],
        reason=face.reason,
    )


def _settings(state: ViewerState) -> tuple[str, ...]:
    """How the two pictures were shown, a sentence a setting; what was left as it is says nothing."""
    said = []
    for name, side in (("the probe", state.left), ("the face", state.right)):
        tone = side.tone
        if side.view.zoom != 1:
            said.append(f"{name} {side.view.zoom:.1f} times")
        if side.view.rotate:
            where = "right" if side.view.rotate > 0 else "left"
            said.append(f"{name} turned {abs(side.view.rotate):.0f} degrees to the {where}")
        if side.view.flip:
            said.append(f"{name} mirrored")
        if (tone.brightness, tone.contrast, tone.gamma) != (0, 1, 1):
            said.append(
                f"{name}: brightness {tone.brightness:+.2f}, contrast {tone.contrast:.2f}, gamma {tone.gamma:.2f}"
            )
    return tuple(said)


def _marks(state: ViewerState) -> tuple[Mark, ...]:
    """The marks that stand in both pictures."""
    return tuple(
        Mark(
            ", ".join(part for part in (one.component, one.note) if part) or "a point",
            (round(one.left[0]), round(one.left[1])),
            (round(one.right[0]), round(one.right[1])),
        )
        for one in state.marks
        if one.left is not None and one.right is not None
    )


def _place(component: str) -> int:
    return list(BY_KEY).index(component)
