"""Signed bytes against 32-bit floats: the template costs no accuracy.

Every photograph of Labeled Faces in the Wild that is here; one a person in the gallery, one other of each person with
several as a mated probe, and people left out of the gallery as non-mated probes. Rank-1 and FNIR at FPIR 1 %.
"""

from __future__ import annotations

import os
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.claim import ROOT, Line, Skip
from lookalike.face.matcher import Matcher
from lookalike.face.pack import BUILT_IN, DEFAULT, read_pack
from lookalike.face.template import quantise, scores_from_parts
from lookalike.media.photo import read_photo_file

FACES = Path(os.environ.get("LOOKALIKE_LFW", ROOT.parent / "shared" / "data" / "lfw-shared"))
LEFT_OUT = 0.3
"""Share of the people with one photograph who are left out of the gallery, to be searched in vain."""


def measure() -> list[Line]:
    """Differences in points; one line each for rank-1 and FNIR."""
    if not FACES.is_dir():
        raise Skip(f"no faces at {FACES.name}; name a folder with one folder a person in LOOKALIKE_LFW")
    vectors, owners = _vectors()
    rng = np.random.default_rng(3)
    rows = {owner: rng.permutation(np.flatnonzero(owners == owner)) for owner in np.unique(owners)}
    single = [owner for owner, found in rows.items() if len(found) == 1]
    outside = set(rng.permutation(single)[: int(LEFT_OUT * len(single))])
    gallery = [found[0] for owner, found in rows.items() if owner not in outside]
    mated = [found[1] for found in rows.values() if len(found) > 1]
    others = [rows[owner][0] for owner in outside]
    unit = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    codes = np.array([quantise(vector) for vector in vectors])
    norms = (codes.astype(np.int64) ** 2).sum(axis=1)

    def floats(probe: int) -> NDArray[np.float64]:
        return np.asarray(unit[gallery] @ unit[probe], dtype=np.float64)

    def bytes_(probe: int) -> NDArray[np.float64]:
        dots = codes[gallery].astype(np.int64) @ codes[probe].astype(np.int64)
        return scores_from_parts(dots, norms[gallery], int(norms[probe]))

    found = {}
    for name, scores in (("float32", floats), ("int8", bytes_)):
        best_of_others = np.array([scores(probe).max() for probe in others])
        threshold = np.quantile(best_of_others, 0.99)
        first, missed = 0, 0
        for probe in mated:
            row = scores(probe)
            mine = owners[gallery] == owners[probe]
            first += row[mine].max() > row[~mine].max()
            missed += not (row[mine].max() >= threshold and row[mine].max() > row[~mine].max())
        found[name] = {"rank_1": first / len(mated), "fnir_at_fpir_1": missed / len(mated)}
    numbers: dict[str, Any] = found | {"gallery": len(gallery), "mated": len(mated), "non_mated": len(others)}
    return [
        Line(
            f"int8 against float32, {word}",
            100 * abs(found["int8"][key] - found["float32"][key]),
            0.3,
            unit=" points",
            at_most=True,
            numbers=numbers,
        )
        for word, key in (("rank-1", "rank_1"), ("FNIR at FPIR 1 %", "fnir_at_fpir_1"))
    ]


def _vectors() -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """The embedder's raw vectors, and the number of the person on each."""
    files = [(owner, file) for owner, folder in enumerate(sorted(FACES.iterdir())) for file in folder.glob("*.jpg")]
    cores = len(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory() as cache, ThreadPoolExecutor(cores) as pool:
        matcher = Matcher(read_pack(BUILT_IN / DEFAULT), cache=Path(cache), threads=cores)

        def vector(job: tuple[int, Path]) -> tuple[int, NDArray[np.float64]] | None:
            pixels = read_photo_file(job[1]).pixels
            faces = matcher.detect(pixels)
            if not faces:
                return None
            middle = np.array(pixels.shape[1::-1]) / 2
            nearest = min(faces, key=lambda face: float(np.hypot(*(face.landmarks.mean(axis=0) - middle))))
            return job[0], matcher.vector(pixels, nearest)

        made = [one for one in pool.map(vector, files) if one is not None]
    return np.array([vector for _, vector in made]), np.array([owner for owner, _ in made])
