"""What is filled in about people, papers and packs. Shapes only; what is allowed, the services say."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from lookalike.casework.people.models import Agency, choices
from lookalike.casework.permissions import Permission
from lookalike.errors import BadForm, BadInput
from lookalike.ledger.acts import Act, Outcome
from lookalike.protocol import vocabulary
from lookalike.protocol.pack import JURISDICTION, shipped
from lookalike.protocol.vocabulary import Role

LARGEST_PACK = 1 << 20
NO_CHOICE = [("", "None")]


def told(form: forms.Form, error: BadInput) -> None:
    """Say on a form what could not be used."""
    fields = error.fields if isinstance(error, BadForm) else {}
    for name, sentences in fields.items():
        for sentence in sentences:
            form.add_error(name if name in form.fields else None, sentence)
    if not fields:
        form.add_error(None, str(error))


def _day(label: str, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}), **more)


def _agencies() -> QuerySet[Agency]:
    return Agency.objects.order_by("-own", "name")


class PasswordForm(forms.Form):
    """The first password, or another one."""

    first = forms.CharField(
        label="Password",
        strip=False,
        help_text="At least 8 characters, of any kind. A sentence is best.",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label="Password again", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def clean(self) -> dict[str, Any]:
        """Both are the same."""
        if self.cleaned_data.get("first") != self.cleaned_data.get("again"):
            self.add_error("again", "This is not the same password.")
        return self.cleaned_data


class PersonForm(forms.Form):
    """Who somebody is."""

    name = forms.CharField(label="Name", max_length=200)
    agency = forms.ModelChoiceField(label="Agency", queryset=Agency.objects.none(), empty_label=None)
    office = forms.ChoiceField(
        label="Office", required=False, choices=NO_CHOICE + choices(vocabulary.Office), help_text="For who signs."
    )
    expires_at = forms.DateTimeField(
        label="The account ends",
        required=False,
        help_text="Only for a temporary account: the moment from which it cannot be used.",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        agency: Any = self.fields["agency"]
        agency.queryset = _agencies()


class AccountForm(PersonForm):
    """A new account."""

    username = forms.CharField(
        label="Name to sign in with",
        max_length=60,
        help_text="Letters a to z, digits, dots, dashes.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )
    roles = forms.MultipleChoiceField(
        label="Roles",
        required=False,
        choices=choices(Role),
        widget=forms.CheckboxSelectMultiple,
        help_text="None is a choice: they can be given later. An auditor and an administrator hold no other role.",
    )
    field_order = ("username", "name", "agency", "office", "roles", "expires_at")


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label="Reason", max_length=200, help_text="It is kept with the act.")


class RoleForm(forms.Form):
    """One role."""

    role = forms.ChoiceField(label="Role", choices=choices(Role))


class SubjectForm(forms.Form):
    """Who somebody is at the agency's own sign-in."""

    subject = forms.CharField(
        label="Name at the agency's sign-in",
        required=False,
        max_length=190,
        help_text="What the provider calls this person; empty where they may not come that way.",
    )


class TrainingForm(forms.Form):
    """A training that was completed."""

    kind = forms.ChoiceField(label="Training", choices=choices(vocabulary.TrainingKind))
    completed_on = _day("Completed on")
    hours = forms.IntegerField(label="Hours", min_value=0, max_value=10_000)
    last_day = _day("Runs out on", required=False, help_text="The last day on which it counts.")
    note = forms.CharField(label="Note", required=False, max_length=200)


