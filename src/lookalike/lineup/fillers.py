"""Fillers for a lineup: proposed by the witness's description, each with its reasons, everybody left out counted.

What a filler has to fit, and why, stands in `description`. Beyond it:

- **Likeness inside a band.** A larger pool searched for the most alike raises likeness and lowers the accuracy of
  witnesses (Bergold and Heaton 2018); fillers that fit the description and are less alike in the face let more
  witnesses choose rightly without more innocent suspects being chosen (Colloff et al. 2021); fillers too unlike leave
  the suspect alone. So the likeness has an upper and a lower bound. Neither paper knows this matcher's scores:
  the bounds are percentiles of scores between *different persons of the pool itself*, measured with the same matcher
  (`measured_band`). A filler is then as like the suspect as strangers of that group are to each other, and not more.
  The percentiles are working limits of this project.
- **Nothing is ranked by likeness.** Inside the band all are equal. Those of whom the record leaves nothing open come
  first; among them a seed draws. Were the most alike taken, the suspect would be the one face all others resemble, and
  could be told by that (Clark and Tunnicliff 2001): `Spread.most_central` says whether it came about by chance.

A person looks at every picture, replaces whom they must, and the choice is tested on mock witnesses (`fairness`).
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from lookalike.errors import BadInput
from lookalike.face.template import compare
from lookalike.lineup.description import COMPARED_LABELS, Asked, Criterion, Described, Fit, PoolPhoto, asked
from lookalike.lineup.order import drawn

__all__ = [
    "Band",
    "Choice",
    "Criterion",
    "Described",
    "LeftOut",
    "PoolPhoto",
    "Proposal",
    "Spread",
    "Step",
    "measured_band",
    "propose",
]

LOW_PERCENTILE, HIGH_PERCENTILE = 10.0, 75.0
LEAST_PERSONS, MOST_PERSONS = 12, 300
"""Persons between whom a band is measured: 12 make 66 pairs; beyond 300 nothing changes."""


@dataclass(frozen=True, slots=True)
class Band:
    """Comparison scores between which a filler's likeness to the suspect lies, both included.

    persons, pairs: on how many it was measured; 0 where somebody set it by hand.
    """

    low: float
    high: float
    low_percentile: float = 0.0
    high_percentile: float = 0.0
    persons: int = 0
    pairs: int = 0


@dataclass(frozen=True, slots=True)
class Choice:
    """A filler who was proposed. because: why, in words. look: what a person still has to look at."""

    record_id: str
    person_id: str
    because: tuple[str, ...]
    look: tuple[str, ...]
    likeness: float


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A photograph that cannot be a filler's, and why."""

    record_id: str
    person_id: str
    criterion: Criterion
    because: str


@dataclass(frozen=True, slots=True)
class Step:
    """How many photographs one criterion left."""

    criterion: Criterion
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Spread:
    """The likeness within a proposed lineup, as comparison scores.

    lowest, highest, mean: between the suspect and the fillers. between: mean among the fillers. most_central: whether
    the suspect is more like the others, in the mean, than any filler is.
    """

    lowest: float
    highest: float
    mean: float
    between: float
    most_central: bool


@dataclass(frozen=True, slots=True)
class Proposal:
    """Fillers for one suspect, proposed.

    chosen: as drawn; the order says nothing. next_best: who would come next, for a person to replace somebody by.
    left_out: every other photograph of the pool. steps: what each criterion left, in order. misfits: where the suspect
    does not fit the description. look: what a person has to look at on every picture.
    """

    chosen: tuple[Choice, ...]
    next_best: tuple[Choice, ...]
    left_out: tuple[LeftOut, ...]
    steps: tuple[Step, ...]
    misfits: tuple[str, ...]
    look: tuple[str, ...]
    spread: Spread
    band: Band

    @property
    def counted(self) -> Mapping[Criterion, int]:
        """How many photographs each criterion left out."""
        return Counter(left.criterion for left in self.left_out)

    def as_data(self) -> dict[str, Any]:
        """As JSON values, for the record; who was left out as numbers by criterion."""
        data = {name: value for name, value in asdict(self).items() if name != "left_out"}
        return data | {"left_out": {str(criterion): count for criterion, count in self.counted.items()}}


