"""A lineup: the witness, the members, the mock-witness test, the holding with everything that was said, the report."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from lookalike.casework.acting import Acting
from lookalike.casework.cases.models import READS_EVERY_CASE, Case, Description, TeamMember
from lookalike.casework.corroboration.models import OfCases, Party, Suspect
from lookalike.casework.models import Job, Signature, StoredFile, new_public_id
from lookalike.casework.people.models import Person, choices
from lookalike.protocol.court_words import Administration, Presentation


class Witness(models.Model):
    """A party of the case as a witness. None: nobody has asked yet.

    What the witness was shown or told are links of the graph (`corroboration.Link`, shown and told); asked_at: when
    the witness was asked about all of it, and what was answered. conditions: distance, light, time, attention, cover,
    in the witness's words. description: recorded first (Wells et al. 2020, recommendation 1). answers: what the witness
    answered to each question of `services.witnesses.QUESTIONS`, by its key: said ("yes", "no") and words.
    """

    public_id = models.CharField(max_length=32, unique=True, default=new_public_id)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="witnesses")
    party = models.OneToOneField(Party, on_delete=models.PROTECT, related_name="witness")
    present_at_scene = models.BooleanField(null=True)
    saw_perpetrator = models.BooleanField(null=True)
    where = models.TextField(blank=True)
    familiar = models.TextField(blank=True)
    conditions = models.TextField(blank=True)
    description = models.ForeignKey(Description, on_delete=models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(null=True)
    answers = models.JSONField(default=dict)
    interviewed_at = models.DateTimeField(null=True)
    interviewed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1)

    objects = OfCases.as_manager()

    def __str__(self) -> str:
        return self.party.name


class Lineups(models.QuerySet["Lineup"]):
    """Lineups, asked for."""

    def visible_to(self, who: Acting) -> Lineups:
        """The lineups whose plan somebody may see. Never the administrator, who is to know nothing: a holding has a
        page of its own. Whoever holds a lineup of a case sees no plan of that case, whatever else they are.
        """
        rows = self.exclude(case__lineups__administrator=who.person)
        if who.roles & READS_EVERY_CASE:
            return rows
        return rows.filter(case__in=TeamMember.objects.filter(person=who.person, until=None).values("case"))


class Lineup(models.Model):
    """One lineup, of one suspect, for one witness, once.

    proposal: how the members were proposed (`lookalike.lineup.fillers`), as data. seed: from which the order is
    drawn, hidden from everybody until the lineup is over. judgement, facts: what the protections said last; of a
    lineup that is held, what allowed it. code, entry, leaf, report: as of a lead's answer.
    covers: what is covered on every picture (`lookalike.lineup.pictures.Region`: left, top, width, height). job: in
    which the pictures are made alike. looked_at: when a person looked at all of them and found them fit to be shown.
    """

    class State(models.TextChoices):
        """Where a lineup stands."""

        DRAFT = "draft", "being prepared"
        TESTING = "testing", "with the mock witnesses"
        TESTED = "tested"
        ALLOWED = "allowed", "ready to be held"
        HOLDING = "holding", "being held"
        HELD = "held"
        VOID = "void"
        GIVEN_UP = "given_up", "given up"

    public_id = models.CharField(max_length=32, unique=True, default=new_public_id)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="lineups")
    number = models.PositiveIntegerField()
    suspect = models.ForeignKey(Suspect, on_delete=models.PROTECT, related_name="lineups")
    witness = models.ForeignKey(Witness, on_delete=models.PROTECT, related_name="lineups")
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT, db_index=True)
    presentation = models.CharField(max_length=20, choices=choices(Presentation))
    administration = models.CharField(max_length=20, choices=choices(Administration))
    administrator = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="lineups_to_hold")
    proposal = models.JSONField(default=dict)
    seed = models.CharField(max_length=64)
    covers = models.JSONField(default=list)
    job = models.ForeignKey(Job, on_delete=models.PROTECT, null=True, related_name="+")
    looked_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    looked_at = models.DateTimeField(null=True)
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    judgement = models.JSONField(null=True)
    facts = models.JSONField(null=True)
    allowed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    allowed_at = models.DateTimeField(null=True)
    ended_because = models.TextField(blank=True)
    code = models.CharField(max_length=40, unique=True, null=True)
    entry = models.PositiveBigIntegerField(null=True)
    leaf = models.CharField(max_length=64, blank=True)
    report = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1)

    objects = Lineups.as_manager()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["case", "number"], name="lineups_are_numbered")]


class LineupRefusal(models.Model):
    """The protections refused to let a lineup be held. Kept, cited, counted."""

    lineup = models.ForeignKey(Lineup, on_delete=models.PROTECT, related_name="refusals")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    judgement = models.JSONField()
    facts = models.JSONField()


class LineupSignature(Signature):
    """A signature for or against holding a lineup: of its plan's digest."""

    lineup = models.ForeignKey(Lineup, on_delete=models.PROTECT, related_name="signatures")


class LineupOpening(models.Model):
    """Whoever is to sign opened the plan of a lineup: which one, by its digest, and when."""

    lineup = models.ForeignKey(Lineup, on_delete=models.PROTECT, related_name="openings")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    about_sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["lineup", "person", "about_sha256"], name="a_plan_is_opened_once")
        ]


