"""Every path of the exact scan against a brute force in 64-bit integers: the same rows, the same bits of scores."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from lookalike.errors import Cancelled
from lookalike.face.template import compare, quantise, scores_from_parts
from lookalike.gallery import scan
from lookalike.gallery.scan import Best, Mode, Planes

WAYS: list[tuple[str, Mode]] = [(path, mode) for path in scan.PATHS for mode in ("nibble", "int8")]
ways = pytest.mark.parametrize(("path", "mode"), WAYS)

Codes = NDArray[np.int8]


@dataclass(frozen=True)
class Query:
    """One drawn search: codes (n, D), probes (m, D), and how they are to be searched."""

    codes: Codes
    probes: Codes
    k: int
    mask: NDArray[np.bool_] | None
    order: NDArray[np.uint32] | None
    threads: int | None
    appended: list[int]

    @property
    def bits(self) -> NDArray[np.uint8] | None:
        return None if self.mask is None else np.packbits(self.mask, bitorder="little")


def brute_force(
    codes: Codes, probe: Codes, k: int, mask: NDArray[np.bool_] | None, order: NDArray[np.uint32] | None
) -> Best:
    wide, wide_probe = codes.astype(np.int64), probe.astype(np.int64)
    dots, norms = wide @ wide_probe, (wide * wide).sum(axis=1)
    scores = scores_from_parts(dots, norms, int(wide_probe @ wide_probe))
    ranks = np.arange(len(codes)) if order is None else order
    best = [row for row in np.lexsort((np.arange(len(codes)), ranks, -scores)) if mask is None or mask[row]][:k]
    rows = np.array(best, dtype=np.int64)
    return Best(rows, dots[rows], norms[rows], scores[rows])


def assert_same(found: Best, expected: Best) -> None:
    assert found.rows.tolist() == expected.rows.tolist()
    assert found.dots.tolist() == expected.dots.tolist()
    assert found.norms.tolist() == expected.norms.tolist()
    assert found.scores.tobytes() == expected.scores.tobytes()  # bits, not closeness
    assert [a.dtype for a in found] == [np.int64, np.int64, np.int64, np.float64]


def filled(codes: Codes, mode: Mode, path: str, appended: list[int] | None = None) -> Planes:
    planes = Planes.empty(len(codes), codes.shape[1], mode, path=path)
    for part in np.split(codes, sorted(appended or [])):
        planes.append(part)
    return planes


def made_codes(rng: np.random.Generator, rows: int, dimensions: int, kind: str) -> Codes:
    if kind == "few values":  # many ties
        return rng.integers(-1, 2, (rows, dimensions)).astype(np.int8)
    if kind == "extreme":
        return rng.choice(np.array([-127, 127], dtype=np.int8), (rows, dimensions))
    if kind == "all equal":
        return np.repeat(rng.integers(-127, 128, (1, dimensions)), rows, axis=0).astype(np.int8)
    codes = rng.integers(-127, 128, (rows, dimensions)).astype(np.int8)
    if kind == "duplicates and zeros" and rows:
        codes = codes[rng.integers(0, max(1, rows // 4), rows)]
        codes[rng.random(rows) < 0.2] = 0
    return codes


@st.composite
def queries(draw: st.DrawFn) -> Query:
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    rows = draw(st.sampled_from([0, 1, 2, 15, 16, 17, 31, 32, 33, 63, 65, 130, 300]))
    dimensions = draw(st.sampled_from([1, 3, 8, 64, 100, 128, 512]))
    kinds = ["any", "few values", "extreme", "all equal", "duplicates and zeros"]
    codes = made_codes(rng, rows, dimensions, draw(st.sampled_from(kinds)))
    probes = made_codes(rng, draw(st.sampled_from([1, 2, 3, 8, 9])), dimensions, draw(st.sampled_from(kinds)))
    if rows and draw(st.booleans()):
        probes[0] = codes[rng.integers(rows)]
    density = draw(st.sampled_from([None, None, 0.0, 0.02, 0.5, 1.0]))
    return Query(
        codes=codes,
        probes=probes,
        k=draw(st.sampled_from([1, 2, 5, 50, 299, 4096])),
        mask=None if density is None else rng.random(rows) < density,
        order=draw(st.sampled_from([None, rng.permutation(rows).astype(np.uint32), np.zeros(rows, dtype=np.uint32)])),
        threads=draw(st.sampled_from([None, 1, 2])),
        appended=draw(st.lists(st.integers(0, rows), max_size=3)),
    )


@ways
@settings(deadline=None, max_examples=150)
@given(query=queries())
def test_every_path_gives_the_rows_and_the_bits_of_the_brute_force(path: str, mode: Mode, query: Query) -> None:
    planes = filled(query.codes, mode, path, query.appended)
    asked: dict[str, Any] = {"mask": query.bits, "order": query.order, "threads": query.threads}
    expected = [brute_force(query.codes, probe, query.k, query.mask, query.order) for probe in query.probes]
    assert_same(planes.search(query.probes[0], query.k, **asked), expected[0])
    together = planes.search_many(query.probes, query.k, **asked)
    for i, one in enumerate(expected):
        assert_same(Best(*(array[i] for array in together)), one)
    assert (
        planes.all_scores(query.probes[0]).tobytes()
        == np.array([compare(query.probes[0], row).score for row in query.codes], dtype=np.float64).tobytes()
    )


@pytest.fixture(scope="module")
def crowd() -> Codes:
    """20,000 rows of 64 dimensions, alike as faces are, in an order that starts with the least alike."""
    rng = np.random.default_rng(7)
    centres = rng.standard_normal((300, 64))
    vectors = centres[rng.integers(0, 300, 20_000)] + 0.8 * rng.standard_normal((20_000, 64))
    codes = np.array([quantise(vector) for vector in vectors])
    codes[::500] = codes[1::500]
    return codes[brute_force(codes, codes[0], len(codes), None, None).rows[::-1]]


@pytest.fixture(scope="module")
def crowd_answers(crowd: Codes) -> dict[tuple[int, int], Best]:
    return {
        (row, k): brute_force(crowd, crowd[row], k, None, None) for row in (0, 10_000, 19_999) for k in (1, 50, 4096)
    }


@ways
@pytest.mark.parametrize("threads", [1, 2])
def test_a_gallery_of_many_tiles_is_searched_exactly(
    path: str, mode: Mode, threads: int, crowd: Codes, crowd_answers: dict[tuple[int, int], Best]
) -> None:
    planes = filled(crowd, mode, path)
    for (row, k), expected in crowd_answers.items():
        assert_same(planes.search(crowd[row], k, threads=threads), expected)
    together = planes.search_many(crowd[[0, 10_000, 19_999]], 50, threads=threads)
    for i, row in enumerate((0, 10_000, 19_999)):
        assert_same(Best(*(array[i] for array in together)), crowd_answers[row, 50])


@ways
@pytest.mark.parametrize("dimensions", [8, 64, 128])
def test_rows_whose_bound_is_as_low_as_a_bound_can_be_are_found(path: str, mode: Mode, dimensions: int) -> None:
    # what the low plane adds is parallel to the probe, so the bound of every row is its score, and equal scores at the
    # k-th place go to the rows that come last
    rng = np.random.default_rng(dimensions)
    low = rng.integers(0, 16, dimensions)
    probe = (8 * (2 * low - 15)).astype(np.int8)
    codes = (16 * rng.integers(1, 16, (20, dimensions)) + low - 128).astype(np.int8)[
        rng.permutation(np.arange(8000) % 20)
    ]
    order = np.arange(8000, dtype=np.uint32)[::-1].copy()
    planes = filled(codes, mode, path)
    for k in (1, 50, 500):
        assert_same(planes.search(probe, k, order=order), brute_force(codes, probe, k, None, order))


@ways
def test_a_mask_is_no_post_filter(path: str, mode: Mode, crowd: Codes) -> None:
    mask = np.zeros(len(crowd), dtype=bool)
    mask[[3, 4_000, 4_001, 15_999, 19_999]] = True
    found = filled(crowd, mode, path).search(crowd[0], 5, mask=np.packbits(mask, bitorder="little"))
    assert_same(found, brute_force(crowd[mask], crowd[0], 5, None, None)._replace(rows=found.rows))
    assert sorted(found.rows) == [3, 4_000, 4_001, 15_999, 19_999]


@ways
def test_a_search_for_an_erased_template_does_not_find_it(path: str, mode: Mode) -> None:
    rng = np.random.default_rng(3)
    codes = rng.integers(-127, 128, (1000, 128)).astype(np.int8)
    planes = filled(codes, mode, path)
    planes.overwrite(17)
    erased = codes.copy()
    erased[17] = 0
    assert_same(planes.search(codes[17], 1000), brute_force(erased, codes[17], 1000, None, None))
    assert planes.search(codes[17], 1).scores[0] < 0.6


@ways
def test_an_erased_row_leaves_the_bytes_of_a_zero_template(path: str, mode: Mode) -> None:
    codes = np.random.default_rng(4).integers(-127, 128, (40, 100)).astype(np.int8)
    planes, never = filled(codes, mode, path), codes.copy()
    never[21] = 0
    planes.overwrite(21)
    held = [value for value in vars(planes).values() if isinstance(value, np.ndarray)]
    expected = [value for value in vars(filled(never, mode, path)).values() if isinstance(value, np.ndarray)]
    assert held
    assert [array.tobytes() for array in held] == [array.tobytes() for array in expected]


@ways
def test_a_cancelled_search_has_no_result(path: str, mode: Mode, crowd: Codes) -> None:
    planes, flag = filled(crowd, mode, path), bytearray(b"\x01")
    with pytest.raises(Cancelled, match="was cancelled"):
        planes.search(crowd[0], 5, cancel=flag)
    flag[0] = 0
    assert len(planes.search(crowd[0], 5, cancel=flag).rows) == 5


@pytest.mark.skipif(scan.PATHS == ("numpy",), reason="the extension is not built")
def test_a_running_search_can_be_cancelled(crowd: Codes) -> None:
    planes, flag = filled(crowd, "nibble", "portable"), bytearray(1)
    probes = np.tile(crowd[:1000], (4, 1))
    timer = threading.Timer(0.05, lambda: flag.__setitem__(0, 1))
    timer.start()
    with pytest.raises(Cancelled):
        planes.search_many(probes, 50, cancel=flag)
    timer.join()


@ways
def test_a_search_sees_only_the_rows_that_were_there_when_it_began(path: str, mode: Mode, crowd: Codes) -> None:
    planes = filled(crowd[-40:], mode, path)
    planes._rows = 21  # as it was before the last rows were written
    assert_same(planes.search(crowd[-1], 30), brute_force(crowd[-40:][:21], crowd[-1], 30, None, None))
    assert len(planes.all_scores(crowd[-1])) == 21


@ways
def test_searches_and_appends_run_side_by_side(path: str, mode: Mode, crowd: Codes) -> None:
    planes = Planes.empty(len(crowd), 64, mode, path=path)
    planes.append(crowd[:5000])

    def append_the_others() -> None:
        for part in np.split(crowd[5000:], 100):
            planes.append(part)

    writer = threading.Thread(target=append_the_others)
    expected = brute_force(crowd[:5000], crowd[1], 20, None, None)
    mask = np.zeros(len(crowd), dtype=bool)
    mask[:5000] = True
    bits = np.packbits(mask, bitorder="little")
    writer.start()
    for _ in range(10):
        assert_same(planes.search(crowd[1], 20, mask=bits, threads=2), expected)
    writer.join()


@ways
def test_what_cannot_be_right_is_refused(path: str, mode: Mode) -> None:
    planes = filled(np.ones((10, 4), dtype=np.int8), mode, path)
    probe = np.ones(4, dtype=np.int8)
    with pytest.raises(ValueError, match="room for 10"):
        planes.append(np.ones((1, 4), dtype=np.int8))
    with pytest.raises(ValueError, match="-128"):
        planes.search(np.full(4, -128, dtype=np.int8), 1)
    with pytest.raises(ValueError, match="int8 were expected"):
        planes.search(np.ones(5, dtype=np.int8), 1)
    with pytest.raises(ValueError, match="int8 were expected"):
        planes.search(np.ones(4), 1)  # type: ignore[arg-type]
    for k in (0, 4097):
        with pytest.raises(ValueError, match="k is 1 to 4096"):
            planes.search(probe, k)
    with pytest.raises(ValueError, match="mask"):
        planes.search(probe, 1, mask=np.ones(1, dtype=np.uint8))
    with pytest.raises(ValueError, match="order"):
        planes.search(probe, 1, order=np.ones(9, dtype=np.uint32))
    with pytest.raises(IndexError):
        planes.overwrite(10)


def test_sizes_modes_and_paths_that_do_not_exist_are_refused() -> None:
    with pytest.raises(ValueError, match="dimensions"):
        Planes.empty(1, 1025)
    with pytest.raises(ValueError, match="scan mode"):
        Planes.empty(1, 8, "float")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="there are"):
        Planes.empty(1, 8, path="mmx")


def test_the_environment_can_name_the_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOOKALIKE_SCAN", "numpy")
    assert Planes.empty(1, 8).path == "numpy"


@pytest.mark.skipif(scan.PATHS == ("numpy",), reason="the extension is not built")
def test_the_extension_reads_nothing_outside_its_buffers() -> None:
    from lookalike.gallery import _scan

    short, probe = np.zeros(16, dtype=np.uint8), np.zeros(128, dtype=np.int8)
    planes = (short, short, short, short, short, 128)
    with pytest.raises(ValueError, match="do not hold"):
        _scan.pack(planes, 0, 1, probe)
    with pytest.raises(ValueError, match="do not hold"):
        _scan.search(planes, 1, probe, 1, 1, None, None, 1, None, "portable", np.zeros(24, dtype=np.uint8))
    empty = np.zeros(0, dtype=np.uint8)
    with pytest.raises(ValueError, match="no room"):
        _scan.search((empty, empty, empty, empty, empty, 128), 0, probe, 1, 9, None, None, 1, None, "portable", short)
