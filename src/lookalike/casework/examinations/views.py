"""An examiner's pages: the list of tasks, and one task from its beginning to its end."""

from __future__ import annotations

import json
import logging
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from lookalike.casework import files
from lookalike.casework.examinations import services
from lookalike.casework.examinations.checks import require_blind
from lookalike.casework.examinations.components import COMPONENTS
from lookalike.casework.examinations.forms import (
    CompareForm,
    ConcludeForm,
    CorrectionForm,
    DescriptionForm,
    ReasonForm,
)
from lookalike.casework.examinations.models import Task, TaskFace
from lookalike.casework.examinations.pictures import FACE_TYPE, PROBE_TYPE
from lookalike.casework.examinations.shown import TaskShown, face_shown, task_shown
from lookalike.casework.examinations.trials import told
from lookalike.casework.models import StoredFile
from lookalike.casework.pages import Asked, found, page
from lookalike.casework.paging import page_of
from lookalike.casework.parts import Cell, Column
from lookalike.casework.permissions import Permission
from lookalike.errors import BadForm, BadInput, BadViewerState, ChangedMeanwhile, NotNow, NotThere
from lookalike.protocol.vocabulary import Conclusion

log = logging.getLogger(__name__)

STATES = {
    Task.State.GIVEN: ("open", "To be begun"),
    Task.State.PROBE: ("waiting", "Describing the probe"),
    Task.State.COMPARING: ("waiting", "Comparing"),
    Task.State.CONCLUDED: ("satisfied", "Concluded"),
    Task.State.WITHDRAWN: ("not_applicable", "Taken back"),
}
OUTCOMES = {
    TaskFace.Outcome.OPEN: ("open", "Not compared yet"),
    TaskFace.Outcome.EXCLUDED: ("satisfied", "Excluded"),
    TaskFace.Outcome.CANNOT_EXCLUDE: ("satisfied", "Cannot be excluded"),
    TaskFace.Outcome.POSSIBLE: ("satisfied", "Possible candidate"),
}
Told = dict[str, Any]


@page(Permission.TASK_WORK)
def tasks(request: Asked) -> HttpResponse:
    """The examinations that somebody was given, the newest first."""
    rows = Task.objects.visible_to(request.acting).order_by("-given_at", "-pk")
    listed = page_of(request, rows)
    table = [
        (
            Cell(one.reference, url=reverse("task", args=[one.public_id])),
            timezone.localdate(one.given_at),
            one.due_on,
            Cell(STATES[Task.State(one.state)][1], state=STATES[Task.State(one.state)][0]),
        )
        for one in listed
    ]
    columns = [Column("Examination"), Column("Given on"), Column("Due on"), Column("Stands at")]
    return render(request, "examinations/tasks.html", {"columns": columns, "rows": table, "page": listed})


@page(Permission.TASK_WORK)
def task(request: Asked, public_id: str) -> HttpResponse:
    """One task as far as it is."""
    row = own_task(request, public_id)
    if row.state == Task.State.PROBE:
        return _probe_page(request, row)
    if row.state == Task.State.COMPARING and row.candidates_seen_at is not None:
        return _faces_page(request, row, ConcludeForm(initial={"version": row.version}), CorrectionForm())
    name = {
        Task.State.GIVEN: "given",
        Task.State.COMPARING: "locked",
        Task.State.CONCLUDED: "done",
        Task.State.WITHDRAWN: "withdrawn",
    }[Task.State(row.state)]
    return render(request, f"examinations/task_{name}.html", _told(row))


@page(Permission.TASK_WORK, methods=("POST",))
def begin(request: Asked, public_id: str) -> HttpResponse:
    """Take a task up."""
    return _to(services.begin(request.acting, own_task(request, public_id)))


@page(Permission.TASK_WORK, methods=("POST",))
def describe(request: Asked, public_id: str) -> HttpResponse:
    """Save the description: by itself as it is written, or with the button that leads on to locking it."""
    row, form = own_task(request, public_id), DescriptionForm(request.POST)
    if not form.is_valid():
        return _probe_page(request, row, form, 422)
    try:
        row = services.describe(request.acting, row, version=form.cleaned_data["version"], features=form.described())
    except ChangedMeanwhile as error:
        if request.htmx:
            raise
        form.add_error(None, str(error))
        return _probe_page(request, row, form, 409)
    if request.htmx:
        return render(request, "examinations/saved.html", {"version": row.version, "at": timezone.now()})
    return redirect("task-lock", public_id=row.public_id)


@page(Permission.TASK_WORK, methods=("GET", "HEAD", "POST"))
def lock(request: Asked, public_id: str) -> HttpResponse:
    """Ask whether the description is to be locked, and lock it."""
    row = own_task(request, public_id)
    if request.method == "POST":
        try:
            row = services.lock_probe(request.acting, row, version=_number(request.POST.get("version")))
        except BadForm as error:
            form = DescriptionForm.of(task_shown(row).features, row.version)
            return _probe_page(request, row, _refilled(form, error), 422)
        return _to(row)
    if row.state != Task.State.PROBE:
        return _to(row)
    return render(request, "examinations/task_lock.html", _told(row, "Lock the description"))


