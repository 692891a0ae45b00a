"""The parts that the lead sheet and the letter without a lead share, each as a section of words."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from lookalike.casework.leads.sheet import (
    Deed,
    EarlierSearch,
    Examined,
    Expiry,
    KnownError,
    Searched,
    SheetPerson,
    SheetProbe,
)
from lookalike.casework.paper import a_moment
from lookalike.evaluation.estimates import MINIMUM, three_in, wilson
from lookalike.protocol.vocabulary import Conclusion, Disclosure, Fit
from lookalike.protocol.words import a_day, a_list

QUALITY = {
    Fit.FIT: (
        "Fit for comparison",
        "The image shows enough of the face to be compared. That makes no comparison right: two people can look alike "
        "in a good image too.",
    ),
    Fit.POOR: (
        "Poor",
        "In an image this poor, strangers look alike. Lookalikes are likely, and the examiners could compare less than "
        "in a good image.",
    ),
    Fit.UNFIT: (
        "Unfit for comparison",
        "Nothing can be compared in this image. A search would return a full list, and every face on it would be a "
        "lookalike.",
    ),
}

CONCLUSIONS = {
    Conclusion.POSSIBLE_CANDIDATE: "possible candidate: investigate",
    Conclusion.NO_CANDIDATE: "no candidate",
    Conclusion.UNSUITABLE: "image unsuitable for comparison",
    Conclusion.INCONCLUSIVE: "inconclusive",
}


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a document, shown in this order.

    rows: label and value. also, also_rows: a second run of rows and what precedes it. table: the header and its rows;
    widths: of its columns, in parts. closing: set small. tells: what is told against the lead. warns: stands out.
    """

    heading: str
    paragraphs: tuple[str, ...] = ()
    rows: tuple[tuple[str, str], ...] = ()
    also: str = ""
    also_rows: tuple[tuple[str, str], ...] = ()
    table: tuple[tuple[str, ...], ...] = ()
    widths: tuple[int, ...] = ()
    items: tuple[str, ...] = ()
    closing: tuple[str, ...] = ()
    tells: frozenset[Disclosure] = frozenset()
    warns: bool = False

    @property
    def labelled(self) -> list[list[tuple[str, str]]]:
        """The rows of the table, each cell with the head of its column, for a page that is narrow."""
        return [list(zip(self.table[0], row, strict=True)) for row in self.table[1:]]

    def texts(self) -> Iterator[str]:
        """Every text of the section, in order."""
        yield from (self.heading, *self.paragraphs)
        for rows in (self.rows, ((self.also,),), self.also_rows, self.table):
            for row in rows:
                yield from row
        yield from (*self.items, *self.closing)


def person(named: SheetPerson) -> Section:
    """Whom the lead names, and the photograph that came back."""
    tells = set()
    if named.taken_on is not None:
        tells.add(Disclosure.PHOTO_DATE)
    if named.expiry is not None:
        tells.add(Disclosure.PHOTO_EXPIRED)
    return Section(
        "The person whom this lead names",
        rows=(
            ("Name on the record", named.name or "not recorded"),
            ("Record", f"{named.record_id}, person {named.person_id}, gallery “{named.gallery}”"),
            *((("Booking", named.booking),) if named.booking else ()),
            ("Photograph taken", taken(named)),
            ("Source", named.source),
            ("Its document", _expiry(named)),
        ),
        closing=(
            "Nobody has found that this person is the one in the image. The comparison itself is in the examiners' "
            "reports; two pictures side by side show nothing that they do not.",
        ),
        tells=frozenset(tells),
    )


def taken(named: SheetPerson) -> str:
    """When the gallery photograph was taken, and how old it was."""
    if named.taken_on is None:
        return "the day on which it was taken is not recorded, so that it may be of any age"
    return f"taken {a_day(named.taken_on)}, {named.age}"


