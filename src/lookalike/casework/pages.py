"""Views and routes: no view without a declared permission can be routed, and every error becomes its page.

@page(Permission.CASE_READ)
def case(request, number): ...

urlpatterns = [route("cases/<number>/", case, name="case")]
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

from django.core.exceptions import ImproperlyConfigured
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from lookalike.casework.acting import Acting
from lookalike.casework.permissions import Open, Permission
from lookalike.errors import NotThere

Row = TypeVar("Row", bound=Model)
View = TypeVar("View", bound=Callable[..., HttpResponseBase])


@dataclass(frozen=True, slots=True)
class Marks:
    """How the door treats a view, beside its permission.

    polled: asked by a page, not by a person. fresh: only shortly after signing in, or after saying again who one is.
    notice: public, but after the notice of use. enrolling: open to somebody who has no second factor yet.
    """

    polled: bool = False
    fresh: bool = False
    notice: bool = False
    enrolling: bool = False


class Asked(HttpRequest):
    """A request as views get it. acting: who asks, set by the site's middleware; only public pages may find None."""

    acting: Acting
    htmx: Any


def page(
    needs: Permission | Open,
    *,
    methods: tuple[str, ...] = ("GET", "HEAD"),
    keep: bool = False,
    polled: bool = False,
    **marks: bool,
) -> Callable[[View], View]:
    """Declare what a view needs; the site's middleware enforces it before the view is called.

    methods: the HTTP methods that it answers. keep: browsers may keep the page (public, unchanging content only).
    polled: the page asks for it by itself, which is no activity of the person. marks: what `Marks` names besides.
    """
    marked = Marks(polled=polled, **marks)

    def declared(view: View) -> View:
        guarded: Any = require_http_methods(list(methods))(view if keep else never_cache(view))
        wrapped: Any = wraps(view)(guarded)
        wrapped.needs, wrapped.marks = needs, marked
        return wrapped  # type: ignore[no-any-return]

    return declared


def route(
    pattern: str, view: Callable[..., HttpResponseBase], *, name: str, given: Mapping[str, Any] | None = None
) -> URLPattern:
    """A route to a view. Raises ImproperlyConfigured for a view that has not declared what it needs."""
    if not isinstance(getattr(view, "needs", None), Permission | Open):
        raise ImproperlyConfigured(
            f"{view.__module__}.{view.__qualname__} has no @page(...): a view without a permission is not routed."
        )
    return path(pattern, view, dict(given or {}), name=name)


def found(rows: QuerySet[Row], **keys: Any) -> Row:
    """The one row of these keys that somebody may see. Raises NotThere, told alike for none and not yours."""
    hostile = any(isinstance(value, str) and "\0" in value for value in keys.values())  # PostgreSQL takes no NUL
    row = None if hostile else rows.filter(**keys).first()
    if row is None:
        raise NotThere(
            "There is nothing at this address for you.",
            why="The address is wrong, or it belongs to a case you do not work on.",
            remedy="Check the address, or ask whoever sent it to you.",
        )
    return row
