"""The verbs of the gallery desk: each decides, changes and records in one transaction."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from lookalike.casework import files
from lookalike.casework.acting import Acting, Doing, act, record
from lookalike.casework.bookings import after
from lookalike.casework.bookings.applying import add_photograph, apply, change_values, set_status
from lookalike.casework.bookings.messages import FIELDS, Kind, digest, read
from lookalike.casework.bookings.models import Booking, BookingPhoto, Delivery
from lookalike.casework.models import StoredFile
from lookalike.errors import BadForm, BadInput, BadRecord, ChangedMeanwhile, LookalikeError, NotNow
from lookalike.ledger.acts import Act, Outcome
from lookalike.media.photo import MAX_BYTES, read_photo
from lookalike.protocol.vocabulary import RecordStatus

LONGEST_MESSAGE = 64 << 10
"""Characters of one message's text: more is no booking."""


def bring(
    who: Acting,
    feed: str,
    kind: Kind,
    raw: Mapping[str, Any],
    pictures: Mapping[str, bytes],
    *,
    key: str = "",
    original: bytes | None = None,
    wrong: LookalikeError | None = None,
    settle: bool = True,
) -> Delivery:
    """Take in one message of a feed, or keep it as rejected with its reason. The same message again changes nothing.

    raw: text by field; under `photographs` the name and day of each, the bytes in `pictures` by that name. key: the
    feed's own id of the message; without one, its content is. original: the file it came in, where that is one message
    (a NIST-ITL transaction). wrong: what is known to be wrong with it already. settle: tell the gallery right after.
    Raises BadInput for what cannot even be kept.
    """
    said = _kept_text(raw, pictures)
    name = f"{feed}/{key or digest(said)}"
    if before := _known(name):
        if before.message == said:
            return before
        name = f"{name}~{digest(said)[:16]}"
        wrong = BadRecord(
            f"The message {key} of {feed} came before and said something else.",
            why="Which of the two is right cannot be told, and the first has been acted on.",
            remedy="Ask the sender; then try this one again, or set it aside.",
        )
        if again := _known(name):
            return again
    if wrong is None:
        wrong = _faults(who, kind, said, pictures)
    for last in (False, True):
        try:
            return _bring(who, feed, kind, said, pictures, name, original, wrong, settle)
        except IntegrityError:
            # the same message, or another of the same arrest, was taken in at this very moment
            if (before := _known(name)) is not None:
                return before
            if last:
                raise
    raise AssertionError


def _bring(
    who: Acting,
    feed: str,
    kind: Kind,
    said: dict[str, Any],
    pictures: Mapping[str, bytes],
    name: str,
    original: bytes | None,
    wrong: LookalikeError | None,
    settle: bool,
) -> Delivery:
    with act(who, Act.BOOKING_RECEIVE) as doing:
        stored = _stored(said, pictures)
        delivery = Delivery.objects.create(
            key=name,
            feed=feed,
            kind=kind.value,
            at=who.at,
            message=said,
            pictures={sha256: file.public_id for sha256, file in stored.items()},
            file=None if original is None else files.keep(original, name="transaction", media_type="application/nist"),
            arrest_id=str(said.get("arrest_id", ""))[:200],
            state=Delivery.State.TAKEN,
        )
        doing.about("delivery", delivery.public_id)
        if wrong is None:
            try:
                with transaction.atomic():
                    _take(who, doing, delivery, stored, settle)
            except BadInput as error:
                wrong = error
        if wrong is not None:
            delivery.state = Delivery.State.REJECTED
            delivery.what, delivery.why, delivery.remedy = wrong.what, wrong.why, wrong.remedy
            delivery.save()
            doing.outcome = Outcome.REFUSED
            doing.note("The message was rejected and waits at the desk.")
    return delivery


