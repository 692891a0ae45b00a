"""The evaluation manifest: a CSV with one image a line, and whose face it shows."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lookalike.errors import BadManifest, BadRecord
from lookalike.gallery.manifest import filled, inside, lines

REQUIRED = ("file", "person_id")
COLUMNS = (*REQUIRED, "cohort", "capture", "face")

MOST_COHORTS = 100

WHY = "Without the person behind every image nobody can tell a right answer from a wrong one."


@dataclass(frozen=True, slots=True)
class Image:
    """One line of the manifest.

    file: relative to the manifest's folder. person_id: as in the gallery. cohort, capture: labels as written, "" where
    there is none. face: which face, counted from 1 from left to right; None where nobody has said.
    """

    line: int
    file: str
    person_id: str
    cohort: str
    capture: str
    face: int | None


@dataclass(frozen=True, slots=True)
class Manifest:
    """The images, in the order of the file; what could not be used, with its line and why; the file's SHA-256."""

    images: tuple[Image, ...]
    bad: tuple[tuple[int, str], ...]
    sha256: str


def read_manifest(path: Path) -> Manifest:
    """Read the manifest of an evaluation.

    Columns `file` and `person_id`, and `cohort`, `capture` and `face` where they are known; others are passed over.
    Raises BadManifest when the file cannot be used at all: missing, not UTF-8, not a CSV, a column absent, no good
    line, fewer than two people.
    """
    good: list[Image] = []
    bad: list[tuple[int, str]] = []
    seen: dict[tuple[str, int | None], int] = {}
    for line, fields in lines(path, REQUIRED, why=WHY):
        try:
            image = _image(line, fields)
            if (first := seen.setdefault((image.file, image.face), line)) != line:
                raise BadRecord(f"{image.file} stands on line {first} already.", remedy="Name every image once.")
        except BadRecord as error:
            bad.append((line, str(error)))
        else:
            good.append(image)
    if not good:
        raise BadManifest(
            f"The manifest {path.name} has no line that can be used.",
            why=f"Line {bad[0][0]}: {bad[0][1]}" if bad else "It is empty.",
            remedy=f"Write one image a line, with the columns {', '.join(COLUMNS)}.",
        )
    if len({image.person_id for image in good}) < 2:
        raise BadManifest(
            f"The manifest {path.name} shows one person only.",
            why="How often strangers are taken for one another cannot be measured on one person.",
            remedy="Add images of other people.",
        )
    labels = {image.cohort for image in good}
    if len(labels) > MOST_COHORTS:
        raise BadManifest(
            f"The column cohort of {path.name} holds {len(labels):,} different labels.",
            why="Every pair of cohorts is counted; so many labels are a misread column as a rule.",
            remedy=f"Use at most {MOST_COHORTS} labels.",
        )
    return Manifest(tuple(good), tuple(bad), hashlib.sha256(path.read_bytes()).hexdigest())


def _image(line: int, fields: Mapping[str, str]) -> Image:
    values = filled(fields, REQUIRED)
    labels = {column: fields.get(column, "").strip() for column in ("cohort", "capture", "face")}
    if labels["face"] and not (labels["face"].isascii() and labels["face"].isdigit() and int(labels["face"]) > 0):
        raise BadRecord(f"face {labels['face']!r} is not a number from 1.", remedy="Count from the left, from 1.")
    return Image(
        line=line,
        file=inside(values["file"]),
        person_id=values["person_id"],
        cohort=labels["cohort"],
        capture=labels["capture"],
        face=int(labels["face"]) if labels["face"] else None,
    )
