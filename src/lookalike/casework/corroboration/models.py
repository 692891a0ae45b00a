"""What speaks for or against somebody in a case, who the people are, and what came of what.

Ids of the graph: an item `item-…`, a party `party-…`, and what the case already holds: `search-…`, `lead-…`,
`photo-…` (a candidate's photograph), `still-…`, `clip-…`, `lineup-…`, `arrest-…`, each with the public id of its row.
"""

from __future__ import annotations

from typing import ClassVar, TypeVar

from django.db import models

from lookalike.casework.acting import Acting
from lookalike.casework.cases.models import READS_EVERY_CASE, Case, TeamMember
from lookalike.casework.leads.models import Answer
from lookalike.casework.models import StoredFile, new_public_id
from lookalike.casework.people.models import Person, choices
from lookalike.protocol.court_words import CheckState
from lookalike.protocol.evidence.graph import EdgeKind, Says

_Row = TypeVar("_Row", bound=models.Model)


class OfCases(models.QuerySet[_Row]):
    """Rows of a case, asked for."""

    def visible_to(self, who: Acting) -> OfCases[_Row]:
        """What somebody may see: of every case those who answer or oversee, else of the cases of one's own team.

        Never of a case of which one holds a lineup: who holds it is to know nothing.
        """
        rows = self.exclude(case__lineups__administrator=who.person)
        if who.roles & READS_EVERY_CASE:
            return rows
        return rows.filter(case__in=TeamMember.objects.filter(person=who.person, until=None).values("case"))


class Party(models.Model):
    """Somebody in a case: a witness, a person who is suspected, whoever collected or said something.

    name: as it stands in the file. account: where it is somebody who has an account here.
    """

    public_id = models.CharField(max_length=32, unique=True, default=new_public_id)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="parties")
    name = models.CharField(max_length=200)
    account = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    note = models.TextField(blank=True)
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    objects = OfCases.as_manager()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["case", "name"], name="a_party_is_entered_once")]

    def __str__(self) -> str:
        return self.name


class Suspect(models.Model):
    """Somebody who is suspected in a case. answer: the lead that named them; None: no search did.

    person_id: of the bookings, by which their photographs are known; "" where there are none. suspicion: the reasons,
    written down at written_at, before any lineup (Wells et al. 2020, recommendation 2). ended_at: suspected no more.
    """

    public_id = models.CharField(max_length=32, unique=True, default=new_public_id)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="suspects")
    party = models.OneToOneField(Party, on_delete=models.PROTECT, related_name="suspect")
    answer = models.OneToOneField(Answer, on_delete=models.PROTECT, null=True, related_name="suspect")
    person_id = models.CharField(max_length=200, blank=True)
    suspicion = models.TextField(blank=True)
    written_at = models.DateTimeField(null=True)
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_because = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = OfCases.as_manager()

    def __str__(self) -> str:
        return self.party.name


class Arrest(models.Model):
    """A suspect was arrested. What the suspect says from then on comes from it, and from what it rested on.

    words: what it rested on, and on whose word. What of it the case holds are links of the graph to its node.
    withdrawn_at: entered in error, with why; it stays to be read.
    """

    public_id = models.CharField(max_length=32, unique=True, default=new_public_id)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="arrests")
    suspect = models.ForeignKey(Suspect, on_delete=models.PROTECT, related_name="arrests")
    at = models.DateTimeField()
    words = models.TextField()
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_because = models.TextField(blank=True)

    objects = OfCases.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["suspect", "at"], condition=models.Q(withdrawn_at=None), name="an_arrest_is_entered_once"
            )
        ]


