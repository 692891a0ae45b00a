"""The addresses of this step."""

from __future__ import annotations

from lookalike.casework.bookings import views
from lookalike.casework.pages import route

urlpatterns = [
    route("bookings/", views.bookings, name="bookings"),
    route("health/", views.health, name="health"),
]
