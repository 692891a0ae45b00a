"""One search, from the probe as received to the record: edit, detect, choose, judge, search, assess."""

from __future__ import annotations

import base64
import contextlib
import datetime
import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

import lookalike
from lookalike.errors import SameGallery, UnfitForComparison
from lookalike.face.detector import Face
from lookalike.face.matcher import Capture, Matcher, choose_face
from lookalike.face.quality import Quality
from lookalike.face.template import Template, digest
from lookalike.gallery.records import Status
from lookalike.gallery.search import Candidate, Filter, SearchableGallery, SearchResult
from lookalike.media.edits import Edit, apply, describe, to_dict
from lookalike.media.photo import Photo
from lookalike.record import places
from lookalike.record.model import (
    CandidateRecord,
    Expected,
    GalleryRecord,
    OtherRecord,
    ProbeFace,
    ProbeRecord,
    Score,
    SearchRecord,
    Software,
)
from lookalike.record.pictures import without_others
from lookalike.record.validity import validity
from lookalike.strength.reference import Reference
from lookalike.strength.tail import Expectation, expected_lookalikes
from lookalike.strength.words import interval, sentence

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Probe:
    """The one face of a photograph that is to be searched, fit for it.

    pixels: as edited. faces: all of them; only `faces[chosen]` was templated.
    """

    photo: Photo
    edits: tuple[Edit, ...]
    pixels: Pixels
    faces: tuple[Face, ...]
    chosen: int
    capture: Capture


@dataclass(frozen=True, slots=True)
class Search:
    """A finished search: the record, and the pictures that may be shown with it.

    received, edited: the probe with every face but the chosen one made unrecognisable.
    """

    record: SearchRecord
    received: Pixels
    edited: Pixels
    face: Face


def prepare_probe(
    photo: Photo,
    matcher: Matcher,
    *,
    edits: Sequence[Edit] = (),
    face: int | None = None,
    option: str = "--face",
) -> Probe:
    """Edit the photograph, find its faces, and take the chosen one.

    face: counted from 1, left to right; may be left out when there is one face. option: what a person chooses it with.
    Raises BadEdit, NoFaceFound, SeveralFaces, NoSuchFace, or UnfitForComparison with the measured reasons.
    """
    pixels = apply(photo.pixels, edits)
    faces = matcher.detect(pixels)
    chosen = choose_face(faces, face, name=photo.name, option=option)
    capture = matcher.capture(pixels, faces, chosen)
    if capture.template is None:
        raise UnfitForComparison(
            f"{photo.name} is unfit for comparison: {'; '.join(capture.verdict.reasons)}.",
            why="A search would return a full list all the same, and every face on it would be a lookalike.",
            remedy="Ask for the original recording, choose another still, or close the request without a search.",
        )
    return Probe(photo, tuple(edits), pixels, faces, chosen, capture)


