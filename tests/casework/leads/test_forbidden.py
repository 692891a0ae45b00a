"""A percentage, a score, a rank or a word of certainty is found however it is written; plain words pass."""

from __future__ import annotations

import pytest

from lookalike.casework.leads.content import statements
from lookalike.casework.leads.forbidden import forbidden_in
from lookalike.protocol.vocabulary import Forbidden


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("93% alike", Forbidden.PERCENT),
        ("93 ％ alike", Forbidden.PERCENT),
        ("ninety-three per\ncent", Forbidden.PERCENT),
        ("a high PERCENTAGE", Forbidden.PERCENT),
        ("9 per\u200bcent", Forbidden.PERCENT),
        ("the score was high", Forbidden.SCORE),
        ("Scoring 0.83", Forbidden.SCORE),
        ("a likeness of 0.83", Forbidden.SCORE),
        ("Similarity: 83/100", Forbidden.SCORE),
        ("a confidence of 83 out of 100", Forbidden.SCORE),
        ("probability .9", Forbidden.SCORE),
        ("rank 1", Forbidden.RANK),
        ("he was Ranked highest", Forbidden.RANK),
        ("the top candidate", Forbidden.RANK),
        ("the 1st candidate", Forbidden.RANK),
        ("candidate #1", Forbidden.RANK),
        ("second of the 20 candidates", Forbidden.RANK),
        ("it is a match", Forbidden.MATCH_WORD),
        ("ＭＡＴＣＨＥＤ", Forbidden.MATCH_WORD),
        ("mat\u00adch", Forbidden.MATCH_WORD),
        ("positively identified", Forbidden.MATCH_WORD),
        ("identified as the thief", Forbidden.MATCH_WORD),
        ("a facial recognition hit", Forbidden.MATCH_WORD),
        ("done ✔", Forbidden.GREEN_TICK),
        ("✅", Forbidden.GREEN_TICK),
    ],
)
def test_what_may_not_be_shown_is_found(text: str, found: Forbidden) -> None:
    assert found in forbidden_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "NOT AN IDENTIFICATION",
        "About 3 strangers in this gallery of 48,077 people would look at least this much alike.",
        "fewer than 1 in 1,000 searches like this would show a stranger this much alike",
        "similar; exposure raised by 0.6 stops; 2.5 times",
        "a box of matchboxes, a pullover, Frank Underscore",
        "he hit the clerk in the first place; Apartment #4; the first result of three cameras",
        "a likeness. It took 0.5 seconds",
        "",
    ],
)
def test_plain_words_pass(text: str) -> None:
    assert forbidden_in(text) == frozenset()


def test_no_statement_says_what_may_not_be_shown() -> None:
    assert not forbidden_in("\n".join(one.text for one in statements()))
