"""What a session holds, and who acts in it. Read and written here and by the site's guard only."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

from allauth.account.authentication import get_authentication_records
from django.contrib.auth.middleware import get_user
from django.http import HttpRequest

from lookalike.casework.acting import Acting, SignIn
from lookalike.casework.people.models import Person
from lookalike.casework.people.services.sign_in import open_session

SIGNED_IN, SEEN, NOTICE, FACTORS, SESSION = "signed_in_at", "seen_at", "notice_at", "factors", "session_id"
"""Two ISO times, when the notice was acknowledged, how many factors were used, and the id of its row."""

PROVED = "proved"
"""Between a password and a second factor: Django's digest of the password that was typed."""

IDLE = timedelta(minutes=30)
FRESH = timedelta(minutes=15)
"""How long after saying who one is accounts may be managed. IDLE: CJIS v5.9.5, AC-11."""


def begin(request: Any, person: Person, *, factors: int, how: str, proved: str | None) -> None:
    """Open the session of somebody who has just signed in. proved: as `open_session` has it.

    Raises NotPermitted where the account may not be used, or its password was changed meanwhile.
    """
    now = datetime.now(UTC)
    who = _acting(request, person, now, None)
    opened = open_session(who, browser=request.META.get("HTTP_USER_AGENT", ""), how=how, proved=proved)
    moment = now.isoformat()
    request.session.update({SIGNED_IN: moment, SEEN: moment, FACTORS: factors, SESSION: opened.public_id})


def acting(request: Any, now: datetime) -> Acting:
    """Who acts in a session that is open."""
    session = request.session
    sign_in = SignIn(
        mfa=session.get(FACTORS, 0) >= 2,
        at=moment(session[SIGNED_IN]),
        seen_at=moment(session[SEEN]),
        notice_acknowledged=bool(session.get(NOTICE)),
    )
    person: Any = get_user(request)
    return _acting(request, person, now, sign_in)


def _acting(request: Any, person: Person, now: datetime, sign_in: SignIn | None) -> Acting:
    return Acting(
        person=person,
        roles=person.roles,
        at=now,
        source=request.META.get("REMOTE_ADDR", ""),
        where=request.path,
        sign_in=sign_in,
    )


def moment(text: str) -> datetime:
    """A time as a session holds it."""
    return datetime.fromisoformat(text)


def is_fresh(request: HttpRequest) -> bool:
    """Whether the person said who they are within the last fifteen minutes."""
    if not request.user.is_authenticated or SIGNED_IN not in request.session:
        return False
    times: list[float] = [record["at"] for record in get_authentication_records(request, request.user)]
    last = max([moment(request.session[SIGNED_IN]).timestamp(), *times])
    return time.time() - last < FRESH.total_seconds()
