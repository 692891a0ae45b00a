"""Cross-validation by person: nobody is judged by a calibrator that has seen them.

Every person is dealt into one fold. A comparison of persons a and b is judged by the calibrator that was fitted to the
comparisons in which neither person is of a's fold or of b's. So k folds need k (k + 1) / 2 calibrators: one for each
fold, which judges all mated comparisons of its people, and one for each pair of folds. Leaving out comparisons rather
than persons would let a calibrator see the very photographs that it is judged on, and call it better than it is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lookalike.errors import BadInput, TooFewScores
from lookalike.strength.arrays import Floats, flat
from lookalike.strength.calibrators import Fit

FOLDS = 5

MOST = 200_000
"""Mated, and non-mated, comparisons that are used; of more, so many are drawn."""


@dataclass(frozen=True, slots=True, eq=False)
class Comparisons:
    """Comparisons whose truth is known.

    scores: (n,) finite float64. one, other: (n,) persons, integers from 0; the same person twice is mated.
    Raises BadInput where the three do not belong together.
    """

    scores: Floats
    one: NDArray[np.int64]
    other: NDArray[np.int64]

    def __post_init__(self) -> None:
        scores = flat(self.scores, "A score", fewest=0)
        one, other = np.asarray(self.one), np.asarray(self.other)
        whole = all(np.issubdtype(side.dtype, np.integer) and side.min(initial=0) >= 0 for side in (one, other))
        if not whole or not scores.shape == one.shape == other.shape:
            raise BadInput(
                "A comparison does not have one score and two persons.",
                why="Without both persons, somebody could be judged by what was learnt from them.",
                remedy="Pass three lists of one length: scores, and two of persons numbered from 0.",
            )
        for name, column in (("scores", scores), ("one", one), ("other", other)):
            # a copy, so that nobody changes it from outside
            kept = np.array(column, dtype=np.float64 if name == "scores" else np.int64)
            kept.flags.writeable = False
            object.__setattr__(self, name, kept)

    @property
    def mated(self) -> NDArray[np.bool_]:
        """(n,) True where both photographs show one person."""
        same: NDArray[np.bool_] = self.one == self.other
        return same

    def part(self, which: NDArray[np.bool_] | NDArray[np.intp]) -> Comparisons:
        """The comparisons chosen by a mask or by their places."""
        return Comparisons(self.scores[which], self.one[which], self.other[which])

    def sides(self, values: Floats) -> tuple[Floats, Floats]:
        """(n,) values, one a comparison, as those of the mated and those of the non-mated."""
        return values[self.mated], values[~self.mated]

    def drawn(self, seed: int, most: int = MOST) -> Comparisons:
        """At most `most` mated and `most` non-mated comparisons, drawn without looking at the scores, in their order.

        An upper bound can then not pass a likelihood ratio of `most`.
        """
        draw = np.random.default_rng(seed)
        places = [np.flatnonzero(side) for side in (self.mated, ~self.mated)]
        kept = [side if side.size <= most else draw.choice(side, most, replace=False) for side in places]
        return self.part(np.sort(np.concatenate(kept)))


def crossvalidated(comparisons: Comparisons, fit: Fit, *, seed: int, folds: int = FOLDS) -> Floats:
    """(n,) log10 LR of every comparison, in their order, each by a calibrator that has seen neither person.

    fit: (mated scores, non-mated scores) -> calibration. seed: deals the persons into folds; the same seed and the
    same persons give the same folds, whatever the scores.

    Raises BadInput for fewer than 2 folds, TooFewScores when fewer persons have mated comparisons than there are
    folds, and what `fit` raises for a fold that is left with too little.
    """
    of_one, of_other = dealt(comparisons, seed=seed, folds=folds)
    near, far = np.minimum(of_one, of_other), np.maximum(of_one, of_other)
    judged = np.full(comparisons.scores.size, np.nan)
    for first in range(folds):
        for second in range(first, folds):
            test = (near == first) & (far == second)
            if test.any():
                unseen = ~np.isin(of_one, (first, second)) & ~np.isin(of_other, (first, second))
                training = comparisons.part(unseen)
                judged[test] = fit(*training.sides(training.scores))(comparisons.scores[test])
    return judged


def dealt(comparisons: Comparisons, *, seed: int, folds: int = FOLDS) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """(n,), (n,) the fold of the one and of the other person of every comparison, 0 to folds - 1.

    The persons who have mated comparisons are dealt first, so that every fold has its share of them.
    Raises as `crossvalidated`.
    """
    if folds < 2:
        raise BadInput("Cross-validation needs at least 2 folds.", remedy="Take 5.")
    people, place = np.unique(np.concatenate([comparisons.one, comparisons.other]), return_inverse=True)
    seen_twice = np.isin(people, comparisons.one[comparisons.mated])
    if seen_twice.sum() < folds:
        raise TooFewScores(
            f"{seen_twice.sum()} persons have mated comparisons, where {folds} folds need one each.",
            why="Nobody may be judged by a calibrator that has seen them.",
            remedy="Measure more people, each with at least two photographs.",
        )
    shuffled = np.random.default_rng(seed).permutation(people.size)
    order = shuffled[np.argsort(~seen_twice[shuffled], kind="stable")]
    fold = np.empty(people.size, dtype=np.intp)
    fold[order] = np.arange(people.size) % folds
    of_each = fold[place]
    return of_each[: comparisons.one.size], of_each[comparisons.one.size :]
