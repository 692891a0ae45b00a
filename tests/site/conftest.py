"""The people and papers of the casework tests, for the frame around them."""

from __future__ import annotations

from tests.casework.conftest import acting, agency, django_db_setup, law, now, signed_in, someone

__all__ = ["acting", "agency", "django_db_setup", "law", "now", "signed_in", "someone"]
