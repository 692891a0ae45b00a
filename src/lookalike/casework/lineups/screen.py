"""What the witness's screen shows of a step, in the witness's language: one question, and answers of equal weight."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lookalike.casework.lineups import flow
from lookalike.casework.lineups.flow import Given, Plan, Step
from lookalike.lineup.instructions import Said, buttons, notices, questions


@dataclass(frozen=True, slots=True)
class Screen:
    """One screen. buttons: value and words of each. words: the label of the field for the witness's own words, or "".

    pictures: the places of the photographs on it. hint: what is said of photographs that were shown already. about:
    the number of the photograph that is asked about, in words.
    """

    step: str
    heading: str
    buttons: tuple[tuple[str, str], ...]
    words: str = ""
    words_needed: bool = False
    about: str = ""
    pictures: tuple[int, ...] = ()
    hint: str = ""
    last: bool = False

    @property
    def labelled(self) -> bool:
        """Whether the field's label is the heading itself."""
        return self.words == self.heading


def screen_of(
    step: Step,
    plan: Plan,
    given: Mapping[str, Given],
    told: tuple[Said, ...],
    language: str,
    shown: set[int],
    *,
    void: bool,
) -> Screen:
    """The screen of a step. shown: the places that were shown already, and are not shown again."""
    asks, press, says = questions(language), buttons(language), notices(language)
    name, number = step.name, f"{says['photograph']} {step.number}"
    answers: tuple[tuple[str, str], ...]
    pictures: tuple[int, ...]
    none = ((flow.NOT_PRESENT, press["not_present"]), (flow.DONT_KNOW, press["dont_know"]))
    yes_no = ((flow.YES, press["yes"]), (flow.NO, press["no"]))
    if step.kind == flow.CONSENT:
        agree = ((flow.AGREE, press["agree"]), (flow.DISAGREE, press["disagree"]))
        return Screen(name, asks["consent"], agree, asks["consent_refused"])
    if step.kind == "instruction":
        return Screen(name, told[step.number - 1].text, (("", press["understood"]),))
    if step.kind == flow.BEGIN:
        return Screen(name, says["ready"], (("", press["begin"]),))
    if step.kind == "picture":
        answers = ((flow.YES, press["this_is"]), (flow.NO, press["this_is_not"]), (flow.NOT_SURE, press["not_sure"]))
        again = step.number in shown
        pictures, hint = ((), says["not_again"]) if again else ((step.number,), "")
        return Screen(
            name, asks["is_this"], answers, says["words_optional"], about=number, pictures=pictures, hint=hint
        )
    if step.kind == "confidence":
        return Screen(name, asks["confidence"], (("", press["write_down"]),), asks["confidence"], True, number)
    if step.kind in (flow.ARRAY, flow.WHICH):
        at_once = step.kind == flow.ARRAY
        places = range(1, plan.photographs + 1) if at_once else flow.said_yes(plan, given)
        left = tuple(place for place in places if at_once and place not in shown)
        answers = (*((str(place), f"{says['photograph']} {place}") for place in places), *none)
        hint = says["not_again"] if at_once and shown else ""
        return Screen(name, asks["which"], answers, says["words_optional"], pictures=left, hint=hint)
    if step.kind == flow.ELSEWHERE:
        return Screen(name, asks["recognised_from_elsewhere"], yes_no, asks["recognised_where"])
    if step.kind == flow.SEEN_BEFORE:
        return Screen(name, asks["seen_before"], yes_no, says["words_optional"])
    if step.kind == flow.MORE:
        return Screen(name, asks["anything_else"], (("", press["end"]),), asks["anything_else"], last=True)
    return Screen(name, says["over"] if void else says["thanks"], ())
