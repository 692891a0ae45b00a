"""The first page, and one's own account."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.http import HttpResponse
from django.shortcuts import redirect, render

from lookalike.casework.pages import Asked, found, page
from lookalike.casework.people.entrance.session import SESSION
from lookalike.casework.people.forms import TokenForm, told
from lookalike.casework.people.services import sign_in, tokens
from lookalike.casework.permissions import Open, Permission
from lookalike.casework.waiting import waiting_for
from lookalike.errors import BadInput


@page(Open.SIGNED_IN)
def home(request: Asked) -> HttpResponse:
    """What waits for whoever has signed in."""
    return render(request, "people/home.html", {"waiting": waiting_for(request.acting)})


@page(Open.SIGNED_IN)
def me(request: Asked) -> HttpResponse:
    """One's own account: roles, training, second factors, sessions, tokens."""
    return _me(request, TokenForm(permissions=request.acting.permissions))


def _me(request: Asked, form: TokenForm, secret: str = "", status: int = 200) -> HttpResponse:
    who = request.acting
    context = {
        "person": who.person,
        "trainings": who.person.trainings.filter(withdrawn_at=None).order_by("kind", "-completed_on"),
        "today": who.at.date(),
        "factors": Authenticator.objects.filter(user=who.person).order_by("created_at"),
        "sessions": who.person.sessions.filter(ended_at=None, begun_at__gt=who.at - sign_in.LONGEST_SESSION),
        "here": request.session[SESSION],
        "tokens": who.person.tokens.filter(withdrawn_at=None, expires_at__gt=who.at).order_by("expires_at"),
        "form": form,
        "secret": secret,
    }
    return render(request, "people/me.html", context, status=status)


@page(Open.SIGNED_IN, methods=("POST",))
def end_session(request: Asked, public_id: str) -> HttpResponse:
    """End a session of one's own."""
    session = found(request.acting.person.sessions.all(), public_id=public_id)
    sign_in.end_session(request.acting, session.public_id, "ended by its owner")
    return redirect("me")


@page(Open.SIGNED_IN, methods=("POST",), fresh=True)
def make_token(request: Asked) -> HttpResponse:
    """Draw a token; its secret is shown once."""
    form = TokenForm(request.POST, permissions=request.acting.permissions)
    if form.is_valid():
        data = form.cleaned_data
        try:
            scopes = [Permission(one) for one in data["scopes"]]
            _, secret = tokens.make_token(request.acting, name=data["name"], scopes=scopes, days=data["days"])
            return _me(request, TokenForm(permissions=request.acting.permissions), secret)
        except BadInput as error:
            told(form, error)
    return _me(request, form, status=422)


@page(Open.SIGNED_IN, methods=("POST",))
def withdraw_token(request: Asked, public_id: str) -> HttpResponse:
    """Withdraw a token of one's own."""
    tokens.withdraw_token(request.acting, found(request.acting.person.tokens.all(), public_id=public_id))
    return redirect("me")
