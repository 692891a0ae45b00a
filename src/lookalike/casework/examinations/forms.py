"""The forms of an examination: their shape. What may be said when is for the services."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from lookalike.casework.examinations.checks import LONGEST, Compared, Described
from lookalike.casework.examinations.components import COMPONENTS, EXPLANATIONS, LIMITS, Component
from lookalike.casework.examinations.models import Comparison, TaskFace
from lookalike.casework.examinations.shown import FaceShown, FeatureShown
from lookalike.casework.people.models import Person
from lookalike.protocol.vocabulary import Conclusion

Row = tuple[Component, BoundField, BoundField, BoundField]

SMALL = {"rows": 2}
VISIBLE = [("visible", "Visible"), ("part", "Visible in part"), ("not", "Not visible")]
JUDGEMENTS = [
    ("", "–"),
    *((one.value, str(one.label).capitalize()) for one in Comparison.Judgement),
]
OUTCOMES = [(one.value, str(one.label).capitalize()) for one in TaskFace.Outcome]


class DescriptionForm(forms.Form):
    """The probe, component by component. version: of the task when the page was opened."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in COMPONENTS:
            self.fields[f"{one.key}-visible"] = forms.ChoiceField(
                label=f"{one.name}: can it be seen?", choices=VISIBLE, widget=forms.RadioSelect, required=False
            )
            self.fields[f"{one.key}-words"] = forms.CharField(
                label=f"{one.name}: description",
                help_text=f"{', '.join(one.looks_at).capitalize()}.",
                widget=forms.Textarea(SMALL),
                max_length=LONGEST,
                required=False,
            )
            self.fields[f"{one.key}-limits"] = forms.MultipleChoiceField(
                label=f"{one.name}: limited by",
                choices=list(LIMITS.items()),
                widget=forms.CheckboxSelectMultiple,
                required=False,
            )

    @staticmethod
    def of(features: Iterable[FeatureShown], version: int) -> DescriptionForm:
        """The form with what was described so far."""
        initial: dict[str, Any] = {"version": version}
        for one in features:
            initial |= {
                f"{one.component}-visible": one.visible,
                f"{one.component}-words": one.words,
                f"{one.component}-limits": list(one.limits),
            }
        return DescriptionForm(initial=initial)

    def rows(self) -> list[Row]:
        """Each component with its three fields."""
        return [
            (one, self[f"{one.key}-visible"], self[f"{one.key}-words"], self[f"{one.key}-limits"]) for one in COMPONENTS
        ]

    def described(self) -> Mapping[str, Described]:
        """What was filled in, by component."""
        data = self.cleaned_data
        return {
            one.key: Described(data[f"{one.key}-visible"], data[f"{one.key}-words"], tuple(data[f"{one.key}-limits"]))
            for one in COMPONENTS
        }


class CompareForm(forms.Form):
    """One face beside the probe. version: of the face when the page was opened."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    outcome = forms.ChoiceField(label="What follows for this face", choices=OUTCOMES, widget=forms.RadioSelect)
    reason = forms.CharField(
        label="Reason",
        help_text="From the components that were compared. Needed for every face.",
        widget=forms.Textarea(SMALL),
        max_length=LONGEST,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in COMPONENTS:
            self.fields[f"{one.key}-judgement"] = forms.ChoiceField(
                label=f"{one.name}: seen", choices=JUDGEMENTS, required=False
            )
            self.fields[f"{one.key}-explained_by"] = forms.ChoiceField(
                label=f"{one.name}: explainable by", choices=[("", "–"), *EXPLANATIONS.items()], required=False
            )
            self.fields[f"{one.key}-words"] = forms.CharField(
                label=f"{one.name}: words", max_length=LONGEST, required=False
            )

    @staticmethod
    def of(face: FaceShown, features: Iterable[FeatureShown] = ()) -> CompareForm:
        """The form with what was compared so far; what the probe does not show cannot be compared."""
        initial: dict[str, Any] = {"version": face.version, "outcome": face.outcome, "reason": face.reason}
        if not face.compared:
            unseen = [one.component for one in features if one.visible == "not"]
            initial |= {f"{key}-judgement": Comparison.Judgement.NOT_COMPARABLE.value for key in unseen}
        for one in face.compared:
            initial |= {
                f"{one.component}-judgement": one.judgement,
                f"{one.component}-explained_by": one.explained_by,
                f"{one.component}-words": one.words,
            }
        return CompareForm(initial=initial)

    def rows(self) -> list[Row]:
        """Each component with its three fields."""
        return [
            (one, self[f"{one.key}-judgement"], self[f"{one.key}-explained_by"], self[f"{one.key}-words"])
            for one in COMPONENTS
        ]

    def compared(self) -> Mapping[str, Compared]:
        """What was filled in, by component."""
        data = self.cleaned_data
        return {
            one.key: Compared(data[f"{one.key}-judgement"], data[f"{one.key}-explained_by"], data[f"{one.key}-words"])
            for one in COMPONENTS
        }


class CorrectionForm(forms.Form):
    """An addition to a locked description."""

    component = forms.ChoiceField(label="Component", choices=[(one.key, one.name) for one in COMPONENTS])
    after = forms.CharField(label="What it should say", widget=forms.Textarea(SMALL), max_length=LONGEST)
    reason = forms.CharField(label="Why", widget=forms.Textarea(SMALL), max_length=LONGEST)


class ConcludeForm(forms.Form):
    """The end of an examination. conclusion: the button that was pressed."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    words = forms.CharField(
        label="In words",
        help_text="Needed where nothing can be concluded: why.",
        widget=forms.Textarea(SMALL),
        max_length=LONGEST,
        required=False,
    )
    conclusion = forms.TypedChoiceField(
        label="Conclusion",
        choices=[(one.value, one.value) for one in Conclusion],
        coerce=Conclusion,
        widget=forms.HiddenInput,
    )


class ReasonForm(forms.Form):
    """Why an examination is taken back."""

    reason = forms.CharField(label="Why", widget=forms.Textarea(SMALL), max_length=LONGEST)


class GiveForm(forms.Form):
    """Who is to examine. Those who may not are told apart on the page, with their reasons."""

    def __init__(self, *args: Any, people: Iterable[Person] = (), turns: int = 2, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["examiners"] = forms.MultipleChoiceField(
            label=f"Choose {turns} examiner{'s' if turns != 1 else ''}",
            help_text="Chance says who begins. Neither is told that there is another.",
            choices=[(one.public_id, one.name) for one in people],
            widget=forms.CheckboxSelectMultiple,
        )


class RoundForm(forms.Form):
    """A round of known-answer trials."""

    prepared = forms.ChoiceField(label="Prepared set")
    examiners = forms.MultipleChoiceField(label="Examiners", widget=forms.CheckboxSelectMultiple)
    each = forms.IntegerField(label="Trials for each", min_value=2, max_value=20, initial=4)
    last_day = forms.DateField(
        label="Given until",
        help_text="Each trial comes at a moment between now and the end of this day that nobody knows.",
        widget=forms.DateInput({"type": "date"}),
    )

    def __init__(self, *args: Any, sets: Iterable[str] = (), people: Iterable[Person] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["prepared"].choices = [(one, one) for one in sets]  # type: ignore[attr-defined]
        self.fields["examiners"].choices = [(one.public_id, one.name) for one in people]  # type: ignore[attr-defined]

    def clean_last_day(self) -> date:
        """A day, however far."""
        day: date = self.cleaned_data["last_day"]
        return day
