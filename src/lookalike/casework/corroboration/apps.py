"""Evidence beside a face search: what there is for and against, and what it came from."""

from __future__ import annotations

from django.apps import AppConfig


class CorroborationConfig(AppConfig):
    """The app of this step."""

    name = "lookalike.casework.corroboration"
    label = "corroboration"
    default_auto_field = "django.db.models.BigAutoField"
