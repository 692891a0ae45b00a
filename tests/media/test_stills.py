"""Stills: frames with a face are listed, the chosen one is written once and losslessly."""

from __future__ import annotations

import hashlib
import json
import os
import threading
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lookalike.errors import BrokenClip, OutputExists, OutputFailed
from lookalike.media.clip import Frame, frames, probe_clip, read_frame
from lookalike.media.photo import read_photo_file
from lookalike.media.stills import list_stills, write_still
from tests.media.clip_samples import MP4, TS, damaged, number_of, picture, written


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    file = tmp_path / "door camera.mp4"
    file.write_bytes(MP4)
    return file


def test_stills_are_the_frames_in_which_the_detector_found_a_face(clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lookalike.media.clip.sha256_of", None)  # whoever wants the clip's hash asks for it once
    seen: list[int] = []

    def detect(pixels: np.ndarray[Any, Any]) -> list[str]:
        number = number_of(pixels)
        return ["face"] * (number % 3) if number % 10 in (1, 2) else []

    found = list(list_stills(clip, detect, progress=seen.append))
    assert [still.index for still in found] == [1, 2, 11, 22, 31, 32]
    assert [len(still.faces) for still in found] == [1, 2, 2, 1, 1, 2]
    assert found[2].timecode == "00:00:00.440"
    assert seen == list(range(1, 41))
    assert list(list_stills(clip, lambda _: [])) == []


def test_a_still_is_written_losslessly_with_where_it_came_from(clip: Path, tmp_path: Path) -> None:
    info, frame = probe_clip(clip), read_frame(clip, 13)
    record = write_still(frame, info, tmp_path)
    assert record.file == "door_camera-frame000013.png"
    read = read_photo_file(tmp_path / record.file)
    assert np.array_equal(read.pixels, frame.pixels)
    assert record.file_sha256 == read.sha256
    assert record.pixels_sha256 == hashlib.sha256(frame.pixels.tobytes()).hexdigest()
    kept = json.loads((tmp_path / "door_camera-frame000013.json").read_text("utf-8"))
    assert kept == {name: getattr(record, name) for name in kept}
    assert kept["clip_sha256"] == hashlib.sha256(MP4).hexdigest()
    assert (kept["stream_index"], kept["frame_index"]) == (0, 13)
    assert kept["pts"] == frame.pts
    assert Fraction(kept["time_base"]) * kept["pts"] == Fraction(13, 25)
    assert kept["timecode"] == "00:00:00.520"
    assert "libavcodec" in kept["decoder"]
    # and the record is enough to find the same pixels again
    again = read_frame(clip, kept["frame_index"])
    assert hashlib.sha256(again.pixels.tobytes()).hexdigest() == kept["pixels_sha256"]


def test_a_still_is_never_overwritten_and_leaves_no_scraps(clip: Path, tmp_path: Path) -> None:
    info, frame = probe_clip(clip), read_frame(clip, 3)
    folder = tmp_path / "stills"
    folder.mkdir()
    write_still(frame, info, folder)
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    assert len(before) == 2
    with pytest.raises(OutputExists):
        write_still(frame, info, folder)
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before
    (folder / "door_camera-frame000003.png").unlink()
    with pytest.raises(OutputExists):  # the record alone is kept too
        write_still(frame, info, folder)
    assert [file.name for file in folder.iterdir()] == ["door_camera-frame000003.json"]
    (folder / "door_camera-frame000003.json").unlink()
    (folder / "door_camera-frame000003.png").symlink_to("elsewhere")
    with pytest.raises(OutputExists):
        write_still(frame, info, folder)


def test_of_writers_at_once_one_wins_and_the_others_are_told(clip: Path, tmp_path: Path) -> None:
    info, frame = probe_clip(clip), read_frame(clip, 3)
    outcomes: list[str] = []

    def write() -> None:
        try:
            write_still(frame, info, tmp_path / "out")
            outcomes.append("written")
        except OutputExists:
            outcomes.append("refused")

    (tmp_path / "out").mkdir()
    threads = [threading.Thread(target=write) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["refused"] * 5 + ["written"]
    assert len(list((tmp_path / "out").iterdir())) == 2


def test_a_still_that_cannot_be_written_is_a_fault_and_leaves_nothing(
    clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    info, frame = probe_clip(clip), read_frame(clip, 3)
    with pytest.raises(OutputFailed):
        write_still(frame, info, tmp_path / "no such folder")
    folder = tmp_path / "full"
    folder.mkdir()
    synced = os.fsync

    def full(handle: int) -> None:
        if sum(file.stat().st_size for file in folder.iterdir()) and (folder / PNG).exists():
            raise OSError(28, "No space left on device")
        synced(handle)

    PNG = "door_camera-frame000003.png"
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputFailed, match="No space left"):
        write_still(frame, info, folder)
    assert list(folder.iterdir()) == []


def test_a_damaged_frame_does_not_become_a_still(tmp_path: Path) -> None:
    file = written(tmp_path, damaged(TS, 0.32, 60), "dvr.ts")
    info = probe_clip(file)
    corrupt = next(frame for frame in frames(file) if frame.corrupt)
    with pytest.raises(BrokenClip, match=rf"at second {corrupt.seconds:.1f}"):
        write_still(corrupt, info, tmp_path)
    assert [f.name for f in tmp_path.iterdir()] == ["dvr.ts"]


def test_a_clip_with_a_hostile_name_writes_inside_the_folder(tmp_path: Path) -> None:
    file = written(tmp_path, MP4, "..\\..--$(x) \n.mp4")
    folder = tmp_path / "out"
    folder.mkdir()
    record = write_still(read_frame(file, 0), probe_clip(file), folder)
    assert {f.suffix for f in folder.iterdir()} == {".png", ".json"}
    assert "/" not in record.file
    assert not record.file.startswith((".", "-"))


def test_frames_know_their_type() -> None:
    frame = Frame(picture(0), 0, None, Fraction(1, 25), 1.5, False, False)
    assert frame.timecode == "00:00:01.500"
