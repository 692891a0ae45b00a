"""Accounts: made, taken up with a one-time link, changed, locked and released, disabled; roles given and taken back.

Source: CJIS Security Policy v5.9.5, AC-2, AC-6, IA-5.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from lookalike.casework.acting import Acting, act
from lookalike.casework.people.models import Agency, FailedSignIn, OneTimeLink, Person, RoleHeld
from lookalike.casework.people.services.roles import forbidden_pairs
from lookalike.casework.people.services.sign_in import end_access_of, end_sessions_of, name_digest, require_in_use
from lookalike.casework.permissions import Permission
from lookalike.errors import BadForm, NotNow, NotPermitted, NotThere
from lookalike.ledger.acts import Act
from lookalike.protocol.vocabulary import Role

USERNAME = re.compile(r"[a-z][a-z0-9._-]{1,59}")
LONGEST = timedelta(days=3653)
"""How far ahead a temporary account may end."""

LINK = timedelta(hours=72)
"""How long a one-time link can be used (AC-2(2) allows a temporary way in for that long)."""


def make_account(
    who: Acting,
    *,
    username: str,
    name: str,
    agency: Agency,
    office: str = "",
    expires_at: datetime | None = None,
    roles: frozenset[Role] = frozenset(),
) -> tuple[Person, str]:
    """Make an account and the code of the link with which its owner takes it up. The code is known only now.

    Raises BadForm for a name that is taken or has another form, and for roles that one person may not hold.
    """
    who.require(Permission.ACCOUNT_MANAGE)
    _temporary(expires_at, who.at)
    username = username.strip().lower()
    if not USERNAME.fullmatch(username):
        raise bad_form("username", "A name to sign in with has 2 to 60 letters a to z, digits, dots, dashes.")
    together = forbidden_pairs(roles)
    if together:
        raise bad_form("roles", *together)
    try:
        with act(who, Act.ACCOUNT_MAKE) as doing:
            with transaction.atomic():
                person = Person(
                    username=username,
                    name=name.strip(),
                    agency=agency,
                    office=office,
                    made_at=who.at,
                    expires_at=expires_at,
                )
                person.set_unusable_password()
                person.save()
            doing.about("account", person.public_id)
            for role in sorted(roles):
                RoleHeld.objects.create(person=person, role=role.value, since=who.at, by=who.person)
            if roles:
                doing.note(f"Roles: {', '.join(sorted(roles))}.")
            code = new_link(person, who.at)
    except IntegrityError as error:
        raise bad_form("username", "Somebody has this name already.") from error
    return person, code


def _temporary(expires_at: datetime | None, at: datetime) -> None:
    """Refuse an end that nobody means, e.g. in the year 9999, where a change of time zone leaves the calendar."""
    if expires_at is not None and expires_at > at + LONGEST:
        raise bad_form("expires_at", "A temporary account ends within ten years. Leave it empty for one that stays.")


def draw_link(who: Acting, person: Person) -> str:
    """A new one-time link for somebody; earlier ones no longer work. Returns its code, which is known only now."""
    with changing(who, person, Act.ACCOUNT_CHANGE, "One-time link drawn.") as row:
        if row.disabled_at is not None:
            raise NotNow("The account is disabled.", remedy="Put it in use again first.")
        return new_link(row, who.at)


def new_link(person: Person, at: datetime) -> str:
    """Draw the code of a link inside another act; earlier ones no longer work."""
    code = secrets.token_urlsafe(32)
    person.links.filter(used_at=None).update(used_at=at)
    OneTimeLink.objects.create(person=person, code_sha256=_digest(code), made_at=at, expires_at=at + LINK)
    return code


def link_of(code: str, at: datetime) -> OneTimeLink:
    """The link of a code. Raises NotThere, told alike for one that never was, was used, or has run out."""
    link = (
        OneTimeLink.objects.select_related("person")
        .filter(code_sha256=_digest(code), used_at=None, expires_at__gt=at)
        .first()
    )
    if link is None or link.person.disabled_at is not None:
        raise NotThere(
            "This link does not work.",
            why="It was used already, a newer one was drawn, or 72 hours have passed.",
            remedy="Ask the administrator for a new one.",
        )
    return link


def take_up(code: str, password: str, *, at: datetime, source: str, where: str) -> Person:
    """Set the password of an account with a one-time link. Raises NotThere, and BadForm for a password that is weak."""
    person = link_of(code, at).person
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise BadForm("This password cannot be used.", remedy=" ".join(error.messages)) from error
    who = Acting(person=person, roles=person.roles, at=at, source=source, where=where)
    with act(who, Act.AUTHENTICATOR_CHANGE, objects=[("account", person.public_id)]) as doing:
        row = Person.objects.select_for_update().get(pk=person.pk)  # before its links, as wherever they are drawn
        if not OneTimeLink.objects.filter(code_sha256=_digest(code), used_at=None).update(used_at=at):
            raise NotNow("This link was used already.", remedy="Ask the administrator for a new one.")
        row.set_password(password)
        row.seen_at = at
        row.save(update_fields=["password", "seen_at"])
        doing.objects += end_access_of(row, at, "new password")
        doing.note("Password set with a one-time link.")
    return row


def change_account(
    who: Acting, person: Person, *, name: str, agency: Agency, office: str, expires_at: datetime | None
) -> None:
    """Correct what stands of somebody: name, agency, office, when the account ends."""
    _temporary(expires_at, who.at)
    with changing(who, person, Act.ACCOUNT_CHANGE, "Name, agency, office or end changed.") as row:
        row.name, row.agency, row.office, row.expires_at = name.strip(), agency, office, expires_at
        row.save(update_fields=["name", "agency", "office", "expires_at"])


def release(who: Acting, person: Person) -> None:
    """Release an account that five failed sign-ins locked (AC-7). Raises NotNow where it is not locked."""
    with changing(who, person, Act.ACCOUNT_RELEASE) as row:
        if row.locked_at is None:
            raise NotNow(f"The account of {row.name} is not locked.", remedy="Look at the account again.")
        row.locked_at = None
        row.save(update_fields=["locked_at"])
        FailedSignIn.objects.filter(username=name_digest(row.username)).delete()


def disable(who: Acting, person: Person, reason: str) -> None:
    """Take an account out of use, at once, with every session and token. Raises NotNow where it is, or is one's own."""
    with act(who, Act.ACCOUNT_DISABLE, objects=[("account", person.public_id)]) as doing:
        row = held(who, person)
        if row.pk == who.person.pk:
            raise NotNow("This is your own account.", remedy="Have another administrator disable it.")
        if row.disabled_at is not None:
            raise NotNow(f"The account of {row.name} is disabled already.")
        row.disabled_at, row.disabled_because = who.at, reason.strip()
        row.save(update_fields=["disabled_at", "disabled_because"])
        row.links.filter(used_at=None).update(used_at=who.at)
        doing.objects += end_access_of(row, who.at, "account disabled")


