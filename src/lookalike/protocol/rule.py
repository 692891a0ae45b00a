"""What a rule is: checks on facts and parameters, and what was found.

A check names the facts it needs. They reach it through a view (`lookalike.protocol.view`) that holds nothing else:
a check that reads what it did not name fails, and a failing check is a refusal that names its rule.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from lookalike.protocol.parameters import Parameters
from lookalike.protocol.vocabulary import Act, Protection


class Outcome(StrEnum):
    """What one entry said about one act. NOT_APPLICABLE: no check of the entry covers the act; nobody has ruled."""

    SATISFIED = "satisfied"
    REFUSED = "refused"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One condition of a rule.

    key: its name within the rule. parameter: the parameter that it enforces; an entry that does not set it, or sets it
    to its slack value (must = false, may = true), does not ask for the check. acts: where it applies.
    needs: paths of facts that must all be known. then: groups of paths needed as well, one group after another, each
    readable once it was yielded. holds: whether the condition is met; sees the facts of `needs` and `then`, all known,
    and nothing else. says: what failed, as one clause without full stop; sees the same. only: a fact and the values of
    it that the entry rules on (the kind of a report, of a record); of others the check says nothing, and where the fact
    is not known the check refuses. note: a remark that refuses nothing; it is asked only when the check holds.
    """

    key: str
    parameter: str
    acts: frozenset[Act]
    needs: tuple[str, ...] = ()
    then: Callable[[Any, Any], Iterator[tuple[str, ...]]] | None = None
    holds: Callable[[Any, Any], bool]
    says: str | Callable[[Any, Any], str]
    only: tuple[str, Callable[[Any], frozenset[str]]] | None = None
    note: Callable[[Any, Any], str | None] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule.

    sentence: what it asks, for a city council. remedy: what to do about a refusal; None where there is nothing to do.
    protection: which of the five it belongs to; None for the ground that they stand on.
    """

    id: str
    title: str
    sentence: str
    remedy: str | None
    protection: Protection | None
    parameters: type[Parameters]
    checks: tuple[Check, ...]

    @property
    def acts(self) -> frozenset[Act]:
        """The acts that the rule can speak of."""
        return frozenset(act for check in self.checks for act in check.acts)


@dataclass(frozen=True, slots=True)
class Failure:
    """A check that was not met. missing: the facts that are not known; empty where all are and do not suffice."""

    key: str
    sentence: str
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one entry said about one act.

    rule: None where the pack itself refused (not in force). used: the facts that the outcome hangs on. error: the name
    of the exception where the rule failed while it was evaluated; never its message, which may hold personal data.
    """

    rule: str | None
    entry: str
    pack: str
    outcome: Outcome
    failures: tuple[Failure, ...] = ()
    used: tuple[str, ...] = ()
    error: str | None = None
    notes: tuple[str, ...] = ()

    @property
    def missing(self) -> tuple[str, ...]:
        """The facts that are not known and were needed, sorted."""
        return tuple(sorted({path for failure in self.failures for path in failure.missing}))
