"""Browsers at the door, and codes of an app."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.core.cache import cache
from django.test import Client

from lookalike.casework.people.models import Person
from lookalike.casework.recording import ledger, store

PASSWORD = "correct horse battery staple"


@pytest.fixture(autouse=True)
def no_memory_of_attempts(db: None) -> None:
    """Codes that were used and addresses that tried too often are of one test."""
    cache.clear()


@pytest.fixture
def visitor(db: None) -> Client:
    """A browser in which the notice of use was acknowledged."""
    client = Client()
    client.post("/notice/")
    return client


@pytest.fixture
def app() -> Callable[[Person], Callable[[], str]]:
    """Enrol an app for codes; gives what it shows now."""

    def enrol(person: Person) -> Callable[[], str]:
        secret = generate_totp_secret()
        TOTP.activate(person, secret)
        RecoveryCodes.activate(person)
        return lambda: format_hotp_value(hotp_value(secret, int(time.time()) // 30))

    return enrol


@pytest.fixture
def enter() -> Callable[..., Any]:
    """Type a name and a password."""

    def typed(client: Client, username: str, password: str = PASSWORD, **more: Any) -> Any:
        return client.post("/sign-in/", {"login": username, "password": password}, **more)

    return typed


@pytest.fixture
def entries(db: None) -> Callable[[], list[tuple[str, str, dict[str, Any]]]]:
    """The entries that were written since the test began: act, outcome, body."""
    begun = store().head().size

    def written() -> list[tuple[str, str, dict[str, Any]]]:
        size = store().head().size
        lines = [text.split(" ") for _, text, _ in store().lines(begun, size)]
        bodies: list[Any] = [ledger().body(index) for index in range(begun, size)]
        return [(line[3], line[4], body) for line, body in zip(lines, bodies, strict=True)]

    return written


@pytest.fixture
def factor_count() -> Callable[[Person], int]:
    """How many authenticators somebody has."""
    return lambda person: Authenticator.objects.filter(user=person).count()