def _take(who: Acting, doing: Doing, delivery: Delivery, stored: Mapping[str, StoredFile], settle: bool) -> None:
    message = read(Kind(delivery.kind), delivery.message, now=who.at)
    delivery.sent_at = message.order[0]
    booking = apply(delivery, message, stored)
    delivery.save()
    if booking is not None:
        doing.about("booking", booking.public_id)
        if message.kind is Kind.STATUS and delivery.state == Delivery.State.TAKEN:
            doing.note(f"Status: {booking.status}.")
        if settle:
            after.commit(who)


def mend(
    who: Acting, public_id: str, changes: Mapping[str, str], pictures: Mapping[int, bytes], taken_on: Mapping[int, str]
) -> Delivery:
    """Try a rejected message again with corrected fields or pictures. Returns the message that was taken in its place.

    pictures, taken_on: by the number of the photograph, from 1. The message as it came is kept. Raises NotNow where it
    waits no longer, BadForm and other BadInput where it still cannot be used.
    """
    with act(who, Act.BOOKING_RECEIVE, objects=[("delivery", public_id)]) as doing:
        first = _waiting(public_id, Delivery.State.REJECTED)
        if first.kind == Kind.FILE.value:
            raise NotNow(
                "A file that could not be read cannot be mended here.",
                remedy="Have it sent again, and set this one aside.",
            )
        said, brought = _mended(first, changes, pictures, taken_on)
        for name, data in brought.items():
            read_photo(data, name=name)
        stored = {one.sha256: one for one in StoredFile.objects.filter(public_id__in=first.pictures.values())}
        stored |= _stored(said, brought)
        delivery = Delivery.objects.create(
            key=f"{first.key}+{first.mended_as.count() + 1}",
            feed=first.feed,
            kind=first.kind,
            at=who.at,
            message=said,
            pictures={sha256: file.public_id for sha256, file in stored.items()},
            file=first.file,
            arrest_id=str(said.get("arrest_id", ""))[:200],
            state=Delivery.State.TAKEN,
            mends=first,
        )
        doing.about("delivery", delivery.public_id)
        _take(who, doing, delivery, stored, settle=True)
        _close(who, first, Delivery.State.MENDED, "")
        doing.note("A rejected message was corrected and taken in.")
    return delivery


def set_aside(who: Acting, public_id: str, words: str) -> Delivery:
    """Leave a rejected or waiting message at that, with the reason. Raises NotNow, BadForm."""
    with act(who, Act.BOOKING_RECEIVE, objects=[("delivery", public_id)]) as doing:
        delivery = _waiting(public_id, Delivery.State.REJECTED, Delivery.State.WAITING)
        _close(who, delivery, Delivery.State.SET_ASIDE, reasoned(words))
        doing.note("The message was set aside.")
    return delivery


def correct(who: Acting, public_id: str, version: int, changes: Mapping[str, str], reason: str) -> Booking:
    """Correct fields of a booking. changes: text by field. Raises BadForm, ChangedMeanwhile, BadRecord."""
    with act(who, Act.BOOKING_CHANGE, objects=[("booking", public_id)]) as doing:
        booking = _opened(public_id, version)
        now = {name: text_of(booking, name) for name in FIELDS[Kind.BOOKING]}
        now |= {"gallery": "", "number": "", "sent_at": who.at.isoformat(), "status": booking.status}
        unknown = set(changes) - set(CORRECTABLE)
        if unknown:
            raise BadForm(f"{min(unknown)} cannot be corrected here.", remedy="Leave it out.")
        message = read(Kind.BOOKING, now | dict(changes), now=who.at)
        values = dict(message.values) | {"labels": booking.labels | message.values["labels"]}
        if change_values(booking, values, at=who.at, by=who.person, reason=reasoned(reason)):
            booking.save()
            after.commit(who)
        else:
            raise NotNow("Nothing was changed.", remedy="Change a field, or go back.")
        doing.note("Corrected by hand.")
    return booking


CORRECTABLE = tuple(
    name for name in FIELDS[Kind.BOOKING] if name not in ("arrest_id", "status", "gallery", "sent_at", "number")
)
"""The fields that a person may correct. The status has an act of its own."""


