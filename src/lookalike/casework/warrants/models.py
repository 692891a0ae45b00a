"""What goes to court: warrant requests and signatures, packets and who got them; and the look back at past cases."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from lookalike.casework.acting import Acting
from lookalike.casework.cases.models import READS_EVERY_CASE, Case, TeamMember
from lookalike.casework.corroboration.models import Suspect
from lookalike.casework.models import Job, Signature, StoredFile, new_public_id
from lookalike.casework.people.models import Person
from lookalike.protocol.vocabulary import Role


class Warrants(models.QuerySet["WarrantRequest"]):
    """Warrant requests, asked for."""

    def visible_to(self, who: Acting) -> Warrants:
        """Those of one's own cases; all for those who answer or oversee; for prosecutors those that came to them."""
        if who.roles & READS_EVERY_CASE:
            return self
        own = models.Q(case__in=TeamMember.objects.filter(person=who.person, until=None).values("case"))
        if Role.PROSECUTOR in who.roles:
            own |= models.Q(state__in=BEFORE_A_PROSECUTOR)
        return self.filter(own)


class WarrantRequest(models.Model):
    """Somebody asks a prosecutor for a warrant. Kept for good, also refused.

    statement: what the affidavit says of the face search. sole_basis: whether the search is the sole basis, as the
    prosecutor finds; None: not said yet. judgement, facts: what the protections said last.
    """

    class State(models.TextChoices):
        """Where a warrant request stands."""

        DRAFT = "draft", "being prepared"
        SIGNING = "signing", "waiting for signatures"
        SENT = "sent", "with the prosecutor"
        QUESTIONS = "questions", "sent back with questions"
        ACCEPTED = "accepted"
        DECLINED = "declined"
        WITHDRAWN = "withdrawn"

    public_id = models.CharField(max_length=32, unique=True, default=new_public_id)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="warrants")
    number = models.PositiveIntegerField()
    suspect = models.ForeignKey(Suspect, on_delete=models.PROTECT, related_name="warrants")
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT, db_index=True)
    statement = models.TextField(blank=True)
    sole_basis = models.BooleanField(null=True)
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    judgement = models.JSONField(null=True)
    facts = models.JSONField(null=True)
    sent_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_words = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = Warrants.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "number"], name="warrant_requests_are_numbered"),
            models.UniqueConstraint(
                fields=["suspect"],
                condition=models.Q(state__in=["draft", "signing", "sent", "questions"]),
                name="one_open_warrant_request",
            ),
        ]


OPEN = (
    WarrantRequest.State.DRAFT,
    WarrantRequest.State.SIGNING,
    WarrantRequest.State.SENT,
    WarrantRequest.State.QUESTIONS,
)
"""The states in which a request is not decided yet."""

BEFORE_A_PROSECUTOR = (
    WarrantRequest.State.SIGNING,
    WarrantRequest.State.SENT,
    WarrantRequest.State.QUESTIONS,
    WarrantRequest.State.ACCEPTED,
    WarrantRequest.State.DECLINED,
)


class WarrantRefusal(models.Model):
    """The protections refused a warrant request. Kept, cited, counted."""

    warrant = models.ForeignKey(WarrantRequest, on_delete=models.PROTECT, related_name="refusals")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    judgement = models.JSONField()
    facts = models.JSONField()


class WarrantSignature(Signature):
    """A signature for or against a warrant request: of its packet's digest."""

    warrant = models.ForeignKey(WarrantRequest, on_delete=models.PROTECT, related_name="signatures")


class Question(models.Model):
    """What the prosecutor asks before deciding, and what was answered."""

    warrant = models.ForeignKey(WarrantRequest, on_delete=models.PROTECT, related_name="questions")
    words = models.TextField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reply = models.TextField(blank=True)
    replied_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    replied_at = models.DateTimeField(null=True)


class Packets(models.QuerySet["Packet"]):
    """Packets, asked for."""

    def visible_to(self, who: Acting) -> Packets:
        """The packets of the cases and warrant requests that somebody may see."""
        if who.roles & READS_EVERY_CASE:
            return self
        own = models.Q(case__in=TeamMember.objects.filter(person=who.person, until=None).values("case"))
        if Role.PROSECUTOR in who.roles:
            own |= models.Q(warrant__state__in=BEFORE_A_PROSECUTOR)
        return self.filter(own)


class Packet(models.Model):
    """Everything about a case's face searches, as it stood: one signed file (`lookalike.disclosure`). Never changed.

    A later packet says what was added since; nothing is ever left out. warrant None: made for disclosure alone.
    items: which `PacketItem`s it holds, and where. sha256: of the file. code, entry, leaf: as of a lead's answer.
    holds: the digest of every row of the case as the packet tells it (`holds.holds`); added: the rows that were not in
    the packet before. file None: it is being made, or could not be.
    """

    public_id = models.CharField(max_length=32, unique=True, default=new_public_id)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="packets")
    number = models.PositiveIntegerField()
    suspect = models.ForeignKey(Suspect, on_delete=models.PROTECT, related_name="packets")
    warrant = models.ForeignKey(WarrantRequest, on_delete=models.PROTECT, null=True, related_name="packets")
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    job = models.ForeignKey(Job, on_delete=models.PROTECT, null=True, related_name="+")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    sha256 = models.CharField(max_length=64, blank=True)
    manifest = models.JSONField(null=True)
    items = models.JSONField(default=dict)
    holds = models.JSONField(default=dict)
    added = models.JSONField(default=list)
    code = models.CharField(max_length=40, unique=True)
    entry = models.PositiveBigIntegerField(null=True)
    leaf = models.CharField(max_length=64, blank=True)

    objects = Packets.as_manager()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["case", "number"], name="packets_are_numbered")]


class Delivery(models.Model):
    """A packet was handed to somebody. person: who has an account; else a link, of whose token the hash is kept.

    withdrawn_at: the link opens no more; what was taken by then is taken.
    """

    public_id = models.CharField(max_length=32, unique=True, default=new_public_id)
    packet = models.ForeignKey(Packet, on_delete=models.PROTECT, related_name="deliveries")
    to = models.CharField(max_length=12)
    name = models.CharField(max_length=200)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    token_sha256 = models.CharField(max_length=64, unique=True, null=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)


class Access(models.Model):
    """Somebody opened or took a packet that was handed over. person: who has an account; None: by the link."""

    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="accesses")
    at = models.DateTimeField()
    source = models.CharField(max_length=60)
    what = models.CharField(max_length=40)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")


class PastCase(models.Model):
    """A past case in which a face search stood behind a warrant, as a list named it (settlement, term 6; R21).

    independent: what other evidence there was, as the list says; "" where it names none. row: the line as it came.
    """

    number = models.CharField(max_length=100, unique=True)
    agency = models.CharField(max_length=200)
    offence = models.CharField(max_length=200, blank=True)
    searched_on = models.DateField(null=True)
    warrant_on = models.DateField()
    independent = models.TextField(blank=True)
    row = models.JSONField()
    brought_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    brought_at = models.DateTimeField()


class Notice(models.Model):
    """A prosecutor was told that a past case had no independent evidence. Tracked until it is answered."""

    public_id = models.CharField(max_length=32, unique=True, default=new_public_id)
    past = models.OneToOneField(PastCase, on_delete=models.PROTECT, related_name="notice")
    to = models.CharField(max_length=200)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    due_on = models.DateField()
    document = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    answered_by = models.CharField(max_length=200, blank=True)
    answer = models.TextField(blank=True)
    entered_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
