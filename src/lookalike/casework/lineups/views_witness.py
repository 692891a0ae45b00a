"""The witness's own screen: public behind its key, the same for every photograph but for the photograph.

No address, header, length, name or time of what is sent tells one photograph from another: places are counted, files
are of one length and one name, nothing is cached, and every photograph is sent at the same time after it was asked for.
"""

from __future__ import annotations

import secrets
import time
from datetime import UTC, datetime

from django.conf import settings
from django.core.cache import cache
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_variables

from lookalike.casework.lineups import flow
from lookalike.casework.lineups.flow import Given
from lookalike.casework.lineups.models import Event, Holding, Lineup
from lookalike.casework.lineups.screen import screen_of
from lookalike.casework.lineups.services import recording, witness
from lookalike.casework.lineups.services.holding import Where, by_key, given_so_far, plan_of, told
from lookalike.casework.pages import Asked, page
from lookalike.casework.permissions import Open
from lookalike.errors import BadForm, NotNow, NotThere, TooOften
from lookalike.lineup.instructions import buttons, notices
from lookalike.lineup.pictures import HEIGHT, WIDTH

SENT_AFTER = 0.5
"""Seconds after which a photograph is sent, whoever it shows: what the site does meanwhile takes less."""

WRONG_PER_MINUTE = 20
"""Wrong keys of one network address in a minute; after that it is not looked any more."""

VISIT = "visit"
"""The cookie by which a browser is known again; it dies with the browser."""


@page(Open.PUBLIC, methods=("GET", "POST"))
def screen(request: Asked, key: str) -> HttpResponse:
    """Where the witness is; or an answer to it, after which the next is shown."""
    holding, where = _asked(request, key)
    visit = request.COOKIES.get(VISIT, "")[:100]
    if request.method == "POST":
        if not witness.is_visiting(holding, visit) and holding.ended_at is None:
            return _shown(request, key, holding, status=409)
        given = Given(request.POST.get("answer", "")[:40], request.POST.get("words", ""))
        elapsed = witness.milliseconds(request.POST.get("elapsed", ""))
        try:
            witness.answer(holding, request.POST.get("step", "")[:40], given, where, elapsed)
        except BadForm:
            return _shown(request, key, holding, status=422)
        return redirect("screen", key=key)
    fresh = "" if visit else secrets.token_urlsafe(18)
    witness.arrive(holding, where, visit or fresh)
    answer = _shown(request, key, by_key(key))
    if fresh:
        path = request.path
        answer.set_cookie(
            VISIT, fresh, path=path, httponly=True, samesite="Strict", secure=settings.SESSION_COOKIE_SECURE
        )
    return answer


@page(Open.PUBLIC, methods=("GET",))
def picture(request: Asked, key: str, place: int) -> HttpResponse:
    """The photograph of a place, once, at its time."""
    begun = time.monotonic()
    holding, where = _asked(request, key)
    if not witness.is_visiting(holding, request.COOKIES.get(VISIT, "")[:100]):
        raise NotNow("This is shown on another device.", remedy="Open the address on this device again.")
    data = witness.picture(holding, place, where)
    time.sleep(max(0.0, begun + SENT_AFTER - time.monotonic()))
    answer = HttpResponse(data, content_type="image/jpeg")
    answer["Content-Disposition"] = 'inline; filename="photograph.jpg"'
    return _closed(answer)


@page(Open.PUBLIC, methods=("POST",))
def piece(request: Asked, key: str, take: int, number: int) -> HttpResponse:
    """A piece of the recording."""
    holding, where = _asked(request, key)
    recording.take_in(holding, take, number, request.body, request.content_type or "", where)
    return _closed(HttpResponse(status=204))


@page(Open.PUBLIC, methods=("POST",))
def event(request: Asked, key: str) -> HttpResponse:
    """A sign of life; or that the page was hidden or seen again, or that nothing can be recorded."""
    holding, where = _asked(request, key)
    kind, elapsed = request.POST.get("kind", ""), witness.milliseconds(request.POST.get("elapsed", ""))
    if kind in ("hidden", "seen"):
        witness.happened(holding, Event.Kind.HIDDEN, {"hidden": kind == "hidden"}, where, elapsed)
    elif kind == "failed":
        words = "".join(one for one in request.POST.get("words", "")[:60] if one.isascii() and one.isprintable())
        witness.happened(holding, Event.Kind.RECORDING, {"failed": words}, where, elapsed)
    else:
        witness.alive(holding, where)
    return _closed(HttpResponse(status=204))


@page(Open.PUBLIC, methods=("POST",))
def stop(request: Asked, key: str) -> HttpResponse:
    """The witness wants to stop."""
    holding, where = _asked(request, key)
    if holding.ended_at is None:
        witness.give_up(holding, request.POST.get("words", ""), where)
    return redirect("screen", key=key)


@sensitive_variables("key")
def _asked(request: Asked, key: str) -> tuple[Holding, Where]:
    """The holding of a key. Raises NotThere, TooOften for an address that tries keys."""
    address, now = request.META.get("REMOTE_ADDR", ""), datetime.now(UTC)
    tried = f"witness-{address}-{now:%H%M}"
    if (cache.get(tried) or 0) >= WRONG_PER_MINUTE:
        error = TooOften("Too many wrong addresses.", remedy="Wait a minute.")
        error.wait = 60 - now.second
        raise error
    where = Where(now, address, "/witness/")
    try:
        return witness.asked(key, where), where
    except NotThere:
        cache.add(tried, 0, timeout=120)
        cache.incr(tried)
        raise


def _shown(request: Asked, key: str, holding: Holding, status: int = 200) -> HttpResponse:
    events = list(holding.events.all())
    step, plan, given = witness.step_of(holding), plan_of(holding), given_so_far(events)
    void = holding.lineup.state == Lineup.State.VOID
    alone = holding.lineup.administration == "self_administered"
    language = holding.language
    says = notices(language)
    shown = screen_of(step, plan, given, told(holding), language, witness.was_shown(holding), void=void)
    answer = render(
        request,
        "lineups/holding/screen.html",
        {
            "key": key,
            "language": language,
            "shown": shown,
            "says": says,
            "press": buttons(language),
            "interrupted": says["interrupted_alone" if alone else "interrupted"] if status == 409 else "",
            "records": "on" if holding.consent and holding.ended_at is None else "off",
            "asked": holding.consent is not None,
            "take": recording.next_take(holding),
            "over": step.kind == flow.OVER,
            "wrong": status == 422,
            "width": WIDTH,
            "height": HEIGHT,
        },
        status=status,
    )
    return _closed(answer)


def _closed(answer: HttpResponse) -> HttpResponse:
    """Kept by nobody; the camera and the microphone are this page's alone."""
    answer["Cache-Control"] = "no-store"
    answer["Permissions-Policy"] = "camera=(self), microphone=(self)"
    return answer
