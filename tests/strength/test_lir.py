"""Agreement with the NFI's `lir` on the same scores, to 1e-9, where both compute the same thing.

    ours                  lir 1.3.1
    fit_logistic          algorithms.logistic_regression.LogitCalibrator, C = 2 min(m, n) / ((m + n) spread**2)
    fit_isotonic          algorithms.isotonic_regression.IsotonicCalibrator(add_misleading=1)
    pav_curve             algorithms.isotonic_regression.IsotonicCalibrator()
    fit_kde               algorithms.kde.KDECalibrator("silverman"), inside the range of the scores
    elub                  algorithms.bayeserror.elub
    cllr, _min, _cal      metrics.cllr, metrics.cllr_min, metrics.cllr_cal
    devpav                metrics.devpav.devpav
    ece                   plotting.expected_calibration_error.calculate_ece

Not the same thing: beyond the range of the scores lir's KDE goes on where ours stays level, and above KERNELS scores a
side ours is binned. lir 1.3.1 is the last that runs on Python 3.11.
"""

from __future__ import annotations

import numpy as np
import pytest
from lir import metrics
from lir.algorithms import bayeserror, isotonic_regression, kde, logistic_regression
from lir.data.models import LLRData
from lir.metrics.devpav import devpav
from lir.plotting.expected_calibration_error import calculate_ece
from numpy.typing import NDArray

from lookalike.strength import calibrators, cllr
from lookalike.strength.bounds import elub
from tests.strength.conftest import strangers

Floats = NDArray[np.float64]
Sides = tuple[Floats, Floats]

CLOSE = {"rtol": 0, "atol": 1e-9}


def drawn(seed: int) -> Sides:
    """Scores of a system that errs, on two sides of very different size, with ties on odd seeds."""
    draw = np.random.default_rng(seed)
    mated = draw.normal(0.1 + 0.1 * (seed % 4), 0.12, 5 + 40 * seed)
    nonmated = strangers(30 + 300 * seed, seed)
    digits = 2 if seed % 2 else 15
    return np.round(mated, digits), np.round(nonmated, digits)


@pytest.fixture(params=range(8))
def sides(request: pytest.FixtureRequest) -> Sides:
    return drawn(request.param)


@pytest.fixture(params=["logistic", "kde", "isotonic"])
def ratios(request: pytest.FixtureRequest, sides: Sides) -> Sides:
    calibration = calibrators.FITS[request.param](*sides)
    return calibration(sides[0]) + 0.1, calibration(sides[1]) * 1.3


def labelled(sides: Sides) -> tuple[Floats, NDArray[np.int64]]:
    return np.concatenate(sides), np.repeat([1, 0], [side.size for side in sides])


def judged(sides: Sides) -> Floats:
    values = np.concatenate(sides)
    return np.sort(np.append(values, np.linspace(values.min(), values.max(), 500)))


def data(sides: Sides) -> LLRData:
    values, truth = labelled(sides)
    return LLRData(features=values.reshape(-1, 1), labels=truth)


def test_logistic(sides: Sides) -> None:
    values, truth = labelled(sides)
    mated, nonmated = sides
    centre = (mated.mean() + nonmated.mean()) / 2
    variance = (np.mean((mated - centre) ** 2) + np.mean((nonmated - centre) ** 2)) / 2
    strength = 2 * min(mated.size, nonmated.size) / (values.size * variance)
    peer = logistic_regression.LogitCalibrator(C=strength, solver="newton-cholesky", tol=1e-13, max_iter=1000)
    peer.fit(values.reshape(-1, 1), truth)
    ours = calibrators.fit_logistic(mated, nonmated)
    assert ours.slope > 0
    np.testing.assert_allclose(ours(judged(sides)), peer.transform(judged(sides)), **CLOSE)


def test_isotonic(sides: Sides) -> None:
    peer = isotonic_regression.IsotonicCalibrator(add_misleading=1).fit(*labelled(sides))
    wider = np.concatenate([judged(sides), [-3.0, -1.0, 1.0, 3.0]])
    ours = calibrators.fit_isotonic(*sides)
    np.testing.assert_allclose(ours(wider), peer.transform(wider), **CLOSE)


def test_kde(sides: Sides) -> None:
    peer = kde.KDECalibrator("silverman").fit(*labelled(sides))
    ours = calibrators.fit_kde(*sides)
    np.testing.assert_allclose(ours(judged(sides)), peer.transform(judged(sides)), **CLOSE)


def test_binned_kernels_stay_near() -> None:
    """Beyond KERNELS scores a side it is no longer the same thing, but it is near wherever one would look."""
    draw = np.random.default_rng(1)
    sides = draw.normal(0.4, 0.12, 6_000), draw.normal(0.05, 0.09, 20_000)
    assert min(side.size for side in sides) > calibrators.KERNELS
    peer = kde.KDECalibrator("silverman").fit(*labelled(sides))
    between = np.linspace(0.0, 0.4, 200)
    np.testing.assert_allclose(calibrators.fit_kde(*sides)(between), peer.transform(between), rtol=0, atol=0.003)


def test_elub(ratios: Sides) -> None:
    values, truth = labelled(ratios)
    bound = elub(*ratios)
    np.testing.assert_allclose((bound.lower, bound.upper), bayeserror.elub(values.copy(), truth), **CLOSE)


def test_elub_of_infinite_ratios() -> None:
    ratios = np.array([np.inf, 2.0, 1.0, -0.5, np.inf]), np.array([-np.inf, -2.0, 0.3, -1.0, -1.0, -np.inf])
    values, truth = labelled(ratios)
    bound = elub(*ratios)
    np.testing.assert_allclose((bound.lower, bound.upper), bayeserror.elub(values.copy(), truth), **CLOSE)


def test_costs(ratios: Sides) -> None:
    ours = cllr.cllr(*ratios), cllr.cllr_min(*ratios), cllr.cllr_cal(*ratios)
    peer = metrics.cllr(data(ratios)), metrics.cllr_min(data(ratios)), metrics.cllr_cal(data(ratios))
    np.testing.assert_allclose(ours, peer, **CLOSE)


def test_pav_curve(ratios: Sides) -> None:
    told, deserved = cllr.pav_curve(*ratios)
    peer = isotonic_regression.IsotonicCalibrator().fit(*labelled(ratios))
    np.testing.assert_allclose(deserved, peer.transform(told), **CLOSE)


def test_devpav(ratios: Sides) -> None:
    assert cllr.devpav(*ratios) == pytest.approx(devpav(*labelled(ratios)), rel=0, abs=1e-9)


def test_ece(ratios: Sides) -> None:
    priors = np.linspace(-3, 3, 25)
    values, truth = labelled(ratios)
    peer = calculate_ece(10**values, truth, 1 / (1 + 10**-priors))
    np.testing.assert_allclose(cllr.ece(*ratios, priors).told, peer, **CLOSE)
