"""The pages of this step."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from lookalike.casework.pages import Asked, page
from lookalike.casework.permissions import Permission


@page(Permission.CASE_READ)
def cases(request: Asked) -> HttpResponse:
    """To be built."""
    return render(request, "base.html")
