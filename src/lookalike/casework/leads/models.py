"""What the supervisor answers for: a lead with its sheet, or no lead; and the investigator's acknowledgement."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from lookalike.casework.models import StoredFile, new_public_id
from lookalike.casework.people.models import Person
from lookalike.casework.searches.models import Candidate, Request


class Answer(models.Model):
    """The answer to a request. candidate None: no lead. code: resolves to the ledger entry's inclusion proof.

    sheet: what the sheet says, as data; its SHA-256 stands in the ledger's entry. entry, leaf: that entry's number and
    the hash of its line. document: the PDF, made from the sheet after the entry was committed; None until then.
    judgement, facts: what the protections said. more_than_one: why a request has a further lead.
    """

    public_id = models.CharField(max_length=32, unique=True, default=new_public_id)
    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="answers")
    candidate = models.ForeignKey(Candidate, on_delete=models.PROTECT, null=True, related_name="answers")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    words = models.TextField(blank=True)
    more_than_one = models.TextField(blank=True)
    code = models.CharField(max_length=40, unique=True)
    entry = models.PositiveBigIntegerField(null=True)
    leaf = models.CharField(max_length=64, blank=True)
    sheet = models.JSONField()
    document = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    judgement = models.JSONField(null=True)
    facts = models.JSONField(null=True)


class Refusal(models.Model):
    """A supervisor, or the protections, refused a lead that was proposed. Kept, cited, counted."""

    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="lead_refusals")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    words = models.TextField()
    judgement = models.JSONField(null=True)


class Acknowledgement(models.Model):
    """The investigator accepted one statement before the sheet opened."""

    answer = models.ForeignKey(Answer, on_delete=models.PROTECT, related_name="acknowledgements")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    statement = models.CharField(max_length=40)
    words = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["answer", "person", "statement"], name="acknowledged_once")
        ]
