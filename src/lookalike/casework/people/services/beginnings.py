"""The first account, and the way back in: done by whoever stands at the machine, before or beside any sign-in."""

from __future__ import annotations

from datetime import datetime

from allauth.socialaccount.models import SocialAccount
from django.db import transaction

from lookalike.casework.people.models import Agency, FailedSignIn, Person, RoleHeld
from lookalike.casework.people.services.accounts import new_link
from lookalike.casework.people.services.entries import SITE, append, entry
from lookalike.casework.people.services.sign_in import name_digest
from lookalike.errors import NotThere
from lookalike.ledger.acts import Act, Outcome
from lookalike.protocol.vocabulary import AgencyKind, Role

HERE = "command line"


def own_agency(*, id: str, name: str, jurisdiction: str) -> bool:
    """Name the agency whose site this is, where that was not done yet. Returns whether it was done now."""
    with transaction.atomic():
        told = {"id": id, "name": name, "jurisdiction": jurisdiction, "kind": AgencyKind.LAW_ENFORCEMENT.value}
        _, made = Agency.objects.get_or_create(own=True, defaults=told)
        if made:
            _record(Act.AGENCY_CHANGE, ("agency", id), "Named when the site was made.")
    return made


def first_administrator(at: datetime) -> tuple[Person, str] | None:
    """An administrator and the code of a one-time link, where nobody who could sign in is one; else None.

    An administrator who has never taken up the account gets a new link.
    """
    with transaction.atomic():
        own = Agency.objects.select_for_update(no_key=True).get(own=True)  # one start of the site at a time
        held = Person.objects.filter(roles_held__role=Role.ADMINISTRATOR.value, roles_held__until=None).order_by("pk")
        in_use = [person for person in held if person.in_use(at)]
        linked = SocialAccount.objects.filter(user__in=in_use).exists()
        if linked or any(person.has_usable_password() for person in in_use):
            return None
        if in_use:
            person = in_use[0]
            _record(Act.ACCOUNT_CHANGE, ("account", person.public_id), "One-time link drawn.")
        else:
            person = Person(
                username=_free("administrator"),
                name="Administrator",
                agency=own,
                made_at=at,
            )
            person.set_unusable_password()
            person.save()
            RoleHeld.objects.create(person=person, role=Role.ADMINISTRATOR.value, since=at)
            _record(Act.ACCOUNT_MAKE, ("account", person.public_id), "Roles: administrator. There was none.")
        return person, new_link(person, at)


def way_in(username: str, at: datetime) -> tuple[Person, str]:
    """A one-time link for somebody, drawn at the machine; a lock is released with it. Raises NotThere."""
    with transaction.atomic():
        name = username.strip().lower()
        person = Person.objects.select_for_update().filter(username=name, disabled_at=None).first()
        if person is None:
            raise NotThere(
                f"There is no account {username!r} that is in use.",
                remedy="Start the site: it makes an administrator where there is none. Others are the administrator's.",
            )
        person.locked_at = None
        person.save(update_fields=["locked_at"])
        FailedSignIn.objects.filter(username=name_digest(name)).delete()
        _record(Act.ACCOUNT_RELEASE, ("account", person.public_id), "Released, and a one-time link drawn.")
        return person, new_link(person, at)


def _free(name: str) -> str:
    taken = set(Person.objects.filter(username__startswith=name).values_list("username", flat=True))
    numbered = (f"{name}-{number}" for number in range(2, len(taken) + 3))
    return next(one for one in (name, *numbered) if one not in taken)


def _record(act: Act, thing: tuple[str, str], note: str) -> None:
    append(entry(act, Outcome.DONE, actor=SITE, source=SITE, where=HERE, objects=[thing], note=note))
