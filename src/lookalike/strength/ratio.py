"""Likelihood ratios by image quality: what was measured, and the rule that says when one may be told.

A stratum is a class of image quality with its own calibration, bounds and cost, measured on comparisons of that
quality. A ratio is told only inside the bounds that were measured; beyond them it is "at least" or "at most" the bound.
It is told only where the measured cost says that it helps: cllr below 1 (worse than nothing otherwise), cllr_cal within
the limit (what it says has to be true, not only useful), and enough people. Everywhere else the answer is that it is
not validated for this image quality, and why.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, ClassVar

import numpy as np

from lookalike.errors import BadInput
from lookalike.strength.calibrators import FITS, Calibration, broken, from_data, to_data

CLLR_CAL_LIMIT = 0.1
"""Bits that bad calibration may cost: a tenth of what saying nothing costs.

Ours, for want of a standard: the consensus on validation (Morrison et al. 2021) leaves the limit to the user.
"""

DEV_PAV_LIMIT = 0.5
"""Powers of ten by which told ratios may be off what they deserved, on average over their range: a factor of three.

Ours too. cllr_cal averages over all comparisons, most of them easy; this one does not, and finds what it hides.
"""

FEWEST_PERSONS = 50
"""Persons with mated comparisons in a stratum: with fewer, one of them moves the cost by more than 2 %."""


SCHEMA = "lookalike.ratios/1"

_KINDS = {str: "sentence", float: "number with a point", int: "whole number", list: "list"}


class Side(StrEnum):
    """How a likelihood ratio stands to the number that is told."""

    ABOUT = "about"
    AT_LEAST = "at least"
    AT_MOST = "at most"


@dataclass(frozen=True, slots=True)
class LikelihoodRatio:
    """One pair's likelihood ratio: log10, one person over two; whether it is that, at least that or at most that."""

    log10: float
    side: Side
    stratum: str


@dataclass(frozen=True, slots=True)
class NotValidated:
    """No likelihood ratio may be told. reason: a clause without capital or full stop."""

    statement: ClassVar[str] = "not validated for this image quality"
    reason: str
    stratum: str


@dataclass(frozen=True, slots=True)
class RatioStratum:
    """What was measured at one image quality.

    name: the stratum's. calibration: fitted to all its comparisons. lower, upper: log10 LR, the empirical bounds of the
    cross-validated ratios, never beyond the odds that so many comparisons can bear out. cllr, cllr_cal: bits, and
    dev_pav: powers of ten, of the cross-validated ratios before the bounds; None where the sides share no score. mated,
    nonmated: comparisons. persons: how many people the mated comparisons are of. costs: the cross-validated cllr of
    each calibrator that could be fitted; why: one sentence on the choice among them.

    Raises BrokenRatios when a number is out of its range or they contradict each other.
    """

    name: str
    calibration: Calibration
    lower: float
    upper: float
    cllr: float
    cllr_cal: float
    dev_pav: float | None
    mated: int
    nonmated: int
    persons: int
    costs: tuple[tuple[str, float], ...]
    why: str

    def __post_init__(self) -> None:
        for name in ("lower", "upper", "cllr", "cllr_cal"):
            if not math.isfinite(getattr(self, name)):
                broken(f"{name} of {self.name} is not a finite number")
        if not self.name.strip() or not self.why.strip():
            broken("a stratum has no name, or does not say why its calibrator was chosen")
        if not self.lower <= 0.0 <= self.upper:
            broken(f"the bounds of {self.name} do not lie on either side of 0")
        if self.dev_pav is not None and not 0.0 <= self.dev_pav < math.inf:
            broken(f"dev_pav of {self.name} is not a finite number from 0")
        if self.upper > math.log10(self.nonmated + 1.0) + 1e-9 or -self.lower > math.log10(self.mated + 1.0) + 1e-9:
            broken(f"the bounds of {self.name} reach further than its comparisons can bear out")
        if not -1e-9 <= self.cllr_cal <= self.cllr:
            broken(f"cllr_cal of {self.name} is not between 0 and its cllr")
        if min(self.mated, self.nonmated, self.persons) < 1 or self.persons > self.mated:
            broken(f"{self.name} counts fewer mated comparisons than people, or none")
        if (self.calibration.kind, self.cllr) not in self.costs or min(cost for _, cost in self.costs) < self.cllr:
            broken(f"the calibrator of {self.name} is not the one with the lowest cllr")

    def to_data(self) -> dict[str, object]:
        """Plain data for JSON."""
        plain = {field.name: getattr(self, field.name) for field in fields(self)}
        return plain | {"calibration": to_data(self.calibration), "costs": dict(self.costs)}

    @classmethod
    def from_data(cls, data: object) -> RatioStratum:
        """Read what `to_data` wrote. Raises BrokenRatios, naming what is wrong, for anything else."""
        table = _table(cls, data)
        for name, kind in (("name", str), ("why", str), ("lower", float), ("upper", float), ("cllr", float)):
            _typed(table, name, kind)
        _typed(table, "cllr_cal", float)
        if table["dev_pav"] is not None:
            _typed(table, "dev_pav", float)
        for name in ("mated", "nonmated", "persons"):
            _typed(table, name, int)
        costs = table["costs"]
        if not isinstance(costs, Mapping) or not set(costs) <= set(FITS):
            broken("costs is not a table of calibrators")
        for kind in costs:
            _typed(costs, kind, float)
        return cls(**table | {"calibration": from_data(table["calibration"]), "costs": tuple(costs.items())})