def search(
    probe: Probe,
    galleries: Sequence[SearchableGallery],
    matcher: Matcher,
    *,
    count: int,
    now: datetime.datetime,
    only: Filter | None = None,
) -> Search:
    """Search one probe in one or several galleries, as one act, and say what every score is worth.

    count: length of the list, 2 to 50. now: the time to record. only: search fewer records. Raises PackDiffers,
    EmptyGallery, BadCandidateCount, SameGallery, TooFewScores (nothing honest can be said of the scores).
    """
    assert probe.capture.template is not None
    _distinct(galleries)
    for gallery in galleries:
        gallery.require(matcher.identity)
    with contextlib.ExitStack() as moment:
        for gallery in galleries:
            moment.enter_context(gallery.reading())
        found = [gallery.index().search(probe.capture.template, count, only=only) for gallery in galleries]
        listed = merged(galleries, found, count)
        worth = _worth(found, matcher, [candidate.comparison.score for _, candidate in listed])
        persons = sum(result.persons for result in found)
        returned = {(gallery.id, candidate.record_id) for gallery, candidate in listed}
        fitness = probe.capture.verdict.fitness.value
        relied_on = {gallery.id: validity(gallery, matcher, fitness, now.date()) for gallery in galleries}
        candidates = tuple(
            _candidate(
                rank,
                gallery,
                candidate,
                _expected(expectation, persons),
                returned,
                now.date(),
                frozenset(only.without if only else ()),
            )
            for rank, ((gallery, candidate), expectation) in enumerate(zip(listed, worth, strict=True), start=1)
        )
    identity = matcher.identity
    record = SearchRecord(
        made_at=now.isoformat(timespec="milliseconds"),
        software=Software(
            lookalike.__version__, identity.id, dict(identity.files), identity.runtime, identity.training_data
        ),
        probe=_probe(probe),
        galleries=tuple(
            GalleryRecord(
                gallery.name,
                gallery.id,
                result.snapshot,
                result.records,
                result.persons,
                relied_on[gallery.id].id,
                relied_on[gallery.id].words,
            )
            for gallery, result in zip(galleries, found, strict=True)
        ),
        asked_for=count,
        candidates=candidates,
    )
    received, edited = _shown(probe, matcher)
    return Search(record=record, received=received, edited=edited, face=probe.faces[probe.chosen])


def merged(
    galleries: Sequence[SearchableGallery], found: Sequence[SearchResult], count: int
) -> list[tuple[SearchableGallery, Candidate]]:
    """The best candidates of all galleries; equal scores go to the earlier gallery, then to the lower record id."""
    everyone = [
        (-candidate.comparison.score, place, candidate.record_id, candidate)
        for place, result in enumerate(found)
        for candidate in result.candidates
    ]
    everyone.sort(key=lambda entry: entry[:3])
    return [(galleries[place], candidate) for _, place, _, candidate in everyone[:count]]


def _distinct(galleries: Sequence[SearchableGallery]) -> None:
    for i, gallery in enumerate(galleries):
        for other in galleries[:i]:
            if gallery.id == other.id or gallery.name == other.name:
                raise SameGallery(
                    f"{gallery.name} was named twice.",
                    why="A record says which gallery each candidate came from.",
                    remedy="Name each gallery once, in folders of different names.",
                )


def quality_rows(quality: Quality) -> tuple[dict[str, object], ...]:
    """The measures as JSON data."""
    return tuple(
        {"measure": m.name, "raw": round(m.raw, 4), "unit": m.unit, "value": m.value} for m in quality.measures
    )


