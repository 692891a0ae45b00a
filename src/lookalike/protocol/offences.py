"""Offences: NIBRS codes, the statutes behind them, and the classes that packs name.

Which classes are serious is a pack's word; nothing here says so.
Sources: FBI, National Incident-Based Reporting System; Michigan statutes by title, to be proofread against the code.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

ALWAYS = "any_crime"
VIOLENT = frozenset({"homicide", "sexual_assault", "robbery", "aggravated_assault"})


@dataclass(frozen=True, slots=True)
class Table:
    """alone: classes by NIBRS code, None where it alone does not decide. statutes: (codes, classes) by statute."""

    alone: dict[str, frozenset[str] | None]
    statutes: dict[str, tuple[frozenset[str], frozenset[str]]]

    def row(self, statute: str) -> tuple[frozenset[str], frozenset[str]] | None:
        """The row of a statute: with its subsections if the table has it, otherwise without the last, and so on."""
        while statute not in self.statutes and "(" in statute:
            statute = statute[: statute.rindex("(")]
        return self.statutes.get(statute)


@cache
def michigan() -> Table:
    """The table for Michigan."""
    data = tomllib.loads(files("lookalike.protocol").joinpath("offences/michigan.toml").read_text("utf-8"))
    alone = {code: frozenset(row["classes"]) if row["alone"] else None for row in data["code"] for code in row["nibrs"]}
    statutes = {
        statute: (frozenset(row["nibrs"]), frozenset(row["classes"]))
        for row in data["offence"]
        for statute in row["statutes"]
    }
    return Table(alone, statutes)


def offence_agrees(nibrs: str, statute: str) -> bool:
    """Whether a statute of the table belongs to the NIBRS code; a statute that is not in the table says nothing."""
    row = michigan().row(statute)
    return row is None or nibrs in row[0]


def mapped(nibrs: str) -> bool:
    """Whether the table knows the code."""
    return nibrs in michigan().alone


def needs_statute(nibrs: str) -> bool:
    """Whether the code says too little without the statute, as 220 does: NIBRS has no home invasion."""
    return mapped(nibrs) and michigan().alone[nibrs] is None


def classes_of(nibrs: str, statute: str | None) -> frozenset[str]:
    """The classes of an offence by code and statute; empty when the table does not know it. An attempt has the same.

    The classes that hang on the sentence (any_felony, over_1_year) are the rule's to add.
    """
    if not mapped(nibrs):
        return frozenset()
    row = michigan().row(statute) if statute is not None else None
    classes = row[1] if row is not None else michigan().alone[nibrs]
    if classes is None:
        return frozenset()
    return classes | {ALWAYS} | ({"violent_crime"} if classes & VIOLENT else set())
