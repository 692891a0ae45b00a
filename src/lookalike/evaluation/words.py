"""Numbers and labels as a report writes them, and what the calibration of expected lookalikes is held to."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from enum import StrEnum

from lookalike.evaluation.calibration import band, within_band
from lookalike.evaluation.estimates import Estimate
from lookalike.evaluation.results import Calibration

TOO_FEW = "too few to say"


class Verdict(StrEnum):
    """Where a measured mean and its interval stand to the target band."""

    INSIDE = "inside the band"
    OPEN = "outside, perhaps by chance"
    OUTSIDE = "outside the band"
    NONE = TOO_FEW


def plain(text: str) -> str:
    """A label from outside, without characters that are not seen or that turn the text around: those by their code.

    Control, format (among them the overrides of the direction of writing), private, unassigned and surrogate
    characters, and line and paragraph separators, become [U+202E] and the like.
    """
    return "".join(
        f"[U+{ord(c):04X}]" if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp") else c
        for c in text
    )


def shortened(text: str, longest: int = 28) -> str:
    """A label for a figure: plain, and cut at `longest` characters. The tables have all of it."""
    shown = plain(text)
    return shown if len(shown) <= longest else shown[: longest - 1] + "…"


def number(value: float | None) -> str:
    """Two significant digits below 1, three above, without an exponent: 0.00012, 0.032, 1.25, 1,230."""
    if value is None:
        return TOO_FEW
    if value == 0:
        return "0"
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    digits = 2 if abs(value) < 1 else 3
    text = f"{float(f'{value:.{digits}g}'):.12f}".rstrip("0").rstrip(".")
    return text if float(text) else f"{value:.1e}"


def score(value: float) -> str:
    """A comparison score or a threshold, four decimals."""
    return f"{value:.4f}"


def estimated(estimate: Estimate) -> str:
    """The value with its 95 % interval: 0.032 (0.021 to 0.047); "at least" before it where its method says so."""
    if estimate.value is None:
        return TOO_FEW
    bound = "at least " if estimate.method.endswith("at least") else ""
    return f"{bound}{number(estimate.value)} ({number(estimate.low)} to {number(estimate.high)})"


def verdict(level: float, mean: Estimate) -> Verdict:
    """Whether the mean number of strangers listed at `level` expected lookalikes is in the target band.

    A mean outside whose interval reaches into the band may be so by chance.
    """
    inside, (low, high) = within_band(level, mean), band(level)
    if inside is None or mean.high is None or mean.low is None:
        return Verdict.NONE
    if inside:
        return Verdict.INSIDE
    return Verdict.OUTSIDE if mean.high < low or high < mean.low else Verdict.OPEN


def calibration_in_words(rows: Iterable[Calibration]) -> str:
    """The verdict over all groups and levels, in sentences."""
    given = [(row, level, verdict(level, mean)) for row in rows for level, mean in row.rows]
    counted = {kind: sum(1 for _, _, one in given if one is kind) for kind in Verdict}
    if not given or counted[Verdict.NONE] == len(given):
        return "The calibration of expected lookalikes was not measured: there were too few searches."
    told = (
        f"Of {len(given):,} measured means, {counted[Verdict.INSIDE]:,} lie inside the target band, "
        f"{counted[Verdict.OPEN]:,} outside it, perhaps by chance, {counted[Verdict.OUTSIDE]:,} outside it with their "
        f"whole interval; of {counted[Verdict.NONE]:,} there were too few searches to say."
    )
    outside = [f"{_group(row)} at {number(level)}" for row, level, one in given if one is Verdict.OUTSIDE]
    if not outside:
        return told
    more = f", and {len(outside) - 8:,} more" if len(outside) > 8 else ""
    return f"{told} With the whole interval outside: {'; '.join(outside[:8])}{more}."


def _group(row: Calibration) -> str:
    match row.kind:
        case "all":
            return "all searches"
        case "size":
            return f"a gallery of {plain(row.name)} people"
        case "quality":
            return f"probes of {plain(row.name)} quality"
        case _:
            return shortened(row.name, 60)
