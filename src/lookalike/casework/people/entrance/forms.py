"""The forms of the door, in this site's words; a wrong second factor counts as a failed sign-in."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm
from allauth.account.forms import ReauthenticateForm as PasswordAgainForm
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.core.cache import cache
from django.utils.crypto import salted_hmac

from lookalike.casework.people.entrance.adapters import CODE_REFUSED, attempt
from lookalike.casework.people.services import sign_in


def _plain(form: forms.Form) -> None:
    """No placeholders: a label stays where it is."""
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)
        field.help_text = ""


class SignInForm(LoginForm):  # type: ignore[misc]
    """Name and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self)
        self.fields["login"].label = "Name to sign in with"
        self.fields["login"].widget.attrs["autocapitalize"] = "none"


class PasswordForm(ChangePasswordForm):  # type: ignore[misc]
    """Another password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self)
        labels = {"oldpassword": "Your password now", "password1": "New password", "password2": "New password again"}
        for name, label in labels.items():
            self.fields[name].label = label
        self.fields["password1"].help_text = "At least 8 characters, of any kind. A sentence is best."


class AgainForm(PasswordAgainForm):  # type: ignore[misc]
    """The password again, before a privileged act."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self)
        self.fields["password"].label = "Your password"


class Counted(forms.Form):
    """A form whose one secret is a second factor: tried as often as a password, and no more."""

    user: Any

    def counted(self, check: Any, how: str) -> Any:
        """What `check` gives. Raises ValidationError, and counts, where the secret is wrong or the account locked."""
        tried = attempt(context.request, self.user.username)
        try:
            if not tried.may:
                raise forms.ValidationError(CODE_REFUSED)
            value = check()
        except forms.ValidationError:
            sign_in.failed(tried, at=datetime.now(UTC), how=how)
            raise
        sign_in.passed(tried)
        return value

    def once(self, code: str) -> str:
        """The code, if it was not used within the two minutes in which it could be valid (IA-5(1)(d))."""
        used = salted_hmac("lookalike.code", f"{self.user.pk} {code}", algorithm="sha256").hexdigest()
        if not cache.add(f"code-{used}", True, timeout=120):
            raise forms.ValidationError(CODE_REFUSED)
        return code


class CodeForm(Counted, AuthenticateForm):  # type: ignore[misc]
    """A code of the app, or a recovery code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self)
        self.fields["code"].label = "Code of your app, or a recovery code"
        self.fields["code"].widget.attrs.update(inputmode="numeric", autofocus=True)

    def clean_code(self) -> str:
        """The code, once."""
        check = super().clean_code
        code: str = self.counted(lambda: self.once(check()), "code")
        return code


class CodeAgainForm(Counted, ReauthenticateForm):  # type: ignore[misc]
    """A code again, before a privileged act."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self)
        self.fields["code"].label = "Code of your app, or a recovery code"

    def clean_code(self) -> str:
        """The code, once."""
        check = super().clean_code
        code: str = self.counted(lambda: self.once(check()), "code")
        return code


class PasskeyForm(Counted, AuthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey or security key after a password."""

    def clean_credential(self) -> Any:
        """The answer of the key."""
        return self.counted(super().clean_credential, "passkey")


class PasskeyAloneForm(LoginWebAuthnForm):  # type: ignore[misc]
    """A passkey without a password: it asks for its own PIN or a finger."""

    def clean_credential(self) -> Any:
        """The answer of the key. One that is nobody's leaves its entry."""
        try:
            return super().clean_credential()
        except forms.ValidationError:
            sign_in.failed(attempt(context.request, ""), at=datetime.now(UTC), how="passkey")
            raise


class PasskeyAgainForm(Counted, ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey again, before a privileged act."""

    def clean_credential(self) -> Any:
        """The answer of the key."""
        return self.counted(super().clean_credential, "passkey")


class NewCodeForm(ActivateTOTPForm):  # type: ignore[misc]
    """The first code of an app that is being enrolled."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self)
        self.fields["code"].label = "The six digits that the app shows"
        self.fields["code"].widget.attrs["inputmode"] = "numeric"


class NewPasskeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """A passkey that is being enrolled."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self)
        self.fields["name"].label = "What to call it"
        self.fields["name"].max_length = 60
        if "passwordless" in self.fields:
            self.fields["passwordless"].label = "Sign in with this key alone, without a password"
            self.fields["passwordless"].help_text = "The key then asks for its own PIN or your finger."
