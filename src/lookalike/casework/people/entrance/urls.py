"""The pages of django-allauth that there are here. What is not in this list has no address: no sign-up, no e-mail."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account import views as account
from allauth.mfa.base import views as factors
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkey
from allauth.socialaccount import views as provider
from allauth.socialaccount.providers.openid_connect import views as oidc
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from lookalike.casework.pages import Marks, route
from lookalike.casework.people.entrance.adapters import is_last_factor
from lookalike.casework.people.entrance.changes import recorded
from lookalike.casework.permissions import Open
from lookalike.errors import NotNow

AT_THE_DOOR = Marks(notice=True)
"""Whoever is here has acknowledged the notice of use and is not signed in yet."""

WAY_OUT = Marks(enrolling=True)
"""Also for somebody who has no second factor yet."""


def admitted(view: Callable[..., Any], needs: Open, marks: Marks | None = None) -> Callable[..., Any]:
    """A view of allauth under a rule of this site."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        answer: HttpResponseBase = view(request, *args, **kwargs)
        return answer

    guarded.needs = needs  # type: ignore[attr-defined]
    guarded.marks = marks or Marks()  # type: ignore[attr-defined]
    return guarded


def remove_passkey(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Take a passkey away, unless it is the last second factor. To be `recorded`, which holds the account."""
    key = Authenticator.objects.filter(pk=pk, user=request.user.pk).first()
    if key is not None and is_last_factor(key):
        raise NotNow(
            "This is your last second factor.",
            why="Nobody works here with a password alone.",
            remedy="Enrol another one first, then take this one away.",
        )
    answer: HttpResponseBase = passkey.remove_webauthn(request, pk=pk)
    return answer


def to_own_account(request: HttpRequest) -> HttpResponseBase:
    """Where allauth shows lists of its own, the page of one's account shows them all."""
    return redirect("me")


P, S = Open.PUBLIC, Open.SIGNED_IN

urlpatterns = [
    route("", admitted(account.login, P, AT_THE_DOOR), name="account_login"),
    route("out/", admitted(account.logout, S, WAY_OUT), name="account_logout"),
    route("again/", admitted(account.reauthenticate, S, WAY_OUT), name="account_reauthenticate"),
    route(
        "password/", admitted(recorded(account.password_change), S, Marks(fresh=True)), name="account_change_password"
    ),
    route("closed/", admitted(account.account_inactive, P), name="account_inactive"),
    route("second/", admitted(factors.authenticate, P, AT_THE_DOOR), name="mfa_authenticate"),
    route("second/again/", admitted(factors.reauthenticate, S, WAY_OUT), name="mfa_reauthenticate"),
    route("factors/", admitted(to_own_account, S), name="mfa_index"),
    route("factors/app/", admitted(recorded(totp.activate_totp), S, WAY_OUT), name="mfa_activate_totp"),
    route("factors/app/remove/", admitted(recorded(totp.deactivate_totp), S), name="mfa_deactivate_totp"),
    route("factors/codes/", admitted(recovery.view_recovery_codes, S), name="mfa_view_recovery_codes"),
    route(
        "factors/codes/new/",
        admitted(recorded(recovery.generate_recovery_codes), S),
        name="mfa_generate_recovery_codes",
    ),
    route("factors/passkeys/", admitted(to_own_account, S), name="mfa_list_webauthn"),
    route("factors/passkeys/new/", admitted(recorded(passkey.add_webauthn), S, WAY_OUT), name="mfa_add_webauthn"),
    route("factors/passkeys/<int:pk>/remove/", admitted(recorded(remove_passkey), S), name="mfa_remove_webauthn"),
    route("factors/passkeys/<int:pk>/", admitted(recorded(passkey.edit_webauthn), S), name="mfa_edit_webauthn"),
    route("passkey/again/", admitted(passkey.reauthenticate_webauthn, S, WAY_OUT), name="mfa_reauthenticate_webauthn"),
    route("passkey/", admitted(passkey.login_webauthn, P, AT_THE_DOOR), name="mfa_login_webauthn"),
    route("agency/<str:provider_id>/", admitted(oidc.login, P, AT_THE_DOOR), name="openid_connect_login"),
    route("agency/<str:provider_id>/back/", admitted(oidc.callback, P), name="openid_connect_callback"),
    route("agency-cancelled/", admitted(provider.login_cancelled, P), name="socialaccount_login_cancelled"),
    route("agency-failed/", admitted(provider.login_error, P), name="socialaccount_login_error"),
]
