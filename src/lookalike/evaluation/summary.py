"""The evaluation on one to three pages: a PDF to be signed, handed out and filed."""

from __future__ import annotations

import datetime
from pathlib import Path

from lookalike.evaluation.figures.catalogue import drawings
from lookalike.evaluation.figures.identification import stratum_in_words
from lookalike.evaluation.figures.style import MOST_COHORTS
from lookalike.evaluation.page import facts
from lookalike.evaluation.results import Evaluation
from lookalike.evaluation.words import calibration_in_words, estimated, number, plain, shortened
from lookalike.typesetting import typeset

SHOWN = ("calibration", "cohorts")

LONGEST = 300
"""Characters of one fact: a summary has room for a name, not for a novel."""


def to_pdf(evaluation: Evaluation, *, digest: str) -> bytes:
    """Typeset the summary (PDF/UA-1); the same evaluation gives the same bytes.

    digest: SHA-256 of report.json, printed on it, so that the signature over this document holds for all the numbers.
    Raises Fault when the document cannot be made.
    """
    figures = {drawing.name: drawing for drawing in drawings(evaluation) if drawing.name in SHOWN}
    general = [one for one in evaluation.identification if not one.stratum.startswith("capture: ")]
    data = {
        "digest": digest,
        "gallery": shortened(str(evaluation.gallery.get("name", "")), LONGEST),
        "lookalike": plain(str(evaluation.software.get("lookalike", ""))),
        "made_at": plain(evaluation.made_at),
        "headline": [plain(sentence) for sentence in evaluation.headline],
        "fpirs": [number(at.fpir) for at in general[0].operating] if general else [],
        "searches": [
            [stratum_in_words(one.stratum), f"{one.mated:,}", *(estimated(at.fnir) for at in one.operating)]
            for one in general
        ],
        "calibration": calibration_in_words(evaluation.calibration),
        "figures": list(figures),
        "alts": {name: drawing.description for name, drawing in figures.items()},
        "cohorts_height": min(190, 30 + 5 * min(len(evaluation.cohorts), MOST_COHORTS)),
        "likelihood": [
            {
                "stratum": stratum_in_words(one.stratum).capitalize(),
                "validated": one.validated,
                "because": shortened(one.because, LONGEST),
            }
            for one in evaluation.likelihood
        ],
        "facts": [[shortened(label, LONGEST), shortened(value, LONGEST)] for label, value in facts(evaluation)],
    }
    pictures = {f"{name}.svg": drawing.svg(outlined=True).encode() for name, drawing in figures.items()}
    made_at = datetime.datetime.fromisoformat(evaluation.made_at)
    return typeset(Path(__file__).with_suffix(".typ"), data, pictures, made_at=made_at)