def enable(who: Acting, person: Person) -> None:
    """Put a disabled account in use again."""
    with changing(who, person, Act.ACCOUNT_CHANGE, "In use again.") as row:
        if row.disabled_at is None:
            raise NotNow(f"The account of {row.name} is in use.")
        if row.expires_at is not None and row.expires_at <= who.at:
            raise NotNow("The temporary account has ended.", remedy="Change its end first.")
        row.disabled_at, row.disabled_because, row.seen_at = None, "", who.at
        row.save(update_fields=["disabled_at", "disabled_because", "seen_at"])


def give_role(who: Acting, person: Person, role: Role) -> None:
    """Give a role. Raises BadForm where one person may not hold it beside the others, or it would be one's own."""
    with changing(who, person, Act.ACCESS_GRANT, f"Role: {role}.") as row:
        if row.pk == who.person.pk:
            raise NotPermitted("Nobody gives a role to themselves.", remedy="Ask another administrator.")
        together = forbidden_pairs(row.roles | {role})
        if together:
            raise bad_form("role", *together)
        if role in row.roles:
            raise NotNow(f"{row.name} holds this role already.")
        RoleHeld.objects.create(person=row, role=role.value, since=who.at, by=who.person)
        end_sessions_of(row, who.at, "roles changed")


def take_role(who: Acting, person: Person, role: Role) -> None:
    """Take a role back. Raises NotNow where it is not held, or the site would be left without an administrator."""
    with changing(who, person, Act.ACCESS_REVOKE, f"Role: {role}.") as row:
        if role is Role.ADMINISTRATOR and row.pk == who.person.pk:
            raise NotNow("This is your own role.", remedy="Have another administrator take it back.")
        held = row.roles_held.filter(role=role.value, until=None)
        if not held.update(until=who.at, until_by=who.person):
            raise NotNow(f"{row.name} does not hold this role.")
        end_sessions_of(row, who.at, "roles changed")


def forget_factors(who: Acting, person: Person) -> None:
    """Take away every second factor of somebody who has lost it; a new one is asked for at the next sign-in.

    Tokens were drawn with what is lost: they end like the sessions.
    """
    with act(who, Act.AUTHENTICATOR_CHANGE, objects=[("account", person.public_id)]) as doing:
        row = held(who, person)
        if not Authenticator.objects.filter(user=row).delete()[0]:
            raise NotNow(f"{row.name} has no second factor.")
        doing.objects += end_access_of(row, who.at, "second factors taken away")
        doing.note("Second factors taken away: lost.")


def link_subject(who: Acting, person: Person, provider: str, subject: str) -> None:
    """Let somebody sign in through the agency's own sign-in (OIDC). subject: their name there; empty: no longer."""
    try:
        with changing(who, person, Act.AUTHENTICATOR_CHANGE, "Sign-in through the agency changed.") as row:
            SocialAccount.objects.filter(user=row, provider=provider).delete()
            if subject.strip():
                with transaction.atomic():
                    SocialAccount.objects.create(user=row, provider=provider, uid=subject.strip())
            end_sessions_of(row, who.at, "sign-in changed")
    except IntegrityError as error:
        raise bad_form("subject", "Another account has this subject already.") from error


@contextmanager
def changing(who: Acting, person: Person, name: Act, note: str = "") -> Iterator[Person]:
    """An act on one account: its row, `held` until the act is done."""
    with act(who, name, objects=[("account", person.public_id)]) as doing:
        if note:
            doing.note(note)
        yield held(who, person)


def held(who: Acting, person: Person) -> Person:
    """Inside an act on an account: its row, locked, and so is whoever acts, who has to be in use and permitted still.

    Of two administrators who put each other out, the second is refused: one is always left. Raises NotPermitted.
    """
    both = Person.objects.select_for_update().filter(pk__in=[who.person.pk, person.pk]).order_by("pk")
    rows = {row.pk: row for row in both}
    self = rows[who.person.pk]
    require_in_use(self, who.at)
    replace(who, person=self, roles=self.roles).require(Permission.ACCOUNT_MANAGE)
    return rows[person.pk]


def bad_form(field: str, *sentences: str) -> BadForm:
    """What was filled in cannot be used, and where."""
    error = BadForm(" ".join(sentences), remedy="Correct it and send it again.")
    error.fields = {field: list(sentences)}
    return error


def _digest(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
