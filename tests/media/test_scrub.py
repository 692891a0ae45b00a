"""Going to and fro in a clip: every frame is the one that counting from the beginning gives."""

from __future__ import annotations

import io
import time
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from lookalike.errors import BadInput, BrokenClip, LiveSource, NoSuchFrame
from lookalike.media import scrub
from lookalike.media.clip import Recording, check_clip, counted, frames, probe_clip, read_frame
from lookalike.media.scrub import ClipIndex, index_clip, read_near
from tests.media.clip_samples import KINDS, MKV, MP4, H, W, make, number_of, picture


def recorded(data: bytes, name: str = "clip.mp4") -> Recording:
    return Recording(name, lambda: io.BytesIO(data))


def indexed(clip: Recording) -> ClipIndex:
    return index_clip(clip, on_frame=lambda frame: None)


@pytest.mark.parametrize("kind", KINDS)
def test_every_frame_is_the_one_it_says(kind: str) -> None:
    clip = recorded(KINDS[kind][0])
    index = indexed(clip)
    counted = list(frames(clip))
    assert len(index) == len(counted)
    for wanted in range(len(index) - 1, -1, -1):
        found = {frame.index: frame for frame in read_near(clip, index, wanted, around=2)}
        for number, frame in found.items():
            assert (frame.pixels == counted[number].pixels).all()
            assert (frame.seconds, frame.corrupt, frame.pts) == (
                counted[number].seconds,
                counted[number].corrupt,
                counted[number].pts,
            )
        assert wanted in found


def test_a_seek_does_not_read_from_the_beginning(monkeypatch: pytest.MonkeyPatch) -> None:
    clip = recorded(make(count=600, gop=25))
    index = indexed(clip)

    def never(*args: object) -> None:
        raise AssertionError("it was read from the beginning")

    monkeypatch.setattr(scrub, "read_frame", never)
    for wanted in (599, 0, 300, 301, 299, 12):
        near = read_near(clip, index, wanted, around=3)
        assert [frame.index for frame in near] == sorted(frame.index for frame in near)
        assert [number_of(frame.pixels) for frame in near] == [frame.index % 256 for frame in near]


def test_what_a_seek_finds_is_held_to_its_digest() -> None:
    clip = recorded(MP4)
    index = indexed(clip)
    rows = index.rows.copy()
    rows["digest"][20] += np.uint64(1)
    calls: list[int] = []
    plain = scrub.read_frame
    try:
        scrub.read_frame = lambda clip, wanted, **more: calls.append(wanted) or plain(clip, wanted, **more)  # type: ignore[assignment]
        (frame,) = read_near(clip, ClipIndex(rows), 20)
    finally:
        scrub.read_frame = plain
    assert calls == [20]
    assert number_of(frame.pixels) == 20


def test_a_damaged_clip_is_counted_the_same() -> None:
    damaged = bytearray(MP4)
    middle = MP4.index(b"mdat") + 4 + 12_000
    damaged[middle : middle + 3000] = bytes(3000)
    clip = recorded(bytes(damaged))
    index = indexed(clip)
    assert 0 < index.corrupt_count() < len(index)
    for wanted in range(len(index)):
        near = {frame.index: frame for frame in read_near(clip, index, wanted, around=1)}
        first = read_frame(clip, wanted)
        assert (near[wanted].pixels == first.pixels).all()
        assert near[wanted].corrupt == first.corrupt == index.corrupt(wanted)


def test_a_place_is_the_frame_that_is_shown_then() -> None:
    index = indexed(recorded(MP4))
    assert [index.at(second) for second in (-1, 0, 0.039, 0.04, 1.0, 1.5599, 99)] == [0, 0, 0, 1, 25, 39, 39]
    assert [index.at(round(index.seconds(i), 3)) for i in range(40)] == list(range(40))


