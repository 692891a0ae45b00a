"""Every path of the all-pairs comparison against one comparison after another: the same counts, to the last one."""

from __future__ import annotations

from itertools import combinations, product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from lookalike.errors import BadInput
from lookalike.evaluation import comparisons
from lookalike.evaluation.comparisons import PATHS, Samples, histograms
from lookalike.evaluation.histograms import UNKNOWN, Counts, Histograms, bins_of
from lookalike.face.template import compare

paths = pytest.mark.parametrize("path", PATHS)

KINDS = ["any", "few values", "extreme", "all equal", "one of many", "multiples"]


def codes_of(rng: np.random.Generator, rows: int, dimensions: int, kind: str) -> NDArray[np.int8]:
    codes = rng.integers(-127, 128, (rows, dimensions))
    if kind == "few values":  # scores on the edges of bins
        codes = rng.integers(-1, 2, (rows, dimensions))
    if kind == "extreme":
        codes = rng.choice([-127, 127], (rows, 1)) * np.ones((1, dimensions), dtype=np.int64)
        codes[::3] = rng.choice([-127, 127], (len(codes[::3]), dimensions))
    if kind == "all equal":
        codes = np.repeat(codes[:1], rows, axis=0)
    if kind == "one of many":  # zeros but one: scores of -1, 0 and 1
        codes = np.where(np.arange(dimensions) == rng.integers(0, dimensions, (rows, 1)), codes, 0)
    if kind == "multiples":  # scores of exactly 1 and -1 from different templates
        codes = rng.integers(-9, 10, (rows, 1)) * rng.integers(-14, 15, (1, dimensions))
    codes[~codes.any(axis=1), -1] = 1
    return codes.astype(np.int8)


def samples_of(rng: np.random.Generator, rows: int, dimensions: int, groups: int, kind: str, people: int) -> Samples:
    return Samples(
        codes_of(rng, rows, dimensions, kind),
        rng.integers(0, people, rows),
        rng.integers(UNKNOWN, groups, rows).astype(rng.choice([np.int8, np.int64])),
    )


def counted_one_by_one(a: Samples, b: Samples | None, groups: int, bins: int) -> tuple[Counts, Counts]:
    names = [*range(groups), UNKNOWN]
    place = {pair: i for i, pair in enumerate((g, h) for i, g in enumerate(names) for h in names[i:])}
    counts = np.zeros((2, len(place), bins), dtype=np.uint64)
    other = b or a
    rows = range(len(a.templates))
    for i, j in combinations(rows, 2) if b is None else product(rows, range(len(other.templates))):
        g, h = int(a.groups[i]), int(other.groups[j])
        score = np.array([compare(a.templates[i], other.templates[j]).score])
        mated = int(a.persons[i] == other.persons[j])
        counts[mated, place.get((g, h), place.get((h, g), -1)), bins_of(score, bins)[0]] += np.uint64(1)
    return counts[0], counts[1]


def assert_counts(found: Histograms, non_mated: Counts, mated: Counts) -> None:
    for ours, expected in ((found.non_mated, non_mated), (found.mated, mated)):
        assert ours.dtype == np.uint64
        assert np.argwhere(ours != expected).tolist() == []


@st.composite
def questions(draw: st.DrawFn) -> tuple[Samples, Samples | None, dict[str, Any]]:
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    dimensions = draw(st.sampled_from([1, 2, 3, 4, 5, 31, 64, 127, 128, 130]))
    groups = draw(st.integers(0, 4))
    sizes = st.sampled_from([1, 2, 7, 8, 9, 15, 16, 17, 33])
    people = draw(st.sampled_from([1, 2, 10, 1000]))
    a, b = (samples_of(rng, draw(sizes), dimensions, groups, draw(st.sampled_from(KINDS)), people) for _ in range(2))
    asked = {"groups": groups, "bins": draw(st.sampled_from([2, 6, 98, 20_000])), "threads": draw(st.integers(1, 2))}
    return a, draw(st.sampled_from([None, b])), asked


@settings(deadline=None, max_examples=80)
@given(question=questions())
def test_every_path_counts_what_single_comparisons_count(question: tuple[Any, Any, dict[str, Any]]) -> None:
    a, b, asked = question
    non_mated, mated = counted_one_by_one(a, b, asked["groups"], asked["bins"])
    for path in PATHS:
        assert_counts(histograms(a, b, **asked, path=path), non_mated, mated)


@pytest.mark.parametrize("kind", KINDS)
def test_hundreds_of_templates_with_more_rows_than_a_block(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparisons, "_SQUARE", 20)
    monkeypatch.setattr(comparisons, "_BLOCK_ROWS", 37)
    monkeypatch.setattr(comparisons, "_NUMPY_CELLS", 100)
    rng = np.random.default_rng(3)
    a = samples_of(rng, 211, 128, 2, kind, people=60)
    b = samples_of(rng, 149, 128, 2, kind, people=60)
    for other in (None, b):
        expected = counted_one_by_one(a, other, 2, 20_000)
        for path in PATHS:
            assert_counts(histograms(a, other, groups=2, path=path), *expected)


