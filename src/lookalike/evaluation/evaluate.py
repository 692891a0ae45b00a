"""A whole evaluation: from a list of images and a gallery to everything that is told about them."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import lookalike
from lookalike.errors import BadEvaluation
from lookalike.evaluation.calibration import calibrated, calibrations
from lookalike.evaluation.captures import FITNESS, Captured, Outcome, Workbook, capture_all
from lookalike.evaluation.compared import compare_all
from lookalike.evaluation.differentials import cohorts, differentials
from lookalike.evaluation.discard import discards
from lookalike.evaluation.estimates import Estimate, resample
from lookalike.evaluation.floors import curves
from lookalike.evaluation.gallery_size import gallery_sizes
from lookalike.evaluation.headline import headline
from lookalike.evaluation.identification import identifications
from lookalike.evaluation.likelihood import likelihoods
from lookalike.evaluation.manifest import Manifest, read_manifest
from lookalike.evaluation.results import SCHEMA, Calibration, Evaluation
from lookalike.evaluation.searches import POOR, Searches
from lookalike.evaluation.trials import Enrolled, enrolled, pairs, same_photo, search_all, search_samples
from lookalike.evaluation.verification import pairs as cohort_pairs
from lookalike.evaluation.verification import rate, verification
from lookalike.face.matcher import Matcher
from lookalike.gallery.gallery import Gallery
from lookalike.strength.ratio import Ratios
from lookalike.strength.reference import Reference

SIZES = (100, 500, 5_000)
"""Gallery sizes, in persons, at which expected lookalikes are checked beside the gallery's own."""

SAMPLED = 1_500
"""Probes that are searched in galleries of those sizes, at most."""

RESAMPLES = 1_000
FEWEST = 20
"""Probes and people that it takes to say anything at all."""

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Doubt:
    """Two people of the lists who look like one: a label error, or a brother. score: of their best comparison."""

    person: str
    other: str
    score: float


@dataclass(frozen=True, slots=True)
class Evaluated:
    """What came out: the report's data, the likelihood ratios for searches, and people to look at again."""

    evaluation: Evaluation
    ratios: Ratios
    doubts: tuple[Doubt, ...]


