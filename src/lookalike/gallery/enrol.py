"""Enrolment: booking photographs into a gallery, over all cores, resumable, no bad file ever stopping the run."""

from __future__ import annotations

import csv
import io
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from lookalike.errors import BadRecord, Fault, LookalikeError, NoFaceFound, SeveralFaces, UnfitForComparison
from lookalike.face.detector import Face
from lookalike.face.matcher import Matcher
from lookalike.face.template import digest
from lookalike.gallery.gallery import Gallery, erased_before
from lookalike.gallery.manifest import ManifestRow, read_manifest
from lookalike.gallery.records import NewRecord, Record, Status
from lookalike.media.photo import MAX_BYTES, read_bounded, read_photo

Row = TypeVar("Row")
Outcome = TypeVar("Outcome")

BATCH = 64
"""Records a transaction: what a crash can cost is this many photographs' work, never a record."""

AHEAD = 2 * BATCH
"""Photographs handed to the threads ahead of the batch that is being written, so that they never wait for the disk."""

BYSTANDER = 0.25
"""A second face up to this share of the largest one's area is taken for a bystander or a poster."""


@dataclass(frozen=True, slots=True)
class Reject:
    """A line of the manifest that was not enrolled, and why."""

    line: int
    id: str
    file: str
    kind: str
    reason: str


@dataclass(frozen=True, slots=True)
class EnrolmentResult:
    """What a run did. already: records that an earlier run had enrolled. changed: of those, updated ones."""

    enrolled: int
    already: int
    changed: int
    rejects: tuple[Reject, ...]
    snapshot: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is, in lines of the manifest."""

    done: int
    total: int
    rejected: int


def enrol(
    folder: Path,
    manifest: Path,
    gallery: Gallery,
    matcher: Matcher,
    *,
    now: str,
    threads: int,
    on_progress: Callable[[Progress], None] = lambda _: None,
) -> EnrolmentResult:
    """Enrol the photographs of a folder.

    now: the ISO time to record. threads: photographs in work at once; the matcher must allow as many. Records that
    are in the gallery already are skipped, or updated where the manifest says something new of their date, source,
    status or labels; so a run that was killed is finished by running it again. Raises BadManifest, GalleryBusy,
    PackDiffers; one bad photograph is a reject.
    """
    gallery.require(matcher.identity)
    rows, bad = read_manifest(manifest)
    rejects = [_reject(line, given, "", error) for line, given, error in bad]
    with gallery.writing():
        waiting, changed, already = _sorted_out(rows, gallery, rejects)
        gallery.update(changed, at=now)
        total, enrolled = len(rows) + len(bad), 0
        done = total - len(waiting)
        on_progress(Progress(done, total, len(rejects)))
        batch: list[NewRecord] = []

        def work(row: ManifestRow) -> NewRecord | Reject:
            try:
                return new_record(row, folder, matcher, now=now)
            except LookalikeError as error:
                return _reject(row.line, row.id, row.file, error)
            except Exception as error:  # one photograph must not stop the others, whatever a decoder makes of it
                fault = Fault(f"{row.file} could not be worked on: {type(error).__name__}: {error}.")
                return _reject(row.line, row.id, row.file, fault)

        for outcome in ordered(work, waiting, threads):
            done += 1
            if isinstance(outcome, Reject):
                rejects.append(outcome)
            else:
                batch.append(outcome)
            if len(batch) == BATCH:
                gallery.add(batch, at=now)
                enrolled, batch = enrolled + len(batch), []
            on_progress(Progress(done, total, len(rejects)))
        gallery.add(batch, at=now)
        enrolled += len(batch)
    rejects.sort(key=lambda reject: reject.line)
    return EnrolmentResult(enrolled, already, len(changed), tuple(rejects), gallery.snapshot().id)


def new_record(row: ManifestRow, folder: Path, matcher: Matcher, *, now: str) -> NewRecord:
    """Read, measure and template one booking photograph. Raises a LookalikeError for a bad one."""
    path = folder / row.file
    if not path.resolve().is_relative_to(folder.resolve()):
        raise BadRecord(f"The file {row.file} leads outside the folder.", remedy="Copy it into the folder.")
    data = read_bounded(path, MAX_BYTES)
    photo = read_photo(data, name=row.file)
    faces = matcher.detect(photo.pixels)
    capture = matcher.capture(photo.pixels, faces, subject(faces, name=row.file))
    if capture.template is None:
        raise UnfitForComparison(
            f"{row.file} is unfit for comparison: {'; '.join(capture.verdict.reasons)}.",
            why="A poor reference comes back as everybody's lookalike.",
            remedy="Enrol a better photograph of this booking.",
        )
    record = Record(
        id=row.id,
        person_id=row.person_id,
        file=row.file,
        photo_sha256=photo.sha256,
        date_taken=row.date_taken,
        source=row.source,
        status=row.status,
        labels=row.labels,
        template_sha256=digest(capture.template),
        quality={m.name: round(m.raw, 4) for m in capture.quality.measures},
        enrolled_at=now,
    )
    return NewRecord(record, capture.template, data)


def subject(faces: Sequence[Face], *, name: str) -> int:
    """The face a booking photograph is of: the only one, or the one that dwarfs the others."""
    if not faces:
        raise NoFaceFound(f"No face found in {name}.", remedy="Enrol another photograph of this booking.")
    if len(faces) > 1:
        order = sorted(range(len(faces)), key=lambda i: -faces[i].area)
        if faces[order[1]].area > BYSTANDER * faces[order[0]].area:
            raise SeveralFaces(
                f"{name} shows {len(faces)} faces of like size.",
                why="It cannot be told which of them was booked.",
                remedy="Crop the photograph to one face.",
            )
        return order[0]
    return 0


def rejects_csv(rejects: Iterable[Reject]) -> str:
    """The text of `rejects.csv`."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["line", "id", "file", "kind", "reason"])
    writer.writerows([r.line, r.id, r.file, r.kind, r.reason] for r in rejects)
    return text.getvalue()


