"""A unit that may search, for those who ask over the network."""

from __future__ import annotations

from tests.casework.conftest import acting, agency, django_db_setup, law, now, signed_in, someone
from tests.casework.searches.conftest import booked, county, probe_name, robbery, still_of, unit, wanted
from tests.site.test_api import drawn

__all__ = [
    "acting",
    "agency",
    "booked",
    "county",
    "django_db_setup",
    "drawn",
    "law",
    "now",
    "probe_name",
    "robbery",
    "signed_in",
    "someone",
    "still_of",
    "unit",
    "wanted",
]
