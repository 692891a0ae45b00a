"""Templates on disk stay what they were, damage is named, and erased rows are gone from every file."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lookalike.errors import BrokenGallery
from lookalike.gallery.segments import FANOUT, HEADER_SIZE, Segment, SegmentStore, destroy, merge_plan


@pytest.fixture
def store(tmp_path: Path) -> SegmentStore:
    """An empty store of 8-dimensional templates."""
    return SegmentStore(tmp_path, 8)


def rows(count: int, seed: int = 0) -> np.ndarray:
    """Random templates."""
    return np.random.default_rng(seed).integers(-127, 128, (count, 8), dtype=np.int8)


def test_what_was_written_is_read(store: SegmentStore) -> None:
    codes = rows(5)
    segment = store.write(40, codes)
    assert (segment.first, segment.rows, segment.end) == (40, 5, 45)
    assert np.array_equal(store.read(segment), codes)


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_any_changed_byte_of_a_row_is_noticed(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    store = SegmentStore(tmp_path_factory.mktemp("s"), 8)
    segment = store.write(3, rows(4))
    path = store.folder / segment.file
    whole = bytearray(path.read_bytes())
    place = data.draw(st.integers(0, len(whole) - 1))
    whole[place] ^= data.draw(st.integers(1, 255))
    path.write_bytes(whole)
    if HEADER_SIZE > place >= 24:
        assert np.array_equal(store.read(segment), rows(4))  # a checksum or padding: the rows themselves hold
    else:
        with pytest.raises(BrokenGallery):
            store.read(segment)


def test_damage_names_the_rows(store: SegmentStore) -> None:
    segment = store.write(100, rows(10))
    path = store.folder / segment.file
    data = bytearray(path.read_bytes())
    for row in (2, 7):
        data[HEADER_SIZE + row * 12] ^= 255
    path.write_bytes(data)
    with pytest.raises(BrokenGallery, match=r"2 of 10 rows \(102, 107\)"):
        store.read(segment)


def test_a_merged_segment_holds_the_rows_of_its_parts(store: SegmentStore) -> None:
    codes = rows(9)
    parts = [store.write(0, codes[:4]), store.write(4, codes[4:5]), store.write(5, codes[5:])]
    merged = store.merge(parts)
    assert np.array_equal(store.read(merged), codes)
    store.drop([part.file for part in parts])
    assert store.unlisted([merged]) == []


def test_a_row_is_overwritten_in_every_file_that_holds_it(store: SegmentStore) -> None:
    codes = rows(6)
    parts = [store.write(0, codes[:3]), store.write(3, codes[3:])]
    merged = store.merge(parts)  # a crash before the catalogue took it up
    assert len(store.overwrite(4)) == 2
    wanted = codes.copy()
    wanted[4] = 0
    assert np.array_equal(store.read(merged), wanted)
    assert np.array_equal(store.read(parts[1]), wanted[3:])
    assert all(codes[4].tobytes() not in path.read_bytes() for path in store.folder.iterdir())
    assert store.overwrite(4) == [merged.file, parts[1].file]
    assert store.overwrite(99) == []


def test_an_overwrite_that_was_cut_short_leaves_a_segment_that_reads(store: SegmentStore) -> None:
    codes = rows(3)
    segment = store.write(0, codes)
    path = store.folder / segment.file
    header = path.read_bytes()[:HEADER_SIZE]
    store.overwrite(1)
    path.write_bytes(header + path.read_bytes()[HEADER_SIZE:])  # killed before the header's checksum
    codes[1] = 0
    assert np.array_equal(store.read(segment), codes)


@given(st.lists(st.integers(1, 70), min_size=1, max_size=400))
def test_merging_keeps_the_rows_together_and_the_files_few(sizes: list[int]) -> None:
    segments, first = [], 0
    for size in sizes:
        segments.append(Segment(first, size))
        first += size
        while parts := merge_plan(segments):
            assert len(parts) == FANOUT
            assert all(a.end == b.first for a, b in itertools.pairwise(parts))
            place = segments.index(parts[0])
            segments[place : place + FANOUT] = [Segment(parts[0].first, sum(part.rows for part in parts))]
    assert segments[0].first == 0
    assert segments[-1].end == first
    assert len(segments) < 5 * FANOUT


def test_a_destroyed_file_is_overwritten_first(tmp_path: Path) -> None:
    path, other = tmp_path / "a", tmp_path / "b"
    path.write_bytes(b"secret" * 100)
    other.hardlink_to(path)  # the same bytes by another name show what was done to them
    destroy(path)
    destroy(path)
    assert not path.exists()
    assert other.read_bytes() == bytes(600)
