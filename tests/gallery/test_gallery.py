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

from lookalike.errors import BrokenGallery, GalleryBusy, NoSuchGallery, PackDiffers
from lookalike.gallery.gallery import CATALOGUE, TEMPLATES, Gallery
from lookalike.gallery.records import Status
from lookalike.gallery.search import Index
from lookalike.gallery.snapshot import SnapshotState
from tests.conftest import identity, new

A, B, C = (np.array(code) for code in ([1, 2, 3, 4], [4, 3, 2, 1], [0, 5, 0, 5]))


def test_what_was_added_is_there_after_reopening(make_gallery: Callable[..., Gallery]) -> None:
    gallery = make_gallery(new("A", A), new("B", B, status=Status.SEALED))
    gallery.close()
    again = Gallery(gallery.directory)
    assert [record.id for record in again.records()] == ["A", "B"]
    ids, people, codes = again.searchable()
    assert (ids, people, codes.tolist()) == (["A"], ["PA"], [[1, 2, 3, 4]])
    assert again.photo("A") == b"photo of A"
    assert again.counts() == {Status.ACTIVE: 1, Status.SEALED: 1, Status.DISMISSED: 0, Status.EXPUNGED: 0}


def test_a_folder_that_is_no_gallery_is_named(tmp_path: Path) -> None:
    with pytest.raises(NoSuchGallery, match="nothing"):
        Gallery(tmp_path / "nothing")


def test_a_catalogue_of_garbage_is_a_broken_gallery(tmp_path: Path) -> None:
    (tmp_path / CATALOGUE).write_bytes(b"garbage" * 1000)
    with pytest.raises(BrokenGallery):
        Gallery(tmp_path)


def test_a_later_format_is_not_guessed_at(make_gallery: Callable[..., Gallery]) -> None:
    gallery = make_gallery(new("A", A))
    gallery.close()
    db = sqlite3.connect(gallery.directory / CATALOGUE)
    db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(BrokenGallery, match="format 99"):
        Gallery(gallery.directory)


def test_a_gallery_of_another_matcher_is_refused(make_gallery: Callable[..., Gallery]) -> None:
    gallery = make_gallery(new("A", A))
    other = replace(identity(4), files={"embedder": "1" * 64})
    with pytest.raises(PackDiffers):
        Gallery.create(gallery.directory, other)


def test_templates_cut_short_are_noticed_and_not_searched(make_gallery: Callable[..., Gallery]) -> None:
    gallery = make_gallery(new("A", A), new("B", B))
    path = gallery.directory / TEMPLATES
    path.write_bytes(path.read_bytes()[:-1])
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


def test_what_a_crash_left_beyond_the_catalogue_is_overwritten(make_gallery: Callable[..., Gallery]) -> None:
    gallery = make_gallery(new("A", A))
    with (gallery.directory / TEMPLATES).open("ab") as stream:
        stream.write(b"\x55" * 7)  # a batch whose transaction never came
    with gallery.writing():
        gallery.add([new("B", B)])
    ids, _, codes = gallery.searchable()
    assert (ids, codes.tolist()) == (["A", "B"], [A.tolist(), B.tolist()])
    assert (gallery.directory / TEMPLATES).stat().st_size == 8


def test_a_batch_with_a_known_id_adds_nothing_of_itself(make_gallery: Callable[..., Gallery]) -> None:
    gallery = make_gallery(new("A", A))
    before = gallery.snapshot().id
    with gallery.writing(), pytest.raises(sqlite3.IntegrityError):
        gallery.add([new("B", B), new("A", C)])
    assert [record.id for record in gallery.records()] == ["A"]
    assert gallery.snapshot().id == before


def test_two_processes_do_not_write_at_once_and_readers_do_not_wait(make_gallery: Callable[..., Gallery]) -> None:
    gallery = make_gallery(new("A", A))
    code = (
        "import sys; from pathlib import Path; from lookalike.gallery.gallery import Gallery\n"
        "with Gallery(Path(sys.argv[1])).writing(): print('in', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, gallery.directory], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdin is not None
        assert other.stdout.readline() == "in\n"
        with pytest.raises(GalleryBusy), gallery.writing():
            pass
        assert len(Index(gallery)) == 1
        other.stdin.close()
    with gallery.writing():
        gallery.add([new("B", B)])


def test_a_snapshot_stays_what_it_was_while_a_writer_goes_on(make_gallery: Callable[..., Gallery]) -> None:
    gallery = make_gallery(new("A", A))
    writer = Gallery(gallery.directory)
    with gallery.reading():
        before = gallery.snapshot().id
        with writer.writing():
            writer.add([new("B", B)])
        assert gallery.snapshot().id == before
        assert gallery.searchable()[0] == ["A"]
    assert gallery.snapshot().id != before


def test_the_snapshot_does_not_depend_on_the_order_of_enrolment(make_gallery: Callable[..., Gallery]) -> None:
    one = make_gallery(new("A", A), new("B", B), name="one")
    two = make_gallery(new("B", B), name="two")
    with two.writing():
        two.add([new("A", A)])
    assert one.snapshot().id == two.snapshot().id


def test_sealing_and_opening_again_gives_the_first_snapshot_back(make_gallery: Callable[..., Gallery]) -> None:
    gallery = make_gallery(new("A", A), new("B", B))
    first, record = gallery.snapshot().id, gallery.record("A")
    assert record is not None
    ids = []
    for status in (Status.SEALED, Status.ACTIVE):
        with gallery.writing():
            gallery.update([replace(record, status=status)])
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
