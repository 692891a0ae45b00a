"""What django-allauth asks this site: whether somebody may sign in, what is recorded, how secrets are kept.

One answer is given for every failed sign-in: an unknown name, a wrong password, a locked or disabled account.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate
from django.http import HttpRequest
from django.shortcuts import redirect

from lookalike.casework.files import master
from lookalike.casework.people.entrance import session as ours
from lookalike.casework.people.models import Agency, Person
from lookalike.casework.people.services import sign_in
from lookalike.errors import NotPermitted

REFUSED = (
    "That name and password do not open an account. After five failed sign-ins in fifteen minutes an account stays "
    "locked until an administrator releases it."
)
CODE_REFUSED = "This code is not right, or was used already. After five failures the account is locked."
KINDS_OF_FACTORS = (
    frozenset({"pwd", "pin", "kba"}),
    frozenset({"otp", "hwk", "swk", "sc", "pop", "sms", "tel"}),
    frozenset({"fpt", "face", "iris", "retina", "vbm"}),
)
"""What a provider's `amr` says that was known, had, or a part of the body. Source: RFC 8176."""


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Signing in with a name and a password, and out again."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": REFUSED,
        "incorrect_password": REFUSED,
        "too_many_login_attempts": REFUSED,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody makes an account for themselves."""
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Person | None:
        """The account of a name and a password. The work is the same whether or not there is one."""
        name = str(credentials.get("username", ""))
        tried = attempt(request, name)
        credentials["username"] = name.strip().lower()
        person: Any = authenticate(request, **credentials)
        if person is None or not tried.may or person != tried.person:
            sign_in.failed(tried, at=datetime.now(UTC), how="password")
            return None
        sign_in.passed(tried)
        found: Person = person
        request.session[ours.PROVED] = found.get_session_auth_hash()
        return found

    def login(self, request: HttpRequest, user: Any) -> None:
        """The last step: a new session, and its entry."""
        super().login(request, user)
        methods = get_authentication_records(request, user)
        typed = request.session.pop(ours.PROVED, None)
        proved = typed if any(one["method"] == "password" for one in methods) else None
        how = f"Signed in with {_words(methods)}."
        try:
            ours.begin(request, user, factors=_factors(request, methods), how=how, proved=proved)
        except NotPermitted as error:
            sign_in.failed(attempt(request, user.username), at=datetime.now(UTC), how="account or password not in use")
            self.logout(request)
            messages.error(request, REFUSED)
            raise ImmediateHttpResponse(redirect("account_login")) from error

    def logout(self, request: HttpRequest) -> None:
        """Sign out, with its entry."""
        if request.user.is_authenticated and ours.SESSION in request.session:
            who = ours.acting(request, datetime.now(UTC))
            sign_in.end_session(who, request.session[ours.SESSION], "signed out")
        super().logout(request)

    def is_reauthentication_required(self, *, app: str) -> bool:
        """Whether one has to say again who one is, before an authenticator is changed."""
        return not ours.is_fresh(context.request)

    def add_message(self, request: HttpRequest, level: int, *args: Any, **kwargs: Any) -> None:
        """Errors are told; everything else the pages say themselves."""
        if level >= messages.ERROR:
            super().add_message(request, level, *args, **kwargs)

    def is_ajax(self, request: HttpRequest) -> bool:
        """Only the fetch of a passkey's options is answered with data."""
        return bool(request.method == "GET" and super().is_ajax(request))


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Codes and passkeys."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": CODE_REFUSED,
        "cannot_delete_authenticator": "This is the last second factor. Enrol another before you take it away.",
    }

    def encrypt(self, text: str) -> str:
        """The secret of a code generator, under the site's key."""
        return base64.b64encode(master().wrap(text.encode(), "second factor")).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The secret again."""
        return master().unwrap(base64.b64decode(encrypted_text), "second factor").decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Nobody is left without a second factor."""
        return not is_last_factor(authenticator)

    def get_totp_issuer(self) -> str:
        """Whose code it is, in the app of the phone."""
        own = Agency.objects.filter(own=True).values_list("name", flat=True).first()
        return f"Lookalike, {own}" if own else "Lookalike"

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        """What a new passkey is called at first."""
        count = Authenticator.objects.filter(user=user, type=type).count()
        return f"Passkey {count + 1}"


class AgencyAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Signing in through the agency's own sign-in (OIDC): only for accounts that an administrator has linked."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Nobody makes an account for themselves."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Hold whoever comes from the provider to an account that may be used. Raises ImmediateHttpResponse."""
        person = sociallogin.user if sociallogin.is_existing else None
        tried = attempt(request, person.username if person else f"subject {sociallogin.account.uid}")
        if person is None or not tried.may or sociallogin.state.get("process") == "connect":
            sign_in.failed(tried, at=datetime.now(UTC), how="agency's sign-in")
            messages.error(request, "The agency's sign-in names nobody who may use this site.")
            raise ImmediateHttpResponse(redirect("account_login"))
        sign_in.passed(tried)
        claims = sociallogin.account.extra_data
        token = claims.get("id_token") or claims
        request.session["asserted"] = _asserts_two(token)


def _asserts_two(token: Mapping[str, Any]) -> bool:
    """Whether a provider's token says that two factors were used: by name, of two kinds, or at a level of ours."""
    amr = token.get("amr")
    said = {one for one in amr if isinstance(one, str)} if isinstance(amr, list) else set()
    kinds = sum(bool(kind & said) for kind in KINDS_OF_FACTORS)
    return "mfa" in said or kinds > 1 or token.get("acr") in settings.OIDC_ACR


def attempt(request: HttpRequest, name: str) -> sign_in.Attempt:
    """Write down that somebody tries to sign in."""
    source = request.META.get("REMOTE_ADDR", "")
    return sign_in.attempt(name, at=datetime.now(UTC), source=source, where=request.path)


def is_last_factor(authenticator: Authenticator) -> bool:
    """Whether its owner would be left without a second factor."""
    others = Authenticator.objects.filter(user=authenticator.user).exclude(pk=authenticator.pk)
    return not others.exclude(type=Authenticator.Type.RECOVERY_CODES).exists()


def _factors(request: HttpRequest, methods: list[dict[str, Any]]) -> int:
    """How many factors were used: a passkey counts two, it holds a secret and asks for another."""
    used = {method["method"] for method in methods}
    if any(method.get("passwordless") for method in methods) or request.session.pop("asserted", False):
        return 2
    return len(used)


def _words(methods: list[dict[str, Any]]) -> str:
    words = {"password": "password", "socialaccount": "the agency's sign-in"}
    told = [words.get(one["method"]) or str(one.get("type", one["method"])).replace("_", " ") for one in methods]
    return " and ".join(dict.fromkeys(told)) or "nothing that is known"
