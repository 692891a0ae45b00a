"""The page of a piece of long work: how far it is, and how it ended. It works without script."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from lookalike.casework import jobs
from lookalike.casework.acting import Acting
from lookalike.casework.models import Job
from lookalike.casework.pages import Asked, found, page
from lookalike.casework.permissions import Open


@page(Open.SIGNED_IN, polled=True)
def job(request: Asked, public_id: str) -> HttpResponse:
    """One piece of work, for whoever asked for it."""
    one = own(request.acting, public_id)
    told = progress(one, request.acting)
    if request.headers.get("HX-Request"):
        return render(request, "site/parts/progress.html", {"job": told})
    return render(request, "casework/job.html", {"job": told, "page": jobs.kind_of(one.kind).page(one)})


@page(Open.SIGNED_IN, methods=("POST",))
def cancel(request: Asked, public_id: str) -> HttpResponse:
    """Ask for one's own work to stop."""
    jobs.cancel(request.acting, own(request.acting, public_id))
    return HttpResponseRedirect(reverse("job", args=[public_id]), status=HTTPStatus.SEE_OTHER)


def progress(one: Job, who: Acting) -> dict[str, Any]:
    """How far a job is, for the part `progress`. Only whoever asked for it can stop it."""
    own = one.asked_by_id == who.person.pk
    going = one.state in (Job.State.WAITING, Job.State.RUNNING)
    state = "finished" if one.state == Job.State.DONE else one.state
    return {
        "id": one.public_id,
        "title": jobs.kind_of(one.kind).title,
        "sentence": _sentence(one),
        "done": one.done,
        "total": one.total,
        "state": state,
        "url": reverse("job", args=[one.public_id]) if own else "",
        "cancel_url": reverse("job-cancel", args=[one.public_id]) if own and going else "",
    }


def own(who: Acting, public_id: str) -> Job:
    """A job that somebody asked for. Raises NotThere."""
    return found(Job.objects.filter(asked_by=who.person), public_id=public_id)


def _sentence(one: Job) -> str:
    if one.cancel_asked and one.state == Job.State.RUNNING:
        return "It stops as soon as it can."
    if one.state == Job.State.WAITING:
        return "Waiting for the worker."
    if one.state == Job.State.RUNNING:
        return one.unit.capitalize() + "." if one.unit else "Begun."
    if one.state == Job.State.FAILED:
        return " ".join(part for part in (one.what, one.why, one.remedy) if part)
    return ""
