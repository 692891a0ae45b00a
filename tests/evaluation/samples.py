"""Tables of searches of invented numbers: written out by hand, or simulated so that the truth is known."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from lookalike.evaluation.searches import KEPT, Searches


def table(best: Any, mate: Any = None, **given: Any) -> Searches:
    """One row for each best stranger's score. mate: scores; given: any other column as it is to be."""
    best = np.asarray(best, dtype=np.float64)
    n = len(best)
    mate = np.full(n, np.nan) if mate is None else np.asarray(mate, dtype=np.float64)
    scores = np.full((n, KEPT), np.nan)
    scores[:, 0] = best
    expected = np.where(np.isnan(scores), np.nan, 10.0 ** (-4 * scores))
    columns: dict[str, Any] = {
        "person": np.arange(n),
        "cohort": np.full(n, -1),
        "cohorts": (),
        "fitness": np.zeros(n, dtype=np.int64),
        "quality": {},
        "conditions": np.full(n, ""),
        "persons": np.full(n, 1_000),
        "mate_score": mate,
        "mate_rank": np.where(np.isnan(mate), 0, np.where(mate > best, 1, 2)),
        "mate_expected": 10.0 ** (-4 * mate),
        "stranger_score": scores,
        "stranger_expected": expected,
        "stranger_cohort": np.full((n, KEPT), -1),
    }
    return Searches(**{**columns, **given})


def simulated(
    rng: np.random.Generator,
    n: int,
    gallery: int = 2_000,
    *,
    rows: int = 1,
    cohorts: int = 0,
    shift: NDArray[np.float64] | None = None,
    mate: float = 0.55,
) -> Searches:
    """n probes, `rows` a person, against strangers whose scores are normal about the probe's own mean.

    Expected lookalikes are the true ones. shift: (cohorts,) added to the mean of each cohort's strangers' scores.
    """
    person = np.arange(n) // rows
    people = person[-1] + 1
    cohort = rng.integers(cohorts, size=people)[person] if cohorts else np.full(n, -1)
    mean = (0.05 + 0.04 * rng.normal(size=people))[person]
    if shift is not None:
        mean = mean + shift[cohort]
    kept = min(KEPT, gallery)
    # the highest of `gallery` uniforms, without drawing the others
    gaps = np.cumsum(rng.exponential(size=(n, kept)), axis=1)
    tail = gaps / (gaps[:, -1:] + rng.gamma(gallery + 1 - kept, size=(n, 1)))
    scores, expected = np.full((n, KEPT), np.nan), np.full((n, KEPT), np.nan)
    scores[:, :kept] = mean[:, None] + 0.09 * norm.isf(tail)
    expected[:, :kept] = np.maximum(gallery * tail, 1e-3)
    mates = mate + 0.1 * rng.normal(size=n)
    return table(
        scores[:, 0],
        mates,
        person=person,
        cohort=cohort,
        cohorts=tuple("ABCDEFGHIJ"[:cohorts]),
        persons=np.full(n, gallery),
        mate_rank=1 + (scores > mates[:, None]).sum(axis=1),
        mate_expected=np.maximum(gallery * norm.sf((mates - mean) / 0.09), 1e-3),
        stranger_score=scores,
        stranger_expected=expected,
        quality={"Sharpness": mates + 0.05 * rng.normal(size=n)},
    )
