"""A made-up evaluation of believable size: every kind of result, and degenerate ones, without running a search."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from lookalike.evaluation.estimates import Estimate
from lookalike.evaluation.results import (
    FPIRS,
    LEVELS,
    RANKS,
    SCHEMA,
    Calibration,
    Cohort,
    Differential,
    Discard,
    Evaluation,
    FloorCurve,
    GallerySize,
    Identification,
    Likelihood,
    Operating,
    Pairs,
    Point,
    Verification,
)

COHORTS = tuple(f"{group}_{sex}" for group in ("Asian", "Black", "Indian", "Other", "White") for sex in "FM")
NOTHING = Estimate(None, None, None, 3, "too few to say")
HASH = "0123456789abcdef" * 4


def share(value: float, count: int, method: str = "bootstrap by person") -> Estimate:
    """A share and an interval of about the right width for `count` trials."""
    half = 1.96 * math.sqrt(max(value * (1 - min(value, 1)), 1 / count) / count)
    if value == 0:
        return Estimate(0.0, 0.0, 3 / count, count, "rule of three")
    return Estimate(value, max(0.0, value - half), min(1.0, value + half), count, method)


def mean(value: float, count: int) -> Estimate:
    """A mean count and its interval."""
    half = 1.96 * math.sqrt(max(value, 1 / count) / count)
    return Estimate(value, max(0.0, value - half), value + half, count, "bootstrap by person")


def _curve(x: Sequence[float], y: Sequence[float], spread: float) -> tuple[Point, ...]:
    pairs = zip(x, y, strict=True)
    return tuple(Point(float(a), float(b), max(0.0, float(b) / spread), min(1.0, float(b) * spread)) for a, b in pairs)


def identification(stratum: str, mated: int, worse: float) -> Identification:
    """One stratum; worse: factor on its errors."""
    fpir = np.geomspace(0.002, 1.0, 40)
    fnir = np.minimum(1.0, worse * 0.02 * fpir**-0.32 * (1.05 - fpir) + 1e-4)
    ranks = np.arange(1, 51)
    found = 1 - worse * 0.04 * ranks**-0.5
    return Identification(
        stratum=stratum,
        mated=mated,
        nonmated=mated + 312,
        mated_persons=mated // 2,
        nonmated_persons=mated // 2 + 90,
        operating=tuple(
            Operating(f, 0.4 + 0.05 * i, share(float(np.interp(f, fpir, fnir)), mated)) for i, f in enumerate(FPIRS)
        ),
        rank=tuple((rank, share(float(found[rank - 1]), mated)) for rank in RANKS),
        fnir_by_expected=tuple(
            (e, share(min(1.0, worse * 0.05 * e**-0.2), mated), share(1 - math.exp(-e), mated)) for e in LEVELS
        ),
        det=_curve(fpir.tolist(), fnir.tolist(), 1.35),
        cmc=tuple(
            Point(float(r), float(y), float(y) - 0.012, min(1.0, float(y) + 0.01))
            for r, y in zip(ranks, found, strict=True)
        ),
    )


def cohort(name: str, fmr: float, *, images: int = 900) -> Cohort:
    """One cohort of the given FMR."""
    return Cohort(
        name=name,
        images=images,
        persons=images // 2,
        fnir=share(0.05 + 3 * fmr, images),
        fpir=share(min(0.9, 10 * fmr), images),
        fmr=share(fmr, images * 400, "bootstrap by person"),
        listed=mean(0.8 + 60 * fmr, images),
        fpir_expected=share(0.1, images),
        fpir_tenth=share(min(0.9, 10 * fmr), images),
    )


def likelihood(stratum: str, *, validated: bool) -> Likelihood:
    """One stratum of the likelihood ratio."""
    x = np.linspace(-3, 4.5, 60)
    if not validated:
        because = "41 mated comparisons of this quality; at least 100 are needed."
        return Likelihood(
            stratum, False, because, "none", 41, 9000, None, None, None, None, NOTHING, NOTHING, None, None, (), (), ()
        )
    mated = 1 / (1 + np.exp(1.9 * (x - 2)))
    nonmated = 1 / (1 + np.exp(2.3 * (x + 1.8)))
    odds = np.linspace(-2, 2, 41)
    none = np.array([-(p * np.log2(p) + (1 - p) * np.log2(1 - p)) for p in 1 / (1 + 10.0**-odds)])
    return Likelihood(
        stratum=stratum,
        validated=True,
        because="1,204 mated comparisons of 611 persons; Cllr below 1 and every bound measured.",
        calibrator="logistic",
        mated=1204,
        nonmated=480_000,
        cllr=0.131,
        cllr_min=0.117,
        cllr_cal=0.014,
        dev_pav=0.22,
        misleading_mated=share(0.031, 1204),
        misleading_nonmated=share(0.012, 480_000),
        lowest=-2.1,
        highest=3.4,
        tippett=tuple((float(a), float(b), float(c)) for a, b, c in zip(x, mated, nonmated, strict=True)),
        pav=tuple((float(a), float(a + 0.25 * math.sin(2 * a))) for a in x[::3]),
        ece=tuple((float(a), float(0.17 * n), float(0.15 * n), float(n)) for a, n in zip(odds, none, strict=True)),
    )


def an_evaluation(names: Sequence[str] = COHORTS, *, gallery: str = "Testville bookings") -> Evaluation:
    """An evaluation with these cohorts; FMR differs between them by a factor of about twenty."""
    rates = np.geomspace(0.006, 0.0003, max(len(names), 1))[np.argsort(np.arange(len(names)) * 7 % max(len(names), 1))]
    cohorts = tuple(
        cohort(name, float(rate), images=700 + 53 * i % 400)
        for i, (name, rate) in enumerate(zip(names, rates, strict=True))
    )
    off = np.array([0.8, 0.95, 1.1, 1.2])
    edges = np.linspace(-0.4, 1.0, 57)
    middle = (edges[1:] + edges[:-1]) / 2
    far, near = np.exp(-(((middle - 0.05) / 0.12) ** 2)), np.exp(-(((middle - 0.62) / 0.15) ** 2))
    fmr_axis = np.geomspace(1e-5, 0.5, 60)
    grid = [[_pair(a, b) for b in cohorts] for a in cohorts]
    return Evaluation(
        schema=SCHEMA,
        made_at="2026-03-01T12:30:00+00:00",
        seed=20260301,
        resamples=2000,
        software={
            "lookalike": "0.1.0",
            "matcher": "opencv-zoo 1",
            "files": {"detector": HASH, "embedder": HASH[::-1]},
            "runtime": "openvino 2026.1, CPU",
            "training_data": "Undocumented for the embedder.",
        },
        gallery={"name": gallery, "id": "g-1", "snapshot": HASH, "records": 9412, "persons": 4706},
        data={
            "manifest_sha256": HASH,
            "digest": HASH[::-1],
            "images": 9500,
            "persons": 4750,
            "searched": 9100,
            "unfit": 310,
            "no_face": 41,
            "unreadable": 3,
            "same_photo": 12,
            "left_out": 34,
            "by_reason": {"too blurred": 200, "too small": 110},
        },
        headline=(
            "With one threshold for all, two strangers of the cohort Asian_F are taken for one person 20 times as "
            "often as two strangers of the cohort White_M.",
            "Judged by expected lookalikes instead, the same two cohorts differ by a factor of 1.4.",
            "A search misses the person it should find in about 1 of 11 searches where 1 of 100 searches for an absent "
            "person names somebody.",
        ),
        identification=(
            identification("all", 4400, 1.0),
            identification("fit", 3700, 0.6),
            identification("poor", 700, 2.6),
            identification("capture: dome camera", 420, 1.7),
        ),
        verification=Verification(
            mated=5200,
            nonmated=2_400_000,
            at=tuple(
                (f, 0.3 + 0.08 * i, share(f, 2_400_000), share(0.012 * (f / 0.01) ** -0.4, 5200))
                for i, f in enumerate((1e-2, 1e-3, 1e-4))
            ),
            det=_curve(fmr_axis.tolist(), np.minimum(1, 0.0019 * fmr_axis**-0.4).tolist(), 1.2),
            edges=tuple(edges.tolist()),
            mated_share=tuple((near / near.sum()).tolist()),
            nonmated_share=tuple((far / far.sum()).tolist()),
        ),
        gallery_sizes=tuple(
            GallerySize(
                n,
                n <= 4706,
                share(0.985 - 0.02 * i, 4400) if n <= 4706 else share(0.985 - 0.02 * i, 4400, "extrapolated"),
                share(0.0012 * 2.1**i, 4400),
            )
            for i, n in enumerate((500, 1000, 2000, 4706, 10_000, 100_000))
        ),
        calibration=(
            Calibration("all", "all", 4712, tuple((e, mean(e * f, 4712)) for e, f in zip(LEVELS, off, strict=True))),
            *(
                Calibration(
                    "cohort",
                    one.name,
                    450,
                    tuple(
                        (e, mean(e * f * (0.6 + 1.1 * i / len(cohorts)), 450)) for e, f in zip(LEVELS, off, strict=True)
                    ),
                )
                for i, one in enumerate(cohorts)
            ),
            *(
                Calibration(
                    "quality", q, 900, tuple((e, mean(e * f * k, 900)) for e, f in zip(LEVELS, off, strict=True))
                )
                for q, k in (("fit", 0.95), ("poor", 2.4))
            ),
            *(
                Calibration(
                    "size", str(n), 900, tuple((e, mean(e * f * k, 900)) for e, f in zip(LEVELS, off, strict=True))
                )
                for n, k in ((500, 0.7), (2000, 1.0), (4706, 1.05))
            ),
        ),
        discards=tuple(
            Discard(
                name,
                _curve(np.linspace(0, 0.3, 16).tolist(), (0.09 - k * np.linspace(0, 0.3, 16)).tolist(), 1.2),
                "FNIR at FPIR 0.01",
            )
            for name, k in (("Sharpness", 0.15), ("Inter-eye distance", 0.1), ("Unified quality score", 0.2))
        ),
        cohorts=cohorts,
        pairs=Pairs(0.42, tuple(names), tuple(tuple(row) for row in grid)) if names else None,
        differentials=_differentials(cohorts),
        likelihood=(likelihood("fit", validated=True), likelihood("poor", validated=False)),
        floors=(_floor("InterEyeDistance", 14.0, 21.0), _floor("Sharpness", None, None)),
        label_errors={"rule": "two persons with a score above 0.9 are taken for one person under two ids", "count": 17},
    )


def _floor(measure: str, unfit: float | None, poor: float | None) -> FloorCurve:
    scale = (poor or 0.14) / 21
    told = unfit is not None
    return FloorCurve(
        measure=measure,
        searches=900,
        steps=tuple((x * scale, y) for x, y in ((5.0, 0.8), (10.0, 0.45), (14.0, 0.2), (21.0, 0.05), (40.0, 0.02))),
        bins=tuple((x * scale, (x + 5) * scale, share(y, 90)) for x, y in ((5.0, 0.7), (11.0, 0.4), (45.0, 0.06))),
        unfit_below=unfit,
        poor_below=poor,
        unfit_because="below 14, in 60 of 100 searches of our own the right person was not first" if told else "",
        poor_because="from 14 to 21, in 20 of 100 searches of our own the right person was not first" if told else "",
        because="100 mated searches were below the first limit and 3 between the two; 30 of each are needed",
    )


def _pair(a: Cohort, b: Cohort) -> Estimate:
    if a.name != b.name and (sum(map(ord, a.name)) + sum(map(ord, b.name))) % 9 == 4:
        return NOTHING
    assert a.fmr.value is not None
    assert b.fmr.value is not None
    return share(math.sqrt(a.fmr.value * b.fmr.value) * (1 if a.name == b.name else 0.05), 100_000)


def _differentials(cohorts: tuple[Cohort, ...]) -> tuple[Differential, ...]:
    if not cohorts:
        return ()
    ordered = sorted(cohorts, key=lambda one: one.fmr.value or 0.0)
    best, worst = ordered[0].name, ordered[-1].name
    ratio = Estimate(20.0, 16.1, 25.2, 9000, "bootstrap by person")
    equal = Estimate(1.4, 1.1, 1.9, 9000, "bootstrap by person")
    spread = Estimate(0.62, 0.55, 0.7, 9000, "bootstrap by person")
    return (
        Differential("FMR at one threshold", worst, best, ratio, equal, spread, True, 0.0004),
        Differential("FPIR at one threshold", worst, best, ratio, equal, spread, True, 0.0004),
        Differential("FNIR at one threshold", worst, best, equal, equal, spread, True, 0.4),
        Differential("strangers with E <= 1", worst, best, NOTHING, NOTHING, NOTHING, False),
    )


def a_degenerate_evaluation() -> Evaluation:
    """An evaluation of a handful of photographs: one stratum, no cohorts, and too few to say nearly everything."""
    whole = an_evaluation(())
    poor = Identification(
        "all",
        3,
        0,
        2,
        0,
        tuple(Operating(f, None, NOTHING) for f in FPIRS),
        tuple((r, NOTHING) for r in RANKS),
        (),
        (),
        (),
    )
    return Evaluation(
        schema=SCHEMA,
        made_at=whole.made_at,
        seed=1,
        resamples=0,
        software=whole.software,
        gallery=whole.gallery,
        data={"images": 3, "persons": 2},
        headline=("Too few photographs to say who the errors fall on.",),
        identification=(poor,),
        verification=None,
        gallery_sizes=(GallerySize(2, True, NOTHING, NOTHING),),
        calibration=(Calibration("all", "all", 0, tuple((e, NOTHING) for e in LEVELS)),),
        discards=(Discard("Sharpness", (), "FNIR at FPIR 0.01"),),
        cohorts=(),
        pairs=None,
        differentials=(),
        likelihood=(likelihood("fit", validated=False),),
        floors=(),
        label_errors={},
    )
