"""The administrator's pages about people: accounts, roles, training, agencies."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django import forms as django_forms
from django.conf import settings
from django.contrib import messages
from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.timezone import localtime

from lookalike.casework.pages import Asked, found, page
from lookalike.casework.paging import page_of
from lookalike.casework.parts import Column
from lookalike.casework.people import forms
from lookalike.casework.people.models import Agency, Person, RoleHeld, TrainingRecord, choices
from lookalike.casework.people.services import accounts, law, roles, training
from lookalike.casework.people.tasks import SOON
from lookalike.casework.permissions import Permission
from lookalike.errors import BadInput
from lookalike.protocol.vocabulary import AgencyKind, Role, TrainingKind

ACCOUNTS = [Column(one) for one in ("Name", "Signs in as", "Roles", "Agency", "State", "Last active")]
AGENCIES = [Column(one) for one in ("Agency", "Short name", "Jurisdiction", "What it is", "Pack of its law", "Ours")]
BOTH = ("GET", "HEAD", "POST")
MANAGE = Permission.ACCOUNT_MANAGE


@page(MANAGE)
def listed(request: Asked) -> HttpResponse:
    """Every account, filtered."""
    form = forms.AccountFilter(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    held = Prefetch("roles_held", RoleHeld.objects.filter(until=None).order_by("role"), to_attr="held")
    people = Person.objects.select_related("agency").prefetch_related(held).order_by("name", "pk")
    if wanted.get("words"):
        people = people.filter(Q(name__icontains=wanted["words"]) | Q(username__icontains=wanted["words"]))
    if wanted.get("role"):
        people = people.filter(roles_held__role=wanted["role"], roles_held__until=None)
    state = {
        "use": Q(locked_at=None, disabled_at=None),
        "locked": Q(locked_at__isnull=False, disabled_at=None),
        "disabled": Q(disabled_at__isnull=False),
    }
    if wanted.get("state") in state:
        people = people.filter(state[wanted["state"]])
    elif wanted.get("state"):
        people = people.filter(pk__in=_running_out(request.acting.at.date()))
    rows = page_of(request, people)
    context = {"page": rows, "filter": form, "columns": ACCOUNTS, "rows": map(_account_row, rows)}
    return render(request, "people/accounts.html", context)


def _running_out(day: date) -> QuerySet[Any]:
    """Whose training runs out within thirty days."""
    soon = TrainingRecord.objects.filter(withdrawn_at=None, last_day__gte=day, last_day__lte=day + SOON)
    return soon.filter(person__disabled_at=None).values("person")


def _account_row(person: Any) -> list[object]:
    state = "Disabled" if person.disabled_at else "Locked" if person.locked_at else "In use"
    name = format_html('<a href="{}">{}</a>', reverse("account", args=[person.public_id]), person.name)
    held = ", ".join(one.get_role_display() for one in person.held) or "no role"
    return [name, person.username, held, person.agency.name, state, _day(person.seen_at)]


def _day(at: datetime | None) -> str:
    return f"{localtime(at):%Y-%m-%d}" if at else "never"


@page(MANAGE, methods=BOTH, fresh=True)
def new(request: Asked) -> HttpResponse:
    """Make an account; the link with which it is taken up is shown once."""
    own = Agency.objects.filter(own=True).first()
    form = forms.AccountForm(request.POST or None, initial={"agency": own})
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        data["roles"] = frozenset(Role(one) for one in data["roles"])
        try:
            person, code = accounts.make_account(request.acting, **data)
        except BadInput as error:
            forms.told(form, error)
        else:
            return _account(request, person, link=_link(request, code))
    context = {"form": form, "apart": _apart()}
    return render(request, "people/account_new.html", context, status=422 if form.errors else 200)


@page(MANAGE, fresh=True)
def account(request: Asked, public_id: str) -> HttpResponse:
    """One account, and everything that can be done to it."""
    return _account(request, _person(public_id))


def _account(
    request: Asked, person: Person, *, link: str = "", bound: dict[str, django_forms.Form] | None = None
) -> HttpResponse:
    subject = SocialAccount.objects.filter(user=person).values_list("uid", flat=True).first() or ""
    stands = {
        "name": person.name,
        "agency": person.agency,
        "office": person.office,
        "expires_at": person.expires_at,
    }
    open_roles = [(role, word) for role, word in choices(Role) if Role(role) not in person.roles]
    context: dict[str, Any] = {
        "person": person,
        "link": link,
        "held": person.roles_held.filter(until=None).select_related("by").order_by("role"),
        "apart": roles.apart_in_a_case(person.roles),
        "refused": sorted(
            {one for role, _ in open_roles for one in roles.forbidden_pairs(person.roles | {Role(role)})}
        ),
        "trainings": person.trainings.filter(withdrawn_at=None).order_by("kind", "-completed_on"),
        "today": request.acting.at.date(),
        "factors": Authenticator.objects.filter(user=person).exclude(type="recovery_codes").count(),
        "sessions": person.sessions.filter(ended_at=None).count(),
        "is_own": person.pk == request.acting.person.pk,
        "agency_sign_in": bool(settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]),
        "person_form": forms.PersonForm(initial=stands, prefix="person"),
        "role_form": forms.RoleForm(prefix="role"),
        "training_form": forms.TrainingForm(prefix="training"),
        "disable_form": forms.ReasonForm(prefix="disable"),
        "subject_form": forms.SubjectForm(initial={"subject": subject}, prefix="subject"),
    } | (bound or {})
    context["role_form"].fields["role"].choices = open_roles
    return render(request, "people/account.html", context, status=422 if bound else 200)


def _refused(person: Person, open_roles: list[tuple[str, str]]) -> list[str]:
    """Why some of the roles cannot be given to somebody beside those that are held."""
    return sorted({one for role, _ in open_roles for one in roles.forbidden_pairs(person.roles | {Role(role)})})


def _apart() -> list[tuple[str, str]]:
    """The pairs of roles that are kept apart, in words; "" for any other."""
    words = [(one.replace("_", " "), other.replace("_", " ")) for one, other in roles.apart()]
    return [(one.capitalize(), "" if other == "*" else other) for one, other in words]


Done = Callable[[Asked, Person, dict[str, Any]], object]


def _sent(name: str, kind: type[django_forms.Form], do: Done) -> Callable[..., HttpResponse]:
    """A view that takes one of the forms of an account's page."""

    def view(request: Asked, public_id: str) -> HttpResponse:
        person = _person(public_id)
        form = kind(request.POST, prefix=name)
        if form.is_valid():
            try:
                do(request, person, form.cleaned_data)
            except BadInput as error:
                forms.told(form, error)
            else:
                return redirect("account", public_id=public_id)
        return _account(request, person, bound={f"{name}_form": form})

    view.__name__ = view.__qualname__ = name
    view.__doc__ = f"Take the form {name!r} of an account's page."
    return page(MANAGE, methods=("POST",), fresh=True)(view)


