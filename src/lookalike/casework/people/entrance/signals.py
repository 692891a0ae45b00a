"""Entries of what somebody changes on their own authenticators."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from allauth.account.signals import password_changed
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from django.dispatch import receiver

from lookalike.casework.acting import Doing, record
from lookalike.casework.people.entrance import session as ours
from lookalike.ledger.acts import Act


@receiver(authenticator_added)
def added(request: Any, authenticator: Authenticator, **more: Any) -> None:
    """A second factor was enrolled; whoever did has just used it."""
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        request.session[ours.FACTORS] = 2
    _record(request, f"Enrolled: {_word(authenticator)}.")


@receiver(authenticator_removed)
def removed(request: Any, authenticator: Authenticator, **more: Any) -> None:
    """A second factor was taken away."""
    _record(request, f"Taken away: {_word(authenticator)}.")


@receiver(authenticator_reset)
def drawn_anew(request: Any, authenticator: Authenticator, **more: Any) -> None:
    """Recovery codes were drawn anew."""
    _record(request, f"Drawn anew: {_word(authenticator)}.")


@receiver(password_changed)
def another_password(request: Any, user: Any, **more: Any) -> None:
    """A password was changed: every other session ends."""
    who = ours.acting(request, datetime.now(UTC))
    others = user.sessions.exclude(public_id=request.session.get(ours.SESSION, ""))
    others.filter(ended_at=None).update(ended_at=who.at, ended_because="new password")
    _record(request, "Password changed.")


def _record(request: Any, note: str) -> None:
    who = ours.acting(request, datetime.now(UTC))
    doing = Doing(who, Act.AUTHENTICATOR_CHANGE, [("account", who.person.public_id)])
    doing.note(note)
    record(doing)


def _word(authenticator: Authenticator) -> str:
    words = {"totp": "app for codes", "webauthn": "passkey", "recovery_codes": "recovery codes"}
    return words.get(str(authenticator.type), "second factor")
