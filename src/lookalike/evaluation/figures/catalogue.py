"""Which figures a report has, what each is called, and what it says to somebody who does not see it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from lookalike.evaluation.figures import fairness, identification, likelihood, verification
from lookalike.evaluation.figures.style import MOST_COHORTS, svg
from lookalike.evaluation.results import Evaluation, Likelihood
from lookalike.evaluation.words import calibration_in_words, estimated, number, plain, score

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True, slots=True)
class Drawing:
    """One figure of a report. name: of its file and of its ids. description: what it shows, with its main numbers."""

    name: str
    title: str
    description: str
    draw: Callable[[], Figure]

    def svg(self, *, outlined: bool = False) -> str:
        """The figure as SVG, drawn anew; the same every time. See `style.svg`."""
        return svg(self.draw(), self.name, self.title, self.description, outlined=outlined)


def drawings(evaluation: Evaluation) -> tuple[Drawing, ...]:
    """The figures that this evaluation has something to show in, in the order of the page."""
    return tuple(_drawings(evaluation))


def _drawings(e: Evaluation) -> Iterator[Drawing]:
    general = [one for one in e.identification if not one.stratum.startswith("capture: ")]
    captures = [one for one in e.identification if one.stratum.startswith("capture: ")]
    for suffix, of, strata in (("", "", general), ("-capture", ", by kind of capture", captures)):
        if any(one.det for one in strata):
            told = "; ".join(
                f"{identification.stratum_in_words(one.stratum)}: "
                + ", ".join(f"FNIR {estimated(at.fnir)} at FPIR {number(at.fpir)}" for at in one.operating)
                for one in strata
            )
            yield Drawing(
                f"det{suffix}",
                f"Missed persons against false alarms{of} (DET)",
                f"False negative identification rate against false positive identification rate. {told}.",
                partial(identification.det, strata),
            )
        if any(one.cmc for one in strata):
            told = "; ".join(
                f"{identification.stratum_in_words(one.stratum)}: "
                + ", ".join(f"{estimated(share)} within rank {rank}" for rank, share in one.rank)
                for one in strata
            )
            yield Drawing(
                f"cmc{suffix}",
                f"Where the person stands on the list{of} (CMC)",
                f"Share of mated searches with the mate among the first candidates. {told}.",
                partial(identification.cmc, strata),
            )
    if any(mean.value is not None for row in e.calibration for _, mean in row.rows):
        yield Drawing(
            "calibration",
            "Whether expected lookalikes come true",
            "Mean number of strangers listed in a search for an absent person, against the expected number claimed. "
            + calibration_in_words(e.calibration),
            partial(fairness.calibration, e.calibration),
        )
    if e.cohorts:
        yield _cohorts(e)
    if e.pairs is not None and e.pairs.cohorts:
        yield Drawing(
            "pairs",
            "Strangers taken for one person, by pair of cohorts",
            f"FMR at the one threshold {score(e.pairs.threshold)}, by the cohorts of the two strangers."
            f"{_largest(len(e.pairs.cohorts))} All of it is in report.json.",
            partial(verification.pairs, e.pairs),
        )
    for place, one in enumerate(e.likelihood):
        yield from _likelihood(place, one)
    if any(one.points for one in e.discards):
        told = "; ".join(
            f"{plain(one.measure)}: from {number(one.points[0].y)} to {number(one.points[-1].y)} "
            f"with {number(one.points[-1].x)} set aside"
            for one in e.discards
            if one.points
        )
        yield Drawing(
            "discard",
            "What setting poor images aside would gain (EDC)",
            f"Error left when the probes of the worst quality are not searched. {told}.",
            partial(identification.discard, e.discards),
        )
    if e.floors:
        told = "; ".join(
            f"{plain(one.measure)}: "
            + (
                f"unfit below {number(one.unfit_below)}, poor below {number(one.poor_below)}"
                if one.unfit_below is not None
                else plain(one.because)
            )
            for one in e.floors
        )
        yield Drawing(
            "floors",
            "Where a face stops being fit to be searched",
            f"Share of mated searches whose person was not first, by image quality. {told}.",
            partial(identification.floors, e.floors),
        )
    if any(size.rank_one.value is not None or size.fpir.value is not None for size in e.gallery_sizes):
        told = "; ".join(
            f"{size.persons:,} people ({'measured' if size.measured else 'extrapolated'}): person first in "
            f"{estimated(size.rank_one)}, FPIR {estimated(size.fpir)}"
            for size in e.gallery_sizes
        )
        yield Drawing(
            "gallery-size",
            "What a larger gallery does",
            f"By number of people in the gallery. {told}.",
            partial(identification.gallery_size, e.gallery_sizes),
        )
    if e.verification is not None:
        told = "; ".join(
            f"at FMR {number(asked)}, FNMR {estimated(missed)}" for asked, _, _, missed in e.verification.at
        )
        yield Drawing(
            "verification",
            "Two photographs compared",
            f"Left: FNMR against FMR. Right: how the comparison scores of both kinds of pairs are spread. {told}.",
            partial(verification.verification, e.verification),
        )


def _cohorts(e: Evaluation) -> Drawing:
    told = "; ".join(
        f"{plain(one.name)}: FMR {estimated(one.fmr)}, FPIR {estimated(one.fpir)}, FNIR {estimated(one.fnir)}, "
        f"strangers listed {estimated(one.listed)}"
        for one in e.cohorts[:MOST_COHORTS]
    )
    return Drawing(
        "cohorts",
        "Who the errors fall on",
        f"Error rates of each cohort at one threshold for all, and strangers listed at one expected lookalike."
        f"{_largest(len(e.cohorts))} {told}.",
        partial(fairness.cohorts, e.cohorts),
    )


def _largest(count: int) -> str:
    return f" The figure shows {MOST_COHORTS} of {count:,} cohorts." if count > MOST_COHORTS else ""


def _likelihood(place: int, one: Likelihood) -> Iterator[Drawing]:
    stratum = identification.stratum_in_words(one.stratum)
    misleading = (
        f"{estimated(one.misleading_mated)} of the mated comparisons have a ratio below 1, "
        f"{estimated(one.misleading_nonmated)} of the non-mated above 1."
    )
    for name, title, points, told, draw in (
        ("tippett", "Likelihood ratios of both kinds of pairs (Tippett)", one.tippett, misleading, likelihood.tippett),
        ("pav", "Likelihood ratios re-calibrated (PAV)", one.pav, f"devPAV is {number(one.dev_pav)}.", likelihood.pav),
        ("ece", "Uncertainty left (ECE)", one.ece, f"Cllr is {number(one.cllr)}.", likelihood.ece),
    ):
        if points:
            yield Drawing(f"{name}-{place + 1}", f"{title}, {stratum}", told, partial(draw, one))
