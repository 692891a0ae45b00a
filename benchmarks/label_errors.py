"""Join the people of a public set who stand there under two names, before anything is measured on it.

    python benchmarks/label_errors.py MANIFEST.csv [MORE.csv ...] --output FOLDER

Each MANIFEST is a CSV with the columns file and person_id, beside the photographs; a copy of it is written with the
joined ids, over all manifests together. Two people are one when, of their first photographs, the comparison score is
at least MARGIN above the distance that a second, unrelated network (dlib's) finds; and whoever is joined to the same
third one is joined. The rule looks at two networks' scores and never at expected lookalikes. Real faces: what is
written stays outside the repository.
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

import face_recognition
import numpy as np
from numpy.typing import NDArray
from rich.progress import track
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from benchmarks.quality_floors import central
from benchmarks.tail_calibration import scores
from lookalike.face.matcher import Matcher
from lookalike.face.pack import BUILT_IN, DEFAULT, read_pack
from lookalike.media.photo import read_photo_file

MARGIN = 0.05

Floats = NDArray[np.float64]


def second(pixels: NDArray[np.uint8]) -> Floats:
    """The second network's vector of the face nearest the middle, (128,) float64."""
    height, width = pixels.shape[:2]
    middle = np.array([height, width]) / 2
    found = face_recognition.face_locations(pixels, 1) or [
        (int(height * 0.2), int(width * 0.8), int(height * 0.8), int(width * 0.2))
    ]
    place = min(found, key=lambda box: abs((box[0] + box[2]) / 2 - middle[0]) + abs((box[1] + box[3]) / 2 - middle[1]))
    return np.asarray(face_recognition.face_encodings(pixels, [place])[0], dtype=np.float64)


def joined(templates: NDArray[np.int8], vectors: Floats) -> NDArray[np.int64]:
    """(n,) int64, the number of the person behind each row of templates (n, D) and vectors (n, 128)."""
    squares = (vectors**2).sum(1)
    distance = np.sqrt(np.maximum(0.0, squares[:, None] + squares - 2 * vectors @ vectors.T))
    one, other = np.where(np.triu(scores(templates, templates) - distance >= MARGIN, 1))
    linked = coo_matrix((np.ones(one.size), (one, other)), shape=(len(templates),) * 2)
    return np.asarray(connected_components(linked, directed=False)[1], dtype=np.int64)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("manifests", type=Path, nargs="+")
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--cache", type=Path, default=Path("build/cache"))
    args = parser.parse_args()
    matcher = Matcher(read_pack(BUILT_IN / DEFAULT), cache=args.cache)
    tables = {path: list(csv.DictReader(path.open(encoding="utf-8", newline=""))) for path in args.manifests}
    first: dict[tuple[Path, str], Path] = {}
    for path, rows in tables.items():
        for row in rows:
            first.setdefault((path, row["person_id"]), path.parent / row["file"])
    people, templates, vectors = [], [], []
    for person, file in track(first.items(), "people"):
        pixels = read_photo_file(file).pixels
        capture = central(matcher, pixels)
        if capture is not None and capture.template is not None:
            people.append(person)
            templates.append(capture.template)
            vectors.append(second(pixels))
    numbers = dict(zip(people, joined(np.array(templates), np.array(vectors)).tolist(), strict=True))
    print(f"{len(people)} people by their names, {len(set(numbers.values()))} after joining")
    args.output.mkdir(parents=True, exist_ok=True)
    for path, rows in tables.items():
        with (args.output / path.name).open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, rows[0].keys())
            writer.writeheader()
            for row in rows:
                number = numbers.get((path, row["person_id"]))
                writer.writerow(row | {"person_id": row["person_id"] if number is None else f"p{number:05d}"})


if __name__ == "__main__":
    main()
