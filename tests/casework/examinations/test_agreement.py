"""What several examinations come to."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from lookalike.casework.examinations.agreement import Standing, Terms, standing, terms_of
from lookalike.protocol.facts.common import Examination
from lookalike.protocol.layering import layered
from lookalike.protocol.pack import load
from lookalike.protocol.vocabulary import Conclusion

TWO = Terms(examiners=2, one_by_one=True, third=False)
THREE = Terms(examiners=2, one_by_one=True, third=True)


def said(*words: str) -> list[Examination]:
    """Examinations: a record that was named, "none", "undecided" or "unsuitable"."""
    kinds = {
        "none": Conclusion.NO_CANDIDATE,
        "undecided": Conclusion.INCONCLUSIVE,
        "unsuitable": Conclusion.UNSUITABLE,
    }
    at = datetime(2026, 3, 1, 12, tzinfo=UTC)
    return [
        Examination(
            person=f"person {place}",
            role_ok=True,
            probe_locked_at=at,
            candidates_seen_at=at,
            concluded_at=at,
            conclusion=kinds.get(word, Conclusion.POSSIBLE_CANDIDATE),
            candidate=None if word in kinds else word,
            saw=frozenset(),
            verified_by_own_work=True,
        )
        for place, word in enumerate(words)
    ]


@pytest.mark.parametrize(
    ("words", "terms", "expected"),
    [
        ((), TWO, Standing.OPEN),
        (("B1",), TWO, Standing.OPEN),
        (("B1", "B1"), TWO, Standing.AGREED),
        (("B1", "B2"), TWO, Standing.DIFFERENT),
        (("B1", "none"), TWO, Standing.DIFFERENT),
        (("none", "none"), TWO, Standing.DIFFERENT),
        (("B1", "undecided"), TWO, Standing.DIFFERENT),
        (("B1", "undecided"), THREE, Standing.ANOTHER),
        (("undecided", "B1"), THREE, Standing.ANOTHER),
        (("B1", "none"), THREE, Standing.DIFFERENT),
        (("B1", "B2"), THREE, Standing.DIFFERENT),
        (("undecided", "undecided"), THREE, Standing.DIFFERENT),
        (("B1", "undecided", "B1"), THREE, Standing.AGREED),
        (("undecided", "B1", "B1"), THREE, Standing.AGREED),
        (("B1", "undecided", "B2"), THREE, Standing.DIFFERENT),
        (("B1", "undecided", "none"), THREE, Standing.DIFFERENT),
        (("B1", "undecided", "undecided"), THREE, Standing.DIFFERENT),
    ],
)
def test_all_name_one_record_or_there_is_none(words: tuple[str, ...], terms: Terms, expected: Standing) -> None:
    assert standing(said(*words), terms) is expected


def test_the_packs_say_how_many_and_whether_one_more() -> None:
    assert terms_of(layered([load("detroit-2024")], [])) == TWO
