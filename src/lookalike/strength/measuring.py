"""Measuring a stratum: which calibrator, inside which bounds, at what cost."""

from __future__ import annotations

import math

import numpy as np

from lookalike.errors import TooFewScores
from lookalike.strength import bounds, cllr
from lookalike.strength.arrays import Floats
from lookalike.strength.calibrators import FITS, Calibration
from lookalike.strength.crossvalidation import FOLDS, Comparisons, crossvalidated
from lookalike.strength.ratio import RatioStratum


def measured(name: str, comparisons: Comparisons, *, seed: int, folds: int = FOLDS) -> RatioStratum:
    """Measure one stratum: choose the calibrator, bound it, and say what it costs.

    comparisons: of this image quality, on both sides; more than `crossvalidation.MOST` of a kind are thinned by
    `Comparisons.drawn`. Chosen is the calibrator with the lowest cross-validated cllr among those that can be fitted in
    every fold and never fall as the score rises.

    Raises BadInput, and TooFewScores when no calibrator can be fitted.
    """
    used = comparisons.drawn(seed)
    mated, nonmated = used.sides(used.scores)
    tried: dict[str, tuple[Calibration, Floats]] = {}
    left_out: dict[str, str] = {}
    for kind, fit in FITS.items():
        try:
            judged, calibration = crossvalidated(used, fit, seed=seed, folds=folds), fit(mated, nonmated)
        except TooFewScores as error:
            if kind == "logistic":  # what it cannot be fitted to, none can
                raise
            left_out[kind] = error.what.rstrip(".")
            continue
        if _falls(calibration, used.scores):
            left_out[kind] = "its ratio falls somewhere as the score rises"
        else:
            tried[kind] = calibration, judged
    costs = {kind: cllr.cllr(*used.sides(judged)) for kind, (_, judged) in tried.items()}
    chosen = min(costs, key=costs.__getitem__)
    calibration, judged = tried[chosen]
    told = used.sides(judged)
    bound = bounds.elub(*told)
    reasons = [f"{kind.capitalize()} was left out: {why}." for kind, why in left_out.items()]
    return RatioStratum(
        name=name,
        calibration=calibration,
        lower=bound.lower,
        upper=bound.upper,
        cllr=costs[chosen],
        cllr_cal=cllr.cllr_cal(*told),
        dev_pav=off if math.isfinite(off := cllr.devpav(*told)) else None,
        mated=mated.size,
        nonmated=nonmated.size,
        persons=np.unique(used.one[used.mated]).size,
        costs=tuple(costs.items()),
        why=" ".join([f"Lowest cllr, cross-validated by person: {chosen}.", *reasons]),
    )


def _falls(calibration: Calibration, scores: Floats) -> bool:
    told = calibration(np.linspace(scores.min(), scores.max(), 1_000))
    return bool(np.any(np.diff(told) < -1e-9))
