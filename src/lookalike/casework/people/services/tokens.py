"""Tokens for the API: drawn in a session of two factors, limited to scopes, running out, withdrawn."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import timedelta

from lookalike.casework.acting import Acting, act
from lookalike.casework.people.models import Person, Token
from lookalike.casework.people.services.accounts import bad_form
from lookalike.casework.people.services.sign_in import require_in_use
from lookalike.casework.permissions import Permission
from lookalike.errors import NotNow, NotPermitted
from lookalike.ledger.acts import Act

LONGEST = 90
"""Days for which a token can be drawn at most."""


def make_token(who: Acting, *, name: str, scopes: Iterable[Permission], days: int) -> tuple[Token, str]:
    """Draw a token. Returns it and its secret, which is known only now.

    Raises NotPermitted with a token, without a second factor, or where the account or its password ended meanwhile;
    BadForm for scopes that the person does not hold.
    """
    if who.scopes is not None or who.sign_in is None or not who.sign_in.mfa:
        raise NotPermitted(
            "A token is drawn by a person who has signed in with two factors.",
            why="A token that draws tokens would never run out.",
            remedy="Sign in, and draw it on your account's page.",
        )
    wanted = sorted(set(scopes))
    if not wanted or not set(wanted) <= who.permissions:
        raise bad_form("scopes", "Choose at least one, of those that your roles give you.")
    if not 1 <= days <= LONGEST:
        raise bad_form("days", f"A token lasts 1 to {LONGEST} days.")
    secret = f"lookalike_{secrets.token_urlsafe(32)}"
    with act(who, Act.TOKEN_MAKE) as doing:
        person = Person.objects.select_for_update().get(pk=who.person.pk)
        require_in_use(person, who.at)
        if person.password != who.person.password:  # what ended with the old one does not begin again
            raise NotPermitted("Your password was changed meanwhile. Nothing was drawn.", remedy="Sign in again.")
        token = Token.objects.create(
            person=who.person,
            name=name.strip(),
            sha256=hashlib.sha256(secret.encode()).hexdigest(),
            scopes=[scope.value for scope in wanted],
            made_at=who.at,
            expires_at=who.at + timedelta(days=days),
        )
        doing.about("token", token.public_id)
        doing.note(f"Scopes: {', '.join(token.scopes)}. {days} days.")
    return token, secret


def withdraw_token(who: Acting, token: Token) -> None:
    """Withdraw a token: at once, for good. Raises NotPermitted with a token, NotNow where it was withdrawn."""
    if who.scopes is not None:
        raise NotPermitted("A token withdraws no token.", remedy="Sign in, and withdraw it on your account's page.")
    with act(who, Act.TOKEN_REVOKE, objects=[("token", token.public_id)]):
        if not Token.objects.filter(pk=token.pk, withdrawn_at=None).update(withdrawn_at=who.at):
            raise NotNow("This token was withdrawn already.")
