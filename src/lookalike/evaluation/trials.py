"""The searches of an evaluation: every probe in the gallery, as a search would be, and again without its own person."""

from __future__ import annotations

import itertools
import math
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.process import BaseProcess

import numpy as np
from numpy.typing import NDArray

from lookalike.errors import BadEvaluation, EmptyGallery
from lookalike.evaluation.captures import Captured, Workbook
from lookalike.evaluation.searches import KEPT, Searches
from lookalike.face.template import Template, compare, scores_from_parts
from lookalike.gallery.gallery import Gallery
from lookalike.gallery.records import Record, Status
from lookalike.gallery.search import MOST, ROWS_KEPT, Ranked, best_per_person
from lookalike.strength.reference import Reference
from lookalike.strength.tail import FEWEST, expected_lookalikes

CHUNK = 256
"""Searches between two writes to the workbook."""

SAME_PHOTO = 0.99
"""Score from which two photographs of one person are taken for one photograph in two encodings."""

STRANGERS = 200
"""Comparisons with strangers drawn for each probe, for the likelihood ratio."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Enrolled:
    """The searchable records of the gallery: templates (N, D) int8 and, in the same order, whose they are."""

    templates: NDArray[np.int8]
    records: tuple[Record, ...]
    snapshot: str

    @property
    def people(self) -> dict[str, list[int]]:
        """The rows of each person."""
        rows: dict[str, list[int]] = {}
        for row, record in enumerate(self.records):
            rows.setdefault(record.person_id, []).append(row)
        return rows


@dataclass(frozen=True, slots=True)
class Pairs:
    """Comparisons for the likelihood ratio, one row each.

    score: (n,) float64. mated: (n,) bool. persons: (n, 2) int64, index of the probe's and of the record's person.
    fitness: (n,) int64 of the probe.
    """

    score: Floats
    mated: NDArray[np.bool_]
    persons: NDArray[np.int64]
    fitness: NDArray[np.int64]


def enrolled(gallery: Gallery) -> Enrolled:
    """Read every searchable template and its record, at one moment.

    Raises EmptyGallery, BrokenGallery, and BadEvaluation when it holds fewer than 50 strangers.
    """
    with gallery.reading():
        listed = gallery.catalogue.segments()
        everything = [gallery.segments.read(segment) for segment in listed]
        rows = gallery.catalogue.active_rows_by_id()
        records = tuple(gallery.records(status=Status.ACTIVE))
        snapshot = gallery.catalogue.state().id
    if not records:
        raise EmptyGallery("The gallery has no record that may be searched.", remedy="See `lookalike gallery info`.")
    inside = Enrolled(np.concatenate(everything)[rows], records, snapshot)
    if len(inside.people) <= FEWEST:  # one of them is each probe's own
        raise BadEvaluation(
            f"The gallery holds {len(inside.people)} people.",
            why="What strangers' scores are like cannot be told from so few.",
            remedy="Evaluate on a gallery like the one that will be searched.",
        )
    return inside


def search_all(
    probes: Sequence[Captured],
    gallery: Gallery,
    inside: Enrolled,
    reference: Reference | None,
    workbook: Workbook,
    *,
    workers: int,
    on_progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> tuple[Searches, NDArray[np.int64]]:
    """Search every probe that has a template, in their order.

    workers: processes that judge scores side by side. A photograph that is itself enrolled is never its own mate.
    Returns the table and, (n, KEPT) int64, a row in the gallery of each of the best strangers, -1 beyond it.
    Raises BadEvaluation when the gallery changes meanwhile.
    """
    index = gallery.index()
    rows, done = inside.people, workbook.done("search")
    waiting = [probe for probe in probes if probe.image.line not in done]
    ready = len(probes) - len(waiting)
    on_progress(ready, len(probes))

    def asked() -> Iterator[_Question]:
        for probe in waiting:
            assert probe.template is not None
            best = index.ranked(probe.template, MOST)
            if best.snapshot != inside.snapshot:
                raise BadEvaluation(
                    f"The gallery {gallery.name} was changed during the evaluation.",
                    why="The figures would belong to no one state of it.",
                    remedy="Run it again while nobody enrols or erases.",
                )
            yield _question(probe, best, inside, rows, reference)

    with _workers(workers) as pool:
        for chunk in _chunks(asked(), CHUNK):
            answers = _asked(pool, chunk, workers)
            kept = [(question.line, answer.tobytes()) for question, answer in zip(chunk, answers, strict=True)]
            workbook.keep("search", kept)
            done.update(kept)
            ready += len(chunk)
            on_progress(ready, len(probes))
    return _assembled(probes, [np.frombuffer(done[probe.image.line]) for probe in probes], inside)


def search_samples(
    probes: Sequence[Captured],
    inside: Enrolled,
    reference: Reference | None,
    persons: int,
    *,
    seed: int,
    workers: int,
    on_progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Searches:
    """Search every probe among `persons` strangers of the gallery, drawn anew for each; none has a mate."""
    rng = np.random.default_rng([seed, persons])
    rows = inside.people
    everybody = sorted(rows)
    answers: list[Floats] = []

    def asked() -> Iterator[_Question]:
        for probe in probes:
            assert probe.template is not None
            drawn = [everybody[i] for i in rng.choice(len(everybody), size=persons + 1, replace=False)]
            drawn = [person for person in drawn if person != probe.image.person_id][:persons]
            chosen = np.array([row for person in drawn for row in rows[person]])
            starts = np.cumsum([0, *(len(rows[person]) for person in drawn[:-1])])
            best = np.maximum.reduceat(_scores(probe.template, inside.templates[chosen]), starts)
            order = np.argsort(-best, kind="stable")[:ROWS_KEPT]
            first, scores = chosen[starts[order[:KEPT]]], best[order]
            yield _Question(probe.image.line, scores, persons, first, scores, persons, math.nan, reference)

    with _workers(workers) as pool:
        for chunk in _chunks(asked(), CHUNK):
            answers += _asked(pool, chunk, workers)
            on_progress(len(answers), len(probes))
    return _assembled(probes, answers, inside)[0]


def pairs(probes: Sequence[Captured], inside: Enrolled, *, seed: int) -> Pairs:
    """Compare every probe with its own person's records and with STRANGERS records of others, drawn by the seed."""
    rng = np.random.default_rng(seed)
    rows, names = inside.people, numbered([*(p.image.person_id for p in probes), *inside.people])
    owner = np.array([names[record.person_id] for record in inside.records])
    scores, mated, persons, fitness = [], [], [], []
    for probe in probes:
        assert probe.template is not None
        own = mates(probe, inside, rows)
        drawn = rng.choice(len(owner), size=min(STRANGERS, len(owner)), replace=False)
        person = names[probe.image.person_id]
        chosen = np.array([*own, *drawn[owner[drawn] != person]], dtype=np.int64)
        scores.append(_scores(probe.template, inside.templates[chosen]))
        mated.append(np.arange(len(chosen)) < len(own))
        persons.append(np.stack([np.full(len(chosen), person), owner[chosen]], axis=1))
        fitness.append(np.full(len(chosen), probe.fitness))
    return Pairs(np.concatenate(scores), np.concatenate(mated), np.concatenate(persons), np.concatenate(fitness))


