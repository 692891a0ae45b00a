"""Chance: the order of the faces depends on the seed and on nothing that a search knows."""

from __future__ import annotations

import random
from collections import Counter

from scipy.stats import spearmanr

from lookalike.casework.examinations.drawing import is_drawn, letter, new_seed, shuffled

KEYS = [f"gallery:B{number:06}" for number in range(20)]


def test_the_order_is_the_same_whatever_the_rank() -> None:
    by_rank = random.Random(5).sample(KEYS, len(KEYS))
    assert shuffled(7, by_rank) == shuffled(7, KEYS) == shuffled(7, reversed(KEYS))
    assert shuffled(7, KEYS) != shuffled(8, KEYS)
    assert is_drawn(7, shuffled(7, KEYS))
    assert not is_drawn(7, KEYS)


def test_over_many_tasks_no_place_goes_with_a_rank() -> None:
    correlations = [spearmanr(range(20), [shuffled(seed, KEYS).index(key) for key in KEYS])[0] for seed in range(2000)]
    # of 2,000 independent orders of 20, the mean has a standard deviation of about 0.005
    assert abs(sum(correlations) / len(correlations)) < 0.02
    first = Counter(shuffled(seed, KEYS)[0] for seed in range(4000))
    assert min(first.values()) > 140  # 200 expected of each


def test_letters_go_on_after_z() -> None:
    assert [letter(place) for place in (0, 25, 26, 27, 51, 52)] == ["A", "Z", "AA", "AB", "AZ", "BA"]


def test_every_task_draws_its_own_seed() -> None:
    seeds = {new_seed() for _ in range(100)}
    assert len(seeds) == 100
    assert all(0 <= seed < 2**63 for seed in seeds)
