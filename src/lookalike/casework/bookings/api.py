"""The gallery desk over the REST API: feeds bring messages, and custodians do what the pages do."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, TypeVar

from django.db.models import Q
from ninja import File, Form, Schema
from ninja.files import UploadedFile
from pydantic import Field, ValidationError

from lookalike.casework.bookings import after, health, proposals, scrub, services
from lookalike.casework.bookings.lists import read_list
from lookalike.casework.bookings.messages import Kind
from lookalike.casework.bookings.models import Booking, BookingPhoto, Delivery, Proposal, Scrub
from lookalike.casework.bookings.transactions import booked
from lookalike.casework.operations import Number, Operations, one_of, paged
from lookalike.casework.pages import Asked, found
from lookalike.casework.permissions import Permission
from lookalike.errors import BadForm, BrokenTransaction, FileTooLarge
from lookalike.media.photo import MAX_BYTES
from lookalike.protocol.vocabulary import RecordStatus, Source

operations = Operations(tags=["bookings"])

Feed = Annotated[str, Field(min_length=1, max_length=40, pattern="^[a-z0-9][a-z0-9-]*$")]
"""The name of a feed."""

DeliveryState = Annotated[Delivery.State, one_of(Delivery.State)]
ProposalState = Annotated[Proposal.State, one_of(Proposal.State)]
Pictures = list[UploadedFile] | None
Reason = Annotated[str, Field(max_length=2000)]
Given = TypeVar("Given", bound=Schema)
_LARGEST_FILE = 128 << 20


class PhotographIn(Schema):
    """A photograph of a message: the name of its file in the same request, and the day it was taken."""

    name: str = Field(min_length=1, max_length=255)
    taken_on: str = Field(default="", max_length=40)
    record_id: str = Field(default="", max_length=100)


class MessageIn(Schema):
    """One message. fields: text by field, as in a list of bookings. key: the feed's own id of the message."""

    kind: Kind = Kind.BOOKING
    key: str = Field(default="", max_length=100)
    fields: dict[str, str] = Field(max_length=60)
    photographs: list[PhotographIn] = Field(default=[], max_length=20)


class DeliveryOut(Schema):
    """What became of a message."""

    public_id: str
    key: str
    feed: str
    kind: str
    at: datetime
    arrest_id: str
    state: str
    what: str
    why: str
    remedy: str


class PhotoOut(Schema):
    """One photograph of a booking."""

    record_id: str
    gallery: str
    taken_on: date
    sha256: str
    state: str
    fitness: str
    reason: str


class BookingOut(Schema):
    """One booking."""

    public_id: str
    arrest_id: str
    person_id: str
    name: str
    agency: str
    arrested_on: date | None
    charge: str
    source: str
    status: str
    born_on: date | None
    height_cm: int | None
    weight_kg: int | None
    hair: str
    facial_hair: str
    marks: str
    document_last_day: date | None
    retain_until: date | None
    received_at: datetime
    version: int
    photos: list[PhotoOut]

    @staticmethod
    def resolve_photos(one: Booking) -> list[BookingPhoto]:
        """In the order in which they came."""
        return sorted(one.photos.all(), key=lambda photo: photo.pk)


class ProposalOut(Schema):
    """A pair of photographs to be decided."""

    public_id: str
    kind: str
    state: str
    first: str = Field(alias="first.record_id")
    second: str = Field(alias="second.record_id")
    made_at: datetime
    words: str


class ScrubOut(Schema):
    """A scrub. found: frozen when it was signed."""

    due_on: date
    signed_at: datetime | None
    words: str
    found: dict[str, Any]


class MisplacedOut(Schema):
    """Records that should not be there, of one kind."""

    name: str
    says: str
    count: int


class WordsIn(Schema):
    """A reason."""

    reason: str = Field(max_length=2000)


class CorrectIn(WordsIn):
    """Fields of a booking as they should be."""

    version: Number
    fields: dict[str, str] = Field(max_length=60)


class StatusIn(WordsIn):
    """Another status."""

    version: Number
    status: RecordStatus


class MendIn(Schema):
    """Fields of a rejected message as they should be. taken_on: by the number of the photograph, from 1."""

    fields: dict[str, str] = Field(default={}, max_length=60)
    taken_on: dict[int, str] = Field(default={}, max_length=20)


class DecideIn(WordsIn):
    """How a pair is decided. moved: whose id changes, the first one's (1) or the second's (2)."""

    accept: bool
    moved: int = Field(default=2, ge=1, le=2)
    person_id: str = Field(default="", max_length=100)


