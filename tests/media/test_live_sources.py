"""Nothing live is ever opened, whatever it is called and whatever a file says."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import Any

import av
import pytest

from lookalike.errors import BadInput, BrokenClip, LiveSource
from lookalike.media.clip import frames, probe_clip, read_frame
from tests.media.clip_samples import MP4, TS, make, number_of, written


@pytest.mark.parametrize(
    "source",
    ["rtsp://10.0.0.5/stream", "RTSPS://cam/1", "http://cam.local/video.mjpg", "https://x/y.m3u8",
     "udp://239.0.0.1:1234", "rtmp://x/live", "srt://x:1", "tcp://x:1", "rtp://x:1", "mms://x/y",
     "file:///etc/passwd", "file:clip.mp4", "concat:a.ts|b.ts", "pipe:0", "fd:", "cache:http://x/y",
     "async:x", "subfile,,start,0,end,0,,:clip.mp4", "data:video/mp4;base64,AAAA", "hls+http://x/y",
     "/dev/video0", "/dev/stdin", "/dev/fd/0", "/dev/does-not-exist", "video=Integrated Camera",
     "audio=Microphone:video=Camera", "desktop=1", "screen=0"],
)  # fmt: skip
def test_a_live_source_is_refused_by_its_name_before_anything_is_opened(
    source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def opened(*_: object, **__: object) -> None:
        raise AssertionError("something was opened")

    monkeypatch.setattr(os, "open", opened)
    monkeypatch.setattr(av, "open", opened)
    monkeypatch.setattr(socket, "socket", opened)
    act: Any
    for act in (probe_clip, lambda s: list(frames(s)), lambda s: read_frame(s, 0)):
        with pytest.raises(BadInput if source.startswith("subfile") else LiveSource):
            act(source)
    if "//" in source:
        with pytest.raises(LiveSource):
            probe_clip(Path(source))


def test_pipes_devices_and_sockets_are_refused_unopened(tmp_path: Path) -> None:
    fifo = tmp_path / "pipe.mp4"
    os.mkfifo(fifo)
    link = tmp_path / "camera.mp4"
    link.symlink_to("/dev/zero")
    plug = tmp_path / "socket.mp4"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(plug))
        for source in (fifo, link, plug):
            with pytest.raises(LiveSource):
                probe_clip(source)


PLAYLISTS = {
    "clip.m3u8": b"#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nclip.ts\n#EXT-X-ENDLIST\n",
    "disguised.mp4": b"#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nclip.ts\n#EXT-X-ENDLIST\n",
    "marked.mp4": b"\xef\xbb\xbf\n #EXTM3U\n#EXTINF:2,\nclip.ts\n",
    "session.mp4": b"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=x\r\nm=video 5004 RTP/AVP 96\r\n",
    "list.mp4": b"ffconcat version 1.0\nfile clip.ts\n",
    "dash.mp4": b"<?xml version='1.0'?>\n<MPD type='dynamic'></MPD>",
    "redirect.asf": b"[Reference]\r\nRef1=http://x/y.asf\r\n",
    "bare.mp4": b"rtsp://10.0.0.5/stream\n",
}


@pytest.mark.parametrize("name", PLAYLISTS)
def test_a_playlist_is_refused_whatever_it_is_called(name: str, tmp_path: Path) -> None:
    written(tmp_path, TS, "clip.ts")
    file = written(tmp_path, PLAYLISTS[name], name)
    with pytest.raises(LiveSource, match="playlist"):
        probe_clip(file)
    with pytest.raises(LiveSource):
        list(frames(file))


@pytest.mark.parametrize(
    "text",
    [b"# a comment\nffconcat version 1.0\nfile clip.ts\n", b"file 'clip.ts'\n",
     b";padding\n#EXTM3U\n#EXTINF:2,\nclip.ts\n", b"RTSPtext\r\nrtsp://127.0.0.1:9/x\r\n"],
)  # fmt: skip
def test_a_script_that_slips_past_the_first_look_still_opens_nothing_else(text: bytes, tmp_path: Path) -> None:
    written(tmp_path, TS, "clip.ts")
    for name in ("x.mp4", "x.ts", "x.txt"):
        with pytest.raises((BrokenClip, LiveSource)):
            list(frames(written(tmp_path, text, name)))


def test_a_quicktime_reference_to_another_file_is_not_followed(tmp_path: Path) -> None:
    """An alias in the data reference box may name a path; only what the file itself holds is read."""
    data = bytearray(make(container="mov", count=3))
    at = data.find(b"url \x00\x00\x00\x01")
    if at < 0:
        at = data.find(b"alis\x00\x00\x00\x01")
    assert at > 0
    data[at : at + 8] = b"url \x00\x00\x00\x00"  # not in this file, says the flag
    try:
        found = list(frames(written(tmp_path, bytes(data), "alias.mov")))
    except BrokenClip:
        return
    assert all(number_of(frame.pixels) == frame.index for frame in found)


def test_what_is_not_there_or_no_file_is_bad_input_and_not_a_camera(tmp_path: Path) -> None:
    for source in (tmp_path / "none.mp4", tmp_path, tmp_path / "a" / "b.mp4", "with\0nul.mp4"):
        with pytest.raises(BadInput) as refusal:
            probe_clip(source)
        assert refusal.value.remedy


def test_a_recorded_file_with_a_colon_in_its_name_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(tmp_path, MP4, "cam1:0730.mp4")
    monkeypatch.chdir(tmp_path)
    assert probe_clip("cam1:0730.mp4").frame_count == 40


def test_a_container_that_is_not_on_the_list_is_refused_even_when_ffmpeg_could_read_it(tmp_path: Path) -> None:
    file = written(tmp_path, make(container="nut", codec="mpeg4", count=3), "clip.nut")
    with av.open(str(file)) as container:
        assert len(list(container.decode(video=0))) == 3
    with pytest.raises(BrokenClip, match="cannot be opened"):
        probe_clip(file)
