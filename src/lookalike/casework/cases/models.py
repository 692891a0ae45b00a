"""A case, what witnesses said of the person sought, its exhibits, and the stills and edits made from them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from lookalike.casework.acting import Acting
from lookalike.casework.models import Job, StoredFile, new_public_id
from lookalike.casework.people.models import Agency, Person, choices
from lookalike.protocol import vocabulary
from lookalike.protocol.vocabulary import Role

READS_EVERY_CASE = frozenset({Role.SUPERVISOR, Role.AUDITOR, Role.BOARD})


class Cases(models.QuerySet["Case"]):
    """Cases, asked for."""

    def visible_to(self, who: Acting) -> Cases:
        """The cases somebody may see: all for those who answer or oversee, else those whose team they are on; for an
        examiner also those with a request that waits for its check, or that this examiner checked.
        """
        if who.roles & READS_EVERY_CASE:
            return self
        own = models.Q(pk__in=TeamMember.objects.filter(person=who.person, until=None).values("case"))
        if Role.EXAMINER in who.roles:
            own |= models.Q(pk__in=self.model._default_manager.filter(_checks(who.person)).values("pk"))
        return self.filter(own)

    def listed_for(self, who: Acting) -> Cases:
        """The cases that a list names: for an examiner only those whose story was opened, or of one's own team.

        A number, an offence and a day tell part of the story.
        """
        rows = self.visible_to(who)
        if Role.EXAMINER not in who.roles or who.roles & READS_EVERY_CASE:
            return rows
        team = TeamMember.objects.filter(person=who.person, until=None).values("case")
        read = CaseRead.objects.filter(person=who.person).values("case")
        return rows.filter(models.Q(pk__in=team) | models.Q(pk__in=read))


def _checks(person: Person) -> models.Q:
    return models.Q(requests__state="waiting") | models.Q(requests__checked_by=person)


class Case(models.Model):
    """A case. nibrs, statute, attempted, completed_on: the offence; other_purpose where there is no crime.

    felony, max_years: None: nobody has said. version: raised by every change, so that nobody overwrites another's.
    """

    public_id = models.CharField(max_length=32, unique=True, default=new_public_id)
    number = models.CharField(max_length=60)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="cases")
    nibrs = models.CharField(max_length=10, blank=True)
    statute = models.CharField(max_length=60, blank=True)
    attempted = models.BooleanField(null=True)
    felony = models.BooleanField(null=True)
    max_years = models.PositiveIntegerField(null=True, blank=True)
    completed_on = models.DateField(null=True, blank=True)
    other_purpose = models.CharField(max_length=40, blank=True, choices=choices(vocabulary.OtherPurpose))
    narrative = models.TextField(blank=True)
    opened_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    objects = Cases.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agency", "number"], name="a_case_number_is_used_once")
        ]
        indexes: ClassVar = [models.Index(fields=["-opened_at"])]

    def __str__(self) -> str:
        return self.number


class TeamMember(models.Model):
    """Somebody who works on a case."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="team")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="case_teams")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "person"], condition=models.Q(until=None), name="on_a_team_once")
        ]


class CaseChange(models.Model):
    """One change of a case: which field, from what, to what, by whom and why. History is kept."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="changes")
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    field = models.CharField(max_length=40)
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)
    reason = models.TextField(blank=True)


class CaseRead(models.Model):
    """Somebody opened the story of a case. Whoever did is not blind to it and examines none of its faces."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="readings")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["case", "person"], name="first_reading_counts")]


