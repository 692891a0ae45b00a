"""The exact search returns the k best, the same ones everywhere."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lookalike.errors import BadCandidateCount, EmptyGallery
from lookalike.gallery.gallery import Gallery
from lookalike.gallery.records import Status
from lookalike.gallery.search import Filter, Index
from tests.conftest import NOW, created_gallery, identity, new

CODES = st.integers(-127, 127)


def brute_force(codes: list[list[int]], ids: list[str], probe: list[int]) -> list[tuple[float, str]]:
    """Every score in plain Python integers, best first, ties by id."""
    rows = []
    for code, record_id in zip(codes, ids, strict=True):
        dot = sum(a * b for a, b in zip(code, probe, strict=True))
        product = sum(a * a for a in code) * sum(b * b for b in probe)
        rows.append((dot / math.sqrt(product) if product else 0.0, record_id))
    return sorted(rows, key=lambda row: (-row[0], row[1]))


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_the_k_best_are_those_of_a_brute_force_to_the_bit(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    dimensions = data.draw(st.sampled_from([1, 4, 7]))
    row = st.lists(CODES, min_size=dimensions, max_size=dimensions)
    codes = data.draw(st.lists(row, min_size=1, max_size=30))
    codes += data.draw(st.lists(st.sampled_from(codes), max_size=10))  # duplicates, so ties
    probe = data.draw(row)
    ids = [f"R{i}" for i in data.draw(st.permutations(range(len(codes))))]
    count = data.draw(st.integers(2, 50))
    gallery = created_gallery(tmp_path_factory.mktemp("g"), identity(dimensions))
    with gallery.writing():
        gallery.add([new(i, np.array(code)) for i, code in zip(ids, codes, strict=True)], at=NOW)
    found = Index(gallery).search(np.array(probe, dtype=np.int8), count)
    wanted = brute_force(codes, ids, probe)
    assert [(c.comparison.score, c.record_id) for c in found.candidates] == wanted[:count]
    assert [c.rank for c in found.candidates] == list(range(1, min(count, len(codes)) + 1))
    assert found.best_per_person.tolist() == [score for score, _ in wanted]
    gallery.close()


def test_large_dimensions_stay_exact(make_gallery: Callable[..., Gallery]) -> None:
    for dimensions in (256, 512, 1024):
        rng = np.random.default_rng(dimensions)
        codes = rng.choice([-127, 126, 127], size=(40, dimensions))
        probe = np.full(dimensions, 127)
        gallery = make_gallery(
            *(new(f"R{i:02}", code) for i, code in enumerate(codes)), dimensions=dimensions, name=f"g{dimensions}"
        )
        found = Index(gallery).search(probe.astype(np.int8), 50)
        wanted = brute_force(codes.tolist(), [f"R{i:02}" for i in range(40)], probe.tolist())
        assert [(c.comparison.score, c.record_id) for c in found.candidates] == wanted


def test_equal_scores_go_to_the_lower_record_id_also_at_the_end_of_the_list(
    make_gallery: Callable[..., Gallery],
) -> None:
    code = np.array([3, 4, 0, 0])
    gallery = make_gallery(*(new(i, code) for i in ("D", "B", "A", "E", "C")), new("Z", -code))
    found = Index(gallery).search(code.astype(np.int8), 3)
    assert [c.record_id for c in found.candidates] == ["A", "B", "C"]


@pytest.mark.parametrize("status", [Status.SEALED, Status.DISMISSED, Status.EXPUNGED])
def test_a_record_that_is_not_active_never_comes_back(make_gallery: Callable[..., Gallery], status: Status) -> None:
    gallery = make_gallery(new("exact", np.array([1, 2, 3, 4]), status=status), new("other", np.array([-1, 2, -3, 4])))
    found = Index(gallery).search(np.array([1, 2, 3, 4], dtype=np.int8))
    assert [c.record_id for c in found.candidates] == ["other"]
    assert found.records == found.persons == 1


def test_a_status_that_changes_takes_the_record_out_of_the_next_search(
    make_gallery: Callable[..., Gallery],
) -> None:
    from dataclasses import replace

    gallery = make_gallery(new("A", np.array([1, 2, 3, 4])), new("B", np.array([4, 3, 2, 1])))
    before = Index(gallery)
    record = gallery.record("A")
    assert record is not None
    with gallery.writing():
        gallery.update([replace(record, status=Status.SEALED)], at=NOW)
    after = Index(gallery)
    assert [len(before), len(after)] == [2, 1]
    assert before.snapshot != after.snapshot


def test_strangers_are_counted_by_person_with_the_best_of_each(make_gallery: Callable[..., Gallery]) -> None:
    gallery = make_gallery(
        new("A1", np.array([10, 0, 0, 0]), person="A"),
        new("A2", np.array([0, 10, 0, 0]), person="A"),
        new("B1", np.array([0, 0, 10, 0]), person="B"),
    )
    found = Index(gallery).search(np.array([10, 0, 0, 0], dtype=np.int8))
    assert found.persons == 2
    assert found.best_per_person.tolist() == [1.0, 0.0]


@pytest.mark.parametrize("count", [-1, 0, 1, 51, 10**9])
def test_a_list_shorter_than_two_or_longer_than_fifty_is_refused(
    make_gallery: Callable[..., Gallery], count: int
) -> None:
    gallery = make_gallery(new("A", np.array([1, 2, 3, 4])))
    with pytest.raises(BadCandidateCount):
        Index(gallery).search(np.zeros(4, dtype=np.int8), count)


def test_a_gallery_with_nobody_to_search_says_so(make_gallery: Callable[..., Gallery]) -> None:
    gallery = make_gallery(new("A", np.array([1, 2, 3, 4]), status=Status.SEALED))
    with pytest.raises(EmptyGallery):
        Index(gallery).search(np.zeros(4, dtype=np.int8))


def test_a_record_that_is_left_out_is_not_searched_and_its_person_not_counted(
    make_gallery: Callable[..., Gallery],
) -> None:
    gallery = make_gallery(
        new("a", [9, 1], person="ann"),
        new("b", [8, 1], person="bob"),
        new("b2", [7, 1], person="bob"),
        new("c", [1, 9], person="cid"),
        dimensions=2,
    )
    index, probe = Index(gallery), np.array([9, 1], dtype=np.int8)
    found = index.search(probe, only=Filter(without=("a", "b", "no such record")))
    assert [one.record_id for one in found.candidates] == ["b2", "c"]
    assert (found.records, found.persons) == (2, 2)
    narrowed = index.search(probe, only=Filter(sources=("Test County",), without=("a",)))
    assert [one.record_id for one in narrowed.candidates] == ["b", "b2", "c"]
    assert [one.record_id for one in index.search(probe).candidates] == ["a", "b", "b2", "c"]
