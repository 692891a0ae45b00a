"""Lint finds each fault that is planted, and none in what is shipped."""

from __future__ import annotations

from datetime import date

import pytest

from lookalike.protocol.lint import Weight, lint
from lookalike.protocol.pack import load_bytes, shipped
from lookalike.protocol.vocabulary import Act
from tests.protocol.parts import ENTRY, PACK, entry

TODAY = date(2026, 11, 23)
GOOD = PACK + ENTRY


def said(text: str, weight: Weight | None = None) -> str:
    return "\n".join(
        f"{remark.where}: {remark.sentence}"
        for remark in lint(text.encode(), "city.toml", today=TODAY)
        if weight in (None, remark.weight)
    )


@pytest.mark.parametrize("name", shipped())
def test_no_shipped_pack_has_an_error(name: str) -> None:
    assert [r for r in lint(*load_bytes(name), today=TODAY) if r.weight is Weight.ERROR] == []


def test_a_template_with_its_sources_filled_in_passes() -> None:
    data, _ = load_bytes("template")
    text = data.decode().replace('kind = "template"', 'kind = "directive"')
    assert "template says" in said(text, Weight.ERROR)
    text = text.replace("name the paragraph", "Ordinance 1").replace("name where it was read", "Ordinance 1, whole")
    assert said(text, Weight.ERROR) == ""


def test_all_faults_are_told_at_once() -> None:
    text = GOOD.replace('"directive"', '"wish"').replace('"R02"', '"R99"') + ENTRY.replace('"Ordinance 1"', '""')
    told = said(text, Weight.ERROR)
    assert "kind" in told
    assert "R99" in told
    assert "citation" in told


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[pack", "TOML"),
        (GOOD + ENTRY, "two entries are called city.offences"),
        (GOOD.replace("classes", "klasses"), "klasses"),
        (GOOD.replace("read whole", "[M]"), "from memory"),
        (GOOD.replace("read whole", "[S-part]"), "in part"),
        (GOOD.replace("2026-01-01", "2027-01-01"), "still to come"),
        (GOOD + entry("a", "R07", 'sources = ["booking"]') + entry("b", "R07", 'sources = ["id_card"]'), "sources"),
        (GOOD + entry("a", "R08", "at_least = 10") + entry("b", "R08", "at_most = 5"), "at_least and at_most"),
        (GOOD + entry("a", "R17", 'contents = ["searches"]'), "none on which"),
        (GOOD + entry("a", "R12", 'statements = ["lead_only"]', more='acts = ["show"]'), "none on which"),
    ],
)  # fmt: skip
def test_a_planted_fault_is_an_error(text: str, words: str) -> None:
    assert words in said(text, Weight.ERROR)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (GOOD.replace("2020-01-01", "2020-01-01\nexpires = 2026-12-01"), "expires in 8 days"),
        (GOOD.replace("2020-01-01", "2020-01-01\nexpires = 2026-11-23"), "has expired"),
        (GOOD.replace("2020-01-01", "2027-01-01"), "begins on 1 January 2027"),
        (GOOD.replace('"confirmed"', '"unconfirmed"'), "accepted by its id"),
        (GOOD.replace('rule = "R02"', 'rule = "R02"\nexpires = 2026-01-01'), "acts that it rules on are refused"),
        (GOOD, "a still of evidence, fit for comparison"),
    ],
)  # fmt: skip
def test_what_a_person_has_to_weigh_is_a_warning(text: str, words: str) -> None:
    assert words in said(text, Weight.WARNING)
    assert said(text, Weight.ERROR) == ""


def test_a_pack_far_from_its_end_says_nothing_of_it() -> None:
    assert "expires" not in said(GOOD.replace("2020-01-01", "2020-01-01\nexpires = 2027-06-01"))


def test_the_default_lacks_no_protection_on_any_act() -> None:
    assert [r for r in lint(*load_bytes("detroit-2024"), today=TODAY) if str(Act.LEAD) in r.sentence] == []
