"""What all figures share: colours, sizes, axes in words, and the way to SVG and to pixels.

Nothing here or in the figures touches matplotlib's pyplot; its settings are changed for the time of a drawing only.
"""

from __future__ import annotations

import functools
import io
import math
import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle
from typing import TYPE_CHECKING, Any, ParamSpec
from xml.etree import ElementTree

from lookalike.evaluation.estimates import Estimate
from lookalike.evaluation.results import Point
from lookalike.evaluation.words import TOO_FEW, plain

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PALETTE = {
    "ink": ("#1b2430", "#e6eaf0"),
    "quiet": ("#556070", "#a3aebd"),
    "grid": ("#d9dee5", "#363f4b"),
    "blue": ("#0067a5", "#63b3ed"),
    "red": ("#b5420a", "#f4945c"),
    "green": ("#00735c", "#4fd1b0"),
    "violet": ("#7b3f8c", "#d0a3e0"),
    "gold": ("#8a6500", "#e3bd4f"),
    "target": ("#8fa3b8", "#5c7086"),
    "page": ("#ffffff", "#12171e"),
}
"""Each colour on a light and on a dark page. They differ in lightness too, and no meaning hangs on colour alone."""

INK, QUIET, GRID, BLUE, RED, GREEN, VIOLET, GOLD, TARGET, PAGE = (light for light, _ in PALETTE.values())

FONTS = "DejaVu Sans, Verdana, Segoe UI, Helvetica, Arial, sans-serif"
"""The figures are laid out for the first; the others are about as wide."""

WIDTH = 5.6
"""Inches of a figure one column wide."""

MOST_LINES = 8
"""Lines that one figure tells apart by colour, dash and marker."""

MOST_COHORTS = 60
"""Rows of one figure; a report with more shows the largest."""

_SETTINGS = {
    "font.family": "DejaVu Sans",
    "font.size": 8.0,
    "text.parse_math": False,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": QUIET,
    "axes.linewidth": 0.7,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.titlesize": 8.0,
    "axes.titlelocation": "left",
    "grid.color": GRID,
    "grid.linewidth": 0.6,
    "xtick.color": QUIET,
    "ytick.color": QUIET,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.labelsize": 7.5,
    "ytick.labelsize": 7.5,
    "lines.linewidth": 1.5,
    "lines.markersize": 4.5,
    "legend.frameon": False,
    "legend.fontsize": 7.5,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "savefig.facecolor": "none",
    "hatch.color": QUIET,
    "hatch.linewidth": 0.6,
    "svg.hashsalt": "lookalike",
    "svg.fonttype": "none",
}

_SVG = "http://www.w3.org/2000/svg"
_LINK = "http://www.w3.org/1999/xlink"
_CREATED_BY_NONE = {"Date": None, "Creator": None, "Format": None, "Type": None}

P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class Line:
    """How one of several lines is told from the others, also in grey."""

    colour: str
    dash: Any
    marker: str


LINES = (
    Line(INK, "-", "o"),
    Line(BLUE, (0, (5, 1.5)), "s"),
    Line(RED, (0, (1.2, 1.2)), "^"),
    Line(GREEN, (0, (6, 1.5, 1.2, 1.5)), "D"),
    Line(VIOLET, (0, (3, 1)), "v"),
    Line(GOLD, (0, (8, 2)), "P"),
    Line(BLUE, (0, (1.2, 2.4)), "X"),
    Line(RED, (0, (4, 1.2, 1.2, 1.2, 1.2, 1.2)), "<"),
)


def lines(count: int) -> Iterator[Line]:
    """`count` lines, as different as they come."""
    return (line for line, _ in zip(cycle(LINES), range(count), strict=False))


@contextmanager
def _settings(**more: Any) -> Iterator[None]:
    """Matplotlib as it comes, with the settings above, whatever the machine's own settings are.

    A glyph that the fonts lack is no reason to stop: the page's reader has other fonts, and the label is in a table.
    """
    import matplotlib.style

    with matplotlib.style.context(["default", _SETTINGS | more]), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r"Glyph \d+ .* missing from font")
        yield


def styled(draw: Callable[P, Figure]) -> Callable[P, Figure]:
    """Draw a figure in the style of this report."""

    @functools.wraps(draw)
    def drawn(*arguments: P.args, **named: P.kwargs) -> Figure:
        with _settings():
            return draw(*arguments, **named)

    return drawn