@page(Permission.TASK_WORK, methods=("POST",))
def show(request: Asked, public_id: str) -> HttpResponse:
    """Show the faces."""
    return _to(services.show_candidates(request.acting, own_task(request, public_id)))


@page(Permission.TASK_WORK, methods=("POST",))
def correct(request: Asked, public_id: str) -> HttpResponse:
    """Add to a locked description."""
    row, form = own_task(request, public_id), CorrectionForm(request.POST)
    if form.is_valid():
        try:
            services.correct(request.acting, row, **form.cleaned_data)
        except BadInput as error:
            form.add_error(None, str(error))
        else:
            messages.info(request, "The addition stands beside what was locked.")
            return _to(row)
    return _faces_page(request, row, ConcludeForm(initial={"version": row.version}), form, 422)


@page(Permission.TASK_WORK, methods=("GET", "HEAD", "POST"))
def compare(request: Asked, public_id: str, face_id: str) -> HttpResponse:
    """One face beside the probe, in the viewer, and what was seen."""
    row = own_task(request, public_id)
    face = found(_faces(row).prefetch_related("comparisons"), public_id=face_id)
    form, status = CompareForm.of(face_shown(face), task_shown(row, faces=False).features), 200
    if request.method == "POST":
        form = CompareForm(request.POST)
        status = 422
        if form.is_valid():
            data = form.cleaned_data
            try:
                services.compare(
                    request.acting,
                    face,
                    version=data["version"],
                    compared=form.compared(),
                    outcome=data["outcome"],
                    reason=data["reason"],
                )
            except (BadForm, ChangedMeanwhile, NotNow) as error:
                _refilled(form, error)
                status = 422 if isinstance(error, BadForm) else 409
            else:
                return _next_face(row, face)
    return _compare_page(request, row, face, form, status)


@page(Permission.TASK_WORK, methods=("POST", "PUT"))
def viewer(request: Asked, public_id: str, face_id: str) -> HttpResponse:
    """Keep the state of the viewer. Answers with its new version; 400 for what is no state (docs/viewer-state.md)."""
    face = found(_faces(own_task(request, public_id)), public_id=face_id)
    try:
        given = json.loads(request.body)
        version, state = int(given["version"]), json.dumps(given["state"])
        kept = services.save_viewer(request.acting, face, version=version, state=state)
    except (ValueError, TypeError, KeyError, RecursionError, BadViewerState) as error:
        return JsonResponse({"title": str(error)[:300]}, status=400)
    return JsonResponse({"version": kept})


@page(Permission.TASK_WORK, methods=("POST",))
def conclude(request: Asked, public_id: str) -> HttpResponse:
    """Sign the examination."""
    row, form = own_task(request, public_id), ConcludeForm(request.POST)
    if not form.is_valid():
        return _faces_page(request, row, form, CorrectionForm(), 422)
    try:
        row = services.conclude(request.acting, row, **form.cleaned_data)
    except BadForm as error:
        return _faces_page(request, row, _refilled(form, error), CorrectionForm(), 422)
    except ChangedMeanwhile as error:
        return _faces_page(request, row, _refilled(form, error), CorrectionForm(), 409)
    messages.info(request, "The examination is signed and locked. Thank you.")
    return _to(row)


@page(Permission.TASK_WORK, methods=("GET", "HEAD", "POST"))
def hand_back(request: Asked, public_id: str) -> HttpResponse:
    """Give a task back that cannot be done blind: the examiner knows the person, or the case."""
    row, form, status = given_task(request, public_id), ReasonForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            services.withdraw(request.acting, row, form.cleaned_data["reason"])
            messages.info(request, "The examination was handed back.")
            return redirect("tasks")
    return render(request, "examinations/hand_back.html", _told(row, "Hand back") | {"form": form}, status=status)


@page(Permission.TASK_WORK)
def probe(request: Asked, public_id: str) -> HttpResponse:
    """The probe, once the task was begun."""
    row = own_task(request, public_id)
    if row.state == Task.State.GIVEN:
        raise NotThere("The probe is shown once the examination is begun.", remedy="Begin it.")
    return picture(row.probe, PROBE_TYPE, "probe.png")


@page(Permission.TASK_WORK)
def face(request: Asked, public_id: str, face_id: str) -> HttpResponse:
    """The picture of one face, once the faces were shown."""
    row = found(_faces(own_task(request, public_id)).select_related("picture"), public_id=face_id)
    return picture(row.picture, FACE_TYPE, "face.jpg")


def picture(file: StoredFile, kind: str, name: str) -> HttpResponse:
    """A picture that nobody keeps, under a name that says nothing."""
    answer = HttpResponse(files.read(file), content_type=kind)
    answer["Cache-Control"] = "no-store"
    answer["Content-Disposition"] = f'inline; filename="{name}"'
    return answer


