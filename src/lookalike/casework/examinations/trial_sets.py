"""Prepared sets for known-answer trials: people with several photographs, of whom it is known who is who.

A set is a folder under `trials` in the site's home, with `set.csv`: person, file (inside the folder), use ("probe" for
a still like those of evidence, "photograph" for one like a booking photograph).
"""

from __future__ import annotations

import csv
import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from lookalike.casework.examinations import pictures
from lookalike.casework.examinations.drawing import MOST_DECOYS
from lookalike.casework.examinations.giving import FacePlan
from lookalike.errors import BadManifest, NotNow
from lookalike.face.matcher import Matcher
from lookalike.media.photo import read_photo

MANIFEST = "set.csv"
USES = ("probe", "photograph")


@dataclass(frozen=True, slots=True)
class TrialPicture:
    """One picture of a set. file: as the set names it."""

    person: str
    file: str
    path: Path


@dataclass(frozen=True, slots=True)
class TrialSet:
    """A set: its probes, and its photographs."""

    name: str
    probes: tuple[TrialPicture, ...]
    photographs: tuple[TrialPicture, ...]


@dataclass(frozen=True, slots=True)
class TrialPlan:
    """What one trial will hold. mate: the key of the face that is the probe's person; "": none is."""

    probe_file: str
    probe: bytes
    faces: tuple[FacePlan, ...]
    mate: str


def prepared_sets() -> list[str]:
    """The names of the sets that there are."""
    return sorted(path.parent.name for path in _home().glob(f"*/{MANIFEST}"))


def read_set(name: str) -> TrialSet:
    """A set by its name. Raises BadManifest where it is none that can be used."""
    folder = _home() / name
    if name not in prepared_sets():
        raise BadManifest(f"There is no prepared set {name[:80]}.", remedy="Choose one of the list.")
    found: dict[str, list[TrialPicture]] = {use: [] for use in USES}
    with (folder / MANIFEST).open(encoding="utf-8", newline="") as stream:
        for line, row in enumerate(csv.DictReader(stream), start=2):
            path = (folder / (row.get("file") or "")).resolve()
            if row.get("use") not in USES or not row.get("person") or not path.is_relative_to(folder.resolve()):
                raise BadManifest(
                    f"Line {line} of the prepared set {name} cannot be used.",
                    remedy="Each line has person, file (inside the folder), and use: probe or photograph.",
                )
            found[row["use"]].append(TrialPicture(row["person"], row["file"], path))
    return TrialSet(name, tuple(found["probe"]), tuple(found["photograph"]))


def compose(
    prepared: TrialSet,
    matcher: Matcher,
    chance: random.Random,
    *,
    faces: int,
    with_mate: bool,
    but: frozenset[str] = frozenset(),
) -> TrialPlan:
    """A trial like real work: the most alike people of the set, the probe's own among them or not, and some strangers.

    faces: how many in all, as in real tasks; with and without mate alike. but: probes that are not to be used.
    Raises NotNow where no probe is left, or the set holds too few people.
    """
    there = {one.person for one in prepared.photographs}
    probes = [one for one in prepared.probes if one.file not in but and one.person in there]
    if not probes or len(there) < faces + 1:
        raise NotNow(
            f"The prepared set {prepared.name} has no probe left, or fewer than {faces + 1} people.",
            why="Who has seen a probe before knows that it is a trial.",
            remedy="Prepare another set.",
        )
    probe = chance.choice(probes)
    likeness = _likeness(probe, prepared.photographs, matcher)
    strangers = chance.randint(1, MOST_DECOYS)
    mates = [one for one in prepared.photographs if one.person == probe.person]
    taken = [chance.choice(mates)] if with_mate else []
    people = {probe.person}
    for place in np.argsort(-likeness, kind="stable"):
        one = prepared.photographs[int(place)]
        if one.person not in people and len(taken) < faces - strangers:
            people.add(one.person)
            taken.append(one)
    rest = [one for one in prepared.photographs if one.person not in people]
    chance.shuffle(rest)
    for one in rest:
        if one.person not in people and len(taken) < faces:
            people.add(one.person)
            taken.append(one)
    plans = [
        FacePlan(
            record_id=one.file,
            gallery=f"trials/{prepared.name}",
            candidate=None,
            made=pictures.face_picture(one.path.read_bytes(), matcher),
            stored=None,
        )
        for one in taken
    ]
    return TrialPlan(
        probe_file=probe.file,
        probe=pictures.probe_picture(probe.path.read_bytes(), matcher),
        faces=tuple(plans),
        mate=plans[0].key if with_mate else "",
    )


def _likeness(probe: TrialPicture, photographs: Sequence[TrialPicture], matcher: Matcher) -> NDArray[np.float64]:
    """How alike each photograph is to the probe, (n,) cosines; 0 where no face is found."""
    own = _vector(probe.path, probe.path.stat().st_mtime_ns, matcher)
    return np.array([float(own @ _vector(one.path, one.path.stat().st_mtime_ns, matcher)) for one in photographs])


@lru_cache(maxsize=4096)
def _vector(path: Path, changed: int, matcher: Matcher) -> NDArray[np.float64]:
    """The unit vector of the largest face, (D,); zeros where there is none. changed: of the file, for the cache."""
    pixels = read_photo(path.read_bytes(), name=path.name).pixels
    face = max(matcher.detect(pixels), key=lambda one: one.area, default=None)
    if face is None:
        return np.zeros(matcher.identity.dimensions)
    vector = matcher.vector(pixels, face)
    unit: NDArray[np.float64] = vector / np.linalg.norm(vector)
    return unit


def _home() -> Path:
    return Path(settings.GALLERIES_FOLDER).parent / "trials"
