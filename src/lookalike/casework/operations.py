"""Operations of the REST API: who acts is settled by a token, and no operation without a declared permission exists.

router = Operations(tags=["cases"])

@router.get("cases/{public_id}", Permission.CASE_READ, response=CaseOut)
def case(request: Asked, public_id: str): ...
"""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any, get_type_hints

from django.http import HttpRequest
from ninja import Router
from ninja.security import HttpBearer

from lookalike.casework.acting import Acting, Doing, SignIn, record
from lookalike.casework.people.models import Token
from lookalike.casework.permissions import Open, Permission
from lookalike.errors import NotPermitted
from lookalike.ledger.acts import Act, Outcome


class TokenAuth(HttpBearer):
    """A bearer token of a person: `Authorization: Bearer lookalike_…`."""

    def authenticate(self, request: HttpRequest, token: str) -> Acting | None:
        """Who acts, or None for a token that is unknown, withdrawn, run out, or of an account that is not in use."""
        now = datetime.now(UTC)
        found = (
            Token.objects.select_related("person")
            .filter(sha256=hashlib.sha256(token.encode()).hexdigest(), withdrawn_at=None, expires_at__gt=now)
            .first()
        )
        if found is None:
            return None
        person = found.person
        if not person.in_use(now):
            return None
        Token.objects.filter(pk=found.pk).update(used_at=now)
        acting = Acting(
            person=person,
            roles=person.roles,
            at=now,
            source=request.META.get("REMOTE_ADDR", ""),
            where=request.path,
            # a token is drawn in a session of two factors, and stands for it until it runs out
            sign_in=SignIn(mfa=True, at=now, seen_at=now, notice_acknowledged=True),
            scopes=frozenset(Permission(one) for one in found.scopes if one in set(Permission)),
        )
        request.acting = acting  # type: ignore[attr-defined]
        return acting


class Operations:
    """A router whose operations each declare what they need."""

    def __init__(self, **options: Any) -> None:
        self.router = Router(**options)

    def _operation(self, method: str, path: str, needs: Permission | Open, **options: Any) -> Callable[[Any], Any]:
        def declared(function: Any) -> Any:
            @wraps(function)
            def guarded(request: Any, *args: Any, **kwargs: Any) -> Any:
                if isinstance(needs, Permission):
                    _hold(request.acting, needs)
                return function(request, *args, **kwargs)

            # the annotations are read where the wrapper stands, which knows none of their names
            hints = get_type_hints(function, include_extras=True)
            signature = inspect.signature(function)
            guarded.__annotations__ = hints
            guarded.__signature__ = signature.replace(  # type: ignore[attr-defined]
                parameters=[
                    one.replace(annotation=hints.get(name, one.annotation))
                    for name, one in signature.parameters.items()
                ]
            )
            guarded.needs = needs  # type: ignore[attr-defined]
            made: Any = getattr(self.router, method)(path, **options)
            return made(guarded)

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


def _hold(who: Acting, needs: Permission) -> None:
    try:
        who.require(needs)
    except NotPermitted:
        doing = Doing(who, Act.ACCESS_DENY, [("permission", needs.value)])
        doing.outcome = Outcome.REFUSED
        record(doing)
        raise
