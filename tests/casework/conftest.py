"""People, papers and packs: an agency that may search, and everybody who works there."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from lookalike.casework.acting import Acting, SignIn
from lookalike.casework.people.models import Agency, OpenSession, PackInForce, Paper, Person, RoleHeld, TrainingRecord
from lookalike.casework.recording import begin_ledger
from lookalike.protocol.pack import load_bytes
from lookalike.protocol.vocabulary import Role, TrainingKind
from lookalike.site import guard

ORIGIN = "ledger.example.org/tests"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """The tables, and the ledger's first entry, which no test undoes."""
    with django_db_blocker.unblock():
        begin_ledger(ORIGIN)


@pytest.fixture
def now() -> datetime:
    """The time of the tests: the real one, to the microsecond."""
    return datetime.now(UTC)


@pytest.fixture
def agency(db: None) -> Agency:
    """The agency whose site this is."""
    return Agency.objects.create(
        id="dpd", name="Detroit Police Department", jurisdiction="US-MI-Detroit", kind="law_enforcement", own=True
    )


@pytest.fixture
def someone(agency: Agency, now: datetime) -> Callable[..., Person]:
    """Make a person with roles and, unless told otherwise, every training."""

    def make(username: str, *roles: Role, trained: bool = True, **more: Any) -> Person:
        person = Person.objects.create(
            username=username, name=username.replace("_", " ").title(), agency=agency, made_at=now, **more
        )
        person.set_password("correct horse battery staple")
        person.save()
        for role in roles:
            RoleHeld.objects.create(person=person, role=role.value, since=now)
        if trained:
            for kind in TrainingKind:
                TrainingRecord.objects.create(
                    person=person,
                    kind=kind.value,
                    completed_on=now.date() - timedelta(days=30),
                    hours=80,
                    last_day=now.date() + timedelta(days=330),
                    recorded_by=person,
                    recorded_at=now,
                )
        return person

    return make


@pytest.fixture
def acting(now: datetime) -> Callable[..., Acting]:
    """Somebody at work, signed in with two factors."""

    def make(person: Person, at: datetime | None = None) -> Acting:
        moment = at or now
        return Acting(
            person=person,
            roles=person.roles,
            at=moment,
            source="127.0.0.1",
            where="/tests/",
            sign_in=SignIn(
                mfa=True,
                at=moment - timedelta(hours=1),
                seen_at=moment - timedelta(minutes=1),
                notice_acknowledged=True,
            ),
        )

    return make


@pytest.fixture
def signed_in(db: None, now: datetime) -> Callable[[Person], Client]:
    """A browser in which somebody is signed in, the notice acknowledged."""

    def make(person: Person) -> Client:
        client = Client()
        client.force_login(person)
        session = client.session
        at = datetime.now(UTC)
        opened = OpenSession.objects.create(person=person, begun_at=at, seen_at=at, source="127.0.0.1")
        moment = at.isoformat()
        session.update({guard.SIGNED_IN: moment, guard.SEEN: moment, guard.NOTICE: moment, guard.FACTORS: 2})
        session[guard.SESSION] = opened.public_id
        session.save()
        return client

    return make


@pytest.fixture
def law(someone: Callable[..., Person], now: datetime) -> Person:
    """Detroit's pack in force, and the papers that it asks for. Returns the administrator who put it in force."""
    administrator = someone("admin", Role.ADMINISTRATOR)
    data, _ = load_bytes("detroit-2024")
    PackInForce.objects.create(
        pack_id="detroit-2024", toml=data, sha256=hashlib.sha256(data).hexdigest(), since=now, by=administrator
    )
    for kind in ("board_policy", "authorisation", "gallery_agreement"):
        Paper.objects.create(
            kind=kind,
            issued_by="Board of Police Commissioners",
            issued_on=date(2026, 1, 5),
            last_day=now.date() + timedelta(days=200),
            filed_by=administrator,
            filed_at=now,
        )
    return administrator