def propose(
    pool: Sequence[PoolPhoto],
    described: Described,
    suspect: PoolPhoto,
    *,
    count: int,
    band: Band,
    leave_out: frozenset[str],
    seed: str,
    not_before: datetime.date | None = None,
) -> Proposal:
    """Propose `count` fillers to stand beside a suspect.

    pool: photographs with their records, in any order. described: what the witness said. suspect: the photograph of the
    suspect that is to be shown, and the record behind it. leave_out: person ids of every candidate list of the case.
    seed: draws among those who fit equally well. not_before: the oldest day a photograph may be of; None: no limit.
    Raises BadInput: nothing was described, a band or count that cannot be, too few photographs left (which criterion
    left how many).
    """
    _check(described, count, band)
    asks = asked(described, suspect)
    fitting: list[tuple[PoolPhoto, Choice]] = []
    left_out: list[LeftOut] = []
    newest = _newest(photo for photo in pool if _usable(photo, not_before))
    for photo in sorted(pool, key=lambda photo: photo.record_id):
        reason = _beforehand(photo, suspect, leave_out, not_before, newest) or _unfit(photo, asks)
        likeness = compare(photo.template, suspect.template).score
        if reason is None and not band.low <= likeness <= band.high:
            way = "too alike" if likeness > band.high else "too unlike"
            reason = (Criterion.BAND, f"{way}: outside the band in which strangers of the pool lie")
        if reason is not None:
            left_out.append(LeftOut(photo.record_id, photo.person_id, *reason))
            continue
        judged = asks.judge(photo)
        because = tuple(one.because for one in judged if one.fit is Fit.FITS)
        look = tuple(one.because for one in judged if one.fit is Fit.LOOK)
        because += ("likeness to the suspect inside the band",)
        fitting.append((photo, Choice(photo.record_id, photo.person_id, because, look, likeness)))
    steps = _steps(len(pool), left_out)
    if len(fitting) < count:
        raise _too_few(len(pool), len(fitting), count, steps)
    places = {record_id: i for i, record_id in enumerate(drawn(f"{seed} fillers", [c.record_id for _, c in fitting]))}
    fitting.sort(key=lambda pair: (len(pair[1].look), places[pair[1].record_id]))
    first, further = fitting[:count], fitting[count : 3 * count]
    return Proposal(
        chosen=tuple(choice for _, choice in first),
        next_best=tuple(choice for _, choice in further),
        left_out=tuple(left_out),
        steps=steps,
        misfits=asks.misfits,
        look=asks.look,
        spread=spread(suspect, [photo for photo, _ in first]),
        band=band,
    )


def measured_band(
    pool: Sequence[PoolPhoto],
    suspect: PoolPhoto,
    *,
    seed: str,
    low_percentile: float = LOW_PERCENTILE,
    high_percentile: float = HIGH_PERCENTILE,
) -> Band:
    """The band of likeness: percentiles of the scores between different persons of the pool.

    Only persons whose recorded sex and group are the suspect's take part, one photograph each: strangers of different
    groups are less alike, and would widen the band downwards. The suspect takes no part, so that the band is that of
    strangers. seed: which 300 persons, of a larger pool. Raises BadInput for fewer than 12 such persons.
    """
    if not 0 <= low_percentile < high_percentile <= 100:
        raise BadInput(
            f"A band from the {low_percentile:g}th to the {high_percentile:g}th percentile does not exist.",
            remedy=f"Give two percentiles, the lower first; {LOW_PERCENTILE:g} and {HIGH_PERCENTILE:g} are usual.",
        )
    labels = {name: suspect.labels[name] for name in COMPARED_LABELS if suspect.labels.get(name)}
    alike = [
        photo
        for photo in _newest(pool).values()
        if photo.person_id != suspect.person_id
        and all(photo.labels.get(name) == value for name, value in labels.items())
    ]
    if len(alike) < LEAST_PERSONS:
        raise BadInput(
            f"The likeness of strangers cannot be measured on {len(alike)} persons of the pool.",
            why="The band in which fillers lie comes from the pool itself, from persons whose records name the "
            f"suspect's sex and group; {LEAST_PERSONS} are the least.",
            remedy="Clear more photographs for lineups, or take another agency's pool.",
        )
    by_id = {photo.record_id: photo for photo in alike}
    taken = [by_id[record_id] for record_id in drawn(f"{seed} band", list(by_id))[:MOST_PERSONS]]
    scores = [compare(one.template, other.template).score for i, one in enumerate(taken) for other in taken[i + 1 :]]
    low, high = np.percentile(scores, [low_percentile, high_percentile])
    return Band(float(low), float(high), low_percentile, high_percentile, len(taken), len(scores))


