"""Error against discard: what is gained by refusing the worst photographs, by each measure of quality.

A measure is worth having where the error falls as the probes it calls worst are left out.
Source: Grother & Tabassi (2007), IEEE TPAMI 29, 531; ISO/IEC 29794-1:2024 (error versus discard characteristic).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lookalike.evaluation.estimates import Resamples, share
from lookalike.evaluation.identification import curve, missed, threshold
from lookalike.evaluation.results import Discard, Point
from lookalike.evaluation.searches import Searches

FPIR = 0.01

SHARES = tuple(i / 20 for i in range(20))
"""Shares of the probes discarded."""

BEST_BETWEEN = {"LuminanceMean": (0.2, 0.8)}
"""Measures that are worst at both ends, with the centres of the standard's two sigmoids (ISO/IEC 29794-5:2025)."""


def discards(searches: Searches, draws: Resamples) -> tuple[Discard, ...]:
    """One curve for each quality measure, by name, over the mated searches in which it was taken.

    The error is FNIR at the threshold of FPIR 0.01 over all searches, none discarded; where there are too few searches
    for that threshold, the share whose mate is not at rank 1. A curve ends where too few persons are left.
    """
    score = threshold(searches.best_stranger, FPIR)
    wrong = searches.mate_rank != 1 if score is None else missed(searches, score)
    of = "share not at rank 1" if score is None else "FNIR at FPIR 0.01"
    return tuple(
        Discard(name, _curve_of(goodness(name, searches.quality[name]), wrong, searches, draws), of)
        for name in sorted(searches.quality)
    )


def goodness(name: str, raw: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n,) float64: the raw measure so that higher is better. Measures worst at both ends count their nearer end."""
    if name not in BEST_BETWEEN:
        return raw
    low, high = BEST_BETWEEN[name]
    return np.minimum(raw - low, high - raw)


def _curve_of(
    good: NDArray[np.float64], wrong: NDArray[np.bool_], searches: Searches, draws: Resamples
) -> tuple[Point, ...]:
    taken = np.flatnonzero(searches.mated & ~np.isnan(good))
    worst_first = taken[np.argsort(good[taken], kind="stable")]
    estimates = []
    for discarded in SHARES:
        kept = np.zeros(len(searches), dtype=np.bool_)
        kept[worst_first[round(discarded * taken.size) :]] = True
        estimates.append((discarded, share(wrong, kept, draws)))
    return curve(estimates)
