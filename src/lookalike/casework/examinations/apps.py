"""Blind examinations of a probe and its candidates, and the known-answer trials of the examiners."""

from __future__ import annotations

from django.apps import AppConfig


class ExaminationsConfig(AppConfig):
    """The app of this step."""

    name = "lookalike.casework.examinations"
    label = "examinations"
    default_auto_field = "django.db.models.BigAutoField"
