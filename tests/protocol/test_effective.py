"""Joining parameters for people to read: the stricter wins, both are named, and a contradiction is found."""

from __future__ import annotations

from datetime import date

import pytest

from lookalike.protocol.effective import conflicts, effective, join
from lookalike.protocol.layering import layered
from lookalike.protocol.pack import load
from lookalike.protocol.parameters import Kind
from lookalike.protocol.vocabulary import Act, PoliceOffice
from tests.protocol.parts import ENTRY, city, entry


@pytest.mark.parametrize(
    ("kind", "one", "other", "joined"),
    [
        (Kind.MUST, True, False, True),
        (Kind.MAY, True, False, False),
        (Kind.EASES, True, False, False),
        (Kind.AT_MOST, 24, 48, 24),
        (Kind.AT_LEAST, 24, 48, 48),
        (Kind.FLOOR, PoliceOffice.SUPERVISOR, PoliceOffice.CAPTAIN, PoliceOffice.CAPTAIN),
        (Kind.REQUIRED, frozenset("ab"), frozenset("bc"), frozenset("abc")),
        (Kind.FORBIDDEN, frozenset("ab"), frozenset("bc"), frozenset("abc")),
        (Kind.ALLOWED, frozenset("ab"), frozenset("bc"), frozenset("b")),
        (Kind.EXCEPTIONS, frozenset("ab"), frozenset("bc"), frozenset("b")),
        (Kind.EARLIEST, date(2017, 1, 1), date(2020, 1, 1), date(2017, 1, 1)),
        (Kind.TABLE_AT_MOST, (("a", 1), ("b", 5)), (("b", 3),), (("a", 1), ("b", 3))),
        (Kind.TABLE_ALLOWED, (("a", frozenset("xy")),), (("a", frozenset("yz")),), (("a", frozenset("y")),)),
        (Kind.PAIRS_FORBIDDEN, (("a", "b"),), (("a", "c"),), (("a", "b"), ("a", "c"))),
    ],
)
def test_the_stricter_wins_whichever_comes_first(kind: Kind, one: object, other: object, joined: object) -> None:
    assert join(kind, [one, other]) == join(kind, [other, one]) == joined
    assert join(kind, [one, one]) == one


def test_words_are_not_joined() -> None:
    with pytest.raises(ValueError):
        join(Kind.WORD, ["weekly", "annual"])


def test_the_stricter_office_of_two_entries_is_shown_with_both() -> None:
    pack = city(ENTRY, entry("a", "R11", 'office = "supervisor"'), entry("b", "R11", 'office = "captain"'))
    found = effective(pack.entries, "R11", "office", Act.LEAD)
    assert found is not None
    assert found.value is PoliceOffice.CAPTAIN
    assert [one.id for one in found.entries] == ["city.a", "city.b"]


def test_an_entry_that_is_narrowed_to_other_acts_is_left_out() -> None:
    pack = city(ENTRY, entry("a", "R11", 'office = "captain"', more='acts = ["lineup"]'))
    assert effective(pack.entries, "R11", "office", Act.LEAD) is None
    assert effective(pack.entries, "R11", "office", Act.LINEUP) is not None


def test_a_value_that_the_site_reads_comes_from_every_pack() -> None:
    found = effective(layered([load("detroit-2024")]).entries, "R19", "lock_failures")
    assert found is not None
    assert found.value == 5


def test_classes_of_two_laws_stand_side_by_side() -> None:
    pack = city(ENTRY, entry("a", "R02", 'classes = ["homicide"]'))
    found = effective(pack.entries, "R02", "classes", Act.SEARCH)
    assert found is not None
    assert found.value is None
    assert not found.conflict


def test_a_contradiction_is_found_and_the_shipped_policy_has_none() -> None:
    pack = city(ENTRY, entry("a", "R07", 'sources = ["booking"]'), entry("b", "R07", 'sources = ["driver_licence"]'))
    assert [[joined.parameter for joined in found] for found in conflicts(pack.entries)] == [["sources"]]
    assert list(conflicts(layered([load("detroit-2024")]).entries)) == []