def spread(suspect: PoolPhoto, fillers: Sequence[PoolPhoto]) -> Spread:
    """How alike the members of a lineup are. At least one filler."""
    members = [suspect, *fillers]
    scores = np.array([[compare(one.template, other.template).score for other in members] for one in members])
    np.fill_diagonal(scores, 0.0)
    to_others = scores.sum(axis=1) / (len(members) - 1)
    among = scores[1:, 1:].sum() / max(1, len(fillers) * (len(fillers) - 1))
    first = scores[0, 1:]
    return Spread(
        lowest=float(first.min()),
        highest=float(first.max()),
        mean=float(first.mean()),
        between=float(among),
        most_central=bool(len(fillers) > 1 and to_others[0] > to_others[1:].max()),
    )


def _check(described: Described, count: int, band: Band) -> None:
    if not described.says_something():
        raise BadInput(
            "The witness's description says nothing that fillers could be chosen by.",
            why="Fillers fit what the witness said; without it they could only be chosen for their likeness.",
            remedy="Take the witness's description first, in ranges and words.",
        )
    if count < 1:
        raise BadInput(f"A lineup with {count} fillers is none.", remedy="Ask for five or more.")
    if not -1 <= band.low < band.high <= 1:
        raise BadInput(
            f"A band of likeness from {band.low} to {band.high} does not exist.",
            remedy="Measure it on the pool, or give two comparison scores, the lower first.",
        )


def _usable(photo: PoolPhoto, not_before: datetime.date | None) -> bool:
    return photo.cleared and (not_before is None or photo.taken_on >= not_before)


def _newest(photos: Iterable[PoolPhoto]) -> dict[str, PoolPhoto]:
    """The newest photograph of each person; of the same day, the lowest record id."""
    newest: dict[str, PoolPhoto] = {}
    for photo in sorted(photos, key=lambda photo: (-photo.taken_on.toordinal(), photo.record_id)):
        newest.setdefault(photo.person_id, photo)
    return newest


def _beforehand(
    photo: PoolPhoto,
    suspect: PoolPhoto,
    leave_out: frozenset[str],
    not_before: datetime.date | None,
    newest: Mapping[str, PoolPhoto],
) -> tuple[Criterion, str] | None:
    """Why a photograph is out of the question whatever it shows; None where it is not."""
    if photo.person_id == suspect.person_id:
        return Criterion.SUSPECT, "it is of the suspect"
    if photo.person_id in leave_out:
        return Criterion.LEFT_OUT, "the person is on a candidate list of the case"
    if not photo.cleared:
        return Criterion.CLEARED, "it is not cleared for lineups"
    if not_before is not None and photo.taken_on < not_before:
        return Criterion.TOO_OLD, f"it was taken on {photo.taken_on:%Y-%m-%d}, before {not_before:%Y-%m-%d}"
    if newest[photo.person_id] is not photo:
        return Criterion.TWICE, "there is a newer one of the same person"
    return None


def _unfit(photo: PoolPhoto, asks: Asked) -> tuple[Criterion, str] | None:
    return next(
        ((one.criterion, one.because) for one in asks.judge(photo) if one.fit is Fit.CONTRADICTS),
        None,
    )


def _steps(photographs: int, left_out: Sequence[LeftOut]) -> tuple[Step, ...]:
    counted = Counter(left.criterion for left in left_out)
    steps, before = [], photographs
    for criterion in Criterion:
        if counted[criterion]:
            steps.append(Step(criterion, before, before - counted[criterion]))
            before -= counted[criterion]
    return tuple(steps)


_REMEDIES = {
    Criterion.CLEARED: "have more photographs cleared for lineups",
    Criterion.TOO_OLD: "allow older photographs, or take another agency's pool",
    Criterion.LABELS: "see whether the records name sex and group, or take another agency's pool",
    Criterion.BAND: "measure a wider band, and say why",
}


def _too_few(photographs: int, left: int, count: int, steps: Sequence[Step]) -> BadInput:
    told = "; ".join(f"{step.criterion}: {step.after} of {step.before} left" for step in steps)
    worst = max(steps, key=lambda step: (step.before - step.after) / step.before, default=None)
    missing = "clear more photographs for lineups, or take another agency's pool"
    if worst is not None:
        missing = _REMEDIES.get(
            worst.criterion,
            f"see whether the records tell of {worst.criterion}, or take another agency's pool; what the witness said "
            "is not widened for want of fillers",
        )
    return BadInput(
        f"Only {left} of {photographs} photographs can stand beside the suspect, and {count} are wanted.",
        why=f"What each criterion left: {told or 'the pool is empty'}.",
        remedy=f"{missing[0].upper()}{missing[1:]}.",
    )
