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
# the rules of each pack by act; an act that is not named: nobody ruled, it is refused
COVERAGE = {
    "house": {
        "request": "03 04 05 19 22 23",
        "search": "03 04 05 07 09 19 22 23",
        "show": "07 10 12 19 23",
        "examine": "10 19 23",
        "lead": "07 09 12 19 23",
        "lineup": "19 23",
        "warrant": "15 19 23",
        "court": "15 19 23",
        "record": "19 23",
        "report": "19 23",
    },
    "detroit-2019": {
        "request": "01 02 03 04 05",
        "search": "01 02 03 04 05 06",
        "show": "06",
        "examine": "06 08",
        "lead": "10 11 12",
        "report": "05 17",
    },
    "detroit-2024": {
        "request": "01 02 03 04 05",
        "search": "01 02 03 04 05 06 07 08 09 20",
        "show": "06 07 08 10",
        "examine": "06 08 10",
        "lead": "07 09 10 11 12",
        "lineup": "11 13",
        "warrant": "11 13 14 15",
        "court": "15 24",
        "record": "18",
        "report": "05 17 20 21",
    },
    "michigan-state-police": {
        "request": "01 03 04",
        "search": "01 03 04 06",
        "show": "06",
        "examine": "06",
        "lead": "10 11 12",
        "warrant": "14 15",
        "court": "15",
        "record": "18",
    },
    "maryland-2024": {
        "request": "01 02 04 05",
        "search": "01 02 04 05 06 07",
        "show": "06 07",
        "examine": "06",
        "lead": "07 10",
        "warrant": "14 15",
        "court": "15 24",
        "report": "17",
    },
    "utah-2021": {
        "request": "01 02 03 05 22",
        "search": "01 02 03 05 06 22",
        "lead": "10",
        "report": "17",
    },
    "washington-2021": {
        "request": "01 04 05",
        "search": "01 04 05 06 20",
        "show": "06",
        "examine": "06",
        "lead": "10",
        "warrant": "14",
        "court": "15",
        "report": "20",
    },
    "colorado-2022": {
        "request": "01 04 05",
        "search": "01 04 05",
        "lead": "10",
        "warrant": "14",
        "court": "15",
    },
    "montana-2023": {
        "request": "02 03 04 05",
        "search": "02 03 04 05 06",
        "show": "06",
        "examine": "06",
        "lead": "10",
        "warrant": "14",
        "report": "17",
    },
    "virginia-2022": {
        "request": "01 02 03 04 05",
        "search": "01 02 03 04 05 20",
        "warrant": "14",
        "report": "17 20",
    },
    "massachusetts-2021": {
        "request": "03 22",
        "search": "03 22",
        "report": "17",
    },
    "maine-2021": {
        "request": "02 03 05 22",
        "search": "02 03 05 22",
        "warrant": "14",
    },
    "eu-ai-act": {
        "request": "01 03 04",
        "search": "01 03 04 06 16",
        "show": "06",
        "examine": "06",
        "lead": "16",
        "warrant": "14",
        "court": "24",
        "record": "16",
        "report": "17",
    },
    "uk-custody-images": {
        "request": "01",
        "search": "01 20",
        "lead": "10",
        "record": "18",
        "report": "20",
    },
    "boston-ban": {
        "request": "22 25",
        "search": "22 25",
        "show": "25",
        "examine": "25",
        "lead": "25",
        "lineup": "25",
        "warrant": "25",
        "court": "25",
    },
    "portland-ban": {
        "request": "22 25",
        "search": "22 25",
        "show": "25",
        "examine": "25",
        "lead": "25",
        "lineup": "25",
        "warrant": "25",
        "court": "25",
    },
}


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


@pytest.mark.parametrize("name", COVERAGE)
def test_the_packs_rule_on_the_acts_that_the_table_says(name: str) -> None:
    pack = load(name)
    found = {act: " ".join(sorted({e.rule[1:] for e in pack.entries if act in acts_of(e)})) for act in Act}
    assert {str(act): rules for act, rules in found.items() if rules} == COVERAGE[name]


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
