"""The pages of the system: what it is, its errors and flaws, and the databases that were searched."""

from __future__ import annotations

from collections.abc import Iterator

from lookalike.disclosure.blocks import Block, facts, heading, items, nothing, par, table
from lookalike.disclosure.contents import Contents, SystemOf
from lookalike.disclosure.pages_search import Names, file_named
from lookalike.disclosure.values import Absent


def systems_pages(c: Contents, names: Names) -> Iterator[Block]:
    """Every system that searched: what it is, what it was measured to do, and what is known against it."""
    for one in c.systems:
        yield from _system(one, names)
    yield heading(3, "Versions")
    yield facts((row.label, row.value) for row in c.versions)


def _system(s: SystemOf, names: Names) -> Iterator[Block]:
    yield heading(3, f"{s.name} {s.version}")
    yield facts(
        (
            ("Maker", s.maker),
            ("Source code", s.source_code),
            ("Matcher", s.matcher),
            ("What it measures", s.features),
            ("How lists are ordered", s.ordering),
            ("What it was trained on", s.training_data),
            ("Results in NIST's evaluation", s.nist),
            *((f"SHA-256, {row.label}", row.value) for row in s.files),
        )
    )
    yield heading(4, "Tools that were used, and how")
    yield items(s.tools)
    yield heading(4, "Known flaws")
    yield items(s.flaws)
    yield heading(4, "Error rates")
    if isinstance(s.error_rates, Absent):
        yield from nothing(s.error_rates, what="No error rates are told")
    else:
        yield facts((row.label, row.value) for row in s.error_rates)
    if isinstance(s.validations, Absent):
        yield from nothing(s.validations, what="No validation was relied on")
        return
    for v in s.validations:
        yield heading(4, f"Validation of the gallery “{v.gallery}”")
        yield facts(
            (
                ("Id", v.id),
                ("Accepted", v.accepted),
                ("What it says", v.words),
                ("Report", file_named(v.report, names)),
                ("Report as data", file_named(v.numbers, names)),
            )
        )
        if isinstance(v.cohorts, Absent):
            yield from nothing(v.cohorts, what="No differences between groups are told")
        else:
            yield par("Errors by group, at one threshold for all:")
            yield table(
                (2, 1, 4),
                ("Group", "People", "Misses of people who are there"),
                ((k.name, k.persons, k.rate) for k in v.cohorts),
            )
        yield par("How far groups differ, the worst to the best:")
        if isinstance(v.differentials, Absent):
            yield par(f"Not told: {v.differentials.because}.")
        else:
            yield facts((row.label, row.value) for row in v.differentials)
        yield par("What was measured, by image quality:")
        yield facts((row.label, row.value) for row in v.levels)


def galleries_pages(c: Contents) -> Iterator[Block]:
    """Every database that was searched."""
    if isinstance(c.galleries, Absent):
        yield from nothing(c.galleries, what="No database was searched")
        return
    for g in c.galleries:
        yield heading(3, g.name)
        yield facts(
            (
                ("What it is", g.description),
                ("Id", g.id),
                ("Photographs", f"{g.photographs:,} of {g.persons:,} people"),
                ("How they were obtained", g.obtained),
                ("How long they are kept", g.kept),
                ("Who has access", g.access),
                *(("Snapshot that was searched", one) for one in g.snapshots),
            )
        )
