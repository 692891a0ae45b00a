"""Reading a pack: whatever is not understood is refused, with one kind of error; the schema says the same."""

from __future__ import annotations

import contextlib
import json
import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lookalike.protocol
from lookalike.errors import BrokenProtocol, NoSuchProtocol
from lookalike.protocol.pack import LARGEST, SHIPPED, load, read_pack, shipped
from lookalike.protocol.schema import pack_schema, schema_text
from tests.protocol.parts import ENTRY, PACK, city, entry

GOOD = PACK + ENTRY
VALIDATOR = jsonschema.Draft202012Validator(pack_schema(), format_checker=jsonschema.FormatChecker())


def plain(text: str) -> object:
    """A pack's tables as JSON has them, days as text."""
    return json.loads(json.dumps(tomllib.loads(text), default=lambda day: day.isoformat()))


def test_a_good_pack_is_read() -> None:
    pack = read_pack(GOOD.encode(), "city.toml")
    assert pack.id == "city"
    assert [one.id for one in pack.entries] == ["city.offences"]
    assert pack.entries[0].acts is None
    assert VALIDATOR.is_valid(plain(GOOD))


def without(key: str) -> Callable[[str], str]:
    return lambda text: "\n".join(line for line in text.splitlines() if not line.startswith(f"{key} ="))


def swap(old: str, new: str) -> Callable[[str], str]:
    return lambda text: text.replace(old, new, 1)


# what is wrong, and whether the schema can see it as well
BROKEN: list[tuple[str, Callable[[str], str], bool]] = [
    *((f"no {key}", without(key), True) for key in ("title", "kind", "zone", "valid_from", "jurisdiction")),
    *((f"no {key}", without(key), True) for key in ("rule", "citation", "source", "retrieved", "confidence")),
    ("no entry", lambda text: PACK, True),
    ("an unknown key of the pack", swap('zone = "', 'colour = "red"\nzone = "'), True),
    ("an unknown key of an entry", swap('citation = "', 'colour = "red"\ncitation = "'), True),
    ("an unknown table", lambda text: text + "[other]\na = 1\n", True),
    ("an unknown parameter", swap("classes =", "klasses ="), True),
    ("no parameter", swap('classes = ["robbery"]', ""), True),
    ("a parameter of another kind", swap('["robbery"]', "true"), True),
    ("a parameter of another rule", swap('classes = ["robbery"]', "fillers = 5"), True),
    ("a word twice", swap('["robbery"]', '["robbery", "robbery"]'), True),
    ("an unknown rule", swap('"R02"', '"R99"'), True),
    ("an unknown act", swap('rule = "R02"', 'rule = "R02"\nacts = ["dance"]'), True),
    ("an act that the rule does not speak of", swap('rule = "R02"', 'rule = "R02"\nacts = ["court"]'), True),
    ("an act twice", swap('rule = "R02"', 'rule = "R02"\nacts = ["search", "search"]'), True),
    ("no act", swap('rule = "R02"', 'rule = "R02"\nacts = []'), True),
    ("an unknown confidence", swap('"confirmed"', '"sure"'), True),
    ("an unknown kind", swap('"directive"', '"wish"'), True),
    ("a blank citation", swap('"Ordinance 1"', '"  "'), True),
    ("a citation that turns the terminal's text", swap('"Ordinance 1"', '"Ordinance \\u202e1"'), False),
    ("an id of another form", swap('id = "city"', 'id = "City!"'), True),
    ("an entry of another pack", swap("city.offences", "town.offences"), False),
    ("an entry without a name", swap("city.offences", "city"), True),
    ("a jurisdiction of another form", swap('"US-MI-City"', '"Michigan"'), True),
    ("a day that is a time", swap("2020-01-01", "2020-01-01T00:00:00Z"), True),
    ("a day that no calendar has", swap("2020-01-01", '"2021-02-29"'), True),
    ("a number for a day", swap("2020-01-01", "20200101"), True),
    ("no such time zone", swap("America/Detroit", "America/Nowhere"), False),
    ("a time zone that is a path", swap("America/Detroit", "../../etc/passwd"), False),
    ("a time zone that is a folder", swap("America/Detroit", "America"), False),
    ("an end before the beginning", swap("2020-01-01", "2020-01-01\nexpires = 2019-01-01"), False),
    ("another house", swap('"directive"', '"house"'), False),
    ("two entries of one name", lambda text: text + ENTRY, False),
    ("parameters that are no table", swap('[entry.parameters]\nclasses = ["robbery"]', "parameters = 1"), True),
    ("a pack that is no table", lambda text: "pack = 1\n" + ENTRY, True),
    ("an entry that is no table", lambda text: "entry = [1]\n" + PACK, True),
    ("an unread term without a source", lambda text: text + '[[unread]]\nterm = "x"\n', True),
]  # fmt: skip


