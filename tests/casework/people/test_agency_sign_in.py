"""Signing in through the agency's own sign-in (OIDC), at a provider that is a real server with real tokens."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings
from django.test import Client

from lookalike.casework.acting import Acting
from lookalike.casework.people.models import Person
from lookalike.casework.people.services import accounts
from lookalike.protocol.vocabulary import Role
from lookalike.site import guard

Someone = Callable[..., Person]
CLIENT = "lookalike"


class Provider:
    """An OpenID provider of one person. claims: what its tokens say besides."""

    def __init__(self) -> None:
        self.claims: dict[str, Any] = {"sub": "ann-at-the-agency"}
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self, body: Any) -> None:
                data = json.dumps(body).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def do_GET(self) -> None:
                if "well-known" in self.path:
                    self.answer(
                        {
                            "issuer": provider.address,
                            "authorization_endpoint": f"{provider.address}/authorize",
                            "token_endpoint": f"{provider.address}/token",
                            "userinfo_endpoint": f"{provider.address}/userinfo",
                            "jwks_uri": f"{provider.address}/keys",
                            "token_endpoint_auth_methods_supported": ["client_secret_post"],
                        }
                    )
                else:
                    self.answer({"sub": provider.claims["sub"]})

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                now = int(time.time())
                told = {"iss": provider.address, "aud": CLIENT, "iat": now, "exp": now + 60} | provider.claims
                token = jwt.encode(told, key, algorithm="RS256")
                self.answer({"access_token": "a", "token_type": "Bearer", "id_token": token})

            def log_message(self, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    """The provider, running, and named in the settings."""
    made = Provider()
    threading.Thread(target=made.server.serve_forever, daemon=True).start()
    app = {
        "provider_id": "agency",
        "name": "the city",
        "client_id": CLIENT,
        "secret": "s",
        "settings": {"server_url": made.address, "uid_field": "sub"},
    }
    monkeypatch.setitem(settings.SOCIALACCOUNT_PROVIDERS["openid_connect"], "APPS", [app])
    yield made
    made.server.shutdown()
    made.server.server_close()


def come(client: Client) -> Any:
    """Go to the provider and come back."""
    away = client.post("/sign-in/agency/agency/")
    assert away.status_code == 302, away
    state = parse_qs(urlsplit(away["Location"]).query)["state"][0]
    return client.get("/sign-in/agency/agency/back/", {"code": "c", "state": state})


def test_whom_no_administrator_has_linked_stays_outside(
    provider: Provider, visitor: Client, entries: Callable[[], Any]
) -> None:
    assert come(visitor)["Location"] == "/sign-in/"
    assert "names nobody" in visitor.get("/sign-in/").content.decode()
    assert Person.objects.count() == 0
    act, outcome, body = entries()[-1]
    assert (act, outcome, body["actor"]) == ("access.logon", "failed", "nobody")
    assert "ann" not in json.dumps(body)


@pytest.mark.parametrize("claims", [{"amr": ["pwd", "otp"]}, {"amr": ["mfa"]}, {"acr": "two-factors"}])
def test_a_provider_that_asserts_two_factors_is_believed(
    provider: Provider, visitor: Client, someone: Someone, acting: Callable[..., Acting], claims: Any, settings: Any
) -> None:
    settings.OIDC_ACR = ("two-factors",)
    ann, boss = someone("ann", Role.INVESTIGATOR), someone("boss", Role.ADMINISTRATOR)
    accounts.link_subject(acting(boss), ann, "agency", "ann-at-the-agency")
    provider.claims |= claims
    come(visitor)
    assert visitor.session[guard.FACTORS] == 2
    assert visitor.get("/").status_code == 200


@pytest.mark.parametrize(
    "claims", [{}, {"amr": ["pwd"]}, {"amr": ["otp"]}, {"amr": ["otp", "hwk"]}, {"amr": "mfa"}, {"acr": "0"}]
)
def test_where_it_asserts_none_one_is_asked_for_here(
    provider: Provider, visitor: Client, someone: Someone, acting: Callable[..., Acting], claims: Any
) -> None:
    ann, boss = someone("ann", Role.INVESTIGATOR), someone("boss", Role.ADMINISTRATOR)
    accounts.link_subject(acting(boss), ann, "agency", "ann-at-the-agency")
    provider.claims |= claims
    come(visitor)
    assert visitor.get("/")["Location"] == "/second-factor/"


def test_a_locked_account_has_no_side_door(
    provider: Provider, visitor: Client, someone: Someone, acting: Callable[..., Acting], now: Any
) -> None:
    ann, boss = someone("ann", Role.INVESTIGATOR), someone("boss", Role.ADMINISTRATOR)
    accounts.link_subject(acting(boss), ann, "agency", "ann-at-the-agency")
    Person.objects.filter(pk=ann.pk).update(locked_at=now)
    provider.claims["amr"] = ["mfa"]
    come(visitor)
    assert visitor.get("/")["Location"].startswith("/sign-in/")
