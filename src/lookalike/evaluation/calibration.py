"""Whether expected lookalikes are what they say: in searches whose person is absent, E <= e must come e times.

The count of strangers with E <= e, averaged over non-mated searches, is to be e for every e, in every cohort and at
every quality. That is what makes one e fair where one score threshold is not.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lookalike.evaluation.estimates import BOTH_SIDES, Estimate, Resamples, mean_count
from lookalike.evaluation.results import LEVELS, Calibration
from lookalike.evaluation.searches import FIT, POOR, Searches

TIGHT, WIDE = 1.5, 2.0
"""The factor by which the mean count may be off: from level 1 on, and below."""

RARE = 0.01
"""Up to this level strangers are so rare that the interval of the mean has to hold the level, and no more is asked."""


def listed(searches: Searches, e: float) -> NDArray[np.float64]:
    """(n,) float64: strangers with at most e expected lookalikes in each search, counted among the KEPT best."""
    found: NDArray[np.float64] = (searches.stranger_expected <= e).sum(axis=1, dtype=np.float64)
    return found


def calibrated(kind: str, name: str, searches: Searches, of: NDArray[np.bool_], draws: Resamples) -> Calibration:
    """One row of the table, over the rows of a mask (n,). draws: of the persons of all rows of `searches`."""
    rows = tuple((e, mean_count(listed(searches, e), of, draws, BOTH_SIDES)) for e in LEVELS)
    return Calibration(kind, name, int(of.sum()), rows)


def calibrations(searches: Searches, draws: Resamples) -> tuple[Calibration, ...]:
    """The table over all searches, by cohort and by fitness; strata without a probe are left out.

    Other gallery sizes need searches of their own: `calibrated("size", ...)` adds them.
    """
    strata = [("all", "all", np.ones(len(searches), dtype=np.bool_))]
    strata += [("cohort", name, searches.cohort == i) for i, name in enumerate(searches.cohorts)]
    strata += [("quality", "fit", searches.fitness == FIT), ("quality", "poor", searches.fitness == POOR)]
    return tuple(calibrated(kind, name, searches, of, draws) for kind, name, of in strata if kind == "all" or of.any())


def within_band(e: float, mean: Estimate) -> bool | None:
    """Whether a mean count at level e is as it should be; None where there is too little to say.

    At 1 and 10 within e / 1.5 to 1.5 e, at 0.1 within e / 2 to 2 e; at 0.01, where a count is rare, e has to lie
    in the 95 % interval.
    """
    if mean.value is None or mean.low is None or mean.high is None:
        return None
    if e <= RARE:
        return mean.low <= e <= mean.high
    low, high = band(e)
    return low <= mean.value <= high


def band(e: float) -> tuple[float, float]:
    """Where the mean count at level e is to lie."""
    factor = TIGHT if e >= 1.0 else WIDE
    return (e, e) if e <= RARE else (e / factor, e * factor)
