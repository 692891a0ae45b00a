"""The report of an examination: what was seen, in which order, and what was concluded, whatever was typed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lookalike.casework.examinations.report import (
    SEEN,
    CandidateExamined,
    Compared,
    ExaminationReport,
    Feature,
    Finding,
    Judgement,
    Mark,
    Visible,
    blindness,
    report_pdf,
)
from lookalike.casework.leads.forbidden import forbidden_in
from lookalike.errors import BadFacts
from lookalike.protocol.vocabulary import Conclusion, Forbidden, Seen
from tests.casework.examinations.examples import COMPARED, FEATURES, FIGURES, PROBE, REPORT, at
from tests.casework.pdf import headings_of, is_accessible, letters, pages_of, text_of

NOBODY = replace(
    REPORT,
    conclusion=Conclusion.NO_CANDIDATE,
    named=None,
    candidates=tuple(replace(one, judgement=Judgement.EXCLUDED) for one in REPORT.candidates),
)


def test_the_report_tells_the_work_in_its_order() -> None:
    text = text_of(report_pdf(REPORT, PROBE, FIGURES))
    bare = letters(text)
    for feature in FEATURES:
        for said in (feature.component, feature.visible, feature.description, feature.limits):
            assert letters(said) in bare, said
    for one in REPORT.candidates:
        for said in (one.label, one.record_id, one.judgement, one.reason, *one.viewer):
            assert letters(said) in bare, said
        for row in one.compared:
            for said in (row.component, row.probe, row.candidate, row.finding, row.explainable_by):
                assert letters(said) in bare, said
        for mark in one.marks:
            assert letters(f"{mark.label}{mark.probe[0]}, {mark.probe[1]}") in bare
    order = ["What the examiner could see", "The image alone", "Description locked", "Candidate A:", "Candidate B:"]
    places = [text.index(words) for words in order]
    assert places == sorted(places)
    assert "10 June 2026, 08:30 UTC-04:00" in text
    assert "lobe not clear" in text
    assert text.count("side by side") == 0  # words for those who cannot see the figure stand in the tags alone


def test_no_percentage_no_rank_and_no_word_of_certainty_comes_from_the_report_itself() -> None:
    assert forbidden_in(text_of(report_pdf(NOBODY, PROBE, FIGURES))) <= {Forbidden.SCORE}  # "Not shown: a score"
    told = text_of(report_pdf(NOBODY, PROBE, FIGURES))
    assert told.count("score") == 1


def test_the_report_is_accessible_and_the_same_every_time() -> None:
    pdf = report_pdf(REPORT, PROBE, FIGURES)
    assert is_accessible(pdf, "Examination X-2026-0417 of request R-2026-0211")
    levels = headings_of(pdf)
    assert levels[0] == "H1"
    assert levels.count("H1") == 1
    assert levels.count("H3") == 3
    assert pdf == report_pdf(REPORT, PROBE, FIGURES)


def test_what_the_examiner_saw_is_said_and_what_was_kept_from_them_too() -> None:
    (blind,) = blindness(frozenset())
    assert all(words in blind for words in SEEN.values())
    first, rest = blindness(frozenset({Seen.SCORE, Seen.NARRATIVE}))
    assert first == (
        "THE EXAMINER WAS NOT BLIND. Beside the photographs, the examiner could see a comparison score and the story "
        "of the case."
    )
    assert SEEN[Seen.RANK] in rest
    assert SEEN[Seen.SCORE] not in rest
    assert blindness(frozenset(Seen))[1] == "Nothing was kept from the examiner."
    assert set(SEEN) == set(Seen)
    text = text_of(report_pdf(replace(REPORT, saw=frozenset({Seen.RANK})), PROBE, FIGURES))
    assert "THE EXAMINER WAS NOT BLIND." in text


def test_no_candidate_has_the_same_dignity() -> None:
    text = text_of(report_pdf(NOBODY, PROBE, {}))
    assert "No candidate. This is a normal result." in text
    assert "It is candidate" not in text
    assert text.count("No comparison figure was kept.") == 2


def test_an_examination_that_ended_at_the_image_is_printed() -> None:
    bare = replace(
        REPORT,
        features=(),
        locked_at=None,
        changes=(),
        seen_at=None,
        candidates=(),
        edits_in_words=(),
        conclusion=Conclusion.UNSUITABLE,
        named=None,
        signatures=(),
    )
    text = text_of(report_pdf(bare, PROBE, {}))
    for words in (
        "unsuitable for comparison. Nothing is concluded.",
        "No component was described.",
        "not locked",
        "no candidate was shown",
        "No candidate was shown.",
        "Not signed.",
    ):
        assert words in text


def test_candidates_seen_before_the_description_was_locked_are_refused() -> None:
    for locked in (None, at(9, 4)):
        with pytest.raises(BadFacts, match="before the description"):
            replace(REPORT, locked_at=locked)


@pytest.mark.parametrize(
    "change",
    [
        {"named": None},
        {"named": "B"},
        {"conclusion": Conclusion.NO_CANDIDATE},
        {"conclusion": Conclusion.NO_CANDIDATE, "named": None},
        {"candidates": NOBODY.candidates},
        {"candidates": (REPORT.candidates[0], replace(REPORT.candidates[0], label="B"))},
    ],
)
def test_a_conclusion_that_does_not_agree_with_the_candidates_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(BadFacts):
        replace(REPORT, **change)


def test_two_candidates_of_one_label_and_a_judgement_without_a_reason_are_refused() -> None:
    with pytest.raises(BadFacts, match="label"):
        replace(REPORT, candidates=(REPORT.candidates[0], REPORT.candidates[0]))
    with pytest.raises(BadFacts, match="without a reason"):
        replace(REPORT.candidates[0], reason=" ")


def test_fifty_candidates_with_all_components_run_over_pages_and_none_is_lost() -> None:
    rows = tuple(replace(COMPARED[i % 4], component=f"Component {i}") for i in range(19))
    report = replace(
        NOBODY,
        candidates=tuple(
            CandidateExamined(f"K{i}", f"B9{i:04}", rows, (), (), Judgement.EXCLUDED, "The ears differ.")
            for i in range(50)
        ),
    )
    pdf = report_pdf(report, PROBE, {"K7": FIGURES["A"]})
    text = text_of(pdf)
    assert all(one.record_id in text for one in report.candidates)
    assert text.count("Component 18") == 50
    assert pages_of(pdf) > 20


@pytest.mark.parametrize(
    ("typed", "piece", "pieces"),
    [
        ("ישראל ישראלי", "", 0),
        ("王小明 𒀀", "", 0),
        ("\u202ex\x00\n", "[U+202E]x[U+0000]", 1),
        ("#eval(1) $x$ *b* `c` \\ <l> @r", "#eval(1)$x$*b*`c`\\<l>@r", 1),
        ("W" * 900, "W", 900),
        ("a long reason, with all that was seen and why it does not carry. " * 150, "carry.", 150),
    ],
)
def test_whatever_is_typed_neither_breaks_the_report_nor_vanishes(typed: str, piece: str, pieces: int) -> None:
    one = CandidateExamined(
        typed,
        typed,
        (Compared(typed, typed, typed, Finding.DIFFERENT, typed),),
        (typed,),
        (Mark(typed, (1, 2), (3, 4)),),
        Judgement.POSSIBLE,
        typed,
    )
    report: ExaminationReport = replace(
        REPORT,
        number=typed[:80],
        examiner=typed,
        probe_name=typed,
        features=(Feature(typed, Visible.YES, typed, typed),),
        candidates=(one,),
        named=typed,
        reason=typed,
        order=typed,
    )
    text = text_of(report_pdf(report, PROBE, {typed: FIGURES["A"]}))
    assert "Possible candidate: investigate." in text
    assert "\u202e" not in text
    assert letters(text).count(piece) >= 12 * pieces
