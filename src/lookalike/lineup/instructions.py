"""What a witness is told and asked, in each language, word for word as it stands in `instructions.toml`.

The keys of what a policy can require (`may_not_be_present`, `need_not_choose`, `no_knowledge`, `goes_on_regardless`,
`no_new_information`) are the values of `court_words.Instruction`; the others are what a witness's screen needs besides.
Sources: Wells et al. 2020, recommendations 5 to 8; United States Department of Justice 2017.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from lookalike.errors import BadInput

PRESENTATIONS = frozenset({"sequential", "simultaneous"})
ADMINISTRATIONS = frozenset({"double_blind", "blinded", "self_administered"})
"""How a lineup can be held so that something can honestly be said of it: not by somebody who knows and sees."""


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that the witness is told. key: the same in every language."""

    key: str
    text: str


def languages() -> Mapping[str, str]:
    """The languages there are: the name of each, in itself, by its BCP 47 code."""
    return {code: table["name"] for code, table in _tables().items()}


def instructions(
    language: str, *, presentation: str = "sequential", administration: str = "double_blind"
) -> tuple[Said, ...]:
    """What the witness is told before the photographs, in the order in which it is told.

    presentation, administration: values of `court_words.Presentation` and of `court_words.Administration`; what is said
    of the order and of the person in the room is true of that way only. Raises BadInput for a language, a presentation
    or an administration for which nothing is written.
    """
    for given, known in ((presentation, PRESENTATIONS), (administration, ADMINISTRATIONS)):
        if given not in known:
            raise BadInput(
                f"There are no instructions for a lineup that is {given}.",
                why="A witness is told only what is true of the way in which the lineup is held.",
                remedy=f"It is one of: {', '.join(sorted(known))}.",
            )
    return tuple(
        Said(row["key"], row["text"])
        for row in _table(language)["instructions"]
        if presentation in row.get("presentation", PRESENTATIONS)
        and administration in row.get("administration", ADMINISTRATIONS)
    )


def questions(language: str) -> Mapping[str, str]:
    """What the witness is asked, by key. Raises BadInput for a language that there is not."""
    return dict(_table(language)["questions"])


def buttons(language: str) -> Mapping[str, str]:
    """What stands on the buttons of the witness's screen, by key. Raises BadInput for a language that there is not."""
    return dict(_table(language)["buttons"])


def notices(language: str) -> Mapping[str, str]:
    """What the witness's screen says besides, by key. Raises BadInput for a language that there is not."""
    return dict(_table(language)["notices"])


def _table(language: str) -> Mapping[str, Any]:
    if language not in _tables():
        raise BadInput(
            f"There are no instructions in the language {language[:20]!r}.",
            why="A witness has to be told everything in a language they understand, word for word as it was reviewed.",
            remedy=f"There are: {', '.join(f'{code} ({name})' for code, name in languages().items())}. Ask for an "
            "interpreter, and for the text to be added.",
        )
    table: Mapping[str, Any] = _tables()[language]
    return table


@cache
def _tables() -> dict[str, Any]:
    return tomllib.loads(files("lookalike.lineup").joinpath("instructions.toml").read_text("utf-8"))
