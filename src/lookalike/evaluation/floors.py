"""Where a face stops being fit to be searched, from an agency's own searches.

For one measure, the share of mated searches whose person did not come back first is a falling step function of the raw
value (pool adjacent violators, Barlow et al. 1972). The face is unfit below the point where that share reaches `UNFIT`,
and poor below the point where it reaches `POOR`. A floor that too few poor images were measured for is not told.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lookalike.evaluation.results import FloorCurve
from lookalike.evaluation.searches import Searches
from lookalike.evaluation.verification import rate

UNFIT, POOR = 0.3, 0.1
"""Shares of searches whose person did not come back first: where a search is refused, and where it is marked."""

FEWEST = 30
"""Mated searches below a floor that it takes to tell one; between the two floors, to tell them apart."""

WORDED = {
    "InterEyeDistance": "about {:.0f} pixels between the eyes",
    "Sharpness": "a sharpness of {:.2f}",
    "LuminanceMean": "a dark face (mean luminance {:.2f} of 1)",
    "EmbeddingNorm": "little of a face for the matcher to hold on to (embedding norm {:.1f})",
}
"""The measures that floors are set on, and how a raw value is told. All are better the higher they are."""

HEAD = """\
# Image quality floors, derived by `lookalike evaluate`; the curves are in its report. The setting `floors` takes this
# file; a measure without a floor here keeps that of the matcher pack.
"""

Floats = NDArray[np.float64]


def curves(searches: Searches) -> tuple[FloorCurve, ...]:
    """One curve a measure. searches: all of them, unfit ones too; only mated ones count.

    A small face is blurred too: so that one fault is not held against every measure, each curve is measured on searches
    that no other measure calls unfit, by a first round of curves on all of them.
    """
    mated = searches.only(searches.mate_rank > 0)
    missed = mated.mate_rank != 1
    raw = {
        name: mated.quality[name]
        for name in WORDED
        if name in mated.quality and np.isfinite(mated.quality[name]).sum() >= FEWEST
    }
    first = {name: _curve(name, values, missed) for name, values in raw.items()}
    unfit = {
        name: raw[name] < curve.unfit_below if curve.unfit_below is not None else np.zeros(len(mated), dtype=np.bool_)
        for name, curve in first.items()
    }
    found = []
    for name, values in raw.items():
        alone = ~np.any(
            [unfit[other] for other in raw if other != name] or [np.zeros(len(mated), dtype=np.bool_)], axis=0
        )
        found.append(_curve(name, values[alone], missed[alone]) if alone.sum() >= FEWEST else first[name])
    return tuple(found)


def _curve(measure: str, raw: Floats, missed: NDArray[np.bool_]) -> FloorCurve:
    from scipy.optimize import isotonic_regression

    known = np.isfinite(raw)
    order = np.argsort(raw[known], kind="stable")
    value, wrong = raw[known][order], missed[known][order].astype(np.float64)
    # equal values share one level, so that no floor falls between two searches of the same quality
    levels, first, count = np.unique(value, return_index=True, return_counts=True)
    share = isotonic_regression(np.add.reduceat(wrong, first) / count, weights=count, increasing=False).x
    edges = np.unique(np.linspace(0, value.size, 11).astype(int))
    groups = [(value[low:high], wrong[low:high]) for low, high in itertools.pairwise(edges)]
    bins = tuple(
        (float(raw[0]), float(raw[-1]), rate(int(bad.sum()), bad.size, float(bad.size))) for raw, bad in groups
    )
    unfit, poor = (_reaches(levels, share, limit) for limit in (UNFIT, POOR))
    worse, between = value < unfit, (value >= unfit) & (value < poor)
    because = f"{worse.sum()} mated searches were below the first limit and {between.sum()} between the two"
    told = worse.sum() >= FEWEST
    if not told:
        because += f"; {FEWEST} below the first are needed to set a floor"
    elif between.sum() < FEWEST:  # the curve falls at once: what is not unfit is not poor either
        poor = unfit
    steps = np.append(True, np.diff(share) != 0)
    return FloorCurve(
        measure=measure,
        searches=value.size,
        steps=tuple(zip(levels[steps].tolist(), share[steps].tolist(), strict=True)),
        bins=bins,
        unfit_below=unfit if told else None,
        poor_below=poor if told else None,
        unfit_because=_told(wrong[worse], f"below {unfit:g}") if told else "",
        poor_because=_told(wrong[between], f"from {unfit:g} to {poor:g}") if told and poor > unfit else "",
        because=because,
    )


def _reaches(levels: Floats, share: Floats, limit: float) -> float:
    """The lowest value from which on the share stays below the limit, to three figures; upwards, to be safe."""
    bad = np.flatnonzero(share >= limit)
    if bad.size == 0:
        return float(levels[0])
    at = float(levels[min(bad[-1] + 1, levels.size - 1)])
    size = 10.0 ** (np.floor(np.log10(abs(at))) - 2) if at else 1.0
    return float(np.round(np.ceil(at / size - 1e-9) * size, 12))


def _told(wrong: Floats, where: str) -> str:
    return f"{where}, in {int(wrong.sum())} of {wrong.size} searches of our own the right person was not first"


def as_toml(found: Sequence[FloorCurve]) -> str:
    """The floors as a file that the setting `floors` takes."""
    lines = [HEAD]
    for curve in found:
        if curve.unfit_below is None:
            lines.append(f"# {curve.measure}: none told, {curve.because}.\n")
            continue
        lines.append(
            f'[[quality.floors]]\nmeasure = "{curve.measure}"\nsay = "{WORDED[curve.measure]}"\n'
            f'unfit_below = {curve.unfit_below!r}\nunfit_because = "{curve.unfit_because}"\n'
            f'poor_below = {curve.poor_below!r}\npoor_because = "{curve.poor_because}"\n'
        )
    return "\n".join(lines)
