"""Clips made for the tests: every frame carries its own number, so that order and content can be checked."""

from __future__ import annotations

import io
import tempfile
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

W, H = 96, 64


def picture(number: int, width: int = W, height: int = H) -> np.ndarray[Any, Any]:
    """Draw a textured scene that moves, with its own number as a row of eight black or white boxes."""
    y, x = np.mgrid[0:height, 0:width]
    base = 128 + 50 * np.sin((x + 3 * number) / 7) + 40 * np.cos(y / 5 + x / 11)
    image = np.repeat(base[..., None], 3, 2) + np.array([12, 0, -12])
    image = np.clip(image, 0, 255).astype(np.uint8)
    for bit in range(8):
        image[4:16, 4 + 10 * bit : 12 + 10 * bit] = 255 * (number >> bit & 1)
    return image


def number_of(pixels: np.ndarray[Any, Any]) -> int:
    return sum(int(pixels[8:12, 6 + 10 * bit : 10 + 10 * bit].mean() > 128) << bit for bit in range(8))


def make(
    target: Path | None = None,
    *,
    container: str = "mp4",
    codec: str = "libx264",
    pix_fmt: str = "yuv420p",
    count: int = 40,
    size: tuple[int, int] = (W, H),
    stamps: list[int] | None = None,
    time_base: Fraction = Fraction(1, 25),
    rotation: int = 0,
    interlaced: bool = False,
    gop: int = 10,
    options: dict[str, str] | None = None,
) -> bytes:
    buffer = io.BytesIO()
    fast = {"preset": "ultrafast", "crf": "12"} if codec.startswith("libx26") else {}
    if codec == "libx265":
        fast["x265-params"] = "log-level=none:hash=1:pools=1"
    if interlaced:
        fast["x264-params"] = "tff=1"
    with av.open(buffer, "w", format=container) as out:
        stream = out.add_stream(codec, rate=25, options=fast | (options or {}))
        stream.width, stream.height, stream.pix_fmt = *size, pix_fmt
        stream.time_base = time_base
        stream.codec_context.time_base = time_base
        stream.gop_size = gop
        if codec in ("mpeg4", "mpeg2video", "mjpeg"):
            stream.bit_rate = 4_000_000
        if rotation:
            stream.set_display_rotation(rotation)
        for number in range(count):
            frame = av.VideoFrame.from_ndarray(picture(number, *size), format="rgb24")
            frame.pts = stamps[number] if stamps else number
            frame.time_base = time_base
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    data = buffer.getvalue()
    if target is not None:
        target.write_bytes(data)
    return data


def index_first(mp4: bytes) -> bytes:
    """Remux with the index before the pictures, as cameras that stream their recording do."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "first.mp4"
        with (
            av.open(io.BytesIO(mp4)) as source,
            av.open(str(target), "w", options={"movflags": "faststart"}) as out,
        ):
            stream = out.add_stream_from_template(source.streams.video[0])
            for packet in source.demux(video=0):
                if packet.dts is not None:
                    packet.stream = stream
                    out.mux(packet)
        return target.read_bytes()


MP4 = make()
FASTSTART = index_first(MP4)
TS = make(container="mpegts")
MKV = make(container="matroska")


def written(folder: Path, data: bytes, name: str = "clip.mp4") -> Path:
    file = folder / name
    file.write_bytes(data)
    return file


KINDS = {
    "mp4": (MP4, "h264"),
    "mpegts": (TS, "h264"),
    "matroska": (MKV, "h264"),
    "avi": (make(container="avi", codec="mpeg4"), "mpeg4"),
    "mpeg": (make(container="mpeg", codec="mpeg2video"), "mpeg2video"),
    "mjpeg in avi": (make(container="avi", codec="mjpeg", pix_fmt="yuvj420p"), "mjpeg"),
    "mov": (make(container="mov"), "h264"),
    "flv": (make(container="flv"), "h264"),
    "hevc": (make(container="mp4", codec="libx265"), "hevc"),
    "ten bits": (make(pix_fmt="yuv420p10le"), "h264"),
    "4:4:4": (make(pix_fmt="yuv444p"), "h264"),
    "checked ffv1": (
        make(container="matroska", codec="ffv1", options={"level": "3", "slicecrc": "1"}),
        "ffv1",
    ),
    "lossless RGB": (make(container="matroska", codec="ffv1", pix_fmt="bgr0"), "ffv1"),
}


def damaged(data: bytes, at: float, length: int = 24, seed: int = 0) -> bytes:
    out = bytearray(data)
    start = int(len(data) * at)
    out[start : start + length] = np.random.default_rng(seed).bytes(length)
    return bytes(out)
