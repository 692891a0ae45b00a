"""A gallery keeps what it acknowledged, shows nothing half done, and knows what it is at every moment."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookalike.errors import BadRecord, BrokenGallery, GalleryBusy, NoSuchGallery, PackDiffers
from lookalike.gallery.gallery import CATALOGUE, SEGMENTS, Gallery
from lookalike.gallery.records import Status
from lookalike.gallery.search import Index
from lookalike.gallery.snapshot import SnapshotState
from tests.conftest import NOW, created_gallery, identity, new, opened_gallery

A, B, C = (np.array(code) for code in ([1, 2, 3, 4], [4, 3, 2, 1], [0, 5, 0, 5]))


def codes(gallery: Gallery) -> dict[str, np.ndarray]:
    """Every template on disk by record id."""
    stored = np.concatenate([gallery.segments.read(segment) for segment in gallery.catalogue.segments()])
    names = gallery.catalogue.at_rows(range(len(stored)))
    return {names[row][0]: stored[row] for row in sorted(names)}


def test_what_was_added_is_there_after_reopening(make_gallery: Callable[..., Gallery]) -> None:
    gallery = make_gallery(new("A", A), new("B", B, status=Status.SEALED))
    gallery.close()
    again = opened_gallery(gallery.directory)
    assert [record.id for record in again.records()] == ["A", "B"]
    assert {record_id: code.tolist() for record_id, code in codes(again).items()} == {
        "A": A.tolist(),
        "B": B.tolist(),
    }
    assert again.photo("A") == b"photo of A"
    assert again.counts() == {Status.ACTIVE: 1, Status.SEALED: 1, Status.DISMISSED: 0, Status.EXPUNGED: 0}


def test_a_folder_that_is_no_gallery_is_named(tmp_path: Path) -> None:
    with pytest.raises(NoSuchGallery, match="nothing"):
        opened_gallery(tmp_path / "nothing")


def test_a_catalogue_of_garbage_is_a_broken_gallery(tmp_path: Path) -> None:
    (tmp_path / CATALOGUE).write_bytes(b"garbage" * 1000)
    with pytest.raises(BrokenGallery):
        opened_gallery(tmp_path)


def test_a_later_format_is_not_guessed_at(make_gallery: Callable[..., Gallery]) -> None:
    gallery = make_gallery(new("A", A))
    gallery.close()
    db = sqlite3.connect(gallery.directory / CATALOGUE)
    db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(BrokenGallery, match="format 99"):
        opened_gallery(gallery.directory)


def test_a_gallery_of_another_matcher_is_refused(make_gallery: Callable[..., Gallery]) -> None:
    gallery = make_gallery(new("A", A))
    other = replace(identity(4), files={"embedder": "1" * 64})
    with pytest.raises(PackDiffers):
        created_gallery(gallery.directory, other)


@pytest.mark.parametrize("damage", ["cut", "flip", "gone", "swapped"])
def test_a_damaged_segment_is_noticed_and_not_searched(make_gallery: Callable[..., Gallery], damage: str) -> None:
    gallery = make_gallery(new("A", A), new("B", B))
    (path,) = (gallery.directory / SEGMENTS).iterdir()
    data = bytearray(path.read_bytes())
    if damage == "cut":
        path.write_bytes(data[:-1])
    elif damage == "flip":
        data[-6] ^= 1
        path.write_bytes(data)
    elif damage == "swapped":  # two whole rows in each other's place
        data[64:72], data[72:80] = data[72:80], data[64:72]
        path.write_bytes(data)
    else:
        path.unlink()
    with pytest.raises(BrokenGallery, match="as if it were whole"):
        Index(gallery)


def test_a_photograph_that_was_changed_is_not_shown(make_gallery: Callable[..., Gallery]) -> None:
    gallery = make_gallery(new("A", A))
    (path,) = (p for p in (gallery.directory / "photos").rglob("*") if p.is_file())
    path.write_bytes(b"another face")
    with pytest.raises(BrokenGallery, match="not the one"):
        gallery.photo("A")
    path.unlink()
    with pytest.raises(BrokenGallery, match="cannot be read"):
        gallery.photo("A")


def test_what_a_crash_left_beyond_the_catalogue_is_never_read_and_then_destroyed(
    make_gallery: Callable[..., Gallery],
) -> None:
    gallery = make_gallery(new("A", A))
    gallery.segments.write(1, B.astype(np.int8)[None])  # a batch whose transaction never came
    (gallery.directory / SEGMENTS / ".0.part").write_bytes(b"half a segment")
    assert len(Index(gallery)) == 1
    with gallery.writing():
        gallery.add([new("C", C)], at=NOW)
    assert [code.tolist() for code in codes(gallery).values()] == [A.tolist(), C.tolist()]
    assert len(list((gallery.directory / SEGMENTS).iterdir())) == 2


def test_a_batch_with_a_known_id_adds_nothing_of_itself(make_gallery: Callable[..., Gallery]) -> None:
    gallery = make_gallery(new("A", A))
    before = gallery.snapshot().id
    with gallery.writing(), pytest.raises(BadRecord, match="enrolled already"):
        gallery.add([new("B", B), new("A", C)], at=NOW)
    assert [record.id for record in gallery.records()] == ["A"]
    assert gallery.snapshot().id == before


def test_two_processes_do_not_write_at_once_and_readers_do_not_wait(make_gallery: Callable[..., Gallery]) -> None:
    gallery = make_gallery(new("A", A))
    code = (
        "import sys; from pathlib import Path; from lookalike.gallery.gallery import Gallery\n"
        "with Gallery(Path(sys.argv[1]), Path(sys.argv[2])).writing(): print('in', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, gallery.directory, gallery.keys],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout is not None
        assert other.stdin is not None
        assert other.stdout.readline() == "in\n"
        with pytest.raises(GalleryBusy), gallery.writing():
            pass
        assert len(Index(gallery)) == 1
        other.stdin.close()
    with gallery.writing():
        gallery.add([new("B", B)], at=NOW)


def test_a_snapshot_stays_what_it_was_while_a_writer_goes_on(make_gallery: Callable[..., Gallery]) -> None:
    gallery = make_gallery(new("A", A))
    writer = opened_gallery(gallery.directory)
    with gallery.reading():
        before = gallery.snapshot().id
        with writer.writing():
            writer.add([new("B", B)], at=NOW)
        assert gallery.snapshot().id == before
        assert len(Index(gallery)) == 1
    assert gallery.snapshot().id != before


def test_searches_go_on_while_another_process_enrols(make_gallery: Callable[..., Gallery]) -> None:
    gallery = make_gallery(new("A", A), new("B", B))
    code = (
        "import sys, numpy as np; from pathlib import Path; sys.path.insert(0, sys.argv[3])\n"
        "from tests.conftest import NOW, new\n"
        "from lookalike.gallery.gallery import Gallery\n"
        "g = Gallery(Path(sys.argv[1]), Path(sys.argv[2])); rng = np.random.default_rng(5)\n"
        "with g.writing():\n"
        "    print('in', flush=True)\n"
        "    for i in range(120):\n"
        "        g.add([new(f'N{i:04}', rng.integers(-127, 128, 4))], at=NOW)\n"
    )
    command = [sys.executable, "-c", code, gallery.directory, gallery.keys, str(Path(__file__).parents[2])]
    index, seen = Index(gallery), []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "in\n"
        while writer.poll() is None:
            found = index.search(A.astype(np.int8), 50)
            assert found.candidates[0].record_id == "A"
            assert len(found.candidates) == min(50, found.records)
            assert found.records == found.persons
            seen.append((found.records, found.snapshot))
    assert writer.returncode == 0
    assert seen == sorted(seen, key=lambda one: one[0])
    assert len({snapshot for _, snapshot in seen}) == len({records for records, _ in seen}) > 5
    assert index.search(A.astype(np.int8)).records == 122


def test_the_snapshot_does_not_depend_on_the_order_of_enrolment(make_gallery: Callable[..., Gallery]) -> None:
    one = make_gallery(new("A", A), new("B", B), name="one")
    two = make_gallery(new("B", B), name="two")
    with two.writing():
        two.add([new("A", A)], at=NOW)
    assert one.snapshot().id == two.snapshot().id


def test_sealing_and_opening_again_gives_the_first_snapshot_back(make_gallery: Callable[..., Gallery]) -> None:
    gallery = make_gallery(new("A", A), new("B", B))
    first, record = gallery.snapshot().id, gallery.record("A")
    assert record is not None
    ids = []
    for status in (Status.SEALED, Status.ACTIVE):
        with gallery.writing():
            gallery.update([replace(record, status=status)], at=NOW)
        ids.append(gallery.snapshot().id)
    assert ids[0] != first
    assert ids[1] == first


@given(st.lists(st.tuples(st.text(max_size=8), st.text("0123456789abcdef", min_size=64, max_size=64)), max_size=8))
def test_a_set_hash_forgets_what_was_taken_out(records: list[tuple[str, str]]) -> None:
    state = SnapshotState.empty()
    for record in records:
        state = state.with_record(*record)
    for record in reversed(records):
        state = state.without_record(*record)
    assert state.id == SnapshotState.empty().id


def test_ids_that_run_together_are_kept_apart() -> None:
    empty = SnapshotState.empty()
    assert empty.with_record("ab", "c").id != empty.with_record("a", "bc").id
    assert empty.with_record("a", "b").with_record("a", "b").id != empty.id
