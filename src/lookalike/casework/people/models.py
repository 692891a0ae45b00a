"""Accounts and what they rest on: roles, training, sign-in; the papers and packs that the agency has put in force."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from lookalike.casework.models import StoredFile, new_public_id
from lookalike.protocol import vocabulary
from lookalike.protocol.vocabulary import Role


def choices(words: type[Any]) -> list[tuple[str, str]]:
    """The words of a closed list as choices of a field."""
    return [(word.value, word.value.replace("_", " ")) for word in words]


class Agency(models.Model):
    """A body that asks for searches, or for which they are asked. own: the one whose site this is.

    jurisdiction: as in packs, `US-MI-Detroit`. ban_pack: the pack by which it forbade itself the search, if any.
    """

    id = models.SlugField(primary_key=True, max_length=60)
    name = models.CharField(max_length=200)
    jurisdiction = models.CharField(max_length=60)
    kind = models.CharField(max_length=20, choices=choices(vocabulary.AgencyKind))
    own = models.BooleanField(default=False)
    law_pack = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["own"], condition=models.Q(own=True), name="one_agency_is_ours")
        ]

    def __str__(self) -> str:
        return self.name


class People(BaseUserManager["Person"]):
    """Makes accounts."""

    def get_by_natural_key(self, username: str | None) -> Person:
        """The account of a name, whatever its case."""
        return self.get(username__iexact=username)


class Person(AbstractBaseUser):
    """One account of one natural person. Never deleted: what somebody did stays theirs.

    username: lower case, unique. locked_at: when five wrong sign-ins locked the account; an administrator releases it.
    disabled_at, disabled_because: when it ceased to be used. seen_at: when last active, for accounts nobody uses.
    expires_at: when a temporary account ends by itself.
    """

    public_id = models.CharField(max_length=32, unique=True, default=new_public_id)
    username = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    email = models.EmailField(blank=True)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="people")
    office = models.CharField(max_length=30, blank=True, choices=choices(vocabulary.Office))
    is_active = models.BooleanField(default=True)
    made_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    locked_at = models.DateTimeField(null=True)
    disabled_at = models.DateTimeField(null=True)
    disabled_because = models.CharField(max_length=200, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    objects = People()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = ["name"]

    is_staff = False
    is_superuser = False

    def __str__(self) -> str:
        return self.name

    @property
    def roles(self) -> frozenset[Role]:
        """The roles held now."""
        held = getattr(self, "_roles", None)
        if held is None:
            held = frozenset(Role(one) for one in self.roles_held.filter(until=None).values_list("role", flat=True))
            self._roles = held
        return held

    @property
    def roles_in_words(self) -> str:
        """The roles as a list of words."""
        return ", ".join(sorted(role.replace("_", " ") for role in self.roles)) or "no role"

    def in_use(self, at: datetime) -> bool:
        """Whether the account can be signed in to: neither locked nor disabled, and not past its end."""
        ended = self.expires_at is not None and self.expires_at <= at
        return self.is_active and self.locked_at is None and self.disabled_at is None and not ended

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Django's own permissions are not used."""
        return False

    def has_module_perms(self, label: str) -> bool:
        """Django's own permissions are not used."""
        return False


class RoleHeld(models.Model):
    """A role that somebody holds or held. until: when it was taken back."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="roles_held")
    role = models.CharField(max_length=30, choices=choices(Role))
    since = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    until = models.DateTimeField(null=True)
    until_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "role"], condition=models.Q(until=None), name="a_role_is_held_once"
            )
        ]


class TrainingRecord(models.Model):
    """A training that somebody completed. last_day: None where it does not run out. withdrawn_at: recorded in error."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="trainings")
    kind = models.CharField(max_length=30, choices=choices(vocabulary.TrainingKind))
    completed_on = models.DateField()
    hours = models.PositiveIntegerField()
    last_day = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True)
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)


class FailedSignIn(models.Model):
    """A sign-in that failed, or is being tried. username: a keyed digest of what was typed, never the words themselves.

    People type passwords into the wrong field; and there may be no such account.
    """

    username = models.CharField(max_length=60, db_index=True)
    at = models.DateTimeField(db_index=True)
    source = models.CharField(max_length=60)


class OneTimeLink(models.Model):
    """A link with which somebody takes up an account or sets a new password. Only the hash of its code is kept."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="links")
    code_sha256 = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class OpenSession(models.Model):
    """A session that somebody signed in to. browser: what it called itself. ended_at: when it was over, and why."""

    public_id = models.CharField(max_length=32, unique=True, default=new_public_id)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="sessions")
    begun_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    source = models.CharField(max_length=60)
    browser = models.CharField(max_length=200)
    ended_at = models.DateTimeField(null=True)
    ended_because = models.CharField(max_length=100, blank=True)


class Token(models.Model):
    """A token for the API: limited to scopes, running out, withdrawn when no longer needed. Only its hash is kept."""

    public_id = models.CharField(max_length=32, unique=True, default=new_public_id)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="tokens")
    name = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)


class Paper(models.Model):
    """An approval or filing of a public body. last_day: the last day on which it runs."""

    kind = models.CharField(max_length=40, choices=choices(vocabulary.PaperKind))
    issued_by = models.CharField(max_length=200)
    issued_on = models.DateField()
    last_day = models.DateField(null=True, blank=True)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True)
    filed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    filed_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)


class Moratorium(models.Model):
    """The board has stopped the use."""

    since = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    until = models.DateTimeField(null=True)
    until_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")


class PackInForce(models.Model):
    """A pack of rules as the agency put it in force: the bytes of its file. until: when it was put out of force.

    only_for_others: of a place that forbade itself the search; it binds when somebody asks on that place's behalf.
    """

    pack_id = models.CharField(max_length=60)
    toml = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    only_for_others = models.BooleanField(default=False)
    since = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    until = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["pack_id"], condition=models.Q(until=None), name="a_pack_is_in_force_once")
        ]


class AcceptedEntry(models.Model):
    """Somebody's acceptance of an entry that nobody has confirmed, as it stood."""

    pack = models.ForeignKey(PackInForce, on_delete=models.PROTECT, related_name="accepted")
    entry_id = models.CharField(max_length=120)
    entry_sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.TextField()