def evaluate(
    manifest: Path,
    gallery: Gallery,
    matcher: Matcher,
    work: Path,
    *,
    centre: bool,
    seed: int,
    threads: int,
    now: datetime.datetime,
    on_progress: Progress = lambda _step, _done, _total: None,
) -> Evaluated:
    """Measure how often searches of a gallery are wrong, and for whom.

    manifest: the images, beside which they lie. work: the workbook of what is done; a run that was cut short goes on
    from it. centre: see `capture_all`. The same manifest, gallery, matcher and seed give the same numbers.
    Raises BadManifest, PackDiffers, EmptyGallery, and BadEvaluation where there is too little to say anything.
    """
    gallery.require(matcher.identity)
    listed = read_manifest(manifest)
    inside = enrolled(gallery)
    workbook = Workbook(work, _made_for(listed, inside, matcher, centre=centre))
    try:
        captured = capture_all(
            listed.images,
            manifest.parent,
            matcher,
            workbook,
            centre=centre,
            threads=threads,
            on_progress=lambda done, total: on_progress("measuring faces", done, total),
        )
        contradicted = _contradicted(captured)
        probes = [one for one in captured if one.template is not None and one.sha256 not in contradicted]
        _enough(probes, captured)
        reference = Reference.from_mapping(matcher.pack.reference) if matcher.pack.reference else None
        everything, rows = search_all(
            probes,
            gallery,
            inside,
            reference,
            workbook,
            workers=threads,
            on_progress=lambda done, total: on_progress("searching", done, total),
        )
    finally:
        workbook.close()
    searched = [probe for probe in probes if probe.fitness <= POOR]
    fit_enough = everything.fitness <= POOR
    searches = everything.only(fit_enough)
    _enough(searched, captured)
    sized = _sized(searched, searches, inside, reference, seed=seed, threads=threads, on_progress=on_progress)
    source = f"Measured on {len(searched)} searches of {gallery.name}, {now.date().isoformat()}."
    on_progress("likelihood ratios", 0, 1)
    doubted = _doubts(searched, searches, rows[fit_enough], inside)
    likelihood, ratios = likelihoods(pairs(searched, inside, seed=seed), seed=seed, source=source)
    on_progress("comparing", 0, 1)
    compared = compare_all(
        searched, inside, searches.cohorts, threads=threads, on_progress=lambda *at: on_progress("comparing", *at)
    )
    on_progress("intervals", 0, 1)
    rng = np.random.default_rng(seed)
    draws = resample(searches.person, rng, RESAMPLES)
    known = compared.contributions
    by_pair = None
    if searches.cohorts and compared.threshold is not None and known is not None:
        within = resample(known.person, rng, RESAMPLES)
        by_pair = cohort_pairs(
            compared.nonmated, compared.edges, searches.cohorts, compared.persons, compared.threshold, known, within
        )
    by_cohort = tuple(replace(one, refused=_refused(one.name, captured)) for one in cohorts(searches, draws, by_pair))
    found = differentials(searches, draws, rng, known)
    identification = identifications(searches, draws)
    calibration = (*calibrations(searches, draws), *sized)
    on_progress("intervals", 1, 1)
    evaluation = Evaluation(
        schema=SCHEMA,
        made_at=now.isoformat(timespec="seconds"),
        seed=seed,
        resamples=RESAMPLES,
        software=_software(matcher),
        gallery={
            "name": gallery.name,
            "id": gallery.id,
            "snapshot": inside.snapshot,
            "records": len(inside.records),
            "persons": len(inside.people),
        },
        data=_data(listed, captured, contradicted, searched, inside),
        headline=headline(by_cohort, found, identification, calibration),
        identification=identification,
        verification=verification(compared.nonmated, compared.mated, compared.edges, compared.persons),
        gallery_sizes=gallery_sizes(searches, draws),
        calibration=calibration,
        discards=discards(searches, draws),
        cohorts=by_cohort,
        pairs=by_pair,
        differentials=found,
        likelihood=likelihood,
        floors=curves(everything),
        label_errors=_label_errors(doubted),
    )
    return Evaluated(evaluation, ratios, doubted)


def _made_for(listed: Manifest, inside: Enrolled, matcher: Matcher, *, centre: bool) -> dict[str, str]:
    """What the work so far depends on: with any of it changed, it is begun again."""
    return {
        "manifest": listed.sha256,
        "snapshot": inside.snapshot,
        "matcher": json.dumps(dict(matcher.identity.files), sort_keys=True),
        "floors": repr(matcher.pack.floors),
        "reference": repr(matcher.pack.reference),
        "runtime": matcher.identity.runtime,
        "centre": str(centre),
        "lookalike": lookalike.__version__,
    }


def _enough(probes: Sequence[Captured], captured: Sequence[Captured]) -> None:
    people = len({probe.image.person_id for probe in probes})
    if people >= FEWEST:
        return
    kept = {probe.image.line for probe in probes}
    left_out = [one for one in captured if one.image.line not in kept]
    reasons = Counter(FITNESS[one.fitness].value if one.template is not None else one.outcome.value for one in left_out)
    told = ", ".join(f"{count:,} {reason}" for reason, count in reasons.most_common())
    raise BadEvaluation(
        f"Of {len(captured):,} images, {len(probes):,} of {people:,} people can be searched"
        + (f" (left out: {told})." if told else "."),
        why=f"With fewer than {FEWEST} people nothing can be told apart from chance.",
        remedy="Add images of more people, or look at why they were left out.",
    )


def _contradicted(captured: Sequence[Captured]) -> set[str]:
    """The photographs, by SHA-256, that stand in the list under two people: whose they are nobody knows."""
    owners: dict[str, set[str]] = {}
    for one in captured:
        if one.template is not None and one.image.face is None:
            owners.setdefault(one.sha256, set()).add(one.image.person_id)
    return {sha256 for sha256, people in owners.items() if len(people) > 1}


