"""What people change of how they sign in: passwords and second factors, each in one transaction with its entry."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import wraps
from typing import Any

from allauth.account.signals import password_changed
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponseBase

from lookalike.casework.acting import Acting, Doing, record
from lookalike.casework.people.entrance import session as ours
from lookalike.casework.people.models import Person
from lookalike.casework.people.services import sign_in
from lookalike.ledger.acts import Act

READS = frozenset({"GET", "HEAD", "OPTIONS"})
WORDS = {"totp": "app for codes", "webauthn": "passkey", "recovery_codes": "recovery codes"}


def recorded(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A view of allauth that changes how somebody signs in: the account is held, and what was changed is recorded.

    allauth tells of some changes only when they are committed. So what there was and what there is are compared.
    """

    @wraps(view)
    def whole(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method in READS:
            return view(request, *args, **kwargs)
        with transaction.atomic():
            who = ours.acting(request, datetime.now(UTC))
            person = sign_in.still_signed_in(who, request.session[ours.SESSION])
            request.user = person  # as it is now: what is saved of it overwrites nothing
            before = _factors(person)
            answer = view(request, *args, **kwargs)
            after = _factors(person)
            notes = _changes(before, after)
            if notes:
                _record(who, notes)
        if any(kind != Authenticator.Type.RECOVERY_CODES for kind, _ in _only(after, before)):
            request.session[ours.FACTORS] = 2  # whoever enrolled a factor has just used it
        return answer

    return whole


@receiver(password_changed)
def another_password(request: HttpRequest, user: Person, **more: Any) -> None:
    """A password was changed, in `recorded`: every other session ends, and every token."""
    who = ours.acting(request, datetime.now(UTC))
    tokens = sign_in.end_access_of(user, who.at, "new password", keep=request.session[ours.SESSION])
    _record(who, ["Password changed."], tokens)


Factors = dict[int, tuple[str, Any]]


def _factors(person: Person) -> Factors:
    """Kind and contents of the second factors of somebody, by number."""
    rows = Authenticator.objects.filter(user=person).order_by("pk")
    return {row.pk: (row.type, row.data) for row in rows}


def _only(some: Factors, others: Factors) -> list[tuple[str, Any]]:
    return [factor for number, factor in some.items() if number not in others]


def _changes(before: Factors, after: Factors) -> list[str]:
    """What was changed, in words."""
    added, gone = [kind for kind, _ in _only(after, before)], [kind for kind, _ in _only(before, after)]
    told = [f"{'Drawn anew' if kind in gone else 'Enrolled'}: {WORDS[kind]}." for kind in added]
    told += [f"Taken away: {WORDS[kind]}." for kind in gone if kind not in added]
    both = before.keys() & after.keys()
    return told + [f"Renamed: {WORDS[after[one][0]]}." for one in sorted(both) if before[one] != after[one]]


def _record(who: Acting, notes: Sequence[str], objects: Sequence[tuple[str, str]] = ()) -> None:
    doing = Doing(who, Act.AUTHENTICATOR_CHANGE, [("account", who.person.public_id), *objects])
    for note in notes:
        doing.note(note)
    record(doing)
