"""The exact search: every searchable record is compared, and the k best are provably the k best."""

from __future__ import annotations

import datetime
import itertools
import math
import threading
from collections.abc import Collection, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from lookalike.errors import BadCandidateCount, BrokenGallery, EmptyGallery
from lookalike.face.matcher import MatcherIdentity
from lookalike.face.template import Comparison, Template, compare
from lookalike.gallery.gallery import Gallery
from lookalike.gallery.records import Record, Status
from lookalike.gallery.scan import Best, Mode, Planes
from lookalike.gallery.validation import Validation

FEWEST, MOST, DEFAULT_COUNT = 2, 50, 20
"""Length of a candidate list. Source: FBI NGI-IPS, 2 to 50, 20 unless asked otherwise."""

ROWS_KEPT = 1000
"""How many of the best rows are looked at to say what a score is worth; of several of one person the best counts."""

_RETRIES = 20


@dataclass(frozen=True, slots=True)
class Candidate:
    """One record of the list. rank: from 1. comparison: the score and the integers it is made of."""

    rank: int
    record_id: str
    person_id: str
    comparison: Comparison


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What one search of one gallery found.

    candidates: best first; equal scores go to the lower record id. records, persons: how many were searched.
    best_per_person: (m,) float64, descending: the best score of each person, the m best persons. snapshot: the
    gallery's id at that moment.
    """

    candidates: tuple[Candidate, ...]
    records: int
    persons: int
    best_per_person: NDArray[np.float64]
    snapshot: str


@dataclass(frozen=True, slots=True)
class Ranked:
    """The best rows of one search, at most ROWS_KEPT: best first, equal scores to the lower record id.

    record_ids, person_ids: of each row. dots, norms: (n,) int64, the exact integers of each comparison. scores: (n,)
    float64. records, persons: how many were searched. snapshot: the gallery's id at that moment.
    """

    record_ids: list[str]
    person_ids: list[str]
    dots: NDArray[np.int64]
    norms: NDArray[np.int64]
    scores: NDArray[np.float64]
    records: int
    persons: int
    snapshot: str


@dataclass(frozen=True, slots=True)
class Filter:
    """Search only active records of these agencies, with photographs taken between two ISO dates, inclusive.

    without: ids of records to leave out all the same: of somebody whose record was sealed a moment ago.
    """

    sources: Collection[str] = ()
    taken_from: str = ""
    taken_to: str = ""
    without: Collection[str] = ()


class Searcher(Protocol):
    """What finds the candidates of a probe."""

    def search(self, probe: Template, count: int = DEFAULT_COUNT, *, only: Filter | None = None) -> SearchResult:
        """Compare a probe with every record."""


class SearchableGallery(Protocol):
    """What a search and its record need of a gallery: one directory, or a cluster of them."""

    name: str
    id: str

    @property
    def matcher(self) -> Mapping[str, Any]:
        """The matcher pack: `pack`, `version`, `files`."""

    def require(self, matcher: MatcherIdentity) -> None:
        """Raise PackDiffers unless the templates are this matcher's."""

    def reading(self) -> AbstractContextManager[None]:
        """Everything read inside comes from one moment."""

    def index(self) -> Searcher:
        """What searches it."""

    def record(self, record_id: str) -> Record | None:
        """One record, whatever its status."""

    def records(self, *, person_id: str, status: Status | None = None) -> Iterator[Record]:
        """The records of a person, in the order of their ids."""

    def photo(self, record_id: str) -> bytes:
        """The photograph of a record, as it was delivered."""

    def template(self, record_id: str) -> Template:
        """The template of a record on disk, held to its digest."""

    def validation(self, files: Mapping[str, str], today: datetime.date) -> Validation | None:
        """The latest evaluation that was accepted for a matcher and has not expired."""


