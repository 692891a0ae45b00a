"""The pages of this step."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from lookalike.casework.pages import Asked, page
from lookalike.casework.permissions import Open, Permission


@page(Open.SIGNED_IN)
def home(request: Asked) -> HttpResponse:
    """To be built."""
    return render(request, "base.html")


@page(Open.SIGNED_IN)
def notice(request: Asked) -> HttpResponse:
    """To be built."""
    return render(request, "base.html")


@page(Permission.ACCOUNT_MANAGE)
def accounts(request: Asked) -> HttpResponse:
    """To be built."""
    return render(request, "base.html")


@page(Permission.LAW_READ)
def law(request: Asked) -> HttpResponse:
    """To be built."""
    return render(request, "base.html")


@page(Permission.LEDGER_READ)
def ledger(request: Asked) -> HttpResponse:
    """To be built."""
    return render(request, "base.html")
