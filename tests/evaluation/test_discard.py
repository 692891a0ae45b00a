"""Error against discard."""

from __future__ import annotations

import numpy as np
import pytest

from lookalike.evaluation.discard import discards, goodness
from lookalike.evaluation.estimates import resample
from lookalike.evaluation.searches import Searches
from tests.evaluation.samples import table


def curves(searches: Searches) -> dict[str, list[tuple[float, float]]]:
    draws = resample(searches.person, np.random.default_rng(0), 100)
    return {d.measure: [(p.x, p.y) for p in d.points] for d in discards(searches, draws)}


def probes(n: int, mates: np.ndarray, **quality: np.ndarray) -> Searches:
    return table(np.linspace(0, 0.3, n), mates, quality=quality)


def test_a_measure_that_knows_removes_the_errors_first_and_one_that_does_not_removes_none() -> None:
    n = 1_000
    mates = np.where(np.arange(n) < 100, 0.2, 0.5)
    backwards = np.arange(n)[::-1].astype(float)
    found = curves(probes(n, mates, knows=np.arange(n).astype(float), misled=backwards))
    assert found["knows"][:3] == [(0.0, 0.1), (0.05, 50 / 950), (0.1, 0.0)]
    assert found["misled"][-1] == (0.95, 1.0)
    assert [x for x, _ in found["knows"]] == sorted(x for x, _ in found["knows"])


def test_too_few_searches_are_told_by_rank() -> None:
    searches = table(np.full(100, 0.3), np.where(np.arange(100) < 20, 0.2, 0.5), quality={"q": np.arange(100.0)})
    draws = resample(searches.person, np.random.default_rng(0), 100)
    (curve,) = discards(searches, draws)
    assert curve.of == "share not at rank 1"
    assert (curve.points[0].y, curve.points[4].y) == (0.2, 0.0)
    # the curve ends where fewer than 30 persons are left
    assert curve.points[-1].x == 0.7


def test_probes_without_the_measure_or_without_a_mate_are_no_part_of_it() -> None:
    n = 600
    mates = np.where(np.arange(n) < 300, np.nan, 0.5)
    measure = np.where(np.arange(n) < 450, np.nan, 1.0)
    searches = probes(n, mates, q=measure)
    draws = resample(searches.person, np.random.default_rng(0), 100)
    (curve,) = discards(searches, draws)
    assert curve.of == "FNIR at FPIR 0.01"
    assert curve.points[0].y == 0.0
    assert curve.points[0].high == 3 / 150


def test_too_bright_is_as_bad_as_too_dark() -> None:
    good = goodness("LuminanceMean", np.array([0.125, 0.5, 0.875]))
    assert good[1] > good[0]
    assert good[0] == pytest.approx(good[2])
    assert list(goodness("Sharpness", np.array([1.0, 2.0]))) == [1.0, 2.0]
