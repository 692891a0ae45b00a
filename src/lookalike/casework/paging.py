"""Long lists, a page at a time."""

from __future__ import annotations

from typing import Any, TypeVar

from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet

from lookalike.casework.pages import Asked

Row = TypeVar("Row", bound=Model)

A_PAGE = 50


class _Pages(Paginator[Any]):
    """Pages of rows in an order. Past the first, the page's keys are found and then its rows: what lies before a page
    is walked in an index, without the tables that are joined to it and without what is stored beside its rows.
    """

    def page(self, number: int | str) -> Page[Any]:
        """One page."""
        page = super().page(number)
        if page.number > 1:
            rows: Any = page.object_list
            keys = list(rows.values_list("pk", flat=True))
            found = {row.pk: row for row in self.object_list.filter(pk__in=keys).order_by()}  # type: ignore[attr-defined]
            page.object_list = [found[key] for key in keys if key in found]
        return page


def page_of(request: Asked, rows: QuerySet[Row]) -> Page[Row]:
    """The page of a list that an address asks for in `?page=`, or the nearest that there is. rows: in their order."""
    return _Pages(rows, A_PAGE).get_page(request.GET.get("page"))
