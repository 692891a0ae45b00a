"""What a sheet or a letter says, gathered from the rows: every witness, every other search, everybody's part in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

from django.db.models import Q
from django.utils.timezone import localtime
from pydantic import TypeAdapter

from lookalike.casework.acting import Acting
from lookalike.casework.bookings.known import KnownBooking, known
from lookalike.casework.cases.models import Case, Description
from lookalike.casework.examinations.agreement import Standing
from lookalike.casework.examinations.facts import concluded, where
from lookalike.casework.examinations.models import Task, Trial
from lookalike.casework.examinations.trials import Result, result_of
from lookalike.casework.leads.contradictions import Described, OnRecord, Range
from lookalike.casework.leads.from_record import expected_of, person_of, probe_of, searched_of
from lookalike.casework.leads.sheet import (
    Deed,
    EarlierSearch,
    Ending,
    Examined,
    Expiry,
    KnownError,
    LeadSheet,
    NoLead,
    Witnessed,
)
from lookalike.casework.paper import Verification
from lookalike.casework.people.models import Agency, Person
from lookalike.casework.searches.forms import COVERS
from lookalike.casework.searches.models import Candidate, Request, Search
from lookalike.casework.searches.services import record_of as written
from lookalike.protocol.vocabulary import Conclusion, Seen, Source
from lookalike.record.model import SearchRecord

_RECORD = TypeAdapter(SearchRecord)
_THINGS = r"(tattoos?|scars?|marks?|facial hair)"
_AND = r"(, | or | and |, no | or no | and no )"
_NOT_SEEN = r"( were)?( (that )?i saw| seen| visible| to be seen)?"
_NONE = re.compile(rf"(none|nothing|no( visible)?( {_THINGS}({_AND}{_THINGS})*)?){_NOT_SEEN}\.?")

ENDINGS = {
    Conclusion.NO_CANDIDATE: Ending.NO_CANDIDATE,
    Conclusion.UNSUITABLE: Ending.UNSUITABLE,
    Conclusion.INCONCLUSIVE: Ending.INCONCLUSIVE,
    Conclusion.POSSIBLE_CANDIDATE: Ending.NOT_SIGNED,
}
"""How a request ends without a lead where all examiners concluded alike."""

SAW = {
    Seen.SCORE: "what the computer made of the likeness",
    Seen.RANK: "the order of the search",
    Seen.FIRST_RESULT: "another examiner's result",
    Seen.FIRST_EXAMINER: "who examined before",
    Seen.NARRATIVE: "the story of the case",
    Seen.DEMOGRAPHICS: "demographics",
    Seen.CANDIDATE_STATUS: "the status of a candidate",
}


def record_of(search: Search) -> SearchRecord:
    """The search record as it was written. Raises BrokenFile where it is not."""
    return _RECORD.validate_json(written(search))


def lead_sheet(who: Acting, request: Request, candidate: Candidate, to: Verification) -> LeadSheet:
    """The sheet of a lead as it would be issued now. to: where it can be checked. Raises BadSearchRecord."""
    search, case = candidate.search, request.case
    record, tasks = record_of(search), concluded(search)
    booking = known([candidate.record_id]).get(candidate.record_id)
    return LeadSheet(
        agency=_agency(),
        case_number=case.number,
        request_number=str(request.number),
        asked_by=request.asked_by.name,
        offence=offence_in_words(case),
        offence_on=case.completed_on or request.asked_at.date(),
        issued_at=localtime(who.at),
        software=_software(record),
        probe=probe_of(record, covered(request)),
        searched=searched_of(record),
        person=person_of(
            record,
            candidate.record_id,
            name=booking.name or None if booking else None,
            expiry=_expiry(booking, who.at.date()),
            expired_on=booking.document_last_day if booking and booking.document_expired(who.at.date()) else None,
            booking=f"arrest {booking.arrest_id} of {booking.agency}" if booking else "",
        ),
        listed=len(record.candidates),
        expected_lookalikes=expected_of(record, candidate.record_id),
        described=witnesses(case, search.run_at),
        on_record=on_record(booking),
        earlier_searches=other_searches(request),
        examinations=tuple(_examined(task, candidate) for task in tasks),
        known_error=known_error([task.examiner for task in tasks], who.at),
        deeds=(*_deeds(request, search, tasks), _signed(who, "read the whole file and signed the lead")),
        verification=to,
    )


def no_lead(who: Acting, request: Request, ending: Ending, to: Verification) -> NoLead:
    """The letter that says that there is no lead."""
    search, case = request.search, request.case
    record, tasks = record_of(search), concluded(search)
    return NoLead(
        agency=_agency(),
        case_number=case.number,
        request_number=str(request.number),
        asked_by=request.asked_by.name,
        offence=offence_in_words(case),
        issued_at=localtime(who.at),
        software=_software(record),
        ending=ending,
        probe=probe_of(record, covered(request)),
        searched=searched_of(record),
        listed=len(record.candidates),
        examiners=len(tasks),
        earlier_searches=other_searches(request),
        known_error=known_error([task.examiner for task in tasks], who.at),
        deeds=(*_deeds(request, search, tasks), _signed(who, "read the whole file and closed the request")),
        verification=to,
    )


def ending_of(search: Search) -> Ending:
    """How a search ends when the supervisor signs no lead.

    Examiners who all named a control photograph, which is nobody's lead, are told as a lead that is not signed: a
    letter never tells which photographs were controls.
    """
    every = {Conclusion(task.conclusion) for task in concluded(search)}
    if len(every) == 1 and (every != {Conclusion.POSSIBLE_CANDIDATE} or where(search) is Standing.AGREED):
        return ENDINGS[every.pop()]
    return Ending.NOT_SIGNED if where(search) is Standing.AGREED else Ending.DISAGREED


def witnesses(case: Case, searched_at: datetime) -> tuple[Witnessed, ...] | None:
    """What each witness said, those recorded before the search first; None where nobody recorded anything.

    A record that was corrected before the search counts as corrected; one that was corrected after it is shown both
    ways.
    """
    rows = list(Description.objects.filter(case=case).order_by("taken_at", "pk"))
    stale = {row.corrects_id for row in rows if row.taken_at <= searched_at and row.corrects_id}
    told = tuple(
        Witnessed(row.witness, row.given_on, row.taken_at > searched_at, _described(row))
        for row in rows
        if row.pk not in stale
    )
    return told or None


def on_record(booking: KnownBooking | None) -> OnRecord:
    """The person as the booking describes them."""
    if booking is None:
        return OnRecord()
    return OnRecord(
        dated=booking.arrested_on or booking.taken_on,
        height_cm=booking.height_cm,
        weight_kg=booking.weight_kg,
        born_on=booking.born_on,
        marks=marks_in(booking.marks),
        hair=booking.hair or None,
        facial_hair=booking.facial_hair or None,
    )


def marks_in(text: str) -> tuple[str, ...] | None:
    """Scars, marks and tattoos as they were written down: None for nothing said, () for "none"."""
    plain = " ".join(text.split()).casefold()
    if not plain:
        return None
    if _NONE.fullmatch(plain):
        return ()
    return tuple(part.strip() for part in re.split(r"[;\n]", text) if part.strip())


def other_searches(request: Request) -> tuple[EarlierSearch, ...]:
    """Every other request for the same face that was made until now, whatever became of it, oldest first.

    Of another case only its number and agency are told.
    """
    both = Q(repeated_by=request) | Q(repeats=request)
    same = set(Request.objects.filter(both).values_list("pk", flat=True)) - {request.pk}
    rows = Request.objects.filter(pk__in=same).select_related("case__agency", "search").order_by("asked_at", "number")
    return tuple(
        EarlierSearch(
            localtime(row.asked_at),
            f"{row.number}"
            if row.case_id == request.case_id
            else f"{row.number}, case {row.case.number} of {row.case.agency.name}",
            _galleries(row),
            _came_to(row),
        )
        for row in rows
    )


def known_error(examiners: Sequence[Person], at: datetime) -> KnownError | None:
    """What closed rounds of known-answer trials without a mate measured of these examiners; None: nothing was."""
    rows = Trial.objects.filter(task__examiner__in=examiners, mate=None, round__closed_at__lte=at)
    done = [trial for trial in rows.select_related("task") if trial.task.state == Task.State.CONCLUDED]
    days = [trial.task.concluded_at.date() for trial in done if trial.task.concluded_at]
    if not days:
        return None
    count = len(set(examiners))
    return KnownError(
        whose="the examiner of this search" if count == 1 else f"the {count} examiners of this search",
        measured_until=max(days),
        without=len(done),
        false_leads=sum(result_of(trial) is Result.FALSE_LEAD for trial in done),
    )


def covered(request: Request) -> tuple[str, ...]:
    """What covers the face, in words."""
    words = dict(COVERS)
    return tuple(words.get(one, one) for one in request.obstructions)


def offence_in_words(case: Case) -> str:
    """The offence as the case has it; where there is no crime, why the face is searched."""
    if case.other_purpose:
        words = str(case.get_other_purpose_display())
    else:
        codes = [f"NIBRS {case.nibrs}"] if case.nibrs else []
        codes += [f"statute {case.statute}"] if case.statute else []
        words = ", ".join(codes) or "offence not recorded"
        words += " (attempted)" if case.attempted else ""
    return words if case.completed_on else f"{words}, day not recorded; asked for on"


def _described(row: Description) -> Described:
    return Described(
        height_cm=_range(row.height_low_cm, row.height_high_cm),
        weight_kg=_range(row.weight_low_kg, row.weight_high_kg),
        age=_range(row.age_low, row.age_high),
        build=row.build or None,
        marks=marks_in(row.marks),
        hair=row.hair or None,
        facial_hair=row.facial_hair or None,
    )


def _range(low: int | None, high: int | None) -> Range | None:
    """One number that was said is both ends."""
    ends = [end for end in (low, high) if end]
    return Range(min(ends), max(ends)) if ends else None


def _expiry(booking: KnownBooking | None, on: date) -> Expiry | None:
    if booking is None:
        return None
    if booking.document_last_day is not None:
        return Expiry.EXPIRED if booking.document_expired(on) else Expiry.VALID
    return Expiry.NEVER if booking.source in (Source.BOOKING, Source.CORRECTIONS) else None


def _examined(task: Task, candidate: Candidate) -> Examined:
    conclusion = Conclusion(task.conclusion)
    assert task.concluded_at is not None
    return Examined(
        examiner=task.examiner.name,
        at=localtime(task.concluded_at),
        conclusion=conclusion,
        names_this_person=None if task.named is None else task.named.candidate_id == candidate.pk,
        could_see=tuple(SAW[Seen(one)] for one in task.saw),
    )


def _galleries(row: Request) -> str:
    found = getattr(row, "search", None)
    return "none" if found is None else ", ".join(one.name for one in record_of(found).galleries)


def _came_to(row: Request) -> str:
    """What became of another request, in words and without a name."""
    words = {
        Request.State.REFUSED: "Refused by the protections; nothing was searched.",
        Request.State.WITHDRAWN: "Withdrawn; nothing was searched.",
        Request.State.SEARCHED: "Searched; the examiners have not concluded.",
        Request.State.ANSWERED: "Searched; the supervisor has not answered.",
        Request.State.LEAD: "A lead.",
        Request.State.NO_LEAD: "No lead.",
    }
    return words.get(Request.State(row.state), "Asked for; not searched yet.")


def _deeds(request: Request, search: Search, tasks: Iterable[Task]) -> Iterator[Deed]:
    yield Deed(localtime(request.asked_at), request.asked_by.name, "investigator", "asked for the search")
    if request.checked_by is not None and request.checked_at is not None:
        yield Deed(
            localtime(request.checked_at),
            request.checked_by.name,
            "examiner",
            "checked the request against the case report",
        )
    yield Deed(localtime(search.run_at), search.run_by.name, "examiner", "searched once")
    for task in tasks:
        if task.probe_locked_at is not None:
            yield Deed(
                localtime(task.probe_locked_at),
                task.examiner.name,
                "examiner",
                "described the image alone and locked the description",
            )
        if task.concluded_at is not None:
            yield Deed(localtime(task.concluded_at), task.examiner.name, "examiner", "compared alone and concluded")


def _signed(who: Acting, what: str) -> Deed:
    return Deed(localtime(who.at), who.person.name, who.person.get_office_display() or "supervisor", what)


def _agency() -> str:
    return Agency.objects.get(own=True).name


def _software(record: SearchRecord) -> str:
    return f"Lookalike {record.software.lookalike}, {record.software.matcher}"
