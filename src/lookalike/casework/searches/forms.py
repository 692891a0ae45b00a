"""Forms of a request: what is asked, and what its check says."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms

from lookalike.casework.people.models import Agency, choices
from lookalike.casework.searches.models import Request
from lookalike.casework.searches.services import Wanted
from lookalike.protocol.vocabulary import Purpose, Route, Suspicion

COVERS = (
    ("cap", "a cap or hat"),
    ("hood", "a hood"),
    ("glasses", "glasses"),
    ("dark_glasses", "dark glasses"),
    ("mask", "a mask or scarf"),
    ("hair", "hair over the face"),
    ("hand", "a hand or an object"),
    ("frame", "the edge of the picture"),
)
"""What may cover a face."""


class WantedForm(forms.Form):
    """What an investigator asks for, and why."""

    face = forms.TypedChoiceField(
        label="Which face", coerce=int, widget=forms.RadioSelect, help_text="Counted from left to right."
    )
    obstructions = forms.MultipleChoiceField(
        label="What covers the face",
        choices=COVERS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Leave all empty where nothing does.",
    )
    purpose = forms.ChoiceField(label="What the search is for", choices=choices(Purpose))
    suspicion = forms.ChoiceField(
        label="How much the facts support",
        choices=choices(Suspicion),
        help_text="What the facts that you write down support, not what you expect.",
    )
    specific_facts = forms.CharField(
        label="The specific facts behind it",
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=10_000,
        help_text="What was seen, by whom, when. Not that a face is on a picture.",
    )
    route = forms.ChoiceField(label="On what authority", choices=choices(Route))
    order_by = forms.CharField(label="Who issued the order or warrant", required=False, max_length=200)
    order_at = forms.DateTimeField(
        label="When it was issued",
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    behalf_of = forms.ModelChoiceField(
        label="On behalf of another agency",
        queryset=Agency.objects.none(),
        required=False,
        empty_label="Nobody else: for our own case",
        help_text="For whom the search is really asked. Its law is held to as well.",
    )
    targeted = forms.BooleanField(label="It is for somebody who is already suspected or convicted", required=False)
    repeat_reason = forms.CharField(
        label="Why this face is searched again",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2_000,
        help_text="Needed where the face was searched before: what is new.",
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, faces: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["face"].choices = [(i, f"Face {i}") for i in range(1, faces + 1)]  # type: ignore[attr-defined]
        self.fields["behalf_of"].queryset = Agency.objects.filter(own=False).order_by("name")  # type: ignore[attr-defined]

    def wanted(self) -> Wanted:
        """What was filled in."""
        return Wanted(**self.cleaned_data)


class CheckForm(forms.Form):
    """The word of whoever checks a request against the case report."""

    words = forms.CharField(
        label="What the case report says of it",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=5_000,
        help_text="For a request sent back: what is missing. Whoever asked reads it.",
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class FilterForm(forms.Form):
    """Which requests a list shows."""

    states: ClassVar = [("", "any state"), *Request.State.choices]
    state = forms.ChoiceField(label="State", choices=states, required=False)
    case = forms.CharField(label="Case number", required=False, max_length=60)

    def __init__(self, *args: Any, blind: bool = False, **kwargs: Any) -> None:
        """blind: for an examiner, to whom what a filter finds would tell the case."""
        super().__init__(*args, **kwargs)
        if blind:
            del self.fields["case"]
