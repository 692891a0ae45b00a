"""Flat arrays of scores or log likelihood ratios, checked once at every door of this room."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lookalike.errors import BadInput, TooFewScores

Floats = NDArray[np.float64]


def flat(values: Sequence[float] | Floats, name: str, *, fewest: int = 1, infinite: bool = False) -> Floats:
    """(n,) float64 from anything like a list of numbers. name: what one of them is called in a message.

    Raises BadInput when it is not flat, not numbers, NaN, or infinite where `infinite` is False; TooFewScores when
    n < fewest.
    """
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        array = np.full(1, np.nan)
    if array.ndim != 1 or np.isnan(array).any() or not (infinite or np.isfinite(array).all()):
        raise BadInput(
            f"{name} is not a {'number' if infinite else 'finite number'}.",
            why="What cannot be compared cannot be weighed.",
            remedy="Pass a flat list of numbers.",
        )
    if array.size < fewest:
        raise TooFewScores(
            f"{name}: {array.size} given, where {fewest} are needed.",
            why="What a score is worth is measured on comparisons whose truth is known.",
            remedy="Measure more comparisons.",
        )
    return array
