"""Figures of the likelihood ratio of one stratum of quality: Tippett, PAV and ECE.

Source of all three: Meuwly, Ramos & Haraksim (2017), "A guideline for the validation of likelihood ratio methods used
for forensic evidence evaluation".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lookalike.evaluation.figures.style import BLUE, INK, QUIET, RED, new_figure, nothing, styled
from lookalike.evaluation.results import Likelihood

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SIDE = (3.6, 3.1)


@styled
def tippett(result: Likelihood) -> Figure:
    """Share of comparisons with at least a given log10 LR, mated and non-mated, with the bounds that were measured."""
    figure, axes = new_figure(SIDE[1], width=SIDE[0])
    if result.tippett:
        x, mated, nonmated = zip(*result.tippett, strict=True)
        axes.plot(x, mated, color=BLUE, label="one person (mated)")
        axes.plot(x, nonmated, color=RED, linestyle=(0, (2, 1)), label="strangers (non-mated)")
        for bound in (result.lowest, result.highest):
            if bound is not None:
                axes.axvline(bound, color=QUIET, linewidth=0.8, linestyle=(0, (1, 2)))
        figure.legend(loc="outside upper left")
    else:
        nothing(axes)
    axes.axvline(0.0, color=INK, linewidth=0.7)
    axes.set_ylim(0, 1.02)
    _log10(axes, "likelihood ratio, powers of ten (log10 LR)")
    axes.set_ylabel("share of comparisons\nwith at least this ratio")
    return figure


@styled
def pav(result: Likelihood) -> Figure:
    """log10 LR as given against log10 LR after pool adjacent violators: on the diagonal it is well calibrated."""
    figure, axes = new_figure(SIDE[1], width=SIDE[0])
    if result.pav:
        x, y = zip(*result.pav, strict=True)
        ends = (min(*x, *y), max(*x, *y))
        axes.plot(ends, ends, color=QUIET, linewidth=0.8)
        axes.plot(x, y, color=BLUE, drawstyle="steps-mid")
        axes.plot(x, y, color=BLUE, marker="o", markersize=2.0, linestyle="none")
    else:
        nothing(axes)
    _log10(axes, "ratio as given (log10 LR)")
    axes.set_ylabel("ratio after re-calibration\n(log10 LR after PAV)")
    return figure


@styled
def ece(result: Likelihood) -> Figure:
    """Empirical cross-entropy against the prior odds: as given, after PAV, and with no evidence at all (LR = 1)."""
    figure, axes = new_figure(SIDE[1], width=SIDE[0])
    if result.ece:
        x, given, best, none = zip(*result.ece, strict=True)
        axes.plot(x, none, color=QUIET, linestyle=(0, (1.2, 1.5)), label="without the comparison (LR = 1)")
        axes.plot(x, given, color=BLUE, label="as given")
        axes.plot(x, best, color=RED, linestyle=(0, (5, 1.5)), label="best possible (after PAV)")
        figure.legend(loc="outside upper left")
    else:
        nothing(axes)
    axes.set_ylim(bottom=0)
    _log10(axes, "prior odds, powers of ten (log10)")
    axes.set_ylabel("uncertainty left, bits\n(empirical cross-entropy)")
    return figure


def _log10(axes: Axes, label: str) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axes.xaxis.set_major_locator(MaxNLocator(7, integer=True))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:+.0f}".replace("-", "−") if value else "0"))
    axes.set_xlabel(label)
