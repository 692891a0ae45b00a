"""Requests for a search, their check, and the search itself."""

from __future__ import annotations

from django.apps import AppConfig


class SearchesConfig(AppConfig):
    """The app of this step."""

    name = "lookalike.casework.searches"
    label = "searches"
    default_auto_field = "django.db.models.BigAutoField"
