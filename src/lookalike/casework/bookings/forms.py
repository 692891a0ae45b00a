"""The forms of the gallery desk: shape only. What may be done with them is for the services."""

from __future__ import annotations

from typing import Any

from django import forms

from lookalike.casework.bookings.messages import FIELDS, LABEL, NEEDED, Kind
from lookalike.casework.bookings.models import Booking, BookingPhoto, Delivery, Proposal
from lookalike.casework.bookings.services import CORRECTABLE, text_of
from lookalike.casework.people.models import choices
from lookalike.errors import LookalikeError
from lookalike.protocol.vocabulary import RecordStatus, Source

_CHOICES = {"status": choices(RecordStatus), "source": choices(Source)}
_ANY = [("", "any")]
LARGEST = 64 << 20


class Told(forms.Form):
    """A form to which a service's error can be added: to its fields where it names them."""

    def told(self, error: LookalikeError) -> None:
        """Show what a service said."""
        fields: dict[str, list[str]] = getattr(error, "fields", {})
        named = {name.replace(".", "_"): said for name, said in fields.items()}
        for name, said in named.items():
            self.add_error(name if name in self.fields else None, said)
        if not named:
            self.add_error(None, str(error))


def text_field(name: str) -> forms.Field:
    """A field of a message on a page: a choice where its words are a closed list."""
    required = name in NEEDED
    if name in _CHOICES:
        return forms.ChoiceField(label=LABEL[name], choices=[("", ""), *_CHOICES[name]], required=required)
    widget = forms.Textarea(attrs={"rows": 3}) if name == "marks" else forms.TextInput()
    return forms.CharField(label=LABEL[name], required=required, widget=widget, max_length=2000)


class ReasonForm(Told):
    """A reason."""

    reason = forms.CharField(label="Why", widget=forms.Textarea(attrs={"rows": 3}), max_length=2000)


class BookingsFilter(forms.Form):
    """What to list."""

    id = forms.CharField(label="Arrest id or person id, whole", required=False, max_length=100)
    status = forms.ChoiceField(label="Status", choices=[*_ANY, *choices(RecordStatus)], required=False)
    source = forms.ChoiceField(label="Source", choices=[*_ANY, *choices(Source)], required=False)


class DeliveriesFilter(forms.Form):
    """What to list."""

    state = forms.ChoiceField(label="State", choices=[*_ANY, *Delivery.State.choices], required=False)
    feed = forms.CharField(label="Feed", required=False, max_length=60)


class CorrectForm(Told):
    """Correct a booking's fields."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, booking: Booking, data: Any = None) -> None:
        self.booking = booking
        initial = {name: text_of(booking, name) for name in CORRECTABLE} | {"version": booking.version}
        super().__init__(data, initial=initial)
        for name in CORRECTABLE:
            self.fields[name] = text_field(name)
        self.fields["reason"] = forms.CharField(
            label="Why", widget=forms.Textarea(attrs={"rows": 3}), max_length=2000, help_text="History keeps it."
        )

    def changes(self) -> dict[str, str]:
        """The fields that are not as they were."""
        return {name: self.cleaned_data[name] for name in CORRECTABLE if self.cleaned_data[name] != self.initial[name]}


class StatusForm(ReasonForm):
    """Change a booking's status."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    status = forms.ChoiceField(label="New status", choices=choices(RecordStatus))
    field_order = ("status", "reason", "version")


class PhotoForm(ReasonForm):
    """Bring another picture for one that could not be enrolled."""

    picture = forms.FileField(label="Picture", help_text="JPEG, PNG, TIFF, WebP, BMP or JPEG 2000.")
    taken_on = forms.DateField(label="Taken on", widget=forms.DateInput(attrs={"type": "date"}))
    field_order = ("picture", "taken_on", "reason")

    def __init__(self, photo: BookingPhoto, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files, initial={"taken_on": photo.taken_on})


class MendForm(Told):
    """Correct a rejected message: its fields, and the day and file of each photograph."""

    def __init__(self, delivery: Delivery, data: Any = None, files: Any = None) -> None:
        self.kind = Kind(delivery.kind)
        said = delivery.message
        self.photographs = [one for one in said.get("photographs", []) if isinstance(one, dict)]
        super().__init__(data, files, initial={name: said.get(name, "") for name in FIELDS[self.kind]})
        for name in FIELDS[self.kind]:
            if name in LABEL:
                self.fields[name] = text_field(name)
                if name in _CHOICES and said.get(name, "") not in dict(_CHOICES[name]):
                    self.fields[name].help_text = f"The message says “{str(said.get(name, ''))[:80]}”."
        for number, one in enumerate(self.photographs, start=1):
            label = f"Photograph {number}"
            self.fields[f"photographs_{number}_taken_on"] = forms.CharField(
                label=f"{label}: taken on", required=False, initial=one.get("taken_on", ""), max_length=40
            )
            self.fields[f"photographs_{number}_picture"] = forms.FileField(
                label=f"{label}: picture", required=False, help_text=str(one.get("name", ""))[:200]
            )

    def changes(self) -> dict[str, str]:
        """What is to be put into the message's place."""
        return {name: self.cleaned_data[name] for name in FIELDS[self.kind] if name in self.cleaned_data}

    def pictures(self) -> dict[int, bytes]:
        """The new pictures by the number of their photograph."""
        found = {}
        for number in range(1, len(self.photographs) + 1):
            file = self.cleaned_data.get(f"photographs_{number}_picture")
            if file is not None:
                found[number] = file.read(LARGEST + 1)
        return found

    def taken_on(self) -> dict[int, str]:
        """The days by the number of their photograph."""
        return {
            number: self.cleaned_data[f"photographs_{number}_taken_on"]
            for number in range(1, len(self.photographs) + 1)
        }


class DecideForm(ReasonForm):
    """Decide a proposal."""

    moved = forms.TypedChoiceField(label="Which photograph's id is wrong", coerce=int, empty_value="2")
    person_id = forms.CharField(label="The id it should have, if it is wrong", required=False, max_length=100)
    field_order = ("moved", "person_id", "reason")

    def __init__(self, proposal: Proposal, data: Any = None) -> None:
        super().__init__(data)
        both = (proposal.first, proposal.second)
        self.fields["moved"].choices = [  # type: ignore[attr-defined]
            (number, f"Record {one.record_id}, person {one.booking.person_id}") for number, one in enumerate(both, 1)
        ]
        if proposal.kind == Proposal.Kind.ONE_PERSON:
            del self.fields["person_id"]


class SignForm(Told):
    """Sign a scrub."""

    reason = forms.CharField(
        label="What was done about what was found", widget=forms.Textarea(attrs={"rows": 4}), max_length=2000
    )
