"""The pages of those who assign examinations and of those who read them; never of those who make them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.db.models import Count, F, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from lookalike.casework import files
from lookalike.casework.acting import Acting
from lookalike.casework.cases.models import READS_EVERY_CASE, TeamMember
from lookalike.casework.examinations import services
from lookalike.casework.examinations.agreement import Standing
from lookalike.casework.examinations.documents import issue
from lookalike.casework.examinations.eligibility import eligible
from lookalike.casework.examinations.facts import agreed, where
from lookalike.casework.examinations.forms import GiveForm, ReasonForm
from lookalike.casework.examinations.models import Task, TaskFace
from lookalike.casework.examinations.pictures import FACE_TYPE, PROBE_TYPE
from lookalike.casework.examinations.shown import face_shown, task_shown
from lookalike.casework.examinations.views import CONCLUSIONS, STATES, picture
from lookalike.casework.models import StoredFile
from lookalike.casework.pages import Asked, found, page
from lookalike.casework.paging import page_of
from lookalike.casework.parts import Cell, Column
from lookalike.casework.people.models import Person
from lookalike.casework.permissions import Permission
from lookalike.casework.searches.models import Request, Search
from lookalike.errors import BadForm, NotNow, NotThere
from lookalike.protocol.vocabulary import Role

STANDS = {
    Request.State.SEARCHED: ("waiting", "With the examiners"),
    Request.State.ANSWERED: ("waiting", "With the supervisor"),
    Request.State.LEAD: ("satisfied", "Lead"),
    Request.State.NO_LEAD: ("satisfied", "No lead"),
}
READ = {
    Standing.OPEN: "Not all examinations are concluded.",
    Standing.AGREED: "The examiners name the same candidate.",
    Standing.DIFFERENT: "The examiners did not name the same candidate. The answer is: no lead.",
    Standing.ANOTHER: "One names a candidate and one is undecided. The packs in force allow one more blind examiner.",
}
LISTED = ("public_id", "run_at", "request__number", "request__state", "request__case__number")
"""What the list shows of a search: not its record, which is large."""

OWN = (Task.State.HELD, Task.State.GIVEN, Task.State.PROBE, Task.State.COMPARING)


def readable(who: Acting) -> Any:
    """The searches whose records and examinations somebody may read: none on which they have an examination to make.

    Nor, for an investigator who holds a reading role besides, one of an own case: there the sheet is all they get.
    """
    mine = Task.objects.filter(examiner=who.person, state__in=OWN, search__isnull=False).values("search")
    rows = Search.objects.exclude(pk__in=mine)
    if not who.roles & READS_EVERY_CASE:  # to whoever does, every request is visible, and the database need not look
        rows = rows.filter(request__in=Request.objects.visible_to(who).values("pk"))
    if Role.INVESTIGATOR in who.roles:
        rows = rows.exclude(request__case__in=TeamMember.objects.filter(person=who.person).values("case"))
    return rows.select_related("request__case")


@page(Permission.EXAMINATION_READ)
def examinations(request: Asked) -> HttpResponse:
    """The searches and where their examinations stand: what waits for an examiner first."""
    rows = readable(request.acting).only(*LISTED)
    if request.GET.get("open"):
        rows = rows.filter(request__state=Request.State.SEARCHED)
    listed = page_of(request, rows.order_by("-run_at", "-pk"))
    counts = _counted(listed)
    table = [
        (
            Cell(f"Request {one.request.number}", url=reverse("examination", args=[one.public_id])),
            one.request.case.number,
            timezone.localdate(one.run_at),
            *counts.get(one.pk, (0, 0)),
            _stand(one.request.state),
        )
        for one in listed
    ]
    columns = [
        Column("Request"),
        Column("Case"),
        Column("Searched on"),
        Column("Examiners", number=True),
        Column("Concluded", number=True),
        Column("Stands"),
    ]
    return render(request, "examinations/examinations.html", {"columns": columns, "rows": table, "page": listed})


def _counted(searches: Iterable[Search]) -> dict[int, tuple[int, int]]:
    """How many examinations each search of one page has, and how many of them are concluded."""
    live = Task.objects.filter(search__in=[one.pk for one in searches]).exclude(state=Task.State.WITHDRAWN).order_by()
    done = Count("pk", filter=Q(state=Task.State.CONCLUDED))
    rows = live.values_list("search").annotate(given=Count("pk"), done=done)
    return {search: (given, concluded) for search, given, concluded in rows}


@page(Permission.EXAMINATION_READ)
def examination(request: Asked, public_id: str) -> HttpResponse:
    """The examinations of one search, side by side once every one is concluded."""
    return _page(request, _search(request, public_id))


@page(Permission.EXAMINATION_ASSIGN, methods=("POST",))
def give(request: Asked, public_id: str) -> HttpResponse:
    """Assign examiners."""
    search = _search(request, public_id)
    people = [person for person, reason in eligible(search, at=request.acting.at) if not reason]
    form = GiveForm(request.POST, people=people, turns=services.open_turns(search))
    if form.is_valid():
        chosen = Person.objects.filter(public_id__in=form.cleaned_data["examiners"])
        try:
            services.give(request.acting, search, list(chosen))
        except (BadForm, NotNow) as error:
            form.add_error(None, str(error))
        else:
            messages.info(request, "The examinations are given.")
            return redirect("examination", public_id=public_id)
    return _page(request, search, form, 422)


@page(Permission.EXAMINATION_ASSIGN, methods=("GET", "HEAD", "POST"))
def withdraw(request: Asked, public_id: str, task_id: str) -> HttpResponse:
    """Take an examination back."""
    search = _search(request, public_id)
    row = found(Task.objects.filter(search=search), public_id=task_id)
    form, status = ReasonForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            services.withdraw(request.acting, row, form.cleaned_data["reason"])
            messages.info(request, "The examination was taken back. Assign somebody else.")
            return redirect("examination", public_id=public_id)
    told = {
        "form": form,
        "task": row,
        "search": search,
        "crumbs": [*_crumbs(search), ("Take back", "")],
    }
    return render(request, "examinations/withdraw.html", told, status=status)


@page(Permission.EXAMINATION_ASSIGN, methods=("POST",))
def close(request: Asked, public_id: str) -> HttpResponse:
    """Leave it at two who differ."""
    services.close_different(request.acting, _search(request, public_id))
    return redirect("examination", public_id=public_id)


@page(Permission.EXAMINATION_READ)
def compared(request: Asked, public_id: str, face_id: str) -> HttpResponse:
    """One candidate as every examiner compared it: their viewers, marks and words, to be read only."""
    search = concluded_search(request, public_id)
    one = found(TaskFace.objects.filter(task__search=search), public_id=face_id)
    same = TaskFace.objects.filter(task__search=search, task__state=Task.State.CONCLUDED)
    same = same.filter(record_id=one.record_id, gallery=one.gallery)
    rows = same.select_related("task__examiner").prefetch_related("comparisons").order_by("task__concluded_at")
    told = {
        "search": search,
        "record": one.record_id,
        "decoy": one.candidate_id is None,
        "probe_src": reverse("examination-probe", args=[public_id]),
        "sides": [
            {
                "examiner": row.task.examiner.name,
                "face": face_shown(row),
                "src": reverse("examination-face", args=[public_id, row.public_id]),
                "kept": {"version": row.viewer_version, "state": row.viewer},
                "id": f"viewer-{place}",
            }
            for place, row in enumerate(rows, start=1)
        ],
        "crumbs": [*_crumbs(search), (one.record_id, "")],
    }
    return render(request, "examinations/compared.html", told)


@page(Permission.EXAMINATION_READ)
def probe(request: Asked, public_id: str) -> HttpResponse:
    """The probe as the examiners had it."""
    return picture(probe_of(concluded_search(request, public_id)), PROBE_TYPE, "probe.png")


@page(Permission.EXAMINATION_READ)
def face(request: Asked, public_id: str, face_id: str) -> HttpResponse:
    """A face as an examiner had it."""
    return picture(face_of(concluded_search(request, public_id), face_id), FACE_TYPE, "face.jpg")


@page(Permission.EXAMINATION_READ)
def report(request: Asked, public_id: str, task_id: str) -> HttpResponse:
    """The document of an examination."""
    search = concluded_search(request, public_id)
    rows = Task.objects.filter(search=search, state=Task.State.CONCLUDED).select_related("report", "probe", "examiner")
    row = found(rows, public_id=task_id)
    answer = HttpResponse(
        files.read(issue(row, address=request.build_absolute_uri("/"))), content_type="application/pdf"
    )
    answer["Cache-Control"] = "no-store"
    answer["Content-Disposition"] = f'inline; filename="examination-{row.reference}.pdf"'
    return answer


def probe_of(search: Search) -> StoredFile:
    """The probe of a search as its examiners had it. Raises NotThere."""
    row = Task.objects.of(search).select_related("probe").first()
    if row is None:
        raise NotThere("There is no examination of this search.", remedy="Assign examiners.")
    return row.probe


def face_of(search: Search, face_id: str) -> StoredFile:
    """The picture of a face as an examiner of a search had it. Raises NotThere."""
    row = found(TaskFace.objects.filter(task__search=search).select_related("picture"), public_id=face_id)
    return row.picture


def is_over(search: Search) -> bool:
    """Whether nobody examines any more: then, and not before, what was concluded may be read."""
    return search.request.state != Request.State.SEARCHED


def _search(request: Asked, public_id: str) -> Search:
    row: Search = found(readable(request.acting), public_id=public_id)
    return row


def concluded_search(request: Asked, public_id: str) -> Search:
    """A search whose examinations may be read now. Raises NotThere."""
    search = _search(request, public_id)
    if not is_over(search):
        raise NotThere(
            "What the examiners say is not to be read yet.",
            why="Whoever is still to examine must not hear of it, not even by chance.",
            remedy="Wait until every examination is concluded.",
        )
    return search


def _stand(state: str) -> Cell:
    shape, word = STANDS.get(Request.State(state), ("not_applicable", state))
    return Cell(word, state=shape)


def _crumbs(search: Search) -> list[tuple[str, str]]:
    here = reverse("examination", args=[search.public_id])
    return [("Examinations", reverse("examinations")), (f"Request {search.request.number}", here)]


def _page(request: Asked, search: Search, form: GiveForm | None = None, status: int = 200) -> HttpResponse:
    rows = list(Task.objects.filter(search=search).select_related("examiner", "named").order_by("pk"))
    over, may_assign = is_over(search), request.acting.may(Permission.EXAMINATION_ASSIGN)
    turns = services.open_turns(search) if may_assign else 0
    people = eligible(search, at=request.acting.at) if turns else []
    if turns and form is None:
        form = GiveForm(people=[person for person, reason in people if not reason], turns=turns)
    standing = where(search) if over or turns else Standing.OPEN
    candidate = agreed(search) if over else None
    told = {
        "search": search,
        "asked": search.request,
        "stand": STANDS.get(Request.State(search.request.state), ("not_applicable", search.request.state)),
        "tasks": [_told(row, over) for row in rows],
        "may_assign": may_assign,
        "turns": turns,
        "form": form if turns else None,
        "reasons": [(person.name, reason) for person, reason in people if reason],
        "another": standing is Standing.ANOTHER and not over,
        "over": over,
        "says": READ[standing] if over else "",
        "agreed": candidate.record_id if candidate else "",
        "faces": _side_by_side(search, rows) if over else [],
        "examiners": [row.examiner.name for row in rows if row.state == Task.State.CONCLUDED],
        "crumbs": [*_crumbs(search)[:1], (f"Request {search.request.number}", "")],
    }
    return render(request, "examinations/examination.html", told, status=status)


def _told(row: Task, over: bool) -> dict[str, Any]:
    """A task for who assigns it: where it stands; what it says only once all are over."""
    state, word = STATES.get(Task.State(row.state), ("not_applicable", "Waits for its turn"))
    return {
        "public_id": row.public_id,
        "examiner": row.examiner.name,
        "given_at": None if row.state == Task.State.HELD else row.given_at,
        "due_on": row.due_on,
        "state": state,
        "word": word,
        "open": row.state in OWN,
        "because": row.withdrawn_because,
        "done": row.state == Task.State.CONCLUDED,
        "conclusion": CONCLUSIONS.get(row.conclusion, "") if over else "",
        "named": row.named.record_id if over and row.named else "",
        "decoy_named": bool(over and row.named and row.named.candidate_id is None),
        "shown": task_shown(row) if over and row.state == Task.State.CONCLUDED else None,
    }


def _side_by_side(search: Search, rows: list[Task]) -> list[dict[str, Any]]:
    """Every record that was compared, and what each examiner concluded of it."""
    done = [row.pk for row in rows if row.state == Task.State.CONCLUDED]
    by_key: dict[str, dict[int, TaskFace]] = {}
    for one in (
        TaskFace.objects.filter(task__in=done)
        .select_related("candidate")
        .order_by(F("candidate__rank").asc(nulls_last=True), "pk")
    ):
        by_key.setdefault(one.key, {})[one.task_id] = one
    listed = []
    for faces in by_key.values():
        first = next(iter(faces.values()))
        listed.append(
            {
                "record": first.record_id,
                "decoy": first.candidate_id is None,
                "src": reverse("examination-face", args=[search.public_id, first.public_id]),
                "url": reverse("examination-compare", args=[search.public_id, first.public_id]),
                "said": [(faces[pk].get_outcome_display(), faces[pk].reason) if pk in faces else None for pk in done],
            }
        )
    return listed
