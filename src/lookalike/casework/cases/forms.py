"""The forms of this step: the shape of what is filled in. What is right and what is wrong the services say."""

from __future__ import annotations

from dataclasses import fields as fields_of
from typing import Any

from django import forms

from lookalike.casework.cases import offences
from lookalike.casework.cases.evidence import LONGEST_TRANSACTION
from lookalike.casework.cases.models import Case, Exhibit
from lookalike.casework.cases.told import CaseTold, DescriptionTold, ExhibitTold
from lookalike.casework.files import LARGEST
from lookalike.casework.people.models import Agency, Person
from lookalike.errors import LookalikeError
from lookalike.media import edits
from lookalike.media.photo import MAX_BYTES as LONGEST_PHOTOGRAPH
from lookalike.protocol.vocabulary import OtherPurpose, ProbeKind, Role

DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
KNOWN = [("", "not known yet"), ("yes", "Yes"), ("no", "No")]


def say(form: forms.Form, error: LookalikeError) -> None:
    """Write what a service found wrong beside the fields it is about."""
    told = getattr(error, "fields", {})
    for name, sentences in told.items():
        for sentence in sentences:
            form.add_error(name if name in form.fields else None, sentence)
    if not told:
        form.add_error(None, str(error))


class Statute(forms.TextInput):
    """A text field that offers the statutes of the table, and takes another one."""

    template_name = "cases/statute.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """The statutes, each with the offence that it fits."""
        context = super().get_context(name, value, attrs)
        context["widget"]["attrs"]["list"] = f"{name}-offered"
        return {**context, "offered": list(offences.statutes()), "list_id": f"{name}-offered"}


class CaseForm(forms.Form):
    """What is said of a case."""

    agency = forms.ModelChoiceField(Agency.objects.order_by("-own", "name"), label="Agency", empty_label=None)
    number = forms.CharField(label="Case number", max_length=60)
    nibrs = forms.ChoiceField(
        label="Offence",
        required=False,
        choices=[("", "No crime, or not known"), *offences.choices()],
        help_text="As in the National Incident-Based Reporting System.",
    )
    statute = forms.CharField(
        label="Statute",
        required=False,
        max_length=60,
        widget=Statute,
        help_text="For example 750.529. The statutes that are known are offered; it must fit the offence.",
    )
    attempted = forms.ChoiceField(label="Attempted only", required=False, choices=KNOWN)
    felony = forms.ChoiceField(label="A felony", required=False, choices=KNOWN, help_text="As the prosecutor says.")
    max_years = forms.IntegerField(
        label="Longest sentence in years", required=False, min_value=0, max_value=200, help_text="For life give 200."
    )
    completed_on = forms.DateField(label="Day of the offence", required=False, widget=DATE)
    other_purpose = forms.ChoiceField(
        label="Purpose where there is no crime",
        required=False,
        choices=[("", "There is a crime"), *((one.value, one.value.replace("_", " ")) for one in OtherPurpose)],
    )
    narrative = forms.CharField(
        label="What happened",
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="The examiners who compare never see it.",
    )

    def told(self) -> CaseTold:
        """What was filled in, for the services."""
        given = self.cleaned_data
        known = {"": None, "yes": True, "no": False}
        return CaseTold(
            number=given["number"],
            nibrs=given["nibrs"],
            statute=given["statute"].strip(),
            attempted=known[given["attempted"]],
            felony=known[given["felony"]],
            max_years=given["max_years"],
            completed_on=given["completed_on"],
            other_purpose=given["other_purpose"],
            narrative=given["narrative"],
        )


class CaseChangeForm(CaseForm):
    """The same, of a case that is there. version: as it was when it was opened."""

    reason = forms.CharField(label="Why it is changed", max_length=500, help_text="The history of the case shows it.")
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["agency"]

    @staticmethod
    def filled(case: Case) -> dict[str, Any]:
        """The form's first values."""
        words = {None: "", True: "yes", False: "no"}
        told = {field.name: getattr(case, field.name) for field in fields_of(CaseTold)}
        return {
            **told,
            "attempted": words[case.attempted],
            "felony": words[case.felony],
            "version": case.version,
        }


