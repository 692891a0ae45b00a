"""What a witness said of a person, what a record says of one, and whether the one fits the other.

Fillers fit the description that the witness gave before anything was shown; they are not chosen for their likeness to
the suspect (Wells et al. 2020, recommendation 4; Luus and Wells 1991). Two cases need more than the description:

- *The suspect does not fit what was said.* If every filler fitted it, the suspect alone would not. Fillers are then
  asked to be as the suspect's record says, in that one thing (National Institute of Justice 1999, Eyewitness Evidence,
  page 29: where the description differs significantly from the suspect, fillers resemble the suspect in significant
  features). It is told as a misfit: that the suspect does not fit speaks for the suspect, and belongs in the packet.
- *The description says nothing of sex, group or age.* The same guide asks the same for a limited description: six
  pictures of which one alone is of a woman, or of an old man, point at one. Fillers then agree with the suspect's
  record in these three.

Sex and group are what the records say, as somebody entered them; no model infers them here or anywhere, and a record
that says nothing fits nothing that was said. This is no search: it makes nobody a candidate and brings nobody to
anybody's notice. It only leaves out, from among people known to be innocent of it, those beside whom the suspect would
stand out.

What only a record can tell (height, weight, age, sex, group) has to be on the record and inside what was said. What the
picture shows (hair, facial hair) leaves somebody out when the record contradicts it; where the record is silent, a
person has to look, and those of whom the record speaks come first. Free text is read by a small list of words
(`words`); what stands outside it is not guessed at: a person has to look.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from lookalike.face.template import Template
from lookalike.lineup.words import FACIAL_HAIR, HAIR, builds, facial_marks, values

COMPARED_LABELS = ("sex", "ancestry")
"""Labels of a record in which fillers agree with the suspect's where the witness said nothing of them."""

AGE_UNSAID = 10
"""Years around the suspect's age, where the witness said nothing of age. A working limit of this project."""


class Criterion(StrEnum):
    """What a photograph can be left out for, in the order in which it is asked; each is counted under the first."""

    SUSPECT = "the suspect"
    LEFT_OUT = "on a candidate list"
    CLEARED = "not cleared for lineups"
    TOO_OLD = "photograph too old"
    TWICE = "another photograph of the same person"
    LABELS = "sex or group on record"
    AGE = "age"
    HEIGHT = "height"
    WEIGHT = "weight"
    BUILD = "build"
    HAIR = "hair"
    FACIAL_HAIR = "facial hair"
    MARKS = "marks on the face"
    BAND = "likeness to the suspect"


class Fit(StrEnum):
    """Whether a record fits what is asked."""

    FITS = "fits"
    CONTRADICTS = "contradicts"
    LOOK = "a person has to look"


Span = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """What the witness said. None or "": nothing was said of it.

    Ranges are lowest and highest, both included: centimetres, kilograms, years. build, hair, facial_hair, marks: in the
    witness's words. labels: what was said of sex or group, as the records word it, by label: every value that would
    agree with what was said.
    """

    height_cm: Span | None = None
    weight_kg: Span | None = None
    age: Span | None = None
    build: str = ""
    hair: str = ""
    facial_hair: str = ""
    marks: str = ""
    labels: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def says_something(self) -> bool:
        """Whether there is anything to choose by."""
        return any(
            (self.height_cm, self.weight_kg, self.age, self.build, self.hair, self.facial_hair, self.marks, self.labels)
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PoolPhoto:
    """One booking photograph and what its record says. None or "": the record says nothing.

    template: (D,) int8 of the photograph, by the matcher that measures the band. cleared: that it may be shown in
    lineups. labels: sex and group as the record words them.
    """

    record_id: str
    person_id: str
    taken_on: datetime.date
    cleared: bool
    template: Template
    born_on: datetime.date | None = None
    height_cm: float | None = None
    weight_kg: float | None = None
    hair: str = ""
    facial_hair: str = ""
    marks: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)

    def measured(self, criterion: Criterion) -> float | None:
        """What the record says in numbers: whole years when the photograph was taken, cm, kg, kg/m² for build."""
        if criterion is Criterion.AGE:
            return None if self.born_on is None else years(self.born_on, self.taken_on)
        if criterion is Criterion.HEIGHT:
            return self.height_cm
        if criterion is Criterion.WEIGHT:
            return self.weight_kg
        if self.height_cm and self.weight_kg:
            return self.weight_kg / (self.height_cm / 100) ** 2
        return None

    def told(self, criterion: Criterion) -> Mapping[str, frozenset[str]]:
        """What the record says of hair or facial hair, by aspect."""
        if criterion is Criterion.HAIR:
            return values(self.hair, HAIR)
        return values(self.facial_hair, FACIAL_HAIR)