class Index:
    """The templates of one gallery in memory, brought up to date before each search.

    Rows of sealed, dismissed, expunged and erased records are masked before the scan, so k candidates are k
    candidates. Memory: about (D + 7) bytes a row, and a bit.
    """

    def __init__(self, gallery: Gallery, *, mode: Mode | None = None) -> None:
        """Load the gallery. mode: how the scan reads; by default whole bytes from 256 dimensions on, else nibbles."""
        self._gallery = gallery
        self._mode: Mode = mode or ("int8" if gallery.dimensions >= 256 else "nibble")
        self._planes = Planes.empty(0, gallery.dimensions, self._mode)
        self._mask = np.zeros(0, dtype=np.uint8)
        self._erased: set[int] = set()
        self._change = -1
        self._lock = threading.Lock()
        self.refresh()

    def __len__(self) -> int:
        return self.records

    def refresh(self) -> None:
        """Take up what was enrolled, changed and erased since. Called by `search`; cheap when nothing was.

        Raises BrokenGallery when a segment is missing or damaged.
        """
        with self._lock:
            for attempt in range(_RETRIES):
                try:
                    with self._gallery.reading():
                        if self._gallery.catalogue.last_change() != self._change:
                            self._load()
                    return
                except BrokenGallery:
                    # a writer may have merged segments away between the list and the reading
                    listed = self._gallery.catalogue.segments()
                    if attempt == _RETRIES - 1 or listed == self._listed:
                        raise

    def _load(self) -> None:
        catalogue = self._gallery.catalogue
        self._listed = catalogue.segments()
        total = self._listed[-1].end if self._listed else 0
        if total > self._planes.capacity:
            # room for more, so that enrolment goes on beside searches without a copy; untouched, it takes no memory
            roomy = Planes.empty(total + total // 2 + (1 << 16), self._gallery.dimensions, self._mode)
            self._planes = roomy
            self._erased = set()
        for segment in self._listed:
            have = len(self._planes)
            if segment.end > have:
                self._planes.append(self._gallery.segments.read(segment)[have - segment.first :])
        out, erased = catalogue.rows_out()
        for row in set(erased) - self._erased:
            self._planes.overwrite(row)
        self._erased = set(erased)
        bits = np.ones(total, dtype=bool)
        bits[out] = False
        bits[erased] = False
        self._mask = np.packbits(bits, bitorder="little")
        state = catalogue.state()
        self.snapshot, self.records, self.persons = state.id, state.count, catalogue.persons()
        if int(bits.sum()) != self.records:
            raise BrokenGallery(
                f"The gallery lists {self.records} searchable records and holds {int(bits.sum())} templates of such.",
                why="A search over part of a gallery would be returned as if it were whole.",
                remedy="Restore the gallery from its backup: `lookalike gallery restore`.",
            )
        self._change = catalogue.last_change()

    def search(self, probe: Template, count: int = DEFAULT_COUNT, *, only: Filter | None = None) -> SearchResult:
        """Compare a probe with every record.

        probe: (D,) int8. count: length of the candidate list, 2 to 50; shorter only when the gallery is. only: search
        fewer records. Raises BadCandidateCount, EmptyGallery or BrokenGallery.
        """
        return listed(probe, self.ranked(probe, count, only=only), count)

    def ranked(self, probe: Template, count: int = DEFAULT_COUNT, *, only: Filter | None = None) -> Ranked:
        """The rows that `search` makes its list of; none where no record may be searched.

        Raises BadCandidateCount or BrokenGallery.
        """
        check_count(count)
        with self._gallery.reading():
            self.refresh()
            mask, records, persons = self._mask, self.records, self.persons
            if only is not None:
                mask, records, persons = self._narrowed(only)
            best = self._best(probe, count, mask)
            names = self._gallery.catalogue.at_rows(best.rows.tolist())
            snapshot = self.snapshot
        rows = best.rows.tolist()
        order = sorted(range(len(rows)), key=lambda i: (-best.scores[i], names[rows[i]][0]))
        return Ranked(
            record_ids=[names[rows[i]][0] for i in order],
            person_ids=[names[rows[i]][1] for i in order],
            dots=best.dots[order],
            norms=best.norms[order],
            scores=best.scores[order],
            records=records,
            persons=persons,
            snapshot=snapshot,
        )

    def scores(self, probe: Template) -> NDArray[np.float64]:
        """The score of every row in memory against a probe, masked rows too, (n,) float64: for error measurement."""
        return self._planes.all_scores(probe)

    def _best(self, probe: Template, count: int, mask: NDArray[np.uint8]) -> Best:
        """The best rows. The scan breaks ties by row, the list by record id: where it matters, the scan is told."""
        best = self._planes.search(probe, ROWS_KEPT, mask=mask)
        if len(best.rows) < ROWS_KEPT or best.scores[-1] < best.scores[count - 1]:
            return best
        order = np.zeros(len(self._planes), dtype=np.uint32)
        rows = self._gallery.catalogue.active_rows_by_id()
        order[rows] = np.arange(len(rows), dtype=np.uint32)
        return self._planes.search(probe, ROWS_KEPT, mask=mask, order=order)

    def _narrowed(self, only: Filter) -> tuple[NDArray[np.uint8], int, int]:
        catalogue = self._gallery.catalogue
        out = catalogue.active_rows_of(only.without)
        if not (only.sources or only.taken_from or only.taken_to):
            bits = np.unpackbits(self._mask, bitorder="little")
            bits[out] = 0
            gone = catalogue.people_left_out(only.without)
            return np.packbits(bits, bitorder="little"), self.records - len(out), self.persons - gone
        found = catalogue.rows_where(sources=only.sources, taken_from=only.taken_from, taken_to=only.taken_to)
        rows = sorted(set(found) - set(out))
        bits = np.zeros(len(self._mask) * 8, dtype=np.uint8)
        bits[rows] = 1
        return np.packbits(bits, bitorder="little"), len(rows), catalogue.persons_at(rows)


def listed(probe: Template, best: Ranked, count: int) -> SearchResult:
    """The candidate list of `count`, and the best score of each person, from the best rows. Raises EmptyGallery."""
    if not best.records:
        raise EmptyGallery(
            "The gallery has no record that may be searched.",
            why="Sealed, dismissed and expunged records are never searched.",
            remedy="See `lookalike gallery info`.",
        )
    probe_norm = compare(probe, probe).norm_a
    parts = zip(
        best.record_ids, best.person_ids, best.dots.tolist(), best.norms.tolist(), best.scores.tolist(), strict=True
    )
    return SearchResult(
        candidates=tuple(
            Candidate(rank, record_id, person, Comparison(dot, probe_norm, norm, score))
            for rank, (record_id, person, dot, norm, score) in enumerate(itertools.islice(parts, count), start=1)
        ),
        records=best.records,
        persons=best.persons,
        best_per_person=np.array([score for _, score in best_per_person(best)]),
        snapshot=best.snapshot,
    )


def best_per_person(best: Ranked, *, without: str | None = None) -> list[tuple[str, float]]:
    """The persons of the best rows with the best score of each, best first. without: a person to leave out."""
    # of a full thousand, which of the rows that tie with the last are in is chance: they say nothing
    floor = float(best.scores[-1]) if len(best.scores) == ROWS_KEPT else -math.inf
    seen: dict[str, float] = {}
    for person, score in zip(best.person_ids, best.scores.tolist(), strict=True):
        if score > floor and person != without:
            seen.setdefault(person, score)
    return list(seen.items())


def check_count(count: int) -> None:
    """Raise BadCandidateCount unless a candidate list may have this length."""
    if not FEWEST <= count <= MOST:
        raise BadCandidateCount(
            f"A candidate list of {count} was asked for.",
            why="One candidate would look like an answer; more than fifty are not looked at.",
            remedy=f"Ask for {FEWEST} to {MOST}.",
        )
