"""One act under one policy: every entry is asked, every refusal comes back, and nothing short-circuits."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NoReturn
from zoneinfo import ZoneInfo

from lookalike.errors import ActRefused
from lookalike.protocol.evidence.words import day
from lookalike.protocol.facts.base import ActFacts, later
from lookalike.protocol.facts.reading import facts_json
from lookalike.protocol.finding import applicable, finding
from lookalike.protocol.policy import Acceptance, Confidence, Entry, PackKind, PackRef, Policy
from lookalike.protocol.rule import Failure, Finding, Outcome
from lookalike.protocol.rules import RULES
from lookalike.protocol.unknown import UNKNOWN, Unknown
from lookalike.protocol.vocabulary import Act, Protection

SCHEMA = "lookalike.decision/1"

OF_THE_POLICY = frozenset({"not_in_force", "entry_expired", "not_accepted", "no_such_rule"})
"""Failures that no fact can mend: the policy itself is the matter."""


class Reason(StrEnum):
    """Why a decision is what it is."""

    ALLOWED = "allowed"
    RULES = "rules"
    NOBODY_RULED = "nobody_ruled"
    PACK_NOT_IN_FORCE = "pack_not_in_force"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a policy says of one act.

    findings: one for each entry, by rule and entry. unconfirmed, partial: the entries among them that nobody confirmed,
    and those read in part. facts_sha256: of the facts' canonical JSON; the facts themselves are not kept.
    partial_policy: entries were left out on purpose, and the decision binds nobody.
    """

    schema: str = SCHEMA
    act: Act
    at: datetime | Unknown
    allowed: bool
    findings: tuple[Finding, ...]
    reason: Reason
    packs: tuple[PackRef, ...]
    acceptances: tuple[Acceptance, ...]
    unconfirmed: tuple[str, ...]
    partial: tuple[str, ...]
    facts_sha256: str
    notes: tuple[str, ...]
    partial_policy: bool

    def __bool__(self) -> NoReturn:
        raise TypeError("Ask a decision whether it is `allowed`.")

    def refusals(self) -> tuple[Finding, ...]:
        """The findings that refuse."""
        return tuple(one for one in self.findings if one.outcome is Outcome.REFUSED)

    def require(self) -> None:
        """Return when the act is allowed. Raises ActRefused, with the decision, when it is not."""
        if self.allowed and not self.partial_policy:
            return
        sentences = [failure.sentence for one in self.refusals() for failure in one.failures]
        rules = [RULES[one.rule] for one in self.refusals() if one.rule is not None and one.rule in RULES]
        error = ActRefused(
            f"The act '{self.act}' is refused ({self.reason.value.replace('_', ' ')}).",
            why=f"{'; '.join(dict.fromkeys(sentences)) or 'An act that nobody ruled on is not allowed'}.",
            remedy=" ".join(dict.fromkeys(rule.remedy for rule in rules if rule.remedy)),
        )
        error.decision = self
        raise error


def decide(facts: ActFacts, policy: Policy) -> Decision:
    """Whether an act is allowed, by every entry of the policy. Never raises, whatever the facts.

    Allowed only when an entry of a law or directive was satisfied, and none refuses: neither the house's own pack nor a
    ban, which stands there to refuse, is anybody's leave.
    """
    packs = {pack.id: pack for pack in policy.packs}
    entries = sorted(set(policy.entries), key=lambda entry: (entry.id, entry.sha256))
    findings = [
        *(one for pack in set(policy.packs) for one in _out_of_force(pack, facts)),
        *(_of_entry(entry, packs.get(entry.pack), facts, policy.acceptances) for entry in entries),
    ]
    findings.sort(key=lambda one: (one.rule or "", one.entry, one.pack))
    reason = _reason(findings, packs)
    spoken = {one.entry for one in findings if one.outcome is not Outcome.NOT_APPLICABLE}
    return Decision(
        act=facts.act,
        at=facts.at,
        allowed=reason is Reason.ALLOWED,
        findings=tuple(findings),
        reason=reason,
        packs=tuple(packs[name] for name in sorted(packs)),
        acceptances=tuple(sorted(set(policy.acceptances), key=lambda one: (one.entry_id, one.entry_sha256, one.by))),
        unconfirmed=_read_as(Confidence.UNCONFIRMED, entries, spoken),
        partial=_read_as(Confidence.PARTIAL, entries, spoken),
        facts_sha256=facts_sha256(facts),
        notes=tuple(_notes(facts.act, findings)) if reason is Reason.ALLOWED else (),
        partial_policy=policy.partial,
    )


