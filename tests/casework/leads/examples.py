"""Invented leads to print and to break."""

from __future__ import annotations

import datetime

from lookalike.casework.leads.contradictions import Described, OnRecord, Range
from lookalike.casework.leads.document import Pictures
from lookalike.casework.leads.sheet import (
    Deed,
    EarlierSearch,
    Ending,
    Examined,
    Expiry,
    KnownError,
    LeadSheet,
    NoLead,
    Searched,
    SheetPerson,
    SheetProbe,
    Witnessed,
)
from lookalike.casework.paper import Verification
from lookalike.demo.story import PEOPLE
from lookalike.protocol.vocabulary import Conclusion, Fit
from lookalike.record.model import OtherRecord

DETROIT = datetime.timezone(datetime.timedelta(hours=-4))
ISSUED = datetime.datetime(2026, 6, 12, 16, 40, tzinfo=DETROIT)
PICTURES = Pictures((PEOPLE / "probes" / "S001-a.jpg").read_bytes(), (PEOPLE / "bookings" / "B000004.jpg").read_bytes())


def at(day: int, hour: int, minute: int = 0) -> datetime.datetime:
    """A moment of June 2026."""
    return datetime.datetime(2026, 6, day, hour, minute, tzinfo=DETROIT)


def one_witness(described: Described) -> tuple[Witnessed, ...]:
    """What one witness said, before the search."""
    return (Witnessed("Witness 1, clerk", datetime.date(2026, 5, 29), False, described),)


CHECK = Verification(
    "L7QK-2M9D-XW4T",
    "https://lookalike.example/check/L7QK-2M9D-XW4T",
    18_204,
    "5f2c9b0e7d1a44c38e6f0b9a2d7c1e85f3b6a9d0c4e7f1128b5a6d3c9e0f7a41",
)

PROBE = SheetProbe(
    name="E-4 camera 2 at 22-14-07.png",
    sha256="c1d9e2f7a6b5048391e2d3c4b5a6978877665544332211000f1e2d3c4b5a6978",
    fitness=Fit.POOR,
    reasons=("24 pixels between the eyes", "the face is turned 28 degrees to its left"),
    obstructions=("the peak of a cap covers the forehead", "the left ear is in shadow"),
    edits_in_words=("cropped to 320 × 400 pixels from (812, 144)", "exposure raised by 0.6 stops"),
)

SEARCHED = (
    Searched(
        "Sample City bookings",
        61_402,
        48_077,
        "9a4be07c55d1f0a2c3b4e5d6978812aa34bb56cc78dd90ee12ff34aa56bb78cc",
        "Validated for this image quality until 2027-01-31, accepted by the oversight board on 2026-01-14: "
        "the number of strangers listed is the number expected.",
    ),
)

EARLIER = (
    EarlierSearch(at(3, 9, 12), "R-2026-0198", "Sample City bookings", "No lead: the examiners found no candidate."),
    EarlierSearch(at(5, 11, 3), "R-2026-0203", "Demo County jail", "Refused: the image was unfit for comparison."),
)

DEEDS = (
    Deed(at(9, 10, 5), "R. Okafor", "investigator", "asked for the search"),
    Deed(at(10, 8, 30), "M. Lindqvist", "examiner", "described the image alone and locked the description"),
    Deed(at(10, 9, 2), "M. Lindqvist", "examiner", "searched once, with the approval of request R-2026-0211"),
    Deed(at(10, 11, 47), "M. Lindqvist", "examiner", "compared 20 candidates and concluded"),
    Deed(at(11, 14, 15), "T. Abara", "examiner", "compared, without the first result, and concluded"),
    Deed(at(12, 16, 31), "D. Whitcombe", "supervisor", "read the whole file and signed the lead"),
)

LEAD = LeadSheet(
    agency="Sample City Police, Crime Intelligence Unit",
    case_number="26-014833",
    request_number="R-2026-0211",
    asked_by="R. Okafor",
    offence="robbery (NIBRS 120; MCL 750.530)",
    offence_on=datetime.date(2026, 5, 29),
    issued_at=ISSUED,
    software="Lookalike 0.1.0, matcher yunet-sface",
    probe=PROBE,
    searched=SEARCHED,
    person=SheetPerson(
        name="Jordan Example",
        record_id="B000004",
        person_id="P0196",
        gallery="Sample City bookings",
        source="Sample City Police",
        taken_on=datetime.date(2009, 4, 6),
        age="17 years before this search",
        expiry=Expiry.NEVER,
        expired_on=None,
        others_not_returned=(
            OtherRecord("B000377", "2019-11-30", "Sample City Police"),
            OtherRecord("B000402", "2023-02-08", "Demo County Jail"),
        ),
    ),
    listed=20,
    expected_lookalikes="About 3 strangers in this gallery of 48,077 people would look at least this much alike "
    "(between 1 and 8 strangers).",
    described=one_witness(
        Described(
            height_cm=Range(168, 168),
            weight_kg=Range(70, 75),
            age=Range(20, 25),
            build="slim",
            tattoos=(),
            facial_hair="a thin moustache",
        )
    ),
    on_record=OnRecord(
        dated=datetime.date(2023, 2, 8),
        height_cm=188,
        weight_kg=104,
        born_on=datetime.date(1988, 3, 17),
        tattoos=("a rose on the neck, left", "letters on the right hand"),
    ),
    earlier_searches=EARLIER,
    examinations=(
        Examined("M. Lindqvist", at(10, 11, 47), Conclusion.POSSIBLE_CANDIDATE, True, ()),
        Examined("T. Abara", at(11, 14, 15), Conclusion.POSSIBLE_CANDIDATE, True, ()),
    ),
    known_error=KnownError("the two examiners of this lead", datetime.date(2026, 5, 31), 64, 3),
    deeds=DEEDS,
    verification=CHECK,
)

BARE = LeadSheet(
    agency="A",
    case_number="1",
    request_number="2",
    asked_by="B",
    offence="robbery",
    offence_on=datetime.date(2026, 5, 29),
    issued_at=ISSUED,
    software="Lookalike 0.1.0, matcher yunet-sface",
    probe=SheetProbe("p.png", "0" * 64, Fit.FIT, (), None, ()),
    searched=SEARCHED,
    person=SheetPerson(None, "r", "p", "g", "s", None, "", None, None, None),
    listed=20,
    expected_lookalikes="About 3 strangers.",
    described=None,
    on_record=OnRecord(),
    earlier_searches=None,
    examinations=None,
    known_error=None,
    deeds=(),
    verification=CHECK,
)
"""A sheet of which as much as possible is not known."""

NO_LEAD = NoLead(
    agency=LEAD.agency,
    case_number=LEAD.case_number,
    request_number=LEAD.request_number,
    asked_by=LEAD.asked_by,
    offence=LEAD.offence,
    issued_at=ISSUED,
    software=LEAD.software,
    ending=Ending.NO_CANDIDATE,
    probe=PROBE,
    searched=SEARCHED,
    listed=20,
    examiners=2,
    earlier_searches=(),
    known_error=None,
    deeds=DEEDS[:5],
    verification=CHECK,
)