def age_in_words(taken: str, today: datetime.date) -> str:
    """How old a photograph was at the search: `11 years before this search`. taken: ISO date."""
    then = datetime.date.fromisoformat(taken)
    if today < then:
        return "dated after this search"
    months = (today.year - then.year) * 12 + today.month - then.month - (today.day < then.day)
    for number, word in ((months // 12, "year"), (months, "month"), ((today - then).days, "day")):
        if number:
            return f"{number} {word}{'' if number == 1 else 's'} before this search"
    return "the day of this search"


def worth_of(
    score: float, template: Template, gallery: SearchableGallery, matcher: Matcher
) -> tuple[Expected, int, str]:
    """What one score of a template is worth against the strangers of a gallery; persons searched, and the snapshot.

    Raises PackDiffers, EmptyGallery, TooFewScores.
    """
    gallery.require(matcher.identity)
    found = gallery.index().search(template)
    (worth,) = _worth([found], matcher, [score])
    return _expected(worth, found.persons), found.persons, found.snapshot


def _worth(found: Sequence[SearchResult], matcher: Matcher, scores: Sequence[float]) -> tuple[Expectation, ...]:
    """Judge scores by the strangers of all galleries together; a person in two of them counts twice."""
    numbers = matcher.pack.reference
    reference = Reference.from_mapping(numbers) if numbers else None
    best = np.sort(np.concatenate([result.best_per_person for result in found]))[::-1]
    return expected_lookalikes(best, sum(result.persons for result in found), scores, reference)


def _expected(worth: Expectation, persons: int) -> Expected:
    words, between = sentence(worth, persons), interval(worth, persons)
    bounds = "" if between in words else f" ({between})"
    full = f"{words[0].upper()}{words[1:]}{bounds}."
    return Expected(worth.persons, worth.low, worth.high, full)


def _candidate(
    rank: int,
    gallery: SearchableGallery,
    candidate: Candidate,
    expected: Expected,
    returned: set[tuple[str, str]],
    today: datetime.date,
    left_out: frozenset[str],
) -> CandidateRecord:
    record = gallery.record(candidate.record_id)
    assert record is not None, "the catalogue is read in the same transaction as the index"
    gallery.template(record.id)  # raises when another template stands in this record's row
    missing = [
        OtherRecord(other.id, other.date_taken, other.source)
        for other in gallery.records(person_id=record.person_id, status=Status.ACTIVE)
        if (gallery.id, other.id) not in returned and other.id not in left_out
    ]
    parts = candidate.comparison
    return CandidateRecord(
        rank=rank,
        gallery=gallery.name,
        record_id=record.id,
        person_id=record.person_id,
        score=Score(parts.score, parts.dot, parts.norm_a, parts.norm_b),
        expected_lookalikes=expected,
        date_taken=record.date_taken,
        age=age_in_words(record.date_taken, today),
        source=record.source,
        photo_sha256=record.photo_sha256,
        others_not_returned=tuple(missing),
    )


def _probe(probe: Probe) -> ProbeRecord:
    photo, face = probe.photo, probe.faces[probe.chosen]
    template = probe.capture.template
    assert template is not None
    return ProbeRecord(
        name=photo.name,
        sha256=photo.sha256,
        format=photo.format,
        width=photo.width,
        height=photo.height,
        conversions=photo.conversions,
        metadata={key: str(value) for key, value in asdict(photo.metadata).items() if value and value != 1},
        edits=tuple(to_dict(edit) for edit in probe.edits),
        edits_in_words=describe(probe.edits),
        edited_sha256=hashlib.sha256(np.ascontiguousarray(probe.pixels).tobytes()).hexdigest(),
        face=ProbeFace(
            number=probe.chosen + 1,
            of=len(probe.faces),
            box=tuple(round(v, 2) for v in face.box),  # type: ignore[arg-type]  # four stay four
            landmarks=tuple((round(float(x), 2), round(float(y), 2)) for x, y in face.landmarks),
            confidence=round(face.confidence, 4),
        ),
        quality=quality_rows(probe.capture.quality),
        fitness=probe.capture.verdict.fitness.value,
        reasons=probe.capture.verdict.reasons,
        template=base64.b64encode(template.tobytes()).decode(),
        template_sha256=digest(template),
    )


def _shown(probe: Probe, matcher: Matcher) -> tuple[Pixels, Pixels]:
    """The photograph as received and as edited, with everybody unrecognisable who was not chosen.

    A face counts wherever it was found, before the edits or after. Where edits moved the picture it cannot be told for
    certain which face of the received one was chosen, and all of them are made unrecognisable.
    """
    chosen = probe.faces[probe.chosen]
    after = [*probe.faces, *matcher.detect_thoroughly(probe.pixels)]
    if not probe.edits:
        hidden = without_others(probe.pixels, after, chosen)
        return hidden, hidden
    received = probe.photo.pixels
    tone = [edit for edit in probe.edits if not edit.moves]
    before = [*matcher.detect_thoroughly(received), *matcher.detect_thoroughly(apply(received, tone))]
    if len(tone) == len(probe.edits):
        everybody = [*before, *after]
        return without_others(received, everybody, chosen), without_others(probe.pixels, everybody, chosen)
    # a face that a crop cuts in two is found in the whole picture only
    moved = [places.after(face, probe.edits, received.shape) for face in before]
    return without_others(received, before, None), without_others(probe.pixels, [*after, *moved], chosen)
