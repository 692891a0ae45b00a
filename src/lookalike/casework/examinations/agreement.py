"""What several examinations come to: one candidate that all name, or none. Never a vote, never a talk.

Sources: R10 (`lookalike.protocol.rules.examiners`); `reference/protocols/05`, bias controls 4 and 5.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from lookalike.protocol.effective import effective
from lookalike.protocol.facts.common import Examination
from lookalike.protocol.policy import Policy
from lookalike.protocol.vocabulary import Conclusion

EXAMINERS = 2
"""Where no pack says how many: two pairs of eyes."""


class Standing(StrEnum):
    """Where the examinations of a search stand."""

    OPEN = "open"
    AGREED = "agreed"
    DIFFERENT = "different"
    ANOTHER = "another"
    """They differ in such a way that one more blind examiner may be asked."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What the packs in force ask of examinations. one_by_one: the next begins after the last has concluded."""

    examiners: int
    one_by_one: bool
    third: bool


def terms_of(policy: Policy) -> Terms:
    """The strictest of what every entry asks. A further examiner only where an entry allows it and none forbids it."""

    def asked(name: str, otherwise: int) -> int:
        found = effective(policy.entries, "R10", name)
        return otherwise if found is None or found.value is None else int(found.value)

    return Terms(
        examiners=max(1, asked("examiners", EXAMINERS)),
        one_by_one=bool(asked("locked_before_next", 1)),
        third=bool(asked("third_examiner", 0)),
    )


def standing(examinations: Sequence[Examination], terms: Terms) -> Standing:
    """What these examinations come to, in the order in which they were concluded; those that are open are not given.

    All must name one record. After a further examiner, that one must name it too, with as many as were asked before,
    and nobody may have concluded otherwise than "inconclusive" (R10, all_agree).
    """
    if len(examinations) < terms.examiners:
        return Standing.OPEN
    named = {one.candidate for one in examinations if one.conclusion is Conclusion.POSSIBLE_CANDIDATE}
    naming = [one for one in examinations if one.conclusion is Conclusion.POSSIBLE_CANDIDATE]
    undecided = [one for one in examinations if one.conclusion is Conclusion.INCONCLUSIVE]
    if len(named) == 1 and len(naming) == len(examinations):
        return Standing.AGREED
    one_name = len(named) == 1 and len(naming) + len(undecided) == len(examinations)
    if not terms.third or not one_name:
        return Standing.DIFFERENT
    if len(examinations) == terms.examiners:
        return Standing.ANOTHER if len(naming) == terms.examiners - 1 else Standing.DIFFERENT
    return Standing.AGREED if examinations[-1] in naming and len(naming) >= terms.examiners else Standing.DIFFERENT