@operations.post("deliveries/messages", Permission.DELIVERY_BRING, response=DeliveryOut)
def bring_message(request: Asked, message: Form[str], feed: Form[Feed], pictures: File[Pictures] = None) -> Delivery:
    """Bring one message, its pictures beside it. The same message again has the same answer, and changes nothing.

    message: a MessageIn as JSON text.
    """
    said = _parsed(MessageIn, message)
    raw: dict[str, Any] = dict(said.fields)
    if said.photographs:
        raw["photographs"] = [{name: text for name, text in one.dict().items() if text} for one in said.photographs]
    brought = {one.name or "": _bytes(one, MAX_BYTES) for one in (pictures or [])[:20]}
    return services.bring(request.acting, feed, said.kind, raw, brought, key=said.key)


@operations.post("deliveries/transactions", Permission.DELIVERY_BRING, response=DeliveryOut)
def bring_transaction(request: Asked, file: File[UploadedFile], feed: Form[Feed]) -> Delivery:
    """Bring one NIST-ITL transaction."""
    data = _bytes(file, _LARGEST_FILE)
    try:
        one = booked(data, name="the transaction")
    except BrokenTransaction as error:
        return services.bring(request.acting, feed, Kind.FILE, {"size": len(data)}, {}, original=data, wrong=error)
    return services.bring(
        request.acting, feed, Kind.BOOKING, one.raw, one.pictures, key=one.key[:100], original=data, wrong=one.wrong
    )


@operations.post("deliveries/lists", Permission.DELIVERY_BRING, response=list[DeliveryOut])
def bring_list(
    request: Asked, file: File[UploadedFile], feed: Form[Feed], pictures: File[Pictures] = None
) -> list[Delivery]:
    """Bring a list of bookings as CSV, with the pictures that its lines name. Raises BadManifest for what is none."""
    brought = {one.name or "": one for one in pictures or []}
    done = []
    for line in list(read_list(_bytes(file, _LARGEST_FILE), "the list")):
        name = line.raw.get("photographs", [{}])[0].get("name", "")
        picture = brought.get(line.file.rsplit("/", 1)[-1]) if line.file else None
        with_it = {} if picture is None else {name: _bytes(picture, MAX_BYTES)}
        done.append(
            services.bring(
                request.acting, feed, line.kind, line.raw, with_it, key=line.key[:100], wrong=line.wrong, settle=False
            )
        )
    after.settle(request.acting)
    return done


@operations.get("deliveries", Permission.BOOKING_READ, response=list[DeliveryOut])
@paged
def deliveries(request: Asked, state: DeliveryState | None = None) -> Any:
    """Messages, the latest first."""
    rows = Delivery.objects.order_by("-at", "-id")
    return rows.filter(state=state) if state else rows


@operations.get("deliveries/{public_id}", Permission.BOOKING_READ, response=DeliveryOut)
def delivery(request: Asked, public_id: str) -> Delivery:
    """One message and what became of it."""
    return found(Delivery.objects.all(), public_id=public_id)


@operations.post("deliveries/{public_id}/mend", Permission.BOOKING_CHANGE, response=DeliveryOut)
def mend(request: Asked, public_id: str, mending: Form[str], pictures: File[Pictures] = None) -> Delivery:
    """Try a rejected message again with corrected fields. A file named 2.jpg takes the second photograph's place.

    mending: a MendIn as JSON text.
    """
    asked = _parsed(MendIn, mending)
    found(Delivery.objects.all(), public_id=public_id)
    numbered: dict[int, bytes] = {}
    for one in (pictures or [])[:20]:
        stem = Path(one.name or "").stem
        if not (stem.isascii() and stem.isdigit()):
            raise BadForm("A picture is not named by its number.", remedy="Name it 1.jpg for the first photograph.")
        numbered[int(stem[:3])] = _bytes(one, MAX_BYTES)
    return services.mend(request.acting, public_id, asked.fields, numbered, asked.taken_on)


@operations.post("deliveries/{public_id}/set-aside", Permission.BOOKING_CHANGE, response=DeliveryOut)
def set_aside(request: Asked, public_id: str, given: WordsIn) -> Delivery:
    """Leave a message at that."""
    found(Delivery.objects.all(), public_id=public_id)
    return services.set_aside(request.acting, public_id, given.reason)


