"""The gallery desk: bookings that come in, their photographs and status, and the health of the gallery."""

from __future__ import annotations

from django.apps import AppConfig


class BookingsConfig(AppConfig):
    """The app of this step."""

    name = "lookalike.casework.bookings"
    label = "bookings"
    default_auto_field = "django.db.models.BigAutoField"
