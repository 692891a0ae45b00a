"""Who may be shown a lineup: the witness's own account first, then what they saw since, and what follows from both.

Nobody ticks that a witness is eligible. It is computed from the interview, from the graph of the case's evidence and
from the packs in force, each time it is asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError
from django.utils import timezone

from lookalike.casework.acting import Acting, act
from lookalike.casework.cases.models import Case, Description
from lookalike.casework.corroboration.content import CONTENT, digest
from lookalike.casework.corroboration.exposures import Exposures, exposures
from lookalike.casework.corroboration.hands import again, wrong
from lookalike.casework.corroboration.models import Party, Suspect
from lookalike.casework.corroboration.nodes import Evidence
from lookalike.casework.lineups.asked import Answer, answers
from lookalike.casework.lineups.hands import require_planner
from lookalike.casework.lineups.models import Witness
from lookalike.casework.recorded import vouch
from lookalike.errors import ChangedMeanwhile, NotNow
from lookalike.ledger.acts import Act
from lookalike.protocol.facts import court
from lookalike.protocol.persons import person_of
from lookalike.protocol.unknown import UNKNOWN, Unknown

QUESTIONS: Mapping[str, str] = {
    "saw_still": "Have you seen a picture or a recording of what happened, wherever it was?",
    "told_of_lead": "Has anybody told you who did it, who was found, or that a search named somebody?",
    "saw_suspect_picture": "Have you seen a picture of anybody who might have done it, from whomever it came?",
    "shown_suspect_before": "Were you shown photographs or people before, to say who it was?",
}
"""What every witness is asked before a lineup (Wells et al. 2020, recommendations 1 and 8), by the fact it settles."""

CHECKS: Mapping[str, str] = {
    "witness_present": "Was the witness there, and did they see who did it?",
    "description_first": "Was the witness's description written down first?",
    "witness_untainted": "Has the witness seen no picture of the offence or of the suspect, and heard of no lead?",
    "repeat": "Was the witness never shown this suspect before?",
}
"""The questions about a witness, by the check of rule R13 that asks them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interview:
    """What a witness said first. description: of the same witness, taken before. familiar: whom they knew, and how."""

    present_at_scene: bool
    saw_perpetrator: bool
    where: str
    conditions: str
    familiar: str
    description: Description


@dataclass(frozen=True, slots=True)
class Question:
    """One question about a witness, answered. known: what is known of it, in words. answer: what the packs say."""

    words: str
    known: tuple[str, ...]
    answer: Answer


@dataclass(frozen=True, slots=True)
class Eligibility:
    """Whether a witness may be shown a lineup of a suspect, question by question."""

    questions: tuple[Question, ...]

    @property
    def eligible(self) -> bool:
        """Whether nothing stands against it."""
        return all(one.answer.state == "satisfied" for one in self.questions)

    @property
    def reasons(self) -> str:
        """Why not, in sentences."""
        return " ".join(
            f"{reason[0].upper()}{reason[1:]}." for one in self.questions for reason in one.answer.reasons if reason
        )


def descriptions_of(party: Party) -> list[Description]:
    """What the case holds of a witness's own words, newest first; corrected ones stand for what they correct."""
    rows = Description.objects.filter(case=party.case_id, corrected_by=None).order_by("-taken_at", "-pk")
    return [one for one in rows if person_of(one.witness) == person_of(party.name)]


def interview(who: Acting, party: Party, told: Interview, *, version: int) -> Witness:
    """Record what a witness said first. version: 0 where nobody has asked them yet.

    Once the witness was asked what they saw since, it stands: later words go onto the board, with their day.
    Raises BadForm, NotNow, ChangedMeanwhile, NotPermitted.
    """
    require_planner(who, party.case)
    _held(party, told, who.at)
    with act(who, Act.WITNESS_INTERVIEW, objects=[("case", party.case.public_id)]) as doing:
        Case.objects.select_for_update().get(pk=party.case_id)
        row = _row(party, version)
        if row.asked_at is not None:
            raise NotNow(
                f"{party.name} was asked already what they saw since.",
                why="What a witness says first is worth more than what they say later; it is not written over.",
                remedy="Record what they say now as an item of evidence on the board.",
            )
        for name in ("present_at_scene", "saw_perpetrator", "where", "conditions", "familiar", "description"):
            value = getattr(told, name)
            setattr(row, name, value.strip() if isinstance(value, str) else value)
        row.interviewed_at, row.interviewed_by = who.at, who.person
        try:
            row.save()
        except IntegrityError as error:
            raise again("This interview") from error
        doing.about("witness", row.public_id)
        doing.about(CONTENT, digest(row))
        vouch(doing, row)
        doing.note("The witness's own account.")
    return row


