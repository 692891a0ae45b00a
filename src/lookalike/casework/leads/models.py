"""What the supervisor answers for: a lead with its sheet, or no lead; and the investigator's acknowledgement."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from lookalike.casework.acting import Acting
from lookalike.casework.cases.models import READS_EVERY_CASE
from lookalike.casework.models import StoredFile, new_public_id
from lookalike.casework.people.models import Person
from lookalike.casework.searches.models import Candidate, Request


class Answers(models.QuerySet["Answer"]):
    """Answers, asked for."""

    def visible_to(self, who: Acting) -> Answers:
        """The answers somebody may see: all for those who answer or oversee, else those of one's own cases."""
        if who.roles & READS_EVERY_CASE:
            return self
        return self.filter(request__case__team__person=who.person, request__case__team__until=None)


class Answer(models.Model):
    """The answer to a request. candidate None: no lead. code: resolves to the ledger entry's inclusion proof.

    sheet: what the sheet says, as data; its SHA-256 stands in the ledger's entry. entry, leaf: that entry's number and
    the hash of its line. document: the PDF, made from the sheet after the entry was committed; None until then.
    portrait: the photograph of the lead as the document shows it. judgement, facts: what the protections said.
    more_than_one: why a request has a further lead; "" for its first answer.
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
    portrait = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    document = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    judgement = models.JSONField(null=True)
    facts = models.JSONField(null=True)

    objects = Answers.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["request"], condition=models.Q(more_than_one=""), name="one_answer_unless_said_why"
            ),
            models.UniqueConstraint(fields=["request", "candidate"], name="nobody_is_named_twice"),
        ]
        indexes: ClassVar = [models.Index(fields=["-at"])]


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
