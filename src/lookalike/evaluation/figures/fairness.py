"""Figures of who the errors fall on: cohorts side by side, and the calibration of expected lookalikes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from lookalike.evaluation.calibration import RARE, band
from lookalike.evaluation.estimates import Estimate
from lookalike.evaluation.figures.style import (
    BLUE,
    GREEN,
    INK,
    LINES,
    MOST_COHORTS,
    MOST_LINES,
    QUIET,
    RED,
    TARGET,
    VIOLET,
    Line,
    counted,
    dot,
    limits,
    log_axis,
    new_figure,
    nothing,
    one_in,
    positive,
    styled,
)
from lookalike.evaluation.results import LEVELS, Calibration, Cohort
from lookalike.evaluation.words import shortened

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

KINDS = (("cohort", "by cohort"), ("quality", "by image quality"), ("size", "by people in the gallery"))

RATES = (
    ("fmr", "two strangers of the cohort\ntaken for one person (FMR)", RED, "o"),
    ("fpir_tenth", "search for an absent person\nnames somebody (FPIR),\none threshold for all", BLUE, "s"),
    ("fpir_expected", "the same, judged by\nexpected lookalikes", VIOLET, "^"),
    ("fnir", "search misses\nthe person (FNIR)", GREEN, "D"),
    ("listed", "strangers listed at one\nexpected lookalike: 1 is right", VIOLET, "^"),
)


SCALED = ("fpir_tenth", "fpir_expected")


@styled
def cohorts(given: Sequence[Cohort]) -> Figure:
    """FMR, FPIR and FNIR at one threshold for all, FPIR and strangers listed by expected lookalikes, a row a cohort.

    Rows stand in the order of FMR. Logarithmic; an open marker on the left edge is a zero. At most sixty cohorts,
    those with the most images.
    """
    largest = sorted(given, key=lambda cohort: -cohort.images)[:MOST_COHORTS]
    shown = sorted(largest, key=lambda cohort: (-(cohort.fmr.value or 0.0), cohort.name))
    figure, columns = new_figure(1.25 + 0.2 * max(len(shown), 2), width=9.5, columns=5, sharey=True)
    for axes, (pick, words, colour, marker) in zip(columns, RATES, strict=True):
        estimates: list[Estimate] = [getattr(cohort, pick) for cohort in shown]
        # the two rules stand on one scale, so that the eye compares them
        scale = [getattr(cohort, other) for cohort in shown for other in (SCALED if pick in SCALED else (pick,))]
        values = positive([end for one in scale for end in (one.value, one.high)])
        lows = positive([one.low for one in scale])
        if pick == "listed":
            low, high = limits([*values, *lows, 0.5, 2.0], fallback=(0.5, 2.0))
            axes.axvspan(*band(1.0), color=TARGET, alpha=0.25, linewidth=0)
            axes.axvline(1.0, color=INK, linewidth=0.8)
        else:
            low, high = limits([*values, *lows], most=1.0, fallback=(0.001, 1.0))
        for row, one in enumerate(estimates):
            dot(axes, row, one, Line(colour, "-", marker), floor=low, across=True)
            if one.value is None:
                axes.text(
                    0.02, row, "too few", transform=axes.get_yaxis_transform(), va="center", fontsize=6.5, color=QUIET
                )
        log_axis(axes, "x", low, high, counted if pick == "listed" else one_in)
        axes.tick_params("x", rotation=40, labelsize=7)
        axes.tick_params("y", length=0)
        axes.grid(visible=True, axis="both")
        axes.set_title(words, fontsize=7.5)
        axes.spines["left"].set_visible(False)
    columns[0].set_yticks(range(len(shown)), [shortened(cohort.name, 22) for cohort in shown])
    columns[0].set_ylim(len(shown) - 0.4, -0.6)
    if not shown:
        columns[0].set_ylim(0, 1)
        for axes in columns:
            nothing(axes, "no cohorts")
    return figure


@styled
def calibration(given: Sequence[Calibration]) -> Figure:
    """Strangers listed against expected lookalikes claimed, both logarithmic: all searches and one line a group.

    On the diagonal a claim is right; the shaded band is the target: see `calibration.band`. Of many groups only those
    farthest from the diagonal have a colour and a name, the others are thin.
    """
    whole = [row for row in given if row.kind == "all"]
    panels = [(title, rows) for kind, title in KINDS if (rows := [row for row in given if row.kind == kind])]
    panels = panels or [("all searches", [])]
    figure, columns = new_figure(
        3.7, width=1.0 + 2.5 * max(len(panels), 2), columns=len(panels), sharey=True, squeeze=False
    )
    levels = sorted({level for row in given for level, _ in row.rows} | set(LEVELS))
    x = (levels[0] / 2, levels[-1] * 2)
    means = positive([mean.value for row in given for _, mean in row.rows])
    shaded = np.geomspace(RARE * 1.001, x[1], 60)
    edges = np.array([band(float(level)) for level in shaded])
    y = limits([*means, x[0] / 2, x[1] * 1.5], fallback=x)
    for axes, (title, rows) in zip(columns[0], panels, strict=True):
        axes.fill_between(shaded, edges[:, 0], edges[:, 1], color=TARGET, alpha=0.25, linewidth=0)
        axes.plot(x, x, color=QUIET, linewidth=0.8)
        many = len(rows) > MOST_LINES - 1
        named = sorted(rows, key=_distance, reverse=True)[:4] if many else rows
        for row in rows:
            if row not in named:
                _line(axes, row, Line(QUIET, "-", ""), y[0], min(0.6, 8 / len(rows)))
        for place, (row, line) in enumerate(zip(named, LINES[1:], strict=False)):
            _line(axes, row, line, y[0], 1.2, shift=1.1 ** (place + 1 - len(named) / 2), label=shortened(row.name, 20))
        for row in whole:
            _line(axes, row, LINES[0], y[0], 1.8, label="all searches")
        log_axis(axes, "x", *x, counted)
        log_axis(axes, "y", *y, counted)
        axes.set_xlabel("expected lookalikes (claimed)")
        rest = f"; thin: {len(rows) - len(named)} more" if many else ""
        axes.set_title(title + rest)
        if axes.get_legend_handles_labels()[0]:
            axes.legend(loc="upper left", fontsize=6.5, handlelength=2.2, borderaxespad=0.2, labelspacing=0.3)
        else:
            nothing(axes)
    columns[0][0].set_ylabel("strangers listed in a search for\nan absent person (measured mean)")
    return figure


def _line(
    axes: Axes, row: Calibration, line: Line, floor: float, width: float, *, shift: float = 1.0, label: str = ""
) -> None:
    """One group; intervals stand a little aside of each other so that all can be seen."""
    known = [(level * shift, mean) for level, mean in row.rows if mean.value is not None]
    if not known:
        return
    axes.plot(
        [level for level, _ in known],
        [max(mean.value or 0.0, floor) for _, mean in known],
        color=line.colour,
        linestyle=line.dash,
        linewidth=width,
        marker=line.marker,
        markersize=3.5,
        label=label or "_",
    )
    if line.marker:
        for level, mean in known:
            dot(axes, level, mean, line, floor=floor)


def _distance(row: Calibration) -> float:
    """How far the farthest of its means is from the claim, in factors (logarithm); a zero counts by its interval."""
    return max(
        (
            abs(math.log((mean.value or mean.high or level) / level))
            for level, mean in row.rows
            if mean.value is not None
        ),
        default=-1.0,
    )
