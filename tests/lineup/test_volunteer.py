"""The words of the volunteer's page: the same in every language, and nothing that hints."""

from __future__ import annotations

import re

import pytest

from lookalike.lineup.instructions import languages
from lookalike.lineup.volunteer import language_of, words

HINTS = {"en": r"\b(the suspect|culprit|offender|guilty|perpetrator)\b", "es": r"\b(el sospechoso|culpable|autor)\b"}


def test_a_volunteer_is_told_everything_in_every_language_of_the_witness() -> None:
    assert set(words()) == set(languages()) == set(HINTS)
    first, *others = words().values()
    assert all(set(one) == set(first) for one in others)
    assert not [text for table in words().values() for text in table.values() if not text.strip()]
    same = {key for key in first if all(one[key] == first[key] for one in others)}
    assert same <= {"no"}


@pytest.mark.parametrize("language", sorted(HINTS))
def test_no_text_hints_at_anybody(language: str) -> None:
    assert not re.search(HINTS[language], " ".join(words()[language].values()), re.IGNORECASE)


@pytest.mark.parametrize(
    ("asked", "accepted", "language"),
    [
        ("", "", "en"),
        ("es", "en", "es"),
        ("", "es-MX,es;q=0.9,en;q=0.8", "es"),
        ("", "fr, ES;q=0.5", "es"),
        ("", "en-US,es", "en"),
        ("xx", "fr", "en"),
        ("../en", "\0;q=x,,", "en"),
    ],
)
def test_the_language_is_the_one_that_was_chosen_or_that_the_browser_asks_for(
    asked: str, accepted: str, language: str
) -> None:
    assert language_of(asked, accepted) == language
