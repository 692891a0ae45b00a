"""Known-answer trials: the pages of the unit's lead and of those who oversee it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, F
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from lookalike.casework.examinations import scheduling
from lookalike.casework.examinations.forms import RoundForm
from lookalike.casework.examinations.models import Task, Trial, TrialRound, TrialRounds
from lookalike.casework.examinations.rates import rate
from lookalike.casework.examinations.trial_sets import prepared_sets
from lookalike.casework.examinations.trials import Result, Tally, result_of, tally
from lookalike.casework.pages import Asked, found, page
from lookalike.casework.paging import page_of
from lookalike.casework.parts import Bar, Cell, Chart, Column
from lookalike.casework.permissions import Permission
from lookalike.errors import BadInput, NotNow

WORDS = {
    Result.RIGHT: "Right",
    Result.FALSE_LEAD: "Somebody else named",
    Result.MISS: "Missed",
    Result.UNDECIDED: "Nothing concluded",
    None: "Not concluded",
}


@page(Permission.TRIAL_READ)
def trials(request: Asked) -> HttpResponse:
    """Every examiner and the unit: how often somebody else was named, how often the person was missed, over time."""
    seen = _rounds(request)
    done = Trial.objects.filter(task__state=Task.State.CONCLUDED, round__in=seen)
    rows = list(done.select_related("task__examiner", "round"))
    people: dict[str, list[Trial]] = {}
    for one in rows:
        people.setdefault(one.task.examiner.name, []).append(one)
    table = [_line(name, tally(own)) for name, own in sorted(people.items())]
    if rows:
        table.append(_line("The unit", tally(rows)))
    rounds = seen.annotate(trials_count=Count("trials")).order_by("-scheduled_at", "-pk")
    listed = page_of(request, rounds)
    told = {
        "columns": [Column("Who"), Column("Trials", number=True), Column("False leads"), Column("Misses")],
        "rows": table,
        "round_columns": [Column("Scheduled"), Column("Set"), Column("Trials", number=True), Column("Stands")],
        "round_rows": [_round_line(one) for one in listed],
        "page": listed,
        "chart": _chart(rows),
        "decoys": _decoys(),
        "may_schedule": request.acting.may(Permission.TRIAL_SCHEDULE),
    }
    return render(request, "examinations/trials.html", told)


@page(Permission.TRIAL_SCHEDULE, methods=("GET", "HEAD", "POST"))
def schedule(request: Asked) -> HttpResponse:
    """Schedule a round."""
    people = scheduling.testable(request.acting.at)
    form = RoundForm(request.POST or None, sets=prepared_sets(), people=people)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            data = form.cleaned_data
            chosen = [one for one in people if one.public_id in data["examiners"]]
            try:
                made = scheduling.schedule(
                    request.acting, data["prepared"], chosen, each=data["each"], last_day=data["last_day"]
                )
            except (BadInput, NotNow) as error:
                form.add_error(None, str(error))
            else:
                messages.info(request, "The round is scheduled. Nobody is told.")
                return redirect("trial-round", public_id=made.public_id)
    crumbs = [("Known-answer trials", reverse("trials")), ("Schedule a round", "")]
    return render(request, "examinations/schedule.html", {"form": form, "crumbs": crumbs}, status=status)


@page(Permission.TRIAL_READ)
def trial_round(request: Asked, public_id: str) -> HttpResponse:
    """One round: every trial, and what it came to."""
    row = found(_rounds(request).select_related("scheduled_by", "closed_by"), public_id=public_id)
    rows = (
        Trial.objects.filter(round=row).select_related("task__examiner", "mate").order_by("task__examiner__name", "pk")
    )
    table = [
        (
            one.task.examiner.name,
            timezone.localdate(one.task.given_at),
            "among the faces" if one.mate_id else "not among the faces",
            _result(one),
        )
        for one in rows
    ]
    told = {
        "round": row,
        "columns": [Column("Examiner"), Column("Given on"), Column("The person was"), Column("Result")],
        "rows": table,
        "may_close": row.closed_at is None and request.acting.may(Permission.TRIAL_SCHEDULE),
        "crumbs": [("Known-answer trials", reverse("trials")), ("Round", "")],
    }
    return render(request, "examinations/round.html", told)


@page(Permission.TRIAL_SCHEDULE, methods=("POST",))
def close(request: Asked, public_id: str) -> HttpResponse:
    """Close a round."""
    scheduling.close(request.acting, found(_rounds(request), public_id=public_id))
    messages.info(request, "The round is closed. Every examiner is told what their trials came to.")
    return redirect("trial-round", public_id=public_id)


def _rounds(request: Asked) -> TrialRounds:
    return TrialRound.objects.visible_to(request.acting)


def _line(name: str, counted: Tally) -> tuple[Any, ...]:
    false = rate(counted.false_leads, counted.trials).sentence
    missed = rate(counted.missed, counted.with_mate).sentence
    return (name, counted.trials, false, missed)


def _round_line(one: Any) -> tuple[Any, ...]:
    when = f"{timezone.localdate(one.scheduled_at):%d %B %Y}"
    state = Cell("Closed", state="satisfied") if one.closed_at else Cell("Open", state="open")
    return (Cell(when, url=reverse("trial-round", args=[one.public_id])), one.prepared, one.trials_count, state)


def _result(one: Trial) -> Cell:
    result = result_of(one)
    state = {None: "open", Result.RIGHT: "satisfied", Result.UNDECIDED: "not_applicable"}.get(result, "failed")
    return Cell(WORDS[result], state=state)


def _chart(rows: list[Trial]) -> Chart:
    """Concluded trials by quarter and what they came to."""
    kinds = [Result.RIGHT, Result.FALSE_LEAD, Result.MISS, Result.UNDECIDED]
    quarters: dict[str, list[int]] = {}
    for one in sorted(rows, key=lambda one: one.task.concluded_at or one.scheduled_at):
        result = result_of(one)
        if result is not None and one.task.concluded_at is not None:
            day = timezone.localdate(one.task.concluded_at)
            counts = quarters.setdefault(f"{day.year}, quarter {(day.month + 2) // 3}", [0] * len(kinds))
            counts[kinds.index(result)] += 1
    bars = [Bar(label, counts) for label, counts in quarters.items()]
    return Chart("trials", "Concluded trials by quarter", "Quarter", [WORDS[one] for one in kinds], bars)


def _decoys() -> list[tuple[str, int]]:
    """Who named a known non-mate in casework, and how often: errors that are certain."""
    rows = Task.objects.filter(state=Task.State.CONCLUDED, search__isnull=False, named__candidate=None)
    counted = rows.filter(named__isnull=False).values(name=F("examiner__name")).annotate(times=Count("pk"))
    return [(one["name"], one["times"]) for one in counted.order_by("name")]
