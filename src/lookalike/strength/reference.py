"""The reference cohort: how strangers' scores are distributed for one matcher pack.

It holds no face and no template: a prior over each probe's own mean and spread, the pooled tail of the
standardised scores, and how far one probe's tail departs from the pooled one. The numbers are measured on
many searches whose person is not in the gallery and stand in the pack's manifest as `[strength.reference]`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import NoReturn

from lookalike.errors import BrokenPack

_NUMBERS = ("mean", "mean_sd", "spread", "spread_log_sd", "shape", "shape_sd")
_TABLES = ("survival", "deviation")


@dataclass(frozen=True)
class Reference:
    """What is known of strangers' scores before this search is looked at.

    mean, mean_sd: over probes, the average and the standard deviation of a probe's mean score against strangers.
    spread, spread_log_sd: the typical standard deviation of one probe's scores, and the standard deviation of its
        natural logarithm over probes.
    shape, shape_sd: normal prior on the generalised Pareto shape of one probe's tail, measured on the scale where
        the pooled tail is exponential; 0 says that it falls off as the pooled tail does.
    survival, deviation: the pooled tail. A fraction `survival[i]` of strangers scores at least `deviation[i]`
        spreads above the probe's mean. Survival falls, deviation rises.
    source: one sentence on where and on how many searches it was measured.

    Raises BrokenPack when a number is missing, not finite or out of its range.
    """

    mean: float
    mean_sd: float
    spread: float
    spread_log_sd: float
    shape: float
    shape_sd: float
    survival: tuple[float, ...]
    deviation: tuple[float, ...]
    source: str

    def __post_init__(self) -> None:
        values = [getattr(self, name) for name in _NUMBERS]
        if not all(math.isfinite(value) for value in (*values, *self.survival, *self.deviation)):
            _broken("a number is not finite")
        if not -1.0 < self.mean < 1.0 or not 0.0 < self.spread < 1.0:
            _broken("mean must lie between -1 and 1, spread between 0 and 1")
        if min(self.mean_sd, self.spread_log_sd, self.shape_sd) <= 0.0:
            _broken("mean_sd, spread_log_sd and shape_sd must be above 0")
        if abs(self.shape) > 0.5 or self.shape_sd > 0.5:
            _broken("shape must lie between -0.5 and 0.5, shape_sd must not pass 0.5")
        if len(self.survival) < 2 or len(self.survival) != len(self.deviation):
            _broken("survival and deviation must be two lists of one length, at least 2")
        if not all(0.0 < p < 1.0 for p in self.survival):
            _broken("every survival must lie between 0 and 1")
        if not _rises(self.deviation) or not _rises([-p for p in self.survival]):
            _broken("survival must fall and deviation must rise from entry to entry")
        if not self.source.strip():
            _broken("source is empty")

    @classmethod
    def from_mapping(cls, table: Mapping[str, object]) -> Reference:
        """Read a manifest's `[strength.reference]` table.

        Raises BrokenPack, naming the key, for a key that is missing, unknown or of the wrong kind.
        """
        known = {*_NUMBERS, *_TABLES, "source"}
        if missing := sorted(known - table.keys()):
            _broken(f"{missing[0]} is missing")
        if unknown := sorted(table.keys() - known):
            _broken(f"{unknown[0]} is not a known key")
        source = table["source"]
        if not isinstance(source, str):
            _broken("source is not a sentence")
        mean, mean_sd, spread, spread_log_sd, shape, shape_sd = (_number(name, table[name]) for name in _NUMBERS)
        survival, deviation = (_numbers(name, table[name]) for name in _TABLES)
        return cls(
            mean=mean,
            mean_sd=mean_sd,
            spread=spread,
            spread_log_sd=spread_log_sd,
            shape=shape,
            shape_sd=shape_sd,
            survival=survival,
            deviation=deviation,
            source=source,
        )


def _rises(values: tuple[float, ...] | list[float]) -> bool:
    return all(a < b for a, b in pairwise(values))


def _number(name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        _broken(f"{name} is not a number")
    return float(value)


def _numbers(name: str, value: object) -> tuple[float, ...]:
    if not isinstance(value, list | tuple):
        _broken(f"{name} is not a list of numbers")
    return tuple(_number(name, entry) for entry in value)


def _broken(detail: str) -> NoReturn:
    raise BrokenPack(
        f"The manifest's [strength.reference] cannot be used: {detail}.",
        why="It says how strangers' scores are distributed; without it a score in a small gallery is worth nothing.",
        remedy="Restore the pack's manifest, or measure the reference again.",
    )
