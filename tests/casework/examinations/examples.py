"""Invented examinations to print and to break."""

from __future__ import annotations

import datetime
import io

from PIL import Image

from lookalike.casework.examinations.report import (
    CandidateExamined,
    Change,
    Compared,
    ExaminationReport,
    Feature,
    Finding,
    Judgement,
    Mark,
    Signature,
    Visible,
)
from lookalike.casework.paper import Verification
from lookalike.demo.story import PEOPLE
from lookalike.protocol.vocabulary import Conclusion

DETROIT = datetime.timezone(datetime.timedelta(hours=-4))
PROBE = (PEOPLE / "probes" / "S001-a.jpg").read_bytes()


def at(hour: int, minute: int = 0) -> datetime.datetime:
    """A moment of 10 June 2026."""
    return datetime.datetime(2026, 6, 10, hour, minute, tzinfo=DETROIT)


def figure(record: str) -> bytes:
    """The image and a booking photograph side by side, PNG."""
    made, drawn = Image.new("RGB", (1640, 800), "white"), io.BytesIO()
    for x, path in ((0, PEOPLE / "probes" / "S001-a.jpg"), (840, PEOPLE / "bookings" / f"{record}.jpg")):
        with Image.open(path) as picture:
            made.paste(picture.convert("RGB").resize((800, 800)), (x, 0))
    made.save(drawn, "PNG")
    return drawn.getvalue()


FEATURES = (
    Feature("Skin", Visible.PARTLY, "even; no texture to be made out", "compression blocks of 8 pixels"),
    Feature("Face outline", Visible.YES, "long oval, widest at the cheekbones", "turned to its left"),
    Feature("Hairline", Visible.NO, "", "covered by the cap"),
    Feature("Eyebrows", Visible.YES, "straight, thick towards the middle", ""),
    Feature("Ears", Visible.PARTLY, "right ear: lobe attached", "left ear in shadow"),
    Feature("Facial hair", Visible.YES, "moustache, and a short beard on the chin", ""),
)

COMPARED = (
    Compared("Face outline", "long oval", "long oval", Finding.SIMILAR, ""),
    Compared("Eyebrows", "straight, thick", "straight, thick", Finding.SIMILAR, ""),
    Compared("Ears", "right: lobe attached", "right: lobe free", Finding.DIFFERENT, "compression; 9 pixels of lobe"),
    Compared("Hairline", "covered", "low, straight", Finding.NOT_COMPARABLE, ""),
)

REPORT = ExaminationReport(
    agency="Sample City Police, Crime Intelligence Unit",
    number="X-2026-0417",
    request_number="R-2026-0211",
    examiner="M. Lindqvist",
    training="face comparison, 96 hours, completed 14 February 2026",
    software="Lookalike 0.1.0",
    issued_at=at(11, 50),
    probe_name="E-4 camera 2 at 22-14-07.png",
    probe_sha256="c1d9e2f7a6b5048391e2d3c4b5a6978877665544332211000f1e2d3c4b5a6978",
    edits_in_words=("cropped to 320 × 400 pixels from (812, 144)", "exposure raised by 0.6 stops"),
    features=FEATURES,
    locked_at=at(8, 30),
    changes=(Change(at(9, 40), "Ears", "right ear: lobe attached", "right ear: lobe not clear", "seen at 8 times"),),
    seen_at=at(9, 3),
    order="The system showed the candidates in an order that is not the computer's, drawn with the seed 5f2c9b0e.",
    candidates=(
        CandidateExamined(
            "A",
            "B000004",
            COMPARED,
            (
                "both sides 3.5 times",
                "the candidate turned 2 degrees to the left",
                "brightness of the image raised by 12",
            ),
            (
                Mark("inner end of the right eyebrow", (412, 300), (188, 211)),
                Mark("right lobe", (371, 402), (140, 266)),
            ),
            Judgement.POSSIBLE,
            "Outline and eyebrows are similar and nothing that can be compared excludes the person. The lobe differs; "
            "9 pixels of lobe do not carry an exclusion.",
        ),
        CandidateExamined(
            "B",
            "B000007",
            (Compared("Face outline", "long oval", "round", Finding.DIFFERENT, ""),),
            (),
            (),
            Judgement.EXCLUDED,
            "The outline is round at every pose that the image allows.",
        ),
    ),
    conclusion=Conclusion.POSSIBLE_CANDIDATE,
    named="A",
    reason="Candidate A should be investigated. The image carries no more than that.",
    saw=frozenset(),
    signatures=(Signature("M. Lindqvist", "examiner", at(11, 47), "I did this examination by my own work, alone."),),
    verification=Verification(
        "9WXC-41TB-RR0E", "https://lookalike.example/check/9WXC-41TB-RR0E", 18_190, "0123456789abcdef" * 4
    ),
)
FIGURES = {"A": figure("B000004"), "B": figure("B000007")}
