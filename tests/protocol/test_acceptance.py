"""Layering of packs: what may be layered, and what has to be accepted first."""

from __future__ import annotations

import dataclasses
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookalike.errors import BadAcceptance, BrokenProtocol, UnacceptedEntries
from lookalike.protocol.layering import as_if_in_force, layered
from lookalike.protocol.pack import HOUSE, load
from tests.protocol.parts import ENTRY, PACK, accepting, city

MICHIGAN = load("michigan-state-police")


def test_the_house_is_always_the_lowest_layer() -> None:
    for packs in ([], [load(HOUSE)], [load("detroit-2024")]):
        assert HOUSE in {ref.id for ref in layered(packs).packs}


def test_nothing_is_dropped_and_nothing_merges() -> None:
    packs = [load("detroit-2024"), MICHIGAN]
    policy = layered(packs, accepting(MICHIGAN))
    wanted = {entry.id for pack in (*packs, load(HOUSE)) for entry in pack.entries}
    assert {entry.id for entry in policy.entries} == wanted


def test_neither_order_nor_repetition_changes_the_policy() -> None:
    packs = [load("detroit-2024"), MICHIGAN, load("eu-ai-act")]
    first = layered(packs, accepting(MICHIGAN))
    for order in itertools.permutations(packs):
        assert layered([*order, order[0]], reversed(accepting(MICHIGAN))) == first


def test_a_template_is_not_layered() -> None:
    with pytest.raises(BrokenProtocol, match="template"):
        layered([load("template")])


def test_two_packs_of_one_name_are_refused() -> None:
    other = city(ENTRY.replace("Ordinance 1,", "Ordinance 2,"))
    with pytest.raises(BrokenProtocol, match="Two different packs"):
        layered([city(ENTRY), other])


def test_a_pack_cannot_take_the_name_of_a_shipped_one() -> None:
    other = city(ENTRY.replace("city.", "detroit-2024."), head=PACK.replace('"city"', '"detroit-2024"'))
    with pytest.raises(BrokenProtocol, match="Two different packs"):
        layered([load("detroit-2024"), other])


@given(st.sets(st.sampled_from(range(len(accepting(MICHIGAN))))))
def test_a_pack_loads_only_when_every_unconfirmed_entry_is_accepted(chosen: set[int]) -> None:
    every = accepting(MICHIGAN)
    some = [every[number] for number in chosen]
    if len(some) == len(every):
        assert len(layered([MICHIGAN], some).acceptances) == len(every)
        return
    with pytest.raises(UnacceptedEntries) as caught:
        layered([MICHIGAN], some)
    for acceptance in every:
        assert (acceptance.entry_id in caught.value.what) is (acceptance not in some)


def test_an_acceptance_of_another_text_does_not_count() -> None:
    stale = [dataclasses.replace(one, entry_sha256="0" * 64) for one in accepting(MICHIGAN)]
    with pytest.raises(BadAcceptance, match="changed"):
        layered([MICHIGAN], stale)


@pytest.mark.parametrize("entry_id", ["michigan-state-police.dna", "michigan-state-police.*", "detroit-2019.peer", ""])
def test_an_acceptance_names_one_unconfirmed_entry(entry_id: str) -> None:
    strange = dataclasses.replace(accepting(MICHIGAN)[0], entry_id=entry_id)
    with pytest.raises(BadAcceptance):
        layered([MICHIGAN], [*accepting(MICHIGAN), strange])


def test_an_acceptance_has_a_name_and_a_reason_and_is_given_once() -> None:
    every = accepting(MICHIGAN)
    for change in ({"by": " "}, {"reason": ""}):
        with pytest.raises(BadAcceptance, match="name or no reason"):
            layered([MICHIGAN], [dataclasses.replace(every[0], **change), *every[1:]])
    with pytest.raises(BadAcceptance, match="twice"):
        layered([MICHIGAN], [*every, dataclasses.replace(every[0], reason="Another.")])


def test_of_a_ban_for_others_only_the_rule_about_others_is_layered() -> None:
    ban = load("boston-ban")
    proxies = [one for one in accepting(ban) if one.entry_id == "boston-ban.proxies"]
    policy = layered([load("detroit-2024")], proxies, bans=[ban])
    assert {entry.id for entry in policy.entries if entry.pack == "boston-ban"} == {"boston-ban.proxies"}
    with pytest.raises(UnacceptedEntries):
        layered([load("detroit-2024")], bans=[ban])


def test_a_pack_that_bars_nobody_is_not_layered_as_a_ban() -> None:
    ban = PACK.replace('"directive"', '"ban"')
    for pack in (load("utah-2021"), city(ENTRY), city(ENTRY, head=ban)):
        with pytest.raises(BrokenProtocol, match="not a ban"):
            layered([load("detroit-2024")], accepting(pack), bans=[pack])


def test_a_policy_of_another_time_binds_nobody() -> None:
    policy = as_if_in_force(layered([load("detroit-2024")]))
    assert policy.partial
    assert all(ref.expires is None for ref in policy.packs)
