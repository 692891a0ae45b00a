"""From the images of an evaluation to templates with their quality: over all threads, and finished where it stopped.

What is done is kept in a workbook beside the report, so that a run that was cut short goes on. The workbook holds
templates of people's faces; it is destroyed when the report is written.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np

from lookalike.errors import BadEvaluation, BadRecord, Fault, LookalikeError, NoFaceFound, NoSuchFace, SeveralFaces
from lookalike.evaluation.manifest import Image
from lookalike.face.detector import Face
from lookalike.face.matcher import Matcher
from lookalike.face.quality import Fitness
from lookalike.face.template import Template
from lookalike.gallery.enrol import BATCH, ordered
from lookalike.media.photo import MAX_BYTES, Photo, read_bounded, read_photo

FITNESS = (Fitness.FIT, Fitness.POOR, Fitness.UNFIT)


class Outcome(StrEnum):
    """What became of an image."""

    MEASURED = "measured"
    NO_FACE = "no face found"
    SEVERAL = "several faces, none chosen"
    UNREADABLE = "not a photograph that can be read"


@dataclass(frozen=True, slots=True)
class Captured:
    """One image: what became of it, and what was measured where a face was.

    sha256: of the file, "" where it could not be read. fitness: index into FITNESS. quality: raw measures by name.
    template: (D,) int8, of an unfit face too, for error measurement only; None without a face.
    """

    image: Image
    outcome: Outcome
    reason: str
    sha256: str
    fitness: int
    quality: Mapping[str, float]
    template: Template | None


class Workbook:
    """What an evaluation has done so far, on disk."""

    def __init__(self, path: Path, made_for: Mapping[str, str]) -> None:
        """Open the workbook, or begin an empty one where none is or it was made for something else.

        made_for: what the work depends on: manifest, matcher, gallery, and how. Raises BadEvaluation.
        """
        self._path = path
        wanted = json.dumps(made_for, sort_keys=True)
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._base = self._opened(path)
            found = self._base.execute("SELECT value FROM made_for").fetchone()
            if found is not None and found[0] != wanted:
                self._base.close()
                path.unlink()
                self._base = self._opened(path)
                found = None
            if found is None:
                self._base.execute("INSERT INTO made_for VALUES (?)", (wanted,))
                self._base.commit()
        except (OSError, sqlite3.Error) as error:
            raise _unusable(path, error) from error

    @staticmethod
    def _opened(path: Path) -> sqlite3.Connection:
        path.touch(mode=0o600)
        base = sqlite3.connect(path, check_same_thread=False)
        base.execute("PRAGMA secure_delete = ON")
        base.execute("CREATE TABLE IF NOT EXISTS made_for (value TEXT)")
        base.execute("CREATE TABLE IF NOT EXISTS done (step TEXT, line INTEGER, value BLOB, PRIMARY KEY (step, line))")
        return base

    def done(self, step: str) -> dict[int, bytes]:
        """What has been done of a step, by line of the manifest. Raises BadEvaluation for a damaged workbook."""
        try:
            return dict(self._base.execute("SELECT line, value FROM done WHERE step = ?", (step,)))
        except sqlite3.DatabaseError as error:
            raise _unusable(self._path, error) from error

    def keep(self, step: str, values: Iterable[tuple[int, bytes]]) -> None:
        """Keep a batch, all of it or nothing."""
        with self._base:
            self._base.executemany(
                "INSERT OR REPLACE INTO done VALUES (?, ?, ?)", ((step, line, value) for line, value in values)
            )

    def close(self) -> None:
        """Close the file."""
        self._base.close()


def capture_all(
    images: Sequence[Image],
    folder: Path,
    matcher: Matcher,
    workbook: Workbook,
    *,
    centre: bool,
    threads: int,
    on_progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> list[Captured]:
    """Measure and template the face of every image, in the order of `images`.

    centre: where several faces are seen and the manifest does not say which, take the one nearest the middle, as the
    makers of public test sets mean it; otherwise the image is left out and counted. threads: images in work at once.
    """
    done = {line: packed for line, packed in workbook.done("capture").items() if _stands(packed)}
    waiting = [image for image in images if image.line not in done]

    def work(image: Image) -> tuple[int, bytes]:
        return image.line, _packed(capture(image, folder, matcher, centre=centre))

    batch: list[tuple[int, bytes]] = []
    ready = len(images) - len(waiting)
    on_progress(ready, len(images))
    for line, packed in ordered(work, waiting, threads):
        batch.append((line, packed))
        done[line] = packed
        ready += 1
        if len(batch) == BATCH:
            workbook.keep("capture", batch)
            batch = []
        on_progress(ready, len(images))
    workbook.keep("capture", batch)
    return [_unpacked(image, done[image.line]) for image in images]


def capture(image: Image, folder: Path, matcher: Matcher, *, centre: bool) -> Captured:
    """Measure one image. Nothing that is wrong with it is raised: it becomes the outcome."""
    path = folder / image.file
    photo: Photo | None = None
    try:
        if not path.resolve().is_relative_to(folder.resolve()):
            raise BadRecord(f"The file {image.file} leads outside the folder.", remedy="Copy it into the folder.")
        photo = read_photo(read_bounded(path, MAX_BYTES), name=image.file)
        faces = matcher.detect(photo.pixels)
        chosen = _chosen(faces, image, photo, centre=centre)
        captured = matcher.capture(photo.pixels, faces, chosen, always=True)
    except LookalikeError as error:
        kinds: dict[type, Outcome] = {
            NoFaceFound: Outcome.NO_FACE,
            SeveralFaces: Outcome.SEVERAL,
            NoSuchFace: Outcome.NO_FACE,
        }
        return _left_out(image, photo, kinds.get(type(error), Outcome.UNREADABLE), str(error))
    except Exception as error:  # one image must not stop the others, whatever a decoder makes of it
        fault = Fault(f"{image.file} could not be worked on: {type(error).__name__}: {error}.")
        return _left_out(image, photo, Outcome.UNREADABLE, str(fault))
    return Captured(
        image=image,
        outcome=Outcome.MEASURED,
        reason="; ".join(captured.verdict.reasons),
        sha256=photo.sha256,
        fitness=FITNESS.index(captured.verdict.fitness),
        quality={measure.name: round(measure.raw, 4) for measure in captured.quality.measures},
        template=captured.template,
    )


def _left_out(image: Image, photo: Photo | None, outcome: Outcome, reason: str) -> Captured:
    return Captured(image, outcome, reason, photo.sha256 if photo else "", len(FITNESS) - 1, {}, None)


def _chosen(faces: Sequence[Face], image: Image, photo: Photo, *, centre: bool) -> int:
    if not faces:
        raise NoFaceFound(f"No face found in {image.file}.")
    if image.face is not None:
        if image.face > len(faces):
            raise NoSuchFace(f"{image.file} has no face number {image.face}: it shows {len(faces)}.")
        return image.face - 1
    if len(faces) == 1:
        return 0
    if not centre:
        raise SeveralFaces(
            f"{image.file} shows {len(faces)} faces.",
            remedy="Say which in the column face, or take the one nearest the middle with --centre.",
        )
    middle = np.array(photo.pixels.shape[1::-1]) / 2
    off = [float(np.hypot(*(face.landmarks.mean(axis=0) - middle))) for face in faces]
    return int(np.argmin(off))


def _unusable(path: Path, error: Exception) -> BadEvaluation:
    return BadEvaluation(f"The workbook {path} cannot be used: {error}.", remedy="Remove it, or name another place.")


def _stands(packed: bytes) -> bool:
    """Whether an image need not be looked at again: one that could not be read may have been put right since."""
    return bool(json.loads(packed)["outcome"] != Outcome.UNREADABLE)


def _packed(captured: Captured) -> bytes:
    template = captured.template
    facts = {
        "outcome": captured.outcome.value,
        "reason": captured.reason,
        "sha256": captured.sha256,
        "fitness": captured.fitness,
        "quality": dict(captured.quality),
        "template": template.tobytes().hex() if template is not None else None,
    }
    return json.dumps(facts).encode()


def _unpacked(image: Image, packed: bytes) -> Captured:
    facts = json.loads(packed)
    code = facts["template"]
    return Captured(
        image=image,
        outcome=Outcome(facts["outcome"]),
        reason=facts["reason"],
        sha256=facts["sha256"],
        fitness=facts["fitness"],
        quality=facts["quality"],
        template=np.frombuffer(bytes.fromhex(code), dtype=np.int8) if code else None,
    )
