"""The table every figure comes from is checked once, when it is made."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from lookalike.errors import BadInput
from lookalike.evaluation.searches import KEPT, Searches
from tests.evaluation.samples import simulated, table


def test_the_rows_of_a_mask_are_a_table_again() -> None:
    searches = simulated(np.random.default_rng(1), 40, 60, cohorts=3)
    keep = searches.cohort == 1
    some = searches.only(keep)
    assert len(some) == keep.sum()
    assert some.cohorts == searches.cohorts
    for name in Searches.__dataclass_fields__:
        if name not in ("cohorts", "quality"):
            assert np.array_equal(getattr(some, name), getattr(searches, name)[keep], equal_nan=name != "conditions")
    assert np.array_equal(some.quality["Sharpness"], searches.quality["Sharpness"][keep])


def test_a_gallery_without_strangers_has_none_above_any_score() -> None:
    searches = table([np.nan, 0.2])
    assert searches.best_stranger[0] == -np.inf
    assert searches.least_expected[0] == np.inf
    assert list(searches.mated) == [False, False]


@pytest.mark.parametrize(
    ("column", "value", "says"),
    [
        ("cohort", np.zeros(3, dtype=np.int64), "column cohort"),
        ("stranger_score", np.zeros((2, KEPT - 1)), "column stranger_score"),
        ("stranger_cohort", np.zeros(2, dtype=np.int64), "column stranger_cohort"),
        ("quality", {"Sharpness": np.zeros(1)}, "quality Sharpness"),
        ("cohort", np.array([0, 1]), "not among the labels"),
        ("cohort", np.array([0, -2]), "not among the labels"),
        ("mate_rank", np.array([1, 0]), "a score and no rank"),
    ],
)
def test_a_table_that_does_not_agree_with_itself_is_refused(column: str, value: Any, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        table([0.1, 0.2], [0.3, 0.4], **{"cohorts": ("A",), column: value})
