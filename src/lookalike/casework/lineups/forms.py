"""The forms of lineups: the shape of what is filled in. What is right and what is wrong the services say."""

from __future__ import annotations

from typing import Any

from django import forms

from lookalike.casework.lineups.hands import administrators
from lookalike.casework.lineups.models import Lineup, Witness
from lookalike.casework.lineups.services.plans import Plan, ways
from lookalike.casework.lineups.services.witnesses import QUESTIONS, Interview, descriptions_of

YES_NO = (("yes", "Yes"), ("no", "No"))
LONG = 20_000
SAID = {
    "sequential": "one photograph at a time",
    "simultaneous": "all photographs at once",
    "double_blind": "by somebody who does not know who the suspect is",
    "self_administered": "by the witness alone, on a tablet",
}
"""The words of a plan, for people."""


def _words(label: str, help_text: str = "", *, rows: int = 3, required: bool = True) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=LONG, widget=widget, help_text=help_text, required=required)


def _yes_no(label: str, help_text: str = "") -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=YES_NO, widget=forms.RadioSelect, help_text=help_text)


def version(of: int | None = None) -> forms.IntegerField:
    """What the row was when it was opened."""
    return forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1, initial=of)


class InterviewForm(forms.Form):
    """What the witness said first."""

    present_at_scene = _yes_no("Was the witness there when it happened?")
    saw_perpetrator = _yes_no("Did the witness see who did it?")
    where = _words("Where the witness was, in their words")
    conditions = _words(
        "How well they could see, in their words",
        "Distance, light, how long, what they attended to, a weapon, what was covered.",
    )
    familiar = _words(
        "Whom the witness knew, and how, in their words",
        "Nothing, if the witness knew nobody who was there.",
        required=False,
    )
    description = forms.ChoiceField(
        label="The description that this witness gave",
        help_text="It is taken on the page of the case, first, under the witness's name.",
    )
    version = version()

    def __init__(self, *args: Any, witness: Witness, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = {str(one.pk): one for one in descriptions_of(witness.party)}
        field = self.fields["description"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(key, f"{one.given_on:%Y-%m-%d}: {one.words[:80]}") for key, one in self.known.items()]
        self.initial["version"] = witness.version if witness.pk else 0

    def told(self) -> Interview:
        """What was filled in, for the services."""
        given = self.cleaned_data
        return Interview(
            present_at_scene=given["present_at_scene"] == "yes",
            saw_perpetrator=given["saw_perpetrator"] == "yes",
            where=given["where"],
            conditions=given["conditions"],
            familiar=given["familiar"],
            description=self.known[given["description"]],
        )


class AskedForm(forms.Form):
    """What the witness saw and heard since: every question, with the words of every yes."""

    version = version()

    def __init__(self, *args: Any, witness: Witness, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key, question in QUESTIONS.items():
            given = witness.answers.get(key, {})
            self.fields[key] = _yes_no(question)
            self.fields[f"{key}_words"] = _words(
                "In the witness's words: what, when, from whom", rows=2, required=False
            )
            self.initial[key] = given.get("said", "")
            self.initial[f"{key}_words"] = given.get("words", "")
        self.initial["version"] = witness.version if witness.pk else 0

    def told(self) -> dict[str, tuple[bool, str]]:
        """What was filled in, for the services."""
        given = self.cleaned_data
        return {key: (given[key] == "yes", given[f"{key}_words"]) for key in QUESTIONS}


class WayForm(forms.Form):
    """How a lineup is held, and by whom: as the packs in force allow."""

    presentation = forms.ChoiceField(label="The witness sees", widget=forms.RadioSelect)
    administration = forms.ChoiceField(label="It is held", widget=forms.RadioSelect)
    administrator = forms.ChoiceField(
        label="Who holds it, or hands over the tablet",
        help_text="Of a lineup that somebody holds: a person who knows nothing of the case. They learn that there is a "
        "lineup, and nothing else.",
    )

    def __init__(self, *args: Any, case: Any, at: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {one.public_id: (one, why) for one, why in administrators(case, at)}
        for name in ("presentation", "administration"):
            self._offer(name, [(one, SAID[one]) for one in ways(name)])
        named = [(key, f"{one.name}{f': {why}' if why else ''}") for key, (one, why) in self.people.items()]
        self._offer("administrator", [("", "nobody is chosen"), *named])

    def _offer(self, name: str, offered: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = offered

    def told(self) -> Plan:
        """What was filled in, for the services."""
        given = self.cleaned_data
        return Plan(
            presentation=given["presentation"],
            administration=given["administration"],
            administrator=self.people[given["administrator"]][0],
        )


class PlanForm(WayForm):
    """Of whom, for whom, and how."""

    suspect = forms.ChoiceField(label="Of whom")
    witness = forms.ChoiceField(
        label="For which witness", help_text="Whoever is not eligible is refused, with reasons."
    )
    field_order = ("suspect", "witness")

    def __init__(self, *args: Any, case: Any, **kwargs: Any) -> None:
        super().__init__(*args, case=case, **kwargs)
        self.suspects = {
            one.public_id: one
            for one in case.suspects.filter(ended_at=None).select_related("party", "case").order_by("pk")
        }
        rows = case.witnesses.select_related("party", "description", "case").order_by("party__name")
        self.witnesses = {one.public_id: one for one in rows}
        self._offer("suspect", [(key, one.party.name) for key, one in self.suspects.items()])
        self._offer("witness", [(key, one.party.name) for key, one in self.witnesses.items()])


class ChangeWayForm(WayForm):
    """The same, of a lineup that is there."""

    version = version()

    def __init__(self, *args: Any, lineup: Lineup, at: Any, **kwargs: Any) -> None:
        super().__init__(*args, case=lineup.case, at=at, **kwargs)
        self.initial["presentation"] = lineup.presentation
        self.initial["administration"] = lineup.administration
        self.initial["administrator"] = lineup.administrator.public_id if lineup.administrator else ""
        self.initial["version"] = lineup.version


class VersionForm(forms.Form):
    """A press of a button."""

    version = version()


class ReasonForm(VersionForm):
    """A press of a button with reasons."""

    reason = _words("Why", rows=2)


class MemberForm(ReasonForm):
    """Somebody of the pool, with reasons."""

    record_id = forms.CharField(label="Record of the photograph", max_length=200)
    field_order = ("record_id", "reason")


class CoverForm(VersionForm):
    """One part of every picture that is covered, or none."""

    left = forms.FloatField(label="From the left, of 100", min_value=0, max_value=100, required=False)
    top = forms.FloatField(label="From the top, of 100", min_value=0, max_value=100, required=False)
    width = forms.FloatField(label="Width, of 100", min_value=0, max_value=100, required=False)
    height = forms.FloatField(label="Height, of 100", min_value=0, max_value=100, required=False)

    def regions(self) -> list[list[float]]:
        """What is covered, as shares of a picture; nothing where a number is missing."""
        given = [self.cleaned_data[name] for name in ("left", "top", "width", "height")]
        return [] if any(one is None for one in given) else [[one / 100 for one in given]]


class SignForm(VersionForm):
    """The supervisor's word."""

    decision = forms.ChoiceField(
        label="Your decision",
        choices=(("yes", "It may be held, if the protections allow it"), ("no", "It may not be held")),
        widget=forms.RadioSelect,
    )
    read_all = forms.BooleanField(
        label="I have read everything: the suspicion, the evidence for and against, the interview, the members with "
        "their pictures, and the test.",
        required=False,
    )
    words = _words("Remarks; of a refusal, the reasons", required=False)
    about = forms.CharField(widget=forms.HiddenInput, max_length=64)


class VolunteerForm(forms.Form):
    """Somebody outside every investigation."""

    name = forms.CharField(label="Name", max_length=200)
    email = forms.EmailField(label="Email address", required=False, help_text="One address is one volunteer.")


class PoolForm(forms.Form):
    """Look for somebody in the pool."""

    q = forms.CharField(
        label="Part of a record's number", max_length=60, required=False, help_text="Nothing: the next of the proposal."
    )
