"""Running every search of a packet again, on the galleries that were searched."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from lookalike.disclosure.contents_search import RunOf
from lookalike.disclosure.packet import read
from lookalike.disclosure.whole import runs
from lookalike.errors import BadInput
from lookalike.gallery.gallery import Gallery
from lookalike.record.replay import Outcome, parse_record
from lookalike.record.replay import replay as run_again


@dataclass(frozen=True, slots=True)
class Replay:
    """One search of the packet, run again. outcome None: it could not be, and `words` says why."""

    search: str
    request: str
    outcome: Outcome | None
    words: tuple[str, ...]


def replay(
    path: Path, galleries: Sequence[Gallery], *, progress: Callable[[int, int], None] = lambda done, of: None
) -> list[Replay]:
    """Run every search of a packet again, in the order of the packet.

    galleries: those that were searched, in any order, and perhaps others. progress: (searches done, of how many).
    Whether the packet itself is whole is `verify`'s to say. Raises BadPacket, IncompletePacket.
    """
    contents = read(path).contents
    found = list(runs(contents))
    requests = [] if not isinstance(contents.searches, tuple) else [one.request.number for one in contents.searches]
    by_id = {gallery.id: gallery for gallery in galleries}
    again = []
    for done, (number, run) in enumerate(found):
        progress(done, len(found))
        again.append(_again(run, requests[number - 1], by_id))
    progress(len(found), len(found))
    return again


def _again(run: RunOf, request: str, by_id: dict[str, Gallery]) -> Replay:
    try:
        recorded = parse_record(run.record, f"the record of search {run.id}")
        missing = [g["name"] for g in json.loads(run.record)["galleries"] if g["id"] not in by_id]
        if missing:
            return Replay(run.id, request, None, (f"The gallery {', '.join(missing)} was not given.",))
        found = run_again(recorded, [by_id[id] for id in recorded.snapshots])
    except BadInput as error:
        return Replay(run.id, request, None, (f"{error.what} {error.remedy}",))
    return Replay(run.id, request, found.outcome, found.words)
