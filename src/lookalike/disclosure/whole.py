"""What contents must agree in before a packet is written, and after it was read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from lookalike.disclosure.contents import Contents
from lookalike.disclosure.contents_search import CandidateOf, RunOf
from lookalike.disclosure.values import Absent, File, lacking, require_whole, walked
from lookalike.errors import BadProof, IncompletePacket
from lookalike.ledger.checkpoint import EntryProof


def require_complete(contents: Contents) -> None:
    """Refuse contents that lack something, or whose parts do not agree. Raises IncompletePacket, which names it."""
    require_whole(contents, Contents, "contents")
    for fault in faults(contents):
        raise fault


def faults(contents: Contents) -> Iterator[IncompletePacket]:
    """Everything in which the parts of contents do not agree; each record is whole already."""
    yield from _digests(contents)
    listed: set[str] = set()
    for number, run in runs(contents):
        path = f"searches[{number}].run"
        if hashlib.sha256(run.record.encode()).hexdigest() != run.sha256:
            yield lacking(f"{path}.record", "it is not the one whose SHA-256 is stated")
        try:
            yield from _against_record(contents, run, path)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            yield lacking(f"{path}.record", "it is no search record")
        if run.id in listed:
            yield lacking(path, "another search has its id")
        listed.add(run.id)
    yield from _entries(contents)


def runs(contents: Contents) -> Iterator[tuple[int, RunOf]]:
    """The searches that were run, each with its number among the requests, from 1."""
    for number, one in enumerate(present(contents.searches), 1):
        if isinstance(one.run, RunOf):
            yield number, one.run


def present(value: tuple[Any, ...] | Absent) -> tuple[Any, ...]:
    """The values, none where there are none."""
    return () if isinstance(value, Absent) else value


def needed_entries(contents: Contents) -> dict[int, str]:
    """The entries of the ledger that the packet must prove, each with what it is of."""
    found = {}
    for _, run in runs(contents):
        found[run.entry] = f"the search {run.id}"
        for one in present(run.examinations):
            if isinstance(one.entry, int):
                found[one.entry] = f"the examination {one.reference}"
    for lead in present(contents.leads):
        found[lead.entry] = f"the answer {lead.code}"
    for lineup in present(contents.lineups):
        if isinstance(lineup.entry, int):
            found[lineup.entry] = f"lineup {lineup.number}"
    return found


def _digests(contents: Contents) -> Iterator[IncompletePacket]:
    """One digest, one file: what is said of it is the same wherever it stands."""
    sizes: dict[str, int] = {}
    for one in walked(contents):
        if isinstance(one, File) and sizes.setdefault(one.sha256, one.size) != one.size:
            yield lacking(f"the file “{one.title}”", "two sizes are stated of one digest")


def _against_record(contents: Contents, run: RunOf, path: str) -> Iterator[IncompletePacket]:
    """Every candidate of the record is on the packet's list; what was searched, and with what, is described."""
    data = json.loads(run.record)
    recorded = [(c["rank"], c["gallery"], c["record_id"], c["person_id"]) for c in data["candidates"]]
    told: list[CandidateOf] = list(present(run.candidates))
    if recorded != [(c.rank, c.gallery, c.record_id, c.person_id) for c in told]:
        yield lacking(f"{path}.candidates", "it is not the list of the record")
    if data["probe"]["sha256"] != run.still.sha256:
        yield lacking(f"{path}.still", "it is not the photograph that the record names")
    described = {one.id: one.snapshots for one in present(contents.galleries)}
    for gallery in data["galleries"]:
        if gallery["snapshot"] not in described.get(gallery["id"], ()):
            yield lacking(f"galleries: {gallery['name']}", f"{path} searched it at a snapshot that is not told")
    used = {(row.label, row.value) for one in contents.systems for row in one.files}
    if not set(data["software"]["files"].items()) <= used:
        yield lacking("systems", f"{path} used a matcher that is not described")
    validations = {one.id for system in contents.systems for one in present(system.validations)}
    for gallery in data["galleries"]:
        if gallery["validation"] and gallery["validation"] not in validations:
            yield lacking("systems", f"the validation that {path} relied on is not there")


def _entries(contents: Contents) -> Iterator[IncompletePacket]:
    proved = {one.entry for one in contents.ledger.proofs}
    for entry, what in sorted(needed_entries(contents).items()):
        if entry not in proved:
            yield lacking("ledger.proofs", f"entry {entry}, of {what}, is not proved")
    for one in contents.ledger.proofs:
        try:
            stated = EntryProof.parse(one.text.encode()).line.index
        except BadProof:
            stated = -1
        if stated != one.entry:
            yield lacking(f"ledger.proofs: entry {one.entry}", "its text is no proof of that entry")