class TokenForm(forms.Form):
    """A token for the API."""

    name = forms.CharField(label="What it is for", max_length=100)
    days = forms.IntegerField(label="Days for which it lasts", min_value=1, max_value=90, initial=30)
    scopes = forms.MultipleChoiceField(label="What it may do", widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, permissions: frozenset[Permission], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scopes: Any = self.fields["scopes"]
        scopes.choices = [(one.value, one.value) for one in sorted(permissions)]


class AgencyForm(forms.Form):
    """An agency."""

    id = forms.SlugField(label="Short name", max_length=60, help_text="It stands in the ledger and never changes.")
    name = forms.CharField(label="Name", max_length=200)
    jurisdiction = forms.RegexField(
        JURISDICTION,
        label="Jurisdiction",
        help_text="As in packs: US-MI-Detroit, US-MI, US.",
        error_messages={"invalid": "Write it as US-MI-Detroit: country, state, city."},
    )
    kind = forms.ChoiceField(label="What kind of body", choices=choices(vocabulary.AgencyKind))
    law_pack = forms.ChoiceField(
        label="Pack of its law",
        required=False,
        help_text="What binds a search that is made on its behalf. It has to be in force here.",
        choices=[("", "None is loaded"), *((name, name) for name in shipped())],
    )


class PaperForm(forms.Form):
    """A paper of a public body."""

    kind = forms.ChoiceField(label="What it is", choices=choices(vocabulary.PaperKind))
    issued_by = forms.CharField(label="Issued by", max_length=200)
    issued_on = _day("Issued on")
    last_day = _day("Runs out on", required=False, help_text="The last day on which it runs.")
    file = forms.FileField(label="The document", required=False, help_text="PDF, up to 64 MiB.")

    def clean_file(self) -> Any:
        """A PDF by its first bytes."""
        file = self.cleaned_data["file"]
        if file is not None:
            if file.read(5) != b"%PDF-":
                raise forms.ValidationError("This is not a PDF.")
            file.seek(0)
        return file


class PackForm(forms.Form):
    """The acceptance of every entry that nobody has confirmed, and how the pack binds."""

    def __init__(self, *args: Any, unconfirmed: tuple[Any, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, entry in enumerate(unconfirmed):
            self.fields[f"reason-{number}"] = forms.CharField(
                label=f"Why {entry.id} is accepted",
                help_text=f"{entry.citation}. Nobody has read the passage that it cites.",
                widget=forms.Textarea(attrs={"rows": 2}),
                max_length=2000,
            )
        self.fields["only_for_others"] = forms.BooleanField(
            label="Only where somebody asks on behalf of a place that forbade itself the search", required=False
        )
        self._ids = [entry.id for entry in unconfirmed]

    @property
    def reasons(self) -> dict[str, str]:
        """The reason for each entry, by its id."""
        return {name: self.cleaned_data[f"reason-{number}"] for number, name in enumerate(self._ids)}


class UploadForm(forms.Form):
    """A pack of one's own."""

    file = forms.FileField(label="A pack of your own", help_text="One TOML file; the pack “template” shows every form.")

    def clean_file(self) -> bytes:
        """The bytes of the file, of the size of a pack."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST_PACK:
            raise forms.ValidationError("A pack is at most a mebibyte.")
        data: bytes = file.read()
        return data


class AccountFilter(forms.Form):
    """Which accounts."""

    words = forms.CharField(label="Name", required=False, max_length=60)
    role = forms.ChoiceField(label="Role", required=False, choices=[("", "All"), *choices(Role)])
    state = forms.ChoiceField(
        label="State",
        required=False,
        choices=[
            ("", "All"),
            ("use", "In use"),
            ("locked", "Locked"),
            ("disabled", "Disabled"),
            ("training", "Training runs out"),
        ],
    )


class EntryFilter(forms.Form):
    """Which entries of the ledger."""

    act = forms.ChoiceField(
        label="Act", required=False, choices=[("", "All"), *((one.value, one.value) for one in Act)]
    )
    outcome = forms.ChoiceField(label="Outcome", required=False, choices=[("", "All"), *choices(Outcome)])
    first_day = _day("From", required=False)
    last_day = _day("Until", required=False)
    thing = forms.CharField(
        label="Person or thing", required=False, max_length=60, help_text="A name to sign in with, or an id."
    )
