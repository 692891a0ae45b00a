"""The lead sheet and the letter without a lead, as data. What they say of it is in `content`, how they look in the
templates.

None in a field means that it is not known. The sheet then says so, and does not count it as told: the protection of
the sheet (R12) refuses what it must tell and does not.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from lookalike.casework.leads.contradictions import Described, OnRecord
from lookalike.casework.paper import Verification
from lookalike.errors import BadFacts
from lookalike.protocol.vocabulary import Conclusion, Fit
from lookalike.record.model import OtherRecord

NEXT_STEPS = (
    "Look for evidence that does not come from this search: who was where, what was touched, what was paid, what the "
    "telephone says, who knows the person. Look as hard for what clears the person as for what does not.",
    "Ask first about everything under “What speaks against this lead”.",
    "Write down where the person says they were, and check it, before anything else is asked for.",
    "A lineup needs independent and reliable evidence that links the person to the crime, found before it. "
    "So does a warrant, and again without this search and without that lineup.",
    "Give this sheet to the prosecutor, whole, with everything found for and against.",
)
"""What has to follow a lead where a pack does not say it otherwise.

Source: Williams v. City of Detroit, settlement, confirmed terms 1 to 3 (`reference/protocols/02`); alibi and place
before a warrant, `reference/protocols/03`, 3.6.
"""

FORBIDDEN_STEPS = (
    "Do not arrest, stop or search anybody on this sheet, nor on a lineup that follows from it.",
    "Do not show this sheet, either photograph or the name to a witness, a victim, a relative or the public.",
    "Do not use the photograph of this sheet in a lineup.",
    "Do not tell a witness that a face was searched, or that anybody was found.",
    "Do not ask somebody who was not there whether they recognise the person.",
    "Do not have another agency search this face instead.",
)
"""What a lead never allows where a pack does not say it otherwise.

Source: `reference/protocols/02`, confirmed terms 1 and 2, and the 2023 rules; `reference/protocols/03`, 3.6.
"""


class Expiry(StrEnum):
    """Whether the document that a gallery photograph comes from can expire, and has."""

    NEVER = "a photograph of this kind does not expire"
    VALID = "still valid"
    EXPIRED = "expired"


class Ending(StrEnum):
    """Why there is no lead, in the words of the letter."""

    NO_CANDIDATE = "The examiners, each alone, found no candidate to investigate."
    DISAGREED = "The examiners, each alone, did not come to the same result."
    UNSUITABLE = "The image was found unsuitable for comparison."
    NOT_SIGNED = "The supervisor did not sign a lead."
    INCONCLUSIVE = "The examiners, each alone, could not conclude anything."


@dataclass(frozen=True, slots=True)
class Searched:
    """One gallery that was searched. snapshot: its digest. validity: the evaluation relied on, in a sentence."""

    gallery: str
    records: int
    persons: int
    snapshot: str
    validity: str


@dataclass(frozen=True, slots=True)
class SheetProbe:
    """The image that was searched.

    reasons: what was measured, where it is not simply fit. obstructions: what covers the face; () nothing does.
    """

    name: str
    sha256: str
    fitness: Fit
    reasons: tuple[str, ...]
    obstructions: tuple[str, ...] | None
    edits_in_words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SheetPerson:
    """The person whom the lead names, and the photograph that came back.

    name None: the record has none. age: of the photograph, in words, as the search record has it. expired_on: for an
    expired document. others_not_returned: the person's other photographs that were searched too. booking: the arrest
    and the agency behind the record, in words; "" where nobody knows.
    """

    name: str | None
    record_id: str
    person_id: str
    gallery: str
    source: str
    taken_on: date | None
    age: str
    expiry: Expiry | None
    expired_on: date | None
    others_not_returned: tuple[OtherRecord, ...] | None
    booking: str = ""


@dataclass(frozen=True, slots=True)
class Witnessed:
    """What one witness said of the unknown person. after: it was recorded here only after the search."""

    witness: str
    given_on: date
    after: bool
    described: Described


@dataclass(frozen=True, slots=True)
class EarlierSearch:
    """An earlier search of the same face, also one that found nobody. result: in words."""

    at: datetime
    request: str
    galleries: str
    result: str


@dataclass(frozen=True, slots=True)
class Examined:
    """One examiner's result.

    names_this_person: whether the candidate is the person of this sheet; None: nobody was named. could_see: what the
    examiner could see beside the photographs; () nothing. Raises BadFacts where the first two do not agree.
    """

    examiner: str
    at: datetime
    conclusion: Conclusion
    names_this_person: bool | None
    could_see: tuple[str, ...]

    def __post_init__(self) -> None:
        if (self.conclusion is Conclusion.POSSIBLE_CANDIDATE) is (self.names_this_person is None):
            raise BadFacts(
                f"The examination of {self.examiner} cannot be {self.conclusion} and "
                f"{'name nobody' if self.names_this_person is None else 'name somebody'}.",
                why="Whether the examiners agree is worked out from whom each of them named.",
                remedy="Say whom a possible candidate is; leave it out for every other conclusion.",
            )


@dataclass(frozen=True, slots=True)
class KnownError:
    """What known-answer trials measured of the examiners of this lead. whose: as it reads after "of".

    without: trials in which the person was not there, false_leads: in how many somebody was named all the same.
    Raises BadFacts where more are counted than there were.
    """

    whose: str
    measured_until: date
    without: int
    false_leads: int

    def __post_init__(self) -> None:
        if not 0 <= self.false_leads <= self.without:
            raise BadFacts(
                f"{self.false_leads} of {self.without} trials cannot have ended with somebody named.",
                why="The sheet tells how often the examiners are wrong.",
                remedy="Count the trials again.",
            )


@dataclass(frozen=True, slots=True)
class Deed:
    """Who did what, and when. role: under which office or role."""

    at: datetime
    who: str
    role: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadSheet:
    """Everything on the sheet of a lead.

    offence_on: the day of the offence. software: with the matcher pack. listed: how many candidates came back.
    expected_lookalikes: the sentence of the search record. described: what each witness said, apart; None: nobody
    recorded whether anybody said anything. earlier_searches (): none.
    """

    agency: str
    case_number: str
    request_number: str
    asked_by: str
    offence: str
    offence_on: date
    issued_at: datetime
    software: str
    probe: SheetProbe
    searched: tuple[Searched, ...]
    person: SheetPerson
    listed: int
    expected_lookalikes: str
    described: tuple[Witnessed, ...] | None
    on_record: OnRecord
    earlier_searches: tuple[EarlierSearch, ...] | None
    examinations: tuple[Examined, ...] | None
    known_error: KnownError | None
    deeds: tuple[Deed, ...]
    verification: Verification
    next_steps: tuple[str, ...] = NEXT_STEPS
    forbidden_steps: tuple[str, ...] = FORBIDDEN_STEPS


@dataclass(frozen=True, slots=True, kw_only=True)
class NoLead:
    """Everything in the letter that says that there is no lead. It names nobody.

    searched (): the image was not fit to be searched. examiners: how many compared.
    """

    agency: str
    case_number: str
    request_number: str
    asked_by: str
    offence: str
    issued_at: datetime
    software: str
    ending: Ending
    probe: SheetProbe
    searched: tuple[Searched, ...]
    listed: int
    examiners: int
    earlier_searches: tuple[EarlierSearch, ...] | None
    known_error: KnownError | None
    deeds: tuple[Deed, ...]
    verification: Verification
