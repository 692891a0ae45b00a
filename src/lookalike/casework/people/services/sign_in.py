"""Signing in and out: attempts counted, accounts locked, sessions opened and ended, each with its entry.

Every attempt is written down before the secret is looked at, so that a hundred at once are five guesses and no more.
Source: CJIS Security Policy v5.9.5, AC-2(3), AC-7, AU-2, IA-11.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.crypto import salted_hmac

from lookalike.casework.acting import Acting, Doing, act, record
from lookalike.casework.people.models import FailedSignIn, OpenSession, Person
from lookalike.casework.people.services.entries import NOBODY, SITE, append, entry
from lookalike.errors import NotPermitted
from lookalike.ledger.acts import Act, Outcome

FAILURES = 5
WINDOW = timedelta(minutes=15)
UNUSED = timedelta(days=90)
LONGEST_SESSION = timedelta(hours=12)
"""AC-7: five failures within fifteen minutes. AC-2(3): an account that nobody used for ninety days. IA-11."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """Somebody tries to sign in as `person`, or under a name that nobody has. may: False, whatever the secret is."""

    person: Person | None
    may: bool
    row: int
    source: str
    where: str


def name_digest(name: str) -> str:
    """What is kept of a name that was typed: 40 hexadecimal digits under the site's key."""
    plain = unicodedata.normalize("NFKC", name).strip().lower()
    return salted_hmac("lookalike.sign-in", plain, algorithm="sha256").hexdigest()[:40]


def attempt(name: str, *, at: datetime, source: str, where: str) -> Attempt:
    """Begin to sign in under a name, known or not. `passed` or `failed` has to follow."""
    key = name_digest(name)
    with transaction.atomic():
        person = Person.objects.select_for_update().filter(username=name.strip().lower()).first()
        FailedSignIn.objects.filter(at__lt=at - timedelta(days=1)).delete()
        before = FailedSignIn.objects.filter(username=key, at__gt=at - WINDOW).count()
        row = FailedSignIn.objects.create(username=key, at=at, source=source)
    may = person is not None and person.in_use(at) and before < FAILURES
    return Attempt(person, may, row.pk, source, where)


def passed(tried: Attempt) -> None:
    """The secret was right: the attempt no longer counts."""
    FailedSignIn.objects.filter(pk=tried.row).delete()


def failed(tried: Attempt, *, at: datetime, how: str) -> None:
    """The secret was wrong, or the account may not be used. The fifth failure locks it. how: which secret, a word."""
    objects = [("account", tried.person.public_id)] if tried.person else []
    told = partial(entry, source=tried.source, where=tried.where, objects=objects)
    entries = [told(Act.ACCESS_LOGON, Outcome.FAILED, actor=NOBODY, note=how)]
    with transaction.atomic():
        if tried.person is not None:
            person = Person.objects.select_for_update().get(pk=tried.person.pk)
            key = name_digest(person.username)
            count = FailedSignIn.objects.filter(username=key, at__gt=at - WINDOW).count()
            if count >= FAILURES and person.locked_at is None:
                person.locked_at = at
                person.save(update_fields=["locked_at"])
                note = f"{FAILURES} failed sign-ins in {WINDOW.seconds // 60} minutes"
                entries.append(told(Act.ACCOUNT_LOCK, Outcome.DONE, actor=SITE, note=note))
        append(*entries)


