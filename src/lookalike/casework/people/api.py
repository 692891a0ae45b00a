"""People over the REST API: who I am, accounts, roles, training. Passwords, second factors and tokens are not here:
they are for a person at a page, and so are one-time links, the loss of a factor and the agency's own sign-in.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import Prefetch
from ninja import Field, Schema
from pydantic import AwareDatetime

from lookalike.casework.operations import Number, Operations, paged
from lookalike.casework.pages import Asked, found
from lookalike.casework.people.models import Agency, Person, RoleHeld, TrainingRecord
from lookalike.casework.people.services import accounts as services
from lookalike.casework.people.services import training as training_services
from lookalike.casework.permissions import Open, Permission
from lookalike.protocol.vocabulary import Office, Role, TrainingKind

operations = Operations(tags=["people"])
MANAGE = Permission.ACCOUNT_MANAGE


class MeOut(Schema):
    """Who asks, and what the token allows."""

    public_id: str
    username: str
    name: str
    agency: str
    roles: list[Role]
    may: list[str]


class TokenOut(Schema):
    """A token, without its secret."""

    public_id: str
    name: str
    scopes: list[str]
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None


class AccountOut(Schema):
    """An account."""

    public_id: str
    username: str
    name: str
    agency: str = Field(alias="agency_id")
    office: str
    roles: list[Role]
    made_at: datetime
    seen_at: datetime | None
    expires_at: datetime | None
    locked_at: datetime | None
    disabled_at: datetime | None
    disabled_because: str

    @staticmethod
    def resolve_roles(person: Person) -> list[Role]:
        """The roles held now."""
        held = getattr(person, "held", None)
        return sorted(person.roles if held is None else (Role(one.role) for one in held))


class ChangeIn(Schema):
    """What stands of somebody. expires_at: when a temporary account ends."""

    name: str = Field(min_length=1, max_length=200)
    agency: str = Field(max_length=60)
    office: Office | None = None
    expires_at: AwareDatetime | None = None


class AccountIn(ChangeIn):
    """A new account."""

    username: str = Field(max_length=60)
    roles: list[Role] = Field([])


class LinkOut(Schema):
    """The code of a one-time link, given once: its address is /take-up/<code>/."""

    account: AccountOut
    code: str


class DisableIn(Schema):
    """Why."""

    reason: str = Field(min_length=1, max_length=200)


class TrainingOut(Schema):
    """A training on record."""

    number: int = Field(alias="pk")
    kind: TrainingKind
    completed_on: date
    hours: int
    last_day: date | None
    note: str


class TrainingIn(Schema):
    """A training that was completed."""

    kind: TrainingKind
    completed_on: date
    hours: int = Field(ge=0, le=10_000)
    last_day: date | None = None
    note: str = Field("", max_length=200)


@operations.get("me", Open.SIGNED_IN, response=MeOut)
def me(request: Asked) -> Any:
    """Who you are to this site, and what your token allows."""
    who = request.acting
    return {
        "public_id": who.person.public_id,
        "username": who.person.username,
        "name": who.person.name,
        "agency": who.person.agency_id,
        "roles": sorted(who.roles),
        "may": sorted(who.permissions),
    }


@operations.get("me/tokens", Open.SIGNED_IN, response=list[TokenOut])
def my_tokens(request: Asked) -> Any:
    """Your tokens that still work. They are drawn and withdrawn on your account's page, never with a token."""
    return request.acting.person.tokens.filter(withdrawn_at=None, expires_at__gt=request.acting.at)


@operations.get("accounts", MANAGE, response=list[AccountOut])
@paged
def accounts(request: Asked) -> Any:
    """Every account, by name."""
    held = Prefetch("roles_held", RoleHeld.objects.filter(until=None), to_attr="held")
    return Person.objects.prefetch_related(held).order_by("name", "pk")


@operations.post("accounts", MANAGE, response={201: LinkOut})
def make_account(request: Asked, told: AccountIn) -> Any:
    """Make an account. The code of its one-time link is in this answer and nowhere else."""
    person, code = services.make_account(
        request.acting,
        username=told.username,
        name=told.name,
        agency=found(Agency.objects.all(), pk=told.agency),
        office=told.office or "",
        expires_at=told.expires_at,
        roles=frozenset(told.roles),
    )
    return {"account": person, "code": code}


@operations.get("accounts/{public_id}", MANAGE, response=AccountOut)
def account(request: Asked, public_id: str) -> Any:
    """One account."""
    return _person(public_id)


@operations.put("accounts/{public_id}", MANAGE, response=AccountOut)
def change_account(request: Asked, public_id: str, told: ChangeIn) -> Any:
    """Correct what stands of somebody."""
    services.change_account(
        request.acting,
        _person(public_id),
        name=told.name,
        agency=found(Agency.objects.all(), pk=told.agency),
        office=told.office or "",
        expires_at=told.expires_at,
    )
    return _person(public_id)


@operations.post("accounts/{public_id}/disable", MANAGE, response=AccountOut)
def disable(request: Asked, public_id: str, told: DisableIn) -> Any:
    """Disable an account, at once and with every open session."""
    services.disable(request.acting, _person(public_id), told.reason)
    return _person(public_id)


@operations.post("accounts/{public_id}/enable", MANAGE, response=AccountOut)
def enable(request: Asked, public_id: str) -> Any:
    """Put a disabled account in use again."""
    services.enable(request.acting, _person(public_id))
    return _person(public_id)


@operations.post("accounts/{public_id}/release", MANAGE, response=AccountOut)
def release(request: Asked, public_id: str) -> Any:
    """Release an account that failed sign-ins locked."""
    services.release(request.acting, _person(public_id))
    return _person(public_id)


@operations.post("accounts/{public_id}/roles/{role}/give", MANAGE, response=AccountOut)
def give_role(request: Asked, public_id: str, role: Role) -> Any:
    """Give a role."""
    services.give_role(request.acting, _person(public_id), role)
    return _person(public_id)


@operations.post("accounts/{public_id}/roles/{role}/take", MANAGE, response=AccountOut)
def take_role(request: Asked, public_id: str, role: Role) -> Any:
    """Take a role back."""
    services.take_role(request.acting, _person(public_id), role)
    return _person(public_id)


@operations.get("accounts/{public_id}/training", MANAGE, response=list[TrainingOut])
def trainings(request: Asked, public_id: str) -> Any:
    """Somebody's training on record, without what was withdrawn."""
    return _person(public_id).trainings.filter(withdrawn_at=None).order_by("kind", "-completed_on")


@operations.post("accounts/{public_id}/training", Permission.TRAINING_RECORD, response={201: TrainingOut})
def add_training(request: Asked, public_id: str, told: TrainingIn) -> Any:
    """Record a training that somebody completed."""
    return training_services.add_training(request.acting, _person(public_id), **told.dict())


@operations.post("accounts/{public_id}/training/{number}/withdraw", Permission.TRAINING_RECORD, response={204: None})
def withdraw_training(request: Asked, public_id: str, number: Number) -> None:
    """Take back a training that was recorded in error."""
    rows = TrainingRecord.objects.select_related("person").filter(person__public_id=public_id)
    training_services.withdraw_training(request.acting, found(rows, pk=number))


def _person(public_id: str) -> Person:
    return found(Person.objects.all(), public_id=public_id)
