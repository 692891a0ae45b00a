"""The forms of the board: the shape of what is filled in. What is right and what is wrong the services say."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms

from lookalike.casework.cases.models import TeamMember
from lookalike.casework.corroboration.models import EvidenceItem, Shown, Suspect, Whereabouts
from lookalike.casework.corroboration.nodes import Evidence, kind_of, node, person_of_suspect
from lookalike.casework.corroboration.services.checks import TRIED
from lookalike.casework.corroboration.told import ItemTold
from lookalike.casework.people.models import Person
from lookalike.protocol.evidence.graph import EdgeKind, Says

MOMENT = forms.DateTimeInput(attrs={"type": "datetime-local", "step": "1"}, format="%Y-%m-%dT%H:%M:%S")
SAYS = (
    (Says.FOR.value, "for this person having done it"),
    (Says.AGAINST.value, "against it: it speaks for the person"),
    (Says.NEUTRAL.value, "neither: it tells of the offence"),
)
HOW = (
    (EdgeKind.DERIVED_FROM.value, "It came of it: it was made from it, copied from it, said or chosen on seeing it"),
    (EdgeKind.PROMPTED_BY.value, "Somebody looked for it because of it"),
)
TOLD = ((EdgeKind.SHOWN.value, "was shown it"), (EdgeKind.TOLD.value, "was told of it"))
YES_NO = (("yes", "Yes"), ("no", "No"))
NOBODY = ("", "nobody, or not known")
LONG = 20_000


def _words(label: str, help_text: str = "", *, rows: int = 3, required: bool = True) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=LONG, widget=widget, help_text=help_text, required=required)


def _version() -> forms.IntegerField:
    return forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class BoardForm(forms.Form):
    """A form that knows the evidence of its case. about: the row that it is of, or None."""

    def __init__(self, *args: Any, evidence: Evidence, about: Any = None, **kwargs: Any) -> None:
        self.evidence, self.row = evidence, about
        super().__init__(*args, **kwargs)
        if "version" in self.fields and about is not None:
            self.fields["version"].initial = about.version
        self.fill()

    def fill(self) -> None:
        """Offer what the case holds."""

    def offer(self, name: str, offered: list[tuple[str, str]]) -> None:
        """Set the choices of a field."""
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = offered

    def parties(self) -> list[tuple[str, str]]:
        """Everybody in the case."""
        return [NOBODY, *((one.public_id, one.name) for one in self.evidence.parties)]

    def sources(self) -> list[tuple[str, str]]:
        """What something can have come of; of the photographs that searches returned those of suspects alone."""
        suspects = {person_of_suspect(one) for one in self.evidence.suspects}
        own = node("item", self.row.public_id) if isinstance(self.row, EvidenceItem) else ""
        return [
            (one.id, one.name)
            for one in self.evidence.nodes.values()
            if one.id != own and kind_of(one.id) != "party"
            if kind_of(one.id) != "photo" or set(one.persons) & suspects
        ]

    def party(self, name: str) -> Any:
        """The party that was chosen, or None."""
        return next((one for one in self.evidence.parties if one.public_id == self.cleaned_data[name]), None)

    def items(self, name: str) -> list[EvidenceItem]:
        """The items that were chosen."""
        given = self.cleaned_data[name]
        wanted = given if isinstance(given, list) else [given]
        return [one for one in self.evidence.items if one.public_id in wanted]

    def standing_items(self) -> list[tuple[str, str]]:
        """The items that are not withdrawn."""
        return [(one.public_id, str(one)) for one in self.evidence.items if one.withdrawn_at is None]


class ItemForm(BoardForm):
    """An item of evidence."""

    sort = forms.ChoiceField(label="What kind of evidence it is", choices=EvidenceItem.Sort.choices)
    title = forms.CharField(label="Title", max_length=200, help_text="For example “Card payment in Toledo”.")
    words = _words("What it says", rows=5)
    about = forms.ChoiceField(label="About whom", required=False)
    says = forms.ChoiceField(label="It speaks", choices=SAYS, widget=forms.RadioSelect)
    at = forms.DateTimeField(
        label="When it was made or came to be", widget=MOMENT, help_text="Of a statement: when it was given."
    )
    obtained_at = forms.DateTimeField(label="When the police got it, where later", widget=MOMENT, required=False)
    source = forms.CharField(label="Where it is from", max_length=300, help_text="The body, the place, on which order.")
    collected_by = forms.ChoiceField(label="Who collected it", required=False)
    by = forms.ChoiceField(label="Whose words or choice it is", required=False)
    origin = forms.ChoiceField(
        label="What it came from",
        choices=[
            ("outside", "From outside the case, and from nothing that the case holds"),
            ("inside", "From what the case holds: named below"),
        ],
        widget=forms.RadioSelect,
        help_text="Say it as it was. Whether it is independent of the search is computed from this.",
    )
    how = forms.ChoiceField(label="How", choices=HOW, widget=forms.RadioSelect, required=False)
    came_from = forms.MultipleChoiceField(label="Of what", required=False, widget=forms.CheckboxSelectMultiple)
    file = forms.FileField(label="File", required=False, help_text="Stored encrypted, and not changed.")

    def fill(self) -> None:
        """Suspects, parties, and what the case holds."""
        suspects = [(one.public_id, one.party.name) for one in self.evidence.suspects]
        self.offer("about", [("", "nobody: it tells of the offence"), *suspects])
        self.offer("collected_by", self.parties())
        self.offer("by", self.parties())
        if "came_from" in self.fields:
            self.offer("came_from", self.sources())

    def told(self) -> ItemTold:
        """What was filled in, for the services."""
        given = self.cleaned_data
        suspects: dict[str, Suspect] = {one.public_id: one for one in self.evidence.suspects}
        how = given.get("how") or EdgeKind.DERIVED_FROM.value
        return ItemTold(
            sort=given["sort"],
            title=given["title"],
            words=given["words"],
            about=suspects.get(given["about"]),
            says=given["says"],
            at=given["at"],
            obtained_at=given["obtained_at"],
            source=given["source"],
            collected_by=self.party("collected_by"),
            by=self.party("by"),
            outside=given["origin"] == "outside",
            came_from=tuple((how, source) for source in given.get("came_from", ())),
        )


class ItemChangeForm(ItemForm):
    """The same, of an item that is there; what it came of is changed by its links, on its page."""

    reason = forms.CharField(label="Why it is changed", max_length=500, help_text="The history shows it.")
    version = _version()

    def fill(self) -> None:
        """The item as it stands."""
        for name in ("how", "came_from", "file"):
            del self.fields[name]
        super().fill()
        one: EvidenceItem = self.row
        for name in ("sort", "title", "words", "says", "source", "at", "obtained_at"):
            self.initial[name] = getattr(one, name)
        self.initial["about"] = one.about.public_id if one.about else ""
        self.initial["collected_by"] = one.collected_by.public_id if one.collected_by else ""
        self.initial["by"] = one.by.public_id if one.by else ""
        self.initial["origin"] = {True: "outside", False: "inside", None: ""}[one.outside]

    def told(self) -> ItemTold:
        """What was filled in; a moment that was not touched keeps what a form does not show of it."""
        for name in ("at", "obtained_at"):
            self.cleaned_data[name] = _untouched(self.cleaned_data[name], getattr(self.row, name))
        return super().told()


def _untouched(given: datetime | None, kept: datetime | None) -> datetime | None:
    same = given is not None and kept is not None and given == kept.replace(microsecond=0)
    return kept if same else given


class JudgeForm(BoardForm):
    """Whether an item is reliable, and whether it ties the person to the offence."""

    reliable = forms.ChoiceField(label="Is it reliable?", choices=YES_NO, widget=forms.RadioSelect)
    reliable_because = _words("Why it is, or is not", rows=2)
    links = forms.ChoiceField(label="Does it tie the person to the offence?", choices=YES_NO, widget=forms.RadioSelect)
    links_because = _words("How it does, or why not", rows=2)
    version = _version()


class WithdrawForm(BoardForm):
    """Why an item was an error."""

    reason = _words("Why it was entered in error", "It stays on the board and in every packet, marked as withdrawn.")
    version = _version()


class LinkWithdrawForm(BoardForm):
    """Why a link was an error."""

    reason = _words("Why it was entered in error", "It stays on the board and in every packet, marked as withdrawn.")


class ReplyForm(BoardForm):
    """How what speaks against the suspect was answered."""

    words = _words("How it was answered, and on what", "It answers; it takes nothing away.")


class CameForm(BoardForm):
    """What an item came of."""

    kind = forms.ChoiceField(label="How", choices=HOW, widget=forms.RadioSelect)
    source = forms.ChoiceField(label="Of what")

    def fill(self) -> None:
        """What the case holds."""
        self.offer("source", self.sources())


class ToldForm(BoardForm):
    """What somebody was shown or told."""

    kind = forms.ChoiceField(label="How", choices=TOLD, widget=forms.RadioSelect)
    source = forms.ChoiceField(label="What", help_text="A thing of the case, or somebody who told it.")
    at = forms.DateTimeField(label="When", widget=MOMENT)

    def fill(self) -> None:
        """What the case holds, and everybody else in it."""
        own = node("party", self.row.public_id) if self.row is not None else ""
        others = [(node("party", one.public_id), one.name) for one in self.evidence.parties]
        self.offer("source", [*self.sources(), *(one for one in others if one[0] != own)])


class PartyForm(BoardForm):
    """Somebody in the case."""

    name = forms.CharField(label="Name", max_length=200, help_text="As it stands in the file.")
    account = forms.ModelChoiceField(
        Person.objects.none(),
        label="Account here, of an officer",
        to_field_name="public_id",
        required=False,
        empty_label="none",
        help_text="Then the site knows by itself when the officer was told of a lead.",
    )
    note = _words("What else", required=False, rows=2)

    def fill(self) -> None:
        """Everybody who ever was on the team, and who supervises."""
        team = TeamMember.objects.filter(case=self.evidence.case).values("person")
        field = self.fields["account"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Person.objects.filter(pk__in=team).order_by("name")


class SuspectForm(BoardForm):
    """Somebody whom a person suspects."""

    name = forms.CharField(label="Name", max_length=200, help_text="A party of this name is used where there is one.")
    person_id = forms.CharField(
        label="Id of the person in the bookings",
        max_length=200,
        required=False,
        help_text="By it the photographs of a lineup are found. Leave it out where there is none.",
    )
    suspicion = _words("What makes you suspect this person", "Written down before any lineup.", rows=5)


class SuspicionForm(BoardForm):
    """The reasons for a suspicion."""

    words = _words("What makes you suspect this person", "What is written stays; more is added below it.", rows=5)
    version = _version()


class EndForm(BoardForm):
    """Why somebody is suspected no more."""

    reason = _words("Why this person is suspected no more")
    version = _version()


class ArrestForm(BoardForm):
    """An arrest."""

    at = forms.DateTimeField(label="When the person was arrested", widget=MOMENT)
    words = _words("What the arrest rested on", "A warrant, an order, whose word; and of what it came.")
    rested_on = forms.MultipleChoiceField(
        label="What of it the case holds",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="What the person says from then on comes from it. Where a lead named them before, that is known.",
    )

    def fill(self) -> None:
        """What the case holds."""
        self.offer("rested_on", self.sources())


class WhereaboutsForm(BoardForm):
    """An attempt to find out where the suspect was."""

    question = forms.ChoiceField(label="What was looked into", choices=Whereabouts.Question.choices)
    state = forms.ChoiceField(
        label="How it ended",
        choices=[(TRIED[0].value, "tried, and not answered"), (TRIED[1].value, "tried and answered")],
        widget=forms.RadioSelect,
    )
    tried = _words("What was done to find out, and when")
    found = forms.ChoiceField(
        label="The item that holds the answer", required=False, help_text="Record it first, where there is an answer."
    )

    def fill(self) -> None:
        """The items."""
        self.offer("found", [("", "no answer"), *self.standing_items()])


class ShownForm(BoardForm):
    """Whether means, ability or opportunity were shown."""

    what = forms.ChoiceField(label="What", choices=Shown.What.choices)
    holds = forms.ChoiceField(label="Was it shown?", choices=YES_NO, widget=forms.RadioSelect)
    words = _words("How, or what is missing")
    items_given = forms.MultipleChoiceField(
        label="By which items",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="What comes from a face search shows nothing by itself.",
    )

    def fill(self) -> None:
        """The items."""
        self.offer("items_given", self.standing_items())
