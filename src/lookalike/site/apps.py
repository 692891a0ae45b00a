"""The frame of the site, as a Django app: its templates and static files."""

from __future__ import annotations

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """The frame."""

    name = "lookalike.site"
    label = "lookalike_site"
