"""R14: the lead behind a warrant is looked at again, as it was when it was signed and with what came since."""

from __future__ import annotations

from typing import Any

from lookalike.protocol.persons import person_of
from lookalike.protocol.rules.hands import of_police, signers
from lookalike.protocol.vocabulary import Act, Conclusion, Seen

EXAMINED = (
    "lead.record",
    *(
        f"lead.examinations[].{field}"
        for field in (
            *("person", "role_ok", "probe_locked_at", "candidates_seen_at", "concluded_at"),
            *("conclusion", "candidate", "saw", "verified_by_own_work"),
        )
    ),
)
SIGNED = (
    "actor.id",
    "lead.examinations[].person",
    *(f"lead.signatures[].{field}" for field in ("person", "office", "act", "decision", "at")),
)
OF_OTHERS = frozenset({Seen.FIRST_RESULT, Seen.FIRST_EXAMINER})
"""What another examiner did: whoever saw it was not blind."""


def agreeing(lead: Any) -> frozenset[str]:
    """The people who named the one of the lead, each by own work, blind, in role, and the probe described first.

    Nobody where one of all who examined has not concluded, named somebody else, or nobody; undecided is no other view.
    """
    if not all(
        one.concluded_at is not None and (_names(one, lead.record) or _undecided(one)) for one in lead.examinations
    ):
        return frozenset()
    return frozenset(person_of(one.person) for one in lead.examinations if _names(one, lead.record) and _blind(one))


def supervised(f: Any, floor: object) -> bool:
    """Whether somebody of the office signed the lead, who neither examined for it nor asks for the warrant."""
    others = {person_of(f.actor.id), *(person_of(one.person) for one in f.lead.examinations)}
    return any(person_of(one.person) not in others for one in of_police(signers(f.lead, Act.LEAD), floor))


def _names(one: Any, record: str) -> bool:
    return one.conclusion is Conclusion.POSSIBLE_CANDIDATE and one.candidate == record


def _undecided(one: Any) -> bool:
    return one.conclusion is Conclusion.INCONCLUSIVE and one.candidate is None


def _blind(one: Any) -> bool:
    locked, seen, done = one.probe_locked_at, one.candidates_seen_at, one.concluded_at
    in_order = locked is not None and seen is not None and locked < seen < done
    return one.role_ok and one.verified_by_own_work and in_order and not one.saw & OF_OTHERS
