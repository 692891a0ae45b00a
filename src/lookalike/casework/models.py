"""What the apps share: stored files, and work that takes long."""

from __future__ import annotations

import secrets

from django.db import models


def new_public_id() -> str:
    """An id that says nothing and cannot be guessed, 32 hexadecimal digits: what addresses and file names hold."""
    return secrets.token_hex(16)


class StoredFile(models.Model):
    """One encrypted file on the site's disk (`lookalike.casework.files`). Never changed; destroyed with its key."""

    public_id = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=255)
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64, db_index=True)
    wrapped_key = models.BinaryField()
    stored_at = models.DateTimeField(auto_now_add=True)


class Job(models.Model):
    """Work that takes long, done by the worker: how far it is, whether it is to stop, and how it ended.

    kind: which work (`lookalike.casework.jobs`). argument: what it is done to. attempt: how often it was taken up; a
    worker that was given up for dead finds another number than its own, and writes nothing more. A job whose worker
    died is taken up again: its work must be able to go on, or to begin again without harm.
    """

    class State(models.TextChoices):
        """Where a job stands."""

        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"

    public_id = models.CharField(max_length=32, unique=True, default=new_public_id)
    kind = models.CharField(max_length=40)
    argument = models.JSONField(default=dict)
    asked_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.WAITING, db_index=True)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(null=True)
    unit = models.CharField(max_length=40, blank=True)
    attempt = models.PositiveIntegerField(default=0)
    cancel_asked = models.BooleanField(default=False)
    alive_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    what = models.TextField(blank=True)
    why = models.TextField(blank=True)
    remedy = models.TextField(blank=True)


class Signature(models.Model):
    """A signature for or against an act; of one person's, the newest counts. Never changed.

    office: as it stood when signing. read_all: the person states to have read the whole file. about_sha256: the digest
    of what was signed; when that changes, the signature counts no more.
    """

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    office = models.CharField(max_length=30)
    decision = models.BooleanField()
    words = models.TextField(blank=True)
    read_all = models.BooleanField()
    about_sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        abstract = True