@pytest.mark.parametrize("dimensions", [1, 128, 512, 1023, 1024])
@pytest.mark.parametrize("kind", ["any", "extreme"])
def test_paths_and_threads_agree_on_many_templates(dimensions: int, kind: str) -> None:
    rng = np.random.default_rng(dimensions)
    a = samples_of(rng, 1501 if dimensions < 512 else 401, dimensions, 3, kind, people=300)
    b = samples_of(rng, 303, dimensions, 3, kind, people=300)
    for other in (None, b):
        expected = histograms(a, other, groups=3, path="numpy")
        for path, threads in product(PATHS, (1, 2, 3, None)):
            assert_counts(
                histograms(a, other, groups=3, path=path, threads=threads), expected.non_mated, expected.mated
            )


@paths
def test_the_extremes_of_1024_dimensions_do_not_overflow(path: str) -> None:
    codes = np.full((3, 1024), 127, dtype=np.int8)
    codes[1] = -127
    found = histograms(Samples(codes, np.arange(3), np.zeros(3, dtype=np.int64)), groups=1, bins=2, path=path)
    assert found.non_mated_of([(0, 0)]).counts.tolist() == [2, 1]


@paths
def test_one_sample_has_nothing_to_be_compared_with(path: str) -> None:
    one = Samples(np.ones((1, 8), dtype=np.int8), np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int64))
    found = histograms(one, groups=1, path=path)
    assert (found.non_mated_of().total, found.mated_of().total) == (0, 0)
    assert histograms(one, one, groups=1, path=path).mated_of().counts[-1] == 1


@paths
def test_one_person_across_groups_is_mated_in_the_pair_of_both(path: str) -> None:
    codes = np.array([[3, 4], [4, 3], [-3, -4], [4, -3]], dtype=np.int8)
    a = Samples(codes, np.array([7, 7, -7, 7]), np.array([0, 1, 1, UNKNOWN]))
    found = histograms(a, groups=2, path=path, bins=20)
    assert [found.mated_of([pair]).total for pair in found.pairs] == [0, 1, 1, 0, 1, 0]
    assert [found.non_mated_of([pair]).total for pair in found.pairs] == [0, 1, 0, 1, 1, 0]
    assert found.mated_of([(0, 1)]).at_least(0.9) == 1  # 24 / 25
    assert found.non_mated_of([(1, 0)]).below(-0.9) == 1  # -1


def test_mated_comparisons_of_one_person_only_leave_no_other() -> None:
    a = samples_of(np.random.default_rng(0), 300, 16, 2, "any", people=1)
    found = histograms(a, groups=2)
    assert (found.non_mated_of().total, found.mated_of().total) == (0, 300 * 299 // 2)


@pytest.mark.parametrize("two_sets", [False, True])
def test_every_comparison_is_counted_once_and_reported(two_sets: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparisons, "_BLOCK_ROWS", 100)
    monkeypatch.setattr(comparisons, "_SQUARE", 64)
    rng = np.random.default_rng(1)
    a, b = (samples_of(rng, n, 8, 4, "any", people=50) for n in (700, 450))
    told: list[tuple[int, int]] = []
    found = histograms(a, b if two_sets else None, groups=4, progress=lambda done, of: told.append((done, of)))
    total = 700 * 450 if two_sets else 700 * 699 // 2
    assert found.non_mated_of().total + found.mated_of().total == total
    assert told[-1] == (total, total)
    assert told == sorted(told)
    assert {of for _, of in told} == {total}


def test_what_the_callback_raises_ends_the_count() -> None:
    a = samples_of(np.random.default_rng(1), 3000, 8, 0, "any", people=10_000)
    calls = []

    def stop(done: int, total: int) -> None:
        calls.append(done)
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        histograms(a, groups=0, progress=stop)
    assert 0 < calls[-1] < 3000 * 2999 // 2


@pytest.mark.parametrize("dimensions", [1, 128, 512, 1024])
def test_no_task_is_larger_than_a_block_and_all_of_them_are_all_pairs(dimensions: int) -> None:
    """What bounds the memory: a task copies its rows, and nothing else grows with the samples but their order."""
    a = samples_of(np.random.default_rng(1), 1, dimensions, 0, "any", people=1)
    most = comparisons._most_rows(a)
    assert most * dimensions <= 1 << 20
    sizes = [0, 1, 511, 513, 9_000]
    tasks = list(comparisons._tasks(sizes, sizes, most, True))
    assert all(max(len(task.rows), len(task.columns)) <= most for task in tasks)
    assert sum(task.comparisons for task in tasks) == sum(sizes) * (sum(sizes) - 1) // 2
    # what a square computes and does not need stays small
    assert all(len(task.rows) <= comparisons._SQUARE and task.rows == task.columns for task in tasks if task.square)
    crossed = comparisons._tasks(sizes, [3, 8_000], most, False)
    assert sum(task.comparisons for task in crossed) == sum(sizes) * 8_003


def good(**changed: Any) -> Samples:
    parts: dict[str, Any] = {
        "templates": np.ones((3, 4), dtype=np.int8),
        "persons": np.arange(3),
        "groups": np.zeros(3, dtype=np.int64),
    }
    return Samples(**parts | changed)


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"templates": np.ones((3, 4), dtype=np.uint8)}, "uint8"),
        ({"templates": np.ones((3, 4))}, "float64"),
        ({"templates": np.ones(12, dtype=np.int8)}, "cannot be compared"),
        ({"templates": np.ones((3, 0), dtype=np.int8)}, "cannot be compared"),
        ({"templates": np.ones((3, 1025), dtype=np.int8)}, "cannot be compared"),
        ({"templates": np.ones((0, 4), dtype=np.int8)}, "no sample"),
        ({"templates": np.full((3, 4), -128, dtype=np.int8)}, "-128"),
        ({"templates": np.array([[1, 0], [0, 0], [0, 1]], dtype=np.int8)}, "Template 1 is zero"),
        ({"persons": np.arange(2)}, "persons"),
        ({"persons": np.arange(3).reshape(3, 1)}, "persons"),
        ({"persons": np.arange(3.0)}, "persons"),
        ({"persons": np.arange(3, dtype=np.uint64)}, "persons"),
        ({"persons": np.array(["a", "b", "c"])}, "persons"),
        ({"groups": np.zeros(4, dtype=np.int64)}, "groups"),
        ({"groups": np.zeros(3, dtype=np.bool_)}, "groups"),
        ({"groups": np.array([0, -2, 0])}, "no group -2"),
    ],
)
def test_samples_that_cannot_be_compared_are_refused(changed: dict[str, Any], says: str) -> None:
    with pytest.raises(BadInput, match=says):
        good(**changed)


