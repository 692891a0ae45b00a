"""One person under two ids, two persons under one: proposed by score, decided by a person, never by the machine.

Proposed as one person are two photographs of different persons whose score a stranger would reach with an expectation
of at most `RARE` in the whole gallery. Proposed as two persons are two photographs under one id whose score at least
`COMMON` strangers of the gallery would be expected to reach. Every pair is proposed once; what was decided stays so.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from django.db.models import QuerySet

from lookalike.casework import galleries
from lookalike.casework.acting import Acting, act
from lookalike.casework.bookings import after
from lookalike.casework.bookings.applying import change_values
from lookalike.casework.bookings.known import left_out
from lookalike.casework.bookings.messages import is_id
from lookalike.casework.bookings.models import Booking, BookingPhoto, Proposal
from lookalike.casework.bookings.services import reasoned
from lookalike.errors import BadForm, NotNow, TooFewScores
from lookalike.face.template import compare
from lookalike.gallery.records import Status
from lookalike.gallery.search import MOST, Filter, best_per_person
from lookalike.ledger.acts import Act
from lookalike.strength.reference import Reference
from lookalike.strength.tail import expected_lookalikes

RARE = 0.01
"""Strangers expected to look so much alike, at most: then the two may be one person."""

COMMON = 10.0
"""Strangers expected to look as much alike, at least: then the two may be two persons."""

BATCH = 50


def look(who: Acting, limit: int = BATCH) -> int:
    """Compare at most `limit` photographs, which nobody compared yet, with their whole gallery. Returns how many.

    Each is compared once, when it is new; so the work goes on where it stopped, and what it proposes is proposed once.
    """
    photos = list(_unseen().select_related("booking").order_by("pk")[:limit])
    found = [
        Proposal(kind=kind, first=first, second=second, made_at=who.at)
        for photo in photos
        for kind, first, second in _pairs(photo)
    ]
    if found:
        with act(who, Act.BOOKING_CHANGE) as doing:
            before = Proposal.objects.count()
            Proposal.objects.bulk_create(found, ignore_conflicts=True)  # proposed before: left as it is
            doing.note(f"Pairs proposed to be looked at: {Proposal.objects.count() - before}.")
    BookingPhoto.objects.filter(pk__in=[photo.pk for photo in photos]).update(looked_at=who.at)
    return len(photos)


def unseen() -> int:
    """How many photographs are still to be compared."""
    return _unseen().count()


def decide(who: Acting, public_id: str, *, accept: bool, words: str, moved: int = 2, person_id: str = "") -> Proposal:
    """Decide a proposal, with the reason. moved: whose id changes when it is accepted, the first one's or the second's.

    One person: every booking under the moved one's id gets the other's. Two persons: the moved one's booking gets
    `person_id`. Dismissed, the pair is never proposed again. Raises NotNow, BadForm.
    """
    words = reasoned(words)
    with act(who, Act.BOOKING_CHANGE, objects=[("proposal", public_id)]) as doing:
        proposal = Proposal.objects.select_for_update().get(public_id=public_id)
        if proposal.state != Proposal.State.OPEN:
            raise NotNow("This was decided already.", remedy="Open it to see how.")
        if accept:
            for booking in _moved(proposal, moved, person_id):
                doing.about("booking", booking.public_id)
                change_values(
                    booking, {"person_id": _new_id(proposal, moved, person_id)}, at=who.at, by=who.person, reason=words
                )
                booking.save()
                booking.photos.update(looked_at=None)
            after.commit(who)
        proposal.state = Proposal.State.ACCEPTED if accept else Proposal.State.DISMISSED
        proposal.words, proposal.decided_by, proposal.decided_at = words, who.person, who.at
        proposal.save()
        doing.note(f"{proposal.get_kind_display().capitalize()}: {proposal.state}.")
    return proposal


def _new_id(proposal: Proposal, moved: int, person_id: str) -> str:
    kept = proposal.first if moved == 2 else proposal.second
    return kept.booking.person_id if proposal.kind == Proposal.Kind.ONE_PERSON else person_id.strip()


def _moved(proposal: Proposal, moved: int, person_id: str) -> list[Booking]:
    """The bookings whose person changes, locked."""
    photo = proposal.second if moved == 2 else proposal.first
    rows = Booking.objects.select_for_update().order_by("pk")
    if proposal.kind == Proposal.Kind.ONE_PERSON:
        return list(rows.filter(person_id=photo.booking.person_id))
    if proposal.first.booking_id == proposal.second.booking_id:
        raise NotNow(
            "Both photographs are of one booking: a booking is of one person.",
            why="Which of the two was booked cannot be told from the record alone.",
            remedy="Ask the booking system; then seal the record, or bring the right photograph.",
        )
    if not is_id(person_id.strip()) or person_id.strip() == photo.booking.person_id:
        error = BadForm("The other person's id is missing.", remedy="Write the id that the booking system has for it.")
        error.fields = {"person_id": ["Write the other person's id, without blanks."]}
        raise error
    return list(rows.filter(pk=photo.booking_id))


def _unseen() -> QuerySet[BookingPhoto]:
    return BookingPhoto.objects.filter(state=BookingPhoto.State.ENROLLED, looked_at=None)


def _pairs(photo: BookingPhoto) -> Iterator[tuple[Proposal.Kind, BookingPhoto, BookingPhoto]]:
    gallery = galleries.gallery(photo.gallery)
    hidden = left_out()
    gallery.refresh()
    with gallery.reading():
        record = gallery.record(photo.record_id)
        if record is None or record.id in hidden or record.status is not Status.ACTIVE:
            return
        template = gallery.template(record.id)
        best = gallery.index().ranked(template, MOST, only=Filter(without=hidden) if hidden else None)
        siblings = gallery.records(person_id=record.person_id, status=Status.ACTIVE)
        own = {
            one.id: compare(template, gallery.template(one.id)).score
            for one in siblings
            if one.id != record.id and one.id not in hidden
        }
    strangers = [score for _, score in best_per_person(best, without=record.person_id)]
    near = [
        (name, score)
        for name, person, score in zip(best.record_ids, best.person_ids, best.scores.tolist(), strict=True)
        if person != record.person_id
    ][:MOST]
    asked = [score for _, score in near] + list(own.values())
    if not asked:
        return
    try:
        worth = expected_lookalikes(np.array(strangers), max(best.persons - 1, len(strangers)), asked, _reference())
    except TooFewScores:
        return
    expected = [one.persons for one in worth]
    named = {name: Proposal.Kind.ONE_PERSON for (name, _), e in zip(near, expected, strict=False) if e <= RARE}
    named |= {
        name: Proposal.Kind.TWO_PERSONS for name, e in zip(own, expected[len(near) :], strict=True) if e >= COMMON
    }
    for other in BookingPhoto.objects.filter(record_id__in=list(named)).select_related("booking"):
        one = other.booking.person_id == photo.booking.person_id
        if one == (named[other.record_id] is Proposal.Kind.TWO_PERSONS):
            first, second = sorted((photo, other), key=lambda each: each.pk)
            yield named[other.record_id], first, second


def _reference() -> Reference | None:
    numbers = galleries.matcher().pack.reference
    return Reference.from_mapping(numbers) if numbers else None
