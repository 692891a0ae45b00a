"""Before somebody is in: the notice of use, taking up an account, enrolling a second factor."""

from __future__ import annotations

from datetime import UTC, datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from lookalike.casework.pages import Asked, page
from lookalike.casework.people.entrance.session import FACTORS, NOTICE
from lookalike.casework.people.forms import PasswordForm, told
from lookalike.casework.people.services import accounts
from lookalike.casework.permissions import Open
from lookalike.errors import BadForm, BadInput


@page(Open.PUBLIC, methods=("GET", "HEAD", "POST"))
def notice(request: Asked) -> HttpResponse:
    """The notice of use, acknowledged before signing in. Source: CJIS Security Policy v5.9.5, AC-8."""
    onwards = request.POST.get("next") or request.GET.get("next") or ""
    allowed = url_has_allowed_host_and_scheme(onwards, {request.get_host()}, require_https=request.is_secure())
    if request.method == "POST":
        request.session[NOTICE] = datetime.now(UTC).isoformat()
        return redirect(onwards if onwards and allowed else "home")
    return render(request, "people/notice.html", {"next": onwards if allowed else ""})


@page(Open.PUBLIC, methods=("GET", "HEAD", "POST"), notice=True)
def take_up(request: Asked, code: str) -> HttpResponse:
    """Set the password of an account with a one-time link."""
    now = datetime.now(UTC)
    person = accounts.link_of(code, now).person
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            source = request.META.get("REMOTE_ADDR", "")
            accounts.take_up(code, form.cleaned_data["first"], at=now, source=source, where="/take-up/")
        except BadInput as error:
            error_to_field = BadForm(error.what)
            error_to_field.fields = {"first": [error.what, error.remedy]}
            told(form, error_to_field)
        else:
            messages.info(request, "The password is set. Sign in with it.")
            return redirect("account_login")
    status = 422 if form.errors else 200
    return render(request, "people/take_up.html", {"form": form, "person": person}, status=status)


@page(Open.SIGNED_IN, enrolling=True)
def second_factor(request: Asked) -> HttpResponse:
    """Choose the first second factor; there is no way on without one."""
    if request.session.get(FACTORS, 0) >= 2:
        return redirect("home")
    return render(request, "people/second_factor.html")
