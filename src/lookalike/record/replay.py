"""Running a recorded search again: identical, or what has changed since, without naming anybody who was erased."""

from __future__ import annotations

import base64
import contextlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np

from lookalike.errors import BadSearchRecord, OtherGallery
from lookalike.face.template import Template, digest
from lookalike.gallery.gallery import Gallery
from lookalike.gallery.search import Index
from lookalike.record.model import SCHEMA
from lookalike.record.search import merged

LARGEST = 16 << 20
EARLIER = "lookalike.search-record/1"
"""The schema before likelihood ratios: what a replay needs is the same."""


class Outcome(StrEnum):
    """What a replay found."""

    IDENTICAL = "identical"
    CHANGED = "the gallery has changed since; what is left of the list is the same"
    DIFFERS = "differs"


@dataclass(frozen=True, slots=True)
class Replay:
    """The outcome, and in words what is behind it. gone: recorded candidates that can no longer be searched."""

    outcome: Outcome
    added: int
    removed: int
    gone: int
    newcomers: tuple[str, ...]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a replay needs of a search record."""

    template: Template
    files: dict[str, str]
    snapshots: dict[str, str]
    count: int
    listed: tuple[tuple[str, str, float], ...]


def read_record(path: Path) -> Recorded:
    """Read a search record. Raises BadSearchRecord for a file that is none, or whose parts do not agree."""
    try:
        if path.stat().st_size > LARGEST:
            raise ValueError("it is far too long")
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise _no_record(path.name, error) from error
    return parse_record(text, path.name)


def parse_record(text: str, name: str) -> Recorded:
    """Read the text of a search record. name: what messages call it. Raises BadSearchRecord, as `read_record`."""
    try:
        data = json.loads(text)
        if data["schema"] not in (SCHEMA, EARLIER):
            raise ValueError(f"its schema is {data['schema']!r}, not {SCHEMA!r}")
        recorded = _recorded(data)
        stated = data["probe"]["template_sha256"]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise _no_record(name, error) from error
    if digest(recorded.template) != stated:
        raise BadSearchRecord(
            f"The template in {name} is not the one its digest names.",
            why="The record was changed after it was made.",
            remedy="Ask for the original record.",
        )
    return recorded


def _no_record(name: str, error: Exception) -> BadSearchRecord:
    what = f"it lacks {error}" if isinstance(error, KeyError) else error
    return BadSearchRecord(
        f"{name} is not a search record that can be replayed: {what}.",
        remedy="Name the JSON file that `lookalike search --record` wrote, unchanged.",
    )


def _recorded(data: dict[str, Any]) -> Recorded:
    names = {gallery["name"]: str(gallery["id"]) for gallery in data["galleries"]}
    return Recorded(
        template=np.frombuffer(base64.b64decode(data["probe"]["template"], validate=True), dtype=np.int8),
        files={str(role): str(sha) for role, sha in data["software"]["files"].items()},
        snapshots={str(gallery["id"]): str(gallery["snapshot"]) for gallery in data["galleries"]},
        count=int(data["asked_for"]),
        listed=tuple(
            (names[c["gallery"]], str(c["record_id"]), float(c["score"]["value"])) for c in data["candidates"]
        ),
    )


def replay(recorded: Recorded, galleries: Sequence[Gallery]) -> Replay:
    """Search again with the recorded template.

    galleries: those of the record, in its order. Raises OtherGallery when they are not, or of another matcher.
    """
    if [gallery.id for gallery in galleries] != list(recorded.snapshots):
        raise OtherGallery(
            "The record was made on other galleries than those named.",
            remedy="Name the galleries of the record, each once and in its order.",
        )
    for gallery in galleries:
        if dict(gallery.matcher["files"]) != recorded.files or gallery.dimensions != len(recorded.template):
            raise OtherGallery(
                f"The record was made with another matcher than that of {gallery.name}.",
                remedy="Name the gallery that was searched.",
            )
    added = removed = 0
    with contextlib.ExitStack() as moment:
        for gallery in galleries:
            moment.enter_context(gallery.reading())
            changes = gallery.catalogue.changes_since(recorded.snapshots[gallery.id])
            if changes is None:
                raise OtherGallery(
                    f"{gallery.name} never stood at the snapshot that the record names.",
                    why="The record was changed, or this is a restored gallery whose history ends before the search.",
                    remedy="Name the gallery that was searched.",
                )
            added += sum(change.added for change in changes)
            removed += sum(change.removed for change in changes)
        found = [Index(gallery).search(recorded.template, recorded.count) for gallery in galleries]
        now = [(g.id, c.record_id, c.comparison.score) for g, c in merged(galleries, found, recorded.count)]
        searchable = {
            (gallery.id, entry[1]): _searchable(gallery, entry[1]) for gallery in galleries for entry in recorded.listed
        }
    same_snapshot = all(result.snapshot == recorded.snapshots[g.id] for g, result in zip(galleries, found, strict=True))
    return _judged(recorded, now, searchable, added, removed, same_snapshot=same_snapshot)


def _searchable(gallery: Gallery, record_id: str) -> bool:
    record = gallery.record(record_id)
    return record is not None and record.status.value == "active"


def _judged(
    recorded: Recorded,
    now: list[tuple[str, str, float]],
    searchable: dict[tuple[str, str], bool],
    added: int,
    removed: int,
    *,
    same_snapshot: bool,
) -> Replay:
    before = list(recorded.listed)
    if same_snapshot:
        if before == now:
            same = "The same candidates with the same scores, to the last bit."
            return Replay(Outcome.IDENTICAL, added, removed, 0, (), (same,))
        return Replay(Outcome.DIFFERS, added, removed, 0, (), ("The gallery is the same and the list is not.",))
    left = [entry for entry in before if searchable[entry[:2]]]
    old = set(before)
    newcomers = [entry for entry in now if entry not in old]
    kept = [entry for entry in now if entry in old]
    # newcomers push recorded ones off the end; nobody else may be missing, and nobody may have another score
    consistent = kept == left[: len(kept)] and len(kept) + len(newcomers) == len(now)
    words = [f"Since the search {_records(added)} came and {_records(removed)} went."]
    gone = len(before) - len(left)
    if gone:
        words.append(f"{gone} of the recorded candidates can no longer be searched.")
    if newcomers:
        words.append(f"New on the list: {', '.join(entry[1] for entry in newcomers)}.")
    if not consistent:
        words.append("The rest of the list is not what was recorded.")
    outcome = Outcome.CHANGED if consistent else Outcome.DIFFERS
    return Replay(outcome, added, removed, gone, tuple(entry[1] for entry in newcomers), tuple(words))


def _records(count: int) -> str:
    return f"{count:,} record" if count == 1 else f"{count:,} records"
