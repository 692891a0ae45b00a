"""The guard at the door: who acts is settled before any view is called, and what a view needs is held to its word.

A view that declared nothing is not served. Nobody passes with a password alone. Session rules: CJIS Security Policy
v5.9.5, AC-8, AC-11 and IA-11.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from lookalike.casework.acting import Acting, Doing, record
from lookalike.casework.pages import Marks
from lookalike.casework.people.entrance import session as ours
from lookalike.casework.people.entrance.session import FACTORS, NOTICE, SEEN, SESSION, SIGNED_IN
from lookalike.casework.people.models import OpenSession, Person
from lookalike.casework.people.services.sign_in import LONGEST_SESSION, end_session
from lookalike.casework.permissions import Open, Permission
from lookalike.errors import LookalikeError, NotPermitted
from lookalike.ledger.acts import Act, Outcome
from lookalike.site.errors import error_page

__all__ = ["FACTORS", "NOTICE", "SEEN", "SESSION", "SIGNED_IN", "Guard"]

SEEN_EVERY = 30
"""Seconds after which an active session is written down as active again."""

DEVICES = "camera=(), microphone=(), geolocation=(), display-capture=()"
"""What no page may ask of a device, unless it says so itself: only a witness's screen records."""

UNGUARDED = ("ninja.", "django.contrib.staticfiles", "django.views.static")
"""Modules whose views need no rule of ours: the API guards each of its operations, static files are everybody's."""


class Guard:
    """Settles who acts, lets through what is permitted, and turns every error into its page."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Settle who acts, then let the site answer."""
        now = datetime.now(UTC)
        request.META["REMOTE_ADDR"] = _source(request)
        request.acting = None  # type: ignore[attr-defined]
        if request.user.is_authenticated:
            told, why = _ended(request, now)
            if told:
                if why:
                    end_session(ours.acting(request, now), request.session[SESSION], why)
                logout(request)
                messages.info(request, told)
            else:
                request.acting = ours.acting(request, now)  # type: ignore[attr-defined]
        answer = self._answer(request)
        answer.headers.setdefault("Permissions-Policy", DEVICES)
        return answer

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Hold the view to what it declared."""
        marks: Marks = getattr(view, "marks", None) or Marks()
        needs = getattr(view, "needs", None)
        if needs is None and getattr(view, "__module__", "").startswith(UNGUARDED):
            return None
        who: Acting | None = request.acting
        if needs is Open.PUBLIC:
            unread = marks.notice and not request.session.get(NOTICE)
            return _to(request, "notice", onwards=request.get_full_path()) if unread else None
        if who is None:
            return _to(request, "account_login", onwards=_onwards(request))
        if not marks.polled:
            _seen(request, who)
        if not request.session.get(NOTICE):
            return _to(request, "notice", onwards=_onwards(request))
        if request.session.get(FACTORS, 0) < 2 and not marks.enrolling:
            return _to(request, "second-factor")
        if needs is not Open.SIGNED_IN:
            if not isinstance(needs, Permission):
                raise NotPermitted("This page has no rule about who may see it.", remedy="Report it: it stays closed.")
            try:
                who.require(needs)
            except NotPermitted as error:
                _denied(who, needs)
                return error_page(request, error)
        if marks.fresh and not ours.is_fresh(request):
            return _say_again(request)
        return None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The page of an error that was raised on purpose; of any other, Django's own."""
        return error_page(request, error) if isinstance(error, LookalikeError) else None


def _source(request: HttpRequest) -> str:
    """The network address of whoever asks: what the outermost of our own proxies says, or the other end itself."""
    direct = str(request.META.get("REMOTE_ADDR", ""))
    if not settings.PROXIES:
        return direct
    told = [one.strip() for one in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if one.strip()]
    return told[-settings.PROXIES][:45] if len(told) >= settings.PROXIES else direct


def _ended(request: Any, now: datetime) -> tuple[str, str]:
    """Why a session is over, for the person and for the ledger; ("", "") where it is not."""
    session, person = request.session, request.user
    if SIGNED_IN not in session or SEEN not in session or SESSION not in session:
        return "Please sign in again.", ""
    if not person.in_use(now):
        return "This account is locked or no longer in use. Ask the administrator.", "account not in use"
    if not OpenSession.objects.filter(public_id=session[SESSION], person=person, ended_at=None).exists():
        return "This session was ended. Please sign in again.", ""
    if now - ours.moment(session[SEEN]) > ours.IDLE:
        return "You were signed out after 30 minutes without activity.", "30 minutes without activity"
    if now - ours.moment(session[SIGNED_IN]) > LONGEST_SESSION:
        return "You were signed out after twelve hours. Please sign in again.", "twelve hours"
    return "", ""


def _seen(request: Any, who: Acting) -> None:
    """Write down that the person is active."""
    if (who.at - ours.moment(request.session[SEEN])).total_seconds() > SEEN_EVERY:
        request.session[SEEN] = who.at.isoformat()
        with transaction.atomic():
            Person.objects.filter(pk=who.person.pk).update(seen_at=who.at)
            OpenSession.objects.filter(public_id=request.session[SESSION]).update(seen_at=who.at)


def _onwards(request: Any) -> str:
    """Where to go on afterwards: the page itself, or, where a form was sent, the page that it stood on."""
    if request.method in ("GET", "HEAD") and not request.htmx:
        return str(request.get_full_path())
    page = urlsplit(request.htmx.current_url if request.htmx else request.META.get("HTTP_REFERER", "") or "")
    return page.path if page.netloc == request.get_host() else ""


def _to(request: Any, name: str, *, onwards: str = "") -> HttpResponse:
    """Lead to another page; a part of a page that htmx asked for leads the whole page there."""
    address = reverse(name) + (f"?{urlencode({'next': onwards})}" if onwards else "")
    return HttpResponseClientRedirect(address) if request.htmx else redirect(address)


def _say_again(request: Any) -> HttpResponse:
    """Ask once more who it is, before something privileged (IA-11)."""
    if request.method == "POST":
        messages.warning(request, "Nothing was done yet. Say again who you are, then send it once more.")
    methods = get_adapter().get_reauthentication_methods(request.user)
    if methods:
        return _to(request, "account_reauthenticate", onwards=_onwards(request))
    end_session(request.acting, request.session[SESSION], "a fresh sign-in was needed")
    logout(request)
    return _to(request, "account_login", onwards=_onwards(request))


def _denied(who: Acting, needs: Permission) -> None:
    doing = Doing(who, Act.ACCESS_DENY, [("permission", needs.value)])
    doing.outcome = Outcome.REFUSED
    record(doing)