def test_an_index_is_read_back_or_refused() -> None:
    index = indexed(recorded(MP4))
    data = index.to_bytes()
    assert (ClipIndex.from_bytes(data).rows == index.rows).all()
    for wrong in (b"", data[:-1], data[1:], b"x" * 50):
        with pytest.raises(BadInput):
            ClipIndex.from_bytes(wrong)


@pytest.mark.parametrize("wanted", [-1, 40, 10**9])
def test_a_frame_that_is_not_there_is_told(wanted: int) -> None:
    clip = recorded(MP4)
    with pytest.raises(NoSuchFrame):
        read_near(clip, indexed(clip), wanted)


def test_a_recording_is_held_to_the_same_rules_as_a_file(tmp_path: Path) -> None:
    file = tmp_path / "clip.mp4"
    file.write_bytes(MP4)
    assert probe_clip(recorded(MP4)) == probe_clip(file)
    check_clip(recorded(MP4))
    for data, name in ((b"#EXTM3U\nhttp://example.org/a.ts", "a.mp4"), (MP4, "a.m3u8"), (b"ffconcat v=1.0", "a")):
        with pytest.raises(LiveSource):
            check_clip(recorded(data, name))
    for data in (b"", b"\x89PNG\r\n\x1a\n" + bytes(100), bytes(1000)):
        with pytest.raises(BrokenClip):
            check_clip(recorded(data))


def test_a_late_frame_of_a_long_clip_comes_soon() -> None:
    clip = recorded(make(count=3000, gop=50, size=(320, 240)))
    index = indexed(clip)
    begun = time.perf_counter()
    read_frame(clip, 2990)
    whole = time.perf_counter() - begun
    begun = time.perf_counter()
    read_near(clip, index, 2990, around=6)
    assert time.perf_counter() - begun < whole / 3


def test_a_clip_is_read_without_bringing_its_frames_to_rgb(monkeypatch: pytest.MonkeyPatch) -> None:
    """A frame of 1080 lines takes 2 ms to decode and 17 ms to bring to RGB: an hour's clip has 90,000 of them."""
    whole = indexed(recorded(MP4))
    monkeypatch.setattr("lookalike.media.clip._frame", None)
    assert (indexed(recorded(MP4)).rows == whole.rows).all()
    assert len(set(whole.rows["digest"].tolist())) == 40


def test_whoever_waits_is_heard_at_every_packet_even_where_nothing_decodes() -> None:
    dead = bytearray(make(container="mpegts", codec="mpeg2video", count=30, gop=30))
    for at in range(0, len(dead) - 3):
        if dead[at : at + 4] == b"\x00\x00\x01\x00" and at > 3000:
            dead[at + 3] = 0xB7
    calls: list[int] = []
    found: list[int] = []
    index_clip(recorded(bytes(dead)), on_frame=lambda one: found.append(one.index), on_packet=lambda: calls.append(1))
    assert len(found) < 10
    assert len(calls) >= 30
    probed: list[int] = []
    probe_clip(recorded(MP4), on_packet=lambda: probed.append(1))
    assert len(probed) >= 40


def test_whoever_waits_ends_it_and_the_clip_is_closed() -> None:
    streams: list[io.BytesIO] = []

    def opened() -> io.BytesIO:
        streams.append(io.BytesIO(MP4))
        return streams[-1]

    def enough() -> None:
        raise TimeoutError

    clip = Recording("clip.mp4", opened)
    index = indexed(clip)
    for act in (
        lambda: index_clip(clip, on_frame=lambda one: None, on_packet=enough),
        lambda: probe_clip(clip, on_packet=enough),
        lambda: read_near(clip, index, 30, on_packet=enough),
        lambda: read_frame(clip, 30, on_packet=enough),
    ):
        with pytest.raises(TimeoutError):
            act()
    assert len(streams) >= 5
    assert all(stream.closed for stream in streams)


