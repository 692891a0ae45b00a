"""An act: decided, done and recorded in one transaction, or refused and recorded as refused.

    with act(who, LedgerAct.SEARCH_RUN, objects=[("request", request.public_id)]) as doing:
        doing.require(facts)      # raises ActRefused; the transaction is undone, the refusal is recorded
        ...                       # change rows
        doing.note("…")           # what the entry should say besides

The ledger's lock is taken last. What is signed is what was committed.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from lookalike.casework.law import policy_in_force
from lookalike.casework.permissions import Permission, held_by
from lookalike.casework.recording import ledger
from lookalike.errors import ActRefused, LookalikeError, NotPermitted
from lookalike.ledger.acts import Account, Act, NewEntry, Outcome
from lookalike.ledger.entry import Line
from lookalike.protocol.decide import Decision, decide
from lookalike.protocol.facts.base import ActFacts
from lookalike.protocol.vocabulary import Role

if TYPE_CHECKING:
    from lookalike.casework.people.models import Person

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """The session in which somebody acts. at: when the person signed in. seen_at: when last active before this act."""

    mfa: bool
    at: datetime
    seen_at: datetime
    notice_acknowledged: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Acting:
    """Who acts, as what, from where, and when. Made at the edge, once a request; services read no clock.

    source: the network address, or the name of a worker. where: the address of the page or operation.
    scopes: what an API token was limited to; None: no limit beyond the roles.
    """

    person: Person
    roles: frozenset[Role]
    at: datetime
    source: str
    where: str
    sign_in: SignIn | None = None
    scopes: frozenset[Permission] | None = None

    @property
    def permissions(self) -> frozenset[Permission]:
        """What the person may do here."""
        held = held_by(self.roles)
        return held if self.scopes is None else held & self.scopes

    def may(self, permission: Permission) -> bool:
        """Whether the person holds a permission here."""
        return permission in self.permissions

    def require(self, permission: Permission) -> None:
        """Raise NotPermitted unless the permission is held."""
        if not self.may(permission):
            raise NotPermitted(
                "This needs a role that you do not hold.",
                why=f"It is for: {', '.join(sorted(role.replace('_', ' ') for role in _holders(permission)))}.",
                remedy="Ask the administrator if that is your work.",
            )


def _holders(permission: Permission) -> frozenset[Role]:
    from lookalike.casework.permissions import ROLES

    return ROLES[permission]


@dataclass(slots=True)
class Doing:
    """One act while it is done. then: called in the transaction with the line of its entry, e.g. to keep its number."""

    who: Acting
    name: Act
    objects: list[tuple[str, str]]
    outcome: Outcome = Outcome.DONE
    decision: Decision | None = None
    snapshot: str | None = None
    on_behalf_of: str | None = None
    words: list[str] = field(default_factory=list)
    role: Role | None = None
    then: list[Callable[[Line], None]] = field(default_factory=list)

    def decide(self, facts: ActFacts) -> Decision:
        """Judge the facts under the packs in force; the entry says allowed or refused."""
        self.decision = decide(facts, policy_in_force())
        self.outcome = Outcome.ALLOWED if self.decision.allowed else Outcome.REFUSED
        return self.decision

    def require(self, facts: ActFacts) -> Decision:
        """Judge the facts. Raises ActRefused where they do not suffice: the act is undone, the refusal recorded."""
        decision = self.decide(facts)
        try:
            decision.require()
        except ActRefused as error:
            error.facts = facts
            raise
        return decision

    def about(self, kind: str, name: object) -> None:
        """Name an object of the act."""
        self.objects.append((kind, str(name)))

    def note(self, words: str) -> None:
        """Say something more in the entry. Never a name, a narrative or a score."""
        self.words.append(words)

    def entry(self) -> NewEntry:
        """The entry of the act."""
        return NewEntry(
            self.name,
            self.outcome,
            Account(
                actor=str(self.who.person.public_id),
                role=self.role or ", ".join(sorted(self.who.roles)) or "none",
                agency=self.who.person.agency_id or "none",
                on_behalf_of=self.on_behalf_of,
                where=self.who.where,
                source=self.who.source,
                objects=self.objects,
                decision=None if self.decision is None else _cited(self.decision),
                facts_sha256=None if self.decision is None else self.decision.facts_sha256,
                snapshot=self.snapshot,
                note=" ".join(self.words) or None,
            ).body(),
        )


@contextmanager
def act(who: Acting, name: Act, *, objects: Sequence[tuple[str, str]] = ()) -> Iterator[Doing]:
    """Do something in one transaction with its ledger entry. What raises inside leaves nothing but a recorded refusal.

    Raises whatever the act raises, and what the ledger raises (then nothing happened at all).
    """
    doing = Doing(who, name, list(objects))
    try:
        with transaction.atomic():
            yield doing
            (line,) = ledger().append(doing.entry())
            for follow in doing.then:
                follow(line)
            transaction.on_commit(publish, robust=True)
    except ActRefused:
        record(doing)
        raise


def record(*doings: Doing) -> None:
    """Record acts that have no rows of their own."""
    with transaction.atomic():
        ledger().append(*(doing.entry() for doing in doings))
        transaction.on_commit(publish, robust=True)


def publish() -> None:
    """Sign what was committed. A failure is an alarm, not the act's: its entry is committed, and is signed later."""
    try:
        book = ledger()
        book.publish()
        book.finish_erasing()
    except LookalikeError:
        log.exception("The ledger's checkpoint could not be signed.")


def _cited(decision: Decision) -> dict[str, object]:
    return {
        "packs": [{"id": pack.id, "sha256": pack.sha256} for pack in decision.packs],
        "reason": decision.reason.value,
        "refused": [
            {"rule": one.rule, "entry": one.entry, "failures": [failure.key for failure in one.failures]}
            for one in decision.refusals()
        ],
        "unconfirmed": list(decision.unconfirmed),
    }
