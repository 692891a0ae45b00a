"""How an empty home becomes a site, and what has to be looked after while it runs."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime

from lookalike.errors import SiteNotReady
from lookalike.ledger.checkpoint import is_origin
from lookalike.site.home import Home

SETTINGS = "lookalike.site.settings"


@dataclass(frozen=True, slots=True)
class Made:
    """What was made. username, code: of an administrator who has to be taken up; "" where there is one already."""

    new: bool
    username: str
    code: str


def make(home: Home, *, origin: str, agency: str, jurisdiction: str, at: datetime) -> Made:
    """Make what is not there yet: folders, keys, tables, the ledger, the agency, an administrator.

    Done again it changes nothing, but brings the tables up to date. Raises SiteNotReady.
    """
    if not is_origin(origin):
        raise SiteNotReady(
            f"{origin!r} cannot be the name of a ledger.",
            remedy="Write it as an address without its scheme, for example records.example.org/lookalike.",
        )
    home.make()
    set_up()
    from django.core.management import call_command
    from django.db import DatabaseError

    try:
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
    except DatabaseError as error:
        raise SiteNotReady(
            f"The database cannot be used: {str(error).strip()}",
            remedy="See LOOKALIKE_DATABASE, and that the database runs and may be written.",
        ) from error
    from lookalike.casework.people.services import beginnings
    from lookalike.casework.people.services.sign_in import disable_unused
    from lookalike.casework.recording import begin_ledger

    new = begin_ledger(origin)
    beginnings.own_agency(id="own", name=agency, jurisdiction=jurisdiction)
    disable_unused(at)
    first = beginnings.first_administrator(at)
    return Made(new, first[0].username if first else "", first[1] if first else "")


def set_up() -> None:
    """Load Django with the site's settings, once."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    django.setup()
