"""Figures of identification: DET, CMC, gallery size, and error against discard."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lookalike.evaluation.figures.style import (
    BLUE,
    INK,
    LINES,
    MOST_LINES,
    RED,
    Line,
    counted,
    curve,
    dot,
    limits,
    lines,
    log_axis,
    new_figure,
    nothing,
    one_in,
    positive,
    styled,
)
from lookalike.evaluation.results import Discard, FloorCurve, GallerySize, Identification
from lookalike.evaluation.words import shortened

if TYPE_CHECKING:
    from matplotlib.figure import Figure

STRATA = {"all": "all searches", "fit": "probes fit for comparison", "poor": "poor probes"}


def stratum_in_words(stratum: str) -> str:
    """The stratum of searches as a legend names it."""
    return STRATA.get(stratum) or shortened(stratum)


@styled
def det(strata: Sequence[Identification]) -> Figure:
    """FNIR against FPIR, both logarithmic, one line a stratum with its band; dots are the operating points.

    Source: detection error trade-off, ISO/IEC 19795-1:2021. At most eight strata, those with the most searches.
    """
    figure, axes = new_figure(3.6)
    shown = sorted(strata, key=lambda one: -one.mated)[:MOST_LINES]
    points = [point for one in shown for point in one.det]
    asked = [(point.fpir, point.fnir) for one in shown for point in one.operating if point.fnir.value is not None]
    x = limits(positive([p.x for p in points] + [fpir for fpir, _ in asked]), most=1.0, fallback=(0.001, 1.0))
    y = limits(positive([p.y for p in points] + [fnir.value for _, fnir in asked]), most=1.0, fallback=(0.001, 1.0))
    for one, line in zip(shown, lines(len(shown)), strict=True):
        curve(axes, one.det, line, f"{stratum_in_words(one.stratum)} ({one.mated:,} mated)", floor=1e-9)
        for point in one.operating:
            dot(axes, point.fpir, point.fnir, line, floor=y[0])
    log_axis(axes, "x", *x, one_in)
    log_axis(axes, "y", *y, one_in)
    axes.set_xlabel("searches for an absent person that name somebody (FPIR)")
    axes.set_ylabel("searches that miss the person (FNIR)")
    if points or asked:
        figure.legend(loc="outside upper left", ncols=2)
    else:
        nothing(axes)
    return figure


@styled
def cmc(strata: Sequence[Identification]) -> Figure:
    """Share of mated searches whose mate is within the first k candidates, k from 1 to 50.

    Source: CMC, ISO/IEC 19795-1:2021. At most eight strata, those with the most searches.
    """
    figure, axes = new_figure(3.3)
    shown = sorted(strata, key=lambda one: -one.mated)[:MOST_LINES]
    points = [point for one in shown for point in one.cmc]
    for one, line in zip(shown, lines(len(shown)), strict=True):
        curve(axes, one.cmc, line, f"{stratum_in_words(one.stratum)} ({one.mated:,} mated)")
    log_axis(axes, "x", 1, 50, counted)
    axes.set_xticks((1, 2, 5, 10, 20, 50))
    axes.set_ylim(min([0.9, *(point.low for point in points)]) - 0.02 if points else 0.0, 1.005)
    axes.set_xlabel("length of the candidate list (rank)")
    axes.set_ylabel("share of searches with the person on it")
    if points:
        figure.legend(loc="outside upper left", ncols=2)
    else:
        nothing(axes)
    return figure


@styled
def floors(curves: Sequence[FloorCurve]) -> Figure:
    """Share of searches that missed the person, against one quality measure each: groups of searches, and the steps.

    Vertical lines: below the first a face is unfit, below the second poor.
    """
    width = 1.0 + 2.3 * max(len(curves), 2)
    figure, columns = new_figure(2.9, width=width, columns=len(curves), sharey=True, squeeze=False)
    for axes, curve_of in zip(columns[0], curves, strict=True):
        values, shares = zip(*curve_of.steps, strict=True)
        axes.step([*values, curve_of.bins[-1][1]], [*shares, shares[-1]], where="post", color=BLUE)
        for low, high, share in curve_of.bins:
            if share.value is not None:
                dot(axes, (low + high) / 2, share, Line(INK, "-", "o"), floor=0.0)
        for limit, dash in ((curve_of.unfit_below, "-"), (curve_of.poor_below, "--")):
            if limit is not None:
                axes.axvline(limit, color=RED, linestyle=dash, linewidth=1.0)
        axes.set_ylim(0, 1)
        axes.set_title(shortened(curve_of.measure))
        axes.set_xlabel("raw value")
    columns[0][0].set_ylabel("searches that missed\nthe person at rank one")
    return figure


@styled
def gallery_size(sizes: Sequence[GallerySize]) -> Figure:
    """What a larger gallery does: the mate first (left), FPIR at one threshold (right). Extrapolations are dashed."""
    figure, (first, wrong) = new_figure(2.9, columns=2)
    ordered = sorted(sizes, key=lambda size: size.persons)
    x = limits([float(size.persons) for size in ordered], fallback=(100, 1000))
    rates = positive([end for size in ordered for end in (size.fpir.value, size.fpir.low, size.fpir.high)])
    for axes, pick, colour, marker in ((first, "rank_one", BLUE, "o"), (wrong, "fpir", RED, "s")):
        given = [size for size in ordered if getattr(size, pick).value is not None]
        measured = [size for size in given if size.measured]
        beyond = [size for size in given if not size.measured]
        floor = limits(rates, fallback=(0.001, 1.0))[0] if pick == "fpir" else 0.0
        for part, dash in ((measured, "-"), ([*measured[-1:], *beyond], (0, (2, 2)))):
            if len(part) > 1:
                axes.plot(
                    [size.persons for size in part],
                    [max(floor, getattr(size, pick).value) for size in part],
                    color=colour,
                    linestyle=dash,
                )
        for size in given:
            dot(
                axes,
                size.persons,
                getattr(size, pick),
                Line(colour, "-", marker if size.measured else "D"),
                floor=floor,
            )
        if beyond:
            edge = (beyond[0].persons * (measured[-1].persons if measured else beyond[0].persons)) ** 0.5
            axes.axvline(edge, color=INK, linewidth=0.6, linestyle=(0, (1, 2)))
            axes.annotate(
                "extrapolated,\nnot measured",
                (edge, 1),
                (3, -1),
                xycoords=("data", "axes fraction"),
                textcoords="offset points",
                va="top",
                fontsize=6.5,
                fontstyle="italic",
            )
        log_axis(axes, "x", *x, counted)
        axes.set_xlabel("people in the gallery")
        if not given:
            nothing(axes)
    first.set_ylabel("share of searches\nwith the person first (rank 1)")
    first.set_ylim(0, 1.02)
    log_axis(wrong, "y", *limits(rates, most=1.0, fallback=(0.001, 1.0)), one_in)
    wrong.set_ylabel("searches for an absent person\nthat name somebody (FPIR)")
    return figure


@styled
def discard(discards: Sequence[Discard]) -> Figure:
    """Error left when the probes of the worst quality are not searched, one line a quality measure, with its band.

    Source: error versus discard characteristic, ISO/IEC 29794-1:2024.
    """
    figure, axes = new_figure(3.3)
    shown = discards[:MOST_LINES]
    points = [point for one in shown for point in one.points]
    for one, line in zip(shown, lines(len(shown)), strict=True):
        curve(axes, one.points, line, shortened(one.measure), band=len(shown) <= 3)
        if one.points:
            axes.plot(one.points[0].x, one.points[0].y, marker=LINES[0].marker, color=INK, linestyle="none")
    axes.set_xlim(0, max([0.3, *(point.x for point in points)]))
    axes.set_ylim(0, max([0.01, *(point.y for point in points)]) * 1.25)
    axes.set_xlabel("share of probes set aside, worst quality first")
    axes.set_ylabel(f"error left: {shortened(shown[0].of, 40)}" if shown else "error left")
    if points:
        figure.legend(loc="outside upper left", ncols=2)
    else:
        nothing(axes)
    return figure
