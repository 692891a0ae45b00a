"""The agency's volunteers, who serve as mock witnesses and have no part in any case."""

from __future__ import annotations

from django.db import IntegrityError

from lookalike.casework.acting import Acting, act
from lookalike.casework.cases.models import Case
from lookalike.casework.corroboration.hands import wrong
from lookalike.casework.lineups.models import Volunteer
from lookalike.casework.people.models import Person
from lookalike.casework.permissions import Permission
from lookalike.errors import NotNow
from lookalike.ledger.acts import Act
from lookalike.protocol.persons import person_of


def add_volunteer(who: Acting, *, name: str, email: str) -> Volunteer:
    """Keep a volunteer. One address is one volunteer; nobody with an account here is one. Raises BadForm."""
    who.require(Permission.VOLUNTEER_KEEP)
    name, email = name.strip(), email.strip().lower()
    if not name:
        raise wrong("A name is missing.", name="Give the volunteer's name.")
    if email and Person.objects.filter(email__iexact=email).exists():
        raise wrong(
            "This is somebody who has an account here.",
            email="A mock witness has no part in any case: whoever works here is none.",
        )
    twice = wrong("This volunteer is kept already.", email="One address is one volunteer.")
    if email and Volunteer.objects.filter(email=email, ended_at=None).exists():
        raise twice
    try:
        with act(who, Act.LINEUP_TEST) as doing:
            made = Volunteer.objects.create(name=name, email=email, added_by=who.person, added_at=who.at)
            doing.about("volunteer", made.public_id)
            doing.note("A volunteer was added.")
    except IntegrityError as error:
        raise twice from error
    return made


def end_volunteer(who: Acting, volunteer: Volunteer) -> Volunteer:
    """Have a volunteer serve no more. Raises NotNow where they already do not."""
    who.require(Permission.VOLUNTEER_KEEP)
    with act(who, Act.LINEUP_TEST, objects=[("volunteer", volunteer.public_id)]) as doing:
        row = Volunteer.objects.select_for_update().get(pk=volunteer.pk)
        if row.ended_at is not None:
            raise NotNow("This volunteer serves no more already.", remedy="Open the list again.")
        row.ended_at = who.at
        row.save(update_fields=["ended_at"])
        doing.note("A volunteer serves no more.")
    return row


def apart_from(case: Case) -> list[Volunteer]:
    """The volunteers who can serve for a lineup of a case: not its parties by name, nobody with an account here."""
    names = {person_of(one) for one in case.parties.values_list("name", flat=True)}
    emails = {one.lower() for one in Person.objects.exclude(email="").values_list("email", flat=True)}
    rows = Volunteer.objects.filter(ended_at=None).order_by("name", "pk")
    return [one for one in rows if person_of(one.name) not in names and one.email not in emails]
