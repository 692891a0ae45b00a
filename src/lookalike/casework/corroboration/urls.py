"""The addresses of a case's evidence."""

from __future__ import annotations

from lookalike.casework.cases import views
from lookalike.casework.pages import route

urlpatterns = [
    route("parties/<str:public_id>/", views.case, name="party"),
    route("evidence/<str:public_id>/", views.case, name="item"),
]
