"""The report as one self-contained page: no script, nothing from outside, every value escaped.

Jinja2 fills the template: it escapes every value unless told otherwise, and it is told otherwise for the figures only,
which are our own.
"""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path
from typing import Any

from lookalike.evaluation.figures.catalogue import drawings
from lookalike.evaluation.figures.identification import stratum_in_words
from lookalike.evaluation.figures.style import PALETTE
from lookalike.evaluation.results import Evaluation
from lookalike.evaluation.words import calibration_in_words, estimated, number, plain, score, verdict

FOLDER = Path(__file__).parent

SOFTWARE = {"lookalike": "Lookalike", "matcher": "Matcher pack", "runtime": "Runs on", "training_data": "Training data"}

GALLERY = {
    "name": "Gallery",
    "id": "Its id",
    "snapshot": "Its snapshot",
    "records": "Photographs in it",
    "persons": "People in it",
}

DATA = {
    "images": "Photographs given",
    "persons": "People on them",
    "searched": "Searched",
    "unfit": "Left out: unfit for comparison",
    "no_face": "Left out: no face found",
    "left_out": "Left out: one photograph under two people",
    "several_faces": "Left out: several faces, none chosen",
    "unreadable": "Left out: unreadable",
    "bad_lines": "Left out: lines of the manifest that cannot be used",
    "same_photo": "Themselves in the gallery, and never their own mate",
    "manifest_sha256": "SHA-256 of the manifest",
    "digest": "SHA-256 over all photographs",
}

TERMS = (
    ("Mated search", "A search for a person who is in the gallery."),
    ("Non-mated search", "A search for a person who is not in the gallery: everybody it lists is a stranger."),
    ("Threshold", "The comparison score from which a candidate is listed."),
    (
        "FPIR, false positive identification rate",
        "The share of non-mated searches that list at least one candidate at or above the threshold.",
    ),
    (
        "FNIR, false negative identification rate",
        "The share of mated searches that do not list the person at or above the threshold.",
    ),
    ("FMR", "The share of comparisons of two different people whose score reaches the threshold."),
    ("FNMR", "The share of comparisons of two photographs of one person whose score does not reach the threshold."),
    ("DET, detection error trade-off", "How one of two errors grows as the other is made smaller."),
    ("CMC", "The share of mated searches with the person among the first 1, 2, 3 … candidates."),
    (
        "Expected lookalikes, E",
        "How many strangers in this gallery would be expected to look at least this much alike. It is right when "
        "searches for absent people list, on average, as many strangers as it claims.",
    ),
    ("EDC, error versus discard", "The error that is left when the probes of the worst quality are not searched."),
    (
        "Likelihood ratio, LR",
        "How many times as probable the score is if both photographs show one person than if they show two people of "
        "this gallery's population.",
    ),
    (
        "Cllr",
        "The cost of likelihood ratios: 0 is perfect, 1 is as good as none. Cllr min is what the order alone costs.",
    ),
    ("devPAV", "How far likelihood ratios lie from well-calibrated ones, in powers of ten."),
    ("ELUB bounds", "The smallest and the largest likelihood ratio that the data can support."),
    (
        "GARBE",
        "Gini aggregation rate for biometric equitability: 0 where an error falls on all cohorts alike, towards 1 "
        "where it falls on one.",
    ),
    (
        "95 % interval",
        "Made by drawing the people of the test anew, with all their photographs, unless another method is named.",
    ),
)
"""After ISO/IEC 19795-1:2021, ISO/IEC 29794-1:2024 and ISO/IEC 19795-10:2024."""

LIMITS = (
    "The figures hold for this gallery, this matcher and photographs like those of the test. Evidence of another kind, "
    "darker, smaller or more from the side, gives other figures, as a rule worse ones.",
    "A search always lists somebody if its list is not cut. Nothing here makes a candidate more than a lead.",
    "Cohort labels come from the records that were given. They were not checked, and no model guessed them.",
    "Where two people of a record are one, or one is two, an error is counted that is none. How such records were "
    "looked for is said above.",
    "An interval covers the chance of having drawn these people as probes. Gallery and thresholds are taken as "
    "they are, and what the test did not contain it does not cover.",
    "The reference cohort of the built-in matcher pack was measured on half the people of two public sets, Labeled Faces "
    "in the Wild and UTKFace: an evaluation on those sets is not independent of it.",
)


def render(evaluation: Evaluation, *, digest: str) -> str:
    """The page as HTML text, the same for the same evaluation. digest: SHA-256 of report.json, shown on it."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: plain(value) if type(value) is str else value,
    )
    environment.filters |= {
        "number": number,
        "score": score,
        "estimated": estimated,
        "stratum": stratum_in_words,
        "thousands": _thousands,
    }
    style = _style()
    return environment.get_template("report.html").render(
        e=evaluation,
        digest=digest,
        style=Markup(style),  # noqa: S704 (ours)
        style_hash=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
        drawings={
            drawing.name: (drawing, Markup(_inline(drawing.svg())))  # noqa: S704 (ours; labels in it are escaped)
            for drawing in drawings(evaluation)
        },
        calibration_verdict=calibration_in_words(evaluation.calibration),
        verdict=verdict,
        facts=facts(evaluation),
        terms=TERMS,
        limits=LIMITS,
    )


def facts(evaluation: Evaluation) -> list[tuple[str, str]]:
    """What was measured on what, as far as it is known: a label in words and a value each."""
    reasons, files = evaluation.data.get("by_reason", {}), evaluation.software.get("files", {})
    return [
        (label, _thousands(given[key]))
        for labels, given in (
            (GALLERY, evaluation.gallery),
            (DATA, evaluation.data),
            ({reason: f"Unfit because: {reason}" for reason in reasons}, reasons),
            (SOFTWARE, evaluation.software),
            ({role: f"SHA-256 of the {role}" for role in files}, files),
        )
        for key, label in labels.items()
        if key in given
    ]


def _thousands(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)


def _inline(drawn: str) -> str:
    """The figure without its name spaces: inside HTML they are understood."""
    return re.sub(r' xmlns(:\w+)?="[^"]*"', "", drawn)


def _style() -> str:
    """The page's style sheet, with the colours of the palette for light and for dark."""
    dark = "".join(
        f'[{attribute}="{light}"]{{{attribute}:{colour}}}'
        for light, colour in PALETTE.values()
        for attribute in ("fill", "stroke")
    )
    return (FOLDER / "report.css").read_text(
        encoding="utf-8"
    ) + f"@media screen and (prefers-color-scheme:dark){{{dark}}}\n"
