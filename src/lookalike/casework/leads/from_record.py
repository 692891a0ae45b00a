"""What the sheet takes from a search record: words and dates, and never a score or a rank."""

from __future__ import annotations

from datetime import date

from lookalike.casework.leads.sheet import Expiry, Searched, SheetPerson, SheetProbe
from lookalike.errors import BadSearchRecord
from lookalike.face.quality import Fitness
from lookalike.protocol.vocabulary import Fit
from lookalike.record.model import CandidateRecord, SearchRecord


def probe_of(record: SearchRecord, obstructions: tuple[str, ...] | None) -> SheetProbe:
    """The image that was searched. obstructions: what the examiners found covered; None: nobody said."""
    probe = record.probe
    return SheetProbe(
        name=probe.name,
        sha256=probe.sha256,
        fitness=Fit[Fitness(probe.fitness).name],
        reasons=probe.reasons,
        obstructions=obstructions,
        edits_in_words=probe.edits_in_words,
    )


def searched_of(record: SearchRecord) -> tuple[Searched, ...]:
    """The galleries that were searched."""
    return tuple(Searched(g.name, g.records, g.persons, g.snapshot, g.validity) for g in record.galleries)


def person_of(
    record: SearchRecord,
    record_id: str,
    *,
    name: str | None,
    expiry: Expiry | None,
    expired_on: date | None,
    booking: str = "",
) -> SheetPerson:
    """The person whom a lead names. name, expiry, booking: what the search record does not hold.

    Raises BadSearchRecord.
    """
    found = candidate_of(record, record_id)
    return SheetPerson(
        name=name,
        record_id=found.record_id,
        person_id=found.person_id,
        gallery=found.gallery,
        source=found.source,
        taken_on=date.fromisoformat(found.date_taken),
        age=found.age,
        expiry=expiry,
        expired_on=expired_on,
        others_not_returned=found.others_not_returned,
        booking=booking,
    )


def expected_of(record: SearchRecord, record_id: str) -> str:
    """The expected lookalikes of a candidate, as a sentence. Raises BadSearchRecord."""
    return candidate_of(record, record_id).expected_lookalikes.sentence


def candidate_of(record: SearchRecord, record_id: str) -> CandidateRecord:
    """The candidate of a record id. Raises BadSearchRecord when it did not come back, or in several galleries."""
    found = [one for one in record.candidates if one.record_id == record_id]
    if len(found) != 1:
        raise BadSearchRecord(
            f"Record {record_id} came back {'from several galleries' if found else 'from no gallery'} of this search.",
            why="A lead names one photograph that this search returned.",
            remedy="Name a record of the search's list.",
        )
    return found[0]