def change_status(who: Acting, public_id: str, version: int, status: RecordStatus, reason: str) -> Booking:
    """Seal, dismiss, expunge or restore a record. From the commit on, no search finds what is not active.

    Raises BadForm, ChangedMeanwhile, BadRecord (expunged before), NotNow (it has that status).
    """
    with act(who, Act.BOOKING_CHANGE, objects=[("booking", public_id)]) as doing:
        booking = _opened(public_id, version)
        if booking.status == status.value:
            raise NotNow(f"The record is {status} already.", remedy="Nothing needs to be done.")
        latest = max(who.at, booking.status_told_at or who.at)
        order = latest, booking.status_told_number
        set_status(booking, status, order, by=who.person, reason=reasoned(reason), at=who.at)
        doing.note(f"Status: {status}.")
        after.commit(who)
    return booking


def replace_photo(who: Acting, record_id: str, data: bytes, taken_on: date, reason: str) -> BookingPhoto:
    """Bring another picture for a photograph that could not be enrolled. Returns the rejected one, closed.

    Raises NotNow where it was dealt with, and what reading the picture raises.
    """
    read_photo(data, name="the picture")
    with act(who, Act.BOOKING_CHANGE) as doing:
        photo = _rejected(record_id)
        doing.about("booking", photo.booking.public_id)
        file = files.keep(data, name="picture", media_type="application/octet-stream", largest=MAX_BYTES)
        if photo.booking.photos.filter(sha256=file.sha256).exists():
            raise BadRecord("This picture is the booking's already.", remedy="Bring another picture.")
        add_photograph(photo.booking, file, taken_on, photo.gallery)
        _close_photo(who, photo, reasoned(reason))
        doing.note("A photograph was replaced.")
        after.commit(who)
    return photo


def leave_photo(who: Acting, record_id: str, reason: str) -> BookingPhoto:
    """Leave a photograph that could not be enrolled at that, with the reason. Raises NotNow, BadForm."""
    with act(who, Act.BOOKING_CHANGE) as doing:
        photo = _rejected(record_id)
        doing.about("booking", photo.booking.public_id)
        _close_photo(who, photo, reasoned(reason))
        doing.note("A rejected photograph was set aside.")
    return photo


def read_booking(who: Acting, booking: Booking) -> None:
    """Write down that somebody opened a record."""
    record(Doing(who, Act.BOOKING_READ, [("booking", booking.public_id)]))


def reasoned(words: str) -> str:
    """A reason, which must say something. Raises BadForm."""
    words = words.strip()
    if not 3 <= len(words) <= 2000:
        error = BadForm(
            "A reason is missing.",
            why="Whoever reads the record later must see why this was done.",
            remedy="Say it in a sentence, of 2,000 characters at most.",
        )
        error.fields = {"reason": ["Say why, in a sentence."]}
        raise error
    return words


def _known(key: str) -> Delivery | None:
    return Delivery.objects.filter(key=key).first()


def _kept_text(raw: Mapping[str, Any], pictures: Mapping[str, bytes]) -> dict[str, Any]:
    """The message as it is kept: text only, with the SHA-256 of each picture that came with it."""
    said: dict[str, Any] = {name: _clean(value) for name, value in raw.items() if name != "photographs"}
    if raw.get("photographs"):
        said["photographs"] = [_photograph(one, pictures) for one in raw["photographs"]]
    if len(json.dumps(said)) > LONGEST_MESSAGE:
        raise BadInput(
            f"A message is longer than {LONGEST_MESSAGE:,} characters.",
            why="No booking is: something else was sent.",
            remedy="Have the feed looked at.",
        )
    return said


def _photograph(raw: Any, pictures: Mapping[str, bytes]) -> dict[str, str]:
    import hashlib

    one = {_clean(name): _clean(value) for name, value in raw.items()} if isinstance(raw, Mapping) else {}
    one.pop("sha256", None)
    if (data := pictures.get(one.get("name", ""))) is not None:
        one["sha256"] = hashlib.sha256(data).hexdigest()
    return one


