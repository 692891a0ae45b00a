"""Damaged clips: whole frames come out, guessed ones are marked, and the place is named."""

from __future__ import annotations

import io
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lookalike.errors import BrokenClip, LiveSource
from lookalike.media.clip import ClipFault, frames, probe_clip, read_frame
from tests.media.clip_samples import FASTSTART, KINDS, MP4, TS, damaged, make, picture, written


@pytest.mark.parametrize("kind", ["mp4", "mpegts", "mpeg", "hevc", "checked ffv1", "avi"])
def test_where_a_stretch_of_a_clip_is_lost_every_frame_that_is_not_marked_is_whole(kind: str, tmp_path: Path) -> None:
    data = KINDS[kind][0]
    whole = {f.pts: f.pixels.tobytes() for f in frames(written(tmp_path, data))}
    # AVI has no time stamps of its own: after a lost frame the times run early by that frame.
    anywhere = set(whole.values())
    marked = reported = 0
    for seed in range(10):
        file = written(tmp_path, damaged(data, 0.25 + 0.055 * seed, 1000, seed))
        faults: list[ClipFault] = []
        for frame in frames(file, on_fault=faults.append):
            marked += frame.corrupt
            if not frame.corrupt:
                expected = anywhere if kind == "avi" else {whole[frame.pts]}
                assert frame.pixels.tobytes() in expected, (seed, frame.index)
        assert faults or kind == "hevc"
        reported += bool(faults)
        assert all(-0.1 <= fault.seconds <= 2 and fault.reason for fault in faults)
    assert reported >= 8
    assert marked > 10


def test_after_a_fault_frames_are_marked_until_the_next_key_frame(tmp_path: Path) -> None:
    file = written(tmp_path, damaged(TS, 0.32, 60))
    found = list(frames(file))
    corrupt = [frame.index for frame in found if frame.corrupt]
    assert 0 < len(corrupt) < 25
    assert corrupt == list(range(corrupt[0], corrupt[-1] + 1))
    assert not found[-1].corrupt


def test_the_same_damage_gives_the_same_frames_every_time(tmp_path: Path) -> None:
    file = written(tmp_path, damaged(TS, 0.5, 60))

    def account() -> list[tuple[int, int | None, bool, int]]:
        return [(f.index, f.pts, f.corrupt, hash(f.pixels.tobytes())) for f in frames(file)]

    assert account() == account()


@pytest.mark.parametrize("keep", [0.3, 0.6, 0.95])
def test_a_truncated_clip_gives_its_whole_frames_and_says_where_it_ends(keep: float, tmp_path: Path) -> None:
    whole = {f.pts: f.pixels for f in frames(written(tmp_path, FASTSTART))}
    file = written(tmp_path, FASTSTART[: int(len(FASTSTART) * keep)])
    faults: list[ClipFault] = []
    found = list(frames(file, on_fault=faults.append))
    good = [frame for frame in found if not frame.corrupt]
    assert 5 < len(good) < 40
    assert all(np.array_equal(frame.pixels, whole[frame.pts]) for frame in good)
    assert faults
    assert faults[-1].seconds == pytest.approx(len(found) / 25, abs=0.2)


def test_a_clip_cut_off_before_its_index_is_refused(tmp_path: Path) -> None:
    for keep in (0.2, 0.9):
        file = written(tmp_path, MP4[: int(len(MP4) * keep)])
        for act in (probe_clip, lambda f: list(frames(f)), lambda f: read_frame(f, 0)):
            with pytest.raises(BrokenClip, match="second") as refusal:
                act(file)
            assert "original" in refusal.value.remedy


def test_a_clip_of_which_nothing_decodes_names_the_second(tmp_path: Path) -> None:
    data = bytearray(make(container="avi", codec="mjpeg", pix_fmt="yuvj420p", count=3))
    start = data.find(b"movi")
    for at in range(start, len(data) - 3):
        if data[at : at + 3] == b"\xff\xd8\xff":
            data[at + 2 : at + 400] = bytes(398)
    file = written(tmp_path, bytes(data), "dead.avi")
    for act in (probe_clip, lambda f: list(frames(f)), lambda f: read_frame(f, 0)):
        with pytest.raises(BrokenClip, match=r"dead\.avi is broken at second 0\.0"):
            act(file)


def test_what_holds_no_video_is_refused(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp4") as out:
        stream = out.add_stream("aac", rate=8000)
        sound = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), "fltp", "mono")
        sound.sample_rate = 8000
        out.mux(stream.encode(sound))
        out.mux(stream.encode(None))
    with pytest.raises(BrokenClip, match="no video") as refusal:
        probe_clip(written(tmp_path, buffer.getvalue()))
    assert "audio" in refusal.value.why


@pytest.mark.parametrize("data", [b"", b"hello, this is a statement\n" * 40, bytes(5000), b"\xff" * 5000, b"GIF89a"])
def test_what_is_no_clip_is_refused(data: bytes, tmp_path: Path) -> None:
    with pytest.raises(BrokenClip):
        probe_clip(written(tmp_path, data))


def test_a_photograph_is_no_clip(tmp_path: Path) -> None:
    done, data = cv2.imencode(".png", picture(1))
    assert done
    with pytest.raises(BrokenClip, match="photograph"):
        probe_clip(written(tmp_path, data.tobytes()))


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kind=st.sampled_from(["mp4", "mpegts", "matroska", "avi", "mpeg", "flv", "hevc"]),
    patches=st.lists(st.tuples(st.floats(0, 1), st.binary(min_size=1, max_size=30)), max_size=4),
    keep=st.floats(0.2, 1),
)
def test_any_damage_gives_frames_or_a_refusal_and_nothing_else(
    kind: str, patches: list[tuple[float, bytes]], keep: float, tmp_path: Path
) -> None:
    data = bytearray(KINDS[kind][0])
    for where, patch in patches:
        at = int(where * (len(data) - 31))
        data[at : at + len(patch)] = patch
    file = written(tmp_path, bytes(data[: int(len(data) * keep)]))
    with suppress(BrokenClip, LiveSource):
        for frame in frames(file, every=4):
            assert frame.pixels.ndim == 3
        assert probe_clip(file).frame_count > 0


def test_nothing_is_written_to_standard_error(tmp_path: Path) -> None:
    file = written(tmp_path, damaged(KINDS["hevc"][0], 0.5))
    script = "import sys; from lookalike.media.clip import frames\nprint(len(list(frames(sys.argv[1]))))"
    done = subprocess.run([sys.executable, "-c", script, str(file)], capture_output=True, text=True, check=True)
    assert int(done.stdout) > 10
    assert done.stderr == ""
