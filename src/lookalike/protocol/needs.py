"""What it would take: for a refused act, the facts that are missing and whose they are, and what would have to change.

Each missing fact is one that a rule needs whatever else is said, so that no set without it could do; alternatives
within a rule are asked for in a written order, one at a time. A fact, once supplied, may call for another.
"""

from __future__ import annotations

from dataclasses import dataclass

from lookalike.protocol.decide import OF_THE_POLICY, Decision, Reason
from lookalike.protocol.facts.base import ActFacts, described
from lookalike.protocol.rules import RULES
from lookalike.protocol.vocabulary import Owner


@dataclass(frozen=True, slots=True)
class Supply:
    """A fact to be supplied: its path, what it says, and whose it is."""

    path: str
    says: str
    owner: Owner


@dataclass(frozen=True, slots=True)
class Needs:
    """What a refused act would take.

    supply: the smallest set of facts that must be known, by path. change: rule and what would have to be different,
    where what is known does not suffice. possible: False where no fact could ever do (a ban, a pack out of force, a
    rule that failed, an act that nobody ruled on).
    """

    supply: tuple[Supply, ...]
    change: tuple[tuple[str, str], ...]
    possible: bool


def what_would_it_take(decision: Decision, facts: ActFacts) -> Needs:
    """What a decision on these facts would take; nothing when it allows the act."""
    refusals = decision.refusals()
    paths = sorted({path for finding in refusals for path in finding.missing})
    change = [
        (finding.rule or finding.pack, failure.sentence)
        for finding in refusals
        for failure in finding.failures
        if not failure.missing
    ]
    hopeless = decision.reason is Reason.NOBODY_RULED or any(
        finding.error is not None
        or (finding.rule is not None and finding.rule in RULES and RULES[finding.rule].remedy is None)
        or any(failure.key in OF_THE_POLICY for failure in finding.failures)
        for finding in refusals
    )
    return Needs(
        supply=tuple(Supply(path, *described(type(facts), path)) for path in paths),
        change=tuple(dict.fromkeys(change)),
        possible=not hopeless,
    )
