"""Forms of warrant requests, packets, their delivery, and past cases. They hold no rule."""

from __future__ import annotations

from django import forms

WORDS = forms.Textarea(attrs={"rows": 4})
VERSION = forms.HiddenInput


class StatementForm(forms.Form):
    """What the affidavit says of the face search."""

    words = forms.CharField(
        label="What the affidavit says of the face search",
        widget=forms.Textarea(attrs={"rows": 12}),
        max_length=20_000,
        help_text="Proposed in the words of the packs in force. Accept them, or write others.",
    )
    version = forms.IntegerField(widget=VERSION)


class VersionForm(forms.Form):
    """An act that needs no words."""

    version = forms.IntegerField(widget=VERSION)


class SignForm(forms.Form):
    """A signature, for or against."""

    read_all = forms.BooleanField(
        label="I have read the whole packet: every search, both examinations, the evidence for and against.",
        required=False,
    )
    sole_basis = forms.ChoiceField(
        label="Is the face search the sole basis of the request?",
        choices=[("", "choose"), ("no", "no, there is other evidence"), ("yes", "yes, there is nothing else")],
    )
    words = forms.CharField(
        label="Reasons", widget=WORDS, max_length=5_000, required=False, help_text="Needed where you refuse."
    )
    about_sha256 = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args: object, prosecutor: bool = False, **kwargs: object) -> None:
        """prosecutor: a supervisor among the prosecutors says what the request rests on."""
        super().__init__(*args, **{"auto_id": "sign_%s"} | kwargs)  # type: ignore[arg-type]
        if not prosecutor:
            del self.fields["sole_basis"]

    def sole(self) -> bool | None:
        """What was said of the basis; None: nothing."""
        return {"yes": True, "no": False}.get(self.cleaned_data.get("sole_basis", ""))


class DecisionForm(forms.Form):
    """The prosecutor's word."""

    words = forms.CharField(
        label="Words", widget=WORDS, max_length=5_000, required=False, help_text="Needed where you refuse."
    )
    questions = forms.CharField(
        label="Questions", widget=WORDS, max_length=10_000, required=False, help_text="One a line, to send it back."
    )
    version = forms.IntegerField(widget=VERSION)


class ReplyForm(forms.Form):
    """An answer to a question of the prosecutor."""

    words = forms.CharField(label="Answer", widget=WORDS, max_length=10_000)


class DeliverForm(forms.Form):
    """To whom of the defence a packet goes."""

    name = forms.CharField(label="To whom", max_length=200, help_text="The counsel of the defence, as on the record.")
    days = forms.IntegerField(label="Days that the link opens", initial=30)


class ListForm(forms.Form):
    """A list of past cases."""

    file = forms.FileField(label="List of past cases (CSV)", allow_empty_file=True)


class NoticeForm(forms.Form):
    """A notice on a past case."""

    to = forms.CharField(label="To which prosecutor", max_length=200)
    days = forms.IntegerField(label="Days to answer", initial=30)


class NoticeAnswerForm(forms.Form):
    """What the prosecutor answered."""

    by = forms.CharField(label="Who answered", max_length=200)
    words = forms.CharField(label="What was answered", widget=WORDS, max_length=10_000)


class PastFilter(forms.Form):
    """Which past cases a list shows."""

    which = forms.ChoiceField(
        label="Cases",
        choices=[
            ("", "all"),
            ("bare", "without independent evidence"),
            ("unsent", "without, and no notice sent"),
            ("open", "notice not answered"),
            ("overdue", "notice overdue"),
        ],
        required=False,
    )
    number = forms.CharField(label="Case number", max_length=100, required=False)


class WarrantFilter(forms.Form):
    """Which requests a list shows."""

    state = forms.ChoiceField(
        label="State",
        choices=[
            ("", "any"),
            ("draft", "being prepared"),
            ("signing", "waiting for signatures"),
            ("sent", "with the prosecutor"),
            ("questions", "sent back with questions"),
            ("accepted", "accepted"),
            ("declined", "declined"),
            ("withdrawn", "withdrawn"),
        ],
        required=False,
    )
    case = forms.CharField(label="Case number", required=False, max_length=60)