@dataclass(frozen=True, slots=True)
class _Question:
    """What a worker judges: the strangers' best scores, and the mate's beside them."""

    line: int
    strangers: Floats
    strangers_persons: int
    strangers_row: NDArray[np.int64]
    everybody: Floats
    everybody_persons: int
    mate: float
    reference: Reference | None


def _question(
    probe: Captured, best: Ranked, inside: Enrolled, rows: Mapping[str, list[int]], reference: Reference | None
) -> _Question:
    assert probe.template is not None
    own = probe.image.person_id
    strangers = best_per_person(best, without=own)
    mate = max(
        (compare(probe.template, inside.templates[row]).score for row in mates(probe, inside, rows)), default=math.nan
    )
    persons = best.persons - (own in rows)
    scores = np.array([score for _, score in strangers])
    # below a list that was cut off the mate is one of those who are only known to be lower
    listed = not math.isnan(mate) and (len(scores) == persons or (len(scores) > 0 and mate >= scores[-1]))
    with_mate = np.sort(np.append(scores, mate))[::-1] if listed else scores
    return _Question(
        line=probe.image.line,
        strangers=scores,
        strangers_persons=persons,
        strangers_row=np.array([rows[person][0] for person, _ in strangers[:KEPT]], dtype=np.int64),
        everybody=with_mate,
        everybody_persons=persons + (not math.isnan(mate)),
        mate=mate,
        reference=reference,
    )


def _scores(probe: Template, templates: NDArray[np.int8]) -> Floats:
    """(n,) float64, the comparison scores of one template with (n, D) others: the bits of `compare`."""
    code, others = probe.astype(np.int64), templates.astype(np.int64)
    return scores_from_parts(others @ code, (others**2).sum(axis=1), int(code @ code))


