"""The replays: reading the cases, deciding their acts, and the table of what refused.

`python -m tests.protocol.replaying` prints the table.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from lookalike.protocol.decide import Decision, decide
from lookalike.protocol.facts.base import ActFacts
from lookalike.protocol.facts.reading import read_facts
from lookalike.protocol.layering import as_if_in_force, layered
from lookalike.protocol.pack import DEFAULT, load
from lookalike.protocol.policy import Policy
from lookalike.protocol.rules import RULES
from lookalike.protocol.vocabulary import Act, Protection
from tests.protocol.favourable import favourable

FOLDER = Path(__file__).parent / "replays"


@dataclass(frozen=True)
class Step:
    """One act of a case. known: the rules that refuse on facts that are on record, each with the fact."""

    act: Act
    known: dict[str, str]
    facts: dict[str, Any]


@dataclass(frozen=True)
class Case:
    """One arrest."""

    id: str
    title: str
    source: str
    note: str
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Row:
    """A line of the table. known: on facts that are on record; else only because something is not on record."""

    case: str
    act: Act
    protection: Protection | None
    known: bool
    rules: tuple[str, ...]
    because: tuple[str, ...]
    citations: tuple[str, ...]


def _read(path: Path) -> Case:
    data = json.loads(path.read_text(encoding="utf-8"))
    steps = tuple(Step(Act(step["act"]), step["known"], step["facts"]) for step in data["acts"])
    return Case(data["id"], data["title"], data["source"], data["note"], steps)


CASES = tuple(sorted(map(_read, FOLDER.glob("*.json")), key=lambda case: case.id))


def facts_of(step: Step) -> ActFacts:
    """The facts of a step, through the reader that `lookalike protocol check` uses."""
    return read_facts(json.dumps({"act": step.act, "facts": step.facts}))


@lru_cache(maxsize=1)
def policy_of_today() -> Policy:
    """The default, as if it had been in force then."""
    return as_if_in_force(layered([load(DEFAULT)]))


def refused_by(decision: Decision) -> dict[str, list[str]]:
    """The rules that refused, with their entries."""
    found: dict[str, list[str]] = {}
    for finding in decision.refusals():
        found.setdefault(finding.rule or "", []).append(finding.entry)
    return found


def known(step: Step) -> dict[str, list[str]]:
    """What refuses on the record alone: also where everything that is not on record was done as it should have been."""
    return refused_by(decide(favourable(step.act, step.facts), policy_of_today()))


def table() -> list[Row]:
    """Case by act by protection. What refused on record is told; else, of the five, what refused as not on record."""
    entries = {entry.id: entry for entry in policy_of_today().entries}
    rows = []
    for case in CASES:
        for step in case.steps:
            sure, open_ = known(step), refused_by(decide(facts_of(step), policy_of_today()))
            for protection in (*Protection, None):
                found = {rule: ids for rule, ids in sure.items() if RULES[rule].protection is protection}
                on_record = bool(found)
                if not found and protection is not None:
                    found = {rule: ids for rule, ids in open_.items() if RULES[rule].protection is protection}
                if found:
                    cited = dict.fromkeys(entries[entry].citation for ids in found.values() for entry in ids)
                    because = tuple(step.known[rule] for rule in found) if on_record else ()
                    rows.append(Row(case.title, step.act, protection, on_record, tuple(found), because, tuple(cited)))
    return rows


def page() -> str:
    """The table as the page docs/replays.md: `python -m tests.protocol.replaying` prints it."""
    rows = table()
    lines = [
        "# The arrests on record, replayed under today's default",
        "",
        "Every arrest of which the reference knows, act by act, decided by `detroit-2024`. *On record* means: refused",
        "on facts that are known, even if everything that is not known had been done as it should. *Unknown* means:",
        "refused because nobody has recorded the fact; what is not known is refused. `tests/protocol/test_replays.py`",
        "holds this page to the rules.",
        "",
    ]
    for case in CASES:
        lines += [f"## {case.title}", "", *([case.note, ""] if case.note else [])]
        lines += ["| act | protection | refused by | because | citation |", "| --- | --- | --- | --- | --- |"]
        for row in rows:
            if row.case == case.title:
                protection = row.protection.value if row.protection else "ground"
                because = f"on record: {'; '.join(row.because)}" if row.known else "unknown"
                cells = (row.act.value, protection, ", ".join(row.rules), because, "; ".join(row.citations))
                lines.append(f"| {' | '.join(cells)} |")
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(page())
