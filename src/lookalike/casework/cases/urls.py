"""The addresses of this step."""

from __future__ import annotations

from lookalike.casework.cases import views
from lookalike.casework.pages import route

urlpatterns = [
    route("cases/", views.cases, name="cases"),
]
