"""What courts ordered and statutes name, as lists: each point with where a packet holds it.

Source: `reference/protocols/11` (Miles; Arteaga, whose thirteen points are from memory there) and `04`.
"""

from __future__ import annotations

from dataclasses import dataclass

from lookalike.disclosure.items import ITEMS, Place


@dataclass(frozen=True, slots=True)
class Point:
    """One point of a list. items: the values of the packet items that meet it."""

    words: str
    items: tuple[str, ...]

    @property
    def places(self) -> tuple[Place, ...]:
        """Where the packet holds it."""
        return tuple(ITEMS[one] for one in self.items)


@dataclass(frozen=True, slots=True)
class Checklist:
    """A list. confidence: how well its source was read."""

    id: str
    title: str
    citation: str
    confidence: str
    points: tuple[Point, ...]


_MEMORY = "The list is from memory: that thirteen items were ordered was read, the items were not."
_READ = "Read in a copy of the text or of the court's syllabus."
_TITLE = "Read in a copy of the section; what it wants told beside the fact itself is not spelled out there."

_LISTS = (
    Checklist(
        "arteaga",
        "State v. Arteaga: the thirteen items",
        "State v. Arteaga, 476 N.J. Super. 36 (App. Div. 7 June 2023)",
        _MEMORY,
        (
            Point("Name and maker of the software", ("system_names", "maker")),
            Point("Its source code: a public commit and a build that can be repeated", ("source_code_id",)),
            Point("What it measures, and how features are extracted", ("features_measured",)),
            Point(
                "Error rates: false accepts and rejects, how computed, in tests or in operation",
                ("error_rates", "validation_report", "cohort_differentials"),
            ),
            Point("Its results in NIST's evaluation", ("nist_results",)),
            Point("The original probe photograph", ("probe_original",)),
            Point("Every edited copy, and which of them gave the list", ("edited_copies", "edits")),
            Point("The gallery photograph that led to the defendant", ("gallery_photo", "photo_date")),
            Point("Rank and confidence given to it, and how lists are ordered", ("all_results", "rank_and_ordering")),
            Point("The whole candidate list", ("candidate_lists",)),
            Point(
                "The database: photographs, how obtained, how long kept, who has access",
                ("databases", "database_description", "list_of_who_has_access"),
            ),
            Point("The analyst's report", ("analyst_report",)),
            Point("The analyst's name, training and qualifications", ("examiners", "examiner_training")),
        ),
    ),
    Checklist(
        "miles",
        "State v. Miles: the floor, and the facts of that case",
        "State v. Miles, A-41-24 (N.J. 24 June 2026)",
        _READ,
        (
            Point("Name and maker of the software", ("system_names", "maker")),
            Point("Its error rates", ("error_rates",)),
            Point("The photographs it analysed", ("probe_original", "edited_copies", "gallery_photo")),
            Point("The tools and materials used, and how they were used", ("tools_and_use", "edits", "quality")),
            Point("Every search, each with its whole list", ("other_searches", "all_results", "candidate_lists")),
            Point("The request for each search", ("request",)),
            Point("Who was shown what", ("who_was_shown",)),
        ),
    ),
    Checklist(
        "maryland",
        "Maryland, Criminal Procedure § 2-504",
        "Md. Code, Crim. Proc. § 2-504",
        _READ,
        (
            Point("That face recognition was used", ("used",)),
            Point("The name of each system", ("system_names",)),
            Point("Description and names of the databases searched", ("databases", "database_description")),
            Point(
                "All results that led to further action, by system and by database",
                ("actionable_results", "all_results"),
            ),
        ),
    ),
    Checklist(
        "washington",
        "Washington, RCW 43.386.070",
        "RCW 43.386.070",
        _TITLE,
        (
            Point("The use is disclosed to the defendant, in time before trial", ("used", "actionable_results")),
            Point("Records sufficient for public reporting and audit", ("all_results", "request", "ledger_proofs")),
        ),
    ),
    Checklist(
        "colorado",
        "Colorado, C.R.S. 24-18-308",
        "C.R.S. 24-18-308",
        _TITLE,
        (Point("The use is disclosed to the defendant, in time before trial", ("used", "actionable_results")),),
    ),
)


def checklists() -> tuple[Checklist, ...]:
    """Every list."""
    return _LISTS
