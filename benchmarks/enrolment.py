"""Enrolment of 480×600 booking photographs on every core, beside two other chains from file to template.

The photographs are the invented people, enlarged to 480×600 and saved as JPEG 92, so that anybody can run this. Ours is
the whole of `lookalike enrol`: decoding with its checks, detection, quality, template, photographs and catalogue synced
to disk. The peers only read, detect and embed. OpenCV's chain runs twice, as it comes (its own threads) and with one
worker thread a core; the faster counts. Its embedder is the same network, folded, because OpenCV 5 does not load the
original file.
"""

from __future__ import annotations

import csv
import itertools
import os
import statistics
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from benchmarks.claim import Line, seconds
from lookalike.demo.story import MANIFEST, PEOPLE
from lookalike.face.matcher import Matcher
from lookalike.face.pack import BUILT_IN, DEFAULT, read_pack
from lookalike.gallery.enrol import enrol
from lookalike.gallery.gallery import Gallery

PHOTOGRAPHS = 240
ROUNDS = 3
CORES = len(os.sched_getaffinity(0))


def measure() -> list[Line]:
    """Images a second, medians of alternating rounds."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = photographs(folder)
        ours: list[float] = []
        opencv_own: list[float] = []
        opencv_pool: list[float] = []
        dlib: list[float] = []
        matcher = Matcher(read_pack(BUILT_IN / DEFAULT), cache=folder / "cache", threads=CORES)
        models = sorted((folder / "cache").glob("*.onnx"))
        chain = OpenCvChain(*models)
        face_recognition = _face_recognition()
        for turn in range(ROUNDS + 1):
            rates = (
                rate(len(files), lambda turn=turn: _enrol(folder, matcher, turn)),
                rate(len(files), lambda: chain.all_at_once(files)),
                rate(len(files), lambda: chain.pooled(files)),
            )
            if turn:  # the first round warms everything
                for kept, value in zip((ours, opencv_own, opencv_pool), rates, strict=True):
                    kept.append(value)
        if face_recognition:
            few = files[:30]
            dlib = [rate(len(few), lambda: _dlib(face_recognition, few)) for _ in range(2)]
    numbers: dict[str, Any] = {
        "photographs": len(files),
        "ours_per_second": statistics.median(ours),
        "opencv_own_threads_per_second": statistics.median(opencv_own),
        "opencv_worker_threads_per_second": statistics.median(opencv_pool),
        "dlib_per_second": statistics.median(dlib) if dlib else None,
    }
    best = max(numbers["opencv_own_threads_per_second"], numbers["opencv_worker_threads_per_second"])
    mine = numbers["ours_per_second"]
    lines = [
        Line("enrolment, images a second", mine, None, unit="/s", numbers=numbers),
        Line("enrolment / OpenCV, its own threads", mine / numbers["opencv_own_threads_per_second"], 3),
        Line("enrolment / OpenCV, faster way", mine / best, 3),
    ]
    if dlib:
        lines.append(Line("enrolment / face_recognition", mine / numbers["dlib_per_second"], 10))
    return lines


def photographs(folder: Path) -> list[Path]:
    """Write the photographs and their manifest."""
    with MANIFEST.open(encoding="utf-8", newline="") as stream:
        rows = list(itertools.islice((r for r in csv.DictReader(stream) if r["status"] == "active"), PHOTOGRAPHS))
    files = []
    for row in rows:
        small = np.asarray(cv2.imread(str(PEOPLE / row["file"])))
        picture = cv2.resize(small, (480, 600), interpolation=cv2.INTER_CUBIC)
        file = folder / f"{row['id']}.jpg"
        cv2.imwrite(str(file), picture, [cv2.IMWRITE_JPEG_QUALITY, 92])
        row["file"] = file.name
        files.append(file)
    with (folder / "manifest.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    return files


def rate(count: int, work: Any) -> float:
    """Images a second."""
    return count / seconds(work)


def _enrol(folder: Path, matcher: Matcher, turn: int) -> None:
    with Gallery.create(folder / f"gallery-{turn}", matcher.identity, folder / "keys") as gallery:
        result = enrol(folder, folder / "manifest.csv", gallery, matcher, now="2026-01-01T00:00:00", threads=CORES)
        assert result.enrolled > 0.98 * PHOTOGRAPHS, result.rejects[:3]


class OpenCvChain:
    """FaceDetectorYN and FaceRecognizerSF, as OpenCV's samples use them."""

    def __init__(self, detector: Path, embedder: Path) -> None:
        self._paths = str(detector), str(embedder)
        self._local = threading.local()

    def all_at_once(self, files: list[Path]) -> None:
        """One after the other, OpenCV spreading each over the cores."""
        cv2.setNumThreads(-1)
        for file in files:
            self._one(file)

    def pooled(self, files: list[Path]) -> None:
        """One worker thread a core."""
        cv2.setNumThreads(1)
        try:
            with ThreadPoolExecutor(CORES) as pool:
                list(pool.map(self._one, files))
        finally:
            cv2.setNumThreads(-1)

    def _one(self, file: Path) -> Any:
        if not hasattr(self._local, "models"):
            self._local.models = (
                cv2.FaceDetectorYN.create(self._paths[0], "", (480, 600), 0.6, 0.3),
                cv2.FaceRecognizerSF.create(self._paths[1], ""),
            )
        detector, recogniser = self._local.models
        picture = cv2.imread(str(file))
        faces = detector.detect(picture)[1]
        return recogniser.feature(recogniser.alignCrop(picture, faces[0]))


def _face_recognition() -> Any:
    try:
        import face_recognition
    except (ImportError, SystemExit):  # it ends the program when it misses pkg_resources
        return None
    return face_recognition


def _dlib(face_recognition: Any, files: list[Path]) -> None:
    for file in files:
        picture = face_recognition.load_image_file(str(file))
        face_recognition.face_encodings(picture, face_recognition.face_locations(picture))
