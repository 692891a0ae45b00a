"""The galleries of the site: kept open, up to date, shared by threads, and without what is pending."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lookalike.casework import galleries
from lookalike.errors import NoSuchGallery
from lookalike.face.matcher import Matcher
from lookalike.gallery.records import NewRecord
from lookalike.gallery.search import Filter
from tests.conftest import NOW, new


@pytest.fixture
def folder(tmp_path: Path, settings: Any, matcher: Matcher, monkeypatch: pytest.MonkeyPatch) -> Path:
    settings.GALLERIES_FOLDER = str(tmp_path)
    monkeypatch.setattr(galleries, "_matchers", [matcher])
    monkeypatch.setattr(galleries, "_opened", {})
    return tmp_path


def records(count: int, start: int = 0) -> list[NewRecord]:
    random = np.random.default_rng(start)
    made = random.integers(-127, 128, size=(count, 128), dtype=np.int8)
    return [new(f"R{start + i:04}", row, person=f"P{(start + i) // 2:04}") for i, row in enumerate(made)]


def add(count: int, start: int = 0) -> list[NewRecord]:
    made = records(count, start)
    with galleries.writing("county") as gallery:
        gallery.add(made, at=NOW)
    return made


def test_a_gallery_is_opened_once_and_sees_what_was_enrolled_since(folder: Path) -> None:
    add(10)
    first = galleries.gallery("county")
    assert len(first.index()) == 10
    added = add(5, 100)
    assert galleries.gallery("county") is first
    found = first.index().search(added[0].template, 2)
    assert found.candidates[0].record_id == "R0100"
    assert found.records == 15


def test_what_is_left_out_is_not_found_and_not_counted(folder: Path) -> None:
    made = add(60)
    [whole] = galleries.up_to_date(["county"])
    assert whole.index().search(made[6].template, 50).candidates[0].record_id == "R0006"
    only = Filter(without={"R0006", "R0008", "R0009", "R9999"})
    found = whole.index().search(made[6].template, 50, only=only)
    assert len(found.candidates) == 50
    assert not {"R0006", "R0008", "R0009"} & {one.record_id for one in found.candidates}
    assert (found.records, found.persons) == (57, 29)  # R0008 and R0009 are all of one person
    assert found.best_per_person.size == 29


def test_threads_search_while_a_writer_enrols(folder: Path) -> None:
    made = add(200)

    def work(i: int) -> str:
        [gallery] = galleries.up_to_date(["county"])
        with gallery.reading():
            found = gallery.index().search(made[i].template, 2)
            first = found.candidates[0].record_id
            assert gallery.record(first) is not None
        return first

    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(work, i) for i in range(200)]
        for start in range(1000, 1060, 10):
            add(10, start)
        assert [one.result() for one in asked] == [f"R{i:04}" for i in range(200)]


@pytest.mark.parametrize("name", ["", ".", "..", "../keys", "a/b", "none", "a\0b"])
def test_a_name_that_is_no_gallery_is_told(folder: Path, name: str) -> None:
    with pytest.raises(NoSuchGallery):
        galleries.gallery(name)
