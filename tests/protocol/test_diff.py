"""What a change of pack forbids and allows, in sentences."""

from __future__ import annotations

import pytest

from lookalike.protocol.diff import Turn, differences
from lookalike.protocol.pack import Pack, load, shipped
from tests.protocol.parts import ENTRY, city, entry


def sentences(old: Pack, new: Pack, turn: Turn) -> str:
    return "\n".join(change.sentence for change in differences(old, new) if change.turn is turn)


def test_the_settlement_forbids_what_the_directive_of_2019_allowed() -> None:
    told = sentences(load("detroit-2019"), load("detroit-2024"), Turn.FORBIDS)
    assert "home invasion of the second and third degree" in told
    assert "A lead may no longer rest on the photograph of an expired document." in told
    assert "A lineup now needs independent evidence." in told
    assert "now only booking" in told
    allowed = sentences(load("detroit-2019"), load("detroit-2024"), Turn.ALLOWS)
    assert "holding a lineup: it was refused before" in allowed
    assert "home invasion" not in allowed


@pytest.mark.parametrize("name", shipped())
def test_a_pack_does_not_differ_from_itself(name: str) -> None:
    assert differences(load(name), load(name)) == ()


@pytest.mark.parametrize(("old", "new"), [("detroit-2019", "detroit-2024"), ("utah-2021", "montana-2023")])
def test_the_way_back_allows_what_the_way_forth_forbade(old: str, new: str) -> None:
    there, back = differences(load(old), load(new)), differences(load(new), load(old))
    assert len(there) == len(back)
    for one, other in ((Turn.FORBIDS, Turn.ALLOWS), (Turn.ALLOWS, Turn.FORBIDS), (Turn.CHANGES, Turn.CHANGES)):
        assert sorted(c.rule for c in there if c.turn is one) == sorted(c.rule for c in back if c.turn is other)


@pytest.mark.parametrize(
    ("rule", "before", "after", "stricter"),
    [
        ("R03", "case_number = false", "case_number = true", True),
        ("R02", 'classes = ["arson"]\nattempts = true', 'classes = ["arson"]\nattempts = false', True),
        ("R08", "at_most = 50", "at_most = 20", True),
        ("R08", "at_least = 2", "at_least = 10", True),
        ("R11", 'office = "supervisor"', 'office = "captain"', True),
        ("R12", 'statements = ["lead_only"]', 'statements = ["lead_only", "not_identification"]', True),
        ("R07", 'sources = ["booking", "id_card"]', 'sources = ["booking"]', True),
        ("R05", 'barred = ["protest"]', 'barred = ["protest", "religion"]', True),
        ("R21", "since = 2018-01-01", "since = 2017-01-01", True),
        ("R01", 'papers = ["board_policy"]', 'papers = ["board_policy"]\ndated = ["board_policy"]', True),
    ],
)
def test_every_kind_of_parameter_says_which_way_it_turned(rule: str, before: str, after: str, stricter: bool) -> None:
    old, new = city(ENTRY, entry("x", rule, before)), city(ENTRY, entry("x", rule, after))
    [change] = differences(old, new)
    assert change.turn is (Turn.FORBIDS if stricter else Turn.ALLOWS)
    [back] = differences(new, old)
    assert back.turn is (Turn.ALLOWS if stricter else Turn.FORBIDS)


def test_another_citation_changes_nothing() -> None:
    assert differences(city(ENTRY), city(ENTRY.replace("Ordinance 1", "Ordinance 2"))) == ()
