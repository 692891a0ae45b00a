"""A gallery and probes of invented templates, and everything worked out again the slow way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lookalike.evaluation.captures import Captured, Outcome
from lookalike.evaluation.manifest import Image
from lookalike.face.template import Template, compare, quantise
from lookalike.gallery.records import NewRecord, Status
from tests.conftest import new

DIMENSIONS = 32


@dataclass(frozen=True)
class World:
    """Records as they are enrolled, in no order; and probes."""

    records: tuple[NewRecord, ...]
    probes: tuple[Captured, ...]


def probe(
    line: int, person: str, template: Template, *, cohort: str = "", sha256: str = "", fitness: int = 0
) -> Captured:
    """A probe with a template. sha256: of its photograph, one of its own where none is given."""
    image = Image(line, f"{line}.jpg", person, cohort, "", None)
    return Captured(image, Outcome.MEASURED, "", sha256 or f"{line:064}", fitness, {"Sharpness": line / 10}, template)


def labelled(record: NewRecord, cohort: str) -> NewRecord:
    """The record with a cohort."""
    record.record.labels.update({"cohort": cohort} if cohort else {})  # type: ignore[attr-defined]
    return record


def world(rng: np.random.Generator, people: int = 70, probes: int = 40) -> World:
    """People with one to three records, some sealed ones between them, and probes of whom some are nobody's here.

    Among the probes: one whose photograph is the only record of its person, one whose photograph is one of two, one
    that is exactly as alike to a stranger as to its mate, and unlabelled ones.
    """
    centres = rng.normal(size=(people, DIMENSIONS))

    def taken(person: int, noise: float) -> Template:
        return quantise(centres[person] + noise * rng.normal(size=DIMENSIONS))

    cohorts = ["A", "B", "", "Ü"]
    records = []
    for person in range(people):
        for i in range(1 + person % 3):
            record = new(f"R{rng.integers(1_000_000):07}-{person}-{i}", taken(person, 0.5), person=f"P{person:03}")
            records.append(labelled(record, cohorts[person % 4]))
    sealed = [new(f"S{i}", taken(i, 0.0), person=f"P{i:03}", status=Status.SEALED) for i in range(8)]
    twin = records[-1].template
    records.append(labelled(new("ZZ-twin", twin, person="Twin"), "B"))
    asked = []
    for i in range(probes):
        template, person = taken((7 * i) % people, 0.7), f"P{(7 * i) % (people + 20):03}"
        asked.append(probe(2 + i, person, template, cohort=["A", "B", ""][i % 3], fitness=i % 2))
    alone, one_of_two = records[0], records[1]
    asked += [
        probe(90, alone.record.person_id, alone.template, sha256=alone.record.photo_sha256),
        probe(91, one_of_two.record.person_id, one_of_two.template, sha256=one_of_two.record.photo_sha256),
        probe(92, records[-2].record.person_id, quantise(twin + 30 * rng.normal(size=DIMENSIONS)), cohort="C"),
    ]
    mixed = [*records, *sealed]
    return World(tuple(mixed[i] for i in rng.permutation(len(mixed))), tuple(asked))


def active(made: World) -> list[NewRecord]:
    """The records that are searched, in the order of their ids."""
    return sorted((r for r in made.records if r.record.status is Status.ACTIVE), key=lambda r: r.record.id)


def same_photo(one: Captured, record: NewRecord) -> bool:
    """Whether a record shows the probe's very photograph."""
    assert one.template is not None
    return record.record.photo_sha256 == one.sha256 or compare(one.template, record.template).score >= 0.99


def best_of(one: Captured, records: Sequence[NewRecord]) -> dict[str, float]:
    """The best score of each person other than the probe's own."""
    assert one.template is not None
    best: dict[str, float] = {}
    for record in records:
        if (person := record.record.person_id) != one.image.person_id:
            best[person] = max(best.get(person, -2.0), compare(one.template, record.template).score)
    return best


def mate_of(one: Captured, records: Sequence[NewRecord]) -> float | None:
    """The best score of the probe's own person with another photograph."""
    assert one.template is not None
    scores = [
        compare(one.template, record.template).score
        for record in records
        if record.record.person_id == one.image.person_id and not same_photo(one, record)
    ]
    return max(scores, default=None)
