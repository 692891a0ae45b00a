"""What courts and statutes named is a checklist: each item has a word, and a pack that asks for it."""

from __future__ import annotations

import pytest

from lookalike.protocol.court_words import PacketItem, Recipient
from lookalike.protocol.pack import DEFAULT, load
from lookalike.protocol.vocabulary import Act

ARTEAGA: dict[int, set[PacketItem]] = {
    1: {PacketItem.SYSTEM_NAMES, PacketItem.MAKER},
    2: {PacketItem.SOURCE_CODE_ID},
    3: {PacketItem.FEATURES_MEASURED},
    4: {PacketItem.ERROR_RATES},
    5: {PacketItem.NIST_RESULTS},
    6: {PacketItem.PROBE_ORIGINAL},
    7: {PacketItem.EDITED_COPIES, PacketItem.EDITS},
    8: {PacketItem.GALLERY_PHOTO},
    9: {PacketItem.RANK_AND_ORDERING},
    10: {PacketItem.CANDIDATE_LISTS},
    11: {PacketItem.DATABASES, PacketItem.DATABASE_DESCRIPTION, PacketItem.LIST_OF_WHO_HAS_ACCESS},
    12: {PacketItem.ANALYST_REPORT},
    13: {PacketItem.EXAMINERS, PacketItem.EXAMINER_TRAINING},
}
"""State v. Arteaga, 476 N.J. Super. 36 (App. Div. 2023): the thirteen items (reference 11)."""
MILES = {
    *(PacketItem.SYSTEM_NAMES, PacketItem.MAKER, PacketItem.ERROR_RATES, PacketItem.PROBE_ORIGINAL),
    *(PacketItem.EDITED_COPIES, PacketItem.TOOLS_AND_USE, PacketItem.ALL_RESULTS, PacketItem.CANDIDATE_LISTS),
    *(PacketItem.REQUEST, PacketItem.WHO_WAS_SHOWN, PacketItem.OTHER_SEARCHES),
}
"""State v. Miles, N.J. 2026: the floor, and what the facts of the case ask of a packet (reference 11)."""
STATUTES = {
    "maryland-2024": {
        *(PacketItem.USED, PacketItem.SYSTEM_NAMES, PacketItem.DATABASES, PacketItem.DATABASE_DESCRIPTION),
        PacketItem.ACTIONABLE_RESULTS,
    },
    "washington-2021": {PacketItem.USED},
    "colorado-2022": {PacketItem.USED},
}


def asked(pack: str, act: Act) -> set[PacketItem]:
    """The items that a pack asks of a packet at an act."""
    entries = [one for one in load(pack).entries if one.rule == "R15" and (one.acts is None or act in one.acts)]
    return {item for one in entries for item in one.parameters.said().get("items", ())}


def test_every_item_that_arteaga_and_miles_name_is_asked_before_a_warrant_and_in_court() -> None:
    assert sorted(ARTEAGA) == list(range(1, 14))
    for act in (Act.WARRANT, Act.COURT):
        assert set().union(*ARTEAGA.values(), MILES) <= asked(DEFAULT, act)


def test_the_default_asks_for_everything_that_a_packet_can_hold() -> None:
    assert asked(DEFAULT, Act.WARRANT) == set(PacketItem)


@pytest.mark.parametrize("pack", sorted(STATUTES))
def test_a_statute_asks_for_what_it_names(pack: str) -> None:
    assert asked(pack, Act.COURT) == STATUTES[pack]


@pytest.mark.parametrize("pack", [DEFAULT, "washington-2021", "colorado-2022"])
def test_the_defence_has_the_packet_before_the_trial(pack: str) -> None:
    entries = [one.parameters.said() for one in load(pack).entries if one.rule == "R15"]

    assert any("before_trial_days" in said and Recipient.DEFENCE in said.get("to", ()) for said in entries)
