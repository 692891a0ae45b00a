"""A recorded clip: what it is, and its frames, each with where in the clip it stands.

Cameras, streams and playlists are refused by type (`LiveSource`). What this room finds in a
clip is frames; who is in them it never asks.

A frame's `index` counts the frames as they are shown, from 0, from the beginning of the clip;
no seeking is done, so the same index is the same frame on every machine. Its `seconds` are
counted from the clip's first time stamp. Decoding runs in one thread, and colours are converted
with bit-exact arithmetic by the matrix the clip names (none named: BT.709 from 720 lines up,
BT.601 below, as players do).

Damage: a frame is `corrupt` when the decoder had to fill in part of it, when it stands beside a
place that could not be decoded, or when it follows one and no key frame has come since; nothing
in it may be searched. Where a stretch of a clip is lost, that marks every frame it touches. A few
changed bits can decode to a plausible picture in a format without checksums (H.264, MPEG-4,
Motion JPEG; VP8, VP9 and AV1 are not checked at all): for that there is the clip's SHA-256. After
a lost frame an AVI's times run early, for it has no time stamps of its own.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lookalike.errors import BadInput, BrokenClip, NoSuchFrame
from lookalike.media._faults import FaultWatch
from lookalike.media._pixels import Pixels
from lookalike.media._source import MAX_PIXELS, Clip, Recording, name_of, opened, sha256_of

if TYPE_CHECKING:
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

__all__ = [
    "MAX_PIXELS",
    "ClipFault",
    "ClipInfo",
    "Decoded",
    "Frame",
    "Recording",
    "check_clip",
    "counted",
    "frames",
    "probe_clip",
    "read_frame",
    "timecode",
]

_FRAMES_LOOKED_AT = 5  # before a clip is called progressive
_FRAMES_PAST_THE_END = 8
_PLANAR = {f"yuv{j}{kind}p": 1 for kind in (420, 422, 444) for j in ("", "j")} | {"yuv420p10le": 2, "yuv422p10le": 2}
"""Bytes of a sample in the formats that most cameras record: one plane for light, two for colour."""

_ORIGINAL = "Ask for the original recording, or choose another frame."


@dataclass(frozen=True, slots=True)
class ClipInfo:
    """What a clip is.

    name: its file name. sha256: of the whole file, 64 hexadecimal digits. size_bytes: its length.
    container, codec, pixel_format: FFmpeg's names.
    stream_index: of the video stream that is read.
    width, height: of a frame as shown (after rotation), in pixels.
    pixel_aspect: width of a pixel over its height.
    time_base: seconds in one unit of `pts`.
    average_rate: frames a second, None where unknown.
    variable_rate: whether the distance between frames changes by more than a tenth.
    interlaced: whether frames are woven from two fields.
    rotation: degrees counterclockwise that the clip asks players to turn.
    start_pts: the time stamp that counts as second 0.
    duration: seconds, None where unknown.
    frame_count: coded frames in the file; damage can make the frames that decode fewer.
    """

    name: str
    sha256: str
    size_bytes: int
    container: str
    codec: str
    pixel_format: str
    stream_index: int
    width: int
    height: int
    pixel_aspect: Fraction
    time_base: Fraction
    average_rate: Fraction | None
    variable_rate: bool
    interlaced: bool
    rotation: int
    start_pts: int
    duration: float | None
    frame_count: int


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One frame as shown.

    pixels: (H, W, 3) uint8 RGB, read-only, turned as the clip asks.
    index: from 0, in the order of showing.
    pts: the time stamp in units of `time_base` seconds, None where the clip has none.
    seconds: from the clip's start.
    interlaced: woven from two fields (see edits.Deinterlace).
    corrupt: part of it is the decoder's guess.
    """

    pixels: Pixels
    index: int
    pts: int | None
    time_base: Fraction
    seconds: float
    interlaced: bool
    corrupt: bool

    @property
    def timecode(self) -> str:
        """The frame's place from the clip's start, as hh:mm:ss.mmm."""
        return timecode(self.seconds)


@dataclass(frozen=True, slots=True)
class ClipFault:
    """A place in a clip that could not be decoded.

    seconds: from the clip's start. reason: in words.
    """

    seconds: float
    reason: str


def timecode(seconds: float) -> str:
    """Return hh:mm:ss.mmm, rounded to the millisecond; negative times get a minus."""
    total = round(abs(seconds) * 1000)
    rest, thousandths = divmod(total, 1000)
    minutes, second = divmod(rest, 60)
    hours, minute = divmod(minutes, 60)
    sign = "-" if seconds < 0 and total else ""
    return f"{sign}{hours:02d}:{minute:02d}:{second:02d}.{thousandths:03d}"