@operations.get("bookings", Permission.BOOKING_READ, response=list[BookingOut])
@paged
def bookings(request: Asked, id: str = "", status: RecordStatus | None = None, source: Source | None = None) -> Any:
    """Bookings, the latest first. id: of an arrest or of a person, whole."""
    rows = Booking.objects.prefetch_related("photos").order_by("-received_at", "-id")
    if id:
        rows = rows.filter(Q(arrest_id=id) | Q(person_id=id))
    wanted = {"status": status, "source": source}
    return rows.filter(**{name: word.value for name, word in wanted.items() if word is not None})


@operations.get("bookings/{public_id}", Permission.BOOKING_READ, response=BookingOut)
def booking(request: Asked, public_id: str) -> Booking:
    """One booking."""
    one = found(Booking.objects.all(), public_id=public_id)
    services.read_booking(request.acting, one)
    return one


@operations.post("bookings/{public_id}/correct", Permission.BOOKING_CHANGE, response=BookingOut)
def correct(request: Asked, public_id: str, given: CorrectIn) -> Booking:
    """Correct fields of a booking."""
    found(Booking.objects.all(), public_id=public_id)
    return services.correct(request.acting, public_id, given.version, given.fields, given.reason)


@operations.post("bookings/{public_id}/status", Permission.BOOKING_CHANGE, response=BookingOut)
def status(request: Asked, public_id: str, given: StatusIn) -> Booking:
    """Change a booking's status. From then on no search finds what is not active."""
    found(Booking.objects.all(), public_id=public_id)
    return services.change_status(request.acting, public_id, given.version, given.status, given.reason)


@operations.post("photographs/{record_id}/replace", Permission.BOOKING_CHANGE, response=PhotoOut)
def replace_photo(
    request: Asked,
    record_id: str,
    file: File[UploadedFile],
    taken_on: Form[date],
    reason: Form[Reason],
) -> BookingPhoto:
    """Bring another picture for one that could not be enrolled."""
    found(BookingPhoto.objects.all(), record_id=record_id)
    return services.replace_photo(request.acting, record_id, _bytes(file, MAX_BYTES), taken_on, reason)


@operations.post("photographs/{record_id}/leave", Permission.BOOKING_CHANGE, response=PhotoOut)
def leave_photo(request: Asked, record_id: str, given: WordsIn) -> BookingPhoto:
    """Leave a photograph that could not be enrolled at that."""
    found(BookingPhoto.objects.all(), record_id=record_id)
    return services.leave_photo(request.acting, record_id, given.reason)


@operations.get("health", Permission.HEALTH_READ, response=list[MisplacedOut])
def misplaced(request: Asked) -> list[health.Misplaced]:
    """Records that should not be there."""
    return health.misplaced(request.acting.at.date(), listed=0)


@operations.get("proposals", Permission.BOOKING_READ, response=list[ProposalOut])
@paged
def pairs(request: Asked, state: ProposalState | None = None) -> Any:
    """Pairs of photographs that were proposed, the latest first."""
    rows = Proposal.objects.select_related("first", "second").order_by("-made_at", "-id")
    return rows.filter(state=state) if state else rows


@operations.post("proposals/{public_id}/decide", Permission.BOOKING_CHANGE, response=ProposalOut)
def decide(request: Asked, public_id: str, given: DecideIn) -> Proposal:
    """Decide a pair."""
    found(Proposal.objects.all(), public_id=public_id)
    return proposals.decide(
        request.acting,
        public_id,
        accept=given.accept,
        words=given.reason,
        moved=given.moved,
        person_id=given.person_id,
    )


@operations.get("scrubs", Permission.BOOKING_READ, response=list[ScrubOut])
@paged
def scrubs(request: Asked) -> Any:
    """The scrubs, the latest first."""
    return Scrub.objects.order_by("-due_on")


@operations.post("scrubs/{due_on}/sign", Permission.SCRUB_SIGN, response=ScrubOut)
def sign(request: Asked, due_on: date, given: WordsIn) -> Scrub:
    """Sign a scrub: what should not be there is frozen as found now."""
    found(Scrub.objects.all(), due_on=due_on)
    return scrub.sign(request.acting, due_on, given.reason)


def _parsed(kind: type[Given], text: str) -> Given:
    try:
        return kind.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise BadForm(
            f"The message cannot be read: {place or 'it'}: {first['msg']}.", remedy="See the operation's description."
        ) from None


def _bytes(file: UploadedFile, largest: int) -> bytes:
    if file.size is None or file.size > largest:
        raise FileTooLarge(f"A file is larger than {largest:,} bytes.", remedy="Send smaller files.")
    data: bytes = file.read()
    return data
