"""The guard at the door: who acts is settled before any view is called, and what a view needs is held to its word.

A view that declared nothing is not served. Session rules: CJIS Security Policy v5.9.5, AC-11 and IA-11.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from lookalike.casework.acting import Acting, Doing, SignIn, record
from lookalike.casework.permissions import Open, Permission
from lookalike.errors import LookalikeError, NotPermitted
from lookalike.ledger.acts import Act, Outcome
from lookalike.site.errors import error_page

IDLE = timedelta(minutes=30)
SESSION = timedelta(hours=12)
SEEN_EVERY = timedelta(seconds=30)
"""How often an active session is written down as active."""

SIGNED_IN, SEEN, NOTICE, FACTORS = "signed_in_at", "seen_at", "notice_at", "factors"
"""What a session holds: two ISO times, when the notice was acknowledged, and how many factors were used."""


class Guard:
    """Settles who acts, lets through what is permitted, and turns every error into its page."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Settle who acts, then let the site answer."""
        now = datetime.now(UTC)
        request.acting = None  # type: ignore[attr-defined]
        if request.user.is_authenticated:
            reason = _ended(request, now)
            if reason:
                logout(request)
                messages.info(request, reason)
            else:
                request.acting = _acting(request, now)  # type: ignore[attr-defined]
        return self._answer(request)

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Hold the view to what it declared."""
        needs = getattr(view, "needs", None) or _others(request, view)
        if needs is Open.PUBLIC:
            return None
        if request.acting is None:
            return redirect(f"{reverse('account_login')}?next={request.path}")
        if not request.session.get(NOTICE) and getattr(view, "before_notice", False) is False:
            return redirect(f"{reverse('notice')}?next={request.path}")
        if needs is Open.SIGNED_IN:
            return None
        if not isinstance(needs, Permission):
            raise NotPermitted("This page has no rule about who may see it.", remedy="Report it: it stays closed.")
        try:
            request.acting.require(needs)
        except NotPermitted as error:
            _denied(request.acting, needs)
            return error_page(request, error)
        return None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The page of an error that was raised on purpose; of any other, Django's own."""
        return error_page(request, error) if isinstance(error, LookalikeError) else None


def _others(request: HttpRequest, view: Any) -> Open | None:
    """Views of the packages that this site stands on: sign-in, API (which guards each operation), static files."""
    module = getattr(view, "__module__", "")
    if module.startswith(("ninja.", "django.contrib.staticfiles", "django.views.static")):
        return Open.PUBLIC
    if module.startswith("allauth."):
        return Open.PUBLIC  # each of them asks for a sign-in itself where it needs one
    return None


def _acting(request: Any, now: datetime) -> Acting:
    session, person = request.session, request.user
    signed_in, seen = _time(session[SIGNED_IN]), _time(session[SEEN])
    if now - seen > SEEN_EVERY:
        session[SEEN] = now.isoformat()
        with transaction.atomic():
            type(person).objects.filter(pk=person.pk).update(seen_at=now)
    return Acting(
        person=person,
        roles=person.roles,
        at=now,
        source=request.META.get("REMOTE_ADDR", ""),
        where=request.path,
        sign_in=SignIn(
            mfa=session.get(FACTORS, 0) >= 2,
            at=signed_in,
            seen_at=seen,
            notice_acknowledged=bool(session.get(NOTICE)),
        ),
    )


def _ended(request: Any, now: datetime) -> str:
    """Why a session is over, or ""."""
    session, person = request.session, request.user
    if not person.is_active or person.locked_at is not None or person.disabled_at is not None:
        return "This account is locked or no longer in use. Ask the administrator."
    if SIGNED_IN not in session or SEEN not in session:
        return "Please sign in again."
    if now - _time(session[SEEN]) > IDLE:
        return "You were signed out after 30 minutes without activity."
    if now - _time(session[SIGNED_IN]) > SESSION:
        return "You were signed out after twelve hours. Please sign in again."
    return ""


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _denied(who: Acting, needs: Permission) -> None:
    doing = Doing(who, Act.ACCESS_DENY, [("permission", needs.value)])
    doing.outcome = Outcome.REFUSED
    record(doing)