def _expiry(named: SheetPerson) -> str:
    match named.expiry:
        case None:
            return "It is not recorded whether it has expired."
        case Expiry.EXPIRED:
            when = "on a day that is not recorded" if named.expired_on is None else f"on {a_day(named.expired_on)}"
            return f"EXPIRED {when}. An expired document shows how somebody looked long ago, and newer ones may exist."
        case Expiry.VALID:
            return "Still valid."
        case Expiry.NEVER:
            return "A booking photograph; it does not expire. It shows the person on its day, not today."


def likeness(sentence: str, where: Sequence[Searched]) -> Section:
    """What the likeness is worth, and on what measurement that rests."""
    return Section(
        "How many strangers look this much alike",
        (sentence,),
        closing=(
            "The number is estimated from how much this image resembles the other people of the galleries. It is not "
            "the chance that the person on this sheet is the wrong one; nobody knows that chance.",
        ),
        rows=tuple((f"Evaluation relied on, {one.gallery}", one.validity) for one in where),
    )


def quality(probe: SheetProbe) -> Section:
    """The image that was searched: what it allows, what covers the face, and what was done to it."""
    verdict, meaning = QUALITY[probe.fitness]
    reasons = f": {'; '.join(probe.reasons)}" if probe.reasons else ""
    covered = (
        "not recorded"
        if probe.obstructions is None
        else f"Covered or hidden: {'; '.join(probe.obstructions)}."
        if probe.obstructions
        else "Nothing covers the face."
    )
    tells = {Disclosure.QUALITY} | ({Disclosure.OBSTRUCTIONS} if probe.obstructions is not None else set())
    return Section(
        "The image that was searched",
        rows=(
            ("Quality", f"{verdict}{reasons}."),
            ("What that means", meaning),
            ("Obstructions", covered),
            ("Edits", "None." if not probe.edits_in_words else f"{_numbered(probe.edits_in_words)}."),
            ("File", probe.name),
            ("SHA-256 as received", probe.sha256),
        ),
        tells=frozenset(tells),
    )


def _numbered(edits: Sequence[str]) -> str:
    return "; ".join(edits) if len(edits) == 1 else "; ".join(f"({i}) {edit}" for i, edit in enumerate(edits, 1))


def other_photographs(named: SheetPerson) -> Section:
    """The photographs of the same person that were searched and did not come back."""
    heading, others = "Other photographs of this person that did not come back", named.others_not_returned
    if others is None:
        return Section(heading, ("It is not recorded whether the galleries hold other photographs of this person.",))
    tells = frozenset({Disclosure.OTHERS_NOT_RETURNED})
    if not others:
        return Section(
            heading, ("The galleries that were searched hold no other photograph of this person.",), tells=tells
        )
    those = (
        "1 other photograph of this person was searched too. It did not come back"
        if len(others) == 1
        else f"{len(others)} other photographs of this person were searched too. None of them came back"
    )
    return Section(
        heading,
        (f"{those}: everybody who came back looks more like the image than this person does there. Explain why.",),
        widths=(3, 2, 4),
        table=(("Record", "Taken", "Source"), *((o.record_id, o.date_taken, o.source) for o in others)),
        tells=tells,
    )


def examined(examinations: Sequence[Examined] | None) -> Section:
    """What each examiner found, alone, and whether they agree."""
    heading = "What the examiners found, each alone"
    if not examinations:
        return Section(heading, ("No examination is recorded.",))
    return Section(
        heading,
        (_agreement(examinations),),
        widths=(7, 9, 9, 9),
        table=(
            ("Examiner", "When", "Result", "Could see beside the photographs"),
            *((e.examiner, a_moment(e.at), _result(e), a_list(e.could_see)) for e in examinations),
        ),
        closing=("Agreement is no proof: two careful people can take the same stranger for somebody else.",),
        tells=frozenset({Disclosure.OTHER_EXAMINERS}),
    )


def _result(examination: Examined) -> str:
    words = CONCLUSIONS[examination.conclusion]
    return f"{words}, but somebody else" if examination.names_this_person is False else words


