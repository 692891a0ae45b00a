"""The packs that are shipped: each loads, says what it should, and is written in the words of its time."""

from __future__ import annotations

import re
import tomllib
from datetime import date

import pytest
from lookalike.protocol.decide import Reason, decide

from lookalike.protocol.facts.acts import FACTS
from lookalike.protocol.facts.base import put, unknown
from lookalike.protocol.layering import acts_of, layered
from lookalike.protocol.pack import DEFAULT, SHIPPED, load, shipped
from lookalike.protocol.policy import Acceptance, PackKind
from lookalike.protocol.rules import RULES
from lookalike.protocol.template import FORMS, template_text
from lookalike.protocol.vocabulary import Act
from tests.protocol.parts import accepting, at

WANTED = {
    "house", "detroit-2019", "detroit-2024", "michigan-state-police", "maryland-2024", "utah-2021", "washington-2021",
    "colorado-2022", "montana-2023", "virginia-2022", "massachusetts-2021", "maine-2021", "eu-ai-act",
    "uk-custody-images", "boston-ban", "portland-ban", "template",
}  # fmt: skip
UNCONFIRMED = {
    "detroit-2019": 2, "michigan-state-police": 5, "maryland-2024": 4, "utah-2021": 3, "washington-2021": 2,
    "colorado-2022": 2, "montana-2023": 2, "virginia-2022": 2, "massachusetts-2021": 2, "maine-2021": 2,
    "uk-custody-images": 3, "boston-ban": 2, "portland-ban": 2,
}  # fmt: skip
USABLE = sorted(WANTED - {"house", "template"})
# rules of each pack by act; a dash: nobody ruled, the act is refused
COVERAGE = """
house                 | 03 04 05 19 22 23 | 03 04 05 07 09 19 22 23 | 07 10 12 19 23 | 10 19 23 | 07 09 12 19 23 | 19 23 | 15 19 23 | 15 19 23 | 19 23 | 19 23
detroit-2019          | 01 02 03 04 05 | 01 02 03 04 05 06 | 06 | 06 08 | 10 11 12 | - | - | - | - | 05 17
detroit-2024          | 01 02 03 04 05 | 01 02 03 04 05 06 07 08 09 20 | 06 07 08 10 | 06 08 10 | 07 09 10 11 12 | 11 13 | 11 13 14 15 | 15 24 | 18 | 05 17 20 21
michigan-state-police | 01 03 04 | 01 03 04 06 | 06 | 06 | 10 11 12 | - | 14 15 | 15 | 18 | -
maryland-2024         | 01 02 04 05 | 01 02 04 05 06 07 | 06 07 | 06 | 07 10 | - | 14 15 | 15 24 | - | 17
"""


def test_the_packs_of_the_issue_are_shipped() -> None:
    assert set(shipped()) == WANTED
    assert load(DEFAULT).ref.kind is PackKind.DIRECTIVE


@pytest.mark.parametrize("name", sorted(WANTED))
def test_a_shipped_pack_loads_under_its_own_name(name: str) -> None:
    pack = load(name)
    assert pack.id == name
    assert len(pack.unconfirmed()) == UNCONFIRMED.get(name, 0)
    for entry in pack.entries:
        assert entry.parameters.said(), entry.id
        assert acts_of(entry) or entry.rule == "R18", f"{entry.id} reaches no act"


def test_the_default_rests_on_nothing_that_nobody_confirmed() -> None:
    assert load(DEFAULT).unconfirmed() == ()


@pytest.mark.parametrize("name", sorted(WANTED))
def test_no_pack_says_that_anybody_was_matched_or_identified(name: str) -> None:
    text = re.sub(r"match_word", "", (SHIPPED / f"{name}.toml").read_text(encoding="utf-8"))
    assert not re.search(r"\bmatch(es|ed)?\b|\bidentified\b", text, re.IGNORECASE)


@pytest.mark.parametrize("name", sorted(WANTED - {"virginia-2022", "detroit-2019"}))
def test_every_other_pack_is_in_force_today(name: str) -> None:
    assert load(name).in_force(date(2026, 11, 23))


@pytest.mark.parametrize("act", list(Act))
def test_virginia_refuses_every_act_since_july_2026(act: Act) -> None:
    pack = load("virginia-2022")
    policy = layered([pack], accepting(pack))
    assert pack.in_force(date(2026, 6, 30))
    assert not pack.in_force(date(2026, 7, 1))
    decision = decide(put(unknown(FACTS[act]), "at", at("2026-07-01T00:00:00-04:00")), policy)
    assert not decision.allowed
    assert decision.reason is Reason.PACK_NOT_IN_FORCE
    assert any("1 July 2026" in failure.sentence for finding in decision.refusals() for failure in finding.failures)


def test_a_pack_that_has_not_begun_refuses() -> None:
    policy = layered([load(DEFAULT)])
    decision = decide(put(unknown(FACTS[Act.REQUEST]), "at", at("2024-06-27T23:59:59-04:00")), policy)
    assert decision.reason is Reason.PACK_NOT_IN_FORCE


@pytest.mark.parametrize("row", COVERAGE.strip().splitlines())
def test_the_packs_rule_on_the_acts_that_the_table_says(row: str) -> None:
    name, *cells = (cell.strip() for cell in row.split("|"))
    pack = load(name)
    for act, cell in zip(Act, cells, strict=True):
        found = sorted({entry.rule[1:] for entry in pack.entries if act in acts_of(entry)})
        assert " ".join(found) == cell.replace("-", ""), (name, act)


def test_the_template_is_written_from_the_rules() -> None:
    tables: dict[str, dict[str, object]] = {}
    for name in ("detroit-2024", *(name for name in shipped() if name not in ("template", "detroit-2024"))):
        for entry in tomllib.loads((SHIPPED / f"{name}.toml").read_text(encoding="utf-8"))["entry"]:
            for parameter, value in entry["parameters"].items():
                tables.setdefault(entry["rule"], {}).setdefault(parameter, value)
    assert (SHIPPED / "template.toml").read_text(encoding="utf-8") == template_text(tables)
    assert not [key for key in FORMS if key[1] in tables[key[0]]], "a form is given for what a pack sets"
    assert {entry.rule for entry in load("template").entries} == set(RULES)


def test_an_acceptance_is_of_the_entry_as_it_stands() -> None:
    entry = load("boston-ban").unconfirmed()[0]
    other = load("portland-ban").unconfirmed()[0]
    assert isinstance(accepting(load("boston-ban"))[0], Acceptance)
    assert entry.sha256 != other.sha256
