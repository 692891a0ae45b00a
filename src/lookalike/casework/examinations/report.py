"""One examination as a document (PDF/UA-1): what an examiner described, compared and concluded, and what they saw.

The order is that of the work: the image alone, described and locked; then the candidates, in the order in which they
were shown; then the conclusion. No score, rank or demographic label is in it, for none was before the examiner.

Sources: ASTM E3149 (components, described top to bottom); linear sequential unmasking, `reference/protocols/05`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from lookalike.casework.paper import Verification, a_moment, as_data, printed, qr_code
from lookalike.errors import BadFacts
from lookalike.protocol.vocabulary import Conclusion, Seen
from lookalike.protocol.words import a_list

SEEN = {
    Seen.SCORE: "a comparison score",
    Seen.RANK: "the order in which the computer listed the candidates",
    Seen.FIRST_RESULT: "another examiner's result",
    Seen.FIRST_EXAMINER: "who examined before",
    Seen.NARRATIVE: "the story of the case",
    Seen.DEMOGRAPHICS: "demographic labels",
    Seen.CANDIDATE_STATUS: "the status of a candidate's record",
}

CONCLUSIONS = {
    Conclusion.POSSIBLE_CANDIDATE: "Possible candidate: investigate.",
    Conclusion.NO_CANDIDATE: "No candidate. This is a normal result.",
    Conclusion.UNSUITABLE: "The image is unsuitable for comparison. Nothing is concluded.",
    Conclusion.INCONCLUSIVE: "Inconclusive. Nothing follows for or against any candidate.",
}


class Visible(StrEnum):
    """Whether a component of the face can be seen in the image."""

    YES = "visible"
    PARTLY = "visible in part"
    NO = "not visible"


class Finding(StrEnum):
    """What the comparison of one component found."""

    SIMILAR = "similar"
    DIFFERENT = "different"
    NOT_COMPARABLE = "not comparable"


class Judgement(StrEnum):
    """What was concluded of one candidate."""

    EXCLUDED = "excluded"
    NOT_EXCLUDED = "cannot be excluded"
    POSSIBLE = "possible candidate: investigate"


@dataclass(frozen=True, slots=True)
class Feature:
    """A component of the face in the image, described before any candidate was seen. limits: pose, light, ..."""

    component: str
    visible: Visible
    description: str
    limits: str


@dataclass(frozen=True, slots=True)
class Change:
    """A description that was changed after it was locked: what it said before and after, and why."""

    at: datetime
    component: str
    before: str
    after: str
    reason: str


@dataclass(frozen=True, slots=True)
class Compared:
    """One component in both pictures. explainable_by: what else than two people could make it differ, or ""."""

    component: str
    probe: str
    candidate: str
    finding: Finding
    explainable_by: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A feature marked in the viewer. probe, candidate: (x, y) in pixels of each original picture."""

    label: str
    probe: tuple[int, int]
    candidate: tuple[int, int]


