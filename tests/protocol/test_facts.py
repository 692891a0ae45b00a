"""Facts: no defaults, closed types, paths, and JSON that is read strictly."""

from __future__ import annotations

import dataclasses
import json
import re
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lookalike.errors import BadFacts
from lookalike.face.quality import Fitness
from lookalike.gallery.records import Status
from lookalike.protocol import offences
from lookalike.protocol.facts.acts import FACTS
from lookalike.protocol.facts.base import Facts, alternatives, described, hints, leaves, put, unknown, without
from lookalike.protocol.facts.common import Offence, Paper, Repeat
from lookalike.protocol.facts.reading import facts_json, read_facts
from lookalike.protocol.unknown import UNKNOWN, Unknown
from lookalike.protocol.vocabulary import Act, Fit, Owner, PaperKind, RecordStatus
from tests.protocol.given import allowed


def every_record(kind: type[Facts] = Facts) -> list[type[Facts]]:
    return [sub for one in kind.__subclasses__() for sub in (one, *every_record(one))]


def offence(**changes: Any) -> Offence:
    values: dict[str, Any] = {
        "nibrs": "120",
        "statute": None,
        "attempted": False,
        "felony": True,
        "max_years": 15,
        "completed_on": date(2026, 2, 20),
    }
    return Offence(**values | changes)


def test_no_fact_has_a_default() -> None:
    for kind in every_record():
        for field in dataclasses.fields(kind):
            assert field.default is dataclasses.MISSING
            assert field.default_factory is dataclasses.MISSING


@pytest.mark.parametrize("act", list(Act))
def test_every_fact_says_what_it_is_and_whose_it_is(act: Act) -> None:
    facts = allowed(act)
    for path, _ in leaves(facts):
        says, owner = described(type(facts), path)
        # so that it reads after "it is not known"
        assert re.match(
            r"(on |for |to |under |over |until )?(who|whom|whose|what|which|when|where|whether|why|how)\b", says
        )
        assert isinstance(owner, Owner)


def test_there_are_facts_for_every_act() -> None:
    assert set(FACTS) == set(Act)
    assert all(kind.act is act for act, kind in FACTS.items())


def test_the_words_are_those_of_the_other_rooms() -> None:
    assert {status.value for status in RecordStatus} == {status.value for status in Status}
    assert [fit.name for fit in Fit] == [fitness.name for fitness in Fitness]


def test_unknown_is_neither_true_nor_false() -> None:
    with pytest.raises(TypeError):
        bool(UNKNOWN)
    assert Unknown("unknown") is UNKNOWN


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("at", datetime(2026, 3, 2, 12)),
        ("at", datetime.max.replace(tzinfo=timezone(-timedelta(hours=12)))),
        ("at", date(2026, 3, 2)),
        ("session.mfa", 1),
        ("session.mfa", None),
        ("session.mfa", "true"),
        ("case.number", " "),
        ("case.number", 7),
        ("case.suspicion", "reasonable_suspicion"),
        ("asked_for", True),
        ("asked_for", -1),
        ("asked_for", 20.0),
        ("probe.edits", ["crop"]),
        ("probe.edits", ("crop", "")),
        ("probe.measures", {"Sharpness"}),
        ("gallery.sources", frozenset({"booking"})),
        ("matcher.validation.cohorts[0].low", float("nan")),
        ("matcher.validation.cohorts[0].low", float("inf")),
        ("case.offence.completed_on", datetime(2026, 1, 1, tzinfo=timezone.utc)),  # noqa: UP017
        ("case.offence.statute", "750.110a(2)"),
    ],
)
def test_a_fact_of_another_kind_is_refused(path: str, value: object) -> None:
    with pytest.raises(BadFacts):
        put(allowed(Act.SEARCH), path, value)


def test_a_fact_must_be_given() -> None:
    with pytest.raises(TypeError):
        Repeat(earlier=1)


def test_without_forgets_one_fact_and_nothing_else() -> None:
    facts = allowed(Act.LEAD)
    for path, _ in leaves(facts):
        changed = dict(leaves(without(facts, path)))
        assert changed[path] is UNKNOWN
        beneath = (f"{path}.", f"{path}[")
        assert {
            p: v
            for p, v in leaves(facts)
            if p != path and not p.startswith(beneath) and not path.startswith(f"{p}.") and not path.startswith(f"{p}[")
        } == {
            p: v
            for p, v in changed.items()
            if p != path and not path.startswith(f"{p}.") and not path.startswith(f"{p}[")
        }


@pytest.mark.parametrize("act", list(Act))
def test_facts_come_back_from_json_as_they_were(act: Act) -> None:
    for facts in (allowed(act), unknown(FACTS[act])):
        assert read_facts(json.dumps(facts_json(facts))) == facts


