"""A policy: every entry of every pack that is layered. Nothing merges; an act needs all of them satisfied.

So a stricter pack wins by itself, both are cited, and neither order nor repetition changes an answer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from lookalike.protocol.parameters import Parameters
from lookalike.protocol.rules import RULES
from lookalike.protocol.vocabulary import Act, Protection


class Confidence(StrEnum):
    """How well the source of an entry was read."""

    CONFIRMED = "confirmed"
    PARTIAL = "partial"
    UNCONFIRMED = "unconfirmed"


class PackKind(StrEnum):
    """What a pack writes down. `house` alone rules on no act; `template` is inert."""

    HOUSE = "house"
    LAW = "law"
    DIRECTIVE = "directive"
    BAN = "ban"
    TEMPLATE = "template"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One rule with its parameters and where they come from.

    acts: the acts it is narrowed to; None: all acts of the rule. expires: the first day on which it no longer holds.
    sha256: of the entry's canonical JSON; an acceptance names it.
    """

    id: str
    pack: str
    rule: str
    parameters: Parameters
    acts: frozenset[Act] | None
    citation: str
    source: str
    retrieved: date
    confidence: Confidence
    expires: date | None
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PackRef:
    """A pack as a decision names it.

    zone: the time zone in which its days are counted. valid_from: the first day in force. expires: the first day no
    longer in force. sha256: of the file.
    """

    id: str
    title: str
    kind: PackKind
    zone: str
    valid_from: date
    expires: date | None
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """Somebody's written acceptance of one unconfirmed entry, as it stood."""

    entry_id: str
    entry_sha256: str
    by: str
    on: date
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What is decided under: packs, their entries, and the acceptances of those that nobody has confirmed.

    partial: some entries were left out on purpose (a test instrument); a decision under it says so and binds nobody.
    """

    packs: tuple[PackRef, ...]
    entries: tuple[Entry, ...]
    acceptances: tuple[Acceptance, ...] = ()
    partial: bool = False

    def only(self, protection: Protection) -> Policy:
        """The policy with the entries of one protection alone, to see what it stops by itself."""
        kept = tuple(entry for entry in self.entries if RULES[entry.rule].protection is protection)
        return replace(self, entries=kept, partial=True)