def given_task(request: Asked, public_id: str) -> Task:
    """A task of one's own, also one that was closed to its examiner: it can be handed back."""
    rows = Task.objects.visible_to(request.acting).select_related("named", "probe", "search__request__case")
    return found(rows, public_id=public_id)


def own_task(request: Asked, public_id: str) -> Task:
    """A task of one's own to work on or to read. Raises NotThere, NotNow."""
    row = given_task(request, public_id)
    require_blind(row)
    return row


def _faces(row: Task) -> Any:
    """The faces of a task that may be looked at now: none before they were shown, none of a task taken back."""
    seen = row.candidates_seen_at is not None and row.state != Task.State.WITHDRAWN
    return (
        TaskFace.objects.filter(task=row).select_related("task__probe").order_by("place")
        if seen
        else TaskFace.objects.none()
    )


def _to(row: Task) -> HttpResponse:
    return redirect("task", public_id=row.public_id, permanent=False)


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0


def _told(row: Task, here: str = "") -> Told:
    """What every page of a task shows: the task as its examiner may see it, and nothing of its row."""
    shown: TaskShown = task_shown(row, told=told(row))
    home = [("My examinations", reverse("tasks"))]
    mine = reverse("task", args=[row.public_id])
    trail = [(shown.reference, mine), (here, "")] if here else [(shown.reference, "")]
    return {
        "task": shown,
        "crumbs": [*home, *trail],
        "state": STATES[Task.State(row.state)],
        "probe_src": reverse("task-probe", args=[row.public_id]),
        "conclusion": CONCLUSIONS.get(row.conclusion, ""),
    }


CONCLUSIONS = {
    Conclusion.POSSIBLE_CANDIDATE.value: "Possible candidate: investigate",
    Conclusion.NO_CANDIDATE.value: "No candidate",
    Conclusion.UNSUITABLE.value: "The image is unsuitable for comparison",
    Conclusion.INCONCLUSIVE.value: "Inconclusive",
}


def _probe_page(request: Asked, row: Task, form: DescriptionForm | None = None, status: int = 200) -> HttpResponse:
    """The description as it was sent, or, without a form, as it is kept."""
    shown = _told(row)
    form = form or DescriptionForm.of(shown["task"].features, row.version)
    return render(request, "examinations/task_probe.html", shown | {"form": form}, status=status)


def _faces_page(
    request: Asked, row: Task, form: ConcludeForm, correction: CorrectionForm, status: int = 200
) -> HttpResponse:
    shown = _told(row)
    faces = shown["task"].faces
    possible = [one.letter for one in faces if one.outcome == TaskFace.Outcome.POSSIBLE]
    more = {
        "form": form,
        "correction": correction,
        "cards": [_card(row, one.public_id, one.letter, one.outcome) for one in faces],
        "left": [one.letter for one in faces if one.outcome == TaskFace.Outcome.OPEN],
        "possible": possible[0] if possible else "",
    }
    return render(request, "examinations/task_faces.html", shown | more, status=status)


def _card(row: Task, face_id: str, letter: str, outcome: str) -> Told:
    state, word = OUTCOMES[TaskFace.Outcome(outcome)]
    return {
        "letter": letter,
        "state": state,
        "word": word,
        "url": reverse("task-compare", args=[row.public_id, face_id]),
        "src": reverse("task-face", args=[row.public_id, face_id]),
    }


def _compare_page(request: Asked, row: Task, face: TaskFace, form: CompareForm, status: int) -> HttpResponse:
    shown = _told(row, f"Face {face.letter}")
    described = {one.component: one for one in shown["task"].features}
    more = {
        "form": form,
        "rows": [(*fields, described.get(fields[0].key)) for fields in form.rows()],
        "face": face_shown(face),
        "src": reverse("task-face", args=[row.public_id, face.public_id]),
        "save": reverse("task-viewer", args=[row.public_id, face.public_id]),
        "kept": {"version": face.viewer_version, "state": face.viewer},
        "components": json.dumps([one.name for one in COMPONENTS]),
        "faces": [
            (one.letter, reverse("task-compare", args=[row.public_id, one.public_id])) for one in shown["task"].faces
        ],
        "open": row.state == Task.State.COMPARING,
    }
    return render(request, "examinations/compare.html", shown | more, status=status)


def _next_face(row: Task, face: TaskFace) -> HttpResponse:
    """On to the next face that is still to be compared, or back to all of them."""
    rest = TaskFace.objects.filter(task=row, outcome=TaskFace.Outcome.OPEN, place__gt=face.place).order_by("place")
    following = rest.first()
    if following is None:
        return _to(row)
    return redirect("task-compare", public_id=row.public_id, face_id=following.public_id)


def _refilled(form: Any, error: Any) -> Any:
    """The form with what a service said of it, beside the fields where it named them."""
    if not form.is_bound:
        form.is_bound, form.data = True, form.initial
        form.full_clean()
    fields: dict[str, list[str]] = getattr(error, "fields", {})
    form.add_error(None, str(error))
    for name, said in fields.items():
        form.add_error(name if name in form.fields else None, said)
    return form