def test_what_is_left_out_or_unknown_is_not_known_and_null_is_none() -> None:
    facts = read_facts(
        '{"act": "search", "facts": {"case": {"number": null, "offence": "unknown"}, "probe": "unknown"}}'
    )

    assert facts == put(unknown(FACTS[Act.SEARCH]), "case.number", None)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("null", "and nothing else"),
        ('{"act": "search"}', "and nothing else"),
        ('{"act": "search", "facts": {}, "more": 1}', "and nothing else"),
        ('{"act": "arrest", "facts": {}}', "act: 'arrest'"),
        ('{"act": ["search"], "facts": {}}', "act"),
        ('{"act": "search", "facts": []}', "facts: "),
        ('{"act": "search", "facts": {"asked_for": NaN}}', "no number"),
        ('{"act": "search", "facts": {"asked_for": 1, "asked_for": 2}}', "twice"),
        ('{"act": "search", "facts": {"asked_for": ' + "9" * 5000 + "}}", "not JSON"),
        ('{"act": "search", "facts": {"asked_for": 1e400}}', "asked_for"),
        ('{"act": "search", "facts": {"asked_for": true}}', "asked_for: 'True'"),
        ('{"act": "search", "facts": {"asked": 1}}', "asked: '1' is not a fact"),
        ('{"act": "search", "facts": {"at": "2026-03-02T12:00:00"}}', "offset"),
        ('{"act": "search", "facts": {"at": 5}}', "at: '5'"),
        ('{"act": "search", "facts": {"case": {"offence": {"completed_on": "20260220"}}}}', "completed_on"),
        ('{"act": "search", "facts": {"case": {"number": ""}}}', "case.number"),
        ('{"act": "search", "facts": {"case": {"number": {}}}}', "case.number"),
        ('{"act": "search", "facts": {"session": {"mfa": null}}}', "session.mfa"),
        ('{"act": "search", "facts": {"session": null}}', "session"),
        ('{"act": "search", "facts": {"probe": {"measures": ["a", "a"]}}}', "everything once"),
        ('{"act": "search", "facts": {"probe": {"measures": "a"}}}', "a list"),
        ('{"act": "search", "facts": {"probe": {"kind": "photo"}}}', "still_from_evidence"),
        ('{"act": "search", "facts": {"actor": {"training": [null]}}}', "training"),
        ('{"act": "search", "facts": {"actor": {"training": [{"weeks": 1}]}}}', r"training\[0\].weeks"),
        ('{"act": "search", "facts": {"case": {"number": "\ud800"}}}', "not JSON"),
        ('{"act": "search", "facts": {"case": {"offence": {"nibrs": "120", "statute": "750.356"}}}}', "750.356"),
    ],
)
def test_json_that_is_not_facts_is_one_error_that_names_the_place(text: str, what: str) -> None:
    with pytest.raises(BadFacts, match=what):
        read_facts(text)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.just("unknown"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(list(Act)), st.data())
def test_any_value_anywhere_is_read_or_is_the_one_error(act: Act, data: st.DataObject) -> None:
    whole = facts_json(allowed(act))
    here: Any = whole
    while True:
        keys = list(here) if isinstance(here, dict) else list(range(len(here)))
        key = data.draw(st.sampled_from(keys))
        if isinstance(here[key], (dict, list)) and here[key] and data.draw(st.booleans()):
            here = here[key]
            continue
        here[key] = data.draw(JSON)
        break
    try:
        facts = read_facts(json.dumps(whole))
    except BadFacts:
        return
    assert read_facts(json.dumps(facts_json(facts))) == facts


def test_every_leaf_can_be_unknown_and_every_group_cannot() -> None:
    for kind in every_record():
        for name, hint in hints(kind).items():
            members = alternatives(hint)
            group = len(members) == 1 and issubclass(members[0], Facts)
            assert group or Unknown in members, f"{kind.__name__}.{name}"


def test_a_paper_of_which_one_thing_is_unknown_is_still_a_paper() -> None:
    paper = Paper(kind=PaperKind.BIAS_TEST, issued_by=UNKNOWN, issued_on=UNKNOWN, last_day=None)

    assert without(put(allowed(Act.SEARCH), "authority.papers", (paper,)), "authority.papers[0].kind")


# offences


@pytest.mark.parametrize(
    ("nibrs", "statute", "classes"),
    [
        ("09A", None, {"homicide", "any_crime", "violent_crime"}),
        ("09B", None, {"any_crime"}),
        ("11D", None, {"any_crime"}),
        ("11D", "750.520c", {"sexual_contact", "any_crime"}),
        ("13C", "750.411i", {"stalking", "any_crime"}),
        ("220", None, set()),
        ("220", "750.110a", set()),
        ("220", "750.110a(2)", {"home_invasion", "home_invasion_1", "any_crime"}),
        ("220", "750.110a(4)(a)", {"home_invasion", "any_crime"}),
        ("220", "750.111", {"burglary", "any_crime"}),
        ("23C", "750.356c", {"larceny", "any_crime"}),
        ("120", "a statute of another state", {"robbery", "any_crime", "violent_crime"}),
        ("90Z", None, {"any_crime"}),
        ("999", None, set()),
    ],
)
def test_the_classes_of_an_offence(nibrs: str, statute: str | None, classes: set[str]) -> None:
    assert offences.classes_of(nibrs, statute) == classes


def test_a_statute_only_adds_to_what_its_code_says() -> None:
    table = offences.michigan()
    for codes, classes in table.statutes.values():
        for code in codes:
            assert (table.alone[code] or frozenset()) <= classes


def test_serious_is_no_word_of_the_table() -> None:
    assert not any("serious" in one for _, classes in offences.michigan().statutes.values() for one in classes)


def test_an_offence_of_two_minds_is_refused() -> None:
    with pytest.raises(BadFacts, match="different offences"):
        offence(statute="750.356c")
    assert offence(statute=UNKNOWN).nibrs == "120"