def test_the_hash_that_a_store_vouches_for_is_not_worked_out_again() -> None:
    clip = Recording("clip.mp4", lambda: io.BytesIO(MP4), known=("a" * 64, 7))
    info = probe_clip(clip)
    assert (info.sha256, info.size_bytes) == ("a" * 64, 7)


def test_of_large_frames_no_neighbours_are_held(monkeypatch: pytest.MonkeyPatch) -> None:
    """Thirteen frames of 100 megapixels would take 4 GB."""
    clip = recorded(MP4)
    index = indexed(clip)
    monkeypatch.setattr(scrub, "_NEIGHBOURS", 2 * 2 * 3 * 96 * 64)
    assert [frame.index for frame in read_near(clip, index, 20, around=6)] == [18, 19, 20, 21, 22]
    monkeypatch.setattr(scrub, "_NEIGHBOURS", 1)
    assert [frame.index for frame in read_near(clip, index, 20, around=6)] == [20]


@pytest.mark.parametrize("pix_fmt", ["yuvj422p", "yuvj444p", "yuvj420p"])
def test_frames_that_differ_in_colour_alone_have_other_digests(pix_fmt: str) -> None:
    """Odd sides too, where the rows of a plane are filled up."""
    clip = recorded(make(container="avi", codec="mjpeg", pix_fmt=pix_fmt, count=4, size=(97, 65)))
    found = list(counted(clip))
    assert len({one.digest() for one in found}) == 4
    assert [one.digest() for one in counted(clip)] == [one.digest() for one in found]


def test_frames_of_one_time_stamp_are_told_apart_by_their_place() -> None:
    """A recorder whose clock stands still: no seek can find one of them, so they are counted."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mov") as out:
        stream = out.add_stream("mjpeg", rate=25)
        stream.width, stream.height, stream.pix_fmt = W, H, "yuvj420p"
        for number in range(12):
            done, data = cv2.imencode(".jpg", picture(number))
            assert done
            packet = av.Packet(data.tobytes())
            packet.stream, packet.time_base, packet.pts, packet.dts = stream, Fraction(1, 25), 0, 0
            out.mux(packet)
    clip = recorded(buffer.getvalue())
    index = indexed(clip)
    assert len(index) == 12
    for wanted in (11, 0, 6):
        found = {frame.index: number_of(frame.pixels) for frame in read_near(clip, index, wanted, around=6)}
        assert found[wanted] == wanted


def test_a_clip_with_one_key_frame_is_scrubbed_exactly() -> None:
    clip = recorded(make(count=200, gop=10_000, options={"x264-params": "scenecut=0"}))
    index = indexed(clip)
    for wanted in (199, 3, 120):
        found = {frame.index: number_of(frame.pixels) for frame in read_near(clip, index, wanted, around=2)}
        assert found[wanted] == wanted


@pytest.mark.parametrize("name", ["clip.mp4", "clip.txt", "clip"])
def test_a_clip_is_what_its_bytes_say_and_not_its_name(name: str) -> None:
    assert probe_clip(recorded(MKV, name)).container == "matroska,webm"


@pytest.mark.parametrize(
    "data",
    [
        b'<?xml version="1.0"?><svg xmlns:xlink="http://www.w3.org/1999/xlink"><image xlink:href="file:///etc/passwd"/>',
        b"<!doctype html><video src='http://127.0.0.1:9/x'></video>",
        b"PK\x03\x04" + bytes(2000),
        MP4[:40] + b"#EXTM3U\nhttp://127.0.0.1:9/x\n",
        "#EXTM3U\nhttp://127.0.0.1:9/x\n".encode("utf-16"),
        b'AVISource("/etc/passwd")',
        MP4[:32] + b"\x00\x00\x00\x01moov\x10" + bytes(300),
    ],
)
def test_what_only_pretends_to_be_a_clip_is_refused(data: bytes) -> None:
    with pytest.raises(BrokenClip):
        check_clip(recorded(data))