def mates(probe: Captured, inside: Enrolled, rows: Mapping[str, list[int]]) -> list[int]:
    """The rows of the probe's own person; never of the very photograph that is the probe, however it is encoded."""
    own = rows.get(probe.image.person_id, ())
    return [row for row in own if not same_photo(probe, inside, row)]


def same_photo(probe: Captured, inside: Enrolled, row: int) -> bool:
    """Whether a record shows the very photograph: the same bytes, or a template too near for another one."""
    assert probe.template is not None
    if inside.records[row].photo_sha256 == probe.sha256:
        return True
    return compare(probe.template, inside.templates[row]).score >= SAME_PHOTO


def _answered(question: _Question) -> Floats:
    """One row of numbers: persons, mate's score, rank and expectation; then KEPT scores, expectations and rows."""
    kept = question.strangers[:KEPT]
    told = _judged(question.strangers, question.strangers_persons, kept, question.reference)
    rank, expected = 0.0, math.nan
    if not math.isnan(question.mate):
        rank = 1.0 + int((question.strangers >= question.mate).sum())
        expected = _judged(
            question.everybody, question.everybody_persons, np.array([question.mate]), question.reference
        )[0]
    pad = np.full(KEPT - len(kept), math.nan)
    head = [float(question.strangers_persons), question.mate, rank, expected]
    return np.concatenate([head, kept, pad, told, pad, question.strangers_row.astype(np.float64), pad])


def _judged(scores: Floats, persons: int, judged: Floats, reference: Reference | None) -> Floats:
    return np.array([told.persons for told in expected_lookalikes(scores, persons, judged, reference)])


def _workers(number: int) -> ProcessPoolExecutor:
    pool = ProcessPoolExecutor(number, mp_context=multiprocessing.get_context("spawn"), initializer=_subordinate)
    with _deaf():
        for _ in range(number):  # each starts a process; one that Ctrl-C met while it began would hang the pool
            pool.submit(int)
    return pool


@contextmanager
def _deaf() -> Iterator[None]:
    """Let processes that are started inside be deaf to Ctrl-C from their first moment."""
    if threading.current_thread() is not threading.main_thread():  # others may not change what signals do
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before or signal.SIG_DFL)


def _asked(pool: ProcessPoolExecutor, chunk: Sequence[_Question], workers: int) -> list[Floats]:
    return list(pool.map(_answered, chunk, chunksize=max(1, CHUNK // (8 * workers))))


def _subordinate() -> None:
    """End with the process that started this one, also where it is killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    assert parent is not None
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)


def _assembled(
    probes: Sequence[Captured], answers: Sequence[Floats], inside: Enrolled
) -> tuple[Searches, NDArray[np.int64]]:
    table = np.array(answers)
    head, body = table[:, :4], table[:, 4:].reshape(len(probes), 3, KEPT)
    labels = [record.labels.get("cohort", "") for record in inside.records]
    cohorts = tuple(sorted({*labels, *(probe.image.cohort for probe in probes)} - {""}))
    numbers = {"": -1, **{name: i for i, name in enumerate(cohorts)}}
    of_row = np.array([*(numbers[label] for label in labels), -1])  # the last one is for nobody, row -1
    rows = np.where(np.isnan(body[:, 2]), -1, body[:, 2]).astype(np.int64)
    names = numbered(probe.image.person_id for probe in probes)
    measures = sorted({name for probe in probes for name in probe.quality})
    searches = Searches(
        person=np.array([names[probe.image.person_id] for probe in probes]),
        cohort=np.array([numbers[probe.image.cohort] for probe in probes]),
        cohorts=cohorts,
        fitness=np.array([probe.fitness for probe in probes]),
        quality={name: np.array([probe.quality.get(name, math.nan) for probe in probes]) for name in measures},
        conditions=np.array([probe.image.capture for probe in probes]),
        persons=head[:, 0].astype(np.int64),
        mate_score=head[:, 1],
        mate_rank=head[:, 2].astype(np.int64),
        mate_expected=head[:, 3],
        stranger_score=body[:, 0],
        stranger_expected=body[:, 1],
        stranger_cohort=of_row[rows],
    )
    return searches, rows


def numbered(names: Iterable[str]) -> dict[str, int]:
    """Each name once, counted from 0 in the order of the alphabet."""
    return {name: i for i, name in enumerate(sorted(set(names)))}


def _chunks(questions: Iterator[_Question], size: int) -> Iterator[list[_Question]]:
    while chunk := list(itertools.islice(questions, size)):
        yield chunk
