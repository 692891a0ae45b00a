"""What witnesses said of the unknown person, held against what a booking record says. It decides nothing.

The Michigan, Maryland and New York arrests of `reference/protocols/03`, 3.6, had the contradiction on file: tattoos, an
age, 7 or 8 inches of height. So it is worked out by the system, and told first. A difference is said as a difference:
none is weighed, none outweighs another, and what agrees is no support, since a description fits many people.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import chain

from lookalike.errors import BadFacts
from lookalike.protocol.words import a_day

HEIGHT_TOLERANCE_CM = 5
"""Less than this beyond what was said is not called a contradiction. A project choice, about 2 inches: small on
purpose. A contradiction that is none costs a question; one that is not told may cost an arrest."""

WEIGHT_TOLERANCE_KG = 7
"""As above, about 15 pounds. A project choice."""

AGE_TOLERANCE_YEARS = 5
"""As above. A project choice."""

NOT_RECORDED = "not recorded"
NOT_SAID = "not said"
UNBORN = "not yet born"


class Kind(StrEnum):
    """What of a person was described."""

    HEIGHT = "height"
    WEIGHT = "weight"
    AGE = "age"
    TATTOOS = "tattoos"
    MARKS = "scars and marks"
    BUILD = "build"
    HAIR = "hair"
    FACIAL_HAIR = "facial hair"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Range:
    """From the least to the most that was said; one number said: both ends. Raises BadFacts where low > high."""

    low: int
    high: int

    def __post_init__(self) -> None:
        if not 0 < self.low <= self.high:
            raise BadFacts(
                f"A description cannot run from {self.low} to {self.high}.",
                why="What a witness said is compared with the record by its two ends.",
                remedy="Give the lower number first; where one number was said, give it twice.",
            )

    def beyond(self, value: int, tolerance: int) -> int:
        """How far a value lies outside: negative below, positive above, 0 inside or within the tolerance."""
        over = value - self.high if value > self.high else min(value - self.low, 0)
        return over if abs(over) > tolerance else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """The unknown person as witnesses described them before any search.

    None: nobody said anything of it. tattoos, marks (): witnesses said that there were none to be seen.
    """

    height_cm: Range | None = None
    weight_kg: Range | None = None
    age: Range | None = None
    build: str | None = None
    tattoos: tuple[str, ...] | None = None
    marks: tuple[str, ...] | None = None
    hair: str | None = None
    facial_hair: str | None = None
    other: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OnRecord:
    """The person as the booking record describes them. dated: the day of the record.

    None: not recorded. tattoos, marks (): the record says that there are none.
    """

    dated: date | None = None
    height_cm: int | None = None
    weight_kg: int | None = None
    born_on: date | None = None
    build: str | None = None
    tattoos: tuple[str, ...] | None = None
    marks: tuple[str, ...] | None = None
    hair: str | None = None
    facial_hair: str | None = None
    other: str | None = None


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Where the record does not agree with the witnesses. sentence: both sides and the difference, in plain words."""

    kind: Kind
    said: str
    recorded: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Unsettled:
    """What is no contradiction, and no support either.

    One side is missing, only a person can compare it, or no difference is beyond the tolerance.
    """

    kind: Kind
    said: str
    recorded: str
    sentence: str


def contradictions(described: Described, on_record: OnRecord, on_day: date) -> tuple[Contradiction, ...]:
    """What the record says otherwise than the witnesses, in the order of `Kind`. on_day: the day of the offence."""
    return tuple(one for one in _compared(described, on_record, on_day) if isinstance(one, Contradiction))


def unsettled(described: Described, on_record: OnRecord, on_day: date) -> tuple[Unsettled, ...]:
    """Everything else that either side has spoken of, in the order of `Kind`."""
    return tuple(one for one in _compared(described, on_record, on_day) if isinstance(one, Unsettled))


