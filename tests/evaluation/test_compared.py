"""Comparisons by pair of cohorts against the same counted one by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import numpy as np
import pytest

from lookalike.evaluation.compared import BINS, FMR_ASKED, Compared, compare_all
from lookalike.evaluation.histograms import bins_of
from lookalike.evaluation.trials import enrolled
from lookalike.evaluation.verification import overall, reaching
from lookalike.face.template import compare
from lookalike.gallery.gallery import Gallery
from tests.evaluation.trial_samples import DIMENSIONS, World, active, same_photo, world

MADE = world(np.random.default_rng(11))
COHORTS = ("A", "B", "C", "Ü")


@pytest.fixture
def compared(make_gallery: Callable[..., Gallery]) -> Compared:
    """Everybody with everybody."""
    inside = enrolled(make_gallery(*MADE.records, dimensions=DIMENSIONS))
    return compare_all(MADE.probes, inside, COHORTS, threads=2)


def counted(made: World) -> tuple[Counter[tuple[int, int, int]], Counter[tuple[int, int, int]]]:
    """Non-mated and mated comparisons by the two groups, the lower first, and bin; without a label last."""
    groups = {"": len(COHORTS), **{name: i for i, name in enumerate(COHORTS)}}
    strangers: Counter[tuple[int, int, int]] = Counter()
    mates: Counter[tuple[int, int, int]] = Counter()
    for one in made.probes:
        assert one.template is not None
        for record in active(made):
            group = groups[record.record.labels.get("cohort", "")]
            low, high = sorted((groups[one.image.cohort], group))
            score = compare(one.template, record.template).score
            place = low, high, int(bins_of(np.array([score]), BINS)[0])
            if record.record.person_id != one.image.person_id:
                strangers[place] += 1
            elif not same_photo(one, record):
                mates[place] += 1
    return strangers, mates


def table(counts: np.ndarray) -> Counter[tuple[int, int, int]]:
    """The upper triangle of a table of counts, as counted."""
    assert np.array_equal(counts, counts.transpose(1, 0, 2))
    return Counter({(i, j, b): int(counts[i, j, b]) for i, j, b in np.argwhere(counts).tolist() if i <= j})


def test_counts_of_every_pair_of_cohorts_are_those_counted_one_by_one(compared: Compared) -> None:
    strangers, mates = counted(MADE)
    assert table(compared.nonmated) == strangers
    assert table(compared.mated) == mates
    # both with a label and without one, and a photograph in the gallery that counted nowhere
    assert {(0, 4), (4, 4), (1, 3)} <= {(i, j) for i, j, _ in strangers}
    own = sum(r.record.person_id == p.image.person_id for p in MADE.probes for r in active(MADE))
    assert 0 < mates.total() < own


def test_people_are_counted_among_the_probes(compared: Compared) -> None:
    groups = {"": len(COHORTS), **{name: i for i, name in enumerate(COHORTS)}}
    each = {(p.image.person_id, groups[p.image.cohort]) for p in MADE.probes}
    assert list(compared.persons) == [sum(group == g for _, group in each) for g in range(len(COHORTS) + 1)]


def test_contributions_are_the_strangers_who_reach_the_threshold(compared: Compared) -> None:
    known, limit = compared.contributions, compared.threshold
    assert known is not None
    assert limit is not None
    above, of = reaching(overall(compared.nonmated), compared.edges, limit)
    assert 0 < above <= FMR_ASKED * of
    records = active(MADE)
    wanted = np.zeros((2, len(MADE.probes), len(COHORTS)), dtype=np.int64)
    for i, one in enumerate(MADE.probes):
        assert one.template is not None
        for record in records:
            label = record.record.labels.get("cohort", "")
            if label and record.record.person_id != one.image.person_id:
                wanted[1, i, COHORTS.index(label)] += 1
                wanted[0, i, COHORTS.index(label)] += compare(one.template, record.template).score >= limit
    assert np.array_equal(known.above, wanted[0])
    assert np.array_equal(known.compared, wanted[1])
    assert wanted[0].sum() > 0
    assert len(set(known.person.tolist())) == len({p.image.person_id for p in MADE.probes})


def test_without_labels_nothing_is_told_of_cohorts(make_gallery: Callable[..., Gallery]) -> None:
    inside = enrolled(make_gallery(*MADE.records, dimensions=DIMENSIONS))
    bare = [p for p in MADE.probes if not p.image.cohort]
    found = compare_all(bare, inside, ("A", "B", "Ü"), threads=1)
    assert found.nonmated.shape == (4, 4, BINS)
    assert found.nonmated[3].sum() == overall(found.nonmated).sum()
    few = compare_all(bare[:1], inside, ("A", "B", "Ü"), threads=1)
    assert (few.threshold, few.contributions) == (None, None)