def _refused(cohort: str, captured: Sequence[Captured]) -> Estimate:
    """The share of a cohort's images that were not searched: no face in them, or unfit."""
    given = [one for one in captured if one.image.cohort == cohort and one.outcome is not Outcome.UNREADABLE]
    refused = sum(one.template is None or one.fitness > POOR for one in given)
    return rate(refused, len(given), float(len({one.image.person_id for one in given})))


def _sized(
    searched: Sequence[Captured],
    searches: Searches,
    inside: Enrolled,
    reference: Reference | None,
    *,
    seed: int,
    threads: int,
    on_progress: Progress,
) -> tuple[Calibration, ...]:
    """The calibration of expected lookalikes in smaller galleries, drawn anew for each of at most SAMPLED probes."""
    rng = np.random.default_rng([seed, 1])
    chosen = np.sort(rng.permutation(len(searched))[:SAMPLED])
    sample, rows = [searched[i] for i in chosen], []
    for size in SIZES:
        if size >= len(inside.people) - 1:
            break
        found = search_samples(
            sample,
            inside,
            reference,
            size,
            seed=seed,
            workers=threads,
            on_progress=lambda done, total, size=size: on_progress(f"in {size:,} people", done, total),  # type: ignore[misc]
        )
        everyone = np.ones(len(found), dtype=np.bool_)
        draws = resample(searches.person[chosen], rng, RESAMPLES)
        rows.append(calibrated("size", f"{size}", found, everyone, draws))
    return tuple(rows)


def _doubts(
    searched: Sequence[Captured], searches: Searches, rows: NDArray[np.int64], inside: Enrolled
) -> tuple[Doubt, ...]:
    """Pairs of different people who are as alike as the median mate: most often one person under two names.

    It looks at scores only, never at what they are said to be worth.
    """
    if not searches.mated.any():
        return ()
    limit = float(np.median(searches.mate_score[searches.mated]))
    found: dict[tuple[str, str], float] = {}
    for probe, scores, places in zip(searched, searches.stranger_score, rows, strict=True):
        for score, row in zip(scores, places, strict=True):
            if not score >= limit:
                break
            one, other = sorted((probe.image.person_id, inside.records[row].person_id))
            found[one, other] = max(float(score), found.get((one, other), -1.0))
    return tuple(Doubt(*pair, score) for pair, score in sorted(found.items(), key=lambda item: (-item[1], item[0])))


def _label_errors(doubted: Sequence[Doubt]) -> dict[str, object]:
    return {
        "rule": "Pairs of people who are as alike as half of all mates are listed beside the report for somebody to "
        "look at, and left in all figures.",
        "count": len(doubted),
    }


def _software(matcher: Matcher) -> dict[str, object]:
    identity = matcher.identity
    return {
        "lookalike": lookalike.__version__,
        "matcher": identity.id,
        "files": dict(identity.files),
        "runtime": identity.runtime,
        "training_data": identity.training_data,
    }


def _data(
    listed: Manifest,
    captured: Sequence[Captured],
    contradicted: set[str],
    searched: Sequence[Captured],
    inside: Enrolled,
) -> dict[str, object]:
    kinds = Counter(one.outcome for one in captured)
    rows = inside.people
    left_out = sum(one.sha256 in contradicted for one in captured)
    lines = sorted(f"{one.sha256} {one.image.person_id} {one.image.cohort} {one.image.capture}" for one in searched)
    return {
        "manifest_sha256": listed.sha256,
        "digest": hashlib.sha256("\n".join(lines).encode()).hexdigest(),
        "images": len(listed.images) + len(listed.bad),
        "persons": len({image.person_id for image in listed.images}),
        "searched": len(searched),
        "unfit": sum(one.template is not None and one.fitness > POOR for one in captured),
        "left_out": left_out,
        "no_face": kinds[Outcome.NO_FACE],
        "several_faces": kinds[Outcome.SEVERAL],
        "unreadable": kinds[Outcome.UNREADABLE],
        "bad_lines": len(listed.bad),
        "same_photo": sum(
            any(same_photo(one, inside, row) for row in rows.get(one.image.person_id, ())) for one in searched
        ),
    }
