"""Everything an evaluation measured, as plain data: what report.json holds, and what figures and pages are drawn from.

All shares are fractions from 0 to 1. All tuples of points are sorted by x. Frozen, JSON in and out without loss
(`lookalike.evaluation.report_json`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lookalike.evaluation.estimates import Estimate, too_few

SCHEMA = "lookalike.evaluation/1"

FPIRS = (0.003, 0.01, 0.1)
"""False positive identification rates at which FNIR is told."""

RANKS = (1, 5, 20, 50)
"""Lengths of the candidate list at which the share of mates on it is told."""

LEVELS = (0.01, 0.1, 1.0, 10.0)
"""Expected lookalikes at which calibration is checked."""

CHANCE = 0.05
"""A difference between cohorts is reported only where chance alone would show one this rarely."""


_NOT_SAID = too_few(0)


@dataclass(frozen=True, slots=True)
class Point:
    """One point of a curve: x, y, and the 95 % band of y."""

    x: float
    y: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Operating:
    """One operating point of identification (ISO/IEC 19795-1).

    fpir: asked. threshold: the smallest score with FPIR at most that; None under 3 / fpir non-mated searches, where
    the rate asked for could not be told from none at all (rule of three). fnir: mated searches whose mate does not
    reach the threshold.
    """

    fpir: float
    threshold: float | None
    fnir: Estimate


@dataclass(frozen=True, slots=True)
class Identification:
    """The errors of searching, over one stratum.

    stratum: "all", "fit", "poor", or "capture: LABEL". mated, nonmated: searches; mated_persons, nonmated_persons: of
    how many people. operating: one for each of FPIRS. rank: for each of RANKS the share of mated searches whose mate
    is within it. fnir_by_expected: for each of LEVELS, e, FNIR and FPIR when candidates with E <= e are returned.
    det: x FPIR, y FNIR. cmc: x rank 1 to 50, y share within.
    """

    stratum: str
    mated: int
    nonmated: int
    mated_persons: int
    nonmated_persons: int
    operating: tuple[Operating, ...]
    rank: tuple[tuple[int, Estimate], ...]
    fnir_by_expected: tuple[tuple[float, Estimate, Estimate], ...]
    det: tuple[Point, ...]
    cmc: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Verification:
    """The errors of one-to-one comparison.

    mated, nonmated: comparisons. at: FMR asked (1e-2, 1e-3, 1e-4), threshold, FMR, FNMR. det: x FMR, y FNMR.
    edges: of the score histogram for a picture, one more than mated_share and nonmated_share, which sum to 1.
    """

    mated: int
    nonmated: int
    at: tuple[tuple[float, float, Estimate, Estimate], ...]
    det: tuple[Point, ...]
    edges: tuple[float, ...]
    mated_share: tuple[float, ...]
    nonmated_share: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class GallerySize:
    """The errors in a gallery of so many persons.

    measured: False where extrapolated, and marked so. rank_one: share of mated searches with the mate first.
    fpir: at the threshold that gives FPIR 0.01 in the whole gallery.
    """

    persons: int
    measured: bool
    rank_one: Estimate
    fpir: Estimate


@dataclass(frozen=True, slots=True)
class Calibration:
    """One row of the calibration table of expected lookalikes.

    kind: "all", "cohort", "quality" or "size". name: e.g. "Black_F", "poor", "500". rows: level e, and the mean number
    of strangers with E <= e in a search whose person is absent: e is ideal.
    """

    kind: str
    name: str
    searches: int
    rows: tuple[tuple[float, Estimate], ...]


@dataclass(frozen=True, slots=True)
class Discard:
    """Error against discard (ISO/IEC 29794-1): x share of probes discarded, worst quality first; y the error `of`."""

    measure: str
    points: tuple[Point, ...]
    of: str


@dataclass(frozen=True, slots=True)
class Cohort:
    """The errors of one cohort.

    fnir, fpir: at the one threshold whose overall FPIR is 0.01. fmr: within the cohort, at the one threshold whose
    overall FMR is 1e-3. listed: mean number of strangers with E <= 1, 1 is ideal. fpir_expected: share of searches
    with a stranger at E <= e, e chosen so that it is 0.1 overall; fpir_tenth: the same share at the one score
    threshold that gives 0.1 overall: like with like. refused: share of the images given that were not searched, because
    no face was found in them or it was unfit.
    """

    name: str
    images: int
    persons: int
    fnir: Estimate
    fpir: Estimate
    fmr: Estimate
    listed: Estimate
    fpir_expected: Estimate
    fpir_tenth: Estimate = _NOT_SAID
    refused: Estimate = _NOT_SAID


@dataclass(frozen=True, slots=True)
class Differential:
    """How far one kind of error differs between cohorts.

    what: the error, as `differentials` names it. worst, best: cohorts, fixed on the data. max_min,
    max_geometric_mean: ratios. garbe: Gini aggregation rate for biometric equitability. judged: False where there is
    too little to say; see count. chance: how often equal cohorts would differ as much, corrected for all that the
    evaluation asks; None where not judged.
    """

    what: str
    worst: str
    best: str
    max_min: Estimate
    max_geometric_mean: Estimate
    garbe: Estimate
    judged: bool
    chance: float | None = None

    @property
    def found(self) -> bool:
        """Whether the difference is larger than chance: only then it is reported as one."""
        return self.judged and self.chance is not None and self.chance < CHANCE


@dataclass(frozen=True, slots=True)
class Pairs:
    """FMR by pair of cohorts at one threshold. fmr: (g, g), symmetric."""

    threshold: float
    cohorts: tuple[str, ...]
    fmr: tuple[tuple[Estimate, ...], ...]


@dataclass(frozen=True, slots=True)
class Likelihood:
    """One quality stratum of the likelihood ratio.

    misleading_mated: share of mated comparisons with LR < 1; misleading_nonmated: of non-mated ones with LR > 1.
    lowest, highest: ELUB bounds, log10. tippett: log10 LR, share of mated and of non-mated comparisons at or above it.
    pav: log10 LR, and after PAV. ece: log10 prior odds, ECE, after PAV, and of LR = 1.
    """

    stratum: str
    validated: bool
    because: str
    calibrator: str
    mated: int
    nonmated: int
    cllr: float | None
    cllr_min: float | None
    cllr_cal: float | None
    dev_pav: float | None
    misleading_mated: Estimate
    misleading_nonmated: Estimate
    lowest: float | None
    highest: float | None
    tippett: tuple[tuple[float, float, float], ...]
    pav: tuple[tuple[float, float], ...]
    ece: tuple[tuple[float, float, float, float], ...]


@dataclass(frozen=True, slots=True)
class FloorCurve:
    """The measurement behind one image quality floor: how often a mated search missed its person at rank one.

    searches: mated ones, unfit probes too. steps: (raw value, share missed) from that value on, the share falling.
    bins: (lowest and highest raw value, share missed) of groups of equal counts. unfit_below, poor_below: the floors
    that follow, and the sentences that justify them; None where too few poor images were measured. because: in words.
    """

    measure: str
    searches: int
    steps: tuple[tuple[float, float], ...]
    bins: tuple[tuple[float, float, Estimate], ...]
    unfit_below: float | None
    poor_below: float | None
    unfit_because: str
    poor_because: str
    because: str


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One evaluation. The mappings hold plain JSON: text, finite numbers, booleans, None, lists and mappings of them.

    made_at: ISO time with offset. software: lookalike, matcher, files (SHA-256 by role), runtime, training_data.
    gallery: name, id, snapshot, records, persons. data: manifest_sha256, digest, images, persons, searched, unfit,
    no_face, unreadable, same_photo, left_out (label errors), by_reason. headline: the first lines of the report.
    label_errors: rule, count. data also holds several_faces and bad_lines.
    """

    schema: str
    made_at: str
    seed: int
    resamples: int
    software: Mapping[str, Any]
    gallery: Mapping[str, Any]
    data: Mapping[str, Any]
    headline: tuple[str, ...]
    identification: tuple[Identification, ...]
    verification: Verification | None
    gallery_sizes: tuple[GallerySize, ...]
    calibration: tuple[Calibration, ...]
    discards: tuple[Discard, ...]
    cohorts: tuple[Cohort, ...]
    pairs: Pairs | None
    differentials: tuple[Differential, ...]
    likelihood: tuple[Likelihood, ...]
    floors: tuple[FloorCurve, ...]
    label_errors: Mapping[str, Any]
