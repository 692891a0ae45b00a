"""The 2018 case, played with invented people: what the software does where it happened otherwise.

The dates and facts of the real case are those of the public record: the prosecutor's statement of 24 June 2020, the
settlement of 28 June 2024 in Williams v. City of Detroit, and the press reports on both. No face, name or record of a
real person is used.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from lookalike.errors import UnfitForComparison
from lookalike.face.matcher import Matcher
from lookalike.gallery.enrol import EnrolmentResult, Progress, enrol
from lookalike.gallery.gallery import Gallery
from lookalike.media.photo import read_photo_file
from lookalike.record.search import Search, prepare_probe, search

PEOPLE = Path(__file__).parent / "people"
MANIFEST = PEOPLE / "people.csv"
SUSPECT = "S001"
"""The invented stranger of the story; which person it is stands in no file that a search reads."""

DARK_STILL = PEOPLE / "probes" / f"{SUSPECT}-c.jpg"
BETTER_STILL = PEOPLE / "probes" / f"{SUSPECT}-a.jpg"


@dataclass(frozen=True, slots=True)
class Chapter:
    """One part of the story. then: what happened in the real case. now: what the software did."""

    title: str
    then: str
    now: str


def build_gallery(
    directory: Path,
    keys: Path,
    matcher: Matcher,
    *,
    now: datetime.datetime,
    threads: int,
    on_progress: Callable[[Progress], None],
) -> EnrolmentResult:
    """Enrol the invented people; what an earlier run enrolled is kept."""
    with Gallery.create(directory, matcher.identity, keys) as gallery:
        return enrol(
            PEOPLE,
            MANIFEST,
            gallery,
            matcher,
            now=now.isoformat(timespec="seconds"),
            threads=threads,
            on_progress=on_progress,
        )


def the_dark_still(matcher: Matcher) -> UnfitForComparison:
    """Try to search the dark, small still. Returns the refusal; a still that is not refused is a fault."""
    try:
        prepare_probe(read_photo_file(DARK_STILL), matcher)
    except UnfitForComparison as refusal:
        return refusal
    raise AssertionError("the dark still of the demonstration was not refused")


def the_better_still(gallery: Gallery, matcher: Matcher, *, now: datetime.datetime, count: int) -> Search:
    """Search the better still."""
    return search(prepare_probe(read_photo_file(BETTER_STILL), matcher), [gallery], matcher, count=count, now=now)


OPENING = (
    "Five watches are taken from a shop in Detroit. In March 2019 a dark still of the shop's video is "
    "searched. In January 2020 a man is arrested in front of his children. He was never there. What follows is that "
    "case, played with invented people."
)

FIRST = Chapter(
    "The still",
    "The still was dark and unclear. It was searched all the same, and the list was full, "
    "as it always is. The photograph that came back was an expired driver's licence.",
    "The same kind of still is measured before anything is searched, and refused:",
)

SECOND = Chapter(
    "The list",
    "One face of the list was passed on as the man in the video.",
    "A better still of the same invented stranger is searched. Nothing marks anyone. The list says how many strangers "
    "look this much alike, and the record says how old each photograph is:",
)

THIRD = Chapter(
    "What must come next",
    "A security contractor who had not been in the shop picked the man from six photographs. There was no other "
    "evidence, and an arrest warrant followed.",
    "Nothing here leads to an arrest. Two examiners compare, each alone, without scores or ranks. A supervisor answers "
    "for the result. A lineup needs independent evidence first, and a warrant needs it again (settlement of 28 June "
    "2024, terms 1 and 2). Those steps are the next parts of this software; this version ends at the record.",
)
