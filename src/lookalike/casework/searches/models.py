"""A request for a search, what the protections said of it, and the search with its immutable record."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from lookalike.casework.acting import Acting
from lookalike.casework.cases.models import READS_EVERY_CASE, Case, Still, TeamMember
from lookalike.casework.models import StoredFile, new_public_id
from lookalike.casework.people.models import Agency, Person, choices
from lookalike.protocol import vocabulary
from lookalike.protocol.vocabulary import Role


class Requests(models.QuerySet["Request"]):
    """Requests, asked for."""

    def visible_to(self, who: Acting) -> Requests:
        """The requests somebody may see: all who answer or oversee; the team of the case; and for examiners those that
        wait for a check or that they checked. To examine one, a task is given: it shows no request.
        """
        if who.roles & READS_EVERY_CASE:
            return self
        own = models.Q(case__in=TeamMember.objects.filter(person=who.person, until=None).values("case"))
        if Role.EXAMINER in who.roles:
            own |= models.Q(state=Request.State.WAITING) | models.Q(checked_by=who.person)
        return self.filter(own)


class Request(models.Model):
    """Somebody asks for one face of one still to be searched. Kept for good, also refused.

    edits: the chain as it stood when asked. face: counted from 1, left to right. probe_sha256: of the still's file;
    template: (D,) int8 of the face that was asked for, base64, kept to recognise a repeat; never in any gallery.
    judgement, facts: what the protections said when it was asked (`lookalike.casework.law`). obstructions: what covers
    the face. repeats: earlier requests for the same face, by hash or likeness of templates.
    """

    class State(models.TextChoices):
        """Where a request stands."""

        REFUSED = "refused"
        WAITING = "waiting", "waiting for its check"
        SENT_BACK = "sent_back", "sent back"
        APPROVED = "approved"
        SEARCHED = "searched", "with the examiners"
        ANSWERED = "answered", "with the supervisor"
        LEAD = "lead"
        NO_LEAD = "no_lead", "no lead"
        WITHDRAWN = "withdrawn"

    public_id = models.CharField(max_length=32, unique=True, default=new_public_id)
    number = models.PositiveIntegerField(unique=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="requests")
    still = models.ForeignKey(Still, on_delete=models.PROTECT, related_name="requests")
    edits = models.JSONField(default=list)
    face = models.PositiveIntegerField()
    probe_sha256 = models.CharField(max_length=64, db_index=True)
    template = models.TextField(blank=True)
    quality = models.JSONField(default=list)
    fitness = models.CharField(max_length=30, blank=True)
    fitness_reasons = models.JSONField(default=list)
    obstructions = models.JSONField(default=list)
    purpose = models.CharField(max_length=40, choices=choices(vocabulary.Purpose))
    suspicion = models.CharField(max_length=40, choices=choices(vocabulary.Suspicion))
    specific_facts = models.TextField()
    route = models.CharField(max_length=40, choices=choices(vocabulary.Route))
    order_by = models.CharField(max_length=200, blank=True)
    order_at = models.DateTimeField(null=True, blank=True)
    behalf_of = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    targeted = models.BooleanField(default=False)
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="requests")
    asked_at = models.DateTimeField()
    repeats = models.ManyToManyField("self", symmetrical=False, related_name="repeated_by")
    repeat_reason = models.TextField(blank=True)
    state = models.CharField(max_length=12, choices=State.choices, db_index=True)
    judgement = models.JSONField()
    facts = models.JSONField()
    checked_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    checked_at = models.DateTimeField(null=True)
    check_words = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = Requests.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["-asked_at"])]


class Search(models.Model):
    """The one search of an approved request. Never changed. record: the SearchRecord as JSON text; sha256: of it.

    judgement, facts: what the protections said when it was run. known: at the moment of the search, the status, source
    and description of each candidate's booking (`lookalike.casework.bookings`), for the sheet.
    """

    public_id = models.CharField(max_length=32, unique=True, default=new_public_id)
    request = models.OneToOneField(Request, on_delete=models.PROTECT, related_name="search")
    run_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    run_at = models.DateTimeField()
    record = models.TextField()
    sha256 = models.CharField(max_length=64)
    probe_picture = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    judgement = models.JSONField()
    facts = models.JSONField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["-run_at", "-id"])]


class Candidate(models.Model):
    """One candidate of a search. rank and score stand here for those who may see them; no examiner's page reads them.

    picture: the photograph as it was when it came back, so that what was compared can be shown after a correction.
    """

    public_id = models.CharField(max_length=32, unique=True, default=new_public_id)
    search = models.ForeignKey(Search, on_delete=models.PROTECT, related_name="candidates")
    rank = models.PositiveIntegerField()
    gallery = models.CharField(max_length=100)
    record_id = models.CharField(max_length=200, db_index=True)
    person_id = models.CharField(max_length=200, db_index=True)
    picture = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["search", "rank"], name="a_rank_is_held_once")]
