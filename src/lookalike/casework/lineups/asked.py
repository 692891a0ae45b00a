"""Single questions of rule R13, asked of the packs in force before everything else of a lineup is known.

A page says so at once why a witness, a way of holding, or the result of a test would be refused, and by what.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lookalike.casework.law import policy_in_force
from lookalike.protocol.decide import decide
from lookalike.protocol.facts.base import unknown
from lookalike.protocol.facts.court import LineupFacts
from lookalike.protocol.parameters import NOT_SAID
from lookalike.protocol.policy import Entry
from lookalike.protocol.rule import Failure
from lookalike.protocol.vocabulary import Act
from lookalike.protocol.words import cited

RULE = "R13"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the packs say to one question. key: of the check. state: satisfied, failed, or waiting for a fact.

    reasons: what failed or is not known. citations: of every entry that asks; none where no pack does.
    """

    key: str
    state: str
    reasons: tuple[str, ...]
    citations: tuple[str, ...]


def answers(keys: Collection[str], *, at: datetime, **known: Any) -> dict[str, Answer]:
    """What the packs in force say to these questions, by key. known: groups of the facts of a lineup; the rest is not.

    Raises what layering the packs raises.
    """
    policy = policy_in_force()
    facts = dataclasses.replace(unknown(LineupFacts), at=at, **known)
    failures: dict[str, list[Failure]] = {key: [] for key in keys}
    for finding in decide(facts, policy).findings:
        if finding.rule == RULE:
            for failure in finding.failures:
                if failure.key in failures:
                    failures[failure.key].append(failure)
    return {key: _answer(key, failures[key], _asking(policy.entries, key)) for key in keys}


def least(key: str) -> float:
    """The strictest number that the packs in force ask for, e.g. of `mock_witnesses`; 0 where none does."""
    asking = _asking(policy_in_force().entries, key)
    return max((float(getattr(one.parameters, key)) for one in asking), default=0.0)


def allowed(key: str, among: Collection[str]) -> list[str]:
    """Which of these words every pack in force allows, e.g. of `presentation`, in their order."""
    asking = _asking(policy_in_force().entries, key)
    return [word for word in among if all(word in getattr(one.parameters, key) for one in asking)]


def _asking(entries: Collection[Entry], key: str) -> list[Entry]:
    return [
        one
        for one in entries
        if one.rule == RULE
        and (one.acts is None or Act.LINEUP in one.acts)
        and getattr(one.parameters, key, NOT_SAID) is not NOT_SAID
    ]


def _answer(key: str, failures: list[Failure], asking: list[Entry]) -> Answer:
    known = [one for one in failures if not one.missing]
    state = "failed" if known else "waiting" if failures else "satisfied"
    reasons = tuple(dict.fromkeys(one.sentence for one in known or failures))
    return Answer(key, state, reasons, tuple(dict.fromkeys(cited(one) for one in asking)))
