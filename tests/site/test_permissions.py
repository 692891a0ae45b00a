"""Who may do what: every address of the site and every operation of the API, as every role and as nobody.

What was found is compared with permissions.txt, which is read by people. After a change that is meant, write it anew:
LOOKALIKE_WRITE_PERMISSIONS=1 python -m pytest tests/site/test_permissions.py, and review the difference.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from lookalike.casework.people.models import Person
from lookalike.casework.permissions import Open, Permission
from lookalike.protocol.vocabulary import Role
from lookalike.site.api import api
from tests.casework.tokens import token_of

TABLE = Path(__file__).parent / "permissions.txt"
NOBODY = "nobody"
COLUMNS = (NOBODY, *Role)
SHORT = ("nob", "inv", "exa", "sup", "lin", "pro", "cus", "aud", "boa", "adm")
HEAD = """\
Who may open which address, and use which operation of the API.
yes: the door lets them in; what they see there is still only theirs. -: refused, and recorded. in: asked to sign in.
agree: asked to acknowledge the notice of use first.
Columns: nobody, then investigator, examiner, supervisor, lineup administrator, prosecutor, custodian, auditor, board,
administrator. Written by tests/site/test_permissions.py.
"""

SOMETHING = {"int": "1", "str": "0" * 32, "slug": "none", "uuid": "00000000-0000-0000-0000-000000000000", "path": "x"}
"""An argument of each kind, of something that is not there."""


def routes(patterns: list[Any], base: str = "", space: str = "") -> Iterator[tuple[str, str, URLPattern]]:
    """Every route: its name, an address on it, and itself."""
    for one in patterns:
        if isinstance(one, URLResolver):
            inner = f"{one.namespace}:" if one.namespace else ""
            yield from routes(one.url_patterns, base + str(one.pattern), space + inner)
        else:
            address = base + str(one.pattern).lstrip("^").rstrip("$")
            for name, converter in one.pattern.converters.items():
                kind = type(converter).__name__.removesuffix("Converter").lower().replace("string", "str")
                address = address.replace(f"<{kind}:{name}>", SOMETHING[kind]).replace(f"<{name}>", SOMETHING["str"])
            yield f"{space}{one.name}", "/" + address, one


def pages() -> list[tuple[str, str, URLPattern]]:
    """Every page; the operations of the API have a walk of their own."""
    return [one for one in routes(get_resolver().url_patterns) if not one[0].startswith("api:")]


def operations() -> Iterator[tuple[str, Any]]:
    """Every operation of the API: method and path, and the function behind it."""
    for prefix, router in api._routers:
        for path, view in router.path_operations.items():
            for operation in view.operations:
                for method in operation.methods:
                    address = f"{prefix.rstrip('/')}/{path.lstrip('/')}"
                    yield f"{method} {address}", operation.view_func


def answered(client: Client, address: str) -> str:
    """What the door says."""
    answer = client.get(address)
    to = answer.headers.get("Location", "")
    if answer.status_code == 302 and to.startswith("/notice/"):
        return "agree"
    if answer.status_code == 302 and to.startswith("/sign-in/?"):
        return "in"
    return "-" if answer.status_code == 403 else "yes"


def called(name: str, token: str = "") -> int:
    """The status with which an operation answers on things that are not there."""
    method, path = name.split(" ")
    address = "/api" + "/".join(["1" if part.startswith("{") else part for part in path.split("/")])
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    answer: Any = Client(raise_request_exception=False).generic(method, address, headers=headers)
    if answer.streaming:
        list(answer)  # whatever it was read from is closed at its end
    return int(answer.status_code)


def let_in(name: str, token: str) -> str:
    """What the door of an operation says to a token of every scope: it is the roles that count here."""
    status = called(name, token)
    assert status not in (401, 429), name
    return "-" if status == 403 else "yes"


@pytest.fixture
def workers(someone: Callable[..., Person]) -> dict[str, Person]:
    """One person of each role and no other."""
    return {role: someone(role, role) for role in Role}


def test_the_table_is_what_the_site_does(workers: dict[str, Person], signed_in: Callable[[Person], Client]) -> None:
    clients = {NOBODY: Client()} | {role: signed_in(person) for role, person in workers.items()}
    for client in clients.values():
        client.raise_request_exception = False
    now = datetime.now(UTC)
    rows = []
    for name, address, _ in sorted(pages()):
        if name == "account_logout":  # it would end the session that the walk goes on with
            told = ["in", *["yes"] * len(Role)]
        else:
            told = [answered(clients[column], address) for column in COLUMNS]
        rows.append((name, told))
    tokens = {role: token_of(person, now)[1] for role, person in workers.items()}
    for number, (name, _) in enumerate(sorted(operations())):
        if number % 20 == 0:
            cache.clear()  # a token is good for so many operations a minute
        rows.append((name, ["in", *(let_in(name, tokens[role]) for role in Role)]))
    width = max(len(name) for name, _ in rows)
    head = " " * width + "  " + " ".join(f"{one:5}" for one in SHORT).rstrip()
    lines = [f"{name:{width}}  " + " ".join(f"{one:5}" for one in told).rstrip() for name, told in rows]
    text = HEAD + "\n" + "\n".join([head, *lines]) + "\n"
    if os.environ.get("LOOKALIKE_WRITE_PERMISSIONS"):
        TABLE.write_text(text, encoding="utf-8")
    assert text == TABLE.read_text(encoding="utf-8"), "see how to write it anew, and review the difference"


def test_every_page_has_a_rule() -> None:
    without = [
        name for name, _, route in pages() if not isinstance(getattr(route.callback, "needs", None), Permission | Open)
    ]
    assert without == []


def test_every_operation_has_a_rule_and_asks_for_a_token(db: None) -> None:
    found = list(operations())
    assert found
    for number, (name, function) in enumerate(found):
        if number % 20 == 0:
            cache.clear()  # who comes without a token is made to wait after a while
        needs = getattr(function, "needs", None)
        assert isinstance(needs, Permission) or needs is Open.SIGNED_IN, name
        assert called(name) == 401, name


def test_a_permission_that_no_role_holds_or_no_page_needs_is_told(db: None) -> None:
    from lookalike.casework.permissions import ROLES

    assert set(ROLES) == set(Permission)
    assert all(ROLES.values())


def test_nothing_of_sign_up_or_mail_is_routed() -> None:
    names = {name for name, _, _ in pages()}
    gone = {
        "account_signup",
        "account_email",
        "account_reset_password",
        "account_reset_password_from_key",
        "account_confirm_email",
        "account_set_password",
        "account_request_login_code",
        "socialaccount_signup",
        "socialaccount_connections",
        "mfa_signup_webauthn",
        "mfa_trust",
        "mfa_download_recovery_codes",
    }
    assert not names & gone


def test_a_token_does_no_more_than_its_scopes(someone: Callable[..., Person], acting: Callable[..., Any]) -> None:
    from lookalike.casework.people.services.tokens import make_token

    boss = someone("boss", Role.ADMINISTRATOR)
    _, secret = make_token(acting(boss), name="A script", scopes=[Permission.LAW_READ], days=1)
    headers = {"authorization": f"Bearer {secret}"}
    assert Client().get("/api/me", headers=headers).json()["may"] == [Permission.LAW_READ]
    assert Client().get("/api/accounts", headers=headers).status_code == 403
    boss.tokens.update(expires_at=datetime.now(UTC) - timedelta(seconds=1))
    assert Client().get("/api/me", headers=headers).status_code == 401
