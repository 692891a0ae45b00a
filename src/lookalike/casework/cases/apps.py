"""Cases, what witnesses said, exhibits and the stills that are chosen from them."""

from __future__ import annotations

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """The app of this step."""

    name = "lookalike.casework.cases"
    label = "cases"
    default_auto_field = "django.db.models.BigAutoField"