def check_clip(path: Clip) -> None:
    """Look at a clip's header only. Raises LiveSource, BadInput, or BrokenClip where it is none, or holds no video."""
    with opened(path):
        pass


def probe_clip(path: Clip, *, on_packet: Callable[[], None] | None = None) -> ClipInfo:
    """Look at a clip: its header, the time stamps of all its packets, its first frames; its hash.

    on_packet: called after each packet, for whoever waits. Raises LiveSource, BadInput (no such
    file), BrokenClip (no clip, no video, or nothing of it decodes).
    """
    import av

    digest, length = sha256_of(path)
    first: list[VideoFrame] = []
    stamps = array("q")  # a day's recording has two millions
    count = 0
    with opened(path) as (container, stream):
        watch = FaultWatch(stream, name_of(path))
        while True:
            packet = watch.next_packet(container)
            if packet is None:
                break
            count += packet.size > 0
            if packet.pts is not None:
                stamps.append(packet.pts)
            if len(first) < _FRAMES_LOOKED_AT:
                first.extend(frame for frame, _ in watch.decode(packet))
            if on_packet:
                on_packet()
        if not first:
            watch.refuse()
        context, shown = stream.codec_context, first[0]
        time_base = stream.time_base or Fraction(1, av.time_base)
        ordered = np.sort(np.frombuffer(stamps, dtype=np.int64))
        steps: NDArray[np.int64] = ordered[1:] - ordered[:-1]
        steps = steps[steps > 0]
        turned = shown.rotation % 180 == 90
        return ClipInfo(
            name=name_of(path),
            sha256=digest,
            size_bytes=length,
            container=container.format.name,
            codec=context.name,
            pixel_format=shown.format.name,
            stream_index=stream.index,
            width=shown.height if turned else shown.width,
            height=shown.width if turned else shown.height,
            pixel_aspect=stream.sample_aspect_ratio or Fraction(1),
            time_base=time_base,
            average_rate=stream.average_rate or stream.guessed_rate or None,
            variable_rate=_varies(steps),
            interlaced=any(frame.interlaced_frame for frame in first),
            rotation=shown.rotation,
            start_pts=watch.start_pts,
            duration=_duration(stream, ordered, steps, time_base),
            frame_count=count,
        )


def frames(
    path: Clip,
    *,
    start: float | None = None,
    end: float | None = None,
    every: int = 1,
    on_fault: Callable[[ClipFault], None] | None = None,
) -> Iterator[Frame]:
    """Yield the frames of a clip in the order of showing.

    start, end: seconds from the clip's start; frames with start <= seconds < end are given.
    every: give frames whose index is a multiple of it. on_fault: told of each place that cannot
    be decoded. Frames that had to be guessed in part come with `corrupt` set. Raises
    LiveSource, BadInput, and BrokenClip naming the second, when no frame at all can be decoded
    or when a frame is larger than 100 megapixels.
    """
    if every < 1 or any(limit is not None and not limit == limit for limit in (start, end)):
        raise BadInput(
            f"Every {every}th frame from {start} to {end} makes no sense.",
            remedy="Give a number of frames of at least 1, and seconds.",
        )
    past = 0
    with closing(counted(path, on_fault=on_fault)) as found:
        for one in found:
            if end is not None and one.seconds >= end:
                # Frames come in the order of their time stamps, unless a stamp is damaged.
                past += 1
                if past > _FRAMES_PAST_THE_END:
                    return
                continue
            past = 0
            if one.index % every == 0 and (start is None or one.seconds >= start):
                yield one.shown()


def read_frame(path: Clip, index: int, *, on_packet: Callable[[], None] | None = None) -> Frame:
    """Return exactly the frame that `frames` counts as `index`.

    Decodes from the beginning, so that the count is exact in a damaged or variable-rate clip too.
    on_packet: as in `counted`. Raises NoSuchFrame, and as `frames`.
    """
    last = -1
    if index >= 0:
        with closing(counted(path, on_packet=on_packet)) as found:
            for one in found:
                last = one.index
                if last == index:
                    return one.shown()
    raise NoSuchFrame(
        f"{name_of(path)} has no frame {index}"
        + (f": its frames are 0 to {last}." if last >= 0 else ": frames are counted from 0."),
        remedy="Choose a frame from the list of stills.",
    )


