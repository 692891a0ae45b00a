"""Who acts when nobody sits at the desk: the account of the desk itself, which nobody can sign in to."""

from __future__ import annotations

from datetime import datetime

from lookalike.casework.acting import Acting
from lookalike.casework.people.models import Agency, Person
from lookalike.errors import SiteNotReady
from lookalike.protocol.vocabulary import Role

USERNAME = "gallery-desk"


def desk(at: datetime, *, where: str) -> Acting:
    """The desk at work on what came in by itself, as a custodian. Raises SiteNotReady without an agency."""
    agency = Agency.objects.filter(own=True).first()
    if agency is None:
        raise SiteNotReady("The site has no agency yet.", remedy="Name the agency first; then bookings can come in.")
    person, made = Person.objects.get_or_create(
        username=USERNAME,
        defaults={"name": "The gallery desk", "agency": agency, "is_active": False, "made_at": at},
    )
    if made:
        person.set_unusable_password()
        person.save(update_fields=["password"])
    return Acting(person=person, roles=frozenset({Role.CUSTODIAN}), at=at, source="worker", where=where)
