"""Every search of a packet can be run again by whoever has the galleries."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from lookalike.disclosure.replay import replay
from lookalike.errors import BadPacket
from lookalike.gallery.erasure import erase
from lookalike.gallery.gallery import Gallery
from lookalike.record.replay import Outcome
from tests.conftest import NOW, keys_of, opened_gallery
from tests.disclosure.examples import Made


def test_the_same_gallery_gives_identical_lists(made: Made, sixty: Path) -> None:
    told: list[tuple[int, int]] = []
    with opened_gallery(sixty) as gallery:
        again = replay(made.path, [gallery], progress=lambda done, of: told.append((done, of)))
    assert [one.outcome for one in again] == [Outcome.IDENTICAL, Outcome.IDENTICAL]
    assert [(one.search, one.request) for one in again] == [("search-1", "R-1"), ("search-2", "R-2")]
    assert told == [(0, 2), (1, 2), (2, 2)]


def test_a_gallery_that_has_changed_is_told(made: Made, sixty: Path, tmp_path: Path) -> None:
    shutil.copytree(sixty, tmp_path / "gallery")
    shutil.copytree(keys_of(sixty), tmp_path / "keys")
    with Gallery(tmp_path / "gallery", tmp_path / "keys") as gallery:
        gone = next(iter(gallery.records())).id
        erase(gallery, gone, at=NOW)
        again = replay(made.path, [gallery])
    assert {one.outcome for one in again} == {Outcome.CHANGED}
    assert all("1 record went" in " ".join(one.words) for one in again)


def test_without_the_gallery_nothing_is_claimed(made: Made) -> None:
    again = replay(made.path, [])
    assert [one.outcome for one in again] == [None, None]
    assert "was not given" in again[0].words[0]


def test_what_is_no_packet_is_not_run(tmp_path: Path) -> None:
    (tmp_path / "p.zip").write_bytes(b"PK")
    with pytest.raises(BadPacket):
        replay(tmp_path / "p.zip", [])
