"""The addresses of this step."""

from __future__ import annotations

from lookalike.casework.pages import route
from lookalike.casework.searches import views

urlpatterns = [
    route("requests/", views.requests, name="requests"),
]
