"""What the protections have to know of a lead, read from the rows as they stand now."""

from __future__ import annotations

import dataclasses
from datetime import date

from lookalike.casework.acting import Acting
from lookalike.casework.bookings.known import KnownBooking, known, left_out
from lookalike.casework.examinations.facts import examinations, results, searched
from lookalike.casework.leads.content import said
from lookalike.casework.leads.sheet import LeadSheet
from lookalike.casework.people import facts as people
from lookalike.casework.searches import facts as asked
from lookalike.casework.searches.models import Candidate, Request
from lookalike.protocol.facts import common
from lookalike.protocol.facts.search import LeadFacts
from lookalike.protocol.unknown import UNKNOWN
from lookalike.protocol.vocabulary import Act, Office, RecordStatus


def lead_facts(who: Acting, request: Request, candidate: Candidate, sheet: LeadSheet, *, read: bool) -> LeadFacts:
    """The facts of issuing a lead. who: the supervisor, whose signature is among them as it would be given now.

    read: whether the supervisor states to have read the whole file.
    """
    done = examinations(candidate.search)
    return LeadFacts(
        at=who.at,
        actor=asked.actor(who, request),
        session=people.session(who),
        investigator=request.asked_by.public_id,
        case=asked.case(request),
        request=asked.request_group(request, list(request.repeats.all())),
        probe=asked.probe(request),
        gallery=searched(candidate.search).gallery,
        results=dataclasses.replace(results(candidate.search), lead=photo(candidate, sheet, who.at.date())),
        examinations=done,
        signatures=(
            common.Signature(
                person=who.person.public_id,
                office=Office(who.person.office) if who.person.office else UNKNOWN,
                act=Act.LEAD,
                decision=True,
                at=who.at,
                management_view=read,
            ),
        ),
        sheet=said(sheet),
        verified=tuple(str(one.person) for one in done if one.verified_by_own_work is True),
    )


def photo(candidate: Candidate, sheet: LeadSheet, today: date) -> common.LeadPhoto:
    """The photograph that the lead names, as its booking has it now; without a booking little of it is known."""
    booking = known([candidate.record_id]).get(candidate.record_id)
    taken, others = sheet.person.taken_on, sheet.person.others_not_returned
    return common.LeadPhoto(
        record=candidate.record_id,
        source=booking.source if booking else UNKNOWN,
        status=status_now(candidate.record_id, booking) or UNKNOWN,
        taken_on=booking.taken_on if booking else taken,
        document_expired=booking.document_expired(today) if booking else UNKNOWN,
        others_not_returned=UNKNOWN
        if others is None
        else sum(taken is None or date.fromisoformat(one.date_taken) > taken for one in others),
    )


def status_now(record_id: str, booking: KnownBooking | None) -> RecordStatus | None:
    """The status of a record now; one whose change is still pending is not active. None: nobody knows."""
    if booking is None:
        return None
    if booking.status is RecordStatus.ACTIVE and record_id in left_out():
        return RecordStatus.SEALED
    return booking.status