def _sorted_out(
    rows: Iterable[ManifestRow], gallery: Gallery, rejects: list[Reject]
) -> tuple[list[ManifestRow], list[Record], int]:
    """What is new, what has changed, and how many records there are already."""
    waiting, changed, already = [], [], 0
    for row in rows:
        known = gallery.record(row.id)
        if known is None:
            if row.status is Status.EXPUNGED:
                error = BadRecord(
                    f"The record {row.id} is expunged.",
                    why="What was expunged may not be kept, templated or searched.",
                    remedy="Take it out of the delivery.",
                )
                rejects.append(_reject(row.line, row.id, row.file, error))
            elif erased := gallery.was_erased(row.id):
                rejects.append(_reject(row.line, row.id, row.file, erased_before(row.id, erased)))
            else:
                waiting.append(row)
            continue
        already += 1
        if (known.person_id, known.file) != (row.person_id, row.file):
            error = BadRecord(
                f"The id {row.id} is enrolled already, as {known.file} of person {known.person_id}.",
                remedy="Give the new photograph an id of its own.",
            )
            rejects.append(_reject(row.line, row.id, row.file, error))
            continue
        now = replace(known, date_taken=row.date_taken, source=row.source, status=row.status, labels=row.labels)
        if now != known:
            changed.append(now)
    return waiting, changed, already


def ordered(work: Callable[[Row], Outcome], rows: Iterable[Row], threads: int) -> Iterator[Outcome]:
    """Run `work` over the rows on several threads, a few ahead; results in the order of the rows."""
    pool = ThreadPoolExecutor(max_workers=threads)
    running: deque[Future[Outcome]] = deque()
    try:
        for row in rows:
            running.append(pool.submit(work, row))
            if len(running) >= AHEAD:
                yield running.popleft().result()
        while running:
            yield running.popleft().result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _reject(line: int, given: str, file: str, error: LookalikeError) -> Reject:
    return Reject(line, given, file, type(error).__name__, str(error))