@pytest.mark.parametrize(("what", "spoil", "seen"), BROKEN, ids=[what for what, _, _ in BROKEN])
def test_what_is_wrong_is_refused_by_the_reader_and_by_the_schema(
    what: str, spoil: Callable[[str], str], seen: bool
) -> None:
    text = spoil(GOOD)
    assert text != GOOD
    with pytest.raises(BrokenProtocol) as caught:
        read_pack(text.encode(), "city.toml")
    assert caught.value.remedy
    assert str(caught.value).isprintable()
    assert VALIDATOR.is_valid(plain(text)) is not seen


@pytest.mark.parametrize(
    "data",
    [b"", b"\xff\xfe", b"[pack", b"a = " + b"[" * 100_000, b"#" * (LARGEST + 1), b"a = 1\na = 2", b"a.b = 1\na = 2"],
    ids=["empty", "no UTF-8", "cut short", "deep", "too long", "a key twice", "a key and a table"],
)  # fmt: skip
def test_what_is_no_toml_is_refused(data: bytes) -> None:
    with pytest.raises(BrokenProtocol):
        read_pack(data, "x.toml")


VALUES = st.recursive(
    st.booleans() | st.integers(-3, 3) | st.text(max_size=5) | st.sampled_from(["R02", "city", "city.a", "confirmed"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "rule", "x"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@settings(deadline=None)  # the first read of the packs takes as long as the machine lets it
@given(st.sampled_from(("pack", "entry", "parameters")), st.text(min_size=1, max_size=12), VALUES)
def test_no_value_anywhere_is_another_error(where: str, key: str, value: object) -> None:
    keys = ["id", "title", "kind", "zone", "valid_from", "rule", "acts", "citation", "classes", "attempts", "expires"]
    for name in (key, *keys):
        tables = tomllib.loads(GOOD)
        table = {"pack": tables["pack"], "entry": tables["entry"][0], "parameters": tables["entry"][0]["parameters"]}[
            where
        ]
        table[name] = value
        with contextlib.suppress(BrokenProtocol):
            read_pack(as_toml(tables).encode("utf-8", "surrogatepass"), "x.toml")


def as_toml(tables: dict[str, object]) -> str:
    """The tables as TOML, each on one line."""
    from lookalike.protocol.template import toml

    def table(value: object) -> str:
        if isinstance(value, dict):
            return "{" + ", ".join(f"{json.dumps(key)} = {table(one)}" for key, one in value.items()) + "}"
        if isinstance(value, list):
            return "[" + ", ".join(map(table, value)) + "]"
        return toml(value)

    return "\n".join(f"{key} = {table(value)}" for key, value in tables.items())


def test_a_quoted_day_is_a_day() -> None:
    assert city(ENTRY, head=PACK.replace("2020-01-01", '"2020-01-01"')).ref.valid_from == date(2020, 1, 1)


@pytest.mark.parametrize("name", ["nothing", "../packs/detroit-2024", "pack.schema.json", "/etc/passwd", "", "x.toml"])
def test_a_pack_that_is_not_there_is_named(name: str) -> None:
    with pytest.raises(NoSuchProtocol):
        load(name)


def test_a_pack_of_ones_own_is_loaded_by_its_path(tmp_path: Path) -> None:
    path = tmp_path / "city.toml"
    path.write_text(GOOD, encoding="utf-8")
    assert load(path).id == "city"


def test_a_changed_entry_has_another_digest_and_a_moved_one_has_not() -> None:
    first = city(ENTRY).entries[0]
    moved = city(entry("other", "R01", 'papers = ["board_policy"]'), ENTRY).entries[1]
    changed = city(ENTRY.replace("Ordinance 1,", "Ordinance 2,")).entries[0]
    assert first.sha256 == moved.sha256
    assert first.sha256 != changed.sha256


@pytest.mark.parametrize("name", shipped())
def test_a_shipped_pack_keeps_to_the_published_schema(name: str) -> None:
    VALIDATOR.validate(plain((SHIPPED / f"{name}.toml").read_text(encoding="utf-8")))


def test_the_published_schema_is_the_one_that_the_rules_make() -> None:
    path = Path(lookalike.protocol.__file__).with_name("pack.schema.json")
    assert path.read_text(encoding="utf-8") == schema_text()
    jsonschema.Draft202012Validator.check_schema(json.loads(schema_text()))