change = _sent("person", forms.PersonForm, lambda r, p, data: accounts.change_account(r.acting, p, **data))
give_role = _sent("role", forms.RoleForm, lambda r, p, data: accounts.give_role(r.acting, p, Role(data["role"])))
disable = _sent("disable", forms.ReasonForm, lambda r, p, data: accounts.disable(r.acting, p, data["reason"]))
link_subject = _sent(
    "subject", forms.SubjectForm, lambda r, p, data: accounts.link_subject(r.acting, p, "agency", data["subject"])
)
add_training = _sent(
    "training",
    forms.TrainingForm,
    lambda r, p, data: training.add_training(r.acting, p, **data | {"kind": TrainingKind(data["kind"])}),
)


def _pressed(do: Callable[[Asked, Person], None], said: str) -> Callable[..., HttpResponse]:
    """A view behind one button of an account's page."""

    def view(request: Asked, public_id: str) -> HttpResponse:
        do(request, _person(public_id))
        messages.info(request, said)
        return redirect("account", public_id=public_id)

    return page(MANAGE, methods=("POST",), fresh=True)(view)


release = _pressed(lambda r, p: accounts.release(r.acting, p), "The account is released.")
enable = _pressed(lambda r, p: accounts.enable(r.acting, p), "The account is in use again.")
forget_factors = _pressed(
    lambda r, p: accounts.forget_factors(r.acting, p), "A new second factor is asked for at the next sign-in."
)


@page(MANAGE, methods=("POST",), fresh=True)
def take_role(request: Asked, public_id: str, role: str) -> HttpResponse:
    """Take a role back."""
    person = _person(public_id)
    accounts.take_role(request.acting, person, Role(found(person.roles_held.filter(until=None), role=role).role))
    return redirect("account", public_id=public_id)


@page(MANAGE, methods=("POST",), fresh=True)
def draw_link(request: Asked, public_id: str) -> HttpResponse:
    """Draw a one-time link; it is shown once."""
    person = _person(public_id)
    return _account(request, person, link=_link(request, accounts.draw_link(request.acting, person)))


@page(Permission.TRAINING_RECORD, methods=("POST",), fresh=True)
def withdraw_training(request: Asked, public_id: str, number: int) -> HttpResponse:
    """Take back a training that was recorded in error."""
    rows = TrainingRecord.objects.select_related("person").filter(person__public_id=public_id)
    training.withdraw_training(request.acting, found(rows, pk=number))
    return redirect("account", public_id=public_id)


@page(MANAGE)
def agencies(request: Asked) -> HttpResponse:
    """The agencies that this site knows."""
    rows = page_of(request, Agency.objects.order_by("-own", "name"))
    context = {"page": rows, "columns": AGENCIES, "rows": map(_agency_row, rows)}
    return render(request, "people/agencies.html", context)


def _agency_row(row: Agency) -> list[object]:
    name = format_html('<a href="{}">{}</a>', reverse("agency", args=[row.id]), row.name)
    return [name, row.id, row.jurisdiction, row.get_kind_display(), row.law_pack or "none", "yes" if row.own else "no"]


@page(MANAGE, methods=BOTH, fresh=True)
def agency(request: Asked, id: str = "") -> HttpResponse:
    """Name an agency, or correct one."""
    row = found(Agency.objects.all(), pk=id) if id else None
    stands = {name: getattr(row, name) for name in forms.AgencyForm.base_fields} if row else {}
    form = forms.AgencyForm(request.POST or None, initial=stands)
    if row:
        del form.fields["id"]
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data | {"kind": AgencyKind(form.cleaned_data["kind"])}
        try:
            if row:
                law.change_agency(request.acting, row, **data)
            else:
                law.make_agency(request.acting, **data)
        except BadInput as error:
            forms.told(form, error)
        else:
            return redirect("agencies")
    return render(request, "people/agency.html", {"form": form, "row": row}, status=422 if form.errors else 200)


def _person(public_id: str) -> Person:
    return found(Person.objects.select_related("agency"), public_id=public_id)


def _link(request: Asked, code: str) -> str:
    return request.build_absolute_uri(reverse("take-up", args=[code]))
