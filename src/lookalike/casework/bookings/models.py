"""Bookings as they came in, their photographs in the gallery, what changed, and what is proposed to be mended."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from lookalike.casework.models import StoredFile, new_public_id
from lookalike.casework.people.models import Person, choices
from lookalike.protocol import vocabulary


class Booking(models.Model):
    """One arrest's booking record. arrest_id: the feed's, unique; person_id: the feed's id of the person.

    What is not known is None or "": never a default. version: raised by every change. retain_until: as the law of the
    record says; past it the record should not be there. labels: groups as the record names them, to measure error by.
    told: what the newest message said, by field: what a person corrected stands until a feed says something new.
    told_at, told_number: the time and number in that message, status_told_*: in the newest one about the status; an
    older message overwrites nothing.
    """

    public_id = models.CharField(max_length=32, unique=True, default=new_public_id)
    arrest_id = models.CharField(max_length=200, unique=True)
    person_id = models.CharField(max_length=200, db_index=True)
    name = models.CharField(max_length=200, blank=True)
    agency = models.CharField(max_length=200)
    arrested_on = models.DateField(null=True)
    charge = models.CharField(max_length=200, blank=True)
    source = models.CharField(max_length=30, choices=choices(vocabulary.Source))
    status = models.CharField(max_length=12, choices=choices(vocabulary.RecordStatus), db_index=True)
    born_on = models.DateField(null=True)
    height_cm = models.PositiveIntegerField(null=True)
    weight_kg = models.PositiveIntegerField(null=True)
    hair = models.CharField(max_length=100, blank=True)
    facial_hair = models.CharField(max_length=100, blank=True)
    marks = models.TextField(blank=True)
    document_last_day = models.DateField(null=True)
    retain_until = models.DateField(null=True)
    labels = models.JSONField(default=dict)
    received_at = models.DateTimeField()
    told = models.JSONField(default=dict)
    told_at = models.DateTimeField(null=True)
    told_number = models.PositiveBigIntegerField(default=0)
    status_told_at = models.DateTimeField(null=True)
    status_told_number = models.PositiveBigIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["source"]),
            models.Index(fields=["-arrested_on", "-id"]),
            models.Index(fields=["-received_at", "-id"]),
            models.Index(fields=["retain_until"]),
            models.Index(fields=["id"], condition=models.Q(charge=""), name="without_a_charge"),
            models.Index(fields=["id"], condition=models.Q(arrested_on=None), name="without_an_arrest"),
        ]


class BookingPhoto(models.Model):
    """One photograph of a booking. record_id: its record in the gallery; state: whether the gallery holds it yet.

    told: the status that the gallery on disk holds it under; "" before it is enrolled. reason: why it was rejected.
    looked_at: when it was compared with the whole gallery for `Proposal`. closed_*: who replaced a rejected photograph
    or set it aside, when and why.
    """

    class State(models.TextChoices):
        """Where a photograph stands."""

        WAITING = "waiting", "waiting to be enrolled"
        ENROLLED = "enrolled"
        REJECTED = "rejected"

    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="photos")
    record_id = models.CharField(max_length=200, unique=True)
    gallery = models.CharField(max_length=100)
    taken_on = models.DateField()
    sha256 = models.CharField(max_length=64)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    told = models.CharField(max_length=12, blank=True, choices=choices(vocabulary.RecordStatus))
    fitness = models.CharField(max_length=10, blank=True)
    reason = models.TextField(blank=True)
    looked_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closed_words = models.TextField(blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["gallery", "state", "told"]),
            models.Index(fields=["state", "id"]),
            models.Index(fields=["state", "taken_on", "told"]),
            models.Index(fields=["state", "fitness"]),
            models.Index(fields=["id"], condition=models.Q(state="enrolled", looked_at=None), name="to_be_looked_at"),
        ]


class Delivery(models.Model):
    """One message of a feed as it came in: a transaction, a line of a list, a change of status. Never changed but for
    its state. key: the feed's own id or the digest of its content; the same key twice is the same message.

    pictures: the stored file of each picture by its SHA-256. sent_at: as the message says. mends: the rejected message
    that a person corrected to this one.
    """

    class State(models.TextChoices):
        """What became of a message."""

        TAKEN = "taken"
        WAITING = "waiting", "waiting for an earlier one"
        REJECTED = "rejected"
        MENDED = "mended"
        SET_ASIDE = "set_aside", "set aside"

    public_id = models.CharField(max_length=32, unique=True, default=new_public_id)
    key = models.CharField(max_length=200, unique=True)
    feed = models.CharField(max_length=100)
    kind = models.CharField(max_length=20)
    at = models.DateTimeField(db_index=True)
    message = models.JSONField()
    pictures = models.JSONField(default=dict)
    sent_at = models.DateTimeField(null=True)
    mends = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="mended_as")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    arrest_id = models.CharField(max_length=200, blank=True, db_index=True)
    state = models.CharField(max_length=10, choices=State.choices, db_index=True)
    what = models.TextField(blank=True)
    why = models.TextField(blank=True)
    remedy = models.TextField(blank=True)
    mended_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    mended_at = models.DateTimeField(null=True)
    words = models.TextField(blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["state", "-at"])]


class BookingChange(models.Model):
    """One change of a booking: which field, from what, to what, by whom or by which delivery. History is kept."""

    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="changes")
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, null=True, related_name="+")
    field = models.CharField(max_length=40)
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)
    reason = models.TextField(blank=True)


class GalleryChange(models.Model):
    """A change that the gallery on disk has still to be told: written in the act's own transaction, carried out right
    after it, and by the worker after a crash. Until `done_at`, a search leaves the record out by itself.
    """

    record_id = models.CharField(max_length=200, db_index=True)
    gallery = models.CharField(max_length=100)
    status = models.CharField(max_length=12, choices=choices(vocabulary.RecordStatus))
    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, db_index=True)


class Proposal(models.Model):
    """Something about two records that a person should decide: one person under two ids, two persons under one."""

    class Kind(models.TextChoices):
        """What is proposed."""

        ONE_PERSON = "one_person", "one person under two ids"
        TWO_PERSONS = "two_persons", "two persons under one id"

    class State(models.TextChoices):
        """What became of it."""

        OPEN = "open"
        ACCEPTED = "accepted"
        DISMISSED = "dismissed"

    public_id = models.CharField(max_length=32, unique=True, default=new_public_id)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    first = models.ForeignKey(BookingPhoto, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(BookingPhoto, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    words = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["kind", "first", "second"], name="proposed_once")]


class Scrub(models.Model):
    """The twice-yearly look at records that should not be there. found: what was listed; signed by the custodian."""

    due_on = models.DateField(unique=True)
    found = models.JSONField(default=dict)
    signed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    signed_at = models.DateTimeField(null=True)
    words = models.TextField(blank=True)
