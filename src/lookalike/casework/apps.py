"""What the steps of a case share, as a Django app: the ledger's tables, stored files, long work."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CaseworkConfig(AppConfig):
    """The ground under the apps of the steps."""

    name = "lookalike.casework"
    label = "casework"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Have each app tell what waits for somebody (`waiting.py`), how far a case is on its way to court (`way.py`),
        and what is to be done regularly (`regular.py`).
        """
        autodiscover_modules("waiting")
        autodiscover_modules("way")
        autodiscover_modules("regular")
