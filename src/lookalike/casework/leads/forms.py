"""Forms of an answer: the supervisor's word, the investigator's statements, and a code to be checked."""

from __future__ import annotations

from typing import Any

from django import forms

from lookalike.casework.leads.content import statements

WORDS = forms.Textarea(attrs={"rows": 3})


class SignForm(forms.Form):
    """The supervisor signs a lead."""

    read = forms.BooleanField(
        label="I have read the whole file: the case, what witnesses said, the evidence and its edits, the search "
        "record, both examinations, and what speaks against this lead."
    )
    words = forms.CharField(
        label="Remarks", widget=WORDS, max_length=5_000, required=False, help_text="Kept in the file, not on the sheet."
    )
    more_than_one = forms.CharField(
        label="Why this request has a further lead",
        widget=WORDS,
        max_length=2_000,
        required=False,
        help_text="A request has one lead at most, unless you say why.",
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, further: bool = False, **kwargs: Any) -> None:
        """further: the request has a lead already."""
        super().__init__(*args, **{"auto_id": "sign_%s"} | kwargs)
        if not further:
            del self.fields["more_than_one"]


class CloseForm(forms.Form):
    """The supervisor answers without a lead."""

    words = forms.CharField(
        label="Reasons",
        widget=WORDS,
        max_length=5_000,
        required=False,
        help_text="Kept in the file, not in the letter.",
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, refuses: bool = False, **kwargs: Any) -> None:
        """refuses: the examiners agree, and whoever answers without a lead says why."""
        super().__init__(*args, **{"auto_id": "close_%s"} | kwargs)
        self.fields["words"].widget.is_required = self.fields["words"].required = refuses


class StatementsForm(forms.Form):
    """What the investigator accepts, statement by statement."""

    def __init__(self, *args: Any, only: list[str], **kwargs: Any) -> None:
        """only: the keys of the statements that are not accepted yet."""
        super().__init__(*args, **kwargs)
        for one in statements():
            if one.key in only:
                self.fields[one.key] = forms.BooleanField(label=one.text, required=False)

    def accepted(self) -> list[str]:
        """The keys that were ticked."""
        return [key for key, ticked in self.cleaned_data.items() if ticked]


class CodeForm(forms.Form):
    """A code from a document."""

    code = forms.CharField(label="Code on the document", max_length=60, help_text="Four groups of four, as printed.")


class AnswersFilter(forms.Form):
    """Which answers a list shows."""

    kind = forms.ChoiceField(
        label="Answer", choices=[("", "any answer"), ("lead", "lead"), ("no_lead", "no lead")], required=False
    )
    case = forms.CharField(label="Case number", required=False, max_length=60)