def _agreement(examinations: Sequence[Examined]) -> str:
    agree = sum(one.names_this_person is True for one in examinations)
    if agree == len(examinations):
        return (
            "Only 1 examiner has compared."
            if agree == 1
            else f"{'Both' if agree == 2 else f'All {agree}'} examiners, each alone, named the person of this sheet."
        )
    return f"THE EXAMINERS DID NOT AGREE. {agree} of {len(examinations)} named the person of this sheet."


def known_error(known: KnownError | None) -> Section:
    """How often these examiners name somebody who was not there, as known-answer trials measured it."""
    heading = "How often these examiners are wrong"
    if known is None:
        return Section(heading, ("Nobody has measured it: there is no current known-answer result.",))
    last = f"Measured until {a_day(known.measured_until)}, with tasks that looked like real work."
    counted = (
        f"In {known.without} known-answer tasks of {known.whose} the person was not there. "
        f"Somebody was named all the same in {known.false_leads or 'none'} of them."
    )
    if known.without < MINIMUM:
        return Section(heading, (f"{counted} That is too few tasks to say how often it happens.",), closing=(last,))
    if not known.false_leads:
        bound = f"It may still happen in up to {_one_in(three_in(known.without), math.floor)} such tasks."
    else:
        low, high = wilson(known.false_leads, known.without)
        few, many = _one_in(low, math.ceil), _one_in(high, math.floor)
        bound = f"The true number may lie anywhere between {few} and {many} such tasks."
    return Section(
        heading,
        (f"{counted} {bound}",),
        closing=(f"{last} Such a range holds the truth 19 times in 20.",),
    )


def _one_in(share: float, way: Callable[[float], int]) -> str:
    """A share as 1 in so many. way: how the many are rounded, so that an interval only grows."""
    if share < 0.4:
        return f"1 in {way(1 / share):,}"
    return f"{math.ceil(share * 10) if way is math.floor else math.floor(share * 10)} in 10"


def earlier(searches: Sequence[EarlierSearch] | None) -> Section:
    """The earlier searches of the same face, those without a result included."""
    heading = "Earlier searches of the same face"
    if searches is None:
        return Section(heading, ("It is not recorded whether this face was searched before.",))
    tells = frozenset({Disclosure.PRIOR_SEARCHES})
    if not searches:
        return Section(heading, ("None. This face was searched here for the first time.",), tells=tells)
    return Section(
        heading,
        ("A face that is searched again and again will resemble somebody in the end.",),
        widths=(9, 6, 7, 12),
        table=(
            ("When", "Request", "Galleries", "Result"),
            *((a_moment(one.at), one.request, one.galleries, one.result) for one in searches),
        ),
        tells=tells,
    )


def searched(where: Sequence[Searched], listed: int, software: str) -> Section:
    """Which galleries were searched, how large they were and in which state, how many came back, and with what."""
    if not where:
        return Section("What was searched", ("Nothing. The image was not fit to be searched.",))
    rows = []
    for one in where:
        people = "1 person" if one.persons == 1 else f"{one.persons:,} people"
        photographs = "1 photograph" if one.records == 1 else f"{one.records:,} photographs"
        rows.append((f"Gallery “{one.gallery}”", f"{photographs} of {people}"))
        rows.append(("Its state (snapshot)", one.snapshot))
    rows.append(("Candidates", f"{listed} came back. A search returns as many as it is asked for, whoever they are."))
    rows.append(("Software", software))
    return Section(
        "What was searched",
        rows=tuple(rows),
        closing=("Only people in these galleries could come back. Whoever did it may never have been in them.",),
    )


def deeds(done: Sequence[Deed]) -> Section:
    """Who did what, and when."""
    heading = "Who did what, and when"
    if not done:
        return Section(heading, ("Nothing is recorded.",))
    return Section(
        heading,
        widths=(9, 6, 5, 14),
        table=(("When", "Who", "As", "What"), *((a_moment(d.at), d.who, d.role, d.what) for d in done)),
    )
