"""What the searches of an evaluation found, one row a probe: the one table that every figure of a report comes from.

Each probe counts twice. With its person in the gallery it is a mated search, where that person has another photograph
there. With its person taken out it is a non-mated search, and everybody it returns is a stranger.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from lookalike.errors import BadInput

KEPT = 100
"""Best strangers kept of each search: enough to count candidates with at most ten expected lookalikes."""

FIT, POOR = 0, 1
"""The two kinds of fitness that are searched."""

_PER_STRANGER = ("stranger_score", "stranger_expected", "stranger_cohort")


@dataclass(frozen=True, slots=True)
class Searches:
    """n probes searched in one gallery. The person of a probe is taken out of the gallery for all about strangers.

    person: (n,) int64, index of the probe's person; several probes may share one. Intervals resample persons.
    cohort: (n,) int64, index into `cohorts`, -1 where the record has no label. A person has one cohort.
    cohorts: the labels as the manifest writes them, sorted.
    fitness: (n,) int64, 0 fit for comparison, 1 poor; unfit probes are not searched and not in this table.
    quality: raw measures by name, each (n,) float64, NaN where not taken.
    conditions: (n,) the manifest's capture label as str, "" where there is none.
    persons: (n,) int64, strangers in the gallery this probe was searched in (without the probe's own person).
    mate_score: (n,) float64, the best score of the probe's own person; NaN where the person is not in the gallery, or
        only with the probe photograph itself.
    mate_rank: (n,) int64, 1 + strangers (persons) scoring higher (ties count against); 0 where there is no mate.
    mate_expected: (n,) float64, expected lookalikes of the mate's score; NaN where there is no mate.
    stranger_score: (n, KEPT) float64, the best score of each of the best strangers, descending; NaN beyond the gallery.
    stranger_expected: (n, KEPT) float64, expected lookalikes of those scores, from a search without the probe's person.
    stranger_cohort: (n, KEPT) int64, cohort of those strangers, -1 unknown.

    `mate_expected` comes from a search with the mate in the gallery, as a real search has it.
    Raises BadInput where the columns do not have one row a probe, or a label is none of `cohorts`.
    """

    person: NDArray[np.int64]
    cohort: NDArray[np.int64]
    cohorts: tuple[str, ...]
    fitness: NDArray[np.int64]
    quality: Mapping[str, NDArray[np.float64]]
    conditions: NDArray[np.str_]
    persons: NDArray[np.int64]
    mate_score: NDArray[np.float64]
    mate_rank: NDArray[np.int64]
    mate_expected: NDArray[np.float64]
    stranger_score: NDArray[np.float64]
    stranger_expected: NDArray[np.float64]
    stranger_cohort: NDArray[np.int64]

    def __post_init__(self) -> None:
        n = len(self.person)
        shapes = {name: column.shape for name, column in self._columns().items()}
        shapes.update({f"quality {name}": column.shape for name, column in self.quality.items()})
        for name, shape in shapes.items():
            if shape != ((n, KEPT) if name in _PER_STRANGER else (n,)):
                _broken(f"the column {name} has the shape {shape} for {n} probes")
        if n and (self.cohort.min() < -1 or self.cohort.max() >= len(self.cohorts)):
            _broken("a probe's cohort is not among the labels")
        if not np.array_equal(self.mate_rank > 0, ~np.isnan(self.mate_score)):
            _broken("a mate has a score and no rank, or a rank and no score")

    def __len__(self) -> int:
        return len(self.person)

    def _columns(self) -> dict[str, NDArray[np.generic]]:
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name not in ("cohorts", "quality")}

    @property
    def mated(self) -> NDArray[np.bool_]:
        """(n,) bool: probes whose person has another photograph in the gallery."""
        return self.mate_rank > 0

    @property
    def best_stranger(self) -> NDArray[np.float64]:
        """(n,) float64: the best score of a stranger; below every score where the gallery holds none."""
        return np.nan_to_num(self.stranger_score[:, 0], nan=-np.inf)

    @property
    def least_expected(self) -> NDArray[np.float64]:
        """(n,) float64: expected lookalikes of the best stranger; infinite where the gallery holds none."""
        return np.nan_to_num(self.stranger_expected[:, 0], nan=np.inf)

    def only(self, keep: NDArray[np.bool_]) -> Searches:
        """The rows of a boolean mask (n,)."""
        columns = {name: column[keep] for name, column in self._columns().items()}
        quality = {name: column[keep] for name, column in self.quality.items()}
        return Searches(**columns, cohorts=self.cohorts, quality=quality)  # type: ignore[arg-type]


def _broken(detail: str) -> None:
    raise BadInput(
        f"The table of searches cannot be used: {detail}.",
        why="Every figure of the report would be wrong without anybody noticing.",
        remedy="Run the evaluation again.",
    )