class Description(models.Model):
    """What one witness said of the unknown person, in the witness's words and as ranges. Never changed.

    given_on: when the witness said it. taken_at: when it was recorded here; a search shows whether that was before.
    corrects: an earlier record of the same words that had an error; both are kept.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="descriptions")
    witness = models.CharField(max_length=100)
    words = models.TextField()
    given_on = models.DateField()
    height_low_cm = models.PositiveIntegerField(null=True, blank=True)
    height_high_cm = models.PositiveIntegerField(null=True, blank=True)
    weight_low_kg = models.PositiveIntegerField(null=True, blank=True)
    weight_high_kg = models.PositiveIntegerField(null=True, blank=True)
    age_low = models.PositiveIntegerField(null=True, blank=True)
    age_high = models.PositiveIntegerField(null=True, blank=True)
    build = models.CharField(max_length=100, blank=True)
    hair = models.CharField(max_length=200, blank=True)
    facial_hair = models.CharField(max_length=200, blank=True)
    marks = models.TextField(blank=True)
    clothing = models.TextField(blank=True)
    taken_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField()
    corrects = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="corrected_by")


class Exhibit(models.Model):
    """Evidence as it was delivered. Never changed. about: what reading it found (size, format, frames, metadata).

    job: the reading of a clip. index: of a clip that was read, what is known of each frame (`media.scrub.ClipIndex`).
    """

    class Kind(models.TextChoices):
        """What an exhibit is."""

        PHOTOGRAPH = "photograph"
        CLIP = "clip"
        NIST = "nist", "NIST-ITL file"

    public_id = models.CharField(max_length=32, unique=True, default=new_public_id)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="exhibits")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=Kind.choices)
    title = models.CharField(max_length=200)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    probe_kind = models.CharField(max_length=30, choices=choices(vocabulary.ProbeKind))
    received_from = models.CharField(max_length=200)
    received_on = models.DateField()
    about = models.JSONField(default=dict)
    job = models.ForeignKey(Job, on_delete=models.PROTECT, null=True, related_name="+")
    index = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["case", "number"], name="exhibits_are_numbered")]


class Custody(models.Model):
    """One link of an exhibit's chain of custody: who did what with it, and what it came from or went to.

    viewing: somebody looked at it on a page; recorded once for each sign-in.
    """

    exhibit = models.ForeignKey(Exhibit, on_delete=models.PROTECT, related_name="custody")
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    what = models.CharField(max_length=200)
    source = models.CharField(max_length=200, blank=True)
    target = models.CharField(max_length=200, blank=True)
    viewing = models.BooleanField(default=False)
    note = models.TextField(blank=True)


class KeyStill(models.Model):
    """One of the small pictures by which a clip is looked through. They serve to find a place, and are no evidence."""

    exhibit = models.ForeignKey(Exhibit, on_delete=models.PROTECT, related_name="key_stills")
    frame = models.PositiveBigIntegerField()
    timecode = models.CharField(max_length=20)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["frame"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["exhibit", "frame"], name="a_key_still_is_kept_once")]


class Still(models.Model):
    """One picture of an exhibit that somebody chose: the photograph itself, a frame of a clip, a NIST record.

    frame: its index in a clip, or the record's in a NIST file. seconds, timecode: where a frame stands. file: the
    picture as PNG (a frame), or the photograph as delivered. version: raised by every edit, so that nobody edits over
    another's.
    """

    public_id = models.CharField(max_length=32, unique=True, default=new_public_id)
    exhibit = models.ForeignKey(Exhibit, on_delete=models.PROTECT, related_name="stills")
    frame = models.PositiveBigIntegerField(null=True)
    seconds = models.FloatField(null=True)
    timecode = models.CharField(max_length=20, blank=True)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    chosen_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    chosen_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["exhibit", "frame"], name="a_frame_is_chosen_once")]

    @property
    def words(self) -> str:
        """What tells it from the other stills of its exhibit: its time code, or the number (IDC) of its record."""
        if self.timecode or self.frame is None:
            return f"Still at {self.timecode}" if self.timecode else "Still"
        return f"Still, record {self.exhibit.about['records'][self.frame]['idc']}"


class EditStep(models.Model):
    """One edit of a still (`lookalike.media.edits`), in order. undone_at: taken back; it stays on record."""

    still = models.ForeignKey(Still, on_delete=models.PROTECT, related_name="edits")
    edit = models.JSONField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["pk"]