def ask(who: Acting, party: Party, said: Mapping[str, tuple[bool, str]], *, version: int) -> Witness:
    """Record what a witness answered to every question of QUESTIONS: yes or no, and in which words.

    A yes stays one: an answer that somebody later wishes otherwise was still given.
    Raises BadForm, NotNow, ChangedMeanwhile, NotPermitted.
    """
    require_planner(who, party.case)
    missing = {key: "Ask this too: a lineup rests on every answer." for key in QUESTIONS if key not in said}
    missing |= {
        key: "Write down what the witness said."
        for key, (yes, words) in said.items()
        if key in QUESTIONS and yes and not words.strip()
    }
    if missing:
        raise wrong("Not everything was asked.", **missing)
    with act(who, Act.WITNESS_INTERVIEW, objects=[("case", party.case.public_id)]) as doing:
        Case.objects.select_for_update().get(pk=party.case_id)
        row = _row(party, version)
        if row.interviewed_at is None:
            raise NotNow(
                f"{party.name} was not interviewed.",
                why="The witness tells first what they saw; to be asked about pictures comes after.",
                remedy="Record the interview.",
            )
        taken_back = [key for key in QUESTIONS if row.answers.get(key, {}).get("said") == "yes" and not said[key][0]]
        if taken_back:
            raise wrong("A yes stays one.", **dict.fromkeys(taken_back, "The witness said yes before."))
        row.answers = {
            key: {"said": "yes" if said[key][0] else "no", "words": said[key][1].strip()} for key in QUESTIONS
        }
        row.asked_at, row.version = who.at, row.version + 1
        row.save(update_fields=["answers", "asked_at", "version"])
        doing.about("witness", row.public_id)
        doing.about(CONTENT, digest(row))
        vouch(doing, row)
        doing.note("Asked what they saw and heard since.")
    return row


def witness_facts(witness: Witness, suspect: Suspect | None, evidence: Evidence | None = None) -> court.Witness:
    """What the protections have to know of a witness. suspect None: any lineup counts as one shown before.

    evidence: of the case, where it was read already.
    """
    shown = exposures(witness.party, suspect, evidence)
    exposed: dict[str, Any] = {key: _exposed(witness, shown, key) for key in QUESTIONS}
    return court.Witness(
        id=witness.party.public_id,
        present_at_scene=_known(witness.present_at_scene),
        saw_perpetrator=_known(witness.saw_perpetrator),
        description_recorded_at=witness.description.taken_at if witness.description else None,
        conditions_recorded_at=witness.interviewed_at if witness.conditions.strip() else None,
        interviewed=witness.interviewed_at is not None,
        **exposed,
    )


def eligibility(witness: Witness, suspect: Suspect, *, at: datetime, evidence: Evidence | None = None) -> Eligibility:
    """Whether a witness may be shown a lineup of this suspect, question by question, with what asks it.

    evidence: of the case, where it was read already.
    """
    facts = witness_facts(witness, suspect, evidence)
    told = answers(CHECKS, at=at, witness=facts)
    known = {
        "witness_present": _present(witness),
        "description_first": _described(witness),
        "witness_untainted": tuple(_said(witness, facts, key) for key in list(QUESTIONS)[:3]),
        "repeat": (_said(witness, facts, "shown_suspect_before"),),
    }
    return Eligibility(tuple(Question(words, known[key], told[key]) for key, words in CHECKS.items()))


def _held(party: Party, told: Interview, at: datetime) -> None:
    found: dict[str, str] = {}
    if not told.where.strip():
        found["where"] = "Write down where the witness was, in their words."
    if not told.conditions.strip():
        found["conditions"] = "Write down how well they could see: distance, light, time, attention, what was covered."
    if told.description not in descriptions_of(party) or told.description.taken_at > at:
        found["description"] = (
            f"Take the description of {party.name} first, on the page of the case, under this very name."
        )
    if found:
        raise wrong("The interview is not complete.", **found)


def _row(party: Party, version: int) -> Witness:
    row = Witness.objects.select_for_update(of=("self",)).filter(party=party).first()
    if (row.version if row else 0) != version:
        raise ChangedMeanwhile(
            f"What is known of {party.name} as a witness was changed after you opened it. Nothing was overwritten.",
            why="What you saw is no longer what holds.",
            remedy="Open the page of the witness again, then write.",
        )
    if row is None:
        return Witness(party=party, case=party.case, version=1)
    row.party = party
    row.version += 1
    return row


def _known(value: bool | None) -> bool | Unknown:
    return UNKNOWN if value is None else value


def _exposed(witness: Witness, shown: Exposures, key: str) -> bool | Unknown:
    """Whether the witness was exposed: by a link of the graph, or by their own word; known not to be once asked."""
    if getattr(shown, key) or witness.answers.get(key, {}).get("said") == "yes":
        return True
    return False if witness.asked_at else UNKNOWN


_HEADS = {
    "saw_still": "A picture or recording of the offence",
    "told_of_lead": "The lead",
    "saw_suspect_picture": "A picture of the suspect",
    "shown_suspect_before": "This suspect in a lineup, or a choice elsewhere",
}


def _said(witness: Witness, facts: court.Witness, key: str) -> str:
    given = witness.answers.get(key)
    answer = f"the witness said {given['said']}" if given else "the witness was not asked"
    quoted = f" (“{given['words']}”)" if given and given["words"] else ""
    board = (
        "; the board says that it was so" if getattr(facts, key) is True and (given or {}).get("said") != "yes" else ""
    )
    return f"{_HEADS[key]}: {answer}{quoted}{board}."


def _present(witness: Witness) -> tuple[str, ...]:
    if witness.interviewed_at is None:
        return ("The witness was not interviewed.",)
    was = "was" if witness.present_at_scene else "was not"
    saw = "saw" if witness.saw_perpetrator else "did not see"
    return (f"By their own account the witness {was} there, and {saw} who did it.",)


def _described(witness: Witness) -> tuple[str, ...]:
    if witness.description is None:
        return ("No description by this witness is named in an interview.",)
    return (f"Written down on {timezone.localtime(witness.description.taken_at):%Y-%m-%d at %H:%M}.",)
