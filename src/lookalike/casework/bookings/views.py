"""The pages of this step."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from lookalike.casework.pages import Asked, page
from lookalike.casework.permissions import Permission


@page(Permission.BOOKING_READ)
def bookings(request: Asked) -> HttpResponse:
    """To be built."""
    return render(request, "base.html")


@page(Permission.HEALTH_READ)
def health(request: Asked) -> HttpResponse:
    """To be built."""
    return render(request, "base.html")
