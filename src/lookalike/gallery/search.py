"""The exact search: every searchable record is compared, and the k best are provably the k best."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lookalike.errors import BadCandidateCount, EmptyGallery
from lookalike.face.template import Comparison, Template, compare, scores_from_parts
from lookalike.gallery.gallery import Gallery

FEWEST, MOST, DEFAULT_COUNT = 2, 50, 20
"""Length of a candidate list. Source: FBI NGI-IPS, 2 to 50, 20 unless asked otherwise."""

STRANGERS_KEPT = 2000
"""How many persons' best scores are kept to say what a score is worth."""

_BLOCK = 1 << 16


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


class Index:
    """The searchable records of one gallery snapshot, in memory: (D + 8) bytes a record and its ids."""

    def __init__(self, gallery: Gallery) -> None:
        """Load the active records. Sealed, dismissed and expunged ones are never read."""
        with gallery.reading():
            self.snapshot = gallery.snapshot().id
            self._ids, people, self._codes = gallery.searchable()
        self.dimensions = gallery.dimensions
        self._norms = _dots_of_rows(self._codes)
        names, self._person = np.unique(np.array(people, dtype=object), return_inverse=True)
        self._people, self.persons = people, len(names)

    def __len__(self) -> int:
        return len(self._ids)

    def search(self, probe: Template, count: int = DEFAULT_COUNT) -> SearchResult:
        """Compare a probe with every record.

        probe: (D,) int8. count: length of the candidate list, 2 to 50; shorter only when the gallery is.
        Raises BadCandidateCount or EmptyGallery.
        """
        if not FEWEST <= count <= MOST:
            raise BadCandidateCount(
                f"A candidate list of {count} was asked for.",
                why="One candidate would look like an answer; more than fifty are not looked at.",
                remedy=f"Ask for {FEWEST} to {MOST}.",
            )
        if not self._ids:
            raise EmptyGallery(
                "The gallery has no record that may be searched.",
                why="Sealed, dismissed and expunged records are never searched.",
                remedy="See `lookalike gallery info`.",
            )
        scores = self.scores(probe)
        count = min(count, len(scores))
        kth = np.partition(scores, len(scores) - count)[len(scores) - count]
        rows = sorted(np.flatnonzero(scores >= kth), key=lambda row: (-scores[row], self._ids[row]))
        best = np.full(self.persons, -np.inf)
        np.maximum.at(best, self._person, scores)
        kept = min(STRANGERS_KEPT, len(best))
        top = np.partition(best, len(best) - kept)[len(best) - kept :]
        return SearchResult(
            candidates=tuple(
                Candidate(rank, self._ids[row], self._people[row], compare(probe, self._codes[row]))
                for rank, row in enumerate(rows[:count], start=1)
            ),
            records=len(scores),
            persons=self.persons,
            best_per_person=np.sort(top)[::-1],
            snapshot=self.snapshot,
        )

    def scores(self, probe: Template) -> NDArray[np.float64]:
        """The score of every record against a probe, (n,) float64, the same bits as `compare`."""
        probe_norm = int(probe.astype(np.int64) @ probe.astype(np.int64))
        dots = np.empty(len(self._codes), dtype=np.int64)
        vector = probe.astype(np.float32)
        for start in range(0, len(self._codes), _BLOCK):
            block = self._codes[start : start + _BLOCK].astype(np.float32)
            # exact: every partial sum is an integer below 2**24, up to 1,040 dimensions
            dots[start : start + _BLOCK] = block @ vector if len(vector) <= 1040 else _wide(block, vector)
        return scores_from_parts(dots, self._norms, probe_norm)


def _wide(block: NDArray[np.float32], vector: NDArray[np.float32]) -> NDArray[np.float64]:
    return np.asarray(block.astype(np.float64) @ vector.astype(np.float64))


def _dots_of_rows(codes: NDArray[np.int8]) -> NDArray[np.int64]:
    """Each row's dot product with itself, (n,) int64."""
    out = np.empty(len(codes), dtype=np.int64)
    for start in range(0, len(codes), _BLOCK):
        block = codes[start : start + _BLOCK].astype(np.int64)
        out[start : start + _BLOCK] = (block * block).sum(axis=1)
    return out