def _clean(value: Any) -> str:
    """Text that every database keeps: without lone halves of characters and without zero bytes."""
    return str(value).encode("utf-8", "replace").decode().replace("\0", "\N{REPLACEMENT CHARACTER}").strip()


def _faults(who: Acting, kind: Kind, said: Mapping[str, Any], pictures: Mapping[str, bytes]) -> LookalikeError | None:
    """What is wrong with a message that nothing is compared with yet. Pictures are read before anything is locked."""
    try:
        read(kind, said, now=who.at)
        for name, data in pictures.items():
            read_photo(data, name=name)
    except BadInput as error:
        return error
    return None


def _stored(said: Mapping[str, Any], pictures: Mapping[str, bytes]) -> dict[str, StoredFile]:
    named = {one["sha256"]: one["name"] for one in said.get("photographs", []) if one.get("name") in pictures}
    return {
        sha256: files.keep(pictures[name], name=name, media_type="application/octet-stream", largest=MAX_BYTES)
        for sha256, name in named.items()
    }


def _mended(
    first: Delivery, changes: Mapping[str, str], pictures: Mapping[int, bytes], taken_on: Mapping[int, str]
) -> tuple[dict[str, Any], dict[str, bytes]]:
    said = {name: text for name, text in first.message.items() if name in (*FIELDS[Kind(first.kind)], "photographs")}
    said |= {name: _clean(text) for name, text in changes.items()}
    photographs = [dict(one) for one in said.pop("photographs", [])]
    brought: dict[str, bytes] = {}
    for number, one in enumerate(photographs, start=1):
        if number in taken_on:
            one["taken_on"] = _clean(taken_on[number])
        if number in pictures:
            one["name"] = one.get("name") or f"picture {number}"
            brought[one["name"]] = pictures[number]
    held = {one.get("name"): one.get("sha256") for one in photographs}
    again = _kept_text(said | {"photographs": photographs}, brought)
    for one in again.get("photographs", []):
        one.setdefault("sha256", held.get(one.get("name")) or "")
    return again, brought


def _waiting(public_id: str, *states: Delivery.State) -> Delivery:
    delivery = Delivery.objects.select_for_update().get(public_id=public_id)
    if delivery.state not in states:
        raise NotNow(
            f"This message is {delivery.get_state_display()}.",
            why="Somebody dealt with it already.",
            remedy="Open it again to see what was done.",
        )
    return delivery


def _close(who: Acting, delivery: Delivery, state: Delivery.State, words: str) -> None:
    delivery.state, delivery.words = state, words
    delivery.mended_by, delivery.mended_at = who.person, who.at
    delivery.save()


def _opened(public_id: str, version: int) -> Booking:
    booking = Booking.objects.select_for_update().get(public_id=public_id)
    if booking.version != version:
        last = booking.changes.select_related("by").order_by("-id").first()
        name = last.by.name if last and last.by else "A delivery"
        raise ChangedMeanwhile(
            f"{name} changed this record after you opened it. Nothing was overwritten.",
            remedy="Open it again, and see whether your correction is still needed.",
        )
    return booking


def _rejected(record_id: str) -> BookingPhoto:
    photo = BookingPhoto.objects.select_for_update(of=("self",)).select_related("booking").get(record_id=record_id)
    if photo.state != BookingPhoto.State.REJECTED or photo.closed_at is not None:
        raise NotNow("This photograph does not wait any more.", remedy="Open the record to see what was done.")
    return photo


def _close_photo(who: Acting, photo: BookingPhoto, words: str) -> None:
    photo.closed_by, photo.closed_at, photo.closed_words = who.person, who.at, words
    photo.save()


def text_of(booking: Booking, name: str) -> str:
    """A field of a booking as text, as a message would say it."""
    value = booking.labels.get(name) if name in ("sex", "age_band", "ancestry") else getattr(booking, name, "")
    return "" if value is None else str(value)