class EvidenceItem(models.Model):
    """One item of evidence. Never deleted: it leaves neither the board nor a packet, withdrawn or not.

    about: whom it speaks for or against; None: it tells of the offence only. at: when it was made or came to be;
    obtained_at: when the police got it, where later. source: from where, in words. outside: it came from outside the
    case, and from nothing that the case holds; None: nobody has said, and the graph cannot be followed. by: whose
    words it is. reliable, links: whether it is reliable and ties the person to the offence, each with why; None:
    nobody has judged it. withdrawn_at: entered in error, with why; what it says stays to be read.
    """

    class Sort(models.TextChoices):
        """What kind of evidence it is."""

        STATEMENT = "statement", "statement of a witness"
        TIP = "tip"
        PHONE = "phone", "location of a telephone"
        PURCHASE = "purchase", "purchase or payment"
        FINGERPRINT = "fingerprint"
        DNA = "dna", "DNA"
        VEHICLE = "vehicle"
        PROPERTY = "property", "thing that was found"
        CONFESSION = "confession"
        ALIBI = "alibi"
        EXCLUSION = "exclusion", "exclusion by an examination"
        VIDEO = "video", "other picture or recording"
        RECORD = "record", "other record"
        IDENTIFICATION = "identification", "choice of a witness"

    public_id = models.CharField(max_length=32, unique=True, default=new_public_id)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="evidence")
    number = models.PositiveIntegerField()
    sort = models.CharField(max_length=20, choices=Sort.choices)
    title = models.CharField(max_length=200)
    words = models.TextField()
    about = models.ForeignKey(Suspect, on_delete=models.PROTECT, null=True, blank=True, related_name="evidence")
    says = models.CharField(max_length=10, choices=choices(Says))
    at = models.DateTimeField()
    obtained_at = models.DateTimeField(null=True, blank=True)
    source = models.CharField(max_length=300)
    outside = models.BooleanField(null=True)
    collected_by = models.ForeignKey(Party, on_delete=models.PROTECT, null=True, blank=True, related_name="collected")
    by = models.ForeignKey(Party, on_delete=models.PROTECT, null=True, blank=True, related_name="said")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    reliable = models.BooleanField(null=True)
    reliable_because = models.TextField(blank=True)
    links = models.BooleanField(null=True)
    links_because = models.TextField(blank=True)
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_because = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = OfCases.as_manager()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["case", "number"], name="evidence_is_numbered")]

    def __str__(self) -> str:
        return f"{self.number}: {self.title}"


class ItemChange(models.Model):
    """One change of an item: which field, from what, to what, by whom and why. History is kept."""

    item = models.ForeignKey(EvidenceItem, on_delete=models.PROTECT, related_name="changes")
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    field = models.CharField(max_length=40)
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)
    reason = models.TextField(blank=True)


class Link(models.Model):
    """What came of what, by ids of the graph. at: when a person was shown or told; None of any other link.

    withdrawn_at: entered in error, with why. A link is never deleted: that somebody withdrew it is told in the packet.
    """

    public_id = models.CharField(max_length=32, unique=True, default=new_public_id)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="links")
    kind = models.CharField(max_length=20, choices=choices(EdgeKind))
    source = models.CharField(max_length=60)
    target = models.CharField(max_length=60)
    at = models.DateTimeField(null=True)
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_because = models.TextField(blank=True)

    objects = OfCases.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case", "kind", "source", "target"],
                condition=models.Q(withdrawn_at=None, at=None),
                name="a_link_is_entered_once",
            ),
            models.UniqueConstraint(  # a database holds two unknown times for different
                fields=["case", "kind", "source", "target", "at"],
                condition=models.Q(withdrawn_at=None, at__isnull=False),
                name="a_showing_is_entered_once",
            ),
        ]


class Reply(models.Model):
    """How what speaks against the suspect was answered. It answers; it takes nothing away."""

    item = models.ForeignKey(EvidenceItem, on_delete=models.PROTECT, related_name="replies")
    words = models.TextField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()


class Whereabouts(models.Model):
    """An attempt to find out where the suspect was. Every one is kept; what was found is an item of evidence."""

    class Question(models.TextChoices):
        """What was looked into."""

        ALIBI = "alibi"
        LOCATION = "location", "where the person was"

    suspect = models.ForeignKey(Suspect, on_delete=models.PROTECT, related_name="whereabouts")
    question = models.CharField(max_length=10, choices=Question.choices)
    state = models.CharField(max_length=20, choices=choices(CheckState))
    tried = models.TextField()
    found = models.ForeignKey(EvidenceItem, on_delete=models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()


class Shown(models.Model):
    """Whether means, ability or opportunity were shown, on which items. The newest of each counts."""

    class What(models.TextChoices):
        """What was shown (the Chief's rules of August 2023)."""

        MEANS = "means"
        ABILITY = "ability"
        OPPORTUNITY = "opportunity"

    suspect = models.ForeignKey(Suspect, on_delete=models.PROTECT, related_name="shown")
    what = models.CharField(max_length=12, choices=What.choices)
    holds = models.BooleanField()
    words = models.TextField()
    items = models.ManyToManyField(EvidenceItem, related_name="+")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
