"""The way through a lineup as the witness goes it: which step comes next, from what was answered so far. Pure.

No step is gone back to and none is repeated. All photographs are shown whatever is answered, one at a time; or, where
the policy says so, all at once. A step has a name of its own, so that an answer sent twice is taken once.

Source: Wells et al. 2020, recommendations 3 and 5 to 8; United States Department of Justice 2017.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

YES, NO, NOT_SURE = "yes", "no", "not_sure"
NOT_PRESENT, DONT_KNOW = "not_present", "dont_know"
AGREE, DISAGREE = "agree", "disagree"

CONSENT, BEGIN, ARRAY, WHICH, OVER = "consent", "begin", "array", "which", "over"
ELSEWHERE, SEEN_BEFORE, MORE = "elsewhere", "seen_before", "more"
LAST = (ELSEWHERE, SEEN_BEFORE, MORE)
"""What is asked at the end, whatever was answered before."""


@dataclass(frozen=True, slots=True)
class Given:
    """What the witness answered to a step. answer: the button; words: as they were written."""

    answer: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """Where the witness is. kind: what is asked. number: of the instruction or of the photograph, from 1; 0: none."""

    kind: str
    number: int = 0

    @property
    def name(self) -> str:
        """By what the step is known in forms and events."""
        return f"{self.kind}-{self.number}" if self.number else self.kind


@dataclass(frozen=True, slots=True)
class Plan:
    """How a lineup is held. instructions, photographs: how many; at_once: all photographs together."""

    instructions: int
    photographs: int
    at_once: bool


def next_step(plan: Plan, given: Mapping[str, Given]) -> Step:
    """The first step that is not answered yet. given: the answers so far, by the name of their step."""
    for step in _steps(plan, given):
        if step.name not in given:
            return step
    return Step(OVER)


def takes(plan: Plan, given: Mapping[str, Given], step: Step) -> frozenset[str]:
    """The answers that a step takes."""
    if step.kind == CONSENT:
        return frozenset({AGREE, DISAGREE})
    if step.kind == "picture":
        return frozenset({YES, NO, NOT_SURE})
    if step.kind == ARRAY:
        return frozenset({NOT_PRESENT, DONT_KNOW} | {str(place) for place in range(1, plan.photographs + 1)})
    if step.kind == WHICH:
        return frozenset({NOT_PRESENT, DONT_KNOW} | {str(place) for place in said_yes(plan, given)})
    if step.kind in (ELSEWHERE, SEEN_BEFORE):
        return frozenset({YES, NO})
    return frozenset({""})


def needs_words(step: Step) -> bool:
    """Whether a step is answered by words alone, and not without them."""
    return step.kind == "confidence"


def said_yes(plan: Plan, given: Mapping[str, Given]) -> list[int]:
    """The places of the photographs of which the witness said yes, in the order shown."""
    places = range(1, plan.photographs + 1)
    return [place for place in places if given.get(f"picture-{place}", Given()).answer == YES]


def last_word(plan: Plan, given: Mapping[str, Given]) -> str:
    """What the witness answered in the end: a place, `not_present`, `dont_know`, or "" where it did not come to it."""
    return given.get(ARRAY if plan.at_once else WHICH, Given()).answer


def _steps(plan: Plan, given: Mapping[str, Given]) -> list[Step]:
    steps = [Step(CONSENT), *(Step("instruction", number) for number in range(1, plan.instructions + 1)), Step(BEGIN)]
    if plan.at_once:
        steps.append(Step(ARRAY))
        chosen = given.get(ARRAY, Given()).answer
        if chosen.isdigit():
            steps.append(Step("confidence", int(chosen)))
    else:
        yes = said_yes(plan, given)
        for place in range(1, plan.photographs + 1):
            steps.append(Step("picture", place))
            if place in yes:  # at once, before another photograph is seen
                steps.append(Step("confidence", place))
        steps.append(Step(WHICH))
    return [*steps, *map(Step, LAST)]
