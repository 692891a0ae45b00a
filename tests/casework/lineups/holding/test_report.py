"""The report says everything, whoever it speaks for, and a screen reader reads it."""

from __future__ import annotations

from typing import Any

from lookalike.casework.lineups.report import outcome_in_words, report_pdf
from lookalike.casework.paper import Verification
from tests.casework.lineups.holding.examples import pictures
from tests.casework.pdf import is_accessible, letters, text_of

TO = Verification("7QK2-M9DX-W4T0-5RHB", "https://unit.example/verify/7QK2-M9DX-W4T0-5RHB/", 4711, "ab" * 32)


def at(second: float) -> str:
    """A moment of the day."""
    return f"2026-11-20T14:05:{second:06.3f}-05:00"


def sheet(**more: Any) -> dict[str, Any]:
    """A lineup in which nobody was chosen."""
    kinds: list[tuple[str, dict[str, Any]]] = [("begun", {}), ("begun", {"visit": "x", "step": "consent"})]
    kinds.append(("consent", {"step": "consent", "answer": "agree", "words": "Fine by me."}))
    for place in range(1, 7):
        kinds.append(("shown", {"place": place}))
        said = {"step": f"picture-{place}", "answer": "no", "words": "Too old." if place == 2 else "", "place": place}
        kinds.append(("answer", said))
    kinds += [("resumed", {"step": "which", "away_s": 41}), ("answer", {"step": "which", "answer": "not_present"})]
    kinds.append(("ended", {"reason": ""}))
    events = [
        {"number": n, "kind": kind, "at": at(n), "elapsed_ms": n * 1000, "data": data}
        for n, (kind, data) in enumerate(kinds, start=1)
    ]
    take = {"number": 1, "begun_at": at(3), "ended_at": at(16), "pieces": 13, "missing": [4], "size": 9}
    take |= {"sha256": "c" * 64}
    members = [
        {"place": n, "suspect": n == 4, "record": f"B{n:06}", "because": "Fits.", "covered": ["cheek"], "sha256": ""}
        for n in range(1, 7)
    ]
    base = {
        "agency": "Detroit Police Department", "software": "Lookalike", "case": "26-00117", "lineup": 1,
        "witness": "Clara Clerk", "suspect": "Tom Example", "from_search": True, "held_by": "Lena Holder",
        "administration": "double_blind", "presentation": "sequential", "language": "Español", "begun_at": at(1),
        "ended_at": at(40), "state": "held", "because": "", "outcome": "not_present", "chosen": 0, "chosen_at": "",
        "confidence": "", "confidence_at": "", "consent": True, "consent_words": "", "seed": "5eed" * 8,
        "members": members, "at_once": False, "told": [{"key": "welcome", "text": "Gracias por venir."}],
        "events": events, "takes": [take, take | {"number": 2, "begun_at": at(20), "ended_at": at(30), "missing": []}],
        "recording_sha256": "d" * 64,
        "fairness": {"mock_witnesses": "36", "effective_size": "5.143", "description": "A man."},
        "allowed_by": "Sam Supervisor", "allowed_at": at(0), "packs": ["detroit-2024"],
        "signatures": [{"who": "Cap Tain", "office": "captain", "for": True, "at": at(0), "words": "Read."}],
        "url": TO.url,
    }  # fmt: skip
    return base | more


def test_whoever_chose_nobody_is_told_as_plainly_as_a_choice() -> None:
    pdf = report_pdf(sheet(), pictures(), TO)
    text = letters(text_of(pdf))
    for said in (
        "The witness chose nobody, and said: not present.",
        "Fine by me.",
        "Too old.",
        "Between take 1 and take 2 nothing was recorded for 4.0 s.",
        "the page was opened again after 41 s without a sign",
        "5eed" * 8,
        "4: the suspect",
        "Cap Tain, for it",
        "5.143",
        "Gracias por venir.",
        TO.code,
    ):
        assert letters(said) in text, said
    assert is_accessible(pdf, "Lineup 1 of case 26-00117")
    assert pdf == report_pdf(sheet(), pictures(), TO)


def test_every_outcome_has_its_sentence() -> None:
    chosen = {"outcome": "chosen", "confidence": "Sure.", "confidence_at": at(9)}
    assert "the suspect" in outcome_in_words(sheet(**chosen, chosen=4))
    assert "a filler, who is not suspected" in outcome_in_words(sheet(**chosen, chosen=1))
    assert "I don't know" in outcome_in_words(sheet(outcome="dont_know"))
    assert "void" in outcome_in_words(sheet(outcome="broken_off", because="The tablet broke."))