@dataclass(frozen=True, slots=True)
class CandidateExamined:
    """One candidate. label: as it was shown to the examiner, "A"; record_id: which photograph it was.

    viewer: the state of the viewer in words, one setting each; () pictures as they are. reason: of the judgement.
    """

    label: str
    record_id: str
    compared: tuple[Compared, ...]
    viewer: tuple[str, ...]
    marks: tuple[Mark, ...]
    judgement: Judgement
    reason: str

    def __post_init__(self) -> None:
        if not self.reason.strip():
            raise BadFacts(
                f"Candidate {self.label} is “{self.judgement}” without a reason.",
                why="A conclusion that nobody can follow cannot be checked.",
                remedy="Say why, from the components that were compared.",
            )


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signs the report, as what, and when. says: what is signed."""

    who: str
    role: str
    at: datetime
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExaminationReport:
    """Everything in the report of one examination.

    candidates: in the order in which they were shown; order: how that order came about, in words. locked_at None: the
    description was not locked, seen_at None: no candidate was shown. saw: what was before the examiner beside the
    photographs. named: the label of the possible candidate. Raises BadFacts where candidates were seen before the
    description was locked, where two have one label, and where the conclusion and the candidate named do not agree.
    """

    agency: str
    number: str
    request_number: str
    examiner: str
    training: str
    software: str
    issued_at: datetime
    probe_name: str
    probe_sha256: str
    edits_in_words: tuple[str, ...]
    features: tuple[Feature, ...]
    locked_at: datetime | None
    changes: tuple[Change, ...]
    seen_at: datetime | None
    order: str
    candidates: tuple[CandidateExamined, ...]
    conclusion: Conclusion
    named: str | None
    reason: str
    saw: frozenset[Seen]
    signatures: tuple[Signature, ...]
    verification: Verification

    def __post_init__(self) -> None:
        if self.seen_at is not None and (self.locked_at is None or self.locked_at > self.seen_at):
            raise BadFacts(
                f"Examination {self.number}: candidates were seen before the description of the image was locked.",
                why="Somebody who has seen a face describes the image by it.",
                remedy="Have another examiner do the examination, from the image alone.",
            )
        if len({one.label for one in self.candidates}) < len(self.candidates):
            raise BadFacts(
                f"Examination {self.number}: two candidates have one label.",
                why="Each figure and each judgement belongs to one candidate.",
                remedy="Give each candidate a label of its own.",
            )
        possible = [one.label for one in self.candidates if one.judgement is Judgement.POSSIBLE]
        expected = [self.named] if self.conclusion is Conclusion.POSSIBLE_CANDIDATE else []
        if (self.named is None) is bool(expected) or possible != expected:
            raise BadFacts(
                f"Examination {self.number} concludes “{self.conclusion}” and names {a_list(possible)}.",
                why="The conclusion is about one candidate, or about none.",
                remedy="Make the conclusion agree with what is said of each candidate.",
            )


def report_pdf(
    report: ExaminationReport,
    probe: bytes,
    figures: Mapping[str, bytes],
    *,
    withheld: frozenset[str] = frozenset(),
) -> bytes:
    """Typeset the report; the same input gives the same bytes.

    probe: the image as edited, with nobody else's face in it, JPEG or PNG. figures: the comparison figure by the label
    of its candidate, PNG; a candidate may have none. withheld: the labels of those whose figure is kept
    back; the document says so. Raises Fault when the document cannot be made.
    """
    drawn = {_figure(i): figures[one.label] for i, one in enumerate(report.candidates) if one.label in figures}
    pictures = drawn | {"probe": probe, "qr.svg": qr_code(report.verification.url)}
    data = _data(report) | {
        "candidates": [
            as_data(one) | {"figure": _figure(i) if one.label in figures else "", "withheld": one.label in withheld}
            for i, one in enumerate(report.candidates)
        ]
    }
    return printed(Path(__file__).with_suffix(".typ"), data, pictures, made_at=report.issued_at)


def blindness(saw: frozenset[Seen]) -> tuple[str, ...]:
    """What the examiner could see beside the photographs, and what was kept from them, in sentences."""
    hidden = a_list((SEEN[one] for one in Seen if one not in saw), "or")
    if not saw:
        return (f"The examiner saw the photographs and nothing else. Not shown: {hidden}.",)
    shown = a_list(SEEN[one] for one in Seen if one in saw)
    kept = f"Not shown: {hidden}." if len(saw) < len(Seen) else "Nothing was kept from the examiner."
    return (f"THE EXAMINER WAS NOT BLIND. Beside the photographs, the examiner could see {shown}.", kept)


def _figure(number: int) -> str:
    return f"figure-{number}.png"


def _data(report: ExaminationReport) -> dict[str, object]:
    data: dict[str, object] = as_data(report)
    return data | {
        "name": f"Examination {report.number} of request {report.request_number}",
        "issued_at": a_moment(report.issued_at),
        "locked_at": "not locked" if report.locked_at is None else a_moment(report.locked_at),
        "seen_at": "no candidate was shown" if report.seen_at is None else a_moment(report.seen_at),
        "changes": [as_data(one) | {"at": a_moment(one.at)} for one in report.changes],
        "conclusion": CONCLUSIONS[report.conclusion],
        "blindness": blindness(report.saw),
        "blind": not report.saw,
        "signatures": [as_data(one) | {"at": a_moment(one.at)} for one in report.signatures],
        "verification": report.verification.to_data(),
    }
