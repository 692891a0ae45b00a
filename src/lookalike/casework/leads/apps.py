"""What a supervisor answers for: a lead and its sheet, or no lead."""

from __future__ import annotations

from django.apps import AppConfig


class LeadsConfig(AppConfig):
    """The app of this step."""

    name = "lookalike.casework.leads"
    label = "leads"
    default_auto_field = "django.db.models.BigAutoField"
