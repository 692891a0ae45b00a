"""Every item that a rule or a court can ask for has its place, and the place is filled."""

from __future__ import annotations

from collections import Counter

import pytest

from lookalike.disclosure.checklists import Checklist, checklists
from lookalike.disclosure.contents import Contents
from lookalike.disclosure.items import ITEMS, NUMBERS, TITLES, Part, found, held, where
from lookalike.disclosure.values import Absent
from lookalike.protocol.court_words import PacketItem
from tests.disclosure.examples import Made


def test_every_item_of_the_rules_has_its_place_and_no_other() -> None:
    assert set(ITEMS) == {item.value for item in PacketItem}
    assert held() == frozenset(PacketItem)
    assert all(where(item) is ITEMS[item.value] for item in PacketItem)


def test_every_place_is_filled(made: Made) -> None:
    for value, place in ITEMS.items():
        values = found(made.contents, place)
        assert values, value
        assert all(not isinstance(one, Absent) or one.because.strip() for one in values)
        assert place.path.split(".")[0].removesuffix("[]") in Contents.__dataclass_fields__


def test_the_parts_are_numbered_and_titled() -> None:
    assert set(TITLES) == set(NUMBERS) == set(Part)
    assert sorted(NUMBERS.values()) == list(range(1, len(Part) + 1))


@pytest.mark.parametrize(
    ("id", "points"), [("arteaga", 13), ("miles", 7), ("maryland", 4), ("washington", 2), ("colorado", 1)]
)
def test_each_list_has_its_points_and_each_point_its_place(id: str, points: int) -> None:
    one = by_id()[id]
    assert len(one.points) == points
    assert all(point.items and set(point.items) <= set(ITEMS) and point.places for point in one.points)
    assert one.citation
    assert one.confidence


def by_id() -> dict[str, Checklist]:
    assert max(Counter(one.id for one in checklists()).values()) == 1
    return {one.id: one for one in checklists()}


def test_a_list_from_memory_says_so() -> None:
    assert "from memory" in by_id()["arteaga"].confidence
    assert "from memory" not in by_id()["maryland"].confidence


def test_the_floor_of_miles_is_met_by_each_of_its_items() -> None:
    items = {item for point in by_id()["miles"].points for item in point.items}
    assert {"system_names", "maker", "error_rates", "probe_original", "tools_and_use", "candidate_lists"} <= items
    assert {"request", "who_was_shown", "other_searches"} <= items


def test_the_thirteen_of_arteaga_in_their_order() -> None:
    first = [point.items[0] for point in by_id()["arteaga"].points]
    assert first == [
        "system_names",
        "source_code_id",
        "features_measured",
        "error_rates",
        "nist_results",
        "probe_original",
        "edited_copies",
        "gallery_photo",
        "all_results",
        "candidate_lists",
        "databases",
        "analyst_report",
        "examiners",
    ]


def test_what_maryland_names(made: Made) -> None:
    items = [point.items for point in by_id()["maryland"].points]
    assert items == [
        ("used",),
        ("system_names",),
        ("databases", "database_description"),
        ("actionable_results", "all_results"),
    ]
    assert found(made.contents, ITEMS["system_names"]) == ("Lookalike",)
