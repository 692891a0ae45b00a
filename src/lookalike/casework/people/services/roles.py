"""Which roles one person may not hold together. Source: R23 under the packs in force; CJIS AC-5."""

from __future__ import annotations

from lookalike.casework.law import policy_in_force
from lookalike.errors import UnacceptedEntries
from lookalike.protocol.layering import layered
from lookalike.protocol.parameters import NOT_SAID
from lookalike.protocol.vocabulary import Role


def forbidden_pairs(roles: frozenset[Role]) -> list[str]:
    """Which of these roles one person may not hold, in sentences. Source: R23, under the packs in force.

    Roles that are only apart in one case are not here: each search is held to them.
    """
    said = []
    for one, other in apart():
        if other == "*" and Role(one) in roles and len(roles) > 1:
            others = ", ".join(sorted(role.replace("_", " ") for role in roles if role != one))
            said.append(f"{_article(one)} holds no other role: not {others}.")
    return said


def apart_in_a_case(roles: frozenset[Role]) -> list[str]:
    """Which of these roles one person may hold, but not in one case, in sentences. Source: R23."""
    return [
        f"Not {one.replace('_', ' ')} and {other.replace('_', ' ')} in the same case."
        for one, other in apart()
        if other != "*" and {Role(one), Role(other)} <= roles
    ]


def apart() -> list[tuple[str, str]]:
    """The pairs of roles that R23 keeps apart, under the packs in force; the house's own where those do not hold."""
    try:
        policy = policy_in_force()
    except UnacceptedEntries:
        policy = layered([])
    pairs: dict[tuple[str, str], None] = {}
    for entry in policy.entries:
        said = getattr(entry.parameters, "apart", NOT_SAID) if entry.rule == "R23" else NOT_SAID
        if said is not NOT_SAID:
            pairs |= dict.fromkeys((str(one), str(other)) for one, other in said)
    return list(pairs)


def _article(role: str) -> str:
    words = role.replace("_", " ")
    return f"An {words}" if words[0] in "aeiou" else f"A {words}"