def age_on(born_on: date, day: date) -> int:
    """Whole years on a day; negative before the birth."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def _compared(d: Described, r: OnRecord, on_day: date) -> Iterator[Contradiction | Unsettled]:
    age = None if r.born_on is None else age_on(r.born_on, on_day)
    as_of = "The record" if r.dated is None else f"The record of {a_day(r.dated)}"
    both: Iterable[Contradiction | Unsettled | None] = chain(
        [
            _measured(Kind.HEIGHT, d.height_cm, r.height_cm, HEIGHT_TOLERANCE_CM, as_of),
            _measured(Kind.WEIGHT, d.weight_kg, r.weight_kg, WEIGHT_TOLERANCE_KG, as_of),
            _measured(
                Kind.AGE, d.age, age, AGE_TOLERANCE_YEARS, f"By the date of birth on record, on {a_day(on_day)},"
            ),
            _seen(Kind.TATTOOS, d.tattoos, r.tattoos, as_of),
            _seen(Kind.MARKS, d.marks, r.marks, as_of),
        ],
        (
            _in_words(kind, said, recorded, as_of)
            for kind, said, recorded in (
                (Kind.BUILD, d.build, r.build),
                (Kind.HAIR, d.hair, r.hair),
                (Kind.FACIAL_HAIR, d.facial_hair, r.facial_hair),
                (Kind.OTHER, d.other, r.other),
            )
        ),
    )
    return (one for one in both if one is not None)


def _measured(
    kind: Kind, said: Range | None, recorded: int | None, tolerance: int, as_of: str
) -> Contradiction | Unsettled | None:
    if said is None and recorded is None:
        return None
    low_to_high = NOT_SAID if said is None else _span(kind, said)
    value = NOT_RECORDED if recorded is None else _amount(kind, recorded)
    if said is None:
        return Unsettled(kind, low_to_high, value, f"The witnesses gave no {kind}. {_states(kind, as_of, value)}.")
    described = f"The witnesses described a person of {low_to_high}."
    if recorded is None:
        return Unsettled(kind, low_to_high, value, f"{described} The {kind} is not recorded: ask for it.")
    over = said.beyond(recorded, tolerance)
    if not over:
        within = f"no difference of more than {_amount(kind, tolerance)}"
        return Unsettled(kind, low_to_high, value, f"{described} {_states(kind, as_of, value)}: {within}.")
    difference = f"{_amount(kind, abs(over))} {_comparative(kind, over > 0)}"
    end = "" if said.low == said.high else f" than the {'most' if over > 0 else 'least'} that was said"
    return Contradiction(kind, low_to_high, value, f"{described} {_states(kind, as_of, value)}: {difference}{end}.")


def _states(kind: Kind, as_of: str, value: str) -> str:
    if kind is not Kind.AGE:
        return f"{as_of} says {value}"
    return f"{as_of} the person was {value if value == UNBORN else f'{value} old'}"


def _comparative(kind: Kind, more: bool) -> str:
    words = {Kind.HEIGHT: ("taller", "shorter"), Kind.WEIGHT: ("heavier", "lighter"), Kind.AGE: ("older", "younger")}
    return words[kind][0 if more else 1]


def _span(kind: Kind, said: Range) -> str:
    if said.low == said.high:
        return f"about {_amount(kind, said.low)}"
    low = str(said.low) if kind is Kind.AGE else _amount(kind, said.low)
    return f"between {low} and {_amount(kind, said.high)}"


def _amount(kind: Kind, value: int) -> str:
    """With its unit, and in the units of the country: 168 cm (5 ft 6 in); 72 kg (159 lb); 34 years."""
    if kind is Kind.HEIGHT:
        feet, inches = divmod(round(value / 2.54), 12)
        return f"{value} cm ({f'{feet} ft {inches} in' if feet else f'{inches} in'})"
    if kind is Kind.WEIGHT:
        return f"{value} kg ({round(value / 0.45359237)} lb)"
    return UNBORN if value < 0 else f"{value} year{'' if value == 1 else 's'}"


def _seen(
    kind: Kind, said: tuple[str, ...] | None, recorded: tuple[str, ...] | None, as_of: str
) -> Contradiction | Unsettled | None:
    if said is None and recorded is None:
        return None
    told = NOT_SAID if said is None else "; ".join(said) if said else "none to be seen"
    kept = NOT_RECORDED if recorded is None else "; ".join(recorded) or "none"
    if said is None:
        sentence = f"The witnesses were not asked, or said nothing, of {kind}. {as_of} says: {kept}. Ask them."
        return Unsettled(kind, told, kept, sentence)
    described = f"The witnesses said of {kind}: {told}."
    if recorded is None:
        return Unsettled(kind, told, kept, f"{described} Whether the person has any is not recorded: find out.")
    if bool(said) is bool(recorded):
        last = " Whether these are the same, a person must compare." if said else ""
        return Unsettled(kind, told, kept, f"{described} {as_of} says: {kept}.{last}")
    last = "" if said else " Whether they would have been seen must be asked."
    return Contradiction(kind, told, kept, f"{described} {as_of} says: {kept}.{last}")


def _in_words(kind: Kind, said: str | None, recorded: str | None, as_of: str) -> Unsettled | None:
    if said is None and recorded is None:
        return None
    told = "The witnesses said nothing of it." if said is None else f"The witnesses said: {said}."
    kept = "The record says nothing of it." if recorded is None else f"{as_of} says: {recorded}."
    last = "Ask the witnesses." if said is None else "Find out." if recorded is None else "A person must compare them."
    return Unsettled(kind, said or NOT_SAID, recorded or NOT_RECORDED, f"{told} {kept} {last}")
