"""Nobody is judged by a calibrator that has seen them."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from lookalike.errors import BadInput, TooFewScores
from lookalike.strength.calibrators import FITS, Logistic, fit_logistic
from lookalike.strength.crossvalidation import Comparisons, crossvalidated, dealt

Floats = NDArray[np.float64]


def invented(people: int = 30, photographs: int = 3, seed: int = 1, first: int = 0) -> Comparisons:
    """Every photograph against every other: one score a pair, mated ones higher."""
    draw = np.random.default_rng(seed)
    person = np.repeat(np.arange(first, first + people), photographs)
    a, b = np.triu_indices(person.size, 1)
    one, other = person[a], person[b]
    return Comparisons(np.where(one == other, 0.4, 0.05) + 0.1 * draw.normal(size=a.size), one, other)


class Witness:
    """A calibrator that remembers the scores it was fitted to and those that it judged."""

    def __init__(self) -> None:
        self.trained: list[set[float]] = []

    def __call__(self, mated: Floats, nonmated: Floats) -> Logistic:
        self.trained.append({*mated.tolist(), *nonmated.tolist()})
        # the number of the fitting comes back as the ratio
        return Logistic(float(len(self.trained) - 1), 0.0)


@pytest.mark.parametrize("folds", [2, 3, 5])
def test_no_calibrator_has_seen_a_person_it_judges(folds: int) -> None:
    comparisons, witness = invented(), Witness()
    assert np.unique(comparisons.scores).size == comparisons.scores.size
    if folds == 2:  # a pair of folds leaves nobody to learn from
        with pytest.raises(TooFewScores):
            crossvalidated(comparisons, fit_logistic, seed=3, folds=2)
        return
    by = crossvalidated(comparisons, witness, seed=3, folds=folds).astype(int)
    assert len(witness.trained) == folds * (folds + 1) // 2
    for number, trained in enumerate(witness.trained):
        learnt = np.isin(comparisons.scores, list(trained))
        seen = {*comparisons.one[learnt].tolist(), *comparisons.other[learnt].tolist()}
        judged = {*comparisons.one[by == number].tolist(), *comparisons.other[by == number].tolist()}
        assert seen
        assert judged
        assert not seen & judged


def test_every_comparison_is_judged_once_and_in_its_place() -> None:
    comparisons = invented()
    told = crossvalidated(comparisons, fit_logistic, seed=3)
    assert np.all(np.isfinite(told))
    # a higher score by the same calibrator is worth more, so the order was kept
    assert np.corrcoef(told, comparisons.scores)[0, 1] > 0.98


def test_a_persons_scores_do_not_move_their_own_ratios() -> None:
    """Change every score of one person: what the others were told by calibrators that had not seen them stays."""
    comparisons = invented()
    of_one, of_other = dealt(comparisons, seed=3)
    hers = (comparisons.one == 7) | (comparisons.other == 7)
    fold = of_one[comparisons.one == 7][0]
    changed = Comparisons(np.where(hers, -0.9, comparisons.scores), comparisons.one, comparisons.other)
    before, after = (crossvalidated(one, fit_logistic, seed=3) for one in (comparisons, changed))
    beside = ((of_one == fold) | (of_other == fold)) & ~hers
    assert beside.any()
    assert np.array_equal(before[beside], after[beside])
    assert not np.array_equal(before[~beside & ~hers], after[~beside & ~hers])


def test_the_same_seed_deals_the_same_folds_and_another_does_not() -> None:
    comparisons = invented()
    first, again, other = (crossvalidated(comparisons, fit_logistic, seed=seed) for seed in (3, 3, 4))
    assert first.tobytes() == again.tobytes()
    assert first.tobytes() != other.tobytes()


def test_every_fold_has_its_share_of_people_with_mated_comparisons() -> None:
    twice, once = invented(12), invented(40, photographs=1, first=100)
    both = [np.concatenate([getattr(part, name) for part in (twice, once)]) for name in ("scores", "one", "other")]
    comparisons = Comparisons(*both)
    of_one, _ = dealt(comparisons, seed=1, folds=4)
    folds = {person: of_one[comparisons.one == person][0] for person in range(12)}
    assert np.bincount(list(folds.values())).tolist() == [3, 3, 3, 3]


def test_what_does_not_tell_people_apart_costs_about_one_bit() -> None:
    """Mated scores drawn as the others are: cross-validated, no calibrator finds anything in them."""
    from lookalike.strength.cllr import cllr

    real = invented(people=60, photographs=3)
    noise = Comparisons(np.random.default_rng(2).normal(size=real.scores.size), real.one, real.other)
    for fit in FITS.values():
        assert 0.98 < cllr(*noise.sides(crossvalidated(noise, fit, seed=1))) < 1.1


def test_too_many_comparisons_are_drawn_without_looking_at_them() -> None:
    comparisons = invented()
    few = comparisons.drawn(seed=1, most=40)
    assert (few.mated.sum(), (~few.mated).sum()) == (40, 40)
    kept = set(zip(few.scores.tolist(), few.one.tolist(), few.other.tolist(), strict=True))
    every = set(zip(comparisons.scores.tolist(), comparisons.one.tolist(), comparisons.other.tolist(), strict=True))
    assert len(kept) == 80
    assert kept < every
    other = Comparisons(comparisons.scores[::-1], comparisons.one, comparisons.other).drawn(seed=1, most=40)
    assert other.one.tolist() == few.one.tolist()
    assert np.array_equal(comparisons.drawn(seed=1).scores, comparisons.scores)


def test_comparisons_cannot_be_changed_from_outside() -> None:
    scores = np.array([0.1, 0.2])
    comparisons = Comparisons(scores, np.array([0, 1]), np.array([0, 2]))
    scores[0] = 9.0
    assert comparisons.scores[0] == 0.1
    with pytest.raises(ValueError, match="read-only"):
        comparisons.scores[0] = 9.0


@pytest.mark.parametrize(
    ("scores", "one", "other"),
    [
        ([0.1, 0.2], [0, 1], [0]),
        ([0.1], [0, 1], [0, 2]),
        ([0.1, np.nan], [0, 1], [0, 2]),
        ([0.1, 0.2], [0.0, 1.0], [0.0, 2.0]),
        ([0.1, 0.2], [0, -1], [0, 2]),
        ([0.1, 0.2], ["a", "b"], ["a", "c"]),
        ([[0.1, 0.2]], [[0, 1]], [[0, 2]]),
    ],
)
def test_what_is_not_a_list_of_comparisons_is_refused(scores: object, one: object, other: object) -> None:
    with pytest.raises(BadInput):
        Comparisons(np.array(scores), np.array(one), np.array(other))


def test_too_few_people_are_refused() -> None:
    with pytest.raises(TooFewScores, match="4 persons"):
        crossvalidated(invented(4), fit_logistic, seed=1, folds=5)
    with pytest.raises(TooFewScores):
        crossvalidated(Comparisons(*np.empty((1, 0)), *np.empty((2, 0), dtype=int)), fit_logistic, seed=1)
    with pytest.raises(BadInput, match="at least 2 folds"):
        crossvalidated(invented(), fit_logistic, seed=1, folds=1)
