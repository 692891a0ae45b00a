"""Blind examinations: tasks, what an examiner wrote of the probe, what was compared, and known-answer trials."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from lookalike.casework.acting import Acting
from lookalike.casework.models import StoredFile, new_public_id
from lookalike.casework.people.models import Person, choices
from lookalike.casework.searches.models import Candidate, Search
from lookalike.protocol import vocabulary


class Tasks(models.QuerySet["Task"]):
    """Tasks, asked for."""

    def visible_to(self, who: Acting) -> Tasks:
        """An examiner's own tasks once they are given, and nobody else's: also what is finished stays one's own.

        What was taken back before it was given was never there.
        """
        rows = self.filter(examiner=who.person, given_at__lte=who.at).exclude(state=Task.State.HELD)
        return rows.exclude(state=Task.State.WITHDRAWN, due_on=None)

    def of(self, search: Search) -> Tasks:
        """The tasks of a search that were not withdrawn, in the order in which they were given."""
        return self.filter(search=search).exclude(state=Task.State.WITHDRAWN).order_by("nth")


class Task(models.Model):
    """One examination of one probe by one examiner. Real work and known-answer trials are the same to look at.

    search: None for a trial. nth: which examiner in turn; hidden from the examiner, as is a task that is HELD until the
    one before it is concluded. given_at: of a trial, it may lie ahead.
    due_on: None until it is given. seed: of the order in which the candidates
    stand. version: raised by every change. judgement, facts: what the protections said when it was signed; saw: what
    was before the examiner beside the photographs (`Seen`); role_ok: as R06 found then. report: the document, once
    concluded; code leads to it; entry, leaf: of its entry in the ledger.
    """

    class State(models.TextChoices):
        """Where an examination stands."""

        HELD = "held", "not given yet"
        GIVEN = "given", "to be begun"
        PROBE = "probe", "describing the probe"
        COMPARING = "comparing"
        CONCLUDED = "concluded"
        WITHDRAWN = "withdrawn"

    public_id = models.CharField(max_length=32, unique=True, default=new_public_id)
    search = models.ForeignKey(Search, on_delete=models.PROTECT, null=True, related_name="tasks")
    nth = models.PositiveIntegerField(default=1)
    examiner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="tasks")
    given_at = models.DateTimeField()
    due_on = models.DateField(null=True)
    probe = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    seed = models.BigIntegerField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.GIVEN, db_index=True)
    probe_locked_at = models.DateTimeField(null=True)
    candidates_seen_at = models.DateTimeField(null=True)
    concluded_at = models.DateTimeField(null=True)
    conclusion = models.CharField(max_length=20, blank=True, choices=choices(vocabulary.Conclusion))
    named = models.ForeignKey("TaskFace", on_delete=models.PROTECT, null=True, related_name="+")
    words = models.TextField(blank=True)
    withdrawn_because = models.TextField(blank=True)
    judgement = models.JSONField(null=True)
    facts = models.JSONField(null=True)
    saw = models.JSONField(default=list)
    role_ok = models.BooleanField(null=True)
    report = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    code = models.CharField(max_length=40, unique=True, null=True)
    entry = models.PositiveBigIntegerField(null=True)
    leaf = models.CharField(max_length=64, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = Tasks.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["search", "examiner"], name="nobody_examines_twice"),
            models.UniqueConstraint(
                fields=["search", "nth"], condition=~models.Q(state="withdrawn"), name="one_examiner_a_turn"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["examiner", "-given_at"])]

    @property
    def reference(self) -> str:
        """What a task is called, aloud and in lists: part of its public id, so that no number counts anything."""
        return f"{self.public_id[:4]}-{self.public_id[4:8]}".upper()


BEGUN = (Task.State.GIVEN, Task.State.PROBE, Task.State.COMPARING)
"""The states of a task that its examiner has still to conclude."""


class ProbeFeature(models.Model):
    """One component of the probe, described before any candidate was seen (ASTM E3149). Locked with the task."""

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="features")
    component = models.CharField(max_length=40)
    visible = models.CharField(
        max_length=12, choices=[("visible", "visible"), ("part", "in part"), ("not", "not visible")]
    )
    words = models.TextField(blank=True)
    limits = models.JSONField(default=list)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["task", "component"], name="a_component_is_described_once")
        ]


class Correction(models.Model):
    """What was said of a component after its description was locked: an addition with its reason, never a change."""

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="corrections")
    at = models.DateTimeField()
    component = models.CharField(max_length=40)
    before = models.TextField()
    after = models.TextField()
    reason = models.TextField()


class TaskFace(models.Model):
    """One face to be compared in a task: a candidate, or a decoy known to be somebody else. letter: as it is shown.

    candidate None: a decoy, or a face of a trial. record_id, gallery: whose photograph it is; never shown to the
    examiner. picture: as it is shown, made like every other (`lookalike.casework.examinations.pictures`).
    public_id: what addresses and file names hold; drawn anew for every task, so that two examiners' pages share
    nothing. version: raised when its comparison is saved. viewer: the state of the comparison viewer; viewer_version:
    raised by every save of that.
    """

    class Outcome(models.TextChoices):
        """What was concluded of one face."""

        OPEN = "open", "not compared yet"
        EXCLUDED = "excluded"
        CANNOT_EXCLUDE = "cannot_exclude", "cannot be excluded"
        POSSIBLE = "possible", "possible candidate"

    public_id = models.CharField(max_length=32, unique=True, default=new_public_id)
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="faces")
    place = models.PositiveIntegerField()
    letter = models.CharField(max_length=3)
    candidate = models.ForeignKey(Candidate, on_delete=models.PROTECT, null=True, related_name="+")
    record_id = models.CharField(max_length=300)
    gallery = models.CharField(max_length=100, blank=True)
    picture = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=16, choices=Outcome.choices, default=Outcome.OPEN)
    reason = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    viewer = models.JSONField(null=True)
    viewer_version = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["task", "place"], name="a_place_is_held_once")]

    @property
    def key(self) -> str:
        """What its place is drawn by."""
        return f"{self.gallery}:{self.record_id}"


class Comparison(models.Model):
    """One component of probe and face compared."""

    class Judgement(models.TextChoices):
        """What was seen."""

        SIMILAR = "similar"
        DIFFERENT = "different"
        NOT_COMPARABLE = "not_comparable", "not comparable"
        EXPLAINABLE = "explainable", "different, explainable"

    face = models.ForeignKey(TaskFace, on_delete=models.PROTECT, related_name="comparisons")
    component = models.CharField(max_length=40)
    judgement = models.CharField(max_length=16, choices=Judgement.choices)
    explained_by = models.CharField(max_length=40, blank=True)
    words = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["face", "component"], name="a_component_is_compared_once")
        ]


class TrialRounds(models.QuerySet["TrialRound"]):
    """Rounds, asked for."""

    def visible_to(self, who: Acting) -> TrialRounds:
        """Every round but those that are open and test this person: nobody is told of an own trial before its end."""
        own = Trial.objects.filter(task__examiner=who.person, round__closed_at=None)
        return self.exclude(pk__in=own.values("round"))


class TrialRound(models.Model):
    """Known-answer trials that are scheduled together. prepared: the set of pictures they are drawn from.

    closed_at: when the unit's lead closed it; only then is anybody told that it was one.
    """

    public_id = models.CharField(max_length=32, unique=True, default=new_public_id)
    prepared = models.CharField(max_length=100)
    scheduled_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    scheduled_at = models.DateTimeField()
    last_day = models.DateField()
    closed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)

    objects = TrialRounds.as_manager()


class Trial(models.Model):
    """A known-answer trial: a task whose answer is known. mate: the face that is the probe's person; None: no mate.
    probe: the file of the prepared set, so that nobody is shown it twice.

    Only its result is told to the examiner, after it is concluded and the unit's lead closes the round.
    """

    task = models.OneToOneField(Task, on_delete=models.PROTECT, related_name="trial")
    round = models.ForeignKey(TrialRound, on_delete=models.PROTECT, related_name="trials")
    probe = models.CharField(max_length=200)
    mate = models.ForeignKey(TaskFace, on_delete=models.PROTECT, null=True, related_name="+")
    scheduled_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    scheduled_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)
