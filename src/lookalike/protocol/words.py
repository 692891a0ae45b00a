"""The room's words for people: days, lists, and the values of parameters."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Any

from lookalike.protocol.parameters import Kind, Parameters, kind_of
from lookalike.protocol.policy import Confidence, Entry
from lookalike.protocol.vocabulary import Act

ACTS = {
    Act.REQUEST: "asking for a search",
    Act.SEARCH: "running a search",
    Act.SHOW: "showing the candidates",
    Act.EXAMINE: "signing an examination",
    Act.LEAD: "issuing a lead",
    Act.LINEUP: "holding a lineup",
    Act.WARRANT: "asking for a warrant",
    Act.COURT: "showing it in court",
    Act.RECORD: "keeping or destroying a record",
    Act.REPORT: "publishing a report",
}
READ = {
    Confidence.CONFIRMED: "read",
    Confidence.PARTIAL: "read in part",
    Confidence.UNCONFIRMED: "confirmed by nobody",
}
WORDS = {
    "first_amendment": "the First Amendment",
    "predictive": "prediction",
    "other_protected": "another protected trait",
    "match_word": "a word that calls a likeness the same person",
    "dna": "DNA",
    "home_invasion_1": "first-degree home invasion",
    "any_crime": "any crime",
    "over_1_year": "any crime punished with more than one year",
    "md_crime_of_violence": "a crime of violence under Maryland's list",
    "md_weapon": "a weapon crime under Maryland's list",
    "child_abuse_1_2": "child abuse of the first and second degree",
}
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def a_day(day: date) -> str:
    """28 June 2024."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def a_list(words: Iterable[str], last: str = "and") -> str:
    """a, b and c."""
    given = list(words)
    return f" {last} ".join(filter(None, (", ".join(given[:-1]), given[-1]))) if given else "nothing"


def a_word(word: object) -> str:
    """One word of a closed list, as people write it."""
    text = str(word)
    return WORDS.get(text, text if text.startswith(("US-", "GB", "EU")) else text.replace("_", " "))


def some_words(words: Iterable[object]) -> str:
    """Several, in the order of their list where they have one, else of the alphabet."""
    given = list(words)
    listed = [word for word in given if isinstance(word, StrEnum)]
    order = list(type(listed[0])).index if len(listed) == len(given) and listed else str
    return a_list(a_word(word) for word in sorted(given, key=order))  # type: ignore[arg-type]


def a_value(kind: Kind, value: Any) -> str:
    """The value of a parameter."""
    match kind:
        case Kind.MUST | Kind.MAY | Kind.EASES:
            return "yes" if value else "no"
        case Kind.REQUIRED | Kind.ALLOWED | Kind.FORBIDDEN | Kind.EXCEPTIONS:
            return some_words(value)
        case Kind.EARLIEST:
            return a_day(value)
        case Kind.MONTH_DAY:
            return _month_day(value)
        case Kind.WINDOW:
            return f"{_month_day(value[0])} to {_month_day(value[1])}"
        case Kind.TABLE_AT_MOST:
            return a_list(f"{a_word(key)} {number}" for key, number in value)
        case Kind.TABLE_ALLOWED:
            return "; ".join(f"{a_word(key)}: {some_words(words)}" for key, words in value)
        case Kind.PAIRS_FORBIDDEN:
            return "; ".join(" and ".join("any other" if w == "*" else a_word(w) for w in pair) for pair in value)
        case _:
            return a_word(value)


def cited(entry: Entry) -> str:
    """An entry's citation, how well it was read, and when."""
    return f"{entry.citation}; {READ[entry.confidence]}, {a_day(entry.retrieved)}"


def _month_day(value: tuple[int, int]) -> str:
    return f"{value[1]} {MONTHS[value[0] - 1]}"


def meaning(parameters: type[Parameters], name: str) -> str:
    """What a parameter means, as its rule says it, to stand within a sentence."""
    says: str = next(field.metadata["says"] for field in dataclasses.fields(parameters) if field.name == name)
    return says[:1].lower() + says[1:].rstrip(".")


def requirement(parameters: type[Parameters], name: str, value: Any) -> str:
    """What an entry asks by one parameter, as a clause."""
    kind, says = kind_of(parameters, name), meaning(parameters, name)
    if kind is Kind.MUST:
        return says if value else f"not asked here: {says}"
    return f"{says}: {a_value(kind, value)}"
