"""Where a packet holds what a rule or a court can ask for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from lookalike.disclosure.contents import Contents
from lookalike.disclosure.values import Absent
from lookalike.protocol.court_words import PacketItem


class Part(StrEnum):
    """A part of the document, by its anchor; the order is that of the pages."""

    PACKET = "packet"
    CASE = "case"
    SEARCHES = "searches"
    SYSTEMS = "systems"
    GALLERIES = "galleries"
    LEADS = "leads"
    LINEUPS = "lineups"
    EVIDENCE = "evidence"
    WHEREABOUTS = "whereabouts"
    REFUSALS = "refusals"
    SIGNATURES = "signatures"
    EXAMINERS = "examiners"
    LEDGER = "ledger"
    STATEMENTS = "statements"
    CHECKLISTS = "checklists"
    WITHHELD = "withheld"
    FILES = "files"


TITLES = {
    Part.PACKET: "What this is",
    Part.CASE: "The case and the suspect",
    Part.SEARCHES: "Every face search of the case",
    Part.SYSTEMS: "The system, its errors and its flaws",
    Part.GALLERIES: "The databases that were searched",
    Part.LEADS: "What was answered: the lead",
    Part.LINEUPS: "Lineups",
    Part.EVIDENCE: "The evidence, for and against",
    Part.WHEREABOUTS: "Alibi and whereabouts",
    Part.REFUSALS: "What was refused",
    Part.SIGNATURES: "Who signed",
    Part.EXAMINERS: "Who worked on the searches",
    Part.LEDGER: "The ledger: proofs that nothing was changed",
    Part.STATEMENTS: "What law and policy want told",
    Part.CHECKLISTS: "Checklists",
    Part.WITHHELD: "Whose faces are withheld, and what shows other people",
    Part.FILES: "Files, each with its SHA-256",
}

NUMBERS = {part: number for number, part in enumerate(Part, 1)}


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: a part of the document, and a path in the attached contents.json."""

    part: Part
    path: str

    def words(self) -> str:
        """The place as a person is told it."""
        return f"part {NUMBERS[self.part]}, “{TITLES[self.part]}”; contents.json: {self.path}"


_RUN = "searches[].run"
ITEMS: dict[str, Place] = {
    "used": Place(Part.PACKET, "searches"),
    "systems": Place(Part.SYSTEMS, "systems"),
    "system_names": Place(Part.SYSTEMS, "systems[].name"),
    "maker": Place(Part.SYSTEMS, "systems[].maker"),
    "databases": Place(Part.GALLERIES, "galleries"),
    "database_description": Place(Part.GALLERIES, "galleries[].description"),
    "all_results": Place(Part.SEARCHES, f"{_RUN}.record"),
    "actionable_results": Place(Part.LEADS, "leads"),
    "candidate_lists": Place(Part.SEARCHES, f"{_RUN}.candidates"),
    "probe_original": Place(Part.SEARCHES, f"{_RUN}.exhibit"),
    "edited_copies": Place(Part.SEARCHES, f"{_RUN}.edited"),
    "edits": Place(Part.SEARCHES, f"{_RUN}.record"),
    "gallery_photo": Place(Part.CASE, "suspect.photographs[].picture"),
    "photo_date": Place(Part.CASE, "suspect.photographs[].taken_on"),
    "quality": Place(Part.SEARCHES, f"{_RUN}.record"),
    "obstructions": Place(Part.SEARCHES, "searches[].request.obstructions"),
    "examiners": Place(Part.EXAMINERS, "examiners"),
    "examiner_training": Place(Part.EXAMINERS, "examiners[].training"),
    "known_answer_results": Place(Part.EXAMINERS, "examiners[].known_answers"),
    "analyst_report": Place(Part.SEARCHES, f"{_RUN}.examinations"),
    "other_searches": Place(Part.SEARCHES, "searches"),
    "no_candidate_results": Place(Part.SEARCHES, "searches[].outcome"),
    "request": Place(Part.SEARCHES, "searches[].request"),
    "refusals": Place(Part.REFUSALS, "refusals"),
    "who_was_shown": Place(Part.EVIDENCE, "evidence.links"),
    "exculpatory_evidence": Place(Part.EVIDENCE, "evidence.items"),
    "evidence_graph": Place(Part.EVIDENCE, "evidence"),
    "lineup_report": Place(Part.LINEUPS, "lineups"),
    "error_rates": Place(Part.SYSTEMS, "systems[].error_rates"),
    "cohort_differentials": Place(Part.SYSTEMS, "systems[].validations[].differentials"),
    "validation_report": Place(Part.SYSTEMS, "systems[].validations"),
    "nist_results": Place(Part.SYSTEMS, "systems[].nist"),
    "features_measured": Place(Part.SYSTEMS, "systems[].features"),
    "rank_and_ordering": Place(Part.SYSTEMS, "systems[].ordering"),
    "list_of_who_has_access": Place(Part.GALLERIES, "galleries[].access"),
    "source_code_id": Place(Part.SYSTEMS, "systems[].source_code"),
    "tools_and_use": Place(Part.SYSTEMS, "systems[].tools"),
    "flaws": Place(Part.SYSTEMS, "systems[].flaws"),
    "versions": Place(Part.SYSTEMS, "versions"),
    "ledger_proofs": Place(Part.LEDGER, "ledger.proofs"),
    "statutory_statements": Place(Part.STATEMENTS, "statements"),
}
"""By the value of a `PacketItem`. A packet holds all of them: what does not exist says so in its place."""


def held() -> frozenset[PacketItem]:
    """The items that every packet holds: all of them, for a packet that lacked one could not be written."""
    return frozenset(one for one in PacketItem if one.value in ITEMS)


def where(item: PacketItem) -> Place:
    """Where a packet holds an item."""
    return ITEMS[item.value]


def found(contents: Contents, place: Place) -> tuple[Any, ...]:
    """What stands at a place: one value of each record on the way, `Absent` where a record says that there is none."""
    values: tuple[Any, ...] = (contents,)
    for step in place.path.split("."):
        name = step.removesuffix("[]")
        values = tuple(one if isinstance(one, Absent) else getattr(one, name) for one in values)
        if step.endswith("[]"):
            values = tuple(each for one in values for each in (one if isinstance(one, tuple) else (one,)))
    return values
