"""What searched in a case: the system, its matcher with its measured errors, and the galleries with who has access."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import lookalike
from lookalike.casework.cases.models import Case
from lookalike.casework.galleries import gallery as opened
from lookalike.casework.leads.gather import record_of
from lookalike.casework.people.models import RoleHeld
from lookalike.casework.searches.models import Search
from lookalike.casework.warrants.gathering import several
from lookalike.disclosure.contents import CohortOf, GalleryOf, SystemOf, ValidationOf
from lookalike.disclosure.values import Absent, File, Row
from lookalike.errors import LookalikeError
from lookalike.evaluation.report_json import from_json
from lookalike.gallery.validation import Measured, Validation, report_of, validations
from lookalike.protocol.vocabulary import Role
from lookalike.record.model import LIMITS, SearchRecord

MAKER = "The Lookalike project; its source is public"
FEATURES = (
    "The face is found, turned upright and cut out; a neural network computes a row of whole numbers from its pixels. "
    "None of the numbers has a name: it does not measure eyes, nose or ears. The face is compared by that row alone."
)
ORDERING = (
    "By the comparison score, the exact product of two rows of whole numbers; of two alike, the lower record id first. "
    "The same probe and snapshot give the same list on every machine."
)
TOOLS = (
    "Crop, rotation, exposure, gamma, contrast, white balance and denoising, each recorded and repeatable; nothing "
    "that adds to a picture exists in the system.",
    "An exact search of every photograph that may be searched; each search stands in its record.",
    "Two examinations by people who see neither scores nor ranks nor each other.",
)
ACCESS = {
    Role.EXAMINER: "searches it when a request is checked",
    Role.CUSTODIAN: "adds and destroys records",
}


def systems(case: Case) -> tuple[SystemOf, ...]:
    """Every matcher that a search of the case used; where none ran, the system as it stands."""
    found: dict[str, SearchRecord] = {}
    for one in _records(case):
        key = json.dumps([one.software.lookalike, one.software.matcher, dict(one.software.files)], sort_keys=True)
        found.setdefault(key, one)
    return tuple(_system(one, case) for one in found.values()) or (_unused(),)


def galleries(case: Case) -> Iterator[GalleryOf]:
    """Every gallery that was searched, with each snapshot that was."""
    snapshots: dict[str, list[str]] = {}
    newest = {}
    for record in _records(case):
        for one in record.galleries:
            newest[one.id] = one
            if one.snapshot not in snapshots.setdefault(one.id, []):
                snapshots[one.id].append(one.snapshot)
    for id, one in newest.items():
        yield GalleryOf(
            name=one.name,
            id=id,
            description="Photographs taken at booking after an arrest, each of a record of the agency's own.",
            obtained="From the booking system of the agency, by a delivery that is recorded, record by record.",
            kept="Until the record is dismissed, sealed or expunged; then photograph and template are destroyed.",
            access=tuple(_access()) or ("nobody holds a role with access now",),
            snapshots=tuple(snapshots[id]),
            photographs=one.records,
            persons=one.persons,
        )


def _system(record: SearchRecord, case: Case) -> SystemOf:
    used = {one.validation for each in _records(case) for one in each.galleries if one.validation}
    found = tuple(_validations(record, used))
    return SystemOf(
        name="Lookalike",
        maker=MAKER,
        version=record.software.lookalike,
        source_code=f"public, version {record.software.lookalike}; the build can be repeated",
        matcher=record.software.matcher,
        files=tuple(Row(role, digest) for role, digest in record.software.files.items()),
        training_data=record.software.training_data,
        features=FEATURES,
        ordering=ORDERING,
        tools=TOOLS,
        flaws=tuple(LIMITS),
        error_rates=several(_errors(found), "nothing was measured on the galleries of this case"),
        nist=Absent("this matcher was not in NIST's evaluation"),
        validations=several((told for _, told in found), "no accepted evaluation is kept with the galleries searched"),
    )


def _unused() -> SystemOf:
    nothing = Absent("no search ran in this case")
    return SystemOf(
        name="Lookalike",
        maker=MAKER,
        version=lookalike.__version__,
        source_code=f"public, version {lookalike.__version__}; the build can be repeated",
        matcher="none: no search ran in this case",
        files=(Row("none", "no search ran in this case"),),
        training_data="none: no search ran in this case",
        features=FEATURES,
        ordering=ORDERING,
        tools=TOOLS,
        flaws=tuple(LIMITS),
        error_rates=nothing,
        nist=nothing,
        validations=nothing,
    )


def _validations(record: SearchRecord, used: set[str]) -> Iterator[tuple[Validation, ValidationOf]]:
    """The evaluations that searches of the case relied on, from the galleries that keep them."""
    for one in record.galleries:
        try:
            kept = opened(one.name)
            every = validations(Path(kept.directory), kept.master.pseudonym)
        except LookalikeError:
            continue
        for held in every:
            if held.id in used:
                yield held, _validation(one.name, held, report_of(Path(kept.directory), held))


def _validation(gallery: str, held: Validation, report: tuple[bytes, bytes] | None) -> ValidationOf:
    measured = held.measured
    unkept = f"the report is not kept with the gallery; its data has SHA-256 {measured.report_sha256}"
    return ValidationOf(
        id=held.id,
        gallery=gallery,
        accepted=f"by {held.accepted_by} at {held.accepted_at}, until {held.expires}",
        words="; ".join(f"{level.fitness}: {level.because}" for level in measured.levels)
        or "no image quality was measured",
        cohorts=several(
            (
                CohortOf(
                    name=cohort.name,
                    persons=cohort.persons,
                    rate="too little to say"
                    if cohort.fnir is None
                    else f"missed: {cohort.fnir:.4f} ({cohort.low:.4f} to {cohort.high:.4f})",
                )
                for cohort in measured.cohorts
            ),
            "no groups were told apart",
        ),
        levels=tuple(_levels(measured)) or (Row("none", "no image quality was measured"),),
        differentials=Absent(unkept)
        if report is None
        else several(_differentials(report[0]), "no groups were compared with each other"),
        report=Absent(unkept)
        if report is None
        else File.of(report[1], title=f"Evaluation report of {gallery}", media_type="application/pdf"),
        numbers=Absent(unkept)
        if report is None
        else File.of(report[0], title=f"Evaluation of {gallery} as data", media_type="application/json"),
        measured=measured.to_json(),
    )


def _levels(measured: Measured) -> Iterator[Row]:
    """Every figure that was measured at every image quality."""
    for level in measured.levels:
        relied = "relied on" if level.usable else "not relied on"
        yield Row(level.fitness, f"{relied}; {level.because}; {level.persons} people in the searches")
        for name, value in level.metrics.items():
            yield Row(f"{level.fitness}, {name.replace('_', ' ')}", f"{value:.6g}")


def _differentials(numbers: bytes) -> Iterator[Row]:
    """How far the errors differ between groups: the highest to the lowest, and whether chance alone would do it."""
    for one in from_json(numbers.decode()).differentials:
        ratio = one.max_min
        if not one.judged or ratio.value is None:
            yield Row(one.what, "too little to say")
            continue
        said = "larger than chance" if one.found else "chance alone could do it"
        span = "" if ratio.low is None or ratio.high is None else f" ({ratio.low:.3g} to {ratio.high:.3g})"
        yield Row(one.what, f"{one.worst} to {one.best}: {ratio.value:.3g} times{span}; {said}")


def _errors(found: tuple[tuple[Validation, ValidationOf], ...]) -> Iterator[Row]:
    for held, told in found:
        for level in held.measured.levels:
            figures = ", ".join(f"{name} {value:.6g}" for name, value in level.metrics.items())
            basis = f"{level.mated} searches with and {level.nonmated} without the person, {level.persons} people"
            yield Row(
                f"{told.gallery}, {level.fitness}", f"{level.because}; {basis}{'; ' + figures if figures else ''}"
            )
        for cohort in held.measured.cohorts:
            if cohort.fnir is not None:
                words = f"missed: {cohort.fnir:.4f} ({cohort.low:.4f} to {cohort.high:.4f}), {cohort.persons} people"
                yield Row(f"{told.gallery}, group {cohort.name}", words)


def _access() -> Iterator[str]:
    rows = RoleHeld.objects.filter(until=None, role__in=[one.value for one in ACCESS]).select_related("person")
    for one in rows.order_by("role", "person__name", "pk"):
        if one.person.is_active and one.person.disabled_at is None:
            yield f"{one.person.name}, {one.role.replace('_', ' ')}: {ACCESS[Role(one.role)]}"


def _records(case: Case) -> list[SearchRecord]:
    return [record_of(one) for one in Search.objects.filter(request__case=case).order_by("run_at", "pk")]
