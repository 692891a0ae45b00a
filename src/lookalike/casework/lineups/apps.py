"""Lineups: witnesses, fillers, the mock-witness test, the holding, and its report."""

from __future__ import annotations

from django.apps import AppConfig


class LineupsConfig(AppConfig):
    """The app of this step."""

    name = "lookalike.casework.lineups"
    label = "lineups"
    default_auto_field = "django.db.models.BigAutoField"
