"""What the lead sheet and the letter without a lead say: every heading and sentence, in order, before any layout.

The PDF and the page show this and nothing else, so that what `said` finds here is what a reader reads.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from lookalike.casework.leads import parts
from lookalike.casework.leads.contradictions import Contradiction, Described, Unsettled, contradictions, unsettled
from lookalike.casework.leads.forbidden import forbidden_in
from lookalike.casework.leads.sheet import Ending, LeadSheet, NoLead, Witnessed
from lookalike.casework.paper import a_moment, one_line
from lookalike.protocol.facts.search import Sheet
from lookalike.protocol.vocabulary import Disclosure, Fit, Forbidden, Statement
from lookalike.protocol.words import a_day

Section = parts.Section

NOTICE = "INVESTIGATIVE LEAD ONLY. NOT AN IDENTIFICATION. NOT PROBABLE CAUSE TO ARREST."

SAYS = {
    Statement.LEAD_ONLY: "INVESTIGATIVE LEAD ONLY",
    Statement.NOT_IDENTIFICATION: "NOT AN IDENTIFICATION",
    Statement.NOT_PROBABLE_CAUSE: "NOT PROBABLE CAUSE",
    Statement.INVESTIGATE_FURTHER: "It must be investigated further",
}
"""The words by which each statement is recognised in what the sheet shows."""

NO_NAME = frozenset({Forbidden.PERCENT, Forbidden.GREEN_TICK})
"""What is looked for in people's names too; somebody may be called Rank."""

NOTICE_BODY = (
    "A computer listed people who look like the person in an image, and one of them is named here to be investigated. "
    "Every face search returns lookalikes, also when the person sought is not in the gallery. The person on this sheet "
    "may be one. It must be investigated further before anything is done to anybody."
)

LATE = (
    "Something was recorded only after the search. Whoever knew of a candidate may have shaped it; it is shown for "
    "what it says against the lead."
)

NOBODY = Witnessed("", date.min, False, Described())
"""Nobody said anything; what the record says is shown all the same."""

NO_LEAD_NOTICE = "NO LEAD. NOBODY IS NAMED. NOTHING FOLLOWS FROM THIS ABOUT ANYBODY."


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """A statement that the investigator accepts before the sheet opens. key: how the acceptance is recorded."""

    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Shown:
    """All that a document says, in the order in which it is read. facts: label and value under the title."""

    title: str
    facts: tuple[tuple[str, str], ...]
    notice: str
    notice_body: str
    sections: tuple[Section, ...]
    verification: str
    captions: tuple[str, ...]

    def texts(self) -> Iterator[str]:
        """Every text that is shown, in order."""
        yield self.title
        for label, value in self.facts:
            yield from (label, value)
        yield from (self.notice, self.notice_body)
        for section in self.sections:
            yield from section.texts()
        yield from (self.verification, *self.captions)


def statements() -> tuple[Acknowledgement, ...]:
    """What the investigator accepts, one by one, before the sheet opens. The sheet repeats it."""
    return (
        Acknowledgement("lead_only", "This is an investigative lead and nothing more."),
        Acknowledgement(
            "not_identification",
            "It is not an identification. Nobody has found that the two photographs show one person.",
        ),
        Acknowledgement(
            "not_probable_cause",
            "It is not probable cause to arrest, to search or to ask for a warrant. Neither is a lineup that follows "
            "from it.",
        ),
        Acknowledgement(
            "investigate_further",
            "I must find independent and reliable evidence, without this search, before a lineup and again before a "
            "warrant.",
        ),
        Acknowledgement("lookalike", "The person on the sheet may be a lookalike who was never there."),
        Acknowledgement("contradictions_first", "I read what speaks against this lead first, and follow it up."),
        Acknowledgement(
            "shown_to_nobody",
            "I show the sheet, its photographs and the name to no witness, victim, relative or public.",
        ),
        Acknowledgement("disclosed", "I tell the prosecutor that a face was searched, and hand over this sheet whole."),
    )


def lead_content(sheet: LeadSheet) -> Shown:
    """What the lead sheet says. What speaks against the lead stands before everything else."""
    return Shown(
        title="Lead sheet",
        facts=_heading(sheet),
        notice=NOTICE,
        notice_body=NOTICE_BODY,
        sections=(
            _against(sheet),
            Section("What is forbidden", items=sheet.forbidden_steps),
            Section("What must happen next", items=sheet.next_steps),
            parts.person(sheet.person),
            parts.likeness(sheet.expected_lookalikes, sheet.searched),
            parts.quality(sheet.probe),
            parts.other_photographs(sheet.person),
            parts.examined(sheet.examinations),
            parts.known_error(sheet.known_error),
            parts.earlier(sheet.earlier_searches),
            parts.searched(sheet.searched, sheet.listed, sheet.software),
            parts.deeds(sheet.deeds),
            Section(
                "What the investigator has to accept before this sheet opens",
                items=tuple(one.text for one in statements()),
            ),
        ),
        verification=sheet.verification.sentence(),
        captions=(
            f"The image that was searched: {sheet.probe.name}, as edited",
            f"The gallery photograph: record {sheet.person.record_id}, {parts.taken(sheet.person)}",
        ),
    )


