"""Recorded clips: every frame has its place, its time and its colours."""

from __future__ import annotations

import hashlib
import io
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from lookalike.errors import BadInput, BrokenClip, NoSuchFrame
from lookalike.media.clip import ClipFault, frames, probe_clip, read_frame, timecode
from tests.media.clip_samples import KINDS, MP4, H, W, make, number_of, picture, written


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    file = tmp_path / "door camera.mp4"
    file.write_bytes(MP4)
    return file


def test_a_clip_is_described(clip: Path) -> None:
    info = probe_clip(clip)
    assert info.name == "door camera.mp4"
    assert info.sha256 == hashlib.sha256(MP4).hexdigest()
    assert info.size_bytes == len(MP4)
    assert "mp4" in info.container
    assert (info.codec, info.pixel_format) == ("h264", "yuv420p")
    assert (info.width, info.height) == (W, H)
    assert info.average_rate == 25
    assert info.frame_count == 40
    assert info.duration == pytest.approx(1.6)
    assert not info.variable_rate
    assert not info.interlaced
    assert info.rotation == 0
    assert info.pixel_aspect == 1


@pytest.mark.parametrize("kind", KINDS)
def test_every_frame_comes_once_in_order_with_its_time(kind: str, tmp_path: Path) -> None:
    data, codec = KINDS[kind]
    file = written(tmp_path, data)
    faults: list[ClipFault] = []
    found = list(frames(file, on_fault=faults.append))
    assert [frame.index for frame in found] == list(range(40))
    assert [number_of(frame.pixels) for frame in found] == list(range(40))
    assert [frame.seconds for frame in found] == pytest.approx([n / 25 for n in range(40)], abs=2e-3)
    assert not any(frame.corrupt for frame in found)
    assert faults == []
    info = probe_clip(file)
    assert info.codec == codec
    assert not info.variable_rate
    assert info.duration == pytest.approx(1.6, abs=0.01)


@pytest.mark.parametrize("kind", KINDS)
def test_colours_are_those_that_were_filmed(kind: str, tmp_path: Path) -> None:
    frame = read_frame(written(tmp_path, KINDS[kind][0]), 7)
    difference = np.abs(frame.pixels.astype(int) - picture(7))[20:]
    assert difference.mean() < (0.01 if kind == "lossless RGB" else 5)
    with pytest.raises(ValueError, match="read-only"):
        frame.pixels[0, 0, 0] = 1


def test_a_named_colour_matrix_is_obeyed_and_a_missing_one_depends_on_the_height(
    tmp_path: Path,
) -> None:
    """Pure-colour frames in both matrices, each encoded by hand from its definition."""

    def green(height: int, matrix: str, kr: float, kb: float) -> np.ndarray[Any, Any]:
        kg = 1 - kr - kb
        luma = kg  # RGB (0, 1, 0)
        values = (
            16 + 219 * luma,
            128 + 224 * -luma / (2 - 2 * kb),
            128 + 224 * -luma / (2 - 2 * kr),
        )
        buffer = io.BytesIO()
        with av.open(buffer, "w", format="matroska") as out:
            params = {"colormatrix": matrix} if matrix else {}
            stream = out.add_stream(
                "libx264",
                rate=25,
                options={
                    "crf": "1",
                    "x264-params": ":".join(f"{k}={v}" for k, v in params.items()),
                },
            )
            stream.width, stream.height, stream.pix_fmt = 64, height, "yuv420p"
            raw = av.VideoFrame(64, height, "yuv420p")
            for plane, value in zip(raw.planes, values, strict=True):
                plane.update(bytes([round(value)]) * plane.buffer_size)
            raw.pts = 0
            out.mux(stream.encode(raw))
            out.mux(stream.encode(None))
        shown = read_frame(written(tmp_path, buffer.getvalue()), 0)
        return shown.pixels.reshape(-1, 3).mean(0)

    pure = [0, 255, 0]
    assert green(64, "bt709", 0.2126, 0.0722) == pytest.approx(pure, abs=4)
    assert green(64, "smpte170m", 0.299, 0.114) == pytest.approx(pure, abs=4)
    assert green(64, "", 0.299, 0.114) == pytest.approx(pure, abs=4)
    assert green(720, "", 0.2126, 0.0722) == pytest.approx(pure, abs=4)
    assert green(720, "", 0.299, 0.114) != pytest.approx(pure, abs=4)