class Member(models.Model):
    """One photograph of a lineup: the suspect's or a filler's. place: as first proposed, and not the order shown.

    record_id: of the booking photograph. picture: as it is shown, made like all the others. covered: what was covered
    or copied on every picture alike. look: why a person should look at it closely, as the making of the picture says.
    removed_at: taken out again, with who and why; it stays on record.
    """

    public_id = models.CharField(max_length=32, unique=True, default=new_public_id)
    lineup = models.ForeignKey(Lineup, on_delete=models.PROTECT, related_name="members")
    is_suspect = models.BooleanField(default=False)
    place = models.PositiveIntegerField()
    record_id = models.CharField(max_length=200)
    person_id = models.CharField(max_length=200)
    picture = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    because = models.TextField()
    covered = models.JSONField(default=list)
    look = models.JSONField(default=list)
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)
    removed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    removed_because = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["lineup", "place"], condition=models.Q(removed_at=None), name="a_place_is_taken_once"
            ),
            models.UniqueConstraint(
                fields=["lineup", "person_id"], condition=models.Q(removed_at=None), name="nobody_stands_twice"
            ),
            models.UniqueConstraint(
                fields=["lineup"],
                condition=models.Q(is_suspect=True, removed_at=None),
                name="one_suspect_in_a_lineup",
            ),
        ]


class Volunteer(models.Model):
    """Somebody outside the investigation who serves as a mock witness. ended_at: serves no more."""

    public_id = models.CharField(max_length=32, unique=True, default=new_public_id)
    name = models.CharField(max_length=200)
    email = models.EmailField(blank=True)
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["email"],
                condition=models.Q(ended_at=None) & ~models.Q(email=""),
                name="a_volunteer_is_kept_once",
            )
        ]


class MockTest(models.Model):
    """The mock-witness test of a lineup as its members stand; another choice of members needs another test.

    description: the words that the mock witnesses read. members: the public ids, in the order of place. result: the
    table of choices and the statistics (`lookalike.lineup.fairness`), once closed; None of a test that was broken off,
    ended_because says why.
    """

    public_id = models.CharField(max_length=32, unique=True, default=new_public_id)

    lineup = models.ForeignKey(Lineup, on_delete=models.PROTECT, related_name="tests")
    description = models.TextField()
    members = models.JSONField()
    opened_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    result = models.JSONField(null=True)
    ended_because = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["lineup"], condition=models.Q(closed_at=None), name="one_open_test")
        ]


class Ticket(models.Model):
    """One volunteer's single-use link to a mock-witness test. Only the hash of its token is kept; None: nobody who is
    not on the case has made the link yet.

    order: in which the pictures stood for this volunteer. choice: whom they chose; it is forced, as the test is one of
    the lineup and not of memory. Which volunteer chose whom is asked by no page.
    """

    test = models.ForeignKey(MockTest, on_delete=models.PROTECT, related_name="tickets")
    volunteer = models.ForeignKey(Volunteer, on_delete=models.PROTECT, related_name="+")
    token_sha256 = models.CharField(max_length=64, unique=True, null=True)
    made_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    order = models.JSONField(default=list)
    used_at = models.DateTimeField(null=True)
    choice = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    set_aside = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["test", "volunteer"], name="a_volunteer_serves_once")]


class Holding(models.Model):
    """A lineup while it is held and afterwards. key_sha256: of the key by which the witness's screen knows itself.

    order: the members' public ids as shown, drawn from the lineup's seed. consent: to the recording; None: not asked
    yet. chosen, confidence: the last word, each with its time; outcome: one of Outcome. Everything in between stands
    in the events. sheet: what the report says, as data, once it is over; its SHA-256 stands in the ledger's entry.
    """

    class Outcome(models.TextChoices):
        """How it ended."""

        CHOSEN = "chosen"
        NOT_PRESENT = "not_present", "not present"
        DONT_KNOW = "dont_know", "don't know"
        BROKEN_OFF = "broken_off", "broken off"

    public_id = models.CharField(max_length=32, unique=True, default=new_public_id)
    lineup = models.OneToOneField(Lineup, on_delete=models.PROTECT, related_name="holding")
    held_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=10)
    key_sha256 = models.CharField(max_length=64, unique=True)
    order = models.JSONField()
    begun_at = models.DateTimeField()
    alive_at = models.DateTimeField()
    consent = models.BooleanField(null=True)
    consent_words = models.TextField(blank=True)
    outcome = models.CharField(max_length=12, choices=Outcome.choices, blank=True)
    chosen = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    chosen_at = models.DateTimeField(null=True)
    confidence = models.TextField(blank=True)
    confidence_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    sheet = models.JSONField(default=dict)


class Event(models.Model):
    """One thing that happened while a lineup was held, in order. Never changed.

    at: by the site's clock. elapsed_ms: by the browser's own, since the page opened; None where the site noted it.
    data: what was said, word for word, or which picture (by its place in the order shown).
    """

    class Kind(models.TextChoices):
        """What happened."""

        BEGUN = "begun"
        INSTRUCTION = "instruction"
        CONSENT = "consent"
        SHOWN = "shown"
        HIDDEN = "hidden"
        ANSWER = "answer"
        CHANGE = "change"
        WORDS = "words"
        CONFIDENCE = "confidence"
        AWAY = "away"
        RESUMED = "resumed"
        RECORDING = "recording"
        ENDED = "ended"

    holding = models.ForeignKey(Holding, on_delete=models.PROTECT, related_name="events")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=Kind.choices)
    at = models.DateTimeField()
    elapsed_ms = models.PositiveBigIntegerField(null=True)
    data = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["holding", "number"], name="events_are_numbered")]


class Piece(models.Model):
    """One piece of the recording, as the browser sent it, sealed. take: a new one begins after an interruption."""

    holding = models.ForeignKey(Holding, on_delete=models.PROTECT, related_name="pieces")
    take = models.PositiveIntegerField()
    number = models.PositiveIntegerField()
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["take", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["holding", "take", "number"], name="pieces_are_numbered")
        ]
