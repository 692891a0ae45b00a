"""Figures of one-to-one comparison: FMR against FNMR with the scores, and FMR by pair of cohorts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lookalike.evaluation.figures.style import (
    BLUE,
    MOST_COHORTS,
    QUIET,
    RED,
    Line,
    curve,
    dot,
    limits,
    log_axis,
    new_figure,
    nothing,
    one_in,
    positive,
    styled,
)
from lookalike.evaluation.results import Pairs, Verification
from lookalike.evaluation.words import number, shortened

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PER = 100_000
"""The heat map tells how many of so many pairs of strangers are taken for one person."""

NUMBERED = 14
"""Up to so many cohorts the heat map has its numbers in the cells; beyond, they would be too small to read."""


@styled
def verification(result: Verification) -> Figure:
    """Left: FNMR against FMR with its band, dots at the FMRs asked. Right: the scores of both kinds of comparison."""
    figure, (trade, scores) = new_figure(3.0, columns=2)
    x = limits(positive([p.x for p in result.det] + [at[0] for at in result.at]), most=1.0, fallback=(1e-4, 1.0))
    values = positive([p.y for p in result.det] + [at[3].value for at in result.at])
    y = limits(values, most=1.0, fallback=(1e-3, 1.0))
    line = Line(BLUE, "-", "o")
    curve(trade, result.det, line, "", floor=1e-9)
    for asked, _, _, missed in result.at:
        dot(trade, asked, missed, line, floor=y[0])
    log_axis(trade, "x", *x, one_in)
    trade.tick_params("x", rotation=30)
    log_axis(trade, "y", *y, one_in)
    trade.set_xlabel("pairs of strangers taken\nfor one person (FMR)")
    trade.set_ylabel("pairs of one person\ntaken for two (FNMR)")
    if not result.det:
        nothing(trade)
    if len(result.edges) > 1:
        for share, colour, label, dash in (
            (result.nonmated_share, RED, f"strangers ({result.nonmated:,} pairs)", (0, (2, 1))),
            (result.mated_share, BLUE, f"one person ({result.mated:,} pairs)", "-"),
        ):
            scores.stairs(share, result.edges, fill=True, color=colour, alpha=0.16)
            scores.stairs(share, result.edges, color=colour, linestyle=dash, label=label)
        scores.set_ylim(0, max([*result.mated_share, *result.nonmated_share, 1e-9]) * 1.45)
        scores.legend(loc="upper right", handlelength=1.6)
    else:
        nothing(scores)
    scores.set_xlabel("comparison score")
    scores.set_ylabel("share of comparisons")
    return figure


@styled
def pairs(result: Pairs) -> Figure:
    """FMR at one threshold, by the cohorts of the two strangers. Darker is more often; hatched: too few to say."""
    from matplotlib.collections import PatchCollection
    from matplotlib.colors import LinearSegmentedColormap, LogNorm
    from matplotlib.patches import Rectangle

    count = min(len(result.cohorts), MOST_COHORTS)
    side = max(2.6, min(7.0, 1.4 + 0.42 * count if count <= NUMBERED else 1.4 + 0.14 * count))
    figure, axes = new_figure(side, width=max(side + 0.4, 3.6))
    cells = [[result.fmr[i][j].value for j in range(count)] for i in range(count)]
    low, high = limits(positive([value for row in cells for value in row]), fallback=(1e-4, 1.0))
    norm = LogNorm(low, high)
    # one hue from pale to dark: its lightness alone carries the order
    shades = LinearSegmentedColormap.from_list("fmr", ["#f1f5f9", "#9cc3de", "#3b7fb1", "#0b3c66"])
    known: list[tuple[Rectangle, float]] = []
    unknown: list[Rectangle] = []
    for i, row in enumerate(cells):
        for j, value in enumerate(row):
            cell = Rectangle((j, i), 1, 1)
            if value is None:
                unknown.append(cell)
            else:
                known.append((cell, value))
    axes.add_collection(
        PatchCollection(
            [cell for cell, _ in known],
            facecolor=[shades(norm(max(value, low))) for _, value in known],
            edgecolor="#fdfdfd",
            linewidth=0.8,
        )
    )
    for cell in unknown:
        cell.set(fill=False, hatch="////" if count <= NUMBERED else "//", edgecolor=QUIET, linewidth=0)
        axes.add_patch(cell)
    if count <= NUMBERED:
        for cell, value in known:
            dark = norm(max(value, low)) > 0.5
            axes.text(
                cell.get_x() + 0.5,
                cell.get_y() + 0.5,
                number(value * PER),
                ha="center",
                va="center",
                fontsize=7.2,
                color="#fdfdfd" if dark else "#000000",
            )
    names = [shortened(name, 18) for name in result.cohorts[:count]]
    size = 8.0 if count <= NUMBERED else max(3.5, min(7.0, 300 / count))
    middle = [i + 0.5 for i in range(count)]
    axes.set_xticks(middle, names, rotation=90, fontsize=size)
    axes.set_yticks(middle, names, fontsize=size)
    axes.set(xlim=(0, max(count, 1)), ylim=(max(count, 1), 0), aspect="equal")
    axes.grid(visible=False)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    note = (
        f"pairs of strangers taken for one person, of {PER:,} (FMR)" if known else "too few comparisons in every pair"
    )
    axes.set_xlabel(note + ("\nhatched: too few to say" if known and unknown else ""))
    return figure
