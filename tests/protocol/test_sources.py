"""Every entry of a shipped pack says where it was read, and that place exists."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator

import pytest

from lookalike.protocol.pack import SHIPPED
from tests.conftest import ROOT

SHARED = ROOT.parent / "shared"
REFERENCE = SHARED / "reference" / "protocols"
PACKS = sorted(path for path in SHIPPED.glob("*.toml") if path.stem != "template")
OWN = "Lookalike's own"


def references(source: str) -> Iterator[tuple[str, str, int]]:
    """The file, the place in it, and the highest bullet (0: none) that each part names; a part without is a remark."""
    for part in re.split(r";\s*(?![^\[]*\])", source):
        bare = re.sub(r"\s*\[[^\]]*\]|\s*\([^)]*\)", "", part).strip()
        found = re.search(r"(?:^|: )(\d\d) (.+)$|(?:^|: )(DESIGN\.md), (.+)$", bare)
        if found:
            place, _, rest = (found[2] or found[4]).partition(", ")
            bullets = [int(n) for n in re.findall(r"\d+", rest)] if rest.startswith("bullet") else []
            yield found[1] or found[3], place, max(bullets, default=0)


def sources() -> list[tuple[str, str]]:
    rows = []
    for path in PACKS:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
        rows += [(entry["id"], entry["source"]) for entry in tables["entry"]]
        rows += [(f"{path.stem}, unread {n}", unread["source"]) for n, unread in enumerate(tables.get("unread", []))]
    return rows


@pytest.mark.parametrize(("where", "source"), sources())
def test_every_source_names_a_file_and_a_place_or_says_that_it_is_our_own(where: str, source: str) -> None:
    assert list(references(source)) or OWN in source, where


@pytest.mark.skipif(not REFERENCE.is_dir(), reason="the reference folder is not part of the repository")
@pytest.mark.parametrize(("where", "source"), sources())
def test_every_place_that_a_source_names_is_there(where: str, source: str) -> None:
    for file, place, bullet in references(source):
        path = SHARED / file if file == "DESIGN.md" else next(REFERENCE.glob(f"{file}-*.md"), None)
        assert path is not None, f"{where}: no file {file}"
        assert stands_in(place, bullet, path.read_text(encoding="utf-8")), f"{where}: {place!r} is not in {path.name}"


def test_a_place_that_is_not_there_is_found_out() -> None:
    text = "# File\n\n## 4.1 Maryland\n- Permitted: much\n\n## Terms\n1. No arrest\n- a\n- b\n"
    assert stands_in("4.1 Permitted", 1, text)
    assert stands_in("Terms 1", 2, text)
    for place, bullet in (("4.2", 0), ("4.1 Prohibited", 0), ("4.1", 2), ("Terms", 3), ("Oversight", 0), ("arrest", 0)):
        assert not stands_in(place, bullet, text), place


def stands_in(place: str, bullet: int, text: str) -> bool:
    """Whether a heading, a numbered idea, a rule or a table's first cell says it, with so many bullets under it."""
    if place == "first paragraph":
        return True
    section, _, words = place.partition(" ")
    if not re.fullmatch(r"\d+\.\d+", section):
        section, words = re.sub(r"\s+\d+$", "", place), ""  # the number of a term under its heading
    start = rf"^(?:#+ [^\n]*|\d+\. \*\*|\| )?(?<![\w.]){re.escape(section)}(?!\w|\.\d)"
    found = re.search(rf"{start}.*?(?=^#|\Z)", text, re.MULTILINE | re.DOTALL)
    return found is not None and words in found[0] and found[0].count("\n- ") >= bullet
