"""What goes to court: warrant requests, packets, their delivery, and the look back at past cases."""

from __future__ import annotations

from django.apps import AppConfig


class WarrantsConfig(AppConfig):
    """The app of this step."""

    name = "lookalike.casework.warrants"
    label = "warrants"
    default_auto_field = "django.db.models.BigAutoField"
