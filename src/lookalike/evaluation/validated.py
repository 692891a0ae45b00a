"""What an evaluation lets searches rely on: one level an image quality, for somebody to accept."""

from __future__ import annotations

import json

from lookalike.evaluation.calibration import within_band
from lookalike.evaluation.captures import FITNESS
from lookalike.evaluation.estimates import Estimate
from lookalike.evaluation.results import Calibration, Evaluation, Identification
from lookalike.gallery.validation import CohortErrors, Level, Measured
from lookalike.strength.ratio import FEWEST_PERSONS, Ratios

FEWEST_SEARCHES = 300
"""Searches without the person in the gallery that it takes: three in a hundred false leads then show as about nine."""

RELIED_ON = (1.0, 10.0)
"""Expected lookalikes that have to hold for a search to be relied on: rarer ones take more searches than there are."""

STRATA = {"fit": FITNESS[0].value, "poor": FITNESS[1].value}


def measured(evaluation: Evaluation, ratios: Ratios, *, report_sha256: str) -> Measured:
    """The part of an evaluation that is kept with the gallery. report_sha256: of report.json."""
    strata = {one.stratum: one for one in evaluation.identification}
    listed = {row.name: row for row in evaluation.calibration if row.kind == "quality"}
    return Measured(
        gallery=evaluation.gallery["id"],
        snapshot=evaluation.gallery["snapshot"],
        persons=evaluation.gallery["persons"],
        matcher=evaluation.software["matcher"],
        files=evaluation.software["files"],
        data_digest=evaluation.data["digest"],
        manifest_sha256=evaluation.data["manifest_sha256"],
        report_sha256=report_sha256,
        made_at=evaluation.made_at,
        levels=tuple(
            _level(strata[name], listed.get(name), fitness) for name, fitness in STRATA.items() if name in strata
        ),
        cohorts=tuple(
            CohortErrors(one.name, one.persons, one.fnir.value, one.fnir.low, one.fnir.high)
            for one in evaluation.cohorts
        ),
        ratios=json.loads(ratios.to_json()) if ratios.strata else None,
    )


def _level(stratum: Identification, listed: Calibration | None, fitness: str) -> Level:
    """One image quality. It may be relied on where it was measured on enough, and where expected lookalikes held."""
    counts = {} if listed is None else dict(listed.rows)
    metrics: dict[str, Estimate] = {f"rank_{rank}": within for rank, within in stratum.rank}
    metrics |= {f"fnir_at_fpir_{point.fpir:g}": point.fnir for point in stratum.operating}
    metrics |= {f"fpir_at_expected_{e:g}": fpir for e, _, fpir in stratum.fnir_by_expected}
    metrics |= {f"listed_at_expected_{e:g}": mean for e, mean in counts.items()}
    known = {name: estimate.value for name, estimate in metrics.items() if estimate.value is not None}
    people, searches = stratum.mated_persons, stratum.nonmated
    counted = f"{stratum.mated:,} searches for {people:,} people who are in it, {searches:,} without the person"
    enough = people >= FEWEST_PERSONS and searches >= FEWEST_SEARCHES
    held = {e: within_band(e, mean) for e, mean in counts.items() if e in RELIED_ON}
    usable = enough and len(held) == len(RELIED_ON) and all(held.values())
    because = f"measured on {counted}"
    if not enough:
        because += f", where {FEWEST_PERSONS} people and {FEWEST_SEARCHES} searches are needed"
    for e, inside in held.items():
        if not inside:
            value = counts[e].value
            said = "too few searches to say" if value is None else f"{value:.2g} strangers came"
            because += f"; where {e:g} expected lookalikes were stated, {said}"
    return Level(fitness, stratum.mated, searches, people, usable, because, known)
