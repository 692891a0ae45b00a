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
        """An examiner's own tasks, and nobody else's: also what is finished stays one's own."""
        return self.filter(examiner=who.person)


class Task(models.Model):
    """One examination of one probe by one examiner. Real work and known-answer trials are the same to look at.

    search: None for a trial. nth: which examiner in turn; hidden from the examiner. seed: of the order in which the
    candidates stand. version: raised by every change. report: the document of the examination, once concluded.
    """

    class State(models.TextChoices):
        """Where an examination stands."""

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
    report = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1)

    objects = Tasks.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["search", "examiner"], name="nobody_examines_twice"),
            models.UniqueConstraint(
                fields=["search", "nth"], condition=~models.Q(state="withdrawn"), name="one_examiner_a_turn"
            ),
        ]


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


class TaskFace(models.Model):
    """One face to be compared in a task: a candidate, or a decoy known to be somebody else. letter: as it is shown.

    public_id: what addresses and file names hold; drawn anew for every task, so that two examiners' pages share
    nothing. viewer: the state of the comparison viewer; viewer_version: raised by every save.
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
    picture = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=16, choices=Outcome.choices, default=Outcome.OPEN)
    reason = models.TextField(blank=True)
    viewer = models.JSONField(null=True)
    viewer_version = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["task", "place"], name="a_place_is_held_once")]


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


class Trial(models.Model):
    """A known-answer trial: a task whose answer is known. mate: the face that is the probe's person; None: no mate.

    Only its result is told to the examiner, after it is concluded and the unit's lead closes the round.
    """

    task = models.OneToOneField(Task, on_delete=models.PROTECT, related_name="trial")
    mate = models.ForeignKey(TaskFace, on_delete=models.PROTECT, null=True, related_name="+")
    scheduled_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    scheduled_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)
