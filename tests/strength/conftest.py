"""A reference of invented numbers, near those of a real embedder: strangers' scores are normal for every probe."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import norm

from lookalike.strength.reference import Reference

SURVIVAL = (0.5, 0.1, 0.01, 0.001, 0.0001)


@pytest.fixture(scope="session")
def reference() -> Reference:
    return Reference(
        mean=0.05,
        mean_sd=0.04,
        spread=0.09,
        spread_log_sd=0.1,
        shape=0.0,
        shape_sd=0.05,
        survival=SURVIVAL,
        deviation=tuple(float(norm.isf(p)) for p in SURVIVAL),
        source="Invented.",
    )


def strangers(size: int, seed: int, mean: float = 0.06, spread: float = 0.09) -> NDArray[np.float64]:
    draw = np.random.default_rng(seed).normal(mean, spread, size)
    return np.sort(np.clip(draw, -1, 1))[::-1]
