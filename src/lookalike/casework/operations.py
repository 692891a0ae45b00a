"""Operations of the REST API: who acts is settled by a token, and no operation without a declared permission exists.

operations = Operations(tags=["cases"])

@operations.get("cases", Permission.CASE_READ, response=list[CaseOut])
@paged
def cases(request: Asked): ...

@operations.get("cases/{public_id}/picture", Permission.CASE_READ, sends="image/jpeg")
def picture(request: Asked, public_id: str): ...
"""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Annotated, Any, get_type_hints

from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest
from ninja import Field, Router, Schema
from ninja.pagination import LimitOffsetPagination, paginate
from ninja.security import HttpBearer
from pydantic import WithJsonSchema

from lookalike.casework.acting import Acting, Doing, SignIn, record
from lookalike.casework.people.models import Token
from lookalike.casework.people.services.entries import NOBODY, append, entry
from lookalike.casework.permissions import Open, Permission
from lookalike.errors import NotPermitted, NotSignedIn, TooOften
from lookalike.ledger.acts import Act, Outcome

PER_MINUTE = 600
"""Operations that one token may ask for in a minute."""

WRONG_PER_MINUTE = 20
"""Wrong tokens of one address that are recorded in a minute; more are turned away without an entry."""

PAGE, LONGEST_PAGE, FURTHEST = 50, 200, 10**9
"""Lines of a list in one answer: unless told otherwise, at most, and how far into it one can begin."""

Number = Annotated[int, Field(ge=1, le=2**31 - 1)]
"""The number of a row in an address or a body, where it has no public id."""


def one_of(choices: type[Enum]) -> WithJsonSchema:
    """A word out of some, described where it stands: several models have a `State` or a `Kind`."""
    return WithJsonSchema({"type": "string", "enum": [one.value for one in choices]})


_SECRETS = 200
"""Characters that are looked at of what is sent as a token; ours have 53."""


class TokenAuth(HttpBearer):
    """A bearer token of a person: `Authorization: Bearer lookalike_…`."""

    def __init__(self, needs: Permission | Open) -> None:
        super().__init__()
        self.needs = needs

    def authenticate(self, request: HttpRequest, token: str) -> Acting:
        """Who acts.

        Raises NotSignedIn for a token that is unknown, withdrawn, run out, or of an account that is not in use: told,
        timed and recorded alike. Raises TooOften past the limit, NotPermitted where the token does not suffice.
        """
        now = datetime.now(UTC)
        digest = hashlib.sha256(token[:_SECRETS].encode()).hexdigest()
        found = Token.objects.select_related("person").filter(sha256=digest).first()
        if found is None or found.withdrawn_at or found.expires_at <= now or not found.person.in_use(now):
            raise _wrong(request, found, now)
        _count(f"token-{found.pk}", now, PER_MINUTE)
        if found.used_at is None or now - found.used_at > timedelta(minutes=1):
            Token.objects.filter(pk=found.pk).update(used_at=now)
        acting = Acting(
            person=found.person,
            roles=found.person.roles,
            at=now,
            source=request.META.get("REMOTE_ADDR", ""),
            where=request.path,
            # a token is drawn in a session of two factors, and stands for it until it runs out
            sign_in=SignIn(mfa=True, at=now, seen_at=now, notice_acknowledged=True),
            scopes=frozenset(Permission(one) for one in found.scopes if one in set(Permission)),
        )
        request.acting = acting  # type: ignore[attr-defined]
        if isinstance(self.needs, Permission):
            _hold(acting, self.needs)
        return acting


class Pages(LimitOffsetPagination):
    """Lists come in pages: `items`, and in `count` how many there are in all."""

    class Input(Schema):
        """Which part of the list."""

        limit: int = Field(PAGE, ge=1, le=LONGEST_PAGE)
        offset: int = Field(0, ge=0, le=FURTHEST)


paged: Callable[[Any], Any] = paginate(Pages)
"""Give a list in pages. The rows need an order in which no two are equal, or pages overlap."""


class Operations:
    """A router whose operations each declare what they need.

    sends: the media type of an operation that answers with a file instead of `response`.
    """

    def __init__(self, *, tags: list[str]) -> None:
        self.router = Router(tags=tags)

    def _operation(
        self, method: str, path: str, needs: Permission | Open, *, sends: str = "", **options: Any
    ) -> Callable[[Any], Any]:
        def declared(function: Any) -> Any:
            function.needs, function.sends = needs, sends
            _name_types(function)
            auth = None if needs is Open.PUBLIC else TokenAuth(needs)
            made: Any = getattr(self.router, method)(path, auth=auth, **options)
            return made(function)

        return declared

    def get(self, path: str, needs: Permission | Open, **options: Any) -> Callable[[Any], Any]:
        """An operation that reads."""
        return self._operation("get", path, needs, **options)

    def post(self, path: str, needs: Permission | Open, **options: Any) -> Callable[[Any], Any]:
        """An operation that does something."""
        return self._operation("post", path, needs, **options)

    def put(self, path: str, needs: Permission | Open, **options: Any) -> Callable[[Any], Any]:
        """An operation that sets something, and may be repeated."""
        return self._operation("put", path, needs, **options)


def _name_types(function: Any) -> None:
    """Read the types of an operation where it was written; `paged`, where it then stands, knows none of their names."""
    hints, signature = get_type_hints(function, include_extras=True), inspect.signature(function)
    parameters = [one.replace(annotation=hints.get(name, one.annotation)) for name, one in signature.parameters.items()]
    function.__signature__ = signature.replace(parameters=parameters)


def _count(name: str, at: datetime, limit: int) -> None:
    """Count one more in this minute. Raises TooOften past the limit. Two at once may count as one: it is no fence."""
    minute = int(at.timestamp()) // 60
    since, before = cache.get(f"api-{name}") or (minute, 0)
    count = before + 1 if since == minute else 1
    cache.set(f"api-{name}", (minute, count), 120)
    if count > limit:
        error = TooOften(
            f"More than {limit} requests in a minute.",
            why="The site has other people to answer.",
            remedy="Wait as long as the header Retry-After says, then go on.",
        )
        error.wait = 60 - at.second
        raise error


def _wrong(request: HttpRequest, token: Token | None, at: datetime) -> NotSignedIn:
    """Record that somebody came with a wrong token. Never the token itself."""
    source = request.META.get("REMOTE_ADDR", "")
    _count(f"wrong-{source}", at, WRONG_PER_MINUTE)
    with transaction.atomic():
        append(
            entry(
                Act.ACCESS_DENY,
                Outcome.REFUSED,
                actor=NOBODY,
                source=source,
                where=request.path,
                objects=[("token", token.public_id)] if token else [],
                note="a token that is not good" if token else "an unknown token",
            )
        )
    return NotSignedIn(
        "This token is not good.",
        why="It is unknown, was withdrawn, has run out, or its account is not in use.",
        remedy="Sign in, and draw a new one on your account's page.",
    )


def _hold(who: Acting, needs: Permission) -> None:
    try:
        who.require(needs)
    except NotPermitted:
        doing = Doing(who, Act.ACCESS_DENY, [("permission", needs.value)])
        doing.outcome = Outcome.REFUSED
        record(doing)
        raise