def no_lead_content(letter: NoLead) -> Shown:
    """What the letter without a lead says. It names nobody, and gives no reader anything to conclude."""
    return Shown(
        title="No lead",
        facts=_heading(letter),
        notice=NO_LEAD_NOTICE,
        notice_body="This is a normal result of a face search, and the request is answered by it.",
        sections=(
            Section("The result", (letter.ending.value, _compared_by(letter))),
            Section("What may not be concluded", items=_not_concluded(letter)),
            Section("What may be done next", items=_may_follow(letter)),
            parts.quality(letter.probe),
            parts.earlier(letter.earlier_searches),
            parts.known_error(letter.known_error),
            parts.searched(letter.searched, letter.listed, letter.software),
            parts.deeds(letter.deeds),
        ),
        verification=letter.verification.sentence(),
        captions=(),
    )


def said(sheet: LeadSheet) -> Sheet:
    """The facts of the sheet as the protocol judges them, read from what it shows and not from what was intended."""
    shown = lead_content(sheet)
    texts = {one_line(text) for text in shown.texts()}
    names = {one_line(name) for name in _names(sheet)}
    found = {one for text in texts - names for one in forbidden_in(text)}
    found |= {one for name in names for one in forbidden_in(name) & NO_NAME}
    return Sheet(
        statements=frozenset(one for one, words in SAYS.items() if any(words in text for text in texts)),
        disclosures=frozenset[Disclosure]().union(*(section.tells for section in shown.sections)),
        forbidden_shown=frozenset(found),
    )


def _names(sheet: LeadSheet) -> Iterator[str]:
    yield from (sheet.asked_by, sheet.person.name or "")
    yield from (one.who for one in sheet.deeds)
    yield from (one.examiner for one in sheet.examinations or ())


def _heading(document: LeadSheet | NoLead) -> tuple[tuple[str, str], ...]:
    offence = document.offence
    if isinstance(document, LeadSheet):
        offence = f"{offence}, {a_day(document.offence_on)}"
    return (
        ("Agency", document.agency),
        ("Case", f"{document.case_number} · {offence}"),
        ("Request", document.request_number),
        ("Asked by", document.asked_by),
        ("Issued", a_moment(document.issued_at)),
    )


def _against(sheet: LeadSheet) -> Section:
    """What speaks against the lead: each witness apart, nothing averaged and nothing weighed."""
    heading = "What speaks against this lead"
    if sheet.described is None:
        return Section(
            heading,
            ("It is not recorded whether any witness described the person. Find out before anything else.",),
            warns=True,
        )
    against = [
        (_kind(one, of, sheet.described), one.sentence)
        for of in sheet.described
        for one in contradictions(of.described, sheet.on_record, sheet.offence_on)
    ]
    rest = [
        (_kind(one, of, sheet.described), one.sentence)
        for of in sheet.described or (NOBODY,)
        for one in unsettled(of.described, sheet.on_record, sheet.offence_on)
    ]
    opening = "What witnesses said of the person, and what the booking record says:"
    none_at_all = "No witness described the person, so that there is nothing to compare with the booking record."
    found = {
        0: "No measured difference was found. That supports nothing: a description fits many people.",
        1: "There is 1 contradiction. It comes before everything else on this sheet.",
    }.get(len(against), f"There are {len(against)} contradictions. They come before everything else on this sheet.")
    anything = any(
        getattr(of.described, name) is not None for of in sheet.described for name in of.described.__dataclass_fields__
    )
    late = any(of.after for of in sheet.described)
    return Section(
        heading,
        (found if anything else none_at_all, *((LATE,) if late else ())),
        rows=tuple(against),
        also=""
        if not rest
        else opening
        if not against
        else "The rest of the description. None of it supports the lead:",
        also_rows=tuple(rest),
        tells=frozenset({Disclosure.DESCRIPTION_CONTRADICTIONS}),
        warns=True,
    )


def _kind(one: Contradiction | Unsettled, of: Witnessed, every: Sequence[Witnessed]) -> str:
    """What was described, and by whom where several witnesses spoke or one spoke after the search."""
    kind = f"{one.kind[:1].upper()}{one.kind[1:]}"
    if len(every) < 2 and not of.after:
        return kind
    return f"{kind}, {of.witness}{' (recorded after the search)' if of.after else ''}"


def _compared_by(letter: NoLead) -> str:
    if not letter.examiners:
        return "No examiner compared candidates."
    people = "1 examiner" if letter.examiners == 1 else f"{letter.examiners} examiners, each alone"
    return f"The candidates of the search were compared by {people}."


def _not_concluded(letter: NoLead) -> tuple[str, ...]:
    return (
        "It does not say that the person is not in the gallery: searches miss people who are there.",
        "It does not say that the person is in the gallery, nor that anybody who was compared is under suspicion.",
        "It clears nobody and accuses nobody. Somebody who is suspected on other evidence is neither more nor less so.",
        "It says nothing of the person in the image: not that they are unknown, from elsewhere or without a record.",
    )


def _may_follow(letter: NoLead) -> tuple[str, ...]:
    again = "is a new request. The same image is searched again for a stated reason only."
    poor = letter.ending is Ending.UNSUITABLE or letter.probe.fitness is not Fit.FIT
    return (
        "Go on with the case as if no face had been searched.",
        f"The image was {'poor' if letter.ending is not Ending.UNSUITABLE else 'unsuitable'}. Ask for the original "
        f"recording, or for another camera: a better image {again}"
        if poor
        else f"A better image, if there is one, {again}",
        "Do not ask another agency to search the same face until something comes out.",
        "Keep this letter with the case. Prosecutor and defence are told of a search without a lead like any other.",
    )