def new_figure(
    height: float, *, width: float = WIDTH, rows: int = 1, columns: int = 1, **layout: Any
) -> tuple[Figure, Any]:
    """A figure of width × height inches, and its axes: one, or an array of rows × columns."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    return figure, figure.subplots(rows, columns, **layout)


def svg(figure: Figure, name: str, title: str, description: str, *, outlined: bool = False) -> str:
    """The figure as SVG text, the same for the same figure, without a date.

    name: put before every id, so that several figures fit into one page. title, description: what it is called and
    what it shows, for who does not see it. outlined: letters as outlines, for a document that must look the same
    everywhere; else letters as text, which is small, can be selected and follows the reader's fonts.

    Style attributes become presentation attributes: a strict content security policy forbids the first, and a page's
    own style sheet may overrule the second, which is how figures turn dark with the page.
    """
    written = io.StringIO()
    with _settings(**{"svg.fonttype": "path" if outlined else "none"}):
        figure.savefig(written, format="svg", metadata=_CREATED_BY_NONE)
    ElementTree.register_namespace("", _SVG)
    ElementTree.register_namespace("xlink", _LINK)
    root = ElementTree.fromstring(written.getvalue())  # noqa: S314 (written by the line above)
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag in (f"{{{_SVG}}}metadata", f"{{{_SVG}}}style"):
                parent.remove(child)
    _present(root, name)
    box = root.attrib["viewBox"]
    root.attrib.clear()
    root.attrib.update(
        {
            "viewBox": box,
            "role": "img",
            "aria-labelledby": f"{name}-title {name}-description",
            "stroke-linejoin": "round",
        }
    )
    for place, (tag, text) in enumerate((("title", title), ("description", description))):
        element = ElementTree.Element(f"{{{_SVG}}}{'title' if tag == 'title' else 'desc'}", {"id": f"{name}-{tag}"})
        element.text = plain(text)
        root.insert(place, element)
    return ElementTree.tostring(root, encoding="unicode") + "\n"


def _present(root: ElementTree.Element, name: str) -> None:
    """Turn style attributes into presentation attributes; keep and rename only the ids that something points to."""
    used = set(re.findall(r"(?:url\(#|href=\"#)([^)\"]+)", ElementTree.tostring(root, encoding="unicode")))
    for element in root.iter():
        for declaration in element.attrib.pop("style", "").split(";"):
            key, _, value = declaration.partition(":")
            if key.strip() == "font":
                element.set("font-size", re.findall(r"[\d.]+px", value)[0])
                element.set("font-family", FONTS)
                if "bold" in value or re.search(r"\b[6-9]00\b", value):
                    element.set("font-weight", "bold")
            elif key.strip():
                element.set(key.strip(), value.strip())
        if "id" in element.attrib:
            identifier = element.attrib.pop("id")
            if identifier in used:
                element.set("id", f"{name}-{identifier}")
        for key, value in element.attrib.items():
            if "url(#" in value:
                element.set(key, value.replace("url(#", f"url(#{name}-"))
            elif key == f"{{{_LINK}}}href":
                element.set(key, f"#{name}-{value[1:]}")


def png(figure: Figure, *, dpi: float = 72) -> bytes:
    """The figure as a PNG on white, for a machine that compares pixels."""
    written = io.BytesIO()
    with _settings():
        figure.savefig(written, format="png", dpi=dpi, facecolor="white", metadata={"Software": None})
    return written.getvalue()


def one_in(value: float, _: object = None) -> str:
    """A share as a tick: "1 in 1,000", "all", or the plain number where it is no such share."""
    if value <= 0:
        return "0"
    if value == 1:
        return "all"
    whole = 1 / value
    return f"1 in {whole:,.0f}" if abs(whole - round(whole)) < 1e-6 * whole else f"{value:.6g}"


def counted(value: float, _: object = None) -> str:
    """A count or a mean as a tick, without an exponent."""
    return f"{value:,.0f}" if value >= 1 else f"{value:.6f}".rstrip("0").rstrip(".")


def log_axis(axes: Axes, which: str, low: float, high: float, words: Callable[[float, object], str]) -> None:
    """A logarithmic axis from low to high with ticks in words: decades, and between them where there are few."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter, NullLocator

    decades = math.log10(high / low)
    between = (1.0, 2.0, 5.0) if decades < 1.4 else (1.0, 5.0) if decades < 2.2 else (1.0,)
    axis = axes.xaxis if which == "x" else axes.yaxis
    (axes.set_xscale if which == "x" else axes.set_yscale)("log")
    (axes.set_xlim if which == "x" else axes.set_ylim)(low, high)
    axis.set_major_locator(LogLocator(10, subs=between, numticks=12))
    axis.set_major_formatter(FuncFormatter(words))
    axis.set_minor_locator(NullLocator())
    axis.set_minor_formatter(NullFormatter())


def positive(values: Iterable[float | None]) -> list[float]:
    """Those a logarithmic axis can show."""
    return [value for value in values if value is not None and value > 0 and math.isfinite(value)]


def limits(values: Sequence[float], *, most: float = math.inf, fallback: tuple[float, float]) -> tuple[float, float]:
    """The range of a logarithmic axis with a little room on both sides."""
    if not values:
        return fallback
    low, high = min(values) / 1.5, min(most, max(values) * 1.5)
    return (low, high) if high / low > 4 else (low / 2, min(most, high * 2))


def curve(
    axes: Axes, points: Sequence[Point], line: Line, label: str, *, band: bool = True, floor: float = 0.0
) -> None:
    """A curve and its 95 % band. Points at or below `floor` on either axis are left out, as a logarithm has to."""
    shown = [point for point in points if point.x > floor and point.y > floor] if floor else list(points)
    x = [point.x for point in shown]
    axes.plot(x, [point.y for point in shown], color=line.colour, linestyle=line.dash, label=label)
    if band:
        low, high = ([max(end, floor) for end in ends] for ends in ([p.low for p in shown], [p.high for p in shown]))
        axes.fill_between(x, low, high, color=line.colour, alpha=0.14, linewidth=0)


def dot(axes: Axes, x: float, estimate: Estimate, line: Line, *, floor: float, across: bool = False) -> None:
    """A dot with its interval at x (or in the row x, where across). A zero is an open marker on the axis's edge."""
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return
    low, value, high = (max(end, floor) for end in (estimate.low, estimate.value, estimate.high))
    hollow = estimate.value < floor or estimate.value <= 0
    fill = PAGE if hollow else line.colour
    bar, at = (((low, high), (x, x)), (value, x)) if across else (((x, x), (low, high)), (x, value))
    axes.plot(*bar, color=line.colour, linewidth=1.1, solid_capstyle="butt", zorder=2.5)
    axes.plot(
        *at, marker=line.marker, color=line.colour, markerfacecolor=fill, linestyle="none", clip_on=False, zorder=3
    )


def nothing(axes: Axes, words: str = TOO_FEW) -> None:
    """Say in the empty axes why they are empty."""
    axes.text(0.5, 0.5, words, transform=axes.transAxes, ha="center", va="center", color=QUIET, fontstyle="italic")