def test_variable_rate_is_seen_and_every_frame_keeps_its_own_time(tmp_path: Path) -> None:
    stamps = [0, 40, 45, 300, 310, 900, 1000, 1001, 2500, 2600]
    data = make(container="matroska", count=10, stamps=stamps, time_base=Fraction(1, 1000))
    file = written(tmp_path, data, "dvr.mkv")
    info = probe_clip(file)
    assert info.variable_rate
    found = list(frames(file))
    assert [round(frame.seconds * 1000) for frame in found] == stamps
    assert all(frame.pts is not None for frame in found)
    assert [float(f.pts * f.time_base) for f in found if f.pts is not None] == pytest.approx([s / 1000 for s in stamps])
    assert read_frame(file, 8).timecode == "00:00:02.500"
    window = list(frames(file, start=0.3, end=1.0))
    assert [number_of(frame.pixels) for frame in window] == [3, 4, 5]


def test_interlaced_frames_say_so(tmp_path: Path) -> None:
    file = written(tmp_path, make(interlaced=True, count=6))
    assert probe_clip(file).interlaced
    assert all(frame.interlaced for frame in frames(file))


@pytest.mark.parametrize("rotation", [90, -90, 180])
def test_a_clip_is_shown_turned_as_its_header_asks(rotation: int, tmp_path: Path) -> None:
    file = written(tmp_path, make(rotation=rotation, count=3))
    info = probe_clip(file)
    frame = read_frame(file, 2)
    assert frame.pixels.shape == (info.height, info.width, 3)
    assert (info.width, info.height) == ((H, W) if rotation % 180 else (W, H))
    upright = np.rot90(picture(2), info.rotation // 90)
    assert np.abs(frame.pixels.astype(int) - upright).mean() < 6
    assert number_of(np.rot90(frame.pixels, -info.rotation // 90)) == 2


def test_a_phones_portrait_matrix_turns_the_picture_clockwise(tmp_path: Path) -> None:
    """The matrix that phones write for portrait: x' = -y, y' = x (ISO/IEC 14496-12, 8.3.2)."""
    data = bytearray(make(count=3))
    unity = b"".join(v.to_bytes(4, "big") for v in (0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 1 << 30))
    at = data.find(unity, data.find(b"tkhd"))
    quarter = [0, 0x10000, 0, 0xFFFF0000, 0, 0, H << 16, 0, 1 << 30]
    data[at : at + 36] = b"".join(v.to_bytes(4, "big") for v in quarter)
    frame = read_frame(written(tmp_path, bytes(data)), 1)
    assert np.abs(frame.pixels.astype(int) - np.rot90(picture(1), -1)).mean() < 6


def test_odd_sizes_keep_every_row_and_column(tmp_path: Path) -> None:
    data = make(container="matroska", codec="ffv1", pix_fmt="yuv444p", count=2, size=(97, 65))
    frame = read_frame(written(tmp_path, data), 1)
    assert frame.pixels.shape == (65, 97, 3)
    assert np.abs(frame.pixels.astype(int) - picture(1, 97, 65)).max() <= 3


def test_a_frame_of_more_than_100_megapixels_is_not_decoded(tmp_path: Path) -> None:
    data = bytearray(make(container="avi", codec="ffv1", pix_fmt="yuv420p", count=2))
    for mark in (b"avih", b"strf"):
        at = data.find(mark) + 8
        at += 32 if mark == b"avih" else 4
        data[at : at + 8] = (20_000).to_bytes(4, "little") * 2
    with pytest.raises(BrokenClip):
        list(frames(written(tmp_path, bytes(data))))


# one frame


def test_read_frame_gives_exactly_the_frame_that_frames_counts(clip: Path) -> None:
    listed = {frame.index: frame for frame in frames(clip)}
    for index in (0, 1, 9, 10, 23, 39):
        frame = read_frame(clip, index)
        assert np.array_equal(frame.pixels, listed[index].pixels)
        assert (frame.pts, frame.seconds) == (listed[index].pts, listed[index].seconds)


@pytest.mark.parametrize("index", [-1, 40, 10**9])
def test_a_frame_that_is_not_there_is_refused(clip: Path, index: int) -> None:
    with pytest.raises(NoSuchFrame, match=str(index)):
        read_frame(clip, index)


def test_every_nth_frame_and_a_window(clip: Path) -> None:
    assert [f.index for f in frames(clip, every=7)] == [0, 7, 14, 21, 28, 35]
    assert [f.index for f in frames(clip, start=0.4, end=0.8, every=5)] == [10, 15]
    for nonsense in ({"every": 0}, {"start": float("nan")}):
        with pytest.raises(BadInput):
            list(frames(clip, **nonsense))  # type: ignore[arg-type]


def test_time_codes_are_rounded_to_the_millisecond() -> None:
    assert timecode(0) == "00:00:00.000"
    assert timecode(59.9996) == "00:01:00.000"
    assert timecode(3723.0421) == "01:02:03.042"
    assert timecode(-0.04) == "-00:00:00.040"
