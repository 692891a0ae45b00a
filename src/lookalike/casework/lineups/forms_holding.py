"""The forms of whoever holds a lineup: shape, and no rule."""

from __future__ import annotations

from django import forms

from lookalike.lineup.instructions import languages


class BeginForm(forms.Form):
    """In which language, and on which device."""

    language = forms.ChoiceField(
        label="The witness's language",
        choices=lambda: list(languages().items()),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a language that the witness understands."},
    )
    here = forms.BooleanField(
        required=False,
        label="The witness uses this device",
        help_text="If so, you are signed out here, and this device becomes the witness's own. If not, the next "
        "page shows what to open on the witness's device.",
    )


class StopForm(forms.Form):
    """Why it is broken off."""

    reason = forms.CharField(
        label="Why it is broken off",
        max_length=2000,
        widget=forms.Textarea,
        error_messages={"required": "Say what happened, in your own words."},
    )
