"""What a search or a comparison may rely on: the accepted evaluation of a gallery, and likelihood ratios under it."""

from __future__ import annotations

import datetime
import json
from dataclasses import dataclass

from lookalike.face.matcher import Matcher
from lookalike.gallery.search import SearchableGallery
from lookalike.strength.ratio import LikelihoodRatio, NotValidated, Ratios
from lookalike.strength.words import ratio_sentence


@dataclass(frozen=True, slots=True)
class Validity:
    """The accepted evaluation that a search or a comparison in one gallery relies on, at one image quality.

    id: "" where there is none; words: in a sentence. fitness: the image quality. ratios: the likelihood ratios that
    were measured; None where none were.
    """

    id: str
    words: str
    fitness: str
    ratios: Ratios | None


def validity(gallery: SearchableGallery, matcher: Matcher, fitness: str, today: datetime.date) -> Validity:
    """What may be relied on today. fitness: the probe's verdict. Raises BadValidation for a damaged one."""
    found = gallery.validation(matcher.identity.files, today)
    if found is None:
        return Validity(
            "", "No current validation: nobody has accepted how often searches here are wrong.", fitness, None
        )
    level = found.level(fitness)
    if level is None or not level.usable:
        because = level.because if level else "no searches of this quality were measured"
        return Validity("", f"Not validated for this image quality: {because}.", fitness, None)
    ratios = Ratios.from_json(json.dumps(found.measured.ratios)) if found.measured.ratios else None
    words = (
        f"Validated for this image quality until {found.expires}, accepted by {found.accepted_by} on "
        f"{found.accepted_at[:10]}: {level.because}."
    )
    return Validity(found.id, words, fitness, ratios)


def ratio_of(score: float, relied_on: Validity) -> tuple[float | None, str]:
    """The likelihood ratio of a pair that nobody picked for its likeness: log10, None where none may be told; words."""
    told: LikelihoodRatio | NotValidated = NotValidated("no current validation of this gallery", relied_on.fitness)
    if relied_on.ratios is not None:
        told = relied_on.ratios.assess(score, relied_on.fitness)
    words = ratio_sentence(told)
    if isinstance(told, NotValidated):
        return None, f"Likelihood ratio: {words}."
    return told.log10, f"{words[0].upper()}{words[1:]}."