class Decoded:
    """A frame as the decoder gave it, not yet brought to RGB, which takes most of the time.

    index, seconds, corrupt: as in `Frame`. pts: its time stamp, None where the clip has none.
    Raises BrokenClip for a frame of more than 100 megapixels.
    """

    __slots__ = ("_raw", "_shown", "_stream", "corrupt", "index", "pts", "seconds")

    def __init__(self, raw: VideoFrame, index: int, seconds: float, corrupt: bool, stream: VideoStream) -> None:
        self._raw, self._stream = raw, stream
        self._shown: Frame | None = None
        self.index, self.seconds, self.corrupt, self.pts = index, seconds, corrupt, raw.pts
        if raw.width * raw.height > MAX_PIXELS:
            raise BrokenClip(
                f"At second {seconds:.1f} the frame is {raw.width} × {raw.height} pixels.",
                why=f"More than {MAX_PIXELS // 1_000_000} megapixels are not decoded.",
                remedy=_ORIGINAL,
            )

    def digest(self) -> int:
        """64 bits of a SHA-256 over all that makes the frame what it is shown as, without bringing it to RGB."""
        raw = self._raw
        words = f"{raw.format.name} {raw.width} {raw.height} {raw.rotation} {raw.colorspace} {raw.color_range}"
        found = hashlib.sha256(words.encode())
        size, planes = _PLANAR.get(raw.format.name), raw.planes
        if size is None or any(plane.line_size <= 0 for plane in planes):
            found.update(self.shown().pixels.data)
        else:
            for plane in planes:  # each of its rows is filled up to a round number of bytes
                rows = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
                found.update(np.ascontiguousarray(rows[: plane.height, : plane.width * size]).data)
        return int.from_bytes(found.digest()[:8], "little")

    @property
    def size(self) -> int:
        """Bytes of the frame as it is shown."""
        return 3 * self._raw.width * self._raw.height

    def shown(self) -> Frame:
        """The frame as it is shown."""
        if self._shown is None:
            self._shown = _frame(self._raw, self.index, self.seconds, self.corrupt, self._stream)
        return self._shown


def counted(
    path: Clip,
    *,
    on_fault: Callable[[ClipFault], None] | None = None,
    on_packet: Callable[[], None] | None = None,
) -> Generator[Decoded]:
    """Count the frames of a clip from its beginning.

    on_fault: told of each place that cannot be decoded. on_packet: called after each packet, whether a frame came of
    it or not, for whoever waits; what it raises ends the count. Raises as `frames`.
    """
    with opened(path) as (container, stream):
        watch = FaultWatch(stream, name_of(path))
        index, told, more = -1, 0, True
        while more:
            packet = watch.next_packet(container)
            more = packet is not None
            decoded = watch.decode(packet)
            if on_fault:
                for seconds, reason in watch.faults[told:]:
                    on_fault(ClipFault(seconds, reason))
                told = len(watch.faults)
            if on_packet:
                on_packet()
            for raw, corrupt in decoded:
                index += 1
                yield Decoded(raw, index, watch.seconds(raw.pts), corrupt, stream)
        if index < 0:
            watch.refuse()


def _frame(raw: VideoFrame, index: int, seconds: float, corrupt: bool, stream: VideoStream) -> Frame:
    from av.video.reformatter import Colorspace, Interpolation

    unnamed = not raw.format.is_rgb and raw.colorspace not in (
        1,
        4,
        5,
        6,
        7,
        9,
    )  # ISO/IEC 23091-2: a YCbCr matrix
    guess = Colorspace.ITU709 if raw.height >= 720 else Colorspace.ITU601
    exact = Interpolation.BILINEAR | Interpolation.ACCURATE_RND | Interpolation.BITEXACT
    array = raw.to_ndarray(
        format="rgb24",
        src_colorspace=guess if unnamed else None,
        interpolation=exact | Interpolation.FULL_CHR_H_INT,
        threads=1,
    ).astype(np.uint8, copy=False)
    if raw.rotation % 90 == 0:
        array = np.rot90(array, raw.rotation // 90)
    pixels = np.ascontiguousarray(array)
    pixels.flags.writeable = False
    return Frame(
        pixels=pixels,
        index=index,
        pts=raw.pts,
        time_base=raw.time_base or stream.time_base or Fraction(1),
        seconds=seconds,
        interlaced=raw.interlaced_frame,
        corrupt=corrupt,
    )


def _varies(steps: NDArray[np.int64]) -> bool:
    """Say whether distances between frames differ by over a tenth, or two units of rounding."""
    if len(steps) < 2:
        return False
    usual = float(np.median(steps))
    return float(np.abs(steps - usual).max()) > max(2.0, usual / 10)


def _duration(
    stream: VideoStream,
    stamps: NDArray[np.int64],
    steps: NDArray[np.int64],
    time_base: Fraction,
) -> float | None:
    if len(stamps):
        last = float(np.median(steps)) if len(steps) else 0.0
        return (int(stamps[-1] - stamps[0]) + last) * float(time_base)
    return float(stream.duration * time_base) if stream.duration else None