@dataclass(frozen=True, slots=True)
class Judged:
    """One criterion of one record: whether it fits, and why in words."""

    criterion: Criterion
    fit: Fit
    because: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What a filler is held to. source: by criterion or label, whose word it is.

    misfits: where the suspect's record does not fit what the witness said, in words. look: what no record can answer,
    so that a person has to look at every picture.
    """

    spans: Mapping[Criterion, Span]
    words: Mapping[Criterion, Mapping[str, frozenset[str]]]
    labels: Mapping[str, frozenset[str]]
    source: Mapping[str, str]
    misfits: tuple[str, ...]
    look: tuple[str, ...]
    facial_marks_said: bool

    def judge(self, photo: PoolPhoto) -> tuple[Judged, ...]:
        """Every criterion of the description, in the order of Criterion, for one record."""
        found = [self._label(photo, name) for name in self.labels]
        found += [self._span(photo, criterion) for criterion in self.spans]
        found += [self._words(photo, criterion) for criterion in self.words]
        found.append(self._marks(photo))
        order = list(Criterion)
        return tuple(sorted(found, key=lambda judged: order.index(judged.criterion)))

    def _label(self, photo: PoolPhoto, name: str) -> Judged:
        has, wanted = photo.labels.get(name, ""), self.labels[name]
        fit = Fit.FITS if has in wanted else Fit.CONTRADICTS
        says = f"{name} on record: {has}" if has else f"{name} is not on record"
        return Judged(Criterion.LABELS, fit, f"{says}; {self.source[name]} {_or(wanted)}")

    def _span(self, photo: PoolPhoto, criterion: Criterion) -> Judged:
        (low, high), value = self.spans[criterion], photo.measured(criterion)
        asked = f"{self.source[criterion]} {low:.0f} to {high:.0f}{_UNITS[criterion]}"
        if value is None:
            return Judged(criterion, Fit.CONTRADICTS, f"{criterion} is not on record; {asked}")
        fit = Fit.FITS if low <= value <= high else Fit.CONTRADICTS
        return Judged(criterion, fit, f"{criterion} {value:.0f}{_UNITS[criterion]} on record; {asked}")

    def _words(self, photo: PoolPhoto, criterion: Criterion) -> Judged:
        told = photo.told(criterion)
        silent = []
        for aspect, wanted in self.words[criterion].items():
            asked = f"{self.source[criterion]} {_or(wanted)}"
            if aspect not in told:
                silent.append(aspect)
            elif not told[aspect] & wanted:
                return Judged(criterion, Fit.CONTRADICTS, f"{aspect} on record: {_or(told[aspect])}; {asked}")
        if silent:
            return Judged(criterion, Fit.LOOK, f"{_or(silent)}: not on record; look whether it fits what was said")
        return Judged(criterion, Fit.FITS, f"{criterion} as described")

    def _marks(self, photo: PoolPhoto) -> Judged:
        if facial_marks(photo.marks) and not self.facial_marks_said:
            return Judged(
                Criterion.MARKS, Fit.CONTRADICTS, "a mark on the face is on record, of which the witness said nothing"
            )
        return Judged(Criterion.MARKS, Fit.FITS, "no mark on the face on record that would set the picture apart")


_SPANS = (Criterion.AGE, Criterion.HEIGHT, Criterion.WEIGHT, Criterion.BUILD)
_UNITS = {Criterion.AGE: " years", Criterion.HEIGHT: " cm", Criterion.WEIGHT: " kg", Criterion.BUILD: " kg/m²"}
_WITNESS = "the witness said"
_SUSPECT = "the witness said nothing of it, and the suspect's record gives"
_MISFIT = "the suspect does not fit what the witness said, and the suspect's record gives"


def asked(described: Described, suspect: PoolPhoto) -> Asked:
    """What fillers are held to: the description, and the suspect's record where the module's two cases need it."""
    spans: dict[Criterion, Span] = {}
    source: dict[str, str] = {}
    misfits: list[str] = []
    look: list[str] = []
    said = {
        Criterion.AGE: described.age,
        Criterion.HEIGHT: described.height_cm,
        Criterion.WEIGHT: described.weight_kg,
        Criterion.BUILD: builds(described.build),
    }
    for criterion in _SPANS:
        span, value = said[criterion], suspect.measured(criterion)
        if span is None and criterion is Criterion.AGE and value is not None:
            spans[criterion], source[criterion] = (value - AGE_UNSAID, value + AGE_UNSAID), _SUSPECT
        elif span is not None and value is not None and not span[0] <= value <= span[1]:
            half = (span[1] - span[0]) / 2
            spans[criterion], source[criterion] = (value - half, value + half), _MISFIT
            unit = _UNITS[criterion]
            misfits.append(
                f"{criterion}: the witness said {span[0]:.0f} to {span[1]:.0f}{unit}, "
                f"the suspect's record says {value:.0f}{unit}"
            )
        elif span is not None:
            spans[criterion], source[criterion] = span, _WITNESS
    words: dict[Criterion, Mapping[str, frozenset[str]]] = {}
    for criterion, text, vocabulary in (
        (Criterion.HAIR, described.hair, HAIR),
        (Criterion.FACIAL_HAIR, described.facial_hair, FACIAL_HAIR),
    ):
        found = dict(values(text, vocabulary))
        source[criterion] = _WITNESS
        for aspect, told in suspect.told(criterion).items():
            if aspect in found and not told & found[aspect]:
                misfits.append(
                    f"{aspect}: the witness said {_or(found[aspect])}, the suspect's record says {_or(told)}"
                )
                found[aspect], source[criterion] = told, _MISFIT
        if found:
            words[criterion] = found
        elif text.strip():
            look.append(f"{criterion}: the witness said “{text.strip()}”, which no record can be held to")
    if described.build.strip() and said[Criterion.BUILD] is None:
        look.append(f"build: the witness said “{described.build.strip()}”, which no record can be held to")
    labels: dict[str, frozenset[str]] = {}
    for name in dict.fromkeys((*described.labels, *COMPARED_LABELS)):
        wanted, has = described.labels.get(name), suspect.labels.get(name, "")
        if wanted and (not has or has in wanted):
            labels[name], source[name] = wanted, _WITNESS
        elif has:
            labels[name], source[name] = frozenset({has}), _MISFIT if wanted else _SUSPECT
            if wanted:
                misfits.append(f"{name}: the witness said {_or(wanted)}, the suspect's record says {has}")
        else:
            look.append(f"{name}: neither the witness nor the suspect's record says anything of it")
    marks_said = facial_marks(described.marks)
    if marks_said or facial_marks(suspect.marks):
        look.append("marks on the face: cover the same part of every picture, so that nobody is set apart by a mark")
    return Asked(spans, words, labels, source, tuple(misfits), tuple(look), marks_said)


def years(born_on: datetime.date, day: datetime.date) -> int:
    """Whole years of age on a day."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def _or(words: frozenset[str] | list[str]) -> str:
    return " or ".join(sorted(words))