class JoinForm(forms.Form):
    """Who is to join the team."""

    person = forms.ModelChoiceField(
        Person.objects.none(), label="Investigator", to_field_name="public_id", empty_label="Choose one"
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        on_it = case.team.filter(until=None).values("person")
        field = self.fields["person"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = (
            Person.objects.filter(
                roles_held__role=Role.INVESTIGATOR, roles_held__until=None, disabled_at=None, is_active=True
            )
            .exclude(pk__in=on_it)
            .order_by("name")
        )


class DescriptionForm(forms.Form):
    """What a witness said."""

    witness = forms.CharField(label="Witness", max_length=100, help_text="Which one, for example “Witness 1, clerk”.")
    given_on = forms.DateField(label="Day on which it was said", widget=DATE)
    words = forms.CharField(label="In the witness's own words", widget=forms.Textarea(attrs={"rows": 5}))
    height_low_cm = forms.IntegerField(label="Height, at least (cm)", required=False)
    height_high_cm = forms.IntegerField(label="Height, at most (cm)", required=False)
    weight_low_kg = forms.IntegerField(label="Weight, at least (kg)", required=False)
    weight_high_kg = forms.IntegerField(label="Weight, at most (kg)", required=False)
    age_low = forms.IntegerField(label="Age, at least", required=False)
    age_high = forms.IntegerField(label="Age, at most", required=False)
    build = forms.CharField(label="Build", required=False, max_length=100)
    hair = forms.CharField(label="Hair", required=False, max_length=200)
    facial_hair = forms.CharField(label="Facial hair", required=False, max_length=200)
    marks = forms.CharField(
        label="Marks", required=False, widget=forms.Textarea(attrs={"rows": 2}), help_text="Scars, tattoos, moles."
    )
    clothing = forms.CharField(label="Clothing", required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def told(self) -> DescriptionTold:
        """What was filled in, for the services."""
        return DescriptionTold(**self.cleaned_data)


class ExhibitForm(forms.Form):
    """A file, and where it came from."""

    file = forms.FileField(
        label="File",
        help_text=f"The original as it was delivered: a photograph of up to {LONGEST_PHOTOGRAPH >> 20} MiB, "
        f"a NIST-ITL file of up to {LONGEST_TRANSACTION >> 20} MiB, or a clip of up to {LARGEST >> 30} GiB. "
        "It is stored encrypted and not changed.",
    )
    kind = forms.ChoiceField(label="What it is", choices=Exhibit.Kind.choices, widget=forms.RadioSelect)
    title = forms.CharField(label="Title", max_length=200, help_text="For example “Shop camera 3, 4 January”.")
    probe_kind = forms.ChoiceField(
        label="What it shows",
        choices=[(one.value, one.value.replace("_", " ")) for one in ProbeKind],
        help_text="Only stills and recordings of evidence may be searched; say what it is all the same.",
    )
    received_from = forms.CharField(label="Received from", max_length=200)
    received_on = forms.DateField(label="Received on", widget=DATE)

    def told(self) -> ExhibitTold:
        """What was filled in, for the services."""
        given = self.cleaned_data
        return ExhibitTold(
            kind=given["kind"],
            title=given["title"],
            probe_kind=given["probe_kind"],
            received_from=given["received_from"],
            received_on=given["received_on"],
            name=given["file"].name,
            media_type=given["file"].content_type or "application/octet-stream",
        )


class ReasonForm(forms.Form):
    """Why the original is copied out."""

    reason = forms.CharField(label="What the copy is for", max_length=500)


class HandOverForm(forms.Form):
    """To whom a copy was handed, and why."""

    to = forms.CharField(label="Handed to", max_length=200)
    reason = forms.CharField(label="What for", max_length=500)


class Filter(forms.Form):
    """What the list of cases is narrowed to."""

    words = forms.CharField(label="Number or statute", required=False, max_length=60)
    nibrs = forms.ChoiceField(label="Offence", required=False, choices=[("", "Any"), *offences.choices()])
    since = forms.DateField(label="Opened since", required=False, widget=DATE)
    until = forms.DateField(label="Opened until", required=False, widget=DATE)


def _number(label: str, low: float, high: float, *, whole: bool = False, start: float = 0) -> Any:
    kind: Any = forms.IntegerField if whole else forms.FloatField
    attrs = {"step": "1" if whole else "any"}
    return kind(label=label, min_value=low, max_value=high, initial=start, widget=forms.NumberInput(attrs=attrs))


class EditForm(forms.Form):
    """One edit. name: as in `media.edits`; title, says: for the page."""

    name = ""
    title = ""
    says = ""
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def edit(self) -> edits.Edit:
        """The edit that was filled in. Raises BadEdit."""
        given = {key: value for key, value in self.cleaned_data.items() if key != "version"}
        return edits.from_dict({"edit": self.name, **given})


class CropForm(EditForm):
    """Keep a rectangle."""

    name, title, says = (
        "crop",
        "Crop",
        "Keep a rectangle, in pixels; or draw it on the edited picture.",
    )
    left = _number("From the left", 0, 65_500, whole=True)
    top = _number("From the top", 0, 65_500, whole=True)
    width = _number("Width", 1, 65_500, whole=True, start=1)
    height = _number("Height", 1, 65_500, whole=True, start=1)


class RotateForm(EditForm):
    """Turn."""

    name, title, says = "rotate", "Turn", "Clockwise, in degrees; negative turns the other way."
    degrees = _number("Degrees", -360, 360)
    expand = forms.BooleanField(label="Enlarge the canvas so that no corner is lost", required=False)


class ExposureForm(EditForm):
    """Multiply light."""

    name, title, says = "exposure", "Exposure", "In stops: 1 doubles the light, -1 halves it."
    stops = _number("Stops", -8, 8, start=0.5)


class GammaForm(EditForm):
    """Brighten or darken the middle tones."""

    name, title, says = "gamma", "Gamma", "Above 1 brightens the shadows."
    gamma = _number("Gamma", 0.1, 10, start=1.2)


class ContrastForm(EditForm):
    """Raise or lower the contrast."""

    name, title, says = "contrast", "Contrast", "Above 1 raises it."
    factor = _number("Factor", 0, 10, start=1.2)


class WhiteBalanceForm(EditForm):
    """Multiply the light of each colour."""

    name, title, says = "white-balance", "White balance", "How much of each colour's light is kept."
    red = _number("Red", 0.1, 10, start=1)
    green = _number("Green", 0.1, 10, start=1)
    blue = _number("Blue", 0.1, 10, start=1)


class DenoiseForm(EditForm):
    """Reduce noise."""

    name, title, says = "denoise", "Noise", "Non-local means; 3 to 10 is usual. It takes some seconds a megapixel."
    strength = _number("Strength", 1, 30, start=4)


EDIT_FORMS: dict[str, type[EditForm]] = {
    form.name: form
    for form in (CropForm, RotateForm, ExposureForm, GammaForm, ContrastForm, WhiteBalanceForm, DenoiseForm)
}
"""The form of each edit that is offered, by its name."""
