"""Who works here: accounts, roles, training, sign-in, and the law that the agency has put in force."""

from __future__ import annotations

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """The app of this step."""

    name = "lookalike.casework.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell what waits for an administrator."""
        from lookalike.casework.people import tasks
        from lookalike.casework.waiting import register

        register(tasks.waiting)
