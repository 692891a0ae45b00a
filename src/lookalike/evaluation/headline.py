"""The first lines of a report: on whom the errors fall, in sentences, before any table.

Cohorts are called what the manifest calls them. Numbers have two significant figures, as they deserve. A difference
that chance explains is not told as one, and where nobody can say, the sentence says that.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from lookalike.evaluation import differentials as kinds
from lookalike.evaluation.calibration import within_band
from lookalike.evaluation.estimates import AT_LEAST, Estimate, ratio
from lookalike.evaluation.results import Calibration, Cohort, Differential, Identification

NO_LABELS = "No cohort labels were given, so nobody can say on whom the errors fall."

_TOLD = {
    kinds.FMR: "Two strangers of {worst} are taken for one person {times} as often as two of {best}.",
    kinds.FNIR: "With one threshold for everyone, the person sought is missed for a probe of {worst} {times} as often "
    "as for one of {best}.",
    kinds.FPIR_EXPECTED: "Judged by expected lookalikes there is still a difference: a stranger is returned for a "
    "probe of {worst} {times} as often as for one of {best}.",
    kinds.FNIR_EXPECTED: "Judged by expected lookalikes, the person sought is missed for a probe of {worst} {times} as "
    "often as for one of {best}.",
}


def headline(
    cohorts: Sequence[Cohort],
    differentials: Sequence[Differential],
    identification: Sequence[Identification],
    calibration: Sequence[Calibration],
) -> tuple[str, ...]:
    """The sentences, the differential first. identification, calibration: their rows for "all" are told."""
    return (
        *(_on_whom(cohorts, differentials) if cohorts else (NO_LABELS,)),
        *(line for row in identification if row.stratum == "all" for line in _how_often(row)),
        *(line for row in calibration if row.kind == "all" for line in _calibrated(row)),
    )


def _on_whom(cohorts: Sequence[Cohort], differentials: Sequence[Differential]) -> list[str]:
    by_what = {one.what: one for one in differentials}
    searched = [cohort for cohort in cohorts if cohort.images]
    lines = [_one_threshold(by_what.get(kinds.FPIR_TENTH), by_what.get(kinds.FPIR_EXPECTED), searched)]
    for what, sentence in _TOLD.items():
        if what in by_what and by_what[what].found:
            found = by_what[what]
            lines.append(sentence.format(worst=found.worst, best=found.best, times=times(found.max_min)))
    return lines + _refused(searched)


def _refused(cohorts: Sequence[Cohort]) -> list[str]:
    """Whose images are refused, where the outermost intervals lie apart: nobody is searched, and nobody is found."""
    known = [(cohort.refused.value, cohort) for cohort in cohorts if cohort.refused.value is not None]
    if len(known) < 2:
        return []
    most, least = (pick(known, key=lambda pair: pair[0])[1] for pick in (max, min))
    if (most.refused.low or 0.0) <= (least.refused.high or 0.0):
        return []
    return [
        f"Images of {most.name} were refused as unfit in {one_in(most.refused, 'images')}, of {least.name} in "
        f"{one_in(least.refused, 'images')}; a refused image is in no other figure."
    ]


def _one_threshold(found: Differential | None, by_expected: Differential | None, cohorts: Sequence[Cohort]) -> str:
    among = f"among {len(cohorts)} cohorts"
    if found is None or not found.judged:
        return f"There are too few searches to say on whom the errors fall {among}."
    if not found.found:
        return (
            "With one threshold for everyone, no difference larger than chance was found in how often a stranger is "
            f"returned {among}."
        )
    sentence = (
        f"With one threshold for everyone, a stranger is returned for a probe of {found.worst} {times(found.max_min)} "
        f"as often as for one of {found.best}"
    )
    by_name = {cohort.name: cohort for cohort in cohorts}
    expected = ratio(by_name[found.worst].fpir_expected, by_name[found.best].fpir_expected)
    if expected.value is None:
        return f"{sentence}."
    own = ""
    if (
        by_expected is not None
        and by_expected.judged
        and (by_expected.worst, by_expected.best) != (found.worst, found.best)
    ):
        own = (
            f" (the farthest apart then are {by_expected.worst} and {by_expected.best}, {times(by_expected.max_min)}"
            f"{'' if by_expected.found else ', no more than chance explains'})"
        )
    return f"{sentence}; judged by expected lookalikes, {times(expected)}{own}."


def _how_often(row: Identification) -> list[str]:
    lines = []
    first = dict(row.rank).get(1)
    if first is not None and first.value is not None:
        lines.append(f"The person sought, where in the gallery, was not first on the list in {one_in(_rest(first))}.")
    for operating in row.operating:
        if operating.fpir == kinds.STRICT and operating.fnir.value is not None:
            lines.append(
                "At the threshold that returns a stranger in 1 in 100 searches, the person sought was missed in "
                f"{one_in(operating.fnir)}."
            )
    return lines


def _calibrated(row: Calibration) -> list[str]:
    mean = dict(row.rows).get(1.0)
    if mean is None or mean.value is None or mean.low is None or mean.high is None:
        return []
    lines = [
        f"On average a search returned {number(mean.value)} strangers ({number(mean.low)}–{number(mean.high)}) with at "
        "most one expected lookalike, where 1 is ideal."
    ]
    for e, told in row.rows:
        if within_band(e, told) is False:
            assert told.value is not None
            assert told.low is not None
            assert told.high is not None
            lines.append(
                f"At {e:g} expected lookalikes it returned {number(told.value)} "
                f"({number(told.low)}–{number(told.high)}): outside the target."
            )
    return lines


def _rest(within: Estimate) -> Estimate:
    assert within.value is not None
    assert within.low is not None
    assert within.high is not None
    return Estimate(1 - within.value, 1 - within.high, 1 - within.low, within.count, within.method)


def times(ratio: Estimate) -> str:
    """A ratio in words: "12 times (8–17)", or "at least 8 times" where the divisor was floored."""
    assert ratio.value is not None
    assert ratio.low is not None
    assert ratio.high is not None
    if ratio.method == AT_LEAST:
        return f"at least {number(ratio.low)} times"
    return f"{number(ratio.value)} times ({number(ratio.low)}–{number(ratio.high)})"


def one_in(share: Estimate, of: str = "searches") -> str:
    """A share in words, with its interval in the same unit: "1 in 40 searches (1 in 50 to 1 in 33)"."""
    assert share.value is not None
    assert share.low is not None
    assert share.high is not None
    if share.value == 0:
        return f"none of {share.count:,} {of} (at most {_one_in(share.high)})"
    if share.high > 0.2:
        low, value, high = (number(100 * end) for end in (share.low, share.value, share.high))
        return f"{value} in 100 {of} ({low} to {high})"
    low = _one_in(share.low) if share.low > 0 else "none"
    return f"{_one_in(share.value)} {of} ({low} to {_one_in(share.high)})"


def _one_in(share: float) -> str:
    return f"1 in {number(1 / share)}" if share <= 0.2 else f"{round(100 * share)} in 100"


def number(value: float) -> str:
    """Two significant figures: 0.053, 1.3, 12, 1,200."""
    if value == 0:
        return "0"
    places = 1 - math.floor(math.log10(abs(float(f"{value:.1e}"))))
    return f"{round(value, places):,.{max(places, 0)}f}"
