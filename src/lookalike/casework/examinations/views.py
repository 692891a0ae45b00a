"""The pages of this step."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from lookalike.casework.pages import Asked, page
from lookalike.casework.permissions import Permission


@page(Permission.TASK_WORK)
def tasks(request: Asked) -> HttpResponse:
    """To be built."""
    return render(request, "base.html")


@page(Permission.EXAMINATION_READ)
def examinations(request: Asked) -> HttpResponse:
    """To be built."""
    return render(request, "base.html")


@page(Permission.TRIAL_READ)
def trials(request: Asked) -> HttpResponse:
    """To be built."""
    return render(request, "base.html")
