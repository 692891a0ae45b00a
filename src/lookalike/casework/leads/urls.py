"""The addresses of this step."""

from __future__ import annotations

from lookalike.casework.leads import views
from lookalike.casework.pages import route

urlpatterns = [
    route("leads/", views.leads, name="leads"),
]
