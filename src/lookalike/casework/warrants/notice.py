"""The notice to a prosecutor: a past case whose warrant had a face search behind it and no independent evidence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import lookalike
from lookalike.casework.paper import a_moment, printed
from lookalike.protocol.words import a_day

TEMPLATE = Path(__file__).with_name("notice.typ")
SOURCE = "Williams v. City of Detroit (E.D. Mich.), settlement of 28 June 2024, term 6: the audit of past cases"


@dataclass(frozen=True, slots=True)
class NoticeLetter:
    """What a notice says. searched_on None: the list does not say. issued_at: with its offset from UTC."""

    agency: str
    to: str
    case_number: str
    case_agency: str
    offence: str
    searched_on: date | None
    warrant_on: date
    by: str
    issued_at: datetime
    due_on: date


def notice_pdf(letter: NoticeLetter) -> bytes:
    """Typeset a notice (PDF/UA-1); the same input gives the same bytes. Raises Fault."""
    rows = [
        ["To", letter.to],
        ["Case", f"{letter.case_number}, {letter.case_agency}"],
        ["Offence", letter.offence or "not told"],
        ["Face search", a_day(letter.searched_on) if letter.searched_on else "day not told"],
        ["Warrant", a_day(letter.warrant_on)],
        ["Sent by", f"{letter.by}, {letter.agency}, {a_moment(letter.issued_at)}"],
        ["Answer until", a_day(letter.due_on)],
    ]
    data = {
        "name": f"Notice on case {letter.case_number}",
        "software": f"Lookalike {lookalike.__version__}",
        "facts": rows,
        "notice": "NO INDEPENDENT EVIDENCE IS KNOWN.",
        "notice_body": "A warrant was issued in this case after a face search. Looking back, the agency found no "
        "evidence that links the person to the offence and does not come from the search.",
        "paragraphs": [
            "A face search returns lookalikes. What it returns is an investigative lead only: it is not an "
            "identification and not probable cause to arrest. A choice from photographs that follows such a lead is no "
            "independent evidence either.",
            "Please look at this case: whether the person was arrested, charged or convicted; whether other evidence "
            "was before the court; whether the search was disclosed to the defence; and what is to be done.",
            "Please answer in writing until the day named above. The notice stays open in the agency's list, and is "
            "shown as overdue from then on, until the answer is entered.",
        ],
        "source": SOURCE,
    }
    made_at = datetime.fromisoformat(letter.issued_at.isoformat())  # with a fixed offset
    return printed(TEMPLATE, data, {}, made_at=made_at)