@dataclass(frozen=True, slots=True)
class Ratios:
    """The strata that were measured and the limits they are held to.

    source: one sentence on where and on whom it was measured. cllr_cal_limit: bits. persons_needed: in a stratum.
    Raises BrokenRatios for two strata of one name and for limits that make no sense.
    """

    strata: tuple[RatioStratum, ...]
    source: str
    cllr_cal_limit: float = CLLR_CAL_LIMIT
    persons_needed: int = FEWEST_PERSONS

    def __post_init__(self) -> None:
        names = [stratum.name for stratum in self.strata]
        if len(set(names)) < len(names):
            broken("two strata have one name")
        if not self.source.strip():
            broken("source is empty")
        if not 0.0 < self.cllr_cal_limit < 1.0 or self.persons_needed < 2:
            broken("cllr_cal_limit must lie between 0 and 1, persons_needed must be at least 2")

    def assess(self, score: float, stratum: str) -> LikelihoodRatio | NotValidated:
        """What one comparison score is worth at one image quality.

        Raises BadInput for a score that is not a number between -1 and 1.
        """
        if not abs(score) <= 1.0 + 1e-9:
            raise BadInput(
                "The score to be judged is not a number between -1 and 1.", remedy="Compare the faces again."
            )
        found = next((one for one in self.strata if one.name == stratum), None)
        if found is None:
            return NotValidated("no comparisons of this quality were measured", stratum)
        if reason := self._refusal(found):
            return NotValidated(reason, stratum)
        log10 = float(found.calibration(np.array([score]))[0])
        if log10 > found.upper:
            return LikelihoodRatio(found.upper, Side.AT_LEAST, stratum)
        if log10 < found.lower:
            return LikelihoodRatio(found.lower, Side.AT_MOST, stratum)
        return LikelihoodRatio(log10, Side.ABOUT, stratum)

    def _refusal(self, stratum: RatioStratum) -> str:
        if stratum.persons < self.persons_needed:
            return f"it was measured on {stratum.persons} people, where {self.persons_needed} are needed"
        if stratum.cllr >= 1.0:
            return f"likelihood ratios of this quality were worse than none (cllr {stratum.cllr:.2f}, needed below 1)"
        if stratum.cllr_cal > self.cllr_cal_limit:
            return (
                f"likelihood ratios of this quality were not what they said "
                f"(cllr_cal {stratum.cllr_cal:.2f}, allowed {self.cllr_cal_limit:g})"
            )
        if stratum.dev_pav is None:
            return "the scores of one person and of two do not overlap, so that nothing is known of what lies between"
        if stratum.dev_pav > DEV_PAV_LIMIT:
            return (
                f"likelihood ratios of this quality were off by too much where the two sides meet "
                f"(devPAV {stratum.dev_pav:.2f}, allowed {DEV_PAV_LIMIT:g})"
            )
        if stratum.lower == stratum.upper:
            return "no likelihood ratio but 1 was borne out by what was measured"
        return ""

    def to_json(self) -> str:
        """JSON from which `from_json` reads the same bits."""
        plain = {field.name: getattr(self, field.name) for field in fields(self)}
        strata = [stratum.to_data() for stratum in self.strata]
        return json.dumps({"schema": SCHEMA, **plain, "strata": strata}, ensure_ascii=False, allow_nan=False)

    @classmethod
    def from_json(cls, text: str) -> Ratios:
        """Read what `to_json` wrote. Raises BrokenRatios, naming what is wrong, for anything else."""
        try:
            data = json.loads(text)
        except (ValueError, RecursionError):
            broken("the file is not JSON")
        if not isinstance(data, dict) or data.pop("schema", None) != SCHEMA:
            broken(f"the file is not {SCHEMA}")
        table = _table(cls, data)
        for name, kind in (("source", str), ("cllr_cal_limit", float), ("persons_needed", int), ("strata", list)):
            _typed(table, name, kind)
        return cls(**table | {"strata": tuple(RatioStratum.from_data(entry) for entry in table["strata"])})


def _table(cls: type[RatioStratum] | type[Ratios], data: object) -> dict[str, Any]:
    names = {field.name for field in fields(cls)}
    if not isinstance(data, Mapping):
        broken("a stratum is not a table")
    if missing := sorted(names - data.keys()):
        broken(f"{missing[0]} is missing")
    if unknown := sorted(data.keys() - names):
        broken(f"{unknown[0]} is not a known key")
    return dict(data)


def _typed(table: Mapping[str, Any], name: str, kind: type) -> None:
    # exactly: True is no count, and 1 is not how a float was written
    if type(table[name]) is not kind:
        broken(f"{name} is not a {_KINDS[kind]}")