@pytest.mark.parametrize(
    "asked",
    [
        {"groups": -1},
        {"groups": 0},  # the samples have a group 0
        {"groups": 1, "bins": 0},
        {"groups": 1, "bins": 7},
        {"groups": 1, "bins": (1 << 20) + 2},
        {"groups": 1, "b": good(templates=np.ones((3, 5), dtype=np.int8))},
        {"groups": 1, "b": good(groups=np.ones(3, dtype=np.int64))},
        {"groups": 100_000},  # terabytes of histograms
    ],
)
def test_what_cannot_be_counted_is_refused(asked: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        histograms(good(), **asked)


@pytest.mark.parametrize("asked", [{"path": "abacus"}, {"threads": 0}, {"threads": 257}])
def test_a_path_or_a_number_of_threads_that_does_not_exist_is_refused(asked: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"path|threads"):
        histograms(good(), groups=1, **asked)


@pytest.mark.skipif(not comparisons._COMPILED, reason="the extension is not built")
class TestTheExtensionAlone:
    """Whatever a caller passes, nothing is read or written outside a buffer."""

    @pytest.mark.parametrize(
        ("changed", "says"),
        [
            ({"dimensions": 0}, "dimensions"),
            ({"dimensions": 1025}, "dimensions"),
            ({"dimensions": 3}, "whole"),
            ({"path": "numpy"}, "path"),
            ({"out": np.zeros(3, dtype=np.uint64)}, "even"),
            ({"out": np.zeros(0, dtype=np.uint64)}, "two bins"),
            ({"out": np.zeros((1 << 20) + 2, dtype=np.uint64)}, "1,048,576"),
            ({"out": np.zeros(17, dtype=np.uint8)[1:]}, "64-bit"),
            ({"a": np.ones(((1 << 15) + 1, 4), dtype=np.int8)}, "32 bits"),
        ],
    )
    def test_refuses(self, changed: dict[str, Any], says: str) -> None:
        codes = np.ones((2, 4), dtype=np.int8)
        asked = {"a": codes, "b": codes, "dimensions": 4, "path": comparisons._COMPILED[0]}
        asked |= {"out": np.zeros(2, dtype=np.uint64)} | changed
        with pytest.raises(ValueError, match=says):
            comparisons._pairs.count(*asked.values())

    @pytest.mark.parametrize("path", comparisons._COMPILED)
    def test_zeros_and_minus_128_stay_in_the_bins(self, path: str) -> None:
        codes = np.zeros((20, 1024), dtype=np.int8)
        codes[10:] = -128
        out = np.zeros(6, dtype=np.uint64)
        comparisons._pairs.count(codes, codes, 1024, path, out)
        assert out.tolist() == [0, 0, 0, 300, 0, 100]

    def test_no_rows_are_no_comparisons(self) -> None:
        out = np.zeros(2, dtype=np.uint64)
        nothing = np.zeros((0, 4), dtype=np.int8)
        comparisons._pairs.count(nothing, nothing, 4, comparisons._COMPILED[0], out)
        assert out.tolist() == [0, 0]