def open_session(who: Acting, *, browser: str, how: str, proved: str | None = None) -> OpenSession:
    """Somebody has signed in. how: with what, in words. Accounts that nobody used are disabled first, this one too.

    proved: Django's digest of the password that was typed, where one was: minutes may lie between it and the second
    factor. Raises NotPermitted where the account was locked, disabled or ended, or got another password meanwhile.
    """
    disable_unused(who.at)
    with act(who, Act.ACCESS_LOGON, objects=[("account", who.person.public_id)]) as doing:
        person = Person.objects.select_for_update().get(pk=who.person.pk)
        require_in_use(person, who.at)
        if proved is not None and proved != person.get_session_auth_hash():
            raise NotPermitted("The password was changed meanwhile.", remedy="Sign in with the new one.")
        FailedSignIn.objects.filter(username=name_digest(person.username)).delete()
        person.seen_at = who.at
        person.save(update_fields=["seen_at"])
        opened = OpenSession.objects.create(
            person=person, begun_at=who.at, seen_at=who.at, source=who.source, browser=browser[:200]
        )
        doing.about("session", opened.public_id)
        doing.note(how)
    return opened


def require_in_use(person: Person, at: datetime) -> None:
    """Raise NotPermitted unless the account may be used. person: its row, locked."""
    if not person.in_use(at):
        raise NotPermitted("This account is locked or no longer in use.", remedy="Ask the administrator to release it.")


def still_signed_in(who: Acting, session: str) -> Person:
    """Inside a transaction: the row of whoever acts, locked, still in use and in a session that is still open.

    session: its public id. Raises NotPermitted.
    """
    person = Person.objects.select_for_update().get(pk=who.person.pk)
    require_in_use(person, who.at)
    if not person.sessions.filter(public_id=session, ended_at=None).exists():
        raise NotPermitted("This session was ended meanwhile. Nothing was done.", remedy="Sign in again.")
    return person


def end_session(who: Acting, public_id: str, because: str) -> None:
    """A session is over. Ending one that is over already is no error and no second entry."""
    with transaction.atomic():
        if _end(OpenSession.objects.filter(public_id=public_id), who.at, because):
            doing = Doing(who, Act.ACCESS_LOGOFF, [("session", public_id)])
            doing.note(because)
            record(doing)


def end_sessions_of(person: Person, at: datetime, because: str) -> None:
    """End every session of somebody, inside another act: what they may do has changed (IA-11)."""
    _end(person.sessions.all(), at, because)


def end_access_of(person: Person, at: datetime, because: str, *, keep: str = "") -> list[tuple[str, str]]:
    """End every session and token of somebody inside another act, whose entry is to name the tokens given back here.

    What they were opened and drawn with holds no more, nor does anything come alive again later. keep: the session that
    stays, by its public id.
    """
    _end(person.sessions.exclude(public_id=keep), at, because)
    tokens = person.tokens.select_for_update().filter(withdrawn_at=None, expires_at__gt=at)
    ended = [("token", token.public_id) for token in tokens]
    tokens.update(withdrawn_at=at)
    return ended


def _end(sessions: QuerySet[OpenSession], at: datetime, because: str) -> int:
    return sessions.filter(ended_at=None).update(ended_at=at, ended_because=because)


def disable_unused(at: datetime) -> int:
    """Disable the accounts that nobody used for ninety days, and the temporary ones that have ended. Returns how many.

    Called whenever somebody signs in, so that it needs no clock of its own.
    """
    over = Q(last__lt=at - UNUSED) | Q(expires_at__lte=at)
    idle = Person.objects.annotate(last=Coalesce(F("seen_at"), F("made_at"))).filter(over, disabled_at=None)
    if not idle.exists():
        return 0
    with transaction.atomic():
        people = list(idle.select_for_update().order_by("pk"))  # judged once more when it is locked
        entries = []
        for person in people:
            ended = person.expires_at is not None and person.expires_at <= at
            person.disabled_at = at
            person.disabled_because = "The temporary account has ended." if ended else "Not used for 90 days."
            person.save(update_fields=["disabled_at", "disabled_because"])
            tokens = end_access_of(person, at, "account disabled")
            entries.append(
                entry(
                    Act.ACCOUNT_DISABLE,
                    Outcome.DONE,
                    actor=SITE,
                    source=SITE,
                    where="sign-in",
                    objects=[("account", person.public_id), *tokens],
                    note=person.disabled_because,
                )
            )
        if entries:
            append(*entries)
    return len(people)