def facts_sha256(facts: ActFacts) -> str:
    """The SHA-256 of the facts' canonical JSON, in hexadecimal."""
    text = json.dumps(facts_json(facts), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _reason(findings: list[Finding], packs: dict[str, PackRef]) -> Reason:
    if any(failure.key == "not_in_force" for one in findings for failure in one.failures):
        return Reason.PACK_NOT_IN_FORCE
    house = {name for name, pack in packs.items() if pack.kind is PackKind.HOUSE}
    ruled = (one for one in findings if one.rule is not None and one.pack not in house)
    if not any(one.outcome is not Outcome.NOT_APPLICABLE for one in ruled):
        return Reason.NOBODY_RULED
    if any(one.outcome is Outcome.REFUSED for one in findings):
        return Reason.RULES
    giving = {name for name, pack in packs.items() if pack.kind in (PackKind.LAW, PackKind.DIRECTIVE)}
    given = any(one.outcome is Outcome.SATISFIED and one.pack in giving for one in findings)
    return Reason.ALLOWED if given else Reason.NOBODY_RULED


def _out_of_force(pack: PackRef, facts: ActFacts) -> Iterator[Finding]:
    """A refusal by the pack itself, when its day has not come or is over, or when the day of the act is not known."""
    missing: tuple[str, ...] = ()
    today = _today(pack, facts)
    if today is None:
        what = "it is not known when the act takes place, so that nobody can say whether the pack is in force"
        missing = ("at",)
    elif today < pack.valid_from:
        what = f"the pack {pack.id} is in force from {day(pack.valid_from)} on"
    elif pack.expires is not None and today >= pack.expires:
        what = f"the pack {pack.id} expired on {day(pack.expires)}"
    else:
        return
    key = "at" if missing else "not_in_force"
    yield Finding(
        rule=None,
        entry="",
        pack=pack.id,
        outcome=Outcome.REFUSED,
        failures=(Failure(key, what, missing),),
        used=("at",),
    )


def _today(pack: PackRef, facts: ActFacts) -> date | None:
    return None if facts.at is UNKNOWN else facts.at.astimezone(ZoneInfo(pack.zone)).date()


def _of_entry(entry: Entry, pack: PackRef | None, facts: ActFacts, acceptances: tuple[Acceptance, ...]) -> Finding:
    rule = RULES.get(entry.rule)
    if rule is None or pack is None:
        what = f"the policy has no rule {entry.rule}, or no pack {entry.pack}"
        return _refused(entry, Failure("no_such_rule", what, ()))
    if not any(applicable(rule, entry, facts.act)):
        return Finding(rule=rule.id, entry=entry.id, pack=entry.pack, outcome=Outcome.NOT_APPLICABLE)
    accepted = any(
        one.entry_id == entry.id and one.entry_sha256 == entry.sha256
        for one in acceptances
        if facts.at is UNKNOWN or not later(one.on, facts.at, pack.zone)
    )
    if entry.confidence is Confidence.UNCONFIRMED and not accepted:
        return _refused(entry, Failure("not_accepted", f"nobody has confirmed or accepted {entry.id}", ()))
    today = _today(pack, facts)
    if entry.expires is not None and today is not None and today >= entry.expires:
        return _refused(entry, Failure("entry_expired", f"{entry.id} expired on {day(entry.expires)}", ()))
    return finding(rule, entry, facts, pack.zone)


def _refused(entry: Entry, failure: Failure) -> Finding:
    return Finding(
        rule=entry.rule, entry=entry.id, pack=entry.pack, outcome=Outcome.REFUSED, failures=(failure,), used=("at",)
    )


def _read_as(confidence: Confidence, entries: list[Entry], spoken: set[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(e.id for e in entries if e.id in spoken and e.confidence is confidence))


def _notes(act: Act, findings: list[Finding]) -> Iterator[str]:
    """The remarks of the rules, and the protections that could speak of the act and of which the policy has no rule."""
    for one in findings:
        yield from one.notes
    spoken = {RULES[one.rule].protection for one in findings if one.rule and one.outcome is Outcome.SATISFIED}
    could = {
        rule.protection
        for rule in RULES.values()
        if rule.remedy is not None and any(act in check.acts and check.only is None for check in rule.checks)
    }
    for number, protection in enumerate(Protection, start=1):
        if protection in could - spoken:
            yield f"Protection {number} ({protection.value}) has no rule for this act under this policy."
